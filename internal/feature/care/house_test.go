package care_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/test/furnished"
)

// house is the whole program with the sample registers and a clock that stands
// at Monday 2026-11-23 09:00. Zhang Mangzhong of 6-402 lives alone.
type house struct{ *furnished.House }

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	furnished.Each(t, func(t *testing.T, h *furnished.House) { fn(t, &house{h}) })
}

// onSQLite is a house where the database makes no difference.
func onSQLite(t testing.TB) *house {
	t.Helper()
	return &house{furnished.Registers.SQLite(t)}
}

// The people of the story.
func (h *house) elder() people.Actor     { return h.Actor("xiwu", "r0353") } // 6-402
func (h *house) daughter() people.Actor  { return h.Actor("xiwu", "r0161") } // lives in building 5
func (h *house) colleague() people.Actor { return h.Actor("xiwu", "s013") }  // of the committee, not named
func (h *house) first() people.Actor     { return h.Actor("xiwu", "r0358") } // volunteers of building 6
func (h *house) second() people.Actor    { return h.Actor("xiwu", "r0428") }
func (h *house) third() people.Actor     { return h.Actor("xiwu", "r0457") } // serves the stair, not named
func (h *house) stranger() people.Actor  { return h.Actor("yeqing", "s017") }

// What nobody may find in the raw rows.
const (
	keyPlace = "备用钥匙在物业02号柜"
	hint     = "听力弱要大声敲门"
	sonName  = "章远方"
	sonPhone = "16900099999"
)

// entry is what the committee writes about the elder.
func (h *house) entry() care.Entry {
	h.T.Helper()
	daughter := h.daughter()
	phone, err := h.Register.Person(context.Background(), h.Xiwu, daughter.Person)
	if err != nil {
		h.T.Fatal(err)
	}
	number, err := h.Sealer.Open(h.Xiwu, daughter.Person, people.FieldPhone, phone.PhoneSealed)
	if err != nil {
		h.T.Fatal(err)
	}
	return care.Entry{
		Person: h.elder().Person, Ground: "pipl-29-elder", Grade: "weekly", Born: 1948,
		Consent:  care.Consent{Way: care.InPerson, Day: "2026-11-20"},
		Contacts: []care.Contact{{Name: daughter.Name, Relation: "女儿", Phone: number}, {Name: sonName, Relation: "儿子", Phone: sonPhone}},
		Key:      keyPlace, Hints: hint, Volunteers: []string{h.first().Person, h.second().Person},
		First: h.Clock.Now(),
	}
}

// enter writes the elder into the register.
func (h *house) enter() string {
	h.T.Helper()
	id, err := h.Care.Enter(context.Background(), h.Committee(), h.entry())
	if err != nil {
		h.T.Fatal(err)
	}
	return id
}

// visit is the one visit that is owed.
func (h *house) visit(id string) care.Visit {
	h.T.Helper()
	return h.listed(id).Visit
}

// listed is an entry as the committee's list has it.
func (h *house) listed(id string) care.Row {
	h.T.Helper()
	rows, err := h.Care.List(context.Background(), h.Committee())
	if err != nil {
		h.T.Fatal(err)
	}
	for _, r := range rows {
		if r.Elder.ID == id {
			return r
		}
	}
	h.T.Fatal("the elder is not listed")
	return care.Row{}
}

func (h *house) do(a people.Actor, d care.Done) {
	h.T.Helper()
	if err := h.Care.Do(context.Background(), a, d); err != nil {
		h.T.Fatalf("%s: %v", d.Verb, err)
	}
}

// at moves the clock to an instant in Shanghai and lets what fell due happen.
func (h *house) at(day, clock string) {
	h.T.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, time.FixedZone("Shanghai", 8*3600))
	if err != nil {
		h.T.Fatal(err)
	}
	h.Clock.Set(t)
	if _, err := h.Jobs.RunDue(context.Background()); err != nil {
		h.T.Fatal(err)
	}
}

// audited counts the entries of the audit trail by an actor about an entry.
func (h *house) audited(a people.Actor, action, id string) int {
	h.T.Helper()
	var n int
	err := h.Store.Reader().QueryRowContext(context.Background(),
		"SELECT COUNT(*) FROM people_audit WHERE tenant_id = $1 AND actor_id = $2 AND action = $3 AND resource_id = $4", h.Xiwu, a.Person, action, id).Scan(&n)
	if err != nil {
		h.T.Fatal(err)
	}
	return n
}

// hidden fails unless an error says that there is no such thing.
func hidden(t *testing.T, what string, err error) {
	t.Helper()
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("%s: %v, want not found", what, err)
	}
}
