package alarm_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/platform/store"
)

// fired are the steps of an incident as they come within a while, each with the
// seconds that have really gone by since the first look, whatever the clock says.
func (h *house) fired(id string, from, to int) (steps []string, at []int) {
	h.T.Helper()
	before := len(h.steps(id))
	for gone := from; gone < to; {
		look := 10 - gone%10
		h.After(time.Duration(look) * time.Second)
		gone += look
		all := h.steps(id)
		for _, s := range all[before:] {
			steps, at = append(steps, s), append(at, gone)
		}
		before = len(all)
	}
	return steps, at
}

// S31: the clock of the machine jumps while nobody answers. Each step comes, in
// its order, once, and no later than a minute after its rule, however far the
// clock went back; one that goes on fires what fell due at once, as after a
// power cut. The record keeps its chain.
func TestS31_ClockThatJumpsLosesNoTimer(t *testing.T) {
	rule := []int{10, 20, 60, 120, 180, 240, 300}
	want := []string{"channel", "voice", "repeat", "office", "call119", "repeat", "repeat"}
	o := newOutside(t)
	for jump, when := range map[time.Duration][]int{-time.Second: {5}, -time.Hour: {5, 65, 200}, -24 * time.Hour: {15, 130}} {
		for _, after := range when {
			t.Run(fmt.Sprintf("%v after %d s", jump, after), func(t *testing.T) {
				each(t, func(t *testing.T, h *house) {
					h.reachable(o)
					h.signal(true)
					id := h.open().ID
					steps, at := h.fired(id, 0, after/10*10)
					h.After(time.Duration(after%10) * time.Second)
					h.Clock.Advance(jump)
					more, then := h.fired(id, after, 370)
					steps, at = append(steps, more...), append(at, then...)
					if len(steps) < len(want) {
						t.Fatalf("%v at %v", steps, at)
					}
					if d := cmp.Diff(want, steps[:len(want)]); d != "" {
						t.Errorf("steps: %s", d)
					}
					for i, s := range rule {
						if at[i] < s || at[i] > s+60 {
							t.Errorf("%s came after %d s, its rule is %d", steps[i], at[i], s)
						}
					}
					for i, e := range h.escalated(id) {
						if e.Args["after"] == "" || e.Args["after"][0] == '-' {
							t.Errorf("step %d says that it came %s ms after", i, e.Args["after"])
						}
					}
					h.toldOnce(id)
					h.chained()
				}, o.allow)
			})
		}
	}
	t.Run("an hour on", func(t *testing.T) {
		each(t, func(t *testing.T, h *house) {
			h.reachable(o)
			h.signal(true)
			id := h.open().ID
			h.After(5 * time.Second)
			h.After(time.Hour)
			if d := cmp.Diff(want[:5], h.steps(id)[:5]); d != "" {
				t.Errorf("steps: %s", d)
			}
			n := len(h.steps(id))
			h.After(59 * time.Second)
			if more := len(h.steps(id)) - n; more > 1 {
				t.Errorf("%d more steps within a minute", more)
			}
			h.toldOnce(id)
			h.chained()
		}, o.allow)
	})
}

// chained: nobody changed the past.
func (h *house) chained() {
	h.T.Helper()
	held, err := h.Spine.Verify(context.Background(), h.Xiwu, func(b matter.Breach) { h.T.Errorf("the chain is broken: %+v", b) })
	if err != nil || held == 0 {
		h.T.Errorf("%d timelines verified, %v", held, err)
	}
}

// S31: somebody goes, and the clock goes back: who has not answered is still
// told each minute, and all of it comes again five minutes after.
func TestS31_ClockThatGoesBackWhileSomebodyGoes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go})
		h.After(5 * time.Second)
		h.Clock.Advance(-time.Hour)
		steps, at := h.fired(id, 5, 400)
		if d := cmp.Diff([]string{"remind", "nobody"}, steps); d != "" || at[0] > 125 || at[1] > 365 {
			t.Errorf("at %v: %s", at, d)
		}
	})
}

// S30: a desk that falls silent is missed after 25 seconds, also if the clock
// went back meanwhile; one that goes on saying that it is there is not.
func TestS30_SilentDeskIsMissedWhenTheClockWentBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Must(h.Alarms.BeginDuty(context.Background(), h.Guard(), h.desk()))
		beat := func(times int) {
			for range times {
				h.Must(h.Alarms.Beat(context.Background(), h.Guard()))
				h.After(10 * time.Second)
			}
		}
		beat(4)
		h.Clock.Advance(-time.Hour)
		beat(6)
		if !h.onDuty().Lost.IsZero() {
			t.Fatal("a desk that was heard is taken for lost")
		}
		h.Clock.Advance(-time.Hour)
		for range 12 {
			h.After(5 * time.Second)
		}
		if h.onDuty().Lost.IsZero() {
			t.Error("a desk that is silent for a minute is not missed")
		}
	})
}

// A test window ends with the clock that it was opened by: when the clock goes
// back behind its beginning, what a detector says is an alarm.
func TestTestWindowIsNotProlongedByAClockThatGoesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := h.Alarms.OpenTrial(context.Background(), h.Guard(), h.flat.ID, "", 5*time.Minute); err != nil {
			t.Fatal(err)
		}
		h.Clock.Advance(time.Minute)
		h.Clock.Advance(-time.Hour)
		h.signal(true)
		if v := h.open(); v.Drill {
			t.Error("smoke an hour before the window is taken for a test")
		}
		h.After(6 * time.Minute)
		h.After(54*time.Minute + 30*time.Second)
		if list, err := h.Alarms.Trials(context.Background(), h.Guard()); err != nil || len(list) > 0 {
			t.Errorf("the window is open once more: %+v, %v", list, err)
		}
	})
}

// What a lane of messages was about to hand over when the program died is
// handed over by the next, also if the clock went back: neither the lease nor
// the robot's minute lasts an hour longer for it.
func TestS31_MessagesUnderWayWhenTheClockGoesBack(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		h.reachable(o)
		o.take()
		o.mu.Lock()
		o.down = true
		o.mu.Unlock()
		h.signal(true)
		id := h.open().ID
		h.After(10 * time.Second) // messages: not taken
		o.mu.Lock()
		o.down = false
		o.mu.Unlock()
		err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error { // another had them in hand and died
			_, err := tx.ExecContext(ctx, "UPDATE notify_message SET leased_until = $1 WHERE tenant_id = $2 AND handed_at = 0 AND channel <> 'app'", store.Ms(tx.Now().Add(20*time.Second)), h.Xiwu)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Advance(-time.Hour)
		for range 30 {
			h.After(5 * time.Second)
		}
		list, err := h.Notify.Receipts(context.Background(), h.Xiwu, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.Channel != notify.App && m.Handed.IsZero() {
				t.Errorf("%s of round %d was not handed over within 150 s", m.Channel, m.Seq)
			}
		}
	}, o.allow)
}

// S30: the desk on duty stays signed in when the clock jumps, back or on, and
// shows the alarm that is open and a next step that is near.
func TestS30_DeskStaysSignedInWhenTheClockJumps(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		guard := h.Visit(h.Guard())
		guard.Send("/alarms/duty", url.Values{"place": {h.desk()}, "on": {"1"}})
		h.signal(true)
		path := alarm.Path(h.open().ID)
		for _, jump := range []time.Duration{-time.Hour, time.Hour, -24 * time.Hour, 24*time.Hour - time.Minute, time.Hour} {
			h.Clock.Advance(jump)
			if status, _, _ := guard.Send("/alarms/beat", url.Values{}); status != http.StatusNoContent {
				t.Fatalf("the desk is signed out by a jump of %v: %d", jump, status)
			}
			for _, page := range []string{guard.Must("/alarms"), guard.Must(path)} {
				if !strings.Contains(page, "烟雾报警") {
					t.Errorf("no alarm on the desk after a jump of %v", jump)
				}
				for _, left := range regexp.MustCompile(`data-left="(-?\d+)"`).FindAllStringSubmatch(page, -1) {
					if ms, err := strconv.Atoi(left[1]); err != nil || ms < 0 || ms > 60_000 {
						t.Errorf("after a jump of %v the next step comes in %s ms", jump, left[1])
					}
				}
			}
		}
	})
}
