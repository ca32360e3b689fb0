package decode

import (
	"strconv"
	"strings"

	"github.com/linli/linli/internal/device/codec"
)

func loraKey(eui string) string { return "lora:" + strings.ToLower(eui) }

// ttsKey is the key of a device of The Things Stack. One that was personalised
// may have no EUI; its application's name for it is unique there.
func ttsKey(o object) string {
	if eui := str(o, "end_device_ids.dev_eui"); eui != "" {
		return loraKey(eui)
	}
	app, id := str(o, "end_device_ids.application_ids.application_id"), str(o, "end_device_ids.device_id")
	if app == "" || id == "" {
		return ""
	}
	return "lora:" + app + "/" + id
}

// openTTS reads an uplink of The Things Stack v3. It leaves out fields that
// are empty, 0 or false. Its MQTT server knows QoS 0 only: alarms come by
// webhook. An uplink that somebody simulated at the server says nothing of the
// device.
func openTTS(f Frame) ([]Letter, error) {
	o, err := parseObject(f.Body)
	if err != nil {
		return nil, err
	}
	key := ttsKey(o)
	if key == "" {
		return nil, unreadable("no device named")
	}
	l := Letter{simulated: str(o, "simulated") == "true", Who: Who{Key: key, Name: str(o, "end_device_ids.device_id")}, At: instant(o, "received_at")}
	up, ok := at(o, "uplink_message")
	if !ok {
		l.read = says(Observation{Kind: Online, Value: On})
		return []Letter{l}, nil
	}
	if brand := str(up, "version_ids.brand_id"); brand != "" {
		l.Product = brand + "/" + str(up, "version_ids.model_id")
	}
	if at := instant(up, "received_at"); !at.IsZero() {
		l.At = at
	}
	l.Message = str(o, "correlation_ids[0]")
	parsed, _ := at(up, "decoded_payload")
	l.read = uplink(parsed, str(up, "frm_payload"), str(up, "f_port"), l)
	return []Letter{l}, nil
}

// openChirpStack reads an event of ChirpStack v4; the event is the last step
// of the topic, or is seen from the fields.
func openChirpStack(f Frame) ([]Letter, error) {
	o, err := parseObject(f.Body)
	if err != nil {
		return nil, err
	}
	eui := str(o, "deviceInfo.devEui")
	if eui == "" {
		return nil, unreadable("no device named")
	}
	l := Letter{
		Who: Who{Key: loraKey(eui), Name: str(o, "deviceInfo.deviceName"), Product: str(o, "deviceInfo.deviceProfileName")},
		At:  instant(o, "time"), Message: str(o, "deduplicationId"),
	}
	event := f.Topic[strings.LastIndex(f.Topic, "/")+1:]
	_, level := at(o, "batteryLevel")
	_, external := at(o, "externalPowerSource")
	_, parsed := at(o, "object")
	switch {
	case event == "status" || event == "" && (level || external):
		l.read = func(Model) []Observation { return readStatus(o) }
	case event == "up" || event == "" && (parsed || str(o, "data") != ""):
		l.read = uplink(o["object"], str(o, "data"), str(o, "fPort"), l)
	default: // join, ack, txack, log, location: it lives
		l.read = says(Observation{Kind: Online, Value: On})
	}
	return []Letter{l}, nil
}

// readStatus reads what a device answers when its server asks for its battery
// (DevStatusAns, LoRaWAN 1.0.4, 5.5): 0 is power from outside, 255 is not able to
// tell. ChirpStack says which of these and puts 0 per cent beside it.
func readStatus(o object) []Observation {
	m := Mapping{Rules: []Rule{{Path: "batteryLevel", Kind: Battery, Unit: "%"}}}
	list, _ := m.read(object{"batteryLevel": o["batteryLevel"]})
	list[0].Extra = nil
	switch {
	case str(o, "externalPowerSource") == "true":
		return append(list[:1], Observation{Kind: Supply, Value: Mains})
	case str(o, "batteryLevelUnavailable") == "true":
		return list[:1]
	}
	return list
}

// uplink reads what the network server decoded, or else decodes the bytes.
func uplink(parsed any, data, port string, l Letter) func(Model) []Observation {
	return func(m Model) []Observation {
		o, ok := parsed.(object)
		switch {
		case ok && len(o) > 0:
			return readPlain(m, o)
		case data == "":
			return []Observation{{Kind: Online, Value: On}}
		case len(m.Script) == 0:
			return []Observation{{Kind: Online, Value: On, Extra: map[string]string{"data": strconv.Quote(data)}}, unclear(map[string]string{"why": "no codec"})}
		}
		b, err := codec.FromBase64(data)
		if err != nil {
			return notDecoded(err)
		}
		n, _ := strconv.Atoi(port)
		return readScript(m, codec.Uplink{Bytes: b, Port: n, At: l.At})
	}
}
