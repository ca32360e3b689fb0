package people

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Standing is what somebody is in their household, or staff.
type Standing string

// The standings.
const (
	Owner        Standing = "owner"         // 业主
	Family       Standing = "family"        // 家属
	Tenant       Standing = "tenant"        // 租户
	PublicTenant Standing = "public_tenant" // 公房承租人
	Staff        Standing = "staff"         // 工作人员, without a home here
)

// Standings are all standings.
func Standings() []Standing { return []Standing{Owner, Family, Tenant, PublicTenant, Staff} }

// The age bands of the register.
const (
	Child   = "0-13" // kept without name and phone, under a guardian's consent
	Youth   = "14-17"
	Younger = "18-24"
	Adult   = "25-44"
	Middle  = "45-59"
	Elder   = "60-69"
	Eldest  = "70+"
)

// AgeBands are all age bands from the youngest.
func AgeBands() []string { return []string{Child, Youth, Younger, Adult, Middle, Elder, Eldest} }

// Household (户) is who lives in one dwelling, from a day to a day.
type Household struct {
	Tenant    store.Tenant
	ID        string
	Ref       string // the register's own key
	Place     string // id of the dwelling
	Tenure    string // owned, public or empty
	Occupancy string // self, rented, vacant or empty
	Size      int    // people it says it has
	Since     time.Time
	Until     time.Time // zero while it lives there
}

// Person is somebody of the register: a resident or staff. Sealed fields are
// opened by whoever asked the access table first.
type Person struct {
	Tenant      store.Tenant
	ID          string
	Ref         string // the register's own key
	Household   string // id, empty for staff
	Name        string // empty for a child under 14
	Pinyin      string // of the name, without tones and spaces
	Initials    string
	Standing    Standing
	AgeBand     string // one of AgeBands or empty
	PhoneSealed string // field "phone"; empty: no phone, and a full member all the same
	AloneSealed string // field "alone": 1 for an elder who lives alone, else 0; empty for staff
	HasApp      bool
	Consent     string // version of the text consented to
	Guardian    bool   // a guardian consented, for a child
	Since       time.Time
	Until       time.Time // zero while on the register
}

// Listed is a person with where they live.
type Listed struct {
	Person
	Dwelling string // place id, empty for staff
	Path     string // of the dwelling
	Building string // 6号
	Room     string // 302
}

// Register (花名册) answers who lives where and who serves which place. It may
// be used from many goroutines.
type Register struct {
	store   *store.Store
	posts   *store.Memo[atPlace, []Served]
	members *store.Memo[atPlace, []string]
}

// atPlace is a place of a tenant: its id.
type atPlace struct {
	tenant store.Tenant
	place  string
}

const keptMost = 20000 // places, of which what was read is kept

// NewRegister opens the register on a store that has the room's tables.
func NewRegister(s *store.Store) *Register {
	return &Register{
		store:   s,
		posts:   store.NewMemo[atPlace, []Served](s, keptMost, "people_post", "people_person", "place_node", "place_tenant"),
		members: store.NewMemo[atPlace, []string](s, keptMost, "people_person", "people_household"),
	}
}

func (r *Register) read() *Queries { return New(r.store.Reader()) }

// Household is one household, ended ones included; an id of another tenant is
// a not_found fault.
func (r *Register) Household(ctx context.Context, tenant store.Tenant, id string) (Household, error) {
	row, err := r.read().HouseholdByID(ctx, tenant, id)
	if err != nil {
		return Household{}, fmt.Errorf("household: %w", store.NoRows(err))
	}
	return HouseholdOf(row), nil
}

// HouseholdAt is who lives in a dwelling now; an empty one is a not_found
// fault.
func (r *Register) HouseholdAt(ctx context.Context, tenant store.Tenant, place string) (Household, error) {
	row, err := r.read().HouseholdAt(ctx, tenant, place)
	if err != nil {
		return Household{}, fmt.Errorf("household at: %w", store.NoRows(err))
	}
	return HouseholdOf(row), nil
}

// Members are the people of a household, with or without a phone, in the
// order of the register.
func (r *Register) Members(ctx context.Context, tenant store.Tenant, household string) ([]Person, error) {
	if household == "" {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	rows, err := r.read().Members(ctx, tenant, household)
	if err != nil {
		return nil, fmt.Errorf("members: %w", err)
	}
	out := make([]Person, len(rows))
	for i, row := range rows {
		out[i] = PersonOf(row)
	}
	return out, nil
}

// MembersAt are the ids of those who live in a dwelling now, in the order of
// Members; none if nobody does.
func (r *Register) MembersAt(ctx context.Context, tenant store.Tenant, dwelling string) ([]string, error) {
	ids, err := r.members.Get(atPlace{tenant, dwelling}, func() ([]string, error) { return r.read().MembersAt(ctx, tenant, dwelling) })
	if err != nil {
		return nil, fmt.Errorf("members at: %w", err)
	}
	return slices.Clone(ids), nil
}

// Dweller is somebody of 14 or older who lives in a place, and how the register
// can reach them.
type Dweller struct {
	Person    string // id
	Household string // id
	Dwelling  string // id
	Phone     bool   // a number is on the register
	App       bool   // they have signed in
}

// ResidentsUnder are those who live in a place now, or anywhere below it; path
// is the place's. Children under 14 have no account and no number and are not
// among them.
func (r *Register) ResidentsUnder(ctx context.Context, tenant store.Tenant, path string) ([]Dweller, error) {
	rows, err := r.read().ResidentsUnder(ctx, tenant, path)
	if err != nil {
		return nil, fmt.Errorf("residents under: %w", err)
	}
	out := make([]Dweller, len(rows))
	for i, row := range rows {
		out[i] = Dweller{row.ID, row.HouseholdID, row.PlaceID, row.HasPhone == 1, row.HasApp == 1}
	}
	return out, nil
}

// Person is one person, ended ones included; an id of another tenant is a
// not_found fault.
func (r *Register) Person(ctx context.Context, tenant store.Tenant, id string) (Person, error) {
	row, err := r.read().PersonByID(ctx, tenant, id)
	if err != nil {
		return Person{}, fmt.Errorf("person: %w", store.NoRows(err))
	}
	return PersonOf(row), nil
}

// Phone is a person's number, for what has to ring it; empty for who has none or
// has left.
func (r *Register) Phone(ctx context.Context, seal *Sealer, tenant store.Tenant, id string) (string, error) {
	p, err := r.Person(ctx, tenant, id)
	if err != nil || p.PhoneSealed == "" || !p.Until.IsZero() {
		return "", err
	}
	return seal.Open(tenant, p.ID, FieldPhone, p.PhoneSealed)
}

// PersonByRef is one person by the register's own key.
func (r *Register) PersonByRef(ctx context.Context, tenant store.Tenant, ref string) (Person, error) {
	row, err := r.read().PersonByRef(ctx, tenant, ref)
	if err != nil {
		return Person{}, fmt.Errorf("person by ref: %w", store.NoRows(err))
	}
	return PersonOf(row), nil
}

// HouseholdOf reads a row of the table.
func HouseholdOf(r PeopleHousehold) Household {
	return Household{
		Tenant: r.TenantID, ID: r.ID, Ref: r.Ref, Place: r.PlaceID, Tenure: r.Tenure, Occupancy: r.Occupancy,
		Size: int(r.Size), Since: store.Time(r.Since), Until: store.Time(r.Until),
	}
}

// PersonOf reads a row of the table.
func PersonOf(r PeoplePerson) Person {
	return Person{
		Tenant: r.TenantID, ID: r.ID, Ref: r.Ref, Household: r.HouseholdID, Name: r.Name, Pinyin: r.Pinyin,
		Initials: r.Initials, Standing: Standing(r.Standing), AgeBand: r.AgeBand, PhoneSealed: r.PhoneSealed,
		AloneSealed: r.AloneSealed, HasApp: r.HasApp == 1, Consent: r.ConsentVersion, Guardian: r.GuardianConsent == 1,
		Since: store.Time(r.Since), Until: store.Time(r.Until),
	}
}

// The names under which a person's fields are sealed.
const (
	FieldPhone = "phone"
	FieldAlone = "alone" // 1 or 0
)
