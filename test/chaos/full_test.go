package chaos_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"io"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/store"
)

// TestFullDisk: no room for another page in the database. A report is not
// acknowledged, the sender is told so with all that was typed, reading goes
// on, and once there is room the same report is taken.
func TestFullDisk(t *testing.T) {
	clock := new(demo.Clock)
	dir := filepath.Join(t.TempDir(), "data")
	a, err := app.New(t.Context(), app.Options{Dir: dir, OneClick: true, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := demo.Fill(t.Context(), a, clock); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Mux.Handler())
	defer srv.Close()
	c := visitor(t, a, srv.URL)
	form := url.Values{"place": {building(t, dir)}, "category": {"corridor.light"}, "spot": {"nine"}, "words": {strings.Repeat("typed with care. ", 50)}, "key": {"full"}}

	pages(t, a.Store, 1) // SQLite takes this for: no more than there are now
	n := len(reports(t, dir))
	var status int
	for try := 0; status != http.StatusServiceUnavailable && try < 200; try++ { // free pages are used up first
		var body string
		form.Set("key", fmt.Sprint("full", try))
		status, body = post(t, c, srv.URL+"/report", form)
		switch status {
		case http.StatusSeeOther:
			n++
		case http.StatusServiceUnavailable:
			if !strings.Contains(body, "typed with care") || !strings.Contains(body, "nine") {
				t.Errorf("what was typed is gone: %.2000s", body)
			}
			if !strings.Contains(body, "现在存不进去") {
				t.Errorf("nobody says what happened: %.2000s", body)
			}
		default:
			t.Fatalf("status %d: %.500s", status, body)
		}
	}
	if status != http.StatusServiceUnavailable {
		t.Fatal("the disk never filled")
	}
	if kept := len(reports(t, dir)); kept != n {
		t.Errorf("%d reports kept, %d acknowledged", kept, n)
	}
	for _, path := range []string{"/", "/reports", "/readyz"} {
		if res, err := c.Get(srv.URL + path); err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("reading %s on a full disk: %v %+v", path, err, res)
		}
	}
	pages(t, a.Store, 1<<30)
	if status, body := post(t, c, srv.URL+"/report", form); status != http.StatusSeeOther {
		t.Errorf("with room again: %d %.500s", status, body)
	}
	if kept := len(reports(t, dir)); kept != n+1 {
		t.Errorf("%d reports kept, %d acknowledged", kept, n+1)
	}
}

// pages bounds the database, as a disk does.
func pages(t *testing.T, s *store.Store, most int) {
	t.Helper()
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		var now int
		return tx.QueryRowContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", most)).Scan(&now)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// visitor is the sample resident's phone.
func visitor(t *testing.T, a *app.App, base string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	cast, err := demo.Cast(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(base + cast[0].Link)
	if err != nil || res.StatusCode/100 != 3 {
		t.Fatalf("sign in: %v %+v", err, res)
	}
	return c
}

func post(t *testing.T, c *http.Client, to string, form url.Values) (int, string) {
	t.Helper()
	res, err := c.PostForm(to, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}
