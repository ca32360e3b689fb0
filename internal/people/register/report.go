package register

import (
	"context"
	"slices"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/words"
)

// Counts are what became of the rows of one table.
type Counts struct{ New, Changed, Same, Ended int }

func (c Counts) with(change place.Change) Counts {
	switch change {
	case place.Added:
		c.New++
	case place.Changed:
		c.Changed++
	case place.Ended:
		c.Ended++
	default:
		c.Same++
	}
	return c
}

func (c Counts) plus(o Counts) Counts {
	return Counts{c.New + o.New, c.Changed + o.Changed, c.Same + o.Same, c.Ended + o.Ended}
}

// Result is what became of one neighbourhood, or of the subdistrict's office.
type Result struct {
	Kind   place.Kind // place.Subdistrict or place.Neighbourhood
	Ref    string     // the register's key
	Name   string
	Taken  bool              // false: a bad row holds it back, and it is as it was
	Counts map[string]Counts // by table; empty if it was not taken
}

// Report is what became of an import.
type Report struct {
	DryRun   bool
	Results  []Result  // subdistricts first
	Problems []Problem // in the order of the files and their lines, notes included
	Kept     []string  // files that other rooms take
	Endings  []Ending  // what the files no longer list, in the order of the tables
	Asks     bool      // these are so many that nothing is taken until Options.End says their number
}

// OK reports whether everything was taken. A command exits with 0 exactly then.
func (r Report) OK() bool {
	return !r.Asks && !slices.ContainsFunc(r.Problems, func(p Problem) bool { return !p.Note }) &&
		!slices.ContainsFunc(r.Results, func(x Result) bool { return !x.Taken })
}

// Total adds up a table over all that was taken.
func (r Report) Total(table string) Counts {
	var sum Counts
	for _, x := range r.Results {
		sum = sum.plus(x.Counts[table])
	}
	return sum
}

// Lines is the whole report as text, in the language of the context.
func (r Report) Lines(ctx context.Context) []string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, p.Text(ctx))
	}
	for _, name := range r.Kept {
		out = append(out, words.T(ctx, "register.kept", "file", name))
	}
	for _, x := range r.Results {
		out = append(out, x.lines(ctx, r.DryRun)...)
	}
	out = append(out, r.endingLines(ctx)...)
	switch {
	case r.Asks:
		out = append(out, words.T(ctx, "register.ask", "n", len(r.Endings)))
	case r.DryRun:
		out = append(out, words.T(ctx, "register.dry"))
	}
	return out
}

// endingLines name what the import ends, table by table.
func (r Report) endingLines(ctx context.Context) []string {
	if len(r.Endings) == 0 {
		return nil
	}
	out := []string{words.T(ctx, "register.ending", "n", len(r.Endings))}
	for _, e := range r.Endings {
		out = append(out, words.T(ctx, "register.ending_line", "table", words.T(ctx, "register.table."+e.Table), "ref", e.Ref, "name", e.shown(ctx)))
	}
	return out
}

// shown is the name; a child has none.
func (e Ending) shown(ctx context.Context) string {
	if e.Name == "" {
		return words.T(ctx, "register.no_name")
	}
	return e.Name
}

func (x Result) lines(ctx context.Context, dry bool) []string {
	if !x.Taken {
		return []string{words.T(ctx, "register.held", "name", x.Name)}
	}
	out := []string{words.T(ctx, "register.taken", "name", x.Name)}
	if dry {
		out = []string{words.T(ctx, "register.taken_dry", "name", x.Name)}
	}
	for _, table := range Tables() {
		c, ok := x.Counts[table]
		if ok && table != Neighbourhoods {
			out = append(out, words.T(ctx, "register.counts", "table", words.T(ctx, "register.table."+table),
				"new", c.New, "changed", c.Changed, "same", c.Same, "ended", c.Ended))
		}
	}
	return out
}
