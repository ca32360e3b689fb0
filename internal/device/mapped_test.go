package device_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/fault"
)

// A mapping that was installed for a Zigbee product is used: it has the first word
// on what it names, is shown in the preview, and what it does not name is read as
// ever. The messages are zigbee-07 of the field trials of 2026-11-30.
func TestS29_AMappingForAZigbeeProductIsUsed(t *testing.T) {
	b, err := os.ReadFile("testdata/zigbee-07-mapping-ignored.tsv")
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		m, err := decode.ParseMapping([]byte(`{"rules":[{"path":"smoke_alarm_1","kind":"smoke"},{"path":"oddity","kind":"gas","table":{"7":"on","*":"off"}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		c := device.Codec{Format: decode.Zigbee, Product: "SR-ZG9070A-SS", Mapping: m}
		if _, err := s.Install(s.ctx, s.admin(), s.xw, c); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if topic, body, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(line, "#") {
				s.receives(device.Message{Frame: bridge.Frame(topic, []byte(body))})
			}
		}
		u := s.unit("zigbee:0x00cc0000000001f4")
		if u.State[decode.Smoke].Value != decode.On || !u.LifeSafety {
			t.Errorf("%+v", u)
		}
		odd := bridge.Frame("zigbee2mqtt/mapped", []byte(`{"smoke_alarm_1":false,"oddity":7,"battery":80}`))
		tried, err := s.Try(s.ctx, s.xw, c, odd)
		if err != nil || len(tried) != 1 || tried[0].Device != u.Key || !slices.ContainsFunc(tried[0].Said, func(o decode.Observation) bool { return o.Kind == decode.Gas && o.IsOn() }) {
			t.Errorf("the preview: %+v %v", tried, err)
		}
		if got := short(s.receives(device.Message{Frame: odd})); !slices.Contains(got, "alarm gas") || s.unit(u.Key).Battery != 80 {
			t.Error(got)
		}
		if product, err := s.ProductOf(s.ctx, s.xw, odd); err != nil || product != c.Product {
			t.Errorf("%q %v", product, err)
		}
	})
}

// What would not be used is refused, and the sentence says why.
func TestS29_ACodecThatWouldNotBeUsedIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		rule := []decode.Rule{{Path: "smoke", Kind: decode.Smoke}}
		const script = `function decodeUplink() { return {data: {}} }`
		for key, c := range map[string]device.Codec{
			"device.codec_no_script":  {Format: decode.Zigbee, Product: "X", Script: script},
			"device.codec_no_product": {Format: decode.Zigbee, Mapping: &decode.Mapping{Rules: rule}},
			"device.codec_none_here":  {Format: decode.GB26875, Product: "X", Mapping: &decode.Mapping{Rules: rule}},
			"device.codec_no_device":  {Format: decode.CTWing, Product: "X", Mapping: &decode.Mapping{Device: "id", Rules: rule}},
		} {
			_, err := s.Install(s.ctx, s.admin(), s.xw, c)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), key) {
				t.Errorf("%s: %v", key, err)
			}
		}
	})
}
