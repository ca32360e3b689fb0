package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const east, west = store.Tenant("east"), store.Tenant("west")

func each(t *testing.T, fn func(t *testing.T, s *store.Store, b *inbox.Box)) {
	t.Helper()
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		b := open(s)
		t.Cleanup(b.Stop)
		fn(t, s, b)
	})
}

func open(s *store.Store) *inbox.Box {
	return inbox.NewBox(inbox.Options{Store: s, Tenants: func() []store.Tenant { return []store.Tenant{east, west} }})
}

func smoke(body string) inbox.Message {
	return inbox.Message{Tenant: east, Source: "mqtt", Device: "bridge", Topic: "zigbee2mqtt/kitchen", Body: []byte(body)}
}

func append_(t *testing.T, b *inbox.Box, m inbox.Message) bool {
	t.Helper()
	stored, err := b.Append(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func recent(t *testing.T, b *inbox.Box, tenant store.Tenant, device string) []inbox.Message {
	t.Helper()
	list, err := b.Recent(t.Context(), tenant, device, inbox.Page{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhatComesOutIsWhatCameIn(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		m := smoke(`{"smoke":true}`)
		m.Urgent, m.Unsure, m.Note = true, true, "xor"
		append_(t, b, m)
		m.ReceivedAt = s.Now()
		got := recent(t, b, east, "bridge")
		if len(got) != 1 {
			t.Fatalf("%d messages, want 1", len(got))
		}
		m.ID = got[0].ID
		if diff := cmp.Diff(m, got[0]); diff != "" {
			t.Fatal(diff)
		}
		byID, err := b.ByID(t.Context(), east, m.ID)
		if diff := cmp.Diff(m, byID); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		if _, err := b.ByID(t.Context(), west, m.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("another neighbourhood reads the message: %v", err)
		}
	})
}

func TestAnyBytesSurvive(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			m := smoke("")
			m.Device = fmt.Sprint("device ", n)
			m.Topic = string(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(rt, "topic"))
			m.Body = rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(rt, "body")
			append_(t, b, m)
			got := recent(t, b, east, m.Device)
			if len(got) != 1 || string(got[0].Body) != string(m.Body) {
				rt.Fatalf("sent %x, kept %v", m.Body, got)
			}
		})
	})
}

func TestFailedCommitStoresAndAcknowledgesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		letGo := inboxtest.FailCommits(t, s)
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				m := smoke(fmt.Sprint(i))
				m.Urgent = i%2 == 0
				if stored, err := b.Append(context.Background(), m); stored || !fault.Is(err, fault.Busy) {
					t.Errorf("acknowledged: %v %v", stored, err)
				}
			})
		}
		wg.Wait()
		if n := inboxtest.Count(t, s); n != 0 {
			t.Fatalf("%d rows were kept", n)
		}
		letGo()
		if !append_(t, b, smoke("again")) || inboxtest.Count(t, s) != 1 {
			t.Fatal("the inbox did not recover")
		}
	})
}

func TestAKeyIsStoredOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		m := smoke("x")
		m.Key = "qos2 a 7"
		if !append_(t, b, m) || append_(t, b, m) {
			t.Fatal("want stored, then repeated")
		}
		other := m
		other.Device = "another"
		if !append_(t, b, other) {
			t.Fatal("another device's key was taken for this one's")
		}
		if held, err := b.Release(t.Context(), east, "bridge", m.Key); !held || err != nil {
			t.Fatal(held, err)
		}
		if held, err := b.Release(t.Context(), east, "bridge", m.Key); held || err != nil {
			t.Fatal("released twice", err)
		}
		if !append_(t, b, m) {
			t.Fatal("a released key is still held")
		}
		m.Renew = true
		if !append_(t, b, m) || inboxtest.Count(t, s) != 4 {
			t.Fatal("a renewed key was taken for a repetition")
		}
	})
}

// What comes while another transaction runs is written together, many rows in
// one statement: each message is kept as it was, and one with a key once.
func TestManyAtOnceAreKeptAsEachWas(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		const n = 150
		var want []inbox.Message
		var answers sync.WaitGroup
		answers.Add(n)
		err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if s.Dialect() == store.Postgres { // SQLite has one writer anyway
				if _, err := tx.ExecContext(ctx, "LOCK TABLE inbox_message IN EXCLUSIVE MODE"); err != nil {
					return err
				}
			}
			for i := range n {
				m := smoke(fmt.Sprint(i) + "\xff"[:i%2])
				m.Topic, m.Note, m.Unsure = fmt.Sprint("t", i), fmt.Sprint("n", i), i%3 == 0
				if i%40 == 39 {
					m.Key = "the same"
				}
				is := m.Key == "" || i == 39
				if is {
					want = append(want, m)
				}
				b.Submit(t.Context(), m, func(stored bool, err error) {
					if stored != is || err != nil {
						t.Errorf("message %d: stored %v, %v", i, stored, err)
					}
					answers.Done()
				})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		answers.Wait()
		got, err := b.Recent(t.Context(), east, "bridge", inbox.Page{Limit: 2 * n})
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d messages, want %d: %v", len(got), len(want), err)
		}
		slices.Reverse(got)
		for i := range got {
			want[i].ID, want[i].ReceivedAt, want[i].Key = got[i].ID, got[i].ReceivedAt, ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAnswersComeInOrder(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		const n = 1000
		var got []int
		done := make(chan struct{})
		for i := range n {
			b.Submit(t.Context(), smoke(fmt.Sprint(i)), func(_ bool, err error) {
				if err != nil {
					t.Error(err)
				}
				if got = append(got, i); len(got) == n {
					close(done)
				}
			})
		}
		<-done
		for i, g := range got {
			if g != i {
				t.Fatalf("answer %d is for message %d", i, g)
			}
		}
		list, err := b.Recent(t.Context(), east, "bridge", inbox.Page{Limit: n / 2})
		if err != nil || len(list) != n/2 || string(list[0].Body) != fmt.Sprint(n-1) {
			t.Fatalf("the newest is not first: %v", err)
		}
	})
}

func TestStoppedBoxTakesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		var answered sync.WaitGroup
		for i := range 50 {
			answered.Add(1)
			b.Submit(t.Context(), smoke(fmt.Sprint(i)), func(_ bool, err error) {
				if err != nil {
					t.Error("a message taken in was not answered well:", err)
				}
				answered.Done()
			})
		}
		b.Stop()
		answered.Wait()
		if _, err := b.Append(t.Context(), smoke("late")); !fault.Is(err, fault.Busy) {
			t.Fatalf("got %v, want busy", err)
		}
		b.Stop()
		if n := inboxtest.Count(t, s); n != 50 {
			t.Fatalf("%d rows, want 50", n)
		}
	})
}

// A lane that is full makes its senders wait, not those of another.
func TestFullLaneHoldsUpOnlyItsOwn(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		b := open(s)
		release, held := make(chan struct{}), make(chan struct{})
		var once sync.Once
		block := func(bool, error) { once.Do(func() { close(held) }); <-release }
		ctx, cancel := context.WithCancel(context.Background())
		var flood sync.WaitGroup
		for range 3 {
			flood.Go(func() {
				for ctx.Err() == nil {
					b.Submit(ctx, smoke("noise"), func(_ bool, err error) {
						if err == nil {
							block(true, nil)
						}
					})
				}
			})
		}
		<-held
		alarm := inbox.Message{Tenant: west, Device: "d", Body: []byte("fire"), Urgent: true}
		if !append_(t, b, alarm) {
			t.Error("the alarm was not stored")
		}
		alarm.Tenant = east
		if !append_(t, b, alarm) {
			t.Error("the alarm of the flooded neighbourhood was not stored")
		}
		cancel()
		flood.Wait()
		close(release)
		b.Stop()
	})
}

// The flood is real here: an alarm of another neighbourhood is on disk before
// the flood that was sent before it.
func TestFloodDelaysNoAlarmOfAnother(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		const n = 4000
		var mu sync.Mutex
		left, begun, ended := n, make(chan struct{}), make(chan struct{})
		go func() {
			for i := range n {
				b.Submit(context.Background(), smoke(fmt.Sprint(i)), func(bool, error) {
					mu.Lock()
					defer mu.Unlock()
					if left--; left == n-1 {
						close(begun)
					} else if left == 0 {
						close(ended)
					}
				})
			}
		}()
		<-begun
		append_(t, b, inbox.Message{Tenant: west, Device: "detector", Body: []byte("smoke"), Urgent: true})
		mu.Lock()
		waited := n - left
		mu.Unlock()
		if waited > n*3/4 {
			t.Errorf("%d of %d messages of the flood were served before the alarm", waited, n)
		}
		<-ended
	})
}

func TestPruneKeepsWhatWaitsAndWhatFailed(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		b := open(s)
		decoded := make(chan string, 3)
		b.Handle(inbox.InTransaction(func(_ context.Context, tx *store.Tx, m inbox.Message) error {
			body := string(m.Body)
			tx.AfterCommit(func() { decoded <- body })
			if body == "bad" {
				return inbox.ErrNotUnderstood
			}
			return nil
		}), func(_ context.Context, tx *store.Tx, m inbox.Message, _ error) error {
			tx.AfterCommit(func() { decoded <- "trouble" })
			return nil
		})
		b.Start()
		append_(t, b, smoke("good"))
		append_(t, b, smoke("bad"))
		for range 2 {
			<-decoded
		}
		b.Stop()
		clock.Advance(31 * 24 * time.Hour)
		n, err := b.Prune(t.Context(), east, clock.Now().AddDate(0, 0, -30))
		if err != nil || n != 1 || inboxtest.Count(t, s) != 1 {
			t.Fatalf("%d pruned, %v", n, err)
		}
	})
}
