package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
)

// While alarms wait for the processor, pages that only show something take turns:
// one is made at a time. One that waited long says so, and one whose turn does
// not come is asked for again a little later. Whoever acts, a desk's open page and
// what the options name are not held.
const (
	turnMost  = 2 * time.Second        // then it is refused
	turnLate  = 500 * time.Millisecond // then the page says that it is late
	turnAgain = 3 * time.Second        // when a refused page may be asked for again
)

type lateKey struct{}

// Late is how long a page waited for alarms; 0 if that is not worth a word.
func Late(ctx context.Context) time.Duration {
	d, _ := ctx.Value(lateKey{}).(time.Duration)
	return d
}

// holds reports whether a request waits for alarms now.
func (m *Mux) holds(route Route, r *http.Request) bool {
	if m.opts.Pressed == nil || r.Method != http.MethodGet && r.Method != http.MethodHead || !m.opts.Pressed() {
		return false
	}
	_, path, _ := strings.Cut(route.Pattern, " ")
	return !strings.HasSuffix(path, "/live") && (m.opts.First == nil || !m.opts.First(path))
}

// inTurn waits for a request's turn, and returns what ends it.
func (m *Mux) inTurn(route Route, w http.ResponseWriter, r *http.Request) (*http.Request, func(), error) {
	if !m.holds(route, r) {
		return r, func() {}, nil
	}
	began := time.Now()
	most := time.NewTimer(turnMost)
	defer most.Stop()
	select {
	case m.turn <- struct{}{}:
	case <-most.C:
		w.Header().Set("Retry-After", strconv.Itoa(int(turnAgain.Seconds())))
		return r, nil, fault.New(fault.Busy, "fault.alarms_first")
	case <-r.Context().Done():
		return r, nil, fault.Wrap(r.Context().Err(), fault.Busy, "fault.alarms_first")
	}
	if waited := time.Since(began); waited >= turnLate {
		w.Header().Set("Linli-Late", strconv.FormatInt(waited.Milliseconds(), 10))
		r = r.WithContext(context.WithValue(r.Context(), lateKey{}, waited))
	}
	return r, func() { <-m.turn }, nil
}
