package alarm

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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
func raisedAs(tenant store.Tenant, sc scene, t Trial) string {
	if t.ID != "" {
		return "alarm.did.raise_test"
	}
	if len(firstWave(tenant, sc, nil)) == 0 {
		return "alarm.did.raise_alone"
	}
	return "alarm.did.raise"
}

// addResponders enters the first wave in one statement: an alarm of a building
// calls some twenty people, and in a storm that is what it costs.
func addResponders(ctx context.Context, tx *store.Tx, i Incident, wave map[string]string) error {
	if len(wave) == 0 {
		return nil
	}
	var sql strings.Builder
	sql.WriteString("INSERT INTO alarm_responder (tenant_id, matter_id, person_id, audience, handed_at) VALUES ")
	args := make([]any, 0, 5*len(wave))
	for _, person := range slices.Sorted(maps.Keys(wave)) {
		if len(args) > 0 {
			sql.WriteByte(',')
		}
		n := len(args)
		fmt.Fprintf(&sql, "($%d,$%d,$%d,$%d,$%d)", n+1, n+2, n+3, n+4, n+5)
		args = append(args, i.Tenant, i.ID, person, wave[person], store.Ms(tx.Now()))
	}
	sql.WriteString(" ON CONFLICT (tenant_id, matter_id, person_id) DO NOTHING")
	if _, err := tx.ExecContext(ctx, sql.String(), args...); err != nil {
		return fmt.Errorf("responders: %w", err)
	}
	return nil
}
