package people

import (
	"context"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/openapi"
)

// API is places and people for programs that speak JSON, under /api/v1. A program
// signs in as a person does and then may what that person may.
type API struct {
	places   *place.Service
	register *Register
}

// NewAPI makes the interface.
func NewAPI(p *place.Service, r *Register) *API { return &API{p, r} }

// AddTo adds the operations to the book.
func (a *API) AddTo(b *openapi.Book) {
	const base = "/api/v1"
	openapi.Add(b, openapi.Door{Method: "GET", Path: base + "/areas", Access: "place.read", ID: "area-tree",
		Summary: "Places from the subdistrict down to the building"}, Signed(a.areas))
	openapi.Add(b, openapi.Door{Method: "GET", Path: base + "/areas/{id}/posts", Access: "post.read", ID: "area-posts",
		Summary: "Who serves a place"}, Signed(a.posts))
	openapi.Add(b, openapi.Door{Method: "GET", Path: base + "/me", Access: "session.own", ID: "me",
		Summary: "Who the caller is"}, Signed(a.me))
}

// Signed hands an operation who is asking.
func Signed[In, Out any](do func(context.Context, Actor, In) (Out, error)) func(context.Context, In) (Out, error) {
	return func(ctx context.Context, in In) (Out, error) {
		who, err := ActorOf(ctx)
		if err != nil {
			var none Out
			return none, err
		}
		return do(ctx, who, in)
	}
}

type apiAreasOut struct {
	Body []WireArea
}

// areas is the tree of the caller's neighbourhood, or of all of them for the
// subdistrict's office. It ends at the building's entrances: who lives behind
// which door is no public matter.
func (a *API) areas(ctx context.Context, who Actor, _ *struct{}) (*apiAreasOut, error) {
	all, err := a.places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	out := &apiAreasOut{[]WireArea{}}
	for _, t := range all {
		if t.ID != who.Tenant && t.Parent != who.Tenant {
			continue
		}
		nodes, err := a.places.Subtree(ctx, t.ID, t.Root, "")
		if err != nil {
			return nil, err
		}
		out.Body = append(out.Body, tree(t, nodes)...)
	}
	return out, nil
}

type apiAreaIn struct {
	ID string `path:"id" maxLength:"64"`
}

type apiPostsOut struct {
	Body []WirePost
}

func (a *API) posts(ctx context.Context, who Actor, in *apiAreaIn) (*apiPostsOut, error) {
	n, err := a.placeFor(ctx, who, store.Clean(in.ID))
	if err != nil {
		return nil, err
	}
	served, err := a.register.PostsAt(ctx, n.Tenant, n.Path)
	if err != nil {
		return nil, err
	}
	out := &apiPostsOut{[]WirePost{}}
	for _, p := range served {
		out.Body = append(out.Body, WirePost{Role: string(p.Role), Group: string(p.Role.Group()), Name: p.Name, Area: p.Place})
	}
	return out, nil
}

// placeFor finds a place of the caller's neighbourhood, or of any below the
// caller's office.
func (a *API) placeFor(ctx context.Context, who Actor, id string) (place.Node, error) {
	all, err := a.places.Tenants(ctx)
	if err != nil {
		return place.Node{}, err
	}
	for _, t := range all {
		if t.ID != who.Tenant && t.Parent != who.Tenant {
			continue
		}
		if n, err := a.places.ByID(ctx, t.ID, id); !fault.Is(err, fault.NotFound) {
			return n, err
		}
	}
	return place.Node{}, fault.New(fault.NotFound, "fault.not_found")
}

type apiMeOut struct {
	Body WireMe
}

func (a *API) me(ctx context.Context, who Actor, _ *struct{}) (*apiMeOut, error) {
	t, err := a.places.Tenant(ctx, who.Tenant)
	if err != nil {
		return nil, err
	}
	me := WireMe{Person: who.Person, Name: who.Name, Household: who.Household, Dwelling: who.Dwelling, Groups: []string{}, Posts: []WireHeld{},
		Neighbourhood: WireNeighbourhood{ID: string(t.ID), Letters: t.Short, Name: t.Name}}
	for _, g := range who.Groups() {
		me.Groups = append(me.Groups, string(g))
	}
	for _, p := range who.Posts {
		me.Posts = append(me.Posts, WireHeld{Role: string(p.Role), Area: p.Place})
	}
	return &apiMeOut{me}, nil
}

// WireArea is a place with what lies in it.
type WireArea struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind" enum:"subdistrict,neighbourhood,grid,compound,building,entrance"`
	Ref      string     `json:"ref" doc:"The register's own key"`
	Name     string     `json:"name"`
	Letters  string     `json:"letters,omitempty" doc:"Letters that lead a neighbourhood's codes"`
	Children []WireArea `json:"children,omitempty"`
}

// tree nests places, each of which comes before those in it.
func tree(t place.Tenant, nodes []place.Node) []WireArea {
	below := map[string][]place.Node{}
	for _, n := range nodes {
		if n.Kind != place.Dwelling {
			below[n.Parent] = append(below[n.Parent], n)
		}
	}
	var nest func(parent string) []WireArea
	nest = func(parent string) []WireArea {
		var out []WireArea
		for _, n := range below[parent] {
			a := WireArea{ID: n.ID, Kind: string(n.Kind), Ref: n.Ref, Name: n.Name, Children: nest(n.ID)}
			if n.ID == t.Root {
				a.Letters = t.Short
			}
			out = append(out, a)
		}
		return out
	}
	return nest("")
}

// WirePost is somebody who serves a place.
type WirePost struct {
	Role  string `json:"role"`
	Group string `json:"group"`
	Name  string `json:"name"`
	Area  string `json:"area" doc:"Id of the place the post is at"`
}

// WireHeld is a post of the caller.
type WireHeld struct {
	Role string `json:"role"`
	Area string `json:"area" doc:"Id of the place the post is at"`
}

// WireNeighbourhood names a neighbourhood or the subdistrict office.
type WireNeighbourhood struct {
	ID      string `json:"id"`
	Letters string `json:"letters"`
	Name    string `json:"name"`
}

// WireMe is who the caller is.
type WireMe struct {
	Person        string            `json:"person"`
	Name          string            `json:"name"`
	Neighbourhood WireNeighbourhood `json:"neighbourhood"`
	Household     string            `json:"household,omitempty"`
	Dwelling      string            `json:"dwelling,omitempty" doc:"Id of the place the household lives at"`
	Groups        []string          `json:"groups"`
	Posts         []WireHeld        `json:"posts"`
}
