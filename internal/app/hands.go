package app

import (
	"context"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// hands gives alarms the tickets of devices that need somebody's hand.
type hands struct{ app *App }

// Ask opens a ticket for the device that raised an incident, or extends the
// open one.
func (h hands) Ask(ctx context.Context, tx *store.Tx, i alarm.Incident, why alarm.Remedy) error {
	cause := upkeep.FalseAlarms
	switch why {
	case alarm.LiftService:
		cause = upkeep.Lift
	case alarm.StillAlarms:
		cause = upkeep.StillAlarms
	}
	return h.app.Upkeep.OnAlarm(ctx, tx, upkeep.Concern{Tenant: i.Tenant, Device: i.Device, Place: i.Place, Incident: i.ID, Cause: cause})
}

// LedTo are the tickets that an incident led to, as lines of its page.
func (h hands) LedTo(ctx context.Context, a people.Actor, i alarm.Incident) ([]alarm.Asked, error) {
	list, err := h.app.Upkeep.LedTo(ctx, a, i.Tenant, i.ID)
	if err != nil {
		return nil, err
	}
	out := make([]alarm.Asked, len(list))
	for n, v := range list {
		out[n] = alarm.Asked{
			Text: words.T(ctx, "upkeep.number", "number", v.Number) + " · " + words.T(ctx, "upkeep.cause."+string(v.Detail.Cause)), Door: v.Scene.Door,
			Href: templ.SafeURL(h.app.Upkeep.Path(v.ID)), Due: v.Due, Late: v.Overdue(h.app.Store.Now()),
		}
	}
	return out, nil
}
