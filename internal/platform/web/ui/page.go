package ui

import "github.com/a-h/templ"

// Tone colours a tag, an icon tile, a banner. It is never the only sign:
// the text beside it says the same.
type Tone string

// The tones. Hot is for danger and for a rule being broken now, nothing else.
const (
	Neutral Tone = ""
	OK      Tone = "ok"
	Warn    Tone = "warn"
	Hot     Tone = "hot"
	Info    Tone = "info"
)

// Page is what every page has: its title, its language and how the person
// likes to see it.
type Page struct {
	Title   string // without the name of the product
	Lang    string // "zh-CN" or "en"
	Path    string // path and query of this page, to come back to after a switch
	Look    Look
	Words   Words
	Who     string // opaque mark of the signed-in person: a kept draft is sent only for the one who wrote it
	Live    bool   // loads the server-sent-events part of htmx
	Alarm   bool   // loads the alarm's sound and clocks
	Late    string // a sentence, if the page waited for alarms
	Offline bool   // shows the offline bar at once; else the script does
}

func (p Page) lang() string {
	if p.Lang == "" {
		return "zh-CN"
	}
	return p.Lang
}

func (p Page) title() string {
	name := "邻里"
	if p.Lang == "en" {
		name = "linli"
	}
	if p.Title == "" {
		return name
	}
	return p.Title + " · " + name
}

// Tab is one of the five places at the bottom of a phone.
type Tab struct {
	Href    templ.SafeURL
	Icon    string
	Text    string
	Current bool
	Raised  bool // the round button in the middle: 随手拍
	Keep    bool // the service worker keeps this page for the basement
	Count   string
}

// Top is the bar above a phone page: either a place with the large-type switch
// and the bell, or a way back with the page's title.
type Top struct {
	Place    string        // door-plate; empty on inner pages
	Title    string        // h1 of inner pages
	Back     templ.SafeURL // way back on inner pages
	Messages templ.SafeURL // bell, when set
	Unread   string        // figure on the bell, when not empty
	Switch   bool          // shows 大字 / 标准
	End      templ.Component
}

// PhoneShell holds a resident's page. Tabs and Foot exclude each other: a page
// with one big act at the bottom has no tabs.
type PhoneShell struct {
	Page Page
	Top  Top
	Hero bool // sky and roofline behind the top
	Tabs []Tab
	Foot templ.Component
	Over templ.Component // above all else: open alarms
}

// RailItem is a link of the side rail.
type RailItem struct {
	Href    templ.SafeURL
	Icon    string
	Text    string
	Count   string
	Hot     bool // the count is an alarm
	Current bool
}

// RailGroup is a titled block of the side rail; the first has no title.
type RailGroup struct {
	Title string
	Items []RailItem
}

// Me is the signed-in person at the foot of the rail.
type Me struct {
	Href    templ.SafeURL
	Surname string
	Name    string
	Note    string // 当班
}

// Head is the top of a desk page.
type Head struct {
	Plate   string // door-plate above the title, or empty
	Title   string
	Sub     string // one line under the title
	LiveAt  int64  // Unix ms of the figures shown; 0 shows no live dot
	Live    string // "实时"
	Actions templ.Component
}

// DeskShell holds a staff page: rail on a wide screen, tabs and a menu on a
// phone.
type DeskShell struct {
	Page  Page
	Role  string // under the name: 西武居民区 · 物业端
	Rail  []RailGroup
	Me    Me
	Head  Head
	Tabs  []Tab
	Brand string          // 邻里
	Over  templ.Component // above all else: open alarms
}

// BareShell holds pages outside the house: sign-in, set-up, errors.
type BareShell struct {
	Page  Page
	Brand string
	Role  string // one line under the brand
}
