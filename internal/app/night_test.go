package app_test

import (
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
)

// What a device sent is kept as it came for ninety days, and goes in the night
// after them; what nobody understood stays.
func TestWhatHasServedItsTimeGoesInTheNight(t *testing.T) {
	eachCall(t, func(t *testing.T, h *callHouse) {
		for _, note := range []string{inbox.Cleared, ""} { // of no known credential, the second is not understood
			if _, err := h.Inbox.Append(t.Context(), inbox.Message{Tenant: h.xiwu, Source: "mqtt", Device: "b1", Topic: "x", Body: []byte(`{}`), Note: note}); err != nil {
				t.Fatal(err)
			}
		}
		h.Inbox.Start()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for waiting := int64(1); waiting > 0; <-tick.C {
			left, err := h.Inbox.Backlog(t.Context(), h.xiwu)
			if err != nil {
				t.Fatal(err)
			}
			waiting = left.Urgent + left.Ordinary
		}
		h.PromiseNights(t.Context())
		for _, night := range []struct {
			after time.Duration
			want  int
		}{{24 * time.Hour, 2}, {88 * 24 * time.Hour, 2}, {2 * 24 * time.Hour, 1}} {
			h.clock.Advance(night.after)
			if _, err := h.Jobs.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, err := h.Inbox.Recent(t.Context(), h.xiwu, "b1", inbox.Page{})
			if err != nil || len(list) != night.want {
				t.Errorf("after %s more: %d messages, want %d: %v", night.after, len(list), night.want, err)
			}
		}
	})
}
