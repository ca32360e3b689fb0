package simulate

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Login is how a bridge comes in.
type Login struct {
	Addr     string // host:port
	ID       string // MQTT client id
	User     string
	Password string
	Window   int // messages that may be under way; 0 means 100
}

const (
	usualWindow = 100
	shakeWithin = 20 * time.Second
	lastID      = 60000
)

var errRefused = errors.New("the broker refused the name or password")

// Wire is one MQTT 3.1.1 connection that publishes at QoS 1 and keeps many
// messages under way, as a busy bridge does. It is made for ledgers: each
// message's acknowledgement is told once, in the order they arrive, and what
// was not acknowledged when the connection ended is never told.
//
// One goroutine may send at a time.
type Wire struct {
	conn  net.Conn
	out   *bufio.Writer
	slots chan struct{}
	next  uint16
	ended chan struct{}

	mu    sync.Mutex
	owed  map[uint16]func()
	cause error
}

// Dial connects and waits until the broker lets it in.
func Dial(ctx context.Context, l Login) (*Wire, error) {
	conn, err := (&net.Dialer{Timeout: shakeWithin}).DialContext(ctx, "tcp", l.Addr)
	if err != nil {
		return nil, fmt.Errorf("mqtt: %w", err)
	}
	w := &Wire{conn: conn, out: bufio.NewWriterSize(conn, 64<<10), slots: make(chan struct{}, max(l.Window, 0)), ended: make(chan struct{}), owed: map[uint16]func(){}}
	if l.Window == 0 {
		w.slots = make(chan struct{}, usualWindow)
	}
	in := bufio.NewReaderSize(conn, 64<<10)
	if err := w.shake(l, in); err != nil {
		return nil, errors.Join(fmt.Errorf("mqtt: %w", err), conn.Close())
	}
	go w.listen(in)
	return w, nil
}

func text(s string) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...) }

func packet(head byte, body ...[]byte) []byte {
	size := 0
	for _, b := range body {
		size += len(b)
	}
	p := binary.AppendUvarint([]byte{head}, uint64(size))
	for _, b := range body {
		p = append(p, b...)
	}
	return p
}

// shake says who it is and hears whether that is well.
func (w *Wire) shake(l Login, in *bufio.Reader) error {
	if err := w.conn.SetDeadline(time.Now().Add(shakeWithin)); err != nil {
		return err
	}
	flags, who := byte(2), text(l.ID) // a clean session
	if l.User != "" {
		flags |= 0xC0
		who = append(append(who, text(l.User)...), text(l.Password)...)
	}
	if _, err := w.conn.Write(packet(0x10, text("MQTT"), []byte{4, flags, 0, 0}, who)); err != nil {
		return err
	}
	var answer [4]byte
	if _, err := io.ReadFull(in, answer[:]); err != nil {
		return err
	}
	if answer[0] != 0x20 || answer[3] != 0 {
		return errRefused
	}
	return w.conn.SetDeadline(time.Time{})
}

// Send publishes at QoS 1 and returns once it is buffered, waiting for room in
// the window; acked runs when the broker has confirmed it. What is buffered
// goes out when the window is full, or with [Wire.Flush].
func (w *Wire) Send(topic string, body []byte, acked func()) error {
	select {
	case w.slots <- struct{}{}:
	default:
		if err := w.Flush(); err != nil {
			return err
		}
		select {
		case w.slots <- struct{}{}:
		case <-w.ended:
			return w.Err()
		}
	}
	w.next = w.next%lastID + 1
	w.mu.Lock()
	w.owed[w.next] = acked
	w.mu.Unlock()
	head := binary.AppendUvarint(append(make([]byte, 0, 8), 0x32), uint64(2+len(topic)+2+len(body)))
	head = binary.BigEndian.AppendUint16(head, uint16(len(topic)))
	_, _ = w.out.Write(head) // a buffered writer keeps its error
	_, _ = w.out.WriteString(topic)
	_, _ = w.out.Write([]byte{byte(w.next >> 8), byte(w.next)})
	_, err := w.out.Write(body)
	return err
}

// Flush writes what is buffered.
func (w *Wire) Flush() error { return w.out.Flush() }

// listen hears acknowledgements until the connection ends.
func (w *Wire) listen(in *bufio.Reader) {
	defer close(w.ended)
	for {
		head, err := in.ReadByte()
		var size uint64
		if err == nil {
			size, err = binary.ReadUvarint(in)
		}
		body := make([]byte, min(size, 1<<20))
		if err == nil {
			_, err = io.ReadFull(in, body)
		}
		if err != nil {
			w.mu.Lock()
			w.cause = err
			w.mu.Unlock()
			return
		}
		if head == 0x40 && len(body) >= 2 {
			w.settle(binary.BigEndian.Uint16(body))
		}
	}
}

func (w *Wire) settle(id uint16) {
	w.mu.Lock()
	acked, ours := w.owed[id]
	delete(w.owed, id)
	w.mu.Unlock()
	if !ours {
		return
	}
	if acked != nil {
		acked()
	}
	<-w.slots
}

// Wait flushes and returns when everything sent is acknowledged, or with the
// reason why it will not be.
func (w *Wire) Wait(ctx context.Context) error {
	if err := w.Flush(); err != nil {
		return err
	}
	for range cap(w.slots) {
		select {
		case w.slots <- struct{}{}:
		case <-w.ended:
			return w.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for range cap(w.slots) {
		<-w.slots
	}
	return nil
}

// Err is why the connection ended; nil while it stands.
func (w *Wire) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}

// Close ends the connection without a farewell and waits for its reader. It
// may be called twice.
func (w *Wire) Close() {
	_ = w.conn.Close()
	<-w.ended
}
