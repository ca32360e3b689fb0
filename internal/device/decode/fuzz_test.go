package decode_test

import (
	"encoding/hex"
	"slices"
	"testing"

	"github.com/linli/linli/internal/device/decode"
)

// holds reads whatever opens and checks what decoding promises.
func holds(t *testing.T, f decode.Frame, m decode.Model) {
	t.Helper()
	letters, err := decode.Open(f)
	if err != nil {
		if len(letters) != 0 {
			t.Fatalf("letters beside %v", err)
		}
		return
	}
	calm := decode.Calm(f, func(decode.Who) (decode.Model, bool) { return m, true })
	for _, l := range letters {
		if l.Key == "" {
			t.Fatal("a letter from nobody")
		}
		list := l.Read(m)
		if calm && f.Format != decode.Zigbee && slices.ContainsFunc(list, func(o decode.Observation) bool { return o.Kind == decode.Unclear || o.Kind.Alarms() && o.IsOn() }) {
			t.Fatalf("calm, and yet %+v", list)
		}
		if len(list) == 0 || list[0].Kind != decode.Online {
			t.Fatalf("%+v does not say that it lives", list)
		}
		for _, o := range list {
			if o.Device != l.Key || o.Decoder == "" || o.Value == "" {
				t.Fatalf("%+v", o)
			}
			if o.Kind.Danger() && o.Value != decode.On && o.Value != decode.Off {
				t.Fatalf("a danger that is neither: %+v", o)
			}
		}
	}
}

func fuzzMapping() *decode.Mapping {
	return &decode.Mapping{Time: "timestamp", Replay: "old", Rules: []decode.Rule{
		{Path: "payload.serviceData.Alarm_Status", Kind: decode.Smoke, Table: map[string]string{"0": "off", "1": "on"}},
		{Path: "payload.list[0]", Kind: decode.Gas}, {Path: "occupied", Kind: decode.Parking}, {Path: "b", Kind: decode.Battery}, {Path: "p", Kind: decode.Plate},
	}}
}

// fuzzJSON fuzzes an envelope that is JSON.
func fuzzJSON(f *testing.F, format decode.Format, seeds ...string) {
	for _, s := range seeds {
		f.Add("application/a/device/b/event/up", []byte(s))
	}
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		frame := decode.Frame{Format: format, Topic: topic, Mapping: fuzzMapping(), Body: body}
		holds(t, frame, decode.Model{Mapping: fuzzMapping()})
		holds(t, frame, decode.Model{})
	})
}

func FuzzCTWing(f *testing.F) {
	fuzzJSON(f, decode.CTWing, `{"messageType":"dataReport","deviceId":"a","timestamp":1,"payload":{"serviceData":{"Alarm_Status":1}}}`,
		`{"messageType":"deviceOnlineOfflineReport","deviceId":"a","eventType":1}`, `{"deviceId":1e400,"payload":{"APPdata":"AQ=="}}`)
}

func FuzzOneNET(f *testing.F) {
	fuzzJSON(f, decode.OneNET, `{"msg":{"type":1,"dev_id":1,"ds_id":"b","value":-115}}`, `{"msg":[{"type":2,"dev_id":1,"status":0}]}`, `{"msg":"{}"}`)
}

func FuzzTTS(f *testing.F) {
	fuzzJSON(f, decode.TTS, `{"end_device_ids":{"dev_eui":"01"},"uplink_message":{"frm_payload":"AQ==","decoded_payload":{"occupied":true}}}`)
}

func FuzzChirpStack(f *testing.F) {
	fuzzJSON(f, decode.ChirpStack, `{"deviceInfo":{"devEui":"01"},"object":{"occupied":true},"data":"AQ=="}`, `{"deviceInfo":{"devEui":"01"},"batteryLevel":1}`)
}

func FuzzLift(f *testing.F) {
	fuzzJSON(f, decode.Lift, `{"device":"elev-4","event":"entrapment","at":"2026-11-23T12:00:00+08:00"}`)
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"payload":{"list":[true]},"p":"x","b":"1"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		holds(t, decode.Frame{Format: decode.JSON, Device: "d", Body: body}, decode.Model{Mapping: fuzzMapping()})
	})
}

func FuzzGB26875(f *testing.F) {
	b, err := hex.DecodeString(gbSmoke)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, body []byte) {
		holds(t, decode.Frame{Format: decode.GB26875, Body: body}, decode.Model{})
		if len(body) >= 30 { // past the checksum
			holds(t, decode.Frame{Format: decode.GB26875, Body: sealed(append([]byte{}, body...), false)}, decode.Model{})
		}
	})
}

func FuzzZigbee(f *testing.F) {
	f.Add("x", []byte(`{"smoke":true,"battery":1,"fault_state":"x","contact":null}`))
	f.Add("x/availability", []byte(`{"state":"online"}`))
	f.Add("bridge/devices", []byte(`[{"ieee_address":"0x1","friendly_name":"n","definition":{"exposes":[{"type":"binary","name":"smoke","features":[{}]}]}}]`))
	fields := []decode.Field{{Property: "smoke", Kind: decode.Smoke, On: "true", Off: "false"}, {Property: "battery", Kind: decode.Battery}, {Property: "fault_state", Kind: decode.Fault, Calm: []string{"0"}}}
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		frame := decode.Frame{Format: decode.Zigbee, Topic: base + "/" + topic, Base: base, Body: body}
		holds(t, frame, decode.Model{Fields: fields})
		holds(t, frame, decode.Model{})
	})
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(`{"rules":[{"path":"a[0].b","kind":"smoke","table":{"1":"on"}}]}`), []byte(`{"a":[{"b":1}]}`))
	f.Fuzz(func(t *testing.T, mapping, body []byte) {
		m, err := decode.ParseMapping(mapping)
		if err != nil {
			return
		}
		holds(t, decode.Frame{Format: decode.JSON, Device: "d", Mapping: m, Body: body}, decode.Model{})
	})
}
