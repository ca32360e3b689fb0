package alarm

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// shiftLine is somebody on duty.
type shiftLine struct {
	Shift
	Since string
	Mine  bool
	Lost  string // since when the desk does not answer; empty: it does
	To    string // name of who shall take over
	ForMe bool   // it is this reader
}

func (w Web) setShifts(ctx context.Context, a people.Actor, t teller, p *deskPage) error {
	list, err := w.Duty(ctx, a)
	if err != nil {
		return err
	}
	for _, s := range list {
		p.Shifts = append(p.Shifts, t.shift(a, s))
	}
	p.Mine, err = w.deskPlaces(ctx, a)
	p.Mine = slices.DeleteFunc(p.Mine, func(n place.Node) bool {
		return slices.ContainsFunc(p.Shifts, func(s shiftLine) bool { return s.Mine && s.Place == n.ID })
	})
	return err
}

// beginKind: beginning a shift is what to press, unless one is offered.
func (p deskPage) beginKind() string {
	if slices.ContainsFunc(p.Shifts, func(s shiftLine) bool { return s.ForMe }) {
		return ""
	}
	return "primary"
}

func (t teller) shift(a people.Actor, s Shift) shiftLine {
	l := shiftLine{Shift: s, Since: words.At(t.ctx, s.Since, t.now), Mine: s.Person == a.Person, ForMe: s.Offered == a.Person}
	if !s.Lost.IsZero() {
		l.Lost = words.Seconds(s.Lost)
	}
	if s.Offered != "" {
		l.To = t.named(a.Tenant, s.Offered)
	}
	return l
}

// deskPlaces are the places at which the actor may be on duty.
func (w Web) deskPlaces(ctx context.Context, a people.Actor) ([]place.Node, error) {
	var out []place.Node
	for _, post := range (people.Access{}).Posts(a, "alarm.duty") {
		n, err := w.Places.ByID(ctx, a.Tenant, post.Place)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(x place.Node) bool { return x.ID == n.ID }) {
			out = append(out, n)
		}
	}
	return out, nil
}

// formOf reads a form and who sent it.
func formOf(rw http.ResponseWriter, r *http.Request) (people.Actor, error) {
	if err := web.ParseForm(rw, r); err != nil {
		return people.Actor{}, err
	}
	return people.ActorOf(r.Context())
}

// duty begins or ends the actor's shift.
func (w Web) duty(rw http.ResponseWriter, r *http.Request) error {
	a, err := formOf(rw, r)
	if err != nil {
		return err
	}
	do := w.BeginDuty
	if r.FormValue("on") == "" {
		do = w.EndDuty
	}
	if err := do(r.Context(), a, r.FormValue("place")); err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms", http.StatusSeeOther)
	return nil
}

// beat is said by an open page of somebody on duty.
func (w Web) beat(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := w.Beat(r.Context(), a); err != nil {
		return err
	}
	rw.WriteHeader(http.StatusNoContent)
	return nil
}

// handPage is where a shift is handed over.
type handPage struct {
	Place string
	Door  string
	Staff []ui.Choice
	Note  string
	Fault *fault.Error
}

func (w Web) askHandover(rw http.ResponseWriter, r *http.Request) error {
	return w.showHandover(rw, r, handPage{Place: r.URL.Query().Get("place")}, "")
}

func (w Web) showHandover(rw http.ResponseWriter, r *http.Request, p handPage, to string) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	staff, node, err := w.deskStaff(ctx, a.Tenant, p.Place)
	if err != nil {
		return err
	}
	if err := (people.Access{}).May(a, "alarm.duty", people.Subject{Path: node.Path}); err != nil {
		return err
	}
	label, err := w.Places.Label(ctx, a.Tenant, node.ID)
	if err != nil {
		return err
	}
	p.Door = label.Door
	for _, x := range staff {
		if x.Person != a.Person {
			p.Staff = append(p.Staff, ui.Choice{Value: x.Person, Text: x.Name, Checked: x.Person == to})
		}
	}
	status := http.StatusOK
	if p.Fault != nil {
		status = p.Fault.Code.Status()
	}
	head := ui.Head{Plate: p.Door, Title: words.T(ctx, "alarm.handover"), Sub: words.T(ctx, "alarm.handover_sub")}
	return web.Render(rw, r, status, ui.DeskPage(w.Frame.Desk(r, "alarms", head), handBody(p)))
}

func (w Web) handover(rw http.ResponseWriter, r *http.Request) error {
	a, err := formOf(rw, r)
	if err != nil {
		return err
	}
	place, to, note := r.FormValue("place"), r.FormValue("to"), r.FormValue("note")
	err = w.HandOver(r.Context(), a, place, to, note)
	if fault.Is(err, fault.Invalid) {
		return w.showHandover(rw, r, handPage{Place: place, Note: note, Fault: fault.As(err)}, to)
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms", http.StatusSeeOther)
	return nil
}

func (w Web) takeover(rw http.ResponseWriter, r *http.Request) error {
	a, err := formOf(rw, r)
	if err != nil {
		return err
	}
	if err := w.TakeOver(r.Context(), a, r.FormValue("place")); err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms", http.StatusSeeOther)
	return nil
}

// rosterPage is who is on duty, who shall be, and who was.
type rosterPage struct {
	Now   []shiftLine
	Days  []rosterDay
	Past  []shiftLine
	Plan  bool // the reader may plan
	Staff []ui.Choice
	From  string
	Hours []ui.Choice
	Fault *fault.Error
}

type rosterDay struct {
	Day   string
	Lines []rosterLine
}

type rosterLine struct {
	Planned
	Name, Door, Time string
}

// dutyShown is how many past shifts the roster shows.
const dutyShown = 10

func (w Web) roster(rw http.ResponseWriter, r *http.Request) error {
	return w.showRoster(rw, r, rosterPage{}, "", "")
}

func (w Web) showRoster(rw http.ResponseWriter, r *http.Request, p rosterPage, chosen, hours string) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	if err := w.fillRoster(ctx, a, t, &p); err != nil {
		return err
	}
	if p.Plan = (people.Access{}).Allow(a, "alarm.roster") == nil; p.Plan {
		if p.Staff, err = w.planners(ctx, a, chosen); err != nil {
			return err
		}
		p.Hours = hoursOf(ctx, hours)
	}
	if p.From == "" {
		p.From = t.now.Add(time.Hour).In(words.Shanghai()).Format("2006-01-02T15:00")
	}
	status := http.StatusOK
	if p.Fault != nil {
		status = p.Fault.Code.Status()
	}
	head := ui.Head{Title: words.T(ctx, "alarm.roster"), Sub: words.T(ctx, "alarm.roster_sub")}
	return web.Render(rw, r, status, ui.DeskPage(w.Frame.Desk(r, "alarms", head), rosterBody(p)))
}

func (w Web) fillRoster(ctx context.Context, a people.Actor, t teller, p *rosterPage) error {
	now, err := w.Duty(ctx, a)
	if err != nil {
		return err
	}
	past, err := w.PastDuty(ctx, a, dutyShown)
	if err != nil {
		return err
	}
	for _, s := range now {
		p.Now = append(p.Now, t.shift(a, s))
	}
	for _, s := range past {
		p.Past = append(p.Past, t.shift(a, s))
	}
	list, err := w.Roster(ctx, a)
	if err != nil {
		return err
	}
	for _, x := range list {
		label, err := w.Places.Label(ctx, a.Tenant, x.Place)
		if err != nil {
			return err
		}
		day := words.Day(ctx, x.From, t.now)
		if n := len(p.Days); n == 0 || p.Days[n-1].Day != day {
			p.Days = append(p.Days, rosterDay{Day: day})
		}
		d := &p.Days[len(p.Days)-1]
		d.Lines = append(d.Lines, rosterLine{x, t.named(a.Tenant, x.Person), label.Door, words.Clock(x.From) + "–" + words.Clock(x.To)})
	}
	return nil
}

// planners are those who may be put on the roster where the actor serves, each
// with their place: one choice says both.
func (w Web) planners(ctx context.Context, a people.Actor, chosen string) ([]ui.Choice, error) {
	var out []ui.Choice
	for _, post := range (people.Access{}).Posts(a, "alarm.roster") {
		n, err := w.Places.ByID(ctx, a.Tenant, post.Place)
		if err != nil {
			return nil, err
		}
		compounds, err := w.Places.Subtree(ctx, a.Tenant, n.ID, place.Compound)
		if err != nil {
			return nil, err
		}
		for _, c := range compounds {
			staff, _, err := w.deskStaff(ctx, a.Tenant, c.ID)
			if err != nil {
				return nil, err
			}
			for _, s := range staff {
				v := c.ID + "/" + s.Person
				if !slices.ContainsFunc(out, func(x ui.Choice) bool { return x.Value == v }) {
					out = append(out, ui.Choice{Value: v, Text: s.Name + " · " + c.Name, Checked: v == chosen})
				}
			}
		}
	}
	return out, nil
}

func hoursOf(ctx context.Context, chosen string) []ui.Choice {
	var out []ui.Choice
	for _, n := range []int{8, 12, 24} {
		v := strconv.Itoa(n)
		out = append(out, ui.Choice{Value: v, Text: words.T(ctx, "date.hours", "n", n), Checked: v == chosen || chosen == "" && n == 12})
	}
	return out
}

func (w Web) plan(rw http.ResponseWriter, r *http.Request) error {
	a, err := formOf(rw, r)
	if err != nil {
		return err
	}
	who, hours := r.FormValue("who"), r.FormValue("hours")
	p := Planned{}
	if at := slices.Index([]byte(who), '/'); at > 0 {
		p.Place, p.Person = who[:at], who[at+1:]
	}
	n, _ := strconv.Atoi(hours) // none: refused as too short
	from, err := time.ParseInLocation("2006-01-02T15:04", r.FormValue("from"), words.Shanghai())
	if err == nil {
		p.From, p.To = from, from.Add(time.Duration(n)*time.Hour)
	}
	if p.Place == "" {
		err = fault.New(fault.Invalid, "alarm.invalid").WithField("who", "alarm.roster_person")
	} else {
		_, err = w.Plan(r.Context(), a, p)
	}
	if fault.Is(err, fault.Invalid) {
		return w.showRoster(rw, r, rosterPage{From: r.FormValue("from"), Fault: fault.As(err)}, who, hours)
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms/roster", http.StatusSeeOther)
	return nil
}

func (w Web) unplan(rw http.ResponseWriter, r *http.Request) error {
	a, err := formOf(rw, r)
	if err != nil {
		return err
	}
	if err := w.Unplan(r.Context(), a, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms/roster", http.StatusSeeOther)
	return nil
}
