package people

import (
	"context"
	"slices"
	"strings"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Held is a post as its holder acts under it.
type Held struct {
	Role  Role
	Place string // id of the place served
	Path  string // path of that place, see place.Node
}

// Actor is who is asking: one person in one tenant, through one session.
type Actor struct {
	Tenant    store.Tenant
	Person    string // id
	Name      string
	Household string // id, empty for staff who do not live here
	Dwelling  string // place id of the household's dwelling
	Path      string // path of the dwelling
	Session   string // id of the session
	Idle      bool   // the session is open for the alarm desk alone, see [Door.KeepForDuty]
	Posts     []Held
}

type actorKey struct{}

// WithActor puts who is asking into the context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is who is asking, or an unsigned fault.
func ActorOf(ctx context.Context) (Actor, error) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	if !ok {
		return Actor{}, fault.New(fault.Unsigned, "fault.unsigned")
	}
	return a, nil
}

// Groups are the actor's groups without repeats: resident if they live here,
// then one for each post.
func (a Actor) Groups() []Group {
	var gs []Group
	if a.Household != "" {
		gs = append(gs, Residents)
	}
	for _, p := range a.Posts {
		if g := p.Role.Group(); g != "" && !slices.Contains(gs, g) {
			gs = append(gs, g)
		}
	}
	return gs
}

// In reports whether the actor belongs to one of the groups.
func (a Actor) In(groups ...Group) bool {
	return slices.ContainsFunc(a.Groups(), func(g Group) bool { return slices.Contains(groups, g) })
}

// Serves reports whether a post of the group covers the place with this path:
// the place itself or one above it. The subdistrict's posts cover everything.
func (a Actor) Serves(g Group, path string) bool {
	return slices.ContainsFunc(a.Posts, func(p Held) bool {
		if p.Role.Group() != g {
			return false
		}
		return g == Subdistrict || g == Administrators || strings.HasPrefix(path, p.Path)
	})
}

// compound is the path of the compound the actor lives in; empty: none.
func (a Actor) compound() string {
	if ids := strings.SplitN(a.Path, "/", 4); len(ids) == 4 && ids[1] != "" && ids[2] != "" {
		return "/" + ids[1] + "/" + ids[2] + "/"
	}
	return ""
}

// AtDesk reports whether the actor sees pages at a desk, as staff do, and not on
// a phone, as residents do.
func (a Actor) AtDesk() bool { return a.In(Property, Committee, Subdistrict, Administrators) }

// Tops are the ids of the places below which the actor finds theirs: the
// compound they live in, or the places they serve.
func (a Actor) Tops() []string {
	if ids := strings.FieldsFunc(a.Path, func(r rune) bool { return r == '/' }); len(ids) > 1 {
		return ids[1:2]
	}
	var tops []string
	for _, p := range a.Posts {
		tops = append(tops, p.Place)
	}
	return tops
}
