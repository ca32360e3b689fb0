package people

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// A browser from which somebody signed in with both factors is known for that login:
// it has wrong tries of its own, so that a stranger who tries passwords locks
// everybody else out, but not the owner. It opens nothing by itself. The browser
// alone keeps it, with our seal; the database keeps nothing until a try is wrong.
//
// Only logins are known so: whoever could come by a fresh allowance for guessing at
// others' household codes by signing in with their own would have no limit.
//
// Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
const (
	knownCookie = "linli_known"
	knownLife   = 180 * 24 * time.Hour // from the last time it signed in
	knownMost   = 6                    // logins of one browser, as on a desk that several share
	knownLong   = 1024                 // bytes of the cookie at most
)

// known is one login of a browser: when and under which name it was remembered, and
// our seal on it.
type known struct{ since, name, seal string }

func (k known) String() string { return k.since + "." + k.name + "." + k.seal }

// knownIn takes a cookie apart and leaves out what is over.
func knownIn(cookie string, now time.Time) []known {
	if cookie == "" || len(cookie) > knownLong {
		return nil
	}
	var list []known
	for part := range strings.SplitSeq(cookie, "~") {
		f := strings.Split(part, ".")
		if len(f) != 3 || len(list) == knownMost {
			continue
		}
		ms, err := strconv.ParseInt(f[0], 36, 64)
		if err == nil && store.Lasts(now, store.Time(ms).Add(knownLife), knownLife) {
			list = append(list, known{f[0], f[1], f[2]})
		}
	}
	return list
}

func (d *Door) knownSeal(login string, k known) string {
	return d.seal.Digest("known", k.since+"|"+k.name+"|"+login)[:32]
}

// knownAs is the name under which a client is known for a login; empty: it is not.
func (d *Door) knownAs(login string, c Client) string {
	for _, k := range knownIn(c.Known, d.store.Now()) {
		if subtle.ConstantTimeCompare([]byte(k.seal), []byte(d.knownSeal(login, k))) == 1 {
			return k.name
		}
	}
	return ""
}

// know remembers a client for a login, beside the others it is known for, under a
// name of its own. It is what the cookie holds from now on.
func (d *Door) know(login string, c Client) string {
	name := make([]byte, 16)
	_, _ = rand.Read(name) // never fails, see crypto/rand
	now := d.store.Now()
	k := known{since: strconv.FormatInt(store.Ms(now), 36), name: base64.RawURLEncoding.EncodeToString(name)}
	k.seal = d.knownSeal(login, k)
	parts := []string{k.String()}
	for _, other := range knownIn(c.Known, now) {
		if other.seal != d.knownSeal(login, other) && len(parts) < knownMost {
			parts = append(parts, other.String())
		}
	}
	return strings.Join(parts, "~")
}

// setKnown hands the browser what it is known by, for the pages of signing in only.
func (d *Door) setKnown(w http.ResponseWriter, r *http.Request, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: knownCookie, Value: value, Path: "/sign-in", MaxAge: int(knownLife / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: d.opts.Secure || r.TLS != nil,
	})
}

// knownOf is the cookie of a request.
func knownOf(r *http.Request) string {
	if c, err := r.Cookie(knownCookie); err == nil {
		return c.Value
	}
	return ""
}
