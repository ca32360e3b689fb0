package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// listen decodes by telling what it saw, after commit.
func listen(seen chan inbox.Message) inbox.Decoder {
	return func(_ context.Context, m inbox.Message) (inbox.Effect, error) {
		return func(_ context.Context, tx *store.Tx) error {
			tx.AfterCommit(func() { seen <- m })
			return nil
		}, nil
	}
}

// bad is a decoder's last word.
func bad(why string) error { return fmt.Errorf("%s: %w", why, inbox.ErrNotUnderstood) }

// silent is one that says nothing.
type silent struct{}

func (silent) Error() string        { return "" }
func (silent) Is(target error) bool { return target == inbox.ErrNotUnderstood }

func bodies(list []inbox.Message) []string {
	var out []string
	for _, m := range list {
		out = append(out, string(m.Body))
	}
	return out
}

func take(seen chan inbox.Message, n int) []inbox.Message {
	var list []inbox.Message
	for range n {
		list = append(list, <-seen)
	}
	return list
}

func TestDecodedInOrderAsTheyArrive(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		const n = 300
		seen := make(chan inbox.Message, n)
		b.Handle(listen(seen), nil)
		b.Start()
		var want []string
		for i := range n {
			want = append(want, fmt.Sprint(i))
			b.Submit(t.Context(), smoke(want[i]), func(bool, error) {})
		}
		if diff := cmp.Diff(want, bodies(take(seen, n))); diff != "" {
			t.Fatal(diff)
		}
		b.Stop()
		got, err := b.Backlog(t.Context(), east)
		if err != nil || got != (inbox.Backlog{}) {
			t.Fatalf("%+v %v", got, err)
		}
	})
}

// A program that died between acknowledging and decoding decodes at its next
// start.
func TestWhatWasLeftIsDecodedAtTheNextStart(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, dead *inbox.Box) {
		for i := range 200 {
			m := smoke(fmt.Sprint(i))
			m.Urgent = i%2 == 0
			append_(t, dead, m)
		}
		left, err := dead.Backlog(t.Context(), east)
		if diff := cmp.Diff(inbox.Backlog{Urgent: 100, Ordinary: 100}, left); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		next := open(s)
		seen := make(chan inbox.Message, 200)
		next.Handle(listen(seen), nil)
		next.Start()
		next.Start()
		once := map[string]bool{}
		for _, m := range take(seen, 200) {
			once[m.ID] = true
		}
		next.Stop()
		if len(once) != 200 || len(seen) > 0 {
			t.Fatalf("%d different messages decoded, %d too many", len(once), len(seen))
		}
	})
}

// Two nodes that find the same message give it one effect.
func TestTwoNodesDecodeOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, one *inbox.Box) {
		const n = 100
		for i := range n {
			append_(t, one, smoke(fmt.Sprint(i)))
		}
		two, seen := open(s), make(chan inbox.Message, 2*n)
		for _, b := range []*inbox.Box{one, two} {
			b.Handle(listen(seen), nil)
			b.Start()
		}
		take(seen, n)
		one.Stop()
		two.Stop()
		if len(seen) != 0 {
			t.Fatalf("%d messages took effect twice", len(seen))
		}
	})
}

func TestNotUnderstoodIsKeptAndTold(t *testing.T) {
	badDecode := func(_ context.Context, m inbox.Message) (inbox.Effect, error) {
		switch string(m.Body) {
		case "error":
			return nil, bad("no such field")
		case "panic":
			panic("a codec's mistake")
		case "effect":
			return func(context.Context, *store.Tx) error { return bad("effect refused") }, nil
		case "long":
			return nil, bad(strings.Repeat("长", 1000))
		case "silent":
			return nil, silent{}
		case "fault":
			return nil, errors.Join(fault.New(fault.Invalid, "device.unknown_model"), inbox.ErrNotUnderstood)
		}
		return nil, nil
	}
	want := map[string]string{"error": "no such field", "panic": "panic in the decoder", "effect": "effect refused", "long": "长长", "silent": "?", "fault": "device.unknown_model"}
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		told := make(chan inbox.Message, 2*len(want))
		b.Handle(badDecode, func(_ context.Context, tx *store.Tx, m inbox.Message, _ error) error {
			tx.AfterCommit(func() { told <- m })
			return nil
		})
		for body := range want {
			append_(t, b, smoke(body))
			append_(t, b, smoke("good"))
		}
		b.Start()
		take(told, len(want))
		b.Stop()
		list, err := b.Troubled(t.Context(), east, inbox.Page{})
		if err != nil || len(list) != len(want) || len(told) != 0 {
			t.Fatalf("%d kept, want %d: %v", len(list), len(want), err)
		}
		for _, m := range list {
			if w := want[string(m.Body)]; !strings.HasPrefix(m.Trouble, w) || len(m.Trouble) > 320 || m.DecodedAt.IsZero() {
				t.Errorf("%s: trouble %q, want %q", m.Body, m.Trouble, w)
			}
		}
	})
}

func TestReplay(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		b := open(s)
		seen, told := make(chan inbox.Message, 10), make(chan inbox.Message, 10)
		mended := false
		b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
			if !mended && string(m.Body) == "bad" {
				return nil, bad("not yet")
			}
			return listen(seen)(ctx, m)
		}, func(_ context.Context, tx *store.Tx, m inbox.Message, _ error) error {
			tx.AfterCommit(func() { told <- m })
			return nil
		})
		b.Start()
		append_(t, b, smoke("bad"))
		take(told, 1)
		append_(t, b, smoke("good"))
		take(seen, 1)
		mended = true
		if n, err := b.Replay(t.Context(), inbox.Filter{Tenant: east}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if got := take(seen, 1)[0]; string(got.Body) != "bad" || got.Replays != 1 {
			t.Fatalf("%+v", got)
		}
		since := clock.Now()
		if n, err := b.Replay(t.Context(), inbox.Filter{Tenant: east, Device: "bridge", Since: since.Add(1)}); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		if n, err := b.Replay(t.Context(), inbox.Filter{Tenant: east, Device: "bridge", Since: since}); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		if diff := cmp.Diff([]string{"bad", "good"}, bodies(take(seen, 2))); diff != "" {
			t.Fatal(diff)
		}
		list, err := b.Recent(t.Context(), east, "bridge", inbox.Page{})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := b.Replay(t.Context(), inbox.Filter{Tenant: east, Message: list[0].ID}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if got := take(seen, 1)[0]; got.ID != list[0].ID {
			t.Fatalf("another was read again: %+v", got)
		}
		if _, err := b.Replay(t.Context(), inbox.Filter{Tenant: east, Message: "none"}); !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		b.Stop()
	})
}

// A slow codec of one neighbourhood keeps no urgent message of another waiting.
func TestSlowCodecDelaysNoAlarm(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		stuck, release := make(chan struct{}), make(chan struct{})
		seen := make(chan inbox.Message, 10)
		b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
			if m.Tenant == east {
				close(stuck)
				<-release
			}
			return listen(seen)(ctx, m)
		}, nil)
		b.Start()
		append_(t, b, smoke("slow"))
		<-stuck
		append_(t, b, inbox.Message{Tenant: west, Device: "d", Body: []byte("fire"), Urgent: true})
		if got := take(seen, 1)[0]; got.Tenant != west {
			t.Fatalf("first decoded: %+v", got)
		}
		close(release)
		take(seen, 1)
	})
}

// If the decoding cannot be written now, the message goes on waiting.
func TestBusyDatabaseIsNoTrouble(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		tries, seen := make(chan struct{}, 100), make(chan inbox.Message, 1)
		fails := 3
		b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
			return func(ctx context.Context, tx *store.Tx) error {
				if fails--; fails >= 0 {
					tries <- struct{}{}
					return fault.New(fault.Busy, "fault.busy")
				}
				tx.AfterCommit(func() { seen <- m })
				return nil
			}, nil
		}, nil)
		b.Start()
		append_(t, b, smoke("x"))
		for range 3 {
			<-tries
			b.Sweep()
		}
		if got := take(seen, 1)[0]; got.Trouble != "" {
			t.Fatalf("%+v", got)
		}
		b.Stop()
	})
}

// A reader that fails for a moment, or an effect that does, is no trouble of
// the message: it is read again, and those behind it do not wait.
func TestWhatFailsForAMomentIsReadAgain(t *testing.T) {
	for name, fails := range map[string]func(context.Context, *store.Tx) error{
		"decoder": nil,
		"effect":  func(context.Context, *store.Tx) error { return errors.New("connection reset") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
				seen, failed := make(chan inbox.Message, 2), false
				b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
					if string(m.Body) != "fire" || failed {
						return listen(seen)(ctx, m)
					}
					if failed = true; fails != nil {
						return fails, nil
					}
					return nil, errors.New("connection reset")
				}, func(context.Context, *store.Tx, inbox.Message, error) error {
					t.Error("told as a trouble")
					return nil
				})
				append_(t, b, smoke("fire"))
				append_(t, b, smoke("behind"))
				b.Start()
				if diff := cmp.Diff([]string{"behind", "fire"}, bodies(take(seen, 2))); diff != "" {
					t.Error(diff)
				}
				b.Stop()
				if got, err := b.Backlog(t.Context(), east); err != nil || got != (inbox.Backlog{}) {
					t.Errorf("%+v %v", got, err)
				}
			})
		})
	}
}

// What fails ten times is a trouble, told as one; until then it holds up
// nobody, however many there are.
func TestWhatGoesOnFailingBecomesATrouble(t *testing.T) {
	const many = 70 // more than are read at once
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		b := open(s)
		tried, told, seen := make(chan string, 11*many), make(chan inbox.Message, many), make(chan inbox.Message, 1)
		b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
			if string(m.Body) == "good" {
				return listen(seen)(ctx, m)
			}
			tried <- m.ID
			return nil, errors.New("connection reset")
		}, func(_ context.Context, tx *store.Tx, m inbox.Message, _ error) error {
			tx.AfterCommit(func() { told <- m })
			return nil
		})
		for range many {
			append_(t, b, smoke("bad"))
		}
		append_(t, b, smoke("good"))
		b.Start()
		take(seen, 1)
		tries, began := map[string]int{}, clock.Now()
		for len(told) < many {
			select {
			case id := <-tried:
				tries[id]++
			default:
				clock.Advance(time.Second)
				b.Sweep()
				runtime.Gosched()
			}
		}
		b.Stop()
		if list, err := b.Troubled(t.Context(), east, inbox.Page{}); err != nil || len(list) != many || list[0].Trouble != "connection reset" {
			t.Errorf("%d kept, %v", len(list), err)
		}
		for len(tried) > 0 {
			tries[<-tried]++
		}
		for id, n := range tries {
			if n != 10 {
				t.Errorf("%s was tried %d times", id, n)
			}
		}
		if took := clock.Now().Sub(began); took < 2*time.Minute {
			t.Errorf("given up after %v", took)
		}
	})
}

// A message that waits for its next try waits no longer when the clock goes
// back meanwhile.
func TestClockThatGoesBackHoldsNoMessageBack(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		b := open(s)
		seen, well := make(chan inbox.Message, 1), make(chan struct{})
		b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
			select {
			case <-well:
				return listen(seen)(ctx, m)
			default:
				return nil, errors.New("connection reset")
			}
		}, nil)
		append_(t, b, smoke("fire"))
		b.Start()
		for tries := 0; tries < 2; runtime.Gosched() { // then it is put off by a second
			list, err := b.Recent(t.Context(), east, "bridge", inbox.Page{Limit: 1})
			if err != nil || len(list) != 1 {
				t.Fatalf("%d messages, %v", len(list), err)
			}
			tries = list[0].Tries
		}
		close(well)
		clock.Advance(-time.Hour)
		for len(seen) == 0 {
			clock.Advance(time.Millisecond)
			b.Sweep()
			runtime.Gosched()
			if gone := storetest.NewClock().Now().Sub(clock.Now()); gone < 55*time.Minute {
				t.Fatal("it waits for the clock")
			}
		}
		b.Stop()
	})
}

// What was given up for the moment is told at the second try, and read again all
// the same: at last it is understood and in nobody's list of troubles.
func TestS33_WhatWasGivenUpForTheMomentIsToldAndReadAgain(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		b := open(s)
		var tries, told atomic.Int32
		seen := make(chan inbox.Message, 1)
		b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
			if tries.Add(1) <= 4 {
				return nil, fmt.Errorf("stopped: %w", inbox.ErrLater)
			}
			return listen(seen)(ctx, m)
		}, func(_ context.Context, tx *store.Tx, _ inbox.Message, cause error) error {
			if n := tries.Load(); n != 2 || !errors.Is(cause, inbox.ErrLater) {
				t.Errorf("told at try %d of %v", n, cause)
			}
			tx.AfterCommit(func() { told.Add(1) })
			return nil
		})
		append_(t, b, smoke("fire"))
		b.Start()
		for heard := false; !heard; runtime.Gosched() {
			select {
			case <-seen:
				heard = true
			default:
				clock.Advance(100 * time.Millisecond)
				b.Sweep()
			}
		}
		b.Stop()
		if got, err := b.Backlog(t.Context(), east); err != nil || got != (inbox.Backlog{}) || told.Load() != 1 {
			t.Errorf("%+v %v, told %d times", got, err, told.Load())
		}
	})
}
