package matter_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Pages of what a search finds hold what the query holds, newest first, each case
// once, and however few of the hits it lets pass.
func TestWhatASearchFindsIsListedByPages(t *testing.T) {
	storetest.Each(t, append(rooms(), search.Room()), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, index := newTown(t, s, clock), search.New(s)
		var want []string
		for i := range 130 {
			clock.Advance(time.Minute)
			at := []string{"a1", "b1"}[i%2]
			c := w.raise(at, i, colour{Name: fmt.Sprint(i), Times: i % 3})
			w.update(func(_ context.Context, tx *store.Tx) error {
				index.Add(tx, search.Entry{Tenant: w.id, Room: "chore", ID: c.ID, At: c.RaisedAt, Words: "lamp"})
				return nil
			})
			if at == "a1" && i%3 == 0 {
				want = append([]string{c.Detail.Name}, want...)
			}
		}
		q := matter.Query{Scope: w.serves("a"), Show: matter.ShowAll, Limit: 4, Where: []matter.Cond{{SQL: "d.times = ?", Args: []any{0}}}}
		var got []string
		for {
			walk := index.Walk(s.Reader(), search.Sought{Tenant: w.id, Room: "chore", Query: "lamp", Until: q.Past()})
			p, err := colours().Found(t.Context(), s, walk, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Cases {
				got = append(got, c.Detail.Name)
			}
			if q.After = p.Next; p.Next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("found %v, want %v", got, want)
		}
		q.After = "1.x.y"
		if _, err := colours().Found(t.Context(), s, index.Walk(s.Reader(), search.Sought{Tenant: w.id, Room: "chore", Query: "lamp"}), q); !fault.Is(err, fault.Invalid) {
			t.Errorf("a token that was made up: %v", err)
		}
	})
}

// TestWordsSearchedReadRowsByTheirKeys: SQLite, left alone, goes through all of
// a neighbourhood or a kind.
func TestWordsSearchedReadRowsByTheirKeys(t *testing.T) {
	s, clock := storetest.SQLite(t, rooms())
	w := newTown(t, s, clock)
	for _, q := range []matter.Query{
		{Show: matter.ShowAll}, {}, {Show: matter.ShowLate}, {Mine: "ann"}, {Since: s.Now()}, {Phases: []matter.Phase{matter.Done}},
		{Where: []matter.Cond{{SQL: "d.name = ?", Args: []any{"red"}}}},
	} {
		q.Scope = w.serves("a")
		query, args, err := colours().Named(s, q)
		if err != nil {
			t.Fatal(err)
		}
		steps := plan(t, s, query, args)
		for _, table := range []string{"SEARCH d ", "SEARCH h "} {
			if !slices.ContainsFunc(steps, func(s string) bool {
				return strings.HasPrefix(s, table) && (strings.HasSuffix(s, "=? AND matter_id=?)") || strings.HasSuffix(s, "=? AND id=?)"))
			}) {
				t.Errorf("%+v: %q", q, steps)
			}
		}
	}
}

// What neighbours may read is listed for them, and what they may not only if it
// is theirs.
func TestAListHoldsOfNeighboursWhatTheyShare(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := newTown(t, s, clock)
		for i, x := range []struct {
			at, by string
			seen   matter.Audience
		}{
			{"a1", "ann", matter.Compound}, {"a2", "bob", matter.Everybody}, {"a1", "ann", matter.Parties}, {"b1", "ann", matter.Compound},
			{"a1", "bob", matter.Staff}, {"b1", "bob", matter.Parties},
		} {
			w.raiseBy(x.at, x.by, x.seen, colour{Name: fmt.Sprint(i)})
		}
		for _, tt := range []struct {
			name  string
			scope people.Scope
			want  string
		}{
			{"a neighbour in a", people.Scope{Shared: []string{w.nodes["a"].Path}}, "0 1"},
			{"bob in a", people.Scope{Shared: []string{w.nodes["a"].Path}, Person: "bob"}, "0 1 4 5"},
			{"anybody", people.Scope{Shared: []string{"/"}}, "0 1 3"},
			{"who serves b and lives in a", people.Scope{Shared: []string{w.nodes["a"].Path}, Paths: []string{w.nodes["b"].Path}}, "0 1 3 5"},
		} {
			tt.scope.Tenant = w.id
			got := w.list(matter.Query{Scope: tt.scope, Show: matter.ShowAll, Limit: 2})
			slices.Sort(got)
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
			}
		}
	})
}
