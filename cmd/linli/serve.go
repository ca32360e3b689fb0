package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
)

// folder is where and on which database a command works.
type folder struct {
	Data     string `arg:"--data,env:LINLI_DATA" help:"Data folder: database, keys and photographs."`
	Database string `arg:"--database,env:LINLI_DATABASE" placeholder:"postgres://…" help:"PostgreSQL connection URL; without it SQLite in the data folder."`
}

// missing says that there is no folder.
func (f folder) missing() error {
	if f.Data == "" {
		return errors.New("--data is required (or the environment variable LINLI_DATA)")
	}
	return nil
}

// serveCmd is production.
type serveCmd struct {
	folder
	Listen      string   `arg:"--listen" default:"127.0.0.1:8080" help:"Address to listen on."`
	Public      string   `arg:"--public,env:LINLI_PUBLIC" placeholder:"https://…" help:"Address people reach it by, for links and codes on paper."`
	WebhookHost []string `arg:"--webhook-host,separate" placeholder:"HOST[:PORT]" help:"Host to which webhooks, gateways for messages and calls, and chat robots may connect; may be given several times."`
	PushHost    []string `arg:"--push-host,separate" placeholder:"HOST" help:"Push service that may wake phones, such as fcm.googleapis.com or *.push.apple.com; may be given several times."`
	BrokerHost  []string `arg:"--broker-host,separate" placeholder:"HOST[:PORT]" help:"Host of a broker that may be followed as a client; may be given several times."`
	OpenWords   bool     `arg:"--open311-words" help:"Let anybody read through Open311 what reports say, without names, flats and numbers. Otherwise they read kind, place and state only."`
	OpenWordsBy string   `arg:"--,env:LINLI_OPEN311_WORDS" help:"The same as --open311-words: yes or no."`
	doors
	BehindProxy bool `arg:"--behind-proxy" help:"A front proxy terminates TLS and writes X-Forwarded-For and X-Forwarded-Proto."`
}

// missing also says what is wrong with the environment; a switch there is written as
// files of settings have it.
func (c *serveCmd) missing() error {
	switch strings.ToLower(c.OpenWordsBy) {
	case "true", "1", "yes", "on":
		c.OpenWords = true
	case "", "false", "0", "no", "off":
	default:
		return fmt.Errorf("LINLI_OPEN311_WORDS is %q: yes or no", c.OpenWordsBy)
	}
	return c.folder.missing()
}

// Run serves until it is told to stop. A first start prints a one-time set-up
// link: there is no default account.
func (c *serveCmd) Run(std streams) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a, err := app.New(ctx, app.Options{
		Dir: c.Data, Postgres: c.Database, Public: c.Public, HookHosts: c.WebhookHost, PushHosts: c.PushHost, Brokers: c.BrokerHost, OpenWords: c.OpenWords, Secure: c.BehindProxy, Forwarded: c.BehindProxy,
		Log: slog.New(slog.NewJSONHandler(std.err, nil)),
	})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	addr, err := a.Start(ctx, c.Listen)
	if err != nil {
		return err
	}
	url := c.Public
	if url == "" {
		url = "http://" + addr
	}
	path, err := a.Door.SetUpLink(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "linli: %s\n", url)
	if _, err := c.open(std.out, a); err != nil {
		return err
	}
	if path != "" {
		fmt.Fprintf(std.out, "Nobody has an account yet. Set one up within 24 hours: %s%s\n", url, path)
	}
	debug.FreeOSMemory() // what reading words, pages and migrations took is not needed again
	return a.Wait(ctx)
}

// demoCmd shows the sample subdistrict.
type demoCmd struct {
	Listen    string `arg:"--listen" default:"127.0.0.1:8080" help:"Address to listen on."`
	Data      string `arg:"--data" help:"Data folder; without it one that is removed at the end."`
	MQTT      string `arg:"--mqtt" default:"127.0.0.1:0" help:"Address of the MQTT listener for devices."`
	Fire      string `arg:"--fire" default:"127.0.0.1:0" help:"Address of the listener for fire stations (GB/T 26875.3 over TCP)."`
	Fresh     bool   `arg:"--fresh" help:"Delete everything in the data folder and start again."`
	ReadyFile string `arg:"--ready-file" help:"File to write as JSON when requests are answered."`
}

// Run fills an empty house with the sample subdistrict and serves it.
func (c *demoCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return c.show(ctx, std)
}

// show serves until the context ends.
func (c *demoCmd) show(ctx context.Context, std streams) (err error) {
	dir, done, err := c.folder()
	if err != nil {
		return err
	}
	defer done()
	clock := &demo.Clock{}
	a, err := app.New(ctx, app.Options{Dir: dir, OneClick: true, OpenWords: true, Smoke: demo.Smoke, Clock: clock.Now, Log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	if err := demo.Fill(ctx, a, clock); err != nil {
		return err
	}
	people, err := demo.Cast(ctx, a)
	if err != nil {
		return err
	}
	addr, err := a.Start(ctx, c.Listen)
	if err != nil {
		return err
	}
	bridge, err := demo.Connect(ctx, a)
	if err != nil {
		return err
	}
	opened, err := doors{MQTT: c.MQTT, Fire: c.Fire}.open(std.out, a)
	if err != nil {
		return err
	}
	ready := map[string]any{
		"mqtt": opened["mqtt"], "mqtt_user": bridge.Username, "mqtt_password": bridge.Password,
		"fire": opened["fire"], "fire_station": bridge.Station,
	}
	if err := c.announce(ctx, std, a, "http://"+addr, people, ready); err != nil {
		return err
	}
	return a.Wait(ctx)
}

// folder is the data folder and what to do with it at the end.
func (c *demoCmd) folder() (string, func(), error) {
	if c.Data == "" {
		dir, err := os.MkdirTemp("", "linli-demo-")
		return dir, func() { _ = os.RemoveAll(dir) }, err
	}
	if !c.Fresh {
		return c.Data, func() {}, nil
	}
	return c.Data, func() {}, empty(c.Data)
}

// empty removes what an earlier demo left, and nothing else: a folder that
// holds anything linli did not make is left alone.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.Contains(app.OwnFiles(), e.Name()) {
			return fmt.Errorf("%s holds %s, which linli did not make: --fresh throws away only its own data", dir, e.Name())
		}
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// announce prints the sign-in links and writes the ready file.
func (c *demoCmd) announce(ctx context.Context, std streams, a *app.App, url string, people []demo.Person, ready map[string]any) error {
	links := map[string]string{}
	table := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
	fmt.Fprintf(table, "linli 邻里: %s\n\nOne click signs you in as:\n", url)
	for _, p := range people {
		links[p.Role] = url + p.Link
		fmt.Fprintf(table, "  %s\t%s\t%s%s\n", p.Role, p.Name, url, p.Link)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if c.ReadyFile == "" {
		return nil
	}
	key, err := demo.Open311Key(ctx, a)
	if err != nil {
		return err
	}
	ready["url"], ready["open311_key"], ready["sign_in"] = url, key, links
	b, err := json.MarshalIndent(ready, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(c.ReadyFile, append(b, '\n'))
}

// writeWhole writes a file so that whoever waits for it never sees half.
func writeWhole(path string, b []byte) error {
	tmp := path + ".part"
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// closing stops the house at the end of a command and keeps the first error.
func closing(a *app.App, err *error) {
	*err = errors.Join(*err, a.Stop(context.Background()))
}
