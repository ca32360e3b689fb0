package decode_test

import (
	"testing"

	"github.com/linli/linli/internal/device/decode"
)

// An event of which no rule of the product's mapping has a meaning is not
// understood; so is any message of a device on which lives hang, but for what
// is of the radio link or the battery alone, or was named as nothing.
func TestMessageThatNoRuleCoversIsUnclear(t *testing.T) {
	m := mapping(t, `{"time":"payload.t","rules":[{"path":"payload.alarm","kind":"smoke","table":{"1":"on"}},{"path":"alarm","kind":"smoke","table":{"1":"on"}},
		{"path":"eventContent.signal","kind":"online","table":{"*":"-"}},{"path":"payload.beat","kind":"online","table":{"1":"-"}},{"path":"payload.battery","kind":"battery","unit":"%"}]}`)
	report := func(payload string) string {
		return `{"messageType":"dataReport","deviceId":"a","IMEI":"1","payload":` + payload + `}`
	}
	for name, tt := range map[string]struct {
		format decode.Format
		body   string
		safety bool
		want   string
	}{
		"elsewhere":          {decode.CTWing, `{"messageType":"eventReport","deviceId":"a","eventContent":{"alarm":1}}`, false, decode.On},
		"named as nothing":   {decode.CTWing, `{"messageType":"eventReport","deviceId":"a","eventContent":{"signal":-90}}`, false, ""},
		"a report":           {decode.CTWing, report(`{"fire_state":1}`), true, decode.On},
		"deep in a report":   {decode.CTWing, report(`{"serviceId":"x","serviceData":{"RSRP":1}}`), true, decode.On},
		"report of another":  {decode.CTWing, report(`{"fire_state":1}`), false, ""},
		"unknown value":      {decode.CTWing, report(`{"alarm":7}`), false, decode.On},
		"of the link":        {decode.CTWing, report(`{"serviceData":{"RSRP":1,"Cell_ID":"2","Battery_Level":90},"t":1622186096000}`), true, ""},
		"nothing said":       {decode.CTWing, report(`{}`), true, ""},
		"beside a known one": {decode.CTWing, report(`{"alarm":1,"level":3}`), true, ""},
		"beside a battery":   {decode.CTWing, report(`{"battery":90,"level":3}`), true, ""},
		"unreadable battery": {decode.CTWing, report(`{"battery":"x","level":3}`), true, decode.On},
		"heartbeat by rule":  {decode.CTWing, report(`{"beat":1,"level":3}`), true, ""},
		"another beat":       {decode.CTWing, report(`{"beat":2}`), true, decode.On},
		"another type":       {decode.CTWing, `{"messageType":"alarmReport","deviceId":"a","fire":1,"payload":{"x":1}}`, true, decode.On},
		"beside a payload":   {decode.CTWing, `{"messageType":"alarmReport","deviceId":"a","fire":1}`, true, decode.On},
		"its type reads on":  {decode.CTWing, `{"messageType":"alarmReport","deviceId":"a","payload":{"alarm":1}}`, true, ""},
		"command's answer":   {decode.CTWing, `{"messageType":"commandResponse","deviceId":"a","result":{"x":1}}`, true, ""},
		"generic":            {decode.JSON, `{"fire":1}`, true, decode.On},
		"generic link":       {decode.JSON, `{"rssi":-90}`, true, ""},
		"generic of another": {decode.JSON, `{"fire":1}`, false, ""},
		"LoRaWAN object":     {decode.ChirpStack, `{"deviceInfo":{"devEui":"AA01"},"object":{"fire":1}}`, true, decode.On},
		"LoRaWAN link":       {decode.ChirpStack, `{"deviceInfo":{"devEui":"AA01"},"object":{"Volt":3}}`, true, ""},
		"LoRaWAN by TTS":     {decode.TTS, `{"end_device_ids":{"dev_eui":"AA01"},"uplink_message":{"decoded_payload":{"fire":1}}}`, true, decode.On},
		"a point's type":     {decode.OneNET, `{"msg":{"type":9,"dev_id":1,"value":1}}`, true, decode.On},
		"a point":            {decode.OneNET, `{"msg":{"type":1,"dev_id":1,"ds_id":"3200_0_5500","value":1}}`, true, decode.On},
		"a point of another": {decode.OneNET, `{"msg":{"type":1,"dev_id":1,"ds_id":"3200_0_5500","value":1}}`, false, ""},
	} {
		got := said(open(t, decode.Frame{Format: tt.format, Device: "json:a", Body: []byte(tt.body)}).Read(decode.Model{Mapping: m, LifeSafety: tt.safety}))
		if got[decode.Unclear] != tt.want || got[decode.Online] != decode.On {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What a script gives is judged alike, whatever cloud it came through.
func TestDecodedMessageThatNoRuleCoversIsUnclear(t *testing.T) {
	m := mapping(t, `{"rules":[{"path":"alarm","kind":"smoke","table":{"1":"on","0":"off"}}]}`)
	frames := map[string]decode.Frame{
		"ctwing":     {Format: decode.CTWing, Body: []byte(`{"messageType":"dataReport","deviceId":"a","payload":{"APPdata":"AQ=="}}`)},
		"onenet":     {Format: decode.OneNET, Body: []byte(`{"msg":{"type":1,"dev_id":1,"ds_id":"d","value":"01"}}`)},
		"chirpstack": chirpstack("a/event/up", `,"data":"AQ=="`),
	}
	for name, f := range frames {
		for data, want := range map[string]string{`{alarm: 0}`: "", `{fire: i.bytes[0]}`: decode.On, `{rssi: -90}`: "", `{}`: ""} {
			script := []byte(`function decodeUplink(i) { return {data: ` + data + `} }`)
			got := said(open(t, f).Read(decode.Model{Mapping: m, Script: script, LifeSafety: true}))
			if got[decode.Unclear] != want {
				t.Errorf("%s %s: %v", name, data, got)
			}
		}
	}
}
