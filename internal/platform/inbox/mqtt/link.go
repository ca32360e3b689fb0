package mqtt

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/linli/linli/internal/platform/inbox"
)

// conn is a connection that knows who is at the other end, once it has said so.
type conn struct {
	net.Conn
	door *Door
	link atomic.Pointer[link]
	shut sync.Once
	err  error
	head []byte // the first bytes it sent, until the length of its first packet is known
	met  bool   // it is known, and no more than it may be

	from   netip.Addr  // as its seat is counted
	said   bool        // its CONNECT has come; guarded by the seats
	bridge bool        // it says that it is another broker
	hollow bool        // its last will has no payload
	away   atomic.Bool // whether it may come in could not be asked

	writing sync.Mutex
}

// errLongHello: a stranger's first packet is longer than any needs to be.
var errLongHello = errors.New("the first packet is too long")

// Read keeps a stranger from announcing a first packet that takes much memory.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.met || n == 0 {
		return n, err
	}
	if bad := c.greet(b[:n]); bad != nil {
		return 0, bad
	}
	return n, err
}

// SetDeadline is the library's for the next packet, so it is of reading only: it
// would also put off, with each packet that comes, the end of a write that the
// other end does not take. It makes good what the library cuts off: of one and a
// half of a keepalive of one second it leaves one, at which a client that pings in
// time is late as often as not.
func (c *conn) SetDeadline(t time.Time) error {
	if !t.IsZero() {
		t = t.Add(time.Second / 2)
	}
	return c.SetReadDeadline(t)
}

// Write gives the other end a while to take what is written, and closes if it
// does not: the library would go on behind half a packet.
func (c *conn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	_ = c.SetWriteDeadline(time.Now().Add(c.door.within))
	n, err := c.Conn.Write(b)
	if err != nil {
		c.cut()
		return n, err
	}
	return n, c.SetWriteDeadline(time.Time{})
}

// cut closes the connection without a farewell: TLS would wait seconds for a
// client that takes nothing.
func (c *conn) cut() {
	if secure, ok := c.Conn.(*tls.Conn); ok {
		_ = secure.NetConn().Close()
	}
	_ = c.Close()
}

// certified is the common name of the certificate at the other end, if it has
// one that was verified; empty: none. Its first packet must have been read.
func (c *conn) certified() string {
	secure, ok := c.Conn.(*tls.Conn)
	if !ok {
		return ""
	}
	state := secure.ConnectionState()
	if len(state.VerifiedChains) == 0 {
		return ""
	}
	return state.PeerCertificates[0].Subject.CommonName
}

// admit gives the stranger's seat back.
func (c *conn) admit() { c.door.seats.leave(c) }

// Close closes the connection; it may be called more than once.
func (c *conn) Close() error {
	c.shut.Do(func() {
		c.admit()
		c.err = c.Conn.Close()
		c.door.mu.Lock()
		delete(c.door.conns, c)
		c.door.mu.Unlock()
	})
	return c.err
}

// link is one connected client and the acknowledgements it is owed, in the
// order of its messages: an answer that is ready waits for those before it.
type link struct {
	door       *Door
	conn       *conn
	client     *broker.Client
	credential inbox.Credential
	mount      string             // what its topics are kept under in the broker
	clientID   string             // as the client calls itself
	bridge     bool               // it is another broker
	clean      bool               // it wanted nothing of an earlier session
	delay      time.Duration      // between its end and its last will
	last       packets.Properties // of its last will
	over       chan struct{}      // closed when it has ended
	spoke      atomic.Bool        // it has brought a message
	heard      atomic.Int64       // nanoseconds since 1970 of its last packet

	shelf  shelf
	origin func() *broker.Client // in whose name its messages are passed on

	mu      sync.Mutex
	first   uint64 // number of owed[0]
	owed    []owed
	ready   []byte // answers to be written
	writing bool
	warned  bool
}

// newLink is the link of a client that is let in.
func (d *Door) newLink(c *conn, cl *broker.Client, cred inbox.Credential, pk packets.Packet) *link {
	l := &link{
		door: d, conn: c, client: cl, credential: cred, mount: mount(cred.Tenant, cred.Device),
		clientID: cl.ID, clean: pk.Connect.Clean, over: make(chan struct{}),
		last: pk.Connect.WillProperties,
		// The delay ends with the session at the latest.
		delay: time.Duration(min(pk.Connect.WillProperties.WillDelayInterval, pk.Properties.SessionExpiryInterval, longestSession)) * time.Second,
	}
	cl.ID = fmt.Sprintf("%s\x00%s\x00%s", cred.Tenant, cred.Device, cl.ID)
	l.origin = sync.OnceValue(func() *broker.Client { return d.broker.NewClient(nil, "inbox", cl.ID, true) })
	l.heard.Store(time.Now().UnixNano())
	cl.Properties.Will.WillDelayInterval = 0 // the library is to let none wait
	return l
}

// owed is an answer that is due; ready answers may be empty, for QoS 0.
type owed struct {
	ready bool
	bytes []byte
}

// dismiss ends a connection, with the reason if it can be told. Its last will is
// said, as after any end that was not the client's wish.
func (l *link) dismiss(why packets.Code) {
	if l.client.Properties.ProtocolVersion == 5 && l.conn.writing.TryLock() { // else nothing is being taken
		l.conn.writing.Unlock()
		_ = l.client.WritePacket(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Disconnect}, ReasonCode: why.Code})
	}
	l.conn.cut()
}

// waiting is how many messages are not answered yet.
func (l *link) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.owed)
}

// expect takes the next place in the order of answers.
func (l *link) expect() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owed = append(l.owed, owed{})
	return l.first + uint64(len(l.owed)) - 1
}

// settle puts an answer in its place and writes whatever is next in order.
func (l *link) settle(place uint64, answer []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owed[place-l.first] = owed{true, answer}
	n := 0
	for n < len(l.owed) && l.owed[n].ready {
		l.ready = append(l.ready, l.owed[n].bytes...)
		n++
	}
	l.first += uint64(n)
	l.owed = l.owed[n:]
	if len(l.ready) > maxUnread {
		l.ready = nil
		l.conn.cut()
		return
	}
	if len(l.ready) > 0 && !l.writing {
		l.writing = l.door.goWrite(l.write)
	}
}

// write writes what is ready until nothing is. Many answers go in one write.
func (l *link) write() {
	for {
		answers := l.takeReady()
		if len(answers) == 0 {
			return
		}
		if _, err := l.conn.Write(answers); err != nil {
			l.conn.cut()
		}
	}
}

func (l *link) takeReady() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	answers := l.ready
	l.ready = nil
	l.writing = len(answers) > 0
	return answers
}

// warnOnce reports the first time it is called.
func (l *link) warnOnce() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := !l.warned
	l.warned = true
	return first
}

// answer is a PUBACK (QoS 1) or PUBREC (QoS 2). Success looks the same in
// MQTT 3.1.1 (3.4) and MQTT 5, which leaves out reason 0 (3.4.2.1).
func answer(qos byte, id uint16, reason byte) []byte {
	head := packets.Puback << 4
	if qos == 2 {
		head = packets.Pubrec << 4
	}
	if reason == 0 {
		return []byte{head, 2, byte(id >> 8), byte(id)}
	}
	return []byte{head, 3, byte(id >> 8), byte(id), reason}
}
