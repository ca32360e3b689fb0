package push

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/web"
)

const (
	maxBody      = 1 << 20 // bytes
	longestToken = 200
	longestKey   = 200
)

// Gatekeeper knows whose token it is. It is given what a stranger sent, and
// compares digests.
type Gatekeeper interface {
	ByToken(ctx context.Context, token string) (inbox.Credential, error)
}

// Inbox is where messages go; [inbox.Box] is one.
type Inbox interface {
	Append(ctx context.Context, m inbox.Message) (stored bool, err error)
}

// Door is the HTTP push door.
type Door struct {
	inbox  Inbox
	keeper Gatekeeper
	passes *inbox.Passes
}

// A platform pushes thousands of messages a second under one token. What the
// gatekeeper said of it is believed for a moment; what another node ended is
// refused here when that has passed.
const believeFor = 2 * time.Second

// New makes a door that tells the time by now.
func New(i Inbox, keeper Gatekeeper, now func() time.Time) *Door {
	return &Door{inbox: i, keeper: keeper, passes: inbox.NewPasses(believeFor, now)}
}

// Forget has a credential looked up anew: it has ended.
func (d *Door) Forget(device string) { d.passes.Forget(device) }

// Routes are the door's addresses.
func (d *Door) Routes() []web.Route {
	post := func(path, source string) web.Route {
		return web.Route{Pattern: "POST /push/" + path, Access: web.Public, NoSession: true, Most: maxBody, Reads: true, Do: func(w http.ResponseWriter, r *http.Request) error {
			return d.take(w, r, source)
		}}
	}
	return []web.Route{
		post("{token}", "push"), post("ctwing/{token}", "ctwing"), post("onenet/{token}", "onenet"),
		post("tts/{token}", "tts"), post("tts/{token}/{event...}", "tts"),
		{Pattern: "GET /push/onenet/{token}", Access: web.Public, NoSession: true, Do: d.check},
	}
}

// take stores one request and answers after the commit.
func (d *Door) take(w http.ResponseWriter, r *http.Request, source string) error {
	cred, err := d.credential(r)
	if err != nil {
		return err
	}
	body, err := read(w, r)
	if err != nil {
		return err
	}
	m := inbox.Message{
		Tenant: cred.Tenant, Source: source, Device: cred.Device, Topic: r.PathValue("event"), Body: body,
		Urgent: cred.Urgent(r.PathValue("event"), body), Key: key(r),
	}
	if source == "onenet" {
		m.Note = signatureNote(r.PathValue("token"), body)
	}
	if _, err := d.inbox.Append(r.Context(), m); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = io.WriteString(w, "{\"code\":0}\n")
	return err
}

func (d *Door) credential(r *http.Request) (inbox.Credential, error) {
	token := r.PathValue("token")
	if token == "" || len(token) > longestToken {
		return inbox.Credential{}, fault.New(fault.NotFound, "fault.not_found")
	}
	cred, err := d.passes.Of(token, func() (inbox.Credential, error) { return d.keeper.ByToken(r.Context(), token) })
	if err != nil { // who cannot be looked up now is told to come again, see [fault.Wrap]
		return inbox.Credential{}, fault.Wrap(err, fault.NotFound, "fault.not_found")
	}
	return cred, nil
}

// read takes the whole body, or none of it.
func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, fault.Wrap(err, fault.TooLarge, "fault.too_large")
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "fault.bad_form")
	}
	return body, nil
}

// key is by which a sender names a message, so that its repetition is known.
func key(r *http.Request) string {
	k := r.Header.Get("Idempotency-Key")
	if k == "" || len(k) > longestKey {
		return ""
	}
	return "push " + k
}

// check answers the platform's question whether this address is ours, with the
// value of msg. The token of the address is also the token the platform was
// told to sign with.
func (d *Door) check(w http.ResponseWriter, r *http.Request) error {
	if _, err := d.credential(r); err != nil {
		return err
	}
	q := r.URL.Query()
	// A plus sign that was not escaped arrives as a space.
	given := strings.ReplaceAll(q.Get("signature"), " ", "+")
	if plain, err := url.QueryUnescape(given); err == nil && strings.Contains(given, "%") {
		given = plain
	}
	if !signed(r.PathValue("token"), q.Get("nonce"), []byte(q.Get("msg")), given) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, q.Get("msg"))
	return err
}
