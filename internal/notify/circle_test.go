package notify_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// letter is a message as the model keeps it.
type letter struct {
	to, matter      string
	seq             int
	delivered, seen bool
}

// Whatever is told to whomever and whoever looks at what, each person has each
// message once, in order, and unseen is what they have not looked at: as if a row
// were kept for each.
func TestTellingsAgreeWithARowForEachPerson(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		people := []string{"ann", "bob", "cat", "dan"}
		run := 0
		rapid.Check(t, func(r *rapid.T) {
			run++
			n, ctx := service(s, live.New()), t.Context()
			name := func(id string) string { return fmt.Sprintf("%s-%d", id, run) }
			var model []*letter
			matter := func(r *rapid.T) string { return name(rapid.SampledFrom([]string{"m1", "m2", "m3"}).Draw(r, "matter")) }
			person := func(r *rapid.T) string { return name(rapid.SampledFrom(people).Draw(r, "person")) }
			r.Repeat(map[string]func(*rapid.T){
				"tell": func(r *rapid.T) {
					m, seq := matter(r), rapid.IntRange(1, 6).Draw(r, "seq")
					to := rapid.SliceOfN(rapid.Custom(person), 0, 5).Draw(r, "to")
					tell(t, s, n, m, seq, to...)
					for _, p := range to {
						if !slices.ContainsFunc(model, func(x *letter) bool { return x.to == p && x.matter == m && x.seq == seq }) {
							model = append(model, &letter{to: p, matter: m, seq: seq})
						}
					}
				},
				"see": func(r *rapid.T) {
					p, m := person(r), matter(r)
					if err := n.Seen(ctx, home, p, m); err != nil {
						r.Fatal(err)
					}
					for _, x := range model {
						if x.to == p && x.matter == m {
							x.seen, x.delivered = true, true
						}
					}
				},
				"show": func(r *rapid.T) {
					p := person(r)
					if err := n.Delivered(ctx, home, p); err != nil {
						r.Fatal(err)
					}
					for _, x := range model {
						x.delivered = x.delivered || x.to == p
					}
				},
				"": func(r *rapid.T) {
					agree(r, ctx, n, person(r), model)
				},
			})
		})
	})
}

// agree holds a person's messages against the model.
func agree(r *rapid.T, ctx context.Context, n *notify.Service, person string, model []*letter) {
	want := map[string]*letter{}
	unseen := 0
	for _, x := range model {
		if x.to == person {
			want[fmt.Sprint(x.matter, x.seq)] = x
			if !x.seen {
				unseen++
			}
		}
	}
	list, err := n.Inbox(ctx, home, person, "", 100)
	if err != nil || len(list) != len(want) {
		r.Fatalf("%s has %d messages, want %d (%v)", person, len(list), len(want), err)
	}
	for _, m := range list {
		x := want[fmt.Sprint(m.Matter, m.Seq)]
		if x == nil || x.seen != !m.Seen.IsZero() || x.delivered != !m.Delivered.IsZero() {
			r.Fatalf("%s has %+v, want %+v", person, m, x)
		}
		receipts, err := n.Receipts(ctx, home, m.Matter)
		if err != nil || !slices.ContainsFunc(receipts, func(o notify.Message) bool { return o.ID == m.ID && o.To == person && o.Seen.Equal(m.Seen) }) {
			r.Fatalf("%s is not on the receipts of %s: %v", person, m.Matter, err)
		}
	}
	if got, err := n.Unseen(ctx, home, person); err != nil || got != unseen {
		r.Fatalf("%s has %d unseen, want %d (%v)", person, got, unseen, err)
	}
}

// A thousand messages that nobody looked at, and a hundred circles, change
// nothing: the count stops at a hundred, and the mark follows.
func TestManyMessagesAreFolded(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		n, ctx := service(s, live.New()), t.Context()
		const many = 500
		err := s.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			for i := range many {
				to := []string{"ann", fmt.Sprint("other", i%200)} // more circles than one may be in
				if err := n.Tell(ctx, tx, notify.Telling{Tenant: home, Matter: fmt.Sprint("m", i), Seq: 1, To: to, Key: "k"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range many {
			if k, err := n.Unseen(ctx, home, "ann"); err != nil || k != min(100, many-i) {
				t.Fatalf("%d unseen after %d looks: %v", k, i, err)
			}
			if err := n.Seen(ctx, home, "ann", fmt.Sprint("m", i)); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := n.Inbox(ctx, home, "ann", "", many+1); err != nil || len(list) != many {
			t.Errorf("%d messages: %v", len(list), err)
		}
		if k, err := n.Unseen(ctx, home, "other0"); err != nil || k != 3 {
			t.Errorf("%d unseen of another: %v", k, err)
		}
	})
}

// earlier is the room as the last release had it.
func earlier(t *testing.T) []store.Room {
	t.Helper()
	before := fstest.MapFS{}
	for _, name := range []string{"00001_notify.sql", "00002_ways.sql", "00003_via.sql"} {
		b, err := readMigration(name)
		if err != nil {
			t.Fatal(err)
		}
		before[name] = &fstest.MapFile{Data: b}
	}
	list := rooms()
	list[len(list)-1].Migrations = before
	return list
}

func readMigration(name string) ([]byte, error) {
	f, err := notify.Room().Migrations.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := make([]byte, info.Size())
	_, err = f.Read(b)
	return b, err
}

// Messages of an earlier linli are taken over: who was told, what they saw, and
// what waits for another channel.
func TestMessagesOfAnEarlierLinliAreTakenOver(t *testing.T) {
	places := map[string]store.Options{"sqlite": {Path: filepath.Join(t.TempDir(), "linli.db")}}
	if url, ok := storetest.Postgres(t); ok {
		places["postgres"] = store.Options{Postgres: url}
	}
	for name, o := range places {
		t.Run(name, func(t *testing.T) {
			open := func(rooms []store.Room) *store.Store {
				o.Rooms = rooms
				s, err := store.Open(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			s := open(earlier(t))
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				for _, row := range []string{
					"'1', 'ann', 'app', 'm', 1, 1000, 2000, 3000", "'2', 'bob', 'app', 'm', 1, 1000, 2000, 0", "'3', 'ann', 'app', 'm', 2, 1000, 0, 0", "'4', 'ann', 'sms', 'm', 2, 0, 0, 0",
				} {
					_, err := tx.ExecContext(ctx, "INSERT INTO notify_message (id, to_id, channel, matter_id, seq, handed_at, delivered_at, seen_at, tenant_id, key, args, link, created_at) VALUES ("+row+", 'home', 'k', '{}', '/m', 1000)")
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			s = open(rooms())
			defer s.Close()
			n := service(s, live.New())
			list, err := n.Receipts(t.Context(), home, "m")
			if err != nil || len(list) != 4 {
				t.Fatalf("%+v, %v", list, err)
			}
			seen, delivered := 0, 0
			for _, m := range list {
				if !m.Seen.IsZero() {
					seen++
				}
				if !m.Delivered.IsZero() {
					delivered++
				}
			}
			if seen != 1 || delivered != 2 {
				t.Errorf("%d seen and %d delivered: %+v", seen, delivered, list)
			}
			for person, want := range map[string]int{"ann": 1, "bob": 1, "cat": 0} {
				if got, err := n.Unseen(t.Context(), home, person); err != nil || got != want {
					t.Errorf("%s has %d unseen, want %d (%v)", person, got, want, err)
				}
			}
			tell(t, s, n, "m", 2, "ann", "cat")
			if list, err := n.Inbox(t.Context(), home, "ann", "", 10); err != nil || len(list) != 2 {
				t.Errorf("told again of what they were told: %d, %v", len(list), err)
			}
			if list, err := n.Inbox(t.Context(), home, "cat", "", 10); err != nil || len(list) != 1 {
				t.Errorf("not told: %d, %v", len(list), err)
			}
		})
	}
}
