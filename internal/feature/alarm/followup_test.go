package alarm_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/test/furnished"
)

// stoveTwice leaves the stove on twice in flat 6-302, seen by two detectors, and
// returns the follow-up.
func (h *house) stoveTwice() alarm.Followup {
	h.T.Helper()
	h.signal(true)
	h.close(alarm.StoveLeftOn)
	h.Clock.Advance(200 * 24 * time.Hour)
	h.signal(true, func(s *alarm.Signal) { s.Device = "smk-302-hall" })
	h.close(alarm.StoveLeftOn)
	list, err := h.Alarms.Followups(context.Background(), h.Committee())
	if err != nil || len(list) != 1 {
		h.T.Fatal(list, err)
	}
	return list[0]
}

// home is a flat by the register's key.
func (h *house) home(ref string) place.Node {
	h.T.Helper()
	n, err := h.Places.ByRef(context.Background(), h.Xiwu, ref)
	if err != nil {
		h.T.Fatal(err)
	}
	return n
}

// S32: the stove left on twice in one home within a year, whichever detector
// saw it, is a matter of the committee's with a name and a time.
func TestS32_StoveLeftOnTwiceIsAMatterOfTheCommittees(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := h.stoveTwice()
		if f.Proposed != alarm.Valve || f.Phase != matter.Raised || f.Holder.Group != people.Committee || !f.Due.Equal(h.Clock.Now().Add(alarm.ChooseWithin)) {
			t.Errorf("%+v", f)
		}
		links, err := h.Spine.Links(context.Background(), h.Xiwu, f.ID)
		if err != nil || len(links) != 1 || links[0].From != f.Incident || links[0].Kind != matter.LeadsTo {
			t.Errorf("links %v %v", links, err)
		}
		at := slices.IndexFunc(h.Told(h.Committee()), func(key string) bool { return key == "alarm.told.valve" })
		if at < 0 {
			t.Error("the committee was not told")
		}
	})
}

// Once, or twice in two homes, or twice with more than a year between, is none.
func TestS32_OtherCasesProposeNothing(t *testing.T) {
	for name, second := range map[string]func(*house, *alarm.Signal){
		"another home":  func(h *house, s *alarm.Signal) { s.Place, s.Device = h.home("guihua-6-303").ID, "smk-303" },
		"a year before": func(h *house, s *alarm.Signal) { h.Clock.Advance(366 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				h.signal(true)
				h.close(alarm.StoveLeftOn)
				h.Clock.Advance(24 * time.Hour)
				h.signal(true, func(s *alarm.Signal) { second(h, s); s.ReceivedAt = h.Clock.Now() })
				h.close(alarm.StoveLeftOn)
				if list, err := h.Alarms.Followups(context.Background(), h.Committee()); err != nil || len(list) != 0 {
					t.Errorf("%+v %v", list, err)
				}
			})
		})
	}
}

// S32: the committee chooses, does and closes it; nothing is not done without a
// reason; what is late is asked for again.
func TestS32_TheCommitteeSettlesTheFollowUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, f := context.Background(), h.stoveTwice()
		h.After(alarm.ChooseWithin)
		if got := h.Told(h.Committee()); got[len(got)-1] != "alarm.told.follow_late" {
			t.Errorf("a day later the committee was told %q", got)
		}
		act := func(a people.Actor, x alarm.FollowupAct) error { x.ID = f.ID; return h.Alarms.DoFollowup(ctx, a, x) }
		if err := act(h.Guard(), alarm.FollowupAct{Verb: matter.Take, Chosen: alarm.Valve}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the guard chooses: %v", err)
		}
		if err := act(h.Committee(), alarm.FollowupAct{Verb: matter.Decline}); !fault.Is(err, fault.Invalid) {
			t.Errorf("declined without a reason: %v", err)
		}
		if err := act(h.Committee(), alarm.FollowupAct{Verb: matter.Take, Chosen: "luck"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("chosen what is not there: %v", err)
		}
		for range 2 {
			if err := act(h.Committee(), alarm.FollowupAct{Verb: matter.Take, Chosen: alarm.HomeVisit, Key: "k"}); err != nil {
				t.Fatal(err)
			}
		}
		now, err := h.Alarms.Followup(ctx, h.Committee(), f.ID)
		if err != nil || now.Chosen != alarm.HomeVisit || now.Holder.Person != h.Committee().Person || !now.Due.Equal(h.Clock.Now().Add(alarm.DoneWithin)) {
			t.Fatalf("%+v %v", now, err)
		}
		if err := act(h.Committee(), alarm.FollowupAct{Verb: matter.Finish}); err != nil {
			t.Fatal(err)
		}
		if list, err := h.Alarms.Followups(ctx, h.Committee()); err != nil || len(list) != 0 {
			t.Errorf("still open: %+v %v", list, err)
		}
		told := len(h.Told(h.Committee()))
		h.After(30 * 24 * time.Hour)
		if got := h.Told(h.Committee()); len(got) != told {
			t.Errorf("asked again after it was done: %q", got)
		}
		for _, a := range []people.Actor{h.Actor("xiwu", "r0424"), h.Actor("yeqing", "s017"), h.Actor("wanhang", "s026")} {
			if _, err := h.Alarms.Followup(ctx, a, f.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s opens it: %v", a.Name, err)
			}
		}
	})
}

// The desk shows what is to follow up; the page settles it without a script.
func TestS32_TheFollowUpOnPages(t *testing.T) {
	h := onSQLite(t)
	f := h.stoveTwice()
	b := h.Visit(h.Committee())
	furnished.Says(t, b.Must("/alarms"), "要跟进的", alarm.FollowupPath(f.ID))
	furnished.Says(t, b.Must(alarm.Path(f.Incident)), alarm.FollowupPath(f.ID))
	page := b.Must(alarm.FollowupPath(f.ID))
	furnished.Says(t, page, "等居委会决定", "装燃气自动关阀")
	if status, _, page := b.Send(alarm.FollowupPath(f.ID)+"/decline", url.Values{"key": {"a"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "请写不做的原因") {
		t.Errorf("declined without a reason: %d", status)
	}
	b.Press(page, alarm.FollowupPath(f.ID)+"/take", "chosen", "valve")
	page = b.Must(alarm.FollowupPath(f.ID))
	furnished.Says(t, page, "决定：装燃气自动关阀", "在做")
	b.Press(page, alarm.FollowupPath(f.ID)+"/finish")
	furnished.Says(t, b.Must(alarm.FollowupPath(f.ID)), "已做好")
	b.Lang = "en"
	furnished.Says(t, b.Must(alarm.FollowupPath(f.ID)), "Fit an automatic gas valve")
}
