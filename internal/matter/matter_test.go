package matter_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const home = store.Tenant("home")

func kind() matter.Kind {
	return matter.Kind{Name: "chore", Moves: []matter.Move{
		{From: []matter.Phase{matter.Raised, matter.Reopened}, Verb: matter.Take, To: matter.Taken, By: []people.Group{people.Property}},
		{From: []matter.Phase{matter.Taken}, Verb: matter.Finish, To: matter.Done, By: []people.Group{people.Property}},
		{From: []matter.Phase{matter.Done}, Verb: matter.Confirm, To: matter.Confirmed, By: []people.Group{matter.ByRaiser}},
		{From: []matter.Phase{matter.Done, matter.Confirmed}, Verb: matter.Reopen, To: matter.Reopened, By: []people.Group{matter.ByRaiser}},
		{From: []matter.Phase{matter.Raised, matter.Taken, matter.Reopened}, Verb: matter.Note, By: []people.Group{people.Property, matter.ByRaiser}},
	}}
}

func rooms() []store.Room { return []store.Room{place.Room(), matter.Room()} }

func spine(s *store.Store) *matter.Spine { return matter.NewSpine(s, live.New(), kind()) }

func raise(t *testing.T, s *store.Store, sp *matter.Spine, key string) (matter.Matter, bool) {
	t.Helper()
	var m matter.Matter
	var repeated bool
	err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
		m, repeated, err = sp.Raise(ctx, tx, matter.Raising{
			Tenant: home, Kind: "chore", Place: "p", By: "ann", As: people.Residents, Holder: matter.Holder{Group: people.Property},
			Due: tx.Now().Add(time.Hour), Visibility: matter.Compound, Key: key,
			Entry: matter.Entry{Key: "chore.raised", Args: map[string]string{"words": "纸箱"}, Photos: []string{"ab"}, Audience: matter.Compound},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m, repeated
}

func move(s *store.Store, sp *matter.Spine, mv matter.Moving) (m matter.Matter, repeated bool, err error) {
	mv.Tenant = home
	err = s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
		m, repeated, err = sp.Move(ctx, tx, mv)
		return err
	})
	return m, repeated, err
}

func TestMatterGoesFromRaisedToConfirmed(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		sp := spine(s)
		m, _ := raise(t, s, sp, "")
		if m.Number != "26-0001" || m.Phase != matter.Raised || m.Overdue(clock.Now()) || !m.Overdue(clock.Now().Add(2*time.Hour)) {
			t.Fatalf("raised: %+v", m)
		}
		for _, mv := range []matter.Moving{
			{Verb: matter.Take, By: "wang", As: people.Property, Holder: matter.Holder{Group: people.Property, Person: "wang"}},
			{Verb: matter.Note, By: "wang", As: people.Property},
			{Verb: matter.Finish, By: "wang", As: people.Property, Holder: matter.Holder{Group: matter.ByRaiser, Person: "ann"}},
			{Verb: matter.Confirm, By: "ann", As: matter.ByRaiser},
		} {
			mv.ID, mv.Entry = m.ID, matter.Entry{Key: "chore." + string(mv.Verb), Audience: matter.Parties}
			if _, _, err := move(s, sp, mv); err != nil {
				t.Fatalf("%s: %v", mv.Verb, err)
			}
		}
		got, err := sp.ByNumber(context.Background(), home, "26-0001")
		if err != nil || got.Phase != matter.Confirmed || got.Version != 5 || !got.Phase.Closed() {
			t.Fatalf("closed: %+v %v", got, err)
		}
		line, err := sp.Timeline(context.Background(), home, m.ID)
		if err != nil || len(line) != 5 || line[0].Args["words"] != "纸箱" || line[0].Photos[0] != "ab" {
			t.Fatalf("timeline %+v %v", line, err)
		}
		if got := matter.Visible(line, matter.Compound); len(got) != 1 {
			t.Fatalf("a neighbour sees %d entries, want 1", len(got))
		}
	})
}

func TestMovesOutsideTheTableAreRefused(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		sp := spine(s)
		m, _ := raise(t, s, sp, "")
		for name, tt := range map[string]struct {
			mv   matter.Moving
			want fault.Code
		}{
			"wrong phase":   {matter.Moving{ID: m.ID, Verb: matter.Confirm, As: matter.ByRaiser}, fault.Conflict},
			"wrong group":   {matter.Moving{ID: m.ID, Verb: matter.Take, As: people.Residents}, fault.Forbidden},
			"stale version": {matter.Moving{ID: m.ID, Verb: matter.Take, As: people.Property, Version: 7}, fault.Conflict},
			"no such id":    {matter.Moving{ID: "no", Verb: matter.Take, As: people.Property}, fault.NotFound},
		} {
			if _, _, err := move(s, sp, tt.mv); !fault.Is(err, tt.want) {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
		}
		if _, err := sp.ByID(context.Background(), "other", m.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood's id: %v", err)
		}
	})
}

func TestSameKeyTwiceIsOneWrite(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		sp := spine(s)
		first, repeated := raise(t, s, sp, "k")
		second, again := raise(t, s, sp, "k")
		if repeated || !again || first.ID != second.ID {
			t.Fatalf("raised %s and %s", first.ID, second.ID)
		}
		take := matter.Moving{ID: first.ID, Verb: matter.Take, As: people.Property, By: "wang", Key: "k2"}
		for i, want := range []bool{false, true} {
			if m, rep, err := move(s, sp, take); err != nil || rep != want || m.Version != 2 {
				t.Fatalf("take %d: version %d repeated %v %v", i, m.Version, rep, err)
			}
		}
		clock.Advance(100 * 24 * time.Hour)
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error { return sp.ForgetKeys(ctx, tx, home) })
		if err != nil {
			t.Fatal(err)
		}
		if _, again := raise(t, s, sp, "k"); again {
			t.Fatal("an old key is still remembered")
		}
	})
}

func TestLinksAreReadFromBothEnds(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		sp := spine(s)
		a, _ := raise(t, s, sp, "")
		b, _ := raise(t, s, sp, "")
		join := func(to string) error {
			return s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				return sp.Join(ctx, tx, home, a.ID, matter.DuplicateOf, to)
			})
		}
		if err := join(b.ID); err != nil {
			t.Fatal(err)
		}
		if err := join(b.ID); err != nil {
			t.Fatal(err)
		}
		if err := join("no"); !fault.Is(err, fault.NotFound) {
			t.Errorf("link to nothing: %v", err)
		}
		for _, id := range []string{a.ID, b.ID} {
			if l, err := sp.Links(context.Background(), home, id); err != nil || len(l) != 1 || l[0].To != b.ID {
				t.Errorf("links %+v %v", l, err)
			}
		}
	})
}
