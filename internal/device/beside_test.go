package device_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/store"
)

// besideProduct has a mapping that tells of no danger and names the battery only.
const besideProduct = "P"

func (s *scene) batteryOnly(ignore ...string) device.Codec {
	s.t.Helper()
	c := device.Codec{Format: decode.CTWing, Product: besideProduct, Mapping: &decode.Mapping{
		Rules: []decode.Rule{{Path: "payload.battery", Kind: decode.Battery, Unit: "%"}}, Ignore: ignore,
	}}
	if _, err := s.Install(s.ctx, s.admin(), s.xw, c); err != nil {
		s.t.Fatal(err)
	}
	return c
}

func besideBattery(id, field string) device.Message {
	return device.Message{Frame: decode.Frame{
		Format: decode.CTWing, Body: fmt.Appendf(nil, `{"messageType":"dataReport","deviceId":%q,"productId":%q,"payload":{"battery":90,%s}}`, id, besideProduct, field),
	}}
}

// S30: beside a mapping, a field that it does not name and that is on no list of
// harmless ones is a fault at its first message, whatever it says, where lives may
// hang on the device: with an elder, bound as a detector, or calling itself one.
// Elsewhere it is none.
func TestS30_AFieldBesideTheMappingIsAFaultAtItsFirstMessage(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		var away error
		s.WatchOver(func(context.Context, store.Tenant) ([]string, error) { return []string{s.node["6-402"].ID}, away })
		s.batteryOnly()
		for id, b := range map[string]device.Binding{
			"elder":    {Place: s.node["6-402"].ID},
			"detector": {Place: s.node["6-1202"].ID, Guards: decode.Smoke},
			"named":    {Place: s.node["6-1202"].ID, Spot: "厨房烟感"},
			"other":    {Place: s.node["6-1202"].ID},
		} {
			s.receives(besideBattery(id, `"signal":-90`))
			if _, err := s.Bind(s.ctx, s.admin(), s.xw, s.unit("ctwing:"+id).ID, b); err != nil {
				t.Fatal(err)
			}
		}
		told := []string{"trouble not_understood"}
		for _, tt := range []struct {
			id, field string
			want      []string
			away      error
		}{
			{"elder", `"zustand":0`, told, nil},
			{"detector", `"zustand":"normal"`, told, nil},
			{"named", `"zustand":false`, told, nil},
			{"other", `"zustand":1`, nil, nil},
			{"other", `"alarm_state":1`, told, nil}, // it says alarm
			{"new", `"zustand":1`, []string{"appeared"}, nil},
		} {
			away = tt.away
			if got := short(s.receives(besideBattery(tt.id, tt.field))); !slices.Equal(got, tt.want) {
				t.Errorf("%s %s: %v", tt.id, tt.field, got)
			}
		}
		if got := short(s.receives(besideBattery("elder", `"signal":-90,"temperature":21,"fw_version":3`))); !slices.Equal(got, []string{"recovered not_understood"}) {
			t.Errorf("what is harmless by its name: %v", got)
		}
	})
}

// S30: the administrator says in the mapping that a field is harmless; the preview
// shows it so.
func TestS30_AFieldThatTheMappingIgnoresIsHarmless(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.WatchOver(func(context.Context, store.Tenant) ([]string, error) { return nil, errors.New("nobody knows") })
		c, m := s.batteryOnly(), besideBattery("elder", `"zustand":1,"diag":{"a":1,"b":[{"c":2}]}`)
		s.receives(besideBattery("elder", `"signal":-90`))
		s.bind("ctwing:elder", "6-402")
		tried := func() device.Trial {
			list, err := s.Try(s.ctx, s.xw, c, m.Frame)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			return list[0]
		}
		if got := tried(); got.Understood() || len(got.Ignored) != 0 {
			t.Errorf("the preview before: %+v", got)
		}
		if got := short(s.receives(m)); !slices.Equal(got, []string{"trouble not_understood"}) {
			t.Errorf("before: %v", got)
		}
		c = s.batteryOnly("payload.zustand", "payload.diag")
		if got := tried(); !got.Understood() || !slices.Equal(got.Ignored, []string{"payload.diag.a", "payload.diag.b", "payload.zustand"}) {
			t.Errorf("the preview: %+v", got)
		}
		if got := short(s.receives(m)); !slices.Equal(got, []string{"recovered not_understood"}) {
			t.Errorf("after: %v", got)
		}
	})
}
