package care

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Entry is what the committee writes into the register.
type Entry struct {
	Person      string // id
	Ground      string // id of a rule
	Grade       string // id of a rule
	Born        int
	Consent     Consent
	Contacts    []Contact
	Key         string
	Hints       string
	Responsible []string // person ids; the actor if empty
	Volunteers  []string // person ids in the order of their turns
	First       time.Time
	Paper       []picture.File // photograph of the signed paper; none keeps what is there
}

// The most of each that an entry takes.
const (
	mostContacts   = 3
	mostVolunteers = 3
	mostHints      = 500
	mostAhead      = 92 * 24 * time.Hour // the first visit
)

// check says what is wrong with an entry as it is filled in.
func (e Entry) check(rules Rules, now time.Time) error {
	f := fault.New(fault.Invalid, "care.invalid")
	ground := rules.ground(e.Ground)
	if !ground.Holds {
		f.WithField("ground", "care.ground_missing")
	}
	if !rules.grade(e.Grade).Holds {
		f.WithField("grade", "care.grade_missing")
	}
	e.checkConsent(f, ground, now)
	for i, c := range e.Contacts {
		field := fmt.Sprintf("phone%d", i+1)
		if i >= mostContacts || c.Name == "" || !dialable(c.Phone) {
			f.WithField(field, "care.contact_wrong")
		}
		if len([]rune(c.Name+c.Relation)) > mostHints {
			f.WithField(field, "care.too_long", "n", mostHints)
		}
	}
	if e.First.After(now.Add(mostAhead)) {
		f.WithField("first", "care.first_wrong")
	}
	if year := now.In(shanghai()).Year(); e.Born != 0 && (e.Born > year-40 || e.Born < year-125) {
		f.WithField("born", "care.born_wrong")
	}
	for _, x := range []struct{ field, text string }{{"by", e.Consent.By}, {"key", e.Key}, {"hints", e.Hints}} {
		if len([]rune(x.text)) > mostHints {
			f.WithField(x.field, "care.too_long", "n", mostHints)
		}
	}
	if len(e.Volunteers) > mostVolunteers {
		f.WithField("volunteer1", "care.too_many", "n", mostVolunteers)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func (e Entry) checkConsent(f *fault.Error, g Ground, now time.Time) {
	if g.Consent == "" {
		return
	}
	day, err := time.ParseInLocation(time.DateOnly, e.Consent.Day, shanghai())
	if err != nil || day.After(now) {
		f.WithField("day", "care.day_wrong")
	}
	if !slices.Contains(Ways(), e.Consent.Way) {
		f.WithField("way", "care.way_missing")
	}
	if g.Consent == "family" && e.Consent.By == "" {
		f.WithField("by", "care.by_missing")
	}
}

// dialable is a number one can call.
func dialable(phone string) bool {
	digits := strings.ReplaceAll(strings.TrimPrefix(phone, "+"), "-", "")
	return len(digits) >= 5 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}

// subject is who an entry speaks of: the elder, and where they live.
type subject struct {
	person   people.Person
	home     place.Node
	building place.Node
}

func (s *Service) subjectOf(ctx context.Context, tenant store.Tenant, person string) (subject, error) {
	p, err := s.Register.Person(ctx, tenant, person)
	if err != nil {
		return subject{}, err
	}
	if !p.Until.IsZero() || p.Household == "" || p.Name == "" {
		return subject{}, fault.New(fault.NotFound, "fault.not_found")
	}
	h, err := s.Register.Household(ctx, tenant, p.Household)
	if err != nil {
		return subject{}, err
	}
	chain, err := s.Places.Ancestors(ctx, tenant, h.Place)
	if err != nil {
		return subject{}, err
	}
	x := subject{person: p, home: chain[len(chain)-1]}
	x.building = x.home
	for _, n := range chain {
		if n.Kind == place.Building {
			x.building = n
		}
	}
	return x, nil
}

// Enter writes an elder into the register and promises the first visit. Who is
// there already is a conflict fault.
func (s *Service) Enter(ctx context.Context, a people.Actor, e Entry) (string, error) {
	x, err := s.subjectOf(ctx, a.Tenant, e.Person)
	if err != nil {
		return "", err
	}
	if err := s.mayKeep(a, x.home.Path); err != nil {
		return "", err
	}
	if len(e.Responsible) == 0 {
		e.Responsible = []string{a.Person}
	}
	if err := s.ready(ctx, a, &e, x); err != nil {
		return "", err
	}
	paper, err := s.paper(ctx, e.Paper)
	if err != nil {
		return "", err
	}
	id := store.NewID()
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.enter(ctx, tx, a, id, e, x, paper)
	})
	return id, err
}

func (s *Service) enter(ctx context.Context, tx *store.Tx, a people.Actor, id string, e Entry, x subject, paper string) error {
	q, key := New(tx), s.personKey(a.Tenant, e.Person)
	if _, err := q.ElderByPerson(ctx, a.Tenant, key); err == nil {
		return fault.New(fault.Conflict, "care.there_already")
	} else if !fault.Is(store.NoRows(err), fault.NotFound) {
		return fmt.Errorf("elder: %w", err)
	}
	sealed, err := s.sealed(a.Tenant, id, e.sheet(x), paper)
	if err != nil {
		return err
	}
	err = q.InsertElder(ctx, InsertElderParams{
		TenantID: a.Tenant, ID: id, PersonKey: key, BuildingID: x.building.ID,
		Grade: e.Grade, Ground: e.Ground, Sealed: sealed[0], PaperSealed: sealed[1], EnteredBy: a.Person, EnteredAt: store.Ms(tx.Now()),
	})
	if err != nil {
		return fmt.Errorf("enter elder: %w", err)
	}
	if err := s.name(ctx, q, a.Tenant, id, e); err != nil {
		return err
	}
	if err := people.Audit(ctx, tx, a, "care.enter", "care", id, "ground", "contacts", "key", "hints", "carers", "grade"); err != nil {
		return err
	}
	r, err := s.row(ctx, q, a.Tenant, id)
	if err != nil {
		return err
	}
	return s.promise(ctx, tx, r, due(e.First, tx.Now()))
}

// Change writes an entry anew; only its responsible workers may. Who opened the
// form has been written down by [Service.Open].
func (s *Service) Change(ctx context.Context, a people.Actor, id string, e Entry) error {
	r, err := s.row(ctx, s.read(), a.Tenant, id)
	if err != nil {
		return err
	}
	duty, err := s.carer(ctx, s.read(), a, r)
	if err != nil {
		return err
	}
	if duty != Responsible {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	old, err := s.openSheet(r)
	if err != nil {
		return err
	}
	e.Person = old.Person
	x, err := s.subjectOf(ctx, a.Tenant, e.Person)
	if err != nil {
		return err
	}
	if len(e.Responsible) == 0 {
		e.Responsible = []string{a.Person}
	}
	if err := s.ready(ctx, a, &e, x); err != nil {
		return err
	}
	paper, err := s.paper(ctx, e.Paper)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.change(ctx, tx, a, r, e, x, paper)
	})
}

func (s *Service) change(ctx context.Context, tx *store.Tx, a people.Actor, r CareElder, e Entry, x subject, paper string) error {
	q := New(tx)
	sealed, err := s.sealed(r.TenantID, r.ID, e.sheet(x), paper)
	if err != nil {
		return err
	}
	if paper == "" {
		sealed[1] = r.PaperSealed
	}
	n, err := q.ChangeElder(ctx, ChangeElderParams{
		TenantID: r.TenantID, ID: r.ID, BuildingID: x.building.ID,
		Grade: e.Grade, Ground: e.Ground, Sealed: sealed[0], PaperSealed: sealed[1], ChangedAt: store.Ms(tx.Now()),
	})
	if err != nil {
		return fmt.Errorf("change elder: %w", err)
	}
	if n == 0 {
		return fault.New(fault.Gone, "care.withdrawn_gone")
	}
	if err := errors.Join(q.DropCarers(ctx, r.TenantID, r.ID), q.DropKin(ctx, r.TenantID, r.ID)); err != nil {
		return fmt.Errorf("change elder: %w", err)
	}
	if err := s.name(ctx, q, r.TenantID, r.ID, e); err != nil {
		return err
	}
	if err := people.Audit(ctx, tx, a, "care.change", "care", r.ID, "ground", "contacts", "key", "hints", "carers", "grade"); err != nil {
		return err
	}
	return s.keepTurn(ctx, tx, r)
}

// ready checks an entry, and its carers against the posts at the home, and
// finds which contacts are on the neighbourhood's register.
func (s *Service) ready(ctx context.Context, a people.Actor, e *Entry, x subject) error {
	rules, err := s.rules(ctx, s.Store.Reader())
	if err != nil {
		return err
	}
	if err := e.check(rules, s.Store.Now()); err != nil {
		return err
	}
	served, err := s.Register.PostsAt(ctx, a.Tenant, x.home.Path)
	if err != nil {
		return err
	}
	f := fault.New(fault.Invalid, "care.invalid")
	if !allServe(served, a.Tenant, e.Responsible, people.Committee) {
		f.WithField("responsible", "care.not_serving")
	}
	if !allServe(served, a.Tenant, e.Volunteers, people.Volunteers, people.BuildingLeads) || slices.Contains(e.Volunteers, e.Person) {
		f.WithField("volunteer1", "care.not_serving")
	}
	if len(f.Fields) > 0 {
		return f
	}
	e.Consent.Told = a.Person
	return s.recognise(ctx, a.Tenant, e.Contacts)
}

func allServe(served []people.Served, tenant store.Tenant, persons []string, groups ...people.Group) bool {
	for _, id := range persons {
		if !slices.ContainsFunc(served, func(p people.Served) bool {
			return p.Tenant == tenant && p.Person == id && slices.Contains(groups, p.Role.Group())
		}) {
			return false
		}
	}
	return true
}

// recognise finds the contacts who are on the neighbourhood's register: by
// phone, and by name where several share one.
func (s *Service) recognise(ctx context.Context, tenant store.Tenant, contacts []Contact) error {
	if len(contacts) == 0 {
		return nil
	}
	page := people.Page{Limit: 200}
	for {
		list, more, err := s.Register.Persons(ctx, tenant, people.Filter{Named: true}, page)
		if err != nil {
			return err
		}
		for _, p := range list {
			phone, err := s.Sealer.Open(tenant, p.ID, people.FieldPhone, p.PhoneSealed)
			if err != nil {
				return err
			}
			for i, c := range contacts {
				if phone != "" && phone == c.Phone && (c.Person == "" || c.Name == p.Name) {
					contacts[i].Person = p.ID
				}
			}
		}
		if !more {
			return nil
		}
		page.After = list[len(list)-1].ID
	}
}

func (e Entry) sheet(x subject) Sheet {
	return Sheet{
		Person: x.person.ID, Name: x.person.Name, Home: x.home.ID, Born: e.Born, Consent: e.Consent,
		Contacts: e.Contacts, Key: e.Key, Hints: e.Hints,
	}
}

// sealed are the sheet and the paper, sealed for an entry.
func (s *Service) sealed(tenant store.Tenant, id string, sheet Sheet, paper string) (out [2]string, err error) {
	if out[0], err = s.sealSheet(tenant, id, sheet); err != nil {
		return out, err
	}
	out[1], err = s.Sealer.Seal(tenant, id, fieldPaper, paper)
	return out, err
}

// name writes who the carers and the family are.
func (s *Service) name(ctx context.Context, q *Queries, tenant store.Tenant, id string, e Entry) error {
	for i, p := range e.Responsible {
		if err := q.AddCarer(ctx, AddCarerParams{tenant, id, p, string(Responsible), int64(100 + i)}); err != nil {
			return fmt.Errorf("carer: %w", err)
		}
	}
	for i, p := range e.Volunteers {
		if err := q.AddCarer(ctx, AddCarerParams{tenant, id, p, string(Paired), int64(i)}); err != nil {
			return fmt.Errorf("carer: %w", err)
		}
	}
	for _, c := range e.Contacts {
		if c.Person == "" {
			continue
		}
		if err := q.AddKin(ctx, tenant, id, s.kinKey(tenant, c.Person)); err != nil {
			return fmt.Errorf("family: %w", err)
		}
	}
	return nil
}

// paper is the photograph of a signed paper as text to be sealed.
func (s *Service) paper(ctx context.Context, sent []picture.File) (string, error) {
	b, err := s.Studio.Cleaned(ctx, sent, "paper")
	return base64.StdEncoding.EncodeToString(b), err
}

// Paper is the photograph of the signed paper, for a named carer; the look is
// written down.
func (s *Service) Paper(ctx context.Context, a people.Actor, id string) (io.ReadSeeker, error) {
	r, err := s.row(ctx, s.read(), a.Tenant, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.carer(ctx, s.read(), a, r); err != nil {
		return nil, err
	}
	if r.PaperSealed == "" {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	if r, err = s.look(ctx, a, r, ForPaper, "", "paper"); err != nil {
		return nil, err
	}
	plain, err := s.Sealer.Open(r.TenantID, r.ID, fieldPaper, r.PaperSealed)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(plain)
	return bytes.NewReader(b), err
}
