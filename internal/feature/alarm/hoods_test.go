package alarm_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/test/furnished"
)

// S30: the subdistrict's desk names who is on duty and what happened in each of
// its neighbourhoods; no neighbourhood sees another's.
func TestS30_TheSubdistrictsDeskTellsOfAllNeighbourhoods(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, officer, guard := context.Background(), h.Visit(h.Officer()), h.Guard()
		furnished.Says(t, officer.Must("/alarms"), "各居民区", "西武", "还没有人值班，报警会叫所有物业人员", "近 30 天没有报警")
		h.Must(h.Alarms.BeginDuty(ctx, guard, h.desk()))
		h.signal(true)
		page := officer.Must("/alarms")
		furnished.Says(t, page, "各居民区", guard.Name, "报警台还没应答", "报警 1", "/devices?n="+string(h.Xiwu))
		if strings.Contains(page, "/alarms/roster") {
			t.Error("a roster of nobody is offered")
		}
		h.Must(h.Alarms.Beat(ctx, guard))
		furnished.Says(t, officer.Must("/alarms"), "报警台在线")
		h.close(alarm.Cooking)
		page = officer.Must("/alarms")
		furnished.Says(t, page, "静安桂花园 6号 302 · 炒菜", "没有报警")
		h.After(alarm.LostAfter + time.Second)
		furnished.Says(t, officer.Must("/alarms"), "断线", guard.Name)
		h.Clock.Advance(31 * 24 * time.Hour)
		if page := h.Visit(h.Officer()).Must("/alarms"); strings.Contains(page, "302 · 炒菜") {
			t.Error("what is older than thirty days is recent")
		}
		if page := h.Visit(h.Actor("yeqing", "s017")).Must("/alarms"); strings.Contains(page, guard.Name) || strings.Contains(page, `class="hoods"`) || strings.Contains(page, "静安桂花园") {
			t.Error("another neighbourhood sees it")
		}
		if list, err := h.Alarms.Hoods(ctx, h.Committee()); err != nil || len(list) != 0 {
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
			if _, err := h.Alarms.Hoods(context.Background(), h.Officer()); err != nil {
				t.Fatal(err)
			}
			return h.Store.Asked() - before
		}
		asked()
		few := asked()
		h.Must(h.Alarms.BeginDuty(context.Background(), h.Guard(), h.desk()))
		for range 5 {
			h.signal(true)
			h.close(alarm.Cooking)
			h.Clock.Advance(time.Hour)
		}
		if many := asked(); many != few {
			t.Errorf("%d questions of nothing, %d of five alarms", few, many)
		}
		list, err := h.Alarms.Hoods(context.Background(), h.Officer())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			want := 0
			if x.Tenant.ID == h.Xiwu {
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
	h := onSQLite(t)
	furnished.Says(t, h.Visit(h.Officer()).Must("/alarms/drill?q=6%E5%8F%B7302"), "静安桂花园 6号 302")
}
