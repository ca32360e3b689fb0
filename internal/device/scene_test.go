package device_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// scene is a neighbourhood with building 6 and two homes in it, and building 8
// with one, whoever listens to devices, and a clock that stands.
type scene struct {
	*device.Service
	t      *testing.T
	ctx    context.Context
	store  *store.Store
	clock  *storetest.Clock
	places *place.Service
	xw     store.Tenant
	jobs   *job.Runner
	node   map[string]place.Node // by ref
	heard  []device.Event
	refuse error // what the listener answers
}

func each(t *testing.T, fn func(t *testing.T, s *scene)) {
	t.Helper()
	rooms := []store.Room{job.Room(), place.Room(), people.Room(), device.Room()}
	storetest.Each(t, rooms, func(t *testing.T, st *store.Store, clock *storetest.Clock) {
		s := &scene{t: t, ctx: t.Context(), store: st, clock: clock, places: place.NewService(st), node: map[string]place.Node{}}
		s.Service = device.NewService(st, s.places, func(_ context.Context, _ *store.Tx, e device.Event) error {
			s.heard = append(s.heard, e)
			return s.refuse
		})
		var err error
		s.jobs, err = job.NewRunner(st, func() []store.Tenant { return []store.Tenant{s.xw} }, slog.New(slog.DiscardHandler), s.Jobs()...)
		if err != nil {
			t.Fatal(err)
		}
		s.build()
		fn(t, s)
	})
}

func (s *scene) build() {
	s.update(func(ctx context.Context, tx *store.Tx) error {
		t, _, err := s.places.PutTenant(ctx, tx, place.Tenant{Kind: place.Neighbourhood, Ref: "xiwu", Name: "西武", Short: "XW"})
		if err != nil {
			return err
		}
		s.xw = t.ID
		ids := map[string]string{"": t.Root}
		for _, n := range []struct {
			ref, parent string
			kind        place.Kind
		}{
			{"guihua", "", place.Compound}, {"b6", "guihua", place.Building}, {"b8", "guihua", place.Building},
			{"6-1202", "b6", place.Dwelling}, {"6-402", "b6", place.Dwelling}, {"8-101", "b8", place.Dwelling},
		} {
			made, err := s.places.Put(ctx, tx, place.Node{Tenant: s.xw, Parent: ids[n.parent], Kind: n.kind, Ref: n.ref, Name: n.ref})
			if err != nil {
				return fmt.Errorf("%s: %w", n.ref, err)
			}
			ids[n.ref], s.node[n.ref] = made.ID, made
		}
		return nil
	})
}

func (s *scene) update(fn func(context.Context, *store.Tx) error) {
	s.t.Helper()
	if err := s.store.Update(s.ctx, fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) staff(role people.Role, ref string) people.Actor {
	n := s.node[ref]
	return people.Actor{Tenant: s.xw, Person: "p-" + string(role), Posts: []people.Held{{Role: role, Place: n.ID, Path: n.Path}}}
}

func (s *scene) admin() people.Actor { return s.staff(people.Administrator, "guihua") }

// says lets a device say something and returns the changes.
func (s *scene) says(list ...decode.Observation) []device.Event {
	s.t.Helper()
	var events []device.Event
	s.update(func(ctx context.Context, tx *store.Tx) (err error) {
		events, err = s.Seen(ctx, tx, s.xw, list...)
		return err
	})
	return events
}

// receives takes in one message.
func (s *scene) receives(m device.Message) []device.Event {
	s.t.Helper()
	d, err := s.Decode(s.ctx, s.xw, m)
	if err != nil {
		s.t.Fatal(err)
	}
	var events []device.Event
	s.update(func(ctx context.Context, tx *store.Tx) error {
		events, err = s.Take(ctx, tx, s.xw, d)
		return err
	})
	return events
}

func (s *scene) unit(key string) device.Unit {
	s.t.Helper()
	u, err := s.ByKey(s.ctx, s.xw, key)
	if err != nil {
		s.t.Fatalf("device %s: %v", key, err)
	}
	return u
}

func (s *scene) bind(key, ref string) device.Unit {
	s.t.Helper()
	u, err := s.Bind(s.ctx, s.admin(), s.xw, s.unit(key).ID, device.Binding{Place: s.node[ref].ID, Spot: "厨房"})
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// passes moves the clock in minutes and runs what falls due.
func (s *scene) passes(d time.Duration) {
	s.t.Helper()
	s.clock.Advance(d)
	if _, err := s.jobs.RunDue(s.ctx); err != nil {
		s.t.Fatal(err)
	}
}

// news forgets what was heard and returns it as words.
func (s *scene) news() []string {
	list := short(s.heard)
	s.heard = nil
	return list
}

// short writes events as what, about what, and whether late or again.
func short(events []device.Event) []string {
	var list []string
	for _, e := range events {
		if e.What == device.Still { // said once more, which is news only after closing
			continue
		}
		w := string(e.What)
		if e.Trouble != "" {
			w += " " + string(e.Trouble)
		} else if e.Kind != "" {
			w += " " + string(e.Kind)
		}
		if e.Late {
			w += " late"
		}
		if e.Again {
			w += " again"
		}
		list = append(list, w)
	}
	return list
}

func online(key string) decode.Observation {
	return decode.Observation{Device: key, Kind: decode.Online, Value: decode.On}
}

func said(key string, k decode.Kind, value string) decode.Observation {
	return decode.Observation{Device: key, Kind: k, Value: value}
}

func wants(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("%v, want %s", err, code)
	}
}

var errRefused = errors.New("refused")
