package alarm

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// View is an incident as one responder may see it.
type View struct {
	Incident
	Door       string // with the flat
	Full       string // as one says it to 119
	Responders []Responder
	Timeline   []matter.Entry
	Photos     []picture.Picture
	Can        []matter.Verb

	scene  scene
	viewer people.Actor
	roles  []people.Group
}

// View is the incident with this id if the actor serves its place; to others
// it is not found. Volunteers see it while it is open.
func (s *Service) View(ctx context.Context, a people.Actor, id string) (View, error) {
	i, err := s.find(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	sc, err := s.sceneAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return View{}, err
	}
	v := View{Incident: i, Door: sc.door, Full: sc.full, scene: sc, viewer: a, roles: rolesAt(a, i, sc)}
	if len(v.roles) == 0 {
		return View{}, fault.New(fault.NotFound, "fault.not_found")
	}
	for _, m := range Kind().Moves {
		if _, ok := v.as(i.Phase, m.Verb); ok && m.Verb != BackOut && !slices.Contains(v.Can, m.Verb) {
			v.Can = append(v.Can, m.Verb)
		}
	}
	if v.Timeline, err = s.Spine.Timeline(ctx, i.Tenant, i.ID); err != nil {
		return View{}, err
	}
	if v.Photos, err = picture.Of(ctx, s.Store.Reader(), i.Tenant, i.ID); err != nil {
		return View{}, err
	}
	v.Responders, err = s.responders(ctx, i.Tenant, i.ID)
	return v, err
}

// Photos are the pictures of an incident that the actor may see.
func (s *Service) Photos(ctx context.Context, a people.Actor, id string) ([]picture.Picture, error) {
	v, err := s.View(ctx, a, id)
	return v.Photos, err
}

func (s *Service) responders(ctx context.Context, tenant store.Tenant, id string) ([]Responder, error) {
	rows, err := New(s.Store.Reader()).Responders(ctx, tenant, id)
	if err != nil {
		return nil, fmt.Errorf("responders: %w", err)
	}
	return respondersOf(rows), nil
}

func respondersOf(rows []AlarmCalled) []Responder {
	out := make([]Responder, len(rows))
	for i, r := range rows {
		out[i] = responderOf(r)
	}
	return out
}

func responderOf(r AlarmCalled) Responder {
	return Responder{r.PersonID, r.Audience, store.Time(r.HandedAt), r.Answer, store.Time(r.AnsweredAt), store.Time(r.DoorAt), store.Time(r.DueAt)}
}

// receipts are those of the neighbourhood, then those of the subdistrict's
// officers. Who lives where it calls was told too, which is between the house
// and them.
func (s *Service) receipts(ctx context.Context, i Incident) ([]notify.Message, error) {
	list, err := s.Notify.Receipts(ctx, i.Tenant, i.ID)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(m notify.Message) bool { return m.Key == toldAtHome })
	office, err := s.Notify.Receipts(ctx, s.Office, i.ID)
	return append(list, office...), err
}

// find reads an incident of the actor's neighbourhood; the subdistrict's
// officers find those of every neighbourhood.
func (s *Service) find(ctx context.Context, a people.Actor, id string) (Incident, error) {
	tenants, err := s.tenantsOf(ctx, a)
	if err != nil {
		return Incident{}, err
	}
	for _, tenant := range tenants {
		m, err := s.Spine.ByID(ctx, tenant, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return Incident{}, err
		}
		row, err := New(s.Store.Reader()).IncidentByID(ctx, tenant, id)
		if err != nil {
			return Incident{}, store.NoRows(err)
		}
		return incidentOf(m, row), nil
	}
	return Incident{}, fault.New(fault.NotFound, "fault.not_found")
}

func (s *Service) tenantsOf(ctx context.Context, a people.Actor) ([]store.Tenant, error) {
	if !(people.Access{}).Scope(a, "alarm.read").Office {
		return []store.Tenant{a.Tenant}, nil
	}
	all, err := s.Places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var ids []store.Tenant
	for _, t := range all {
		ids = append(ids, t.ID)
	}
	return ids, nil
}

// rolesAt are the groups as which the actor may answer: what hangs in no compound
// is answered by who serves anywhere in the neighbourhood, and what is over by
// who may see the past.
func rolesAt(a people.Actor, i Incident, sc scene) []people.Group {
	access, path := people.Access{}, sc.node.Path
	switch {
	case a.Tenant != i.Tenant && !access.Scope(a, "alarm.answer").Office:
		return nil
	case a.Tenant == i.Tenant && sc.node.Kind == place.Neighbourhood:
		path = ""
	}
	if i.Phase.Closed() {
		return access.As(a, "alarm.past", path)
	}
	return access.As(a, "alarm.answer", path)
}

func (v View) as(phase matter.Phase, verb matter.Verb) (people.Group, bool) {
	move, ok := Kind().Find(phase, verb)
	if !ok {
		return "", false
	}
	for _, g := range v.roles {
		if slices.Contains(move.By, g) {
			return g, true
		}
	}
	return "", false
}
