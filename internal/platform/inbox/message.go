package inbox

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linli/linli/internal/platform/store"
)

// Credential is who may send: one device, or one bridge that speaks for many.
type Credential struct {
	Tenant     store.Tenant
	Device     string   // id of the device or bridge, unique for the tenant
	Prefixes   []string // topics it may use: each prefix itself and all below it
	LifeSafety bool     // guards a life: its messages go before all others
	ClientID   string   // MQTT client id it must use; empty: any
	Pins       bool     // the first lasting client id that comes becomes its own
	// Calm tells a message that certainly is no alarm, so that a bridge's
	// telemetry does not stand before its alarms; nil: none is.
	Calm func(topic string, body []byte) bool
}

// Urgent reports whether a message goes before all others.
func (c Credential) Urgent(topic string, body []byte) bool {
	return c.LifeSafety && (c.Calm == nil || !c.Calm(topic, body))
}

// Message is what a device sent (上报), as it came.
type Message struct {
	Tenant store.Tenant
	ID     string // given by the box; later messages have greater ids
	Source string // the door: "mqtt", "push", "ctwing", "onenet", "tts", "gb26875"
	Device string // the credential it came under
	Topic  string // what the door knows beside the body: MQTT topic, command, path
	Body   []byte
	Urgent bool // takes the urgent lane
	// Unsure: the sender wanted no acknowledgement (MQTT QoS 0), so it would
	// never have learnt of a loss.
	Unsure bool
	Note   string // what the door noticed, such as a checksum of another kind
	// Key, if not empty, makes a second message of the same device and key a
	// repetition: it is acknowledged, not stored. See [Box.Release].
	Key string
	// Renew says that the sender means a new message by this key; whichever
	// held it gives it up.
	Renew bool
	// Retain: it is kept for whoever subscribes to its topic later, in the
	// place of the one before it; an empty one only takes that away.
	Retain  bool
	Expires time.Time // of a retained message: it is kept no longer; zero: for ever

	ReceivedAt time.Time // set by the box when it is zero
	DecodedAt  time.Time // zero while it waits
	Replays    int       // how often it was decoded again
	Trouble    string    // why it could not be decoded
	Tries      int       // how often decoding failed for a reason of ours
}

// The forms in which a body is kept.
const (
	formText   = "text"
	formBase64 = "base64"
)

// keep gives the form and text under which a body is stored.
func keep(body []byte) (form, text string) {
	if s := string(body); storable(s) {
		return formText, s
	}
	return formBase64, base64.StdEncoding.EncodeToString(body)
}

// storable: PostgreSQL's TEXT takes neither NUL nor broken UTF-8.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// unkeep is the inverse of keep.
func unkeep(form, text string) ([]byte, error) {
	switch form {
	case formText:
		return []byte(text), nil
	case formBase64:
		return base64.StdEncoding.DecodeString(text)
	}
	return nil, fmt.Errorf("body is kept in the unknown form %q", form)
}

// cleaned makes a name storable, leaving a mark where it was not.
func cleaned(s string) string {
	if storable(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func (m Message) params() InsertParams {
	form, body := keep(m.Body)
	return InsertParams{
		TenantID: m.Tenant, ID: m.ID, Source: cleaned(m.Source), Device: cleaned(m.Device), Topic: cleaned(m.Topic),
		Form: form, Body: body, Urgent: flag(m.Urgent), Unsure: flag(m.Unsure), Note: cleaned(m.Note),
		OnceKey: cleaned(m.Key), ReceivedAt: store.Ms(m.ReceivedAt),
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// message reads a row. A body that cannot be read back is a trouble of that
// message, not of its neighbours.
func message(tenant store.Tenant, r WaitingRow) (Message, error) {
	body, err := unkeep(r.Form, r.Body)
	return Message{
		Tenant: tenant, ID: r.ID, Source: r.Source, Device: r.Device, Topic: r.Topic, Body: body,
		Urgent: r.Urgent == 1, Unsure: r.Unsure == 1, Note: r.Note,
		ReceivedAt: store.Time(r.ReceivedAt), DecodedAt: store.Time(r.DecodedAt), Replays: int(r.Replays), Trouble: r.Trouble, Tries: int(r.Tries),
	}, err
}
