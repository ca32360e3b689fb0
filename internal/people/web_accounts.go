package people

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// accountsPage is who works here and how they sign in.
type accountsPage struct {
	Desk
	Lines []accountLine
	Link  string // a set-up link just made, shown once
	For   string // for whom
}

// accountLine is one member of staff.
type accountLine struct {
	Person, Name, Roles, Login string
}

func (p *Pages) accounts(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	return p.showAccounts(w, r, accountsPage{Desk: d})
}

func (p *Pages) showAccounts(w http.ResponseWriter, r *http.Request, v accountsPage) (err error) {
	ctx := r.Context()
	if v.Lines, err = p.staff(ctx, v.Desk); err != nil {
		return err
	}
	s := p.Frame.Desk(r, "accounts", v.head(say(ctx, "desk.accounts"), say(ctx, "desk.accounts_sub")))
	return web.Render(w, r, http.StatusOK, accountsView(s, v))
}

// staff are those whose posts are only acted under with an account.
func (p *Pages) staff(ctx context.Context, d Desk) ([]accountLine, error) {
	rows, err := p.Door.read().StaffAccounts(ctx, d.Tenant.ID)
	if err != nil {
		return nil, err
	}
	var lines []accountLine
	for _, row := range rows {
		role := Role(row.Role)
		if !role.Group().staff() {
			continue
		}
		if n := len(lines); n > 0 && lines[n-1].Person == row.ID {
			lines[n-1].Roles = joined(ctx, lines[n-1].Roles, RoleName(ctx, role))
			continue
		}
		line := accountLine{Person: row.ID, Name: row.Name, Roles: RoleName(ctx, role), Login: row.Login}
		if line.Name == "" {
			line.Name = say(ctx, "desk.unnamed")
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// accountInvited makes a one-time set-up link. A second press makes another
// and ends the first.
func (p *Pages) accountInvited(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	person, err := p.Register.Person(ctx, d.Tenant.ID, r.PostFormValue("person"))
	if err != nil {
		return err
	}
	path, err := p.Door.Invite(ctx, d.Actor, d.Tenant.ID, person.ID)
	if err != nil {
		return err
	}
	return p.showAccounts(w, r, accountsPage{Desk: d, Link: p.address(r) + path, For: person.Name})
}

// address is where people reach the house: as configured, else as this request
// did.
func (p *Pages) address(r *http.Request) string {
	switch {
	case p.Public != "":
		return strings.TrimSuffix(p.Public, "/")
	case r.TLS != nil || p.Door.opts.Secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// auditPageView is a page of the audit trail.
type auditPageView struct {
	Desk
	Table ui.Grid
	Pager ui.Paging
}

func (p *Pages) audit(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.FormValue("before"), 10, 64)
	if err != nil || before < 1 {
		before = math.MaxInt64
	}
	list, err := p.Door.AuditList(ctx, d.Actor, before)
	if err != nil {
		return err
	}
	v := auditPageView{Desk: d, Pager: ui.Paging{Label: say(ctx, "desk.pages"), NewerText: say(ctx, "desk.newest"), OlderText: say(ctx, "desk.older")}}
	if before != math.MaxInt64 {
		v.Pager.Newer = templ.SafeURL(d.To("/admin/audit"))
	}
	if n := len(list); n > 0 && list[n-1].Seq > 1 {
		v.Pager.Older = templ.SafeURL(d.To("/admin/audit", "before", strconv.FormatInt(list[n-1].Seq, 10)))
	}
	if v.Table, err = p.trail(ctx, d, list); err != nil {
		return err
	}
	s := p.Frame.Desk(r, "audit", d.head(say(ctx, "desk.audit"), say(ctx, "desk.audit_sub")))
	return web.Render(w, r, http.StatusOK, auditView(s, v))
}

func (p *Pages) trail(ctx context.Context, d Desk, list []AuditEntry) (ui.Grid, error) {
	g := ui.Grid{Caption: say(ctx, "desk.audit"), Head: []ui.Cell{
		{Text: say(ctx, "desk.number"), End: true}, {Text: say(ctx, "desk.when")}, {Text: say(ctx, "desk.who")}, {Text: say(ctx, "desk.what")}, {Text: say(ctx, "desk.of")}, {Text: say(ctx, "desk.fields")}}}
	names, now := p.names(d.Tenant.ID), p.Door.store.Now()
	for _, e := range list {
		who, err := names.of(ctx, e.Actor)
		if err != nil {
			return g, err
		}
		g.Rows = append(g.Rows, []ui.Cell{
			{Text: strconv.FormatInt(e.Seq, 10), End: true}, {Text: words.At(ctx, e.At, now)}, {Text: who},
			{Text: did(ctx, e.Action)}, {Text: strings.TrimSpace(thing(ctx, e.Resource) + " " + short(e.ID))}, {Text: fieldNames(ctx, strings.Join(e.Fields, " "))}})
	}
	return g, nil
}

// did is an action in words.
func did(ctx context.Context, action string) string {
	return orAsWritten(say(ctx, "did."+action), action)
}

// thing is what an action was done to, in words.
func thing(ctx context.Context, resource string) string {
	return orAsWritten(say(ctx, "thing."+resource), resource)
}

// orAsWritten leaves as it is written what this room has no words for.
func orAsWritten(text, written string) string {
	if strings.HasPrefix(text, "[") {
		return written
	}
	return text
}

// short is enough of an id to tell two apart on a page.
func short(id string) string {
	if len(id) <= 12 {
		return id
	}
	return "…" + id[len(id)-12:]
}

func inviteText(ctx context.Context, x accountLine) string {
	if x.Login == "" {
		return say(ctx, "desk.invite")
	}
	return say(ctx, "desk.invite_again")
}
