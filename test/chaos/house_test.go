package chaos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/store"
)

// TestMain stands in for a house with all its doors for devices, as a process
// of its own that can be killed: house CARD, where CARD is a [card] as JSON.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "house" {
		if err := live(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(withSample(m.Run))
}

// withSample runs the tests and takes the sample house away.
func withSample(run func() int) int {
	dir, err := os.MkdirTemp("", "linli-chaos-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	sampleDir = dir
	return run()
}

// sampleDir is where the house is made that the others are copies of.
var sampleDir string

// card is what a house for devices needs to know, and who may come in.
type card struct {
	Dir      string
	Ahead    time.Duration // how far its clock is ahead
	Tenant   store.Tenant
	User     string // of the bridge, over MQTT
	Password string
	Token    string         // of the HTTP push
	Session  []*http.Cookie // of the sample resident
	Place    string         // id of their building
	Hosts    []string       // that gateways may lie at
}

// doors are where a house for devices is open.
type doors struct{ HTTP, MQTT, TCP string }

// stationAddress is the fire station's, as its frames carry it.
const stationAddress = "000000000001"

// live runs the house until it is told to stop, and says where its doors are.
func live(text string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	var c card
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	a, err := app.New(ctx, app.Options{Dir: c.Dir, HookHosts: c.Hosts, Clock: func() time.Time { return time.Now().Add(c.Ahead) }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Stop(context.Background())) }()
	var d doors
	if d.HTTP, err = a.Start(ctx, "127.0.0.1:0"); err != nil {
		return err
	}
	if d.MQTT, err = a.ListenMQTT("127.0.0.1:0"); err != nil {
		return err
	}
	if d.TCP, err = a.ListenFire("127.0.0.1:0"); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(d); err != nil {
		return err
	}
	return a.Wait(ctx)
}

// furnish puts the sample subdistrict into a folder, with detectors in its
// homes and a credential for every door. It is made once and copied.
func furnish(t testing.TB, dir string) card {
	t.Helper()
	c, err := sampleHouse()
	if err == nil {
		err = copied(c.Dir, dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.Dir = dir
	return c
}

// sampleHouse is the house that the others are copies of.
var sampleHouse = sync.OnceValues(func() (c card, err error) {
	c.Dir = filepath.Join(sampleDir, "data")
	ctx, clock := context.Background(), new(demo.Clock)
	a, err := app.New(ctx, app.Options{Dir: c.Dir, OneClick: true, Clock: clock.Now})
	if err != nil {
		return c, err
	}
	return c, errors.Join(demo.Fill(ctx, a, clock), c.admit(ctx, a, smokers), c.signIn(ctx, a), a.Stop(ctx))
})

// copied copies a folder and everything in it, synced.
func copied(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if d.IsDir() {
			err = os.MkdirAll(target, 0o700)
		} else {
			var b []byte
			if b, err = os.ReadFile(path); err == nil {
				err = os.WriteFile(target, b, 0o600)
			}
		}
		return errors.Join(err, synced(target), synced(filepath.Dir(target)))
	})
}

func synced(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (c *card) admit(ctx context.Context, a *app.App, detectors int) error {
	bridge, password, err := demo.Issue(ctx, a, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt", ClientID: device.AnyClient})
	if err != nil {
		return err
	}
	c.Tenant, c.User, c.Password = bridge.Tenant, bridge.Username, password
	push, secret, err := demo.Issue(ctx, a, device.Granting{Format: decode.JSON})
	if err != nil {
		return err
	}
	c.Token = push.Username + "." + secret
	_, _, err = demo.Issue(ctx, a, device.Granting{Format: decode.GB26875, Station: stationAddress})
	return errors.Join(err, demo.Hang(ctx, a, bridge, detectors))
}

// signIn opens the resident's session, which outlives the house.
func (c *card) signIn(ctx context.Context, a *app.App) error {
	cast, err := demo.Cast(ctx, a)
	if err != nil {
		return err
	}
	answer := httptest.NewRecorder()
	a.Mux.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, cast[0].Link, nil))
	if c.Session = answer.Result().Cookies(); len(c.Session) == 0 {
		return fmt.Errorf("the resident's link answers %d", answer.Code)
	}
	home, err := a.Places.ByRef(ctx, c.Tenant, "guihua-6")
	c.Place = home.ID
	return err
}

// serving are the arguments that serve the house as an operator does.
func (c card) serving() []string {
	return []string{"serve", "--data", c.Dir, "--listen", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--fire", "127.0.0.1:0"}
}

// serve starts the program itself on the house.
func (c card) serve(t testing.TB, binary string) *program {
	t.Helper()
	return start(t, binary, c.serving()...)
}

// open starts the house as a process and returns once its doors are open.
func (c card) open(t testing.TB) *program {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return start(t, exe, "house", string(text))
}

// database is the file in a data folder.
func database(dir string) string { return filepath.Join(dir, "linli.db") }
