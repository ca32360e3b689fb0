package alarm

import (
	"context"
	"slices"
	"strings"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// Homes is what the house knows of those who live alone where something calls.
// The program fills it from the register of elders; nil: there is no register.
type Homes interface {
	// Family are those to be called at once for a home: persons of the
	// neighbourhood, and others who have a phone only.
	Family(ctx context.Context, db store.DB, tenant store.Tenant, home string) ([]string, error)
	// Sheets are those of who lives alone at a home, for a responder to an open
	// incident. That they were looked at is on disk before they are given; a page
	// that is brought up to date is the same look.
	Sheets(ctx context.Context, a people.Actor, i Incident) ([]Sheet, error)
	// Kin is how the register calls one of the family who is on no other
	// register, such as 儿子 章远方; empty for others and once the entry ended.
	Kin(ctx context.Context, tenant store.Tenant, person string) (string, error)
}

// Sheet is what a responder has to know of a person who lives alone.
type Sheet struct {
	Name     string
	Age      int // 0: not said
	Hints    string
	Key      string // where the spare key is
	Contacts []SheetContact
	Helpers  []string // names of the paired volunteers
}

// SheetContact is somebody of the family to call.
type SheetContact struct{ Name, Relation, Phone string }

// Sheets are the sheets of the home of an incident, for somebody who responds
// to it while it is open. A drill opens none. Officers of the subdistrict see
// them once they were called.
func (s *Service) Sheets(ctx context.Context, a people.Actor, v View) ([]Sheet, error) {
	if s.Homes == nil || !v.opensSheets(a) {
		return nil, nil
	}
	return s.Homes.Sheets(ctx, a, v.Incident)
}

// opensSheets reports whether the actor may see who lives alone there.
func (v View) opensSheets(a people.Actor) bool {
	if v.Drill || v.Phase.Closed() || v.scene.node.Kind != place.Dwelling {
		return false
	}
	if (people.Access{}).See(a, "alarm", "sheet", people.Subject{Path: v.scene.node.Path}) < people.Logged {
		return false
	}
	return len(v.roles) != 1 || v.roles[0] != people.Subdistrict || v.officeCalled(a.Person)
}

// officeCalled reports whether the subdistrict was called, or one of its
// officers answered.
func (v View) officeCalled(person string) bool {
	for _, e := range v.Timeline {
		switch strings.TrimPrefix(e.Key, "alarm.step.") {
		case string(StepOffice), string(StepNobody), string(StepAlone), nobodyHere, allCannot:
			return true
		}
	}
	return slices.ContainsFunc(v.Responders, func(r Responder) bool { return r.Person == person && r.Answer != "" })
}
