package simulate

import (
	"encoding/json"
	"fmt"
)

// Detector is the name of the n-th simulated detector at its bridge.
func Detector(n int) string { return fmt.Sprintf("simulated-%04d", n) }

// Address is its Zigbee address.
func Address(n int) string { return fmt.Sprintf("0x00158d00%08x", n+1) }

// Announcement is what a zigbee2mqtt bridge says of n simulated detectors.
func Announcement(n int) []byte {
	type field struct {
		Type     string `json:"type"`
		Name     string `json:"name"`
		Property string `json:"property"`
		Unit     string `json:"unit,omitempty"`
		On       any    `json:"value_on,omitempty"`
		Off      any    `json:"value_off,omitempty"`
		Access   int    `json:"access"`
	}
	exposes := []field{
		{"binary", "smoke", "smoke", "", true, false, 1}, {"binary", "tamper", "tamper", "", true, false, 1}, {"binary", "test", "test", "", true, false, 1},
		{"binary", "battery_low", "battery_low", "", true, false, 1}, {"numeric", "battery", "battery", "%", nil, nil, 1},
	}
	list := make([]any, n)
	for i := range list {
		list[i] = map[string]any{
			"ieee_address": Address(i), "friendly_name": Detector(i), "type": "EndDevice", "power_source": "Battery",
			"definition": map[string]any{"model": "TS0205", "vendor": "Tuya", "exposes": exposes},
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings and integers only
	}
	return b
}
