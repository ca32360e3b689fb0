package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// When committed pages move from SQLite's log into its file. Left to itself,
// SQLite moves them within the commit that finds a thousand, and whoever
// waits for that commit, an alarm perhaps, waits for two more fsyncs and a
// thousand writes. Here a connection of its own moves them meanwhile. Only a
// log that would grow without end, as it starts over only when all of it is
// moved and nobody writes, stops the writer for a moment.
const (
	movePages  = 1000                  // SQLite's own measure
	logPages   = 16384                 // 64 MiB
	checkpause = 25 * time.Millisecond // between two looks at the log
	pageBytes  = 4096
	foldWithin = time.Second // for who still reads when the store closes
)

// A read that goes on for long, such as a copy's or somebody's shell, holds back what
// was committed since it began: the log grows until it ends, and no program can help
// that but by ending the read. From twice the usual size on it is said, in the log of
// the program and by [Store.LogHeld]; once the read has ended the file is cut again.

// checkpointer moves what is committed into the file.
type checkpointer struct {
	store *Store
	db    *sql.DB
	wrote chan struct{} // something was committed
	quit  chan struct{}
	ended chan struct{}

	most int          // pages from which the log is to start over
	held atomic.Int64 // bytes of a log that a read holds back; 0: none does

	mu   sync.Mutex
	warn int // pages from which it is said, again at each doubling
}

func startCheckpointer(s *Store) (*checkpointer, error) {
	db, err := sql.Open("sqlite", dsn(s.path, "_pragma=synchronous(FULL)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	c := &checkpointer{
		store: s, db: db, wrote: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{}),
		most: s.logPages, warn: 2 * s.logPages,
	}
	go c.run()
	return c, nil
}

// stop ends it; what is still in the log is folded in when the store closes.
func (c *checkpointer) stop() error {
	close(c.quit)
	<-c.ended
	return c.db.Close()
}

// committed says that the log grew.
func (c *checkpointer) committed() {
	select {
	case c.wrote <- struct{}{}:
	default:
	}
}

func (c *checkpointer) run() {
	defer close(c.ended)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-c.wrote:
		case <-c.quit:
			return
		}
		if err := c.move(); err != nil {
			c.store.log.Warn("the database's log was not moved into its file", "cause", err)
		}
		pause.Reset(checkpause)
		select {
		case <-pause.C:
		case <-c.quit:
			return
		}
	}
}

// move moves what waits if it is enough, and sees to it that the log starts
// over when it is long.
func (c *checkpointer) move() error {
	pages, moved, err := checkpoint(c.db, "NOOP")
	if err != nil || pages-moved < movePages {
		return err
	}
	if pages, moved, err = checkpoint(c.db, "PASSIVE"); err != nil || pages < c.most {
		c.note(pages, moved)
		return err
	}
	err = c.store.writer.pause(func() (err error) {
		pages, moved, err = checkpoint(c.store.writer.conn, "PASSIVE")
		return err
	})
	c.note(pages, moved)
	return err
}

// note keeps and says how long a log is that a read holds back.
func (c *checkpointer) note(pages, moved int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch held := pages >= 2*c.most && pages-moved >= movePages; {
	case held:
		c.held.Store(int64(pages) * pageBytes)
		if pages >= c.warn {
			c.warn = 2 * pages
			c.store.log.Warn("a long read holds back the database's log, which grows until it ends: a backup, a copy, or a shell on the file", "mib", pages*pageBytes>>20)
		}
	case pages >= 0 && c.held.Swap(0) > 0:
		c.warn = 2 * c.most
		c.store.log.Info("the database's log is held back no longer")
	}
}

// LogHeld is how many bytes the database's log has while a long read keeps it from
// starting over; 0 in the usual case, and on PostgreSQL.
func (s *Store) LogHeld() int64 {
	if s.mover == nil {
		return 0
	}
	return s.mover.held.Load()
}

// foldIn moves all of the log into the file and empties it, once nobody of ours reads
// or writes. A reader of another program may keep it from that; then nothing is lost,
// and the next start folds it in.
func (s *Store) foldIn(ctx context.Context) {
	if s.dialect != SQLite || s.looking {
		return
	}
	var busy, pages, moved int
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout=%d", foldWithin.Milliseconds()))
	if err == nil {
		err = s.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	}
	switch {
	case err != nil:
		s.log.Warn("the database's log was not folded in; the next start does it", "cause", err)
	case busy != 0:
		s.log.Warn("another program reads the database, so its log stays beside it until the next start: copy both files, or neither", "pages", pages)
	}
}

// checkpoint is how many pages the log holds and how many of them are moved;
// both are -1 if another process is moving them.
// Source: sqlite.org/pragma.html#pragma_wal_checkpoint.
func checkpoint(db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, mode string) (pages, moved int, err error) {
	var busy int
	err = db.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &moved)
	if err != nil {
		return 0, 0, fmt.Errorf("checkpoint %s: %w", mode, err)
	}
	return pages, moved, nil
}
