package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/linli/linli/internal/simulate"
)

// readyFile is what whoever starts a demo for a trial reads.
type readyFile struct {
	URL      string            `json:"url"`
	MQTT     string            `json:"mqtt"`
	User     string            `json:"mqtt_user"`
	Password string            `json:"mqtt_password"`
	SignIn   map[string]string `json:"sign_in"`
}

// shown starts the program itself as somebody who tries it does, and returns
// what its ready file says, once it is there.
func shown(t *testing.T) (r readyFile) {
	t.Helper()
	dir := t.TempDir()
	binary, path := filepath.Join(dir, "linli"), filepath.Join(dir, "ready.json")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(context.Background(), binary, "demo", "--listen", "127.0.0.1:0", "--ready-file", path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the demo ended: %v", err)
		}
	})
	await(t, "the ready file", func() bool {
		b, err := os.ReadFile(path)
		if err != nil {
			return false
		}
		if err := json.Unmarshal(b, &r); err != nil {
			t.Fatalf("the file is half written: %v", err)
		}
		return true
	})
	return r
}

// await asks again and again, for a minute at most.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick, late := time.NewTicker(20*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("in vain: %s", what)
		}
	}
}

// listed is one incident of GET /api/v1/alarms?state=open.
type listed struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Called []struct {
		Audience string     `json:"audience"`
		Handed   *time.Time `json:"handed_at"`
	} `json:"called"`
}

// open are the open incidents as staff of the committee are told them.
func (r readyFile) open(t *testing.T, c *http.Client) (list []listed) {
	t.Helper()
	res, err := c.Get(r.URL + "/api/v1/alarms?state=open")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v: %s", res.StatusCode, err, b)
	}
	var page struct{ Alarms []listed }
	if err := json.Unmarshal(b, &page); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return page.Alarms
}

// S30: with nothing but what the ready file says, a bridge publishes smoke of a
// detector that hangs in a flat and of one that nobody has seen before, is told
// that both are kept, and of both all three parties have been handed it. A wrong
// password is let in nowhere.
func TestS30_ReadyFileLetsABridgeInAndItsSmokeReachesThree(t *testing.T) {
	r := shown(t)
	login := simulate.Login{Addr: r.MQTT, ID: "trial", User: r.User, Password: r.Password}
	wrong := login
	wrong.Password += "x"
	if w, err := simulate.Dial(t.Context(), wrong); err == nil {
		w.Close()
		t.Error("a wrong password is let in")
	}
	w, err := simulate.Dial(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	kept := make(chan struct{}, 2)
	for _, detector := range []string{"kitchen-6-402", "never-announced"} {
		if err := w.Send("zigbee2mqtt/"+detector, []byte(`{"smoke":true,"battery":97,"linkquality":80}`), func() { kept <- struct{}{} }); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := w.Wait(t.Context()); err != nil || len(kept) != 2 {
		t.Fatalf("%d acknowledged, %v", len(kept), err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	res, err := c.Get(r.SignIn["committee"])
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	var last []listed
	await(t, "all three parties were handed it", func() bool {
		last = r.open(t, c)
		handed := map[string]bool{}
		for _, i := range last {
			for _, x := range i.Called {
				handed[i.ID+x.Audience] = handed[i.ID+x.Audience] || x.Handed != nil && !x.Handed.IsZero()
			}
		}
		return len(last) == 2 && !slices.ContainsFunc(last, func(i listed) bool {
			return i.Kind != "smoke" || !handed[i.ID+"property"] || !handed[i.ID+"committee"] || !handed[i.ID+"volunteer"]
		})
	})
}
