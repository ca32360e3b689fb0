package mqtt

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// hook is where the library asks us. It runs in the client's reading
// goroutine, so blocking in it holds up that client and nobody else.
type hook struct {
	broker.HookBase
	door *Door
}

// ID names the hook.
func (h *hook) ID() string { return "inbox" }

// Provides says which questions the hook answers.
func (h *hook) Provides(question byte) bool {
	switch question {
	case broker.OnConnectAuthenticate, broker.OnACLCheck, broker.OnPublish, broker.OnPacketRead, broker.OnSubscribe, broker.OnUnsubscribe,
		broker.OnSubscribed, broker.OnPacketSent, broker.OnRetainMessage, broker.OnPacketEncode, broker.OnWill:
		return true
	}
	return false
}

// OnConnectAuthenticate lets a client in, under an id that holds its
// credential: the same id under another credential is another client.
func (h *hook) OnConnectAuthenticate(cl *broker.Client, pk packets.Packet) bool {
	c, ours := cl.Net.Conn.(*conn)
	if !ours {
		return false
	}
	cred, err := h.signIn(c, pk.Connect)
	if fault.Is(err, fault.Busy) {
		c.away.Store(true)
		h.door.log.Warn("mqtt: told to come again: nobody can be looked up", "remote", cl.Net.Remote, "cause", err)
		return false
	}
	ok := err == nil
	pinned := ok && h.pinned(cred, pk.Connect.ClientIdentifier)
	bridge := c.bridge || pk.Connect.WillFlag && isStateTopic(pk.Connect.WillTopic)
	will := !pk.Connect.WillFlag || isStateTopic(pk.Connect.WillTopic) || within(cred.Prefixes, pk.Connect.WillTopic) && !strings.ContainsAny(pk.Connect.WillTopic, "+#")
	if !ok || !pinned || !will {
		h.door.log.Warn("mqtt: refused", "known", ok, "pinned", pinned, "will", will, "remote", cl.Net.Remote)
		h.refused(cred, ok, pinned, pk.Connect.WillTopic)
		return false
	}
	l := h.door.newLink(c, cl, cred, pk)
	l.bridge = bridge
	c.admit()
	c.link.Store(l)
	h.door.replace(l)
	return true
}

// refused notes why a client was refused whose name and password are right.
func (h *hook) refused(cred inbox.Credential, known, pinned bool, will string) {
	switch {
	case !known:
	case !pinned:
		h.door.notice(cred, Pinned, "")
	default:
		h.door.notice(cred, Will, will)
	}
}

// signIn is the credential of a client. One that gives a password is judged by
// it alone. Without one it is who its certificate says, and may say nothing
// else.
func (h *hook) signIn(c *conn, hello packets.ConnectParams) (inbox.Credential, error) {
	given := string(hello.Username)
	name := c.certified()
	if hello.PasswordFlag || name == "" {
		return h.door.keeper.verify(h.door.ctx, given, string(hello.Password))
	}
	if given != "" && given != name {
		return inbox.Credential{}, errUnknown
	}
	return h.door.keeper.certified(h.door.ctx, name)
}

// pinned reports whether a client may use its id under a credential. The first
// lasting id becomes the credential's own. If that cannot be written now, the
// client comes in all the same: a detector is not shut out for it.
func (h *hook) pinned(cred inbox.Credential, id string) bool {
	if cred.ClientID != "" || !cred.Pins || !lasts(id) {
		return cred.ClientID == "" || cred.ClientID == id
	}
	own, err := h.door.keeper.keeper.Pin(h.door.ctx, cred, id)
	if err != nil {
		h.door.log.Warn("mqtt: a client id could not be pinned", "tenant", cred.Tenant, "device", cred.Device, "cause", err)
		return true
	}
	h.door.keeper.Forget(cred.Device)
	return own == "" || own == id
}

// lasts reports whether a client will come with the same id again. Libraries
// and tools make up another at each start where none is set, zigbee2mqtt among
// them; pinned to it, a bridge would be shut out after its next start.
func lasts(id string) bool {
	return id != "" && !slices.ContainsFunc([]string{"mqttjs", "mosq", "paho", "auto-"}, func(madeUp string) bool {
		return strings.HasPrefix(strings.ToLower(id), madeUp)
	})
}

// OnACLCheck lets a client read below its prefixes. Whether it may write is
// decided in OnPublish, where the refusal takes its place in the order.
func (h *hook) OnACLCheck(cl *broker.Client, topic string, write bool) bool {
	l := linkOf(cl)
	if l == nil || write {
		return l != nil
	}
	own, ok := strings.CutPrefix(topic, l.mount)
	return ok && within(l.credential.Prefixes, own)
}

// mount is what a credential's topics are kept under in the broker, so that
// two bridges with the same base topic, in two neighbourhoods, do not hear
// each other. It holds no character that means something in a filter.
func mount(tenant store.Tenant, device string) string {
	sum := sha256.Sum256([]byte(string(tenant) + "\x00" + device))
	return hex.EncodeToString(sum[:16]) + "/"
}

// within: a topic or filter is one of the prefixes or lies below it. A filter
// whose wildcard stands inside the prefix does not.
func within(prefixes []string, topic string) bool {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(topic, p); ok && p != "" && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

func linkOf(cl *broker.Client) *link {
	if c, ours := cl.Net.Conn.(*conn); ours {
		return c.link.Load()
	}
	return nil
}

// OnSubscribe keeps the filters under the client's mount and grants QoS 0:
// deliveries would share their packet ids with the client's own messages in
// the library's book-keeping.
func (h *hook) OnSubscribe(cl *broker.Client, pk packets.Packet) packets.Packet {
	pk = mounted(cl, pk)
	if l := linkOf(cl); l != nil {
		l.shelf.asked(cl, pk.Filters) // mounted has copied them
	}
	return pk
}

// OnUnsubscribe finds the filters where OnSubscribe put them.
func (h *hook) OnUnsubscribe(cl *broker.Client, pk packets.Packet) packets.Packet {
	return mounted(cl, pk)
}

func mounted(cl *broker.Client, pk packets.Packet) packets.Packet {
	l := linkOf(cl)
	if l == nil {
		return pk
	}
	pk.Filters = slices.Clone(pk.Filters)
	for i := range pk.Filters {
		pk.Filters[i].Qos = 0
		pk.Filters[i].Filter = l.mount + pk.Filters[i].Filter
	}
	return pk
}

// OnPacketEncode takes the mount off the topic of a delivery, and answers who
// could not be looked up that the server is not available: the library would say
// that the password is wrong, and a device may believe that for good.
func (h *hook) OnPacketEncode(cl *broker.Client, pk packets.Packet) packets.Packet {
	if c, ours := cl.Net.Conn.(*conn); ours && pk.FixedHeader.Type == packets.Connack && c.away.Load() {
		return unavailable(pk)
	}
	if pk.FixedHeader.Type != packets.Publish {
		return pk
	}
	if l := linkOf(cl); l != nil {
		pk.TopicName = strings.TrimPrefix(pk.TopicName, l.mount)
	}
	return pk
}

// unavailable is the refusal of MQTT 3.1.1, 3.2.2.3 (3), or of MQTT 5, 3.2.2.2
// (0x88).
func unavailable(pk packets.Packet) packets.Packet {
	pk.ReasonCode = packets.ErrServerUnavailable.Code
	if pk.ProtocolVersion < 5 {
		pk.ReasonCode = packets.Err3ServerUnavailable.Code
	}
	pk.Properties.ReasonString = packets.ErrServerUnavailable.Reason
	return pk
}

// OnPublish hands a message to the inbox and has the library answer nothing.
func (h *hook) OnPublish(cl *broker.Client, pk packets.Packet) (packets.Packet, error) {
	if cl.Net.Inline {
		return pk, nil
	}
	l := linkOf(cl)
	if l == nil {
		return pk, packets.ErrRejectPacket
	}
	if own, ok := strings.CutPrefix(pk.TopicName, sysMark); ok {
		if pk.TopicName = own; isStateTopic(own) {
			l.leave(pk)
		} else {
			l.refuse(pk)
		}
		return pk, packets.ErrRejectPacket
	}
	if !within(l.credential.Prefixes, pk.TopicName) {
		l.refuse(pk)
		return pk, packets.ErrRejectPacket
	}
	if pk.ProtocolVersion == 5 && l.waiting() >= receiveMaximum {
		l.dismiss(packets.ErrReceiveMaximum)
		return pk, packets.ErrRejectPacket
	}
	l.take(pk)
	return pk, packets.ErrRejectPacket
}

// leave answers a message that is not kept as one that arrived.
func (l *link) leave(pk packets.Packet) {
	if pk.FixedHeader.Qos > 0 {
		l.settle(l.expect(), answer(pk.FixedHeader.Qos, pk.PacketID, 0))
	}
}

// refuse answers a message outside the client's prefixes. A bridge may be set to
// pass on all that its broker hears, and would send it again and again for ever,
// before everything else: what is not for us is left, and said on the door's page.
func (l *link) refuse(pk packets.Packet) {
	if l.warnOnce() {
		l.door.log.Warn("mqtt: topic outside the prefix", "tenant", l.credential.Tenant, "device", l.credential.Device, "bridge", l.bridge)
	}
	l.door.notice(l.credential, Outside, pk.TopicName)
	switch {
	case l.bridge && pk.ProtocolVersion < 5:
		l.leave(pk)
	case pk.FixedHeader.Qos == 0:
	case pk.ProtocolVersion < 5:
		_ = l.conn.Close()
	default:
		l.settle(l.expect(), answer(pk.FixedHeader.Qos, pk.PacketID, packets.ErrNotAuthorized.Code))
	}
}

// take submits a message; its answer is written after the commit.
func (l *link) take(pk packets.Packet) {
	l.spoke.Store(true)
	place, m := l.expect(), l.message(pk)
	if m.Retain {
		l.shelf.inOrder(m)
	}
	l.door.inbox.Submit(l.door.ctx, m, func(_ bool, err error) { l.done(place, pk, err) })
}

func (l *link) message(pk packets.Packet) inbox.Message {
	m := inbox.Message{
		Tenant: l.credential.Tenant, Source: "mqtt", Device: l.credential.Device, Topic: pk.TopicName, Body: pk.Payload,
		Urgent: l.credential.Urgent(pk.TopicName, pk.Payload), Unsure: pk.FixedHeader.Qos == 0, Retain: pk.FixedHeader.Retain,
	}
	if m.Retain {
		l.retained(&m, pk.Properties.MessageExpiryInterval)
	}
	if pk.FixedHeader.Qos == 2 {
		m.Key, m.Renew = l.key(pk.PacketID), !pk.FixedHeader.Dup
	}
	return m
}

// key is by which a QoS 2 message is remembered until it is released.
func (l *link) key(id uint16) string { return fmt.Sprintf("qos2 %d %s", id, l.clientID) }

// done is called after the commit or its failure.
func (l *link) done(place uint64, pk packets.Packet, err error) {
	qos := pk.FixedHeader.Qos
	if pk.FixedHeader.Retain {
		defer l.shelf.kept()
	}
	if err == nil { // first: who subscribes after the acknowledgement is handed it, and does not hear it pass
		l.pass(pk)
	}
	switch {
	case err == nil && qos == 0:
		l.settle(place, nil)
	case err == nil:
		l.settle(place, answer(qos, pk.PacketID, 0))
	case qos == 0:
		l.door.log.Error("mqtt: a message of QoS 0 is lost", "tenant", l.credential.Tenant, "device", l.credential.Device, "cause", err)
		l.settle(place, nil)
	case pk.ProtocolVersion < 5 || fault.Is(err, fault.Busy):
		// MQTT 3.1.1 knows no refusal, and in MQTT 5 one is the last word: whoever
		// gets it need not send again (4.4). A line that ends has them send again.
		_ = l.conn.Close()
		return
	default:
		l.settle(place, answer(qos, pk.PacketID, packets.ErrUnspecifiedError.Code))
	}
}

// pass sends a stored message on to its subscribers, if there are any, with what
// MQTT 5 has pass unaltered (3.3.2.3), in the name of its sender: a subscriber may
// want none of its own.
func (l *link) pass(pk packets.Packet) {
	if atomic.LoadInt64(&l.door.broker.Info.Subscriptions) == 0 {
		return
	}
	retain := pk.FixedHeader.Retain
	if retain {
		l.door.counter.isNews(l.mount, pk.TopicName)
	}
	_ = l.door.broker.InjectPacket(l.origin(), packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Publish, Retain: retain},
		TopicName:   l.mount + pk.TopicName, Payload: pk.Payload, Properties: pk.Properties.Copy(false),
	})
}

// OnPacketRead sees each packet before the library judges it.
func (h *hook) OnPacketRead(cl *broker.Client, pk packets.Packet) (packets.Packet, error) {
	l := linkOf(cl)
	if l == nil {
		return h.greeted(cl, pk), nil
	}
	l.heard.Store(time.Now().UnixNano())
	switch pk.FixedHeader.Type {
	case packets.Publish:
		pk.TopicName = marked(pk.TopicName)
	case packets.Pubrel:
		return h.release(cl, l, pk)
	}
	return pk, nil
}

// greeted notes that a stranger's CONNECT has come. A last will may have no payload
// (MQTT 3.1.1, 3.1.3.3; MQTT 5, 3.1.3.4), which the library takes for an error: it
// is shown one.
func (h *hook) greeted(cl *broker.Client, pk packets.Packet) packets.Packet {
	c, ours := cl.Net.Conn.(*conn)
	if !ours || pk.FixedHeader.Type != packets.Connect {
		return pk
	}
	h.door.seats.spoke(c)
	if pk.Connect.WillFlag && len(pk.Connect.WillPayload) == 0 {
		c.hollow, pk.Connect.WillPayload = true, []byte{0}
	}
	return pk
}

// release lets go of a QoS 2 message when its sender does. The library answers
// PUBCOMP if it finds the message in its book.
func (h *hook) release(cl *broker.Client, l *link, pk packets.Packet) (packets.Packet, error) {
	held, err := h.door.inbox.Release(context.WithoutCancel(h.door.ctx), l.credential.Tenant, l.credential.Device, l.key(pk.PacketID))
	if err != nil {
		_ = l.conn.Close()
		return pk, packets.ErrRejectPacket
	}
	if held {
		cl.State.Inflight.Set(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Pubrec}, PacketID: pk.PacketID})
	}
	return pk, nil
}
