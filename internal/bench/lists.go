package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// listGoal is how much of the rate at the small past must be kept at the
// large one.
const listGoal = .8

// listSenders ask for lists at the same time.
const listSenders = 4

// pageRows is a page of a list.
const pageRows = 30

// look is a list and who looks at it.
type look struct {
	name, cookie, query string
	beside              bool // shown, and not part of the promise
}

// looks are the lists that are asked for: the resident's own compound, the
// property's places, the whole neighbourhood.
func looks(h house) []look {
	return []look{
		{name: "resident_open", cookie: h.homes[0].cookie, query: "open=true"},
		{name: "resident_kind", cookie: h.homes[0].cookie, query: "category=" + sentKind},
		{name: "property_open", cookie: h.worker, query: "open=true"},
		{name: "property_urgent", cookie: h.worker, query: "order=urgent"},
		{name: "committee_open", cookie: h.board, query: "open=true"},
		{name: "committee_words", cookie: h.board, query: "q=" + url.QueryEscape(soughtWords()), beside: true},
	}
}

// soughtWords are the first two characters of what one report in twelve says.
func soughtWords() string { return string([]rune(sentences)[:2]) }

// lists measures d3: the newest thirty, filtered, for people with different
// rights, of a small and of a large past.
func (r *run) lists(ctx context.Context) error {
	small, err := r.listRates(ctx, r.Small)
	if err != nil {
		return err
	}
	big, err := r.listRates(ctx, r.Big)
	if err != nil {
		return err
	}
	worst := Metric{Ratio: -1}
	for i, b := range big {
		b = b.against(small[i].Value)
		if looks(house{homes: make([]home, 1)})[i].beside {
			r.emit(b)
			continue
		}
		r.emit(b.judged(fmt.Sprintf(">= %.1f of %d", listGoal, r.Small), b.Ratio >= listGoal))
		if worst.Ratio < 0 || b.Ratio < worst.Ratio {
			worst = b
		}
	}
	worst.Note, worst.Name = "the worst of them: "+worst.Name, "d3"
	r.emit(worst.judged(fmt.Sprintf(">= %.1f of %d", listGoal, r.Small), worst.Ratio >= listGoal))
	return nil
}

// listRates furnishes a house and asks for each list in turn.
func (r *run) listRates(ctx context.Context, past int) ([]Metric, error) {
	var out []Metric
	err := r.visit(ctx, past, func(h house, p *process) error {
		c := newClient(p.base, listSenders)
		for _, look := range looks(h) {
			q := request{method: http.MethodGet, path: fmt.Sprintf("/api/v1/reports?limit=%d&%s", pageRows, look.query), cookie: look.cookie, want: http.StatusOK}
			if err := fullPage(ctx, c, q); err != nil {
				return fmt.Errorf("%s of %d: %w", look.name, past, err)
			}
			t, err := drive(ctx, listSenders, r.Span, func(ctx context.Context, _, _ int) error {
				_, err := c.send(ctx, q)
				return err
			})
			if err != nil {
				return fmt.Errorf("%s of %d: %w", look.name, past, err)
			}
			m := t.metric(fmt.Sprintf("d3.%s.%d", look.name, past), "pages/s")
			if past == r.Small {
				r.emit(m.against(r.limits["limit.echo"]))
			}
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

// fullPage makes sure that a list has as many rows as are asked for: an empty
// one would be quick to make.
func fullPage(ctx context.Context, c client, q request) error {
	body, err := c.send(ctx, q)
	if err != nil {
		return err
	}
	var page struct {
		Reports []struct {
			ID string `json:"id"`
		} `json:"reports"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return err
	}
	if len(page.Reports) != pageRows {
		return fmt.Errorf("%d rows, want %d", len(page.Reports), pageRows)
	}
	return nil
}
