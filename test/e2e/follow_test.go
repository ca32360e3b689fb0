package e2e_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/follow"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/need"
)

// runMosquitto starts a real broker and returns once it listens.
func runMosquitto(t *testing.T) *url.URL {
	t.Helper()
	program := need.Program(t, "mosquitto")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(t.TempDir(), "mosquitto.conf")
	if err := os.WriteFile(conf, []byte(fmt.Sprintf("listener %s 127.0.0.1\nallow_anonymous true\n", port)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-v", "-c", conf)
	logs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(logs)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "running") {
			go func() {
				for lines.Scan() { // keep its pipe empty
				}
			}()
			return &url.URL{Scheme: "mqtt", Host: addr}
		}
	}
	t.Fatal("mosquitto does not run")
	return nil
}

// A message at a real Mosquitto that cannot be stored is not acknowledged, is
// delivered again, and then stands in the inbox once.
func TestMosquittoIsFollowedAndAcknowledgedAfterCommit(t *testing.T) {
	t.Run("5", func(t *testing.T) {
		at := runMosquitto(t)
		followed(t, at, at)
	})
	t.Run("3.1.1", func(t *testing.T) {
		at := runMosquitto(t)
		followed(t, at, &url.URL{Scheme: "mqtt", Host: inboxtest.OnlyOlder(t, at.Host, inboxtest.RefusesAsOld)})
	})
}

// followed goes through a broker that knows what its front knows.
func followed(t *testing.T, at, front *url.URL) {
	t.Helper()
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	box := inbox.NewBox(inbox.Options{Store: s})
	states := make(chan error, 10_000)
	line := follow.Follow(follow.Options{
		Inbox: box, Server: front, ClientID: "linli-e2e", Filter: "smoke/#", Credential: inbox.Credential{Tenant: "east", Device: "far"},
		State: func(err error) { states <- err }, Pause: 10 * time.Millisecond,
	})
	t.Cleanup(func() { line.Stop(); box.Stop() })
	wait := func(up bool) {
		t.Helper()
		for {
			select {
			case err := <-states:
				if (err == nil) == up {
					return
				}
			case <-time.After(60 * time.Second):
				t.Fatalf("no change to up=%t", up)
			}
		}
	}
	wait(true)
	say := func(body string) {
		t.Helper()
		out, err := exec.Command(need.Program(t, "mosquitto_pub"), "-h", at.Hostname(), "-p", at.Port(), "-q", "1", "-t", "smoke/a", "-m", body).CombinedOutput()
		if err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	letGo := inboxtest.FailCommits(t, s)
	say("smoke")
	for range 3 {
		wait(false)
	}
	if n := inboxtest.Count(t, s); n != 0 {
		t.Fatalf("%d rows", n)
	}
	letGo()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for inboxtest.Count(t, s) == 0 {
		<-tick.C
	}
	say("after")
	for inboxtest.Count(t, s) < 2 {
		<-tick.C
	}
	line.Stop() // what arrives while nobody listens waits there
	say("last")
	line = follow.Follow(follow.Options{Inbox: box, Server: front, ClientID: "linli-e2e", Filter: "smoke/#", Credential: inbox.Credential{Tenant: "east", Device: "far"}})
	for {
		list, err := box.Recent(context.Background(), "east", "far", inbox.Page{})
		if err != nil {
			t.Fatal(err)
		}
		if string(list[0].Body) != "last" {
			<-tick.C
			continue
		}
		stored := 0
		for _, m := range list {
			if string(m.Body) == "smoke" {
				stored++
			}
		}
		if stored != 1 {
			t.Fatalf("stored %d times", stored)
		}
		return
	}
}
