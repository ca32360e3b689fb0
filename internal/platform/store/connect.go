package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/linli/linli/internal/platform/fault"
)

// How long PostgreSQL is waited for. A node whose primary hangs must be served by
// the standby within ten seconds: what is under way ends after the first, and the
// next connection is made after a try at each host.
const (
	answerIn  = 5 * time.Second         // for each answer to a statement
	connectIn = 5 * time.Second         // for all hosts together, see Options.Postgres
	pingIn    = 1500 * time.Millisecond // for a sign of life of a connection that was idle
	turnIn    = 8 * time.Second         // for a connection, of whoever writes
	readIn    = 10 * time.Second        // for a whole read
	leaveIn   = time.Second             // for taking leave
	idleFor   = time.Second             // then a connection is asked for a sign of life
)

// hosts connects to the hosts of a URL in their order, beginning with the one that
// answered last: a primary that hangs is not waited for again each time, and one
// that comes back does not take its old place by itself.
type hosts struct {
	each []driver.Connector
	best *atomic.Int32
}

// newHosts reads a connection URL, of one host or several.
func newHosts(url string, ls *lines) (*hosts, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	ls.dial, c.DialFunc = c.DialFunc, ls.lay
	h := &hosts{best: new(atomic.Int32)}
	apart := split(c)
	for _, one := range apart {
		one.ConnectTimeout = min(cmp.Or(one.ConnectTimeout, connectIn), connectIn/time.Duration(len(apart)))
		h.each = append(h.each, stdlib.GetConnector(*one, stdlib.OptionResetSession(usable),
			stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return false })))
	}
	return h, nil
}

// split makes a configuration for each host of one; a host may be tried in two
// ways, with TLS and without.
func split(c *pgx.ConnConfig) []*pgx.ConnConfig {
	ways := append([]*pgconn.FallbackConfig{{Host: c.Host, Port: c.Port, TLSConfig: c.TLSConfig}}, c.Fallbacks...)
	var apart []*pgx.ConnConfig
	for i, w := range ways {
		if i > 0 && w.Host == ways[i-1].Host && w.Port == ways[i-1].Port {
			last := apart[len(apart)-1]
			last.Fallbacks = append(last.Fallbacks, w)
			continue
		}
		one := c.Copy()
		one.Host, one.Port, one.TLSConfig, one.Fallbacks = w.Host, w.Port, w.TLSConfig, nil
		apart = append(apart, one)
	}
	return apart
}

// Connect is driver.Connector's. That there is no connection is passing, whatever
// the reason.
func (h *hosts) Connect(ctx context.Context) (driver.Conn, error) {
	var errs []error
	first := int(h.best.Load())
	for i := range h.each {
		at := (first + i) % len(h.each)
		conn, err := h.each[at].Connect(ctx)
		if err == nil {
			h.best.Store(int32(at)) //nolint:gosec // a handful of hosts
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, fault.Wrap(errors.Join(errs...), fault.Busy, "fault.away")
}

// Driver is driver.Connector's.
func (h *hosts) Driver() driver.Driver { return h.each[0].Driver() }

// usable reports a connection that is not to be used again as bad. It is asked
// before each use.
func usable(ctx context.Context, c *pgx.Conn) error {
	l := lineOf(c.PgConn().Conn())
	if l == nil || !l.stale() && l.idle() < idleFor {
		return nil
	}
	if !l.stale() {
		ctx, cancel := context.WithTimeout(ctx, pingIn)
		defer cancel()
		err := c.Ping(ctx)
		if err == nil {
			return nil
		}
		if errors.Is(err, context.DeadlineExceeded) {
			l.of.era.CompareAndSwap(l.era, l.era+1)
		}
	}
	_ = l.Close() // or the driver would take its leave of a server that may hang
	return driver.ErrBadConn
}

// pool is a pool of connections of a few at most.
func pool(h *hosts, most, idle int) *sql.DB {
	db := sql.OpenDB(h)
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(idle)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

// Cut gives up on PostgreSQL: whatever waits for it fails now, and nothing more is
// begun. It is for the end of a program whose database hangs. SQLite has nobody to
// wait for.
func (s *Store) Cut() {
	if s.wires != nil {
		s.wires.cutAll()
	}
}

var _ net.Conn = (*line)(nil)
