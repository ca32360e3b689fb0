package care

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the register's tables.
func Room() store.Room {
	return store.Room{Name: "care", Migrations: store.Folder(files, "migrations")}
}

// Words are the room's sentences.
func Words() fs.FS { return store.Folder(files, "words") }

// Sealer encrypts the sheets and makes the digests they are found by.
type Sealer interface {
	Seal(tenant store.Tenant, of, field, plain string) (string, error)
	Open(tenant store.Tenant, of, field, sealed string) (string, error)
	Digest(purpose, text string) string
}

// Deps is what the room stands on.
type Deps struct {
	Store    *store.Store
	Spine    *matter.Spine
	Places   *place.Service
	Register *people.Register
	Notify   *notify.Service
	Hub      *live.Hub
	Sealer   Sealer
	Rules    *rules.Shelf // grounds and grades
	Studio   picture.Studio
}

// Service is the room's verbs.
type Service struct {
	Deps
	onList *store.Memo[store.Tenant, map[string]bool] // whose key is on the register
}

// NewService makes the service.
func NewService(d Deps) *Service {
	return &Service{d, store.NewMemo[store.Tenant, map[string]bool](d.Store, 1000, "care_elder")}
}

// Path is the page of an entry; VisitPath that of a visit.
func Path(id string) string { return "/care/elder/" + id }

// VisitPath is the page of a visit.
func VisitPath(id string) string { return "/care/visit/" + id }

// The names under which the room's texts are sealed.
const (
	fieldSheet = "care.sheet"
	fieldPaper = "care.paper"
	fieldNote  = "care.note"
)

// The digests that find a row: by its person and by its family.
func (s *Service) personKey(tenant store.Tenant, person string) string {
	return s.Sealer.Digest("care.person", string(tenant)+"|"+person)
}

func (s *Service) kinKey(tenant store.Tenant, person string) string {
	return s.Sealer.Digest("care.kin", string(tenant)+"|"+person)
}

func (s *Service) sealSheet(tenant store.Tenant, id string, sheet Sheet) (string, error) {
	b, err := json.Marshal(sheet)
	if err != nil {
		return "", fmt.Errorf("seal sheet: %w", err)
	}
	return s.Sealer.Seal(tenant, id, fieldSheet, string(b))
}

// openSheet is for this room's own use: what leaves it for a person's eyes goes
// through a look that is written down.
func (s *Service) openSheet(r CareElder) (Sheet, error) {
	var sheet Sheet
	plain, err := s.Sealer.Open(r.TenantID, r.ID, fieldSheet, r.Sealed)
	if err != nil {
		return sheet, err
	}
	if plain == "" {
		return sheet, fault.New(fault.Gone, "care.withdrawn_gone")
	}
	if err := json.Unmarshal([]byte(plain), &sheet); err != nil {
		return sheet, fmt.Errorf("open sheet: %w", err)
	}
	return sheet, nil
}

func (s *Service) read() *Queries { return New(s.Store.Reader()) }

// row is an entry of the actor's neighbourhood; a withdrawn one is gone.
func (s *Service) row(ctx context.Context, q *Queries, tenant store.Tenant, id string) (CareElder, error) {
	r, err := q.ElderByID(ctx, tenant, id)
	if err != nil {
		return r, fmt.Errorf("elder: %w", store.NoRows(err))
	}
	return r, nil
}

// elderOf is an entry without its carers.
func elderOf(r CareElder, rules Rules) Elder {
	e := Elder{
		Tenant: r.TenantID, ID: r.ID, Building: r.BuildingID, Paper: r.PaperSealed != "",
		EnteredBy: r.EnteredBy, EnteredAt: store.Time(r.EnteredAt), ChangedAt: store.Time(r.ChangedAt),
	}
	e.Grade, e.Ground = rules.grade(r.Grade), rules.ground(r.Ground)
	return e
}

// elderOf is an entry with its carers.
func (s *Service) elderOf(ctx context.Context, q *Queries, r CareElder) (Elder, error) {
	rules, err := s.rules(ctx, s.Store.Reader())
	if err != nil {
		return Elder{}, err
	}
	e := elderOf(r, rules)
	rows, err := q.CarersOf(ctx, r.TenantID, r.ID)
	if err != nil {
		return e, fmt.Errorf("carers: %w", err)
	}
	for _, c := range rows {
		p, err := s.Register.Person(ctx, r.TenantID, c.PersonID)
		if err != nil {
			return e, err
		}
		e.Carers = append(e.Carers, Carer{c.PersonID, p.Name, Duty(c.Duty)})
	}
	return e, nil
}

// atHome are the entries of those who live in a dwelling now.
func (s *Service) atHome(ctx context.Context, q *Queries, tenant store.Tenant, dwelling string) ([]CareElder, error) {
	members, err := s.Register.MembersAt(ctx, tenant, dwelling)
	if err != nil {
		return nil, err
	}
	listed, err := s.onList.Get(tenant, func() (map[string]bool, error) { return s.readListed(ctx, tenant) })
	if err != nil {
		return nil, err
	}
	var rows []CareElder
	for _, id := range members {
		key := s.personKey(tenant, id)
		if !listed[key] {
			continue
		}
		r, err := q.ElderByPerson(ctx, tenant, key)
		if err == nil {
			rows = append(rows, r)
		} else if !fault.Is(store.NoRows(err), fault.NotFound) {
			return nil, fmt.Errorf("elders at home: %w", err)
		}
	}
	return rows, nil
}

func (s *Service) readListed(ctx context.Context, tenant store.Tenant) (map[string]bool, error) {
	keys, err := New(s.Store.Reader()).ElderKeys(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("elders on the register: %w", err)
	}
	listed := make(map[string]bool, len(keys))
	for _, k := range keys {
		listed[k] = true
	}
	return listed, nil
}

// doorOf is the door-plate of where an elder lives now, with the flat.
func (s *Service) doorOf(ctx context.Context, tenant store.Tenant, sheet Sheet) (string, error) {
	at := sheet.Home
	p, err := s.Register.Person(ctx, tenant, sheet.Person)
	if err != nil {
		return "", err
	}
	if p.Household != "" {
		h, err := s.Register.Household(ctx, tenant, p.Household)
		if err != nil {
			return "", err
		}
		at = h.Place
	}
	label, err := s.Places.Label(ctx, tenant, at)
	return label.Door, err
}

// pathOf is the path of the building of an entry.
func (s *Service) pathOf(ctx context.Context, tenant store.Tenant, building string) (string, error) {
	n, err := s.Places.ByID(ctx, tenant, building)
	return n.Path, err
}

// mayKeep asks whether the actor keeps the register of a place.
func (s *Service) mayKeep(a people.Actor, path string) error {
	return (people.Access{}).May(a, "care.register", people.Subject{Path: path})
}

// carer is the actor's duty to an elder, if they are named and still serve the
// place; to others the entry is not found.
func (s *Service) carer(ctx context.Context, q *Queries, a people.Actor, r CareElder) (Duty, error) {
	unknown := fault.New(fault.NotFound, "fault.not_found")
	if a.Tenant != r.TenantID {
		return "", unknown
	}
	c, err := q.CarerOf(ctx, r.TenantID, r.ID, a.Person)
	if err != nil {
		return "", store.NoRows(err)
	}
	path, err := s.pathOf(ctx, r.TenantID, r.BuildingID)
	if err != nil {
		return "", err
	}
	if (people.Access{}).See(a, "care", "sheet", people.Subject{Path: path}) < people.Logged {
		return "", unknown
	}
	return Duty(c.Duty), nil
}

// committee are those of the committee who answer for an elder: the responsible
// workers who still serve, or everybody of the committee if none does.
func (s *Service) committee(ctx context.Context, q *Queries, r CareElder) ([]string, error) {
	path, err := s.pathOf(ctx, r.TenantID, r.BuildingID)
	if err != nil {
		return nil, err
	}
	served, err := s.Register.PostsAt(ctx, r.TenantID, path)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, p := range served {
		if p.Tenant == r.TenantID && p.Role.Group() == people.Committee && !slices.Contains(all, p.Person) {
			all = append(all, p.Person)
		}
	}
	carers, err := q.CarersOf(ctx, r.TenantID, r.ID)
	if err != nil {
		return nil, fmt.Errorf("carers: %w", err)
	}
	var named []string
	for _, c := range carers {
		if Duty(c.Duty) == Responsible && slices.Contains(all, c.PersonID) {
			named = append(named, c.PersonID)
		}
	}
	if len(named) > 0 {
		return named, nil
	}
	return all, nil
}
