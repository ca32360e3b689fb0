package alarm_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// smokes lets so many detectors of a flat see smoke.
func (h *house) smokes(ref string, n int) {
	h.T.Helper()
	flat, err := h.Places.ByRef(context.Background(), h.Xiwu, ref)
	if err != nil {
		h.T.Fatal(err)
	}
	for i := range n {
		h.signal(true, func(s *alarm.Signal) { s.Device, s.Place = fmt.Sprintf("%s-%d", ref, i), flat.ID })
	}
}

// In a storm the desk shows what nobody answered before what somebody did,
// and a page names three and how many more there are.
func TestS30_UnansweredAlarmIsNeverBehindAnsweredOnes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.smokes("guihua-6-302", 60)
		for _, r := range h.list() {
			h.do(h.Guard(), alarm.Act{ID: r.ID, Verb: alarm.Go})
		}
		h.Clock.Advance(time.Second)
		h.smokes("guihua-6-402", 1)
		list := h.list()
		if len(list) >= 61 {
			t.Fatalf("%d listed: no storm", len(list))
		}
		for i, r := range list[:11] {
			if r.Phase != matter.Raised {
				t.Errorf("line %d is one that somebody answered", i)
			}
		}
		if last := list[10]; last.RaisedAt != h.Clock.Now() {
			t.Errorf("the youngest unanswered one of %v is not among the first", h.Clock.Now())
		}
		if list[11].Phase != matter.Taken {
			t.Errorf("the eleven unanswered ones are followed by %s", list[11].Phase)
		}
	})
}

// Who serves one building sees its alarm, however many are open elsewhere,
// and none of those.
func TestS28_ABuildingsOwnAlarmIsNeverBehindOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		building, err := h.Places.ByRef(ctx, h.Xiwu, "guihua-6")
		if err != nil {
			t.Fatal(err)
		}
		err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: h.Xiwu, Person: h.Actor("xiwu", "r0161").Person, Role: people.BuildingLead, Place: building.ID})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		lead := h.Actor("xiwu", "r0161")
		h.smokes("guihua-5-302", 60)
		h.Clock.Advance(time.Second)
		h.smokes("guihua-6-302", 1)
		list, err := h.Alarms.Open(ctx, lead)
		if err != nil || len(list) != 1 || list[0].Place != h.flat.ID {
			t.Errorf("%d alarms, %v", len(list), err)
		}
	})
}
