package decode_test

import (
	"fmt"
	"slices"
	"strings"
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
		"report of another":  {decode.CTWing, report(`{"x":1}`), false, ""},
		"fire of another":    {decode.CTWing, report(`{"fire_state":1}`), false, decode.On},
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
		"generic of another": {decode.JSON, `{"x":1}`, false, ""},
		"a generic fire":     {decode.JSON, `{"fire":1}`, false, decode.On},
		"LoRaWAN object":     {decode.ChirpStack, `{"deviceInfo":{"devEui":"AA01"},"object":{"fire":1}}`, true, decode.On},
		"LoRaWAN link":       {decode.ChirpStack, `{"deviceInfo":{"devEui":"AA01"},"object":{"Volt":3}}`, true, ""},
		"LoRaWAN by TTS":     {decode.TTS, `{"end_device_ids":{"dev_eui":"AA01"},"uplink_message":{"decoded_payload":{"fire":1}}}`, true, decode.On},
		"a point's type":     {decode.OneNET, `{"msg":{"type":9,"dev_id":1,"value":1}}`, true, decode.On},
		"a point":            {decode.OneNET, `{"msg":{"type":1,"dev_id":1,"ds_id":"3200_0_5500","value":1}}`, true, decode.On},
		"a point of another": {decode.OneNET, `{"msg":{"type":1,"dev_id":1,"ds_id":"3200_0_5500","value":1}}`, false, ""},
	} {
		list := open(t, decode.Frame{Format: tt.format, Device: "json:a", Body: []byte(tt.body)}).Read(decode.Model{Mapping: m, LifeSafety: tt.safety})
		got := said(slices.DeleteFunc(list, func(o decode.Observation) bool { return o.Aside && !tt.safety }))
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

// S30: a field beside those that the mapping names is unclear aside, whatever it
// says, in every envelope, unless it is on a list of harmless ones or the mapping
// ignores it. One that says that there is an alarm counts on any device.
func TestS30_WhatTheMappingDoesNotNameIsUnclear(t *testing.T) {
	const heeded, aside, quiet = "heeded", "aside", ""
	envelopes := map[decode.Format]string{
		decode.CTWing:     `{"messageType":"dataReport","deviceId":"a","IMSI":"undefined","payload":{"in":{"battery":90,%s}}}`,
		decode.JSON:       `{"payload":{"in":{"battery":90,%s}}}`,
		decode.ChirpStack: `{"deviceInfo":{"devEui":"AA01"},"object":{"payload":{"in":{"battery":90,%s}}}}`,
		decode.OneNET:     `{"msg":{"type":1,"dev_id":1,"ds_id":"payload","value":{"in":{"battery":90,%s}}}}`,
	}
	m := mapping(t, `{"rules":[{"path":"payload.in.battery","kind":"battery","unit":"%"}],"ignore":["payload.in.crc","payload.in.diag","payload.in.list[0]"]}`)
	for fields, want := range map[string]string{
		`"zustand":1`: aside, `"zustand":0`: aside, `"zustand":"normal"`: aside, `"zustand":false`: aside, `"zustand":""`: aside,
		`"zustand":null`: quiet, `"zustand":"undefined"`: quiet, `"zustand":{}`: quiet, `"zustand":[]`: quiet,
		`"zustand":{"value":3}`: aside, `"signal":{"value":3}`: quiet, `"x1":{"y":{"zustand":[{"q":1}]}}`: aside,
		`"state":"FEUER"`: aside, `"alarm_info":0`: aside, `"rsrp":1,"Cell_ID":"2","temperature":21,"TX_power":3`: quiet,
		`"alarm_state":1`: heeded, `"alarm_state":0`: aside, `"alarm":"normal"`: aside,
		`"crc":7`: quiet, `"diag":{"a":[1,{"b":2}]}`: quiet, `"diagnosis":1`: aside, `"list":[1]`: quiet, `"list":[1,2]`: aside,
		many(70) + `"zustand":1`: aside,
	} {
		for format, body := range envelopes {
			list := open(t, decode.Frame{Format: format, Device: "json:a", Body: fmt.Appendf(nil, body, fields)}).Read(decode.Model{Mapping: m})
			got := quiet
			for _, o := range list {
				switch {
				case o.Kind == decode.Unclear && o.Aside:
					got = aside
				case o.Kind == decode.Unclear && o.Danger:
					got = heeded
				case o.Kind == decode.Unclear:
					got = "neither"
				}
			}
			if got != want {
				t.Errorf("%s %.60s: %q, want %q: %+v", format, fields, got, want, list)
			}
		}
	}
}

// many are harmless fields, more than are kept of a message.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"count%d":1,`, i)
	}
	return b.String()
}
