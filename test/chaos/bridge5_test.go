package chaos_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"

	"github.com/eclipse/paho.golang/packets"
)

// once begins the marks of messages sent at QoS 2, which are stored once even
// when they were sent again and nobody acknowledged them.
const once = "once"

// bridge5 publishes over MQTT 5, in bursts of QoS 1 and 2. Of a burst that was
// cut off it sends the messages at QoS 2 again, as the protocol has it: those
// that were not received as duplicates, of the others the release.
type bridge5 struct {
	card
	dice  *rand.Rand
	next  int
	smoke *detectors
	owed  []*flight // in the order they were sent
}

// flight is a message under way.
type flight struct {
	packets.Publish
	mark, smoking string
	received      bool // PUBREC came
}

func (b *bridge5) send(ctx context.Context, d doors, l *ledger) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.MQTT)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	in := bufio.NewReader(conn)
	if err := b.enter(conn, in); err != nil {
		return err
	}
	b.cutOff()
	for {
		if err := b.burst(conn); err != nil {
			return err
		}
		for len(b.owed) > 0 {
			if err := b.settle(conn, in, l); err != nil {
				return err
			}
		}
	}
}

func (b *bridge5) enter(conn io.Writer, in io.Reader) error {
	hour := uint32(3600)
	c := packets.Connect{
		ProtocolName: "MQTT", ProtocolVersion: 5, ClientID: "chaos5", UsernameFlag: true, Username: b.User, PasswordFlag: true, Password: []byte(b.Password),
		Properties: &packets.Properties{SessionExpiryInterval: &hour},
	}
	if _, err := c.WriteTo(conn); err != nil {
		return err
	}
	answer, err := packets.ReadPacket(in)
	if err != nil {
		return err
	}
	if hello, ok := answer.Content.(*packets.Connack); !ok || hello.ReasonCode != 0 {
		return fmt.Errorf("mqtt 5: not let in: %s", answer)
	}
	return nil
}

// cutOff forgets what was under way at QoS 1 and marks the rest as sent before.
func (b *bridge5) cutOff() {
	var again []*flight
	for _, f := range b.owed {
		if f.QoS == 2 {
			f.Duplicate = true
			again = append(again, f)
		}
	}
	b.owed = again
}

// burst sends what is owed, or something new.
func (b *bridge5) burst(conn io.Writer) error {
	if len(b.owed) == 0 {
		for range 1 + b.dice.IntN(20) {
			b.owed = append(b.owed, b.fresh())
		}
	}
	var out bytes.Buffer
	for _, f := range b.owed {
		var err error
		if f.received {
			_, err = (&packets.Pubrel{PacketID: f.PacketID, Properties: &packets.Properties{}}).WriteTo(&out)
		} else {
			_, err = f.WriteTo(&out)
		}
		if err != nil {
			return err
		}
	}
	_, err := conn.Write(out.Bytes())
	return err
}

func (b *bridge5) fresh() *flight {
	b.next++
	f := &flight{Publish: packets.Publish{PacketID: uint16(b.next%60000 + 1), QoS: 1 + byte(b.next%2), Properties: &packets.Properties{}}}
	if f.mark = fmt.Sprintf("five-%d", b.next); f.QoS == 2 {
		f.mark = fmt.Sprintf("%s-%d", once, b.next)
	}
	var body string
	f.Topic, body, f.smoking = says(f.mark, b.dice, b.smoke)
	f.Payload = []byte(body)
	return f
}

// settle takes one answer.
func (b *bridge5) settle(conn io.Writer, in io.Reader, l *ledger) error {
	p, err := packets.ReadPacket(in)
	if err != nil {
		return err
	}
	switch a := p.Content.(type) {
	case *packets.Puback:
		return b.first(a.PacketID, a.ReasonCode, 1, l, func(f *flight) error { b.drop(f.PacketID); return nil })
	case *packets.Pubrec:
		return b.first(a.PacketID, a.ReasonCode, 2, l, func(f *flight) error {
			f.received = true
			_, err := (&packets.Pubrel{PacketID: f.PacketID, Properties: &packets.Properties{}}).WriteTo(conn)
			return err
		})
	case *packets.Pubcomp:
		b.drop(a.PacketID)
		return nil
	}
	return fmt.Errorf("mqtt 5: unasked: %s", p)
}

// first takes an acknowledgement, which must be that of the first message that
// has none: they come in the order of the messages.
func (b *bridge5) first(id uint16, reason, qos byte, l *ledger, then func(*flight) error) error {
	if reason >= 0x80 {
		return fmt.Errorf("mqtt 5: refused with %x", reason)
	}
	for _, f := range b.owed {
		if f.received {
			continue
		}
		if f.PacketID != id || f.QoS != qos {
			l.refuse("MQTT 5: %s is next to be acknowledged, and packet %d was at QoS %d", f.mark, id, qos)
			return fmt.Errorf("mqtt 5: out of order")
		}
		l.acknowledged(f.mark, f.smoking)
		return then(f)
	}
	return fmt.Errorf("mqtt 5: packet %d was not under way", id)
}

func (b *bridge5) drop(id uint16) {
	for i, f := range b.owed {
		if f.PacketID == id {
			b.owed = append(b.owed[:i], b.owed[i+1:]...)
			return
		}
	}
}
