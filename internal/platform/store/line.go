package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linli/linli/internal/platform/fault"
)

var errCut = errors.New("the store has given up on the database")

// lines are the connections to PostgreSQL of one store. A server that hangs
// keeps a connection open and says nothing, so each waits for an answer no longer
// than its patience; and when one line breaks, those laid before it are not used
// again, as they go to the same server.
type lines struct {
	dial     pgconn.DialFunc
	patience atomic.Int64  // in ns; 0: for ever
	era      atomic.Uint64 // grows when a line of the present one breaks

	mu   sync.Mutex
	open map[*line]struct{}
	cut  bool
}

// lay opens a line; it fits pgconn.Config.DialFunc.
func (ls *lines) lay(ctx context.Context, network, addr string) (net.Conn, error) {
	era := ls.era.Load()
	conn, err := ls.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	l := &line{Conn: conn, of: ls, era: era}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.cut {
		return nil, errors.Join(errCut, conn.Close())
	}
	ls.open[l] = struct{}{}
	return l, nil
}

// cutAll ends every line, and lets none be laid any more: whoever waits for an
// answer hears now that there will be none.
func (ls *lines) cutAll() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.cut = true
	for l := range ls.open {
		_ = l.Conn.Close()
	}
}

// line is one connection.
type line struct {
	net.Conn
	of  *lines
	era uint64

	mu     sync.Mutex
	within time.Time    // by when the driver wants it; zero: whenever
	heard  atomic.Int64 // ns since 1970 of the last answer
}

// lineOf is the line below a connection, with or without TLS.
func lineOf(conn net.Conn) *line {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	l, _ := conn.(*line)
	return l
}

func (l *line) Read(b []byte) (int, error) {
	asked := l.wait()
	n, err := l.Conn.Read(b)
	if err != nil {
		return n, l.broke(err, asked)
	}
	l.heard.Store(time.Now().UnixNano())
	return n, nil
}

func (l *line) Write(b []byte) (int, error) {
	asked := l.wait()
	n, err := l.Conn.Write(b)
	if err != nil {
		return n, l.broke(err, asked)
	}
	return n, nil
}

// wait gives the server its time, unless the driver has said how long. It reports
// whether the driver has. What is written gives a reader its time anew.
func (l *line) wait() (asked bool) {
	patience := time.Duration(l.of.patience.Load())
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.within.IsZero() {
		return true
	}
	if patience > 0 {
		_ = l.Conn.SetDeadline(time.Now().Add(patience))
	}
	return false
}

// broke is the error of a line that has ended. One whose caller would not wait
// any longer says nothing about the server.
func (l *line) broke(err error, asked bool) error {
	late := errors.Is(err, os.ErrDeadlineExceeded)
	if late && (asked || l.hurried()) {
		return err
	}
	l.of.era.CompareAndSwap(l.era, l.era+1)
	if late { // the driver keeps a connection that was only late
		err = fmt.Errorf("no answer within %v", time.Duration(l.of.patience.Load()))
	}
	return fault.Wrap(err, fault.Busy, "fault.away")
}

func (l *line) hurried() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.within.IsZero()
}

// SetDeadline is how the driver ends a wait; zero: it does not.
func (l *line) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.within = t
	return l.Conn.SetDeadline(t)
}

// Close ends it; it may have ended.
func (l *line) Close() error {
	l.of.mu.Lock()
	delete(l.of.open, l)
	l.of.mu.Unlock()
	if err := l.Conn.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil // it was cut
}

// stale reports whether a line of its time, or an earlier one, broke.
func (l *line) stale() bool { return l.era < l.of.era.Load() }

// idle is how long it was since the last answer.
func (l *line) idle() time.Duration { return time.Since(time.Unix(0, l.heard.Load())) }
