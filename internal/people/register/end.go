package register

import (
	"fmt"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// refs are the keys of rows.
func refs[T any](rows []T, of func(T) string) map[string]bool {
	m := make(map[string]bool, len(rows))
	for _, r := range rows {
		m[of(r)] = true
	}
	return m
}

func (t *taking) now() int64 { return store.Ms(t.tx.Now()) }

// endAll ends what the files no longer list: as many as were counted before,
// unless somebody has changed the register since.
func (t *taking) endAll() error {
	ended := 0
	for _, e := range t.plan.endings(t.known, t.kept) {
		if err := t.end(e); err != nil {
			return err
		}
		if e.Table != "" {
			t.count(e.Table, place.Ended)
			ended++
		}
	}
	if ended != t.plan.ends {
		return fault.New(fault.Conflict, "register.page.moved")
	}
	return nil
}

func (t *taking) end(e ending) error {
	switch {
	case e.post != nil:
		if _, err := people.New(t.tx).EndPost(t.ctx, t.tenant.ID, e.post.ID, t.now()); err != nil {
			return fmt.Errorf("end post: %w", err)
		}
	case e.person != nil:
		return t.endPerson(*e.person)
	case e.household != nil:
		if _, err := people.New(t.tx).EndHousehold(t.ctx, t.tenant.ID, e.household.ID, t.now()); err != nil {
			return fmt.Errorf("end household: %w", err)
		}
	case e.node != nil:
		return t.kept.places.Retire(t.ctx, t.tx, *e.node)
	}
	return nil
}

func (t *taking) endPerson(p people.Person) error {
	q := people.New(t.tx)
	if err := q.EndPostsOf(t.ctx, t.tenant.ID, p.ID, t.now()); err != nil {
		return fmt.Errorf("end posts: %w", err)
	}
	if _, err := q.EndPerson(t.ctx, t.tenant.ID, p.ID, t.now()); err != nil {
		return fmt.Errorf("end person: %w", err)
	}
	return nil
}
