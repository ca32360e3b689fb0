package care

import (
	"bytes"
	"context"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/words"
)

//go:embed rules/*.csv
var ruleFiles embed.FS

// Rule is a row of versioned data: what the law or the neighbourhood says, from
// a day to a day.
type Rule struct {
	ID                 string
	Zh, En             string
	SourceZh, SourceEn string
	From, Until        time.Time // days in Shanghai; zero: open
}

// Name is what it is called in the reader's language.
func (r Rule) Name(ctx context.Context) string {
	if words.Of(ctx) == words.English {
		return r.En
	}
	return r.Zh
}

// Source is where it comes from, in the reader's language.
func (r Rule) Source(ctx context.Context) string {
	if words.Of(ctx) == words.English {
		return r.SourceEn
	}
	return r.SourceZh
}

// holds reports whether the rule is in force.
func (r Rule) holds(at time.Time) bool {
	return !at.Before(r.From) && (r.Until.IsZero() || at.Before(r.Until.AddDate(0, 0, 1)))
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

// Grounds are all grounds, those out of force too.
func Grounds() []Ground { return ruleBook().grounds }

// Grades are all grades, the most frequent first.
func Grades() []Grade { return ruleBook().grades }

func groundByID(id string) (Ground, bool) {
	return find(Grounds(), id, func(g Ground) Rule { return g.Rule })
}
func gradeByID(id string) (Grade, bool) {
	return find(Grades(), id, func(g Grade) Rule { return g.Rule })
}

func find[T any](list []T, id string, rule func(T) Rule) (T, bool) {
	for _, x := range list {
		if rule(x).ID == id {
			return x, true
		}
	}
	var none T
	return none, false
}

type rules struct {
	grounds []Ground
	grades  []Grade
}

// ruleBook reads the tables once; they never change while the program runs.
var ruleBook = sync.OnceValue(func() rules {
	var b rules
	for _, row := range ruleRows("rules/grounds.csv") {
		b.grounds = append(b.grounds, Ground{ruleOf(row), row["consent"]})
	}
	for _, row := range ruleRows("rules/grades.csv") {
		every, err := strconv.Atoi(row["every_days"])
		if err != nil || every < 1 {
			panic("care: grade " + row["id"] + " has no days") // compiled in; a test reads it
		}
		b.grades = append(b.grades, Grade{ruleOf(row), every})
	}
	return b
})

func ruleOf(row map[string]string) Rule {
	return Rule{
		ID: row["id"], Zh: row["zh"], En: row["en"], SourceZh: row["source_zh"], SourceEn: row["source_en"],
		From: ruleDay(row["valid_from"]), Until: ruleDay(row["valid_to"]),
	}
}

func ruleDay(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	d, err := time.ParseInLocation(time.DateOnly, s, shanghai())
	if err != nil {
		panic(err) // compiled in; a test reads it
	}
	return d
}

// ruleRows are the rows of a table by their columns.
func ruleRows(name string) []map[string]string {
	b, err := ruleFiles.ReadFile(name)
	if err != nil {
		panic(err) // compiled in
	}
	table, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err)) // compiled in; a test reads it
	}
	var rows []map[string]string
	for _, line := range table[1:] {
		row := map[string]string{}
		for i, column := range table[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func shanghai() *time.Location { return words.Shanghai() }
