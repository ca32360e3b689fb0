package care

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
)

// What the register of elders finds beside the codes of sheet. None of them
// repeats what stands in a cell: they come to a terminal.
const (
	UnknownHome    sheet.Code = "unknown_home"    // no home has this key
	NotLivingThere sheet.Code = "not_there"       // nobody of this name lives there
	TwoOfTheName   sheet.Code = "two_of_the_name" // several have this name
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
	rows, problems := elderRows(dir)
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
	subject
	Entry
	old  *CareElder // the entry that is there; nil: a new one
	same bool       // and says the same
}

// by is the program, as the audit trail has it.
func (d *draft) by() people.Actor { return people.Actor{Tenant: d.tenant} }

// drafts understand the lines; what is wrong waits in the rows.
func (s *Service) drafts(ctx context.Context, rows []*sheet.Row) ([]*draft, error) {
	trees, err := s.trees(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(ctx, s.Store.Reader())
	if err != nil {
		return nil, err
	}
	homes := map[string][]people.Person{} // who lives there, by place; a file may name one home ten thousand times
	var out []*draft
	lines := map[string]int{}
	for _, r := range rows {
		d := &draft{row: r, Entry: readElder(r, rules)}
		if err := s.find(ctx, d, trees, homes); err != nil {
			return nil, err
		}
		if d.Person == "" {
			continue
		}
		if line := lines[d.Person]; line > 0 {
			r.Fail("name", TwiceElder, "line", strconv.Itoa(line))
			continue
		}
		lines[d.Person] = r.Line
		if d.subject, err = s.subjectOf(ctx, d.tenant, d.Person); err != nil {
			return nil, err
		}
		if err := s.understand(ctx, d); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, s.compare(ctx, out)
}

func (s *Service) trees(ctx context.Context) (map[store.Tenant]*place.Tree, error) {
	tenants, err := s.Places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	trees := map[store.Tenant]*place.Tree{}
	for _, t := range tenants {
		if trees[t.ID], err = place.ReadTree(ctx, s.Store.Reader(), t.ID); err != nil {
			return nil, err
		}
	}
	return trees, nil
}

// find finds the home by its key and who lives there by the name.
func (s *Service) find(ctx context.Context, d *draft, trees map[store.Tenant]*place.Tree, homes map[string][]people.Person) error {
	home, name, at := d.row.Code("household_id"), d.row.Name("name"), ""
	for tenant, tree := range trees {
		if n, ok := tree.ByRef(home); ok && n.Retired.IsZero() {
			d.tenant, at = tenant, n.ID
		}
	}
	if home == "" || name == "" {
		return nil // a blank is said already
	}
	if at == "" {
		d.row.Fail("household_id", UnknownHome)
		return nil
	}
	members, known := homes[at]
	if !known {
		h, err := s.Register.HouseholdAt(ctx, d.tenant, at)
		if err == nil {
			members, err = s.Register.Members(ctx, d.tenant, h.ID)
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		homes[at] = members
	}
	if len(members) == 0 {
		d.row.Fail("household_id", UnknownHome)
		return nil
	}
	var found []people.Person
	for _, p := range members {
		if text.Name(p.Name) == name {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		d.row.Fail("name", NotLivingThere)
		return nil
	case 1:
	default:
		d.row.Fail("name", TwoOfTheName)
		return nil
	}
	d.Person = found[0].ID
	return nil
}

// understand finds the carers and checks the line as the form would.
func (s *Service) understand(ctx context.Context, d *draft) error {
	served, err := s.Register.PostsAt(ctx, d.tenant, d.home.Path)
	if err != nil {
		return err
	}
	if d.Responsible, err = s.carersNamed(ctx, d, served, "responsible", people.Committee); err != nil {
		return err
	}
	if d.Volunteers, err = s.carersNamed(ctx, d, served, "volunteers", people.Volunteers, people.BuildingLeads); err != nil {
		return err
	}
	if len(d.Responsible) > 0 {
		d.Consent.Told = d.Responsible[0]
	}
	rules, err := s.rules(ctx, s.Store.Reader())
	if err != nil {
		return err
	}
	if err := d.check(rules, s.Store.Now()); err != nil {
		for _, x := range fault.As(err).Fields {
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
func (s *Service) carersNamed(ctx context.Context, d *draft, served []people.Served, column string, groups ...people.Group) ([]string, error) {
	var out []string
	for n, word := range names(d.row.Text(column)) {
		found, err := s.carersCalled(ctx, d.tenant, served, word, groups)
		if err != nil {
			return nil, err
		}
		switch {
		case len(found) > 1:
			d.row.Fail(column, TwoOfTheName)
		case len(found) == 0 || found[0] == d.Person:
			d.row.Fail(column, NotServing, "n", strconv.Itoa(n+1))
		case !slices.Contains(out, found[0]):
			out = append(out, found[0])
		}
	}
	return out, nil
}

func (s *Service) carersCalled(ctx context.Context, tenant store.Tenant, served []people.Served, word string, groups []people.Group) ([]string, error) {
	var found []string
	for _, p := range served {
		if p.Name == word && allServe(served, tenant, []string{p.Person}, groups...) && !slices.Contains(found, p.Person) {
			found = append(found, p.Person)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	p, err := s.Register.PersonByRef(ctx, tenant, word)
	if fault.Is(err, fault.NotFound) || err == nil && !allServe(served, tenant, []string{p.ID}, groups...) {
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
			switch {
			case err == nil:
				d.old = &r
				if err := s.compareOne(ctx, d); err != nil {
					return err
				}
			case fault.Is(store.NoRows(err), fault.NotFound):
				d.holdBack(ended)
			default:
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
func (s *Service) compareOne(ctx context.Context, d *draft) error {
	old, err := s.openSheet(*d.old)
	if err != nil {
		return err
	}
	carers, err := s.read().CarersOf(ctx, d.tenant, d.old.ID)
	if err != nil {
		return fmt.Errorf("carers: %w", err)
	}
	var responsible, volunteers []string
	for _, c := range carers {
		if Duty(c.Duty) == Paired {
			volunteers = append(volunteers, c.PersonID)
		} else {
			responsible = append(responsible, c.PersonID)
		}
	}
	told := d.Consent.Told
	d.Consent.Told = old.Consent.Told
	next := d.sheet(d.subject)
	d.same = d.Grade == d.old.Grade && d.Ground == d.old.Ground && d.building.ID == d.old.BuildingID &&
		slices.Equal(responsible, d.Responsible) && slices.Equal(volunteers, d.Volunteers) &&
		next.Person == old.Person && next.Name == old.Name && next.Home == old.Home && next.Born == old.Born && next.Consent == old.Consent &&
		next.Key == old.Key && next.Hints == old.Hints && slices.Equal(next.Contacts, old.Contacts)
	if next.Consent != old.Consent {
		d.Consent.Told = told
	}
	return nil
}

// holdBack refuses a new line where somebody of the building withdrew since.
func (d *draft) holdBack(ended []WithdrawnSinceRow) {
	since, err := time.ParseInLocation(time.DateOnly, d.Consent.Day, shanghai())
	for _, x := range ended {
		if x.BuildingID == d.building.ID && (err != nil || !store.Time(x.WithdrawnAt).Before(since)) {
			d.row.Fail("consent_day", WithdrawnSince, "day", store.Time(x.WithdrawnAt).In(shanghai()).Format(time.DateOnly))
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
			err = s.enter(ctx, tx, d.by(), store.NewID(), d.Entry, d.subject, "")
		case !d.same:
			err = s.change(ctx, tx, d.by(), *d.old, d.Entry, d.subject, "")
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
