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
// came to be.
func (l *Line) once(ctx context.Context) (up bool, err error) {
	conn, err := l.dial(ctx)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer func() { _ = conn.Close() }()
	c := paho.NewClient(paho.ClientConfig{
		ClientID: l.ClientID, Conn: conn, Session: l.session, PacketTimeout: answerTimeout,
		EnableManualAcknowledgment: true, SendAcksInterval: ackEvery,
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			l.take(ctx, conn, p)
			return true, nil
		}},
	})
	if err := l.greet(ctx, c); err != nil {
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
	conn, err := (&tls.Dialer{Config: secure}).DialContext(ctx, "tcp", l.Server.Host)
	if err != nil {
		return nil, err
	}
	return packets.NewThreadSafeConn(conn), nil
}

// greet signs in, and subscribes unless the broker has kept the session and
// with it the subscription. What is retained comes with a new session only.
func (l *Line) greet(ctx context.Context, c *paho.Client) error {
	expiry, most, size := uint32(sessionKept), uint16(receiveMaximum), uint32(maxPacket)
	hello := &paho.Connect{
		ClientID: l.ClientID, KeepAlive: keepAlive, Username: l.Username, UsernameFlag: l.Username != "",
		Password: []byte(l.Password), PasswordFlag: l.Password != "",
		Properties: &paho.ConnectProperties{SessionExpiryInterval: &expiry, ReceiveMaximum: &most, MaximumPacketSize: &size},
	}
	answer, err := c.Connect(ctx, hello)
	switch {
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
func (l *Line) take(ctx context.Context, conn net.Conn, p paho.PublishReceived) {
	m := inbox.Message{
		Tenant: l.Credential.Tenant, Source: "follow", Device: l.Credential.Device, Topic: p.Packet.Topic, Body: p.Packet.Payload,
		Urgent: l.Credential.Urgent(p.Packet.Topic, p.Packet.Payload), Unsure: p.Packet.QoS == 0,
	}
	l.Inbox.Submit(ctx, m, func(_ bool, err error) {
		switch {
		case err == nil:
			// Acknowledged already: the broker sent it twice in a row.
			if err = p.Client.Ack(p.Packet); errors.Is(err, paho.ErrPacketNotFound) {
				err = nil
			}
		case m.Unsure:
			l.Log.Error("follow: a message of QoS 0 is lost", "tenant", m.Tenant, "device", m.Device, "cause", err)
			return
		}
		if err != nil {
			_ = conn.Close()
		}
	})
}
