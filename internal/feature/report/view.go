package report

import (
	"context"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// View is a report as one person may see it.
type View struct {
	casework.View[Detail]
	Category Category
	Door     string         // place down to the building, as on the door-plate
	Names    map[string]Who // of persons in the timeline, as this viewer may know them

	viewer people.Actor
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
	v, err := s.Pictured(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	return v, s.nameAll(ctx, &v)
}

// Pictured is View without anybody's name: for those who only act, or only ask
// for a picture.
func (s *Service) Pictured(ctx context.Context, a people.Actor, id string) (View, error) {
	c, err := s.Room.View(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	return View{View: c, Category: c.Detail.cat, Door: c.Scene.Door, viewer: a}, nil
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
	sees := people.Access{}.See(v.viewer, "report", "reporter", v.Subject())
	if id == v.RaisedBy && sees < people.Logged && v.Detail.Anonymous {
		return Who{Hidden: true}, nil
	}
	p, err := s.Register.Person(ctx, v.Tenant, id)
	switch {
	case fault.Is(err, fault.NotFound):
		return Who{Hidden: true}, nil // an officer of the subdistrict: named by the office
	case err != nil:
		return Who{}, err
	case id != v.RaisedBy || sees == people.Yes:
		return Who{Name: p.Name, Me: id == v.viewer.Person}, nil
	case sees < people.Logged:
		return Who{Name: people.MaskName(p.Name)}, nil
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, v.viewer, "report.reporter", "report", v.ID, "reporter")
	})
	if err != nil {
		return Who{Hidden: true}, nil // what cannot be recorded is not shown; the rest still is
	}
	return Who{Name: p.Name}, nil
}

// Subject is what the access table is asked about a report.
func (v View) Subject() people.Subject {
	return people.Subject{Person: v.RaisedBy, Path: v.Path, Shared: v.Shared()}
}

// Viewer is who sees it.
func (v View) Viewer() people.Actor { return v.viewer }

// Title is what a report is called in the language of the context: its kind,
// and where exactly.
func (v View) Title(ctx context.Context) string {
	return teller{ctx: ctx}.title(v.Category, v.Detail.Spot)
}
