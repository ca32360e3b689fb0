package web_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/web"
)

// wire is the far end of a stream. It keeps to the deadline it was given as a
// connection does; deaf, it takes nothing more.
type wire struct {
	mu       sync.Mutex
	header   http.Header
	got      bytes.Buffer
	deadline time.Time
	deaf     bool
}

func (w *wire) Header() http.Header { return w.header }

func (w *wire) WriteHeader(int) {}

func (w *wire) Flush() {}

func (w *wire) SetWriteDeadline(t time.Time) error { w.deadline = t; return nil }

func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.deaf && !w.deadline.IsZero() {
		<-time.After(time.Until(w.deadline))
	}
	if !w.deadline.IsZero() && !time.Now().Before(w.deadline) {
		return 0, os.ErrDeadlineExceeded
	}
	return w.got.Write(b)
}

// said is what came so far.
func (w *wire) said() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got.String()
}

// streamed opens a stream on a page on which nothing changes, and says how long
// it lasted.
func streamed(t *testing.T, hub *live.Hub, w *wire, ctx context.Context) <-chan time.Duration {
	t.Helper()
	w.header = http.Header{}
	began, ended := time.Now(), make(chan time.Duration, 1)
	go func() {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/live", http.NoBody)
		err := web.Stream(w, r, hub, []string{"t"}, func(context.Context) (templ.Component, error) { return templ.Raw("x"), nil })
		if err != nil {
			t.Error(err)
		}
		ended <- time.Since(began)
	}()
	return ended
}

// A page on which nothing changes hears a beat each ten seconds until its stream
// has lived its five minutes, is told that this is all, and may ask again. So a
// browser that is gone behind something that goes on taking is let go.
func TestQuietStreamBeatsUntilItHasLived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, w := live.New(), &wire{}
		lasted := <-streamed(t, hub, w, t.Context())
		if lasted < 5*time.Minute || lasted > 6*time.Minute {
			t.Errorf("it lasted %v", lasted)
		}
		if beats := strings.Count(w.said(), "event: beat\n"); beats < 29 || !strings.HasSuffix(w.said(), "event: over\ndata: 1\n\n") {
			t.Errorf("%d beats: %q", beats, w.said())
		}
		if n := hub.Listening(); n != 0 {
			t.Errorf("%d still listen", n)
		}
	})
}

// A browser that does not read is dropped after half a minute, and whoever
// publishes does not wait for it.
func TestStreamThatNobodyReadsIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, w, reads := live.New(), &wire{}, &wire{}
		ctx, leave := context.WithCancel(t.Context())
		ended, other := streamed(t, hub, w, ctx), streamed(t, hub, reads, ctx)
		synctest.Wait()
		w.mu.Lock()
		w.deaf = true
		w.mu.Unlock()
		began := time.Now()
		hub.Publish("t")
		synctest.Wait()
		if n := strings.Count(reads.said(), "data: x"); n != 2 || !time.Now().Equal(began) {
			t.Errorf("another heard %d parts after %v", n, time.Since(began))
		}
		<-ended
		if took := time.Since(began); took > 30*time.Second || hub.Listening() != 1 {
			t.Errorf("dropped after %v, %d listen", took, hub.Listening())
		}
		leave()
		<-other
	})
}
