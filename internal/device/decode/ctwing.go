package decode

import (
	"errors"

	"github.com/linli/linli/internal/device/codec"
)

// openCTWing reads a push of China Telecom's CTWing (AEP). What the numbers of
// a product mean is the product's own: the model's mapping says it, with paths
// from the top of the message.
func openCTWing(f Frame) ([]Letter, error) {
	o, err := parseObject(f.Body)
	if err != nil {
		return nil, err
	}
	l := Letter{Who: Who{Product: str(o, "productId")}, At: instant(o, "timestamp")}
	switch id, imei := str(o, "deviceId"), str(o, "IMEI"); {
	case id != "":
		l.Key = "ctwing:" + id
	case imei != "":
		l.Key = "ctwing:imei:" + imei
	default:
		return nil, unreadable("no device named")
	}
	switch kind := str(o, "messageType"); kind {
	case "deviceOnlineOfflineReport":
		l.read = says(Observation{Kind: Online, Value: onOff(str(o, "eventType") == "1"), Extra: leaves(o, ctwingEnvelope)})
	case "commandResponse":
		l.read = says(Observation{Kind: Online, Value: On, Extra: leaves(o, ctwingEnvelope)})
	default: // dataReport, eventReport, and what CTWing may yet think of
		if kind == "eventReport" {
			l.manner = Happen
		}
		l.read = func(m Model) []Observation { return readCTWing(m, o, l) }
	}
	return []Letter{l}, nil
}

// ctwingEnvelope are fields of the cloud's own.
func ctwingEnvelope(path string) bool {
	switch path {
	case "deviceId", "productId", "timestamp", "messageType", "tenantId", "topic":
		return true
	}
	return false
}

// ctwingCloud are fields beside the device's own word.
func ctwingCloud(path string) bool {
	switch path {
	case "IMEI", "IMSI", "upPacketSN", "upDataSN", "serviceId", "protocol", "deviceType", "deviceSn", "assocAssetId", "eventType":
		return true
	}
	return ctwingEnvelope(path)
}

// readCTWing reads the parsed profile, or the bytes of a product that sends
// them through.
func readCTWing(m Model, o object, l Letter) []Observation {
	m.event = l.manner == Happen
	through := str(o, "payload.APPdata")
	if through == "" || len(m.Script) == 0 {
		m.envelope = ctwingCloud
		return readMapped(m, o)
	}
	b, err := codec.FromBase64(through)
	if err != nil {
		return notDecoded(err)
	}
	return readScript(m, codec.Uplink{Bytes: b, At: l.At})
}

// readScript decodes bytes with the model's script and reads what it gives.
func readScript(m Model, u codec.Uplink) []Observation {
	data, err := decoded(m, u)
	if err != nil {
		return notDecoded(err)
	}
	return readPlain(m, data)
}

func notDecoded(err error) []Observation {
	why := unclear(map[string]string{"why": err.Error()})
	why.Stopped = errors.Is(err, codec.ErrStopped)
	return []Observation{{Kind: Online, Value: On}, why}
}

// plain is the rule for a name that leaves no doubt, and the words that Netvox
// and others write under it.
func plain(path string, k Kind) Rule {
	return Rule{Path: path, Kind: k, Table: map[string]string{
		"Alarm": On, "No Alarm": Off, "NoAlarm": Off, "Leak": On, "No Leak": Off, "NoLeak": Off, "1": On, "0": Off, "true": On, "false": Off,
	}}
}

// readPlain reads decoded fields by the model's mapping, or, without one, those
// whose names leave no doubt.
func readPlain(m Model, data object) []Observation {
	if m.Mapping != nil {
		return readMapped(m, data)
	}
	list := readFields(nil, data)
	named := Mapping{Rules: []Rule{plain("FireAlarm", Smoke), plain("HighTempAlarm", Heat), plain("COAlarm", CO), plain("WaterLeak", WaterLeak)}}
	more, _ := named.read(data)
	list = append(list, more[1:]...)
	if taken, ok := data["occupied"].(bool); ok {
		list = append(list, Observation{Kind: Parking, Value: onOff(taken)})
	}
	if len(list) == 1 {
		list = append(list, unclear(map[string]string{"why": "no mapping"}))
	}
	return list
}
