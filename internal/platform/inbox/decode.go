package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// What is decoded shares transactions, and each is cut short, so that neither
// an alarm nor an acknowledgement waits long for messages before it: at most
// decodeBatch messages are read, codecs run for at most decodeFor, or
// decodeUrgent, and effects are written for at most applyFor, or applyUrgent, in one transaction. A
// transaction costs the disk's time whatever it holds, so alarms, which come
// rarely and then many at once, get longer ones.
const (
	decodeBatch    = 64
	decodeFor      = 5 * time.Millisecond
	decodeUrgent   = 20 * time.Millisecond
	applyFor       = 2 * time.Millisecond
	applyUrgent    = 20 * time.Millisecond
	yieldFor       = 8 * time.Millisecond  // of an ordinary lane, before each transaction, while more comes in
	yieldToMany    = 24 * time.Millisecond // the same, while it is many
	many           = 100                   // messages since the last transaction
	yieldToUrgent  = 20 * time.Millisecond // the same, while alarms are being decoded
	yieldToLate    = time.Second           // the same, while alarms are late
	lateAfter      = 25 * time.Millisecond // an urgent message that is not decoded so long after it came
	lateFor        = 300 * time.Millisecond
	longestTrouble = 300         // bytes of a reason that are kept
	triesMost      = 10          // then it is told as a trouble: some three minutes
	lateTold       = 1           // tries after which one that came of [ErrLater] is told, though it goes on
	longestPause   = time.Minute // between two tries
	clocksOff      = time.Minute // how far the clocks of two nodes may differ
)

// ErrNotUnderstood marks a decoder's error as the last word: what the message
// says has no known meaning, and trying again would change nothing.
var ErrNotUnderstood = errors.New("not understood")

// ErrLater marks a decoder's error as one of the moment: it gave up reading, as of
// a script that took too long, and may fare better later. The message is tried
// again like after any other error, but whoever is told of trouble hears of it at
// the second try already: meanwhile a detector may be calling.
var ErrLater = errors.New("not read yet")

// Decoder finds out what a message means. It runs outside any transaction, so
// that a slow codec holds up nobody's commit, and returns the effect, which
// runs in the transaction that marks the message as decoded: both are kept or
// neither. A nil effect is fine. An error that is [ErrNotUnderstood] keeps the
// message as not understood; after any other, of the decoder or its effect,
// such as a database that is away for a moment, the message is tried again:
// ten times in all, the first at once and then ever more slowly up to a minute
// apart, while those behind it go on. Messages of one tenant and lane are
// decoded in the order they came otherwise.
type Decoder func(ctx context.Context, m Message) (Effect, error)

// Effect writes what a message means.
type Effect func(ctx context.Context, tx *store.Tx) error

// TroubleFunc is told, in the transaction that keeps the reason, of a message
// that could not be decoded: for a life-safety device that is a fault alarm.
type TroubleFunc func(ctx context.Context, tx *store.Tx, m Message, cause error) error

// InTransaction makes a decoder of a function that does everything in the
// transaction. Only for decoders that are quick.
func InTransaction(fn func(ctx context.Context, tx *store.Tx, m Message) error) Decoder {
	return func(_ context.Context, m Message) (Effect, error) {
		return func(ctx context.Context, tx *store.Tx) error { return fn(ctx, tx, m) }, nil
	}
}

// Handle names the decoder and, unless nil, who is told of trouble. Call it
// before Start.
func (b *Box) Handle(d Decoder, trouble TroubleFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.decoder, b.trouble = d, trouble
}

// sweepUntilStop finds what no lane of this program has in hand: messages from
// before the start, from a node that died, from a decode that found the
// database away.
func (b *Box) sweepUntilStop() {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		b.Sweep()
		select {
		case <-ticker.C:
		case <-b.quit:
			return
		}
	}
}

// Sweep has every tenant's waiting messages decoded. It does not wait for it.
func (b *Box) Sweep() {
	for _, tenant := range b.tenants() {
		b.lane(tenant, true).wake()
		b.lane(tenant, false).wake()
	}
}

// wake says that something may be waiting to be decoded.
func (l *lane) wake() {
	if !l.box.decoding() {
		return
	}
	l.dueMu.Lock()
	defer l.dueMu.Unlock()
	l.due = true
	if !l.reading {
		l.reading = l.box.goes(l.read)
	}
}

// isDue takes the mark away, or ends the reading if there is none.
func (l *lane) isDue() bool {
	l.dueMu.Lock()
	defer l.dueMu.Unlock()
	if !l.due || l.box.isStopped() {
		l.reading = false
		return false
	}
	l.due = false
	return true
}

// read decodes batch after batch until nothing is waiting.
func (l *lane) read() {
	gate := l.box.decodes.of(l.urgent)
	for l.isDue() {
		l.yield()
		gate <- struct{}{}
		if l.urgent {
			l.box.alarming.Add(1)
		}
		full, err := l.decodeBatch(l.context())
		l.note(!full && err == nil)
		if l.urgent {
			l.box.alarming.Add(-1)
		}
		<-gate
		if err != nil {
			l.box.log.Error("inbox: decoding waits", "tenant", l.tenant, "cause", err)
		}
		if full && err == nil {
			l.again()
		}
	}
}

// context lets what is urgent read without queueing with everybody's pages.
func (l *lane) context() context.Context {
	if l.urgent {
		return store.Ahead(context.Background())
	}
	return context.Background()
}

// yield lets an ordinary lane wait: a while for alarms that are being decoded,
// and a moment while more is coming in, longer if it is more than can be decoded
// meanwhile anyway, as what is on disk can be decoded later together with the
// rest, and whoever waits for an acknowledgement comes first.
func (l *lane) yield() {
	if l.urgent {
		return
	}
	came, wait := l.cameIn(), yieldFor
	switch {
	case l.box.Late():
		wait = yieldToLate
	case l.box.alarming.Load() > 0:
		wait = yieldToUrgent
	case came == 0:
		return
	case came >= many:
		wait = yieldToMany
	}
	l.box.rest(wait)
}

// rest waits, but no longer than until the house stops.
func (b *Box) rest(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.quit:
	}
}

// Late reports whether alarms wait: what can, lets them go first. An urgent
// message was not decoded in its time a moment ago.
func (b *Box) Late() bool {
	ago := b.Now().Sub(store.Time(b.lateAt.Load()))
	return ago >= 0 && ago < lateFor
}

// noteLate notes whether an urgent message waited too long. What was there
// before the start says nothing about now.
func (b *Box) noteLate(received int64) {
	if waited := b.Now().Sub(store.Time(received)); waited > lateAfter && waited < time.Minute {
		b.lateAt.Store(store.Ms(b.Now()))
	}
}

// cameIn is how many messages came since it was last asked.
func (l *lane) cameIn() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	came := l.came
	l.came = 0
	return came
}

// note notes whether the lane was read to its end.
func (l *lane) note(drained bool) {
	l.dueMu.Lock()
	defer l.dueMu.Unlock()
	l.drained = drained
}

func (l *lane) again() {
	l.dueMu.Lock()
	defer l.dueMu.Unlock()
	l.due = true
}

// decoded is a message with what became of it.
type decoded struct {
	Message
	effect Effect
	cause  error
}

// decodeBatch decodes the oldest messages and reports whether there may be
// more. An error means that the database is away and the rest must wait.
func (l *lane) decodeBatch(ctx context.Context) (full bool, err error) {
	now := l.box.Now()
	beyond := now.Add(longestPause + clocksOff) // nothing waits so long: the clock went back
	rows, err := New(l.box.store.Reader()).Waiting(ctx, WaitingParams{l.tenant, flag(l.urgent), store.Ms(now), store.Ms(beyond), decodeBatch})
	if err != nil {
		return false, err
	}
	if l.urgent && len(rows) > 0 {
		l.box.noteLate(rows[0].ReceivedAt)
	}
	batch := make([]decoded, 0, len(rows))
	most := decodeFor
	if l.urgent {
		most = decodeUrgent
	}
	for began := l.box.Now(); len(batch) < len(rows) && (len(batch) == 0 || l.box.Now().Sub(began) < most); {
		at := l.box.Now()
		batch = append(batch, l.box.decode(ctx, l.tenant, rows[len(batch)]))
		l.noteSlow(at)
	}
	full = len(rows) == decodeBatch || len(batch) < len(rows)
	for err == nil && len(batch) > 0 {
		var n int
		n, err = l.box.apply(ctx, batch)
		full = full || slices.ContainsFunc(batch[:n], decoded.atOnce)
		if batch = batch[n:]; len(batch) > 0 {
			l.yield()
		}
	}
	return full, err
}

func (b *Box) decode(ctx context.Context, tenant store.Tenant, r WaitingRow) decoded {
	m, err := message(tenant, r)
	if err != nil {
		return decoded{Message: m, cause: fmt.Errorf("%w: %w", ErrNotUnderstood, err)}
	}
	return b.decodeOne(ctx, m)
}

func (b *Box) decodeOne(ctx context.Context, m Message) (d decoded) {
	d.Message = m
	defer func() {
		if p := recover(); p != nil {
			d.cause = fmt.Errorf("panic in the decoder: %v: %w", p, ErrNotUnderstood)
		}
	}()
	d.effect, d.cause = b.decoder(ctx, m)
	return d
}

// waits reports whether the message is tried again later.
func (d decoded) waits() bool {
	return d.cause != nil && !errors.Is(d.cause, ErrNotUnderstood) && d.Tries+1 < triesMost
}

// atOnce reports whether it is tried again without a pause.
func (d decoded) atOnce() bool { return d.waits() && d.Tries == 0 }

// pause is how long a message waits before it is tried once more.
func (d decoded) pause() time.Duration {
	if d.atOnce() {
		return 0
	}
	return min(time.Second<<(d.Tries-1), longestPause)
}

// apply writes the effects of the first messages in one transaction and
// returns how many. If one of them fails, each gets a transaction of its own,
// so that it fails alone.
func (b *Box) apply(ctx context.Context, batch []decoded) (int, error) {
	n, err := b.applyTogether(ctx, batch)
	if err == nil || fault.Is(err, fault.Busy) {
		return n, err
	}
	for i := range batch {
		d := batch[i : i+1]
		_, err := b.applyTogether(ctx, d)
		if err != nil && !fault.Is(err, fault.Busy) {
			d[0].effect, d[0].cause = nil, err
			_, err = b.applyTogether(ctx, d)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(batch), nil
}

func (b *Box) applyTogether(ctx context.Context, batch []decoded) (n int, err error) {
	err = b.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n = 0
		most := applyFor
		if batch[0].Urgent {
			most = applyUrgent
		}
		for began := b.Now(); n < len(batch) && (n == 0 || b.Now().Sub(began) < most); n++ {
			if err := b.applyOne(ctx, tx, batch[n]); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// applyOne claims the message; whoever finds it claimed leaves it alone, so a
// message takes effect once even if two nodes decode it.
func (b *Box) applyOne(ctx context.Context, tx *store.Tx, d decoded) error {
	if d.waits() {
		b.log.Warn("inbox: message is tried again", "tenant", d.Tenant, "id", d.ID, "tries", d.Tries+1, "cause", d.cause)
		if d.Tries == lateTold && errors.Is(d.cause, ErrLater) {
			if err := b.tellTrouble(ctx, tx, d); err != nil {
				return err
			}
		}
		return New(tx).PutOff(ctx, d.Tenant, d.ID, store.Ms(tx.Now().Add(d.pause())))
	}
	n, err := New(tx).MarkDecoded(ctx, MarkDecodedParams{
		TenantID: d.Tenant, ID: d.ID, DecodedAt: store.Ms(tx.Now()), Trouble: reason(d.cause),
	})
	switch {
	case err != nil || n == 0:
		return err
	case d.cause != nil:
		return b.tellTrouble(ctx, tx, d)
	case d.effect != nil:
		return d.effect(ctx, tx)
	}
	return nil
}

func (b *Box) tellTrouble(ctx context.Context, tx *store.Tx, d decoded) error {
	b.log.Warn("inbox: message not understood", "tenant", d.Tenant, "id", d.ID, "source", d.Source)
	if b.trouble == nil {
		return nil
	}
	return b.trouble(ctx, tx, d.Message, d.cause)
}

// reason is why a message was not understood, as it is kept; never empty for
// an error.
func reason(cause error) string {
	if cause == nil {
		return ""
	}
	var f *fault.Error
	text := cause.Error()
	if errors.As(cause, &f) && f.Key != "" && f.Cause == nil {
		text = f.Key
	}
	text = cleaned(text)
	if len(text) > longestTrouble {
		text = cleaned(text[:longestTrouble])
	}
	if text == "" {
		return "?"
	}
	return text
}
