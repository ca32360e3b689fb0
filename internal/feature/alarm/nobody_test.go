package alarm_test

import (
	"context"
	"slices"
	"testing"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// seen is an incident as the subdistrict's officer sees it.
func (h *house) seen(id string) alarm.View {
	h.T.Helper()
	v, err := h.Alarms.View(context.Background(), h.Officer(), id)
	h.Must(err)
	return v
}

// S31: where nobody serves the place the subdistrict is called at once, and the
// record does not say that anybody was reached.
func TestS31_WithNobodyToCallTheSubdistrictIsCalledAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Must(h.Store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM people_post WHERE tenant_id = $1", h.Xiwu)
			return err
		}))
		h.signal(true)
		h.After(0)
		list, err := h.Alarms.Open(t.Context(), h.Officer())
		if err != nil || len(list) != 1 {
			t.Fatalf("%d open, %v", len(list), err)
		}
		if got := h.Told(h.Officer()); !slices.Equal(got, []string{"alarm.told.nobody_here"}) {
			t.Fatalf("the officer is told %v", got)
		}
		keys := func() (out []string) {
			for _, e := range h.seen(list[0].ID).Timeline {
				out = append(out, e.Key)
			}
			return out
		}
		if got := keys(); !slices.Equal(got, []string{"alarm.did.raise_alone", "alarm.step.nobody_here"}) {
			t.Fatalf("the record says %v", got)
		}
		h.After(alarm.Repeat)
		h.After(alarm.Repeat)
		h.After(alarm.Repeat)
		want := []string{"alarm.did.raise_alone", "alarm.step.nobody_here", "alarm.step.nobody_here", "alarm.step.office", "alarm.step.call119"}
		if got := keys(); !slices.Equal(got, want) {
			t.Fatalf("the record says %v", got)
		}
		if got := h.Told(h.Officer()); len(got) != 3 {
			t.Errorf("the officer is told %v", got)
		}
	})
}

// S31: when the last of those who were called cannot come either, the
// subdistrict is called in that second, once.
func TestS31_WhenAllCannotTheSubdistrictIsCalledAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		v := h.open()
		h.do(h.Guard(), alarm.Act{ID: v.ID, Verb: alarm.Go})
		for _, r := range v.Responders {
			if len(h.Told(h.Officer())) > 0 {
				t.Fatal("called while somebody may still come")
			}
			a, err := h.Door.ActorFor(t.Context(), h.Xiwu, r.Person)
			h.Must(err)
			if a.Person != h.Guard().Person {
				h.do(a, alarm.Act{ID: v.ID, Verb: alarm.Cannot})
			}
			h.After(0)
		}
		for range 2 {
			h.do(h.Guard(), alarm.Act{ID: v.ID, Verb: alarm.Cannot})
			h.After(0)
		}
		if got := h.Told(h.Officer()); !slices.Equal(got, []string{"alarm.told.all_cannot"}) {
			t.Fatalf("the officer is told %v", got)
		}
		if got := h.steps(v.ID); !slices.Equal(got, []string{"all_cannot"}) {
			t.Fatalf("the record says %v", got)
		}
		furnished.Says(t, h.Visit(h.Officer()).Must("/alarms"), "叫到的人都去不了，已通知街道")
		h.After(alarm.Repeat)
		if got := h.steps(v.ID); !slices.Equal(got, []string{"all_cannot", "all_cannot"}) {
			t.Errorf("a minute later the record says %v", got)
		}
	})
}
