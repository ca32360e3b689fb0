package follow_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/follow"
)

// script is a broker of MQTT 3.1.1 that a test plays byte by byte.
type script struct {
	t    *testing.T
	l    net.Listener
	conn net.Conn
	in   *bufio.Reader
}

func newScript(t *testing.T) *script {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &script{t: t, l: l}
}

// accept takes a connection and returns what its CONNECT holds after the level.
func (s *script) accept() (level byte, rest []byte) {
	s.t.Helper()
	var err error
	if s.conn, err = s.l.Accept(); err != nil {
		s.t.Fatal(err)
	}
	conn := s.conn
	s.t.Cleanup(func() { _ = conn.Close() })
	_ = s.conn.SetDeadline(time.Now().Add(20 * time.Second))
	s.in = bufio.NewReader(s.conn)
	_, hello := s.read()
	return hello[6], hello[7:]
}

func (s *script) read() (head byte, body []byte) {
	s.t.Helper()
	head, err := s.in.ReadByte()
	if err != nil {
		s.t.Fatal(err)
	}
	n, err := binary.ReadUvarint(s.in)
	if err != nil {
		s.t.Fatal(err)
	}
	body = make([]byte, n)
	if _, err := io.ReadFull(s.in, body); err != nil {
		s.t.Fatal(err)
	}
	return head, body
}

func (s *script) wants(head byte, body ...byte) {
	s.t.Helper()
	if h, b := s.read(); h != head || !bytes.Equal(b, body) {
		s.t.Fatalf("%x %x, want %x %x", h, b, head, body)
	}
}

func (s *script) say(b ...byte) {
	s.t.Helper()
	if _, err := s.conn.Write(b); err != nil {
		s.t.Fatal(err)
	}
}

// publish sends a message of QoS 1.
func (s *script) publish(id byte, body []byte) {
	s.t.Helper()
	b := binary.AppendUvarint([]byte{0x32}, uint64(5+len(body)))
	s.say(append(append(b, 0, 1, 'a', 0, id), body...)...)
}

// grants refuses MQTT 5 and lets MQTT 3.1.1 in.
func (s *script) grants() {
	s.t.Helper()
	if level, _ := s.accept(); level != 5 {
		s.t.Fatalf("began with level %d", level)
	}
	s.say(0x20, 2, 0, 1)
	_ = s.conn.Close()
	level, rest := s.accept()
	if level != 4 || rest[0] != 0xC0 || !bytes.HasSuffix(rest, []byte("\x00\x05linli\x00\x05right")) {
		s.t.Fatalf("level %d, %q", level, rest)
	}
	s.say(0x20, 2, 0, 0)
	s.wants(0x82, 0, 1, 0, 1, '#', 1)
	s.say(0x90, 3, 0, 1, 1)
}

// answers is an inbox that answers when told to.
type answers chan func(stored bool, err error)

func (a answers) Submit(_ context.Context, _ inbox.Message, done func(bool, error)) { a <- done }

func (s *script) followed(in follow.Inbox) *follow.Line {
	line := follow.Follow(follow.Options{
		Inbox: in, Server: &url.URL{Scheme: "mqtt", Host: s.l.Addr().String()}, ClientID: "linli-1", Username: "linli", Password: "right", Filter: "#",
		Pause: time.Millisecond,
	})
	s.t.Cleanup(line.Stop)
	return line
}

// Alarms are stored before telemetry; the acknowledgements keep the order of
// the messages all the same, and stop at the one that was not stored.
func TestOlderAcknowledgesInOrderAndNothingPastAFailure(t *testing.T) {
	s, in := newScript(t), make(answers, 8)
	s.followed(in)
	s.grants()
	for i := range byte(5) {
		s.publish(i+1, []byte("x"))
	}
	var done [5]func(bool, error)
	for i := range done {
		done[i] = <-in
	}
	done[1](true, nil)
	done[2](true, nil)
	done[0](true, nil)
	for i := range byte(3) {
		s.wants(0x40, 0, i+1)
	}
	done[4](true, nil)
	done[3](false, errors.New("the disk is full"))
	if b, err := s.in.ReadByte(); !errors.Is(err, io.EOF) {
		t.Fatalf("after a failure came %x, %v", b, err)
	}
	if level, rest := s.accept(); level != 4 || rest[0]&2 != 0 { // no clean session
		t.Errorf("came back with level %d, flags %x", level, rest[0])
	}
	s.say(0x20, 2, 1, 0) // the broker kept the session: no need to subscribe
	s.publish(4, []byte("x"))
	(<-in)(true, nil)
	s.wants(0x40, 0, 4)
}

// A message that nobody could take does not come again for ever.
func TestOlderLeavesOutWhatIsTooLong(t *testing.T) {
	s, in := newScript(t), make(answers, 8)
	s.followed(in)
	s.grants()
	s.publish(1, make([]byte, follow.MaxPacket))
	s.wants(0x40, 0, 1)
	s.publish(2, []byte("x"))
	(<-in)(true, nil)
	s.wants(0x40, 0, 2)
}

func TestOlderGivesSignsOfLifeAndSaysGoodbye(t *testing.T) {
	defer follow.Beat(time.Millisecond)()
	s, in := newScript(t), make(answers, 8)
	line := s.followed(in)
	s.grants()
	for range 3 {
		s.wants(0xC0)
		s.say(0xD0, 0)
	}
	go line.Stop()
	head := byte(0xC0)
	for head == 0xC0 {
		head, _ = s.read()
	}
	if head != 0xE0 {
		t.Errorf("%x, want DISCONNECT", head)
	}
}

// A broker that was brought up to date since is asked in MQTT 5 again.
func TestOlderBrokerBecomesNewer(t *testing.T) {
	s, in := newScript(t), make(answers, 8)
	s.followed(in)
	s.grants()
	_ = s.conn.Close()
	if level, _ := s.accept(); level != 4 {
		t.Fatalf("level %d", level)
	}
	s.say(0x20, 2, 0, 1)
	_ = s.conn.Close()
	if level, _ := s.accept(); level != 5 {
		t.Fatalf("level %d", level)
	}
}
