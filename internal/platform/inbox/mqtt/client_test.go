package mqtt_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// client speaks MQTT byte by byte, so that a test sees each packet.
type client struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	v5   bool
}

// login is what a client says of itself.
type login struct {
	v5             bool
	id, user, pass string
	keepSession    bool
	willTopic      string
	willBody       string
	willRetain     bool
	willDelay      byte // seconds, in MQTT 5
	forEver        bool // no keepalive
	bridge         bool // with the mark of Mosquitto's bridges
	old            bool // in MQTT 3.1
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return talk(t, conn)
}

func talk(t testing.TB, conn net.Conn) *client {
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	return &client{t: t, conn: conn, in: bufio.NewReader(conn)}
}

func str(s string) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...) }

func packet(head byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{head}, uint64(len(body))), body...)
}

func (c *client) send(b []byte) {
	c.t.Helper()
	if _, err := c.conn.Write(b); err != nil {
		c.t.Fatal(err)
	}
}

// hello sends CONNECT and returns the answer's code.
func (c *client) hello(l login) byte {
	c.t.Helper()
	c.sendHello(l, l.user != "")
	return c.welcome()
}

// helloBare leaves out a password that is empty.
func (c *client) helloBare(l login) byte {
	c.t.Helper()
	c.sendBare(l)
	return c.welcome()
}

func (c *client) sendBare(l login) { c.t.Helper(); c.sendHello(l, l.pass != "") }

func (c *client) sendHello(l login, password bool) {
	c.t.Helper()
	c.v5 = l.v5
	level, flags := byte(4), byte(0)
	if l.v5 {
		level = 5
	}
	if !l.keepSession {
		flags |= 2
	}
	var payload []byte
	payload = append(payload, str(l.id)...)
	if l.willTopic != "" {
		flags |= 4
		if l.willRetain {
			flags |= 0x20
		}
		switch {
		case l.v5 && l.willDelay > 0:
			payload = append(payload, 5, 0x18, 0, 0, 0, l.willDelay)
		case l.v5:
			payload = append(payload, 0)
		}
		payload = append(append(payload, str(l.willTopic)...), str(l.willBody)...)
	}
	if l.user != "" {
		flags |= 0x80
		payload = append(payload, str(l.user)...)
	}
	if password {
		flags |= 0x40
		payload = append(payload, str(l.pass)...)
	}
	name := "MQTT"
	if l.old {
		name, level = "MQIsdp", 3
	}
	if l.bridge {
		level |= 0x80
	}
	keepalive := byte(60)
	if l.forEver {
		keepalive = 0
	}
	body := append(str(name), level, flags, 0, keepalive)
	if l.v5 && l.keepSession {
		body = append(body, 5, 0x11, 0, 0, 1, 0) // session expiry 256 s
	} else if l.v5 {
		body = append(body, 0)
	}
	c.send(packet(0x10, append(body, payload...)))
}

// welcome is the code of the CONNACK.
func (c *client) welcome() byte {
	c.t.Helper()
	head, answer, err := c.read()
	if err != nil || head != 0x20 {
		c.t.Fatalf("no CONNACK: %x %v", head, err)
	}
	return answer[1]
}

func (c *client) publish(qos byte, id uint16, topic, body string, dup bool) []byte {
	head := 0x30 | qos<<1
	if dup {
		head |= 8
	}
	b := str(topic)
	if qos > 0 {
		b = binary.BigEndian.AppendUint16(b, id)
	}
	if c.v5 {
		b = append(b, 0)
	}
	return packet(head, append(b, body...))
}

// read returns the next packet's first byte and body.
func (c *client) read() (byte, []byte, error) {
	head, err := c.in.ReadByte()
	if err != nil {
		return 0, nil, err
	}
	n, err := binary.ReadUvarint(c.in)
	if err != nil {
		return 0, nil, err
	}
	body := make([]byte, n)
	_, err = io.ReadFull(c.in, body)
	return head, body, err
}

// wantAck reads an acknowledgement of this kind for this id, and its reason.
func (c *client) wantAck(head byte, id uint16) (reason byte) {
	c.t.Helper()
	got, body, err := c.read()
	if err != nil || got != head || len(body) < 2 || binary.BigEndian.Uint16(body) != id {
		c.t.Fatalf("got %x %x %v, want %x for %d", got, body, err, head, id)
	}
	if len(body) > 2 {
		return body[2]
	}
	return 0
}

// wantClosed reads until the connection ends and returns how many
// acknowledgements came before.
func (c *client) wantClosed() (acks int) {
	c.t.Helper()
	for {
		head, _, err := c.read()
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			c.t.Fatal("the connection was not closed")
		}
		if err != nil {
			return acks
		}
		if head == 0x40 || head == 0x50 {
			acks++
		}
	}
}

func (c *client) ping() {
	c.t.Helper()
	c.send([]byte{0xC0, 0})
	if head, _, err := c.read(); err != nil || head != 0xD0 {
		c.t.Fatalf("no answer to a ping: %x %v", head, err)
	}
}

// subscribe returns the answer's code.
func (c *client) subscribe(filter string) byte { return c.subscribeWith(filter, 1) }

// subscribeWith takes the options of MQTT 5 (3.8.3.1).
func (c *client) subscribeWith(filter string, options byte) byte {
	c.t.Helper()
	return c.subscribeAll(map[string]byte{filter: options})
}

// subscribeAll asks for many filters at once and returns the last answer's code.
func (c *client) subscribeAll(filters map[string]byte) byte {
	c.t.Helper()
	body := []byte{0, 9}
	if c.v5 {
		body = append(body, 0)
	}
	for filter, options := range filters {
		body = append(append(body, str(filter)...), options)
	}
	c.send(packet(0x82, body))
	head, answer, err := c.read()
	if err != nil || head != 0x90 {
		c.t.Fatalf("no SUBACK: %x %v", head, err)
	}
	return answer[len(answer)-1]
}
