package alarm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// audienceOf is the lane a group stands in on the desk; empty for those who
// are not called in the first wave.
func audienceOf(g people.Group) string {
	switch g {
	case people.Property:
		return "property"
	case people.Committee:
		return "committee"
	case people.Volunteers, people.BuildingLeads:
		return "volunteer"
	case byFamily:
		return familyParty
	}
	return ""
}

// firstWave is who is called at once: of the property those on duty, or all of
// them if nobody is; the committee; the volunteers and building leads.
func firstWave(tenant store.Tenant, sc scene, duty []AlarmDuty) map[string]string {
	onDuty := func(person string) bool { // a desk that does not answer counts for nobody
		return slices.ContainsFunc(duty, func(d AlarmDuty) bool {
			return d.LostAt == 0 && d.PersonID == person && slices.Contains(sc.node.Ancestors(), d.PlaceID)
		})
	}
	guarded := slices.ContainsFunc(sc.served, func(p people.Served) bool {
		return p.Tenant == tenant && p.Role.Group() == people.Property && onDuty(p.Person)
	})
	wave := map[string]string{}
	for _, p := range sc.served {
		audience := audienceOf(p.Role.Group())
		if audience == "" || p.Tenant != tenant || guarded && audience == "property" && !onDuty(p.Person) {
			continue
		}
		if wave[p.Person] == "" || audience == "property" {
			wave[p.Person] = audience
		}
	}
	return wave
}

// raisedAs is the first line of the record: it names whom the first wave calls,
// if there is anybody.
func raisedAs(tenant store.Tenant, sc scene, t Trial, k SignalKind) string {
	if t.ID != "" {
		return "alarm.did.raise_test"
	}
	if len(firstWave(tenant, sc, nil)) == 0 {
		return "alarm.did.raise_alone"
	}
	if k.nature().first != nil {
		return "alarm.did.raise_property"
	}
	return "alarm.did.raise"
}

// widen calls those of the first wave whom a kind does not call at once, as
// nobody of the others answered or arrived.
func (s *Service) widen(ctx context.Context, tx *store.Tx, i Incident, step Step) error {
	if i.Signal.nature().first == nil || i.Trial != "" || !stageOf(step).widens {
		return nil
	}
	sc, err := s.sceneAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	duty, err := New(tx).OnDuty(ctx, i.Tenant)
	if err != nil {
		return fmt.Errorf("on duty: %w", err)
	}
	wave := firstWave(i.Tenant, sc, duty)
	called, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return fmt.Errorf("responders: %w", err)
	}
	for _, r := range called {
		delete(wave, r.PersonID)
	}
	var rows [][]any
	for _, person := range slices.Sorted(maps.Keys(wave)) {
		rows = append(rows, []any{person, wave[person], store.Ms(tx.Now())})
	}
	return enterCalled(ctx, tx, i, rows)
}

// waves remembers which waves are on disk.
type waves struct {
	mu    sync.Mutex
	known map[string]bool
}

const wavesKnown = 10000

func (w *waves) has(tenant store.Tenant, id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known[string(tenant)+" "+id]
}

func (w *waves) add(tenant store.Tenant, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known == nil || len(w.known) >= wavesKnown {
		w.known = map[string]bool{}
	}
	w.known[string(tenant)+" "+id] = true
}

// putWave sees to it that those who serve the place, of a first wave, are on
// disk as a wave, and returns its name: the next alarm of the building calls the
// same people. Empty: there is nobody.
func (s *Service) putWave(ctx context.Context, tx *store.Tx, tenant store.Tenant, wave map[string]string) (string, error) {
	var rows [][]any
	for _, person := range slices.Sorted(maps.Keys(wave)) {
		if wave[person] != familyParty {
			rows = append(rows, []any{person, wave[person]})
		}
	}
	if len(rows) == 0 {
		return "", nil
	}
	sum := sha256.Sum256(fmt.Append(nil, rows))
	id := hex.EncodeToString(sum[:16])
	if s.waves.has(tenant, id) {
		return id, nil
	}
	tx.AfterCommit(func() { s.waves.add(tenant, id) })
	return id, insertRows(ctx, tx, "alarm_wave (tenant_id, wave_id, person_id, audience)", []any{tenant, id}, rows, "(tenant_id, wave_id, person_id)")
}

// addFamilyRows enters the family, who are each home's own, beside the wave.
func addFamilyRows(ctx context.Context, tx *store.Tx, i Incident, wave map[string]string) error {
	var rows [][]any
	for _, person := range slices.Sorted(maps.Keys(wave)) {
		if wave[person] == familyParty {
			rows = append(rows, []any{person, familyParty, store.Ms(tx.Now())})
		}
	}
	return enterCalled(ctx, tx, i, rows)
}

// enterCalled enters persons of an incident: id, party, and when they were called.
func enterCalled(ctx context.Context, tx *store.Tx, i Incident, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	return insertRows(ctx, tx, "alarm_responder (tenant_id, matter_id, person_id, audience, handed_at)", []any{i.Tenant, i.ID}, rows, "(tenant_id, matter_id, person_id)")
}

// insertRows writes rows that begin alike in one statement; those that are there
// stay.
func insertRows(ctx context.Context, tx *store.Tx, into string, head []any, rows [][]any, key string) error {
	var sql strings.Builder
	sql.WriteString("INSERT INTO " + into + " VALUES ")
	args := slices.Clone(head)
	for n, row := range rows {
		if n > 0 {
			sql.WriteByte(',')
		}
		sql.WriteByte('(')
		for k := range head {
			fmt.Fprintf(&sql, "$%d,", k+1)
		}
		for k, value := range row {
			if k > 0 {
				sql.WriteByte(',')
			}
			args = append(args, value)
			fmt.Fprintf(&sql, "$%d", len(args))
		}
		sql.WriteByte(')')
	}
	sql.WriteString(" ON CONFLICT " + key + " DO NOTHING")
	if _, err := tx.ExecContext(ctx, sql.String(), args...); err != nil {
		return fmt.Errorf("%s: %w", strings.Fields(into)[0], err)
	}
	return nil
}
