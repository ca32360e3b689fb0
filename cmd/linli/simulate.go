package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/linli/linli/internal/simulate"
)

// simulateCmd drives the detectors of a running house.
type simulateCmd struct {
	ReadyFile existingFile `arg:"--ready-file" help:"What 'linli demo --ready-file' wrote: addresses, the bridge's credential, and who may read alarms."`
	URL       string       `arg:"--url" placeholder:"http://…" help:"Address of the installation, instead of the ready file's."`
	MQTT      string       `arg:"--mqtt" placeholder:"HOST:PORT" help:"Its MQTT listener."`
	User      string       `arg:"--user" placeholder:"NAME" help:"Name of a zigbee2mqtt bridge's credential."`
	Password  string       `arg:"--password,env:LINLI_MQTT_PASSWORD" help:"Its password."`
	Topic     string       `arg:"--topic" default:"zigbee2mqtt" help:"Base topic of the bridge."`
	SignIn    string       `arg:"--sign-in" placeholder:"http://…" help:"Link that signs in somebody who may read alarms; without it the installation is not asked."`
	Detectors int          `arg:"--detectors" default:"64" help:"How many detectors there are."`
	Storm     int          `arg:"--storm" help:"How many of them see smoke: a quarter of it twice, in the wrong order, late, or followed by silence."`
	Seconds   int          `arg:"--seconds" default:"10" help:"How long it lasts."`
	Rate      int          `arg:"--rate" default:"20" help:"Messages of telemetry a second."`
	Seed      uint64       `arg:"--seed" default:"1" help:"The same seed sends the same."`
	JSON      bool         `arg:"--json" help:"Print the ledger as one line of JSON."`
}

// Help is shown with --help.
func (c *simulateCmd) Epilogue() string {
	return `An empty run sends telemetry only; --storm 100 lets a hundred detectors see smoke within the time given.
At the end it prints a ledger: messages sent and acknowledged, detectors that saw smoke, and the new open alarms
that GET /api/v1/alarms shows. A line that is cut is made again, for two minutes at most, and what was not
acknowledged is sent again. It exits with 1 if the house owes anything.

  linli demo --ready-file ready.json &
  linli simulate --ready-file ready.json --storm 200 --seconds 10 --seed 7`
}

// Run plays and prints the ledger.
func (c *simulateCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t, err := c.target()
	if err != nil {
		return err
	}
	p := simulate.Plan{Detectors: max(c.Detectors, c.Storm), Storm: c.Storm, Span: time.Duration(c.Seconds) * time.Second, Rate: c.Rate, Seed: c.Seed}
	l, err := simulate.Run(ctx, p, t, func(now simulate.Ledger) {
		fmt.Fprintf(std.err, "%3.0f s: %d sent, %d acknowledged, smoke at %d\n", now.Took, now.Sent, now.Acknowledged, now.Smoke)
	})
	return errors.Join(err, c.print(std, l))
}

// target is the house of the ready file, with what the flags say instead.
func (c *simulateCmd) target() (simulate.Target, error) {
	if c.Seconds < 1 || c.Rate < 0 || c.Storm < 0 || c.Detectors < 1 {
		return simulate.Target{}, errors.New("simulate for a second at least, one detector at least, and no negative numbers")
	}
	ready := struct {
		URL      string            `json:"url"`
		MQTT     string            `json:"mqtt"`
		User     string            `json:"mqtt_user"`
		Password string            `json:"mqtt_password"`
		SignIn   map[string]string `json:"sign_in"`
	}{}
	if c.ReadyFile != "" {
		b, err := os.ReadFile(string(c.ReadyFile))
		if err != nil {
			return simulate.Target{}, err
		}
		if err := json.Unmarshal(b, &ready); err != nil {
			return simulate.Target{}, fmt.Errorf("%s: %w", c.ReadyFile, err)
		}
	}
	t := simulate.Target{
		URL: strings.TrimSuffix(first(c.URL, ready.URL), "/"), Topic: c.Topic, SignIn: first(c.SignIn, ready.SignIn["property"]),
		Login: simulate.Login{Addr: first(c.MQTT, ready.MQTT), ID: "linli-simulate", User: first(c.User, ready.User), Password: first(c.Password, ready.Password)},
	}
	if t.Login.Addr == "" || t.SignIn != "" && t.URL == "" {
		return t, errors.New("name the house: --ready-file, or --mqtt with --user and --password, and --url to ask it for its alarms")
	}
	return t, nil
}

func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

func (c *simulateCmd) print(std streams, l simulate.Ledger) error {
	if c.JSON {
		return json.NewEncoder(std.out).Encode(l)
	}
	t := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
	fmt.Fprintf(t, "seed\t%d\nsent\t%d\nacknowledged\t%d\nline cut and made again\t%d times\nsmoke acknowledged\t%d detectors\n", l.Seed, l.Sent, l.Acknowledged, l.Reconnected, l.Smoke)
	for _, k := range []simulate.Trick{simulate.Plain, simulate.Duplicate, simulate.Swapped, simulate.Replayed, simulate.FallSilent} {
		if l.Tricks[k] > 0 {
			fmt.Fprintf(t, "  of it %s\t%d\n", k, l.Tricks[k])
		}
	}
	if l.Asked {
		fmt.Fprintf(t, "new alarms shown\t%d\n  handed to three parties\t%d\n", l.Seen, l.ThreeParties)
	} else {
		fmt.Fprintln(t, "new alarms shown\tnot asked: no --sign-in")
	}
	return t.Flush()
}
