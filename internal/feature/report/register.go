package report

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/store"
)

// What this room finds beside the codes of sheet.
const (
	// NotInSpan: a time of Args[value] minutes or hours is not from 1 to Args[max].
	NotInSpan sheet.Code = "not_in_span"
	// UnknownRow: Args[value] is in no register.
	UnknownRow sheet.Code = "unknown_row"
)

// Taken is what became of the report's own registers.
type Taken struct {
	Categories int // in use now
	Past       int // reports of an earlier system that are new here
	Problems   []sheet.Problem
}

// ImportRegisters takes in categories.csv, the kinds of trouble, and
// reports.csv, the past of an earlier system, if the folder has them. A file
// with a mistake is not taken at all.
func (s *Service) ImportRegisters(ctx context.Context, dir fs.FS, dry bool) (Taken, error) {
	var t Taken
	err := errors.Join(s.importCategories(ctx, dir, dry, &t), s.importPast(ctx, dir, dry, &t))
	return t, err
}

// rows reads a table of the folder, as CSV or XLSX; one that is not there has
// no rows.
func rows(dir fs.FS, table string, columns sheet.Spec, t *Taken) []*sheet.Row {
	name := table + ".csv"
	f, err := dir.Open(name)
	if err != nil {
		name = table + ".xlsx"
		f, err = dir.Open(name)
	}
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	read, problems := sheet.Read(name, f, columns)
	t.Problems = append(t.Problems, problems...)
	if sheet.Failed(problems) {
		return nil
	}
	return read.Rows
}

func spec(names ...string) sheet.Spec {
	var s sheet.Spec
	for _, n := range names {
		required := !strings.HasSuffix(n, "?")
		s.Columns = append(s.Columns, sheet.Column{Name: strings.TrimSuffix(n, "?"), Required: required, Filled: required})
	}
	return s
}

func (s *Service) importCategories(ctx context.Context, dir fs.FS, dry bool, t *Taken) error {
	var list []Category
	failed := false
	for _, r := range rows(dir, "categories", spec("group_zh", "group_en", "code", "zh", "en", "handler", "accept_min", "resolve_h", "escalate_to?", "priority", "law_zh?"), t) {
		code := r.Text("code")
		group, _, _ := strings.Cut(code, ".")
		list = append(list, Category{
			Code: code, GroupCode: group, GroupZh: r.Text("group_zh"), GroupEn: r.Text("group_en"), Zh: r.Text("zh"), En: r.Text("en"),
			Handler: r.Text("handler"), Accept: within(r, "accept_min", 30*24*60, time.Minute), Mend: within(r, "resolve_h", 365*24, time.Hour),
			EscalateTo: r.Text("escalate_to"), Priority: r.Text("priority"), Law: r.Text("law_zh"),
		})
		t.Problems = append(t.Problems, r.Problems()...)
		failed = failed || sheet.Failed(r.Problems())
	}
	if len(list) == 0 || failed {
		return nil
	}
	t.Categories = len(list)
	if dry {
		return nil
	}
	owner, err := s.Categories.owner(ctx)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.Categories.Put(ctx, tx, owner, list) })
}

// within reads a whole number of units from 1 to most.
func within(r *sheet.Row, column string, most int64, unit time.Duration) time.Duration {
	n := r.Int(column)
	if n < 1 || n > most {
		r.Fail(column, NotInSpan, "value", fmt.Sprint(n), "max", fmt.Sprint(most))
		return 0
	}
	return time.Duration(n) * unit
}

// past is one report of an earlier system.
type past struct {
	ref                         string
	spot                        place.Spot
	scene                       casework.Scene
	draft                       Draft
	by                          people.Person
	category                    Category
	handler                     string // person id
	created, accepted, finished time.Time
	closed                      bool
	rating                      int
}

func (s *Service) importPast(ctx context.Context, dir fs.FS, dry bool, t *Taken) error {
	list := rows(dir, "reports", spec("report_id", "community_id", "resident_id", "category", "place?", "created", "accepted?", "finished?", "state", "rating?"), t)
	if len(list) == 0 {
		return nil
	}
	var all []past
	for _, r := range list {
		p, err := s.readPast(ctx, r)
		if err != nil {
			return err
		}
		all = append(all, p)
		t.Problems = append(t.Problems, r.Problems()...)
	}
	if sheet.Failed(t.Problems) || dry {
		return nil
	}
	byTenant := map[store.Tenant][]past{}
	for _, p := range all {
		byTenant[p.spot.Node.Tenant] = append(byTenant[p.spot.Node.Tenant], p)
	}
	for _, ps := range byTenant {
		err := s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, p := range ps {
				n, err := s.writePast(ctx, tx, p)
				if err != nil {
					return fmt.Errorf("past report %s: %w", p.ref, err)
				}
				t.Past += n
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readPast finds what a row speaks of.
func (s *Service) readPast(ctx context.Context, r *sheet.Row) (past, error) {
	p := past{
		ref: r.Text("report_id"), created: r.Time("created"), accepted: r.Time("accepted"), finished: r.Time("finished"),
		closed: r.Text("state") == "closed", rating: int(r.Int("rating")),
	}
	var known bool
	var err error
	if p.category, known, err = s.Categories.ByCode(ctx, r.Text("category")); err != nil {
		return p, err
	}
	if !known {
		r.Fail("category", UnknownRow, "value", r.Text("category"))
	}
	if err := s.findScene(ctx, r, &p); err != nil {
		return p, err
	}
	if p.spot.Node.ID == "" {
		r.Fail("community_id", UnknownRow, "value", r.Text("community_id"))
		return p, nil
	}
	if p.by, err = s.Register.PersonByRef(ctx, p.spot.Node.Tenant, r.Text("resident_id")); err != nil {
		r.Fail("resident_id", UnknownRow, "value", r.Text("resident_id"))
	}
	return p, nil
}

// findScene finds compound, building and spot: 6号楼9层 is building 6, 9层.
func (s *Service) findScene(ctx context.Context, r *sheet.Row, p *past) error {
	tenants, err := s.Places.Tenants(ctx)
	if err != nil {
		return err
	}
	var at place.Node
	for _, t := range tenants {
		if n, err := s.Places.ByRef(ctx, t.ID, r.Text("community_id")); err == nil && n.Kind == place.Compound {
			at = n
		}
	}
	if at.ID == "" {
		return nil
	}
	buildings, err := s.Places.Children(ctx, at.Tenant, at.ID)
	if err != nil {
		return err
	}
	said := r.Text("place")
	a, _ := address.Parse(said)
	p.draft = Draft{Category: p.category.Code, Spot: said, Source: FromRegister}
	for _, b := range buildings {
		if b.Name == a.Door {
			at, p.draft.Spot = b, strings.TrimLeft(strings.TrimPrefix(said, a.Door), "楼 ")
		}
	}
	if p.spot, p.scene, err = s.spotAt(ctx, at.Tenant, at.ID); err != nil {
		return err
	}
	for _, x := range p.scene.Served {
		if p.handler == "" && x.Tenant == at.Tenant && x.Role.Group() == p.category.Holder() {
			p.handler = x.Person
		}
	}
	return nil
}

// writePast writes one past report with its times and the moves it went through,
// telling nobody. It returns 0 if the report is here already.
func (s *Service) writePast(ctx context.Context, tx *store.Tx, p past) (int, error) {
	o := opening(p.draft, p.category, p.spot, p.scene, p.created)
	o.Past, o.Raising.Tenant, o.Raising.By, o.Raising.As, o.Raising.Key = true, p.spot.Node.Tenant, p.by.ID, people.Residents, KindName+"/past/"+p.ref
	r, repeated, err := s.Open(ctx, tx.At(p.created), o)
	if err != nil || repeated {
		return 0, err
	}
	if err := s.recordNew(ctx, tx, r, nil, p.scene); err != nil {
		return 0, err
	}
	staff := p.scene.Holder(p.category.Holder())
	steps := []struct {
		verb matter.Verb
		at   time.Time
		by   string
		as   people.Group
	}{{matter.Take, p.accepted, p.handler, staff}, {matter.Finish, p.finished, p.handler, staff}, {matter.Confirm, p.finished.Add(time.Hour), p.by.ID, matter.ByRaiser}}
	for _, x := range steps {
		if x.at.IsZero() || x.verb == matter.Confirm && !p.closed {
			break
		}
		_, err := s.ActIn(ctx, tx.At(x.at), r.Tenant, casework.Act{ID: r.ID, Verb: x.verb, By: x.by, As: x.as, Past: true, With: Act{Rating: p.rating}})
		if err != nil {
			return 0, err
		}
	}
	return 1, nil
}
