package care_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/furnished"
)

// house is the whole program with the sample registers and a clock that stands
// at Monday 2026-11-23 09:00. Zhang Mangzhong of 6-402 lives alone.
type house struct {
	*app.App
	t     testing.TB
	clock *storetest.Clock
	xiwu  store.Tenant
}

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, newHouse(t, "")) })
	if base := os.Getenv(storetest.PostgresEnv); base != "" {
		t.Run("postgres", func(t *testing.T) { fn(t, newHouse(t, storetest.NewSchema(t, base))) })
	}
}

func newHouse(t testing.TB, postgres string) *house {
	t.Helper()
	ctx, clock, dir := context.Background(), storetest.NewClock(), t.TempDir()
	if postgres == "" {
		furnished.Registers(t, dir)
	}
	a, err := app.New(ctx, app.Options{Dir: dir, Postgres: postgres, OneClick: true, Clock: clock.Now})
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

// The people of the story.
func (h *house) elder() people.Actor     { return h.actor("xiwu", "r0353") } // 6-402
func (h *house) daughter() people.Actor  { return h.actor("xiwu", "r0161") } // lives in building 5
func (h *house) committee() people.Actor { return h.actor("xiwu", "s012") }
func (h *house) colleague() people.Actor { return h.actor("xiwu", "s013") } // of the committee, not named
func (h *house) guard() people.Actor     { return h.actor("xiwu", "s029") }
func (h *house) first() people.Actor     { return h.actor("xiwu", "r0358") } // volunteers of building 6
func (h *house) second() people.Actor    { return h.actor("xiwu", "r0428") }
func (h *house) third() people.Actor     { return h.actor("xiwu", "r0457") } // serves the stair, not named
func (h *house) stranger() people.Actor  { return h.actor("yeqing", "s017") }

// What nobody may find in the raw rows.
const (
	keyPlace = "备用钥匙在物业02号柜"
	hint     = "听力弱要大声敲门"
	sonName  = "章远方"
	sonPhone = "16900099999"
)

// entry is what the committee writes about the elder.
func (h *house) entry() care.Entry {
	h.t.Helper()
	daughter := h.daughter()
	phone, err := h.Register.Person(context.Background(), h.xiwu, daughter.Person)
	if err != nil {
		h.t.Fatal(err)
	}
	number, err := h.Sealer.Open(h.xiwu, daughter.Person, people.FieldPhone, phone.PhoneSealed)
	if err != nil {
		h.t.Fatal(err)
	}
	return care.Entry{
		Person: h.elder().Person, Ground: "pipl-29-elder", Grade: "weekly", Born: 1948,
		Consent:  care.Consent{Way: care.InPerson, Day: "2026-11-20"},
		Contacts: []care.Contact{{Name: daughter.Name, Relation: "女儿", Phone: number}, {Name: sonName, Relation: "儿子", Phone: sonPhone}},
		Key:      keyPlace, Hints: hint, Volunteers: []string{h.first().Person, h.second().Person},
		First: h.clock.Now(),
	}
}

// enter writes the elder into the register.
func (h *house) enter() string {
	h.t.Helper()
	id, err := h.Care.Enter(context.Background(), h.committee(), h.entry())
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// visit is the one visit that is owed.
func (h *house) visit(id string) care.Visit {
	h.t.Helper()
	return h.listed(id).Visit
}

// listed is an entry as the committee's list has it.
func (h *house) listed(id string) care.Row {
	h.t.Helper()
	rows, err := h.Care.List(context.Background(), h.committee())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Elder.ID == id {
			return r
		}
	}
	h.t.Fatal("the elder is not listed")
	return care.Row{}
}

func (h *house) do(a people.Actor, d care.Done) {
	h.t.Helper()
	if err := h.Care.Do(context.Background(), a, d); err != nil {
		h.t.Fatalf("%s: %v", d.Verb, err)
	}
}

// at moves the clock to an instant in Shanghai and lets what fell due happen.
func (h *house) at(day, clock string) {
	h.t.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, time.FixedZone("Shanghai", 8*3600))
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Set(t)
	if _, err := h.Jobs.RunDue(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// told are the keys a person was told, oldest first.
func (h *house) told(a people.Actor) []string {
	h.t.Helper()
	list, err := h.Notify.Inbox(context.Background(), a.Tenant, a.Person, "", 50)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, m := range slices.Backward(list) {
		out = append(out, m.Key)
	}
	return out
}

// audited counts the entries of the audit trail by an actor about an entry.
func (h *house) audited(a people.Actor, action, id string) int {
	h.t.Helper()
	var n int
	err := h.Store.Reader().QueryRowContext(context.Background(),
		"SELECT COUNT(*) FROM people_audit WHERE tenant_id = $1 AND actor_id = $2 AND action = $3 AND resource_id = $4", h.xiwu, a.Person, action, id).Scan(&n)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// phase is where a matter stands.
func (h *house) phase(id string) matter.Phase {
	h.t.Helper()
	m, err := h.Spine.ByID(context.Background(), h.xiwu, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return m.Phase
}

// hidden fails unless an error says that there is no such thing.
func hidden(t *testing.T, what string, err error) {
	t.Helper()
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("%s: %v, want not found", what, err)
	}
}
