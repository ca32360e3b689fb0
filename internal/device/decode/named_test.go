package decode_test

import (
	"strings"
	"testing"

	"github.com/linli/linli/internal/device/decode"
)

// Names and values of scripts in TheThingsNetwork/lorawan-devices (369ca3e) and
// chirpstack-device-profiles (4cf8d34), counted from their examples and sources;
// a few are written after them.
func TestS29_DangersOfDecodedFieldsAreHeardByTheirNames(t *testing.T) {
	for _, tt := range []struct {
		object string
		kind   decode.Kind
		value  string // empty: nothing of the kind
	}{
		{`{"battery":100,"leak_status":"leak"}`, decode.WaterLeak, decode.On},                                          // milesight ws303
		{`{"battery":100,"leak_status":"no leak"}`, decode.WaterLeak, decode.Off},                                      // milesight ws303
		{`{"leakage_status":"normal"}`, decode.WaterLeak, decode.Off},                                                  // milesight em300-mld
		{`{"water":"leak"}`, decode.WaterLeak, decode.On},                                                              // milesight
		{`{"water":256}`, decode.WaterLeak, ""},                                                                        // a meter
		{`{"battery":3.2,"flood":true}`, decode.WaterLeak, decode.On},                                                  // mclimate flood
		{`{"floodDetectionWireState":true,"flood":false}`, decode.WaterLeak, decode.Off},                               // mclimate
		{`{"floodAlarm":{"value":true}}`, decode.WaterLeak, decode.On},                                                 // sensative strips
		{`{"WATER_LEAK_STATUS":1,"WATER_LEAK_TIMES":4}`, decode.WaterLeak, decode.On},                                  // dragino lwl01
		{`{"WATER_LEAK_STATUS":0,"LAST_WATER_LEAK_DURATION":1}`, decode.WaterLeak, decode.Off},                         // dragino lwl01
		{`{"WaterLeak_1":"NoLeak","WaterLeak_2":"Leak"}`, decode.WaterLeak, decode.On},                                 // netvox r718wa2
		{`{"WaterLeak_1":"Leak","WaterLeak_2":"NoLeak"}`, decode.WaterLeak, decode.On},                                 // netvox r718wa2
		{`{"leak":"Y"}`, decode.WaterLeak, decode.On},                                                                  // aquascope bvs
		{`{"leak":"N"}`, decode.WaterLeak, decode.Off},                                                                 // aquascope bvs
		{`{"waterleak":17}`, decode.Unclear, decode.On},                                                                // elsys: neither yes nor no
		{`{"alarm_status":{"pulse_ch1_leak":true}}`, decode.WaterLeak, decode.On},                                      // milesight
		{`{"AlarmLeakageCurrent":900,"LeakageCurrent":777}`, decode.WaterLeak, ""},                                     // netvox rp02: amperes
		{`{"waterLeakAlertThreshold":30,"waterLeakLevel":70}`, decode.WaterLeak, ""},                                   // arwin lrs20310
		{`{"leakage_alarm_config":{"enable":1}}`, decode.WaterLeak, ""},                                                // milesight em300-sld
		{`{"smokeAlarm":"Alarm","smokeAlarmCounter":254}`, decode.Smoke, decode.On},                                    // nexelec, sept-s
		{`{"status":{"smokeAlarm":1,"smokeChamberFailure":0}}`, decode.Smoke, decode.On},                               // sept-s tg563a
		{`{"status":{"smokeAlarm":0,"fouledSmokeChamber":1}}`, decode.Smoke, decode.Off},                               // sept-s tg563a
		{`{"smokeAlarmTimeCounter":369792000,"configuration":{"smokeEventEnabled":1}}`, decode.Smoke, ""},              // sept-s
		{`{"smokeSensorStatus":"Smoke sensor ok","smokeLocalProductTest":"Smoke test off"}`, decode.Smoke, decode.Off}, // sept-s
		{`{"alarmFire":true,"fireThreshold":75}`, decode.Smoke, decode.On},                                             // dingtek df703
		{`{"fire_alarm_threshold":"75 ℃"}`, decode.Smoke, ""},                                                          // dingtek df702
		{`{"FireAlarm":"No Alarm","HighTempAlarm":"Alarm"}`, decode.Heat, decode.On},                                   // netvox ra02a
		{`{"alarmHighTemperature":true}`, decode.Heat, ""},                                                             // a thermometer's limit
		{`{"COAlarm":"Alarm"}`, decode.CO, decode.On},                                                                  // netvox ra02a
		{`{"CO":20,"co2":900,"CO2Alarm":1}`, decode.CO, ""},                                                            // a level; another gas
		{`{"gas":3,"gas_resistance":201334}`, decode.Gas, ""},                                                          // a level
		{`{"gas_status":"alarm"}`, decode.Gas, decode.On},                                                              // milesight gs101
		{`{"gas_leak":1}`, decode.Gas, decode.On},                                                                      //
		{`{"EmergencyAlarm":1}`, decode.SOS, decode.On},                                                                // netvox r309
		{`{"event":"sos","battery":90}`, decode.SOS, decode.On},                                                        //
		{`{"smoke":"perhaps"}`, decode.Unclear, decode.On},                                                             //
		{`{"heat_velocity_inner":{"value":0.144,"unit":"cm"}}`, decode.Heat, ""},                                       // decentlab: sap flow
	} {
		got := said(open(t, chirpstack("", `,"object":`+tt.object)).Read(decode.Model{}))
		if got[tt.kind] != tt.value {
			t.Errorf("%s: %v, want %s %q", tt.object, got, tt.kind, tt.value)
		}
	}
}

// A mapping has the first word on the fields it names, and none on a danger
// beside them.
func TestS29_AMappingDoesNotHideTheDangerBesideIt(t *testing.T) {
	m := mapping(t, `{"rules":[{"path":"battery","kind":"battery","unit":"%"},{"path":"smoke","kind":"smoke","table":{"*":"off"}}]}`)
	for object, want := range map[string]map[decode.Kind]string{
		`{"battery":90,"leak_status":"leak"}`:             {decode.WaterLeak: decode.On, decode.Battery: "90"},
		`{"battery":90,"smoke":true}`:                     {decode.Smoke: decode.Off},
		`{"battery":90,"smoke":true,"smoke_alarm":true}`:  {decode.Smoke: decode.On},
		`{"battery":90,"smoke":true,"smoke_alarm":false}`: {decode.Smoke: decode.Off},
	} {
		got := said(open(t, chirpstack("", `,"object":`+object)).Read(decode.Model{Mapping: m}))
		for kind, value := range want {
			if got[kind] != value {
				t.Errorf("%s: %v", object, got)
			}
		}
	}
}

func TestS33_ABatteryInVoltsIsNoPercentage(t *testing.T) {
	for object, want := range map[string]string{
		`{"smoke":false,"battery":3.216}`: "V", `{"smoke":false,"battery":3}`: "V", `{"smoke":false,"battery":90}`: "%", `{"smoke":false,"battery":0}`: "%",
		`{"smoke":false,"battery":14.5}`: "%", `{"smoke":false,"battery":3216}`: "mV",
	} {
		for _, o := range open(t, chirpstack("", `,"object":`+object)).Read(decode.Model{}) {
			if o.Kind == decode.Battery && o.Unit != want {
				t.Errorf("%s: %q", object, o.Unit)
			}
		}
	}
}

func TestS29_NobodyIsNamedWithoutDevEUIAndApplication(t *testing.T) {
	for _, body := range []string{`{"end_device_ids":{"device_id":"x"}}`, `{"end_device_ids":{"application_ids":{"application_id":"x"}}}`} {
		if l, err := decode.Open(decode.Frame{Format: decode.TTS, Body: []byte(body)}); err == nil {
			t.Errorf("%s: %+v", body, l)
		}
	}
	l := open(t, decode.Frame{Format: decode.TTS, Body: []byte(`{"end_device_ids":{"device_id":"x","application_ids":{"application_id":"a"},"dev_eui":"AA"}}`)})
	if !strings.HasSuffix(l.Key, ":aa") {
		t.Error(l.Key)
	}
}
