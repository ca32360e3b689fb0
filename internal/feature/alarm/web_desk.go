package alarm

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// deskPage is the alarm desk.
type deskPage struct {
	Now     *incidentPage // the one on screen; nil: none is open
	Count   int           // open ones, drills too
	Ringing []rowLine     // other ones that this reader owes an answer, above all else
	Others  []rowLine
	More    int // open ones beyond those
	Past    []rowLine
	Follow  []followLine // what the committee has to see to
	Shifts  []shiftLine
	Hoods   []hoodCard   // every neighbourhood, for the subdistrict
	Mine    []place.Node // where the actor may begin a shift
	Drill   bool
	Smoke   bool
	Trials  []trialLine // open test windows
	Lifts   bool        // the reader may look at the lifts
	Push    string      // the public key a browser subscribes to; empty: nothing is pushed
	Live    templ.SafeURL
}

// rowLine is an incident as a line.
type rowLine struct {
	Row
	Kind, Stage string
	When        string
	Href        templ.SafeURL // to the desk, or to what is closed; see toAlarm
	Elapsed     time.Duration
	Ring        bool   // the reader owes an answer
	Answer      string // what the reader said: going, cannot, or empty
	Help        int    // flats of its building that need help and that nobody goes to
	Above       bool   // it stands above, and is said and rings there
}

// pastShown is how many closed incidents the desk lists.
const pastShown = 8

// deskOf prepares the desk, with the incident of this id on screen or, if it
// is not open, the most urgent.
func (w Web) deskOf(ctx context.Context, a people.Actor, open string) (deskPage, error) {
	t := w.teller(ctx, a)
	rows, n, err := w.open(ctx, a, deskShown, mostCounted)
	if err != nil {
		return deskPage{}, err
	}
	p := deskPage{Count: n, More: n - len(rows), Live: "/alarms/live", Smoke: w.Smoke != nil, Drill: (people.Access{}).Allow(a, "alarm.drill") == nil, Lifts: (people.Access{}).Allow(a, "alarm.lift") == nil}
	lines, err := w.linesFor(ctx, a, t, rows)
	if err != nil {
		return p, err
	}
	if id := urgent(lines, open); id != "" {
		now, err := w.incidentOf(ctx, a, id)
		if err != nil {
			return p, err
		}
		now.setBack("/alarms?open=" + id)
		p.Now, p.Live = &now, templ.SafeURL("/alarms/live?open="+url.QueryEscape(open))
		lines = slices.DeleteFunc(lines, func(l rowLine) bool { return l.ID == id })
	}
	p.Ringing, p.Others = above(lines), lines
	if err := w.setDays(ctx, a, t, &p); err != nil {
		return p, err
	}
	if p.Push, err = w.Notify.PushKey(ctx, a.Tenant); err != nil {
		return p, err
	}
	if p.Trials, err = w.trialLines(ctx, a); err != nil {
		return p, err
	}
	follow, err := w.Followups(ctx, a)
	if err != nil {
		return p, err
	}
	p.Follow = t.follows(follow)
	return p, nil
}

// setDays shows who is on duty and what happened: in the reader's neighbourhood,
// or in each of the subdistrict's.
func (w Web) setDays(ctx context.Context, a people.Actor, t teller, p *deskPage) error {
	if (people.Access{}).Scope(a, "alarm.read").Office {
		return w.setHoods(ctx, a, t, p)
	}
	past, err := w.Past(ctx, a, t.now.Add(time.Second), pastShown)
	if err != nil {
		return err
	}
	p.Past = t.lines(past)
	return w.setShifts(ctx, a, t, p)
}

// urgent is the incident to show. One that nobody answered yet comes first,
// even before the one asked for, unless that one is waiting too or the reader is
// on the way to it: what they press next must not turn into another alarm
// under their hand. Then the new one stands above. Drills come last.
func urgent(lines []rowLine, asked string) string {
	best, rank := "", 9
	for _, l := range lines {
		var n int
		switch {
		case l.ID == asked && !l.Drill && (l.Phase == matter.Raised || l.Answer == going):
			n = 0
		case l.Ring && l.Phase == matter.Raised && !l.Drill:
			n = 1
		case l.ID == asked:
			n = 2
		case l.Phase == matter.Raised && !l.Drill:
			n = 3
		case !l.Drill:
			n = 4
		default:
			n = 5
		}
		if n < rank {
			best, rank = l.ID, n
		}
	}
	return best
}

// above are those of the lines that stand above all else on a page, as in the
// banner: the most urgent of what the reader owes an answer. They are marked.
func above(lines []rowLine) []rowLine {
	var out []rowLine
	for i, l := range lines {
		if l.Ring && len(out) < bannerShown {
			lines[i].Above = true
			out = append(out, l)
		}
	}
	return out
}

// linesFor are open incidents as lines, with what the reader said to each: it
// rings until they said something, or somebody is there.
func (w Web) linesFor(ctx context.Context, a people.Actor, t teller, rows []Row) ([]rowLine, error) {
	lines := t.lines(rows)
	for i, l := range lines {
		answer, err := New(w.Store.Reader()).AnswerOf(ctx, l.Tenant, l.ID, a.Person)
		if err != nil {
			return nil, fmt.Errorf("answer: %w", err)
		}
		lines[i].Answer = strings.Join(answer, "")
		h, err := w.count(ctx, l.Incident)
		if err != nil {
			return nil, err
		}
		lines[i].Help = len(h.Help)
		lines[i].Ring = lines[i].Help > 0 || lines[i].Answer == "" && (l.Phase == matter.Raised || l.Phase == matter.Taken || l.Alone)
	}
	return lines, nil
}

func (t teller) lines(rows []Row) []rowLine {
	out := make([]rowLine, len(rows))
	for i, r := range rows {
		l := rowLine{Row: r, Kind: t.kind(r.Incident), Stage: t.phase(r.Incident), When: words.At(t.ctx, r.RaisedAt, t.now), Elapsed: t.now.Sub(r.RaisedAt)}
		l.Href = deskPath(r.ID)
		if r.Phase.Closed() {
			l.Href = templ.SafeURL(Path(r.ID))
			if r.Cause != "" {
				l.Stage = t.text("alarm.cause." + string(r.Cause))
			}
		}
		out[i] = l
	}
	return out
}

// deskPath is the desk with an incident on screen.
func deskPath(id string) templ.SafeURL { return templ.SafeURL("/alarms?open=" + url.QueryEscape(id)) }

// desk shows it.
func (w Web) desk(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	p, err := w.deskOf(ctx, a, r.URL.Query().Get("open"))
	if err != nil {
		return err
	}
	if p.Now != nil {
		if err := w.addSheets(ctx, a, p.Now); err != nil {
			return err
		}
		if err := w.Notify.Seen(ctx, a.Tenant, a.Person, p.Now.View.ID); err != nil {
			return err
		}
	}
	s := w.Frame.Desk(r, "alarms", ui.Head{Title: words.T(ctx, "alarm.desk"), Actions: dutyBar(p)})
	s.Page.Live, s.Over = true, nil
	return web.Render(rw, r, http.StatusOK, ui.DeskPage(s, deskBody(p)))
}

// deskLive keeps it up to date, in a hidden tab too.
func (w Web) deskLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	topics, err := w.topics(r.Context(), a)
	if err != nil {
		return err
	}
	for _, t := range slices.Clone(topics) {
		topics = append(topics, strings.Replace(t, Topic(""), notify.ReceiptsTopic(""), 1))
	}
	open := r.URL.Query().Get("open")
	return web.Stream(rw, r, w.Hub, topics, func(ctx context.Context) (templ.Component, error) {
		p, err := w.deskOf(ctx, a, open)
		if err == nil && p.Now != nil {
			err = w.addSheets(ctx, a, p.Now)
		}
		if err != nil {
			return nil, err
		}
		return deskPart(p), w.arrived(ctx, a, p.Count)
	})
}

// banner is the open incidents above every page.
type banner struct {
	Lines []rowLine // the most urgent
	Count int       // all of them, up to bannerCounts
}

// more is how many are open beyond those listed; empty for none.
func (b banner) more() string {
	switch n := b.Count - len(b.Lines); {
	case b.Count >= bannerCounts:
		return num(n) + "+"
	case n > 0:
		return num(n)
	}
	return ""
}

func (w Web) bannerOf(ctx context.Context, a people.Actor) (banner, error) {
	rows, n, err := w.open(ctx, a, bannerShown, bannerCounts)
	if err != nil {
		return banner{}, err
	}
	lines, err := w.linesFor(ctx, a, w.teller(ctx, a), rows)
	return banner{lines, n}, err
}

// Banner is what stands above every page of those who answer alarms, and how
// many are open.
func (w Web) Banner(ctx context.Context, a people.Actor) (templ.Component, int, error) {
	b, err := w.bannerOf(ctx, a)
	return bannerBox(b), b.Count, err
}

// arrived notes that what the actor was told about open alarms stands on a
// page of theirs.
func (w Web) arrived(ctx context.Context, a people.Actor, open int) error {
	if open == 0 {
		return nil
	}
	return w.Notify.Delivered(ctx, a.Tenant, a.Person)
}

// bannerLive keeps the banner up to date.
func (w Web) bannerLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	topics, err := w.topics(r.Context(), a)
	if err != nil {
		return err
	}
	return web.Stream(rw, r, w.Hub, topics, func(ctx context.Context) (templ.Component, error) {
		b, err := w.bannerOf(ctx, a)
		if err != nil {
			return nil, err
		}
		return bannerPart(b), w.arrived(ctx, a, b.Count)
	})
}

// drillPage is where a drill is chosen.
type drillPage struct {
	Words   ui.Words
	Query   string
	Places  []ui.Choice
	Minutes string
	Trial   bool // the reader may open a test window
	Fault   *fault.Error
}

// drillHits is how many dwellings a search for a drill shows.
const drillHits = 12

// askDrill finds the dwelling of a drill.
func (w Web) askDrill(rw http.ResponseWriter, r *http.Request) error {
	return w.showDrill(rw, r, r.URL.Query().Get("q"), "", nil)
}

func (w Web) showDrill(rw http.ResponseWriter, r *http.Request, q, chosen string, f *fault.Error) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	p := drillPage{Words: ui.WordsFrom(func(key string) string { return words.T(ctx, key) }), Query: strings.TrimSpace(q), Minutes: "10", Fault: f, Trial: (people.Access{}).Allow(a, "alarm.trial") == nil}
	if p.Query != "" {
		hits, err := w.Places.Search(ctx, a.Tenant, p.Query, drillHits)
		if err != nil {
			return err
		}
		for _, h := range hits {
			if h.Node.Kind != place.Dwelling {
				continue
			}
			label, err := w.Places.Label(ctx, h.Node.Tenant, h.Node.ID)
			if err != nil {
				return err
			}
			p.Places = append(p.Places, ui.Choice{Value: h.Node.ID, Text: label.Door, Checked: h.Node.ID == chosen || len(p.Places) == 0 && chosen == ""})
		}
	}
	status := http.StatusOK
	if f != nil {
		status = f.Code.Status()
	}
	return web.Render(rw, r, status, ui.DeskPage(w.Frame.Desk(r, "alarms", ui.Head{Title: words.T(ctx, "alarm.drill_title"), Sub: words.T(ctx, "alarm.drill_sub")}), drillBody(p)))
}

// drill begins one.
func (w Web) drill(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	if err := web.ParseForm(rw, r); err != nil {
		return err
	}
	minutes, _ := strconv.Atoi(r.FormValue("minutes")) // none: refused as too short
	id, err := w.BeginDrill(ctx, a, r.FormValue("place"), time.Duration(minutes)*time.Minute)
	if fault.Is(err, fault.Invalid) {
		return w.showDrill(rw, r, r.FormValue("q"), r.FormValue("place"), fault.As(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms?open="+id, http.StatusSeeOther)
	return nil
}
