package device

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// Show is which devices of a list are shown.
type Show string

// The views of a list.
const (
	Everything Show = ""
	Unclaimed  Show = "unclaimed" // nobody said where they hang
	Alarming   Show = "alarming"  // they see danger or water now
	Quiet      Show = "silent"    // not alive: overdue, or never heard
	Unheard    Show = "unheard"   // those of them that were never heard
	LowBattery Show = "battery"
	Amiss      Show = "trouble" // anything is wrong with them
	Untested   Show = "untested"
	ToReplace  Show = "replace"
	Gateways   Show = "gateways"
	Older      Show = "older" // smoke detectors from before the standard in force
)

// Shows are all views.
func Shows() []Show {
	return []Show{Everything, Unclaimed, Alarming, Quiet, Unheard, LowBattery, Amiss, Untested, ToReplace, Gateways, Older}
}

// Filter says which devices. Empty fields say nothing.
type Filter struct {
	Show  Show
	Kind  decode.Kind // reports it, among others
	Query string      // part of a name, key, make or spot
	Under string      // path of a place
	After string      // id of the last device of the page before
	Limit int         // 1 to 200; 0 means 50
}

const (
	pageUsual = 50
	pageMost  = 200
)

// builder writes a condition with its arguments. Text from outside is always
// an argument.
type builder struct {
	where strings.Builder
	args  []any
}

func (b *builder) and(condition string, args ...any) {
	b.where.WriteString(" AND (" + b.numbered(condition, args...) + ")")
}

// numbered puts $n for each ? of the condition.
func (b *builder) numbered(condition string, args ...any) string {
	for _, a := range args {
		b.args = append(b.args, a)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(b.args)), 1)
	}
	return condition
}

// scoped begins the condition with what the actor may read: all, or what hangs
// where they serve, what nobody claimed yet, and what hangs in their own home.
func (s *Service) scoped(ctx context.Context, a people.Actor, tenant store.Tenant) (*builder, error) {
	b := &builder{args: []any{tenant}}
	b.where.WriteString("u.tenant_id = $1 AND u.ended_at = 0")
	if a.Tenant != tenant {
		b.and("1 = 0")
		return b, nil
	}
	t, err := s.places.Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	root, err := s.places.ByID(ctx, tenant, t.Root)
	if err != nil {
		return nil, err
	}
	access := people.Access{}
	if access.May(a, "device.read", people.Subject{Path: root.Path}) == nil {
		return b, nil
	}
	may := []string{b.numbered("u.household_id <> '' AND u.household_id = ?", a.Household)}
	for _, h := range access.Posts(a, "device.read") {
		if h.Path != "" {
			may = append(may, b.numbered("n.path LIKE ?", h.Path+"%"))
		}
	}
	if access.Allow(a, "device.edit") == nil {
		may = append(may, "u.claimed_at = 0")
	}
	b.where.WriteString(" AND (" + strings.Join(may, " OR ") + ")")
	return b, nil
}

// narrow adds a filter; now is for what time decides.
func (f Filter) narrow(b *builder, now int64) {
	switch f.Show {
	case Unclaimed:
		b.and("u.claimed_at = 0 AND u.power <> 'gateway'")
	case Alarming:
		b.and("u.alarming = 1")
	case Quiet:
		b.and("u.last_seen = 0 OR u.silent = 1 OR u.quiet_at <= ?", now) // what Unit.Alive denies
	case Unheard:
		b.and("u.last_seen = 0")
	case LowBattery:
		b.and("u.trouble LIKE '%battery%'")
	case Amiss:
		b.and("u.trouble <> ''")
	case Untested:
		b.and("u.life_safety = 1 AND u.claimed_at > 0 AND u.tested_at < ?", now-testEvery.Milliseconds())
	case ToReplace:
		b.and("u.replace_by > 0 AND u.replace_by <= ?", now+replaceAhead.Milliseconds())
	case Gateways:
		b.and("u.power = 'gateway'")
	case Older:
		b.and("u.claimed_at > 0 AND (' ' || u.kinds || ' ') LIKE '% smoke %' AND u.installed > 0 AND u.installed < ?", store.Ms(newStandard()))
	}
	if f.Kind != "" {
		b.and("' ' || u.kinds || ' ' LIKE ?", "% "+string(f.Kind)+" %")
	}
	if f.Under != "" {
		b.and("n.path LIKE ?", f.Under+"%")
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		like := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(q)) + "%"
		b.and("LOWER(u.name) LIKE ? ESCAPE '!' OR LOWER(u.key) LIKE ? ESCAPE '!' OR LOWER(u.make) LIKE ? ESCAPE '!' OR u.spot LIKE ? ESCAPE '!'", like, like, like, like)
	}
}

const unitFrom = " FROM device_unit u LEFT JOIN place_node n ON n.tenant_id = u.tenant_id AND n.id = u.place_id WHERE "

// unitColumns are those of scanUnit.
const unitColumns = `u.tenant_id, u.id, u.key, u.name, u.make, u.product, u.kinds, u.life_safety, u.power, u.place_id, u.household_id, u.bay, u.spot,
u.bridge, u.claimed_at, u.installed, u.replace_by, u.heartbeat_s, u.last_seen, u.quiet_at, u.silent, u.battery, u.state, u.trouble, u.remind_at,
u.tested_at, u.misses, u.seq, u.fields, u.since, u.ended_at, u.alarming, u.told`

// Listed is one page of the devices that the actor may read, and whether more
// follow: first those that guard lives, of each the newest first.
func (s *Service) Listed(ctx context.Context, a people.Actor, tenant store.Tenant, f Filter) (list []Unit, more bool, err error) {
	b, err := s.scoped(ctx, a, tenant)
	if err != nil {
		return nil, false, err
	}
	f.narrow(b, store.Ms(s.store.Now()))
	if f.After != "" {
		b.and("(u.life_safety, u.id) < (SELECT a.life_safety, a.id FROM device_unit a WHERE a.tenant_id = u.tenant_id AND a.id = ?)", f.After)
	}
	if f.Limit <= 0 {
		f.Limit = pageUsual
	}
	f.Limit = min(f.Limit, pageMost)
	limit := b.numbered(" ORDER BY u.life_safety DESC, u.id DESC LIMIT ?", f.Limit+1)
	rows, err := s.store.Reader().QueryContext(ctx, "SELECT "+unitColumns+unitFrom+b.where.String()+limit, b.args...)
	if err != nil {
		return nil, false, fmt.Errorf("list devices: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		u, err := scanUnit(rows.Scan)
		if err != nil {
			return nil, false, fmt.Errorf("list devices: %w", err)
		}
		list = append(list, u)
	}
	return list[:min(len(list), f.Limit)], len(list) > f.Limit, rows.Err()
}

func scanUnit(scan func(...any) error) (Unit, error) {
	var r DeviceUnit
	err := scan(&r.TenantID, &r.ID, &r.Key, &r.Name, &r.Make, &r.Product, &r.Kinds, &r.LifeSafety, &r.Power, &r.PlaceID, &r.HouseholdID, &r.Bay, &r.Spot,
		&r.Bridge, &r.ClaimedAt, &r.Installed, &r.ReplaceBy, &r.HeartbeatS, &r.LastSeen, &r.QuietAt, &r.Silent, &r.Battery, &r.State, &r.Trouble, &r.RemindAt,
		&r.TestedAt, &r.Misses, &r.Seq, &r.Fields, &r.Since, &r.EndedAt, &r.Alarming, &r.Told)
	if err != nil {
		return Unit{}, err
	}
	return unitOf(r)
}

// Counts are how many devices stand in each view.
type Counts map[Show]int

// Counted counts the views of what the actor may read. Qos0 is how many
// detectors that guard lives send without a receipt.
func (s *Service) Counted(ctx context.Context, a people.Actor, tenant store.Tenant) (counts Counts, qos0 int, err error) {
	b, err := s.scoped(ctx, a, tenant)
	if err != nil {
		return nil, 0, err
	}
	var sums []string
	now := store.Ms(s.store.Now())
	for _, show := range Shows() {
		one := &builder{args: b.args}
		one.where.WriteString("1 = 1")
		Filter{Show: show}.narrow(one, now)
		b.args = one.args
		sums = append(sums, "COALESCE(SUM(CASE WHEN "+one.where.String()+" THEN 1 ELSE 0 END), 0)")
	}
	sums = append(sums, "COALESCE(SUM(CASE WHEN u.trouble LIKE '%qos0%' THEN 1 ELSE 0 END), 0)")
	got, into := make([]int, len(sums)), make([]any, len(sums))
	for i := range got {
		into[i] = &got[i]
	}
	err = s.store.Reader().QueryRowContext(ctx, "SELECT "+strings.Join(sums, ", ")+unitFrom+b.where.String(), b.args...).Scan(into...)
	if err != nil {
		return nil, 0, fmt.Errorf("count devices: %w", err)
	}
	counts = Counts{}
	for i, show := range Shows() {
		counts[show] = got[i]
	}
	return counts, got[len(got)-1], nil
}

// KindCount is how many devices report a kind.
type KindCount struct {
	Kind decode.Kind
	N    int
}

// ByKind counts what the actor may read by what it reports, dangers first; a
// device that reports two kinds counts in both. What it says of its own health
// and what it measures beside are no kinds to look for.
func (s *Service) ByKind(ctx context.Context, a people.Actor, tenant store.Tenant) ([]KindCount, error) {
	b, err := s.scoped(ctx, a, tenant)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Reader().QueryContext(ctx, "SELECT u.kinds, COUNT(*)"+unitFrom+b.where.String()+" GROUP BY u.kinds", b.args...)
	if err != nil {
		return nil, fmt.Errorf("count kinds: %w", err)
	}
	defer func() { _ = rows.Close() }()
	n := map[decode.Kind]int{}
	for rows.Next() {
		var kinds string
		var count int
		if err := rows.Scan(&kinds, &count); err != nil {
			return nil, fmt.Errorf("count kinds: %w", err)
		}
		for _, k := range kindsOf(kinds) {
			n[k] += count
		}
	}
	var list []KindCount
	for _, k := range decode.Kinds() {
		if k == decode.SmokeLevel {
			break
		}
		if n[k] > 0 {
			list = append(list, KindCount{k, n[k]})
		}
	}
	return list, rows.Err()
}

// Outage is a gateway off the line with what is not heard because of it.
type Outage struct {
	Gateway Unit
	Behind  []Unit // those that the actor may read
}

// Outages are the silent gateways that the actor's devices speak through, one
// for each gateway.
func (s *Service) Outages(ctx context.Context, a people.Actor, tenant store.Tenant) ([]Outage, error) {
	b, err := s.scoped(ctx, a, tenant)
	if err != nil {
		return nil, err
	}
	b.and("u.bridge <> '' AND EXISTS (SELECT 1 FROM device_unit b WHERE b.tenant_id = u.tenant_id AND b.key = u.bridge AND b.silent = 1)")
	rows, err := s.store.Reader().QueryContext(ctx, "SELECT "+unitColumns+unitFrom+b.where.String()+" ORDER BY u.bridge, u.name, u.id", b.args...)
	if err != nil {
		return nil, fmt.Errorf("outages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []Outage
	for rows.Next() {
		u, err := scanUnit(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("outages: %w", err)
		}
		if len(list) == 0 || list[len(list)-1].Gateway.Key != u.Bridge {
			list = append(list, Outage{Gateway: Unit{Key: u.Bridge}})
		}
		last := &list[len(list)-1]
		last.Behind = append(last.Behind, u)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("outages: %w", err)
	}
	for i := range list {
		if list[i].Gateway, err = s.ByKey(ctx, tenant, list[i].Gateway.Key); err != nil {
			return nil, err
		}
	}
	return list, nil
}
