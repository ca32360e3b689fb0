package care

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
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

// subject is who an entry speaks of: the elder, where they live, and who serves
// there.
type subject struct {
	person   people.Person
	home     casework.Scene
	building string // place id
}

func (s *Service) subjectOf(ctx context.Context, tenant store.Tenant, person string) (x subject, err error) {
	if x.person, err = s.Register.Person(ctx, tenant, person); err != nil {
		return x, err
	}
	if p := x.person; !p.Until.IsZero() || p.Household == "" || p.Name == "" {
		return x, fault.New(fault.NotFound, "fault.not_found")
	}
	h, err := s.Register.Household(ctx, tenant, x.person.Household)
	if err != nil {
		return x, err
	}
	x.home, err = s.SceneAt(ctx, tenant, h.Place)
	x.building = cmp.Or(x.home.Building, h.Place)
	return x, err
}

// filled is an entry that was found right, with what is written beside it.
type filled struct {
	Entry
	subject
	paper string // as text to be sealed; empty keeps what is there
}

// Enter writes an elder into the register and promises the first visit. Who is
// there already is a conflict fault.
func (s *Service) Enter(ctx context.Context, a people.Actor, e Entry) (string, error) {
	x, err := s.subjectOf(ctx, a.Tenant, e.Person)
	if err == nil {
		err = s.mayKeep(a, x.home.Node.Path)
	}
	if err != nil {
		return "", err
	}
	f, err := s.fill(ctx, a, e, x)
	if err != nil {
		return "", err
	}
	id := store.NewID()
	return id, s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.enter(ctx, tx, a, id, f) })
}

func (s *Service) enter(ctx context.Context, tx *store.Tx, a people.Actor, id string, f filled) error {
	q, key := New(tx), s.personKey(a.Tenant, f.Person)
	if _, err := q.ElderByPerson(ctx, a.Tenant, key); err == nil {
		return fault.New(fault.Conflict, "care.there_already")
	} else if !fault.Is(store.NoRows(err), fault.NotFound) {
		return fmt.Errorf("elder: %w", err)
	}
	sheet, paper, err := s.sealed(a.Tenant, id, f)
	if err != nil {
		return err
	}
	err = q.InsertElder(ctx, InsertElderParams{
		TenantID: a.Tenant, ID: id, PersonKey: key, BuildingID: f.building,
		Grade: f.Grade, Ground: f.Ground, Sealed: sheet, PaperSealed: paper, EnteredBy: a.Person, EnteredAt: store.Ms(tx.Now()),
	})
	if err != nil {
		return fmt.Errorf("enter elder: %w", err)
	}
	r, err := s.written(ctx, tx, a, id, f, "care.enter")
	if err != nil {
		return err
	}
	return s.promise(ctx, tx, r, due(f.First, tx.Now()))
}

// Change writes an entry anew; only its responsible workers may. Who opened the
// form has been written down by [Service.Open].
func (s *Service) Change(ctx context.Context, a people.Actor, id string, e Entry) error {
	old, err := s.known(ctx, a, id)
	if err != nil {
		return err
	}
	if old.duty(a) != Responsible {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	e.Person = old.sheet.Person
	x, err := s.subjectOf(ctx, a.Tenant, e.Person)
	if err != nil {
		return err
	}
	f, err := s.fill(ctx, a, e, x)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.change(ctx, tx, a, old.row, f) })
}

func (s *Service) change(ctx context.Context, tx *store.Tx, a people.Actor, r CareElder, f filled) error {
	q := New(tx)
	sheet, paper, err := s.sealed(r.TenantID, r.ID, f)
	if err != nil {
		return err
	}
	n, err := q.ChangeElder(ctx, ChangeElderParams{
		TenantID: r.TenantID, ID: r.ID, BuildingID: f.building,
		Grade: f.Grade, Ground: f.Ground, Sealed: sheet, PaperSealed: cmp.Or(paper, r.PaperSealed), ChangedAt: store.Ms(tx.Now()),
	})
	if err == nil && n == 0 {
		return fault.New(fault.Gone, "care.withdrawn_gone")
	}
	if err := errors.Join(err, q.DropCarers(ctx, r.TenantID, r.ID), q.DropKin(ctx, r.TenantID, r.ID)); err != nil {
		return fmt.Errorf("change elder: %w", err)
	}
	now, err := s.written(ctx, tx, a, r.ID, f, "care.change")
	if err != nil {
		return err
	}
	return s.keepTurn(ctx, tx, now)
}

// written names the carers and the family of an entry, and notes in the audit
// trail that it was written. It is as the entry is now.
func (s *Service) written(ctx context.Context, tx *store.Tx, a people.Actor, id string, f filled, action string) (record, error) {
	q := New(tx)
	var err error
	for i, p := range f.Responsible {
		err = errors.Join(err, q.AddCarer(ctx, AddCarerParams{a.Tenant, id, p, string(Responsible), int64(100 + i)}))
	}
	for i, p := range f.Volunteers {
		err = errors.Join(err, q.AddCarer(ctx, AddCarerParams{a.Tenant, id, p, string(Paired), int64(i)}))
	}
	for _, c := range f.Contacts {
		if c.Person != "" {
			err = errors.Join(err, q.AddKin(ctx, a.Tenant, id, s.kinKey(a.Tenant, c.Person)))
		}
	}
	if err != nil {
		return record{}, fmt.Errorf("carers: %w", err)
	}
	if err := people.Audit(ctx, tx, a, action, "care", id, "ground", "contacts", "key", "hints", "carers", "grade"); err != nil {
		return record{}, err
	}
	return s.record(ctx, tx, a.Tenant, id)
}

// fill checks an entry, and its carers against the posts at the home; it finds
// which contacts are on the neighbourhood's register and makes the photograph of
// the signed paper anew.
func (s *Service) fill(ctx context.Context, a people.Actor, e Entry, x subject) (filled, error) {
	if len(e.Responsible) == 0 {
		e.Responsible = []string{a.Person}
	}
	rules, err := s.rules(ctx, s.Store.Reader())
	if err == nil {
		err = e.check(rules, s.Store.Now())
	}
	if err != nil {
		return filled{}, err
	}
	wrong := fault.New(fault.Invalid, "care.invalid")
	if !allServe(x.home.Served, a.Tenant, e.Responsible, people.Committee) {
		wrong.WithField("responsible", "care.not_serving")
	}
	if !allServe(x.home.Served, a.Tenant, e.Volunteers, volunteering...) || slices.Contains(e.Volunteers, e.Person) {
		wrong.WithField("volunteer1", "care.not_serving")
	}
	if len(wrong.Fields) > 0 {
		return filled{}, wrong
	}
	e.Consent.Told = a.Person
	if err := s.recognise(ctx, a.Tenant, e.Contacts); err != nil {
		return filled{}, err
	}
	paper, err := s.paper(ctx, e.Paper)
	return filled{e, x, paper}, err
}

// volunteering are the groups of which somebody may be paired with an elder.
var volunteering = []people.Group{people.Volunteers, people.BuildingLeads}

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

func (f filled) sheet() Sheet {
	return Sheet{
		Person: f.person.ID, Name: f.person.Name, Home: f.home.Node.ID, Born: f.Born, Consent: f.Consent,
		Contacts: f.Contacts, Key: f.Key, Hints: f.Hints,
	}
}

// sealed are the sheet and the paper, sealed for an entry.
func (s *Service) sealed(tenant store.Tenant, id string, f filled) (sheet, paper string, err error) {
	if sheet, err = s.sealSheet(tenant, id, f.sheet()); err != nil {
		return "", "", err
	}
	paper, err = s.Sealer.Seal(tenant, id, fieldPaper, f.paper)
	return sheet, paper, err
}

// paper is the photograph of a signed paper as text to be sealed.
func (s *Service) paper(ctx context.Context, sent []picture.File) (string, error) {
	b, err := s.Studio.Cleaned(ctx, sent, "paper")
	return base64.StdEncoding.EncodeToString(b), err
}

// Paper is the photograph of the signed paper, for a named carer; the look is
// written down.
func (s *Service) Paper(ctx context.Context, a people.Actor, id string) (io.ReadSeeker, error) {
	e, err := s.known(ctx, a, id)
	if err == nil && !e.Paper {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return nil, err
	}
	r, err := s.look(ctx, a, e.row, ForPaper, "", "paper")
	if err != nil {
		return nil, err
	}
	plain, err := s.Sealer.Open(r.TenantID, r.ID, fieldPaper, r.PaperSealed)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(plain)
	return bytes.NewReader(b), err
}
