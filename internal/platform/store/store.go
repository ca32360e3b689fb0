package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Tenant is the id of a neighbourhood (居民区), or of the subdistrict office
// for what belongs to no neighbourhood. It leads every key.
type Tenant string

// Dialect names the database behind a store.
type Dialect string

// The two databases.
const (
	SQLite   Dialect = "sqlite3"
	Postgres Dialect = "postgres"
)

// Clock tells the time. Everything in the house asks the store's clock.
type Clock func() time.Time

// Room is what a room of the house brings to the database: its name, which
// prefixes its tables, and its migrations (goose SQL files, forward only, one
// set for both databases).
type Room struct {
	Name       string
	Migrations fs.FS
	// ForPostgres replaces Migrations on PostgreSQL. Only the full-text index
	// needs it: nothing else may differ.
	ForPostgres fs.FS
}

// files are the room's migrations for a database.
func (r Room) files(d Dialect) fs.FS {
	if d == Postgres && r.ForPostgres != nil {
		return r.ForPostgres
	}
	return r.Migrations
}

// Options say which database to open.
type Options struct {
	Path     string // SQLite file; used when Postgres is empty
	Postgres string // connection URL; of several hosts the first that may be written to
	// Patience is how long one answer of PostgreSQL is waited for; 0: 5 seconds.
	Patience time.Duration
	Clock    Clock  // nil means the machine's clock
	Rooms    []Room // in the order of the house, lower rooms first
	Log      *slog.Logger
	// LogPages is from how many pages on SQLite's log is to start over; 0: 16384,
	// which are 64 MiB.
	LogPages int
}

// Store is an open database. Its methods may be called from many goroutines.
type Store struct {
	dialect  Dialect
	clock    Clock
	log      *slog.Logger
	write    *sql.DB // SQLite: one connection; PostgreSQL: the pool
	read     *sql.DB // SQLite: read-only pool; PostgreSQL: the same pool
	wires    *lines  // nil on SQLite
	ahead    *sql.DB // a small reading pool, see Ahead; nil when the store only looks
	reader   *reader
	writer   *writer // nil on PostgreSQL
	mover    *checkpointer
	written  written
	path     string
	logPages int
	looking  bool // opened by Look

	mu     sync.Mutex
	closed bool
}

// Open opens the database and migrates it.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := newStore(o)
	connect := s.openSQLite
	if o.Postgres != "" {
		s.dialect, connect = Postgres, s.openPostgres
	}
	if err := connect(ctx, o); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := s.migrate(ctx, o.Rooms); err != nil {
		return nil, fmt.Errorf("migrate database: %w", err)
	}
	s.hurry(o)
	s.reader = newReader(s.read, s.ahead, s.dialect)
	if s.dialect == SQLite {
		var err error
		if s.writer, err = startWriter(ctx, s); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
		if s.mover, err = startCheckpointer(s); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
		s.mover.committed() // what an earlier run left
	}
	return s, nil
}

func newStore(o Options) *Store {
	s := &Store{clock: o.Clock, log: o.Log, path: o.Path, dialect: SQLite, logPages: cmp.Or(o.LogPages, logPages)}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// Close waits for the writers under way and closes the database. It may be
// called twice.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var err error
	if s.wires != nil {
		s.wires.patience.Store(int64(leaveIn))
	}
	if s.writer != nil {
		err = errors.Join(s.mover.stop(), s.writer.stop())
	}
	err = errors.Join(err, s.reader.close())
	if s.read != s.write { // the readers first: who only reads cannot fold in the log when it closes last
		err = errors.Join(err, s.read.Close())
	}
	s.foldIn(context.Background())
	return errors.Join(err, s.write.Close())
}

// Dialect is the database behind the store.
func (s *Store) Dialect() Dialect { return s.dialect }

// Now is the store's clock, cut to milliseconds, in UTC.
func (s *Store) Now() time.Time { return s.clock().UTC().Truncate(time.Millisecond) }

// Path is the SQLite file, empty on PostgreSQL.
func (s *Store) Path() string { return s.path }

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.read.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// NewID makes an id: a UUIDv7, so that ids made later sort later.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// IDsFrom sorts before every id made at an instant or later, and after those
// made before it.
func IDsFrom(t time.Time) string {
	ms := t.UnixMilli()
	return fmt.Sprintf("%08x-%04x-", ms>>16, ms&0xffff)
}

// Ms is a time as the store keeps it: UTC milliseconds since 1970; the zero
// time is 0.
func Ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Lasts reports whether what ends at until is not over at now. It lasts for most
// at the longest: what seems to last longer was begun by a clock that has gone
// back since, and is over.
func Lasts(now, until time.Time, most time.Duration) bool {
	return now.Before(until) && until.Sub(now) <= most
}

// Time is the inverse of Ms: 0 gives the zero time.
func Time(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
