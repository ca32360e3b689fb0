package ui

import "github.com/a-h/templ"

// Control is a field of a form with its label, help and error. ID is also the
// end of the error summary's link and defaults to Name.
type Control struct {
	ID           string
	Name         string
	Label        string
	Optional     string // "可以不写", or empty
	Help         string
	Error        string
	Value        string
	Type         string // text when empty
	Autocomplete string
	InputMode    string
	Code         bool // large spaced figures: household codes, TOTP
	Required     bool
	Rows         int // of a text area; 3 when 0
	Attrs        templ.Attributes
}

func (c Control) id() string {
	if c.ID == "" {
		return c.Name
	}
	return c.ID
}

func (c Control) kind() string {
	if c.Type == "" {
		return "text"
	}
	return c.Type
}

func (c Control) rows() int {
	if c.Rows == 0 {
		return 3
	}
	return c.Rows
}

func (c Control) class() string {
	if c.Error != "" {
		return "fld bad"
	}
	return "fld"
}

func (c Control) inClass() string {
	if c.Code {
		return "in code"
	}
	return "in"
}

// attrs ties the field to its help and its error for a screen reader.
func (c Control) attrs() templ.Attributes {
	a := templ.Attributes{}
	for k, v := range c.Attrs {
		a[k] = v
	}
	by := ""
	if c.Help != "" {
		by = c.id() + "-help"
	}
	if c.Error != "" {
		by = joinWords(by, c.id()+"-err")
		a["aria-invalid"] = "true"
	}
	if by != "" {
		a["aria-describedby"] = by
	}
	return a
}

func joinWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// Choice is one answer of a chip group or a select.
type Choice struct {
	Value   string
	Text    string
	Icon    string
	Checked bool
}

// Group is a question with a few answers, of which one is taken.
type Group struct {
	Name     string
	Legend   string
	Optional string
	Help     string
	Error    string
	Required bool
	Choices  []Choice
}

func (g Group) class() string {
	if g.Error != "" {
		return "fld bad"
	}
	return "fld"
}

// Toggle is a switch: on or off, with one line that says what on means.
type Toggle struct {
	Name  string
	Title string
	Note  string
	On    bool
}

// FormError is a line of the error summary. ID is the field it leads to.
type FormError struct{ ID, Text string }

// Picker takes photos: camera or gallery, 1 to Most. Without JavaScript it is
// a plain file field.
type Picker struct {
	Name   string // of the file field
	Label  string // question above it
	Most   int
	Error  string
	Quiet  bool // the label is for screen readers only; the tile says enough
	Camera bool // opens the camera at once where the phone can: finish photos
	Words  Words
}

// Spot is the place a form speaks of, with the way to change it.
type Spot struct {
	Label  string
	Plate  string
	Note   string
	Change string
	Href   templ.SafeURL
}

// Draft marks a form the script keeps on the phone. The zero Draft marks none.
type Draft struct {
	Name string // "report"; one draft is written per name at a time
	Key  string // idempotency key made by the server
}
