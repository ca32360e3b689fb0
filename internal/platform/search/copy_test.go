package search_test

import (
	"context"
	"slices"
	"testing"

	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// What was found before is found after, from each database in each.
func TestCopyFindsTheSame(t *testing.T) {
	rooms := []store.Room{search.Room()}
	for from, openFrom := range storetest.Openers(t) {
		for to, openTo := range storetest.Openers(t) {
			t.Run(from+" to "+to, func(t *testing.T) {
				a, b := openFrom(t, store.Options{Rooms: rooms}), openTo(t, store.Options{Rooms: rooms})
				for _, d := range []struct {
					tenant    store.Tenant
					id, words string
				}{{"0190-a", "1", "楼道堆物，纸箱"}, {"0190-a", "1", "已清走"}, {"0190-b", "2", "楼道堆物"}, {"0190-c", "3", "楼道"}} {
					err := a.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
						search.New(a).Add(tx, search.Entry{Tenant: d.tenant, Room: "report", ID: d.id, At: tx.Now(), Marks: []string{search.Mark("shade", "of "+string(d.tenant))}, Words: d.words})
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				copyIndex(t, a, b, "0190-a", "0190-b")
				for _, c := range []struct {
					tenant store.Tenant
					query  string
					want   []string
				}{
					{"0190-a", "楼道", []string{"1"}}, {"0190-a", "清走", []string{"1"}}, {"0190-b", "堆物", []string{"2"}},
					{"0190-b", "清走", []string{}}, {"0190-c", "楼道", []string{}},
				} {
					if got := find(t, b, c.tenant, c.query); !slices.Equal(got, c.want) {
						t.Errorf("%s in %s: %v, want %v", c.query, c.tenant, got, c.want)
					}
				}
			})
		}
	}
}

func copyIndex(t *testing.T, a, b *store.Store, tenants ...store.Tenant) {
	t.Helper()
	err := a.Frozen(t.Context(), func(ctx context.Context, db store.DB) error {
		return b.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			return search.Copy(ctx, db, a.Dialect(), tx, b.Dialect(), tenants)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
