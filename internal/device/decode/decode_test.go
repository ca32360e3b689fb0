package decode_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device/decode"
)

func mapping(t *testing.T, s string) *decode.Mapping {
	t.Helper()
	m, err := decode.ParseMapping([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWhatCannotBeRead(t *testing.T) {
	for name, f := range map[string]decode.Frame{
		"no format":           {Format: "morse", Body: []byte(`{}`)},
		"other topic":         {Format: decode.Zigbee, Topic: "elsewhere/x", Base: base, Body: []byte(`{}`)},
		"zigbee no JSON":      zigbee("x", `smoke`),
		"zigbee list":         zigbee("x", `[]`),
		"availability":        zigbee("x/availability", `perhaps`),
		"availability object": zigbee("x/availability", `{"state":`),
		"device list":         zigbee("bridge/devices", `{}`),
		"zigbee too big":      zigbee("x", `{"a":"`+strings.Repeat("x", 300<<10)+`"}`),
		"ctwing no JSON":      {Format: decode.CTWing, Body: []byte(`<xml/>`)},
		"ctwing nobody":       {Format: decode.CTWing, Body: []byte(`{"messageType":"dataReport","IMEI":"undefined"}`)},
		"ctwing two":          {Format: decode.CTWing, Body: []byte(`{"deviceId":"1"}{"deviceId":"2"}`)},
		"onenet nobody":       {Format: decode.OneNET, Body: []byte(`{"msg":{"type":1}}`)},
		"onenet text":         {Format: decode.OneNET, Body: []byte(`{"msg":"x"}`)},
		"tts nobody":          {Format: decode.TTS, Body: []byte(`{}`)},
		"chirpstack nobody":   {Format: decode.ChirpStack, Body: []byte(`{"data":"AQ=="}`)},
		"lift nobody":         {Format: decode.Lift, Body: []byte(`{"event":"entrapment"}`)},
		"json nobody":         {Format: decode.JSON, Body: []byte(`{"smoke":true}`)},
		"too big":             {Format: decode.CTWing, Body: make([]byte, 1<<20)},
		"gb empty":            {Format: decode.GB26875},
	} {
		t.Run(name, func(t *testing.T) {
			if letters, err := decode.Open(f); !errors.Is(err, decode.ErrUnreadable) {
				t.Errorf("%+v %v", letters, err)
			}
		})
	}
}

func TestCTWingTraps(t *testing.T) {
	m := mapping(t, `{"rules":[{"path":"payload.serviceData.Alarm_Status","kind":"smoke","table":{"0":"off","1":"on"}}]}`)
	frame := func(s string) decode.Frame {
		return decode.Frame{Format: decode.CTWing, Body: []byte(`{"messageType":"dataReport","payload":{"serviceData":{"Alarm_Status":1}},` + s + `}`)}
	}
	for name, tt := range map[string]struct{ body, key string }{
		"serviceId is a number":      {`"deviceId":"a","serviceId":1`, "ctwing:a"},
		"serviceId is a text":        {`"deviceId":"a","serviceId":"1"`, "ctwing:a"},
		"upPacketSN is -1":           {`"deviceId":"a","upPacketSN":-1`, "ctwing:a"},
		"upPacketSN is empty":        {`"deviceId":"a","upPacketSN":""`, "ctwing:a"},
		"protocol in small letters":  {`"deviceId":"a","protocol":"lwm2m"`, "ctwing:a"},
		"protocol in capitals":       {`"deviceId":"a","protocol":"LWM2M"`, "ctwing:a"},
		"deviceId is a number":       {`"deviceId":17`, "ctwing:17"},
		"IMSI is the word undefined": {`"deviceId":"a","IMSI":"undefined"`, "ctwing:a"},
		"only an IMEI":               {`"deviceId":"","IMEI":"860000000000001"`, "ctwing:imei:860000000000001"},
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t, frame(tt.body))
			got := l.Read(decode.Model{Mapping: m})
			if l.Key != tt.key || l.Message != "" || said(got)[decode.Smoke] != decode.On {
				t.Errorf("%s %q %+v", l.Key, l.Message, got)
			}
		})
	}
}

func TestCTWingDeviceClockIsNotTheClouds(t *testing.T) {
	f := decode.Frame{Format: decode.CTWing, Body: []byte(`{"messageType":"dataReport","deviceId":"a","timestamp":1622186044981,"payload":{"ptime":1622186096000,"s":1}}`)}
	m := mapping(t, `{"time":"payload.ptime","rules":[{"path":"payload.s","kind":"parking","table":{"1":"on"}}]}`)
	l := open(t, f)
	if got := l.Read(decode.Model{Mapping: m}); got[1].DeviceTime.UnixMilli() != 1622186096000 || l.At.UnixMilli() != 1622186044981 {
		t.Errorf("%v %v", got, l.At)
	}
}

func TestCTWingBytesGoThroughTheScript(t *testing.T) {
	body := `{"messageType":"dataReport","deviceId":"a","payload":{"APPdata":"` + base64.StdEncoding.EncodeToString([]byte("vendor bytes")) + `"}}`
	f := decode.Frame{Format: decode.CTWing, Body: []byte(body)}
	script := []byte(`function decodeUplink(i) { return { data: { smoke: i.bytes.length === 12 } } }`)
	if got := said(open(t, f).Read(decode.Model{Script: script})); got[decode.Smoke] != decode.On {
		t.Error(got)
	}
	for name, m := range map[string]decode.Model{"no script": {}, "bad script": {Script: []byte(`x`)}, "nothing known": {Script: []byte(`function decodeUplink(i) { return {data: {a: 1}} }`)}} {
		if got := said(open(t, f).Read(m)); got[decode.Unclear] != decode.On || got[decode.Online] != decode.On {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestProductWithoutMappingIsUnclearNotSilent(t *testing.T) {
	f := decode.Frame{Format: decode.CTWing, Body: []byte(`{"messageType":"eventReport","deviceId":"a","eventContent":{"alarm":1}}`)}
	got := open(t, f).Read(decode.Model{})
	if said(got)[decode.Unclear] != decode.On || got[0].Extra["eventContent.alarm"] != "1" {
		t.Errorf("%+v", got)
	}
}

func TestOneNETTraps(t *testing.T) {
	m := mapping(t, `{"rules":[{"path":"3300_0_5700","kind":"smoke","table":{"1":"on","0":"off"}}]}`)
	for name, tt := range map[string]struct {
		body    string
		letters int
		smoke   string
	}{
		"one":              {`{"msg":{"type":1,"dev_id":1,"ds_id":"3300_0_5700","value":1}}`, 1, decode.On},
		"a list":           {`{"msg":[{"type":1,"dev_id":1,"ds_id":"3300_0_5700","value":0},{"type":1,"dev_id":2,"ds_id":"x","value":1}]}`, 2, decode.Off},
		"msg is text":      {`{"msg":"{\"type\":1,\"dev_id\":1,\"ds_id\":\"3300_0_5700\",\"value\":1}"}`, 1, decode.On},
		"value is text":    {`{"msg":{"type":1,"dev_id":1,"ds_id":"3300_0_5700","value":"1"}}`, 1, decode.On},
		"command's answer": {`{"msg":{"type":7,"dev_id":1}}`, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			letters, err := decode.Open(decode.Frame{Format: decode.OneNET, Body: []byte(tt.body)})
			if err != nil || len(letters) != tt.letters {
				t.Fatalf("%v %v", letters, err)
			}
			if got := said(letters[0].Read(decode.Model{Mapping: m})); got[decode.Smoke] != tt.smoke || letters[0].Key != "onenet:1" {
				t.Errorf("%s: %v", letters[0].Key, got)
			}
		})
	}
	off := open(t, decode.Frame{Format: decode.OneNET, Body: []byte(`{"msg":{"type":2,"dev_id":1,"status":0,"login_type":10}}`)})
	if got := off.Read(decode.Model{}); got[0].Value != decode.Off {
		t.Error(got)
	}
	coded := open(t, decode.Frame{Format: decode.OneNET, Body: []byte(`{"msg":{"type":1,"dev_id":1,"ds_id":"d","value":"01ff"}}`)})
	script := []byte(`function decodeUplink(i) { return {data: {gas: i.bytes[1] === 255}} }`)
	if got := said(coded.Read(decode.Model{Script: script})); got[decode.Gas] != decode.On {
		t.Error(got)
	}
}

func chirpstack(topic, rest string) decode.Frame {
	return decode.Frame{Format: decode.ChirpStack, Topic: topic, Body: []byte(`{"deviceInfo":{"devEui":"AA01"},"time":"2026-11-23T12:00:00Z"` + rest + `}`)}
}

func TestChirpStackEvents(t *testing.T) {
	script := []byte(`function decodeUplink(i) { return {data: {occupied: i.bytes[0] === 1, port: i.fPort}} }`)
	for name, tt := range map[string]struct {
		frame decode.Frame
		kind  decode.Kind
		value string
	}{
		"object":            {chirpstack("a/event/up", `,"object":{"occupied":false},"data":"AQ=="`), decode.Parking, decode.Off},
		"bytes":             {chirpstack("a/event/up", `,"data":"AQ==","fPort":1`), decode.Parking, decode.On},
		"bytes, no topic":   {chirpstack("", `,"data":"AQ==","fPort":1`), decode.Parking, decode.On},
		"empty object":      {chirpstack("a/event/up", `,"object":{},"data":"AQ=="`), decode.Parking, decode.On},
		"no data":           {chirpstack("a/event/up", ``), decode.Online, decode.On},
		"bad base64":        {chirpstack("a/event/up", `,"data":"%%"`), decode.Unclear, decode.On},
		"status":            {chirpstack("a/event/status", `,"margin":10,"batteryLevel":14.5`), decode.Battery, "14.5"},
		"status, no topic":  {chirpstack("", `,"batteryLevel":0`), decode.Battery, "0"},
		"join":              {chirpstack("a/event/join", `,"devAddr":"1"`), decode.Online, decode.On},
		"known names":       {chirpstack("a/event/up", `,"object":{"smoke":true,"battery_low":true}`), decode.Smoke, decode.On},
		"nothing is known":  {chirpstack("a/event/up", `,"object":{"level":3}`), decode.Unclear, decode.On},
		"number is no bool": {chirpstack("a/event/up", `,"object":{"gas":3}`), decode.Unclear, decode.On},
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t, tt.frame)
			if got := said(l.Read(decode.Model{Script: script})); l.Key != "lora:aa01" || got[tt.kind] != tt.value {
				t.Errorf("%s %v", l.Key, got)
			}
		})
	}
	if got := said(open(t, chirpstack("a/event/up", `,"data":"AQ=="`)).Read(decode.Model{})); got[decode.Unclear] != decode.On {
		t.Errorf("no codec: %v", got)
	}
}

func TestTheThingsStackLeavesOutWhatIsFalse(t *testing.T) {
	body := `{"end_device_ids":{"dev_eui":"AA01","device_id":"bay-07"},"received_at":"2026-11-23T12:00:00.1Z","uplink_message":{"frm_payload":"AA=="}}`
	script := []byte(`function decodeUplink(i) { return {data: {occupied: i.bytes[0] === 1, port: i.fPort}} }`)
	l := open(t, decode.Frame{Format: decode.TTS, Body: []byte(body)})
	if got := l.Read(decode.Model{Script: script}); said(got)[decode.Parking] != decode.Off || l.Name != "bay-07" {
		t.Errorf("%+v", got)
	}
	join := open(t, decode.Frame{Format: decode.TTS, Body: []byte(`{"end_device_ids":{"dev_eui":"AA01"},"join_accept":{}}`)})
	if got := join.Read(decode.Model{}); len(got) != 1 || got[0].Kind != decode.Online {
		t.Error(got)
	}
}

// The vectors are of TheThingsNetwork/lorawan-devices (Apache-2.0); the file
// names its source. Read as a server sends them, without knowing the make, all
// must be readable, every occupied a bay, and every alarm one.
func TestDecodedLoRaWANVectors(t *testing.T) {
	b, err := os.ReadFile("testdata/lorawan-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	n, found := 0, map[decode.Kind]bool{}
	for _, group := range []string{"parking", "smoke_gas", "water_leak"} {
		var list []struct {
			Output struct {
				Data json.RawMessage `json:"data"`
			} `json:"output"`
		}
		if err := json.Unmarshal(file[group], &list); err != nil {
			t.Fatal(err)
		}
		for _, v := range list {
			if v.Output.Data == nil {
				continue
			}
			n++
			got := said(open(t, chirpstack("", `,"object":`+string(v.Output.Data))).Read(decode.Model{}))
			for field, kind := range map[string]decode.Kind{`"occupied": true`: decode.Parking, `"FireAlarm": "Alarm"`: decode.Smoke, `"HighTempAlarm": "Alarm"`: decode.Heat, `"WaterLeak": "Leak"`: decode.WaterLeak} {
				wants := strings.Contains(string(v.Output.Data), field)
				if found[kind] = found[kind] || wants; (got[kind] == decode.On) != wants || got[decode.Online] != decode.On {
					t.Errorf("%s: %v", v.Output.Data, got)
				}
			}
		}
	}
	if n < 10 || !found[decode.Parking] || !found[decode.Smoke] || !found[decode.Heat] || !found[decode.WaterLeak] {
		t.Fatalf("%d vectors, %v", n, found)
	}
}

func TestLift(t *testing.T) {
	for event, want := range map[string]map[decode.Kind]string{
		`"entrapment"`:             {decode.Entrapment: decode.On},
		`"entrapment_cleared"`:     {decode.Entrapment: decode.Off},
		`"fault","code":"E41"`:     {decode.Fault: decode.On},
		`"fault_cleared"`:          {decode.Fault: decode.Off},
		`"heartbeat"`:              {decode.Elevator: "running"},
		`"dancing"`:                {decode.Unclear: decode.On},
		`"entrapment","test":true`: {decode.Entrapment: decode.On, decode.Test: decode.On},
	} {
		want[decode.Online] = decode.On
		got := open(t, decode.Frame{Format: decode.Lift, Body: []byte(`{"device":"elev-4","at":"2026-11-23T12:00:00+08:00","event":` + event + `}`)}).Read(decode.Model{})
		if d := cmp.Diff(want, said(got)); d != "" || got[0].Test != strings.Contains(event, "test") {
			t.Errorf("%s: %s", event, d)
		}
	}
}

const gbSmoke = "4040010001010f220e190713010000000000000000000000300002020101012801000400020036bac5c2a531323032b3f8b7bfd1ccb8d000000000000000000000000000000f220e190713752323"

func frames(t *testing.T, hexes ...string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(hexes, ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sealed sets the checksum: the standard's sum, or the XOR one gateway sends.
func sealed(b []byte, xor bool) []byte {
	var sum, x byte
	for _, c := range b[2 : len(b)-3] {
		sum, x = sum+c, x^c
	}
	if b[len(b)-3] = sum; xor {
		b[len(b)-3] = x
	}
	return b
}

func TestGB26875Traps(t *testing.T) {
	good := frames(t, gbSmoke)
	fire := func(b []byte, want int) func(t *testing.T) {
		return func(t *testing.T) {
			t.Helper()
			letters, err := decode.Open(decode.Frame{Format: decode.GB26875, Body: b})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, l := range letters {
				if said(l.Read(decode.Model{}))[decode.Smoke] == decode.On {
					n++
				}
			}
			if n != want {
				t.Errorf("%d fires, want %d", n, want)
			}
		}
	}
	t.Run("whole", fire(good, 1))
	t.Run("two joined", fire(frames(t, gbSmoke, gbSmoke), 2))
	t.Run("xor", fire(sealed(frames(t, gbSmoke), true), 1))
	ends := frames(t, gbSmoke)
	copy(ends[44:], "##@@") // inside the description
	t.Run("ends inside the data", fire(sealed(ends, false), 1))
	for name, b := range map[string][]byte{
		"half": good[:40], "no start": good[1:], "checksum": append(append([]byte{}, good[:len(good)-3]...), 0, '#', '#'),
		"garbage behind": append(append([]byte{}, good...), 'x'), "head only": good[:29],
	} {
		if _, err := decode.Open(decode.Frame{Format: decode.GB26875, Body: b}); !errors.Is(err, decode.ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGB26875Component(t *testing.T) {
	letters, err := decode.Open(decode.Frame{Format: decode.GB26875, Body: frames(t, gbSmoke)})
	if err != nil || len(letters) != 2 {
		t.Fatalf("%v %v", letters, err)
	}
	want := decode.Who{Key: "gb26875:010000000000/1-1-4.1", Name: "6号楼1202厨房烟感", Bridge: "gb26875:010000000000", Product: "40"}
	if d := cmp.Diff(want, letters[1].Who); d != "" {
		t.Error(d)
	}
	if !letters[1].At.Equal(time.Date(2019, 7, 25, 6, 34, 15, 0, time.UTC)) {
		t.Error(letters[1].At)
	}
	for kind, sort := range map[decode.Kind]byte{decode.Gas: 11, decode.SOS: 23, decode.Heat: 31, decode.Smoke: 42} {
		b := frames(t, gbSmoke)
		b[31] = sort
		letters, err := decode.Open(decode.Frame{Format: decode.GB26875, Body: sealed(b, false)})
		if err != nil {
			t.Fatal(err)
		}
		if got := said(letters[1].Read(decode.Model{})); got[kind] != decode.On {
			t.Errorf("component %d: %v", sort, got)
		}
	}
}

// TestGB26875States: facility and panel states, built here from the layout.
func TestGB26875States(t *testing.T) {
	build := func(data string) []byte {
		d := frames(t, data)
		head := frames(t, "4040010001010f220e190713010000000000000000000000")
		b := append(append(head, byte(len(d)), 0, 2), d...)
		return sealed(append(b, 0, '#', '#'), false)
	}
	for name, tt := range map[string]struct {
		data string
		kind decode.Kind
		want string
	}{
		"facility on fire": {"0101" + "0105" + "0300" + "0f220e190713", decode.Smoke, decode.On},
		"facility broken":  {"0101" + "0105" + "0500" + "0f220e190713", decode.Fault, decode.On},
		"facility well":    {"0101" + "0105" + "0100" + "0f220e190713", decode.Smoke, decode.Off},
		"panel lost power": {"1501" + "09" + "0f220e190713", decode.Fault, decode.On},
		"panel well":       {"1501" + "01" + "0f220e190713", decode.Fault, decode.Off},
		"manual alarm":     {"1801" + "04" + "07" + "0f220e190713", decode.SOS, decode.On},
		"panel reset":      {"1801" + "01" + "07" + "0f220e190713", decode.SOS, decode.Off},
		"somebody is here": {"1801" + "20" + "07" + "0f220e190713", decode.SOS, ""},
		"facility pressed": {"0401" + "0105" + "04" + "07" + "0f220e190713", decode.SOS, decode.On},
		"no such day":      {"1501" + "03" + "0f220e1f0213", decode.Smoke, decode.On},
	} {
		letters, err := decode.Open(decode.Frame{Format: decode.GB26875, Body: build(tt.data)})
		if err != nil || len(letters) != 2 {
			t.Fatalf("%s: %v %v", name, letters, err)
		}
		if got := said(letters[1].Read(decode.Model{})); got[tt.kind] != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for data, want := range map[string]string{"9601" + "00": decode.On, "0301" + "00": "", "1901" + "00": ""} {
		letters, err := decode.Open(decode.Frame{Format: decode.GB26875, Body: build(data)})
		if err != nil || len(letters) != 1 {
			t.Fatalf("%s: %v %v", data, letters, err)
		}
		if got := said(letters[0].Read(decode.Model{}))[decode.Unclear]; got != want {
			t.Errorf("type %s: unclear %q", data[:2], got)
		}
	}
	if _, err := decode.Open(decode.Frame{Format: decode.GB26875, Body: build("0102" + "0105" + "0300" + "0f220e190713")}); !errors.Is(err, decode.ErrUnreadable) {
		t.Errorf("fewer objects than counted: %v", err)
	}
}

func TestMapping(t *testing.T) {
	m := mapping(t, `{"device":"id","time":"t","message":"n","replay":"old","rules":[
		{"path":"a.list[1].s","kind":"smoke","table":{"2":"on","0":"off","9":"-"}},{"path":"plate","kind":"plate"},{"path":"leak","kind":"water_leak"}],"ignore":["a.list[0]"]}`)
	for body, want := range map[string]map[decode.Kind]string{
		`{"id":7,"a":{"list":[0,{"s":2}]}}`:     {decode.Smoke: decode.On},
		`{"id":7,"a":{"list":[0,{"s":2.0}]}}`:   {decode.Smoke: decode.On},
		`{"id":7,"a":{"list":[0,{"s":"0"}]}}`:   {decode.Smoke: decode.Off},
		`{"id":7,"a":{"list":[0,{"s":9}]}}`:     {},
		`{"id":7,"a":{"list":[0,{"s":5}]}}`:     {decode.Unclear: decode.On},
		`{"id":7,"a":{"list":[0,{"s":null}]}}`:  {},
		`{"id":7,"a":{"list":[0]}}`:             {},
		`{"id":7,"a":{"list":[0,{"s":true}]}}`:  {decode.Unclear: decode.On},
		`{"id":7,"plate":" 沪AD12345 "}`:         {decode.Plate: "沪AD12345"},
		`{"id":7,"leak":true}`:                  {decode.WaterLeak: decode.On},
		`{"id":7,"leak":1}`:                     {decode.Unclear: decode.On},
		`{"id":7,"t":1622186044981,"old":true}`: {},
	} {
		want[decode.Online] = decode.On
		l := open(t, decode.Frame{Format: decode.JSON, Mapping: m, Body: []byte(body)})
		got := l.Read(decode.Model{})
		if d := cmp.Diff(want, said(got)); d != "" || l.Key != "json:7" {
			t.Errorf("%s: %s %s", body, l.Key, d)
		}
		if got[0].Replay != strings.Contains(body, "old") || got[0].DeviceTime.IsZero() == strings.Contains(body, `"t"`) {
			t.Errorf("%s: %+v", body, got[0])
		}
	}
	own := open(t, decode.Frame{Format: decode.JSON, Device: "door-1", Body: []byte(`{"leak":true}`)})
	if got := said(own.Read(decode.Model{Mapping: m})); own.Key != "door-1" || got[decode.WaterLeak] != decode.On {
		t.Error(own.Key, got)
	}
}

// Charging piles speak whatever their maker likes: free or not is the pile's
// word, and too hot is a danger.
func TestChargingPileByMapping(t *testing.T) {
	m := mapping(t, `{"device":"pile","rules":[
		{"path":"ports[0].state","kind":"charger","table":{"0":"available","1":"charging","2":"faulted"}},
		{"path":"alarm.overheat","kind":"heat","table":{"0":"off","1":"on"}}]}`)
	for body, want := range map[string]map[decode.Kind]string{
		`{"pile":"p-3","ports":[{"state":0}],"alarm":{"overheat":0}}`: {decode.Charger: "available", decode.Heat: decode.Off},
		`{"pile":"p-3","ports":[{"state":1}]}`:                        {decode.Charger: "charging"},
		`{"pile":"p-3","ports":[{"state":2}],"alarm":{"overheat":1}}`: {decode.Charger: "faulted", decode.Heat: decode.On},
		`{"pile":"p-3","ports":[],"alarm":{"overheat":9}}`:            {decode.Unclear: decode.On},
	} {
		want[decode.Online] = decode.On
		l := open(t, decode.Frame{Format: decode.JSON, Mapping: m, Body: []byte(body)})
		if d := cmp.Diff(want, said(l.Read(decode.Model{Mapping: m}))); d != "" || l.Key != "json:p-3" {
			t.Errorf("%s: %s %s", body, l.Key, d)
		}
	}
}

func TestMappingsThatAreRefused(t *testing.T) {
	many := strings.Repeat(`{"path":"a","kind":"smoke"},`, 65)
	table := ""
	for i := range 65 {
		table += fmt.Sprintf(`"%d":"on",`, i)
	}
	for name, s := range map[string]string{
		"no JSON":          `x`,
		"no rules":         `{"rules":[]}`,
		"unknown field":    `{"rules":[{"path":"a","kind":"smoke"}],"script":"x"}`,
		"too many rules":   `{"rules":[` + strings.TrimSuffix(many, ",") + `]}`,
		"no path":          `{"rules":[{"path":"","kind":"smoke"}]}`,
		"long path":        `{"rules":[{"path":"` + strings.Repeat("a", 200) + `","kind":"smoke"}]}`,
		"long other path":  `{"time":"` + strings.Repeat("a", 200) + `","rules":[{"path":"a","kind":"smoke"}]}`,
		"no kind":          `{"rules":[{"path":"a","kind":"fire"}]}`,
		"unclear":          `{"rules":[{"path":"a","kind":"unclear"}]}`,
		"no switch":        `{"rules":[{"path":"a","kind":"smoke","table":{"1":"yes"}}]}`,
		"long table":       `{"rules":[{"path":"a","kind":"smoke","table":{` + strings.TrimSuffix(table, ",") + `}}]}`,
		"long ignored":     `{"rules":[{"path":"a","kind":"smoke"}],"ignore":["` + strings.Repeat("a", 200) + `"]}`,
		"empty ignored":    `{"rules":[{"path":"a","kind":"smoke"}],"ignore":[""]}`,
		"many ignored":     `{"rules":[{"path":"a","kind":"smoke"}],"ignore":[` + strings.Repeat(`"b",`, 128) + `"b"]}`,
		"read and ignored": `{"rules":[{"path":"a.b","kind":"smoke"}],"ignore":["a"]}`,
		"long word":        `{"rules":[{"path":"a","kind":"plate","table":{"1":"` + strings.Repeat("a", 100) + `"}}]}`,
	} {
		if _, err := decode.ParseMapping([]byte(s)); !errors.Is(err, decode.ErrMapping) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKinds(t *testing.T) {
	danger := map[decode.Kind]bool{decode.Smoke: true, decode.Gas: true, decode.CO: true, decode.Heat: true, decode.SOS: true, decode.Entrapment: true}
	for _, k := range append(decode.Kinds(), "nothing") {
		if k.Danger() != danger[k] || k.Alarms() != (danger[k] || k == decode.WaterLeak) {
			t.Errorf("%s: danger %t, alarms %t", k, k.Danger(), k.Alarms())
		}
	}
}
