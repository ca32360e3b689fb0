package care

import (
	"context"
	"time"

	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Rule is a row of the rules that an entry names: what the law or the
// neighbourhood says, from a day to a day.
type Rule = rules.Choice

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
	for _, r := range book.Choices("care.ground", day) {
		g := Ground{Rule: r}
		if r.Value != "none" {
			g.Consent = r.Value
		}
		x.Grounds = append(x.Grounds, g)
	}
	for _, r := range book.Choices("care.grade", day) {
		every := 1 // a row that is no span is visited most often; a test reads them all
		if span, err := r.Span(); err == nil {
			every = max(1, int(span.N))
		}
		x.Grades = append(x.Grades, Grade{r, every})
	}
	return x
}

// rules are the grounds and grades now.
func (s *Service) rules(ctx context.Context, db store.DB) (Rules, error) {
	book, err := s.Rules.BookIn(ctx, db)
	return RulesOn(book, s.Store.Now()), err
}

// ground is the ground with this id; the zero value, which does not hold, if none
// has it.
func (x Rules) ground(id string) (none Ground) {
	for _, g := range x.Grounds {
		if g.ID == id {
			return g
		}
	}
	return none
}

// grade is the grade with this id.
func (x Rules) grade(id string) (none Grade) {
	for _, g := range x.Grades {
		if g.ID == id {
			return g
		}
	}
	return none
}

func (x Rules) grounds() (list []Rule) {
	for _, g := range x.Grounds {
		list = append(list, g.Rule)
	}
	return list
}

func (x Rules) grades() (list []Rule) {
	for _, g := range x.Grades {
		list = append(list, g.Rule)
	}
	return list
}

// choices are those that a form offers: what holds, and what was chosen.
func choices(ctx context.Context, list []Rule, chosen string) (out []ui.Choice) {
	for _, r := range list {
		if r.Holds || r.ID == chosen {
			out = append(out, ui.Choice{Value: r.ID, Text: r.Name(ctx), Checked: r.ID == chosen})
		}
	}
	return out
}

func shanghai() *time.Location { return words.Shanghai() }
