package register

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// kept is a tenant's register as the database holds it.
type kept struct {
	tenant     store.Tenant
	places     *place.Tree
	households map[string]people.Household // by ref
	persons    map[string]people.Person    // by ref
	posts      map[string]post             // by person, role and place
	orgs       map[string]string           // name → id, those met so far
}

// post is a post with what tells whose register entered it.
type post struct {
	row   people.PeoplePost
	facts map[string]string
}

// entered is the key of the row of the table that entered the post; empty if
// none did.
func (p post) entered(table string) string { return p.facts[table] }

func postKey(person string, role people.Role, where string) string {
	return person + " " + string(role) + " " + where
}

func readKept(ctx context.Context, db store.DB, tenant store.Tenant) (*kept, error) {
	k := &kept{tenant: tenant, households: map[string]people.Household{}, persons: map[string]people.Person{}, posts: map[string]post{}, orgs: map[string]string{}}
	var err error
	if k.places, err = place.ReadTree(ctx, db, tenant); err != nil {
		return nil, err
	}
	q := people.New(db)
	homes, err := q.AllHouseholds(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read households: %w", err)
	}
	for _, h := range homes {
		k.households[h.Ref] = people.HouseholdOf(h)
	}
	persons, err := q.AllPersons(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read persons: %w", err)
	}
	for _, p := range persons {
		k.persons[p.Ref] = people.PersonOf(p)
	}
	return k, k.readPosts(ctx, q)
}

func (k *kept) readPosts(ctx context.Context, q *people.Queries) error {
	rows, err := q.AllPosts(ctx, k.tenant)
	if err != nil {
		return fmt.Errorf("read posts: %w", err)
	}
	for _, r := range rows {
		p := post{row: r}
		if err := json.Unmarshal([]byte(r.Facts), &p.facts); err != nil {
			return fmt.Errorf("facts of post %s: %w", r.ID, err)
		}
		k.posts[postKey(r.PersonID, people.Role(r.Role), r.PlaceID)] = p
	}
	return nil
}

// putHousehold writes a household that lives at a place.
func (k *kept) putHousehold(ctx context.Context, tx *store.Tx, h people.Household) (people.Household, place.Change, error) {
	q := people.New(tx)
	old, known := k.households[h.Ref]
	if !known {
		h.Tenant, h.ID, h.Since = k.tenant, store.NewID(), tx.Now()
		k.households[h.Ref] = h
		return h, place.Added, q.InsertHousehold(ctx, people.InsertHouseholdParams{
			TenantID: h.Tenant, ID: h.ID, PlaceID: h.Place, Ref: h.Ref, Tenure: h.Tenure, Occupancy: h.Occupancy,
			Size: int64(h.Size), Since: store.Ms(h.Since),
		})
	}
	h.Tenant, h.ID, h.Since = old.Tenant, old.ID, old.Since
	if h == old {
		return h, place.Same, nil
	}
	k.households[h.Ref] = h
	return h, place.Changed, q.UpdateHousehold(ctx, people.UpdateHouseholdParams{
		TenantID: h.Tenant, ID: h.ID, PlaceID: h.Place, Tenure: h.Tenure, Occupancy: h.Occupancy, Size: int64(h.Size),
	})
}

// secrets are the fields of a person that are sealed.
type secrets struct{ phone, alone string }

func (d Deps) seal(p *people.Person, s secrets) (err error) {
	if p.PhoneSealed, err = d.Sealer.Seal(p.Tenant, p.ID, people.FieldPhone, s.phone); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if p.AloneSealed, err = d.Sealer.Seal(p.Tenant, p.ID, people.FieldAlone, s.alone); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return nil
}

func (d Deps) unseal(p people.Person) (s secrets, err error) {
	if s.phone, err = d.Sealer.Open(p.Tenant, p.ID, people.FieldPhone, p.PhoneSealed); err != nil {
		return s, fmt.Errorf("open what was sealed for %s: %w", p.ID, err)
	}
	if s.alone, err = d.Sealer.Open(p.Tenant, p.ID, people.FieldAlone, p.AloneSealed); err != nil {
		return s, fmt.Errorf("open what was sealed for %s: %w", p.ID, err)
	}
	return s, nil
}

// putPerson writes a person with what is sealed about them.
func (k *kept) putPerson(ctx context.Context, tx *store.Tx, d Deps, p people.Person, s secrets) (people.Person, place.Change, error) {
	old, known := k.persons[p.Ref]
	if !known {
		return k.addPerson(ctx, tx, d, p, s)
	}
	p.Tenant, p.ID, p.Since = old.Tenant, old.ID, old.Since
	was, err := d.unseal(old)
	if err != nil {
		return p, "", err
	}
	p.PhoneSealed, p.AloneSealed = old.PhoneSealed, old.AloneSealed
	if p == old && s == was {
		return p, place.Same, nil
	}
	if err := d.seal(&p, s); err != nil {
		return p, "", err
	}
	k.persons[p.Ref] = p
	return p, place.Changed, people.New(tx).UpdatePerson(ctx, people.UpdatePersonParams{
		TenantID: p.Tenant, ID: p.ID, HouseholdID: p.Household, Name: p.Name, Pinyin: p.Pinyin, Initials: p.Initials,
		Standing: string(p.Standing), AgeBand: p.AgeBand, PhoneSealed: p.PhoneSealed, AloneSealed: p.AloneSealed,
		HasApp: bit(p.HasApp), ConsentVersion: p.Consent, GuardianConsent: bit(p.Guardian),
	})
}

func (k *kept) addPerson(ctx context.Context, tx *store.Tx, d Deps, p people.Person, s secrets) (people.Person, place.Change, error) {
	p.Tenant, p.ID, p.Since = k.tenant, store.NewID(), tx.Now()
	if err := d.seal(&p, s); err != nil {
		return p, "", err
	}
	k.persons[p.Ref] = p
	return p, place.Added, people.New(tx).InsertPerson(ctx, people.InsertPersonParams{
		TenantID: p.Tenant, ID: p.ID, Ref: p.Ref, HouseholdID: p.Household, Name: p.Name, Pinyin: p.Pinyin,
		Initials: p.Initials, Standing: string(p.Standing), AgeBand: p.AgeBand, PhoneSealed: p.PhoneSealed,
		AloneSealed: p.AloneSealed, HasApp: bit(p.HasApp), ConsentVersion: p.Consent, GuardianConsent: bit(p.Guardian),
		Since: store.Ms(p.Since),
	})
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// putPost writes a post that the register enters.
func (k *kept) putPost(ctx context.Context, tx *store.Tx, want people.Post) (place.Change, error) {
	org, err := k.organisation(ctx, tx, want.Organisation)
	if err != nil {
		return "", err
	}
	facts, err := people.PostFacts(want.Facts)
	if err != nil {
		return "", err
	}
	q := people.New(tx)
	key := postKey(want.Person, want.Role, want.Place)
	old, known := k.posts[key]
	row := old.row
	row.OrganisationID, row.Skill, row.Facts, row.Until = org, want.Skill, facts, 0
	if !known {
		row.TenantID, row.ID, row.Since = k.tenant, store.NewID(), store.Ms(tx.Now())
		row.PersonID, row.Role, row.PlaceID = want.Person, string(want.Role), want.Place
		k.posts[key] = post{row, want.Facts}
		return place.Added, q.InsertPost(ctx, people.InsertPostParams{
			TenantID: row.TenantID, ID: row.ID, PersonID: row.PersonID, Role: row.Role, PlaceID: row.PlaceID,
			OrganisationID: org, Skill: row.Skill, Facts: facts, Since: row.Since,
		})
	}
	if old.row.Until == 0 && old.row.OrganisationID == org && old.row.Skill == row.Skill && maps.Equal(old.facts, want.Facts) {
		return place.Same, nil
	}
	k.posts[key] = post{row, want.Facts}
	return place.Changed, q.UpdatePost(ctx, people.UpdatePostParams{TenantID: k.tenant, ID: row.ID, OrganisationID: org, Skill: row.Skill, Facts: facts})
}

func (k *kept) organisation(ctx context.Context, tx *store.Tx, name string) (string, error) {
	if id, ok := k.orgs[name]; ok {
		return id, nil
	}
	id, err := people.OrganisationID(ctx, tx, k.tenant, name)
	k.orgs[name] = id
	return id, err
}
