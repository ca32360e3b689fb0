package chaos_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// settings of a run.
type settings struct {
	kills   *int
	minutes *float64
	clients *int
	seed    *uint64
}

var flags = settings{
	flag.Int("chaos.kills", usualKills, "how often the program is killed"),
	flag.Float64("chaos.minutes", 0, "go on killing for this long"),
	flag.Int("chaos.clients", 8, "how many residents report at once"),
	flag.Uint64("chaos.seed", uint64(time.Now().UnixNano()), "seed of the run's choices"),
}

// times counts the kills of a run: as many as asked for, and more while the
// minutes asked for last.
func times() iter.Seq[int] {
	end := time.Now().Add(time.Duration(*flags.minutes * float64(time.Minute)))
	return func(yield func(int) bool) {
		for n := 0; n < *flags.kills || time.Now().Before(end); n++ {
			if !yield(n) {
				return
			}
		}
	}
}

// readyWithin is the promise: ready again within five seconds of a crash.
const readyWithin = 5 * time.Second

// ledger is what the clients were told.
type ledger struct {
	mu    sync.Mutex
	pages map[string]string // page by key, once acknowledged
	twice []string          // keys that were given another page when sent again
	count chan struct{}

	refused atomic.Value // string: why the last report was not acknowledged
}

func (l *ledger) acknowledged(key, page string) {
	l.mu.Lock()
	if before, ok := l.pages[key]; ok && before != page {
		l.twice = append(l.twice, key)
	}
	l.pages[key] = page
	l.mu.Unlock()
	l.count <- struct{}{}
}

// client is one phone. What it could not send, it sends again with the same
// key; what it could, it sometimes sends again too, as phones do.
type client struct {
	name  int
	next  int
	dice  *rand.Rand
	http  *http.Client
	place string
}

func (c *client) key() string { return fmt.Sprintf("phone%d-%d", c.name, c.next) }

// run reports until the program is gone or the context ends. Whatever else
// goes wrong (a busy machine answers 503) is tried again with the same key, as
// a phone does, and told if in the end too little came through.
func (c *client) run(ctx context.Context, p *program, l *ledger) {
	for ctx.Err() == nil && !p.gone() {
		if err := c.send(ctx, p, l); err != nil {
			l.refused.Store(err.Error())
			continue
		}
		c.next++
	}
}

// send reports once, or twice with the same key.
func (c *client) send(ctx context.Context, p *program, l *ledger) error {
	key := c.key()
	for range 1 + c.dice.IntN(2) {
		page, err := report(ctx, c.http, p.url, c.place, key, "ledger "+key+".")
		if err != nil {
			return err
		}
		l.acknowledged(key, page)
	}
	return nil
}

// Nothing acknowledged is lost and nothing is doubled, however often the
// program is killed under load.
func TestKilledUnderLoadLosesNothing(t *testing.T) {
	seed := *flags.seed
	t.Logf("-chaos.seed=%d", seed)
	dice := rand.New(rand.NewPCG(seed, 1))
	binary, dir := build(t), filepath.Join(t.TempDir(), "data")
	p := sample(t, binary, dir)
	phone := signIn(t, p)
	place := building(t, dir)
	l := &ledger{pages: map[string]string{}, count: make(chan struct{}, 1)}
	clients := make([]*client, *flags.clients)
	for i := range clients {
		clients[i] = &client{name: i, dice: rand.New(rand.NewPCG(seed, uint64(i+2))), http: phone, place: place}
	}
	for kill := range times() {
		storm(t, p, clients, l, 20+dice.IntN(150), func(context.CancelFunc) { p.kill() })
		verified(t, binary, dir)
		compare(t, dir, l)
		p = sample(t, binary, dir)
		t.Logf("kill %d: %d acknowledged so far, ready again after %v", kill+1, len(l.pages), p.took)
		if p.took > readyWithin {
			t.Errorf("ready again after %v, promised within %v", p.took, readyWithin)
		}
	}
	storm(t, p, clients, l, 20, func(halt context.CancelFunc) { halt() })
	if err := p.stop(); err != nil {
		t.Errorf("stop: %v\n%s", err, p.logs)
	}
	verified(t, binary, dir)
	compare(t, dir, l)
	if len(l.twice) > 0 {
		t.Errorf("sent again and given another report: %v", l.twice)
	}
}

// storm lets the clients report until so many were acknowledged, calls end
// while they go on, and waits for them. An end that does not take the program
// away ends them through the context it is given.
func storm(t *testing.T, p *program, clients []*client, l *ledger, acks int, end func(context.CancelFunc)) {
	t.Helper()
	ctx, halt := context.WithCancel(t.Context())
	defer halt()
	var wg sync.WaitGroup
	for _, c := range clients {
		wg.Go(func() { c.run(ctx, p, l) })
	}
	late := time.After(patience)
	for range acks {
		select {
		case <-l.count:
		case <-late:
			t.Fatalf("too few acknowledged, the last refusal was %v: %s", l.refused.Load(), p.logs)
		}
	}
	gone := make(chan struct{})
	wg.Go(func() { end(halt) })
	go func() { wg.Wait(); close(gone) }()
	for {
		select {
		case <-l.count:
		case <-gone:
			return
		}
	}
}

// compare holds the database against the ledger: every acknowledged report is
// there once, and none twice.
func compare(t *testing.T, dir string, l *ledger) {
	t.Helper()
	stored := map[string]string{}
	for id, words := range reports(t, dir) {
		key, ours := strings.CutPrefix(words, "ledger ")
		if !ours {
			continue
		}
		key = strings.TrimSuffix(key, ".")
		if _, doubled := stored[key]; doubled {
			t.Errorf("%s was stored twice", key)
		}
		stored[key] = "/report/" + id
	}
	for key, page := range l.pages {
		if stored[key] != page {
			t.Errorf("%s was acknowledged as %s, and %q is stored", key, page, stored[key])
		}
	}
	unknown := maps.Clone(stored)
	maps.DeleteFunc(unknown, func(key, _ string) bool { return l.pages[key] != "" })
	if len(unknown) > *flags.clients {
		t.Errorf("%d reports were stored and not acknowledged, more than were under way: %v", len(unknown), unknown)
	}
}

// reports are all reports' words by id, read past the program.
func reports(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := query(t, dir, "SELECT matter_id, words FROM report_detail", func(id, words string) { found[id] = words })
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// building is the place of the sample resident's building.
func building(t testing.TB, dir string) (id string) {
	t.Helper()
	err := query(t, dir, "SELECT id, ref FROM place_node WHERE ref = 'guihua-6'", func(found, _ string) { id = found })
	if err != nil || id == "" {
		t.Fatalf("no building: %v", err)
	}
	return id
}

// query looks at the database of a folder, served or not.
func query(t testing.TB, dir, text string, row func(a, b string)) (err error) {
	s, err := store.Look(t.Context(), store.Options{Path: database(dir)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	rows, err := s.Reader().QueryContext(t.Context(), text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return err
		}
		row(a, b)
	}
	return rows.Err()
}
