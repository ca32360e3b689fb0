package report

import (
	"context"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

type timestamp = time.Time

// View is a report as one person may see it.
type View struct {
	Report
	Category Category
	Door     string            // place down to the building, as on the door-plate
	Timeline []matter.Entry    // what this viewer may read
	Photos   []picture.Picture // of these entries
	Can      []matter.Verb     // what this viewer may do now
	Names    map[string]Who    // of persons in the timeline, as this viewer may know them

	scene  scene
	viewer people.Actor
	roles  []people.Group // as what the viewer may act here
}

// Who is a person of a timeline as the viewer may know them.
type Who struct {
	Name   string // empty: hidden from this viewer
	Hidden bool
	Me     bool
}

// View is the report with this id, if the actor may know of it; else it is not
// found. Names that are protected are written down as read.
func (s *Service) View(ctx context.Context, a people.Actor, id string) (View, error) {
	v, err := s.Glance(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	return v, s.nameAll(ctx, &v)
}

// Glance is View without anybody's name: for those who only act, or only ask
// for a picture.
func (s *Service) Glance(ctx context.Context, a people.Actor, id string) (View, error) {
	r, err := s.find(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	sc, err := s.sceneAt(ctx, r.Tenant, r.Place)
	if err != nil {
		return View{}, err
	}
	cat, _, err := s.Categories.ByCode(ctx, r.Detail.Category)
	if err != nil {
		return View{}, err
	}
	v := View{Report: r, Category: cat, Door: sc.label.Door, scene: sc, viewer: a, roles: rolesAt(a, r, sc)}
	if !v.mayRead() {
		return View{}, fault.New(fault.NotFound, "fault.not_found")
	}
	for _, m := range Kind().Moves {
		if _, ok := v.as(m.Verb); ok && !slices.Contains(v.Can, m.Verb) {
			v.Can = append(v.Can, m.Verb)
		}
	}
	return v, s.fill(ctx, &v)
}

// find reads a report of the actor's neighbourhood; the subdistrict's officers
// find those of every neighbourhood.
func (s *Service) find(ctx context.Context, a people.Actor, id string) (Report, error) {
	tenants := []store.Tenant{a.Tenant}
	if a.In(people.Subdistrict) {
		all, err := s.Places.Tenants(ctx)
		if err != nil {
			return Report{}, err
		}
		for _, t := range all {
			tenants = append(tenants, t.ID)
		}
	}
	for _, tenant := range tenants {
		m, err := s.Spine.ByID(ctx, tenant, store.Clean(id))
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return Report{}, err
		}
		return s.withDetail(ctx, m)
	}
	return Report{}, fault.New(fault.NotFound, "fault.not_found")
}

func (s *Service) withDetail(ctx context.Context, m matter.Matter) (Report, error) {
	row, err := New(s.Store.Reader()).DetailByID(ctx, m.Tenant, m.ID)
	if err != nil {
		return Report{}, store.NoRows(err)
	}
	return Report{m, detailOf(row)}, nil
}

// rolesAt are the groups as which the actor may act on this report.
func rolesAt(a people.Actor, r Report, sc scene) []people.Group {
	var roles []people.Group
	if a.Person == r.RaisedBy && a.Tenant == r.Tenant {
		roles = append(roles, matter.ByRaiser)
	}
	for _, g := range people.Groups() {
		switch {
		case g == people.Residents:
			continue
		case g == people.Subdistrict && a.In(people.Subdistrict), a.Tenant == r.Tenant && a.Serves(g, sc.node.Path):
			roles = append(roles, g)
		}
	}
	return roles
}

// mayRead: who raised it and the staff that serves its place; and, unless it
// concerns people, who helps there and who lives in its compound.
func (v View) mayRead() bool {
	if v.IsRaiser() || v.IsStaff() {
		return true
	}
	return v.Visibility != matter.Parties && (len(v.roles) > 0 || v.livesInCompound())
}

func (v View) livesInCompound() bool {
	a := v.viewer
	return a.Tenant == v.Tenant && a.Household != "" && slices.Contains(splitPath(a.Path), v.Detail.Compound)
}

// audiences are whose entries the viewer reads.
func (v View) audiences() []matter.Audience {
	as := []matter.Audience{matter.Everybody, matter.Compound}
	if len(v.roles) > 0 {
		as = append(as, matter.Parties)
	}
	if v.IsStaff() {
		as = append(as, matter.Staff)
	}
	return as
}

// IsStaff reports whether the viewer works for the place: property, residents'
// committee or subdistrict. Building leads and volunteers serve it as
// neighbours and do not read what staff write to each other.
func (v View) IsStaff() bool {
	return slices.ContainsFunc(v.roles, func(g people.Group) bool {
		return g == people.Property || g == people.Committee || g == people.Subdistrict
	})
}

// IsRaiser reports whether the viewer raised the report.
func (v View) IsRaiser() bool { return slices.Contains(v.roles, matter.ByRaiser) }

func (s *Service) fill(ctx context.Context, v *View) error {
	all, err := s.Spine.Timeline(ctx, v.Tenant, v.ID)
	if err != nil {
		return err
	}
	v.Timeline = matter.Visible(all, v.audiences()...)
	photos, err := picture.Of(ctx, s.Store.Reader(), v.Tenant, v.ID)
	if err != nil {
		return err
	}
	v.Photos = slices.DeleteFunc(photos, func(p picture.Picture) bool {
		return !slices.ContainsFunc(v.Timeline, func(e matter.Entry) bool { return e.Seq == p.Seq })
	})
	return nil
}

// Photos are the pictures of a report that the actor may see.
func (s *Service) Photos(ctx context.Context, a people.Actor, id string) ([]picture.Picture, error) {
	v, err := s.Glance(ctx, a, id)
	return v.Photos, err
}

// nameAll names the persons of the timeline: staff by their name; the reporter
// to the committee always, to others only if they did not ask to stay unnamed.
func (s *Service) nameAll(ctx context.Context, v *View) error {
	v.Names = map[string]Who{}
	ids := []string{v.RaisedBy, v.Holder.Person}
	for _, e := range v.Timeline {
		ids = append(ids, e.Actor)
	}
	for _, id := range ids {
		if _, done := v.Names[id]; done || id == "" {
			continue
		}
		who, err := s.name(ctx, v, id)
		if err != nil {
			return err
		}
		v.Names[id] = who
	}
	return nil
}

func (s *Service) name(ctx context.Context, v *View, id string) (Who, error) {
	me := id == v.viewer.Person
	if id == v.RaisedBy && !me && !v.seesReporter() {
		return Who{Hidden: true}, nil
	}
	p, err := s.Register.Person(ctx, v.Tenant, id)
	if fault.Is(err, fault.NotFound) {
		return Who{Hidden: true}, nil // an officer of the subdistrict: named by the office
	}
	if err != nil {
		return Who{}, err
	}
	if id != v.RaisedBy || me {
		return Who{Name: p.Name, Me: me}, nil
	}
	if !slices.Contains(v.roles, people.Committee) {
		return Who{Name: people.MaskName(p.Name)}, nil
	}
	if s.recordRead(ctx, v) != nil {
		return Who{Hidden: true}, nil // what cannot be recorded is not shown; the rest still is
	}
	return Who{Name: p.Name}, nil
}

// recordRead writes into the audit trail that the viewer was shown the whole
// name of a reporter.
func (s *Service) recordRead(ctx context.Context, v *View) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, v.viewer, "report.reporter", "report", v.ID, "reporter")
	})
}

// seesReporter: the committee always; the subdistrict, property and neighbours
// unless the reporter asked to stay unnamed.
func (v View) seesReporter() bool {
	return slices.Contains(v.roles, people.Committee) || !v.Detail.Anonymous
}
