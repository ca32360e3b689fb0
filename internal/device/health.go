package device

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

const (
	watchJob     = "device.watch"
	watchEvery   = time.Minute
	watchBatch   = 500
	replaceAhead = 30 * 24 * time.Hour
	testEvery    = 31 * 24 * time.Hour
)

// Jobs are what the room does by itself: each minute it looks who is silent,
// whose battery is still low and what is to be replaced; every four hours it
// tells again of a detector that does not do its work.
func (s *Service) Jobs() []job.Kind {
	return []job.Kind{{Name: watchJob, Do: func(ctx context.Context, tx *store.Tx, j job.Job) error {
		if err := s.sweep(ctx, tx, j.Tenant); err != nil {
			return err
		}
		return s.watchFrom(ctx, tx, j.Tenant)
	}}, {Name: nagJob, Do: s.nag, Tries: 1000}}
}

// sweep finds what time alone has changed.
func (s *Service) sweep(ctx context.Context, tx *store.Tx, tenant store.Tenant) error {
	now, q := tx.Now(), New(tx)
	for _, look := range []struct {
		find func() ([]string, error)
		act  func(context.Context, *store.Tx, Unit) error
	}{
		{func() ([]string, error) { return q.UnitsQuiet(ctx, tenant, store.Ms(now), watchBatch) }, s.fallSilent},
		{func() ([]string, error) { return q.UnitsToRemind(ctx, tenant, store.Ms(now), watchBatch) }, s.remind},
		{func() ([]string, error) {
			return q.UnitsToReplace(ctx, tenant, store.Ms(now.Add(replaceAhead)), watchBatch)
		}, func(ctx context.Context, tx *store.Tx, u Unit) error {
			_, err := s.flagged(ctx, tx, u, ReplaceSoon, true, Event{})
			return err
		}},
	} {
		keys, err := look.find()
		if err != nil {
			return fmt.Errorf("look after devices: %w", err)
		}
		for _, key := range keys {
			u, _, err := s.lock(ctx, tx, Unit{Tenant: tenant, Key: key})
			if err != nil {
				return err
			}
			if err := look.act(ctx, tx, u); err != nil {
				return err
			}
		}
	}
	return nil
}

// fallSilent tells of a device that is overdue, unless its gateway fell silent
// in the same round: then the gateway is the news.
func (s *Service) fallSilent(ctx context.Context, tx *store.Tx, u Unit) error {
	if behind, err := s.behindSilence(ctx, tx, u); err != nil || behind {
		return err
	}
	if u.QuietAt.After(tx.Now()) {
		return nil // it spoke since it was found
	}
	_, err := s.flagged(ctx, tx, u, Silent, true, Event{})
	return err
}

// remind tells again of a battery that has been low for a week.
func (s *Service) remind(ctx context.Context, tx *store.Tx, u Unit) error {
	u.RemindAt = tx.Now().Add(lowAgain)
	_, err := s.flagged(ctx, tx, u, BatteryLow, true, Event{What: Troubled, Trouble: BatteryLow, Again: true})
	return err
}

// ToTest are the bound detectors that guard lives and were not tested in the
// last 31 days, the longest untested first.
func (s *Service) ToTest(ctx context.Context, tenant store.Tenant) ([]Unit, error) {
	return unitsOf(s.read().UnitsUntested(ctx, tenant, store.Ms(s.store.Now().Add(-testEvery))))
}

// Coverage is how many of the registered homes of a building have a live
// sensor.
type Coverage struct {
	Building place.Node
	Homes    int
	Live     int
	Dark     []string // ids of the dwellings without a live sensor
}

// Coverage counts, per building, the homes that have a detector which guards
// lives and is alive, of the homes given by the ids of their dwellings. Places
// that lie in no building are left out.
func (s *Service) Coverage(ctx context.Context, tenant store.Tenant, homes []string) ([]Coverage, error) {
	live, err := s.liveHomes(ctx, tenant)
	if err != nil {
		return nil, err
	}
	tree, err := place.ReadTree(ctx, s.store.Reader(), tenant)
	if err != nil {
		return nil, err
	}
	byBuilding := map[string]*Coverage{}
	for _, id := range homes {
		b, ok := buildingOf(tree, id)
		if !ok {
			continue
		}
		c := byBuilding[b.ID]
		if c == nil {
			c = &Coverage{Building: b}
			byBuilding[b.ID] = c
		}
		if c.Homes++; live[id] {
			c.Live++
		} else {
			c.Dark = append(c.Dark, id)
		}
	}
	var list []Coverage
	for _, c := range byBuilding {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Coverage) int { return strings.Compare(a.Building.Path, b.Building.Path) })
	return list, nil
}

// liveHomes are the places where at least one detector lives.
func (s *Service) liveHomes(ctx context.Context, tenant store.Tenant) (map[string]bool, error) {
	rows, err := s.read().UnitsForSafety(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("detectors: %w", err)
	}
	live, now := map[string]bool{}, store.Ms(s.store.Now())
	for _, r := range rows {
		live[r.PlaceID] = live[r.PlaceID] || r.LastSeen > 0 && r.Silent == 0 && now < r.QuietAt
	}
	return live, nil
}

func buildingOf(tree *place.Tree, id string) (place.Node, bool) {
	n, ok := tree.ByID(id)
	for ; ok && n.Kind != place.Building; n, ok = tree.ByID(n.Parent) {
		if n.Parent == "" {
			return place.Node{}, false
		}
	}
	return n, ok
}
