package alarm

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// buildingSubject is what the messages to a building are filed under. It is not
// the incident itself: a neighbour who read theirs is no responder who has a
// receipt, and the desk lists those who were called to help.
func buildingSubject(id string) string { return id + "/building" }

// ToldPath is the page of a resident whose building was told.
func ToldPath(id string) string { return Path(id) + "/told" }

// endangers reports whether everybody in the building has to know. Water, a
// call button and a lift are not theirs to run from.
func (k SignalKind) endangers() bool {
	return k.nature().endangers
}

// staysIn is why the building is not told, as a words key; empty if it may be.
// A drill never tells it: a neighbour who has once run from a message that
// meant nothing waits at the next, and an old one may fall on the stairs. A
// drill of the whole building is announced beforehand, by people.
func (i Incident) staysIn() string {
	switch {
	case i.Phase.Closed():
		return "alarm.building_closed"
	case i.Drill:
		return "alarm.building_drill"
	case !i.Signal.endangers() || i.Building == "":
		return "alarm.building_kind"
	case i.Phase == matter.Done && !i.IsFire:
		return "alarm.building_no_fire"
	}
	return ""
}

// mayEvacuate reports whether telling the building can be offered.
func (i Incident) mayEvacuate() bool { return i.Evacuated.IsZero() && i.staysIn() == "" }

// neighbours are those who live in a building.
type neighbours struct {
	people []string
	homes  int
	mute   int // neither a number nor an account: somebody has to knock
}

func (s *Service) neighboursOf(ctx context.Context, i Incident) (n neighbours, err error) {
	var b place.Node
	if b, err = s.Places.ByID(ctx, i.Tenant, i.Building); err != nil {
		return n, err
	}
	list, err := s.Register.ResidentsUnder(ctx, i.Tenant, b.Path)
	if err != nil {
		return n, err
	}
	homes := map[string]bool{}
	for _, r := range list {
		n.people = append(n.people, r.Person)
		homes[r.Household] = true
		if !r.Phone && !r.App {
			n.mute++
		}
	}
	n.homes = len(homes)
	return n, nil
}

// evacuate tells everybody who lives in the building of an incident, once: the
// same again, by whomever, changes nothing. Only property and committee may.
// Where it makes no sense it is a conflict fault that says why.
func (s *Service) evacuate(ctx context.Context, a people.Actor, v View) (i Incident, err error) {
	if err := (people.Access{}).May(a, "alarm.building", people.Subject{Path: v.scene.node.Path}); err != nil {
		return Incident{}, err
	}
	if why := v.staysIn(); why != "" {
		return v.Incident, fault.New(fault.Conflict, why)
	}
	n, err := s.neighboursOf(ctx, v.Incident)
	if err != nil {
		return Incident{}, err
	}
	if len(n.people) == 0 {
		return v.Incident, fault.New(fault.Conflict, "alarm.building_nobody")
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		i, err = s.evacuateIn(ctx, tx, a, v, n)
		return err
	})
	return i, err
}

func (s *Service) evacuateIn(ctx context.Context, tx *store.Tx, a people.Actor, v View, n neighbours) (Incident, error) {
	i, err := s.inTx(ctx, tx, v.Tenant, v.ID)
	if err != nil || !i.Evacuated.IsZero() {
		return i, err
	}
	if why := i.staysIn(); why != "" {
		return i, fault.New(fault.Conflict, why)
	}
	as, ok := v.as(i.Phase, Evacuate)
	if !ok {
		return i, fault.New(fault.Forbidden, "fault.forbidden")
	}
	m, repeated, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: Evacuate, By: a.Person, As: as, Holder: i.Holder, Due: i.Due,
		Key:   KindName + "/building/" + i.ID, // whoever presses second has nothing left to do
		Entry: matter.Entry{Key: "alarm.did.building", Args: n.args(), Audience: matter.Staff},
	})
	i.Matter = m
	if err != nil || repeated {
		return i, err
	}
	i.Evacuated = tx.Now()
	if err := New(tx).MarkBuilding(ctx, i.Tenant, i.ID, store.Ms(tx.Now())); err != nil {
		return i, fmt.Errorf("building: %w", err)
	}
	if err := s.tellBuilding(ctx, tx, i, v.scene, n, "alarm.told."+i.Signal.runFrom(), notify.Push, notify.SMS, notify.Voice); err != nil {
		return i, err
	}
	return i, s.keep(ctx, tx, i)
}

func (n neighbours) args() map[string]string {
	return map[string]string{"n": strconv.Itoa(len(n.people)), "homes": strconv.Itoa(n.homes)}
}

// runFrom is the sentence that says what to do.
func (k SignalKind) runFrom() string {
	switch k {
	case Gas, CO:
		return "building_" + string(k)
	}
	return "building"
}

// tellBuilding names the building and what it is, never the flat or anybody:
// it does not use the words that responders are told.
func (s *Service) tellBuilding(ctx context.Context, tx *store.Tx, i Incident, sc scene, n neighbours, key string, ways ...notify.Channel) error {
	outside := map[notify.Channel][]string{}
	for _, way := range ways {
		outside[way] = n.people
	}
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: i.Tenant, Matter: buildingSubject(i.ID), Seq: i.Version, To: n.people, Key: key, Link: ToldPath(i.ID), Outside: outside,
		Args:  map[string]string{"place": sc.short, "short": sc.short, "number": i.Number, "kind_key": "alarm.kind." + string(i.Signal)},
		Event: notify.Event{Kind: KindName, Verb: key[len("alarm.told."):], Number: i.Number, Phase: string(i.Phase), Place: sc.short},
	})
}

// allClear tells a building that was told that it is over. While another danger
// is open there nobody is sent home: that one's closing says it.
func (s *Service) allClear(ctx context.Context, tx *store.Tx, i Incident) error {
	if i.Evacuated.IsZero() {
		return nil
	}
	others, err := New(tx).DangerIn(ctx, i.Tenant, i.Building, i.ID)
	if err != nil {
		return fmt.Errorf("danger in the building: %w", err)
	}
	entry, args := "alarm.did.building_waits", map[string]string(nil)
	var n neighbours
	for _, other := range others {
		if err := New(tx).MarkBuilding(ctx, i.Tenant, other, store.Ms(i.Evacuated)); err != nil {
			return fmt.Errorf("building: %w", err)
		}
	}
	if len(others) == 0 {
		if n, err = s.neighboursOf(ctx, i); err != nil {
			return err
		}
		if entry, args, err = s.overAround(ctx, i, n); err != nil {
			return err
		}
	}
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: AllClear, As: matter.ByClock, Holder: i.Holder, Due: i.Due,
		Entry: matter.Entry{Key: entry, Args: args, Audience: matter.Staff},
	})
	if err != nil || len(n.people) == 0 {
		return err
	}
	i.Matter = m
	sc, err := s.whereIs(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	ways := []notify.Channel{notify.Push, notify.SMS}
	if sms, _, err := s.Notify.Has(ctx, i.Tenant); err != nil {
		return err
	} else if !sms { // who was rung has to hear the end too
		ways = append(ways, notify.Voice)
	}
	return s.tellBuilding(ctx, tx, i, sc, n, "alarm.told.building_clear", ways...)
}

// overAround is the record's line of the end: who was told, and how the headcount
// stood.
func (s *Service) overAround(ctx context.Context, i Incident, n neighbours) (string, map[string]string, error) {
	h, err := s.count(ctx, i)
	args := n.args()
	args["safe"], args["help"], args["silent"] = strconv.Itoa(len(h.Safe)), strconv.Itoa(len(h.Help)+len(h.Coming)), strconv.Itoa(len(h.Silent))
	return "alarm.did.building_clear", args, err
}

// ToldOf is an incident as a resident of its building may see it once the
// building was told; to everybody else it is not found.
func (s *Service) ToldOf(ctx context.Context, a people.Actor, id string) (Incident, string, error) {
	none := fault.New(fault.NotFound, "fault.not_found")
	if a.Dwelling == "" {
		return Incident{}, "", none
	}
	m, err := s.Spine.ByID(ctx, a.Tenant, id)
	if err != nil {
		return Incident{}, "", err
	}
	row, err := New(s.Store.Reader()).IncidentByID(ctx, a.Tenant, id)
	if err != nil {
		return Incident{}, "", store.NoRows(err)
	}
	home, err := s.whereIs(ctx, a.Tenant, a.Dwelling)
	if err != nil {
		return Incident{}, "", err
	}
	i := incidentOf(m, row)
	if i.Evacuated.IsZero() || home.building != i.Building {
		return Incident{}, "", none
	}
	sc, err := s.whereIs(ctx, a.Tenant, i.Place)
	return i, sc.short, err
}
