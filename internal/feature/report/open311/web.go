package open311

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

//go:embed words/*.toml
var files embed.FS

// Words are the sentences of the room.
func Words() fs.FS { return store.Folder(files, "words") }

// Web is the pages beside the interface: how to reach who reported through it,
// and the keys of programs.
type Web struct {
	*API
	Frame ui.Frame
}

// Routes are the doors of the pages.
func (w Web) Routes() []web.Route {
	return []web.Route{
		{Pattern: "POST /report/{id}/contact", Access: "report.contact", Do: w.contact},
		{Pattern: "GET /admin/keys", Access: "key.edit", Do: w.showAll},
		{Pattern: "POST /admin/keys", Access: "key.edit", Do: w.issueKey},
		{Pattern: "POST /admin/keys/{id}/end", Access: "key.edit", Do: w.endKey},
	}
}

// Beside is what a program gave along with a report; nothing for a viewer who is
// no staff.
func (o *API) Beside(ctx context.Context, v report.View) (report.Beside, error) {
	if !v.Staff() {
		return report.Beside{}, nil
	}
	said, err := o.outsideOf(ctx, v.Case)
	if err != nil {
		return report.Beside{}, err
	}
	b := report.Beside{Placed: said.Placed, Position: said.Position, Media: said.Media}
	b.Contact, err = o.reachable(ctx, v)
	return b, err
}

// reachable reports whether the viewer may ask how to reach the reporter, and
// there is something to tell.
func (o *API) reachable(ctx context.Context, v report.View) (bool, error) {
	if v.Detail.Source != report.FromOpen311 || contactLevel(v.Viewer(), v) < people.Logged {
		return false, nil
	}
	_, err := New(o.reports.Store.Reader()).ContactOf(ctx, v.Tenant, v.ID)
	if err != nil && !fault.Is(store.NoRows(err), fault.NotFound) {
		return false, err
	}
	return err == nil, nil
}

// contact shows how to reach the reporter, once it is written down that
// somebody asked. The answer to the form is the only page that has it.
func (w Web) contact(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	v, err := w.reports.Pictured(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	c, err := w.Contact(ctx, a, v.ID)
	if err != nil {
		return err
	}
	var facts []ui.Fact
	for _, f := range []ui.Fact{
		{Term: words.T(ctx, "open311.contact.name"), Value: c.Last + c.First}, {Term: words.T(ctx, "open311.contact.phone"), Value: c.Phone}, {Term: words.T(ctx, "open311.contact.email"), Value: c.Email},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	rw.Header().Set("Cache-Control", "no-store")
	s := w.Frame.Desk(r, "reports", ui.Head{Title: words.T(ctx, "open311.contact_title")})
	return web.Render(rw, r, http.StatusOK, ui.DeskPage(s, contactBody(v.Door, v.Title(ctx), facts, templ.SafeURL(report.Path(v.ID)))))
}

// keysPage is the keys of programs that report here.
type keysPage struct {
	Plain   string // of the one just issued, shown this once
	Name    string // typed and refused
	Error   string
	Address string
	Lines   []keyLine
}

type keyLine struct {
	ID, Name, State, Since string
	Tone                   ui.Tone
	Open                   bool
}

func (w Web) showAll(rw http.ResponseWriter, r *http.Request) error {
	return w.show(rw, r, http.StatusOK, keysPage{})
}

func (w Web) show(rw http.ResponseWriter, r *http.Request, status int, p keysPage) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	all, err := w.keys.List(ctx, a)
	if err != nil {
		return err
	}
	now := w.reports.Store.Now()
	p.Address = w.base(r) + geoBase
	for _, k := range all {
		line := keyLine{k.ID, k.Name, words.T(ctx, "open311.key.open"), words.T(ctx, "open311.key.since", "at", words.At(ctx, k.Created, now)), ui.OK, true}
		if !k.Ended.IsZero() {
			line.Tone, line.State, line.Open = ui.Neutral, words.T(ctx, "open311.key.ended", "at", words.At(ctx, k.Ended, now)), false
		}
		p.Lines = append(p.Lines, line)
	}
	rw.Header().Set("Cache-Control", "no-store")
	s := w.Frame.Desk(r, "keys", ui.Head{Title: words.T(ctx, "open311.key.title"), Sub: words.T(ctx, "open311.key.sub")})
	return web.Render(rw, r, status, ui.DeskPage(s, keysBody(p)))
}

func (w Web) issueKey(rw http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(rw, r); err != nil {
		return err
	}
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	name := store.Clean(r.PostFormValue("name"))
	plain, _, err := w.keys.Issue(ctx, a, name)
	if fault.Is(err, fault.Invalid) {
		p := keysPage{Name: name}
		for _, x := range fault.As(err).Fields {
			p.Error = words.T(ctx, x.Key, x.Args...)
		}
		return w.show(rw, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return w.show(rw, r, http.StatusOK, keysPage{Plain: plain})
}

func (w Web) endKey(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := w.keys.End(r.Context(), a, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(rw, r, "/admin/keys", http.StatusSeeOther)
	return nil
}
