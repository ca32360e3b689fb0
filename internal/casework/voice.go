package casework

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Voice puts cases into words for one reader.
type Voice struct {
	Ctx   context.Context
	Now   time.Time
	house House
	names map[string]string // by tenant and person
	args  map[string]string // argument of a line → where its words are
}

// Voice is the words for whoever reads; args says where the words of a line's
// arguments are: "cause" → "upkeep.cause.".
func (h House) Voice(ctx context.Context, args map[string]string) Voice {
	return Voice{Ctx: ctx, Now: h.Store.Now(), house: h, names: map[string]string{}, args: args}
}

// T is a sentence in the reader's language.
func (v Voice) T(key string, args ...any) string { return words.T(v.Ctx, key, args...) }

// At is an instant as it is read now; empty for the zero time.
func (v Voice) At(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return words.At(v.Ctx, t, v.Now)
}

// Name is a person of a neighbourhood, or an officer of its office; empty for
// nobody.
func (v Voice) Name(tenant store.Tenant, person string) string {
	if person == "" {
		return ""
	}
	key := string(tenant) + "|" + person
	name, known := v.names[key]
	if !known {
		name = v.house.nameOf(v.Ctx, tenant, person)
		v.names[key] = name
	}
	return name
}

func (h House) nameOf(ctx context.Context, tenant store.Tenant, person string) string {
	if p, err := h.Register.Person(ctx, tenant, person); err == nil {
		return p.Name
	}
	t, err := h.Places.Tenant(ctx, tenant)
	if err != nil {
		return ""
	}
	p, err := h.Register.Person(ctx, t.Parent, person)
	if err != nil {
		return ""
	}
	return p.Name
}

// Group is a group's name.
func (v Voice) Group(g people.Group) string { return v.T("group." + string(g)) }

// Holder is who owes the next act: 物业 王一帆.
func (v Voice) Holder(m matter.Matter) string {
	if m.Phase.Closed() || m.Holder.Group == "" {
		return ""
	}
	return strings.TrimSpace(v.Group(m.Holder.Group) + " " + v.Name(m.Tenant, m.Holder.Person))
}

// Log is what became of a case so far, oldest first, with the pictures that the
// reader may see.
func (v Voice) Log(m matter.Matter, lines []matter.Entry, photos ...picture.Picture) []ui.Entry {
	var out []ui.Entry
	for _, e := range lines {
		text := v.T(e.Key, v.lineArgs(e)...)
		if name := v.Name(m.Tenant, e.Actor); name != "" {
			text = v.T("case.who_did", "who", name, "what", text)
		}
		x := ui.Entry{Time: v.At(e.At), At: e.At.UTC().Format(time.RFC3339), Text: text, Quote: e.Args["words"], State: ui.Done}
		for _, p := range picture.Named(photos, e.Photos) {
			x.Photos = append(x.Photos, p.On(matter.Kind{Name: m.Kind}.Path(m.ID), v.T("case.photo_alt", "number", m.Number)))
		}
		out = append(out, x)
	}
	return out
}

// lineArgs are the arguments of a line in the reader's words: instants are kept
// as milliseconds, their words being "at".
func (v Voice) lineArgs(e matter.Entry) []any {
	var args []any
	for name, value := range e.Args {
		ms, err := strconv.ParseInt(value, 10, 64)
		switch {
		case v.args[name] == "at" && err == nil:
			value = v.At(store.Time(ms))
		case v.args[name] != "" && value != "":
			value = v.T(v.args[name] + value)
		}
		args = append(args, name, value)
	}
	return args
}

// State is a case's tag: its phase in the room's words, "late" if it is.
func (v Voice) State(m matter.Matter) (ui.Tone, string) {
	switch {
	case m.Overdue(v.Now):
		return ui.Hot, v.T(m.Kind + ".stage.late")
	case m.Phase == matter.Confirmed:
		return ui.OK, v.T(m.Kind + ".stage." + string(m.Phase))
	case m.Phase.Closed():
		return ui.Neutral, v.T(m.Kind + ".stage." + string(m.Phase))
	}
	return ui.Warn, v.T(m.Kind + ".stage." + string(m.Phase))
}
