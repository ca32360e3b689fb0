package matter_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

func breaches(t *testing.T, sp *matter.Spine) []matter.Breach {
	t.Helper()
	var found []matter.Breach
	if _, err := sp.Verify(context.Background(), home, func(b matter.Breach) { found = append(found, b) }); err != nil {
		t.Fatal(err)
	}
	return found
}

// S78: a changed past record is detected, whichever column was changed.
func TestS78_ChangedPastIsFound(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		sp := spine(s)
		m, _ := raise(t, s, sp, "")
		for range 3 {
			if _, _, err := move(s, sp, matter.Moving{ID: m.ID, Verb: matter.Note, By: "ann", As: matter.ByRaiser}); err != nil {
				t.Fatal(err)
			}
		}
		if b := breaches(t, sp); len(b) != 0 {
			t.Fatalf("an honest past is doubted: %+v", b)
		}
		for _, tamper := range []string{
			"UPDATE matter_entry SET at = at + 1 WHERE seq = 2",
			"UPDATE matter_entry SET actor_id = 'x' WHERE seq = 2",
			"UPDATE matter_entry SET actor_group = 'x' WHERE seq = 2",
			"UPDATE matter_entry SET verb = 'take' WHERE seq = 2",
			"UPDATE matter_entry SET key = 'x' WHERE seq = 2",
			`UPDATE matter_entry SET args = '{"words":"x"}' WHERE seq = 1`,
			"UPDATE matter_entry SET photos = '[]' WHERE seq = 1",
			"UPDATE matter_entry SET audience = 'public' WHERE seq = 2",
			"UPDATE matter_entry SET hash = 'x' WHERE seq = 4",
			"DELETE FROM matter_entry WHERE seq = 1",
			"DELETE FROM matter_entry WHERE seq = 2",
			"DELETE FROM matter_entry WHERE seq = 4",
			"UPDATE matter_head SET raised_by = 'x'",
			"UPDATE matter_head SET raised_at = raised_at - 1",
			"UPDATE matter_head SET place_id = 'x'",
			"UPDATE matter_head SET last_hash = 'x'",
			"UPDATE matter_head SET version = 3",
		} {
			if n := tampered(t, s, sp, tamper); n != 1 {
				t.Errorf("%s: %d breaches, want 1", tamper, n)
			}
		}
	})
}

// tampered counts the breaches that a change makes, and undoes the change.
func tampered(t *testing.T, s *store.Store, sp *matter.Spine, change string) int {
	t.Helper()
	exec := func(sql ...string) {
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for _, q := range sql {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return fmt.Errorf("%s: %w", q, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE keep_head AS SELECT * FROM matter_head", "CREATE TABLE keep_entry AS SELECT * FROM matter_entry", change)
	n := len(breaches(t, sp))
	exec("DELETE FROM matter_head", "DELETE FROM matter_entry", "INSERT INTO matter_head SELECT * FROM keep_head",
		"INSERT INTO matter_entry SELECT * FROM keep_entry", "DROP TABLE keep_head", "DROP TABLE keep_entry")
	return n
}

// The spine agrees with a tiny model under any sequence of moves.
func TestSpineAgreesWithModel(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	sp := spine(s)
	rapid.Check(t, func(r *rapid.T) {
		m, _ := raise(t, s, sp, "")
		phase, version := matter.Raised, 1
		r.Repeat(map[string]func(*rapid.T){
			"move": func(r *rapid.T) {
				verb := rapid.SampledFrom([]matter.Verb{matter.Take, matter.Finish, matter.Confirm, matter.Reopen, matter.Note}).Draw(r, "verb")
				as := rapid.SampledFrom([]people.Group{people.Property, matter.ByRaiser, people.Residents}).Draw(r, "as")
				next, code := model(phase, verb, as)
				_, _, err := move(s, sp, matter.Moving{ID: m.ID, Verb: verb, As: as, By: "x"})
				if code == "" && err != nil || code != "" && !fault.Is(err, code) {
					r.Fatalf("%s by %s in %s: %v, want %q", verb, as, phase, err, code)
				}
				if code == "" {
					phase, version = next, version+1
				}
			},
			"": func(r *rapid.T) {
				got, err := sp.ByID(context.Background(), home, m.ID)
				if err != nil || got.Phase != phase || got.Version != version {
					r.Fatalf("got %s version %d (%v), want %s %d", got.Phase, got.Version, err, phase, version)
				}
			},
		})
	})
	if b := breaches(t, sp); len(b) != 0 {
		t.Fatalf("breaches %+v", b)
	}
}

// model is the chore's table of moves, written by hand.
func model(p matter.Phase, v matter.Verb, as people.Group) (matter.Phase, fault.Code) {
	type row struct {
		to matter.Phase
		by []people.Group
	}
	table := map[matter.Phase]map[matter.Verb]row{
		matter.Raised:    {matter.Take: {matter.Taken, []people.Group{people.Property}}, matter.Note: {matter.Raised, []people.Group{people.Property, matter.ByRaiser}}},
		matter.Reopened:  {matter.Take: {matter.Taken, []people.Group{people.Property}}, matter.Note: {matter.Reopened, []people.Group{people.Property, matter.ByRaiser}}},
		matter.Taken:     {matter.Finish: {matter.Done, []people.Group{people.Property}}, matter.Note: {matter.Taken, []people.Group{people.Property, matter.ByRaiser}}},
		matter.Done:      {matter.Confirm: {matter.Confirmed, []people.Group{matter.ByRaiser}}, matter.Reopen: {matter.Reopened, []people.Group{matter.ByRaiser}}},
		matter.Confirmed: {matter.Reopen: {matter.Reopened, []people.Group{matter.ByRaiser}}},
	}
	r, ok := table[p][v]
	if !ok {
		return p, fault.Conflict
	}
	for _, g := range r.by {
		if g == as {
			return r.to, ""
		}
	}
	return p, fault.Forbidden
}
