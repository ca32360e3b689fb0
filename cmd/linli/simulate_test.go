package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/simulate"
)

// readyHouse is a running sample subdistrict and its ready file.
func readyHouse(t *testing.T) string {
	t.Helper()
	ctx, clock := context.Background(), &demo.Clock{}
	a, err := app.New(ctx, app.Options{Dir: t.TempDir(), OneClick: true, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := demo.Fill(ctx, a, clock); err != nil {
		t.Fatal(err)
	}
	ready := map[string]any{}
	addr, err := a.Start(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bridge, err := demo.Connect(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	if ready["mqtt"], err = a.ListenMQTT("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	cast, err := demo.Cast(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, p := range cast {
		links[p.Role] = "http://" + addr + p.Link
	}
	ready["url"], ready["mqtt_user"], ready["mqtt_password"], ready["sign_in"] = "http://"+addr, bridge.Username, bridge.Password, links
	b, err := json.Marshal(ready)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ready.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSimulateKeepsALedgerThatTheHouseHonours(t *testing.T) {
	ready := readyHouse(t)
	var out, errs bytes.Buffer
	args := []string{"simulate", "--ready-file", ready, "--storm", "12", "--seconds", "1", "--seed", "7", "--json"}
	if code := run(args, streams{nil, &out, &errs}); code != 0 {
		t.Fatalf("exit %d: %s%s", code, errs.String(), out.String())
	}
	var l simulate.Ledger
	if err := json.Unmarshal(out.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	if l.Sent == 0 || l.Acknowledged != l.Sent || l.Smoke != 12 || l.Seen != 12 || l.ThreeParties != 12 || l.Seed != 7 {
		t.Errorf("%+v", l)
	}
	out.Reset()
	if code := run(args[:len(args)-1], streams{nil, &out, &errs}); code != 0 || !strings.Contains(out.String(), "new alarms shown") {
		t.Errorf("a second storm, which joins the open alarms: exit %d: %s%s", code, errs.String(), out.String())
	}
}

func TestSimulateSaysWhatItNeeds(t *testing.T) {
	for name, args := range map[string][]string{
		"no house":   {},
		"no seconds": {"--mqtt", "127.0.0.1:1", "--seconds", "0"},
		"no bridge":  {"--mqtt", "127.0.0.1:1"},
	} {
		var out, errs bytes.Buffer
		if code := run(append([]string{"simulate"}, args...), streams{nil, &out, &errs}); code != 1 || errs.Len() == 0 {
			t.Errorf("%s: exit %d: %s", name, code, errs.String())
		}
	}
}
