package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
)

// Public is the access of a route that anybody may call.
const Public = "public"

// Handler answers a request or returns why it cannot.
type Handler func(http.ResponseWriter, *http.Request) error

// Route is one door: a ServeMux pattern such as "GET /report/{id}", the access
// it needs (a row of the access table, or Public) and what it does.
//
// Its body is bounded: a form of at most FormMost bytes, which has been parsed
// when Do is called. A route that takes more says how much.
type Route struct {
	Pattern string
	Access  string
	Do      Handler
	// NoSession: nobody asks who it is, so that it is answered without a
	// database. Its access is Public.
	NoSession bool
	Most      int64 // bytes of a body; 0: FormMost
	Reads     bool  // Do reads the body itself: an upload, JSON, what a platform pushes
}

// Options are what the mux needs from the rest of the house.
type Options struct {
	Words *words.Catalog
	Log   *slog.Logger
	Clock func() time.Time
	// Identify finds out who is asking and puts it into the context. Nil
	// means nobody ever is.
	Identify func(context.Context, http.ResponseWriter, *http.Request) (context.Context, error)
	// Allow says whether whoever is asking may use an access. Nil refuses
	// all but Public.
	Allow func(ctx context.Context, access string) error
	// Observe is told of every answer, for metrics. Nil is fine.
	Observe func(pattern string, status int, took time.Duration)
	// Pressed says whether alarms wait: then pages take turns. Nil: never.
	Pressed func() bool
	// First says which paths take no turn even then: an alarm's own pages.
	First func(path string) bool
	// Public is the address people reach the house by; may be empty.
	Public string
	// Proxied: a proxy in front ends TLS and says so in X-Forwarded-Proto.
	Proxied bool
	// Intake is where uploads wait. Nil: in the system's temporary folder.
	Intake *Intake
	// Page renders a fault as a page in the look of the house.
	Page func(w http.ResponseWriter, r *http.Request, f Failure)
}

// Failure is a fault as it is shown: with its status and a number to quote.
type Failure struct {
	Status int
	Number string
	Fault  *fault.Error
}

// Mux serves routes.
type Mux struct {
	opts   Options
	mux    *http.ServeMux
	routes []Route
	turn   chan struct{} // of pages, while alarms wait

	packers packers
}

// New makes an empty mux.
func New(o Options) *Mux {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Intake == nil {
		o.Intake, _ = NewIntake(IntakeOptions{}) // without a folder nothing can fail
	}
	m := &Mux{opts: o, mux: http.NewServeMux(), turn: make(chan struct{}, 1)}
	return m
}

// Handle adds routes. A route without access, or a pattern used twice, panics:
// the program must not start with a door nobody thought about.
func (m *Mux) Handle(routes ...Route) {
	for _, route := range routes {
		if route.Access == "" || route.NoSession && route.Access != Public {
			panic("route without access: " + route.Pattern)
		}
		m.routes = append(m.routes, route)
		m.mux.Handle(route.Pattern, m.endpoint(route))
	}
}

// Mount puts a ready handler under a public pattern that needs no session, as for
// static files.
func (m *Mux) Mount(pattern string, h http.Handler) {
	m.Handle(Route{Pattern: pattern, Access: Public, NoSession: true, Do: func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}})
}

// Routes are all doors, in the order they were added.
func (m *Mux) Routes() []Route { return m.routes }

// Handler is the mux with its frame.
func (m *Mux) Handler() http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.fail(w, r, "cross-origin", fault.New(fault.Forbidden, "fault.cross_origin"))
	}))
	return m.frame(guard.Handler(http.HandlerFunc(m.dispatch)))
}

// dispatch finds the route, or answers not found in the look of the house.
func (m *Mux) dispatch(w http.ResponseWriter, r *http.Request) {
	h, pattern := m.mux.Handler(r)
	if pattern == "" {
		probe := &statusProbe{header: http.Header{}}
		h.ServeHTTP(probe, r)
		if probe.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", probe.header.Get("Allow"))
			m.failWith(w, r, "none", fault.New(fault.NotFound, "fault.not_found"), http.StatusMethodNotAllowed)
			return
		}
		m.fail(w, r, "none", fault.New(fault.NotFound, "fault.not_found"))
		return
	}
	m.mux.ServeHTTP(w, r)
}

// statusProbe learns what the mux would answer to an unknown request.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }
func (p *statusProbe) WriteHeader(status int)      { p.status = status }

// endpoint is one route with its access check and its error answer.
func (m *Mux) endpoint(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rec, ok := w.(*recorder); ok {
			rec.pattern = route.Pattern
		}
		if err := m.serve(route, w, r); err != nil {
			m.fail(w, r, route.Pattern, err)
		}
	})
}

func (m *Mux) serve(route Route, w http.ResponseWriter, r *http.Request) error {
	if err := tidyAddress(r); err != nil {
		return err
	}
	if err := m.bound(route, w, r); err != nil {
		return err
	}
	r, done, err := m.inTurn(route, w, r)
	if err != nil {
		return err
	}
	defer done()
	if m.opts.Identify != nil && !route.NoSession {
		ctx, err := m.opts.Identify(r.Context(), w, r)
		if err != nil {
			return err
		}
		r = r.WithContext(ctx)
	}
	if err := m.allow(r.Context(), route.Access); err != nil {
		return err
	}
	defer func() { forget(r) }() // the server forgets only what is parsed from its own copy
	if err := m.parse(route, r); err != nil {
		return err
	}
	return route.Do(w, r)
}

func (m *Mux) allow(ctx context.Context, access string) error {
	if access == Public {
		return nil
	}
	if m.opts.Allow == nil {
		return fault.New(fault.Unsigned, "fault.unsigned")
	}
	return m.opts.Allow(ctx, access)
}

// fail answers with the fault's status and sentence.
func (m *Mux) fail(w http.ResponseWriter, r *http.Request, pattern string, err error) {
	switch f := fault.As(err); {
	case m.slow(w):
		m.failWith(w, r, pattern, fault.Wrap(err, fault.Invalid, "fault.too_slow"), http.StatusRequestTimeout)
	case m.gone(w, r, f):
		m.left(w, r, pattern, f)
	default:
		m.failWith(w, r, pattern, f, 0)
	}
}

func (m *Mux) failWith(w http.ResponseWriter, r *http.Request, pattern string, f *fault.Error, status int) {
	if status == 0 {
		status = f.Code.Status()
	}
	number := requestNumber(r.Context())
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelError
	}
	m.opts.Log.Log(r.Context(), level, "request failed", "number", number, "route", pattern,
		"status", status, "code", f.Code, "key", f.Key, "cause", causeOf(f))
	if rec, ok := w.(*recorder); ok && rec.wrote {
		return
	}
	if f.Code == fault.Busy {
		ComeAgain(w.Header())
	}
	failure := Failure{Status: status, Number: number, Fault: f}
	if wantsData(r) || m.opts.Page == nil {
		writeFailure(w, r, failure)
		return
	}
	m.opts.Page(w, r, failure)
}

// comeAgain is when what could not be answered may be asked again, in seconds.
const comeAgain = "5"

// ComeAgain says when to ask again, unless that is said already.
func ComeAgain(h http.Header) {
	if h.Get("Retry-After") == "" {
		h.Set("Retry-After", comeAgain)
	}
}

func causeOf(f *fault.Error) string {
	if f.Cause == nil {
		return ""
	}
	return fmt.Sprint(f.Cause)
}

// wantsData tells programs from people.
func wantsData(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/open311/") ||
		strings.Contains(r.Header.Get("Accept"), "application/json")
}
