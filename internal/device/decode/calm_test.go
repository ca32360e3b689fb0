package decode_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/linli/linli/internal/device/decode"
)

func TestCalmZigbee(t *testing.T) {
	for body, calm := range map[string]bool{
		`{"battery":97,"smoke":false,"linkquality":120,"temperature":21.5}`:              true,
		`{"battery":97,"last_seen":"2026-11-23T09:00:00+08:00","voltage":null}`:          true,
		`{"update":{"state":"idle","installed_version":3,"more":{"a":"b"}},"battery":3}`: true,
		`{"true":1}`:                                true, // a name says nothing of its value
		`{"smoke":true}`:                            false,
		`{"smoke" : true, "battery":9}`:             false,
		`{"alarm":"fire"}`:                          false,
		`{"update":{"state":"idle"},"alarm":"ON"}`:  false,
		`{"last_seen":"x","alarm":["ON"]}`:          false,
		`{"last_seen":"x\\","smoke":true,"y":"\""}`: false,
		`{"last_seen":"never ends`:                  false,
		`true`:                                      false,
		`[{"value_on":true}]`:                       false,
		``:                                          false,
		`offline`:                                   false,
	} {
		if got := decode.CalmZigbee([]byte(body)); got != calm {
			t.Errorf("%s: %v", body, got)
		}
	}
}

// No model that calls for help is calm while it does.
func TestNoZigbeeModelIsCalmInDanger(t *testing.T) {
	for _, m := range models(t) {
		for name := range m.dangers() {
			if decode.CalmZigbee(fmt.Appendf(nil, `{"battery":50,%q:true,"tamper":false}`, name)) {
				t.Errorf("%s %s: %s is calm", m.Vendor, m.Model, name)
			}
		}
	}
}

func FuzzCalmZigbee(f *testing.F) {
	f.Add([]byte(`{"smoke":true}`))
	f.Add([]byte(`{"update":{"state":"idle"},"battery":3}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var state map[string]any
		if json.Unmarshal(body, &state) != nil {
			_ = decode.CalmZigbee(body)
			return
		}
		for name, v := range state {
			if v == true && decode.CalmZigbee(body) {
				t.Errorf("%s is true and the message is calm: %s", name, body)
			}
		}
	})
}
