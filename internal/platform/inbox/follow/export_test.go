package follow

import "time"

// MaxPacket is the longest packet that is read into memory.
const MaxPacket = maxPacket

// Beat changes how often signs of life are sent in MQTT 3.1.1.
func Beat(d time.Duration) (back func()) {
	before := beat
	beat = d
	return func() { beat = before }
}
