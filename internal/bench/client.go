package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/linli/linli/internal/people"
)

// client speaks to one server on loopback, with one connection a sender.
type client struct {
	base string
	http *http.Client
}

func newClient(base string, senders int) client {
	return client{base, &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{MaxIdleConnsPerHost: senders, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// request is what a sender sends. The answer must have the status want.
type request struct {
	method, path string
	cookie       string // of the session; empty for nobody
	kind         string // Content-Type
	key          string // idempotency key
	gzip         bool   // take a packed answer, and count it packed
	body         []byte
	want         int
}

// send returns the body of the answer.
func (c client) send(ctx context.Context, q request) ([]byte, error) {
	status, body, err := c.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	if status != q.want {
		return nil, fmt.Errorf("%s %s: status %d, want %d: %.300s", q.method, q.path, status, q.want, body)
	}
	return body, nil
}

// ask returns status and body, whatever they are.
func (c client) ask(ctx context.Context, q request) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, q.method, c.base+q.path, bytes.NewReader(q.body))
	if err != nil {
		return 0, nil, err
	}
	for name, value := range map[string]string{"Content-Type": q.kind, "Idempotency-Key": q.key} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if q.gzip {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	if q.cookie != "" {
		r.AddCookie(&http.Cookie{Name: people.CookieName, Value: q.cookie})
	}
	res, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, body, err
}
