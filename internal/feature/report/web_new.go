package report

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// form is the page on which a report is written.
type form struct {
	Words    ui.Words
	Draft    Draft
	Action   string
	Fault    *fault.Error
	Door     string // plate of the chosen place
	Chosen   bool   // the place was just chosen: it wins over the kept draft
	Change   string // where another place is chosen
	Frequent []kindChip
	Groups   []kindGroup
	Other    bool // the chosen kind is not among the frequent ones
	After    string
	Readers  string // who may read the words, where anybody may
	Behalf   string // name and room of the person staff write for
}

// kindChip is one kind to choose.
type kindChip struct {
	Code, Icon, Text, After string
	Checked                 bool
}

// kindGroup is a group of kinds.
type kindGroup struct {
	Name  string
	Kinds []kindChip
}

// frequent are the kinds shown first, with their icons and short words.
func frequent() []struct{ code, icon, key string } {
	return []struct{ code, icon, key string }{
		{"corridor.clutter", "package", "clutter"}, {"ebike.wire", "plug-zap", "wire"}, {"parking.misuse", "car", "parking"},
		{"water.leak_public", "droplets", "leak"}, {"corridor.light", "lightbulb-off", "light"}, {"clean.garbage", "trash-2", "garbage"},
	}
}

// blank is an empty form for the actor's own building, or for the place in
// the link, as from the code on a wall.
func (w Web) blank(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	q := r.URL.Query()
	d := Draft{Place: q.Get("place"), Category: q.Get("category"), Key: store.NewID()}
	chosen := d.Place != ""
	if !chosen {
		if d.Place, err = w.ownBuilding(r.Context(), a.Tenant, a.Dwelling); err != nil {
			return err
		}
	}
	return w.showForm(rw, r, a, form{Draft: d, Action: "/report", Change: "/report/place", Chosen: chosen})
}

// ownBuilding is the building that a dwelling is in; empty for nobody's.
func (w Web) ownBuilding(ctx context.Context, tenant store.Tenant, dwelling string) (string, error) {
	if dwelling == "" {
		return "", nil
	}
	chain, err := w.Places.Ancestors(ctx, tenant, dwelling)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(chain, func(n place.Node) bool { return n.Kind == place.Building })
	if at < 0 {
		return dwelling, nil
	}
	return chain[at].ID, nil
}

// showForm answers with the form: 422 when it was refused.
func (w Web) showForm(rw http.ResponseWriter, r *http.Request, a people.Actor, f form) error {
	ctx := r.Context()
	t := w.teller(ctx, a)
	f.Words = ui.Read(ctx)
	if w.Outside != nil && w.Outside.PublishesWords() {
		f.Readers = t.text("report.words_public")
	}
	if err := w.dressForm(ctx, a, t, &f); err != nil {
		return err
	}
	status := http.StatusOK
	if f.Fault != nil {
		status = f.Fault.Code.Status()
	}
	title, at := t.text("report.title"), "reports"
	if f.Action == "/report/desk" {
		title = t.text("report.intake_title")
	}
	return w.show(rw, r, status, a, inner{title: title, back: "/", at: at, end: ui.DraftState(), foot: sendButton(t.text("report.send"))}, formBody(f))
}

func (w Web) dressForm(ctx context.Context, a people.Actor, t teller, f *form) error {
	if f.Draft.Place != "" {
		spot, err := w.Places.Spot(ctx, a.Tenant, f.Draft.Place)
		switch {
		case fault.Is(err, fault.NotFound) && f.Fault != nil:
			f.Draft.Place = "" // refused already, the error stands beside the field
		case err != nil:
			return err
		default:
			f.Door = spot.Label.Door
		}
	}
	all, err := w.Categories.All(ctx)
	if err != nil {
		return err
	}
	f.kinds(t, all)
	return nil
}

// kinds lays out the kinds: the frequent ones, then all in their groups.
func (f *form) kinds(t teller, all []Category) {
	short := frequent()
	for _, k := range short {
		at := slices.IndexFunc(all, func(c Category) bool { return c.Code == k.code && !c.Retired })
		if at >= 0 {
			f.Frequent = append(f.Frequent, kindChip{k.code, k.icon, t.text("report.short." + k.key), plain(t.after(all[at])), f.Draft.Category == k.code})
		}
	}
	f.After = t.text("report.after_any")
	for _, c := range all {
		if c.Code == f.Draft.Category {
			f.After = t.after(c)
		}
		if c.Retired || slices.ContainsFunc(f.Frequent, func(k kindChip) bool { return k.Code == c.Code }) {
			continue
		}
		chip := kindChip{Code: c.Code, Text: c.Name(t.ctx), After: plain(t.after(c)), Checked: c.Code == f.Draft.Category}
		f.Other = f.Other || chip.Checked
		name := c.Group(t.ctx)
		if n := len(f.Groups); n == 0 || f.Groups[n-1].Name != name {
			f.Groups = append(f.Groups, kindGroup{Name: name})
		}
		g := &f.Groups[len(f.Groups)-1]
		g.Kinds = append(g.Kinds, chip)
	}
}

// plain takes the marks of bold words out.
func plain(s string) string { return strings.NewReplacer("<b>", "", "</b>", "").Replace(s) }

// create takes a report in, a resident's own or one that staff wrote down.
func (w Web) create(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	done, err := web.ParseUpload(rw, r)
	defer done()
	if err != nil {
		return err
	}
	d := draftOf(r)
	if d.Photos, err = w.Studio.Take(r.Context(), picture.Files(r, "photo"), MaxPhotos); err == nil {
		var rep Report
		if rep, _, err = w.Create(r.Context(), a, d); err == nil {
			ui.Saved(rw, r, Path(rep.ID)+"?sent=1")
			return nil
		}
	}
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Busy) {
		return err
	}
	return w.refused(rw, r, a, d, fault.As(err))
}

// refused shows the form again with all that was typed, also when nothing is
// wrong with it but there is no room to keep it.
func (w Web) refused(rw http.ResponseWriter, r *http.Request, a people.Actor, d Draft, f *fault.Error) error {
	page := form{Draft: d, Fault: f, Action: "/report", Change: "/report/place"}
	if d.OnBehalf != "" {
		if err := w.onBehalf(r.Context(), a, &page); err != nil {
			return err
		}
	}
	return w.showForm(rw, r, a, page)
}

// draftOf reads the form. A time that cannot be read means now.
func draftOf(r *http.Request) Draft {
	d := Draft{
		Place: r.FormValue("place"), Category: r.FormValue("category"), Spot: strings.TrimSpace(r.FormValue("spot")),
		Words: strings.TrimSpace(r.FormValue("words")), Anonymous: r.FormValue("anonymous") != "", Source: FromApp, Key: r.FormValue("key"),
	}
	if ms, err := strconv.ParseInt(r.FormValue("happened_at"), 10, 64); err == nil && ms > 0 {
		d.HappenedAt = store.Time(ms)
	}
	if r.URL.Path == "/report/desk" {
		d.OnBehalf, d.Source = r.FormValue("person"), FromDesk
	}
	return d
}

// draftName keeps the draft of a report apart from those of the desk.
func (f form) draftName() string {
	if f.Draft.OnBehalf != "" {
		return "desk"
	}
	return "report"
}
