package device_test

import (
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/words"
)

// Smoke detectors are counted by the standard that was in force when they were
// installed; without a date nobody knows, and a door contact has none.
func TestS33_SmokeDetectorsAreCountedByTheirStandard(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		for key, x := range map[string]struct {
			kind      decode.Kind
			installed time.Time
		}{
			"a": {decode.Smoke, time.Date(2026, 5, 31, 0, 0, 0, 0, words.Shanghai())}, "b": {decode.Smoke, time.Date(2026, 6, 1, 0, 0, 0, 0, words.Shanghai())},
			"c": {decode.Smoke, time.Time{}}, "d": {decode.Contact, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)},
		} {
			s.says(decode.Observation{Device: key, Kind: x.kind, Value: decode.Off})
			if _, err := s.Bind(s.ctx, s.admin(), s.xw, s.unit(key).ID, device.Binding{Place: s.node["6-402"].ID, Installed: x.installed}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Standards(s.ctx, s.admin(), s.xw)
		if want := (device.Standards{Since: 1, Before: 1, Unknown: 1}); err != nil || got != want {
			t.Errorf("%+v %v", got, err)
		}
		older, more, err := s.Listed(s.ctx, s.admin(), s.xw, device.Filter{Show: device.Older, Limit: 10})
		if err != nil || more || len(older) != 1 || older[0].Key != "a" {
			t.Errorf("the view of older ones: %+v %v", older, err)
		}
	})
}
