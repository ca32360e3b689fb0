package care

import (
	"context"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Rule is a row of the rules that an entry names: what the law or the
// neighbourhood says, from a day to a day.
type Rule struct {
	ID string // what an entry keeps: the parameter, the same in each version
	rules.Row
	Holds bool // it may be chosen today
}

// Ground is a lawful ground for an entry (依据).
type Ground struct {
	Rule
	Consent string // who has to have agreed: elder, family; empty: nobody
}

// Grade is how often somebody visits (走访等级).
type Grade struct {
	Rule
	Every int // days
}

// Rules are the grounds and grades as they are on a day, those out of force too.
type Rules struct {
	Grounds []Ground
	Grades  []Grade // the most frequent first, as the file has them
}

// RulesOn reads the grounds and grades of a book on a day.
func RulesOn(book rules.Book, day time.Time) Rules {
	var x Rules
	for _, r := range inTopic(book, "care.ground", day) {
		g := Ground{Rule: r}
		if r.Value != "none" {
			g.Consent = r.Value
		}
		x.Grounds = append(x.Grounds, g)
	}
	for _, r := range inTopic(book, "care.grade", day) {
		every := 1 // a row that is no span is visited most often; a test reads them all
		if span, err := r.Span(); err == nil {
			every = max(1, int(span.N))
		}
		x.Grades = append(x.Grades, Grade{r, every})
	}
	return x
}

// inTopic is one rule for each parameter: the version in force if there is one.
func inTopic(book rules.Book, topic string, day time.Time) []Rule {
	var list []Rule
	for _, r := range book.Rows() {
		if r.Topic != topic {
			continue
		}
		state, first := book.Stand(r, day)
		x := Rule{r.Parameter, first, state == rules.InForce || state == rules.Overridden}
		at := slices.IndexFunc(list, func(y Rule) bool { return y.ID == x.ID })
		switch {
		case at < 0:
			list = append(list, x)
		case !list[at].Holds:
			list[at] = x
		}
	}
	return list
}

// rules are the grounds and grades now.
func (s *Service) rules(ctx context.Context, db store.DB) (Rules, error) {
	book, err := s.Rules.BookIn(ctx, db)
	return RulesOn(book, s.Store.Now()), err
}

func (x Rules) ground(id string) Ground {
	return find(x.Grounds, id, func(g Ground) Rule { return g.Rule })
}

func (x Rules) grade(id string) Grade {
	return find(x.Grades, id, func(g Grade) Rule { return g.Rule })
}

// find is the rule with the id; the zero value, which does not hold, if none has it.
func find[T any](list []T, id string, rule func(T) Rule) T {
	var none T
	for _, x := range list {
		if rule(x).ID == id {
			return x
		}
	}
	return none
}

func shanghai() *time.Location { return words.Shanghai() }
