package decode

import (
	"bytes"
	"slices"
)

// calmLimit bounds what is read at the door, in bytes.
const calmLimit = 16 << 10

// Calm reports that a message is plainly telemetry: read as it will be read, it
// calls nobody and leaves nothing unclear. The model is what is known of a
// sender's product without looking the device up; without one, or with a
// script, which is not run at the door, nothing is calm. A message that is calm
// waits a little longer, nothing else.
func Calm(f Frame, model func(Who) (Model, bool)) bool {
	if f.Format == Zigbee {
		return CalmZigbee(f.Body)
	}
	if len(f.Body) > calmLimit {
		return false
	}
	letters, err := Open(f)
	if err != nil || len(letters) == 0 {
		return false
	}
	for _, l := range letters {
		m, known := Model{}, f.Format == GB26875 || f.Format == Lift // they say all themselves
		if !known {
			m, known = model(l.Who)
		}
		if m.LifeSafety = true; !known || len(m.Script) > 0 || slices.ContainsFunc(l.Read(m), Observation.stirs) {
			return false
		}
	}
	return true
}

// stirs: it calls somebody, or nobody knows whether it does.
func (o Observation) stirs() bool { return o.Kind == Unclear || o.Kind.Alarms() && o.IsOn() }

// CalmZigbee reports that a message of zigbee2mqtt is plainly telemetry: no
// field of it is true, and no word stands in it but a time and the state of a
// firmware update. What danger is called differs from maker to maker; this is
// asked before anything is known of the device, and errs on the side of
// danger. A message that is calm waits a little longer, nothing else.
func CalmZigbee(body []byte) bool {
	if len(body) == 0 || body[0] != '{' {
		return false
	}
	var key []byte
	update := 0 // depth inside the state of a firmware update
	for i := 0; i < len(body); i++ {
		switch c := body[i]; c {
		case '{', '[':
			if update > 0 || string(key) == "update" {
				update++
			}
		case '}', ']':
			update = max(0, update-1)
		case '"':
			text, after := quoted(body, i)
			if after < 0 {
				return false
			}
			if name := bytes.TrimLeft(body[after:], " \t\r\n"); len(name) > 0 && name[0] == ':' {
				key = text
			} else if update == 0 && string(key) != "last_seen" {
				return false
			}
			i = after - 1
		case 't', 'T': // true, however it is written
			return false
		}
	}
	return true
}

// quoted is the text between the quotation mark at i and the next, and where
// it goes on after that; -1 if there is none.
func quoted(b []byte, i int) (text []byte, after int) {
	for j := i + 1; j < len(b); j++ {
		switch b[j] {
		case '\\':
			j++
		case '"':
			return b[i+1 : j], j + 1
		}
	}
	return nil, -1
}
