package alarm

import (
	"context"
	"slices"
	"strconv"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// fireGroup asks whether it burns; that it does not is what is mostly found.
func fireGroup(ctx context.Context, p actPage) ui.Group {
	t, k := teller{ctx: ctx}, p.View.Signal
	return ui.Group{Name: "fire", Legend: words.T(ctx, "alarm.what_found"), Required: true, Choices: []ui.Choice{
		{Value: "false", Text: t.found(k, false), Checked: !p.Act.IsFire}, {Value: "true", Text: t.found(k, true), Icon: icon(k), Checked: p.Act.IsFire},
	}}
}

// causeGroup asks for the cause.
func causeGroup(ctx context.Context, p actPage) ui.Group {
	g := ui.Group{Name: "cause", Legend: words.T(ctx, "alarm.why"), Required: true, Error: ui.ErrorOf(ctx, p.Fault, "cause")}
	for _, c := range p.View.Signal.Causes() {
		g.Choices = append(g.Choices, ui.Choice{Value: string(c), Text: words.T(ctx, "alarm.cause."+string(c)), Checked: c == p.Act.Cause})
	}
	return g
}

// lookedGroup asks for the second look; nothing is chosen beforehand.
func lookedGroup(ctx context.Context, p actPage) ui.Group {
	return ui.Group{Name: "looked", Legend: words.T(ctx, "alarm.hush_second"), Required: true, Error: ui.ErrorOf(ctx, p.Fault, "looked"), Choices: []ui.Choice{
		{Value: "true", Text: words.T(ctx, "alarm.hush_yes")}, {Value: "false", Text: words.T(ctx, "alarm.hush_no")},
	}}
}

func optional(ctx context.Context, p actPage) string {
	if p.Verb == matter.Note {
		return ""
	}
	return p.Words.Optional
}

// away reads how many minutes somebody says to be away; what is no number is no
// answer that we offer.
func away(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// minutesOf are how long a drill may last.
func minutesOf(ctx context.Context, chosen string) []ui.Choice {
	var out []ui.Choice
	for _, n := range []int{5, 10, 15} {
		v := strconv.Itoa(n)
		out = append(out, ui.Choice{Value: v, Text: words.T(ctx, "date.minutes", "n", n), Checked: v == chosen})
	}
	return out
}

// sayNew is what is read out when an alarm comes.
func sayNew(ctx context.Context, l rowLine) string {
	text := words.T(ctx, "alarm.told.raise", "kind", l.Kind, "place", l.Door)
	if l.Late > 0 {
		text = words.T(ctx, "alarm.late", "n", l.minutesLate()) + " · " + text
	}
	if l.Drill {
		return words.T(ctx, "alarm.drill") + " · " + text
	}
	return text
}

// thanks is said at the end; a false alarm is thanked like a true one.
func thanks(ctx context.Context, p incidentPage) string {
	if p.View.Cause.False() {
		return words.T(ctx, "alarm.thanks_false")
	}
	return words.T(ctx, "alarm.thanks")
}

// waitsForOthers reports whether it is found out and others close it.
func (p incidentPage) waitsForOthers() bool {
	return p.View.Phase == matter.Done && !slices.Contains(p.View.Can, Shut)
}

// dialOr is the number of an incident, or that there is none.
func dialOr(i Incident) string {
	if i.dial() == "" {
		return "none"
	}
	return i.dial()
}

// adviceOf is what to do about a kind that is no fire; empty for the others.
func adviceOf(ctx context.Context, i Incident) string {
	if i.Signal.nature().found == "fire" || i.Signal == Gas || i.Signal == CO {
		return ""
	}
	return words.T(ctx, "alarm.advice."+string(i.Signal))
}

// share is how much of the time to the next step is over, as a width.
func (p incidentPage) share() string {
	if p.Whole <= 0 {
		return "100%"
	}
	return strconv.Itoa(int(100*(p.Whole-p.Left)/p.Whole)) + "%"
}
