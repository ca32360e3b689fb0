package app

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	metric "github.com/VictoriaMetrics/metrics"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/feature/report/open311"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/openapi"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

//go:embed words/*.toml
var wordFiles embed.FS

// Words are the sentences of the frame.
func Words() fs.FS { return store.Folder(wordFiles, "words") }

func uiWords() fs.FS { return ui.WordFiles() }

// openDoors lists every route of the house.
func (a *App) openDoors(context.Context) error {
	d, m := a.newDoors(), newMetrics(a)
	a.Mux = web.New(web.Options{
		Words: a.Words, Log: a.Log, Clock: a.Clock, Identify: a.Door.Identify, Allow: a.Door.Allow, Observe: m.observe, Page: d.frame.failure,
		Pressed: a.Inbox.Late, First: alarmsOwn, Public: a.Public, Proxied: a.Forwarded, Intake: a.intake,
	})
	a.Mux.Mount("GET /static/", ui.Static())
	a.Mux.Handle(web.LookRoutes()...)
	a.Mux.Handle(a.health(m)...)
	programs, err := a.programs(d.outside)
	if err != nil {
		return err
	}
	a.Mux.Handle(programs...)
	for _, r := range rooms() {
		if r.Routes != nil {
			a.Mux.Handle(r.Routes(d)...)
		}
	}
	return nil
}

// smoke is the demo's detector, or nil where the house is no demo.
func (a *App) smoke() func(context.Context) error {
	if !a.OneClick || a.Smoke == nil {
		return nil
	}
	return func(ctx context.Context) error { return a.Smoke(ctx, a) }
}

// programs are the doors for programs that speak JSON, with their description.
func (a *App) programs(outside *open311.API) ([]web.Route, error) {
	book := openapi.New(openapi.Options{
		Title: "linli", Version: "1", About: a.Words.T(words.English, "app.api"), Cookie: people.CookieName,
	})
	report.NewAPI(a.Reports).AddTo(book)
	people.NewAPI(a.Places, a.Register).AddTo(book)
	outside.AddTo(book)
	alarm.NewAPI(a.Alarms).AddTo(book)
	return book.Routes()
}

// health are the doors for whoever watches over the program.
func (a *App) health(m *metrics) []web.Route {
	return []web.Route{
		{Pattern: "GET /healthz", Access: web.Public, NoSession: true, Do: func(w http.ResponseWriter, _ *http.Request) error {
			_, err := fmt.Fprintln(w, "ok")
			return err
		}},
		{Pattern: "GET /readyz", Access: web.Public, NoSession: true, Do: a.ready},
		{Pattern: "GET /metrics", Access: web.Public, NoSession: true, Do: m.serve},
	}
}

// ready says whether requests can be served: a write is on disk. If not, it says
// what is missing.
func (a *App) ready(w http.ResponseWriter, r *http.Request) error {
	err := a.beat.ask(r.Context(), a.Store)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err == nil {
		return a.sayReady(w)
	}
	f := fault.As(err)
	web.ComeAgain(w.Header())
	w.WriteHeader(f.Code.Status())
	fmt.Fprintln(w, words.T(r.Context(), f.Key, f.Args...))
	return err
}

// sayReady adds what does not keep the house from serving, and may before long.
func (a *App) sayReady(w io.Writer) error {
	if _, err := fmt.Fprintln(w, "ready"); err != nil {
		return err
	}
	held := a.Store.LogHeld()
	if held == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "warning: a long read holds back the database's log, which has %d MiB and grows until it ends\n", held>>20)
	return err
}

// beatKept is how long an answer is good for whoever asks next: anybody may ask,
// and each answer costs a write.
const beatKept = time.Second

// beat is what the house last found out about whether it can write.
type beat struct {
	mu    sync.Mutex
	until time.Time
	found error
}

// ask tries, or repeats what was found a moment ago. Whoever asks meanwhile waits.
func (b *beat) ask(ctx context.Context, s *store.Store) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !store.Lasts(s.Now(), b.until, beatKept) {
		b.found = s.Ready(context.WithoutCancel(ctx))
		b.until = s.Now().Add(beatKept)
	}
	return b.found
}

// metrics counts answers by route pattern, never by path.
type metrics struct{ set *metric.Set }

// answerTimes are the bounds of the histogram of answers, in seconds.
var answerTimes = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}

func newMetrics(a *App) *metrics {
	m := &metrics{metric.NewSet()}
	m.set.NewGauge("linli_live_listeners", func() float64 { return float64(a.Hub.Listening()) })          // open streams
	m.set.NewGauge("linli_jobs_late", func() float64 { return a.backlog().late })                         // due and not done, all tenants
	m.set.NewGauge("linli_jobs_dead", func() float64 { return a.backlog().dead })                         // given up, all tenants
	m.set.NewGauge("linli_database_log_held_bytes", func() float64 { return float64(a.Store.LogHeld()) }) // SQLite's log while a long read holds it back
	m.set.NewGauge("linli_inbox_waiting", func() float64 { return a.inboxBacklog().late })                // messages stored and not yet read
	m.set.NewGauge("linli_inbox_not_understood", func() float64 { return a.inboxBacklog().dead })         // messages that nobody understands
	return m
}

type backlog struct{ late, dead float64 }

func (a *App) backlog() (b backlog) {
	for _, t := range a.tend.list() {
		one, err := a.Jobs.Backlog(context.Background(), t)
		if err != nil {
			a.Log.Error("metrics", "cause", err)
			return b
		}
		b.late += float64(one.Late)
		b.dead += float64(one.Dead)
	}
	return b
}

// inboxBacklog sums up what waits in the inbox, and what was not understood.
func (a *App) inboxBacklog() (b backlog) {
	for _, t := range a.tend.list() {
		one, err := a.Inbox.Backlog(context.Background(), t)
		if err != nil {
			a.Log.Error("metrics", "cause", err)
			return b
		}
		b.late += float64(one.Urgent + one.Ordinary)
		b.dead += float64(one.Troubled)
	}
	return b
}

func (m *metrics) observe(pattern string, status int, took time.Duration) {
	if pattern == "" {
		pattern = "none"
	}
	name := fmt.Sprintf("linli_http_seconds{route=%q,status=\"%dxx\"}", pattern, status/100)
	m.set.GetOrCreatePrometheusHistogramExt(name, answerTimes).Update(took.Seconds())
}

// serve shows the metrics to callers on this machine only: they tell of no
// person, but of how busy a neighbourhood is.
func (m *metrics) serve(w http.ResponseWriter, r *http.Request) error {
	if !web.FromThisMachine(r) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
	metric.WriteProcessMetrics(w)
	return nil
}

// alarmsOwn are the paths that never wait for alarms: their own, what devices
// and watchers of the program ask, and what pages are made of.
func alarmsOwn(path string) bool {
	return slices.ContainsFunc([]string{"/alarm", "/home/alarm", "/api/v1/alarms", "/push", "/healthz", "/readyz", "/metrics", "/static/"}, func(p string) bool {
		return strings.HasPrefix(path, p)
	})
}
