package bench

import (
	"context"
	"fmt"
	"time"
)

// The goals of a6.
const (
	burstAlarms = 3000
	burstGoal   = 1000 // alarms a second
)

// alarmBurst measures a6: as many alarms as the line takes at once, and how many
// a second the writer carries until the last one is on disk with everybody
// called.
func (r *run) alarmBurst(ctx context.Context) error {
	goal := fmt.Sprintf(">= %d/s, none lost, none twice", burstGoal)
	err := r.visitDevices(ctx, burstAlarms, "", func(h deviceHouse, p *process) error {
		var t tally
		err := h.watch(ctx, func(look *watch) (err error) {
			t, err = burst(ctx, h, p, look)
			return err
		})
		if err != nil {
			return err
		}
		twice, err := h.toldTwice(ctx)
		if err != nil {
			return err
		}
		m := t.metric("a6", "alarms/s")
		m.Note = fmt.Sprintf("%d detectors see smoke at once, on one connection; until the last is on disk with everybody called; %d told of twice", burstAlarms, twice)
		r.emit(m.judged(goal, m.Value >= burstGoal && m.N == burstAlarms && twice == 0))
		return nil
	})
	return r.late(err, "a6", goal)
}

func burst(ctx context.Context, h deviceHouse, p *process, look *watch) (t tally, err error) {
	w, err := dialAs(ctx, h.login(p), 0, burstAlarms)
	if err != nil {
		return tally{}, err
	}
	defer w.Close()
	began := time.Now()
	for n := range burstAlarms {
		look.sent(n, time.Now())
		if err := smoke(w, n, nil); err != nil {
			return tally{}, err
		}
	}
	if err := look.until(ctx, burstAlarms, stormPatience); err != nil {
		return tally{}, err
	}
	return look.settled(ctx, began, stormPatience)
}
