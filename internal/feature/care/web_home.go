package care

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Waiting is what the home page says to a carer: how many visits wait today. It
// names nobody.
func (w Web) Waiting(ctx context.Context, a people.Actor) ([]ui.Todo, error) {
	if (people.Access{}).Allow(a, "care.visit") != nil {
		return nil, nil
	}
	tonight := hour(w.Store.Now(), 0).AddDate(0, 0, 1)
	rows, err := w.read().OpenVisitsOf(ctx, a.Tenant, a.Person, store.Ms(tonight))
	if err != nil {
		return nil, fmt.Errorf("visits that wait: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return []ui.Todo{{
		Href: "/care/rounds", Icon: "hand-heart", Tone: ui.Warn,
		Title: words.T(ctx, "care.rounds_todo", "n", len(rows)), Note: words.T(ctx, "care.rounds_todo_note", "time", words.Clock(hour(w.Store.Now(), VisitsEnd))),
	}}, nil
}

// About leads from somebody's own page to what the register keeps about them or
// their family, and a volunteer to their visits.
func (w Web) About(ctx context.Context, a people.Actor) ([]ui.Todo, error) {
	rows, err := w.ownRows(ctx, w.read(), a)
	if err != nil {
		return nil, err
	}
	var out []ui.Todo
	if len(rows) > 0 {
		out = append(out, ui.Todo{Href: "/care/mine", Icon: "hand-heart", Title: words.T(ctx, "care.mine_todo"), Note: words.T(ctx, "care.mine_todo_note")})
	}
	if a.In(people.Volunteers, people.BuildingLeads) {
		out = append(out, ui.Todo{Href: "/care/rounds", Icon: "calendar-check", Title: words.T(ctx, "care.rounds"), Note: words.T(ctx, "care.rounds_none_body")})
	}
	return out, nil
}
