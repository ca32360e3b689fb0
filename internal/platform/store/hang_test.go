package store_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// server stands before a PostgreSQL and can hang: it takes connections and what is
// said, as the kernel does for a process that was stopped, and answers nothing.
type server struct {
	addr string
	to   string

	mu   sync.Mutex
	held chan struct{} // closed while it does not hang
	met  int           // connections taken
}

func before(t *testing.T, base string) (*server, string) {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{addr: l.Addr().String(), to: u.Host}
	s.lets()
	var work sync.WaitGroup
	work.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", s.to)
			if err != nil {
				_ = near.Close()
				continue
			}
			s.mu.Lock()
			s.met++
			s.mu.Unlock()
			work.Go(func() { s.carry(far, near) })
			work.Go(func() { s.carry(near, far) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.lets()
		work.Wait()
	})
	u.Host = s.addr
	return s, u.String()
}

func (s *server) carry(to, from net.Conn) {
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		s.mu.Lock()
		held := s.held
		s.mu.Unlock()
		<-held
		if _, gone := to.Write(b[:n]); err != nil || gone != nil {
			return
		}
	}
}

func (s *server) hangs() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = make(chan struct{})
}

func (s *server) lets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = make(chan struct{})
	}
	select {
	case <-s.held:
	default:
		close(s.held)
	}
}

func (s *server) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.met
}

const soon = 300 * time.Millisecond

// opened opens a store whose server's answers are waited for that long.
func opened(t *testing.T, url string, patience time.Duration) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Postgres: url, Patience: patience, Rooms: rooms()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func write(t *testing.T, s *store.Store, id string) error {
	t.Helper()
	return s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, id) })
}

// A primary hangs in the middle of writes and reads: each is answered busy in its
// time, those that begin meanwhile too, and once it goes on, so do they.
func TestS31_PostgresThatHangsHoldsNobody(t *testing.T) {
	base, ok := storetest.Postgres(t)
	if !ok {
		return
	}
	primary, url := before(t, base)
	s := opened(t, url, soon)
	if err := write(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	began, underWay := time.Now(), make(chan error, 1)
	reached, goOn := make(chan struct{}), make(chan struct{})
	go func() {
		underWay <- s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			close(reached)
			<-goOn
			return put(ctx, tx, "under way")
		})
	}()
	<-reached
	primary.hangs()
	close(goOn)
	if err := <-underWay; !fault.Is(err, fault.Busy) || !store.Away(err) {
		t.Errorf("a write under way: %v", err)
	}
	if took := time.Since(began); took > 10*soon {
		t.Errorf("it took %v", took)
	}
	var all sync.WaitGroup
	for range 40 { // more than there are connections
		all.Go(func() {
			began := time.Now()
			var n int
			if err := s.Reader().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM jar_item").Scan(&n); !fault.Is(err, fault.Busy) {
				t.Errorf("a read: %v", err)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("a read took %v", took)
			}
		})
		all.Go(func() {
			if err := write(t, s, "meanwhile"); !fault.Is(err, fault.Busy) {
				t.Errorf("a write: %v", err)
			}
		})
	}
	all.Wait()
	primary.lets()
	if err := write(t, s, "after"); err != nil {
		t.Errorf("once it goes on: %v", err)
	}
	if n := count(t, s); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

// Of two hosts the first hangs: the second is found, and the first is not waited
// for again.
func TestS31_SecondHostIsFoundAndKeptTo(t *testing.T) {
	base, ok := storetest.Postgres(t)
	if !ok {
		return
	}
	first, u := before(t, base)
	both, err := url.Parse(u)
	if err != nil {
		t.Fatal(err)
	}
	q := both.Query()
	q.Set("connect_timeout", "1")
	q.Set("target_session_attrs", "read-write")
	both.RawQuery = q.Encode()
	second, _ := before(t, base)
	both.Host = first.addr + "," + second.addr
	s := opened(t, both.String(), soon)
	if second.connections() != 0 {
		t.Fatal("the second was asked though the first is well")
	}
	first.hangs()
	until := time.Now().Add(10 * time.Second)
	for err = errors.New("not tried"); err != nil && time.Now().Before(until); {
		err = write(t, s, "second")
	}
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var all sync.WaitGroup
	for range 6 { // each on a connection of its own
		all.Go(func() {
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, "SELECT pg_sleep(0.1)")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took > 900*time.Millisecond {
		t.Errorf("the host that hangs was waited for again: %v", took)
	}
	first.lets()
}

// Whoever waits for a server that hangs hears at once when the store gives up on it,
// and the store closes.
func TestS31_CutEndsAllWaiting(t *testing.T) {
	base, ok := storetest.Postgres(t)
	if !ok {
		return
	}
	primary, url := before(t, base)
	s := opened(t, url, time.Hour)
	if err := write(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	reached, answer := make(chan struct{}), make(chan error, 1)
	go func() {
		answer <- s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			primary.hangs()
			close(reached)
			return put(ctx, tx, "under way")
		})
	}()
	<-reached
	began := time.Now()
	s.Cut()
	if err := <-answer; !fault.Is(err, fault.Busy) {
		t.Error(err)
	}
	if err := write(t, s, "later"); !fault.Is(err, fault.Busy) {
		t.Error(err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

// A store says what keeps it from writing.
func TestS31_ReadySaysWhatIsMissing(t *testing.T) {
	said := func(t *testing.T, s *store.Store, want string) {
		t.Helper()
		if err := s.Ready(t.Context()); !fault.Is(err, fault.Busy) || fault.As(err).Key != want {
			t.Errorf("ready: %v, want %s", err, want)
		}
	}
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		if err := errors.Join(s.Ready(t.Context()), s.Ready(t.Context())); err != nil {
			t.Error(err)
		}
	})
	t.Run("a SQLite file that can only be read", func(t *testing.T) {
		s, _ := storetest.SQLite(t, rooms())
		err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "PRAGMA query_only = 1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		said(t, s, "ready.read_only")
	})
	base, ok := storetest.Postgres(t)
	if !ok {
		return
	}
	primary, through := before(t, base)
	s := opened(t, through, soon)
	primary.hangs()
	said(t, s, "ready.away")
	primary.lets()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	said(t, opened(t, u.String(), soon), "ready.read_only")
}

// Nodes that start together on an empty database all come up.
func TestS31_StoresOpenTogetherOnAnEmptyDatabase(t *testing.T) {
	for range 3 {
		base, ok := storetest.Postgres(t)
		if !ok {
			return
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				s, err := store.Open(t.Context(), store.Options{Postgres: base, Rooms: rooms()})
				if err != nil {
					t.Error(err)
					return
				}
				if err := errors.Join(s.Ready(t.Context()), s.Close()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
}
