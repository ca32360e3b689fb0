package matter_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// colour is the detail of a made-up kind.
type colour struct {
	Name  string
	Warm  bool
	Since time.Time
	Times int
}

func colours() matter.Table[colour] {
	return matter.Table[colour]{Kind: "chore", Name: "matter_test_colour", Columns: func(c *colour) []matter.Column {
		return []matter.Column{{Name: "name", At: &c.Name}, {Name: "warm", At: &c.Warm}, {Name: "since", At: &c.Since}, {Name: "times", At: &c.Times}}
	}}
}

// town is a neighbourhood with two compounds of two buildings and a table of
// colours.
type town struct {
	t      *testing.T
	s      *store.Store
	clock  *storetest.Clock
	spine  *matter.Spine
	places *place.Service
	id     store.Tenant
	office store.Tenant
	nodes  map[string]place.Node // by ref: root, a, b, a1, a2, b1, b2
}

func newTown(t *testing.T, s *store.Store, clock *storetest.Clock) *town {
	t.Helper()
	w := &town{t: t, s: s, clock: clock, spine: spine(s), places: place.NewService(s), nodes: map[string]place.Node{}}
	w.places.OnMove = matter.PlaceMoved
	w.update(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE matter_test_colour (tenant_id TEXT NOT NULL, matter_id TEXT NOT NULL, name TEXT NOT NULL,
warm BIGINT NOT NULL, since BIGINT NOT NULL, times BIGINT NOT NULL, PRIMARY KEY (tenant_id, matter_id))`)
		if err != nil {
			return err
		}
		office, _, err := w.places.PutTenant(ctx, tx, place.Tenant{Kind: place.Subdistrict, Ref: "office", Name: "街道", Short: "JD"})
		if err != nil {
			return err
		}
		hood, _, err := w.places.PutTenant(ctx, tx, place.Tenant{Kind: place.Neighbourhood, Ref: "hood", Name: "西武", Parent: office.ID})
		w.id, w.office = hood.ID, office.ID
		w.nodes["root"] = place.Node{ID: hood.Root, Path: "/" + hood.Root + "/"}
		return err
	})
	for _, ref := range []string{"a", "b"} {
		w.put(ref, "root", place.Compound)
		w.put(ref+"1", ref, place.Building)
		w.put(ref+"2", ref, place.Building)
	}
	return w
}

func (w *town) update(fn func(context.Context, *store.Tx) error) {
	w.t.Helper()
	if err := w.s.Update(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) put(ref, in string, kind place.Kind) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx *store.Tx) error {
		n, err := w.places.Put(ctx, tx, place.Node{Tenant: w.id, Parent: w.nodes[in].ID, Kind: kind, Ref: ref, Name: ref})
		w.nodes[ref] = n
		return err
	})
}

// raise opens a chore at a place, due so many hours on.
func (w *town) raise(at string, hours int, c colour) matter.Case[colour] {
	w.t.Helper()
	return w.raised(at, hours, "ann", matter.Staff, c)
}

// raiseBy opens a chore that somebody raised for an audience.
func (w *town) raiseBy(at, by string, seen matter.Audience, c colour) matter.Case[colour] {
	w.t.Helper()
	return w.raised(at, 1, by, seen, c)
}

func (w *town) raised(at string, hours int, by string, seen matter.Audience, c colour) matter.Case[colour] {
	w.t.Helper()
	var m matter.Matter
	w.update(func(ctx context.Context, tx *store.Tx) (err error) {
		m, _, err = w.spine.Raise(ctx, tx, matter.Raising{
			Tenant: w.id, Kind: "chore", Place: w.nodes[at].ID, By: by, As: people.Residents, Holder: matter.Holder{Group: people.Property},
			Due: tx.Now().Add(time.Duration(hours) * time.Hour), Visibility: seen, Entry: matter.Entry{Key: "chore.raised", Audience: matter.Staff},
		})
		if err != nil {
			return err
		}
		return colours().Insert(ctx, tx, matter.Case[colour]{Matter: m, Detail: c})
	})
	return matter.Case[colour]{Matter: m, Detail: c}
}

func (w *town) close(c matter.Case[colour]) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx *store.Tx) error {
		for _, x := range []struct {
			verb matter.Verb
			as   people.Group
		}{{matter.Take, people.Property}, {matter.Finish, people.Property}, {matter.Confirm, matter.ByRaiser}} {
			if _, _, err := w.spine.Move(ctx, tx, matter.Moving{Tenant: w.id, ID: c.ID, Verb: x.verb, As: x.as}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *town) list(q matter.Query) []string {
	w.t.Helper()
	var names []string
	for {
		p, err := colours().List(context.Background(), w.s.Reader(), w.s.Now(), q)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, c := range p.Cases {
			names = append(names, c.Detail.Name)
		}
		if q.After = p.Next; p.Next == "" {
			return names
		}
	}
}

func (w *town) serves(refs ...string) people.Scope {
	s := people.Scope{Tenant: w.id}
	for _, r := range refs {
		s.Paths = append(s.Paths, w.nodes[r].Path)
	}
	return s
}

// What a detail's columns hold comes back as it was, times and whether something
// holds too.
func TestADetailComesBackAsItWasWritten(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx := newTown(t, s, clock), context.Background()
		c := w.raise("a1", 1, colour{Name: "红", Warm: true, Since: clock.Now(), Times: 3})
		got, err := colours().ByID(ctx, s.Reader(), w.id, c.ID)
		if err != nil || got.Detail != c.Detail || got.Path != w.nodes["a1"].Path || got.Number != c.Number {
			t.Errorf("%+v, %v; want %+v", got, err, c)
		}
		c.Detail = colour{Name: "蓝"}
		w.update(func(ctx context.Context, tx *store.Tx) error { return colours().Save(ctx, tx, c) })
		if got, err = colours().ByID(ctx, s.Reader(), w.id, c.ID); err != nil || got.Detail.Name != "蓝" || got.Detail.Warm || !got.Detail.Since.IsZero() && store.Ms(got.Detail.Since) != 0 {
			t.Errorf("%+v, %v", got.Detail, err)
		}
		if _, err := colours().ByID(ctx, s.Reader(), "elsewhere", c.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood finds it: %v", err)
		}
	})
}

// A list holds what the scope holds and nothing else, by place and by view.
func TestAListHoldsWhatTheScopeHolds(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := newTown(t, s, clock)
		w.raise("a1", 3, colour{Name: "a1"})
		w.raise("b1", 1, colour{Name: "b1"})
		w.raise("root", 2, colour{Name: "root"})
		w.raise("a2", -1, colour{Name: "late"})
		done := w.raise("a2", 1, colour{Name: "done"})
		w.close(done)
		for _, tt := range []struct {
			name string
			q    matter.Query
			want string
		}{
			{"everywhere, most urgent first", matter.Query{Scope: people.Scope{Tenant: w.id, Whole: true}}, "late b1 root a1"},
			{"one compound", matter.Query{Scope: w.serves("a")}, "late a1"},
			{"and what has no place", matter.Query{Scope: w.serves("a"), Rootly: true}, "late root a1"},
			{"two places", matter.Query{Scope: w.serves("a1", "b")}, "b1 a1"},
			{"late", matter.Query{Scope: w.serves("a"), Show: matter.ShowLate}, "late"},
			{"closed", matter.Query{Scope: w.serves("a"), Show: matter.ShowClosed}, "done"},
			{"all, newest first", matter.Query{Scope: w.serves("a"), Show: matter.ShowAll}, "done late a1"},
			{"one's own", matter.Query{Scope: people.Scope{Tenant: w.id, Person: "bob"}}, ""},
			{"the room's own condition", matter.Query{Scope: w.serves("a"), Where: []matter.Cond{{SQL: "d.name = ?", Args: []any{"a1"}}}}, "a1"},
			{"an office sees what was escalated", matter.Query{Scope: people.Scope{Tenant: w.office, Whole: true, Office: true}}, ""},
			{"and all of one neighbourhood", matter.Query{Scope: people.Scope{Tenant: w.office, Whole: true, Office: true}, Tenant: w.id}, "late b1 root a1"},
			{"and of none elsewhere", matter.Query{Scope: people.Scope{Tenant: "other", Whole: true, Office: true}, Tenant: w.id}, ""},
		} {
			tt.q.Limit = 2
			if got := strings.Join(w.list(tt.q), " "); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
			}
		}
		if _, err := colours().List(context.Background(), s.Reader(), s.Now(), matter.Query{Scope: people.Scope{Tenant: w.id}}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("who may nothing: %v", err)
		}
		tally, err := colours().Tally(context.Background(), s.Reader(), s.Now(), matter.Query{Scope: w.serves("a")})
		if err != nil || tally.Count() != 2 || tally.Count(matter.Raised) != 2 || tally.Count(matter.Taken) != 0 || tally.Late != 1 {
			t.Errorf("%+v, %v", tally, err)
		}
	})
}

// A token that was changed, cut or taken from another list is refused in words.
func TestATokenThatWasTamperedWithIsRefused(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx := newTown(t, s, clock), context.Background()
		for i := range 3 {
			w.raise("a1", i, colour{Name: fmt.Sprint(i)})
		}
		q := matter.Query{Scope: w.serves("a"), Limit: 1}
		p, err := colours().List(ctx, s.Reader(), s.Now(), q)
		if err != nil || p.Next == "" {
			t.Fatal(p, err)
		}
		other := q
		other.Show = matter.ShowAll
		for name, after := range map[string]string{
			"changed": "1" + p.Next, "cut": p.Next[:len(p.Next)-1], "words": "next", "sql": "1.x') OR 1=1 --.00000000", "two parts": strings.Join(strings.Split(p.Next, ".")[:2], "."),
		} {
			q.After = after
			if _, err := colours().List(ctx, s.Reader(), s.Now(), q); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		other.After = p.Next
		if _, err := colours().List(ctx, s.Reader(), s.Now(), other); !fault.Is(err, fault.Invalid) {
			t.Errorf("of another list: %v", err)
		}
		for _, show := range []string{"x", "Open", "closed "} {
			if _, err := matter.ParseShow(show); !fault.Is(err, fault.Invalid) {
				t.Errorf("view %q: %v", show, err)
			}
		}
	})
}

// Pages of any size put together are the whole list, each case once.
func TestPagesPutTogetherAreTheList(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := newTown(t, s, clock)
		for i := range 23 {
			clock.Advance(time.Duration(i%3) * time.Millisecond) // several at the same instant
			w.raise([]string{"a1", "b2", "root"}[i%3], i%4, colour{Name: fmt.Sprint(i)})
		}
		rapid.Check(t, func(rt *rapid.T) {
			q := matter.Query{
				Scope: people.Scope{Tenant: w.id, Whole: true}, Limit: rapid.IntRange(1, 30).Draw(rt, "limit"),
				Order: rapid.SampledFrom([]matter.Order{matter.Urgent, matter.Newest}).Draw(rt, "order"),
			}
			got := w.list(q)
			if len(got) != 23 {
				rt.Fatalf("%d cases: %v", len(got), got)
			}
			slices.Sort(got)
			if len(slices.Compact(got)) != 23 {
				rt.Fatalf("one is there twice: %v", got)
			}
		})
	})
}

// A place that moves takes its matters along: who serves there now reads them.
func TestAPlaceThatMovesTakesItsMattersAlong(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := newTown(t, s, clock)
		w.raise("a1", 1, colour{Name: "a1"})
		w.put("a1", "b", place.Building)
		if got := w.list(matter.Query{Scope: w.serves("b"), Limit: 9}); !slices.Equal(got, []string{"a1"}) {
			t.Errorf("where it is now: %v", got)
		}
		if got := w.list(matter.Query{Scope: w.serves("a"), Limit: 9}); len(got) != 0 {
			t.Errorf("where it was: %v", got)
		}
	})
}

// Of one subject one matter is open at a time; once it is closed, another may be.
func TestOneIsOpenForASubject(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w, ctx := newTown(t, s, clock), context.Background()
		raise := func() (m matter.Matter, err error) {
			err = s.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				m, _, err = w.spine.Raise(ctx, tx, matter.Raising{Tenant: w.id, Kind: "chore", Place: w.nodes["a1"].ID, By: "ann", Subject: "bay 7", Visibility: matter.Staff})
				return err
			})
			return m, err
		}
		first, err := raise()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raise(); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second one: %v", err)
		}
		w.update(func(ctx context.Context, tx *store.Tx) error {
			m, err := w.spine.OpenFor(ctx, tx, w.id, "chore", "bay 7")
			if err != nil || m.ID != first.ID {
				t.Errorf("%+v, %v", m, err)
			}
			return nil
		})
		w.close(matter.Case[colour]{Matter: first})
		if _, err := raise(); err != nil {
			t.Errorf("after it was closed: %v", err)
		}
	})
}

// Who is told when something is late: each time the next rung above its holder,
// the last one once.
func TestALadderIsClimbedRungByRung(t *testing.T) {
	k := matter.Kind{Ladder: []people.Group{people.Property, people.Committee, people.Subdistrict}}
	for _, tt := range []struct {
		holder people.Group
		level  int
		want   int
		told   people.Group
	}{
		{people.Property, 0, 1, people.Committee}, {people.Property, 1, 2, people.Subdistrict}, {people.Property, 2, 2, ""},
		{people.Committee, 0, 2, people.Subdistrict}, {people.Committee, 2, 2, ""}, {matter.ByRaiser, 0, 1, people.Committee},
	} {
		level, told := k.Escalate(matter.Matter{Holder: matter.Holder{Group: tt.holder}, Level: tt.level})
		if level != tt.want || told != tt.told {
			t.Errorf("%s at %d: %d %q, want %d %q", tt.holder, tt.level, level, told, tt.want, tt.told)
		}
	}
}

// A list is read in the order of an index, whatever is in the scope; what an
// office was told of is few, and sorted.
func TestListsAreReadInTheOrderOfAnIndex(t *testing.T) {
	s, clock := storetest.SQLite(t, rooms())
	w := newTown(t, s, clock)
	whole := people.Scope{Tenant: w.id, Whole: true}
	for _, tt := range []struct {
		name, index string
		q           matter.Query
	}{
		{"open, everywhere", "matter_head_due", matter.Query{Scope: whole}},
		{"open, of two places", "matter_head_due", matter.Query{Scope: w.serves("a1", "b"), Rootly: true}},
		{"late", "matter_head_due", matter.Query{Scope: w.serves("a"), Show: matter.ShowLate}},
		{"closed", "matter_head_newest", matter.Query{Scope: whole, Show: matter.ShowClosed}},
		{"all, of a place", "matter_head_newest", matter.Query{Scope: w.serves("a"), Show: matter.ShowAll}},
		{"all that neighbours share", "matter_head_newest", matter.Query{Scope: people.Scope{Tenant: w.id, Shared: []string{w.nodes["a"].Path}, Person: "ann"}, Show: matter.ShowAll}},
		{"the office's", "matter_head_escalated", matter.Query{Scope: people.Scope{Tenant: w.office, Whole: true, Office: true}}},
	} {
		tt.q.Limit = 50
		statement, args, err := colours().Statement(s.Now(), tt.q)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(plan(t, s, statement, args), "; ")
		if !strings.Contains(text, tt.index) || !tt.q.Scope.Office && strings.Contains(text, "TEMP B-TREE") {
			t.Errorf("%s: %s", tt.name, text)
		}
	}
}

// plan is how SQLite would carry a statement out, step by step.
func plan(t *testing.T, s *store.Store, statement string, args []any) (steps []string) {
	t.Helper()
	rows, err := s.Reader().QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return steps
}
