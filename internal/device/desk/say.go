package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/device/makes"
	"github.com/linli/linli/internal/platform/web/ui"
)

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// called is what to call a device: its make, or what its bridge or its messages
// call it.
func called(u device.Unit) string {
	if m, ok := makes.ByID(u.Make); ok {
		return m.Vendor + " " + m.Model
	}
	return orElse(orElse(u.Name, u.Make), u.Key)
}

// makeOf is its make: one that linli knows, or what it says of itself.
func makeOf(u device.Unit) string {
	if _, ok := makes.ByID(u.Make); ok {
		return called(u)
	}
	return u.Make
}

// kinds are what a device reports, without its health.
func kinds(ctx context.Context, u device.Unit) string {
	var list []string
	for _, k := range u.Kinds {
		switch k {
		case decode.Battery, decode.BatteryLow, decode.Supply, decode.Tamper, decode.Fault, decode.Online, decode.Test, decode.Unclear:
		default:
			list = append(list, say(ctx, "kind."+string(k)))
		}
	}
	if len(list) == 0 && u.Power == device.Gateway {
		return say(ctx, "power.gateway")
	}
	if len(list) == 0 {
		return say(ctx, "unknown_kind")
	}
	return strings.Join(list, " ")
}

// state is the worst that is to be said of a device.
func state(ctx context.Context, u device.Unit, now time.Time) (ui.Tone, string) {
	switch {
	case u.Alarming:
		return ui.Hot, say(ctx, "state.alarming")
	case u.LastSeen.IsZero():
		return ui.Neutral, say(ctx, "state.unheard")
	case !u.Alive(now):
		return ui.Hot, say(ctx, "trouble.silent")
	case u.Claimed.IsZero() && u.Power != device.Gateway:
		return ui.Info, say(ctx, "state.unclaimed")
	}
	for _, x := range device.Troubles() {
		if u.Has(x) {
			return ui.Warn, say(ctx, "trouble."+string(x))
		}
	}
	return ui.OK, say(ctx, "state.alive")
}

// value is what a device last said of one kind.
func value(ctx context.Context, k decode.Kind, said, unit string) string {
	on := said == decode.On
	switch {
	case k == decode.Supply && said == decode.Mains:
		return say(ctx, "power.mains")
	case said != decode.On && said != decode.Off:
		return said + unit
	case k.Alarms() && on:
		return say(ctx, "value.alarm")
	case k.Alarms():
		return say(ctx, "value.calm")
	case k == decode.Contact && on:
		return say(ctx, "value.open")
	case k == decode.Contact:
		return say(ctx, "value.shut")
	case k == decode.Parking && on:
		return say(ctx, "value.taken")
	case k == decode.Parking:
		return say(ctx, "value.free")
	case on:
		return say(ctx, "value.yes")
	}
	return say(ctx, "value.no")
}

// share is live of all in per cent.
func share(live, all int) string {
	if all == 0 {
		return "—"
	}
	return strconv.Itoa(100*live/all) + "%"
}
