package store_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Whoever goes ahead writes before everybody who waits, however many they are.
func TestAheadWritesBeforeThoseWhoWait(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	var (
		mu    sync.Mutex
		order []string
		wg    sync.WaitGroup
	)
	hold, held := make(chan struct{}), make(chan struct{})
	write := func(ctx context.Context, id string, before func()) {
		err := s.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			before()
			mu.Lock()
			defer mu.Unlock()
			order = append(order, id)
			return put(ctx, tx, id)
		})
		if err != nil {
			t.Error(err)
		}
	}
	wg.Go(func() { write(t.Context(), "first", func() { close(held); <-hold }) })
	<-held
	const waiting = 100
	await := func(n int) {
		for s.Waiting() < n {
			runtime.Gosched()
		}
	}
	for range waiting {
		wg.Go(func() { write(t.Context(), store.NewID(), func() {}) })
	}
	await(waiting)
	wg.Go(func() { write(store.Ahead(t.Context()), "alarm", func() {}) })
	await(waiting + 1)
	close(hold)
	wg.Wait()
	if len(order) != waiting+2 || order[1] != "alarm" {
		t.Fatalf("%d writes, the second is %s", len(order), order[1])
	}
}

// A storm of those who go ahead does not shut out everybody else.
func TestWhoWaitsHasATurnBetweenThoseAhead(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	var wg sync.WaitGroup
	hold, held := make(chan struct{}), make(chan struct{})
	var order []string // written in turn by the one writer
	write := func(ctx context.Context, id string, before func()) {
		err := s.Update(ctx, func(context.Context, *store.Tx) error { before(); order = append(order, id); return nil })
		if err != nil {
			t.Error(err)
		}
	}
	wg.Go(func() { write(t.Context(), "first", func() { close(held); <-hold }) })
	<-held
	const storm = 100
	for range storm {
		wg.Go(func() { write(store.Ahead(t.Context()), "alarm", func() {}) })
	}
	wg.Go(func() { write(t.Context(), "answer", func() {}) })
	for s.Waiting() < storm+1 {
		runtime.Gosched()
	}
	close(hold)
	wg.Wait()
	if at := slices.Index(order, "answer"); at < 0 || at > 4 {
		t.Errorf("the answer is written as number %d of %d", at, len(order))
	}
}
