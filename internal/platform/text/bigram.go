package text

import (
	"strings"
	"unicode"
)

// Term is one condition of a query: a token that must be in the text.
type Term struct {
	Token  string // folded; letters, digits and Han only, never empty
	Prefix bool   // any token that begins with Token will do
}

// Bigrams returns the tokens of s for the index, in reading order, repeated
// ones included. See the package comment for what they are. The tokens hold
// no spaces, quotes or operators, so they may be joined with spaces and given
// to FTS5 (tokenize=unicode61) or cast, each one quoted, to a tsvector.
func Bigrams(s string) []string {
	var out []string
	for _, run := range runs(s) {
		if !run.han {
			out = append(out, string(run.text))
			continue
		}
		for i := range run.text {
			out = append(out, string(run.text[i:min(i+2, len(run.text))]))
		}
	}
	return out
}

// Query returns the terms that a text must all hold to be an answer to s,
// each once, in reading order. Two Han characters give exactly one term; one
// alone gives a prefix term; a Latin word or number is matched whole. A query
// without letters, digits or Han gives none, which finds nothing.
func Query(s string) []Term {
	var out []Term
	seen := map[Term]bool{}
	add := func(t Term) {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	for _, run := range runs(s) {
		if !run.han {
			add(Term{Token: string(run.text)})
			continue
		}
		if len(run.text) == 1 {
			add(Term{Token: string(run.text), Prefix: true})
			continue
		}
		for i := range len(run.text) - 1 {
			add(Term{Token: string(run.text[i : i+2])})
		}
	}
	return out
}

// FTS5 writes terms in the query language of SQLite's FTS5, all required.
// No terms give the empty string, which FTS5 refuses: ask nothing then.
func FTS5(terms []Term) string {
	return join(terms, " AND ", func(t Term) string {
		if t.Prefix {
			return `"` + t.Token + `" *`
		}
		return `"` + t.Token + `"`
	})
}

// TSQuery writes terms in the form that PostgreSQL's tsquery cast reads, all
// required. The matching vector is made of quoted tokens too, so that no
// dictionary or locale comes between.
func TSQuery(terms []Term) string {
	return join(terms, " & ", func(t Term) string {
		if t.Prefix {
			return "'" + t.Token + "':*"
		}
		return "'" + t.Token + "'"
	})
}

func join(terms []Term, and string, write func(Term) string) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = write(t)
	}
	return strings.Join(parts, and)
}

type run struct {
	text []rune
	han  bool
}

func runs(s string) []run {
	var out []run
	open := false
	for _, r := range Fold(s) {
		if !wordRune(r) {
			open = false
			continue
		}
		han := unicode.Is(unicode.Han, r)
		if !open || out[len(out)-1].han != han {
			out = append(out, run{han: han})
			open = true
		}
		last := &out[len(out)-1]
		last.text = append(last.text, r)
	}
	return out
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.Han, r)
}
