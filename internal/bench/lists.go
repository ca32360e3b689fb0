package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// How much of the rate at the small past must be kept at the large one.
const (
	listGoal  = .8
	wordsGoal = .5
)

// listSenders ask for lists at the same time.
const listSenders = 4

// pageRows is a page of a list.
const pageRows = 30

// look is a list and who looks at it.
type look struct {
	name, cookie, query string
	words               bool // are searched
}

func (l look) goal() float64 {
	if l.words {
		return wordsGoal
	}
	return listGoal
}

// looks are the lists that are asked for: the resident's own compound, the
// property's places, the whole neighbourhood.
func looks(h house) []look {
	words := "q=" + url.QueryEscape(soughtWords())
	return []look{
		{name: "resident_open", cookie: h.homes[0].cookie, query: "open=true"},
		{name: "resident_kind", cookie: h.homes[0].cookie, query: "category=" + sentKind},
		{name: "property_open", cookie: h.worker, query: "open=true"},
		{name: "property_urgent", cookie: h.worker, query: "order=urgent"},
		{name: "committee_open", cookie: h.board, query: "open=true"},
		{name: "resident_words", cookie: h.homes[0].cookie, query: words, words: true},
		{name: "property_words", cookie: h.worker, query: words + "&phase=withdrawn", words: true},
		{name: "committee_words", cookie: h.board, query: words, words: true},
		{name: "committee_two_words", cookie: h.board, query: words + url.QueryEscape(" "+secondWords()), words: true},
	}
}

// soughtWords are the first two characters of what one report in twelve says.
func soughtWords() string { return string([]rune(sentences)[:2]) }

// secondWords are two more that the same reports say.
func secondWords() string { return string([]rune(sentences)[6:8]) }

// turns is how often the two pasts are asked in turn: what else the machine
// does then falls on both.
const turns = 4

// lists measures d3: the newest thirty, filtered, for people with different
// rights, of a small and of a large past.
func (r *run) lists(ctx context.Context) error {
	return r.visit(ctx, r.Small, func(h house, p *process) error {
		small := past{h, newClient(p.base, listSenders)}
		return r.visit(ctx, r.Big, func(h house, p *process) error {
			return r.comparePasts(ctx, small, past{h, newClient(p.base, listSenders)})
		})
	})
}

// past is a house that is served.
type past struct {
	house
	client
}

func (r *run) comparePasts(ctx context.Context, small, big past) error {
	worst := map[bool]Metric{}
	for i, look := range looks(small.house) {
		few, many, err := r.inTurn(ctx, small, big, look, looks(big.house)[i])
		if err != nil {
			return fmt.Errorf("%s: %w", look.name, err)
		}
		m := few.metric(fmt.Sprintf("d3.%s.%d", look.name, r.Small), "pages/s").against(r.limits["limit.echo"])
		r.emit(m)
		m = many.metric(fmt.Sprintf("d3.%s.%d", look.name, r.Big), "pages/s").against(few.rate())
		m = m.judged(fmt.Sprintf(">= %.1f of %d", look.goal(), r.Small), m.Ratio >= look.goal())
		r.emit(m)
		if w, known := worst[look.words]; !known || m.Ratio < w.Ratio {
			worst[look.words] = m
		}
	}
	for words, name := range map[bool]string{false: "d3", true: "d3.words"} {
		m := worst[words]
		m.Note, m.Name = "the worst of them: "+m.Name, name
		r.emit(m)
	}
	return nil
}

// inTurn asks for the same list of both pasts, a while each.
func (r *run) inTurn(ctx context.Context, small, big past, a, b look) (few, many tally, err error) {
	for range turns {
		for _, x := range []struct {
			past past
			look look
			sum  *tally
		}{{small, a, &few}, {big, b, &many}} {
			t, err := x.past.ask(ctx, x.look, r.Span/turns)
			if err != nil {
				return few, many, err
			}
			if *x.sum, err = tallied(x.sum.span+t.span, x.sum.took, t.took); err != nil {
				return few, many, err
			}
		}
	}
	return few, many, nil
}

// ask asks for one list for a while.
func (p past) ask(ctx context.Context, l look, span time.Duration) (tally, error) {
	q := request{method: http.MethodGet, path: fmt.Sprintf("/api/v1/reports?limit=%d&%s", pageRows, l.query), cookie: l.cookie, want: http.StatusOK}
	if err := fullPage(ctx, p.client, q); err != nil {
		return tally{}, err
	}
	return drive(ctx, listSenders, span, func(ctx context.Context, _, _ int) error {
		_, err := p.send(ctx, q)
		return err
	})
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
