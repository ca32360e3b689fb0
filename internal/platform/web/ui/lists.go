package ui

import "github.com/a-h/templ"

// Item is a row of a staff list: one link whose text says all of it.
type Item struct {
	Href    templ.SafeURL
	Photo   templ.SafeURL
	Plate   string
	Hot     bool // the plate is red: alarm
	Title   string
	Note    string
	Tone    Tone
	Tag     string
	When    string // under the tag: 今天 18:00 前
	Current bool   // shown in the pane
	Attrs   templ.Attributes
}

// Column is a stage of the committee's board.
type Column struct {
	Title string
	Count string
	Tone  Tone
	Items []Item
	Empty string // said when there are none
}

// Cell of a table: text, or a component such as a tag.
type Cell struct {
	Text string
	Href templ.SafeURL
	Part templ.Component
	End  bool // figures stand at the right
}

// Grid is a table that turns into cards on a phone.
type Grid struct {
	Caption string
	Head    []Cell
	Rows    [][]Cell
}

func (g Grid) label(i int) string {
	if i < len(g.Head) {
		return g.Head[i].Text
	}
	return ""
}

func endClass(c Cell) string {
	if c.End {
		return "end num"
	}
	return ""
}

// Paging is keyset paging: links to what is newer and older, or none.
type Paging struct {
	Label                string
	Newer, Older         templ.SafeURL
	NewerText, OlderText string
}

// Segment is one view of a segmented control.
type Segment struct {
	Href    templ.SafeURL
	Icon    string
	Text    string
	Count   string
	Current bool
}

func hotMod(hot bool) []string {
	if hot {
		return []string{"hot"}
	}
	return nil
}
