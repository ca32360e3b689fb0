package report

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// teller puts reports into words for one reader.
type teller struct {
	ctx   context.Context
	now   time.Time
	me    string                     // person id of the reader
	named func(person string) string // name of a member of staff; empty if unknown
}

func (t teller) text(key string, args ...any) string { return words.T(t.ctx, key, args...) }

func (t teller) group(g people.Group) string { return words.T(t.ctx, "group."+string(g)) }

// staffName is how staff are called to their face: the family name with 师傅
// for property, 老师 for everybody else; in English the name with its side.
func (t teller) staffName(name string, g people.Group) string {
	if name == "" {
		return ""
	}
	key := "report.staff_other"
	if g == people.Property {
		key = "report.staff_property"
	}
	return t.text(key, "surname", familyName(t.ctx, name), "group", t.group(g))
}

// familyName is the first character of a name, or in English its spelling.
func familyName(ctx context.Context, name string) string {
	runes := []rune(name)
	if words.Of(ctx) != words.English {
		return string(runes[:1])
	}
	whole, _ := text.NamePinyin(name)
	given, _ := text.Pinyin(string(runes[1:]))
	family := strings.TrimSuffix(whole, given)
	if family == "" {
		return name
	}
	return strings.ToUpper(family[:1]) + family[1:]
}

// holder is who owes the next act: 物业 王师傅.
func (t teller) holder(h matter.Holder) string {
	side := t.group(h.Group)
	if h.Person == "" || h.Group == matter.ByRaiser {
		return side
	}
	name := t.staffName(t.named(h.Person), h.Group)
	if name == "" {
		return side
	}
	return t.text("report.holder", "group", side, "name", name)
}

// phase is the word on a report's tag with its tone. Late ones say by how
// much.
func (t teller) phase(r Report) (ui.Tone, string) {
	if r.Overdue(t.now) {
		return ui.Hot, t.text("report.late", "span", words.Span(t.ctx, t.now.Sub(r.Due)))
	}
	word := words.T(t.ctx, "phase."+string(r.Phase))
	switch r.Phase {
	case matter.Raised, matter.Reopened:
		return ui.Info, word
	case matter.Taken, matter.Doing:
		return ui.Warn, word
	case matter.Done:
		if r.RaisedBy != t.me {
			word = t.text("report.awaits_check")
		}
		return ui.Warn, word
	case matter.Confirmed:
		return ui.OK, word
	}
	return ui.Neutral, word
}

// next says who does what by when; empty once nobody owes anything.
func (t teller) next(r Report) (sentence string, late bool) {
	key := ""
	switch r.Phase {
	case matter.Raised, matter.Reopened:
		key = "take"
	case matter.Taken, matter.Doing:
		key = "mend"
	case matter.Done:
		key = "check"
		if r.RaisedBy == t.me {
			key = "check_you"
		}
	default:
		return "", false
	}
	args := []any{"who", t.holder(r.Holder), "when", words.At(t.ctx, r.Due, t.now)}
	if !r.Overdue(t.now) || r.Phase == matter.Done {
		return t.text("report.next."+key, args...), false
	}
	args = append(args, "span", words.Span(t.ctx, t.now.Sub(r.Due)), "chased", t.chased(r))
	return t.text("report.next.late_"+key, args...), true
}

// chased says how far a missed deadline has climbed.
func (t teller) chased(r Report) string {
	if r.Level == 0 {
		return t.text("report.chased_soon")
	}
	return t.text("report.chased", "level", t.group(told(r)))
}

// trail is 来龙去脉: reported, taken, mended, checked, closed. Without ends the
// last step is left out, as cards on a phone show four.
func (t teller) trail(r Report, whole bool) []ui.Step {
	if r.Phase == matter.Declined || r.Phase == matter.Withdrawn || r.Phase == matter.Merged {
		return []ui.Step{{Text: t.text("report.step.raise"), State: ui.Done}, {Text: words.T(t.ctx, "phase."+string(r.Phase)), State: ui.Done}}
	}
	d := r.Detail
	steps := []ui.Step{
		{Text: t.text("report.step.raise"), Note: t.moment(r.RaisedAt)},
		{Text: t.text("report.step.take", "who", t.group(t.worker(r))), Note: t.moment(d.TakenAt)},
		{Text: t.text("report.step.mend"), Note: t.moment(d.FinishedAt)},
		{Text: t.step4(r)},
		{Text: t.text("report.step.close"), Note: t.moment(d.ClosedAt)},
	}
	at := map[matter.Phase]int{matter.Raised: 1, matter.Reopened: 1, matter.Taken: 2, matter.Doing: 2, matter.Done: 3, matter.Confirmed: 5}[r.Phase]
	for i := range steps {
		steps[i].State = stateOf(i, at)
		if !whole {
			steps[i].Note = ""
		}
	}
	if !whole {
		return steps[:4]
	}
	return steps
}

func (t teller) step4(r Report) string {
	if r.RaisedBy == t.me {
		return t.text("report.step.check_you")
	}
	return t.text("report.step.check")
}

// worker is the group that mends: the holder while it is one of the staff.
func (t teller) worker(r Report) people.Group {
	if r.Holder.Group == people.Committee {
		return people.Committee
	}
	return people.Property
}

func stateOf(i, at int) ui.StepState {
	switch {
	case i < at:
		return ui.Done
	case i == at:
		return ui.Now
	}
	return ui.Wait
}

// moment is day and time, or nothing for the zero time.
func (t teller) moment(at time.Time) string {
	if at.IsZero() || store.Ms(at) == 0 {
		return ""
	}
	return words.At(t.ctx, at, t.now)
}

// title is what a report is called: its kind, and where exactly.
func (t teller) title(c Category, spot string) string {
	name := c.Name(t.ctx)
	if spot == "" {
		return name
	}
	return t.text("report.title_spot", "category", name, "spot", spot)
}

// who is a person of a timeline as the viewer may know them.
func (t teller) who(v View, e matter.Entry) string {
	who := v.Names[e.Actor]
	switch {
	case e.Actor == "":
		return t.group(matter.ByClock)
	case who.Me:
		return t.text("report.you")
	case isProgram(e.Actor):
		return t.text("report.program")
	case who.Hidden && e.Actor == v.RaisedBy:
		return t.text("report.neighbour")
	case who.Hidden || who.Name == "":
		return t.group(e.Group)
	case e.Actor == v.RaisedBy && (e.Group == matter.ByRaiser || e.Group == people.Residents):
		return who.Name
	}
	return t.text("report.holder", "group", t.group(e.Group), "name", t.staffName(who.Name, e.Group))
}

// did is what one entry says.
func (t teller) did(v View, e matter.Entry) string {
	args := []any{"days", e.Args["days"], "level", words.T(t.ctx, "group."+e.Args["level"])}
	did := words.T(t.ctx, e.Key, args...)
	if e.Actor == "" {
		return did
	}
	line := t.text("report.did_by", "who", t.who(v, e), "did", did)
	if e.Audience == matter.Staff {
		line += t.text("report.inside_mark")
	}
	if n := e.Args["rating"]; n != "" {
		line += t.text("report.rated", "n", n)
	}
	return line
}

// timeline is 经过, oldest first.
func (t teller) timeline(v View) []ui.Entry {
	var out []ui.Entry
	for i, e := range v.Timeline {
		x := ui.Entry{Time: words.At(t.ctx, e.At, t.now), At: e.At.Format(time.RFC3339), Text: t.did(v, e), State: ui.Done}
		if e.Verb != matter.Raise { // its words and pictures stand above
			x.Quote, x.Photos = e.Args["words"], t.photos(v, func(p picture.Picture) bool { return p.Seq == e.Seq })
		}
		if i == len(v.Timeline)-1 && !v.Phase.Closed() {
			x.State = ui.Now
		}
		out = append(out, x)
	}
	return out
}

func (t teller) photos(v View, pick func(picture.Picture) bool) []ui.Photo {
	var out []ui.Photo
	for _, p := range v.Photos {
		if pick(p) {
			out = append(out, t.photo(v, p))
		}
	}
	return out
}

func (t teller) photo(v View, p picture.Picture) ui.Photo {
	key := "report.alt_before"
	if mended(v, p.Seq) {
		key = "report.alt_after"
	}
	return p.On(Path(v.ID), t.text(key, "category", v.Category.Name(t.ctx), "place", v.Door))
}

// mended reports whether an entry is the proof of a mending.
func mended(v View, seq int) bool {
	for _, e := range v.Timeline {
		if e.Seq == seq {
			return e.Verb == matter.Finish
		}
	}
	return false
}

// pair is the first picture of the trouble and the last of its mending.
func (t teller) pair(v View) (before, after ui.Photo, ok bool) {
	var b, a *picture.Picture
	for i := range v.Photos {
		p := &v.Photos[i]
		if mended(v, p.Seq) {
			a = p
		} else if b == nil {
			b = p
		}
	}
	if a == nil || b == nil {
		return ui.Photo{}, ui.Photo{}, false
	}
	before, after = t.photo(v, *b), t.photo(v, *a)
	before.Src, after.Src = before.Full, after.Full
	return before, after, true
}

// item is a report as a row of a list.
func (t teller) item(r Row, href string) ui.Item {
	tone, tag := t.phase(r.Report)
	when := ""
	if !r.Phase.Closed() && r.Phase != matter.Done && !r.Due.IsZero() && !r.Overdue(t.now) {
		when = t.text("report.by", "when", words.At(t.ctx, r.Due, t.now))
	}
	return ui.Item{
		Href: templ.SafeURL(href), Photo: picture.Path(Path(r.ID), r.Detail.Thumb), Plate: r.Door, Title: t.title(r.Category, r.Detail.Spot),
		Note: t.note(r), Tone: tone, Tag: tag, When: when,
	}
}

// note is the second line of a row: who owes the next act, or when it closed,
// and the first of the words.
func (t teller) note(r Row) string {
	line := words.At(t.ctx, r.RaisedAt, t.now)
	if !r.Phase.Closed() && r.Phase != matter.Done {
		line = t.text("report.note_holder", "who", t.holder(r.Holder), "at", line)
	}
	if excerpt := shorten(r.Detail.Words, 24); excerpt != "" {
		line = t.text("report.note_words", "note", line, "words", excerpt)
	}
	return line
}

// shorten keeps the first n characters.
func shorten(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n]) + "…"
}

// card is a report among the resident's own.
func (t teller) card(r Row) ui.Matter {
	tone, tag := t.phase(r.Report)
	next, late := t.next(r.Report)
	return ui.Matter{
		Href: templ.SafeURL(Path(r.ID)), Photo: picture.Path(Path(r.ID), r.Detail.Thumb), Title: t.title(r.Category, r.Detail.Spot),
		Note: t.text("report.card_note", "place", r.Door, "at", words.At(t.ctx, r.RaisedAt, t.now)), Tone: tone, Phase: tag,
		Steps: t.trail(r.Report, false), Next: next, NextHot: late,
	}
}

// after is what happens once a report of this kind is sent.
func (t teller) after(c Category) string {
	key := "report.after"
	if c.Priority == "P0" {
		key = "report.after_danger"
	}
	return t.text(key, "category", c.Name(t.ctx), "who", t.group(c.Holder()),
		"accept", words.Span(t.ctx, c.Accept), "mend", words.Span(t.ctx, c.Mend))
}

func count(n int) string { return strconv.Itoa(n) }
