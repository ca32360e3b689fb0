package bench

import (
	"flag"
	"fmt"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store/storetest"
)

var pastReports = flag.Int("bench.past", 10_000, "reports among which words are searched")

// BenchmarkWords tells what a page of a search costs, on each database, among
// as many reports as -bench.past says: of words that many, some and few say.
func BenchmarkWords(b *testing.B) {
	for name, where := range map[string]string{"sqlite": "", "postgres": schema(b)} {
		if name == "postgres" && where == "" {
			continue
		}
		b.Run(name, func(b *testing.B) { searching(b, app.Options{Dir: b.TempDir(), Postgres: where}) })
	}
}

func schema(b *testing.B) string {
	if url, ok := storetest.Postgres(b); ok {
		return url
	}
	return ""
}

func searching(b *testing.B, o app.Options) {
	if _, err := furnishIn(b.Context(), o, *pastReports); err != nil {
		b.Fatal(err)
	}
	pagesOf(b, o)
}

func pagesOf(b *testing.B, o app.Options) {
	o.OneClick = true
	a, err := app.New(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Stop(b.Context()) })
	cast, err := demo.Cast(b.Context(), a)
	if err != nil {
		b.Fatal(err)
	}
	who := map[string]people.Actor{}
	for _, p := range cast {
		if who[p.Role], err = a.Door.ActorFor(b.Context(), p.Tenant, p.ID); err != nil {
			b.Fatal(err)
		}
	}
	board, worker := who["committee"], who["property"]
	for _, c := range []struct {
		name  string
		who   people.Actor
		f     report.Filter
		least int
	}{
		{"common", board, report.Filter{Query: soughtWords()}, pageRows},
		{"common_open", board, report.Filter{Query: soughtWords(), Open: true}, pageRows},
		{"common_property", worker, report.Filter{Query: soughtWords(), Open: true}, pageRows},
		{"common_kind", board, report.Filter{Query: soughtWords(), Category: sentKind}, 1},
		{"common_not_there", board, report.Filter{Query: soughtWords(), Phases: []matter.Phase{matter.Declined}}, 0},
		{"two", board, report.Filter{Query: soughtWords() + " 18F"}, 1},
		{"number", board, report.Filter{Query: "0000500"}, 0},
		{"nowhere", board, report.Filter{Query: "饕餮"}, 0},
		{"one", board, report.Filter{Query: string([]rune(soughtWords())[:1])}, pageRows},
		{"latin", board, report.Filter{Query: "corridor"}, 1},
	} {
		b.Run(fmt.Sprintf("%s/%d", c.name, *pastReports), func(b *testing.B) {
			for b.Loop() {
				p, err := a.Reports.List(b.Context(), c.who, c.f, "", pageRows)
				if err != nil || len(p.Rows) < c.least {
					b.Fatal(len(p.Rows), err)
				}
			}
		})
	}
}
