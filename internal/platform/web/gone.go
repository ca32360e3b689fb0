package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"syscall"

	"github.com/linli/linli/internal/platform/fault"
)

// statusGone is what a request counts as whose sender hung up: nobody reads
// it, it is our mistake neither in the log nor in the figures.
const statusGone = 499

// slow reports whether a request failed because its body did not arrive in
// time.
func (m *Mux) slow(w http.ResponseWriter) bool {
	rec, ok := w.(*recorder)
	return ok && rec.body != nil && errors.Is(rec.body.broken, os.ErrDeadlineExceeded)
}

// gone reports whether a request failed because its sender hung up: its body
// broke off, or its end came while it was worked on or answered.
func (m *Mux) gone(w http.ResponseWriter, r *http.Request, f *fault.Error) bool {
	rec, ok := w.(*recorder)
	if ok && rec.body != nil && rec.body.broken != nil {
		return true
	}
	if f.Code != fault.Internal && f.Code != fault.Busy {
		return false
	}
	if errors.Is(r.Context().Err(), context.Canceled) {
		return true
	}
	return ok && rec.wrote && hungUp(f)
}

// hungUp reports whether writing an answer failed at the other end.
func hungUp(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, os.ErrDeadlineExceeded)
}

// left ends a request whose sender hung up. Nothing was acknowledged, and
// should somebody be there after all, they are not told that it was.
func (m *Mux) left(w http.ResponseWriter, r *http.Request, pattern string, f *fault.Error) {
	m.opts.Log.Log(r.Context(), slog.LevelInfo, "request left", "number", requestNumber(r.Context()), "route", pattern, "cause", causeOf(f))
	rec, ok := w.(*recorder)
	if !ok || !rec.wrote {
		w.WriteHeader(statusGone)
	}
	if ok {
		rec.status = statusGone
	}
}
