package bench

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// house is a furnished data folder and who in it is signed in.
type house struct {
	dir    string
	homes  []home // residents of one compound
	worker string // cookie of the property's worker there
	board  string // cookie of a member of the residents' committee
}

// home is a resident who is signed in, and the building they live in.
type home struct {
	person   string // id
	building string // place id
	cookie   string
}

// residents is how many are signed in: as many as the most senders.
const residents = 64

// furnish puts the sample subdistrict into an empty folder, signs people in
// and invents a past of n reports.
func furnish(ctx context.Context, dir string, n int) (_ house, err error) {
	return furnishIn(ctx, app.Options{Dir: dir}, n)
}

func furnishIn(ctx context.Context, o app.Options, n int) (_ house, err error) {
	clock := &demo.Clock{}
	o.OneClick, o.Clock = true, clock.Now
	a, err := app.New(ctx, o)
	if err != nil {
		return house{}, fmt.Errorf("furnish: %w", err)
	}
	defer func() { err = errors.Join(err, a.Stop(ctx)) }()
	if err := demo.Fill(ctx, a, clock); err != nil {
		return house{}, fmt.Errorf("furnish: %w", err)
	}
	h := house{dir: o.Dir}
	cast, err := demo.Cast(ctx, a)
	if err != nil {
		return house{}, fmt.Errorf("furnish: %w", err)
	}
	tenant := store.Tenant("")
	for _, p := range cast {
		cookie, err := enter(ctx, a, p.Tenant, p.ID)
		if err != nil {
			return house{}, err
		}
		switch p.Role {
		case "resident":
			tenant = p.Tenant
		case "property":
			h.worker = cookie
		case "committee":
			h.board = cookie
		}
	}
	if h.homes, err = signIn(ctx, a, tenant); err != nil {
		return house{}, err
	}
	if err := invent(ctx, a, tenant, h.homes, n); err != nil {
		return house{}, fmt.Errorf("invent a past: %w", err)
	}
	return h, a.Stop(ctx)
}

// enter signs a person in and returns the cookie.
func enter(ctx context.Context, a *app.App, tenant store.Tenant, person string) (string, error) {
	link, err := a.Door.DemoLink(ctx, tenant, person)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	pass, err := a.Door.SignInByDemo(ctx, path.Base(link), people.Client{})
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	return pass.Cookie, nil
}

// signIn signs residents in who live in buildings of the tenant.
func signIn(ctx context.Context, a *app.App, tenant store.Tenant) ([]home, error) {
	list, _, err := a.Register.Persons(ctx, tenant, people.Filter{Standing: people.Owner}, people.Page{Limit: 200})
	if err != nil {
		return nil, fmt.Errorf("residents: %w", err)
	}
	var homes []home
	for _, p := range list {
		chain, err := a.Places.Ancestors(ctx, tenant, p.Dwelling)
		if err != nil {
			return nil, fmt.Errorf("residents: %w", err)
		}
		at := slices.IndexFunc(chain, func(n place.Node) bool { return n.Kind == place.Building })
		if at < 0 || len(homes) == residents {
			continue
		}
		cookie, err := enter(ctx, a, tenant, p.ID)
		if err != nil {
			return nil, err
		}
		homes = append(homes, home{p.ID, chain[at].ID, cookie})
	}
	if len(homes) < residents {
		return nil, fmt.Errorf("sample subdistrict: %d residents with a home, want %d", len(homes), residents)
	}
	return homes, nil
}
