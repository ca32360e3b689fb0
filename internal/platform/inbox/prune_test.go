package inbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// A clock that was ahead for a while leaves messages of a time to come, and ids
// that are ahead until the next start: what came with those afterwards is not
// kept for longer.
func TestPruneFindsWhatCameAfterTheClockWentBack(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		ahead := time.Now() // the clock of the ids
		clock.Set(ahead.AddDate(0, -2, 0))
		b := open(s)
		const many = 250
		decoded := make(chan struct{}, many+1) // the writer waits for nobody
		b.Handle(inbox.InTransaction(func(_ context.Context, tx *store.Tx, _ inbox.Message) error {
			tx.AfterCommit(func() { decoded <- struct{}{} })
			return nil
		}), nil)
		b.Start()
		t.Cleanup(b.Stop)
		m := smoke("x")
		m.ReceivedAt = ahead
		for range many {
			b.Submit(t.Context(), m, func(bool, error) {})
		}
		append_(t, b, smoke("after"))
		for range many + 1 {
			<-decoded
		}
		clock.Advance(31 * 24 * time.Hour)
		n, err := b.Prune(t.Context(), east, clock.Now().AddDate(0, 0, -30))
		if err != nil || n != 1 || inboxtest.Count(t, s) != many {
			t.Errorf("%d pruned, %v", n, err)
		}
	})
}
