package push_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/inbox/push"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
)

const east = store.Tenant("east")

type keeper struct{ ended, away *atomic.Bool }

func (k keeper) ByToken(_ context.Context, token string) (inbox.Credential, error) {
	if k.away.Load() {
		return inbox.Credential{}, fmt.Errorf("credential: %w", driver.ErrBadConn)
	}
	if token != "secret" || k.ended.Load() {
		return inbox.Credential{}, errors.New("who is that")
	}
	return inbox.Credential{Tenant: east, Device: "platform", LifeSafety: true}, nil
}

type house struct {
	*inbox.Box
	store   *store.Store
	handler http.Handler
	door    *push.Door
	ended   *atomic.Bool
	away    *atomic.Bool
	clock   *storetest.Clock
}

func each(t *testing.T, fn func(t *testing.T, h house)) {
	t.Helper()
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		catalogue, err := words.Load(words.Base())
		if err != nil {
			t.Fatal(err)
		}
		box := inbox.NewBox(inbox.Options{Store: s})
		t.Cleanup(box.Stop)
		mux := web.New(web.Options{Words: catalogue, Clock: s.Now})
		ended, away := &atomic.Bool{}, &atomic.Bool{}
		door := push.New(box, keeper{ended, away}, s.Now)
		mux.Handle(door.Routes()...)
		fn(t, house{box, s, mux.Handler(), door, ended, away, clock})
	})
}

func (h house) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func (h house) last(t *testing.T) inbox.Message {
	t.Helper()
	list, err := h.Recent(t.Context(), east, "platform", inbox.Page{Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d messages: %v", len(list), err)
	}
	return list[0]
}

func doors() []string {
	return []string{"/push/secret", "/push/ctwing/secret", "/push/onenet/secret", "/push/tts/secret", "/push/tts/secret/up"}
}

func TestNoSuccessWithoutCommit(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		letGo := inboxtest.FailCommits(t, h.store)
		for _, path := range doors() {
			if w := h.ask("POST", path, "{}"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
				t.Errorf("%s: %d %v", path, w.Code, w.Header())
			}
		}
		if n := inboxtest.Count(t, h.store); n != 0 {
			t.Fatalf("%d rows were kept", n)
		}
		letGo()
		for i, path := range doors() {
			if w := h.ask("POST", path, "{}"); w.Code != 200 || inboxtest.Count(t, h.store) != i+1 {
				t.Errorf("%s: %d, %d rows", path, w.Code, inboxtest.Count(t, h.store))
			}
		}
	})
}

// What ended here is refused at once, what ended on another node in two
// seconds.
func TestEndedCredentialIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		answers := func(want int) {
			t.Helper()
			if w := h.ask("POST", "/push/secret", "{}"); w.Code != want {
				t.Fatalf("%d, want %d", w.Code, want)
			}
		}
		answers(200)
		h.ended.Store(true)
		h.door.Forget("platform")
		answers(404)
		h.ended.Store(false)
		answers(200)
		h.ended.Store(true)
		h.clock.Advance(2 * time.Second)
		answers(404)
		h.ended.Store(false)
		answers(200) // a refusal is not remembered
		h.ended.Store(true)
		h.clock.Advance(-time.Hour) // nor does a clock that goes back prolong it
		answers(404)
	})
}

func samples(t *testing.T, name string) map[string]json.RawMessage {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for name, raw := range all {
		if raw[0] != '{' {
			delete(all, name)
		}
	}
	return all
}

func TestPlatformsAreStoredAsTheySpeak(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		for path, file := range map[string]string{"ctwing/secret": "ctwing-http-push.json", "onenet/secret": "onenet-http-push.json", "tts/secret/up": "tts-webhook.json"} {
			for name, raw := range samples(t, file) {
				w := h.ask("POST", "/push/"+path, string(raw), "Content-Type", "application/json")
				got := h.last(t)
				if w.Code != 200 || !bytes.Equal(got.Body, raw) || !got.Urgent || !strings.HasPrefix(path, got.Source) {
					t.Errorf("%s %s: %d, kept %+v", file, name, w.Code, got)
				}
			}
		}
		if got := h.last(t).Source; got == "" {
			t.Fatal("no source")
		}
	})
}

func TestWhatNobodyUnderstandsIsStoredToo(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		for _, body := range []string{"", "not json", "\x00\xff\x00", "{\"half\":"} {
			if w := h.ask("POST", "/push/ctwing/secret", body); w.Code != 200 || string(h.last(t).Body) != body {
				t.Errorf("%q: %d, kept %q", body, w.Code, h.last(t).Body)
			}
		}
	})
}

func TestUnknownTokenAndTooLarge(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		for _, path := range []string{"/push/wrong", "/push/ctwing/wrong", "/push/" + strings.Repeat("x", 300)} {
			if w := h.ask("POST", path, "{}"); w.Code != 404 {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		if w := h.ask("POST", "/push/secret", strings.Repeat("x", 1<<20+1)); w.Code != 413 {
			t.Errorf("too large: %d", w.Code)
		}
		if w := h.ask("POST", "/push/secret", strings.Repeat("x", 1<<20)); w.Code != 200 {
			t.Errorf("just not too large: %d", w.Code)
		}
		if n := inboxtest.Count(t, h.store); n != 1 {
			t.Fatalf("%d rows", n)
		}
	})
}

func TestIdempotencyKey(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		for range 3 {
			if w := h.ask("POST", "/push/secret", "{}", "Idempotency-Key", "7"); w.Code != 200 {
				t.Fatal(w.Code)
			}
		}
		if n := inboxtest.Count(t, h.store); n != 1 {
			t.Fatalf("%d rows, want one", n)
		}
	})
}

func sign(nonce, msg string) string {
	sum := md5.Sum([]byte("secret" + nonce + msg))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestOneNETChecksTheAddress(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		q := url.Values{"msg": {"hello"}, "nonce": {"abcd1234"}, "signature": {sign("abcd1234", "hello")}}
		if w := h.ask("GET", "/push/onenet/secret?"+q.Encode(), ""); w.Code != 200 || w.Body.String() != "hello" {
			t.Fatal(w.Code, w.Body)
		}
		twice := strings.ReplaceAll(q.Encode(), "%", "%25")
		if w := h.ask("GET", "/push/onenet/secret?"+twice, ""); w.Code != 200 {
			t.Fatal("escaped twice:", w.Code)
		}
		q.Set("msg", "other")
		if w := h.ask("GET", "/push/onenet/secret?"+q.Encode(), ""); w.Code != 403 {
			t.Fatal("wrong signature:", w.Code)
		}
		if w := h.ask("GET", "/push/onenet/wrong?"+q.Encode(), ""); w.Code != 404 {
			t.Fatal("wrong token:", w.Code)
		}
	})
}

func TestOneNETSignatureIsNoted(t *testing.T) {
	msg := `{"at": 1551052412074,"imei":"860000000000005"}`
	quoted, err := json.Marshal(msg)
	if err != nil {
		t.Fatal(err)
	}
	body := func(msg, field, signature string) string {
		return `{"msg":` + msg + `,"` + field + `":"` + signature + `","nonce":"n1"}`
	}
	each(t, func(t *testing.T, h house) {
		for name, c := range map[string]struct{ body, note string }{
			"object":    {body(msg, "msg_signature", sign("n1", msg)), ""},
			"string":    {body(string(quoted), "signature", sign("n1", msg)), ""},
			"wrong":     {body(msg, "msg_signature", sign("n2", msg)), push.NoteBadSign},
			"none":      {`{"msg":{}}`, push.NoteUnsigned},
			"no object": {`7`, push.NoteUnsigned},
		} {
			if w := h.ask("POST", "/push/onenet/secret", c.body); w.Code != 200 || h.last(t).Note != c.note {
				t.Errorf("%s: %d, note %q, want %q", name, w.Code, h.last(t).Note, c.note)
			}
		}
	})
}

// A platform whose token cannot be looked up now is told to come again, never
// that the address is unknown: it might stop to push. So is OneNET's question.
func TestS31_TokenThatCannotBeLookedUpIsToldToComeAgain(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.away.Store(true)
		for _, path := range []string{"/push/secret", "/push/ctwing/secret", "/push/onenet/secret", "/push/tts/secret/up", "/push/nobody"} {
			if w := h.ask("POST", path, "{}"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
				t.Errorf("%s: %d, again after %q", path, w.Code, w.Header().Get("Retry-After"))
			}
		}
		if w := h.ask("GET", "/push/onenet/secret?msg=a", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("OneNET's question: %d", w.Code)
		}
		h.away.Store(false)
		if w := h.ask("POST", "/push/secret", "{}"); w.Code != 200 {
			t.Errorf("once it is back: %d", w.Code)
		}
		if w := h.ask("POST", "/push/nobody", "{}"); w.Code != 404 {
			t.Errorf("somebody unknown: %d", w.Code)
		}
	})
}
