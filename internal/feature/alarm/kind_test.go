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
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// S31: what an alarm may have been fits its kind: the form offers no other
// cause, and the act refuses one.
func TestS31_OnlyACauseThatFitsTheKindCloses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for kind, x := range map[alarm.SignalKind]struct {
			fits, odd      alarm.Cause
			offered, never string
		}{
			alarm.Smoke:      {alarm.Steam, alarm.Released, "炒菜油烟", "人已救出"},
			alarm.Heat:       {alarm.Fire, alarm.Fell, "起火", "摔倒"},
			alarm.Gas:        {alarm.GasLeak, alarm.Insects, "燃气泄漏", "小虫"},
			alarm.CO:         {alarm.Burner, alarm.Released, "热水器", "人已救出"},
			alarm.SOS:        {alarm.ByMistake, alarm.StoveLeftOn, "误按", "忘关灶火"},
			alarm.WaterLeak:  {alarm.TapLeftOn, alarm.Fire, "忘关水龙头", "炒菜油烟"},
			alarm.Entrapment: {alarm.Released, alarm.Cooking, "人已救出", "水汽"},
		} {
			h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device = kind, string(kind) })
			id := h.open().ID
			h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
			h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Outcome})
			b, path := h.Visit(h.Guard()), alarm.Path(id)+"/shut"
			form := b.Must(path)
			furnished.Says(t, form, x.offered)
			if strings.Contains(form, x.never) {
				t.Errorf("%s offers %s", kind, x.never)
			}
			if _, err := h.Alarms.Do(t.Context(), h.Guard(), alarm.Act{ID: id, Verb: alarm.Shut, Cause: x.odd}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s is closed with %s: %v", kind, x.odd, err)
			}
			if status, _, page := b.Send(path, url.Values{"key": {"k"}, "cause": {string(x.odd)}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有这个原因") {
				t.Errorf("%s, sent all the same: %d", kind, status)
			}
			h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Shut, Cause: x.fits})
		}
	})
}

// A closed incident whose cause its kind would not have today stays readable.
func TestS31_OldCausesStayReadable(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	id := h.close(alarm.Steam)
	err := h.Store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE alarm_incident SET cause = 'released' WHERE matter_id = $1", id)
		return err
	})
	h.Must(err)
	furnished.Says(t, h.Visit(h.Guard()).Must(alarm.Path(id)), "人已救出")
	furnished.Says(t, h.Visit(h.Guard()).Must("/alarms"), "人已救出")
}

// S31: who presses the button for help is told of by words of their own: 120,
// not the fire brigade; the clock says 120 too.
func TestS31_ACallForHelpSays120(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device = alarm.SOS, "sos-302" })
		id, b := h.open().ID, h.Visit(h.Committee())
		for _, path := range []string{alarm.Path(id), "/alarms"} {
			page := b.Must(path)
			furnished.Says(t, page, "tel:120", "摔了别急着扶")
			if strings.Contains(page, "tel:119") {
				t.Errorf("%s calls the fire brigade", path)
			}
		}
		for range 3 {
			h.After(time.Minute)
		}
		if got := h.steps(id); !slices.Contains(got, "call120") || slices.Contains(got, "call119") {
			t.Errorf("the clock says %v", got)
		}
		furnished.Says(t, b.Must(alarm.Path(id)), "请拨 120")
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
		furnished.Says(t, h.Visit(h.Guard()).Must(alarm.Path(id)+"/outcome"), "人没事", "人不好")
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Outcome})
		page := h.Visit(h.Guard()).Must(alarm.Path(id))
		furnished.Says(t, page, "没有危险了")
		if strings.Contains(page, "没有起火") {
			t.Error("it speaks of fire")
		}
	})
}

// S31: water calls the property first and the others if nobody answers; no
// number of the fire brigade and no countdown to it.
func TestS31_WaterCallsThePropertyFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device = alarm.WaterLeak, "water-302" })
		id := h.open().ID
		called := func() (parties []string) {
			for _, r := range h.view(id).Responders {
				if !slices.Contains(parties, r.Audience) {
					parties = append(parties, r.Audience)
				}
			}
			slices.Sort(parties)
			return parties
		}
		if got := called(); !slices.Equal(got, []string{"property"}) {
			t.Fatalf("called at once: %v", got)
		}
		page := h.Visit(h.Guard()).Must(alarm.Path(id))
		furnished.Says(t, page, "先关进户水阀")
		if strings.Contains(page, "tel:119") || strings.Contains(page, "拨 119") {
			t.Error("water calls the fire brigade")
		}
		h.After(time.Minute)
		if got := called(); !slices.Equal(got, []string{"committee", "property", "volunteer"}) {
			t.Errorf("after a minute without an answer: %v", got)
		}
		furnished.Says(t, h.Visit(h.Committee()).Must("/inbox"), "漏水")
		for range 4 {
			h.After(time.Minute)
		}
		if got := h.steps(id); slices.Contains(got, "call119") || slices.Contains(got, "call120") {
			t.Errorf("the clock says %v", got)
		}
	})
}
