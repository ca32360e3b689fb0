package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
)

// While alarms wait, pages are made one at a time: who waits long is told so, and
// whose turn does not come is asked to come again. What the alarm needs, and
// whoever acts, is not held.
func TestS30_PagesTakeTurnsWhileAlarmsWait(t *testing.T) {
	catalog, err := words.Load(words.Base())
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		pressed, release := true, make(chan struct{})
		m := web.New(web.Options{Words: catalog, Pressed: func() bool { return pressed }, First: func(path string) bool { return path == "/alarm" }})
		page := func(pattern string, do web.Handler) {
			m.Handle(web.Route{Pattern: pattern, Access: web.Public, Do: do})
		}
		quick := func(w http.ResponseWriter, r *http.Request) error {
			if web.Late(r.Context()) > 0 {
				w.Header().Set("Says-Late", "yes")
			}
			return nil
		}
		page("GET /slow", func(http.ResponseWriter, *http.Request) error { <-release; return nil })
		page("GET /page", quick)
		page("POST /page", quick)
		page("GET /alarm", quick)
		page("GET /page/live", quick)
		ask := func(method, path string) *httptest.ResponseRecorder {
			rec := httptest.NewRecorder()
			m.Handler().ServeHTTP(rec, httptest.NewRequest(method, path, http.NoBody))
			return rec
		}
		go ask(http.MethodGet, "/slow")
		synctest.Wait()
		for _, x := range [][2]string{{http.MethodPost, "/page"}, {http.MethodGet, "/alarm"}, {http.MethodGet, "/page/live"}} {
			began := time.Now()
			if rec := ask(x[0], x[1]); rec.Code != http.StatusOK || time.Since(began) > 0 {
				t.Errorf("%v: %d after %v", x, rec.Code, time.Since(began))
			}
		}
		if rec := ask(http.MethodGet, "/page"); rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
			t.Errorf("whose turn does not come: %d, %v", rec.Code, rec.Header())
		}
		late := make(chan *httptest.ResponseRecorder, 1)
		go func() { late <- ask(http.MethodGet, "/page") }()
		<-time.NewTimer(time.Second).C // of the bubble's clock
		close(release)
		if rec := <-late; rec.Code != http.StatusOK || rec.Header().Get("Says-Late") != "yes" {
			t.Errorf("who waited for a second: %d, %v", rec.Code, rec.Header())
		}
		if rec := ask(http.MethodGet, "/page"); rec.Code != http.StatusOK || rec.Header().Get("Says-Late") != "" {
			t.Errorf("with the turn free: %d, %v", rec.Code, rec.Header())
		}
		pressed = false
		if rec := ask(http.MethodGet, "/page"); rec.Code != http.StatusOK {
			t.Errorf("with no alarm: %d", rec.Code)
		}
	})
}
