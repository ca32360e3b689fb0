package app_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/fireline/frame"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// watched is the sample subdistrict with its devices.
type watched struct {
	house
	xiwu  store.Tenant
	admin people.Actor
	guard people.Person // of the property at 6-402
	ahead atomic.Int64  // how far the house's clock is ahead, in nanoseconds
}

// watch is the sample subdistrict with its devices and a clock that can be
// moved.
func watch(t *testing.T, set ...func(*app.Options)) *watched {
	t.Helper()
	w := &watched{}
	now := func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
	o := app.Options{Dir: t.TempDir(), OneClick: true, Clock: now, Log: slog.New(slog.DiscardHandler)}
	for _, f := range set {
		f(&o)
	}
	furnished.Lived.Into(t, o.Dir)
	a, err := app.New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	w.house = house{App: a}
	a.Inbox.Start()
	w.xiwu, w.guard = w.tenant(t, "xiwu").ID, w.person(t, "xiwu", "s029")
	s003 := w.person(t, "caojiadu", "s003")
	home, err := a.Door.ActorFor(context.Background(), s003.Tenant, s003.ID)
	if err != nil {
		t.Fatal(err)
	}
	if w.admin, err = a.Door.Acting(context.Background(), home, w.xiwu); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *watched) grant(t *testing.T, g device.Granting) device.Credential {
	t.Helper()
	c, _, err := w.Devices.Issue(context.Background(), w.admin, w.xiwu, g)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sends stores a message as a door does and returns when it has been decoded.
func (w *watched) sends(t *testing.T, c device.Credential, topic, body string) inbox.Message {
	t.Helper()
	m := inbox.Message{Tenant: c.Tenant, Source: "mqtt", Device: c.Username, Topic: topic, Body: []byte(body), Urgent: true}
	if _, err := w.Inbox.Append(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	return w.decoded(t, c)
}

// decoded waits until the newest message under a credential was decoded.
func (w *watched) decoded(t *testing.T, c device.Credential) inbox.Message {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range 10_000 {
		list, err := w.Inbox.Recent(context.Background(), c.Tenant, c.Username, inbox.Page{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 1 && !list[0].DecodedAt.IsZero() {
			return list[0]
		}
		<-tick.C
	}
	t.Fatal("not decoded")
	return inbox.Message{}
}

func (w *watched) bind(t *testing.T, key, ref string) device.Unit {
	t.Helper()
	ctx := context.Background()
	u, err := w.Devices.ByKey(ctx, w.xiwu, key)
	if err != nil {
		t.Fatal(err)
	}
	at, err := w.Places.ByRef(ctx, w.xiwu, ref)
	if err != nil {
		t.Fatal(err)
	}
	if u, err = w.Devices.Bind(ctx, w.admin, w.xiwu, u.ID, device.Binding{Place: at.ID, Spot: "厨房"}); err != nil {
		t.Fatal(err)
	}
	return u
}

// tickets are those of a device, newest first.
func (w *watched) tickets(t *testing.T, unit string) []upkeep.View {
	t.Helper()
	list, err := w.Upkeep.OfDevice(context.Background(), w.admin, unit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// told are the messages that a person of the neighbourhood got about a device.
func (w *watched) told(t *testing.T, p people.Person, unit string) []notify.Message {
	t.Helper()
	list, err := w.Notify.Inbox(context.Background(), p.Tenant, p.ID, "", 200)
	if err != nil {
		t.Fatal(err)
	}
	tickets := w.tickets(t, unit)
	return slices.DeleteFunc(list, func(m notify.Message) bool {
		return !slices.ContainsFunc(tickets, func(v upkeep.View) bool { return v.ID == m.Matter })
	})
}

func (w *watched) unit(t *testing.T, key string) device.Unit {
	t.Helper()
	u, err := w.Devices.ByKey(context.Background(), w.xiwu, key)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// passes moves the clock and has what fell due done.
func (w *watched) passes(t *testing.T, d time.Duration) {
	t.Helper()
	w.ahead.Add(int64(d))
	if _, err := w.Jobs.RunDue(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// S33: a sensor that is silent for a day is itself an alarm to the property,
// with a way to its page.
func TestS33_SilentSensorReachesTheGuard(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/a", `{"smoke":false}`)
	u := w.bind(t, "zigbee:"+c.Device+"/a", "guihua-6-402")
	w.passes(t, 24*time.Hour)
	w.sends(t, c, "z2m/bridge/health", `{}`) // the bridge lives
	if got := w.told(t, w.guard, u.ID); len(got) != 0 {
		t.Fatalf("too early: %+v", got)
	}
	w.passes(t, 61*time.Minute)
	w.passes(t, time.Minute)
	if got := w.told(t, w.guard, w.unit(t, c.Device).ID); len(got) == 0 {
		t.Fatalf("the bridge fell silent and nobody was told")
	}
	w.sends(t, c, "z2m/bridge/health", `{}`)
	w.passes(t, time.Minute)
	got := w.told(t, w.guard, u.ID)
	if len(got) != 1 || got[0].Key != "upkeep.told.silent" || got[0].Link != upkeep.Kind().Path(w.tickets(t, u.ID)[0].ID) {
		t.Fatalf("%+v", got)
	}
}

// A gateway that goes off the line is one message that names its detectors,
// whether or not somebody said where the gateway stands, and one more after
// four hours.
func TestGatewayOutageIsOneMessageWithItsDetectors(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	for name, ref := range map[string]string{"a": "guihua-6-402", "b": "guihua-6-301"} {
		w.sends(t, c, "z2m/"+name, `{"smoke":false}`)
		w.bind(t, "zigbee:"+c.Device+"/"+name, ref)
	}
	w.sends(t, c, "z2m/bridge/state", `{"state":"online"}`)
	for range 3 { // it comes and goes
		w.sends(t, c, "z2m/bridge/state", `{"state":"offline"}`)
		w.sends(t, c, "z2m/bridge/state", `{"state":"online"}`)
	}
	w.sends(t, c, "z2m/bridge/state", `{"state":"offline"}`)
	w.passes(t, time.Hour)
	if got := w.told(t, w.guard, w.unit(t, c.Device).ID); len(got) != 1 {
		t.Fatalf("told once for each time: %+v", got)
	}
	w.passes(t, 25*time.Hour)
	w.passes(t, time.Minute)
	got := slices.DeleteFunc(w.told(t, w.guard, w.unit(t, c.Device).ID), func(m notify.Message) bool { return m.Key == "upkeep.told.late" }) // a day later
	if len(got) != 2 || got[0].Key != "upkeep.told.gateway" || got[0].Args["n"] != "2" || !strings.Contains(got[0].Args["list"], "402") || !strings.Contains(got[0].Args["list"], "301") {
		t.Fatalf("%+v", got)
	}
	for _, name := range []string{"a", "b"} {
		if got := w.told(t, w.guard, w.unit(t, "zigbee:"+c.Device+"/"+name).ID); len(got) != 0 {
			t.Errorf("%s: told one by one: %+v", name, got)
		}
	}
}

// A device that has a certificate of the operator's authority comes in by it,
// under the credential that the certificate names, until that ends.
func TestDeviceComesInByItsCertificate(t *testing.T) {
	w, own := watch(t), inboxtest.NewAuthority(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	addr, err := w.ListenMQTT("127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{own.Server()}, ClientCAs: own.Pool(), ClientAuth: tls.VerifyClientCertIfGiven})
	if err != nil {
		t.Fatal(err)
	}
	knock := func() byte {
		t.Helper()
		conn, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: own.Pool(), Certificates: []tls.Certificate{own.Client(c.Username)}})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		if _, err := conn.Write([]byte("\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04mine")); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 4)
		if _, err := io.ReadFull(conn, answer); err != nil {
			t.Fatal(err)
		}
		return answer[3]
	}
	if code := knock(); code != 0 {
		t.Fatalf("not let in: %d", code)
	}
	if err := w.Devices.End(context.Background(), w.admin, w.xiwu, c.ID); err != nil {
		t.Fatal(err)
	}
	w.ForgetCredential(c.Username)
	if code := knock(); code == 0 {
		t.Error("let in after it ended")
	}
}

// To take back what was retained is no word of the device's.
func TestRetainedTakenBackIsNoTrouble(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.JSON, Topic: "box"})
	m := inbox.Message{Tenant: c.Tenant, Source: "mqtt", Device: c.Username, Topic: "box", Retain: true}
	for note, trouble := range map[string]bool{inbox.Cleared: false, "": true} {
		m.Note = note
		if _, err := w.Inbox.Append(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		if got := w.decoded(t, c); (got.Trouble != "") != trouble {
			t.Errorf("%q: %+v", note, got)
		}
	}
}

// Words that nobody understands, from a detector or from the cloud that speaks
// for it, are a fault alarm at once; the message stays and says why.
func TestNotUnderstoodIsAFaultAlarmNeverSilence(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	z := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, z, "z2m/a", `{"smoke":false}`)
	u := w.bind(t, "zigbee:"+z.Device+"/a", "guihua-6-402")
	cloud := w.grant(t, device.Granting{Format: decode.CTWing})
	for _, bad := range []struct {
		from device.Credential
		unit string
		body string
	}{{z, u.ID, `{"smoke":"maybe"}`}, {cloud, w.unit(t, cloud.Device).ID, "\x00\xff not JSON"}} {
		m := w.sends(t, bad.from, "z2m/a", bad.body)
		if m.Trouble == "" || string(m.Body) != bad.body {
			t.Errorf("kept as %+v", m)
		}
		got := w.told(t, w.guard, bad.unit)
		if len(got) != 1 || got[0].Key != "upkeep.told.not_understood" {
			t.Errorf("%s: %+v", bad.from.Format, got)
		}
		office, err := w.Notify.Inbox(ctx, w.Office.ID, w.person(t, "caojiadu", "s003").ID, "", 50)
		if err != nil || !slices.ContainsFunc(office, func(m notify.Message) bool { return m.Matter == w.tickets(t, bad.unit)[0].ID }) {
			t.Errorf("%s: the administrator was not told: %v", bad.from.Format, err)
		}
	}
}

// A device that guards no life becomes a ticket at its third message, and
// what was stored is read once the operator has said what it means.
func TestStoredMessagesAreReadAfterACodecCame(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.JSON, Topic: "box"})
	u := w.unit(t, c.Device)
	for i := range 3 {
		if got := w.told(t, w.guard, u.ID); len(got) != 0 {
			t.Fatalf("told after %d: %+v", i, got)
		}
		w.sends(t, c, "box", `{"state":"X"}`)
	}
	if got := w.told(t, w.guard, u.ID); len(got) != 1 {
		t.Fatalf("told after three: %+v", got)
	}
	w.sends(t, c, "box", `{"state":"LEAK"}`)
	w.passes(t, 20*time.Minute)
	mapping := &decode.Mapping{Rules: []decode.Rule{{Path: "state", Kind: decode.WaterLeak, Table: map[string]string{"LEAK": decode.On, "X": decode.Off}}}}
	if _, err := w.Devices.Install(ctx, w.admin, w.xiwu, device.Codec{Format: decode.JSON, Mapping: mapping}); err != nil {
		t.Fatal(err)
	}
	n, err := w.Inbox.Replay(ctx, inbox.Filter{Tenant: w.xiwu})
	if err != nil || n != 4 {
		t.Fatalf("%d read again, %v", n, err)
	}
	if m := w.decoded(t, c); m.Trouble != "" || m.Replays != 1 {
		t.Fatalf("%+v", m)
	}
	again := w.unit(t, c.Device)
	if again.State[decode.WaterLeak].Value != decode.On || again.Has(device.NotUnderstood) {
		t.Errorf("%+v", again)
	}
	if !again.LastSeen.Equal(u.LastSeen) && w.Store.Now().Sub(again.LastSeen) < 15*time.Minute {
		t.Error("a message read from the disk made a silent device live")
	}
}

// The fire line stands open in the house: a station that is known and calls
// from where it may is confirmed, and its smoke is an incident.
func TestFireStationReachesTheAlarm(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c := w.grant(t, device.Granting{Format: decode.GB26875, Station: "000000000001", Peers: "127.0.0.0/8"})
	addr, err := w.ListenFire("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	data := append([]byte{2, 1, 1, 1, 40, 1, 0, 4, 0, 2, 0}, make([]byte, 37)...) // a smoke detector with its fire bit set
	f := frame.Frame{Serial: 7, Source: frame.Address{1}, Command: frame.Send, Data: data, Check: frame.Sum}
	if _, err := conn.Write(f.Bytes()); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 30)
	if _, err := conn.Read(answer); err != nil || answer[26] != byte(frame.Confirm) {
		t.Fatalf("%x %v", answer, err)
	}
	w.decoded(t, c)
	s012 := w.person(t, "xiwu", "s012")
	committee, err := w.Door.ActorFor(ctx, s012.Tenant, s012.ID)
	if err != nil {
		t.Fatal(err)
	}
	open, err := w.Alarms.Open(ctx, committee)
	if err != nil || len(open) != 1 {
		t.Fatalf("%d open, %v", len(open), err)
	}
}
