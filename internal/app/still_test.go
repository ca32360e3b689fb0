package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/platform/inbox"
)

const (
	smokeOn  = `{"smoke":true,"battery":80}`
	smokeOff = `{"smoke":false,"battery":80}`
)

// after moves the clock on and lets what fell due happen.
func (l *line) after(d time.Duration) {
	l.t.Helper()
	l.clock.Advance(d)
	if _, err := l.Jobs.RunDue(context.Background()); err != nil {
		l.t.Fatal(err)
	}
}

// tickets are those of the detector that say that it alarms after closing.
func (l *line) tickets(key string) (list []upkeep.View) {
	l.t.Helper()
	ctx := context.Background()
	u, err := l.Devices.ByKey(ctx, l.xiwu, key)
	if err != nil {
		l.t.Fatal(err)
	}
	all, err := l.Upkeep.OfDevice(ctx, l.actor("xiwu", "s012"), u.ID)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, v := range all {
		if v.Detail.Cause == upkeep.StillAlarms {
			list = append(list, v)
		}
	}
	return list
}

// S33: a detector that still says smoke ten minutes after people closed its
// alarm is a ticket of upkeep, one for all times; it ends an hour after the
// detector says that it is over, and not if it alarms again meanwhile.
func TestS31_ADetectorThatStillSaysSmokeAfterClosingIsLookedAt(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"}, func(t *testing.T, l *line) {
		key := "zigbee:" + l.Device + "/a"
		l.says("z2m/a", smokeOn)
		l.shut()
		l.says("z2m/a", smokeOff)
		if l.after(alarm.StillAfter); len(l.tickets(key)) != 0 {
			t.Fatal("a detector that cleared within the grace is to be looked at")
		}
		l.says("z2m/a", smokeOn)
		first := l.shut()
		if l.after(alarm.StillAfter - time.Second); len(l.tickets(key)) != 0 {
			t.Fatal("asked for within the grace")
		}
		l.after(time.Second)
		list := l.tickets(key)
		if len(list) != 1 || list[0].Phase != matter.Raised || !list[0].Detail.ByItself || !list[0].Due.Equal(l.clock.Now().Add(upkeep.UrgentWithin)) {
			t.Fatalf("%+v", list)
		}
		asked, err := l.Upkeep.LedTo(context.Background(), l.actor("xiwu", "s012"), l.xiwu, first.ID)
		if err != nil || len(asked) != 1 || asked[0].ID != list[0].ID {
			t.Errorf("the incident led to %+v, %v", asked, err)
		}

		l.after(alarm.MemoryAfter)
		l.says("z2m/a", smokeOn)
		l.shut()
		l.after(alarm.StillAfter)
		if list = l.tickets(key); len(list) != 1 || list[0].Detail.Times != 2 || list[0].Phase != matter.Raised {
			t.Fatalf("after the second closing: %+v", list)
		}

		l.says("z2m/a", smokeOff)
		l.after(30 * time.Minute)
		l.says("z2m/a", smokeOn)
		if l.after(31 * time.Minute); l.tickets(key)[0].Phase != matter.Raised {
			t.Fatal("the ticket of a detector that alarms closed by itself")
		}
		l.says("z2m/a", smokeOff)
		if l.after(upkeep.WellFor + time.Second); l.tickets(key)[0].Phase != matter.Confirmed {
			t.Fatalf("a detector that is well keeps its ticket: %+v", l.tickets(key))
		}
	})
}

// Whoever tells events never says that they are over: that is no trouble of the
// device.
func TestS31_AnEventThatNeverEndsIsNoDetectorThatStillAlarms(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.CTWing}, func(t *testing.T, l *line) {
		l.says("", l.event())
		l.shut()
		if l.after(alarm.StillAfter); len(l.tickets("ctwing:a")) != 0 {
			t.Fatal("the sender of an event is to be looked at")
		}
	})
}

// A fire on a detector that never said that the last one had ended is heard: at
// the first word later than half an hour after closing if its bridge repeats it
// from memory, after ten minutes if it was measured anew. It says again, and a
// person may close it as often as it comes.
func TestS31_ASecondFireOnADetectorThatNeverClearedIsHeard(t *testing.T) {
	for name, x := range map[string]struct {
		format decode.Format
		topic  string
		after  time.Duration
	}{
		"from memory":   {decode.Zigbee, "z2m/a", alarm.MemoryAfter},
		"measured anew": {decode.JSON, "box", alarm.StillAfter},
	} {
		t.Run(name, func(t *testing.T) {
			topic := map[decode.Format]string{decode.Zigbee: "z2m", decode.JSON: "box"}[x.format]
			eachLine(t, device.Granting{Format: x.format, Topic: topic}, func(t *testing.T, l *line) {
				ctx := context.Background()
				if x.format == decode.JSON {
					m := &decode.Mapping{Rules: []decode.Rule{{Path: "smoke", Kind: decode.Smoke}, {Path: "battery", Kind: decode.Battery}}}
					if _, err := l.Devices.Install(ctx, l.administrator(), l.xiwu, device.Codec{Format: decode.JSON, Mapping: m}); err != nil {
						t.Fatal(err)
					}
				}
				says := func() inbox.Message { return l.says(x.topic, smokeOn) }
				says()
				says()
				if list := l.open(); len(list) != 1 || list[0].Signals != 1 {
					t.Fatalf("the same word while it is open: %+v", list)
				}
				last := l.shut()
				for range 2 {
					closed := l.clock.Now()
					for l.clock.Now().Before(closed.Add(x.after - time.Minute)) {
						l.clock.Advance(time.Minute)
						if says(); len(l.open()) != 0 {
							t.Fatalf("raised again %s after closing", l.clock.Now().Sub(closed))
						}
					}
					l.clock.Advance(time.Minute)
					says()
					list := l.open()
					if len(list) != 1 || list[0].Again != last.ID {
						t.Fatalf("the second fire is unheard, or does not say again: %+v", list)
					}
					v, err := l.Alarms.View(ctx, l.actor("xiwu", "s012"), list[0].ID)
					if err != nil || v.Timeline[len(v.Timeline)-1].Key != "alarm.did.still" || len(v.Responders) == 0 {
						t.Errorf("%+v, %v", v.Timeline, err)
					}
					last = l.shut()
				}
			})
		})
	}
}
