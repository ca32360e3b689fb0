package follow

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	"github.com/eclipse/paho.golang/paho/session"
	"github.com/eclipse/paho.golang/paho/session/state"

	"github.com/linli/linli/internal/platform/inbox"
)

// Inbox is where messages go; [inbox.Box] is one.
type Inbox interface {
	Submit(ctx context.Context, m inbox.Message, done func(stored bool, err error))
}

const (
	keepAlive      = 30 // seconds
	sessionKept    = 7 * 24 * 3600
	receiveMaximum = 256            // messages that the broker may have under way
	maxPacket      = 8<<20 + 64<<10 // bytes; a bridge's list of its devices is the largest, and its topic
	dialTimeout    = 10 * time.Second
	answerTimeout  = 10 * time.Second
	firstPause     = time.Second // before it calls again; doubles
	longestPause   = time.Minute
	ackEvery       = 5 * time.Millisecond
)

// Why there is no connection.
var (
	ErrUnreachable = errors.New("follow: the broker cannot be reached")
	ErrRefused     = errors.New("follow: the broker refuses us")

	// errVersion: it does not seem to know the version of MQTT that we speak.
	errVersion = errors.New("another version of MQTT")
)

// What a broker answers that does not know the version: MQTT 3.1.1 and MQTT 5.
const (
	wrongVersion  = 0x01
	wrongVersion5 = 0x84
)

// Options say whom to follow and what for.
type Options struct {
	Inbox      Inbox
	Server     *url.URL    // mqtt://host:1883 or mqtts://host:8883
	TLS        *tls.Config // for mqtts; nil trusts the machine's certificates
	ClientID   string      // stays the same, so that the broker keeps the session
	Username   string
	Password   string
	Filter     string           // topics to subscribe to
	Credential inbox.Credential // under which messages are stored
	// State is told when the connection comes up (nil) and why it is not;
	// it must be quick. May be nil.
	State func(err error)
	Pause time.Duration // before it calls again; 0 means a second, doubling
	Log   *slog.Logger
}

// Line is a connection to a broker that is kept up until Stop.
type Line struct {
	Options
	session session.SessionManager
	older   bool // the broker knows MQTT 3.1.1 only
	cancel  context.CancelFunc
	work    sync.WaitGroup
}

// Follow begins to follow a broker. It does not block.
func Follow(o Options) *Line {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.State == nil {
		o.State = func(error) {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &Line{Options: o, session: state.NewInMemory(), cancel: cancel}
	l.work.Go(func() { l.keep(ctx) })
	return l
}

// Stop says goodbye and waits. The broker keeps the session. It may be called
// twice.
func (l *Line) Stop() {
	l.cancel()
	l.work.Wait()
}

// keep calls again and again until the context ends.
func (l *Line) keep(ctx context.Context) {
	pause := l.pause(0)
	for ctx.Err() == nil {
		up, err := l.once(ctx)
		if ctx.Err() != nil {
			return
		}
		l.State(err)
		l.Log.Warn("follow: no connection", "server", l.Server.Host, "cause", err)
		if up {
			pause = l.pause(0)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = l.pause(pause)
	}
}

// pause is how long to wait after a pause of this length.
func (l *Line) pause(last time.Duration) time.Duration {
	if l.Pause > 0 {
		return l.Pause
	}
	return max(firstPause, min(2*last, longestPause))
}

// once is one connection from its beginning to its end. up reports whether it
// came to be. A broker that does not know the version of MQTT that we speak, or
// that hangs up without an answer, is asked in the other one at once.
func (l *Line) once(ctx context.Context) (up bool, err error) {
	for range 2 {
		up, err = l.try(ctx)
		if up || ctx.Err() != nil || !errors.Is(err, errVersion) {
			return up, err
		}
		l.older = !l.older
	}
	return up, err
}

func (l *Line) try(ctx context.Context) (up bool, err error) {
	conn, err := l.dial(ctx)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer func() { _ = conn.Close() }()
	if l.older {
		return l.speakOlder(ctx, conn)
	}
	return l.speak5(ctx, conn)
}

// listening remembers the first bytes that came. What comes behind the answer to
// our greeting it reads only when that has been taken in: a client of MQTT 5 whose
// line ends, or whose message is not stored, while it still begins its work takes
// leave of what it has not begun.
type listening struct {
	net.Conn
	greeted chan struct{} // closed when the answer has been taken in

	mu    sync.Mutex
	first []byte // at most the head of a packet
	came  int    // bytes
}

const longestHead = 5 // bytes of a packet's type and length

// Read reads.
func (c *listening) Read(b []byte) (int, error) {
	if left := c.answer(); left == 0 {
		<-c.greeted
	} else if len(b) > left {
		b = b[:left]
	}
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.came += n
	c.first = append(c.first, b[:min(n, longestHead-len(c.first))]...)
	return n, err
}

// answer is how many bytes are certainly still of the first packet; 0 if none.
// Source: MQTT 5.0, 2.1.4 and 1.5.5.
func (c *listening) answer() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	length := 0
	for i, b := range c.first[min(1, len(c.first)):] {
		length |= int(b&0x7f) << (7 * i)
		if b < 0x80 || i == longestHead-2 {
			return max(0, 2+i+length-c.came)
		}
	}
	return 1
}

// version is errVersion if nothing came, or the CONNACK of MQTT 3.1.1 that says
// that it does not know MQTT 5; the client of MQTT 5 makes nothing of that.
func (c *listening) version() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case len(c.first) == 0:
		return fmt.Errorf("%w: %w", ErrUnreachable, errVersion)
	case len(c.first) == 4 && c.first[0] == 0x20 && c.first[1] == 2 && c.first[3] == wrongVersion:
		return fmt.Errorf("%w: %w", ErrRefused, errVersion)
	}
	return nil
}

// speak5 is one connection in MQTT 5, see once.
func (l *Line) speak5(ctx context.Context, raw net.Conn) (up bool, err error) {
	heard := &listening{Conn: raw, greeted: make(chan struct{})}
	conn := packets.NewThreadSafeConn(heard)
	c := paho.NewClient(paho.ClientConfig{
		ClientID: l.ClientID, Conn: conn, Session: l.session, PacketTimeout: answerTimeout,
		EnableManualAcknowledgment: true, SendAcksInterval: ackEvery, AuthHandler: noProof(conn.Close),
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			l.take(ctx, p.Packet.Topic, p.Packet.Payload, p.Packet.QoS == 0, func() error {
				// Acknowledged already: the broker sent it twice in a row.
				if err := p.Client.Ack(p.Packet); !errors.Is(err, paho.ErrPacketNotFound) {
					return err
				}
				return nil
			}, func() { _ = conn.Close() })
			return true, nil
		}},
	})
	if err := l.greet(ctx, c, heard); err != nil {
		return false, err
	}
	l.State(nil)
	select {
	case <-c.Done():
		return true, ErrUnreachable
	case <-ctx.Done():
		select { // what is stored is acknowledged yet
		case <-time.After(4 * ackEvery):
		case <-c.Done():
		}
		_ = c.Disconnect(&paho.Disconnect{})
		<-c.Done()
		return true, ctx.Err()
	}
}

// noProof has no other proof than the password, and leaves a broker that asks for
// one. Without it a broker that only names one ends the client, and the house
// with it, by a nil pointer.
type noProof func() error

// Authenticate hangs up, so that its answer reaches nobody.
func (hangUp noProof) Authenticate(*paho.Auth) *paho.Auth {
	_ = hangUp()
	return &paho.Auth{}
}

// Authenticated is no news.
func (noProof) Authenticated() {}

func (l *Line) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	if l.Server.Scheme != "mqtts" {
		return (&net.Dialer{}).DialContext(ctx, "tcp", l.Server.Host)
	}
	secure := &tls.Config{MinVersion: tls.VersionTLS12}
	if l.TLS != nil {
		secure = l.TLS.Clone()
	}
	return (&tls.Dialer{Config: secure}).DialContext(ctx, "tcp", l.Server.Host)
}

// greet signs in, and subscribes unless the broker has kept the session and
// with it the subscription. What is retained comes with a new session only.
func (l *Line) greet(ctx context.Context, c *paho.Client, heard *listening) error {
	expiry, most, size := uint32(sessionKept), uint16(receiveMaximum), uint32(maxPacket)
	hello := &paho.Connect{
		ClientID: l.ClientID, KeepAlive: keepAlive, Username: l.Username, UsernameFlag: l.Username != "",
		Password: []byte(l.Password), PasswordFlag: l.Password != "",
		Properties: &paho.ConnectProperties{SessionExpiryInterval: &expiry, ReceiveMaximum: &most, MaximumPacketSize: &size},
	}
	answer, err := c.Connect(ctx, hello)
	close(heard.greeted)
	if err != nil {
		if strange := heard.version(); strange != nil {
			return fmt.Errorf("%w: %w", strange, err)
		}
	}
	switch {
	case err != nil && answer != nil && answer.ReasonCode == wrongVersion5:
		return fmt.Errorf("%w: %w", ErrRefused, errVersion)
	case err != nil && answer != nil:
		return fmt.Errorf("%w: reason %d", ErrRefused, answer.ReasonCode)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if answer.SessionPresent {
		return nil
	}
	return l.subscribe(ctx, c)
}

// subscribe asks for the topics, and gives up when the line is cut meanwhile.
func (l *Line) subscribe(ctx context.Context, c *paho.Client) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	l.work.Go(func() {
		select {
		case <-c.Done():
			cancel()
		case <-ctx.Done():
		}
	})
	answer, err := c.Subscribe(ctx, &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: l.Filter, QoS: 1}}})
	switch {
	case err != nil && answer != nil:
		return fmt.Errorf("%w: subscribe: %w", ErrRefused, err)
	case err != nil:
		return fmt.Errorf("%w: subscribe: %w", ErrUnreachable, err)
	}
	return nil
}

// take stores a message and acknowledges it after the commit. If it was not
// stored the line is cut: the broker delivers again what is unacknowledged
// when we are back, and not before.
func (l *Line) take(ctx context.Context, topic string, body []byte, unsure bool, ack func() error, cut func()) {
	m := inbox.Message{
		Tenant: l.Credential.Tenant, Source: "follow", Device: l.Credential.Device, Topic: topic, Body: body,
		Urgent: l.Credential.Urgent(topic, body), Unsure: unsure,
	}
	l.Inbox.Submit(ctx, m, func(_ bool, err error) {
		switch {
		case err != nil && unsure:
			l.Log.Error("follow: a message of QoS 0 is lost", "tenant", m.Tenant, "device", m.Device, "cause", err)
			return
		case err == nil:
			err = ack()
		}
		if err != nil {
			cut()
		}
	})
}
