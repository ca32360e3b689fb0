package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// act is one thing a sender does: its n-th.
type act func(ctx context.Context, sender, n int) error

// tally is what came of driving.
type tally struct {
	took []time.Duration // sorted
	span time.Duration
}

// warming is the part of a span that is driven before it is measured.
const warming = 5

// drive lets senders act one after the other, each as fast as it is answered,
// for the span after a fifth of it to warm up. What began in the span is waited
// for and counted, and everybody acts once at least. The first failure ends it: a refused request is no
// throughput.
func drive(ctx context.Context, senders int, span time.Duration, do act) (tally, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	start := time.Now().Add(span / warming)
	end := start.Add(span)
	all := make([][]time.Duration, senders)
	var wg sync.WaitGroup
	for sender := range senders {
		wg.Go(func() {
			for n := 0; (time.Now().Before(end) || len(all[sender]) == 0) && ctx.Err() == nil; n++ {
				began := time.Now()
				if err := do(ctx, sender, n); err != nil {
					stop(fmt.Errorf("sender %d, act %d: %w", sender, n, err))
					return
				}
				if !began.Before(start) {
					all[sender] = append(all[sender], time.Since(began))
				}
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return tally{}, err
	}
	return tallied(time.Since(start), all...)
}

// tallied sorts what was measured over a span.
func tallied(span time.Duration, took ...[]time.Duration) (tally, error) {
	t := tally{took: slices.Concat(took...), span: span}
	if len(t.took) == 0 {
		return t, errors.New("nothing was done in the time given; measure longer")
	}
	slices.Sort(t.took)
	return t, nil
}

// rate is acts per second.
func (t tally) rate() float64 { return float64(len(t.took)) / t.span.Seconds() }

// quantile is the nearest rank: 0.5 is the median.
func (t tally) quantile(q float64) time.Duration {
	return t.took[min(len(t.took)-1, int(q*float64(len(t.took))))]
}

// metric is the tally as a rate with its times.
func (t tally) metric(name, unit string) Metric {
	return Metric{Name: name, Value: t.rate(), Unit: unit, P50: ms(t.quantile(.5)), P99: ms(t.quantile(.99)), N: len(t.took)}
}
