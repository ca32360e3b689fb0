package alarm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// LiftMonths is over how many months, the running one with them, the rate of a
// lift is taken.
const LiftMonths = 12

// liftsAtBuilding is the highest number of a lift that has no box.
const liftsAtBuilding = 8

// liftPrefix begins the device id of a lift without a box: lift:<building>:<number>.
const liftPrefix = "lift:"

// LiftPath is the page of the entrapments of all lifts, or of one device's.
func LiftPath(device string) string {
	if device == "" {
		return "/alarms/lifts"
	}
	return "/alarms/lifts?device=" + device
}

// Devices is what the house knows of devices; the program fills it from their
// register. Of a device it does not know it says not_found.
type Devices interface {
	// Lift is where the box of a lift hangs and what it is called; a not_found
	// fault for any other device.
	Lift(ctx context.Context, tenant store.Tenant, device string) (place, name string, err error)
	// At is the place that answers for a device.
	At(ctx context.Context, tenant store.Tenant, device string) (string, error)
	// Says reports whether the last word of a device is that a kind is on, and an
	// end must follow; false for one that is not known.
	Says(ctx context.Context, tenant store.Tenant, device string, kind SignalKind) (bool, error)
	// Tested marks a device as tested by a person.
	Tested(ctx context.Context, tenant store.Tenant, device, person string) error
	// Gauges are what a device measures, with their curves since an instant;
	// none if it measures nothing.
	Gauges(ctx context.Context, tenant store.Tenant, device string, since time.Time) ([]Gauge, error)
}

// Lift is a lift with its entrapments (困人) of the last months.
type Lift struct {
	Device    string
	Name      string // what its box is called; empty for one without
	Number    int    // of one without a box; else 0
	Place     string // its building
	Door      string
	Months    []Month // all of them, newest first
	Incidents []Row   // newest first
}

// Month is how often in a month people were held.
type Month struct {
	Month string // 2026-11
	Count int
}

// PerMonth is the mean of a month, to the hundredth, half rounded up: 0.58.
func (l Lift) PerMonth() string {
	n := (len(l.Incidents)*100 + LiftMonths/2) / LiftMonths
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}

// liftsFrom is the beginning of the first of the months, in Shanghai.
func liftsFrom(now time.Time) time.Time {
	t := now.In(words.Shanghai())
	return time.Date(t.Year(), t.Month()-LiftMonths+1, 1, 0, 0, 0, 0, t.Location())
}

// LiftsServed are the lifts with an entrapment in the last months where the
// actor serves, those with the most first; only one device's if it is named.
func (s *Service) LiftsServed(ctx context.Context, a people.Actor, device string) ([]Lift, error) {
	tenants, err := s.tenantsOf(ctx, a)
	if err != nil {
		return nil, err
	}
	from := liftsFrom(s.Store.Now())
	var lifts []Lift
	for _, tenant := range tenants {
		rows, err := New(s.Store.Reader()).Entrapments(ctx, tenant, store.Ms(from))
		if err != nil {
			return nil, fmt.Errorf("entrapments: %w", err)
		}
		rows = slices.DeleteFunc(rows, func(r AlarmIncident) bool { return device != "" && r.DeviceID != device })
		served, err := s.rows(ctx, a, rows, nil)
		if err != nil {
			return nil, err
		}
		for _, r := range served {
			at := slices.IndexFunc(lifts, func(l Lift) bool { return l.Device == r.Device })
			if at < 0 {
				at = len(lifts)
				lifts = append(lifts, s.liftOf(ctx, r, from))
			}
			lifts[at].add(r)
		}
	}
	slices.SortStableFunc(lifts, func(a, b Lift) int { return cmp.Compare(len(b.Incidents), len(a.Incidents)) })
	return lifts, nil
}

// liftOf is the lift of an incident, with empty months.
func (s *Service) liftOf(ctx context.Context, r Row, from time.Time) Lift {
	l := Lift{Device: r.Device, Place: r.Place, Door: r.Door}
	if _, n, ok := numbered(r.Device); ok {
		l.Number = n
	} else if s.Devices != nil {
		if _, name, err := s.Devices.Lift(ctx, r.Tenant, r.Device); err == nil {
			l.Name = name
		}
	}
	for n := LiftMonths - 1; n >= 0; n-- {
		l.Months = append(l.Months, Month{Month: from.AddDate(0, n, 0).Format("2006-01")})
	}
	return l
}

func (l *Lift) add(r Row) {
	l.Incidents = append(l.Incidents, r)
	month := r.RaisedAt.In(words.Shanghai()).Format("2006-01")
	for i := range l.Months {
		if l.Months[i].Month == month {
			l.Months[i].Count++
		}
	}
}

// numbered is the building and number of a lift without a box.
func numbered(device string) (building string, number int, ok bool) {
	rest, ok := strings.CutPrefix(device, liftPrefix)
	at := strings.LastIndex(rest, ":")
	if !ok || at < 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(rest[at+1:])
	return rest[:at], n, err == nil && n >= 1 && n <= liftsAtBuilding && rest[at+1:] == strconv.Itoa(n) // one lift, one id
}

// ByHand is an entrapment that a person reports.
type ByHand struct {
	Device string // of a lift with a box; else Place and Number
	Place  string // building
	Number int    // 1: the first lift
	Words  string
	Key    string // idempotency key
}

func (x ByHand) keyOf(a people.Actor) string { return Act{Key: x.Key}.keyOf(a) }

// LogEntrapment raises that people are held in a lift, for staff who serve
// it: it is called like one that a box reports, and is no test in a test window.
// While it is open the same lift again extends it; the same key again changes
// nothing. It returns the incident's id.
func (s *Service) LogEntrapment(ctx context.Context, a people.Actor, x ByHand) (string, error) {
	sig := Signal{Device: x.Device, Kind: Entrapment, On: true, Place: x.Place, Sure: true}
	if x.Device == "" {
		sig.Device = liftPrefix + x.Place + ":" + strconv.Itoa(x.Number)
		if _, _, ok := numbered(sig.Device); !ok {
			return "", fault.New(fault.Invalid, "alarm.invalid").WithField("number", "alarm.lift_number_missing")
		}
	} else if err := s.boxOf(ctx, a, &sig); err != nil {
		return "", err
	}
	node, err := s.placeOf(ctx, a, sig.Place)
	_, _, boxless := numbered(sig.Device)
	if fault.Is(err, fault.NotFound) || err == nil && boxless && node.Kind != place.Building {
		return "", fault.New(fault.Invalid, "alarm.invalid").WithField("place", "alarm.lift_place_missing")
	}
	if err != nil {
		return "", err
	}
	if err := (people.Access{}).May(a, "alarm.log", people.Subject{Path: node.Path}); err != nil {
		return "", err
	}
	sig.Tenant = node.Tenant
	if x.Key != "" {
		m, err := s.Spine.ByKey(ctx, sig.Tenant, x.keyOf(a))
		if err == nil || !fault.Is(err, fault.NotFound) {
			return m.ID, err
		}
	}
	var id string
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		sig.ReceivedAt = tx.Now()
		if err := s.OnSignal(ctx, tx, sig); err != nil {
			return err
		}
		if id, err = New(tx).OpenOf(ctx, sig.Tenant, sig.Device, string(sig.Kind)); err != nil {
			return fmt.Errorf("by hand: %w", err)
		}
		return s.noteByHand(ctx, tx, a, sig.Tenant, id, x)
	})
	return id, err
}

// boxOf is where the box of a lift hangs; one that nobody knows is not found.
func (s *Service) boxOf(ctx context.Context, a people.Actor, sig *Signal) (err error) {
	if building, _, ok := numbered(sig.Device); ok {
		sig.Place = building
		return nil
	}
	if s.Devices == nil {
		return notFound()
	}
	sig.Place, _, err = s.Devices.Lift(ctx, a.Tenant, sig.Device)
	return err
}

// noteByHand enters who said it.
func (s *Service) noteByHand(ctx context.Context, tx *store.Tx, a people.Actor, tenant store.Tenant, id string, x ByHand) error {
	i, err := s.inTx(ctx, tx, tenant, id)
	if err != nil {
		return err
	}
	as := people.Access{}.As(a, "alarm.log", "")
	if len(as) == 0 {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	key := ""
	if x.Key != "" {
		key = x.keyOf(a)
	}
	_, _, err = s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: tenant, ID: id, Verb: matter.Note, By: a.Person, As: as[0], Holder: i.Holder, Due: i.Due, Key: key,
		Entry: matter.Entry{Key: "alarm.did.by_hand", Args: map[string]string{"words": strings.TrimSpace(x.Words)}, Audience: matter.Staff},
	})
	return err
}
