package casework

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// Room is a kind of case: what is its own. Words, routes and links are under the
// kind's name.
type Room[D any] struct {
	House
	Kind   matter.Kind
	Table  matter.Table[D]
	Read   string // row of the access table: where cases are listed and read
	Work   string // row of the access table: where somebody may act on one
	Photos int    // how many pictures an act may bring; 0: none

	// Step says what a move comes to beyond what moves usually do. It is pure.
	Step func(t Turn[D], n *Next[D]) error
	// Check adds what is wrong with the room's own fields of an act.
	Check func(x Act, f *fault.Error)
	// Clock is when the clock acts next on an open case, and by which verb; the
	// zero time: never. Nil: it is late once its due time has passed.
	Clock func(c matter.Case[D]) (time.Time, matter.Verb)
	// Around is where a case is and who serves there; it may also fill in what the
	// detail knows of the world. Nil: the case's place.
	Around func(ctx context.Context, db store.DB, c *matter.Case[D]) (Scene, error)
	// Named is as what those may act on a case who are named for it; to everybody
	// else it is not there, though they serve its place. Nil: it is for all who do.
	Named func(a people.Actor, c matter.Case[D]) []people.Group
	// Beside writes what else belongs to a move, in its transaction, such as the
	// next case. Nil: nothing.
	Beside func(ctx context.Context, tx *store.Tx, c matter.Case[D], x Act) error
	// Rootly: a case that nobody has said the place of is read and worked on by
	// whoever serves anywhere in the neighbourhood.
	Rootly bool
	// OfficeReadsAll: the subdistrict's officers read every case of every
	// neighbourhood; else those that were escalated to them.
	OfficeReadsAll bool

	DueBefore []string   // earlier names of the job of missed deadlines
	MoreJobs  []job.Kind // the room's own
}

// Path is the page of a case.
func (r *Room[D]) Path(id string) string { return r.Kind.Path(id) }

func (r *Room[D]) around(ctx context.Context, db store.DB, c *matter.Case[D]) (Scene, error) {
	if r.Around != nil {
		return r.Around(ctx, db, c)
	}
	return r.SceneAt(ctx, c.Tenant, c.Place)
}

// View is a case as one person may see it.
type View[D any] struct {
	matter.Case[D]
	Scene    Scene
	Roles    []people.Group    // as what they may act on it
	Can      []matter.Verb     // what they may do now
	Timeline []matter.Entry    // what they may read of it
	Photos   []picture.Picture // of these entries
	Links    []matter.Link

	helps bool // they hold a post at its place, whatever it lets them do
}

// View is the case with this id; to who may not know of it, it is not found.
func (r *Room[D]) View(ctx context.Context, a people.Actor, id string) (View[D], error) {
	v, err := r.Glance(ctx, a, id)
	if err != nil {
		return v, err
	}
	all, err := r.Spine.Timeline(ctx, v.Tenant, id)
	if err != nil {
		return v, err
	}
	v.Timeline = matter.Visible(all, v.audiences()...)
	if v.Photos, err = r.photosIn(ctx, v); err != nil {
		return v, err
	}
	v.Links, err = r.Spine.Links(ctx, v.Tenant, id)
	return v, err
}

func (r *Room[D]) photosIn(ctx context.Context, v View[D]) ([]picture.Picture, error) {
	if r.Photos == 0 {
		return nil, nil
	}
	all, err := picture.Of(ctx, r.Store.Reader(), v.Tenant, v.ID)
	return slices.DeleteFunc(all, func(p picture.Picture) bool {
		return !slices.ContainsFunc(v.Timeline, func(e matter.Entry) bool { return e.Seq == p.Seq })
	}), err
}

// PhotosOf are the pictures of a case that the actor may see.
func (r *Room[D]) PhotosOf(ctx context.Context, a people.Actor, id string) ([]picture.Picture, error) {
	v, err := r.View(ctx, a, id)
	return v.Photos, err
}

// Glance is View without timeline, pictures and links.
func (r *Room[D]) Glance(ctx context.Context, a people.Actor, id string) (View[D], error) {
	c, err := r.find(ctx, a, id)
	if err != nil {
		return View[D]{}, err
	}
	return r.Seen(ctx, a, c)
}

// Seen is a case as the actor may see it, or not found.
func (r *Room[D]) Seen(ctx context.Context, a people.Actor, c matter.Case[D]) (View[D], error) {
	v := View[D]{Case: c}
	if !r.mayRead(a, c.Matter) {
		return View[D]{}, fault.New(fault.NotFound, "fault.not_found")
	}
	var err error
	if v.Scene, err = r.around(ctx, r.Store.Reader(), &v.Case); err != nil {
		return v, err
	}
	v.Roles = r.roles(a, c.Matter)
	if r.Named != nil {
		as := r.Named(a, v.Case)
		v.Roles = slices.DeleteFunc(v.Roles, func(g people.Group) bool { return !slices.Contains(as, g) })
		if len(v.Roles) == 0 {
			return View[D]{}, fault.New(fault.NotFound, "fault.not_found")
		}
	}
	v.helps = a.Tenant == c.Tenant && len(people.Access{}.As(a, r.Read, c.Path)) > 0
	for _, m := range r.Kind.Moves {
		if _, ok := v.as(r.Kind, m.Verb); ok && !slices.Contains(v.Can, m.Verb) {
			v.Can = append(v.Can, m.Verb)
		}
	}
	return v, nil
}

// find is a case of the actor's neighbourhood; officers of the subdistrict find
// those of every neighbourhood.
func (r *Room[D]) find(ctx context.Context, a people.Actor, id string) (matter.Case[D], error) {
	id = store.Clean(id)
	c, err := r.Table.ByID(ctx, r.Store.Reader(), a.Tenant, id)
	if !fault.Is(err, fault.NotFound) || !(people.Access{}).Scope(a, r.Read).Office {
		return c, err
	}
	tenants, err := r.Places.Tenants(ctx)
	if err != nil {
		return c, err
	}
	for _, t := range tenants {
		if c, err := r.Table.ByID(ctx, r.Store.Reader(), t.ID, id); !fault.Is(err, fault.NotFound) {
			return c, err
		}
	}
	return c, fault.New(fault.NotFound, "fault.not_found")
}

// mayRead asks the access table, and a case's own visibility for neighbours.
func (r *Room[D]) mayRead(a people.Actor, m matter.Matter) bool {
	s := people.Access{}.Scope(a, r.Read)
	if a.Tenant != m.Tenant {
		return s.Office && (r.OfficeReadsAll || m.Level >= matter.ToOffice)
	}
	return s.Covers(m.Path) || m.Shared() && s.Shares(m.Path) || r.Rootly && m.Rooted() && s.Serves() || s.Person != "" && m.RaisedBy == a.Person
}

// roles are the groups as which the actor may act on a case, by its access to work on cases.
func (r *Room[D]) roles(a people.Actor, m matter.Matter) []people.Group {
	var roles []people.Group
	if a.Person == m.RaisedBy && a.Tenant == m.Tenant {
		roles = append(roles, matter.ByRaiser)
	}
	s := people.Access{}.Scope(a, r.Work)
	rooted := r.Rootly && m.Rooted() && s.Serves()
	if a.Tenant != m.Tenant && !s.Office || a.Tenant == m.Tenant && !s.Covers(m.Path) && !rooted {
		return roles
	}
	path := m.Path
	if rooted {
		path = ""
	}
	return append(roles, people.Access{}.As(a, r.Work, path)...)
}

// as is the group under which the viewer may make a move, if any.
func (v View[D]) as(k matter.Kind, verb matter.Verb) (people.Group, bool) {
	move, ok := k.Find(v.Phase, verb)
	if !ok {
		return "", false
	}
	for _, g := range move.By {
		if slices.Contains(v.Roles, g) {
			return g, true
		}
	}
	return "", false
}

// May reports whether the viewer may do this now.
func (v View[D]) May(verb matter.Verb) bool { return slices.Contains(v.Can, verb) }

// staff are the groups that read what staff write to each other: building leads
// and volunteers serve a place as neighbours.
func staff() []people.Group {
	return []people.Group{people.Property, people.Committee, people.Subdistrict, people.Administrators}
}

// Staff reports whether the viewer works on the case for its place.
func (v View[D]) Staff() bool {
	return slices.ContainsFunc(v.Roles, func(g people.Group) bool { return slices.Contains(staff(), g) })
}

// Raiser reports whether the viewer raised the case.
func (v View[D]) Raiser() bool { return slices.Contains(v.Roles, matter.ByRaiser) }

// audiences are whose lines the viewer reads. Who may read a case that only staff
// see is staff.
func (v View[D]) audiences() []matter.Audience {
	as := []matter.Audience{matter.Everybody, matter.Compound}
	if len(v.Roles) > 0 || v.helps {
		as = append(as, matter.Parties)
	}
	if v.Staff() || v.Visibility == matter.Staff {
		as = append(as, matter.Parties, matter.Staff)
	}
	return as
}

// Filter is what a reader asks of a list; the room says what of it they may read.
type Filter = matter.Query

// Asked is a filter as the room reads it for an actor.
func (r *Room[D]) Asked(a people.Actor, f Filter) Filter {
	f.Scope, f.Rootly, f.Limit = people.Access{}.Scope(a, r.Read), r.Rootly, cmp.Or(f.Limit, listed)
	return f
}

// listed is how many cases a page of a list has.
const listed = 50

// List is a page of the cases that the actor may read: open ones with the most
// urgent first, closed ones newest first.
func (r *Room[D]) List(ctx context.Context, a people.Actor, f Filter) (matter.Page[D], error) {
	return r.Table.List(ctx, r.Store.Reader(), r.Store.Now(), r.Asked(a, f))
}

// Tally counts the cases that the actor may read.
func (r *Room[D]) Tally(ctx context.Context, a people.Actor, f Filter) (matter.Tally, error) {
	return r.Table.Tally(ctx, r.Store.Reader(), r.Store.Now(), r.Asked(a, f))
}

// SeenOf are the views among some cases that the actor may know of.
func (r *Room[D]) SeenOf(ctx context.Context, a people.Actor, list []matter.Case[D]) ([]View[D], error) {
	var out []View[D]
	for _, c := range list {
		v, err := r.Seen(ctx, a, c)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// LedTo are the room's cases that a matter of the actor's neighbourhood led to.
func (r *Room[D]) LedTo(ctx context.Context, a people.Actor, tenant store.Tenant, id string) ([]View[D], error) {
	if a.Tenant != tenant {
		return nil, nil
	}
	links, err := r.Spine.Links(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	var list []matter.Case[D]
	for _, l := range links {
		if l.Kind != matter.LeadsTo || l.From != id {
			continue
		}
		c, err := r.Table.ByID(ctx, r.Store.Reader(), tenant, l.To)
		if fault.Is(err, fault.NotFound) {
			continue // another room's
		}
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return r.SeenOf(ctx, a, list)
}

// Tell tells of a case without a move.
func (r *Room[D]) Tell(ctx context.Context, tx *store.Tx, c matter.Case[D], list ...Told) error {
	sc, err := r.around(ctx, tx, &c)
	if err != nil {
		return err
	}
	return r.tell(ctx, tx, c, sc, list)
}

// tell tells what a move asks to be told. Somebody of another tenant than the
// case's, an administrator of the office, is led to where the case is.
func (r *Room[D]) tell(ctx context.Context, tx *store.Tx, c matter.Case[D], sc Scene, list []Told) error {
	for _, x := range list {
		to := sc.Persons(x.Groups...)
		for _, p := range x.Persons {
			if !slices.Contains(to[c.Tenant], p) {
				to[c.Tenant] = append(to[c.Tenant], p)
			}
		}
		for tenant, persons := range to {
			persons = slices.DeleteFunc(persons, func(p string) bool { return p == "" || p == x.But })
			if err := r.say(ctx, tx, c, sc, x, tenant, persons); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Room[D]) say(ctx context.Context, tx *store.Tx, c matter.Case[D], sc Scene, x Told, tenant store.Tenant, to []string) error {
	if len(to) == 0 {
		return nil
	}
	args := map[string]string{"place": sc.Door, "number": c.Number}
	for k, v := range x.Args {
		args[k] = v
	}
	link := r.Path(c.ID)
	if tenant != c.Tenant && slices.Contains(x.Groups, people.Administrators) {
		link += "?n=" + url.QueryEscape(string(c.Tenant))
	}
	err := r.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: tenant, Matter: c.ID, Seq: c.Version, To: to, Key: r.Kind.Key("told." + x.Key), Link: link, Args: args,
		Event: notify.Event{Kind: r.Kind.Name, Verb: x.Key, Number: c.Number, Phase: string(c.Phase), Place: sc.Short},
	})
	if err != nil || x.Outside == "" || tenant != c.Tenant {
		return err
	}
	return r.Notify.Tell(ctx, tx, notify.Telling{ // lock screens and groups hear the building, not the door
		Tenant: tenant, Matter: c.ID, Seq: c.Version, Key: r.Kind.Key("told.outside"), Link: r.Path(c.ID),
		Args:    map[string]string{"kind_key": x.Outside, "place": sc.Short, "short": sc.Short, "number": c.Number},
		Outside: map[notify.Channel][]string{notify.Push: to, notify.Robot: to},
	})
}
