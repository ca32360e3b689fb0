package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/linli/linli/internal/platform/store"
)

// An alarm tells some twenty people the same, a report the same desks again and
// again. So a telling is one row for a circle: all who are told together. The
// circle is known by its members, and the next telling finds it there; who has
// looked is written once somebody looks (reading.go).
const (
	circlesMost  = 128   // circles of one person: beyond it each is told by themselves
	circlesKnown = 10000 // circles that are remembered
)

// circles remembers which circles are on disk.
type circles struct {
	mu    sync.Mutex
	known map[string]bool
}

func (c *circles) has(tenant store.Tenant, id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[string(tenant)+" "+id]
}

func (c *circles) add(tenant store.Tenant, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= circlesKnown {
		c.known = map[string]bool{}
	}
	c.known[string(tenant)+" "+id] = true
}

// circleOf is the name of a circle; that of one person is the person's id.
func circleOf(persons []string) string {
	if len(persons) == 1 {
		return persons[0]
	}
	sum := sha256.Sum256([]byte(strings.Join(persons, " ")))
	return hex.EncodeToString(sum[:16])
}

// tellApp writes what people read in the app; who was told of this entry already
// is passed over.
func (s *Service) tellApp(ctx context.Context, tx *store.Tx, t Telling) error {
	to := slices.Compact(slices.Sorted(slices.Values(t.To)))
	if len(to) == 0 {
		return nil
	}
	if !t.First {
		before, err := New(tx).ToldOf(ctx, t.Tenant, t.Matter, int64(t.Seq))
		if err != nil {
			return fmt.Errorf("tell: %w", err)
		}
		to = slices.DeleteFunc(to, func(p string) bool {
			return slices.ContainsFunc(before, func(r ToldOfRow) bool { return r.PersonID == p })
		})
	}
	groups, err := s.circlesFor(ctx, tx, t.Tenant, to)
	if err != nil {
		return fmt.Errorf("tell: %w", err)
	}
	body, err := json.Marshal(t.Args)
	if err != nil {
		return fmt.Errorf("tell: %w", err)
	}
	for _, circle := range groups {
		if err := New(tx).CountTelling(ctx, t.Tenant); err != nil {
			return fmt.Errorf("tell: %w", err)
		}
		err := New(tx).InsertTelling(ctx, InsertTellingParams{
			TenantID: t.Tenant, CircleID: circle, MatterID: t.Matter, Seq: int64(t.Seq),
			Key: t.Key, Args: string(body), Link: t.Link, CreatedAt: store.Ms(tx.Now()),
		})
		if err != nil {
			return fmt.Errorf("tell: %w", err)
		}
	}
	return nil
}

// circlesFor are the circles that these people, in order, are told by: one for
// all of them, or one each if somebody is in too many already.
func (s *Service) circlesFor(ctx context.Context, tx *store.Tx, tenant store.Tenant, to []string) ([]string, error) {
	if len(to) == 0 {
		return nil, nil
	}
	id := circleOf(to)
	if s.circles.has(tenant, id) {
		return []string{id}, nil
	}
	if len(to) > 1 {
		if full, err := inTooMany(ctx, tx, tenant, to, id); err != nil {
			return nil, err
		} else if full {
			return s.oneByOne(ctx, tx, tenant, to)
		}
	}
	return []string{id}, s.keepCircle(ctx, tx, tenant, id, to)
}

func (s *Service) oneByOne(ctx context.Context, tx *store.Tx, tenant store.Tenant, to []string) ([]string, error) {
	for _, person := range to {
		if s.circles.has(tenant, person) {
			continue
		}
		if err := s.keepCircle(ctx, tx, tenant, person, []string{person}); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// inTooMany reports whether the circle would be new and somebody in it is in too
// many: their inbox reads each of their circles.
func inTooMany(ctx context.Context, tx *store.Tx, tenant store.Tenant, to []string, id string) (bool, error) {
	for i, person := range to {
		if i == 0 {
			if there, err := New(tx).IsMember(ctx, tenant, person, id); err != nil || there > 0 {
				return false, err
			}
		}
		if n, err := New(tx).CirclesOf(ctx, tenant, person); err != nil || n >= circlesMost {
			return n >= circlesMost, err
		}
	}
	return false, nil
}

func (s *Service) keepCircle(ctx context.Context, tx *store.Tx, tenant store.Tenant, id string, members []string) error {
	var sql strings.Builder
	sql.WriteString("INSERT INTO notify_member (tenant_id, person_id, circle_id) VALUES ")
	args := make([]any, 0, 3*len(members))
	for i, person := range members {
		if i > 0 {
			sql.WriteByte(',')
		}
		fmt.Fprintf(&sql, "($%d,$%d,$%d)", 3*i+1, 3*i+2, 3*i+3)
		args = append(args, tenant, person, id)
	}
	sql.WriteString(" ON CONFLICT (tenant_id, person_id, circle_id) DO NOTHING")
	if _, err := tx.ExecContext(ctx, sql.String(), args...); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.circles.add(tenant, id) })
	return nil
}
