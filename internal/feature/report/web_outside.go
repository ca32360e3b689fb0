package report

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// reachable reports whether the viewer may ask how to reach the reporter of a
// program outside, and there is something to tell.
func (w Web) reachable(ctx context.Context, v View) (bool, error) {
	if w.Outside == nil || v.Detail.Source != FromOpen311 || v.contactLevel() < people.Logged {
		return false, nil
	}
	_, err := New(w.Store.Reader()).ContactOf(ctx, v.Tenant, v.ID)
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
	v, err := w.glance(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	c, err := w.Outside.Contact(ctx, a, v.ID)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	var facts []ui.Fact
	for _, f := range []ui.Fact{{Term: t.text("report.contact.name"), Value: c.Last + c.First}, {Term: t.text("report.contact.phone"), Value: c.Phone}, {Term: t.text("report.contact.email"), Value: c.Email}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	rw.Header().Set("Cache-Control", "no-store")
	p := inner{title: t.text("report.contact_title"), back: Path(v.ID), at: "reports"}
	return w.show(rw, r, http.StatusOK, a, p, contactBody(v.Door, t.title(v.Category, v.Detail.Spot), facts, templ.SafeURL(Path(v.ID))))
}

// keysPage is the keys of programs that report through Open311.
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

func (w Web) keys(rw http.ResponseWriter, r *http.Request) error {
	return w.showKeys(rw, r, http.StatusOK, keysPage{})
}

func (w Web) showKeys(rw http.ResponseWriter, r *http.Request, status int, p keysPage) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	all, err := w.Keys.List(ctx, a)
	if err != nil {
		return err
	}
	now := w.Store.Now()
	p.Address = w.Outside.base(r) + geoBase
	for _, k := range all {
		line := keyLine{k.ID, k.Name, words.T(ctx, "report.key.open"), words.T(ctx, "report.key.since", "at", words.At(ctx, k.Created, now)), ui.OK, true}
		if !k.Ended.IsZero() {
			line.Tone, line.State, line.Open = ui.Neutral, words.T(ctx, "report.key.ended", "at", words.At(ctx, k.Ended, now)), false
		}
		p.Lines = append(p.Lines, line)
	}
	rw.Header().Set("Cache-Control", "no-store")
	in := inner{title: words.T(ctx, "report.key.title"), sub: words.T(ctx, "report.key.sub"), back: "/", at: "keys"}
	return w.show(rw, r, status, a, in, keysBody(p))
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
	name := clean(r.PostFormValue("name"))
	plain, _, err := w.Keys.Issue(ctx, a, name)
	if fault.Is(err, fault.Invalid) {
		return w.showKeys(rw, r, http.StatusUnprocessableEntity, keysPage{Name: name, Error: errorOf(ctx, fault.As(err), "name")})
	}
	if err != nil {
		return err
	}
	return w.showKeys(rw, r, http.StatusOK, keysPage{Plain: plain})
}

func (w Web) endKey(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := w.Keys.End(r.Context(), a, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(rw, r, "/admin/keys", http.StatusSeeOther)
	return nil
}
