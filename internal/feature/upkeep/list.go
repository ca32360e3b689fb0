package upkeep

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// View is a ticket as one of those who look after its place sees it.
type View struct {
	Ticket
	Door     string       // where it is, as on the door-plate
	As       people.Group // as what the actor may see to it; empty: may only read
	Timeline []matter.Entry
	Links    []matter.Link
}

// View is the ticket with this id, for those who look after its place; to
// others it is not found. Asks upkeep.read.
func (s *Service) View(ctx context.Context, a people.Actor, id string) (View, error) {
	r, err := s.readable(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	m, err := s.Spine.ByID(ctx, r.TenantID, id)
	if err != nil {
		return View{}, err
	}
	v := View{Ticket: ticketOf(m, r)}
	known, err := s.fill(ctx, a, &v)
	if err != nil {
		return v, err
	}
	if !known {
		return View{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if v.Timeline, err = s.Spine.Timeline(ctx, v.Tenant, id); err != nil {
		return v, err
	}
	v.Links, err = s.Spine.Links(ctx, v.Tenant, id)
	return v, err
}

// readable is a ticket of the actor's neighbourhood; the subdistrict's officers
// find those of every neighbourhood that climbed to them.
func (s *Service) readable(ctx context.Context, a people.Actor, id string) (UpkeepTicket, error) {
	r, err := s.read().TicketByID(ctx, a.Tenant, id)
	if err = store.NoRows(err); !fault.Is(err, fault.NotFound) || !a.In(people.Subdistrict) {
		return r, err
	}
	tenants, err := s.Places.Tenants(ctx)
	if err != nil {
		return r, err
	}
	for _, t := range tenants {
		r, err := s.read().TicketByID(ctx, t.ID, id)
		if err = store.NoRows(err); err == nil && r.Level >= toOffice {
			return r, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return r, err
		}
	}
	return r, fault.New(fault.NotFound, "fault.not_found")
}

func (s *Service) read() *Queries { return New(s.Store.Reader()) }

// fill finds the door and what the actor may do; false: they may not know of
// it.
func (s *Service) fill(ctx context.Context, a people.Actor, v *View) (known bool, err error) {
	t, chain, err := s.Places.Stands(ctx, v.Tenant, v.Place)
	if err != nil {
		return false, err
	}
	v.Door = place.LabelOf(t, chain).Door
	path := chain[len(chain)-1].Path
	if !s.may(a, "upkeep.read", path, v.Place == t.Root) {
		return false, nil
	}
	for _, g := range hands() {
		if v.As == "" && (a.Serves(g, path) || v.Place == t.Root && a.In(g)) && s.may(a, "upkeep.work", path, v.Place == t.Root) {
			v.As = g
		}
	}
	return true, nil
}

// may asks the access table about a place. What nobody has said the place of is
// seen to by whoever sees to any in the neighbourhood.
func (s *Service) may(a people.Actor, access, path string, nowhere bool) bool {
	table := people.Access{}
	return table.May(a, access, people.Subject{Path: path}) == nil || nowhere && table.Allow(a, access) == nil
}

// OfDevice are the newest tickets of a device that the actor may see, at most
// five.
func (s *Service) OfDevice(ctx context.Context, a people.Actor, device string) ([]View, error) {
	rows, err := s.read().TicketsOf(ctx, a.Tenant, device, 5)
	if err != nil {
		return nil, fmt.Errorf("tickets of a device: %w", err)
	}
	return s.seen(ctx, a, rows)
}

// OfIncident are the tickets that an alarm led to and the actor may see.
func (s *Service) OfIncident(ctx context.Context, a people.Actor, tenant store.Tenant, incident string) ([]View, error) {
	if a.Tenant != tenant {
		return nil, nil
	}
	links, err := s.Spine.Links(ctx, tenant, incident)
	if err != nil {
		return nil, err
	}
	var rows []UpkeepTicket
	for _, l := range links {
		if l.Kind != matter.LeadsTo || l.From != incident {
			continue
		}
		r, err := s.read().TicketByID(ctx, tenant, l.To)
		if err = store.NoRows(err); fault.Is(err, fault.NotFound) {
			continue // another room's
		}
		if err != nil {
			return nil, fmt.Errorf("tickets of an incident: %w", err)
		}
		rows = append(rows, r)
	}
	return s.seen(ctx, a, rows)
}

// seen are the tickets among some rows that the actor may know of, without
// their timelines.
func (s *Service) seen(ctx context.Context, a people.Actor, rows []UpkeepTicket) ([]View, error) {
	var list []View
	for _, r := range rows {
		m, err := s.Spine.ByID(ctx, r.TenantID, r.MatterID)
		if err != nil {
			return nil, err
		}
		v := View{Ticket: ticketOf(m, r)}
		known, err := s.fill(ctx, a, &v)
		if err != nil {
			return nil, err
		}
		if known {
			list = append(list, v)
		}
	}
	return list, nil
}

// Show is which tickets of a list are shown.
type Show string

// The views of a list.
const (
	Open   Show = ""
	Late   Show = "late"
	Closed Show = "closed"
)

// Filter says which tickets.
type Filter struct {
	Show  Show
	After string // id of the last ticket of the page before; of Closed only
}

// shown is how many tickets a page has at most.
const shown = 100

// List is a page of the tickets that the actor may see, and whether more
// follow: open ones with the most urgent first, closed ones newest first. Asks
// upkeep.read where they are.
func (s *Service) List(ctx context.Context, a people.Actor, f Filter) (list []View, more bool, err error) {
	b, err := s.scoped(ctx, a)
	if err != nil {
		return nil, false, err
	}
	order := "h.due_at, k.matter_id"
	switch f.Show {
	case Late:
		b.and("k.open = 1 AND h.due_at > 0 AND h.due_at < ?", store.Ms(s.Store.Now()))
	case Closed:
		b.and("k.open = 0")
		order = "k.matter_id DESC"
		if f.After != "" {
			b.and("k.matter_id < ?", f.After)
		}
	default:
		b.and("k.open = 1")
	}
	rows, err := s.Store.Reader().QueryContext(ctx, "SELECT "+columns+from+b.where.String()+" ORDER BY "+order+fmt.Sprintf(" LIMIT %d", shown+1), b.args...)
	if err != nil {
		return nil, false, fmt.Errorf("list tickets: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		v, err := scan(rows.Scan)
		if err != nil {
			return nil, false, fmt.Errorf("list tickets: %w", err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, false, fmt.Errorf("list tickets: %w", err)
	}
	list, more = list[:min(len(list), shown)], len(list) > shown
	for i := range list {
		label, err := s.Places.Label(ctx, list[i].Tenant, list[i].Place)
		if err != nil {
			return nil, false, err
		}
		list[i].Door = label.Door
	}
	return list, more, nil
}

const (
	columns = `k.tenant_id, k.matter_id, k.device_id, k.cause, k.spot, k.by_itself, k.well_at, k.times, k.remedy, k.level,
h.number, h.place_id, h.phase, h.holder_group, h.holder_person, h.due_at, h.version, h.raised_at, h.changed_at`
	from = ` FROM upkeep_ticket k JOIN matter_head h ON h.tenant_id = k.tenant_id AND h.id = k.matter_id
LEFT JOIN place_node n ON n.tenant_id = h.tenant_id AND n.id = h.place_id WHERE `
)

func scan(into func(...any) error) (View, error) {
	r, m := UpkeepTicket{}, matter.Matter{Kind: KindName, Visibility: matter.Staff}
	var phase, group string
	var due, raised, changed int64
	err := into(&r.TenantID, &r.MatterID, &r.DeviceID, &r.Cause, &r.Spot, &r.ByItself, &r.WellAt, &r.Times, &r.Remedy, &r.Level,
		&m.Number, &m.Place, &phase, &group, &m.Holder.Person, &due, &m.Version, &raised, &changed)
	m.Tenant, m.ID, m.Phase, m.Holder.Group = r.TenantID, r.MatterID, matter.Phase(phase), people.Group(group)
	m.Due, m.RaisedAt, m.ChangedAt = store.Time(due), store.Time(raised), store.Time(changed)
	return View{Ticket: ticketOf(m, r)}, err
}

// Counted is how many tickets that the actor may see are open, and how many of
// them late.
func (s *Service) Counted(ctx context.Context, a people.Actor) (open, late int, err error) {
	b, err := s.scoped(ctx, a)
	if err != nil {
		return 0, 0, err
	}
	b.and("k.open = 1")
	sum := b.numbered("COALESCE(SUM(CASE WHEN h.due_at > 0 AND h.due_at < ? THEN 1 ELSE 0 END), 0)", store.Ms(s.Store.Now()))
	err = s.Store.Reader().QueryRowContext(ctx, "SELECT COUNT(*), "+sum+from+b.where.String(), b.args...).Scan(&open, &late)
	if err != nil {
		return 0, 0, fmt.Errorf("count tickets: %w", err)
	}
	return open, late, nil
}

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

// scoped begins the condition with what the actor may read: all, or what is
// where they serve and what nobody has said the place of.
func (s *Service) scoped(ctx context.Context, a people.Actor) (*builder, error) {
	b := &builder{args: []any{a.Tenant}}
	if a.In(people.Subdistrict) { // what climbed to them, of every neighbourhood
		b.where.WriteString(b.numbered("k.tenant_id IN (SELECT t.tenant_id FROM place_tenant t WHERE t.parent_id = $1) AND k.level = ?", toOffice))
		return b, nil
	}
	b.where.WriteString("k.tenant_id = $1")
	t, err := s.Places.Tenant(ctx, a.Tenant)
	if err != nil {
		return nil, err
	}
	root, err := s.Places.ByID(ctx, a.Tenant, t.Root)
	if err != nil {
		return nil, err
	}
	if s.may(a, "upkeep.read", root.Path, false) {
		return b, nil
	}
	may := []string{"1 = 0"}
	if s.may(a, "upkeep.read", root.Path, true) {
		may = append(may, b.numbered("h.place_id = ?", root.ID))
	}
	for _, p := range a.Posts {
		if p.Path != "" && s.may(a, "upkeep.read", p.Path, false) {
			may = append(may, b.numbered("n.path LIKE ?", p.Path+"%"))
		}
	}
	b.where.WriteString(" AND (" + strings.Join(may, " OR ") + ")")
	return b, nil
}
