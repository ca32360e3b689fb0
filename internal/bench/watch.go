package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/simulate"
)

// errLate: so late that nobody waits any longer.
var errLate = errors.New("alarms are missing")

// watchEvery is how often the database is asked, and so how exact a time is.
const watchEvery = time.Millisecond

// watch asks a house's database, past the program, which alarms are on disk
// with everybody called: committed rows only, so an alarm that it sees would
// outlive the program.
type watch struct {
	house deviceHouse
	db    store.DB
	names map[string]int // detector by the device's id

	mu    sync.Mutex
	sends map[int]time.Time // when a detector published
	seen  map[int]time.Time // when its incident was found
	ids   map[int]string
	from  int64
	more  chan struct{}
}

// watch looks while do runs.
func (h deviceHouse) watch(ctx context.Context, do func(*watch) error) error {
	return h.look(ctx, func(db store.DB) error {
		w := &watch{house: h, db: db, names: map[string]int{}, sends: map[int]time.Time{}, seen: map[int]time.Time{}, ids: map[int]string{}, more: make(chan struct{}, 1)}
		if err := w.devices(ctx); err != nil {
			return err
		}
		ctx, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- w.ask(ctx) }()
		err := do(w)
		stop()
		if e := <-ended; err == nil {
			err = e
		}
		return err
	})
}

func (w *watch) devices(ctx context.Context) error {
	rows, err := w.db.QueryContext(ctx, "SELECT id, name FROM device_unit WHERE tenant_id = $1", w.house.tenant)
	if err != nil {
		return err
	}
	defer rows.Close()
	byName := map[string]int{}
	for i := range max(stormAlarms+telemetry, burstAlarms) {
		byName[simulate.Detector(i)] = i
	}
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		if n, ours := byName[name]; ours {
			w.names[id] = n
		}
	}
	return rows.Err()
}

// ask asks until the context ends.
func (w *watch) ask(ctx context.Context) error {
	for pause(ctx, watchEvery) == nil {
		if err := w.askOnce(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("watch: %w", err)
		}
	}
	return nil
}

func (w *watch) askOnce(ctx context.Context) error {
	rows, err := w.db.QueryContext(ctx, `SELECT i.device_id, i.matter_id, h.raised_at FROM matter_head h
		CROSS JOIN alarm_incident i WHERE h.tenant_id = $1 AND h.kind = 'alarm' AND h.raised_at >= $2
		AND i.tenant_id = h.tenant_id AND i.matter_id = h.id AND i.open = 1 ORDER BY h.raised_at, h.id`, w.house.tenant, w.from)
	if err != nil {
		return err
	}
	defer rows.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for rows.Next() {
		var device, matter string
		if err := rows.Scan(&device, &matter, &w.from); err != nil {
			return err
		}
		n, ours := w.names[device]
		if _, before := w.seen[n]; ours && !before {
			w.seen[n], w.ids[n] = time.Now(), matter
		}
	}
	select {
	case w.more <- struct{}{}:
	default:
	}
	return rows.Err()
}

func (w *watch) sent(n int, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sends[n] = at
}

// until waits until so many alarms are found.
func (w *watch) until(ctx context.Context, n int, most time.Duration) error {
	late := time.After(most)
	for {
		w.mu.Lock()
		found := len(w.seen)
		w.mu.Unlock()
		if found >= n {
			return nil
		}
		select {
		case <-w.more:
		case <-late:
			return fmt.Errorf("%w: %d of %d after %v", errLate, found, n, most)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tally is how long each alarm took from its publishing until it was found
// and the last of the three audiences was handed to a channel, whichever came
// later. An alarm that did not reach one of them is left out.
func (w *watch) tally(ctx context.Context, span time.Duration) (tally, error) {
	took, _, err := w.times(ctx)
	if err != nil {
		return tally{}, err
	}
	return tallied(span, took)
}

// times is how long each alarm took, and when the last of them was with
// everybody.
func (w *watch) times(ctx context.Context) (took []time.Duration, end time.Time, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	handed, err := w.house.handed(ctx, w.db)
	if err != nil {
		return nil, end, err
	}
	for n, at := range w.sends {
		last, reached := handed[w.ids[n]]
		if !reached {
			continue
		}
		if seen := w.seen[n]; seen.After(last) {
			last = seen
		}
		if last.After(end) {
			end = last
		}
		took = append(took, last.Sub(at))
	}
	return took, end, nil
}

// settled is the tally of all that was sent, from an instant until the last
// alarm was with everybody. It does not wait for ever.
func (w *watch) settled(ctx context.Context, began time.Time, most time.Duration) (tally, error) {
	for late := time.Now().Add(most); ; {
		took, end, err := w.times(ctx)
		if err != nil {
			return tally{}, err
		}
		if len(took) == len(w.sends) || time.Now().After(late) {
			return tallied(end.Sub(began), took)
		}
		if err := pause(ctx, watchEvery*200); err != nil {
			return tally{}, err
		}
	}
}

// handed is when the last of the three audiences was handed to its first
// channel, of each incident that reached all three.
func (h deviceHouse) handed(ctx context.Context, db store.DB) (map[string]time.Time, error) {
	rows, err := db.QueryContext(ctx, `SELECT matter_id, COUNT(*), MAX(first) FROM (
			SELECT r.matter_id, r.audience, MIN(m.handed_at) AS first FROM alarm_called r
			JOIN notify_told m ON m.tenant_id = r.tenant_id AND m.matter_id = r.matter_id AND m.to_id = r.person_id AND m.handed_at > 0
			WHERE r.tenant_id = $1 AND r.audience IN ('property', 'committee', 'volunteer') GROUP BY r.matter_id, r.audience) AS told
		GROUP BY matter_id`, h.tenant)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]time.Time{}
	for rows.Next() {
		var id string
		var audiences, last int64
		if err := rows.Scan(&id, &audiences, &last); err != nil {
			return nil, err
		}
		if audiences == 3 {
			all[id] = store.Time(last)
		}
	}
	return all, rows.Err()
}

// toldTwice counts who was told of the same round on the same channel twice,
// and devices with two open incidents.
func (h deviceHouse) toldTwice(ctx context.Context) (twice int, err error) {
	err = h.look(ctx, func(db store.DB) error {
		var messages, incidents int
		err := db.QueryRowContext(ctx, "SELECT COUNT(*) - COUNT(DISTINCT matter_id || ' ' || seq || ' ' || to_id || ' ' || channel) FROM notify_told WHERE tenant_id = $1", h.tenant).Scan(&messages)
		if err != nil {
			return err
		}
		err = db.QueryRowContext(ctx, "SELECT COUNT(*) - COUNT(DISTINCT device_id || ' ' || kind) FROM alarm_incident WHERE tenant_id = $1 AND open = 1", h.tenant).Scan(&incidents)
		twice = messages + incidents
		return err
	})
	return twice, err
}
