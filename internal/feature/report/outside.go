package report

import (
	"context"

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
