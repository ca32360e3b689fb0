package report

import (
	"context"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
)

// Outside is the door for programs, as far as the pages of reports ask it. The
// program hands one in.
type Outside interface {
	// PublishesWords reports whether anybody may read what a report says.
	PublishesWords() bool
	// Beside is what a program gave along with a report; nothing for a viewer
	// who is no staff.
	Beside(ctx context.Context, v View) (Beside, error)
}

// Beside is what a program outside said of a report beside its words.
type Beside struct {
	Placed   bool // a position was given
	Position place.Position
	Media    string // a web address; we fetch nothing from there
	Contact  bool   // it said how to reach the reporter, and the viewer may ask
}

// Viewer is who sees it.
func (v View) Viewer() people.Actor { return v.viewer }

// Title is what a report is called in the language of the context: its kind,
// and where exactly.
func (v View) Title(ctx context.Context) string {
	return teller{ctx: ctx}.title(v.Category, v.Detail.Spot)
}

// Subject is what the access table is asked about a report.
func (v View) Subject() people.Subject {
	return people.Subject{Person: v.RaisedBy, Path: v.scene.node.Path}
}
