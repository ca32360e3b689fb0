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
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

func (h *house) building(ref string) place.Node {
	h.T.Helper()
	b, err := h.Places.ByRef(context.Background(), h.Xiwu, ref)
	h.Must(err)
	return b
}

// boxes is a register with one lift that has a box, in building 6.
type boxes struct{ at string }

func (b boxes) Lift(_ context.Context, _ store.Tenant, device string) (string, string, error) {
	if device != "box-6" {
		return "", "", fault.New(fault.NotFound, "fault.not_found")
	}
	return b.at, "东侧客梯", nil
}

func (b boxes) At(ctx context.Context, tenant store.Tenant, device string) (string, error) {
	at, _, err := b.Lift(ctx, tenant, device)
	return at, err
}

func (boxes) Says(context.Context, store.Tenant, string, alarm.SignalKind) (bool, error) {
	return false, nil
}

func (boxes) Gauges(context.Context, store.Tenant, string, time.Time) ([]alarm.Gauge, error) {
	return nil, nil
}

func (boxes) Tested(context.Context, store.Tenant, string, string) error { return nil }

// S56: the entrapments of each lift by month, with the rate over twelve months,
// in both languages; drills and what is older do not count.
func TestS56_EntrapmentsOfEachLiftWithTheirRate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		six := h.building("guihua-6")
		h.Alarms.Devices = boxes{six.ID}
		trap := func(drill bool) {
			h.signal(true, func(s *alarm.Signal) {
				s.Kind, s.Device, s.Place, s.Drill = alarm.Entrapment, "box-6", six.ID, drill
			})
			h.close(alarm.Released)
		}
		trap(false) // 27 November 2026: too old in the end
		h.Clock.Advance(75 * 24 * time.Hour)
		trap(true)
		for _, days := range []int{0, 1, 30, 60, 90, 30, 30} { // February to October
			h.Clock.Advance(time.Duration(days) * 24 * time.Hour)
			trap(false)
		}
		h.Clock.Advance(40 * 24 * time.Hour)
		lifts, err := h.Alarms.LiftsServed(t.Context(), h.Guard(), "")
		h.Must(err)
		if len(lifts) != 1 || len(lifts[0].Incidents) != 7 || lifts[0].PerMonth() != "0.58" || len(lifts[0].Months) != alarm.LiftMonths {
			t.Fatalf("%+v", lifts)
		}
		counts := map[string]int{}
		for _, m := range lifts[0].Months {
			if m.Count > 0 {
				counts[m.Month] = m.Count
			}
		}
		if counts["2027-02"] != 2 || counts["2027-03"] != 1 || counts["2026-11"] != 0 {
			t.Errorf("by month %v", counts)
		}
		for lang, want := range map[string][]string{
			"zh-CN": {"东侧客梯", "近 12 个月 7 次，平均每月 0.58 次", "2027-02", "2 次", "人已救出"}, "en": {"7 in the last 12 months, 0.58 a month on average", "Report and call for help"},
		} {
			b := h.Visit(h.Guard())
			b.Lang = lang
			furnished.Says(t, b.Must("/alarms/lifts"), want...)
			furnished.Says(t, b.Must("/alarms/lifts?device=box-6"), want[:1]...)
		}
		furnished.Says(t, h.Visit(h.Guard()).Must("/alarms"), `href="/alarms/lifts"`)
		if page := h.Visit(h.Actor("wanhang", "s026")).Must("/alarms/lifts"); strings.Contains(page, "东侧客梯") {
			t.Error("another neighbourhood's guard sees the lift")
		}
		if status, _, _ := h.Visit(h.volunteer()).Do("GET", "/alarms/lifts", "", ""); status != http.StatusForbidden {
			t.Errorf("a volunteer looks at the lifts: %d", status)
		}
	})
}

// S56: the property reports by hand that people are held in a lift without a
// box: it is called like smoke, and counts.
func TestS56_EntrapmentReportedByHandIsCalledLikeSmoke(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		six := h.building("guihua-6")
		h.Alarms.Devices = boxes{six.ID}
		guard := h.Visit(h.Guard())
		furnished.Says(t, guard.Must("/alarms/lifts"), "近 12 个月没有电梯困人", six.ID, "2 号梯")
		for name, form := range map[string]url.Values{
			"a flat": {"place": {h.flat.ID}, "number": {"1"}}, "nowhere": {"place": {"x"}, "number": {"1"}}, "no lift": {"place": {six.ID}}, "lift 99": {"place": {six.ID}, "number": {"99"}},
		} {
			if status, _, _ := guard.Send("/alarms/lifts", form); status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, status)
			}
		}
		form := url.Values{"place": {six.ID}, "number": {"2"}, "words": {"12 楼，两个人"}, "key": {"once"}}
		status, where, _ := guard.Send("/alarms/lifts", form)
		v := h.open()
		if status != http.StatusSeeOther || where != "/alarms?open="+v.ID {
			t.Fatalf("%d %s", status, where)
		}
		if v.Signal != alarm.Entrapment || len(v.Responders) < 5 || !slices.Contains(h.Told(h.Committee()), "alarm.told.raise") {
			t.Fatalf("%s, %d called", v.Signal, len(v.Responders))
		}
		if last := v.Timeline[len(v.Timeline)-1]; last.Key != "alarm.did.by_hand" || last.Actor != h.Guard().Person || last.Args["words"] != "12 楼，两个人" {
			t.Errorf("the record ends with %+v", last)
		}
		h.After(time.Minute)
		if got := h.steps(v.ID); !slices.Contains(got, "repeat") {
			t.Errorf("steps %v", got)
		}
		h.close(alarm.Released)
		furnished.Says(t, guard.Must("/alarms/lifts"), "2 号梯", "近 12 个月 1 次，平均每月 0.08 次")

		if _, err := h.Alarms.LogEntrapment(t.Context(), h.Guard(), alarm.ByHand{Device: "box-6"}); err != nil {
			t.Errorf("a lift with a box: %v", err)
		}
		for name, x := range map[string]struct {
			by   people.Actor
			what alarm.ByHand
			want fault.Code
		}{
			"another's guard":   {h.Actor("wanhang", "s026"), alarm.ByHand{Place: six.ID, Number: 1}, fault.Invalid},
			"a volunteer":       {h.volunteer(), alarm.ByHand{Place: six.ID, Number: 1}, fault.Forbidden},
			"an unknown device": {h.Guard(), alarm.ByHand{Device: "smk-302"}, fault.NotFound},
		} {
			if _, err := h.Alarms.LogEntrapment(t.Context(), x.by, x.what); !fault.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
