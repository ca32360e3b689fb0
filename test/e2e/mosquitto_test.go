package e2e_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/need"
)

// oneBridge knows one bridge.
type oneBridge struct{}

func (oneBridge) Verify(_ context.Context, username, password string) (inbox.Credential, error) {
	if username != "bridge" || password != "right" {
		return inbox.Credential{}, errors.New("who is that")
	}
	return inbox.Credential{Tenant: "east", Device: "b1", Prefixes: []string{"zigbee2mqtt"}, LifeSafety: true}, nil
}

// Certified knows it too.
func (b oneBridge) Certified(ctx context.Context, name string) (inbox.Credential, error) {
	return b.Verify(ctx, name, "right")
}

// Pin pins nothing.
func (oneBridge) Pin(context.Context, inbox.Credential, string) (string, error) { return "", nil }

// mosquitto is a door with Mosquitto's own clients in front of it.
type mosquitto struct {
	pub, sub   string
	host, port string
	store      *store.Store
	door       *mqtt.Door
}

func newMosquitto(t *testing.T) mosquitto {
	t.Helper()
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	return mosquitto{store: s}.again(t)
}

// again is another door to the same database, as after a restart.
func (m mosquitto) again(t *testing.T) mosquitto {
	t.Helper()
	m.pub, m.sub = need.Program(t, "mosquitto_pub"), need.Program(t, "mosquitto_sub")
	box := inbox.NewBox(inbox.Options{Store: m.store})
	door, err := mqtt.New(mqtt.Options{Inbox: box, Keeper: oneBridge{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { door.Stop(); box.Stop() })
	addr, err := door.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	m.door = door
	m.host, m.port, err = net.SplitHostPort(addr.String())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (m mosquitto) args(password, version, topic string, more ...string) []string {
	return append([]string{"-h", m.host, "-p", m.port, "-u", "bridge", "-P", password, "-V", version, "-t", topic}, more...)
}

func TestMosquittoPublishes(t *testing.T) {
	m := newMosquitto(t)
	want := 0
	for _, version := range []string{"mqttv311", "mqttv5"} {
		for _, qos := range []string{"0", "1", "2"} {
			out, err := exec.Command(m.pub, m.args("right", version, "zigbee2mqtt/kitchen", "-q", qos, "-m", `{"smoke":true}`, "-i", "me")...).CombinedOutput()
			if want++; err != nil {
				t.Errorf("%s QoS %s: %v %s", version, qos, err, out)
			}
		}
		lines := exec.Command(m.pub, m.args("right", version, "zigbee2mqtt/kitchen", "-q", "1", "-l")...)
		lines.Stdin = strings.NewReader(strings.Repeat("{}\n", 500))
		if out, err := lines.CombinedOutput(); err != nil {
			t.Errorf("%s, many: %v %s", version, err, out)
		}
		want += 500
		if _, err := exec.Command(m.pub, m.args("wrong", version, "zigbee2mqtt/kitchen", "-q", "1", "-m", "x")...).CombinedOutput(); err == nil {
			t.Errorf("%s: a wrong password was let in", version)
		}
	}
	if got := inboxtest.Count(t, m.store); got != want {
		t.Fatalf("%d rows, want %d", got, want)
	}
}

// The command is sent again and again until the listener, which does not say
// when it is ready, has heard it.
func TestMosquittoSubscribes(t *testing.T) {
	m := newMosquitto(t)
	heard := make(chan string, 1)
	go func() {
		out, err := exec.Command(m.sub, m.args("right", "mqttv311", "zigbee2mqtt/#", "-C", "1", "-W", "20")...).CombinedOutput()
		if err != nil {
			out = append(out, err.Error()...)
		}
		heard <- string(out)
	}()
	for {
		select {
		case got := <-heard:
			if got != "shut\n" {
				t.Fatalf("heard %q", got)
			}
			return
		default:
			if out, err := exec.Command(m.pub, m.args("right", "mqttv5", "zigbee2mqtt/valve/set", "-q", "1", "-m", "shut")...).CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
		}
	}
}

// stored is how many messages the inbox holds.
func (m mosquitto) stored(t *testing.T) int { return inboxtest.Count(t, m.store) }

// A client that publishes or listens outside its prefix is refused, whatever
// it speaks: nothing is stored, nothing is heard.
func TestMosquittoKeepsToItsPrefix(t *testing.T) {
	m := newMosquitto(t)
	for _, version := range []string{"mqttv311", "mqttv5"} {
		for _, qos := range []string{"1", "2"} {
			ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
			// In 3.1.1 the connection is closed and the client tries again until
			// it is ended; in 5 it is told and gives up.
			out, err := exec.CommandContext(ctx, m.pub, m.args("right", version, "meters/hall", "-q", qos, "-m", "x", "-i", "far")...).CombinedOutput()
			stop()
			told := strings.Contains(strings.ToLower(string(out)), "not authorized")
			if err == nil && !told {
				t.Errorf("%s QoS %s: another's prefix was taken: %s", version, qos, out)
			}
		}
		out, err := exec.Command(m.sub, m.args("right", version, "meters/#", "-C", "1", "-W", "5")...).CombinedOutput()
		if err == nil && !strings.Contains(string(out), "denied") {
			t.Errorf("%s: listening at another's prefix: %v %s", version, err, out)
		}
		if _, err := exec.Command(m.sub, m.args("wrong", version, "zigbee2mqtt/#", "-C", "1", "-W", "5")...).CombinedOutput(); err == nil {
			t.Errorf("%s: a wrong password listens", version)
		}
	}
	if n := m.stored(t); n != 0 {
		t.Errorf("%d messages stored", n)
	}
	if out, err := exec.Command(m.pub, m.args("right", "mqttv311", "zigbee2mqtt/kitchen", "-q", "1", "-m", "x")...).CombinedOutput(); err != nil || m.stored(t) != 1 {
		t.Errorf("below its own prefix: %v %s, %d stored", err, out, m.stored(t))
	}
}

// While nothing can be stored no client is told that its message arrived; once
// it can, the same message is taken, and of QoS 2 it is taken once.
func TestMosquittoIsToldOnlyWhatIsOnDisk(t *testing.T) {
	m := newMosquitto(t)
	letGo := inboxtest.FailCommits(t, m.store)
	for _, version := range []string{"mqttv311", "mqttv5"} {
		for _, qos := range []string{"1", "2"} {
			ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
			out, err := exec.CommandContext(ctx, m.pub, m.args("right", version, "zigbee2mqtt/kitchen", "-q", qos, "-m", "x")...).CombinedOutput()
			stop()
			if err == nil && !strings.Contains(strings.ToLower(string(out)), "quota exceeded") {
				t.Errorf("%s QoS %s: told that it arrived: %s", version, qos, out)
			}
		}
	}
	if n := m.stored(t); n != 0 {
		t.Fatalf("%d messages stored", n)
	}
	letGo()
	for _, version := range []string{"mqttv311", "mqttv5"} {
		if out, err := exec.Command(m.pub, m.args("right", version, "zigbee2mqtt/kitchen", "-q", "2", "-m", "x")...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", version, err, out)
		}
	}
	if n := m.stored(t); n != 2 {
		t.Errorf("%d messages stored, want 2", n)
	}
}

// Mosquitto's client comes in with a last will that has no payload, and what it says
// to MQTT 5 subscribers passes with its properties.
func TestMosquittoHasAnEmptyWill(t *testing.T) {
	m := newMosquitto(t)
	for i, version := range []string{"mqttv31", "mqttv311", "mqttv5"} {
		out, err := exec.Command(m.pub, m.args("right", version, "zigbee2mqtt/kitchen", "-q", "1", "-m", "y", "--will-topic", "zigbee2mqtt/bridge/state")...).CombinedOutput()
		if err != nil || m.stored(t) != i+1 {
			t.Errorf("%s: %v %s, %d stored", version, err, out, m.stored(t))
		}
	}
	dying := exec.Command(m.pub, m.args("right", "mqttv5", "zigbee2mqtt/kitchen", "-q", "1", "-l", "--will-topic", "zigbee2mqtt/bridge/state")...)
	in, err := dying.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := dying.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte("y\n")); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	within := time.After(20 * time.Second)
	for _, want := range []int{4, 5} { // the message, and after the client is ended its will
		for m.stored(t) < want {
			select {
			case <-tick.C:
			case <-within:
				t.Fatalf("%d stored", m.stored(t))
			}
		}
		_ = dying.Process.Kill()
	}
	_ = dying.Wait()
}

// What MQTT 5 has pass reaches Mosquitto's own client.
func TestMosquittoHearsProperties(t *testing.T) {
	m := newMosquitto(t)
	heard := make(chan string, 1)
	go func() {
		out, err := exec.Command(m.sub, m.args("right", "mqttv5", "zigbee2mqtt/#", "-C", "1", "-W", "20", "-F", "%p %P %C %R")...).CombinedOutput()
		if err != nil {
			out = append(out, err.Error()...)
		}
		heard <- string(out)
	}()
	for {
		select {
		case got := <-heard:
			if got != "hot floor:six text/plain zigbee2mqtt/answer\n" {
				t.Fatalf("heard %q", got)
			}
			return
		default:
			out, err := exec.Command(m.pub, m.args("right", "mqttv5", "zigbee2mqtt/kitchen", "-q", "1", "-m", "hot", "-D", "publish", "user-property", "floor", "six",
				"-D", "publish", "content-type", "text/plain", "-D", "publish", "response-topic", "zigbee2mqtt/answer")...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v %s", err, out)
			}
		}
	}
}

// What Mosquitto's client publishes as retained, another hears that comes later,
// and after a restart; an empty message takes it away.
func TestMosquittoRetains(t *testing.T) {
	m := newMosquitto(t)
	say := func(version, topic, body string) {
		t.Helper()
		if out, err := exec.Command(m.pub, m.args("right", version, topic, "-q", "1", "-r", "-m", body)...).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	hears := func(version string, n int) string {
		t.Helper()
		out, err := exec.Command(m.sub, m.args("right", version, "zigbee2mqtt/#", "--retained-only", "-C", fmt.Sprint(n), "-W", "20", "-F", "%t %p %r")...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v %s", err, out)
		}
		return string(out)
	}
	say("mqttv311", "zigbee2mqtt/a", "one")
	say("mqttv5", "zigbee2mqtt/a", "two")
	say("mqttv5", "zigbee2mqtt/bridge/state", "online")
	again := m.again(t)
	for _, version := range []string{"mqttv311", "mqttv5"} {
		m.host, m.port = again.host, again.port
		if got := hears(version, 2); got != "zigbee2mqtt/a two 1\nzigbee2mqtt/bridge/state online 1\n" {
			t.Errorf("%s heard %q", version, got)
		}
	}
	say("mqttv311", "zigbee2mqtt/a", "")
	if got := hears("mqttv311", 1); got != "zigbee2mqtt/bridge/state online 1\n" {
		t.Errorf("heard %q after it was taken back", got)
	}
}

// Mosquitto's client comes in by a certificate of the operator's authority,
// without name or password; one of another authority does not.
func TestMosquittoComesInByCertificate(t *testing.T) {
	m, own := newMosquitto(t), inboxtest.NewAuthority(t)
	addr, err := m.door.Listen("127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{own.Server()}, ClientCAs: own.Pool(), ClientAuth: tls.VerifyClientCertIfGiven})
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	authority := file("ca.pem", own.PEM())
	for name, tt := range map[string]struct {
		by *inboxtest.Authority
		in bool
	}{"own": {own, true}, "other": {inboxtest.NewAuthority(t), false}} {
		cert, key := inboxtest.PEM(t, tt.by.Client("bridge"))
		out, err := exec.Command(m.pub, "-h", host, "-p", port, "--cafile", authority, "--cert", file(name+".pem", cert), "--key", file(name+".key", key),
			"-t", "zigbee2mqtt/a", "-q", "1", "-m", name).CombinedOutput()
		if (err == nil) != tt.in {
			t.Errorf("%s authority: %v %s", name, err, out)
		}
	}
	if n := inboxtest.Count(t, m.store); n != 1 {
		t.Errorf("%d rows", n)
	}
}
