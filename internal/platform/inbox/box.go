package inbox

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Room is the inbox's tables.
func Room() store.Room {
	return store.Room{Name: "inbox", Migrations: store.Folder(migrations, "migrations")}
}

// The bounds of the lanes. An alarm on SQLite waits for at most the ordinary
// batches that commit together with it.
const (
	commitBatch    = 128 // messages of one lane in one transaction
	ordinaryAtOnce = 2   // ordinary lanes that commit, and that decode, at the same time
	urgentAtOnce   = 16  // urgent lanes that do
	laneMessages   = 2048
	laneBytes      = 16 << 20
	sweepEvery     = 2 * time.Second // how long a message left by another node may wait
)

var errStopped = errors.New("the inbox is closed")

// Options are what the box needs from the rest of the house.
type Options struct {
	Store *store.Store
	// Tenants lists whose messages to look for at the start and in each
	// sweep; asked anew each time.
	Tenants func() []store.Tenant
	Log     *slog.Logger
}

// Box takes messages in and has them decoded.
type Box struct {
	store   *store.Store
	tenants func() []store.Tenant
	log     *slog.Logger
	decoder Decoder
	trouble TroubleFunc
	rows    rows
	commits gates
	decodes gates
	// alarming counts the urgent lanes that decode now.
	alarming atomic.Int64
	lateAt   atomic.Int64 // when an urgent message was last found late, in ms

	mu      sync.Mutex
	lanes   map[laneKey]*lane
	started bool
	stopped bool
	quit    chan struct{}
	work    sync.WaitGroup
}

type laneKey struct {
	tenant store.Tenant
	urgent bool
}

// gates bound how many lanes work at the same time; whoever waits is served in
// turn.
type gates struct{ urgent, ordinary chan struct{} }

func newGates() gates {
	return gates{make(chan struct{}, urgentAtOnce), make(chan struct{}, ordinaryAtOnce)}
}

func (g gates) of(urgent bool) chan struct{} {
	if urgent {
		return g.urgent
	}
	return g.ordinary
}

// NewBox makes a box that takes messages in at once and decodes nothing before
// Start.
func NewBox(o Options) *Box {
	b := &Box{
		store: o.Store, tenants: o.Tenants, log: o.Log, rows: newRows(), commits: newGates(), decodes: newGates(),
		lanes: map[laneKey]*lane{}, quit: make(chan struct{}),
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.tenants == nil {
		b.tenants = func() []store.Tenant { return nil }
	}
	return b
}

// Now is the store's clock.
func (b *Box) Now() time.Time { return b.store.Now() }

// Append stores a message and returns after COMMIT. stored is false if it
// repeats a key that is held. The error is a fault of code busy when nothing
// was written; then the sender must not be told that it arrived.
func (b *Box) Append(ctx context.Context, m Message) (stored bool, err error) {
	type answer struct {
		stored bool
		err    error
	}
	got := make(chan answer, 1)
	b.Submit(ctx, m, func(stored bool, err error) { got <- answer{stored, err} })
	a := <-got
	return a.stored, a.err
}

// Submit is Append without waiting for the commit. done is called exactly
// once, after COMMIT or after its failure, and must be quick. Messages that
// one goroutine submits for one tenant and lane are answered in their order.
// Submit blocks while the lane is full; if the context ends first, done gets
// a fault of code busy.
func (b *Box) Submit(ctx context.Context, m Message, done func(stored bool, err error)) {
	if m.ReceivedAt.IsZero() {
		m.ReceivedAt = b.store.Now()
	}
	if err := b.lane(m.Tenant, m.Urgent).put(ctx, parcel{m, done}); err != nil {
		done(false, fault.Wrap(err, fault.Busy, "fault.busy"))
	}
}

// Release lets go of a key, so that the device may use it for another message.
// It reports whether the key was held.
func (b *Box) Release(ctx context.Context, tenant store.Tenant, device, key string) (held bool, err error) {
	err = b.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).ReleaseKey(ctx, tenant, cleaned(device), cleaned(key))
		held = n > 0
		return err
	})
	return held, err
}

func (b *Box) lane(tenant store.Tenant, urgent bool) *lane {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := laneKey{tenant, urgent}
	l := b.lanes[key]
	if l == nil {
		l = &lane{box: b, laneKey: key, freed: make(chan struct{})}
		b.lanes[key] = l
	}
	return l
}

// goes runs f in a goroutine that Stop waits for, or not at all once stopped.
func (b *Box) goes(f func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return false
	}
	b.work.Go(f)
	return true
}

// Start decodes what is waiting from before and what arrives from now on. It
// does not block. Call Handle first.
func (b *Box) Start() {
	b.mu.Lock()
	again := b.started
	b.started = true
	b.mu.Unlock()
	if !again {
		b.goes(b.sweepUntilStop)
	}
}

// Stop takes no more messages in, commits and answers those it holds, and
// waits for what is being decoded. It may be called twice.
func (b *Box) Stop() {
	b.mu.Lock()
	if !b.stopped {
		b.stopped = true
		close(b.quit)
	}
	b.mu.Unlock()
	b.work.Wait()
}

func (b *Box) isStopped() bool {
	select {
	case <-b.quit:
		return true
	default:
		return false
	}
}

func (b *Box) decoding() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.started && !b.stopped && b.decoder != nil
}
