package alarm

import (
	"context"
	"slices"
	"strings"

	"github.com/linli/linli/internal/notify"
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
	// incident. Each call writes down that they were looked at; with again set,
	// a page that is brought up to date, once for a session.
	Sheets(ctx context.Context, a people.Actor, i Incident, again bool) ([]Sheet, error)
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
func (s *Service) Sheets(ctx context.Context, a people.Actor, v View, again bool) ([]Sheet, error) {
	if s.Homes == nil || v.Drill || v.Phase.Closed() || v.scene.node.Kind != place.Dwelling {
		return nil, nil
	}
	if (people.Access{}).See(a, "alarm", "sheet", people.Subject{Path: v.scene.node.Path}) < people.Logged {
		return nil, nil
	}
	if len(v.roles) == 1 && v.roles[0] == people.Subdistrict && !v.officeCalled(a.Person) {
		return nil, nil
	}
	return s.Homes.Sheets(ctx, a, v.Incident, again)
}

// officeCalled reports whether the subdistrict was called, or one of its
// officers answered.
func (v View) officeCalled(person string) bool {
	for _, e := range v.Timeline {
		switch strings.TrimPrefix(e.Key, "alarm.step.") {
		case string(StepOffice), string(StepNobody), nobodyHere, allCannot:
			return true
		}
	}
	return slices.ContainsFunc(v.Responders, func(r Responder) bool { return r.Person == person && r.Answer != "" })
}

// addFamily adds the family to the first wave.
func (s *Service) addFamily(ctx context.Context, tx *store.Tx, i Incident, wave map[string]string) error {
	if s.Homes == nil || i.Drill {
		return nil
	}
	family, err := s.Homes.Family(ctx, tx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	for _, person := range family {
		if wave[person] == "" {
			wave[person] = familyParty
		}
	}
	return nil
}

// familyParty is the lane of the family on the desk.
const familyParty = "family"

// tellAll tells each of those called what the step says; the family has a page
// of its own.
func (s *Service) tellAll(ctx context.Context, tx *store.Tx, i Incident, sc scene, wave map[string]string, key string, ways ...notify.Channel) error {
	var to, family []string
	for person, audience := range wave {
		if audience == familyParty {
			family = append(family, person)
		} else {
			to = append(to, person)
		}
	}
	slices.Sort(to)
	slices.Sort(family)
	err := s.tellAt(ctx, tx, i, sc, telling{to: to, key: key, link: Path(i.ID), ways: ways})
	if err != nil || len(family) == 0 {
		return err
	}
	switch key {
	case "alarm.told.raise": // they watch no page: the message goes at once
		key, ways = "alarm.told.family", append(ways, notify.SMS)
	case "alarm.told." + string(StepChannel):
		return nil // they have it
	}
	return s.tellAt(ctx, tx, i, sc, telling{to: family, key: key, link: FamilyPath(i.ID), ways: ways})
}

// FamilyPath is the page of an incident for the family.
func FamilyPath(id string) string { return "/family/alarm/" + id }

// FamilyView is an incident as the family that was called sees it: what it is,
// where, and who is coming. To others it is not found.
func (s *Service) FamilyView(ctx context.Context, a people.Actor, id string) (View, error) {
	i, err := s.find(ctx, people.Actor{Tenant: a.Tenant}, id)
	if err != nil {
		return View{}, err
	}
	v := View{Incident: i, viewer: a}
	if v.Responders, err = s.responders(ctx, i.Tenant, i.ID); err != nil {
		return View{}, err
	}
	if !slices.ContainsFunc(v.Responders, func(r Responder) bool { return r.Person == a.Person && r.Audience == familyParty }) {
		return View{}, notFound()
	}
	if v.scene, err = s.sceneAt(ctx, i.Tenant, i.Place); err != nil {
		return View{}, err
	}
	v.Door, v.Full = v.scene.door, v.scene.full
	return v, nil
}
