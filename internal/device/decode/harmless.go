package decode

import (
	"encoding/json"
	"strings"
)

// harmless are words in the names of fields that call nobody, whatever they
// say: what a device measures, counts, is set to, and says of its radio link,
// its power, its firmware and the people passing by. The test of all models of
// zigbee2mqtt holds the list against what each of them reports.
var harmless = setOf("linkquality lqi rssi snr signal strength noise channel network link radio ping parent routing device id ids address ip ieee eui imei imsi iccid wifi ssid uart dhcp online " +
	"battery batt battpercentage voltage volt volts current ampere amperage power energy watt consumption consumed produced production tariff tarif price cost phase frequency factor reactive apparent active_power meter metering mains usb ac dc charging charge charged charger " +
	"temperature temp humidity pressure illuminance lux light lights brightness color colour hue saturation level co2 eco2 voc tvoc hcho formaldehyde pm pm1 pm25 pm4 pm10 aqi ozone nitrogen airquality air quality uv dew soil moisture fertility ec tds salinity ph orp wind rain raining rainwater rainfall weather " +
	"density concentration value ppm percent percentage angle position distance speed acceleration gyro axis x y z latitude longitude altitude location weight flow volume total sum average min max minimum maximum " +
	"count counter counts number times duration interval delay timeout timer timestamp time date datetime day days hour hours minute minutes second seconds week month year clock schedule schedules calendar countdown uptime age lifetime remaining elapsed last next since boot started " +
	"monday tuesday wednesday thursday friday saturday sunday holiday season program plan records " +
	"update updates firmware version versions installed latest software hardware model manufacturer serial product variant name label fw soft build signature ota reset restart reboot reports report " +
	"unit units mode modes setting settings config configuration configured option options threshold thresholds sensitivity calibration calibrated offset scale range limit limits resolution period enable enabled enable_state permission setup preset presets indicator led backlight effect effects behavior behaviour inching polarity " +
	"occupancy occupied presence motion moving movement vibration tilt contact window windows door doors opening open opened closed tampered person people target targets human zone_linked linked " +
	"switch relay state_left state_right output outputs pump motor valve lock locked unlock unlocked child children key keys keypad button card user code pin finger fan heating heater cooling cool hvac climate running setpoint demand required preheat preheating boiler thermostat frost override piheating pi " +
	"action scene transition step gesture direction side sides command source origin group transaction event_id siren buzzer melody ringtone sound silence silent silenced mute muted hush warning squawk linkage interconnectable heartbeat identify " +
	"error errors execute control message messages register tier motdetat pmtsd ntc dwell service flag inserted interference positions learned rtc wire break " +
	"test testing selftest self preheat warming warmup lifecycle endoflife life expired filter replace cleaning maintenance secure session antiflood device_temperature elevation gradient")

// harmlessNames are whole names of such fields.
var harmlessNames = setOf("update update_available last_seen linkquality state device elapsed type info definition color color_mode color_temp supported disabled rotation axes strobe")

// isHarmless reports whether the name of a field is on the list.
func isHarmless(property string, list []string) bool {
	return harmlessNames[property] || harmless.has(list)
}

// quiet reports whether a value says that nothing is the matter, or nothing at
// all: no, 0, normal, an empty text.
func quiet(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case json.Number:
		return number(v.String()) == "0"
	case string:
		return strings.TrimSpace(v) == "" || v == "0" || offWords.has(words(v)) || idleWords.has(words(v))
	case []any:
		return len(v) == 0
	case object:
		for _, x := range v {
			if !quiet(x) {
				return false
			}
		}
		return true
	}
	return false
}
