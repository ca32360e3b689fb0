package device_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

const smk = "zigbee:0x1"

// calm makes a known smoke detector of which everything was heard.
func (s *scene) calm() {
	s.t.Helper()
	s.says(online(smk), said(smk, decode.Smoke, decode.Off))
	s.heard = nil
}

// step is what a device says after a while, and what that changes.
type step struct {
	after time.Duration
	said  []decode.Observation
	want  []string
}

// follow lets a detector that has long been known say one thing after another.
func follow(t *testing.T, now time.Time, steps []step) {
	t.Helper()
	each(t, func(t *testing.T, s *scene) {
		s.clock.Set(now.Add(-30 * 24 * time.Hour))
		s.calm()
		s.clock.Set(now)
		for i, st := range steps {
			s.clock.Advance(st.after)
			if d := cmp.Diff(st.want, short(s.says(st.said...))); d != "" {
				t.Fatalf("step %d: %s", i+1, d)
			}
		}
	})
}

// An alarm that never ends is told again by the manner it is said in.
func TestAlarmSaidAgain(t *testing.T) {
	const hour = time.Hour
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	smoke := func(change ...func(*decode.Observation)) []decode.Observation {
		o := said(smk, decode.Smoke, decode.On)
		for _, c := range change {
			c(&o)
		}
		return []decode.Observation{online(smk), o}
	}
	at := func(d time.Duration) func(*decode.Observation) {
		return func(o *decode.Observation) { o.DeviceTime = now.Add(d) }
	}
	stored := func(o *decode.Observation) { o.Stored = true }
	happens := func(o *decode.Observation) { o.Manner = decode.Happen }
	cached := func(o *decode.Observation) { o.Manner = decode.Cached }
	for name, steps := range map[string][]step{
		"measured anew, ten minutes without a word": {
			{0, smoke(), []string{"alarm smoke"}}, {9 * time.Minute, smoke(), nil}, {9 * time.Minute, smoke(), nil},
			{11 * time.Minute, smoke(), []string{"alarm smoke"}}, {hour, smoke(stored), nil},
		},
		"each is another event": {
			{0, smoke(happens), []string{"alarm smoke"}}, {time.Second, smoke(happens), []string{"alarm smoke"}},
			{0, smoke(happens, at(2*time.Second)), []string{"alarm smoke"}}, {time.Minute, smoke(happens, at(2*time.Second)), nil},
			{11 * time.Minute, smoke(happens, at(2*time.Second)), []string{"alarm smoke late"}},
		},
		"repeated from memory": {
			{0, smoke(cached), []string{"alarm smoke"}}, {hour, smoke(cached), nil}, {22 * hour, smoke(cached), nil},
			{hour, smoke(cached), []string{"alarm smoke"}}, {hour, smoke(cached), nil},
			{26 * hour, smoke(cached), []string{"alarm smoke"}},
		},
	} {
		t.Run(name, func(t *testing.T) { follow(t, now, steps) })
	}
}

func TestChangesAreEventsAndMessagesAreNot(t *testing.T) {
	const hour = time.Hour
	obs := func(k decode.Kind, v string, change ...func(*decode.Observation)) decode.Observation {
		o := said(smk, k, v)
		for _, c := range change {
			c(&o)
		}
		return o
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) func(*decode.Observation) {
		return func(o *decode.Observation) { o.DeviceTime = now.Add(d) }
	}
	received := func(d time.Duration) func(*decode.Observation) {
		return func(o *decode.Observation) { o.ReceivedAt = now.Add(d) }
	}
	replay := func(o *decode.Observation) { o.Replay = true }
	test := func(o *decode.Observation) { o.Test = true }
	percent := func(o *decode.Observation) { o.Unit = "%" }
	one := func(o ...decode.Observation) []decode.Observation {
		return append([]decode.Observation{online(smk)}, o...)
	}
	on, off := decode.On, decode.Off
	for name, steps := range map[string][]step{
		"the same smoke is one event": {
			{0, one(obs(decode.Smoke, on)), []string{"alarm smoke"}}, {time.Minute, one(obs(decode.Smoke, on), obs(decode.Battery, "80", percent)), nil},
			{time.Minute, one(obs(decode.Smoke, off)), []string{"clear smoke"}}, {time.Minute, one(obs(decode.Smoke, on)), []string{"alarm smoke"}},
		},
		"delayed by eleven minutes":        {{0, one(obs(decode.Smoke, on, at(-11*time.Minute))), []string{"alarm smoke late"}}},
		"delayed by nine minutes":          {{0, one(obs(decode.Smoke, on, at(-9*time.Minute))), []string{"alarm smoke"}}},
		"clock wrong by two days":          {{0, one(obs(decode.Smoke, on, at(-48*hour))), []string{"alarm smoke"}}},
		"clock in the future":              {{0, one(obs(decode.Smoke, on, at(3*hour))), []string{"alarm smoke"}}, {time.Minute, one(obs(decode.Smoke, off, at(3*hour+time.Minute))), []string{"clear smoke"}}},
		"kept while offline, two days old": {{0, one(obs(decode.Smoke, on, at(-48*hour), replay)), []string{"alarm smoke late"}}},
		"telemetry read after the smoke that came later": {
			{0, one(obs(decode.Smoke, on)), []string{"alarm smoke"}}, {0, one(obs(decode.Smoke, off, received(-time.Second))), nil},
			{time.Second, one(obs(decode.Smoke, on)), nil}, {0, one(obs(decode.Smoke, off, received(time.Second))), []string{"clear smoke"}},
		},
		"smoke read after the clear that came later": {
			{0, one(obs(decode.Smoke, off)), nil}, {0, one(obs(decode.Smoke, on, received(-time.Second))), []string{"alarm smoke late"}},
		},
		"older than what is known": {
			{0, one(obs(decode.Smoke, off, at(-time.Minute))), nil}, {0, one(obs(decode.Smoke, on, at(-hour), replay)), []string{"alarm smoke late"}},
			{0, one(obs(decode.Smoke, on, at(-hour), replay)), nil}, {0, one(obs(decode.Smoke, on, at(-30*time.Minute), replay)), []string{"alarm smoke late"}},
			{0, one(obs(decode.Smoke, off, at(-20*time.Minute), replay)), nil}, {time.Minute, one(obs(decode.Smoke, on)), []string{"alarm smoke"}},
		},
		"the test button": {
			{0, one(obs(decode.Smoke, on, test), obs(decode.Test, on, test)), []string{"test test"}}, {time.Minute, one(obs(decode.Smoke, on, test), obs(decode.Test, on, test)), nil},
			{time.Minute, one(obs(decode.Smoke, off), obs(decode.Test, off)), nil}, {time.Minute, one(obs(decode.Smoke, on)), []string{"alarm smoke"}},
		},
		"a button that stuck hides no fire": {
			{0, one(obs(decode.Smoke, off, test), obs(decode.Test, on, test)), []string{"test test"}},
			{16 * time.Minute, one(obs(decode.Smoke, on, test), obs(decode.Test, on, test)), []string{"alarm smoke"}},
		},
		"battery": {
			{0, one(obs(decode.Battery, "16", percent)), nil}, {0, one(obs(decode.Battery, "15", percent)), []string{"trouble battery"}},
			{0, one(obs(decode.Battery, "18", percent)), nil}, {0, one(obs(decode.Battery, "20", percent)), []string{"recovered battery"}},
			{0, one(obs(decode.BatteryLow, on)), []string{"trouble battery"}}, {0, one(obs(decode.Battery, "90", percent)), nil}, {0, one(obs(decode.BatteryLow, off)), []string{"recovered battery"}},
			{0, one(obs(decode.Battery, "200", percent)), nil}, {0, one(obs(decode.Battery, "3")), nil},
		},
		"tamper and fault": {
			{0, one(obs(decode.Tamper, on), obs(decode.Fault, on)), []string{"trouble tamper", "trouble fault"}}, {0, one(obs(decode.Tamper, on)), nil},
			{0, one(obs(decode.Tamper, off)), []string{"recovered tamper"}}, {0, one(obs(decode.Fault, off)), []string{"recovered fault"}},
		},
		"a bay": {{0, one(obs(decode.Parking, on)), []string{"changed parking"}}, {0, one(obs(decode.Parking, on)), nil}, {0, one(obs(decode.Parking, off)), []string{"changed parking"}}},
		"not understood, on a detector": {
			{0, one(obs(decode.Unclear, on)), []string{"trouble not_understood"}}, {0, one(obs(decode.Unclear, on)), nil}, {0, one(obs(decode.Smoke, off)), []string{"recovered not_understood"}},
		},
		"asleep is not offline": {{0, []decode.Observation{obs(decode.Online, off)}, nil}},
		"water":                 {{0, one(obs(decode.WaterLeak, on)), []string{"alarm water_leak"}}},
	} {
		t.Run(name, func(t *testing.T) { follow(t, now, steps) })
	}
}

func TestUnknownDeviceAppearsUnclaimed(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		got := s.says(online(smk), said(smk, decode.Smoke, decode.On), online("lora:2"), said("lora:2", decode.Parking, decode.On))
		if d := cmp.Diff([]string{"appeared", "alarm smoke", "appeared", "changed parking"}, short(got)); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(short(got), s.news()); d != "" {
			t.Errorf("listeners heard something else: %s", d)
		}
		u := s.unit(smk)
		if !u.LifeSafety || u.Place != "" || !u.Claimed.IsZero() || u.LastSeen != s.store.Now() || s.unit("lora:2").LifeSafety {
			t.Errorf("%+v", u)
		}
		list, err := s.List(s.ctx, s.xw, "", 1)
		if err != nil || len(list) != 1 || list[0].Key != smk {
			t.Fatalf("%v %v", list, err)
		}
		rest, err := s.List(s.ctx, s.xw, list[0].ID, 10)
		if err != nil || len(rest) != 1 || rest[0].Key != "lora:2" {
			t.Errorf("%v %v", rest, err)
		}
	})
}

func TestListenerThatFailsUndoesTheNews(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		s.refuse = errRefused
		err := s.store.Update(s.ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := s.Seen(ctx, tx, s.xw, online(smk), said(smk, decode.Smoke, decode.On))
			return err
		})
		if !errors.Is(err, errRefused) {
			t.Fatal(err)
		}
		s.refuse = nil
		if got := short(s.says(online(smk), said(smk, decode.Smoke, decode.On))); !slices.Equal(got, []string{"alarm smoke"}) {
			t.Errorf("sent again: %v", got)
		}
	})
}

func TestWhoHasToKnow(t *testing.T) {
	for name, tt := range map[string]struct {
		event device.Event
		want  []people.Group
	}{
		"fire":     {device.Event{What: device.Alarm}, []people.Group{people.Property, people.Committee, people.Volunteers}},
		"trouble":  {device.Event{What: device.Troubled}, []people.Group{people.Property}},
		"again":    {device.Event{What: device.Troubled, Trouble: device.BatteryLow, Again: true}, []people.Group{people.Property, people.Committee}},
		"lasting":  {device.Event{What: device.Troubled, Trouble: device.Faulty, Again: true}, []people.Group{people.Property}},
		"appeared": {device.Event{What: device.Appeared}, []people.Group{people.Property, people.Committee}},
	} {
		if d := cmp.Diff(tt.want, tt.event.Audience()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestNotUnderstoodElsewhereIsTroubleAtTheThirdTime(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		var got []string
		for range 4 {
			got = append(got, fmt.Sprint(short(s.says(online("lora:2"), said("lora:2", decode.Unclear, decode.On)))))
		}
		if d := cmp.Diff([]string{"[appeared]", "[]", "[trouble not_understood]", "[]"}, got); d != "" {
			t.Error(d)
		}
	})
}

// The first message that nobody understands is told where lives may hang on the
// device: with an elder who lives alone, whatever hangs there, of a product
// whose mapping tells of a danger, or under a detector's credential. If nobody
// can say where the elders live, it is told too.
func TestNotUnderstoodWhereLivesMayHangOnItIsTroubleAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		var away error
		s.WatchOver(func(context.Context, store.Tenant) ([]string, error) { return []string{s.node["6-402"].ID}, away })
		odd := func(id, product string) device.Message {
			return device.Message{Frame: decode.Frame{Format: decode.CTWing, Body: fmt.Appendf(nil, `{"messageType":"dataReport","deviceId":%q,"productId":%q,"payload":{"fire_state":1}}`, id, product)}}
		}
		for id, home := range map[string]string{"elder": "6-402", "other": "6-1202"} {
			s.says(online("ctwing:" + id))
			if _, err := s.Bind(s.ctx, s.admin(), s.xw, s.unit("ctwing:"+id).ID, device.Binding{Place: s.node[home].ID}); err != nil {
				t.Fatal(err)
			}
		}
		fire := &decode.Mapping{Rules: []decode.Rule{{Path: "payload.smoke", Kind: decode.Smoke, Table: map[string]string{"1": decode.On}}}}
		for _, c := range []device.Codec{{Format: decode.CTWing, Product: "P", Mapping: fire}, {Format: decode.JSON, Mapping: &decode.Mapping{Device: "id", Rules: fire.Rules}}} {
			if _, err := s.Install(s.ctx, s.admin(), s.xw, c); err != nil {
				t.Fatal(err)
			}
		}
		s.says(online("json:box"), said("json:box", decode.Smoke, decode.Off))
		told := []string{"trouble not_understood"}
		for _, tt := range []struct {
			name string
			m    device.Message
			want []string
			away error
		}{
			{"another home", odd("other", ""), nil, nil},
			{"an elder's home", odd("elder", ""), told, nil},
			{"nobody knows", odd("other", ""), told, errors.New("away")},
			{"its product", odd("new", "P"), append([]string{"appeared"}, told...), nil},
			{"another product", odd("new2", "Q"), []string{"appeared"}, nil},
			{"a detector's credential", device.Message{Owner: "json:box", Frame: decode.Frame{Format: decode.JSON, Device: "json:box", Body: []byte(`{"id":"x","payload":{"smoke":"?"}}`)}}, append([]string{"appeared"}, told...), nil},
		} {
			away = tt.away
			s.clock.Advance(11 * time.Second) // what is known of homes is believed for ten
			if got := short(s.receives(tt.m)); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v", tt.name, got)
			}
		}
		if u := s.unit("ctwing:elder"); u.LifeSafety {
			t.Error("what hangs in an elder's home was made a detector by it")
		}
	})
}

func TestReadingsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.update(func(ctx context.Context, tx *store.Tx) error {
			for i := range 450 {
				v := map[bool]string{true: decode.On, false: decode.Off}[i%2 == 0]
				if _, err := s.Seen(ctx, tx, s.xw, online("lora:2"), said("lora:2", decode.Parking, v)); err != nil {
					return err
				}
			}
			return nil
		})
		list, err := s.Readings(s.ctx, s.xw, s.unit("lora:2").ID)
		if err != nil || len(list) != 200 || list[0].Value != decode.Off || list[1].Value != decode.On || list[0].Kind != decode.Parking {
			t.Errorf("%d readings, %v", len(list), err)
		}
	})
}

func TestSameSmokeFromManySidesIsOneEvent(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		const many = 20
		alarms := make(chan int, many)
		for range many {
			go func() {
				n := 0
				err := s.store.Update(s.ctx, func(ctx context.Context, tx *store.Tx) error {
					events, err := device.NewService(s.store, s.places).Seen(ctx, tx, s.xw, online(smk), said(smk, decode.Smoke, decode.On))
					n = len(short(events))
					return err
				})
				if err != nil {
					n = many
				}
				alarms <- n
			}()
		}
		total := 0
		for range many {
			total += <-alarms
		}
		if total != 1 {
			t.Errorf("%d events", total)
		}
	})
}

// When our clock goes back, what a device says from then on is news, not the
// past: smoke is told at once and as no late one, its end is heard, and so is
// the next.
func TestWhatIsSaidAfterOurClockWentBackIsNews(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.says(said("smk", decode.Smoke, decode.Off), said("smk", decode.Battery, "90"))
		s.clock.Advance(-time.Hour)
		for i, step := range []struct {
			value string
			what  []device.What
		}{{decode.On, []device.What{device.Alarm}}, {decode.On, []device.What{device.Still}}, {decode.Off, []device.What{device.Clear}}, {decode.On, []device.What{device.Alarm}}} {
			s.clock.Advance(time.Minute)
			var what []device.What
			for _, e := range s.says(said("smk", decode.Smoke, step.value)) {
				if e.Late {
					t.Errorf("%d: smoke %s is called late", i, step.value)
				}
				what = append(what, e.What)
			}
			if !slices.Equal(what, step.what) {
				t.Errorf("%d: smoke %s gives %v, want %v", i, step.value, what, step.what)
			}
		}
	})
}
