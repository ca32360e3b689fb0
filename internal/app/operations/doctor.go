package operations

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Level is how a check came out.
type Level string

// The levels.
const (
	Good Level = "good" // nothing to do
	Warn Level = "warn" // works, and should be seen to
	Bad  Level = "bad"  // does not work, or will not for long
)

// Advice is what one check found. Its sentence is doctor.<Check>.<State>, what
// to do doctor.<Check>.<State>_do.
type Advice struct {
	Check string
	State string
	Level Level
	Args  []any
}

// Text is what was found, in the language of the context.
func (a Advice) Text(ctx context.Context) string {
	return words.T(ctx, "doctor."+a.Check+"."+a.State, a.Args...)
}

// Todo is what to do about it; empty where there is nothing to do.
func (a Advice) Todo(ctx context.Context) string {
	if a.Level == Good {
		return ""
	}
	return words.T(ctx, "doctor."+a.Check+"."+a.State+"_do", a.Args...)
}

// examination gathers advice.
type examination struct {
	Options
	now    time.Time
	advice []Advice
}

func (x *examination) say(level Level, check, state string, args ...any) {
	x.advice = append(x.advice, Advice{check, state, level, args})
}

// Doctor looks an installation over, also while it is served, and says what is
// wrong with it. It changes nothing. Whatever fails is advice, never an error.
func Doctor(ctx context.Context, o Options) []Advice {
	x := &examination{Options: o, now: o.Clock()}
	if !x.folder() {
		return x.advice
	}
	x.disk()
	x.clock()
	x.keys()
	x.backups()
	x.address()
	x.database(ctx)
	return x.advice
}

// address looks at what links on paper begin with.
func (x *examination) address() {
	switch {
	case x.Public == "":
		x.say(Warn, "address", "none")
	case !strings.HasPrefix(x.Public, "https://"):
		x.say(Warn, "address", "plain", "url", x.Public)
	default:
		x.say(Good, "address", "good", "url", x.Public)
	}
}

// database asks what the tables know. It goes on only as far as they can be
// read by this program.
func (x *examination) database(ctx context.Context) {
	h, err := look(ctx, x.Options)
	switch {
	case errors.Is(err, ErrNoHouse):
		x.say(Bad, "database", "missing")
		return
	case err != nil:
		x.say(Bad, "database", "away", "cause", err)
		return
	}
	defer h.store.Close()
	switch {
	case len(h.standing.Ahead) > 0:
		x.say(Bad, "database", "newer")
		return
	case len(h.standing.Behind) > 0:
		x.say(Warn, "database", "older")
		return
	}
	x.say(Good, "database", "good", "kind", map[store.Dialect]string{store.SQLite: "SQLite", store.Postgres: "PostgreSQL"}[h.store.Dialect()])
	if err := h.consult(ctx, x); err != nil {
		x.say(Bad, "database", "away", "cause", err)
	}
}

// consult runs the checks that read the database.
func (h *house) consult(ctx context.Context, x *examination) error {
	if err := h.keysFit(ctx, x.keysThere()); err != nil {
		x.say(Bad, "keys", "misfit")
	}
	tenants, err := place.TenantsIn(ctx, h.store.Reader())
	if err != nil {
		return err
	}
	for _, check := range []func(context.Context, *examination, []place.Tenant) error{h.jobs, h.hooks, h.staff, h.categories} {
		if err := check(ctx, x, tenants); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) jobs(ctx context.Context, x *examination, tenants []place.Tenant) error {
	runner, err := job.NewRunner(h.store, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	var late, dead int64
	for _, t := range tenants {
		b, err := runner.Backlog(ctx, t.ID)
		if err != nil {
			return err
		}
		late, dead = late+b.Late, dead+b.Dead
	}
	if late > 0 {
		x.say(Warn, "jobs", "late", "n", late)
	}
	if dead > 0 {
		x.say(Bad, "jobs", "dead", "n", dead)
	}
	if late+dead == 0 {
		x.say(Good, "jobs", "good")
	}
	return nil
}

// hooksSince is how far back messages to webhooks are looked at.
const hooksSince = 7 * 24 * time.Hour

func (h *house) hooks(ctx context.Context, x *examination, tenants []place.Tenant) error {
	total, danger := 0, 0
	for _, t := range tenants {
		lost, err := notify.Unhanded(ctx, h.store.Reader(), t.ID, x.now.Add(-hooksSince))
		if err != nil {
			return err
		}
		danger += lost
		n, err := notify.Undelivered(ctx, h.store.Reader(), t.ID, x.now.Add(-hooksSince))
		if err != nil {
			return err
		}
		total += n
	}
	if danger > 0 {
		x.say(Bad, "hooks", "danger", "n", danger)
	}
	if total > 0 {
		x.say(Warn, "hooks", "failing", "n", total)
	}
	if total+danger > 0 {
		return nil
	}
	x.say(Good, "hooks", "good")
	return nil
}

// staff looks for somebody who runs the installation, for accounts that a
// password alone opens, and for neighbourhoods where nobody would answer.
func (h *house) staff(ctx context.Context, x *examination, tenants []place.Tenant) error {
	admins, bare, unserved := 0, 0, []string{}
	for _, t := range tenants {
		s, err := people.StaffingOf(ctx, h.store.Reader(), t.ID)
		if err != nil {
			return err
		}
		admins, bare = admins+s.Administrators, bare+s.NoSecondFactor
		if t.Kind == place.Neighbourhood && (s.Posts[people.Property] == 0 || s.Posts[people.Committee] == 0) {
			unserved = append(unserved, t.Name)
		}
	}
	if admins == 0 {
		x.say(Bad, "accounts", "no_administrator")
	}
	if bare > 0 {
		x.say(Bad, "accounts", "no_second_factor", "n", bare)
	}
	if admins > 0 && bare == 0 {
		x.say(Good, "accounts", "good", "n", admins)
	}
	switch {
	case len(tenants) < 2:
		x.say(Warn, "register", "empty")
	case len(unserved) > 0:
		x.say(Bad, "register", "unserved", "names", strings.Join(unserved, ", "))
	default:
		x.say(Good, "register", "good", "n", len(tenants)-1)
	}
	return nil
}

func (h *house) categories(ctx context.Context, x *examination, tenants []place.Tenant) error {
	for _, t := range tenants {
		if t.Kind != place.Subdistrict {
			continue
		}
		list, err := report.NewCatalogue(h.store, func(context.Context) (store.Tenant, error) { return t.ID, nil }).All(ctx)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			x.say(Good, "categories", "good", "n", len(list))
			return nil
		}
	}
	x.say(Bad, "categories", "none")
	return nil
}
