package app

import (
	"cmp"
	"context"
	"io/fs"
	"slices"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/feature/report/open311"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/front"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/internal/rulebook"
)

// Room is all that a room brings into the house. Its rows of the access table
// lie in people/access, in a file of its own; what it writes into the audit trail
// and its items of the rail are named by its own words.
type Room struct {
	Name   string
	Tables []store.Room
	Words  []fs.FS
	Kinds  []matter.Kind
	Rail   []Item
	Jobs   func(*App) []job.Kind
	Routes func(*doors) []web.Route
	Todos  func(*doors) front.Todos
}

// Item is a page in the rail of staff. Its word is app. with At behind it.
type Item struct {
	At, Href, Icon string
	Access         string // that opens it
	Rank           int    // lower ones stand first
	Manages        bool   // among the pages of those who keep the registers
}

// rooms are all rooms, lower ones first. A room is added here.
func rooms() []Room {
	return []Room{
		{Name: "job", Tables: []store.Room{job.Room()}},
		{Name: "search", Tables: []store.Room{search.Room()}},
		{Name: "inbox", Tables: []store.Room{inbox.Room()}},
		{Name: "words", Words: []fs.FS{words.Base(), uiWords(), Words()}},
		{Name: "rules", Tables: []store.Room{rules.Room()}, Words: []fs.FS{rules.Words()}},
		{Name: "place", Tables: []store.Room{place.Room()}, Words: []fs.FS{place.Words()}},
		peopleRoom(), deviceRoom(),
		{Name: "matter", Tables: []store.Room{matter.Room()}, Words: []fs.FS{matter.Words()}},
		{Name: "picture", Tables: []store.Room{picture.Room()}, Words: []fs.FS{picture.Words()}},
		notifyRoom(),
		{Name: "casework", Words: []fs.FS{casework.Words()}},
		rulebookRoom(), reportRoom(), open311Room(), alarmRoom(), careRoom(), upkeepRoom(), frontRoom(),
	}
}

// Rooms are the tables of every room, lower rooms first.
func Rooms() []store.Room {
	return gathered(func(r Room) []store.Room { return r.Tables })
}

// gathered is what the rooms bring of something, in their order.
func gathered[T any](of func(Room) []T) []T {
	var all []T
	for _, r := range rooms() {
		all = append(all, of(r)...)
	}
	return all
}

func roomWords() []fs.FS { return gathered(func(r Room) []fs.FS { return r.Words }) }

func (a *App) roomJobs() []job.Kind {
	return gathered(func(r Room) []job.Kind {
		if r.Jobs == nil {
			return nil
		}
		return r.Jobs(a)
	})
}

// rail are the items of one part of the rail, in order.
func rail(manages bool) []Item {
	items := gathered(func(r Room) []Item { return r.Rail })
	items = slices.DeleteFunc(items, func(i Item) bool { return i.Manages != manages })
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(a.Rank, b.Rank) })
	return items
}

func peopleRoom() Room {
	return Room{
		Name: "people", Tables: []store.Room{people.Room()}, Words: []fs.FS{people.Words(), register.Words()},
		Rail: []Item{
			{"register", "/admin", "users", "people.read", 10, true}, {"posts", "/admin/posts", "badge-check", "post.edit", 20, true},
			{"codes", "/admin/codes", "qr-code", "code.issue", 30, true}, {"import", "/admin/import", "upload", "import.run", 40, true},
			{"accounts", "/admin/accounts", "key-round", "account.invite", 50, true}, {"audit", "/admin/audit", "clipboard-list", "audit.read", 60, true},
		},
		Routes: func(d *doors) []web.Route {
			imports := register.Pages{Deps: register.Deps{Store: d.Store, Places: d.Places, Sealer: d.Sealer}, Frame: d.frame}
			return append(d.people.Routes(), imports.Routes()...)
		},
	}
}

func deviceRoom() Room {
	return Room{
		Name: "device", Tables: []store.Room{device.Room()}, Words: []fs.FS{device.Words()},
		Rail:   []Item{{"devices", "/devices", "shield-check", "device.list", 80, false}},
		Jobs:   func(a *App) []job.Kind { return a.Devices.Jobs() },
		Routes: func(d *doors) []web.Route { return append(d.devicePages().Routes(), d.push.Routes()...) },
	}
}

func notifyRoom() Room {
	return Room{
		Name: "notify", Tables: []store.Room{notify.Room()}, Words: []fs.FS{notify.Words()},
		Rail: []Item{{"channels", "/admin/channels", "phone", "webhook.edit", 70, true}, {"webhooks", "/admin/webhooks", "radio", "webhook.edit", 90, true}},
		Jobs: func(a *App) []job.Kind { return a.Notify.Jobs() },
		Routes: func(d *doors) []web.Route {
			return (&notify.Pages{Service: d.Notify, Frame: d.frame, Desk: d.people.Desk}).Routes()
		},
	}
}

func rulebookRoom() Room {
	return Room{
		Name: "rulebook", Words: []fs.FS{rulebook.Words()}, Rail: []Item{{"rules", "/admin/rules", "scale", "rules.read", 80, true}},
		Routes: func(d *doors) []web.Route {
			return rulebook.Web{Store: d.Store, Rules: d.Rules, Frame: d.frame}.Routes()
		},
	}
}

func reportRoom() Room {
	return Room{
		Name: "report", Tables: []store.Room{report.Room()}, Words: []fs.FS{report.Words()}, Kinds: []matter.Kind{report.Kind()},
		Rail: []Item{
			{"board", "/board", "layout-grid", "report.board", 20, false}, {"overview", "/overview", "landmark", "overview.read", 60, false},
			{"reports", "/reports", "camera", "report.work", 70, false},
		},
		Jobs:   func(a *App) []job.Kind { return a.Reports.Jobs() },
		Routes: func(d *doors) []web.Route { return d.report.Routes() },
	}
}

func open311Room() Room {
	return Room{
		Name: "open311", Words: []fs.FS{open311.Words()}, Rail: []Item{{"keys", "/admin/keys", "link", "key.edit", 100, true}},
		Routes: func(d *doors) []web.Route {
			return append(d.outside.Routes(), open311.Web{API: d.outside, Frame: d.frame}.Routes()...)
		},
	}
}

func alarmRoom() Room {
	return Room{
		Name: "alarm", Tables: []store.Room{alarm.Room()}, Words: []fs.FS{alarm.Words()}, Kinds: []matter.Kind{alarm.Kind(), alarm.FollowupKind()},
		Rail:   []Item{{"alarms", "/alarms", "siren", "alarm.read", 30, false}},
		Jobs:   func(a *App) []job.Kind { return a.Alarms.Jobs() },
		Routes: func(d *doors) []web.Route { return d.alarm.Routes() },
	}
}

func careRoom() Room {
	return Room{
		Name: "care", Tables: []store.Room{care.Room()}, Words: []fs.FS{care.Words()}, Kinds: []matter.Kind{care.Kind()},
		Rail:   []Item{{"care", "/care", "hand-heart", "care.register", 40, false}, {"rounds", "/care/rounds", "calendar-check", "care.visit", 50, false}},
		Jobs:   func(a *App) []job.Kind { return a.Care.Jobs() },
		Routes: func(d *doors) []web.Route { return d.care.Routes() },
		Todos:  func(d *doors) front.Todos { return d.care.Waiting },
	}
}

func upkeepRoom() Room {
	return Room{
		Name: "upkeep", Tables: []store.Room{upkeep.Room()}, Words: []fs.FS{upkeep.Words()}, Kinds: []matter.Kind{upkeep.Kind()},
		Rail:   []Item{{"upkeep", "/upkeep", "wrench", "upkeep.read", 90, false}},
		Jobs:   func(a *App) []job.Kind { return a.Upkeep.Jobs() },
		Routes: func(d *doors) []web.Route { return d.upkeep.Routes() },
		Todos:  func(d *doors) front.Todos { return d.upkeep.Waiting },
	}
}

func frontRoom() Room {
	return Room{
		Name: "front", Words: []fs.FS{front.Words()},
		Rail:   []Item{{"today", "/today", "inbox", "report.work", 10, false}, {"messages", "/inbox", "bell", "report.read", 100, false}},
		Routes: func(d *doors) []web.Route { return d.front().Routes() },
	}
}

// doors are the pages of the rooms, made once: some show parts of others.
type doors struct {
	*App
	frame   frame
	first   front.Deps
	people  *people.Pages
	outside *open311.API
	report  report.Web
	alarm   alarm.Web
	care    care.Web
	upkeep  upkeep.Web
}

func (a *App) newDoors() *doors {
	f := frame{a}
	d := &doors{
		App: a, frame: f, care: care.Web{Service: a.Care, Frame: f}, alarm: alarm.Web{Service: a.Alarms, Frame: f, Smoke: a.smoke()},
		first:   front.Deps{Places: a.Places, Register: a.Register, Notify: a.Notify, Hub: a.Hub, Now: a.Store.Now, Frame: f, Public: a.Public},
		outside: open311.NewAPI(open311.Options{Reports: a.Reports, Keys: a.Keys, Seal: a.Sealer, Office: a.Office.ID, OneJurisdiction: true, Words: a.OpenWords, Public: a.Public}),
	}
	d.people = people.NewPages(people.PageDeps{Door: a.Door, Register: a.Register, Places: a.Places, Frame: f, Public: a.Public, More: d.care.About})
	d.upkeep = upkeep.NewWeb(a.Upkeep, f, d.people.Desk)
	d.report = report.Web{Service: a.Reports, Frame: f, Outside: d.outside, Persons: d.first.Persons(front.PersonPicker{
		Path: "/report/desk", Access: "report.intake", At: "reports", Title: report.IntakeTitle, Lead: func(person string) string { return report.Form("", person) },
	})}
	return d
}

// front is the first pages with what rooms give to them.
func (d *doors) front() front.Web {
	w := front.Web{
		Deps: d.first, Danger: d.alarm.AtHome, Home: d.report.AtHome, Work: d.report.Work,
		Named:  map[string]func(context.Context, string) (string, error){"category": d.report.CategoryName},
		Picker: front.PlacePicker{Path: "/report/place", Access: "report.create", At: "reports", Lead: report.Form},
	}
	for _, r := range rooms() {
		if r.Todos != nil {
			w.Waiting = append(w.Waiting, r.Todos(d))
		}
	}
	return w
}
