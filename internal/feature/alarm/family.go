package alarm

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// The family (家人) of who lives alone is called in the first second and answers
// like everybody else: with their account, or by the link in the message they
// got, which needs none. What they say stands in their lane and in the record;
// what it does to the timers is decided here:
//
//   - "I go" stops nothing. A daughter across the city is on her way for an
//     hour; the three parties are called at 60, 120 and 180 seconds as if she
//     had said nothing. She herself is not rung again.
//   - "At the door" is somebody at the door: the first arrival counts, whoever
//     it is. The minute's calls end, as there is nothing left to find out by
//     ringing. But she is alone, perhaps old herself, without a key or an
//     extinguisher: those who serve there are told so at once, and everybody
//     with the subdistrict every five minutes, until one of them answers or she
//     says what it is.
//   - "I am not there yet" takes "at the door" back, as long as nobody said what
//     it is. With nobody else at the door the calls go on from where they would
//     be without her, what fell due meanwhile at once.
//   - What she says it is, is the outcome. Fire is told to everybody by every
//     way. Only property, the committee or the subdistrict close the incident.
//
// Who was never called cannot answer, and who is not at the door cannot say what
// it looks like there.

// familyParty is the lane of the family on the desk.
const familyParty = "family"

// LinkLife is how long after its closing a link still says how it ended.
const LinkLife = 24 * time.Hour

// Digester makes texts under the house's own key that nobody else can make.
type Digester interface {
	Digest(purpose, text string) string
}

// FamilyPath is the page of an incident for the family with an account.
func FamilyPath(id string) string { return familyPages + id }

// Where the pages of the family begin: with an account, and by a link.
const (
	familyPages = "/family/alarm/"
	linkPages   = "/f/"
)

// token is the part of a link that cannot be guessed: 128 bits, made for one
// person and one incident and stored nowhere.
func (s *Service) token(tenant store.Tenant, incident, person string) string {
	return s.Seal.Digest("alarm.family", string(tenant)+"|"+incident+"|"+person)[:32]
}

// Outside is the path by which a person who is told something outside the app
// opens it without an account; the path itself where there is none.
func (s *Service) Outside(ctx context.Context, tenant store.Tenant, person, path string) (string, error) {
	id, family := strings.CutPrefix(path, familyPages)
	if !family {
		return path, nil
	}
	m, err := s.Spine.ByID(ctx, tenant, id)
	if err != nil {
		return "", err
	}
	t, err := s.Places.Tenant(ctx, tenant)
	return linkPages + t.Short + "/" + m.Number + "/" + s.token(tenant, m.ID, person), err
}

// ByLink is whom a link was sent to, and about which incident. Who has it needs
// nothing else. A wrong one is not found; one whose time is over is a gone
// fault.
func (s *Service) ByLink(ctx context.Context, short, number, token string) (people.Actor, string, error) {
	t, err := s.Places.TenantByShort(ctx, short)
	if err != nil {
		return people.Actor{}, "", err
	}
	m, err := s.Spine.ByNumber(ctx, t.ID, number)
	if err != nil {
		return people.Actor{}, "", err
	}
	list, err := s.responders(ctx, t.ID, m.ID)
	if err != nil {
		return people.Actor{}, "", err
	}
	at := slices.IndexFunc(list, func(r Responder) bool {
		return r.Audience == familyParty && subtle.ConstantTimeCompare([]byte(token), []byte(s.token(t.ID, m.ID, r.Person))) == 1
	})
	if at < 0 {
		return people.Actor{}, "", notFound()
	}
	if m.Phase.Closed() && s.Store.Now().After(m.ChangedAt.Add(LinkLife)) {
		return people.Actor{}, "", fault.New(fault.Gone, "alarm.family_expired")
	}
	return people.Actor{Tenant: t.ID, Person: list[at].Person}, m.ID, nil
}

// FamilyView is an incident as the family that was called sees it: what it is,
// where, and who is coming. To others it is not found.
func (s *Service) FamilyView(ctx context.Context, a people.Actor, id string) (View, error) {
	i, err := s.find(ctx, people.Actor{Tenant: a.Tenant}, id)
	if err != nil {
		return View{}, err
	}
	v := View{Incident: i, viewer: a, roles: []people.Group{byFamily}}
	if v.Responders, err = s.responders(ctx, i.Tenant, i.ID); err != nil {
		return View{}, err
	}
	at := slices.IndexFunc(v.Responders, func(r Responder) bool { return r.Person == a.Person && r.Audience == familyParty })
	if at < 0 {
		return View{}, notFound()
	}
	if v.scene, err = s.sceneAt(ctx, i.Tenant, i.Place); err != nil {
		return View{}, err
	}
	v.Door, v.Full, v.Can = v.scene.door, v.scene.full, i.familyCan(v.Responders[at])
	return v, nil
}

// familyCan is what one of the family may say now, what moves it on first.
func (i Incident) familyCan(me Responder) []matter.Verb {
	switch {
	case i.Phase.Closed():
		return nil
	case !me.DoorAt.IsZero() && i.Phase == matter.Doing:
		return []matter.Verb{Outcome, matter.Note, NotThere}
	case !me.DoorAt.IsZero():
		return []matter.Verb{matter.Note}
	case i.Phase == matter.Done:
		return nil
	case me.Answer == going:
		return []matter.Verb{AtDoor, Cannot}
	case me.Answer == cannot:
		return []matter.Verb{Go}
	}
	return []matter.Verb{Go, Cannot, AtDoor}
}

// DoFamily carries out what one of the family says. What they said already, or
// the same key again, changes nothing; after the closing it is a gone fault.
func (s *Service) DoFamily(ctx context.Context, a people.Actor, x Act) (Incident, error) {
	if err := x.check(); err != nil {
		return Incident{}, err
	}
	v, err := s.FamilyView(ctx, a, x.ID)
	if err != nil {
		return Incident{}, err
	}
	return s.carryOut(ctx, a, x, v)
}

// saidBefore reports whether one of the family has said just that, and refuses
// what they cannot say now.
func (s *Service) saidBefore(ctx context.Context, tx *store.Tx, person string, verb matter.Verb, i Incident) (bool, error) {
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return false, fmt.Errorf("responders: %w", err)
	}
	for _, r := range rows {
		if r.PersonID != person {
			continue
		}
		me := responderOf(r)
		switch {
		case i.Phase.Closed():
			return false, fault.New(fault.Gone, "alarm.family_closed")
		case verb == Go && me.Answer == going, verb == Cannot && me.Answer == cannot, verb == AtDoor && !me.DoorAt.IsZero(), verb == NotThere && me.DoorAt.IsZero():
			return true, nil
		case !slices.Contains(i.familyCan(me), verb):
			return false, fault.New(fault.Conflict, "fault.changed")
		}
	}
	return false, nil
}

// notThere takes back that one of the family is at the door, and is what that
// comes to: others are, somebody of those called goes, or nobody does.
func (s *Service) notThere(ctx context.Context, tx *store.Tx, person string, i *Incident) (matter.Verb, error) {
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return "", fmt.Errorf("responders: %w", err)
	}
	var door, went Responder // who was first, of the others
	for _, row := range rows {
		r := responderOf(row)
		if r.Person == person {
			continue
		}
		if !r.DoorAt.IsZero() && (door.Person == "" || r.DoorAt.Before(door.DoorAt)) {
			door = r
		}
		if r.Audience != familyParty && r.Answer == going && (went.Person == "" || r.AnsweredAt.Before(went.AnsweredAt)) {
			went = r
		}
	}
	i.DoorAt = door.DoorAt
	switch {
	case door.Person != "":
		return NotThere, nil
	case went.Person != "":
		i.AckedAt, i.Level = went.AnsweredAt, 0
		i.Holder, i.Due = matter.Holder{Group: groupOf(went.Audience), Person: went.Person}, went.AnsweredAt.Add(NobodyThere)
		return NotThereGoing, nil
	}
	i.AckedAt, i.Level = time.Time{}, 0
	for _, after := timer(i.Level); i.Level < repeatLevel && !i.RaisedAt.Add(after).After(tx.Now()); _, after = timer(i.Level) {
		i.Level++ // those by receipt are behind us
	}
	i.Holder, i.Due = matter.Holder{Group: people.Property}, tx.Now()
	return NotThereNobody, nil
}

// groupOf is the group of a party.
func groupOf(party string) people.Group {
	for _, g := range answerers {
		if audienceOf(g) == party {
			return g
		}
	}
	return people.Subdistrict
}

// besideFamily are what follows from an answer where the family is at the door:
// whether they are alone there, and who has to be told.
func (s *Service) besideFamily(ctx context.Context, tx *store.Tx, i *Incident, x Act, v View) error {
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return fmt.Errorf("responders: %w", err)
	}
	before, others := i.Alone, map[string]string{}
	i.Alone = false
	for _, r := range rows {
		if r.Audience != familyParty && r.Answer != cannot {
			others[r.PersonID] = r.Audience
		}
		i.Alone = i.Alone || r.Audience == familyParty && r.DoorAt != 0
	}
	i.Alone = i.Alone && i.Phase == matter.Doing && !slices.ContainsFunc(rows, func(r AlarmCalled) bool { return r.Audience != familyParty && r.Answer == going })
	switch {
	case i.Alone && !before:
		i.Level = 0
		return s.tellThem(ctx, tx, *i, others, "alarm.told.family_door", notify.Push, notify.Robot)
	case x.Verb == Outcome && x.IsFire && v.family():
		return s.tellThem(ctx, tx, *i, others, i.Signal.fromFamily(), notify.Push, notify.Robot, notify.Voice)
	}
	return nil
}

func (s *Service) tellThem(ctx context.Context, tx *store.Tx, i Incident, to map[string]string, key string, ways ...notify.Channel) error {
	sc, err := s.sceneAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	return s.tellAll(ctx, tx, i, sc, to, key, ways...)
}

// family reports whether the view is that of the family.
func (v View) family() bool { return slices.Equal(v.roles, []people.Group{byFamily}) }

// kin are what the register calls those of the family who are on no other, for
// the eyes of those who may open the sheet.
func (s *Service) kin(ctx context.Context, a people.Actor, v View) (map[string]string, error) {
	names := map[string]string{}
	if s.Homes == nil || !v.opensSheets(a) {
		return names, nil
	}
	var errs []error
	for _, r := range v.Responders {
		if r.Audience == familyParty {
			name, err := s.Homes.Kin(ctx, v.Tenant, r.Person)
			names[r.Person], errs = name, append(errs, err)
		}
	}
	return names, errors.Join(errs...)
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
		key, ways = i.Signal.toFamily(), append(ways, notify.SMS)
	case "alarm.told." + string(StepChannel):
		return nil // they have it
	}
	return s.tellAt(ctx, tx, i, sc, telling{to: family, key: key, link: FamilyPath(i.ID), ways: ways})
}
