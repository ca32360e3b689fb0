package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/feature/report/open311"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/budget"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/fireline"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/inbox/push"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/photo"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
)

// Options say how the house is run.
type Options struct {
	Dir       string                            // data folder: database, keys, photographs
	Postgres  string                            // connection URL; empty means SQLite in the data folder
	Public    string                            // address people reach it by, for links on paper; empty: none printed
	HookHosts []string                          // hosts that webhooks, gateways and robots may lie at
	PushHosts []string                          // push services that may wake phones; none: nothing is pushed
	Brokers   []string                          // hosts of brokers that may be followed
	OpenWords bool                              // anybody may read through Open311 what reports say
	OneClick  bool                              // the demo's sign-in links
	Smoke     func(context.Context, *App) error // what the demo's button plays; only with OneClick
	Secure    bool                              // TLS ends at a front proxy
	Forwarded bool                              // trust the front proxy's X-Forwarded-For and X-Forwarded-Proto
	Client    *http.Client                      // what calls out; nil: one for each channel
	Clock     store.Clock
	Log       *slog.Logger
}

// App is the house.
type App struct {
	Options
	Store    *store.Store
	Hub      *live.Hub
	Words    *words.Catalog
	Jobs     *job.Runner
	Blobs    *blob.Store
	Sealer   *people.Sealer
	Rules    *rules.Shelf
	Places   *place.Service
	Register *people.Register
	Door     *people.Door
	Spine    *matter.Spine
	Notify   *notify.Service
	Reports  *report.Service
	Keys     *open311.Keys
	Alarms   *alarm.Service
	Care     *care.Service
	Devices  *device.Service
	Upkeep   *upkeep.Service
	Bridge   string // name of the sample bridge's credential; empty outside the demo
	Inbox    *inbox.Box
	Office   place.Tenant
	Mux      *web.Mux

	mqtt     *mqtt.Door
	fire     *fireline.Door
	push     *push.Door
	relay    *live.Relay // nil on one node
	server   server
	beat     beat
	intake   *web.Intake
	calm     budget.Calm
	studio   picture.Studio
	lock     *os.File
	tend     tenants
	halt     sync.Once
	quit     chan struct{} // closed by Stop
	linkNews chan struct{} // a broker to follow was added or taken away
	work     sync.WaitGroup
}

// New opens the house without starting it.
func New(ctx context.Context, o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{Options: o, Hub: live.New(), quit: make(chan struct{}), linkNews: make(chan struct{}, 1)}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

// open opens from the ground up.
func (a *App) open(ctx context.Context) error {
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"data folder", a.openFolder}, {"database", a.openStore}, {"words", a.openWords}, {"office", a.openOffice}, {"rooms", a.openRooms}, {"index", a.openIndex}, {"devices", a.openDevices}, {"jobs", a.openJobs}, {"doors", a.openDoors},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// openFolder makes the data folder and keeps a second program out of it.
func (a *App) openFolder(ctx context.Context) (err error) {
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return err
	}
	if a.lock, err = lockFolder(a.Dir); err != nil {
		return err
	}
	if err := a.makePrivate(ctx); err != nil {
		return err
	}
	if a.Blobs, err = blob.Open(filepath.Join(a.Dir, "photos")); err != nil {
		return err
	}
	if a.intake, err = web.NewIntake(web.IntakeOptions{Dir: filepath.Join(a.Dir, "incoming"), Calm: &a.calm}); err != nil {
		return err
	}
	a.Sealer, err = people.OpenSealer(a.Dir)
	return err
}

func (a *App) openStore(ctx context.Context) (err error) {
	a.Store, err = store.Open(ctx, store.Options{
		Path: filepath.Join(a.Dir, "linli.db"), Postgres: a.Postgres, Clock: a.Clock, Rooms: Rooms(), Log: a.Log,
	})
	if err == nil && a.Postgres != "" {
		a.relay, err = live.Connect(ctx, a.Hub, a.Postgres, a.Log)
	}
	return err
}

func (a *App) openWords(context.Context) (err error) {
	a.Words, err = words.Load(roomWords()...)
	return err
}

func (a *App) openOffice(ctx context.Context) (err error) {
	a.Places = place.NewService(a.Store)
	a.tend = tenants{places: a.Places, clock: a.Store.Now, log: a.Log}
	a.Office, err = a.Places.EnsureOffice(ctx, a.Words.T(words.Chinese, "app.office"))
	return err
}

// region is where the office lies, as the rules name it. A district is added
// when a subdistrict of another one installs linli.
const region = "Shanghai"

func (a *App) openRooms(context.Context) error {
	a.Rules = rules.NewShelf(a.Store, a.Office.ID, rules.In(region))
	a.Register = people.NewRegister(a.Store)
	a.Door = people.NewDoor(a.Store, a.Sealer, people.DoorOptions{
		Office: a.Office.ID, OneClick: a.OneClick, Secure: a.Secure, Forwarded: a.Forwarded,
	})
	a.Spine = matter.NewSpine(a.Store, a.Hub, gathered(func(r Room) []matter.Kind { return r.Kinds })...)
	a.Places.OnMove = matter.PlaceMoved
	a.Notify = notify.NewService(a.Store, a.Hub, a.Sealer, a.reach(), func() { a.Jobs.Wake() }, a.Log)
	a.Devices = device.NewService(a.Store, a.Places)
	a.studio = picture.Studio{Clean: photo.New(photo.Options{Calm: &a.calm}), Blobs: a.Blobs}
	a.Reports = report.NewService(a.house(), report.Deps{
		Index:      search.New(a.Store),
		Categories: report.NewCatalogue(a.Store, func(context.Context) (store.Tenant, error) { return a.Office.ID, nil }),
	})
	a.Care = care.NewService(care.Deps{
		House: a.house(), Sealer: a.Sealer, Rules: a.Rules,
	})
	a.Alarms = alarm.NewService(alarm.Deps{
		Store: a.Store, Spine: a.Spine, Places: a.Places, Register: a.Register, Door: a.Door, Notify: a.Notify, Hub: a.Hub, Office: a.Office.ID,
		Studio: a.studio, Homes: homes{a.Care}, Seal: a.Sealer, Hands: hands{a}, Devices: alarm.Detectors{Service: a.Devices, ActorFor: a.Door.ActorFor}, Log: a.Log,
	})
	a.Upkeep = upkeep.NewService(a.house(), a.Devices)
	a.Keys = open311.NewKeys(a.Store, a.Office.ID, a.Sealer)
	return nil
}

// openIndex puts in order what an earlier linli put into the index.
func (a *App) openIndex(ctx context.Context) error {
	n, err := a.Reports.OrderIndex(ctx)
	if n > 0 {
		a.Log.Info("the index of words was put in order", "texts", n)
	}
	return err
}

func (a *App) openJobs(ctx context.Context) (err error) {
	a.Jobs, err = job.NewRunner(a.Store, a.tend.list, a.Log, append(a.roomJobs(), job.Kind{Name: nightJob, Call: a.night})...)
	return err
}

// tenants remembers whose jobs to run; it is read anew every few seconds, so
// that a neighbourhood imported on another node is served too.
type tenants struct {
	places *place.Service
	clock  func() time.Time
	log    *slog.Logger
	mu     sync.Mutex
	ids    []store.Tenant
	until  time.Time
}

func (t *tenants) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.until = time.Time{}
}

const tenantsKept = 5 * time.Second

func (t *tenants) list() []store.Tenant {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	if store.Lasts(now, t.until, tenantsKept) {
		return t.ids
	}
	all, err := t.places.Tenants(context.Background())
	if err != nil {
		t.log.Error("list tenants", "cause", err)
		return t.ids
	}
	t.ids, t.until = nil, now.Add(tenantsKept)
	for _, x := range all {
		t.ids = append(t.ids, x.ID)
	}
	return t.ids
}

// close releases what open took, in reverse.
func (a *App) close() error {
	var errs []error
	if a.relay != nil {
		a.relay.Stop()
	}
	a.Hub.Close()
	a.calm.Stop()
	if a.Store != nil {
		errs = append(errs, a.Store.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Close())
	}
	return errors.Join(errs...)
}

// ReloadTenants makes new neighbourhoods known at once: their jobs are run
// from here on, and the office is called as its register calls it.
func (a *App) ReloadTenants() (err error) {
	a.tend.forget()
	a.Office, err = a.Places.Tenant(context.Background(), a.Office.ID)
	return err
}
