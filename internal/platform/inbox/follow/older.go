package follow

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
)

// older is a connection in MQTT 3.1.1. It reads, stores and acknowledges; all
// else of the protocol is not needed here.
type older struct {
	*Line
	conn net.Conn
	in   *bufio.Reader
	wait time.Duration      // for the next packet
	stop context.CancelFunc // of its writer
	work sync.WaitGroup

	mu   sync.Mutex
	owed []*owed       // acknowledgements, in the order of the messages
	news chan struct{} // the first of them may be ready
}

type owed struct {
	id     uint16
	stored bool
}

// beat is how often a sign of life is sent; a test has less time.
var beat = keepAlive * time.Second

// level is what CONNECT says of MQTT 3.1.1.
const level = 4

// speakOlder is one connection in MQTT 3.1.1, see once. The broker keeps the
// session, as with MQTT 5, but for as long as it likes.
func (l *Line) speakOlder(ctx context.Context, conn net.Conn) (up bool, err error) {
	c := &older{Line: l, conn: conn, in: bufio.NewReader(conn), wait: answerTimeout, news: make(chan struct{}, 1)}
	var writing context.Context
	writing, c.stop = context.WithCancel(ctx)
	defer c.work.Wait()
	defer c.stop()
	present, err := c.greet(writing)
	if err != nil {
		return false, err
	}
	c.work.Go(func() { c.write(writing) })
	if !present {
		err = c.send(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Subscribe, Qos: 1}, PacketID: 1, Filters: packets.Subscriptions{{Filter: l.Filter, Qos: 1}}})
	} else {
		l.State(nil)
	}
	for up = present; err == nil; {
		var subscribed bool
		if subscribed, err = c.next(ctx); subscribed {
			up = true
			l.State(nil)
		}
	}
	if ctx.Err() != nil {
		return up, ctx.Err()
	}
	return up, err
}

// greet signs in and says whether the broker has kept the session, and with it
// the subscription.
func (c *older) greet(ctx context.Context) (present bool, err error) {
	defer context.AfterFunc(ctx, func() { _ = c.conn.Close() })()
	hello := packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Connect}, Connect: packets.ConnectParams{
		ProtocolName: []byte("MQTT"), ClientIdentifier: c.ClientID, Keepalive: keepAlive,
		UsernameFlag: c.Username != "", Username: []byte(c.Username), PasswordFlag: c.Password != "", Password: []byte(c.Password),
	}}
	if err := c.send(hello); err != nil {
		return false, err
	}
	answer, err := c.read()
	switch {
	case err != nil:
		return false, fmt.Errorf("%w: %w", err, errVersion) // it may not know what we said
	case answer.FixedHeader.Type != packets.Connack:
		return false, fmt.Errorf("%w: no CONNACK", ErrUnreachable)
	case answer.ReasonCode == wrongVersion:
		return false, fmt.Errorf("%w: %w", ErrRefused, errVersion)
	case answer.ReasonCode != 0:
		return false, fmt.Errorf("%w: code %d", ErrRefused, answer.ReasonCode)
	}
	c.wait += keepAlive * time.Second
	return answer.SessionPresent, nil
}

// next takes in one packet; subscribed reports that it grants what was asked
// for.
func (c *older) next(ctx context.Context) (subscribed bool, err error) {
	pk, err := c.read()
	switch {
	case err != nil:
		return false, err
	case pk.FixedHeader.Type == packets.Suback && (len(pk.ReasonCodes) != 1 || pk.ReasonCodes[0] > 2):
		return false, fmt.Errorf("%w: subscribe", ErrRefused)
	case pk.FixedHeader.Type == packets.Suback:
		return true, nil
	case pk.FixedHeader.Type != packets.Publish:
		return false, nil // PINGRESP
	case pk.FixedHeader.Qos == 2:
		return false, fmt.Errorf("%w: QoS 2 was not asked for", ErrRefused)
	}
	ack := func() error { return nil }
	if pk.FixedHeader.Qos == 1 {
		ack = c.owe(pk.PacketID)
	}
	if pk.Payload == nil {
		c.Log.Error("follow: a message is too long to be stored", "tenant", c.Credential.Tenant, "device", c.Credential.Device)
		return false, ack()
	}
	c.take(ctx, pk.TopicName, pk.Payload, pk.FixedHeader.Qos == 0, ack, func() { _ = c.conn.Close() })
	return false, nil
}

// owe takes the next place in the order of acknowledgements, and returns what
// to call when the message is stored.
func (c *older) owe(id uint16) func() error {
	o := &owed{id: id}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owed = append(c.owed, o)
	return func() error {
		c.mu.Lock()
		defer c.mu.Unlock()
		o.stored = true
		select {
		case c.news <- struct{}{}:
		default:
		}
		return nil
	}
}

// ready are the acknowledgements that may be sent.
func (c *older) ready() (list []uint16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.owed) > 0 && c.owed[0].stored {
		list, c.owed = append(list, c.owed[0].id), c.owed[1:]
	}
	return list
}

// write sends acknowledgements and signs of life until the connection ends, and
// says goodbye when we are the one to end it.
func (c *older) write(ctx context.Context) {
	defer func() { _ = c.conn.Close() }()
	ping := time.NewTicker(beat)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-c.news:
			err = c.acknowledge()
		case <-ping.C:
			err = c.send(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Pingreq}})
		case <-ctx.Done():
			<-time.After(4 * ackEvery) // what is stored is acknowledged yet
			_ = c.acknowledge()
			_ = c.send(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Disconnect}})
			return
		}
		if err != nil {
			return
		}
	}
}

func (c *older) acknowledge() error {
	var b []byte
	for _, id := range c.ready() {
		b = append(b, packets.Puback<<4, 2, byte(id>>8), byte(id))
	}
	if len(b) == 0 {
		return nil
	}
	return c.put(b)
}

// send writes a packet. It is called before there is a writer, and by it.
func (c *older) send(pk packets.Packet) (err error) {
	var b bytes.Buffer
	pk.ProtocolVersion = level
	switch pk.FixedHeader.Type {
	case packets.Connect:
		err = pk.ConnectEncode(&b)
	case packets.Subscribe:
		err = pk.SubscribeEncode(&b)
	case packets.Pingreq:
		err = pk.PingreqEncode(&b)
	default:
		err = pk.DisconnectEncode(&b)
	}
	if err != nil {
		return fmt.Errorf("follow: %w", err)
	}
	return c.put(b.Bytes())
}

func (c *older) put(b []byte) error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(answerTimeout))
	if _, err := c.conn.Write(b); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return nil
}

// read takes the next packet. The payload of a message that is longer than may
// be is left out and nil: it would come again for ever, before all others.
func (c *older) read() (packets.Packet, error) {
	pk, err := c.readPacket()
	if err != nil {
		return pk, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return pk, nil
}

func (c *older) readPacket() (pk packets.Packet, err error) {
	pk.ProtocolVersion = level
	_ = c.conn.SetReadDeadline(time.Now().Add(c.wait))
	head, err := c.in.ReadByte()
	if err != nil {
		return pk, err
	}
	if err := pk.FixedHeader.Decode(head); err != nil {
		return pk, err
	}
	n, _, err := packets.DecodeLength(c.in)
	if err != nil {
		return pk, err
	}
	body := make([]byte, min(n, maxPacket))
	if _, err := io.ReadFull(c.in, body); err != nil {
		return pk, err
	}
	if _, err := io.CopyN(io.Discard, c.in, int64(n-len(body))); err != nil {
		return pk, err
	}
	switch pk.FixedHeader.Type {
	case packets.Connack:
		err = pk.ConnackDecode(body)
	case packets.Suback:
		err = pk.SubackDecode(body)
	case packets.Publish:
		err = pk.PublishDecode(body)
	}
	if n > maxPacket {
		pk.Payload = nil
	}
	return pk, err
}
