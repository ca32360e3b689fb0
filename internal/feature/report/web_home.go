package report

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// homePart is what the resident's home shows of reports.
type homePart struct {
	Words   ui.Words
	Cards   []ui.Matter
	All     string // 全部 5 件
	Settled int
}

// cardsShown is how many of their own matters a resident sees at home.
const cardsShown = 4

// AtHome is what a resident's home shows of reports: what they have to check,
// their own open ones, and how many were settled around them.
func (w Web) AtHome(ctx context.Context, a people.Actor) (ui.HomePart, error) {
	t, h := w.teller(ctx, a), homePart{Words: ui.Read(ctx)}
	mine, err := w.List(ctx, a, Filter{Mine: true, Open: true}, "", 20)
	if err != nil {
		return ui.HomePart{}, err
	}
	var todos []ui.Todo
	for _, r := range mine.Rows {
		if r.Phase == matter.Done {
			todos = append(todos, t.toCheck(r))
		}
		if len(h.Cards) < cardsShown {
			h.Cards = append(h.Cards, t.card(r))
		}
	}
	if n := len(mine.Rows); n > 0 {
		h.All = t.text("report.all", "n", n)
	}
	h.Settled, err = w.Settled(ctx, a, Filter{}, time.Time{})
	return ui.HomePart{Todos: todos, Body: homeBody(h)}, err
}

func (t teller) toCheck(r Row) ui.Todo {
	return ui.Todo{
		Href: templ.SafeURL(Path(r.ID)), Icon: "badge-check",
		Title: t.text("report.to_check", "place", r.Door, "category", r.Category.Name(t.ctx)),
		Note:  t.text("report.to_check_note", "raised", words.At(t.ctx, r.RaisedAt, t.now), "due", words.At(t.ctx, r.Due, t.now)),
	}
}
