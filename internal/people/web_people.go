package people

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// peoplePage is the list of the register.
type peoplePage struct {
	Desk
	Query, Under string
	Where        string // door-plate of the place listed
	Quiet        bool   // those without a name are left out
	Areas        []ui.Segment
	Items        []ui.Item
	Pager        ui.Paging
	Pane         templ.Component
}

func (p *Pages) people(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	return p.showPeople(w, r, d, "", nil)
}

// showPeople is the list, with the opened person beside it.
func (p *Pages) showPeople(w http.ResponseWriter, r *http.Request, d Desk, current string, pane templ.Component) error {
	ctx := r.Context()
	at, err := p.placeAt(ctx, d, r.FormValue("under"), "people.read")
	if err != nil {
		return err
	}
	label, err := p.Places.Label(ctx, at.Tenant, at.ID)
	if err != nil {
		return err
	}
	v := peoplePage{Desk: d, Query: r.FormValue("q"), Under: r.FormValue("under"), Where: label.Door, Pane: pane}
	v.Quiet = v.Query == "" && wide(at.Kind)
	f := Filter{Query: v.Query, Under: at.Path, Named: v.Quiet}
	if at.ID == d.Root.ID && d.may("people.read", "") == nil {
		f.Under = "" // staff too, who live nowhere here
	}
	list, more, err := p.Register.Persons(ctx, d.Tenant.ID, f, Page{After: r.FormValue("after")})
	if err != nil {
		return err
	}
	for _, x := range list {
		v.Items = append(v.Items, v.item(ctx, x, current))
	}
	v.page(ctx, list, more, r.FormValue("after"))
	if v.Areas, err = p.areas(ctx, d, at.ID); err != nil {
		return err
	}
	head := d.head(say(ctx, "desk.people"), say(ctx, "desk.people_sub", "where", v.Where))
	head.Actions = ui.Button(ui.Btn{Text: say(ctx, "desk.places"), Icon: "map-pin", Size: "sm", Href: templ.SafeURL(d.To("/admin/places"))})
	s := p.Frame.Desk(r, "register", head)
	return web.Render(w, r, http.StatusOK, peopleView(s, v))
}

// wide reports whether a place holds so many homes that the children, who have
// no names here, would only fill its list. They stand in that of their home.
func wide(k place.Kind) bool {
	return k != place.Building && k != place.Entrance && k != place.Dwelling
}

func (v *peoplePage) page(ctx context.Context, list []Listed, more bool, after string) {
	v.Pager = ui.Paging{Label: say(ctx, "desk.pages"), NewerText: say(ctx, "desk.first"), OlderText: say(ctx, "desk.next")}
	if after != "" {
		v.Pager.Newer = templ.SafeURL(v.To("/admin", "q", v.Query, "under", v.Under))
	}
	if more {
		v.Pager.Older = templ.SafeURL(v.To("/admin", "q", v.Query, "under", v.Under, "after", list[len(list)-1].ID))
	}
}

func (v *peoplePage) item(ctx context.Context, x Listed, current string) ui.Item {
	it := ui.Item{
		Href:  templ.SafeURL(v.To("/admin/people/"+x.ID, "q", v.Query, "under", v.Under)),
		Title: v.nameOf(ctx, x.Person, x.Path), Note: standing(ctx, x.Standing), Current: x.ID == current,
	}
	if x.Building+x.Room != "" {
		it.Plate = x.Building + " " + x.Room
	}
	if x.PhoneSealed == "" && x.Standing != Staff {
		it.Tag = say(ctx, "desk.no_phone")
	}
	return it
}

// nameOf is a person's name as the desk may see it.
func (d Desk) nameOf(ctx context.Context, x Person, path string) string {
	if x.Standing == Staff {
		path = d.Root.Path // they serve here; their posts name them
	}
	switch level := (Access{}).See(d.Actor, "person", "name", Subject{Person: x.ID, Household: x.Household, Path: path}); {
	case x.Name == "":
		return words.T(ctx, "signin.family")
	case level >= Logged:
		return x.Name
	case level == Masked:
		return MaskName(x.Name)
	}
	return say(ctx, "desk.hidden")
}

func standing(ctx context.Context, s Standing) string { return say(ctx, "standing."+string(s)) }

// areas let somebody with several posts choose whose people to see.
func (p *Pages) areas(ctx context.Context, d Desk, current string) ([]ui.Segment, error) {
	held := d.served("people.read")
	if len(held) < 2 {
		return nil, nil
	}
	var out []ui.Segment
	for _, h := range held {
		label, err := p.Places.Label(ctx, d.Tenant.ID, h.Place)
		if err != nil {
			return nil, err
		}
		out = append(out, ui.Segment{Href: templ.SafeURL(d.To("/admin", "under", h.Place)), Text: label.Door, Current: h.Place == current})
	}
	return out, nil
}

// personPane is one person, each field as far as the desk may see it.
type personPane struct {
	Desk
	ID, Query, Under string
	Name, Home       string
	Facts            []ui.Fact
	Veiled           []veiled
	Posts            []string
}

// veiled is a field that is shown masked, or not at all, until asked for.
type veiled struct {
	Field, Term, Value string
	Ask                bool // may be shown, and the showing is recorded
}

func (p *Pages) person(w http.ResponseWriter, r *http.Request) error { return p.onePerson(w, r, "") }

// personShown shows one protected field and writes down that it was read. The
// answer to the form is the only page that has it.
func (p *Pages) personShown(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	return p.onePerson(w, r, r.PostFormValue("field"))
}

func (p *Pages) onePerson(w http.ResponseWriter, r *http.Request, show string) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	x, path, err := p.personAt(ctx, d, r.PathValue("id"))
	if err != nil {
		return err
	}
	if show != "" {
		if err := p.recordReading(ctx, d, x, path, show); err != nil {
			return err
		}
	}
	v := personPane{Desk: d, ID: x.ID, Query: r.FormValue("q"), Under: r.FormValue("under"), Name: d.nameOf(ctx, x, path)}
	if err := p.fill(ctx, &v, x, path, show); err != nil {
		return err
	}
	return p.showPeople(w, r, d, x.ID, personView(v))
}

// personAt is a person of the tenant and the path of their home. Whom the desk
// does not see is not found.
func (p *Pages) personAt(ctx context.Context, d Desk, id string) (x Person, path string, err error) {
	if x, err = p.Register.Person(ctx, d.Tenant.ID, id); err != nil {
		return x, "", err
	}
	if x.Household != "" {
		if path, err = p.Door.read().HouseholdPath(ctx, d.Tenant.ID, x.Household); err != nil {
			return x, "", store.NoRows(err)
		}
	}
	if d.may("people.read", path) != nil {
		return x, "", fault.New(fault.NotFound, "fault.not_found")
	}
	return x, path, nil
}

func (p *Pages) recordReading(ctx context.Context, d Desk, x Person, path, field string) error {
	if level := d.level(field, x, path); level != Logged || field == "name" {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return p.Door.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return Audit(ctx, tx, d.Actor, "person.read", "person", x.ID, field)
	})
}

func (d Desk) level(field string, x Person, path string) Level {
	return Access{}.See(d.Actor, "person", field, Subject{Person: x.ID, Household: x.Household, Path: path})
}

func (p *Pages) fill(ctx context.Context, v *personPane, x Person, path, show string) error {
	if x.Household != "" {
		h, err := p.Register.Household(ctx, v.Tenant.ID, x.Household)
		if err != nil {
			return err
		}
		label, err := p.Places.Label(ctx, v.Tenant.ID, h.Place)
		if err != nil {
			return err
		}
		v.Home = label.Door
		v.Facts = append(v.Facts, ui.Fact{Term: say(ctx, "desk.household_size"), Value: strconv.Itoa(h.Size)})
	}
	now := p.Door.store.Now()
	v.Facts = append(v.Facts, ui.Fact{Term: say(ctx, "desk.standing"), Value: standing(ctx, x.Standing)},
		ui.Fact{Term: say(ctx, "desk.since"), Value: since(ctx, x.Since, now)})
	if !x.Until.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: say(ctx, "desk.until"), Value: since(ctx, x.Until, now)})
	}
	if x.Standing != Staff {
		v.Facts = append(v.Facts, ui.Fact{Term: say(ctx, "desk.consent"), Value: agreed(ctx, x)})
	}
	if err := p.veil(ctx, v, x, path, show); err != nil {
		return err
	}
	rows, err := p.Door.read().PostsHeld(ctx, v.Tenant.ID, x.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		v.Posts = append(v.Posts, p.postText(ctx, v.Tenant.ID, Held{Role(row.Role), row.PlaceID, row.Path}))
	}
	return nil
}

// veil fills in the protected fields: what is masked stays so, what is logged
// is only shown when it was just asked for.
func (p *Pages) veil(ctx context.Context, v *personPane, x Person, path, show string) error {
	for _, f := range []struct{ field, sealed string }{{"phone", x.PhoneSealed}, {"lives_alone", x.AloneSealed}, {"child", ""}} {
		level := v.level(f.field, x, path)
		if level == No || x.Standing == Staff && f.field != "phone" {
			continue
		}
		one := veiled{Field: f.field, Term: say(ctx, "field."+f.field), Ask: level == Logged && show != f.field}
		if err := p.read(ctx, &one, x, f.sealed, level, show); err != nil {
			return err
		}
		v.Veiled = append(v.Veiled, one)
	}
	return nil
}

func (p *Pages) read(ctx context.Context, one *veiled, x Person, sealed string, level Level, show string) error {
	open := level == Yes || level == Logged && show == one.Field
	switch one.Field {
	case "child":
		one.Value = yesNo(ctx, x.AgeBand == Child)
	case "phone":
		plain, err := p.Door.seal.Open(x.Tenant, x.ID, FieldPhone, sealed)
		if err != nil {
			return err
		}
		one.Value = plain
		switch {
		case plain == "":
			one.Value, one.Ask = say(ctx, "desk.no_phone"), false
			return nil
		case !open:
			one.Value = MaskPhone(plain)
		}
		return nil
	default:
		plain, err := p.Door.seal.Open(x.Tenant, x.ID, FieldAlone, sealed)
		if err != nil {
			return err
		}
		one.Value = yesNo(ctx, plain == "1")
	}
	if !open {
		one.Value = say(ctx, "desk.hidden")
	}
	return nil
}

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return say(ctx, "yes")
	}
	return say(ctx, "no")
}

// agreed says to staff whether somebody agreed to the privacy notice.
func agreed(ctx context.Context, x Person) string {
	if x.Consent == "" {
		return say(ctx, "desk.consent_not")
	}
	return say(ctx, "desk.consent_has", "version", x.Consent)
}
