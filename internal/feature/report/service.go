package report

import (
	"context"
	"embed"
	"io/fs"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the report's tables.
func Room() store.Room {
	return store.Room{Name: "report", Migrations: store.Folder(files, "migrations")}
}

// Words are the report's sentences.
func Words() fs.FS { return store.Folder(files, "words") }

// Deps is what the report stands on beside what all cases do.
type Deps struct {
	Index      search.Index
	Categories *Catalogue
}

// Service is the report's verbs.
type Service struct {
	casework.Room[Detail]
	Deps
}

// NewService makes the service.
func NewService(h casework.House, d Deps) *Service {
	s := &Service{Deps: d}
	s.Room = casework.Room[Detail]{
		House: h, Kind: Kind(), Table: reports(), Read: "report.read", Work: "report.work", Photos: MaxPhotos, Step: step, Check: check, Clock: clock,
		Around: s.around, Beside: s.beside, OfficeReadsAll: true,
		DueBefore: []string{"report.deadline"}, MoreJobs: []job.Kind{{Name: "report.lift", Do: s.lift}},
	}
	return s
}

// around is a report's place down to the building, who serves it, and its kind.
func (s *Service) around(ctx context.Context, _ store.DB, c *Report) (sc casework.Scene, err error) {
	if c.Detail.cat, _, err = s.Categories.ByCode(ctx, c.Detail.Category); err != nil {
		return sc, err
	}
	_, sc, err = s.spotAt(ctx, c.Tenant, c.Place)
	return sc, err
}

func (s *Service) spotAt(ctx context.Context, tenant store.Tenant, id string) (spot place.Spot, sc casework.Scene, err error) {
	if spot, err = s.Places.Spot(ctx, tenant, id); err != nil {
		return spot, sc, err
	}
	sc, err = s.SceneAt(ctx, tenant, id)
	sc.Door, sc.Short = spot.Label.Door, spot.Label.Door
	return spot, sc, err
}

// lift tells the subdistrict of a report that was late for it under an earlier
// linli, which promised to do so right after.
func (s *Service) lift(ctx context.Context, tx *store.Tx, j job.Job) error {
	r, err := s.Table.ByID(ctx, tx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	return s.Tell(ctx, tx, r, casework.Told{Key: string(matter.Chase), Groups: []people.Group{people.Subdistrict}, Args: args(r)})
}

// Create takes a report in. With a key that was used before it returns the
// report made then and repeated true.
func (s *Service) Create(ctx context.Context, a people.Actor, d Draft) (r Report, repeated bool, err error) {
	return s.take(ctx, Handed{Tenant: a.Tenant, Draft: d}, func(sc casework.Scene) (string, people.Group, error) { return s.author(ctx, a, d, sc) })
}

// Handed is a report that a program hands in.
type Handed struct {
	Tenant store.Tenant
	By     string // from [ByProgram]
	Wide   bool   // the place may also lie above compounds
	Draft  Draft
	// Also writes what else belongs to the new report, in its transaction;
	// nil: nothing.
	Also func(context.Context, *store.Tx, Report) error
}

// HandIn takes in what a program hands in, as Create does for a person. The
// caller has seen the program's key.
func (s *Service) HandIn(ctx context.Context, h Handed) (r Report, repeated bool, err error) {
	return s.take(ctx, h, func(casework.Scene) (string, people.Group, error) { return h.By, people.Residents, nil })
}

// take takes a report in; author says whose it is once its place is known.
func (s *Service) take(ctx context.Context, h Handed, author func(casework.Scene) (string, people.Group, error)) (r Report, repeated bool, err error) {
	d := h.Draft
	d.Place, d.Spot, d.Words, d.Key = store.Clean(d.Place), store.Clean(d.Spot), store.Clean(d.Words), store.Clean(d.Key)
	cat, known, err := s.Categories.ByCode(ctx, d.Category)
	if err != nil {
		return r, false, err
	}
	if err := d.check(s.Store.Now(), cat, known); err != nil {
		return r, false, err
	}
	spot, sc, err := s.spotAt(ctx, h.Tenant, d.Place)
	if err != nil {
		return r, false, err
	}
	if spot.Compound == "" && !h.Wide {
		return r, false, fault.New(fault.Invalid, "case.invalid").WithField("place", "report.place_missing")
	}
	by, as, err := author(sc)
	if err != nil {
		return r, false, err
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		o := opening(d, cat, spot, sc, tx.Now())
		o.Raising.Tenant, o.Raising.By, o.Raising.As, o.Tell[0].But = h.Tenant, by, as, by
		if d.Key != "" { // one person's keys are apart from another's
			o.Raising.Key = KindName + "/" + by + "/" + d.Key
		}
		if r, repeated, err = s.Open(ctx, tx, o); err != nil || repeated {
			return err
		}
		return s.recordNew(ctx, tx, r, h.Also, sc)
	})
	return r, repeated, err
}

// author is whose report it is: the actor's, or that of the person for whom
// those who serve the place write it down.
func (s *Service) author(ctx context.Context, a people.Actor, d Draft, sc casework.Scene) (string, people.Group, error) {
	if d.OnBehalf == "" {
		groups := a.Groups()
		if len(groups) == 0 {
			return "", "", fault.New(fault.Forbidden, "fault.forbidden")
		}
		return a.Person, groups[0], nil
	}
	if err := (people.Access{}).May(a, "report.intake", people.Subject{Path: sc.Node.Path}); err != nil {
		return "", "", err
	}
	p, err := s.Register.Person(ctx, a.Tenant, d.OnBehalf)
	return p.ID, people.Residents, err
}

// recordNew writes what belongs to a new report beside the case.
func (s *Service) recordNew(ctx context.Context, tx *store.Tx, r Report, also func(context.Context, *store.Tx, Report) error, sc casework.Scene) error {
	c := r.Detail.cat
	s.Index.Add(tx, Indexed(r, r.Number+" "+c.Zh+" "+c.En+" "+sc.Door+" "+r.Detail.Spot+" "+r.Detail.Words))
	if also == nil {
		return nil
	}
	return also(ctx, tx, r)
}

// beside makes the words of an act findable.
func (s *Service) beside(_ context.Context, tx *store.Tx, r Report, x casework.Act) error {
	if said, _ := x.With.(Act); x.Words != "" && !said.Inside {
		s.Index.Add(tx, Indexed(r, x.Words))
	}
	return nil
}

// Path is the page of a report.
func Path(id string) string { return Kind().Path(id) }
