package ui

import (
	"fmt"

	"github.com/a-h/templ"
)

// Btn is a button, or a link that looks like one when Href is set.
// At most one primary button stands in a view.
type Btn struct {
	Text  string
	Icon  string
	Kind  string // "", primary, quiet, alarm
	Size  string // "", sm (44 px), xl (60 px)
	Wide  bool
	Href  templ.SafeURL
	Name  string // with Value, what the form says when this button sent it
	Value string
	Plain bool // type=button: does not send the form
	Attrs templ.Attributes
}

func (b Btn) class() string {
	c := "btn"
	for _, s := range []string{b.Kind, b.Size} {
		if s != "" {
			c += " " + s
		}
	}
	if b.Wide {
		c += " wide"
	}
	return c
}

func (b Btn) kind() string {
	if b.Plain {
		return "button"
	}
	return "submit"
}

// Todo is a thing that waits for the person: one link, one line of why.
type Todo struct {
	Href  templ.SafeURL
	Icon  string
	Tone  Tone
	Title string
	Note  string
}

// Shortcut is a tile of the resident's home.
type Shortcut struct {
	Href templ.SafeURL
	Icon string
	Text string
}

// StepState says where a step of the trail stands.
type StepState string

// The states of a step. Exactly one step of an open matter is now.
const (
	Done StepState = "done"
	Now  StepState = "now"
	Wait StepState = "todo"
)

// Step is a dot of the trail 来龙去脉.
type Step struct {
	Text  string
	Note  string // a date or a count under it
	State StepState
}

func (s Step) say(w Words) string {
	switch s.State {
	case Done:
		return w.StepDone
	case Now:
		return w.StepNow
	}
	return w.StepTodo
}

// trailClass turns a trail of five steps and more upright on a phone.
func trailClass(steps []Step) string {
	if len(steps) > 4 {
		return "trail long"
	}
	return "trail"
}

// Matter is the card of a matter 事项 on the resident's pages.
type Matter struct {
	Href    templ.SafeURL
	Photo   templ.SafeURL // small picture, or empty
	Title   string
	Note    string
	Tone    Tone
	Phase   string
	Steps   []Step
	Next    string // who does what by when, with <b> marks
	NextHot bool   // overdue
}

// Entry is a line of the timeline 经过.
type Entry struct {
	Time   string // as shown: 17:36, 11 月 23 日 17:36
	At     string // machine-readable, RFC 3339; may be empty
	Text   string // with <b> marks
	Quote  string // what was said, if anything
	Photos []Photo
	State  StepState // Now for the latest, Wait for what is due
}

// Photo is a stored picture: Src small, Full large.
type Photo struct {
	Src  templ.SafeURL
	Full templ.SafeURL
	Alt  string
}

// Stat is a figure of a desk page.
type Stat struct {
	Label string
	Value string
	Note  string
	Kind  string // "", lead (green), hot
}

// Bar is a progress bar with the mark of the threshold. Figures are in
// thousandths of the whole; the label says the same in words.
type Bar struct {
	Label string
	Share int // 0..1000
	Mark  int // 0 shows no mark
	Gold  bool
}

func permille(n int) string {
	n = min(max(n, 0), 1000)
	return fmt.Sprintf("%d.%d%%", n/10, n%10)
}

// Fact is a line of a list of facts.
type Fact struct{ Term, Value string }

// Panel fills a page or a card that has nothing else to show: empty, not
// found, not allowed, broken. It says what happened, what was kept, what to do.
type Panel struct {
	Icon    string
	Tone    Tone
	Roof    bool // the roofline, for empty pages
	Title   string
	Body    string
	Quote   string // number to quote on the phone
	Actions []Btn
	Main    bool // the title is the page's h1
}
