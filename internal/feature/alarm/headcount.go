package alarm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// A building that was told is counted (报平安): each of those who live there says
// "I am safe" or "I need help", on the red page that their phone turns into. The
// desk has it flat by flat: who needs help first, then the flats without an
// answer, then those that are safe. Of a person the latest answer counts; a flat
// needs help as long as one of its people says so. Each answer is a row, help
// stands in the record too; both name the flat and nobody, and only those who
// answer the alarm see them. Help rings at the desk until somebody says that
// they go there.

// Answered is what was said of a flat.
type Answered string

// The answers.
const (
	SaysSafe  Answered = "safe"   // 我平安
	NeedsHelp Answered = "help"   // 我要帮忙
	HelpComes Answered = "coming" // 有人去帮
)

// The verbs of the record: a flat needs help, does not any more, is gone to.
const (
	CallsHelp matter.Verb = "help"
	HelpOver  matter.Verb = "help_over"
	GoHelp    matter.Verb = "help_coming"
)

// Flat is a home of a building that was told.
type Flat struct {
	Place  string // id
	Label  string // as on its door
	Floor  int
	Answer Answered // empty: nobody there has said anything
	At     time.Time
	By     string // of HelpComes: the person who goes
}

// Headcount is a building that was told, its flats by what they said: those
// that need help first, the longest first.
type Headcount struct {
	Help, Coming, Silent, Safe []Flat
}

// count is the headcount of an incident's building; nothing before it was told.
func (s *Service) count(ctx context.Context, i Incident) (Headcount, error) {
	if i.Evacuated.IsZero() {
		return Headcount{}, nil
	}
	b, err := s.Places.ByID(ctx, i.Tenant, i.Building)
	if err != nil {
		return Headcount{}, err
	}
	dwellers, err := s.Register.ResidentsUnder(ctx, i.Tenant, b.Path)
	if err != nil {
		return Headcount{}, err
	}
	nodes, err := s.Places.Subtree(ctx, i.Tenant, i.Building, place.Dwelling)
	if err != nil {
		return Headcount{}, err
	}
	rows, err := New(s.Store.Reader()).HeadcountSince(ctx, i.Tenant, i.Building, store.Ms(i.Evacuated))
	if err != nil {
		return Headcount{}, fmt.Errorf("headcount: %w", err)
	}
	flats := map[string]Flat{}
	for _, d := range dwellers {
		flats[d.Dwelling] = Flat{Place: d.Dwelling}
	}
	for _, r := range rows {
		flats[r.PlaceID] = Flat{Place: r.PlaceID}
	}
	for _, n := range nodes {
		if f, lived := flats[n.ID]; lived {
			f.Label, f.Floor = n.Name, n.Floor
			flats[n.ID] = f
		}
	}
	return sortFlats(flats, rows), nil
}

// sortFlats puts each flat where its answers say.
func sortFlats(flats map[string]Flat, rows []AlarmHeadcount) (h Headcount) {
	said := map[string][]AlarmHeadcount{}
	for _, r := range rows {
		said[r.PlaceID] = append(said[r.PlaceID], r)
	}
	for id, f := range flats {
		f.say(said[id])
		to := map[Answered]*[]Flat{NeedsHelp: &h.Help, HelpComes: &h.Coming, SaysSafe: &h.Safe, "": &h.Silent}[f.Answer]
		*to = append(*to, f)
	}
	byTime := func(a, b Flat) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Label, b.Label)) }
	byDoor := func(a, b Flat) int { return cmp.Or(cmp.Compare(a.Floor, b.Floor), cmp.Compare(a.Label, b.Label)) }
	slices.SortFunc(h.Help, byTime)
	slices.SortFunc(h.Coming, byTime)
	slices.SortFunc(h.Silent, byDoor)
	slices.SortFunc(h.Safe, byDoor)
	return h
}

// say sets what its answers, the oldest first, come to.
func (f *Flat) say(rows []AlarmHeadcount) {
	latest, comes := map[string]AlarmHeadcount{}, AlarmHeadcount{}
	for _, r := range rows {
		if Answered(r.Answer) == HelpComes {
			comes = r
			continue
		}
		latest[r.PersonID] = r
	}
	for _, r := range latest {
		worse := Answered(r.Answer) == NeedsHelp && f.Answer != NeedsHelp
		if worse || Answered(r.Answer) == f.Answer && store.Time(r.At).After(f.At) || f.Answer == "" {
			f.Answer, f.At = Answered(r.Answer), store.Time(r.At)
		}
	}
	if f.Answer == NeedsHelp && !store.Time(comes.At).Before(f.At) {
		f.Answer, f.At, f.By = HelpComes, store.Time(comes.At), comes.PersonID
	}
}

// saidOf is what a person of a building that was told said last, and what that
// comes to for their flat.
func (s *Service) saidOf(ctx context.Context, db store.DB, i Incident, person, home string) (own Answered, flat Flat, err error) {
	rows, err := New(db).HeadcountSince(ctx, i.Tenant, i.Building, store.Ms(i.Evacuated))
	if err != nil {
		return "", flat, fmt.Errorf("headcount: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(r AlarmHeadcount) bool { return r.PlaceID != home })
	for _, r := range rows {
		if r.PersonID == person && Answered(r.Answer) != HelpComes {
			own = Answered(r.Answer)
		}
	}
	flat.Place = home
	flat.say(rows)
	return own, flat, nil
}

// Report notes what somebody who lives in a building that was told says of
// themselves. The same again changes nothing. Once the alarm is closed nobody
// looks at it any more: then it is a conflict, so that no call for help is lost
// in silence.
func (s *Service) Report(ctx context.Context, a people.Actor, id string, said Answered) error {
	i, _, err := s.ToldOf(ctx, a, id)
	if err != nil {
		return err
	}
	if said != SaysSafe && said != NeedsHelp {
		return fault.New(fault.Invalid, "alarm.invalid")
	}
	home, err := s.whereIs(ctx, a.Tenant, a.Dwelling)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if i, err = s.inTx(ctx, tx, i.Tenant, id); err != nil {
			return err
		}
		if i.Phase.Closed() {
			return fault.New(fault.Conflict, "alarm.count_closed")
		}
		own, before, err := s.saidOf(ctx, tx, i, a.Person, a.Dwelling)
		if err != nil || own == said {
			return err
		}
		if err := s.sayFlat(ctx, tx, i, a.Person, a.Dwelling, said); err != nil {
			return err
		}
		_, after, err := s.saidOf(ctx, tx, i, a.Person, a.Dwelling)
		if err != nil {
			return err
		}
		return s.noteFlat(ctx, tx, a, i, home, before, after)
	})
}

// sayFlat writes an answer down and has the pages look again that show it.
func (s *Service) sayFlat(ctx context.Context, tx *store.Tx, i Incident, person, home string, said Answered) error {
	err := New(tx).SayHeadcount(ctx, SayHeadcountParams{
		TenantID: i.Tenant, BuildingID: i.Building, ID: store.NewID(), MatterID: i.ID, PlaceID: home, PersonID: person, Answer: string(said), At: store.Ms(tx.Now()),
	})
	if err != nil {
		return fmt.Errorf("headcount: %w", err)
	}
	members, err := s.Register.MembersAt(ctx, i.Tenant, home)
	tx.AfterCommit(func() {
		s.Hub.Publish(Topic(i.Tenant))
		for _, member := range members {
			s.Hub.Publish(notify.Topic(member))
		}
	})
	return err
}

// noteFlat enters into the record that a flat needs help, or does not any more,
// and tells those who answer the alarm.
func (s *Service) noteFlat(ctx context.Context, tx *store.Tx, a people.Actor, i Incident, home scene, before, after Flat) error {
	verb := CallsHelp
	switch needed, needs := before.needs(), after.needs(); {
	case needed == needs && !(needs && after.Answer == NeedsHelp && before.Answer == HelpComes):
		return nil
	case !needs:
		verb = HelpOver
	}
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: verb, By: a.Person, As: byHousehold, Holder: i.Holder, Due: i.Due,
		Entry: matter.Entry{Key: "alarm.did." + string(verb), Args: map[string]string{"flat": home.node.Name}, Audience: matter.Staff},
	})
	if err != nil || verb == HelpOver {
		return err
	}
	i.Matter = m
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return fmt.Errorf("responders: %w", err)
	}
	var to []string
	for _, r := range rows {
		if able(r) {
			to = append(to, r.PersonID)
		}
	}
	return s.tellAt(ctx, tx, i, scene{door: home.door, short: home.short}, telling{to: to, key: "alarm.told.help", link: Path(i.ID), ways: []notify.Channel{notify.Push}})
}

// needs reports whether somebody in the flat waits for help.
func (f Flat) needs() bool { return f.Answer == NeedsHelp || f.Answer == HelpComes }

// GoTo notes that somebody goes to a flat that needs help.
func (s *Service) GoTo(ctx context.Context, a people.Actor, id, flat string) error {
	v, err := s.View(ctx, a, id)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		i, err := s.inTx(ctx, tx, v.Tenant, id)
		if err != nil {
			return err
		}
		_, now, err := s.saidOf(ctx, tx, i, "", flat)
		as, ok := v.as(i.Phase, GoHelp)
		switch {
		case err != nil:
			return err
		case now.Answer == HelpComes && !i.Phase.Closed():
			return nil // somebody was quicker
		case !ok || now.Answer != NeedsHelp:
			return fault.New(fault.Conflict, "fault.changed")
		}
		home, err := s.whereIs(ctx, i.Tenant, flat)
		if err != nil {
			return err
		}
		if err := s.sayFlat(ctx, tx, i, a.Person, flat, HelpComes); err != nil {
			return err
		}
		_, _, err = s.Spine.Move(ctx, tx, matter.Moving{
			Tenant: i.Tenant, ID: i.ID, Verb: GoHelp, By: a.Person, As: as, Holder: i.Holder, Due: i.Due,
			Entry: matter.Entry{Key: "alarm.did." + string(GoHelp), Args: map[string]string{"flat": home.node.Name}, Audience: matter.Staff},
		})
		return err
	})
}

// OpenAround are the incidents that the actor's building was told of and that
// are open, the first first.
func (s *Service) OpenAround(ctx context.Context, a people.Actor) ([]Incident, error) {
	if a.Dwelling == "" {
		return nil, nil
	}
	rows, err := New(s.Store.Reader()).ToldOpen(ctx, a.Tenant)
	if err != nil {
		return nil, fmt.Errorf("told buildings: %w", err)
	}
	if len(rows) == 0 { // as at nearly every visit
		return nil, nil
	}
	home, err := s.whereIs(ctx, a.Tenant, a.Dwelling)
	if err != nil {
		return nil, err
	}
	var out []Incident
	for _, r := range rows {
		if r.BuildingID != home.building {
			continue
		}
		i, err := s.find(ctx, people.Actor{Tenant: a.Tenant}, r.MatterID)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}
