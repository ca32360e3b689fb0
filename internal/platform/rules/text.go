package rules

import (
	"bytes"
	"context"
	_ "embed" // the texts are compiled in
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/linli/linli/internal/platform/words"
)

//go:embed texts.csv
var textsCSV []byte

// text names something by its kind and by its key, which is how the file has it.
type text struct{ kind, key string }

// texts are the names in both languages.
var texts = sync.OnceValue(func() map[text]map[words.Lang]string {
	table, err := csv.NewReader(bytes.NewReader(textsCSV)).ReadAll()
	if err != nil {
		panic(err) // compiled in; a test reads it
	}
	all := map[text]map[words.Lang]string{}
	for _, row := range table[1:] {
		all[text{row[0], row[1]}] = map[words.Lang]string{words.Chinese: row[2], words.English: row[3]}
	}
	return all
})

// ranks are the kinds of sources; the first goes before the others.
func ranks() []string { return []string{"law", "notice", "other"} }

// rank is where a source stands among the others. What an office names itself
// is never held against the file's.
func rank(source string) int {
	return slices.IndexFunc(ranks(), func(kind string) bool { return texts()[text{kind, source}] != nil })
}

// named is the text in the reader's language; what the office wrote itself
// stays as it is.
func named(ctx context.Context, kind, key string) string { return namedIn(words.Of(ctx), kind, key) }

func namedIn(lang words.Lang, kind, key string) string {
	if s, ok := texts()[text{kind, key}][lang]; ok {
		return s
	}
	return key
}

// TopicName is what a topic is called.
func TopicName(ctx context.Context, topic string) string { return named(ctx, "topic", topic) }

// Topics are all topics in the order of the file.
func Topics() []string {
	var list []string
	for _, r := range file() {
		if !slices.Contains(list, r.Topic) {
			list = append(list, r.Topic)
		}
	}
	return list
}

// Name is what the row settles.
func (r Row) Name(ctx context.Context) string { return named(ctx, "parameter", r.Parameter) }

// NameIn is [Row.Name] in a language.
func (r Row) NameIn(lang words.Lang) string { return namedIn(lang, "parameter", r.Parameter) }

// Says is the value with what it is of, as a person reads it.
func (r Row) Says(ctx context.Context) string {
	return strings.ReplaceAll(named(ctx, "unit", r.Unit), "{v}", r.spoken(ctx, r.Value))
}

// spoken is one value, or one item of a list.
func (r Row) spoken(ctx context.Context, value string) string {
	r.Value = value
	if texts()[text{"value", value}] != nil {
		return named(ctx, "value", value)
	}
	switch r.Sort() {
	case Lists:
		list := items(value)
		for i, s := range list {
			list[i] = r.spoken(ctx, s)
		}
		return strings.Join(list, words.T(ctx, "rules.comma"))
	case Ranges:
		low, high, _ := strings.Cut(value, "..")
		return words.T(ctx, "rules.range", "low", r.figure(low), "high", r.figure(high))
	case Yearlys:
		m, d, _ := r.Yearly() // of a date that does not exist: 0, which the reader sees
		return words.T(ctx, "rules.yearly", "month", words.T(ctx, fmt.Sprintf("date.month%d", m)), "day", d)
	}
	return r.bounded(ctx)
}

// bounded is a figure with its bound.
func (r Row) bounded(ctx context.Context) string {
	b, s := bound(r.Value)
	s = r.figure(s)
	switch b {
	case AtLeast:
		return words.T(ctx, "rules.at_least", "v", s)
	case MoreThan:
		return words.T(ctx, "rules.more_than", "v", s)
	case AtMost:
		return words.T(ctx, "rules.at_most", "v", s)
	case Below:
		return words.T(ctx, "rules.below", "v", s)
	}
	return s
}

func (r Row) figure(s string) string {
	if r.money() && number(s) > 0 {
		return words.Yuan(100 * number(s))
	}
	return s
}

// ScopeText is where the row applies.
func (r Row) ScopeText(ctx context.Context) string {
	parts := []string{named(ctx, "region", r.place)}
	if texts()[text{"region", r.place}] == nil {
		parts = strings.Split(r.place, "/")
		for i, p := range parts {
			parts[i] = named(ctx, "region", p)
		}
	}
	where, of := strings.Join(parts, " · "), named(ctx, "condition", r.Scope.Of)
	switch {
	case of == "":
		return where
	case of == r.Scope.Of && rank(of) >= 0: // the life of a paper
		of = sourceName(ctx, of)
	}
	return words.T(ctx, "rules.scope", "region", where, "of", of)
}

func sourceName(ctx context.Context, source string) string {
	if i := rank(source); i >= 0 {
		return named(ctx, ranks()[i], source)
	}
	return source
}

// SourceText is the source with its article.
func (r Row) SourceText(ctx context.Context) string {
	source, article := sourceName(ctx, r.Source), named(ctx, "article", r.Article)
	switch {
	case article == "":
		return source
	case rank(r.Source) == 0 && article == r.Article && !strings.ContainsFunc(article, unicode.IsLetter):
		return words.T(ctx, "rules.article", "source", source, "article", article)
	}
	return words.T(ctx, "rules.clause", "source", source, "article", article)
}

// Days are the first and the last day, as 2026-01-01; empty for an open side.
func (r Row) Days() (from, until string) { return writeDay(r.From), writeDay(r.Until) }

// EndsWithin reports whether the row's last day comes within a span of days
// from a day on.
func (r Row) EndsWithin(day time.Time, span Span) bool {
	return !r.Until.IsZero() && r.Holds(day) && r.Until.Before(Day(day).AddDate(0, 0, int(span.N)))
}
