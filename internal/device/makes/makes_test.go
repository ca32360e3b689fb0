package makes_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/device/makes"
)

// base is the topic that the samples of bridges begin with.
const base = "zigbee2mqtt"

func each(t *testing.T, fn func(t *testing.T, m makes.Make)) {
	t.Helper()
	list, err := makes.All()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 10 {
		t.Fatalf("only %d makes", len(list))
	}
	for _, m := range list {
		t.Run(m.ID, func(t *testing.T) { fn(t, m) })
	}
}

func TestEverySampleOfEveryMake(t *testing.T) {
	each(t, func(t *testing.T, m makes.Make) {
		for _, s := range m.Samples {
			t.Run(s.Name, func(t *testing.T) {
				if d := cmp.Diff(s.Want, observed(t, m, s)); d != "" {
					t.Error(d)
				}
			})
		}
	})
}

// observed is what comes out of a sample, without Extra, Decoder, Manner and Part.
func observed(t *testing.T, m makes.Make, s makes.Sample) []decode.Observation {
	t.Helper()
	f := frame(t, m, s)
	format := f.Format
	letters, err := decode.Open(f)
	if err != nil {
		t.Fatal(err)
	}
	var got []decode.Observation
	for _, l := range letters {
		if found, ok := makes.ByProduct(format, l.Product); l.Product != "" && format != decode.GB26875 && (!ok || found.ID != m.ID) {
			t.Errorf("product %q leads to %q", l.Product, found.ID)
		}
		got = append(got, l.Read(decode.Model{Mapping: m.Mapping, Fields: fields(t, s), LifeSafety: slices.ContainsFunc(m.Kinds, decode.Kind.Danger)})...)
	}
	for i := range got {
		if got[i].Decoder != string(format)+"/1" {
			t.Errorf("decoder %q", got[i].Decoder)
		}
		got[i].Extra, got[i].Decoder, got[i].Manner, got[i].Part = nil, "", decode.Report, ""
	}
	return got
}

// frame is a sample as it comes in.
func frame(t *testing.T, m makes.Make, s makes.Sample) decode.Frame {
	t.Helper()
	f := decode.Frame{Format: m.Formats[0], Topic: s.Topic, Base: base, Body: s.Body}
	if bytes.Contains(s.Body, []byte(`"end_device_ids"`)) {
		f.Format = decode.TTS
	}
	if s.Hex != "" {
		b, err := hex.DecodeString(s.Hex)
		if err != nil {
			t.Fatal(err)
		}
		f.Body = b
	}
	return f
}

// fields are what the bridge announced of the device, as it lies in the
// database between the two messages.
func fields(t *testing.T, s makes.Sample) []decode.Field {
	t.Helper()
	if s.Announce == nil {
		return nil
	}
	letters, err := decode.Open(decode.Frame{Format: decode.Zigbee, Topic: base + "/bridge/devices", Base: base, Body: s.Announce})
	if err != nil || len(letters) != 1 || len(letters[0].Announced) == 0 {
		t.Fatalf("%v %v", letters, err)
	}
	b, err := json.Marshal(letters[0].Announced[0].Fields)
	if err != nil {
		t.Fatal(err)
	}
	var list []decode.Field
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// At the door, before anything is known of the device, a sample that calls for
// help or is not understood is never calm; telemetry of a product that is known
// is.
func TestNoSampleIsCalmInDanger(t *testing.T) {
	calm := map[decode.Format]int{}
	each(t, func(t *testing.T, m makes.Make) {
		for _, s := range m.Samples {
			f := frame(t, m, s)
			got := decode.Calm(f, func(who decode.Who) (decode.Model, bool) {
				found, ok := makes.ByProduct(f.Format, who.Product)
				return decode.Model{Mapping: found.Mapping}, ok
			})
			stirs := slices.ContainsFunc(s.Want, func(o decode.Observation) bool { return o.Kind == decode.Unclear || o.Kind.Alarms() && o.IsOn() })
			switch {
			case got && stirs:
				t.Errorf("%s: %s is calm", f.Format, s.Name)
			case got:
				calm[f.Format]++
			}
		}
	})
	for _, f := range []decode.Format{decode.CTWing, decode.ChirpStack, decode.TTS, decode.GB26875, decode.Lift, decode.Zigbee} {
		if calm[f] == 0 {
			t.Errorf("%s: nothing is calm", f)
		}
	}
}

func TestEveryMakeSaysWhatItIs(t *testing.T) {
	each(t, func(t *testing.T, m makes.Make) {
		if m.Vendor == "" || m.Model == "" || len(m.Kinds) == 0 || len(m.Formats) == 0 || len(m.Samples) == 0 {
			t.Error("vendor, model, kinds, formats and samples are needed")
		}
		if m.Mapping != nil {
			if err := m.Mapping.Check(); err != nil {
				t.Error(err)
			}
		}
		for _, f := range m.Formats {
			if !slices.Contains(decode.Formats(), f) {
				t.Errorf("no format %s", f)
			}
		}
		if got, ok := makes.ByID(m.ID); !ok || got.Model != m.Model {
			t.Error("not found by its id")
		}
		for _, s := range m.Samples {
			if s.Source == "" {
				t.Errorf("sample %q does not say where it comes from", s.Name)
			}
			for _, o := range s.Want {
				if always := []decode.Kind{decode.Online, decode.Unclear}; !slices.Contains(append(always, m.Kinds...), o.Kind) {
					t.Errorf("sample %q gives %s, which is not among the kinds", s.Name, o.Kind)
				}
			}
		}
	})
}

func TestUnknownMakes(t *testing.T) {
	if _, ok := makes.ByID("nobody"); ok {
		t.Error("found")
	}
	for _, product := range []string{"", "nothing"} {
		if _, ok := makes.ByProduct(decode.CTWing, product); ok {
			t.Errorf("product %q found", product)
		}
	}
	if m, ok := makes.ByProduct(decode.CTWing, "15000001"); !ok || m.Period().Hours() != 24 || !m.Battery {
		t.Errorf("%+v", m)
	}
}

// The value from which on a make alarms is a number in the unit it measures in,
// with the place where the maker states it.
func TestAlarmValueIsStatedByTheMaker(t *testing.T) {
	var stated makes.Make
	if err := json.Unmarshal([]byte(`{"alarm_at":{"smoke_level":{"value":"0.15","unit":"dB/m","source":"a test"}}}`), &stated); err != nil {
		t.Fatal(err)
	}
	for unit, want := range map[string]string{"dB/m": "0.15", "ppm": "", "": ""} {
		if got := stated.AlarmsAt(decode.SmokeLevel, unit); got != want {
			t.Errorf("in %q: %q, want %q", unit, got, want)
		}
	}
	if got := stated.AlarmsAt(decode.COLevel, ""); got != "" {
		t.Errorf("of what it does not state: %q", got)
	}
	each(t, func(t *testing.T, m makes.Make) {
		for k, limit := range m.AlarmAt {
			if _, err := strconv.ParseFloat(limit.Value, 64); err != nil || !k.Measured() || limit.Unit == "" || limit.Source == "" || !slices.Contains(m.Kinds, k) {
				t.Errorf("%s: %+v", k, limit)
			}
		}
	})
}
