package alarm_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/furnished"
)

// house is the whole program with the sample registers and a clock that
// stands; a smoke detector hangs in the kitchen of flat 6-302.
type house struct {
	*app.App
	t     *testing.T
	clock *storetest.Clock
	xiwu  store.Tenant
	flat  place.Node
}

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house), more ...func(*app.Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, newHouse(t, "", more...)) })
	if base := os.Getenv(storetest.PostgresEnv); base != "" {
		t.Run("postgres", func(t *testing.T) { fn(t, newHouse(t, storetest.NewSchema(t, base), more...)) })
	}
}

func newHouse(t *testing.T, postgres string, more ...func(*app.Options)) *house {
	t.Helper()
	ctx, clock := context.Background(), storetest.NewClock()
	o := app.Options{Dir: t.TempDir(), Postgres: postgres, OneClick: true, Smoke: demo.Smoke, Clock: clock.Now}
	for _, f := range more {
		f(&o)
	}
	if postgres == "" {
		furnished.Registers(t, o.Dir)
	}
	a, err := app.New(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if postgres != "" {
		if _, err := register.Import(ctx, register.Deps{Store: a.Store, Places: a.Places, Sealer: a.Sealer}, demo.Data(), register.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := a.ReloadTenants(); err != nil {
			t.Fatal(err)
		}
	}
	h := &house{App: a, t: t, clock: clock}
	h.xiwu = h.tenant("xiwu")
	if h.flat, err = a.Places.ByRef(ctx, h.xiwu, "guihua-6-302"); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) tenant(ref string) store.Tenant {
	h.t.Helper()
	all, err := h.Places.Tenants(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(x place.Tenant) bool { return x.Ref == ref })
	if at < 0 {
		h.t.Fatalf("no tenant %s", ref)
	}
	return all[at].ID
}

// actor is a person by the register's keys, under all their posts.
func (h *house) actor(tenant, ref string) people.Actor {
	h.t.Helper()
	p, err := h.Register.PersonByRef(context.Background(), h.tenant(tenant), ref)
	if err != nil {
		h.t.Fatalf("%s: %v", ref, err)
	}
	a, err := h.Door.ActorFor(context.Background(), p.Tenant, p.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h *house) guard() people.Actor     { return h.actor("xiwu", "s029") }
func (h *house) committee() people.Actor { return h.actor("xiwu", "s012") }

// signal lets the detector in the kitchen say something.
func (h *house) signal(on bool, more ...func(*alarm.Signal)) {
	h.t.Helper()
	s := alarm.Signal{Tenant: h.xiwu, Device: "smk-302", Kind: alarm.Smoke, On: on, Place: h.flat.ID, ReceivedAt: h.clock.Now()}
	for _, f := range more {
		f(&s)
	}
	err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error { return h.Alarms.OnSignal(ctx, tx, s) })
	if err != nil {
		h.t.Fatal(err)
	}
}

// open is the one open incident.
func (h *house) open() alarm.View {
	h.t.Helper()
	list := h.list()
	if len(list) != 1 {
		h.t.Fatalf("%d open incidents, want 1", len(list))
	}
	return h.view(list[0].ID)
}

func (h *house) list() []alarm.Row {
	h.t.Helper()
	list, err := h.Alarms.Open(context.Background(), h.guard())
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) view(id string) alarm.View {
	h.t.Helper()
	v, err := h.Alarms.View(context.Background(), h.guard(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func (h *house) do(a people.Actor, x alarm.Act) {
	h.t.Helper()
	if _, err := h.Alarms.Do(context.Background(), a, x); err != nil {
		h.t.Fatalf("%s: %v", x.Verb, err)
	}
}

// after moves the clock on and lets what fell due happen.
func (h *house) after(d time.Duration) {
	h.t.Helper()
	h.clock.Advance(d)
	if _, err := h.Jobs.RunDue(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	h.Notify.Flush(context.Background())
}

// steps are the timers that fired, in order.
func (h *house) steps(id string) []string {
	h.t.Helper()
	var out []string
	for _, e := range h.view(id).Timeline {
		if e.Verb == alarm.Escalate {
			out = append(out, e.Key[len("alarm.step."):])
		}
	}
	return out
}

// close brings the open incident to its end with a cause.
func (h *house) close(cause alarm.Cause) string {
	h.t.Helper()
	id := h.open().ID
	h.do(h.guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
	h.do(h.guard(), alarm.Act{ID: id, Verb: alarm.Outcome})
	h.do(h.guard(), alarm.Act{ID: id, Verb: alarm.Shut, Cause: cause})
	return id
}

// verbs are those of the timeline, in order.
func verbs(v alarm.View) []matter.Verb {
	var out []matter.Verb
	for _, e := range v.Timeline {
		out = append(out, e.Verb)
	}
	return out
}

// demoDetector lets the demo's bridge announce its detector and the inbox be
// decoded.
func (h *house) demoDetector() {
	h.t.Helper()
	ctx := context.Background()
	officer, err := h.Register.PersonByRef(ctx, h.tenant("caojiadu"), "s003")
	if err != nil {
		h.t.Fatal(err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: officer.Tenant, Person: officer.ID, Role: people.Administrator, Place: h.Office.Root})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.Inbox.Start()
	if _, err := demo.Connect(ctx, h.App); err != nil {
		h.t.Fatal(err)
	}
}
