package decode

import (
	"encoding/hex"

	"github.com/linli/linli/internal/device/codec"
)

// What OneNET's field type says.
const (
	onenetPoint  = "1"
	onenetOnline = "2"
	onenetAnswer = "7" // to a command
)

// openOneNET reads a push of China Mobile's OneNET: one message or, with
// batching, a list of them. The signature is for the door to check, over the
// bytes as they came.
func openOneNET(f Frame) ([]Letter, error) {
	o, err := parseObject(f.Body)
	if err != nil {
		return nil, err
	}
	msg := o["msg"]
	if s, ok := msg.(string); ok {
		if msg, err = parse([]byte(s)); err != nil {
			return nil, err
		}
	}
	list, ok := msg.([]any)
	if !ok {
		list = []any{msg}
	}
	if len(list) > lettersLimit {
		return nil, unreadable("%d points", len(list))
	}
	var letters []Letter
	for _, p := range list {
		l, err := onenetLetter(p)
		if err != nil {
			return nil, err
		}
		letters = append(letters, l)
	}
	return letters, nil
}

func onenetLetter(p any) (Letter, error) {
	id := str(p, "dev_id")
	if id == "" {
		return Letter{}, unreadable("no device named")
	}
	l := Letter{Who: Who{Key: "onenet:" + id}, At: instant(p, "at"), manner: Happen}
	switch str(p, "type") {
	case onenetPoint:
		l.read = func(m Model) []Observation { return readOneNET(m, p, l) }
	case onenetOnline:
		l.read = says(Observation{Kind: Online, Value: onOff(str(p, "status") == "1")})
	case onenetAnswer:
		l.read = says(Observation{Kind: Online, Value: On, Extra: leaves(p, func(string) bool { return false })})
	default:
		l.read = func(m Model) []Observation {
			list := []Observation{{Kind: Online, Value: On, Extra: leaves(p, func(string) bool { return false })}}
			if m.LifeSafety {
				list = append(list, unclear(map[string]string{"why": "no such type of message", "type": str(p, "type")}))
			}
			return list
		}
	}
	return l, nil
}

// readOneNET reads a data point as an object with one field, the name of its
// stream: {"3300_0_5700": -115}.
func readOneNET(m Model, p any, l Letter) []Observation {
	value, _ := at(p, "value")
	if s, ok := value.(string); ok && len(m.Script) > 0 {
		if b, err := hex.DecodeString(s); err == nil {
			return readScript(m, codec.Uplink{Bytes: b, At: l.At})
		}
	}
	return readMapped(m, object{str(p, "ds_id"): value}, nil)
}
