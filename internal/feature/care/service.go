package care

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
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
	casework.House
	Sealer Sealer
	Rules  *rules.Shelf // grounds and grades
}

// Service is the room's verbs.
type Service struct {
	Deps
	visits casework.Room[Detail]
	onList *store.Memo[store.Tenant, map[string]bool] // whose key is on the register
}

// RemindKind is the job of the morning of a visit, named by the matter's id.
const RemindKind = "care.remind"

// NewService makes the service.
func NewService(d Deps) *Service {
	s := &Service{Deps: d, onList: store.NewMemo[store.Tenant, map[string]bool](d.Store, 1000, "care_elder")}
	s.visits = casework.Room[Detail]{
		House: d.House, Kind: Kind(), Table: visits(), Read: "care.visit", Work: "care.visit", Named: named, Around: s.around, Step: step, Beside: s.goesOn,
		Clock:     func(v Visit) (time.Time, matter.Verb) { return v.Due, Missed },
		DueBefore: []string{"care.missed"}, MoreJobs: []job.Kind{{Name: RemindKind, Do: s.remind, Tries: 1000}},
	}
	return s
}

// Jobs are what the clock does to visits.
func (s *Service) Jobs() []job.Kind { return s.visits.Jobs() }

// Path is the page of an entry; VisitPath that of a visit.
func Path(id string) string { return "/care/elder/" + id }

// VisitPath is the page of a visit.
func VisitPath(id string) string { return Kind().Path(id) }

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
func (s *Service) openSheet(r CareElder) (sheet Sheet, err error) {
	plain, err := s.Sealer.Open(r.TenantID, r.ID, fieldSheet, r.Sealed)
	if err != nil {
		return sheet, err
	}
	if err := json.Unmarshal([]byte(plain), &sheet); err != nil {
		return sheet, fmt.Errorf("open sheet: %w", err)
	}
	return sheet, nil
}

func (s *Service) read() *Queries { return New(s.Store.Reader()) }

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
	keys, err := s.read().ElderKeys(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("elders on the register: %w", err)
	}
	listed := make(map[string]bool, len(keys))
	for _, k := range keys {
		listed[k] = true
	}
	return listed, nil
}

// mayKeep asks whether the actor keeps the register of a place.
func (s *Service) mayKeep(a people.Actor, path string) error {
	return (people.Access{}).May(a, "care.register", people.Subject{Path: path})
}
