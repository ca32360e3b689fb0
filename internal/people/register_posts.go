package people

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Post (岗位) is a role at a place, held by a person from a day to a day.
type Post struct {
	Tenant       store.Tenant
	ID           string
	Person       string // id
	Role         Role
	Place        string // id of the place served, with everything in it
	Organisation string // name, such as 静安桂花园物业; empty for volunteers
	Skill        string // what a volunteer brings: 律师
	Facts        map[string]string
	Since        time.Time
	Until        time.Time // zero while it is held
}

// Served is somebody who serves a place.
type Served struct {
	Tenant store.Tenant // the neighbourhood's, or the subdistrict's for its office
	Post   string       // id
	Person string       // id
	Name   string
	Role   Role
	Place  string // id of the place the post is at
	Skill  string
}

// PostsAt is everybody who serves the place with this path: who holds a post
// at it, at a place above it, or at the subdistrict's office. They come in the
// order of Roles, then by name.
func (r *Register) PostsAt(ctx context.Context, tenant store.Tenant, path string) ([]Served, error) {
	ids := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(ids) == 0 {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	id := ids[len(ids)-1]
	list, err := r.posts.Get(atPlace{tenant, id}, func() ([]Served, error) { return r.readPostsAt(ctx, tenant, id) })
	return slices.Clone(list), err
}

func (r *Register) readPostsAt(ctx context.Context, tenant store.Tenant, id string) ([]Served, error) {
	rows, err := r.read().PostsAt(ctx, tenant, id)
	if err != nil {
		return nil, fmt.Errorf("posts at: %w", err)
	}
	out := make([]Served, len(rows))
	for i, row := range rows {
		out[i] = Served{Tenant: row.TenantID, Post: row.ID, Person: row.PersonID, Name: row.Name, Role: Role(row.Role), Place: row.PlaceID, Skill: row.Skill}
	}
	roles := Roles()
	slices.SortFunc(out, func(a, b Served) int {
		return cmp.Or(cmp.Compare(slices.Index(roles, a.Role), slices.Index(roles, b.Role)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Post, b.Post))
	})
	return out, nil
}

// SetPost gives a person a role at a place, or changes the post that they
// hold there. It returns the post's id. A person or place that is not there
// and in use is a not_found fault, a role without group an invalid one.
func (r *Register) SetPost(ctx context.Context, tx *store.Tx, p Post) (string, error) {
	if p.Role.Group() == "" || p.Role == Resident {
		return "", fault.New(fault.Invalid, "fault.bad_form").WithField("role", "fault.bad_form")
	}
	q := New(tx)
	holder, err := q.PersonByID(ctx, p.Tenant, p.Person)
	if err == nil && holder.Until != 0 {
		err = unknownPost()
	}
	if err == nil {
		_, err = q.PlaceInUse(ctx, p.Tenant, p.Place)
	}
	if err != nil {
		return "", fmt.Errorf("set post: %w", store.NoRows(err))
	}
	organisation, err := OrganisationID(ctx, tx, p.Tenant, p.Organisation)
	if err != nil {
		return "", err
	}
	old, err := q.PostByKey(ctx, PostByKeyParams{TenantID: p.Tenant, PersonID: p.Person, Role: string(p.Role), PlaceID: p.Place})
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return writePost(ctx, q, p, organisation, store.Ms(tx.Now()))
	}
	if err != nil {
		return "", fmt.Errorf("set post: %w", err)
	}
	facts, err := PostFacts(p.Facts)
	if err != nil {
		return "", fmt.Errorf("set post: %w", err)
	}
	err = q.UpdatePost(ctx, UpdatePostParams{TenantID: p.Tenant, ID: old.ID, OrganisationID: organisation, Skill: p.Skill, Facts: facts})
	if err != nil {
		return "", fmt.Errorf("set post: %w", err)
	}
	return old.ID, nil
}

func writePost(ctx context.Context, q *Queries, p Post, organisation string, since int64) (string, error) {
	facts, err := PostFacts(p.Facts)
	id := store.NewID()
	if err == nil {
		err = q.InsertPost(ctx, InsertPostParams{
			TenantID: p.Tenant, ID: id, PersonID: p.Person, Role: string(p.Role), PlaceID: p.Place,
			OrganisationID: organisation, Skill: p.Skill, Facts: facts, Since: since,
		})
	}
	if err != nil {
		return "", fmt.Errorf("set post: %w", err)
	}
	return id, nil
}

// EndPost ends a post now; one that is not held is a not_found fault.
func (r *Register) EndPost(ctx context.Context, tx *store.Tx, tenant store.Tenant, id string) error {
	n, err := New(tx).EndPost(ctx, tenant, id, store.Ms(tx.Now()))
	if err != nil {
		return fmt.Errorf("end post: %w", err)
	}
	if n == 0 {
		return unknownPost()
	}
	return nil
}

// OrganisationID finds an organisation by name, or enters it. The empty name
// has the empty id.
func OrganisationID(ctx context.Context, tx *store.Tx, tenant store.Tenant, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	q := New(tx)
	id, err := q.OrganisationByName(ctx, tenant, name)
	if fault.Is(store.NoRows(err), fault.NotFound) {
		id = store.NewID()
		err = q.InsertOrganisation(ctx, tenant, id, name)
	}
	if err != nil {
		return "", fmt.Errorf("organisation: %w", err)
	}
	return id, nil
}

// PostFacts writes a post's facts as its table keeps them, keys in order.
func PostFacts(m map[string]string) (string, error) {
	if len(m) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(m)
	return string(b), err
}

// unknownPost is a post for a role, person or place that is not there.
func unknownPost() error { return fault.New(fault.NotFound, "fault.not_found") }
