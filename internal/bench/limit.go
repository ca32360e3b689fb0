package bench

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the same database as the product's
)

// syncs appends 4 KiB and waits for the disk, again and again.
func syncs(ctx context.Context, dir string, span time.Duration) (tally, error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return tally{}, err
	}
	defer f.Close()
	page := make([]byte, 4<<10)
	return drive(ctx, 1, span, func(context.Context, int, int) error {
		if _, err := f.Write(page); err != nil {
			return err
		}
		return fdatasync(f)
	})
}

// rowSize is about what one report writes: head, entry, detail and index.
const rowSize = 1 << 10

// bareInserts puts one row a turn into a bare table: one writer takes whoever
// waits into one transaction, with synchronous=FULL, as the store does.
func bareInserts(ctx context.Context, dir string, senders int, span time.Duration) (tally, error) {
	db, err := bareTable(ctx, filepath.Join(dir, fmt.Sprintf("bare%d.db", senders)))
	if err != nil {
		return tally{}, err
	}
	defer db.Close()
	queue, ended := make(chan bareTurn, senders), make(chan struct{})
	go func() {
		defer close(ended)
		for first := range queue {
			writeGroup(ctx, db, first, queue)
		}
	}()
	body := strings.Repeat("x", rowSize)
	t, err := drive(ctx, senders, span, func(_ context.Context, sender, n int) error {
		turn := bareTurn{fmt.Sprintf("%08d-%08d", n, sender), body, make(chan error, 1)}
		queue <- turn
		return <-turn.done
	})
	close(queue)
	<-ended
	return t, err
}

// bareTable opens a database with one table and one key.
func bareTable(ctx context.Context, path string) (*sql.DB, error) {
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	db, err := sql.Open("sqlite", file.String()+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE bare (tenant TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant, id))"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// groupOf is how many rows batchedInserts commits together.
const groupOf = 100

// batchedInserts puts as many rows as are under way on a busy connection into
// a bare table, a hundred in one transaction, again and again: what the disk
// and the database take when nothing else is done.
func batchedInserts(ctx context.Context, dir string, span time.Duration) (tally, error) {
	dir, err := os.MkdirTemp(dir, "")
	if err != nil {
		return tally{}, err
	}
	db, err := bareTable(ctx, filepath.Join(dir, "batched.db"))
	if err != nil {
		return tally{}, err
	}
	defer db.Close()
	group := make([]bareTurn, groupOf)
	t, err := drive(ctx, 1, span, func(ctx context.Context, _, n int) error {
		for i := range group {
			group[i] = bareTurn{id: fmt.Sprintf("%010d", n*groupOf+i), body: string(eventBody(n))}
		}
		return insertGroup(ctx, db, group)
	})
	took := t.took
	for range groupOf - 1 {
		t.took = append(t.took, took...)
	}
	slices.Sort(t.took)
	return t, err
}

type bareTurn struct {
	id, body string
	done     chan error
}

func writeGroup(ctx context.Context, db *sql.DB, first bareTurn, queue <-chan bareTurn) {
	group := []bareTurn{first}
	for waiting := len(queue); waiting > 0; waiting-- {
		group = append(group, <-queue)
	}
	err := insertGroup(ctx, db, group)
	for _, turn := range group {
		turn.done <- err
	}
}

func insertGroup(ctx context.Context, db *sql.DB, group []bareTurn) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to undo
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO bare (tenant, id, body) VALUES ('t', ?, ?)")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, turn := range group {
		if _, err := stmt.ExecContext(ctx, turn.id, turn.body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// echoes answers requests with their own body, with net/http on both sides.
func echoes(ctx context.Context, senders int, span time.Duration) (tally, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return tally{}, err
	}
	srv := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	})}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	defer func() { _ = errors.Join(srv.Close(), asked(<-ended)) }()
	c := newClient("http://"+l.Addr().String(), senders)
	body := []byte(strings.Repeat("x", rowSize))
	return drive(ctx, senders, span, func(ctx context.Context, _, _ int) error {
		_, err := c.send(ctx, request{method: http.MethodPost, path: "/", body: body, want: http.StatusOK})
		return err
	})
}

// reencodes decodes and encodes a photograph, one at a time on every core,
// and does nothing else to it.
func reencodes(ctx context.Context, photo []byte, span time.Duration) (tally, error) {
	return drive(ctx, runtime.NumCPU(), span, func(context.Context, int, int) error {
		img, err := jpeg.Decode(bytes.NewReader(photo))
		if err != nil {
			return err
		}
		return jpeg.Encode(io.Discard, img, &jpeg.Options{Quality: 82})
	})
}
