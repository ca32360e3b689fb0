package follow

import (
	"io"
	"net"
	"time"
)

// MaxPacket is the longest packet that is read into memory.
const MaxPacket = maxPacket

// Beat changes how often signs of life are sent in MQTT 3.1.1.
func Beat(d time.Duration) (back func()) {
	before := beat
	beat = d
	return func() { beat = before }
}

// Listen reads from a line as a client of MQTT 5 does that has not taken in the
// answer to its greeting before greeted is called.
func Listen(c net.Conn) (r io.Reader, greeted func()) {
	l := &listening{Conn: c, greeted: make(chan struct{})}
	return l, func() { close(l.greeted) }
}
