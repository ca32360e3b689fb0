package care_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/people"
)

// calls opens the sheets of the elder's home for a responder to an alarm.
func (h *house) calls(a people.Actor, alarm string) {
	h.T.Helper()
	got, err := h.Care.Respond(context.Background(), a, care.Call{Tenant: h.Xiwu, Home: h.elder().Dwelling, Matter: alarm})
	if err != nil || len(got) != 1 || got[0].Hints != hint {
		h.T.Errorf("%s sees %+v, %v", a.Name, got, err)
	}
}

// looked are how often an actor stands in who looked and in the audit trail.
func (h *house) looked(a people.Actor, id string) (shown, trail int) {
	h.T.Helper()
	own, err := h.Care.Mine(context.Background(), h.elder())
	if err != nil || len(own) != 1 {
		h.T.Fatal(own, err)
	}
	for _, l := range own[0].Looks {
		if l.Viewer == a.Person {
			shown++
		}
	}
	return shown, h.audited(a, "care.read", id)
}

// S28: a page that refreshes thirty times is one look; another person, another
// alarm, another reason and the next half hour are looks of their own.
func TestS28_ThirtyRefreshesAreOneLook(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id, guard := context.Background(), h.enter(), h.Guard()
		want := func(a people.Actor, n int, when string) {
			t.Helper()
			if shown, trail := h.looked(a, id); shown != n || trail != n {
				t.Errorf("%s: %s stands %d times in who looked and %d times in the trail, want %d", when, a.Name, shown, trail, n)
			}
		}
		h.calls(guard, "one")
		want(guard, 1, "the first look")
		for range 29 {
			h.Clock.Advance(30 * time.Second)
			h.calls(guard, "one")
		}
		want(guard, 1, "thirty refreshes")
		again := guard
		again.Session = "another"
		h.calls(again, "one")
		want(guard, 1, "signed in again")
		h.calls(h.first(), "one")
		want(h.first(), 1, "another person")
		h.calls(guard, "two")
		want(guard, 2, "another alarm")
		h.Clock.Advance(care.OneLook)
		h.calls(guard, "one")
		want(guard, 3, "half an hour later")
		for range 3 {
			if _, err := h.Care.Open(ctx, h.first(), id, care.ForCare); err != nil {
				t.Fatal(err)
			}
		}
		want(h.first(), 2, "the same person for a visit")
		h.Clock.Advance(-time.Hour)
		h.calls(guard, "one")
		want(guard, 4, "the clock went back")
		if _, err := people.VerifyAudit(ctx, h.Store.Reader(), h.Xiwu); err != nil {
			t.Error(err)
		}
	})
}

// S28: who opens the sheet in two windows in the same instant looked once.
func TestS28_TwoWindowsInOneInstantAreOneLook(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, guard := h.enter(), h.Guard()
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { h.calls(guard, "one") })
		}
		wg.Wait()
		if shown, trail := h.looked(guard, id); shown != 1 || trail != 1 {
			t.Errorf("it stands %d times in who looked and %d times in the trail", shown, trail)
		}
	})
}
