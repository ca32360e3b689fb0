package rules

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the rules' table.
func Room() store.Room {
	return store.Room{Name: "rules", Migrations: store.Folder(files, "migrations")}
}

// Words are the room's sentences.
func Words() fs.FS { return store.Folder(files, "words") }

// Override is an entry of the office: from a day on, a row says something else,
// or what the file says again.
type Override struct {
	Seq     int64  // 1, 2, 3 … within the office; a later one goes before
	Rule    string // id of the row of the file
	Again   bool   // the file is right again; Value, Source and Article are empty
	Value   string // of the same sort as the row's
	Source  string // as the office names it
	Article string
	Reason  string
	From    time.Time
	Until   time.Time // zero: open
	By      string    // person id
	At      time.Time
}

// row is the row as the override has it.
func (e Override) row(r Row) Row {
	r.ID = fmt.Sprintf("%s~%d", r.ID, e.Seq)
	r.Value, r.Source, r.Article, r.From, r.Until, r.Override = e.Value, e.Source, e.Article, e.From, e.Until, &e
	return r
}

// Shelf is where an office's rules are read and overridden.
type Shelf struct {
	// Home is the scope of the office's questions.
	Home  Scope
	store *store.Store
	at    store.Tenant
}

// NewShelf is the shelf of an office.
func NewShelf(s *store.Store, office store.Tenant, home Scope) *Shelf { return &Shelf{home, s, office} }

// Today is the day by the store's clock.
func (s *Shelf) Today() time.Time { return Day(s.store.Now()) }

// Book is the rules as they are now.
func (s *Shelf) Book(ctx context.Context) (Book, error) { return s.BookIn(ctx, s.store.Reader()) }

// BookIn is Book as a transaction sees it.
func (s *Shelf) BookIn(ctx context.Context, db store.DB) (Book, error) {
	entries, err := s.entries(ctx, db)
	return bind(entries), err
}

// entries are what the office entered, oldest first: 1, 2, 3 …
func (s *Shelf) entries(ctx context.Context, db store.DB) ([]Override, error) {
	rows, err := New(db).Overrides(ctx, s.at)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	entries := make([]Override, len(rows))
	for i, r := range rows {
		e := Override{Seq: r.Seq, Rule: r.RuleID, Again: r.Value == "", Value: r.Value, Source: r.Source, Article: r.Article, Reason: r.Reason, By: r.ByID, At: store.Time(r.At)}
		if e.From, err = parseDay(r.FromDay); err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		if e.Until, err = parseDay(r.UntilDay); err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		entries[i] = e
	}
	return entries, nil
}

// Enter adds an entry, and reports whether it did: pressed twice, it is there
// once. Who may is for the caller to ask. It begins today or later, so that what
// was decided before stays explained. What is missing is an invalid fault with
// its fields.
func (s *Shelf) Enter(ctx context.Context, tx *store.Tx, e Override) (row Row, added bool, err error) {
	r, err := File().ByID(e.Rule)
	if err != nil {
		return Row{}, false, err
	}
	for _, text := range []*string{&e.Value, &e.Source, &e.Article, &e.Reason} {
		*text = strings.TrimSpace(*text)
	}
	if e.Again {
		e.Value, e.Source, e.Article = "", "", ""
	}
	if err := e.check(r, Day(tx.Now())); err != nil {
		return Row{}, false, err
	}
	if err := tx.Alone(ctx, "rules "+string(s.at)); err != nil {
		return Row{}, false, err
	}
	entries, err := s.entries(ctx, tx)
	if err != nil {
		return Row{}, false, err
	}
	if said := bind(entries).Overrides(r.ID); len(said) > 0 && said[0].Override.same(e) {
		return said[0], false, nil
	}
	e.Seq, e.At = int64(len(entries))+1, tx.Now()
	err = New(tx).AddOverride(ctx, AddOverrideParams{
		TenantID: s.at, Seq: e.Seq, RuleID: e.Rule, Value: e.Value, Source: e.Source, Article: e.Article, Reason: e.Reason,
		FromDay: writeDay(e.From), UntilDay: writeDay(e.Until), ByID: e.By, At: store.Ms(e.At),
	})
	if err != nil {
		return Row{}, false, fmt.Errorf("override rule: %w", err)
	}
	return e.row(r), true, nil
}

// same reports whether two entries say the same of the same days.
func (e Override) same(o Override) bool {
	return e.Again == o.Again && e.Value == o.Value && e.Source == o.Source && e.Article == o.Article && e.Reason == o.Reason &&
		e.From.Equal(o.From) && e.Until.Equal(o.Until)
}

// longest is how much may be written of each text, in runes.
const longest = 500

// check finds what is wrong with an entry for a row.
func (e Override) check(r Row, today time.Time) error {
	f := fault.New(fault.Invalid, "rules.invalid")
	if !e.Again {
		f = e.checkValue(f, r)
		if e.Source == "" {
			f = f.WithField("source", "rules.source_missing")
		}
	}
	if e.Reason == "" {
		f = f.WithField("reason", "rules.reason_missing")
	}
	if e.From.Before(today) {
		f = f.WithField("from", "rules.from_past")
	}
	if !e.Until.IsZero() && e.Until.Before(e.From) {
		f = f.WithField("until", "rules.until_before")
	}
	for name, text := range map[string]string{"value": e.Value, "source": e.Source, "article": e.Article, "reason": e.Reason} {
		if len([]rune(text)) > longest {
			f = f.WithField(name, "rules.too_long", "n", longest)
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// longestSpan is the most of any unit that a span may have: a slip of the hand,
// not a rule.
const longestSpan = 100_000

// checkValue: the program reads the value as it reads the row's.
func (e Override) checkValue(f *fault.Error, r Row) *fault.Error {
	x := e.row(r)
	_, day := x.Date()
	_, _, yearly := x.Yearly()
	from, err := x.Range()
	span, noSpan := x.Span()
	switch s := x.Sort(); {
	case e.Value == "":
		return f.WithField("value", "rules.value_missing")
	case !x.like(r), s == Dates && day != nil, s == Yearlys && yearly != nil, err == nil && from.Low > from.High,
		noSpan == nil && (span.N < 1 || span.N > longestSpan):
		return f.WithField("value", "rules.value_sort", "like", r.Value)
	}
	return f
}
