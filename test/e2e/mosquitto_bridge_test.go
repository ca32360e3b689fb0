package e2e_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/linli/linli/test/need"
)

// bridged starts Mosquitto with a bridge to the door, set as people set it, and
// returns the port at which its own devices publish.
func (m mosquitto) bridged(t *testing.T, settings string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "mosquitto.conf")
	text := fmt.Sprintf("listener %s 127.0.0.1\nallow_anonymous true\nconnection linli\naddress %s:%s\ntopic # out 1\nremote_username bridge\nremote_password right\nrestart_timeout 1\n%s", port, m.host, m.port, settings)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(need.Program(t, "mosquitto"), "-c", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return port
}

// A bridge as people write it gets in and is heard, whichever version it speaks,
// though it passes on everything that its broker hears: what lies outside the
// door's prefix comes first here and holds nothing up.
func TestS33_AMosquittoBridgeIsHeard(t *testing.T) {
	for name, settings := range map[string]string{
		"as it comes":              "",
		"3.1.1, named":             "bridge_protocol_version mqttv311\ncleansession true\n",
		"3.1":                      "bridge_protocol_version mqttv31\n",
		"5":                        "bridge_protocol_version mqttv50\n",
		"not private":              "try_private false\n",
		"private, no notice":       "notifications false\n",
		"with an id of its own":    "remote_clientid gateway-6\nkeepalive_interval 10\n",
		"its notices stay at home": "notifications_local_only true\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := newMosquitto(t)
			port := m.bridged(t, settings)
			say := func(topic string) {
				t.Helper()
				out, err := exec.Command(m.pub, "-h", "127.0.0.1", "-p", port, "-q", "1", "-r", "-t", topic, "-m", `{"smoke":true}`).CombinedOutput()
				for began := time.Now(); err != nil && time.Since(began) < 20*time.Second; { // it is starting
					out, err = exec.Command(m.pub, "-h", "127.0.0.1", "-p", port, "-q", "1", "-r", "-t", topic, "-m", `{"smoke":true}`).CombinedOutput()
				}
				if err != nil {
					t.Fatalf("%v %s", err, out)
				}
			}
			say("homeassistant/binary_sensor/x/config")
			say("zigbee2mqtt/kitchen")
			for began := time.Now(); m.stored(t) == 0; {
				if time.Since(began) > 20*time.Second {
					t.Fatal("nothing was heard")
				}
			}
			if n := m.stored(t); n != 1 {
				t.Errorf("%d stored", n)
			}
		})
	}
}
