package furnished

import (
	"context"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// House is the whole program for one test.
type House struct {
	*app.App
	T     testing.TB
	Clock *storetest.Clock
	Xiwu  store.Tenant // the neighbourhood most stories happen in

	serve func() string
}

// Each runs fn in a house with the sample's registers on both databases: see
// [Furnishing.Each].
func Each(t *testing.T, fn func(t *testing.T, h *House), set ...func(*app.Options)) {
	t.Helper()
	Registers.Each(t, fn, set...)
}

// Each runs fn in a new house on one database and then on the other, beside other
// tests.
func (f *Furnishing) Each(t *testing.T, fn func(t *testing.T, h *House), set ...func(*app.Options)) {
	t.Helper()
	Beside(t)
	t.Run("sqlite", func(t *testing.T) { fn(t, f.SQLite(t, set...)) })
	if storetest.HasPostgres(t) {
		t.Run("postgres", func(t *testing.T) { fn(t, f.Postgres(t, set...)) })
	}
}

var parallel sync.Map // the tests that run beside others

// Beside runs a test beside others. Unlike t.Parallel it may be called twice.
func Beside(t *testing.T) {
	t.Helper()
	if _, already := parallel.LoadOrStore(t, true); already {
		return
	}
	t.Cleanup(func() { parallel.Delete(t) })
	t.Parallel()
}

// SQLite is a new house on SQLite, stopped when the test ends.
func (f *Furnishing) SQLite(t testing.TB, set ...func(*app.Options)) *House {
	t.Helper()
	o := app.Options{Dir: t.TempDir()}
	f.Into(t, o.Dir)
	return open(t, f.clock(), o, set...)
}

// Postgres is a new house on PostgreSQL, stopped when the test ends.
func (f *Furnishing) Postgres(t testing.TB, set ...func(*app.Options)) *House {
	t.Helper()
	o := app.Options{Dir: t.TempDir()}
	o.Postgres = f.IntoPostgres(t, o.Dir)
	return open(t, f.clock(), o, set...)
}

func open(t testing.TB, clock *storetest.Clock, o app.Options, set ...func(*app.Options)) *House {
	t.Helper()
	o.OneClick, o.Clock = true, clock.Now
	for _, change := range set {
		change(&o)
	}
	a, err := app.New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	h := &House{App: a, T: t, Clock: clock}
	h.Xiwu = h.Tenant("xiwu")
	h.serve = sync.OnceValue(func() string {
		srv := httptest.NewServer(a.Mux.Handler())
		t.Cleanup(srv.Close)
		return srv.URL
	})
	return h
}

// URL is where the house is served, from the first time that it is asked.
func (h *House) URL() string { return h.serve() }

// Must fails the test on an error.
func (h *House) Must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// Tenant is a neighbourhood by the register's key.
func (h *House) Tenant(ref string) store.Tenant {
	h.T.Helper()
	all, err := h.Places.Tenants(context.Background())
	h.Must(err)
	at := slices.IndexFunc(all, func(x place.Tenant) bool { return x.Ref == ref })
	if at < 0 {
		h.T.Fatalf("no tenant %s", ref)
	}
	return all[at].ID
}

// Place is a place of Xiwu by the register's key.
func (h *House) Place(ref string) place.Node {
	h.T.Helper()
	n, err := h.Places.ByRef(context.Background(), h.Xiwu, ref)
	if err != nil {
		h.T.Fatalf("place %s: %v", ref, err)
	}
	return n
}

// Person is somebody by the register's keys.
func (h *House) Person(tenant, ref string) people.Person {
	h.T.Helper()
	p, err := h.Register.PersonByRef(context.Background(), h.Tenant(tenant), ref)
	if err != nil {
		h.T.Fatalf("%s %s: %v", tenant, ref, err)
	}
	return p
}

// Actor is a person by the register's keys, under all their posts.
func (h *House) Actor(tenant, ref string) people.Actor {
	h.T.Helper()
	p := h.Person(tenant, ref)
	a, err := h.Door.ActorFor(context.Background(), p.Tenant, p.ID)
	if err != nil {
		h.T.Fatalf("%s %s: %v", tenant, ref, err)
	}
	return a
}

// Guard is of Xiwu's property, at the gate.
func (h *House) Guard() people.Actor { return h.Actor("xiwu", "s029") }

// Committee works for Xiwu's residents' committee.
func (h *House) Committee() people.Actor { return h.Actor("xiwu", "s012") }

// Officer works for the subdistrict.
func (h *House) Officer() people.Actor { return h.Actor("caojiadu", "s001") }

// Update is a transaction that must succeed.
func (h *House) Update(fn func(context.Context, *store.Tx) error) {
	h.T.Helper()
	h.Must(h.Store.Update(context.Background(), fn))
}

// After moves the clock on and lets happen what fell due.
func (h *House) After(d time.Duration) {
	h.T.Helper()
	h.Clock.Advance(d)
	h.RunDue()
}

// RunDue lets happen what is due by now, to the last message.
func (h *House) RunDue() {
	h.T.Helper()
	_, err := h.Jobs.RunDue(context.Background())
	h.Must(err)
	h.Notify.Flush(context.Background())
}

// Messages are the newest messages that somebody got, oldest first.
func (h *House) Messages(a people.Actor) []notify.Message {
	h.T.Helper()
	list, err := h.Notify.Inbox(context.Background(), a.Tenant, a.Person, "", 100)
	h.Must(err)
	slices.Reverse(list)
	return list
}

// Told are the keys of the newest messages that somebody got, oldest first.
func (h *House) Told(a people.Actor) (keys []string) {
	h.T.Helper()
	for _, m := range h.Messages(a) {
		keys = append(keys, m.Key)
	}
	return keys
}

// Phase is where a matter of Xiwu stands.
func (h *House) Phase(id string) matter.Phase {
	h.T.Helper()
	m, err := h.Spine.ByID(context.Background(), h.Xiwu, id)
	h.Must(err)
	return m.Phase
}

// Says lets a device of Xiwu say something; as in any message, that it is there
// comes first.
func (h *House) Says(key string, list ...decode.Observation) {
	h.T.Helper()
	said := append([]decode.Observation{{Kind: decode.Online, Value: decode.On}}, list...)
	for i := range said {
		said[i].Device = key
	}
	h.Update(func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Devices.Seen(ctx, tx, h.Xiwu, said...)
		return err
	})
}

// Unit is a device of Xiwu.
func (h *House) Unit(key string) device.Unit {
	h.T.Helper()
	u, err := h.Devices.ByKey(context.Background(), h.Xiwu, key)
	h.Must(err)
	return u
}

// Bind has the guard say where a device hangs.
func (h *House) Bind(key, ref string) device.Unit {
	h.T.Helper()
	u, err := h.Devices.Bind(context.Background(), h.Guard(), h.Xiwu, h.Unit(key).ID, device.Binding{Place: h.Place(ref).ID, Spot: "厨房"})
	h.Must(err)
	return u
}
