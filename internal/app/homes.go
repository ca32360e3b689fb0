package app

import (
	"context"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// homes gives alarms what the register of elders knows of a home.
type homes struct{ care *care.Service }

// Family are the family on the neighbourhood's register.
func (h homes) Family(ctx context.Context, db store.DB, tenant store.Tenant, home string) ([]string, error) {
	return h.care.Family(ctx, db, tenant, home)
}

// Kin is how the register of elders calls one of the family.
func (h homes) Kin(ctx context.Context, tenant store.Tenant, person string) (string, error) {
	return h.care.KinName(ctx, tenant, person)
}

// Sheets opens them for a responder.
func (h homes) Sheets(ctx context.Context, a people.Actor, i alarm.Incident) ([]alarm.Sheet, error) {
	opened, err := h.care.Respond(ctx, a, care.Call{Tenant: i.Tenant, Home: i.Place, Matter: i.ID})
	if err != nil {
		return nil, err
	}
	out := make([]alarm.Sheet, len(opened))
	for n, o := range opened {
		out[n] = alarm.Sheet{Name: o.Name, Age: o.Age(h.care.Store.Now()), Hints: o.Hints, Key: o.Key, Helpers: o.Helpers()}
		for _, c := range o.Contacts {
			out[n].Contacts = append(out[n].Contacts, alarm.SheetContact{Name: c.Name, Relation: c.Relation, Phone: c.Phone})
		}
	}
	return out, nil
}
