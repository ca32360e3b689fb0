package app_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/paho"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/inbox"
)

// dial is a bridge that speaks MQTT to the house.
func (w *watched) dial(t *testing.T, g device.Granting) (device.Credential, *paho.Client) {
	t.Helper()
	ctx := context.Background()
	c, password, err := w.Devices.Issue(ctx, w.admin, w.xiwu, g)
	if err != nil {
		t.Fatal(err)
	}
	client, err := w.connect(t, "b", c.Username, password)
	if err != nil {
		t.Fatal(err)
	}
	return c, client
}

// connect signs a client in to the house over MQTT.
func (h house) connect(t *testing.T, id, username, password string) (*paho.Client, error) {
	t.Helper()
	addr, err := h.ListenMQTT("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := paho.NewClient(paho.ClientConfig{Conn: attempt(t, addr), PacketTimeout: 30 * time.Second})
	_, err = client.Connect(context.Background(), &paho.Connect{ClientID: id, KeepAlive: 60, Username: username, UsernameFlag: true, Password: []byte(password), PasswordFlag: true})
	t.Cleanup(func() { _ = client.Disconnect(&paho.Disconnect{}) })
	return client, err
}

func publish(t *testing.T, c *paho.Client, topic, body string) {
	t.Helper()
	publishAt(t, c, 1, topic, body)
}

func publishAt(t *testing.T, c *paho.Client, qos byte, topic, body string) {
	t.Helper()
	if _, err := c.Publish(context.Background(), &paho.Publish{Topic: topic, QoS: qos, Payload: []byte(body)}); err != nil {
		t.Fatal(err)
	}
}

// What is plainly telemetry takes the ordinary lane; a call for help, and
// whatever is not plain, the urgent one.
func TestTelemetryGivesWayToAlarms(t *testing.T) {
	w := watch(t)
	c, client := w.dial(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	for i, step := range []struct {
		topic, body string
		urgent      bool
	}{
		{"z2m/door", `{"contact":false,"battery":50}`, false},
		{"z2m/door", `{"contact":"odd"}`, true},
		{"z2m/smoke", `{"smoke":false}`, false},
		{"z2m/smoke", `{"smoke":true}`, true},
		{"z2m/smoke", `{"smoke":false}`, false},
		{"z2m/bridge/state", `{"state":"online"}`, true},
	} {
		publish(t, client, step.topic, step.body)
		if got := w.decoded(t, c).Urgent; got != step.urgent {
			t.Errorf("%d %s %s: urgent %t", i, step.topic, step.body, got)
		}
	}
}

// A flood of telemetry from one neighbourhood delays no alarm of another: the
// alarm is an incident before the flood, which never ends, has got any further
// than a few batches.
func TestFloodOfOneNeighbourhoodDelaysNoAlarmOfAnother(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	yeqing := w.tenant(t, "yeqing").ID
	admin := people.Actor{Tenant: yeqing, Person: "x", Posts: []people.Held{{Role: people.Administrator}}}
	flood, _, err := w.Devices.Issue(ctx, admin, yeqing, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	if err != nil {
		t.Fatal(err)
	}
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/kitchen", `{"smoke":false}`)
	w.bind(t, "zigbee:"+c.Device+"/kitchen", "guihua-6-402")
	var stored atomic.Int64
	stop, full := make(chan struct{}), make(chan struct{})
	var senders sync.WaitGroup
	for i := range 4 {
		senders.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				m := inbox.Message{Tenant: yeqing, Source: "mqtt", Device: flood.Username, Topic: fmt.Sprintf("z2m/door-%d", i), Body: []byte(fmt.Sprintf(`{"contact":%t}`, n%2 == 0)), Urgent: i == 0}
				w.Inbox.Submit(ctx, m, func(ok bool, _ error) {
					if ok && stored.Add(1) == 4000 {
						close(full)
					}
				})
			}
		})
	}
	<-full
	before := stored.Load()
	w.sends(t, c, "z2m/kitchen", `{"smoke":true}`)
	meanwhile := stored.Load() - before
	backlog, err := w.Inbox.Backlog(ctx, yeqing)
	if err != nil {
		t.Fatal(err)
	}
	close(stop)
	senders.Wait()
	s012 := w.person(t, "xiwu", "s012")
	committee, err := w.Door.ActorFor(ctx, s012.Tenant, s012.ID)
	if err != nil {
		t.Fatal(err)
	}
	if open, err := w.Alarms.Open(ctx, committee); err != nil || len(open) != 1 {
		t.Fatalf("%d incidents, %v", len(open), err)
	}
	t.Logf("%d messages of the flood were stored before the alarm came, %d until it was an incident", before, meanwhile)
	if backlog.Ordinary == 0 {
		t.Errorf("the flood did not flood: %+v", backlog)
	}
	if meanwhile > 4000 {
		t.Errorf("%d messages of the flood went before the alarm", meanwhile)
	}
}

func attempt(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// A bridge that keeps its connection lives, whatever its detectors have to say;
// ten minutes after it lost it, it is silent.
func TestConnectedBridgeIsNotSilent(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c, client := w.dial(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	publish(t, client, "z2m/bridge/state", `{"state":"online"}`)
	w.decoded(t, c)
	for range 5 {
		w.passes(t, 9*time.Minute)
		w.HearPresent(ctx)
	}
	if u := w.unit(t, c.Device); u.Has(device.Silent) {
		t.Fatal("a connected bridge is silent")
	}
	if err := client.Disconnect(&paho.Disconnect{}); err != nil {
		t.Fatal(err)
	}
	until(t, "the door sees it go", func() bool { w.HearPresent(ctx); return w.Connected() == 0 })
	w.passes(t, 11*time.Minute)
	w.passes(t, time.Minute)
	if u := w.unit(t, c.Device); !u.Has(device.Silent) {
		t.Error("a bridge that went is not silent")
	}
}

// A credential that another node ended is dropped here too.
func TestCredentialEndedElsewhereIsDropped(t *testing.T) {
	w := watch(t)
	ctx := context.Background()
	c, client := w.dial(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	publish(t, client, "z2m/a", `{"smoke":false}`)
	w.DropEnded(ctx)
	publish(t, client, "z2m/a", `{"smoke":false}`)
	if err := w.Devices.End(ctx, w.admin, w.xiwu, c.ID); err != nil { // as the other node does, without a word to this one
		t.Fatal(err)
	}
	w.DropEnded(ctx)
	<-client.Done()
}
