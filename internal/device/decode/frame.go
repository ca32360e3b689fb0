package decode

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/device/codec"
)

// Format is the envelope a message came in.
type Format string

// The envelopes, see the package comment.
const (
	Zigbee     Format = "zigbee2mqtt"
	CTWing     Format = "ctwing"
	OneNET     Format = "onenet"
	TTS        Format = "tts"
	ChirpStack Format = "chirpstack"
	GB26875    Format = "gb26875"
	Lift       Format = "elevator"
	JSON       Format = "json"
)

// Formats are all envelopes.
func Formats() []Format {
	return []Format{Zigbee, CTWing, OneNET, TTS, ChirpStack, GB26875, Lift, JSON}
}

const (
	bodyLimit     = 256 << 10 // bytes; a message of a device has a few hundred
	announceLimit = 8 << 20   // bytes; a bridge lists up to a few hundred devices at once
	lettersLimit  = 4096      // in one frame
)

// ErrUnreadable: the bytes are not what the envelope says they are.
var ErrUnreadable = errors.New("decode: unreadable")

func unreadable(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrUnreadable, fmt.Errorf(format, args...))
}

// Frame is one message as it lies in the inbox.
type Frame struct {
	Format  Format
	Topic   string   // MQTT topic, if it came by MQTT
	Base    string   // topic that the sender's credential begins with: zigbee2mqtt
	Device  string   // key of the device the credential belongs to; empty for a bridge
	Mapping *Mapping // of the door, for JSON without a device of its own
	Body    []byte
}

// Who names the sender of a letter.
type Who struct {
	Key     string // unique among a tenant's devices: ctwing:acf7…
	Name    string // what its bridge calls it
	Bridge  string // key of the bridge it came through, if one is known from the letter
	Product string // what kind of device its cloud says it is
}

// Model is what is known of a device before it speaks.
type Model struct {
	Fields  []Field  `json:"fields,omitempty"` // what a Zigbee device says of itself, Sorted
	Guards  Kind     `json:"guards,omitempty"` // the danger it guards against, if anybody said so
	Mapping *Mapping `json:"mapping,omitempty"`
	Script  []byte   `json:"-"` // TS013 codec that the operator installed
	Rests   bool     `json:"-"` // the script was stopped again and again and is not run now

	LifeSafety bool `json:"-"` // lives hang on the device: nothing it says is passed over

	event    bool                   // it is read for what happened
	envelope func(path string) bool // fields that are the cloud's, not the device's
}

// Letter is one device's part of a frame.
type Letter struct {
	Who
	At        time.Time // as the device or its cloud says
	Message   string    // the source's own id of the message
	Announced []Announcement
	Groups    []string // names that are no device's; nil: the letter is not about them
	Whole     Who      // of one field on a topic of its own: who else the topic may name

	format    Format
	manner    Manner
	replay    bool
	apart     bool // it is one field, whatever the device says beside it
	simulated bool
	read      func(Model) []Observation
}

// Open splits a frame into letters. News that is no device's, such as a
// bridge's log, is no letter. The error is ErrUnreadable.
func Open(f Frame) ([]Letter, error) {
	open, ok := map[Format]func(Frame) ([]Letter, error){
		Zigbee: openZigbee, CTWing: openCTWing, OneNET: openOneNET, TTS: openTTS, ChirpStack: openChirpStack,
		GB26875: openGB26875, Lift: openLift, JSON: openJSON,
	}[f.Format]
	if !ok {
		return nil, unreadable("no format %q", f.Format)
	}
	if len(f.Body) > announceLimit || len(f.Body) > bodyLimit && f.Format != Zigbee {
		return nil, unreadable("%d bytes", len(f.Body))
	}
	letters, err := open(f)
	for i := range letters {
		letters[i].format = f.Format
	}
	return letters, err
}

// Sender is who sent a frame that cannot be opened, as far as the envelope and
// the credential tell: silence of a detector is never the answer.
func Sender(f Frame) (Who, bool) {
	name, below := strings.CutPrefix(f.Topic, f.Base+"/")
	if f.Format == Zigbee && below && !strings.HasPrefix(name, "bridge/") {
		return zigbeeName(f, strings.TrimSuffix(name, "/availability")), true
	}
	return Who{Key: f.Device}, f.Device != ""
}

// Read says what the letter means for a device of the model: Online first.
func (l Letter) Read(m Model) []Observation {
	if l.read == nil {
		return nil
	}
	list := l.read(m)
	test := slices.ContainsFunc(list, func(o Observation) bool { return o.Kind == Test && o.IsOn() })
	for i := range list {
		o := &list[i]
		if o.Device == "" {
			o.Device = l.Key
		}
		if o.DeviceTime.IsZero() {
			o.DeviceTime = l.At
		}
		o.Message, o.Decoder, o.Replay = l.Message, string(l.format)+"/1", o.Replay || l.replay
		o.Apart = l.apart
		if o.Manner == Report {
			o.Manner = l.manner
		}
		o.Test, o.Simulated = o.Test || test || l.simulated, l.simulated
	}
	return list
}

// says is a reader for letters that need no model.
func says(list ...Observation) func(Model) []Observation {
	return func(Model) []Observation { return slices.Clone(list) }
}

func unclear(what map[string]string) Observation {
	return Observation{Kind: Unclear, Value: On, Extra: what}
}

// errRests: the script is not run for a while.
var errRests = errors.New("decode: the script rests after it was stopped at a limit")

// decoded runs the model's script on bytes of the letter.
func decoded(m Model, u codec.Uplink) (object, error) {
	if m.Rests {
		return nil, errRests
	}
	data, err := codec.Decode(m.Script, u)
	if err != nil {
		return nil, err
	}
	return parseObject(data)
}
