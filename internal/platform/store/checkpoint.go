package store

import (
	"context"
	"database/sql"
	"fmt"
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
)

// checkpointer moves what is committed into the file.
type checkpointer struct {
	store *Store
	db    *sql.DB
	wrote chan struct{} // something was committed
	quit  chan struct{}
	ended chan struct{}
}

func startCheckpointer(s *Store) (*checkpointer, error) {
	db, err := sql.Open("sqlite", dsn(s.path, "_pragma=synchronous(FULL)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	c := &checkpointer{s, db, make(chan struct{}, 1), make(chan struct{}), make(chan struct{})}
	go c.run()
	return c, nil
}

// stop ends it; what is still in the log is moved when the last connection
// closes.
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
	if pages, _, err = checkpoint(c.db, "PASSIVE"); err != nil || pages < logPages {
		return err
	}
	return c.store.writer.pause(func() error {
		_, _, err := checkpoint(c.store.writer.conn, "PASSIVE")
		return err
	})
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
