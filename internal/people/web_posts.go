package people

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// postsPage is who serves a place, and the form that gives a post there.
type postsPage struct {
	Desk
	At     string // place id
	Where  string
	Query  string
	Above  []postLine // serve it from a wider place
	Here   []postLine // hold their post at it or within it
	Found  []ui.Choice
	Asked  bool // people were looked for
	Roles  []ui.Choice
	Inside []ui.Segment // places directly within
	Done   string       // what was just done, or empty
	refusal
}

// postLine is one post in words; End leads to ending it, where one may.
type postLine struct {
	Name, Role, Note, Place string
	End                     templ.SafeURL
}

func (p *Pages) posts(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	return p.showPosts(w, r, d, refusal{Status: http.StatusOK})
}

func (p *Pages) showPosts(w http.ResponseWriter, r *http.Request, d Desk, x refusal) error {
	ctx := r.Context()
	at, err := p.placeAt(ctx, d, r.FormValue("at"), "post.edit")
	if err != nil {
		return err
	}
	v := postsPage{Desk: d, At: at.ID, Query: r.FormValue("q"), refusal: x, Done: done(ctx, r.FormValue("done"))}
	label, err := p.Places.Label(ctx, d.Tenant.ID, at.ID)
	if err != nil {
		return err
	}
	v.Where = label.Door
	for _, step := range []func(context.Context, *postsPage, place.Node) error{p.postsHere, p.postsAbove, p.candidates, p.inside} {
		if err := step(ctx, &v, at); err != nil {
			return err
		}
	}
	for _, role := range givable(d) {
		v.Roles = append(v.Roles, ui.Choice{Value: string(role), Text: RoleName(ctx, role)})
	}
	s := p.Frame.Desk(r, "posts", d.head(say(ctx, "desk.posts"), say(ctx, "desk.posts_sub", "where", v.Where)))
	return web.Render(w, r, x.Status, postsView(s, v))
}

// done says what the form before this page did.
func done(ctx context.Context, what string) string {
	switch what {
	case "given":
		return say(ctx, "desk.done_given")
	case "ended":
		return say(ctx, "desk.done_ended")
	}
	return ""
}

func (p *Pages) postsHere(ctx context.Context, v *postsPage, at place.Node) error {
	rows, err := p.Door.read().PostsIn(ctx, v.Tenant.ID, at.Path)
	if err != nil {
		return err
	}
	for _, row := range rows {
		line := postLine{Name: row.Name, Role: RoleName(ctx, Role(row.Role)), Note: joined(ctx, row.Organisation, row.Skill), Place: row.PlaceName}
		if mayGive(v.Desk, Role(row.Role)) {
			line.End = templ.SafeURL(v.To("/admin/posts/"+row.ID+"/end", "at", at.ID))
		}
		v.Here = append(v.Here, line)
	}
	return nil
}

func joined(ctx context.Context, a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + say(ctx, "comma") + b
}

// postsAbove are those who serve the place from a wider one or the office.
func (p *Pages) postsAbove(ctx context.Context, v *postsPage, at place.Node) error {
	list, err := p.Register.PostsAt(ctx, v.Tenant.ID, at.Path)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Tenant == v.Tenant.ID && s.Place == at.ID {
			continue
		}
		label, err := p.Places.Label(ctx, s.Tenant, s.Place)
		if fault.Is(err, fault.NotFound) {
			continue // the office before its first register
		}
		if err != nil {
			return err
		}
		v.Above = append(v.Above, postLine{Name: s.Name, Role: RoleName(ctx, s.Role), Place: label.Door, Note: s.Skill})
	}
	return nil
}

// candidates are the people a post may be given to: those looked for.
func (p *Pages) candidates(ctx context.Context, v *postsPage, _ place.Node) error {
	if v.Query == "" {
		return nil
	}
	v.Asked = true
	list, _, err := p.Register.Persons(ctx, v.Tenant.ID, Filter{Query: v.Query}, Page{Limit: 20})
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Name == "" {
			continue // a child, or nobody has said who it is
		}
		text := v.nameOf(ctx, x.Person, x.Path)
		if x.Building+x.Room != "" {
			text += " " + x.Building + " " + x.Room
		} else {
			text += " " + standing(ctx, x.Standing)
		}
		v.Found = append(v.Found, ui.Choice{Value: x.ID, Text: text})
	}
	return nil
}

func (p *Pages) inside(ctx context.Context, v *postsPage, at place.Node) error {
	if at.Kind == place.Building || at.Kind == place.Entrance || at.Kind == place.Dwelling {
		return nil
	}
	below, err := p.Places.Children(ctx, v.Tenant.ID, at.ID)
	for _, n := range below {
		v.Inside = append(v.Inside, ui.Segment{Href: templ.SafeURL(v.To("/admin/posts", "at", n.ID)), Text: n.Name})
	}
	return err
}

// givable are the roles the desk may give here.
func givable(d Desk) []Role {
	var out []Role
	for _, role := range Roles() {
		if mayGive(d, role) {
			out = append(out, role)
		}
	}
	return out
}

// mayGive reports whether the desk may give or end a role: nobody makes
// administrators but administrators, and the subdistrict's posts lie in its
// office.
func mayGive(d Desk, role Role) bool {
	switch role.Group() {
	case "", Residents:
		return false
	case Administrators:
		return d.Actor.In(Administrators)
	case Subdistrict:
		return d.Actor.In(Administrators) && d.Tenant.Kind == place.Subdistrict
	}
	return d.Tenant.Kind != place.Subdistrict
}

// postGiven gives a post. Giving it again changes nothing.
func (p *Pages) postGiven(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	at, err := p.placeAt(ctx, d, r.PostFormValue("at"), "post.edit")
	if err != nil {
		return err
	}
	role, person := Role(r.PostFormValue("role")), r.PostFormValue("person")
	if role.Group() == "" || person == "" {
		return p.showPosts(w, r, d, incomplete(ctx, role, person))
	}
	if !mayGive(d, role) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	post := Post{Tenant: d.Tenant.ID, Person: person, Role: role, Place: at.ID, Organisation: r.PostFormValue("organisation"), Skill: r.PostFormValue("skill")}
	if err := p.give(ctx, d, post); err != nil {
		return err
	}
	return see(w, r, templ.SafeURL(d.To("/admin/posts", "at", at.ID, "done", "given")))
}

func incomplete(ctx context.Context, role Role, person string) refusal {
	x := refusal{Status: fault.Invalid.Status(), Fields: map[string]string{}}
	if role.Group() == "" {
		x.Fields["role"] = say(ctx, "desk.choose_role")
	}
	if person == "" {
		x.Fields["person"] = say(ctx, "desk.choose_person")
	}
	return x
}

func (p *Pages) give(ctx context.Context, d Desk, post Post) error {
	return p.Door.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err := p.Register.SetPost(ctx, tx, post)
		if err != nil {
			return err
		}
		if err := p.Door.PostsChanged(ctx, tx, post.Tenant, post.Person); err != nil {
			return err
		}
		return Audit(ctx, tx, d.Actor, "post.edit", "post", id, "role", "place")
	})
}

// endPage asks once more, in words.
type endPage struct {
	Desk
	ID, At, Text string
}

func (p *Pages) postEnd(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	row, err := p.postHeld(ctx, d, r.PathValue("id"))
	if err != nil {
		return err
	}
	text := say(ctx, "desk.end_text", "name", row.Name, "post", say(ctx, "post_at", "role", RoleName(ctx, Role(row.Role)), "place", row.PlaceName))
	s := p.Frame.Desk(r, "posts", d.head(say(ctx, "desk.end_title"), ""))
	return web.Render(w, r, http.StatusOK, endView(s, endPage{d, row.ID, r.FormValue("at"), text}))
}

// postHeld is a post that the desk may end; any other is not found.
func (p *Pages) postHeld(ctx context.Context, d Desk, id string) (PostsInRow, error) {
	missing := fault.New(fault.NotFound, "fault.not_found")
	held, err := p.Door.read().PostHeld(ctx, d.Tenant.ID, id)
	if err != nil {
		return PostsInRow{}, store.NoRows(err)
	}
	if held.Path == "" || d.may("post.edit", held.Path) != nil {
		return PostsInRow{}, missing
	}
	rows, err := p.Door.read().PostsIn(ctx, d.Tenant.ID, held.Path)
	if err != nil {
		return PostsInRow{}, err
	}
	for _, row := range rows {
		if row.ID == id && mayGive(d, Role(row.Role)) {
			return row, nil
		}
	}
	return PostsInRow{}, missing
}

func (p *Pages) postEnded(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	row, err := p.postHeld(ctx, d, r.PathValue("id"))
	if err != nil {
		return err
	}
	err = p.Door.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		held, err := New(tx).PostHeld(ctx, d.Tenant.ID, row.ID)
		if err != nil {
			return store.NoRows(err)
		}
		if err := p.Register.EndPost(ctx, tx, d.Tenant.ID, row.ID); err != nil {
			return err
		}
		if err := p.Door.PostsChanged(ctx, tx, d.Tenant.ID, held.PersonID); err != nil {
			return err
		}
		return Audit(ctx, tx, d.Actor, "post.end", "post", row.ID)
	})
	if err != nil {
		return err
	}
	return see(w, r, templ.SafeURL(d.To("/admin/posts", "at", r.PostFormValue("at"), "done", "ended")))
}
