package people_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

func (s *scene) audit(tenant store.Tenant, id string, fields ...string) {
	s.t.Helper()
	s.update(func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, people.Actor{Tenant: tenant, Person: "worker", Session: "s"}, "person.read", "person", id, fields...)
	})
}

func TestTrailTellsWhoReadAndChangedWhat(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		began := s.clock.Now()
		s.audit(wh, "lu", "phone", "lives_alone")
		s.clock.Advance(time.Minute)
		s.codes("b8")
		s.audit(xw, "other")
		admin := s.admin()
		admin.Tenant = wh
		list, err := s.AuditList(s.ctx, admin, 0)
		if err != nil {
			t.Fatal(err)
		}
		want := []people.AuditEntry{
			{Seq: 2, At: s.clock.Now(), Actor: "worker", Action: "code.issue", Resource: "place", ID: "b8", Fields: []string{}},
			{Seq: 1, At: began, Actor: "worker", Session: "s", Action: "person.read", Resource: "person", ID: "lu", Fields: []string{"phone", "lives_alone"}},
		}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Error(diff)
		}
		list, err = s.AuditList(s.ctx, admin, 0) // reading the trail is in the trail
		if err != nil || list[0].Action != "audit.read" || list[0].Actor != "admin" {
			t.Errorf("%+v %v", list, err)
		}
		_, err = s.AuditList(s.ctx, s.worker(), 0)
		wants(t, err, fault.Forbidden)
	})
}

func TestTrailIsPagedByKey(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.update(func(ctx context.Context, tx *store.Tx) error {
			for i := range 150 {
				if err := people.Audit(ctx, tx, people.Actor{Tenant: office, Person: "x"}, "a", "b", fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return nil
		})
		first, err := s.AuditList(s.ctx, s.admin(), 0)
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.AuditList(s.ctx, s.admin(), first[len(first)-1].Seq)
		if err != nil {
			t.Fatal(err)
		}
		if len(first) != 100 || first[0].Seq != 150 || len(second) != 50 || second[49].Seq != 1 {
			t.Fatalf("%d entries from %d, then %d", len(first), first[0].Seq, len(second))
		}
	})
}

func TestWritersAtOnceKeepOneChain(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		var wg sync.WaitGroup
		errs := make(chan error, 60)
		for i := range 30 {
			for _, tenant := range []store.Tenant{wh, xw} {
				wg.Go(func() {
					errs <- s.s.Update(s.ctx, func(ctx context.Context, tx *store.Tx) error {
						return people.Audit(ctx, tx, people.Actor{Tenant: tenant}, "a", "b", fmt.Sprint(i))
					})
				})
			}
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, tenant := range []store.Tenant{wh, xw} {
			if n, err := people.VerifyAudit(s.ctx, s.s.Reader(), tenant); n != 30 || err != nil {
				t.Errorf("%s: %d entries, %v", tenant, n, err)
			}
		}
		if n, hash, err := people.AuditHead(s.ctx, s.s.Reader(), wh); n != 30 || len(hash) != 64 || err != nil {
			t.Errorf("head %d %s %v", n, hash, err)
		}
		if n, err := people.VerifyAudit(s.ctx, s.s.Reader(), "nobody"); n != 0 || err != nil {
			t.Errorf("empty trail: %d %v", n, err)
		}
	})
}

func TestUndoneWorkLeavesNoEntry(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		undone := errors.New("undone")
		err := s.s.Update(s.ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := people.Audit(ctx, tx, s.worker(), "a", "b", "c"); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		s.audit(wh, "lu")
		if n, err := people.VerifyAudit(s.ctx, s.s.Reader(), wh); n != 1 || err != nil {
			t.Fatalf("%d %v", n, err)
		}
	})
}

// Whatever is done to one entry behind the program's back is found.
func TestTamperingIsFound(t *testing.T) {
	columns := []string{"at", "actor_id", "session_id", "action", "resource", "resource_id", "fields", "prev_hash", "hash"}
	each(t, func(t *testing.T, s *scene) {
		const n = 12
		for i := range n {
			s.audit(wh, fmt.Sprint(i), "phone")
		}
		rapid.Check(t, func(rt *rapid.T) {
			seq := rapid.Int64Range(1, n).Draw(rt, "seq")
			var query string
			switch rapid.SampledFrom([]string{"change", "drop", "insert", "head"}).Draw(rt, "kind") {
			case "change":
				c := rapid.SampledFrom(columns).Draw(rt, "column")
				query = fmt.Sprintf("UPDATE people_audit SET %s = '77' WHERE tenant_id = 't-wh' AND seq = %d", c, seq)
			case "drop":
				query = fmt.Sprintf("DELETE FROM people_audit WHERE tenant_id = 't-wh' AND seq = %d", seq)
			case "insert":
				at := rapid.SampledFrom([]int64{0, -5, n + 1, n + 9}).Draw(rt, "at")
				query = fmt.Sprintf(`INSERT INTO people_audit SELECT tenant_id, %d, at, actor_id, session_id, action, resource, resource_id, fields, prev_hash, hash
					FROM people_audit WHERE tenant_id = 't-wh' AND seq = %d`, at, seq)
			case "head":
				query = "UPDATE people_audit_head SET hash = 'x' WHERE tenant_id = 't-wh'"
			}
			s.tryOut(rt, query)
		})
		if got, err := people.VerifyAudit(s.ctx, s.s.Reader(), wh); got != n || err != nil {
			t.Errorf("sound trail: %d %v", got, err)
		}
	})
}

// tryOut tampers, verifies, and undoes.
func (s *scene) tryOut(rt *rapid.T, tamper string) {
	undone := errors.New("undone")
	err := s.s.Update(s.ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.ExecContext(ctx, tamper); err != nil {
			return err
		}
		_, err := people.VerifyAudit(ctx, tx, wh)
		var found *people.AuditBreak
		if !errors.As(err, &found) || found.Tenant != wh || found.Error() == "" {
			return fmt.Errorf("not found: %w", err)
		}
		return undone
	})
	if !errors.Is(err, undone) {
		rt.Error(err)
	}
}

func TestSwappedEntriesAreFound(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		for i := range 4 {
			s.audit(wh, fmt.Sprint(i))
		}
		for _, q := range []string{"SET seq = 99 WHERE seq = 2", "SET seq = 2 WHERE seq = 3", "SET seq = 3 WHERE seq = 99"} {
			s.exec("UPDATE people_audit " + q)
		}
		_, err := people.VerifyAudit(s.ctx, s.s.Reader(), wh)
		var found *people.AuditBreak
		if !errors.As(err, &found) || found.Seq != 2 || found.Why != "changed" {
			t.Fatalf("%v", err)
		}
	})
}

func TestTrailHoldsIdsOnly(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.resident(s.codes("b6")["h101"], "lu")
		s.invited("guard", "wang-login")
		if err := s.SignOut(s.ctx, s.somebody(p.Cookie, "lu")); err != nil {
			t.Fatal(err)
		}
		for _, personal := range []string{"陆小满", "王物业", "wang-login", "10.1.2.3", "iPhone"} {
			n := s.count("SELECT COUNT(*) FROM people_audit WHERE actor_id || resource || resource_id || fields || action LIKE $1", "%"+personal+"%")
			if n != 0 {
				t.Errorf("%s stands in the trail", personal)
			}
		}
		if n := s.count("SELECT COUNT(*) FROM people_audit WHERE action IN ('code.issue', 'session.begin', 'session.end', 'account.invite', 'account.enrol')"); n != 6 {
			t.Errorf("%d entries, want 6", n)
		}
	})
}
