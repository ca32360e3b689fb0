package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/simulate"
)

// readyHouse is the sample subdistrict as the demo command shows it; the path
// is its ready file's.
func readyHouse(t *testing.T) string {
	t.Helper()
	c := demoCmd{Listen: "127.0.0.1:0", MQTT: "127.0.0.1:0", Fire: "127.0.0.1:0", ReadyFile: filepath.Join(t.TempDir(), "ready.json")}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.show(ctx, streams{nil, io.Discard, io.Discard}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(c.ReadyFile); err == nil {
			return c.ReadyFile
		}
		select {
		case <-tick.C:
		case err := <-ended:
			ended <- nil
			t.Fatalf("the demo ended: %v", err)
		}
	}
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
