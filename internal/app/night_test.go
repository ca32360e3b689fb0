package app_test

import (
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/inbox"
)

// What a device sent is kept as it came for ninety days, and goes in the night
// after them; what nobody understood stays.
func TestWhatHasServedItsTimeGoesInTheNight(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/hall", `{"smoke":false}`)
	w.sends(t, c, "z2m/hall", `{`)
	kept := func() int {
		list, err := w.Inbox.Recent(t.Context(), w.xiwu, c.Username, inbox.Page{})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	w.PromiseNights(t.Context())
	for _, night := range []struct {
		after time.Duration
		want  int
	}{{24 * time.Hour, 2}, {88 * 24 * time.Hour, 2}, {2 * 24 * time.Hour, 1}} {
		w.passes(t, night.after)
		if n := kept(); n != night.want {
			t.Errorf("after %s more: %d messages, want %d", night.after, n, night.want)
		}
	}
}
