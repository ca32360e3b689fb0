package app_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// An administrator adds a webhook only for an allowed host, and is told so in
// a sentence that keeps what was typed.
func TestWebhookPageRefusesAHostThatIsNotAllowed(t *testing.T) {
	h := open(t)
	c := h.as(t, "caojiadu", "s003")
	xiwu := string(h.tenant(t, "xiwu").ID)
	res, err := c.PostForm(h.url+"/admin/webhooks", url.Values{"n": {xiwu}, "url": {"https://evil.example/x"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(b), "evil.example/x") || !strings.Contains(string(b), "--webhook-host") {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
}
