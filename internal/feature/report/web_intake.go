package report

import (
	"context"
	"net/http"
	"net/url"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Form is the form for a place, for the actor or on behalf of a person.
func Form(place, person string) string {
	v := url.Values{}
	if place != "" {
		v.Set("place", place)
	}
	path := "/report/new"
	if person != "" {
		path = "/report/desk"
		v.Set("person", person)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// intake is the desk where staff write a report down for somebody who came or
// called: first the person, then the form.
func (w Web) intake(rw http.ResponseWriter, r *http.Request) error {
	person := r.URL.Query().Get("person")
	if person == "" {
		return w.Persons(rw, r)
	}
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	return w.intakeForm(rw, r, a, person)
}

func (w Web) intakeForm(rw http.ResponseWriter, r *http.Request, a people.Actor, person string) error {
	f := form{Draft: Draft{OnBehalf: person, Place: r.URL.Query().Get("place")}}
	f.Chosen = f.Draft.Place != ""
	if err := w.onBehalf(r.Context(), a, &f); err != nil {
		return err
	}
	f.Draft.Key = store.NewID()
	return w.showForm(rw, r, a, f)
}

// onBehalf fills in whom a form is written for, and their building.
func (w Web) onBehalf(ctx context.Context, a people.Actor, f *form) error {
	p, err := w.Register.Person(ctx, a.Tenant, f.Draft.OnBehalf)
	if err != nil {
		return err
	}
	home, err := w.homeServed(ctx, a, p)
	if err != nil {
		return err
	}
	label, err := w.Places.Label(ctx, a.Tenant, home.Place)
	if err != nil {
		return err
	}
	if f.Draft.Place == "" {
		if f.Draft.Place, err = w.ownBuilding(ctx, a.Tenant, home.Place); err != nil {
			return err
		}
	}
	f.Behalf, f.Action = words.T(ctx, "report.behalf", "name", p.Name, "place", label.Door), "/report/desk"
	f.Change = "/report/place?person=" + url.QueryEscape(p.ID)
	return nil
}

// homeServed is where a person lives, if the actor takes reports in for there;
// else the person is not found.
func (w Web) homeServed(ctx context.Context, a people.Actor, p people.Person) (people.Household, error) {
	home, err := w.Register.Household(ctx, a.Tenant, p.Household)
	if err != nil {
		return home, err
	}
	node, err := w.Places.ByID(ctx, a.Tenant, home.Place)
	if err != nil {
		return home, err
	}
	if (people.Access{}).May(a, "report.intake", people.Subject{Path: node.Path}) != nil {
		return home, fault.New(fault.NotFound, "fault.not_found")
	}
	return home, nil
}

// IntakeTitle is what the desk is called.
func IntakeTitle(ctx context.Context) string { return words.T(ctx, "report.intake_title") }
