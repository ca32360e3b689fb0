package upkeep_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// house is the whole program with the sample registers and a clock that
// stands. A smoke detector hangs in the kitchen of flat 6-302.
type house struct {
	*app.App
	t        *testing.T
	clock    *storetest.Clock
	xiwu     store.Tenant
	detector device.Unit
}

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, newHouse(t, "")) })
	if base := os.Getenv(storetest.PostgresEnv); base != "" {
		t.Run("postgres", func(t *testing.T) { fn(t, newHouse(t, storetest.NewSchema(t, base))) })
	}
}

func newHouse(t *testing.T, postgres string) *house {
	t.Helper()
	ctx, clock := context.Background(), storetest.NewClock()
	a, err := app.New(ctx, app.Options{Dir: t.TempDir(), Postgres: postgres, OneClick: true, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if _, err := register.Import(ctx, register.Deps{Store: a.Store, Places: a.Places, Sealer: a.Sealer}, demo.Data(), register.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := a.ReloadTenants(); err != nil {
		t.Fatal(err)
	}
	h := &house{App: a, t: t, clock: clock}
	h.xiwu = h.tenant("xiwu")
	h.says("zigbee:smk", decode.Observation{Kind: decode.Smoke, Value: decode.Off})
	h.detector = h.bind("zigbee:smk", "guihua-6-302")
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

// says lets a device say something; Online comes first, as in any message.
func (h *house) says(key string, list ...decode.Observation) {
	h.t.Helper()
	said := append([]decode.Observation{{Kind: decode.Online, Value: decode.On}}, list...)
	for i := range said {
		said[i].Device = key
	}
	h.update(func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Devices.Seen(ctx, tx, h.xiwu, said...)
		return err
	})
}

// battery and faulty are a device's word about itself.
func battery(value string) decode.Observation {
	return decode.Observation{Kind: decode.BatteryLow, Value: value}
}

func faulty(value string) decode.Observation {
	return decode.Observation{Kind: decode.Fault, Value: value}
}

func (h *house) update(fn func(context.Context, *store.Tx) error) {
	h.t.Helper()
	if err := h.Store.Update(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) unit(key string) device.Unit {
	h.t.Helper()
	u, err := h.Devices.ByKey(context.Background(), h.xiwu, key)
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

func (h *house) bind(key, ref string) device.Unit {
	h.t.Helper()
	at, err := h.Places.ByRef(context.Background(), h.xiwu, ref)
	if err != nil {
		h.t.Fatal(err)
	}
	u, err := h.Devices.Bind(context.Background(), h.guard(), h.xiwu, h.unit(key).ID, device.Binding{Place: at.ID, Spot: "厨房"})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

// after moves the clock on and lets what fell due happen.
func (h *house) after(d time.Duration) {
	h.t.Helper()
	h.clock.Advance(d)
	if _, err := h.Jobs.RunDue(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// tickets are those of a device, newest first.
func (h *house) tickets(device string) []upkeep.View {
	h.t.Helper()
	list, err := h.Upkeep.OfDevice(context.Background(), h.committee(), device)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// ticket is the one ticket of a device.
func (h *house) ticket(device string) upkeep.View {
	h.t.Helper()
	list := h.tickets(device)
	if len(list) != 1 {
		h.t.Fatalf("%d tickets, want 1", len(list))
	}
	v, err := h.Upkeep.View(context.Background(), h.committee(), list[0].ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// told are the messages about tickets that somebody got, oldest first.
func (h *house) told(a people.Actor) []string {
	h.t.Helper()
	list, err := h.Notify.Inbox(context.Background(), a.Tenant, a.Person, "", 100)
	if err != nil {
		h.t.Fatal(err)
	}
	var keys []string
	for _, m := range slices.Backward(list) {
		if key, ours := strings.CutPrefix(m.Key, "upkeep.told."); ours {
			keys = append(keys, key)
		}
	}
	return keys
}

// last is the newest message that somebody got.
func (h *house) last(a people.Actor) notify.Message {
	h.t.Helper()
	list, err := h.Notify.Inbox(context.Background(), a.Tenant, a.Person, "", 1)
	if err != nil || len(list) != 1 {
		h.t.Fatal(len(list), err)
	}
	return list[0]
}

func (h *house) do(a people.Actor, x casework.Act) {
	h.t.Helper()
	if _, err := h.Upkeep.Do(context.Background(), a, x); err != nil {
		h.t.Fatalf("%s: %v", x.Verb, err)
	}
}

// remedy is the form's field that says what was done.
func remedy(r upkeep.Remedy) map[string]string { return map[string]string{"remedy": string(r)} }

// verbs are those of the timeline, in order.
func verbs(v upkeep.View) []matter.Verb {
	var out []matter.Verb
	for _, e := range v.Timeline {
		out = append(out, e.Verb)
	}
	return out
}
