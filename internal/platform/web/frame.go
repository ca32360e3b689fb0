package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
)

// policy allows nothing but our own origin and no inline script or style.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

type numberKey struct{}

// requestNumber is what a person quotes and the log carries.
func requestNumber(ctx context.Context) string {
	n, _ := ctx.Value(numberKey{}).(string)
	return n
}

// frame is what every request passes through.
func (m *Mux) frame(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := m.opts.Clock()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		ctx := context.WithValue(r.Context(), numberKey{}, rand.Text()[:8])
		ctx = withPackers(withLook(ctx, r), &m.packers)
		ctx = words.With(withTaking(ctx, m.opts.Intake), m.opts.Words, langOf(r))
		r = r.WithContext(ctx)
		secure(rec.Header())
		if m.opts.byHTTPS(r) {
			rec.Header().Set("Strict-Transport-Security", onlyHTTPS)
		}
		defer func() {
			if m.opts.Observe != nil {
				m.opts.Observe(rec.pattern, rec.status, m.opts.Clock().Sub(start))
			}
		}()
		defer func() {
			if p := recover(); p != nil {
				m.recovered(rec, r, p)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

func (m *Mux) recovered(w *recorder, r *http.Request, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		w.status = statusGone
		panic(p)
	}
	m.opts.Log.Log(r.Context(), slog.LevelError, "panic", "route", w.pattern, "stack", string(debug.Stack()))
	m.failWith(w, r, w.pattern, fault.Wrap(fmt.Errorf("panic: %v", p), fault.Internal, "fault.internal"), 0)
}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(), microphone=(self), camera=(self)")
	h.Set("Cache-Control", "no-store")
}

// langOf is the chosen language: the cookie, else what the browser asks for.
func langOf(r *http.Request) words.Lang {
	if c, err := r.Cookie("lang"); err == nil {
		return words.Parse(c.Value)
	}
	return words.FromHeader(r.Header.Get("Accept-Language"))
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	pattern string
	status  int
	wrote   bool
	body    *bounded // of the request; nil before its route is known, and where there is none
}

// again is in how many seconds a program may ask again that was told busy.
const again = "10"

func (w *recorder) WriteHeader(status int) {
	if status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", again)
	}
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach flush and deadlines.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// writeFailure answers a program.
func writeFailure(w http.ResponseWriter, r *http.Request, f Failure) {
	type field struct {
		Name    string `json:"name"`
		Message string `json:"message"`
	}
	body := struct {
		Code    fault.Code `json:"code"`
		Message string     `json:"message"`
		Number  string     `json:"number"`
		Fields  []field    `json:"fields,omitempty"`
	}{Code: f.Fault.Code, Message: words.T(r.Context(), f.Fault.Key, f.Fault.Args...), Number: f.Number}
	for _, x := range f.Fault.Fields {
		body.Fields = append(body.Fields, field{x.Name, words.T(r.Context(), x.Key, x.Args...)})
	}
	_ = WriteJSON(w, f.Status, body)
}

// WriteJSON answers with JSON.
func WriteJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, err = w.Write(b)
	return err
}

// FromThisMachine reports whether the request comes over the loopback without
// a proxy in between.
func FromThisMachine(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
