package budget_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linli/linli/internal/platform/budget"
	"github.com/linli/linli/internal/platform/fault"
)

func TestWhatDoesNotFitWaitsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(10, time.Minute, nil)
		first, err := b.Take(t.Context(), 7)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		time.AfterFunc(20*time.Second, first)
		second, err := b.Take(t.Context(), 7)
		if err != nil || time.Since(began) != 20*time.Second {
			t.Fatal(time.Since(began), err)
		}
		second()
		second() // giving back twice gives back once
		whole, err := b.Take(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		whole()
	})
}

func TestNobodyWaitsLongerThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(10, 20*time.Second, nil)
		release, err := b.Take(t.Context(), 1000) // counts as the whole
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		began := time.Now()
		if _, err := b.Take(t.Context(), 1); !fault.Is(err, fault.Busy) || time.Since(began) != 20*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		gone, hangUp := context.WithCancel(t.Context())
		defer time.AfterFunc(time.Second, hangUp).Stop()
		if _, err := b.Take(gone, 1); !errors.Is(err, context.Canceled) || fault.Is(err, fault.Busy) {
			t.Errorf("who is gone is told: %v", err)
		}
	})
}

func TestMemoryGoesBackOnceItIsCalm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &budget.Calm{Worth: 10}
		defer c.Stop()
		b := budget.New(100, time.Minute, c)
		hold := func(n int64) func() {
			release, err := b.Take(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			return release
		}
		hold(4)()
		<-time.After(time.Minute)
		if c.Given() != 0 {
			t.Error("a little is not worth collecting")
		}
		hold(6)()
		<-time.After(2 * time.Second)
		next := hold(50)
		<-time.After(time.Minute)
		if c.Given() != 0 {
			t.Error("collected while somebody works")
		}
		next()
		<-time.After(time.Minute)
		if c.Given() != 1 {
			t.Errorf("given back %d times", c.Given())
		}
	})
}
