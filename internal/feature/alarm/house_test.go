package alarm_test

import (
	"context"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// house is the whole program with the sample registers and a clock that
// stands; a smoke detector hangs in the kitchen of flat 6-302.
type house struct {
	*furnished.House
	flat place.Node
}

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house), more ...func(*app.Options)) {
	t.Helper()
	furnished.Each(t, func(t *testing.T, h *furnished.House) { fn(t, in(h)) }, played(more)...)
}

// onSQLite is a house where the database makes no difference.
func onSQLite(t *testing.T, more ...func(*app.Options)) *house {
	t.Helper()
	return in(furnished.Registers.SQLite(t, played(more)...))
}

func in(h *furnished.House) *house { return &house{h, h.Place("guihua-6-302")} }

// played has the demo's button play its fire.
func played(more []func(*app.Options)) []func(*app.Options) {
	return append([]func(*app.Options){func(o *app.Options) { o.Smoke = demo.Smoke }}, more...)
}

// signal lets the detector in the kitchen say something.
func (h *house) signal(on bool, more ...func(*alarm.Signal)) {
	h.T.Helper()
	s := alarm.Signal{Tenant: h.Xiwu, Device: "smk-302", Kind: alarm.Smoke, On: on, Place: h.flat.ID, ReceivedAt: h.Clock.Now()}
	for _, f := range more {
		f(&s)
	}
	err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error { return h.Alarms.OnSignal(ctx, tx, s) })
	if err != nil {
		h.T.Fatal(err)
	}
}

// open is the one open incident.
func (h *house) open() alarm.View {
	h.T.Helper()
	list := h.list()
	if len(list) != 1 {
		h.T.Fatalf("%d open incidents, want 1", len(list))
	}
	return h.view(list[0].ID)
}

func (h *house) list() []alarm.Row {
	h.T.Helper()
	list, err := h.Alarms.Open(context.Background(), h.Guard())
	if err != nil {
		h.T.Fatal(err)
	}
	return list
}

func (h *house) view(id string) alarm.View {
	h.T.Helper()
	v, err := h.Alarms.View(context.Background(), h.Guard(), id)
	if err != nil {
		h.T.Fatal(err)
	}
	return v
}

func (h *house) do(a people.Actor, x alarm.Act) {
	h.T.Helper()
	if _, err := h.Alarms.Do(context.Background(), a, x); err != nil {
		h.T.Fatalf("%s: %v", x.Verb, err)
	}
}

// steps are the timers that fired, in order.
func (h *house) steps(id string) []string {
	h.T.Helper()
	var out []string
	for _, e := range h.view(id).Timeline {
		if e.Verb == alarm.Escalate {
			out = append(out, e.Key[len("alarm.step."):])
		}
	}
	return out
}

// close brings the open incident to its end with a cause.
func (h *house) close(cause alarm.Cause) string {
	h.T.Helper()
	id := h.open().ID
	h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
	h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Outcome})
	h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Shut, Cause: cause})
	return id
}

// verbs are those of the timeline, in order.
func verbs(v alarm.View) []matter.Verb {
	var out []matter.Verb
	for _, e := range v.Timeline {
		out = append(out, e.Verb)
	}
	return out
}

// demoDetector lets the demo's bridge announce its detector and the inbox be
// decoded.
func (h *house) demoDetector() {
	h.T.Helper()
	ctx := context.Background()
	officer, err := h.Register.PersonByRef(ctx, h.Tenant("caojiadu"), "s003")
	if err != nil {
		h.T.Fatal(err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: officer.Tenant, Person: officer.ID, Role: people.Administrator, Place: h.Office.Root})
		return err
	})
	if err != nil {
		h.T.Fatal(err)
	}
	h.Inbox.Start()
	if _, err := demo.Connect(ctx, h.App); err != nil {
		h.T.Fatal(err)
	}
}
