package mqtt

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	broker "github.com/mochi-mqtt/server/v2"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// A broker that bridges says so: Mosquitto's ordinary settings (try_private true)
// set the highest bit of the protocol's version, and it tells whether it is
// connected in a topic of the server's own. Neither is in the standard, and the
// library takes both for an error.

// bridgeBit marks the version of a bridge.
const bridgeBit = 0x80

// stateTopic is where bridges say whether they are connected, as a message and as
// a last will.
func isStateTopic(topic string) bool {
	return strings.HasPrefix(topic, "$SYS/broker/connection/") && strings.HasSuffix(topic, "/state")
}

// sysMark stands before a topic of the server's own inside the library, which would
// leave its message without an answer.
const sysMark = "\x01"

// marked is a topic as the library is shown it.
func marked(topic string) string {
	if len(topic) >= len(broker.SysPrefix) && strings.EqualFold(topic[:len(broker.SysPrefix)], broker.SysPrefix) {
		return sysMark + topic
	}
	return topic
}

// helloMost is how much of a first packet is looked at: its type, its length, the
// protocol's name and version.
const helloMost = 1 + binary.MaxVarintLen32 + 2 + len("MQIsdp") + 1

// greet looks at the first bytes of a connection as they come, and takes the mark
// of a bridge off the version. It is over once the version is known, or the first
// packet is none of a client's.
func (c *conn) greet(b []byte) error {
	before := len(c.head)
	c.head = append(c.head, b[:min(len(b), helloMost-before)]...)
	length, size := binary.Uvarint(c.head[1:])
	switch {
	case size < 0 || length > maxHello:
		return errLongHello
	case size == 0:
		return nil
	}
	rest := c.head[1+size:]
	if len(rest) < 2 {
		return nil
	}
	name := int(binary.BigEndian.Uint16(rest))
	if name != len("MQTT") && name != len("MQIsdp") {
		c.met, c.head = true, nil
		return nil
	}
	if at := 1 + size + 2 + name; len(c.head) > at {
		if c.head[at]&bridgeBit != 0 {
			c.bridge = true
			b[at-before] &^= bridgeBit
		}
		c.met, c.head = true, nil
	}
	return nil
}

// Notice is the last thing a credential did that the door did not take as it was
// meant.
type Notice struct {
	Why   Why
	Topic string
	At    time.Time
}

// Why is a reason that people are told.
type Why string

// The reasons.
const (
	Outside Why = "outside" // its message lies outside of its topic
	Will    Why = "will"    // so does its last will, and it was not let in
	Pinned  Why = "pinned"  // it came with another client id than its own
)

// whose names a credential.
type whose struct {
	tenant store.Tenant
	device string
}

// topicShown bounds what is remembered of a topic, in bytes.
const topicShown = 80

// notice remembers what a known credential did wrong.
func (d *Door) notice(c inbox.Credential, why Why, topic string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	cut := bytes.ToValidUTF8([]byte(topic[:min(len(topic), topicShown)]), nil)
	d.notices[whose{c.Tenant, c.Device}] = Notice{why, string(cut), d.inbox.Now()}
}

// Noticed is what the door last did not take of a credential, since it opened;
// false if it took everything.
func (d *Door) Noticed(tenant store.Tenant, device string) (Notice, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, ok := d.notices[whose{tenant, device}]
	return n, ok
}
