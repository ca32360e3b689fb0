package fireline

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/fireline/frame"
)

// Gatekeeper knows the stations by their address (twelve hexadecimal digits)
// and where each may call from.
type Gatekeeper interface {
	ByStation(ctx context.Context, address string, from netip.Addr) (inbox.Credential, error)
}

// Inbox is where messages go; [inbox.Box] is one.
type Inbox interface {
	Append(ctx context.Context, m inbox.Message) (stored bool, err error)
	Now() time.Time
}

// Notes on what is stored.
const (
	NoteXOR  = "xor checksum" // the frame's check byte is not the standard's
	NoteJunk = "no frame"     // bytes between frames
)

const (
	maxStations  = 1024
	readPiece    = 4096 // bytes
	helloTimeout = 30 * time.Second
	idleTimeout  = 10 * time.Minute // stations send a sign of life far more often
	writeTimeout = 10 * time.Second
)

var (
	errClosed   = errors.New("the fire line is closed")
	errStranger = errors.New("the station is not known")
	errSwapped  = errors.New("the station changed its address")
)

// Options are what the door needs.
type Options struct {
	Inbox  Inbox
	Keeper Gatekeeper
	Log    *slog.Logger
}

// Door is the fire line.
type Door struct {
	Options
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu        sync.Mutex
	listeners []net.Listener
	conns     map[net.Conn]*station
	closed    bool
}

// New makes a door that listens nowhere yet.
func New(o Options) *Door {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Door{Options: o, ctx: ctx, cancel: cancel, conns: map[net.Conn]*station{}}
}

// Listen takes connections on an address such as "10.0.0.1:5200", with TLS if
// a configuration is given, and returns the address it got. Stations speak no
// TLS themselves: it is for one behind a tunnel.
func (d *Door) Listen(address string, secure *tls.Config) (net.Addr, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("fire line: %w", err)
	}
	addr := l.Addr()
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errors.Join(errClosed, l.Close())
	}
	d.listeners = append(d.listeners, l)
	d.work.Go(func() { d.accept(l) })
	return addr, nil
}

func (d *Door) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			d.Log.Warn("fire line: a connection was not accepted", "cause", err)
			select {
			case <-time.After(100 * time.Millisecond): // out of file descriptors: do not spin
			case <-d.ctx.Done():
			}
		default:
			d.serve(conn)
		}
	}
}

// Forget ends the connections of a station whose credential ended.
func (d *Door) Forget(device string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for conn, s := range d.conns {
		if s.device() == device {
			_ = conn.Close()
		}
	}
}

// serve handles a connection in a goroutine of its own.
func (d *Door) serve(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || len(d.conns) >= maxStations {
		_ = conn.Close()
		return
	}
	s := &station{door: d, conn: conn}
	d.conns[conn] = s
	d.work.Go(func() {
		err := s.listen()
		d.Log.Info("fire line: connection ended", "station", s.address.String(), "cause", err)
		_ = conn.Close()
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.conns, conn)
	})
}

// Stop closes the listeners and connections and waits for them. It may be
// called twice.
func (d *Door) Stop() {
	d.mu.Lock()
	d.closed = true
	for _, l := range d.listeners {
		_ = l.Close()
	}
	for conn := range d.conns {
		_ = conn.Close()
	}
	d.mu.Unlock()
	d.cancel()
	d.work.Wait()
}

// station is one connection and who is at its other end.
type station struct {
	door       *Door
	conn       net.Conn
	address    frame.Address
	credential *inbox.Credential // nil until the first frame
	known      atomic.Pointer[inbox.Credential]
}

// device is whose station it is; empty before the first frame.
func (s *station) device() string {
	if c := s.known.Load(); c != nil {
		return c.Device
	}
	return ""
}

// listen reads until the connection ends.
func (s *station) listen() error {
	var buf []byte
	piece := make([]byte, readPiece)
	for {
		if err := s.conn.SetReadDeadline(time.Now().Add(s.patience())); err != nil {
			return err
		}
		n, err := s.conn.Read(piece)
		if buf, err = s.cut(append(buf, piece[:n]...), err); err != nil {
			return err
		}
	}
}

func (s *station) patience() time.Duration {
	if s.credential == nil {
		return helloTimeout
	}
	return idleTimeout
}

// cut takes what is whole off the buffer and returns the rest. When reading
// has ended, the rest is junk.
func (s *station) cut(buf []byte, ended error) ([]byte, error) {
	for len(buf) > 0 {
		f, n := frame.Next(buf)
		if n == 0 && ended == nil {
			return buf, nil
		}
		if n == 0 {
			n = len(buf)
		}
		if err := s.take(f, buf[:n]); err != nil {
			return nil, err
		}
		buf = buf[n:]
	}
	return nil, ended
}

// take stores a frame, or junk if f is nil, and confirms a frame that brings
// data. A frame that is not stored is not confirmed, and nothing else happens:
// the station sends it again.
func (s *station) take(f *frame.Frame, raw []byte) error {
	if f != nil {
		if err := s.meet(f.Source); err != nil {
			return err
		}
	}
	if s.credential == nil {
		return errStranger
	}
	if err := s.store(f, raw); err != nil {
		s.door.Log.Error("fire line: not stored, not confirmed", "station", s.address.String(), "cause", err)
		return nil
	}
	if f == nil || f.Command != frame.Send {
		return nil
	}
	return s.confirm(*f)
}

// meet learns from the first frame who is there.
func (s *station) meet(address frame.Address) error {
	if s.credential != nil {
		if address != s.address {
			return errSwapped
		}
		return nil
	}
	cred, err := s.door.Keeper.ByStation(s.door.ctx, address.String(), remote(s.conn))
	if err != nil {
		return fmt.Errorf("%w: %w", errStranger, err)
	}
	s.address, s.credential = address, &cred
	s.known.Store(&cred)
	return nil
}

// remote is where a connection comes from; the zero address if it does not
// say.
func remote(c net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

func (s *station) store(f *frame.Frame, raw []byte) error {
	m := inbox.Message{
		Tenant: s.credential.Tenant, Source: "gb26875", Device: s.credential.Device, Topic: s.address.String(), Body: raw,
		Urgent: s.credential.Urgent(s.address.String(), raw),
	}
	switch {
	case f == nil:
		m.Note = NoteJunk
	case f.Check == frame.XOR:
		m.Note = NoteXOR
	}
	_, err := s.door.Inbox.Append(s.door.ctx, m)
	return err
}

func (s *station) confirm(f frame.Frame) error {
	at := s.door.Inbox.Now().In(time.FixedZone("CST", 8*3600))
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err := s.conn.Write(f.Confirmation(at).Bytes())
	return err
}
