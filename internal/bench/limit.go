package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// syncs appends 4 KiB and waits for the disk, again and again.
func syncs(ctx context.Context, dir string, span time.Duration) (tally, error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return tally{}, err
	}
	defer f.Close()
	return drive(ctx, 1, span, func(context.Context, int, int) error { return appendPage(f) })
}

func appendPage(f *os.File) error {
	if _, err := f.Write(make([]byte, 4<<10)); err != nil {
		return err
	}
	return fdatasync(f)
}

// rowSize is about what one report writes: head, entry, detail and index.
const rowSize = 1 << 10

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
	group := make([]turn, groupOf)
	t, err := drive(ctx, 1, span, func(ctx context.Context, _, n int) error {
		for i := range group {
			group[i] = turn{id: fmt.Sprintf("%010d", n*groupOf+i), body: string(eventBody(n))}
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

// echoes answers requests with their own body, with net/http on both sides.
func echoes(ctx context.Context, senders int, span time.Duration) (tally, error) {
	body := []byte(strings.Repeat("x", rowSize))
	return posts(ctx, senders, span, func(int) []byte { return body }, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	})
}

// posts sends bodies to a handler, with net/http on both sides.
func posts(ctx context.Context, senders int, span time.Duration, body func(n int) []byte, answer http.HandlerFunc) (tally, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return tally{}, err
	}
	srv := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: answer}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	defer func() { _ = errors.Join(srv.Close(), asked(<-ended)) }()
	c := newClient("http://"+l.Addr().String(), senders)
	return drive(ctx, senders, span, func(ctx context.Context, _, n int) error {
		_, err := c.send(ctx, request{method: http.MethodPost, path: "/", body: body(n), want: http.StatusOK})
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
