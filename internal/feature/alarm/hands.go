package alarm

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// Hands are those who see to devices. The program fills it from the tickets of
// upkeep.
type Hands interface {
	// Ask has the device that raised an incident looked at, tells those who
	// owe it, and links the incident to their matter.
	Ask(ctx context.Context, tx *store.Tx, i Incident, why Remedy) error
	// LedTo is what was asked for at an incident, as far as the actor may see
	// it.
	LedTo(ctx context.Context, a people.Actor, i Incident) ([]Asked, error)
}

// Asked is a matter of upkeep as a line, in the reader's words.
type Asked struct {
	Text, Door string
	Href       templ.SafeURL
	Due        time.Time // zero: nothing is due
	Late       bool
}
