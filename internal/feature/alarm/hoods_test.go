package alarm_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
)

// S30: the subdistrict's desk names who is on duty and what happened in each of
// its neighbourhoods; no neighbourhood sees another's.
func TestS30_TheSubdistrictsDeskTellsOfAllNeighbourhoods(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, officer, guard := context.Background(), h.visit(h.officer()), h.guard()
		says(t, officer.must("/alarms"), "各居民区", "西武", "还没有人值班，报警会叫所有物业人员", "近 30 天没有报警")
		h.must(h.Alarms.BeginDuty(ctx, guard, h.desk()))
		h.signal(true)
		page := officer.must("/alarms")
		says(t, page, "各居民区", guard.Name, "报警台还没应答", "报警 1", "/devices?n="+string(h.xiwu))
		if strings.Contains(page, "/alarms/roster") {
			t.Error("a roster of nobody is offered")
		}
		h.must(h.Alarms.Beat(ctx, guard))
		says(t, officer.must("/alarms"), "报警台在线")
		h.close(alarm.Cooking)
		page = officer.must("/alarms")
		says(t, page, "静安桂花园 6号 302 · 炒菜", "没有报警")
		h.after(alarm.LostAfter + time.Second)
		says(t, officer.must("/alarms"), "断线", guard.Name)
		h.clock.Advance(31 * 24 * time.Hour)
		if page := h.visit(h.officer()).must("/alarms"); strings.Contains(page, "302 · 炒菜") {
			t.Error("what is older than thirty days is recent")
		}
		if page := h.visit(h.actor("yeqing", "s017")).must("/alarms"); strings.Contains(page, guard.Name) || strings.Contains(page, `class="hoods"`) || strings.Contains(page, "静安桂花园") {
			t.Error("another neighbourhood sees it")
		}
		if list, err := h.Alarms.Hoods(ctx, h.committee()); err != nil || len(list) != 0 {
			t.Errorf("a committee is given %+v, %v", list, err)
		}
	})
}

// S30: however much happened, the subdistrict's desk asks as often, and names
// the three newest of each neighbourhood.
func TestS30_TheSubdistrictsDeskAsksAFixedNumberOfTimes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asked := func() int64 {
			before := h.Store.Asked()
			if _, err := h.Alarms.Hoods(context.Background(), h.officer()); err != nil {
				t.Fatal(err)
			}
			return h.Store.Asked() - before
		}
		asked()
		few := asked()
		h.must(h.Alarms.BeginDuty(context.Background(), h.guard(), h.desk()))
		for range 5 {
			h.signal(true)
			h.close(alarm.Cooking)
			h.clock.Advance(time.Hour)
		}
		if many := asked(); many != few {
			t.Errorf("%d questions of nothing, %d of five alarms", few, many)
		}
		list, err := h.Alarms.Hoods(context.Background(), h.officer())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			want := 0
			if x.Tenant.ID == h.xiwu {
				want = 3
			}
			if len(x.Past) != want || want == 3 && !x.Past[0].RaisedAt.After(x.Past[2].RaisedAt) {
				t.Errorf("%s: %d of the past", x.Tenant.Name, len(x.Past))
			}
		}
	})
}

// S30: an officer of the subdistrict finds the dwelling of a drill in any
// neighbourhood, as the desk offers.
func TestS30_TheSubdistrictBeginsADrill(t *testing.T) {
	h := newHouse(t, "")
	says(t, h.visit(h.officer()).must("/alarms/drill?q=6%E5%8F%B7302"), "静安桂花园 6号 302")
}
