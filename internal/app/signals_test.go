package app_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/notify/robot"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/fireline/frame"
	"github.com/linli/linli/internal/platform/store"
)

// line is a house whose devices speak, with a clock that stands.
type line struct {
	*callHouse
	device.Credential
	password string
}

// eachLine runs fn with a credential for a format, on both databases.
func eachLine(t *testing.T, g device.Granting, fn func(t *testing.T, l *line)) {
	t.Helper()
	eachCall(t, func(t *testing.T, h *callHouse) {
		h.t = t
		h.Inbox.Start()
		c, password, err := h.Devices.Issue(context.Background(), h.administrator(), h.xiwu, g)
		if err != nil {
			t.Fatal(err)
		}
		fn(t, &line{h, c, password})
	})
}

func (h *callHouse) administrator() people.Actor {
	return people.Actor{Tenant: h.xiwu, Person: "p-admin", Posts: []people.Held{{Role: people.Administrator}}}
}

// says stores a message as a door does and returns when it has been decoded.
func (l *line) says(topic, body string, change ...func(*inbox.Message)) inbox.Message {
	l.t.Helper()
	m := inbox.Message{Tenant: l.xiwu, Source: "mqtt", Device: l.Username, Topic: topic, Body: []byte(body), Urgent: true}
	for _, f := range change {
		f(&m)
	}
	if _, err := l.Inbox.Append(context.Background(), m); err != nil {
		l.t.Fatal(err)
	}
	return l.read()
}

// read waits until the newest message was decoded.
func (l *line) read() (m inbox.Message) {
	l.t.Helper()
	until(l.t, "the message is decoded", func() bool {
		list, err := l.Inbox.Recent(context.Background(), l.xiwu, l.Username, inbox.Page{Limit: 1})
		if err != nil || len(list) == 0 {
			l.t.Fatal(list, err)
		}
		m = list[0]
		return !m.DecodedAt.IsZero()
	})
	return m
}

// open are the open incidents.
func (l *line) open() []alarm.Row {
	l.t.Helper()
	list, err := l.Alarms.Open(context.Background(), l.actor("xiwu", "s012"))
	if err != nil {
		l.t.Fatal(err)
	}
	return list
}

// shut closes the one incident that is open.
func (l *line) shut() alarm.Row {
	l.t.Helper()
	list := l.open()
	if len(list) != 1 {
		l.t.Fatalf("%d open, want one", len(list))
	}
	l.clock.Advance(time.Minute)
	for _, x := range []alarm.Act{{ID: list[0].ID, Verb: alarm.AtDoor}, {ID: list[0].ID, Verb: alarm.Outcome}, {ID: list[0].ID, Verb: alarm.Shut, Cause: alarm.DeviceFault}} {
		if _, err := l.Alarms.Do(context.Background(), l.actor("xiwu", "s012"), x); err != nil {
			l.t.Fatalf("%s: %v", x.Verb, err)
		}
	}
	return list[0]
}

// event is an eventReport of a smoke detector that never says that it is over.
func (l *line) event() string {
	return fmt.Sprintf(`{"messageType":"eventReport","deviceId":"a","productId":"15000001","timestamp":%d,"payload":{"serviceData":{"Alarm_Status":1}}}`, l.clock.Now().UnixMilli())
}

// A sender that never says that it is over raises each fire: by the event of a
// cloud, a month later or a minute after the last was closed.
func TestS31_SecondFireOfASenderThatNeverClears(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.CTWing}, func(t *testing.T, l *line) {
		l.says("", l.event())
		l.clock.Advance(30 * time.Second)
		same := l.event()
		l.says("", same)
		if list := l.open(); len(list) != 1 || list[0].Signals != 2 {
			t.Fatalf("the second event while the first is open: %+v", list)
		}
		l.shut()
		if l.says("", same); len(l.open()) != 0 {
			t.Error("the platform sent the same event once more, and it is another fire")
		}
		l.clock.Advance(time.Minute)
		if l.says("", l.event()); len(l.open()) != 1 {
			t.Fatal("an event a minute after the last was closed is swallowed")
		}
		l.shut()
		l.clock.Advance(30 * 24 * time.Hour)
		if l.says("", l.event()); len(l.open()) != 1 {
			t.Fatal("the fire a month later is swallowed")
		}
	})
}

// A fire panel that was reset by hand sends no end; its next fire counts.
func TestS31_PanelResetByHand(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.GB26875, Station: "000000000001"}, func(t *testing.T, l *line) {
		fire := func() string {
			at := l.clock.Now().Add(8 * time.Hour)
			stamp := []byte{byte(at.Second()), byte(at.Minute()), byte(at.Hour()), byte(at.Day()), byte(at.Month()), byte(at.Year() - 2000)}
			data := append([]byte{2, 1, 1, 1, 40, 1, 0, 4, 0, 2, 0}, make([]byte, 31)...)
			f := frame.Frame{Serial: 7, Source: frame.Address{1}, Command: frame.Send, Data: append(data, stamp...), Check: frame.Sum}
			return string(f.Bytes())
		}
		l.says("", fire())
		first := fire()
		l.shut()
		for range 3 { // the panel sends the same state again
			if l.says("", first); len(l.open()) != 0 {
				t.Fatalf("the same state is another fire: %s", hex.EncodeToString([]byte(first)))
			}
		}
		l.clock.Advance(3 * time.Minute)
		if l.says("", fire()); len(l.open()) != 1 {
			t.Fatal("the fire after the reset is swallowed")
		}
	})
}

// A lift in which somebody is trapped again, though its box never said that
// the first was freed.
func TestS56_SecondEntrapmentOfABoxThatNeverClears(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.Lift}, func(t *testing.T, l *line) {
		trapped := func() string {
			return fmt.Sprintf(`{"device":"elev-4","event":"entrapment","at":%q}`, l.clock.Now().Format(time.RFC3339))
		}
		l.says("", trapped())
		l.shut()
		l.clock.Advance(2 * time.Hour)
		if l.says("", trapped()); len(l.open()) != 1 {
			t.Fatal("the second entrapment is swallowed")
		}
	})
}

// A bridge that repeats its detector's last word with each message raises no
// incident after the other within half an hour of people closing the first; a
// clear between, or a day, makes it another.
func TestS31_RepetitionFromMemoryIsNoSecondFire(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"}, func(t *testing.T, l *line) {
		const smoke = `{"smoke":true,"battery":80}`
		l.says("z2m/a", smoke)
		l.shut()
		for range 29 {
			l.clock.Advance(time.Minute)
			if l.says("z2m/a", smoke); len(l.open()) != 0 {
				t.Fatal("the same word of the bridge is another fire")
			}
		}
		l.says("z2m/a", `{"smoke":false,"battery":80}`)
		if l.says("z2m/a", smoke); len(l.open()) != 1 {
			t.Fatal("smoke after a clear is swallowed")
		}
		l.shut()
		l.clock.Advance(26 * time.Hour)
		if l.says("z2m/a", smoke); len(l.open()) != 1 {
			t.Fatal("smoke after a day without a word is swallowed")
		}
	})
}

// A register that cannot be read while a smoke is decoded is no fault of the
// detector: the smoke is an incident as soon as it can be read again.
func TestS30_SmokeReadWhileTheDatabaseStumbles(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.CTWing}, func(t *testing.T, l *line) {
		rename := func(from, to string) {
			t.Helper()
			err := l.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, "ALTER TABLE "+from+" RENAME TO "+to)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		rename("device_codec", "device_codec_gone")
		m := inbox.Message{Tenant: l.xiwu, Source: "ctwing", Device: l.Username, Body: []byte(l.event()), Urgent: true}
		if _, err := l.Inbox.Append(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		until(t, "reading it failed", func() bool {
			list, err := l.Inbox.Recent(context.Background(), l.xiwu, l.Username, inbox.Page{Limit: 1})
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			return list[0].Tries == 2 || list[0].Trouble != ""
		})
		rename("device_codec_gone", "device_codec")
		l.clock.Advance(time.Second)
		l.Inbox.Sweep()
		if m := l.read(); m.Trouble != "" || len(l.open()) != 1 {
			t.Errorf("trouble %q, %d open", m.Trouble, len(l.open()))
		}
	})
}

// A device's clock is believed within a day of ours; a live fire of one that
// stands in 2019 is not late. What was kept says late, with or without a time
// of its own, and so does what lay on the disk for long.
func TestS30_LateIsSaidWhenItIsTrue(t *testing.T) {
	mapping := &decode.Mapping{Time: "t", Replay: "kept", Rules: []decode.Rule{{Path: "smoke", Kind: decode.Smoke}}}
	for name, x := range map[string]struct {
		body     string
		received time.Duration // before it is decoded
		late     time.Duration
	}{
		"clock of 2019":         {`{"smoke":true,"t":"2019-07-25T06:34:15Z"}`, 0, 0},
		"half an hour ago":      {`{"smoke":true,"t":"%"}`, 0, 30 * time.Minute},
		"kept":                  {`{"smoke":true,"t":"%","kept":1}`, 0, 30 * time.Minute},
		"kept, without a clock": {`{"smoke":true,"kept":1}`, 0, time.Second},
		"lay for an hour":       {`{"smoke":true}`, time.Hour, time.Hour},
		"lay for nine minutes":  {`{"smoke":true}`, 9 * time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			eachLine(t, device.Granting{Format: decode.JSON, Topic: "box"}, func(t *testing.T, l *line) {
				if _, err := l.Devices.Install(context.Background(), l.administrator(), l.xiwu, device.Codec{Format: decode.JSON, Mapping: mapping}); err != nil {
					t.Fatal(err)
				}
				half := l.clock.Now().Add(-30 * time.Minute).Format(time.RFC3339)
				m := l.says("box", strings.ReplaceAll(x.body, "%", half), func(m *inbox.Message) { m.ReceivedAt = l.clock.Now().Add(-x.received) })
				list := l.open()
				if len(list) != 1 || m.Trouble != "" {
					t.Fatalf("%d open, trouble %q", len(list), m.Trouble)
				}
				if list[0].Late != x.late || !list[0].RaisedAt.Equal(l.clock.Now().Add(-x.received)) {
					t.Errorf("late %v, raised at %v", list[0].Late, list[0].RaisedAt)
				}
			})
		})
	}
}

// The timers run from when the message was on disk: five minutes of standing
// still are not given away again, all that fell due is done at once.
func TestS31_TimersRunFromTheReceipt(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.CTWing}, func(t *testing.T, l *line) {
		ctx := context.Background()
		l.says("", l.event(), func(m *inbox.Message) { m.ReceivedAt = l.clock.Now().Add(-5 * time.Minute) })
		for range 8 {
			if _, err := l.Jobs.RunDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		v, err := l.Alarms.View(ctx, l.actor("xiwu", "s012"), l.open()[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		var did []string
		for _, e := range v.Timeline {
			did = append(did, e.Key)
		}
		for _, want := range []string{"alarm.step.office", "alarm.step.call119"} {
			if !slices.Contains(did, want) {
				t.Errorf("%s is missing: %v", want, did)
			}
		}
		if _, next := v.Next(); !next.After(l.clock.Now()) {
			t.Errorf("the next timer is overdue since %v", next)
		}
	})
}

// S33: a detector that cannot be understood is an alarm itself: the group's
// robot and the phones of the property say so at once, naming the building and
// not the door, and again after four hours. Two troubles of one message are
// both told.
func TestS33_DetectorsFaultReachesRobotAndPhones(t *testing.T) {
	var said chan string
	robots := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var x struct {
			Text struct{ Content string } `json:"text"`
		}
		if err := json.NewDecoder(r.Body).Decode(&x); err != nil {
			t.Error(err)
		}
		said <- x.Text.Content
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	defer robots.Close()
	at, err := url.Parse(robots.URL)
	if err != nil {
		t.Fatal(err)
	}
	eachCall(t, func(t *testing.T, h *callHouse) {
		h.t, said = t, make(chan string, 100)
		ctx := context.Background()
		if err := h.Notify.AddRobot(ctx, people.Actor{Tenant: h.xiwu}, robot.Config{Make: robot.WeCom, URL: robots.URL + "/robot?key=K"}); err != nil {
			t.Fatal(err)
		}
		h.Inbox.Start()
		c, _, err := h.Devices.Issue(ctx, h.administrator(), h.xiwu, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
		if err != nil {
			t.Fatal(err)
		}
		l := &line{callHouse: h, Credential: c}
		l.says("z2m/a", `{"smoke":false}`)
		u, err := h.Devices.ByKey(ctx, h.xiwu, "zigbee:"+c.Device+"/a")
		if err != nil {
			t.Fatal(err)
		}
		flat, err := h.Places.ByRef(ctx, h.xiwu, "guihua-6-402")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Devices.Bind(ctx, h.administrator(), h.xiwu, u.ID, device.Binding{Place: flat.ID, Spot: "厨房"}); err != nil {
			t.Fatal(err)
		}
		l.says("z2m/a", `{"smoke":false,"tamper":true,"alarm":true}`)
		l.says("z2m/a", `{"smoke":"maybe"}`)
		h.Notify.Flush(ctx)
		for len(said) > 0 {
			<-said
		}
		guard := h.person(t, "xiwu", "s029")
		told := func(key string) (n int) {
			list, err := h.Notify.Inbox(ctx, h.xiwu, guard.ID, "", 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range list {
				if m.Key == key {
					n++
				}
			}
			return n
		}
		for _, want := range []string{"upkeep.told.tamper", "upkeep.told.not_understood"} {
			if n := told(want); n != 1 {
				t.Errorf("%s was told %d times", want, n)
			}
		}
		h.clock.Advance(4*time.Hour + time.Minute)
		if _, err := h.Jobs.RunDue(ctx); err != nil {
			t.Fatal(err)
		}
		h.Notify.Flush(ctx)
		close(said)
		text := <-said
		if !strings.Contains(text, "桂花园 6号") || strings.Contains(text, "402") || !strings.Contains(text, "探测器") {
			t.Errorf("the robot said %q", text)
		}
		if n := told("upkeep.told.not_understood"); n != 2 {
			t.Errorf("the guard was told %d times", n)
		}
	}, func(o *app.Options) { o.HookHosts = []string{at.Host} })
}

// What is read again once its meaning is known calls people if it came within a
// day; what is older counts as read and calls nobody.
func TestReadAgainCallsForTheLastDayOnly(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.JSON, Topic: "box"}, func(t *testing.T, l *line) {
		ctx := context.Background()
		read := func() {
			t.Helper()
			n, err := l.Inbox.Replay(ctx, inbox.Filter{Tenant: l.xiwu})
			if err != nil || n != 1 {
				t.Fatalf("%d read again, %v", n, err)
			}
			if m := l.read(); m.Trouble != "" || m.Replays != 1 {
				t.Errorf("%+v", m)
			}
		}
		l.says("box", `{"state":1}`)
		l.clock.Advance(25 * time.Hour)
		leak := &decode.Mapping{Rules: []decode.Rule{{Path: "state", Kind: decode.WaterLeak, Table: map[string]string{"1": decode.On}}}}
		if _, err := l.Devices.Install(ctx, l.administrator(), l.xiwu, device.Codec{Format: decode.JSON, Mapping: leak}); err != nil {
			t.Fatal(err)
		}
		if read(); len(l.open()) != 0 {
			t.Error("a leak of the day before yesterday calls people")
		}
		if err := l.Devices.Remove(ctx, l.administrator(), l.xiwu, decode.JSON, ""); err != nil {
			t.Fatal(err)
		}
		l.says("box", `{"state":1}`)
		l.clock.Advance(23 * time.Hour)
		if _, err := l.Devices.Install(ctx, l.administrator(), l.xiwu, device.Codec{Format: decode.JSON, Mapping: leak}); err != nil {
			t.Fatal(err)
		}
		if read(); len(l.open()) != 1 || l.open()[0].Late != 23*time.Hour {
			t.Errorf("a leak of today: %+v", l.open())
		}
	})
}
