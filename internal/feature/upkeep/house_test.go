package upkeep_test

import (
	"context"
	"strings"
	"testing"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/furnished"
)

// house is the whole program with the sample registers. A smoke detector hangs
// in the kitchen of flat 6-302.
type house struct {
	*furnished.House
	detector device.Unit
}

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	furnished.Each(t, func(t *testing.T, x *furnished.House) {
		h := &house{House: x}
		h.Says("zigbee:smk", decode.Observation{Kind: decode.Smoke, Value: decode.Off})
		h.detector = h.Bind("zigbee:smk", "guihua-6-302")
		fn(t, h)
	})
}

// battery and faulty are a device's word about itself.
func battery(value string) decode.Observation {
	return decode.Observation{Kind: decode.BatteryLow, Value: value}
}

func faulty(value string) decode.Observation {
	return decode.Observation{Kind: decode.Fault, Value: value}
}

// tickets are those of a device, newest first.
func (h *house) tickets(device string) []upkeep.View {
	h.T.Helper()
	list, err := h.Upkeep.OfDevice(context.Background(), h.Committee(), device)
	h.Must(err)
	return list
}

// ticket is the one ticket of a device.
func (h *house) ticket(device string) upkeep.View {
	h.T.Helper()
	list := h.tickets(device)
	if len(list) != 1 {
		h.T.Fatalf("%d tickets, want 1", len(list))
	}
	v, err := h.Upkeep.View(context.Background(), h.Committee(), list[0].ID)
	h.Must(err)
	return v
}

// told are the messages about tickets that somebody got, oldest first.
func (h *house) told(a people.Actor) (keys []string) {
	h.T.Helper()
	for _, key := range h.Told(a) {
		if key, ours := strings.CutPrefix(key, "upkeep.told."); ours {
			keys = append(keys, key)
		}
	}
	return keys
}

func (h *house) do(a people.Actor, x casework.Act) {
	h.T.Helper()
	_, err := h.Upkeep.Do(context.Background(), a, x)
	h.Must(err)
}

// remedy is the form's field that says what was done.
func remedy(r upkeep.Remedy) map[string]string { return map[string]string{"remedy": string(r)} }

// verbs are those of the timeline, in order.
func verbs(v upkeep.View) (out []matter.Verb) {
	for _, e := range v.Timeline {
		out = append(out, e.Verb)
	}
	return out
}
