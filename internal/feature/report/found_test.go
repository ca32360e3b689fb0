package report_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
)

// soughtAfter are words of two and three characters, pinyin and both mixed; the
// sample subdistrict says none of them.
func soughtAfter() []string {
	return strings.Fields("鹦鹉 鹉笼 琵琶 琵琶声 pipa yingwu Pipa琵琶 ⅩⅤ88 琵琶pipa88")
}

// TestS40_WordsAreFoundAsByReadingAll lets many reports be written and talked
// about, and holds every page of every search against the list without words.
func TestS40_WordsAreFoundAsByReadingAll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		dice := rand.New(rand.NewPCG(3, 5))
		said := h.manyReports(dice, 90)
		actors := []people.Actor{
			h.resident("guihua-6", 0), h.resident("guihua-6", 1), h.staff(people.CommitteeDirector, "guihua-6"), h.staff(people.PropertyManager, "guihua-6"),
		}
		for _, query := range append(soughtAfter(), "鹦鹉 琵琶", "鹉", "没有的") {
			for range 4 {
				a, f := actors[dice.IntN(len(actors))], h.anyFilter(dice)
				want := []string{}
				for _, r := range h.pages(a, f, 100) {
					if slices.ContainsFunc(said[r.ID], func(words string) bool { return holds(words, query) }) {
						want = append(want, r.ID)
					}
				}
				f.Query = query
				got := []string{}
				for _, r := range h.pages(a, f, 1+dice.IntN(9)) {
					got = append(got, r.ID)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%q, %+v: -read +found\n%s", query, f, diff)
				}
			}
		}
	})
}

// holds reports whether a text holds all that is looked for.
func holds(words, query string) bool {
	tokens := text.Bigrams(words)
	for _, term := range text.Query(query) {
		if !slices.ContainsFunc(tokens, func(s string) bool { return s == term.Token || term.Prefix && strings.HasPrefix(s, term.Token) }) {
			return false
		}
	}
	return true
}

// manyReports returns what was said of each, text by text.
func (h *house) manyReports(dice *rand.Rand, n int) map[string][]string {
	said := map[string][]string{}
	words := func() string {
		list := soughtAfter()
		return list[dice.IntN(len(list))] + []string{"", " ", "，"}[dice.IntN(3)] + list[dice.IntN(len(list))]
	}
	var all []report.Report
	for range n {
		if dice.IntN(2) == 0 {
			h.Clock.Advance(time.Duration(dice.IntN(300)) * time.Minute)
		}
		building := []string{"guihua-6", "guihua-5"}[dice.IntN(2)]
		r := h.raise(h.resident(building, dice.IntN(2)), func(d *report.Draft) {
			d.Place, d.Category, d.Words = h.Place(building).ID, []string{"corridor.clutter", "corridor.light"}[dice.IntN(2)], words()
			said[""] = []string{d.Words}
		})
		said[r.ID] = said[""]
		all = append(all, r)
		if dice.IntN(3) > 0 {
			continue
		}
		of := all[dice.IntN(len(all))]
		by := people.Actor{Tenant: h.Xiwu, Person: of.RaisedBy}
		by, err := h.Door.ActorFor(context.Background(), h.Xiwu, by.Person)
		if err != nil {
			h.T.Fatal(err)
		}
		x := report.Act{ID: of.ID, Verb: []matter.Verb{matter.Note, matter.Withdraw}[dice.IntN(2)], Words: words()}
		if _, err := h.Reports.Do(context.Background(), by, x); err == nil {
			said[of.ID] = append(said[of.ID], x.Words)
		}
	}
	delete(said, "")
	return said
}

// anyFilter is a filter without words.
func (h *house) anyFilter(dice *rand.Rand) report.Filter {
	var f report.Filter
	f.Mine, f.Open = dice.IntN(4) == 0, dice.IntN(3) == 0
	if dice.IntN(3) == 0 {
		f.Category = "corridor.light"
	}
	if dice.IntN(3) == 0 {
		f.Building = h.Place("guihua-5").ID
	}
	if dice.IntN(4) == 0 {
		f.Phases = []matter.Phase{matter.Withdrawn}
	}
	if dice.IntN(4) == 0 {
		f.Since = h.Clock.Now().Add(-time.Duration(dice.IntN(200)) * time.Hour)
	}
	if dice.IntN(4) == 0 {
		f.Until = h.Clock.Now().Add(-time.Duration(dice.IntN(100)) * time.Hour)
	}
	return f
}

// pages reads a list to its end.
func (h *house) pages(a people.Actor, f report.Filter, limit int) (rows []report.Row) {
	h.T.Helper()
	for after := ""; ; {
		p, err := h.Reports.List(context.Background(), a, f, after, limit)
		if err != nil {
			h.T.Fatal(err)
		}
		rows = append(rows, p.Rows...)
		if after = p.Next; after == "" {
			return rows
		}
	}
}

// TestS40_WordsPutInByAnEarlierLinliAreFound: they lie in no order, and are put
// in order once.
func TestS40_WordsPutInByAnEarlierLinliAreFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.resident("guihua-6", 0)
		var ids []string
		for range 3 {
			h.Clock.Advance(time.Hour)
			ids = append(ids, h.raise(a, func(d *report.Draft) { d.Words = "鹦鹉" }).ID)
		}
		h.putAsBefore("鹦鹉 鹉", ids[1], ids[2], ids[0], ids[1])
		n, err := h.Reports.OrderIndex(t.Context())
		if err != nil || n != 4 {
			t.Fatalf("%d were put in order, %v", n, err)
		}
		var got []string
		for _, r := range h.pages(a, report.Filter{Query: "鹦鹉", Mine: true}, 2) {
			got = append(got, r.ID)
		}
		slices.Reverse(ids)
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Error(diff)
		}
		if n, err := h.Reports.OrderIndex(t.Context()); n != 0 || err != nil {
			t.Errorf("again %d, %v", n, err)
		}
	})
}

// putAsBefore empties the index and puts tokens in as an earlier linli did.
func (h *house) putAsBefore(tokens string, ids ...string) {
	h.T.Helper()
	scope := "in" + strings.ReplaceAll(string(h.Xiwu), "-", "") + "zreport"
	err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM search_doc"); err != nil {
			return err
		}
		for _, id := range ids {
			q, args := "INSERT INTO search_doc (scope, body, id) VALUES ($1, $2, $3)", []any{scope, tokens, id}
			if h.Store.Dialect() == store.Postgres {
				q, args = "INSERT INTO search_doc (tenant_id, room, id, body) VALUES ($1, 'report', $2, array_to_tsvector(string_to_array($3, ' ')))", []any{h.Xiwu, id, tokens + " " + scope}
			}
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.T.Fatal(err)
	}
}
