package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// An administrator issues a key for a program, sees it once, and ends it; a
// program then reports with it, and not after its end.
func TestAdministratorIssuesAndEndsAKeyForAProgram(t *testing.T) {
	h := open(t)
	c := h.as(t, "caojiadu", "s003")
	if status, body := send(t, c, h.url+"/admin/keys", url.Values{"name": {" "}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "请给这个程序起个名字") {
		t.Errorf("without a name: %d", status)
	}
	_, body := send(t, c, h.url+"/admin/keys", url.Values{"name": {"12345 热线"}})
	key := regexp.MustCompile(`o311_[A-Z0-9]+`).FindString(body)
	if key == "" || !strings.Contains(body, "12345 热线") {
		t.Fatal("no key is shown")
	}
	if _, body := send(t, c, h.url+"/admin/keys", nil); strings.Contains(body, key) || !strings.Contains(body, "12345 热线") {
		t.Error("the key is shown again, or its program is not listed")
	}
	report := func() int {
		status, _ := send(t, http.DefaultClient, h.url+"/open311/v2/requests.json", url.Values{
			"api_key": {key}, "service_code": {"corridor.light"}, "lat": {"31.2306"}, "long": {"121.4338"},
		})
		return status
	}
	if status := report(); status != http.StatusOK {
		t.Errorf("with the key: %d", status)
	}
	end := regexp.MustCompile(`/admin/keys/[^/"]+/end`).FindString(body)
	if status, _ := send(t, c, h.url+end, url.Values{}); status != http.StatusSeeOther {
		t.Errorf("ending it: %d", status)
	}
	if status := report(); status != http.StatusForbidden {
		t.Errorf("after its end: %d", status)
	}
	if status, _ := send(t, h.as(t, "xiwu", "s012"), h.url+"/admin/keys", nil); status != http.StatusForbidden {
		t.Errorf("a committee worker sees the keys: %d", status)
	}
}
