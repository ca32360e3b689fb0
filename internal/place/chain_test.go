package place_test

import (
	"context"
	"testing"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

func TestStandsSeesAChangeAtOnce(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		n := must(w.ByRef(ctx, w.xiwu.ID, "guihua-6"))(t)
		last := func() string {
			_, chain, err := w.Stands(ctx, w.xiwu.ID, n.ID)
			if err != nil {
				t.Fatal(err)
			}
			return chain[len(chain)-1].Name
		}
		if first, again := last(), last(); first != n.Name || again != n.Name {
			t.Fatalf("stands at %q, then %q", first, again)
		}
		elsewhere := place.NewService(w.store) // as another node would
		n.Name = "66号"
		w.update(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := elsewhere.Put(ctx, tx, n)
			return err
		})
		if got := last(); got != "66号" {
			t.Errorf("still %q", got)
		}
	})
}

func TestStandsKeepsToItsTenant(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		n := must(w.ByRef(ctx, w.xiwu.ID, "guihua-6"))(t)
		if _, _, err := w.Stands(ctx, w.xiwu.ID, n.ID); err != nil {
			t.Fatal(err)
		}
		for name, in := range map[string]store.Tenant{"another neighbourhood": w.other.ID, "nobody": "none"} {
			if _, _, err := w.Stands(ctx, in, n.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
