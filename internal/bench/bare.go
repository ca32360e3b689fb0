package bench

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the same database as the product's

	"github.com/linli/linli/internal/simulate"
)

// bare is a table with one key and one writer that takes whoever waits into
// one transaction, with synchronous=FULL, as the store does.
type bare struct {
	db    *sql.DB
	queue chan turn
	ended chan struct{}
}

// turn is a row that waits for its commit.
type turn struct {
	id, body string
	done     func(error)
}

func openBare(ctx context.Context, dir string, senders int) (*bare, error) {
	db, err := bareTable(ctx, filepath.Join(dir, fmt.Sprintf("bare%d.db", senders)))
	if err != nil {
		return nil, err
	}
	b := &bare{db, make(chan turn, senders), make(chan struct{})}
	go b.write(ctx)
	return b, nil
}

func (b *bare) write(ctx context.Context) {
	defer close(b.ended)
	for first := range b.queue {
		group := []turn{first}
		for waiting := len(b.queue); waiting > 0; waiting-- {
			group = append(group, <-b.queue)
		}
		err := insertGroup(ctx, b.db, group)
		for _, t := range group {
			t.done(err)
		}
	}
}

// close ends the writer when nobody puts any more.
func (b *bare) close() error {
	close(b.queue)
	<-b.ended
	return b.db.Close()
}

// put waits until a row is on disk.
func (b *bare) put(id, body string) error {
	done := make(chan error, 1)
	b.queue <- turn{id, body, func(err error) { done <- err }}
	return <-done
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

func insertGroup(ctx context.Context, db *sql.DB, group []turn) error {
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
	for _, t := range group {
		if _, err := stmt.ExecContext(ctx, t.id, t.body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// bareInserts puts one row a turn into a bare table.
func bareInserts(ctx context.Context, dir string, senders int, span time.Duration) (t tally, err error) {
	b, err := openBare(ctx, dir, senders)
	if err != nil {
		return tally{}, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	body := strings.Repeat("x", rowSize)
	return drive(ctx, senders, span, func(_ context.Context, sender, n int) error {
		return b.put(fmt.Sprintf("%08d-%08d", n, sender), body)
	})
}

// bareEcho takes requests with net/http and answers each when its body is in a
// bare table: HTTP and grouped inserts, and nothing else.
func (r *run) bareEcho(ctx context.Context) (t tally, err error) {
	dir, err := r.folder()
	if err != nil {
		return tally{}, err
	}
	b, err := openBare(ctx, dir, pushers)
	if err != nil {
		return tally{}, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	var rows atomic.Int64
	return posts(ctx, pushers, r.Span, pushBody, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = b.put(fmt.Sprintf("%012d", rows.Add(1)), string(body))
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
}

// bareLine drives the barest broker that keeps its word: it lets anybody in,
// puts what is published into a bare table and confirms it in order.
func (r *run) bareLine(ctx context.Context, s shape) (t tally, err error) {
	dir, err := r.folder()
	if err != nil {
		return tally{}, err
	}
	b, err := openBare(ctx, dir, s.connections*s.window)
	if err != nil {
		return tally{}, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return tally{}, err
	}
	var lines sync.WaitGroup
	lines.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			lines.Go(func() { b.serve(conn) })
		}
	})
	defer lines.Wait()
	defer func() { err = errors.Join(err, l.Close()) }()
	return publish(ctx, simulate.Login{Addr: l.Addr().String()}, s, r.Span)
}

// serve reads packets until the other end has gone.
func (b *bare) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the other end has gone
	in := bufio.NewReaderSize(conn, 64<<10)
	answers := make(chan []byte, window)
	var writer, under sync.WaitGroup // under: rows of this line on their way to the disk
	writer.Go(func() { confirm(conn, answers) })
	defer writer.Wait()
	defer close(answers)
	defer under.Wait()
	for n := 0; ; n++ {
		head, body, err := readPacket(in)
		if err != nil {
			return
		}
		if head>>4 == connect {
			answers <- []byte{connack << 4, 2, 0, 0}
			continue
		}
		topic := int(binary.BigEndian.Uint16(body))
		id := [2]byte(body[2+topic:])
		under.Add(1)
		b.queue <- turn{fmt.Sprintf("%s-%012d", conn.RemoteAddr(), n), string(body[4+topic:]), func(err error) {
			if err == nil {
				answers <- []byte{puback << 4, 2, id[0], id[1]}
			}
			under.Done()
		}}
	}
}

// Packets of MQTT 3.1.1, 2.2.1.
const (
	connect = 1
	connack = 2
	puback  = 4
)

func readPacket(in *bufio.Reader) (head byte, body []byte, err error) {
	if head, err = in.ReadByte(); err != nil {
		return 0, nil, err
	}
	size, err := binary.ReadUvarint(in)
	if err != nil {
		return 0, nil, err
	}
	body = make([]byte, min(size, 1<<20))
	_, err = io.ReadFull(in, body)
	return head, body, err
}

// confirm writes what is due, as much as there is at a time.
func confirm(conn net.Conn, answers <-chan []byte) {
	out := bufio.NewWriter(conn)
	for a := range answers {
		_, _ = out.Write(a) // it keeps its error
		if len(answers) == 0 && out.Flush() != nil {
			_ = conn.Close()
		}
	}
}
