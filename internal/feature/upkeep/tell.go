package upkeep

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// detectorsNamed is how many detectors a message about a gateway names.
const detectorsNamed = 5

// scene is where a device is, what hangs on it, and who looks after it.
type scene struct {
	unit   device.Unit
	behind []device.Unit // those a gateway speaks for
	door   string        // where it hangs, or what it is called while nobody has said
	short  string        // compound and building, for programs outside
	list   string        // the first of those behind it, by where they hang
	served []people.Served
	grave  bool // a detector that guards lives does not do its work: an alarm itself
}

// sceneOf looks around a device that stands at a place.
func (s *Service) sceneOf(ctx context.Context, u device.Unit, at string) (sc scene, err error) {
	sc.unit = u
	if u.Power == device.Gateway {
		if sc.behind, err = s.Devices.Behind(ctx, u.Tenant, u.Key); err != nil {
			return sc, err
		}
	}
	if sc.door, err = s.doorOf(ctx, u); err != nil {
		return sc, err
	}
	if sc.short, err = s.shortOf(ctx, u.Tenant, at); err != nil {
		return sc, err
	}
	if sc.list, err = s.named(ctx, sc.behind); err != nil {
		return sc, err
	}
	places, err := s.servedFrom(ctx, sc)
	for _, n := range places {
		served, err := s.Register.PostsAt(ctx, u.Tenant, n.Path)
		if err != nil {
			return sc, err
		}
		sc.served = append(sc.served, served...)
	}
	return sc, err
}

// servedFrom are the places whose staff look after a device: where it hangs, or
// where those hang that it speaks for, or, as long as nobody has said, every
// compound of the neighbourhood.
func (s *Service) servedFrom(ctx context.Context, sc scene) ([]place.Node, error) {
	u, ids := sc.unit, map[string]bool{}
	for _, x := range append(slices.Clone(sc.behind), u) {
		if x.Place != "" {
			ids[x.Place] = true
		}
	}
	var list []place.Node
	for id := range ids {
		n, err := s.Places.ByID(ctx, u.Tenant, id)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	if len(list) > 0 {
		return list, nil
	}
	t, err := s.Places.Tenant(ctx, u.Tenant)
	if err != nil {
		return nil, err
	}
	if list, err = s.Places.Subtree(ctx, u.Tenant, t.Root, place.Compound); err != nil || len(list) > 0 {
		return list, err
	}
	root, err := s.Places.ByID(ctx, u.Tenant, t.Root)
	return []place.Node{root}, err
}

// doorOf is where a device hangs, or what its bridge calls it.
func (s *Service) doorOf(ctx context.Context, u device.Unit) (string, error) {
	if u.Place == "" {
		if u.Name != "" {
			return u.Name, nil
		}
		return u.Key, nil
	}
	label, err := s.Places.Label(ctx, u.Tenant, u.Place)
	return label.Door, err
}

// shortOf is a place down to its building: programs outside learn no flat.
func (s *Service) shortOf(ctx context.Context, tenant store.Tenant, id string) (string, error) {
	t, chain, err := s.Places.Stands(ctx, tenant, id)
	if err != nil {
		return "", err
	}
	for i, n := range chain {
		if n.Kind == place.Building {
			return place.LabelOf(t, chain[:i+1]).Door, nil
		}
	}
	return place.LabelOf(t, chain).Door, nil
}

// named are the first of some devices by where they hang.
func (s *Service) named(ctx context.Context, units []device.Unit) (string, error) {
	var names []string
	for _, u := range units[:min(len(units), detectorsNamed)] {
		at, err := s.doorOf(ctx, u)
		if err != nil {
			return "", err
		}
		names = append(names, at)
	}
	if len(units) > detectorsNamed {
		names = append(names, "…")
	}
	return strings.Join(names, " · "), nil
}

// holder is who owes the hand: the property, or the committee where there is
// none.
func (sc scene) holder() people.Group {
	if among(sc.served, people.Property) {
		return people.Property
	}
	return people.Committee
}

// key is what is said of a cause: a gateway's silence names what is not heard.
func (sc scene) key(c Cause) string {
	if c == Silent && len(sc.behind) > 0 {
		return "upkeep.told.gateway"
	}
	return "upkeep.told." + string(c)
}

// persons are those of some groups, by their tenant, and of the group that
// holds the ticket: who looks after devices here, and the office's
// administrators for words that nobody understands.
func (sc scene) persons(groups ...people.Group) map[store.Tenant][]string {
	to := map[store.Tenant][]string{}
	for _, p := range sc.served {
		g := p.Role.Group()
		here := p.Tenant == sc.unit.Tenant && slices.Contains(hands(), g) || g == people.Administrators
		if here && (slices.Contains(groups, g) || g == sc.holder()) && !slices.Contains(to[p.Tenant], p.Person) {
			to[p.Tenant] = append(to[p.Tenant], p.Person)
		}
	}
	return to
}

// tell tells the groups, and always who holds the ticket. It is the one message
// there is about the trouble.
func (s *Service) tell(ctx context.Context, tx *store.Tx, t Ticket, sc scene, key string, groups ...people.Group) error {
	if t.Cause == NotUnderstood { // who installs codecs
		groups = append(slices.Clone(groups), people.Administrators)
	}
	for tenant, persons := range sc.persons(groups...) {
		if err := s.say(ctx, tx, t, sc, key, tenant, persons); err != nil {
			return err
		}
		if !sc.grave || tenant != t.Tenant {
			continue
		}
		if err := s.sayOutside(ctx, tx, t, sc, persons); err != nil {
			return err
		}
	}
	return nil
}

// tellOffice tells the subdistrict's officers of a ticket that climbed to them.
func (s *Service) tellOffice(ctx context.Context, tx *store.Tx, t Ticket, sc scene, climbed bool) error {
	if !climbed {
		return nil
	}
	officers := map[store.Tenant][]string{}
	for _, p := range sc.served {
		if p.Role.Group() == people.Subdistrict && !slices.Contains(officers[p.Tenant], p.Person) {
			officers[p.Tenant] = append(officers[p.Tenant], p.Person)
		}
	}
	for tenant, persons := range officers {
		if err := s.say(ctx, tx, t, sc, toldOffice, tenant, persons); err != nil {
			return err
		}
	}
	return nil
}

// toldOffice is what the subdistrict's officers are told. They see it as who
// they are: nobody but an administrator works elsewhere.
const toldOffice = "upkeep.told.office"

// sayOutside tells persons by push and their groups by robot. Lock screens and
// groups hear the building, not the door.
func (s *Service) sayOutside(ctx context.Context, tx *store.Tx, t Ticket, sc scene, to []string) error {
	what := string(t.Cause)
	if t.Cause == Silent && len(sc.behind) > 0 {
		what = "gateway"
	}
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: t.Tenant, Matter: t.ID, Seq: t.Version, Key: "upkeep.told.outside", Link: Path(t.ID),
		Args:    map[string]string{"kind_key": "upkeep.what." + what, "place": sc.short, "short": sc.short, "number": t.Number},
		Outside: map[notify.Channel][]string{notify.Push: to, notify.Robot: to},
	})
}

// say tells some persons of a tenant.
func (s *Service) say(ctx context.Context, tx *store.Tx, t Ticket, sc scene, key string, tenant store.Tenant, to []string) error {
	link := Path(t.ID)
	if tenant != t.Tenant && key != toldOffice {
		link += "?n=" + url.QueryEscape(string(t.Tenant))
	}
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: tenant, Matter: t.ID, Seq: t.Version, To: to, Key: key, Link: link,
		Args: map[string]string{
			"place": sc.door, "spot": t.Spot, "cause_key": "upkeep.cause." + string(t.Cause), "number": t.Number,
			"n": strconv.Itoa(len(sc.behind)), "list": sc.list,
		},
		Event: notify.Event{Kind: KindName, Verb: key[len("upkeep.told."):], Number: t.Number, Phase: string(t.Phase), Place: sc.short},
	})
}
