package alarm

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// teller puts incidents into words for one reader.
type teller struct {
	ctx   context.Context
	now   time.Time
	me    string                                          // person id of the reader
	named func(tenant store.Tenant, person string) string // empty if unknown
	kin   map[string]string                               // family on no register, by id
	each  bool                                            // those who have not answered are named
}

// who is a person as the reader may know them: by name, of the family as family.
func (t teller) who(v View, person string) string {
	name := t.kin[person]
	if name == "" {
		name = t.named(v.Tenant, person)
	}
	if name == "" && slices.ContainsFunc(v.Responders, func(r Responder) bool { return r.Person == person && r.Audience == familyParty }) {
		name = t.text("alarm.party." + familyParty)
	}
	return name
}

func (t teller) text(key string, args ...any) string { return words.T(t.ctx, key, args...) }

func (t teller) kind(i Incident) string { return t.text("alarm.kind." + string(i.Signal)) }

// found is what was found on site.
func (t teller) found(k SignalKind, bad bool) string {
	return t.text("alarm.found." + k.nature().found + "." + strconv.FormatBool(bad))
}

// phase is how far an incident has come.
func (t teller) phase(i Incident) string {
	if i.Alone {
		return t.text("alarm.stage.alone")
	}
	if at := stage(i); at != "all_clear" || i.Signal.nature().found == "fire" {
		return t.text("alarm.stage." + at)
	}
	return t.text("alarm.stage.no_danger")
}

// stage is the state of an incident as people speak of it.
func stage(i Incident) string {
	switch i.Phase {
	case matter.Raised:
		return "raised"
	case matter.Taken:
		return "acknowledged"
	case matter.Doing:
		return "on_scene"
	case matter.Done:
		if i.IsFire {
			return "confirmed"
		}
		return "all_clear"
	}
	return "closed"
}

// icon is the sign of a kind.
func icon(k SignalKind) string { return k.nature().icon }

// lane is how far one person has come, or those of a party who have not
// answered yet.
type lane struct {
	Word  string // sign of the party: 物
	Tone  ui.Tone
	Who   string
	Note  string
	State string
	At    string
	Step  int // 0 cannot, 1 told, 2 going, 3 at the door

	Calling bool          // they are still called: for so long
	Due     bool          // they said when they would be there: in so long, or it is past
	Span    time.Duration // of either
}

// parties are the lanes' order with their colours.
func parties() []struct {
	name string
	tone ui.Tone
} {
	return []struct {
		name string
		tone ui.Tone
	}{{"property", ui.OK}, {"committee", ui.Info}, {"volunteer", ui.Warn}, {familyParty, ui.Neutral}, {"subdistrict", ui.Neutral}}
}

// lanes are who is coming, party by party: each who answered, then the rest.
func (t teller) lanes(v View) []lane {
	var out []lane
	for _, p := range parties() {
		party := t.text("alarm.party." + p.name)
		base := lane{Word: t.text("alarm.sign." + p.name), Tone: p.tone}
		var waiting []Responder
		for _, r := range v.Responders {
			if r.Audience != p.name {
				continue
			}
			if r.Answer == "" && r.DoorAt.IsZero() {
				waiting = append(waiting, r)
				continue
			}
			out = append(out, t.answered(v, r, base, party))
		}
		for _, same := range calledTogether(waiting) {
			out = append(out, t.waiting(v, same, base, party))
		}
	}
	return out
}

// calledTogether are those who were called in the same instant, the first first.
func calledTogether(rs []Responder) [][]Responder {
	slices.SortStableFunc(rs, func(a, b Responder) int { return a.Handed.Compare(b.Handed) })
	var out [][]Responder
	for n, r := range rs {
		if n == 0 || !r.Handed.Equal(rs[n-1].Handed) {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], r)
	}
	return out
}

func (t teller) answered(v View, r Responder, l lane, party string) lane {
	l.Who, l.Note, l.Step = t.who(v, r.Person), party, r.Lane()
	if l.Who == party {
		l.Note = ""
	}
	at := r.AnsweredAt
	if l.Step == 3 {
		at = r.DoorAt
	}
	l.State, l.At = t.text("alarm.lane."+strconv.Itoa(l.Step)), words.Seconds(at)
	if l.Step == 2 && !r.DueAt.IsZero() && !v.Phase.Closed() {
		l.Due, l.Span = true, r.DueAt.Sub(t.now)
		l.Note = strings.TrimPrefix(l.Note+" · "+t.text("alarm.left", "at", l.At), " · ")
	}
	return l
}

// lanesNamed is how many of those who have not answered a lane names.
const lanesNamed = 8

// waiting are those of a party who have not answered, and for how long they are
// called: until somebody stands at the door.
func (t teller) waiting(v View, rs []Responder, l lane, party string) lane {
	l.Who, l.Note, l.Step = party, t.text("alarm.waiting", "n", len(rs)), 1
	l.State, l.At = t.text("alarm.lane.1"), words.Seconds(rs[0].Handed)
	if l.Calling = v.Phase == matter.Raised || v.Phase == matter.Taken || v.Alone; l.Calling {
		l.State, l.Span = t.text("alarm.lane.calling"), t.now.Sub(rs[0].Handed)
	}
	if !t.each {
		return l
	}
	var names []string
	for _, r := range rs[:min(len(rs), lanesNamed)] {
		if name := t.who(v, r.Person); name != "" && name != party {
			names = append(names, name)
		}
	}
	switch {
	case len(rs) == 1 && len(names) == 1:
		l.Who, l.Note = names[0], party
	case len(names) > 0:
		l.Note = strings.Join(names, t.text("alarm.comma")) + " · " + l.Note
	}
	return l
}

// log is the record with its seconds, the latest marked.
func (t teller) log(v View) []ui.Entry {
	var out []ui.Entry
	for _, e := range v.Timeline {
		args := []any{}
		for k, a := range e.Args {
			if k == "kind" || k == "cause" {
				a = t.text("alarm." + k + "." + a)
			}
			args = append(args, k, a)
		}
		text := t.text(e.Key, args...)
		name := t.who(v, e.Actor)
		if e.Verb == CallsHelp || e.Verb == HelpOver {
			name = "" // the flat says it
		} else if e.Group == byHousehold { // which of them is nobody's business
			name = t.text("alarm.party." + householdParty)
		}
		if name != "" {
			text = t.text("alarm.who_did", "who", name, "what", text)
		}
		if e.Verb == Outcome {
			text = t.text("alarm.who_did", "who", text, "what", t.found(v.Signal, v.IsFire))
		}
		out = append(out, ui.Entry{Time: words.Seconds(e.At), At: e.At.UTC().Format(time.RFC3339), Text: text, Quote: e.Args["words"], Photos: t.pictures(v, e.Photos), State: ui.Done})
	}
	if n := len(out); n > 0 && !v.Phase.Closed() {
		out[n-1].State = ui.Now
	}
	return out
}

// facts are what one has to know beside the address.
func (t teller) facts(v View) []ui.Fact {
	f := []ui.Fact{
		{Term: t.text("alarm.fact.number"), Value: v.Number},
		{Term: t.text("alarm.fact.raised"), Value: words.Seconds(v.RaisedAt)},
		{Term: t.text("alarm.fact.signals"), Value: t.text("alarm.times", "n", v.Signals)},
	}
	if v.scene.node.Floor > 0 {
		f = append(f, ui.Fact{Term: t.text("alarm.fact.floor"), Value: strconv.Itoa(v.scene.node.Floor)})
	}
	if v.Late > 0 {
		f = append(f, ui.Fact{Term: t.text("alarm.fact.late"), Value: words.Span(t.ctx, v.Late)})
	}
	if !v.Cleared.IsZero() {
		f = append(f, ui.Fact{Term: t.text("alarm.fact.cleared"), Value: words.Seconds(v.Cleared)})
	}
	if v.Cause != "" {
		f = append(f, ui.Fact{Term: t.text("alarm.fact.cause"), Value: t.text("alarm.cause." + string(v.Cause))})
	}
	return f
}

// told is each message, by whom and by which channel, with the second it was
// handed over, came and was seen, or why it was not taken.
func (t teller) told(v View, list []notify.Message) (facts []ui.Fact, looked int) {
	for _, m := range list {
		name := t.who(v, m.To)
		switch {
		case m.Channel == notify.Robot:
			name = t.text("alarm.by.robot")
		case m.Channel == notify.Webhook || name == "":
			continue
		default:
			by := t.text("alarm.by." + string(m.Channel))
			if m.Via != "" {
				by = t.text("alarm.by_via", "by", by, "host", m.Via)
			}
			name = t.text("alarm.told_by", "who", name, "by", by)
		}
		var parts []string
		for _, x := range []struct {
			word string
			at   time.Time
		}{{"handed", m.Handed}, {"delivered", m.Delivered}, {"seen", m.Seen}} {
			if !x.at.IsZero() {
				parts = append(parts, t.text("alarm.receipt."+x.word, "at", words.Seconds(x.at)))
			}
		}
		if m.Trouble != "" {
			parts = append(parts, t.text("alarm.receipt.trouble", "why", m.Trouble))
		}
		if len(parts) == 0 {
			parts = []string{t.text("alarm.receipt.waiting", "at", words.Seconds(m.Created))}
		}
		if !m.Seen.IsZero() {
			looked++
		}
		facts = append(facts, ui.Fact{Term: name, Value: strings.Join(parts, " · ")})
	}
	return facts, looked
}

// clock is a span as two clocks show it: 01:24, or 1:01:24.
func clock(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	two := func(n int) string {
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
		return strconv.Itoa(n)
	}
	if s >= 3600 {
		return strconv.Itoa(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
	}
	return two(s/60) + ":" + two(s%60)
}

// pictures are the photographs of one entry of the record.
func (t teller) pictures(v View, named []string) []ui.Photo {
	var out []ui.Photo
	for _, p := range picture.Named(v.Photos, named) {
		out = append(out, p.On(Path(v.ID), t.text("alarm.photo_alt")))
	}
	return out
}
