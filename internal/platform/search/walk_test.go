package search_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/text"
)

// crowd is a heap of texts made up by a dice: several tenants, times close
// together and far apart, in no order, several texts under one id.
func crowd(dice *rand.Rand, n int) []search.Entry {
	syllables := strings.Fields("楼道 堆物 电瓶 漏水 车 灯 loudao louti B08 225弄 物业 ， 。")
	spans := []time.Duration{0, time.Millisecond, time.Second, time.Hour, 24 * time.Hour, 90 * 24 * time.Hour}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var out []search.Entry
	for i := range n {
		if i > 0 && dice.IntN(5) == 0 { // a later text of an earlier id
			e := out[dice.IntN(i)]
			e.Words = said(dice, syllables)
			out = append(out, e)
			continue
		}
		at = at.Add(time.Duration(dice.Int64N(3)-1) * spans[dice.IntN(len(spans))])
		out = append(out, search.Entry{
			Tenant: store.Tenant(fmt.Sprintf("0190-%c", 'a'+dice.IntN(2))), Room: "report", ID: store.NewID(), At: at,
			Marks: []string{search.Mark("compound", fmt.Sprint(dice.IntN(3))), search.Mark("kind", fmt.Sprint(dice.IntN(3)))}, Words: said(dice, syllables),
		})
	}
	return out
}

func said(dice *rand.Rand, syllables []string) string {
	var words strings.Builder
	for range 1 + dice.IntN(6) {
		words.WriteString(syllables[dice.IntN(len(syllables))])
	}
	return words.String()
}

// plain finds what a walk finds by reading every text.
func plain(texts []search.Entry, s search.Sought) []string {
	kept := slices.DeleteFunc(slices.Clone(texts), func(e search.Entry) bool {
		tokens := text.Bigrams(e.Words)
		missing := func(term text.Term) bool {
			return !slices.ContainsFunc(tokens, func(t string) bool { return t == term.Token || term.Prefix && strings.HasPrefix(t, term.Token) })
		}
		unmarked := func(any []string) bool {
			return !slices.ContainsFunc(any, func(m string) bool { return slices.Contains(e.Marks, m) })
		}
		return e.Tenant != s.Tenant || len(text.Query(s.Query)) == 0 || slices.ContainsFunc(text.Query(s.Query), missing) || slices.ContainsFunc(s.Marks, unmarked) ||
			!s.Since.IsZero() && e.At.Before(s.Since) || !s.Until.IsZero() && !e.At.Before(s.Until)
	})
	slices.SortFunc(kept, func(a, b search.Entry) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(b.ID, a.ID)) })
	ids := []string{}
	for _, e := range kept {
		ids = append(ids, e.ID)
	}
	return slices.Compact(ids)
}

func TestAWalkFindsWhatReadingEverythingFinds(t *testing.T) {
	storetest.Each(t, []store.Room{search.Room()}, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		dice := rand.New(rand.NewPCG(7, 1))
		texts := crowd(dice, 3000)
		put(t, s, texts...)
		for _, query := range []string{"楼道", "堆物", "道堆", "漏水 灯", "电瓶车", "loudao", "楼道 loudao", "b08", "225弄", "物", "车灯", "没有", "，", ""} {
			for range 6 {
				x := search.Sought{Tenant: "0190-a", Room: "report", Query: query}
				if dice.IntN(2) == 0 {
					x.Marks = append(x.Marks, []string{search.Mark("compound", "1"), search.Mark("compound", "2")})
				}
				if dice.IntN(2) == 0 {
					x.Marks = append(x.Marks, []string{search.Mark("kind", "0")})
				}
				if dice.IntN(2) == 0 {
					x.Until = texts[dice.IntN(len(texts))].At
				}
				if dice.IntN(3) == 0 {
					x.Since = texts[dice.IntN(len(texts))].At
				}
				about := 1 + dice.IntN(60)
				if diff := gocmp.Diff(plain(texts, x), all(t, search.New(s).Walk(s.Reader(), x), about)); diff != "" {
					t.Errorf("%+v, about %d: -plain +walked\n%s", x, about, diff)
				}
			}
		}
	})
}

func put(t *testing.T, s *store.Store, texts ...search.Entry) {
	t.Helper()
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, e := range texts {
			search.New(s).Add(tx, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
