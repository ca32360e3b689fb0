package care

import (
	"context"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/store"
)

// What a file of elders has beside the codes of sheet and of the register. None of them
// repeats what stands in a cell: they come to a terminal.
const (
	NotServing     sheet.Code = "not_serving"     // Args[n], counted in the cell, does not serve there as that
	TwiceElder     sheet.Code = "twice_elder"     // Line Args[line] has the same elder
	refusedElder              = "elder_"          // and the form's sentence: what the form would refuse
	WithdrawnSince sheet.Code = "withdrawn_since" // consent was withdrawn in the building on Args[day]
)

// Imported is what became of a file of elders.
type Imported struct {
	New, Changed, Same int
	Problems           []sheet.Problem
}

// ImportElders takes in elders.csv or elders.xlsx, if the folder has it. With
// one mistake in any line nothing of it is taken. Elders are found again by home
// and name: what says the same is not written again, what says something else is
// changed, who is not in the file stays. All is sealed and checked as when it is
// entered by hand. What is written and that a file was taken in stands in the
// audit trail, as the program's act.
//
// Who withdrew left nothing by which they could be known again. A line that
// would enter somebody is therefore refused where an entry of the building was
// withdrawn on or after its day of consent: an old file does not undo a
// withdrawal.
func (s *Service) ImportElders(ctx context.Context, dir fs.FS, dry bool) (Imported, error) {
	rows, problems := sheet.From(dir, "elders", elderSpec())
	done := Imported{Problems: problems}
	if len(rows) == 0 {
		return done, nil
	}
	drafts, err := s.drafts(ctx, rows)
	if err != nil {
		return done, err
	}
	for _, r := range rows {
		done.Problems = append(done.Problems, r.Problems()...)
	}
	if sheet.Failed(done.Problems) {
		return done, nil
	}
	if dry {
		return done.counted(drafts), nil
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.takeElders(ctx, tx, drafts) })
	return done.counted(drafts), err
}

func (i Imported) counted(drafts []*draft) Imported {
	for _, d := range drafts {
		switch {
		case d.old == nil:
			i.New++
		case d.same:
			i.Same++
		default:
			i.Changed++
		}
	}
	return i
}

// draft is a line of the file, understood.
type draft struct {
	row    *sheet.Row
	tenant store.Tenant
	filled
	old  *record // the entry that is there; nil: a new one
	same bool    // and says the same
}

// by is the program, as the audit trail has it.
func (d *draft) by() people.Actor { return people.Actor{Tenant: d.tenant} }

// drafts understand the lines; what is wrong waits in the rows.
func (s *Service) drafts(ctx context.Context, rows []*sheet.Row) ([]*draft, error) {
	rules, err := s.rules(ctx, s.Store.Reader())
	if err != nil {
		return nil, err
	}
	homes, err := register.NewHomes(ctx, s.Places, s.Register)
	if err != nil {
		return nil, err
	}
	var out []*draft
	lines := map[string]int{}
	for _, r := range rows {
		d := &draft{row: r, filled: filled{Entry: readElder(r, rules)}}
		p, err := homes.Resident(ctx, r)
		if err != nil {
			return nil, err
		}
		if p.ID == "" {
			continue
		}
		if line := lines[p.ID]; line > 0 {
			r.Fail("name", TwiceElder, "line", strconv.Itoa(line))
			continue
		}
		lines[p.ID], d.Person, d.tenant = r.Line, p.ID, p.Tenant
		if d.subject, err = s.subjectOf(ctx, d.tenant, d.Person); err != nil {
			return nil, err
		}
		if err := s.understand(ctx, d, rules); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, s.compare(ctx, out)
}

// understand finds the carers and checks the line as the form would.
func (s *Service) understand(ctx context.Context, d *draft, rules Rules) (err error) {
	if d.Responsible, err = s.carersNamed(ctx, d, "responsible", people.Committee); err != nil {
		return err
	}
	if d.Volunteers, err = s.carersNamed(ctx, d, "volunteers", volunteering...); err != nil {
		return err
	}
	if len(d.Responsible) > 0 {
		d.Consent.Told = d.Responsible[0]
	}
	if wrong := d.check(rules, s.Store.Now()); wrong != nil {
		for _, x := range fault.As(wrong).Fields {
			d.refuse(x)
		}
	}
	return nil
}

// refuse says at its column what the form would refuse, unless something is said
// of the column already.
func (d *draft) refuse(x fault.Field) {
	column := map[string]string{"day": "consent_day", "way": "consent_way", "by": "consent_by", "first": "first_visit", "volunteer1": "volunteers"}[x.Name]
	if n, found := strings.CutPrefix(x.Name, "phone"); found {
		column = "contact" + n + "_phone"
	}
	if column == "" {
		column = x.Name
	}
	if !slices.ContainsFunc(d.row.Problems(), func(p sheet.Problem) bool { return p.Column == column }) {
		d.row.Fail(column, sheet.Code(refusedElder+strings.TrimPrefix(x.Key, "care.")))
	}
}

// carersNamed are those a cell names, by name or by key, who serve the home.
func (s *Service) carersNamed(ctx context.Context, d *draft, column string, groups ...people.Group) ([]string, error) {
	var out []string
	for n, word := range names(d.row.Text(column)) {
		found, err := s.carersCalled(ctx, d, word, groups)
		if err != nil {
			return nil, err
		}
		switch {
		case len(found) > 1:
			d.row.Fail(column, register.TwoOfTheName)
		case len(found) == 0 || found[0] == d.Person:
			d.row.Fail(column, NotServing, "n", strconv.Itoa(n+1))
		case !slices.Contains(out, found[0]):
			out = append(out, found[0])
		}
	}
	return out, nil
}

func (s *Service) carersCalled(ctx context.Context, d *draft, word string, groups []people.Group) ([]string, error) {
	var found []string
	serves := func(id string) bool { return allServe(d.home.Served, d.tenant, []string{id}, groups...) }
	for _, p := range d.home.Served {
		if p.Name == word && serves(p.Person) && !slices.Contains(found, p.Person) {
			found = append(found, p.Person)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	p, err := s.Register.PersonByRef(ctx, d.tenant, word)
	if fault.Is(err, fault.NotFound) || err == nil && !serves(p.ID) {
		return nil, nil
	}
	return []string{p.ID}, err
}

// names are the words of a cell that holds several.
func names(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("、,，;； /\t\n", r) })
}

// compare holds the lines against what is on the register, and recognises the
// contacts.
func (s *Service) compare(ctx context.Context, drafts []*draft) error {
	byTenant := map[store.Tenant][]*draft{}
	for _, d := range drafts {
		byTenant[d.tenant] = append(byTenant[d.tenant], d)
	}
	for tenant, list := range byTenant {
		if err := s.recogniseAll(ctx, tenant, list); err != nil {
			return err
		}
		ended, err := s.read().WithdrawnSince(ctx, tenant)
		if err != nil {
			return fmt.Errorf("withdrawn: %w", err)
		}
		for _, d := range list {
			r, err := s.read().ElderByPerson(ctx, tenant, s.personKey(tenant, d.Person))
			if err == nil {
				err = s.compareOne(ctx, d, r)
			} else if err = store.NoRows(err); fault.Is(err, fault.NotFound) {
				d.holdBack(ended)
				err = nil
			}
			if err != nil {
				return fmt.Errorf("elder: %w", err)
			}
		}
	}
	return nil
}

// recogniseAll finds the contacts of all lines in one walk over the register.
func (s *Service) recogniseAll(ctx context.Context, tenant store.Tenant, list []*draft) error {
	var all []Contact
	for _, d := range list {
		all = append(all, d.Contacts...)
	}
	if err := s.recognise(ctx, tenant, all); err != nil {
		return err
	}
	for _, d := range list {
		n := copy(d.Contacts, all)
		all = all[n:]
	}
	return nil
}

// compareOne finds out whether a line says what the register has.
func (s *Service) compareOne(ctx context.Context, d *draft, r CareElder) error {
	old, err := s.recordOf(ctx, s.Store.Reader(), r)
	if err != nil {
		return err
	}
	d.old = &old
	next := d.sheet()
	next.Consent.Told = old.sheet.Consent.Told
	if next.Consent == old.sheet.Consent { // who took it down then stays
		d.Consent = next.Consent
	}
	d.same = d.Grade == r.Grade && d.Ground == r.Ground && d.building == r.BuildingID && reflect.DeepEqual(next, old.sheet) &&
		slices.Equal(old.persons(Responsible), d.Responsible) && slices.Equal(old.persons(Paired), d.Volunteers)
	return nil
}

// holdBack refuses a new line where somebody of the building withdrew since.
func (d *draft) holdBack(ended []WithdrawnSinceRow) {
	since := dayIn(d.Consent.Day)
	for _, x := range ended {
		if x.BuildingID == d.building && !store.Time(x.WithdrawnAt).Before(since) {
			d.row.Fail("consent_day", WithdrawnSince, "day", dayOf(store.Time(x.WithdrawnAt)))
			return
		}
	}
}

// takeElders writes what is new and what is changed, all of it or nothing.
func (s *Service) takeElders(ctx context.Context, tx *store.Tx, drafts []*draft) error {
	var tenants []store.Tenant
	for _, d := range drafts {
		if !slices.Contains(tenants, d.tenant) {
			tenants = append(tenants, d.tenant)
		}
		var err error
		switch {
		case d.old == nil:
			err = s.enter(ctx, tx, d.by(), store.NewID(), d.filled)
		case !d.same:
			err = s.change(ctx, tx, d.by(), d.old.row, d.filled)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", d.row.Line, err)
		}
	}
	for _, t := range tenants {
		if err := people.Audit(ctx, tx, people.Actor{Tenant: t}, "care.import", "care", ""); err != nil {
			return err
		}
	}
	return nil
}
