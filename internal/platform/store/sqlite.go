package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// aheadConns is how many connections read for those who go ahead: the one
// transaction that is open, and the alarms that are being decoded.
const aheadConns = 4

var errReadOnly = errors.New("the reader does not write")

// openSQLite opens one writing connection and a pool of reading ones.
// synchronous=FULL with WAL means that COMMIT returns after fsync.
func (s *Store) openSQLite(ctx context.Context, o Options) error {
	if o.Path == "" {
		return errors.New("no database file named")
	}
	var err error
	if s.write, err = sql.Open("sqlite", dsn(o.Path, fmt.Sprintf(
		"_txlock=immediate&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(0)&_pragma=cache_size(-8000)&_pragma=journal_size_limit(%d)",
		s.logPages*pageBytes))); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := s.write.PingContext(ctx); err != nil {
		return err
	}
	reading := dsn(o.Path, "mode=ro&_pragma=query_only(1)&_pragma=cache_size(-2000)")
	if s.read, err = sql.Open("sqlite", reading); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	s.read.SetMaxIdleConns(4)
	if s.ahead, err = sql.Open("sqlite", reading); err != nil {
		return err
	}
	s.ahead.SetMaxOpenConns(aheadConns)
	return nil
}

func dsn(path, params string) string {
	return lookDSN(path, params+"&_pragma=journal_mode(WAL)&_pragma=temp_store(MEMORY)")
}

// lookDSN leaves the file in the form it has.
func lookDSN(path, params string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return fmt.Sprintf("%s?%s&_pragma=busy_timeout(5000)", u.String(), params)
}

// lost reports that SQLite has undone the whole transaction, not only one
// statement: then the group must fail together.
// Source: sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction".
func lost(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY:
		return true
	}
	return false
}
