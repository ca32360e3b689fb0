package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// book notes what took effect.
type book struct {
	mu   sync.Mutex
	list []string
}

func (b *book) add(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = append(b.list, s)
}

func (b *book) has(s string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Contains(b.list, s)
}

// read decodes into the book; the effect of what is named fails so many times.
func (b *book) read(failing map[string]int) inbox.Decoder {
	return func(_ context.Context, m inbox.Message) (inbox.Effect, error) {
		body := string(m.Body)
		if body == "nonsense" {
			return nil, bad("nobody knows")
		}
		return func(_ context.Context, tx *store.Tx) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			if failing[body] > 0 {
				failing[body]--
				return errors.New("not now")
			}
			tx.AfterCommit(func() { b.add(body) })
			return nil
		}, nil
	}
}

func urgent(body string) inbox.Message {
	m := smoke(body)
	m.Urgent = true
	return m
}

// atOnce appends messages until one has taken effect when it is acknowledged: the
// lane was read to its end before.
func (b *book) atOnce(t *testing.T, box *inbox.Box, name string) {
	t.Helper()
	for i := range 1000 {
		body := fmt.Sprint(name, i)
		append_(t, box, urgent(body))
		if b.has(body) {
			return
		}
		settled(t, box, b, body) // it is read behind the one before
	}
	t.Fatal("no alarm was on disk with its message")
}

// settled waits until a message has taken effect and nothing waits.
func settled(t *testing.T, box *inbox.Box, b *book, body string) {
	t.Helper()
	for left := (inbox.Backlog{Urgent: 1}); left.Urgent > 0 || !b.has(body); {
		var err error
		if left, err = box.Backlog(t.Context(), east); err != nil {
			t.Fatal(err)
		}
	}
}

// S30: the acknowledgement of an alarm that comes alone says that the alarm is on
// disk, not only its message.
func TestS30_AnAlarmIsOnDiskWithItsMessage(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		var seen book
		b.Handle(seen.read(nil), nil)
		b.Start()
		seen.atOnce(t, b, "smoke")
		m := urgent("once")
		m.Key = "key"
		append_(t, b, m)
		if again := append_(t, b, m); again {
			t.Error("a repetition was stored")
		}
		b.Stop()
		if n := len(slices.DeleteFunc(seen.list, func(s string) bool { return s != "once" })); n != 1 {
			t.Errorf("it took effect %d times", n)
		}
		if left, err := b.Backlog(t.Context(), east); err != nil || left != (inbox.Backlog{}) {
			t.Errorf("%+v %v", left, err)
		}
	})
}

// S30: what an alarm means may fail to be written; its message is stored and
// acknowledged all the same, and read again.
func TestS30_AnAlarmWhoseEffectFailsIsStoredAndReadAgain(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, b *inbox.Box) {
		var seen book
		told := make(chan string, 1)
		b.Handle(seen.read(map[string]int{"fails": 2}), func(_ context.Context, tx *store.Tx, m inbox.Message, _ error) error {
			tx.AfterCommit(func() { told <- string(m.Body) })
			return nil
		})
		b.Start()
		seen.atOnce(t, b, "before")
		for _, body := range []string{"fails", "nonsense", "last"} {
			if !append_(t, b, urgent(body)) {
				t.Errorf("%s was not stored", body)
			}
		}
		if body := <-told; body != "nonsense" {
			t.Errorf("told of %q", body)
		}
		for !seen.has("fails") || !seen.has("last") {
			b.Sweep()
		}
		b.Stop()
		left, err := b.Backlog(t.Context(), east)
		if err != nil || left.Urgent != 0 || left.Troubled != 1 {
			t.Errorf("%+v %v", left, err)
		}
	})
}

// S30: a codec that is slow holds up no message on its way to the disk: for a
// minute messages are stored first and read then.
func TestS30_AfterASlowCodecMessagesAreStoredFirst(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		b := open(s)
		t.Cleanup(b.Stop)
		var seen book
		read := seen.read(nil)
		acknowledged := make(chan string, 1)
		b.Handle(func(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
			switch string(m.Body) {
			case "slow":
				clock.Advance(time.Second)
			case "next":
				<-acknowledged // while it is read, it is on disk
			}
			return read(ctx, m)
		}, nil)
		b.Start()
		seen.atOnce(t, b, "quick")
		append_(t, b, urgent("slow"))
		settled(t, b, &seen, "slow")
		append_(t, b, urgent("next"))
		acknowledged <- "next"
		settled(t, b, &seen, "next")
		clock.Advance(2 * time.Minute)
		seen.atOnce(t, b, "again")
	})
}
