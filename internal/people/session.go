package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// The lives of sessions. Residents have no idle timeout: elders are not to be
// signed out (WCAG 2.2, no timeouts). Staff: practice.md §4.2, idle 30 min.
const (
	residentLife = 180 * 24 * time.Hour // from the last request
	staffLife    = 12 * time.Hour       // from signing in
	staffIdle    = 30 * time.Minute
	halfLife     = 5 * time.Minute  // between password and second factor
	seenEvery    = time.Minute      // how often the last request is written down
	priorLife    = 10 * time.Minute // how long a rotated token is still taken
)

// sessionKind says which life a session has.
type sessionKind string

const (
	residentSession sessionKind = "resident"
	staffSession    sessionKind = "staff"
	halfSession     sessionKind = "half" // password given, second factor owed
)

// ends is when a session of the kind runs out.
func (k sessionKind) ends(created, seen time.Time) time.Time {
	switch k {
	case residentSession:
		return seen.Add(residentLife)
	case staffSession:
		return created.Add(staffLife)
	}
	return created.Add(halfLife)
}

// Pass is a session just opened: what goes into the cookie. Nobody can make
// it again from the database, where only a digest is.
type Pass struct {
	Cookie  string    // <tenant>.<token>
	Expires time.Time // when the cookie may be forgotten
	Half    bool      // the second factor is still owed, see [Door.SecondFactor]
	Known   string    // by what the browser is known from now on; empty: as before
}

// Session is one signed-in device, as its owner sees it.
type Session struct {
	ID      string
	Device  string // coarse, such as "iPhone · WeChat"; empty if unknown
	Created time.Time
	Seen    time.Time // to the minute
	Expires time.Time
	Current bool // the one that asks
}

// newToken is 256 random bits.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseToken takes a cookie or a link apart: <tenant>.<token>. The token must
// have the form of ours: 43 signs of base64url.
func ParseToken(s string) (tenant store.Tenant, token string, ok bool) {
	if len(s) > 200 {
		return "", "", false
	}
	t, token, found := strings.Cut(s, ".")
	if !found || t == "" || len(token) != 43 {
		return "", "", false
	}
	if _, err := base64.RawURLEncoding.Strict().DecodeString(token); err != nil {
		return "", "", false
	}
	return store.Tenant(t), token, true
}

// tokenDigest is how a token is kept.
func (d *Door) tokenDigest(purpose string, tenant store.Tenant, token string) string {
	return d.seal.Digest(purpose, string(tenant)+"|"+token)
}

// begin opens a session in a transaction of its own.
func (d *Door) begin(ctx context.Context, who identity, kind sessionKind, c Client) (Pass, error) {
	var p Pass
	err := d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = d.beginIn(ctx, tx, who, kind, c)
		return err
	})
	return p, err
}

func (d *Door) beginIn(ctx context.Context, tx *store.Tx, who identity, kind sessionKind, c Client) (Pass, error) {
	token, id, now := newToken(), store.NewID(), tx.Now()
	ends := kind.ends(now, now)
	err := New(tx).AddSession(ctx, AddSessionParams{
		TenantID: who.tenant, ID: id, PersonID: who.person, Kind: string(kind),
		Digest: d.tokenDigest("session", who.tenant, token), Device: DeviceLabel(c.Agent),
		CreatedAt: store.Ms(now), ExpiresAt: store.Ms(ends),
	})
	if err != nil {
		return Pass{}, fmt.Errorf("begin session: %w", err)
	}
	if kind != halfSession {
		a := Actor{Tenant: who.tenant, Person: who.person, Session: id}
		if err := Audit(ctx, tx, a, "session.begin", "session", id); err != nil {
			return Pass{}, err
		}
	}
	return Pass{Cookie: string(who.tenant) + "." + token, Expires: ends, Half: kind == halfSession}, nil
}

// Sessions are the actor's own open sessions, the last used first.
func (d *Door) Sessions(ctx context.Context, a Actor) ([]Session, error) {
	if err := (Access{}).Allow(a, "session.own"); err != nil {
		return nil, err
	}
	now := d.store.Now()
	rows, err := d.read().OpenSessions(ctx, a.Tenant, a.Person, store.Ms(now))
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	var list []Session
	for _, r := range rows {
		seen := store.Time(r.SeenAt)
		if sessionKind(r.Kind) == staffSession && now.Sub(seen) >= staffIdle && r.DutyUntil <= store.Ms(now) {
			continue
		}
		list = append(list, Session{r.ID, r.Device, store.Time(r.CreatedAt), seen, store.Time(r.ExpiresAt), r.ID == a.Session})
	}
	return list, nil
}

// EndSession ends one of the actor's own sessions, at once. Anybody else's is
// a not_found fault. Other nodes follow within 5 seconds.
func (d *Door) EndSession(ctx context.Context, a Actor, id string) error {
	return d.endWith(ctx, a, id, func(ctx context.Context, q *Queries, now int64) error {
		n, err := q.FinishSession(ctx, FinishSessionParams{a.Tenant, a.Person, id, now})
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

// EndOthers ends all of the actor's sessions but the one that asks.
func (d *Door) EndOthers(ctx context.Context, a Actor) error {
	return d.endWith(ctx, a, "", func(ctx context.Context, q *Queries, now int64) error {
		_, err := q.FinishOthers(ctx, FinishOthersParams{a.Tenant, a.Person, a.Session, now})
		return err
	})
}

// SignOut ends the session that asks.
func (d *Door) SignOut(ctx context.Context, a Actor) error { return d.EndSession(ctx, a, a.Session) }

func (d *Door) endWith(ctx context.Context, a Actor, id string, end func(context.Context, *Queries, int64) error) error {
	return d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := end(ctx, New(tx), store.Ms(tx.Now())); err != nil {
			return fmt.Errorf("end session: %w", err)
		}
		d.forgetAfter(tx, identity{a.Tenant, a.Person})
		return Audit(ctx, tx, a, "session.end", "session", id)
	})
}

// endAll ends every session of a person.
func (d *Door) endAll(ctx context.Context, tx *store.Tx, who identity) error {
	_, err := New(tx).FinishOthers(ctx, FinishOthersParams{who.tenant, who.person, "", store.Ms(tx.Now())})
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	d.forgetAfter(tx, who)
	return nil
}

// PostsChanged tells the door that a person's posts changed in this
// transaction: from its commit on the new rights hold, and each of the
// person's sessions gets a new token at its next request.
func (d *Door) PostsChanged(ctx context.Context, tx *store.Tx, tenant store.Tenant, person string) error {
	if err := New(tx).AskRotation(ctx, tenant, person); err != nil {
		return fmt.Errorf("rotate sessions: %w", err)
	}
	d.forgetAfter(tx, identity{tenant, person})
	return nil
}

func (d *Door) forgetAfter(tx *store.Tx, who identity) {
	tx.AfterCommit(func() { d.sessions.forget(who) })
}

// found is a session read from the database together with who it is.
type found struct {
	actor   Actor
	kind    sessionKind
	digest  string // of the newest token
	prior   time.Time
	rotate  bool
	used    bool // just written down as seen
	created time.Time
	seen    time.Time
	expires time.Time
	duty    time.Time // kept open at the alarm desk until then
}

// open reports whether the session lets anybody in at this instant.
func (f found) open(now time.Time) bool {
	return now.Before(f.expires) && (!f.idle(now) || now.Before(f.duty))
}

// idle reports whether nobody touched a staff session for too long.
func (f found) idle(now time.Time) bool {
	return f.kind == staffSession && now.Sub(f.seen) >= staffIdle
}

// find is the open session of a token, or false.
func (d *Door) find(ctx context.Context, tenant store.Tenant, digest string) (found, bool, error) {
	r, err := d.read().SessionByDigest(ctx, tenant, digest)
	if errors.Is(err, errNoRows) {
		return found{}, false, nil
	}
	if err != nil {
		return found{}, false, fmt.Errorf("session: %w", err)
	}
	now := d.store.Now()
	f := found{
		kind: sessionKind(r.Kind), digest: r.Digest, prior: store.Time(r.PriorUntil), rotate: r.Rotate != 0,
		created: store.Time(r.CreatedAt), seen: store.Time(r.SeenAt), expires: store.Time(r.ExpiresAt), duty: store.Time(r.DutyUntil),
		actor: Actor{Tenant: tenant, Person: r.PersonID, Name: r.Name, Household: r.HouseholdID, Dwelling: r.Dwelling, Path: r.Path, Session: r.ID},
	}
	rotatedAway := digest != r.Digest && !now.Before(f.prior)
	moved := r.Until != 0 && r.Until <= store.Ms(now)
	if r.EndedAt != 0 || moved || rotatedAway || !f.open(now) {
		return found{}, false, nil
	}
	f.actor.Posts, err = d.posts(ctx, identity{tenant, r.PersonID}, f.kind)
	return f, err == nil, err
}

// posts are the posts a person acts under in a session of the kind. A session
// opened by a household's paper code carries no staff posts: those need the
// second factor. A post at a place that is not there covers nothing; the
// subdistrict's and administrators' posts need no place.
func (d *Door) posts(ctx context.Context, who identity, kind sessionKind) ([]Held, error) {
	rows, err := d.read().PostsHeld(ctx, who.tenant, who.person)
	if err != nil {
		return nil, fmt.Errorf("posts: %w", err)
	}
	var held []Held
	for _, r := range rows {
		role := Role(r.Role)
		g := role.Group()
		if g.staff() && kind != staffSession {
			continue
		}
		if r.Path != "" || g == Subdistrict || g == Administrators {
			held = append(held, Held{role, r.PlaceID, r.Path})
		}
	}
	return held, nil
}

// staff reports whether posts of the group are only acted under with password
// and second factor.
func (g Group) staff() bool {
	switch g {
	case Property, Committee, OwnersCommittees, Subdistrict, Administrators:
		return true
	}
	return false
}
