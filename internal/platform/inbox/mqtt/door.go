package mqtt

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	broker "github.com/mochi-mqtt/server/v2"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// Gatekeeper knows who may come in. The error for an unknown name and for a
// wrong password is the same.
type Gatekeeper interface {
	Verify(ctx context.Context, username, password string) (inbox.Credential, error)
	// Certified is the credential of a name that a certificate has proven.
	Certified(ctx context.Context, name string) (inbox.Credential, error)
	// Pin makes a client id the credential's own, if it has none yet, and
	// returns the one it has.
	Pin(ctx context.Context, c inbox.Credential, clientID string) (own string, err error)
}

// Inbox is where messages go; [inbox.Box] is one.
type Inbox interface {
	Submit(ctx context.Context, m inbox.Message, done func(stored bool, err error))
	Release(ctx context.Context, tenant store.Tenant, device, key string) (held bool, err error)
	Retained(ctx context.Context, tenant store.Tenant, device, after string) ([]inbox.Retained, error)
	Now() time.Time
}

// Bounds of what one client, and all of them, may take.
const (
	maxPacket      = 8<<20 + 64<<10 // bytes; a bridge's list of its devices is the largest, and its topic
	maxHello       = 192 << 10      // bytes of the first packet; the library makes room for it before it knows who is there
	maxClients     = 20000
	maxStrangers   = 256              // connections that have not yet said who they are
	strangersEach  = 128              // of them from one address
	helloTimeout   = 10 * time.Second // for saying it
	writeTimeout   = 10 * time.Second // for taking what is written to it
	receiveMaximum = 1024             // messages under way, announced to MQTT 5 clients
	maxUnread      = 64 << 10         // bytes of acknowledgements a client may leave unread
	longestSession = 3600             // seconds a session outlives its connection
	writesPending  = 128              // messages waiting for a subscriber
)

// Options are what the door needs.
type Options struct {
	Inbox  Inbox
	Keeper Gatekeeper
	Log    *slog.Logger
	// TakeWithin is how long a client has for taking what is written to it before
	// it is let go; 0: ten seconds.
	TakeWithin time.Duration
}

// Door is the MQTT door.
type Door struct {
	inbox   Inbox
	keeper  *cache
	log     *slog.Logger
	broker  *broker.Server
	ctx     context.Context // ends when the door closes
	cancel  context.CancelFunc
	seats   seats
	within  time.Duration // for taking what is written
	writers sync.WaitGroup
	serving sync.WaitGroup

	mu        sync.Mutex
	listeners []net.Listener
	conns     map[*conn]struct{}
	notices   map[whose]Notice
	started   bool
	closed    bool
	counter   counter
	wills     wills
}

var errClosed = errors.New("the MQTT door is closed")

// New makes a door that listens nowhere yet.
func New(o Options) (*Door, error) {
	ctx, cancel := context.WithCancel(context.Background())
	d := &Door{
		inbox: o.Inbox, keeper: newCache(o.Keeper, o.Inbox.Now), log: o.Log, ctx: ctx, cancel: cancel,
		within: cmp.Or(o.TakeWithin, writeTimeout), conns: map[*conn]struct{}{}, notices: map[whose]Notice{},
		counter: counter{links: map[*link]*handing{}}, wills: wills{waiting: map[string]chan bool{}, present: map[string]*link{}},
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	d.broker = broker.New(&broker.Options{
		Capabilities: capabilities(), InlineClient: true, SysTopicResendInterval: 3600,
		// The library logs whole packets; what a device says is not for the log.
		Logger: slog.New(slog.DiscardHandler),
	})
	if err := d.broker.AddHook(&hook{door: d}, nil); err != nil {
		cancel()
		return nil, fmt.Errorf("mqtt door: %w", err)
	}
	return d, nil
}

func capabilities() *broker.Capabilities {
	c := broker.NewDefaultServerCapabilities()
	c.MaximumClients = maxClients
	c.MaximumClientWritesPending = writesPending
	c.MaximumPacketSize = maxPacket
	c.MaximumSessionExpiryInterval = longestSession
	c.MaximumMessageExpiryInterval = 0 // what a sender says goes unaltered
	c.ReceiveMaximum = receiveMaximum
	c.MaximumInflight = writesPending
	c.TopicAliasMaximum = 0 // an alias would pass the check of the topic
	c.SharedSubAvailable = 0
	c.MinimumProtocolVersion = 3
	c.Compatibilities.NoInheritedPropertiesOnAck = true
	return c
}

// Listen takes connections on an address such as "127.0.0.1:1883", with TLS if
// a configuration is given, and returns the address it got. A configuration
// that verifies certificates of clients lets those in that have one, by its
// common name.
func (d *Door) Listen(address string, secure *tls.Config) (net.Addr, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("mqtt door: %w", err)
	}
	addr := l.Addr()
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.start(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	d.listeners = append(d.listeners, l)
	d.serving.Go(func() { d.accept(l) })
	return addr, nil
}

// start wakes the broker with the first listener.
func (d *Door) start() error {
	if d.closed {
		return errClosed
	}
	if d.started {
		return nil
	}
	d.started = true
	return d.broker.Serve()
}

// accept serves connections until the listener closes.
func (d *Door) accept(l net.Listener) {
	for {
		raw, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			d.log.Warn("mqtt: a connection was not accepted", "cause", err)
			d.pause()
			continue
		}
		d.serve(raw)
	}
}

// pause keeps a listener that lacks file descriptors from spinning.
func (d *Door) pause() {
	select {
	case <-time.After(100 * time.Millisecond):
	case <-d.ctx.Done():
	}
}

// serve hands a connection to the broker in a goroutine of its own, if there is a
// seat for it.
func (d *Door) serve(raw net.Conn) {
	c := &conn{Conn: raw, door: d, from: addressOf(raw.RemoteAddr())}
	if !d.enlist(c) {
		c.cut()
		return
	}
	leaves, ok := d.seats.take(c)
	if leaves != nil {
		leaves.cut()
	}
	if !ok {
		c.cut()
		return
	}
	_ = raw.SetDeadline(time.Now().Add(helloTimeout)) // a handshake writes too
	d.serving.Go(func() {
		err := d.broker.EstablishConnection("mqtt", c)
		_ = c.Close()
		l := c.link.Load()
		if l != nil {
			d.wills.depart(l)
		}
		if c.met && l == nil { // it said something, and was not let in
			d.log.Warn("mqtt: not let in", "remote", raw.RemoteAddr().String(), "cause", err)
			return
		}
		d.log.Debug("mqtt: connection ended", "cause", err)
	})
}

// enlist remembers a connection, so that Stop closes it; false once closed.
// It is called from accept, for which Stop waits.
func (d *Door) enlist(c *conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.conns[c] = struct{}{}
	}
	return !d.closed
}

// Forget ends the connections of a credential and takes back what is
// remembered of its password, as after it was changed or withdrawn.
func (d *Door) Forget(device string) {
	d.keeper.Forget(device)
	for _, c := range d.connections() {
		if l := c.link.Load(); l != nil && l.credential.Device == device {
			_ = c.Close()
		}
	}
}

// Connected are the credentials that have a connection.
func (d *Door) Connected() []inbox.Credential {
	var list []inbox.Credential
	for _, c := range d.connections() {
		if l := c.link.Load(); l != nil {
			list = append(list, l.credential)
		}
	}
	return list
}

// Present are the credentials with a connection that brought messages and sent
// any packet within a while, a ping included: a bridge whose detectors have nothing to say is alive all the same.
func (d *Door) Present(within time.Duration) []inbox.Credential {
	var list []inbox.Credential
	from := time.Now().Add(-within).UnixNano()
	for _, c := range d.connections() {
		if l := c.link.Load(); l != nil && l.spoke.Load() && l.heard.Load() >= from {
			list = append(list, l.credential)
		}
	}
	return list
}

// Publish sends a message to the clients of one credential that subscribed to
// the topic, at most once: a command to a bridge.
func (d *Door) Publish(tenant store.Tenant, device, topic string, payload []byte) error {
	if err := d.broker.Publish(mount(tenant, device)+topic, payload, false, 0); err != nil {
		return fmt.Errorf("mqtt publish: %w", err)
	}
	return nil
}

// goWrite writes to a client in a goroutine that Stop waits for.
func (d *Door) goWrite(f func()) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.writers.Go(f)
	return true
}

// Stop closes the listeners and connections and waits for them. What the inbox
// still holds is committed, but its senders have to send again. It may be
// called twice.
func (d *Door) Stop() {
	d.mu.Lock()
	first := !d.closed
	d.closed = true
	for _, l := range d.listeners {
		_ = l.Close()
	}
	d.mu.Unlock()
	d.cancel()
	for _, c := range d.connections() {
		c.cut()
	}
	d.serving.Wait()
	d.writers.Wait()
	if first {
		_ = d.broker.Close()
	}
}

func (d *Door) connections() []*conn {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []*conn
	for c := range d.conns {
		list = append(list, c)
	}
	return list
}
