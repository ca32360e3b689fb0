package decode

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

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
		return readMapped(m, o, nil)
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
	why.Stopped = errors.Is(err, codec.ErrStopped) || errors.Is(err, errRests)
	return []Observation{{Kind: Online, Value: On}, why}
}

// readPlain reads decoded fields by the model's mapping, or, without one, those
// whose names leave no doubt. What calls for help by its name does so either way.
func readPlain(m Model, data object) []Observation {
	if m.Mapping != nil {
		more, heard := dangers(data, m.Mapping.used)
		return alarmed(readMapped(m, data, heard), more)
	}
	more, used := dangers(data, func(string) bool { return false })
	if taken, ok := data["occupied"].(bool); ok {
		more, used["occupied"] = append(more, Observation{Kind: Parking, Value: onOff(taken)}), true
	}
	list := readFields(m, without(data, used, ""))
	for i := range list {
		if list[i].Kind == Battery {
			list[i] = charge(list[i])
		}
	}
	list = append(list, more...)
	if !slices.ContainsFunc(list[1:], func(o Observation) bool { return !o.Aside }) {
		why := map[string]string{"why": "no mapping"}
		for _, o := range list[1:] {
			maps.Copy(why, o.Extra)
		}
		list = append(list[:1], unclear(why))
	}
	return list
}

// without is an object without the paths that are used, and what was of them
// only.
func without(o object, used map[string]bool, path string) object {
	rest := object{}
	for k, v := range o {
		at := strings.TrimPrefix(path+"."+k, ".")
		in, isObject := v.(object)
		if isObject && len(in) > 0 {
			in = without(in, used, at)
			v = in
		}
		if !used[at] && (!isObject || len(in) > 0) {
			rest[k] = v
		}
	}
	return rest
}

// alarmed adds to what a mapping says what else calls for help. What the mapping
// knows to be quiet may be loud under another name; never the other way round.
func alarmed(list, more []Observation) []Observation {
	for _, o := range more {
		i := slices.IndexFunc(list, func(x Observation) bool { return x.Kind == o.Kind && o.Kind != Unclear })
		switch {
		case i < 0:
			o.Replay, o.DeviceTime = list[0].Replay, list[0].DeviceTime
			list = append(list, o)
		case o.IsOn():
			list[i].Value = On
		}
	}
	return list
}

// charge tells a battery's volts from per cent where no unit is named: makers
// write either under the same name. A cell of a device has 1 to 4 volts, so
// what is 5 or less is taken for volts, which say nothing about when it is low.
func charge(o Observation) Observation {
	f, err := strconv.ParseFloat(o.Value, 64)
	switch {
	case err != nil:
	case f > 100:
		o.Unit = "mV"
	case f > 0 && f <= 5:
		o.Unit = "V"
	}
	return o
}
