package upkeep

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Web is the pages of tickets.
type Web struct {
	casework.Pages[Detail]
	service *Service
}

// NewWeb makes the pages; desk finds out where the actor works, see
// [people.Pages.Desk].
func NewWeb(s *Service, frame ui.Frame, desk func(*http.Request) (people.Desk, error)) Web {
	return Web{service: s, Pages: casework.Pages[Detail]{Room: &s.Room, Frame: frame, Desk: desk, Face: casework.Face[Detail]{
		Icon: "wrench", Fields: []string{"remedy"}, Args: map[string]string{"cause": "upkeep.cause.", "remedy": "upkeep.remedy.", "since": "at"},
		Title: title, State: state, When: when, Notice: notice, Facts: facts, Links: s.links,
		Advice: func(v casework.Voice, x View) string {
			return v.T("upkeep.fix." + string(x.Detail.Cause))
		},
		Form:    func(c casework.Card[Detail]) templ.Component { return form(c) },
		Columns: []casework.Column[Detail]{{Key: "upkeep.done_what", Value: func(v casework.Voice, t Ticket) string { return remedy(v, t) }}},
	}}}
}

// OfUnit are the newest tickets of a device that the actor may see, as rows of
// its page.
func (w Web) OfUnit(ctx context.Context, d people.Desk, unit string) ([]ui.Item, error) {
	views, err := w.service.OfDevice(ctx, d.Actor, unit)
	if err != nil {
		return nil, err
	}
	v, items := w.Voice(ctx, w.Args), make([]ui.Item, len(views))
	for i, x := range views {
		items[i] = w.Item(v, d, x.Case, x.Scene.Door)
	}
	return items, nil
}

func title(v casework.Voice, t Ticket) string {
	return strings.TrimSpace(v.T("upkeep.cause."+string(t.Detail.Cause)) + " " + t.Detail.Spot)
}

func state(v casework.Voice, t Ticket) (ui.Tone, string) {
	if !ClosesAt(t).IsZero() {
		return ui.OK, v.T("upkeep.stage.well")
	}
	return v.State(t.Matter)
}

func when(v casework.Voice, t Ticket) string {
	if at := ClosesAt(t); !at.IsZero() {
		return v.T("upkeep.closes", "at", v.At(at))
	}
	return ""
}

// notice says that the device is well, and what comes of it.
func notice(v casework.Voice, x View) string {
	switch at := ClosesAt(x.Case); {
	case x.Phase.Closed() || x.Detail.Well.IsZero():
		return ""
	case at.IsZero():
		return v.T("upkeep.notice_well", "since", v.At(x.Detail.Well))
	default:
		return v.T("upkeep.notice_closes", "since", v.At(x.Detail.Well), "at", v.At(at))
	}
}

func facts(v casework.Voice, x View) (out []ui.Fact) {
	if x.Detail.Times > 1 {
		out = append(out, ui.Fact{Term: v.T("upkeep.times"), Value: strconv.Itoa(x.Detail.Times)})
	}
	if x.Detail.Remedy != "" {
		out = append(out, ui.Fact{Term: v.T("upkeep.done_what"), Value: remedy(v, x.Case)})
	}
	return out
}

func remedy(v casework.Voice, t Ticket) string {
	if t.Detail.Remedy == "" {
		return ""
	}
	return v.T("upkeep.remedy." + string(t.Detail.Remedy))
}

// links is the way to the device.
func (s *Service) links(ctx context.Context, d people.Desk, x View) ([]ui.Btn, error) {
	u := x.Detail.world.unit
	if x.Tenant != d.Actor.Tenant || s.devices.May(ctx, d.Actor, "device.read", u) != nil { // an officer of the subdistrict works on no register
		return nil, nil
	}
	return []ui.Btn{{Text: words.T(ctx, "upkeep.to_device"), Icon: "shield-check", Href: templ.SafeURL(d.To("/devices/" + url.PathEscape(u.ID)))}}, nil
}

// remedies are what may have been done, for the form.
func remedies(c casework.Card[Detail]) (out []ui.Choice) {
	for _, r := range Remedies() {
		out = append(out, ui.Choice{Value: string(r), Text: c.Voice.T("upkeep.remedy." + string(r)), Checked: string(r) == c.Said.Form["remedy"]})
	}
	return out
}

// finishKind is the kind of the button that closes a ticket: the first to press
// once it was taken.
func finishKind(c casework.Card[Detail]) string {
	if c.Took {
		return "primary"
	}
	return ""
}
