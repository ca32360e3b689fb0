package search_test

import (
	"context"
	"slices"
	"testing"

	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

func find(t *testing.T, s *store.Store, tenant store.Tenant, query string) []string {
	t.Helper()
	sub, args := search.New(s).Find(tenant, "report", query, 1)
	rows, err := s.Reader().QueryContext(context.Background(), "SELECT DISTINCT id FROM ("+sub+") f ORDER BY id", args...)
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	defer rows.Close()
	ids := []string{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	walked := all(t, search.New(s).Walk(s.Reader(), search.Sought{Tenant: tenant, Room: "report", Query: query}), 3)
	slices.Sort(walked)
	if !slices.Equal(walked, ids) {
		t.Errorf("%q: a walk finds %v, the select %v", query, walked, ids)
	}
	return ids
}

// all walks to the end.
func all(t *testing.T, w *search.Walk, about int) []string {
	t.Helper()
	ids := []string{}
	for {
		hits, err := w.Next(context.Background(), about)
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) == 0 {
			return ids
		}
		for _, h := range hits {
			ids = append(ids, h.ID)
		}
	}
}

func TestTwoCharacterWordsAreFoundInTheirTenantOnly(t *testing.T) {
	storetest.Each(t, []store.Room{search.Room()}, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for _, d := range []struct {
				tenant    store.Tenant
				id, words string
			}{
				{"0190-a", "1", "六号楼楼道堆物，纸箱堆了两周"}, {"0190-a", "1", "已清走"}, {"0190-a", "2", "Ｂ08 压线"},
				{"0190-b", "3", "楼道堆物"}, {"0190-a", "4", "，。"},
			} {
				e := search.Entry{Tenant: d.tenant, Room: "report", ID: d.id, At: tx.Now(), Words: d.words}
				search.New(s).Add(tx, e)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string][]string{
			"堆物": {"1"}, "堆": {"1"}, "楼道堆物": {"1"}, "清走": {"1"}, "b08": {"2"}, "压线 B08": {"2"},
			"道楼": {}, "堆物 压线": {}, "": {}, `"; DROP TABLE x; --`: {}, "' | '": {}, "in0190bzreport": {}, "in0190azreport": {}, "***": {},
		} {
			if got := find(t, s, "0190-a", query); !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", query, got, want)
			}
		}
		if got := find(t, s, "0190-b", "堆物"); !slices.Equal(got, []string{"3"}) {
			t.Errorf("the other tenant finds %v", got)
		}
	})
}
