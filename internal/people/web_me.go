package people

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// mePage is what somebody sees about themselves.
type mePage struct {
	Page     ui.Page
	Name     string
	Home     string // door-plate; empty for staff
	Consent  string // sentence
	Posts    []string
	Sessions []sessionLine
	Readings []string // who read what about me, newest first
	Others   bool     // there are other sessions to end
	More     []ui.Todo
}

// sessionLine is a session in words.
type sessionLine struct {
	ID, Device, Seen string
	Current          bool
}

func (p *Pages) me(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := ActorOf(ctx)
	if err != nil {
		return err
	}
	m, err := p.aboutMe(ctx, a)
	if err != nil {
		return err
	}
	title := say(ctx, "me.title")
	if a.AtDesk() {
		s := p.Frame.Desk(r, "me", ui.Head{Title: title})
		m.Page = s.Page
		return web.Render(w, r, http.StatusOK, ui.DeskPage(s, meParts(m)))
	}
	s := p.Frame.Home(r, title, "me")
	m.Page = s.Page
	return web.Render(w, r, http.StatusOK, ui.PhonePage(s, meParts(m)))
}

func (p *Pages) aboutMe(ctx context.Context, a Actor) (m mePage, err error) {
	person, err := p.Register.Person(ctx, a.Tenant, a.Person)
	if err != nil {
		return m, err
	}
	m.Name, m.Consent = person.Name, consentText(ctx, person)
	if m.Name == "" {
		m.Name = words.T(ctx, "signin.family")
	}
	if a.Dwelling != "" {
		label, err := p.Places.Label(ctx, a.Tenant, a.Dwelling)
		if err != nil {
			return m, err
		}
		m.Home = label.Door
	}
	for _, h := range a.Posts {
		m.Posts = append(m.Posts, p.postText(ctx, a.Tenant, h))
	}
	if m.Sessions, err = p.sessionLines(ctx, a); err != nil {
		return m, err
	}
	m.Others = len(m.Sessions) > 1
	if p.More != nil {
		if m.More, err = p.More(ctx, a); err != nil {
			return m, err
		}
	}
	m.Readings, err = p.readings(ctx, a)
	return m, err
}

// postText names a post and its place; a place that is gone is left out.
func (p *Pages) postText(ctx context.Context, tenant store.Tenant, h Held) string {
	role := RoleName(ctx, h.Role)
	label, err := p.Places.Label(ctx, tenant, h.Place)
	if err != nil {
		return role
	}
	return say(ctx, "post_at", "role", role, "place", label.Door)
}

// RoleName is a role in words: 物业经理, property manager.
func RoleName(ctx context.Context, r Role) string { return words.T(ctx, "role."+string(r)) }

func consentText(ctx context.Context, x Person) string {
	switch {
	case x.Standing == Staff:
		return say(ctx, "me.consent_staff")
	case x.Consent == "":
		return say(ctx, "me.consent_none")
	}
	return say(ctx, "me.consent", "version", x.Consent)
}

func (p *Pages) sessionLines(ctx context.Context, a Actor) ([]sessionLine, error) {
	list, err := p.Door.Sessions(ctx, a)
	if err != nil {
		return nil, err
	}
	now := p.Door.store.Now()
	var lines []sessionLine
	for _, s := range list {
		if s.Device == "" {
			s.Device = say(ctx, "me.device")
		}
		lines = append(lines, sessionLine{s.ID, s.Device, say(ctx, "me.seen", "at", words.At(ctx, s.Seen, now)), s.Current})
	}
	return lines, nil
}

// readings say who read which protected field of the actor, and when.
func (p *Pages) readings(ctx context.Context, a Actor) ([]string, error) {
	rows, err := p.Door.read().AuditAbout(ctx, a.Tenant, a.Person)
	if err != nil {
		return nil, fmt.Errorf("who read about me: %w", err)
	}
	names := p.names(a.Tenant)
	now := p.Door.store.Now()
	var out []string
	for _, row := range rows {
		who, err := names.of(ctx, row.ActorID)
		if err != nil {
			return nil, err
		}
		out = append(out, say(ctx, "me.reading", "at", words.At(ctx, store.Time(row.At), now), "who", who, "what", fieldNames(ctx, row.Fields)))
	}
	return out, nil
}

func fieldNames(ctx context.Context, fields string) string {
	var out []string
	for f := range strings.FieldsSeq(fields) {
		out = append(out, orAsWritten(say(ctx, "field."+f), f))
	}
	return strings.Join(out, say(ctx, "comma"))
}

// names finds who the ids of a trail are: of the tenant or of the office.
type names struct {
	pages  *Pages
	tenant store.Tenant
	known  map[string]string
}

func (p *Pages) names(tenant store.Tenant) names { return names{p, tenant, map[string]string{}} }

func (n names) of(ctx context.Context, id string) (string, error) {
	if name, ok := n.known[id]; ok {
		return name, nil
	}
	name := say(ctx, "nobody")
	if id == "" {
		name = say(ctx, "program")
	}
	for _, tenant := range []store.Tenant{n.tenant, n.pages.Door.opts.Office} {
		person, err := n.pages.Register.Person(ctx, tenant, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if person.Name != "" {
			name = person.Name
		}
		break
	}
	n.known[id] = name
	return name, nil
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request) error {
	a, err := ActorOf(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	// A second press finds it ended already; the page it leads to says so.
	if err := p.Door.EndSession(r.Context(), a, id); err != nil {
		return err
	}
	if id == a.Session {
		p.Door.ClearCookie(w, r)
		return see(w, r, "/sign-in")
	}
	return see(w, r, "/me#sessions")
}

func (p *Pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	a, err := ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := p.Door.EndOthers(r.Context(), a); err != nil {
		return err
	}
	return see(w, r, "/me#sessions")
}

// since is a day in words; the zero time gives none.
func since(ctx context.Context, t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return words.Day(ctx, t, now)
}
