package alarm

import (
	"context"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
)

// hoodCard is a neighbourhood on the subdistrict's desk.
type hoodCard struct {
	Name    string
	Open    int
	Shifts  []shiftLine
	Past    []rowLine
	Devices templ.SafeURL // where the reader may look at its devices; empty: nowhere
}

// setHoods shows an officer of the subdistrict all its neighbourhoods; a desk that
// does not answer in any of them stands above, as it does there.
func (w Web) setHoods(ctx context.Context, a people.Actor, t teller, p *deskPage) error {
	list, err := w.Hoods(ctx, a)
	if err != nil {
		return err
	}
	devices := (people.Access{}).Allow(a, "device.list") == nil
	for _, h := range list {
		c := hoodCard{Name: h.Tenant.Name, Open: h.Open, Past: t.lines(h.Past)}
		for _, s := range h.Duty {
			l := t.shift(a, s)
			c.Shifts = append(c.Shifts, l)
			if l.Lost != "" {
				p.Shifts = append(p.Shifts, l)
			}
		}
		if devices {
			c.Devices = templ.SafeURL("/devices?n=" + string(h.Tenant.ID))
		}
		p.Hoods = append(p.Hoods, c)
	}
	return nil
}
