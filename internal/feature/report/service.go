package report

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
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

// Deps is what the report stands on.
type Deps struct {
	Store      *store.Store
	Spine      *matter.Spine
	Places     *place.Service
	Register   *people.Register
	Notify     *notify.Service
	Index      search.Index
	Hub        *live.Hub
	Categories *Catalogue
	Studio     picture.Studio
}

// Service is the report's verbs.
type Service struct{ Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{d} }

// scene is where a report is and who serves there.
type scene struct {
	node     place.Node
	compound string
	building string
	label    place.Label
	served   []people.Served
}

// sceneAt finds a place of the tenant and who serves it.
func (s *Service) sceneAt(ctx context.Context, tenant store.Tenant, id string) (scene, error) {
	at, err := s.Places.Spot(ctx, tenant, id)
	if err != nil {
		return scene{}, err
	}
	sc := scene{node: at.Node, compound: at.Compound, building: at.Building, label: at.Label}
	served, err := s.Register.PostsAt(ctx, tenant, sc.node.Path)
	if err != nil {
		return scene{}, err
	}
	for _, p := range served {
		if p.Tenant == tenant {
			sc.served = append(sc.served, p)
		}
	}
	return sc, nil
}

// holderFor is the group that owes the work there: the category's, or the
// committee where nobody of that group serves.
func (sc scene) holderFor(c Category) people.Group {
	want := c.Holder()
	if slices.ContainsFunc(sc.served, func(p people.Served) bool { return p.Role.Group() == want }) {
		return want
	}
	return people.Committee
}

// persons are the ids of those who serve there, without repeats, but for the
// one who acts.
func (sc scene) persons(but string, groups ...people.Group) []string {
	var ids []string
	for _, p := range sc.served {
		if p.Person == but || slices.Contains(ids, p.Person) || len(groups) > 0 && !slices.Contains(groups, p.Role.Group()) {
			continue
		}
		ids = append(ids, p.Person)
	}
	return ids
}

// Create takes a report in. With a key that was used before it returns the
// report made then and repeated true.
func (s *Service) Create(ctx context.Context, a people.Actor, d Draft) (r Report, repeated bool, err error) {
	return s.createFrom(ctx, sender{tenant: a.Tenant, author: func(sc scene) (string, people.Group, error) { return s.author(ctx, a, d, sc) }}, d)
}

// sender is whose report it becomes.
type sender struct {
	tenant store.Tenant
	// author finds out who it is once the place is known.
	author func(scene) (by string, as people.Group, err error)
	by     string
	as     people.Group
	// wide: the place may also lie above compounds.
	wide bool
	// also writes what else belongs to a new report; nil: nothing.
	also func(context.Context, *store.Tx, Report) error
}

func (s *Service) createFrom(ctx context.Context, from sender, d Draft) (r Report, repeated bool, err error) {
	d.Place, d.Spot, d.Words, d.Key = store.Clean(d.Place), store.Clean(d.Spot), store.Clean(d.Words), store.Clean(d.Key)
	cat, known, err := s.Categories.ByCode(ctx, d.Category)
	if err != nil {
		return Report{}, false, err
	}
	if err := d.check(s.Store.Now(), cat, known); err != nil {
		return Report{}, false, err
	}
	sc, err := s.sceneAt(ctx, from.tenant, d.Place)
	if err != nil {
		return Report{}, false, err
	}
	if sc.compound == "" && !from.wide {
		return Report{}, false, fault.New(fault.Invalid, "report.invalid").WithField("place", "report.place_missing")
	}
	if from.by, from.as, err = from.author(sc); err != nil {
		return Report{}, false, err
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, repeated, err = s.create(ctx, tx, creation{from, d, cat, sc})
		return err
	})
	return r, repeated, err
}

// author is whose report it is: the actor's, or that of the person for whom
// those who serve the place write it down.
func (s *Service) author(ctx context.Context, a people.Actor, d Draft, sc scene) (string, people.Group, error) {
	if d.OnBehalf == "" {
		groups := a.Groups()
		if len(groups) == 0 {
			return "", "", fault.New(fault.Forbidden, "fault.forbidden")
		}
		return a.Person, groups[0], nil
	}
	if err := (people.Access{}).May(a, "report.intake", people.Subject{Path: sc.node.Path}); err != nil {
		return "", "", err
	}
	p, err := s.Register.Person(ctx, a.Tenant, d.OnBehalf)
	return p.ID, people.Residents, err
}

// creation is all that a new report is made of.
type creation struct {
	sender
	draft Draft
	cat   Category
	scene scene
}

func (s *Service) create(ctx context.Context, tx *store.Tx, c creation) (Report, bool, error) {
	now, d := tx.Now(), c.draft
	if d.HappenedAt.IsZero() {
		d.HappenedAt = now
	}
	visibility := c.cat.visibility()
	m, repeated, err := s.Spine.Raise(ctx, tx, matter.Raising{
		Tenant: c.tenant, Kind: KindName, Place: c.scene.node.ID, By: c.by, As: c.as, Key: scopedKey(c.by, d.Key),
		Holder: matter.Holder{Group: c.scene.holderFor(c.cat)}, Due: now.Add(c.cat.Accept), Visibility: visibility,
		Entry: matter.Entry{Key: "report.did.raise", Args: map[string]string{"words": d.Words}, Photos: picture.Hashes(d.Photos), Audience: visibility},
	})
	if err != nil {
		return Report{}, false, err
	}
	r := Report{Matter: m, Detail: Detail{
		Category: d.Category, Compound: c.scene.compound, Building: c.scene.building, Spot: d.Spot, Words: d.Words,
		Anonymous: d.Anonymous, Source: d.Source, HappenedAt: d.HappenedAt, AcceptBy: now.Add(c.cat.Accept), MendBy: now.Add(c.cat.Mend),
	}}
	if repeated {
		r, err = s.inTx(ctx, tx, m)
		return r, true, err
	}
	return r, false, s.recordNew(ctx, tx, r, c)
}

// scopedKey keeps one person's keys apart from another's.
func scopedKey(person, key string) string {
	if key == "" {
		return ""
	}
	return KindName + "/" + person + "/" + key
}

// recordNew writes what belongs to a new report: detail, photos, index,
// deadline, and who is told.
func (s *Service) recordNew(ctx context.Context, tx *store.Tx, r Report, c creation) error {
	if err := New(tx).InsertDetail(ctx, newDetailRow(r)); err != nil {
		return fmt.Errorf("report detail: %w", err)
	}
	if err := picture.Keep(ctx, tx, r.Tenant, r.ID, r.Version, c.draft.Photos); err != nil {
		return err
	}
	text := r.Number + " " + c.cat.Zh + " " + c.cat.En + " " + c.scene.label.Door + " " + c.draft.Spot + " " + c.draft.Words
	s.Index.Add(tx, Indexed(r, text))
	if err := s.setDeadline(ctx, tx, r); err != nil {
		return err
	}
	if c.also != nil {
		if err := c.also(ctx, tx, r); err != nil {
			return err
		}
	}
	to := c.scene.persons(c.by)
	if c.cat.Private() { // what concerns people is told to those only who may read it
		to = c.scene.persons(c.by, handlers...)
	}
	return s.tell(ctx, tx, r, c.cat, c.scene, to, "report.told.raise")
}

// tell says to these persons what just happened to a report.
func (s *Service) tell(ctx context.Context, tx *store.Tx, r Report, c Category, sc scene, to []string, key string) error {
	args := map[string]string{"place": sc.label.Door, "category": c.Code, "number": r.Number, "who_key": "group." + string(r.Holder.Group)}
	if r.Detail.Level > 0 {
		args["level_key"] = "group." + string(chaseLevel(r.Holder.Group, r.Detail.Level))
	}
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: r.Tenant, Matter: r.ID, Seq: r.Version, To: slices.DeleteFunc(to, isProgram), Key: key, Link: Path(r.ID),
		Args:  args,
		Event: notify.Event{Kind: KindName, Verb: key[len("report.told."):], Number: r.Number, Phase: string(r.Phase), Place: sc.label.Door},
	})
}

// Path is the page of a report.
func Path(id string) string { return "/report/" + id }

// setDeadline promises the clock's next act, or takes the promise back.
func (s *Service) setDeadline(ctx context.Context, tx *store.Tx, r Report) error {
	due := r.deadline()
	if due.IsZero() {
		return job.Cancel(ctx, tx, r.Tenant, DeadlineKind, r.ID)
	}
	return job.Add(ctx, tx, r.Tenant, DeadlineKind, r.ID, due, struct{}{})
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func newDetailRow(r Report) InsertDetailParams {
	d := r.Detail
	return InsertDetailParams{
		TenantID: r.Tenant, MatterID: r.ID, Category: d.Category, CompoundID: d.Compound, BuildingID: d.Building, Spot: d.Spot,
		Words: d.Words, Anonymous: flag(d.Anonymous), Source: string(d.Source), HappenedAt: store.Ms(d.HappenedAt),
		RaisedAt: store.Ms(r.RaisedAt), Open: flag(!r.Phase.Closed()), DueAt: store.Ms(r.Due), Level: int64(d.Level),
		AcceptBy: store.Ms(d.AcceptBy), MendBy: store.Ms(d.MendBy),
	}
}

func changedRow(r Report) UpdateDetailParams {
	d := r.Detail
	return UpdateDetailParams{
		TenantID: r.Tenant, MatterID: r.ID, Open: flag(!r.Phase.Closed()), DueAt: store.Ms(r.Due), Level: int64(d.Level),
		AcceptBy: store.Ms(d.AcceptBy), MendBy: store.Ms(d.MendBy), TakenAt: store.Ms(d.TakenAt),
		FinishedAt: store.Ms(d.FinishedAt), ClosedAt: store.Ms(d.ClosedAt), Rating: int64(d.Rating),
	}
}

// inTx is the report of a matter as the transaction sees it.
func (s *Service) inTx(ctx context.Context, tx *store.Tx, m matter.Matter) (Report, error) {
	row, err := New(tx).DetailByID(ctx, m.Tenant, m.ID)
	if err != nil {
		return Report{}, store.NoRows(err)
	}
	return Report{m, detailOf(row)}, nil
}
