package rules

import (
	"bytes"
	_ "embed" // the rules are compiled in
	"encoding/csv"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/words"
)

//go:embed thresholds.csv
var thresholds []byte

// Row is one rule: what a source says of a parameter, where and on which days.
type Row struct {
	ID        string // stays for ever; a decision keeps it
	Topic     string
	Parameter string
	Value     string
	Unit      string // what the value is of
	Scope     Scope
	Source    string // key of its name, see [Row.SourceText]
	Article   string
	From      time.Time // first day, in Shanghai; zero: unknown, taken as always
	Until     time.Time // last day; zero: open
	Mark      string    // V, S or P
	Override  *Override // the office's entry, nil for a row of the file

	place string // the region as the file writes it
}

// Scope is where a rule is asked for, or where it applies.
type Scope struct {
	Region string // such as Shanghai/Hongkou; CN for the country; empty for no region: linli's defaults only
	Of     string // the condition, such as "added lifts"; empty for none
}

// In is the scope of a region without condition.
func In(region string) Scope { return Scope{Region: region} }

// For is the scope narrowed to a condition.
func (s Scope) For(condition string) Scope { return Scope{s.Region, condition} }

// fits says how narrow a row's scope is around the question's, 0 for the
// widest, and whether it is around it at all.
func (s Scope) fits(row Scope) (narrow int, ok bool) {
	if row.Of != "" && row.Of != s.Of {
		return 0, false
	}
	switch {
	case row.Region == "":
	case row.Region == "CN":
		narrow, ok = 2, s.Region != ""
	default:
		narrow = 4 + 2*strings.Count(row.Region, "/")
		ok = strings.HasPrefix(s.Region+"/", row.Region+"/")
	}
	if row.Of != "" {
		narrow++
	}
	return narrow, ok || row.Region == ""
}

// Day is the day in Shanghai on which an instant falls.
func Day(t time.Time) time.Time {
	y, m, d := t.In(words.Shanghai()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, words.Shanghai())
}

// Holds reports whether the row's own days include the day. Another row may
// still go before it: ask [Book.At].
func (r Row) Holds(day time.Time) bool {
	d := Day(day)
	return !d.Before(r.From) && (r.Until.IsZero() || !d.After(r.Until))
}

// key is what at most one row is in force for.
func (r Row) key() string { return r.Topic + "." + r.Parameter }

// file is the rows that come with linli, in their order.
var file = sync.OnceValue(func() []Row {
	rows, err := read(thresholds)
	if err != nil {
		panic(err) // compiled in; a test reads it
	}
	return rows
})

func read(b []byte) ([]Row, error) {
	r := csv.NewReader(bytes.NewReader(b))
	r.Comment = '#'
	table, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	rows := make([]Row, 0, len(table))
	for _, c := range table[1:] {
		row := Row{ID: c[0], Topic: c[1], Parameter: c[2], Value: c[3], Unit: c[4], Source: c[6], Article: c[7], Mark: c[10]}
		if row.From, err = parseDay(c[8]); err != nil {
			return nil, fmt.Errorf("rules: %s: %w", row.ID, err)
		}
		if row.Until, err = parseDay(c[9]); err != nil {
			return nil, fmt.Errorf("rules: %s: %w", row.ID, err)
		}
		row.place, row.Scope = scopeOf(c[5])
		rows = append(rows, row)
	}
	return rows, nil
}

func scopeOf(s string) (place string, scope Scope) {
	region, of, _ := strings.Cut(s, "; ")
	scope = Scope{region, of}
	if strings.HasPrefix(region, "default") {
		scope.Region = ""
	}
	return region, scope
}

// parseDay reads 2026-01-01; empty is the zero day.
func parseDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(time.DateOnly, s, words.Shanghai())
}

func writeDay(d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return d.In(words.Shanghai()).Format(time.DateOnly)
}
