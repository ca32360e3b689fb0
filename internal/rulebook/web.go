package rulebook

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

//go:embed words/*.toml
var wordFiles embed.FS

// Words are the pages' sentences.
func Words() fs.FS { return store.Folder(wordFiles, "words") }

// Web is the pages.
type Web struct {
	Store *store.Store
	Rules *rules.Shelf
	Frame ui.Frame
}

// Routes are the doors of the pages.
func (w Web) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /admin/rules", Access: "rules.read", Do: w.list},
		{Pattern: "GET /admin/rules/{id}", Access: "rules.read", Do: w.rule},
		{Pattern: "POST /admin/rules/{id}", Access: "rules.edit", Do: w.override},
		{Pattern: "POST /admin/rules/{id}/end", Access: "rules.edit", Do: w.end},
	}
}

// say is a sentence of this room.
func say(ctx context.Context, key string, args ...any) string {
	return words.T(ctx, "rulebook."+key, args...)
}

// line is a row of the file as it stands today.
type line struct {
	rules.Row
	state rules.State
	first rules.Row // what goes before it, or itself
}

// matches reports whether the line is among those that a view shows.
func (l line) matches(show string) bool {
	switch show {
	case "coming", "past":
		return string(l.state) == show
	case "overridden":
		return l.state == rules.Overridden
	}
	return l.state != rules.Coming && l.state != rules.Past
}

// says reports whether each word of a query stands somewhere in the line.
func (l line) says(ctx context.Context, query string) bool {
	all := strings.ToLower(strings.Join([]string{
		rules.TopicName(ctx, l.Topic), l.Name(ctx), l.Says(ctx), l.first.Says(ctx), l.ScopeText(ctx), l.SourceText(ctx), l.first.Source, l.ID,
	}, "\n"))
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(query)), func(word string) bool { return !strings.Contains(all, word) })
}

// item is the line in a list.
func (l line) item(ctx context.Context) ui.Item {
	it := ui.Item{
		Href: path(l.ID), Title: say(ctx, "line", "name", l.Name(ctx), "value", l.first.Says(ctx)),
		Note: l.ScopeText(ctx) + " · " + l.first.SourceText(ctx),
	}
	if l.state == rules.GivesWay {
		it.Title = say(ctx, "line", "name", l.Name(ctx), "value", l.Says(ctx))
		it.Note = l.ScopeText(ctx) + " · " + l.SourceText(ctx)
	}
	if l.state != rules.InForce {
		it.Tone, it.Tag = tone(l.state), stateText(ctx, l.state)
	}
	if _, until := l.first.Days(); until != "" {
		it.When = say(ctx, "until", "day", until)
	}
	if l.state == rules.Coming {
		from, _ := l.Days()
		it.When = say(ctx, "from", "day", from)
	}
	if l.state == rules.Overridden {
		it.Note += " · " + say(ctx, "instead", "value", l.Says(ctx))
	}
	return it
}

func tone(s rules.State) ui.Tone {
	return map[rules.State]ui.Tone{rules.InForce: ui.OK, rules.Overridden: ui.Warn, rules.Coming: ui.Info}[s]
}

func stateText(ctx context.Context, s rules.State) string { return say(ctx, "state."+string(s)) }

func path(id string) templ.SafeURL { return templ.SafeURL("/admin/rules/" + url.PathEscape(id)) }

// section is a topic with some of its rules.
type section struct {
	title string
	items []ui.Item
}

// listPage is the rules by topic, or what a search found.
type listPage struct {
	words        ui.Words
	query, topic string
	show         string // which view; empty: in force
	topics       []ui.Choice
	shows        []ui.Segment
	sections     []section
}

func (w Web) list(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	book, err := w.Rules.Book(ctx)
	if err != nil {
		return err
	}
	today := w.Rules.Today()
	p := listPage{show: r.FormValue("show"), query: strings.TrimSpace(r.FormValue("q")), topic: r.FormValue("topic"), words: ui.WordsFrom(func(key string) string { return words.T(ctx, key) })}
	lines := standing(book, today)
	p.choose(ctx, lines)
	if p.show == "" && p.topic == "" && p.query == "" {
		err = p.front(ctx, book, lines, today)
	} else {
		p.find(ctx, lines)
	}
	if err != nil {
		return err
	}
	head := ui.Head{Title: say(ctx, "title"), Sub: say(ctx, "sub")}
	return web.Render(rw, r, http.StatusOK, listView(w.Frame.Desk(r, "rules", head), p))
}

func standing(book rules.Book, today time.Time) []line {
	var lines []line
	for _, row := range book.Rows() {
		state, first := book.Stand(row, today)
		lines = append(lines, line{row, state, first})
	}
	return lines
}

// choose are the views and topics to choose from.
func (p *listPage) choose(ctx context.Context, lines []line) {
	for _, s := range []string{"", "coming", "past", "overridden"} {
		n := 0
		for _, l := range lines {
			if l.matches(s) && p.asks(ctx, l) {
				n++
			}
		}
		at := url.Values{}
		for name, value := range map[string]string{"show": s, "topic": p.topic, "q": p.query} {
			if value != "" {
				at.Set(name, value)
			}
		}
		text := stateText(ctx, rules.InForce)
		if s != "" {
			text = say(ctx, "state."+s)
		}
		p.shows = append(p.shows, ui.Segment{Href: templ.SafeURL("/admin/rules?" + at.Encode()), Text: text, Count: strconv.Itoa(n), Current: s == p.show})
	}
	p.topics = []ui.Choice{{Text: say(ctx, "all_topics")}}
	for _, t := range rules.Topics() {
		p.topics = append(p.topics, ui.Choice{Value: t, Text: rules.TopicName(ctx, t), Checked: t == p.topic})
	}
}

// front is what ends soon, and the topics with how many rules each has today.
func (p *listPage) front(ctx context.Context, book rules.Book, lines []line, today time.Time) error {
	warn, err := book.At("source_life", "warn_before", rules.Scope{}, today)
	if err != nil {
		return err
	}
	span, err := warn.Span()
	if err != nil {
		return err
	}
	soon, topics := section{title: say(ctx, "soon", "n", span.N)}, section{title: say(ctx, "topics")}
	count := map[string]int{}
	for _, l := range lines {
		if l.matches("") {
			count[l.Topic]++
		}
		if l.matches("") && l.first.EndsWithin(today, span) {
			soon.items = append(soon.items, l.item(ctx))
		}
	}
	for _, t := range rules.Topics() {
		href := templ.SafeURL("/admin/rules?topic=" + url.QueryEscape(t))
		topics.items = append(topics.items, ui.Item{Href: href, Title: rules.TopicName(ctx, t), When: say(ctx, "count", "n", count[t])})
	}
	p.sections = []section{soon, topics}
	return nil
}

// asks reports whether a line is of the topic and says what was searched for.
func (p *listPage) asks(ctx context.Context, l line) bool {
	return (p.topic == "" || p.topic == l.Topic) && l.says(ctx, p.query)
}

// find are the rules of a view, by topic.
func (p *listPage) find(ctx context.Context, lines []line) {
	for _, t := range rules.Topics() {
		s := section{title: rules.TopicName(ctx, t)}
		for _, l := range lines {
			if l.Topic == t && l.matches(p.show) && p.asks(ctx, l) {
				s.items = append(s.items, l.item(ctx))
			}
		}
		if len(s.items) > 0 {
			p.sections = append(p.sections, s)
		}
	}
}
