package decode

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// GB/T 26875.3-2011: 40 40, then 25 bytes of head, the data, a checksum and
// 23 23. The length tells where a frame ends: 23 23 may stand inside the data.
const (
	gbHead     = 27 // bytes before the data
	gbTail     = 3  // checksum and end
	gbSendData = 2  // command
)

// What the data are about (type flag).
const (
	gbFacility  = 1  // state of a fire facility
	gbComponent = 2  // state of one of its components
	gbPanel     = 21 // state of the transmission device itself
	gbOperated  = 4  // somebody operated a facility
	gbPressed   = 24 // somebody operated the transmission device
)

// gbNews are the types that say nothing about a danger: analog values, software
// version, configuration, clock; of a facility, and of the transmission device.
var gbNews = []byte{3, 5, 6, 7, 8, 25, 26, 28}

// The bits of an operation: the manual alarm, and what takes it back.
const (
	gbReset     = 1 << 0
	gbManual    = 1 << 2
	gbDismissed = 1 << 3
)

// The bits of a state. Bit 0 tells normal from test, but panels are seen that
// never set it, and their fires are fires: it is left alone.
const (
	gbFire  = 1 << 1
	gbFault = 1 << 2
)

// openGB26875 reads one or more whole frames.
func openGB26875(f Frame) ([]Letter, error) {
	var letters []Letter
	for rest := f.Body; len(rest) > 0; {
		frame, after, err := cutGB(rest)
		if err != nil {
			return nil, err
		}
		l, err := letterGB(frame)
		if err != nil {
			return nil, err
		}
		letters, rest = append(letters, l...), after
	}
	if len(f.Body) == 0 || len(letters) > lettersLimit {
		return nil, unreadable("GB/T 26875.3: %d bytes", len(f.Body))
	}
	return letters, nil
}

// cutGB cuts the first frame off and checks it. The standard's checksum is the
// low byte of the sum; gateways that send the XOR instead are taken too.
func cutGB(b []byte) (frame, rest []byte, err error) {
	if len(b) < gbHead+gbTail || !bytes.HasPrefix(b, []byte("@@")) {
		return nil, nil, unreadable("GB/T 26875.3: no frame")
	}
	end := gbHead + int(binary.LittleEndian.Uint16(b[24:]))
	if len(b) < end+gbTail || string(b[end+1:end+gbTail]) != "##" {
		return nil, nil, unreadable("GB/T 26875.3: frame of %d bytes does not end", end+gbTail)
	}
	var sum, xor byte
	for _, x := range b[2:end] {
		sum, xor = sum+x, xor^x
	}
	if b[end] != sum && b[end] != xor {
		return nil, nil, unreadable("GB/T 26875.3: checksum")
	}
	return b[:end], b[end+gbTail:], nil
}

func letterGB(b []byte) ([]Letter, error) {
	panel := "gb26875:" + hex.EncodeToString(b[12:18])
	l := Letter{Who: Who{Key: panel}, At: timeGB(b[6:12]), manner: Happen}
	l.read = says(Observation{Kind: Online, Value: On})
	data := b[gbHead:]
	if b[26] != gbSendData || len(data) < 2 {
		return []Letter{l}, nil
	}
	size := map[byte]int{gbFacility: 10, gbComponent: 46, gbPanel: 7, gbOperated: 10, gbPressed: 8}[data[0]]
	if size == 0 {
		online := Observation{Kind: Online, Value: On, Extra: map[string]string{"type": fmt.Sprint(data[0]), "data": `"` + hex.EncodeToString(data) + `"`}}
		l.read = says(online)
		if !slices.Contains(gbNews, data[0]) { // a vendor's own: it may be a fire
			l.read = says(online, unclear(map[string]string{"type": fmt.Sprint(data[0])}))
		}
		return []Letter{l}, nil
	}
	objects := data[2:]
	if len(objects) != size*int(data[1]) {
		return nil, unreadable("GB/T 26875.3: %d objects in %d bytes", data[1], len(objects))
	}
	letters := []Letter{l}
	for ; len(objects) > 0; objects = objects[size:] {
		letters = append(letters, objectGB(data[0], objects[:size], l))
	}
	return letters, nil
}

// objectGB is the state of one facility, component or panel.
func objectGB(sort byte, o []byte, l Letter) Letter {
	panel := l.Key
	l.At = timeGB(o[len(o)-6:])
	switch sort {
	case gbPanel:
		l.read = says(Observation{Kind: Online, Value: On}, Observation{Kind: Smoke, Value: onOff(o[0]&gbFire != 0)}, Observation{Kind: Fault, Value: onOff(o[0]&^(1|gbFire) != 0)})
		return l
	case gbPressed:
		l.read = says(operationGB(o[0])...)
		return l
	case gbOperated:
		l.Who = Who{Key: fmt.Sprintf("%s/%d-%d", panel, o[0], o[1]), Bridge: panel}
		l.read = says(operationGB(o[2])...)
		return l
	case gbFacility:
		l.Who = Who{Key: fmt.Sprintf("%s/%d-%d", panel, o[0], o[1]), Bridge: panel}
		l.read = says(statesGB(Smoke, binary.LittleEndian.Uint16(o[2:]), nil)...)
		return l
	}
	number := binary.LittleEndian.Uint16(o[3:])
	loop := binary.LittleEndian.Uint16(o[5:])
	l.Who = Who{Key: fmt.Sprintf("%s/%d-%d-%d.%d", panel, o[0], o[1], loop, number), Bridge: panel, Product: fmt.Sprint(o[2]), Name: textGB(o[9:40])}
	l.read = says(statesGB(componentGB(o[2]), binary.LittleEndian.Uint16(o[7:]), map[string]string{"component": fmt.Sprint(o[2])})...)
	return l
}

// operationGB reads the bits of an operation: whoever presses the manual alarm
// calls for help.
func operationGB(bits byte) []Observation {
	list := []Observation{{Kind: Online, Value: On, Extra: map[string]string{"operation": fmt.Sprint(bits)}}}
	switch {
	case bits&gbManual != 0:
		list = append(list, Observation{Kind: SOS, Value: On})
	case bits&(gbReset|gbDismissed) != 0:
		list = append(list, Observation{Kind: SOS, Value: Off})
	}
	return list
}

// statesGB reads the bits of a state.
func statesGB(fire Kind, bits uint16, extra map[string]string) []Observation {
	return []Observation{
		{Kind: Online, Value: On, Extra: extra},
		{Kind: fire, Value: onOff(bits&gbFire != 0)},
		{Kind: Fault, Value: onOff(bits&gbFault != 0)},
	}
}

// componentGB is what a component's fire bit stands for, by its type: 10 to 13
// detect gas, 23 is a manual call point, 30 to 36 detect heat. Whatever else
// reports fire is treated as smoke.
func componentGB(sort byte) Kind {
	switch {
	case sort >= 10 && sort <= 13:
		return Gas
	case sort == 23:
		return SOS
	case sort >= 30 && sort <= 36:
		return Heat
	}
	return Smoke
}

// textGB is a GB18030 text padded with zeros.
func textGB(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		return ""
	}
	return strings.ToValidUTF8(strings.TrimSpace(string(s)), "")
}

// timeGB is second, minute, hour, day, month, year of the century, in Chinese
// time; zero if there is no such instant.
func timeGB(b []byte) time.Time {
	china := time.FixedZone("Asia/Shanghai", 8*60*60)
	t := time.Date(2000+int(b[5]), time.Month(b[4]), int(b[3]), int(b[2]), int(b[1]), int(b[0]), 0, china)
	if b[4] < 1 || b[4] > 12 || t.Day() != int(b[3]) || t.Hour() != int(b[2]) || t.Minute() != int(b[1]) || t.Second() != int(b[0]) {
		return time.Time{}
	}
	return t.UTC()
}
