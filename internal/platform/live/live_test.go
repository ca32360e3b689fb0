package live_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linli/linli/internal/platform/live"
)

func heard(l *live.Listener) bool {
	select {
	case _, open := <-l.C():
		return open
	default:
		return false
	}
}

func TestListenerHearsItsTopicsOnceForMany(t *testing.T) {
	h := live.New()
	a, b := h.Listen("x", "y"), h.Listen("z")
	h.Publish("x")
	h.Publish("x", "y")
	if !heard(a) || heard(a) || heard(b) {
		t.Fatal("messages must fall together and reach only their topic")
	}
	a.Close()
	a.Close()
	h.Publish("x")
	if heard(a) || h.Listening() != 1 {
		t.Fatal("a closed listener still hears")
	}
}

func TestRelayCarriesWhatIsPublishedAndNotWhatItBrought(t *testing.T) {
	h := live.New()
	var sent []string
	h.Relay(func(topics []string) { sent = append(sent, topics...) })
	l := h.Listen("x", "y")
	h.Publish("x")
	h.Deliver("y")
	if len(sent) != 1 || sent[0] != "x" || !heard(l) {
		t.Fatalf("relayed %v", sent)
	}
}

func TestCloseEndsEveryStream(t *testing.T) {
	h := live.New()
	l := h.Listen("x", "y")
	h.Close()
	h.Close()
	if _, open := <-l.C(); open {
		t.Fatal("still open")
	}
	if _, open := <-h.Listen("x").C(); open {
		t.Fatal("a closed hub still listens")
	}
	h.Publish("x")
	l.Close()
}

// Of those who make their view anew half as many do it at once as there are
// cores; those that hang hold the others up for a second at most.
func TestViewsAreMadeInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, at := live.New(), max(1, runtime.NumCPU()/2)
		var now, most, done atomic.Int64
		hang := make(chan struct{})
		for range at {
			go h.InTurn(func() { <-hang })
		}
		synctest.Wait()
		for range 3 * at {
			go h.InTurn(func() {
				most.Store(max(most.Load(), now.Add(1)))
				<-time.After(10 * time.Millisecond)
				now.Add(-1)
				done.Add(1)
			})
		}
		synctest.Wait()
		if n := now.Load(); n != 0 {
			t.Errorf("%d made theirs beside the first %d", n, at)
		}
		<-time.After(500 * time.Millisecond)
		close(hang)
		<-time.After(31 * time.Millisecond)
		if done.Load() != int64(3*at) || most.Load() != int64(at) {
			t.Errorf("%d of %d are made, %d at once", done.Load(), 3*at, most.Load())
		}
		hang = make(chan struct{})
		for range at {
			go h.InTurn(func() { <-hang })
		}
		synctest.Wait()
		began := time.Now()
		h.InTurn(func() {})
		if d := time.Since(began); d != time.Second {
			t.Errorf("behind those that hang it took %v", d)
		}
		close(hang)
	})
}
