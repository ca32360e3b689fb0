package people

import (
	"context"
	"net/http"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// CookieName is the cookie a session lives in.
const CookieName = "linli"

// Identify fits web.Options.Identify: it puts who is asking into the context.
// A cookie that opens nothing is taken away, and the request goes on as
// nobody's. In the common case it costs no query, and never more than one
// write a minute for each session.
func (d *Door) Identify(ctx context.Context, w http.ResponseWriter, r *http.Request) (context.Context, error) {
	c, err := r.Cookie(CookieName)
	if err != nil {
		return ctx, nil
	}
	tenant, token, ok := ParseToken(c.Value)
	if !ok {
		d.ClearCookie(w, r)
		return ctx, nil
	}
	f, ok, err := d.lookUp(ctx, tenant, d.tokenDigest("session", tenant, token), byItself(r))
	if err != nil {
		return ctx, err
	}
	if !ok {
		d.ClearCookie(w, r)
		return ctx, nil
	}
	if f.kind == halfSession {
		return ctx, nil // the second factor is still owed
	}
	switch {
	case f.rotate:
		d.rotate(ctx, w, r, f)
	case f.used:
		d.SetCookie(w, r, Pass{Cookie: c.Value, Expires: f.expires}) // the browser's copy slides along
	}
	f.actor.Idle = f.idle(d.store.Now())
	return WithActor(ctx, f.actor), nil
}

// Allow fits web.Options.Allow: an unsigned fault for nobody, a forbidden one
// for those whose groups may not.
func (d *Door) Allow(ctx context.Context, access string) error {
	a, err := ActorOf(ctx)
	if err != nil {
		return err
	}
	if err := a.awake(access); err != nil {
		return err
	}
	return Access{}.Allow(a, access)
}

// lookUp is find behind the cache, and notes that the session was used: by
// somebody, if it is a staff session, as a page left open is no somebody; and
// not to wake one that is open for its desk alone.
func (d *Door) lookUp(ctx context.Context, tenant store.Tenant, digest string, byItself bool) (found, bool, error) {
	now := d.store.Now()
	f, ok, epoch := d.sessions.get(digest, now)
	if ok && now.Sub(f.seen) < seenEvery {
		return f, true, nil
	}
	f, ok, err := d.find(ctx, tenant, digest)
	if err != nil || !ok {
		return found{}, false, err
	}
	if now.Sub(f.seen) >= seenEvery && f.kind != halfSession && !f.idle(now) && !(byItself && f.kind == staffSession) {
		d.see(ctx, &f, now)
	}
	if !f.rotate && f.digest == digest {
		kept := f
		kept.used = false
		d.sessions.put(digest, kept, now, epoch)
	}
	return f, true, nil
}

// see writes down that the session was used. When that cannot be written, as
// on a full disk, reading goes on and the next request tries again.
func (d *Door) see(ctx context.Context, f *found, now time.Time) {
	expires := f.kind.ends(f.created, now)
	if f.duty.After(expires) {
		expires = f.duty
	}
	err := d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return New(tx).SeeSession(ctx, SeeSessionParams{f.actor.Tenant, f.actor.Session, store.Ms(now), store.Ms(expires)})
	})
	if err == nil {
		f.seen, f.expires, f.used = now, expires, true
	}
}

// rotate gives the session a new token. Of several requests at once one wins;
// the others go on with the old token, which is taken ten minutes longer.
func (d *Door) rotate(ctx context.Context, w http.ResponseWriter, r *http.Request, f found) {
	token, rotated := newToken(), int64(0)
	err := d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		rotated, err = New(tx).RotateSession(ctx, RotateSessionParams{
			TenantID: f.actor.Tenant, ID: f.actor.Session, Digest: f.digest,
			Digest_2: d.tokenDigest("session", f.actor.Tenant, token), PriorUntil: store.Ms(tx.Now().Add(priorLife)),
		})
		return err
	})
	if err == nil && rotated == 1 {
		d.SetCookie(w, r, Pass{Cookie: string(f.actor.Tenant) + "." + token, Expires: f.expires})
	}
}

// SetCookie hands a pass to the browser: for this site only, out of scripts'
// reach, over TLS only where there is TLS.
func (d *Door) SetCookie(w http.ResponseWriter, r *http.Request, p Pass) {
	d.cookie(w, r, p.Cookie, int(p.Expires.Sub(d.store.Now())/time.Second))
	if p.Known != "" {
		d.setKnown(w, r, p.Known)
	}
}

// ClearCookie takes the pass away from the browser.
func (d *Door) ClearCookie(w http.ResponseWriter, r *http.Request) { d.cookie(w, r, "", -1) }

func (d *Door) cookie(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: CookieName, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: d.opts.Secure || r.TLS != nil,
	})
}

// HalfPass is the cookie of a request, for [Door.SecondFactor]; an unsigned
// fault without one.
func HalfPass(r *http.Request) (string, error) {
	c, err := r.Cookie(CookieName)
	if err != nil {
		return "", fault.Wrap(err, fault.Unsigned, "fault.unsigned")
	}
	return c.Value, nil
}
