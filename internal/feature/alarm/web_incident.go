package alarm

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// incidentPage is an incident as one responder sees it.
type incidentPage struct {
	View     View
	Kind     string
	Icon     string
	Stage    string
	Called   string        // how many of each party were called
	At       time.Time     // when it was so
	Elapsed  time.Duration // since it was raised, to its closing
	Left     time.Duration // until the clock's next step
	Whole    time.Duration // how long that step takes in all
	Next     string        // what the step does; empty: no step waits
	Call119  string        // the clock says that every screen shall say it: the sentence
	Ring     bool          // this reader has not answered yet
	Going    bool          // this reader said so
	There    bool          // this reader is at the door
	Cannot   bool          // this reader said that they cannot come
	Mine     string        // what this reader said, that it is noted, and how to change it; empty: nothing yet
	Facts    []ui.Fact
	Lanes    []lane
	Log      []ui.Entry
	Told     []ui.Fact
	Looked   int
	Face     face
	Acts     []act
	Back     string       // where acts lead to; empty: the incident
	Sheets   []sheetLine  // who lives alone there, for responders
	NoSheets bool         // they cannot be opened
	Follows  []followLine // what it led to
	Gauges   []gaugeLine
	Building string     // that the building was told, or why it is not; empty: nothing to say
	Count    *countPage // who in a building that was told is safe; nil: it was not
	Ringing  []rowLine  // other open alarms that this reader owes an answer, on the phone
}

// act is a thing to press: a form of one button, or a link to a page.
type act struct {
	Action string
	Key    string
	Btn    ui.Btn
	Away   string // asks how many minutes until they are there: the question
	Bare   bool   // only that is asked
}

// incidentOf prepares what a responder sees.
func (w Web) incidentOf(ctx context.Context, a people.Actor, id string) (incidentPage, error) {
	v, err := w.View(ctx, a, id)
	if err != nil {
		return incidentPage{}, err
	}
	t := w.teller(ctx, a)
	t.each = true
	if t.kin, err = w.kin(ctx, a, v); err != nil {
		return incidentPage{}, err
	}
	p := incidentPage{View: v, Kind: t.kind(v.Incident), Icon: icon(v.Signal), Stage: t.phase(v.Incident), Facts: t.facts(v), Lanes: t.lanes(v), Log: t.log(v)}
	p.Called, p.At = t.called(v), t.now
	p.setClocks(t)
	p.setMine(a)
	p.Mine = t.mine(p)
	p.Building = t.building(v.Incident)
	p.Acts = t.offer(p)
	if err := w.addCount(ctx, t, &p); err != nil {
		return p, err
	}
	gauges, err := w.gaugesOf(ctx, v.Incident, t.now)
	if err != nil {
		return p, err
	}
	p.Gauges = t.gauges(gauges)
	list, err := w.receipts(ctx, v.Incident)
	if err != nil {
		return p, err
	}
	p.Told, p.Looked = t.told(v, list)
	led, err := w.followupsOf(ctx, a, v.Incident)
	if err != nil {
		return p, err
	}
	p.Follows = t.follows(led)
	asked, err := w.Hands.LedTo(ctx, a, v.Incident)
	if err != nil {
		return p, err
	}
	p.Follows = append(p.Follows, t.asked(asked)...)
	p.Face, err = w.faceOf(ctx, v)
	return p, err
}

// addCount adds the headcount; a call for help that nobody goes to rings.
func (w Web) addCount(ctx context.Context, t teller, p *incidentPage) error {
	if p.View.Phase.Closed() {
		return nil
	}
	h, err := w.count(ctx, p.View.Incident)
	if p.Count = t.count(p.View, h); len(h.Help) > 0 {
		p.Ring = true
	}
	return err
}

// called counts those of each party.
func (t teller) called(v View) string {
	n := map[string]int{}
	for _, r := range v.Responders {
		n[r.Audience]++
	}
	called := t.text("alarm.called", "property", n["property"], "committee", n["committee"], "volunteer", n["volunteer"])
	if n[familyParty] > 0 {
		called += t.text("alarm.called_family", "n", n[familyParty])
	}
	return called
}

// setClocks sets the two clocks of the banner.
func (p *incidentPage) setClocks(t teller) {
	end := t.now
	if p.View.Phase.Closed() {
		end = p.View.ClosedAt
	}
	p.Elapsed = end.Sub(p.View.RaisedAt)
	if call := "alarm.step." + string(p.View.Signal.call(Step119)); p.View.Phase == matter.Raised && p.View.dial() != "" && slices.ContainsFunc(p.View.Timeline, func(e matter.Entry) bool { return e.Key == call }) {
		p.Call119 = t.text(call)
	}
	step, at := p.View.nextBy(t.now)
	if at.IsZero() {
		return
	}
	if step == StepRemind { // what is waited for is somebody at the door
		step, at = StepNobody, p.View.nobodyAt()
	}
	p.Next, p.Left = t.text("alarm.next."+string(step)), min(max(at.Sub(t.now), 0), NobodyThere)
	p.Whole = max(at.Sub(p.View.began(step)), p.Left) // began lies ahead if the clock went back
}

// began is when the clock of the next step started to run.
func (i Incident) began(step Step) time.Time {
	switch {
	case step == StepNobody:
		return i.nobodyAt().Add(-NobodyThere)
	case step == StepAlone:
		return i.DoorAt.Add(time.Duration(i.Level) * NobodyThere)
	case i.Level == 0:
		return i.RaisedAt
	}
	_, before := timer(i.Level - 1)
	return i.RaisedAt.Add(before)
}

// setMine is what this reader has said.
func (p *incidentPage) setMine(a people.Actor) {
	answered := false
	for _, r := range p.View.Responders {
		if r.Person == a.Person {
			answered, p.Going, p.There = r.Answer != "", r.Answer == going, !r.DoorAt.IsZero()
			p.Cannot = r.Answer == cannot && !p.There
		}
	}
	p.Ring = !answered && (p.View.Phase == matter.Raised || p.View.Phase == matter.Taken || p.View.Alone)
}

// offer lays out what the reader may do now, what moves it on first.
func (t teller) offer(p incidentPage) []act {
	v := p.View
	var out []act
	add := func(verb matter.Verb, icon, kind string) {
		if !slices.Contains(v.Can, verb) {
			return
		}
		b := ui.Btn{Text: t.text("alarm.act." + string(verb)), Icon: icon, Kind: kind, Size: "xl", Wide: true}
		path := Path(v.ID) + "/" + string(verb)
		if asksFirst(verb) {
			b.Href = templ.SafeURL(path)
		}
		x := act{Action: path, Key: store.NewID(), Btn: b}
		if verb == Go {
			if p.Cannot {
				x.Btn.Text = t.text("alarm.go_after_all")
			}
			if x.Away = t.text("alarm.away"); p.Going {
				x.Away, x.Bare = t.text("alarm.away_again"), true
			}
		}
		out = append(out, x)
	}
	switch {
	case v.Phase == matter.Doing && !v.Alone && (p.There || !p.Going):
		add(Outcome, "clipboard-list", "primary")
	case v.Phase == matter.Done:
		add(Shut, "circle-check", "primary")
	}
	main := map[bool]string{len(out) == 0: "primary"}[true]
	switch {
	case p.There, v.Phase == matter.Done && !v.IsFire && !p.Going: // nobody else has to go
	case p.Going:
		add(AtDoor, "map-pin", main)
		add(Go, "", "")
		add(Cannot, "circle-x", "")
	default:
		add(Go, "arrow-right", main)
		if !p.Cannot {
			add(Cannot, "circle-x", "")
		}
		add(AtDoor, "map-pin", "")
	}
	if v.Alone && !p.There || v.Phase == matter.Doing && p.Going && !p.There {
		add(Outcome, "clipboard-list", "")
	}
	if v.mayEvacuate() {
		add(Evacuate, "building-2", "")
	}
	if !v.Phase.Closed() {
		add(matter.Note, "message-square-text", "")
	}
	if v.offersHush(t.now) {
		add(Hush, "volume-2", "")
	}
	return out
}

// mainAct is the act that moves it on, as it stands at the foot of the phone:
// without the minutes, which nobody has to say.
func (p incidentPage) mainAct() (act, bool) {
	i := slices.IndexFunc(p.Acts, act.main)
	if i < 0 {
		return act{}, false
	}
	x := p.Acts[i]
	x.Away = ""
	return x, true
}

// restActs are the other acts, and the minutes of the main one by themselves.
func (p incidentPage) restActs() []act {
	var out []act
	for _, x := range p.Acts {
		if x.main() {
			if x.Away == "" {
				continue
			}
			x.Bare, x.Key = true, store.NewID()
		}
		out = append(out, x)
	}
	return out
}

// main tells whether it is the act that moves the incident on.
func (x act) main() bool { return x.Btn.Kind == "primary" }

// incident shows it on the responder's phone and notes that it was seen.
func (w Web) incident(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	p, err := w.incidentOf(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := w.addSheets(ctx, a, &p); err != nil {
		return err
	}
	if p.Ringing, err = w.otherRinging(ctx, a, p.View.ID); err != nil {
		return err
	}
	if err := w.Notify.Seen(ctx, a.Tenant, a.Person, p.View.ID); err != nil {
		return err
	}
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(w.phone(r, p.Kind), incidentBody(p)))
}

// otherRinging are the most urgent of the other open alarms, if the reader owes
// them an answer: who is busy with one must not miss the next.
func (w Web) otherRinging(ctx context.Context, a people.Actor, id string) ([]rowLine, error) {
	b, err := w.bannerOf(ctx, a)
	return slices.DeleteFunc(b.Lines, func(l rowLine) bool { return l.ID == id || !l.Ring }), err
}

// phone is the shell of the responder's pages: no banner above the alarm, which
// names the others itself.
func (w Web) phone(r *http.Request, title string) ui.PhoneShell {
	s := w.Frame.Phone(r, title, "/alarms")
	s.Page.Live, s.Over, s.Tabs = true, nil, nil
	return s
}

// incidentLive keeps the responder's page up to date. To a volunteer a closed
// incident is not there any more: the page thanks.
func (w Web) incidentLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	v, err := w.View(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	topics, err := w.topics(r.Context(), a)
	if err != nil {
		return err
	}
	topics = append(topics, notify.ReceiptsTopic(v.Tenant))
	return web.Stream(rw, r, w.Hub, topics, func(ctx context.Context) (templ.Component, error) {
		ringing, err := w.otherRinging(ctx, a, v.ID)
		if err != nil {
			return nil, err
		}
		if err := w.arrived(ctx, a, len(ringing)); err != nil {
			return nil, err
		}
		p, err := w.incidentOf(ctx, a, v.ID)
		if fault.Is(err, fault.NotFound) {
			return overPart(ringing), nil
		}
		if err == nil {
			err = w.addSheets(ctx, a, &p)
		}
		p.Ringing = ringing
		return incidentPart(p), err
	})
}

// actPage is the form of an act.
type actPage struct {
	Words ui.Words
	Verb  matter.Verb
	View  View
	Act   Act
	Fault *fault.Error
	Base  string // path of the page it belongs to
}

// ask shows the form of an act.
func (w Web) ask(verb matter.Verb) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		a, err := people.ActorOf(r.Context())
		if err != nil {
			return err
		}
		return w.showAct(rw, r, a, Act{ID: r.PathValue("id"), Verb: verb, Key: store.NewID()}, nil)
	}
}

func (w Web) showAct(rw http.ResponseWriter, r *http.Request, a people.Actor, x Act, f *fault.Error) error {
	ctx := r.Context()
	v, err := w.View(ctx, a, x.ID)
	if err != nil {
		return err
	}
	if why := whyNotHush(v.Responders, a.Person); x.Verb == Hush && why != "" {
		return fault.New(fault.Conflict, why)
	}
	return w.renderAct(rw, r, w.phone(r, words.T(ctx, "alarm.act."+string(x.Verb))), actPage{Verb: x.Verb, View: v, Act: x, Fault: f, Base: Path(v.ID)})
}

// renderAct shows the form of an act to somebody who may do it now.
func (w Web) renderAct(rw http.ResponseWriter, r *http.Request, s ui.PhoneShell, p actPage) error {
	if !slices.Contains(p.View.Can, p.Verb) {
		return fault.New(fault.Conflict, "fault.changed")
	}
	status := http.StatusOK
	if p.Fault != nil {
		status = p.Fault.Code.Status()
	}
	s.Top.Back = templ.SafeURL(p.Base)
	p.Words = ui.WordsFrom(func(key string) string { return words.T(r.Context(), key) })
	return web.Render(rw, r, status, ui.PhonePage(s, actBody(p)))
}

// act carries out a verb.
func (w Web) act(verb matter.Verb) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		a, err := people.ActorOf(ctx)
		if err != nil {
			return err
		}
		x, err := w.actOf(rw, r, r.PathValue("id"), verb)
		if err == nil {
			_, err = w.Do(ctx, a, x)
		}
		if fault.Is(err, fault.Invalid) && asksFirst(verb) {
			return w.showAct(rw, r, a, x, fault.As(err))
		}
		if err != nil {
			return err
		}
		back := Path(x.ID)
		if r.FormValue("back") != "" {
			back = web.LocalPath(r.FormValue("back"))
		}
		http.Redirect(rw, r, back, http.StatusSeeOther)
		return nil
	}
}

// actOf reads the form of an act, and takes its pictures in.
func (w Web) actOf(rw http.ResponseWriter, r *http.Request, id string, verb matter.Verb) (Act, error) {
	done, err := web.ParseUpload(rw, r)
	defer done()
	if err != nil {
		return Act{}, err
	}
	x := Act{
		ID: id, Verb: verb, Key: r.FormValue("key"), Words: r.FormValue("words"),
		Away: away(r.FormValue("minutes")), IsFire: r.FormValue("fire") == "true", Cause: Cause(r.FormValue("cause")),
		Looked: r.FormValue("looked") == "true",
	}
	x.Photos, err = w.Studio.Take(r.Context(), picture.Files(r, "photo"), photosMost)
	return x, err
}
