package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

const (
	batch        = 64          // jobs taken from one tenant before the next has its turn
	workers      = 16          // jobs of one batch that run side by side
	callsAtOnce  = 8           // calls of one kind under way at once
	poll         = time.Second // how long a job added by another node may wait
	defaultTries = 20
	defaultCall  = 30 * time.Second
	longestRetry = time.Hour
)

// Runner runs what is due.
type Runner struct {
	store   *store.Store
	tenants func() []store.Tenant
	kinds   map[string]Kind
	slots   map[string]chan struct{} // calls under way, by kind
	log     *slog.Logger
	wake    chan struct{}

	looking sync.Mutex
	looked  time.Time // what the clock said at the last look; zero: it is not known whether it went back since

	start, halt sync.Once
	quit, ended chan struct{}
	calls       sync.WaitGroup
}

// NewRunner makes a runner for these kinds. tenants lists whose jobs to run
// and is asked anew each round.
func NewRunner(s *store.Store, tenants func() []store.Tenant, log *slog.Logger, kinds ...Kind) (*Runner, error) {
	r := &Runner{
		store: s, tenants: tenants, log: log,
		kinds: map[string]Kind{}, slots: map[string]chan struct{}{},
		wake: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{}),
	}
	for _, k := range kinds {
		if _, twice := r.kinds[k.Name]; twice || (k.Do == nil) == (k.Call == nil) {
			return nil, fmt.Errorf("job kind %q is declared twice or has not exactly one of Do and Call", k.Name)
		}
		r.kinds[k.Name] = k
		r.slots[k.Name] = make(chan struct{}, callsAtOnce)
	}
	return r, nil
}

// Start runs due jobs until Stop. It does not block.
func (r *Runner) Start() {
	r.start.Do(func() { go r.loop() })
}

// Stop waits for the jobs under way. It may be called twice, and without
// Start.
func (r *Runner) Stop() {
	r.halt.Do(func() { close(r.quit) })
	r.start.Do(func() { close(r.ended) })
	<-r.ended
	r.calls.Wait()
}

// Wake makes the runner look now, as after adding a job that is due at once.
// It never blocks.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Runner) loop() {
	defer close(r.ended)
	for {
		if _, err := r.round(context.Background()); err != nil {
			r.log.Error("jobs", "cause", err)
		}
		timer := time.NewTimer(r.untilNext(context.Background()))
		select {
		case <-r.quit:
			timer.Stop()
			return
		case <-r.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// RunDue runs everything that is due at the store's clock, including what
// these jobs add, waits for it, and returns how many jobs ran.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	for total := 0; ; {
		n, err := r.round(ctx)
		r.calls.Wait()
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// round gives each tenant one batch.
func (r *Runner) round(ctx context.Context) (int, error) {
	total := 0
	errs := []error{r.followClock(ctx)}
	for _, tenant := range r.tenants() {
		n, err := r.batch(ctx, tenant)
		total += n
		errs = append(errs, err)
	}
	return total, errors.Join(errs...)
}

// followClock sees to it that nobody waits for a clock that went back, since the
// last look or while the program was down.
func (r *Runner) followClock(ctx context.Context) error {
	r.looking.Lock()
	defer r.looking.Unlock()
	now := r.store.Now()
	if !r.looked.IsZero() && !now.Before(r.looked) {
		r.looked = now
		return nil
	}
	var errs []error
	for _, tenant := range r.tenants() {
		errs = append(errs, r.rewind(ctx, tenant))
	}
	if err := errors.Join(errs...); err != nil {
		r.looked = time.Time{}
		return err
	}
	r.looked = now
	return nil
}

// rewind lets what was promised by a clock that is ahead of the present one
// wait its span from now on, and no lease reach further than one does.
func (r *Runner) rewind(ctx context.Context, tenant store.Tenant) error {
	var spans strings.Builder
	longest := defaultCall
	for name, kind := range r.kinds {
		longest = max(longest, kind.Timeout)
		if kind.Span {
			spans.WriteString(" " + name + " ")
		}
	}
	var promised, leased int64
	err := r.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		q, now := New(tx), tx.Now()
		if promised, err = q.Rewind(ctx, tenant, store.Ms(now), spans.String()); err != nil {
			return err
		}
		leased, err = q.Unlease(ctx, tenant, store.Ms(now.Add(2*longest)))
		return err
	})
	if err != nil {
		return fmt.Errorf("clock went back: %w", err)
	}
	if promised+leased > 0 {
		r.log.Warn("the clock went back: jobs wait their span from now", "tenant", tenant, "jobs", promised, "leases", leased)
	}
	return nil
}

func (r *Runner) batch(ctx context.Context, tenant store.Tenant) (int, error) {
	rows, err := New(r.store.Reader()).Due(ctx, DueParams{TenantID: tenant, DueAt: store.Ms(r.store.Now()), Limit: batch, Column4: r.full()})
	if err != nil {
		return 0, fmt.Errorf("read due jobs: %w", err)
	}
	gate, ran := make(chan struct{}, workers), make(chan bool, len(rows))
	var wg sync.WaitGroup
	for _, row := range rows {
		gate <- struct{}{}
		wg.Go(func() {
			ran <- r.one(ctx, tenant, row)
			<-gate
		})
	}
	wg.Wait()
	close(ran)
	n := 0
	for did := range ran {
		if did {
			n++
		}
	}
	return n, nil
}

// full names the kinds of which as many calls are under way as may be, each
// between spaces: the jobs of a channel that hangs are passed over, however
// many they are.
func (r *Runner) full() string {
	var b strings.Builder
	for name, slot := range r.slots {
		if len(slot) == cap(slot) {
			b.WriteString(" " + name + " ")
		}
	}
	return b.String()
}

// one runs a job and reports whether it was this runner's to run.
func (r *Runner) one(ctx context.Context, tenant store.Tenant, row DueRow) bool {
	j := Job{Tenant: tenant, Kind: row.Kind, Name: row.Name, DueAt: store.Time(row.DueAt), Attempts: int(row.Attempts), Payload: []byte(row.Payload)}
	kind, known := r.kinds[row.Kind]
	switch {
	case !known:
		r.failed(ctx, Kind{Tries: 1}, j, row.ID, errors.New("nobody does this kind of job"))
		return true
	case kind.Do != nil:
		return r.do(ctx, kind, j, row.ID)
	default:
		return r.call(ctx, kind, j, row.ID)
	}
}

var errTaken = errors.New("another node has it")

// firstTries is how often a job is run at once whose matter somebody else
// changed meanwhile: another job of this round mostly, and a next step of an
// alarm must not wait a second for it.
const firstTries = 4

func (r *Runner) do(ctx context.Context, kind Kind, j Job, id string) bool {
	err := r.once(ctx, kind, j, id)
	for n := 1; n < firstTries && fault.Is(err, fault.Conflict); n++ {
		err = r.once(ctx, kind, j, id)
	}
	if errors.Is(err, errTaken) {
		return false
	}
	if err != nil {
		r.failed(ctx, kind, j, id, err)
	}
	return true
}

func (r *Runner) once(ctx context.Context, kind Kind, j Job, id string) error {
	return r.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).Finish(ctx, j.Tenant, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return errTaken
		}
		return kind.Do(ctx, tx, j)
	})
}

// call leases the job and runs it beside the loop, so that a channel that
// hangs holds up nobody else.
func (r *Runner) call(ctx context.Context, kind Kind, j Job, id string) bool {
	slot := r.slots[kind.Name]
	select {
	case slot <- struct{}{}:
	default:
		return false
	}
	timeout := kind.Timeout
	if timeout == 0 {
		timeout = defaultCall
	}
	if !r.lease(ctx, j, id, 2*timeout) {
		<-slot
		return false
	}
	r.calls.Go(func() {
		defer func() { <-slot; r.Wake() }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
		defer cancel()
		err := kind.Call(ctx, j)
		if err == nil {
			err = r.store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				_, err := New(tx).Finish(ctx, j.Tenant, id)
				return err
			})
		}
		if err != nil {
			r.failed(context.Background(), kind, j, id, err)
		}
	})
	return true
}

func (r *Runner) lease(ctx context.Context, j Job, id string, d time.Duration) bool {
	leased := false
	err := r.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).Lease(ctx, LeaseParams{
			TenantID: j.Tenant, ID: id, LeasedUntil: store.Ms(tx.Now().Add(d)), LeasedUntil_2: store.Ms(tx.Now()),
		})
		leased = n == 1
		return err
	})
	if err != nil {
		r.log.Error("lease job", "kind", j.Kind, "cause", err)
	}
	return err == nil && leased
}

// failed plans the next try, or gives up. The log names the kind, never the
// payload.
func (r *Runner) failed(ctx context.Context, kind Kind, j Job, id string, cause error) {
	tries := kind.Tries
	if tries == 0 {
		tries = defaultTries
	}
	var dead int64
	if j.Attempts+1 >= tries {
		dead = 1
	}
	r.log.Warn("job failed", "kind", j.Kind, "tenant", j.Tenant, "attempt", j.Attempts+1, "dead", dead == 1, "cause", cause)
	err := r.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return New(tx).Retry(ctx, RetryParams{
			TenantID: j.Tenant, ID: id, DueAt: store.Ms(tx.Now().Add(backoff(j.Attempts))), AddedAt: store.Ms(tx.Now()),
			Dead: dead, Trouble: fmt.Sprintf("%T", cause), Attempts: int64(j.Attempts + 1),
		})
	})
	if err != nil {
		r.log.Error("plan next try", "kind", j.Kind, "cause", err)
	}
}

// backoff doubles from one second to one hour.
func backoff(attempts int) time.Duration {
	return min(time.Second<<min(attempts, 20), longestRetry)
}

// untilNext is how long the loop may rest.
func (r *Runner) untilNext(ctx context.Context) time.Duration {
	rest, now := poll, r.store.Now()
	q := New(r.store.Reader())
	for _, tenant := range r.tenants() {
		due, err := q.Next(ctx, tenant, store.Ms(now), r.full())
		if err != nil {
			continue
		}
		rest = min(rest, max(store.Time(due).Sub(now), time.Millisecond))
	}
	return rest
}
