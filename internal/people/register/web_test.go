package register_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// plain is a frame with nothing in it but the page.
type plain struct{}

func (plain) page(r *http.Request, title string) ui.Page {
	return ui.Page{Title: title, Lang: words.Of(r.Context()).Tag(), Words: ui.WordsFrom(func(key string) string { return words.T(r.Context(), key) })}
}

func (f plain) Phone(r *http.Request, title string, _ templ.SafeURL) ui.PhoneShell {
	return ui.PhoneShell{Page: f.page(r, title)}
}

func (f plain) Home(r *http.Request, title, _ string) ui.PhoneShell {
	return ui.PhoneShell{Page: f.page(r, title)}
}

func (f plain) Desk(r *http.Request, _ string, head ui.Head) ui.DeskShell {
	return ui.DeskShell{Page: f.page(r, head.Title), Head: head}
}

func (f plain) Bare(r *http.Request, title string) ui.BareShell {
	return ui.BareShell{Page: f.page(r, title)}
}

// counter is the page of the import, used by somebody.
type counter struct {
	*office
	t    *testing.T
	url  string
	lang words.Lang
	end  string // the answer to how many entries end
}

func newCounter(t *testing.T, o *office, role people.Role) *counter {
	t.Helper()
	catalog, err := words.Load(words.Base(), ui.WordFiles(), place.Words(), people.Words(), register.Words())
	if err != nil {
		t.Fatal(err)
	}
	home, err := o.Places.EnsureOffice(context.Background(), "办事处")
	if err != nil {
		t.Fatal(err)
	}
	who := people.Actor{Tenant: home.ID, Person: "boss", Posts: []people.Held{{Role: role}}}
	mux := web.New(web.Options{
		Words: catalog,
		Identify: func(ctx context.Context, _ http.ResponseWriter, _ *http.Request) (context.Context, error) {
			return people.WithActor(ctx, who), nil
		},
		Allow: func(_ context.Context, access string) error { return people.Access{}.Allow(who, access) },
	})
	mux.Handle((&register.Pages{Deps: o.Deps, Frame: plain{}, Show: 5}).Routes()...)
	srv := httptest.NewServer(mux.Handler())
	t.Cleanup(srv.Close)
	return &counter{office: o, t: t, url: srv.URL, lang: words.English}
}

// hand uploads files as a browser does, with the mark of an earlier trial.
func (c *counter) hand(mark string, files fs.FS) (int, string) {
	c.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	parts := []error{form.WriteField("mark", mark), form.WriteField("end", c.end)}
	entries, err := fs.ReadDir(files, ".")
	parts = append(parts, err)
	for _, e := range slices.Backward(entries) {
		w, err := form.CreateFormFile("files", e.Name())
		content, err2 := fs.ReadFile(files, e.Name())
		if err == nil {
			_, err = w.Write(content)
		}
		parts = append(parts, err, err2)
	}
	for _, err := range append(parts, form.Close()) {
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return c.ask("POST", form.FormDataContentType(), &b)
}

func (c *counter) ask(method, kind string, body io.Reader) (int, string) {
	c.t.Helper()
	r, err := http.NewRequest(method, c.url+"/admin/import", body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", string(c.lang))
	r.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, string(page)
}

func markIn(page string) string {
	m := regexp.MustCompile(`name="mark" value="([0-9a-f]{64})"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

func says(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Fatalf("does not say %q:\n%s", text, page)
		}
	}
}

// homes are how many tenants there are: the office alone before an import.
func (c *counter) homes() int {
	c.t.Helper()
	return len(must(c.Places.Tenants(context.Background()))(c.t))
}

func TestImportPageTriesFirstThenTakesTheSameFiles(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		c := newCounter(t, o, people.Administrator)
		status, page := c.hand("", lane(t))
		if status != 200 || c.homes() != 1 {
			t.Fatalf("%d, %d tenants after a trial\n%s", status, c.homes(), page)
		}
		says(t, page, "can be imported", "This was a dry run; nothing was written", "Step 2")
		mark := markIn(page)
		other := lane(t)
		edit(t, other, "residents.csv", "2023-08", "2024-01")
		if status, page = c.hand(mark, other); status != 200 || c.homes() != 1 || markIn(page) == mark {
			t.Fatalf("other files were taken: %d\n%s", status, page)
		}
		says(t, page, "These files differ")
		if status, page = c.hand(mark, lane(t)); status != 200 || c.homes() != 2 {
			t.Fatalf("%d, %d tenants\n%s", status, c.homes(), page)
		}
		says(t, page, "Imported.", "imported")
		// Sent twice, the second time finds everything as it is.
		status, page = c.hand(mark, lane(t))
		if status != 200 || c.homes() != 2 {
			t.Fatalf("%d\n%s", status, page)
		}
		says(t, page, `data-label="Same"><span>150</span>`)
		c.recorded(ctx, 2)
	})
}

// recorded counts the imports in the office's trail.
func (c *counter) recorded(ctx context.Context, want int) {
	c.t.Helper()
	var n int
	err := c.Store.Reader().QueryRowContext(ctx, "SELECT COUNT(*) FROM people_audit WHERE action = 'import.run' AND actor_id = 'boss'").Scan(&n)
	if err != nil || n != want {
		c.t.Errorf("%d imports recorded, want %d (%v)", n, want, err)
	}
}

func TestImportPageNamesMistakesInBothLanguages(t *testing.T) {
	o := newOffice(storetest.SQLite(t, rooms()))
	c := newCounter(t, o, people.Administrator)
	bad := sample(t)
	edit(t, bad, "households.csv", "cn225-1-101,cn225,", "cn225-1-101,cn226,")
	for _, lang := range words.Langs() {
		c.lang = lang
		status, page := c.hand("", bad)
		if status != 422 || c.homes() != 1 || markIn(page) == "" {
			t.Fatalf("%d, mark %q\n%s", status, markIn(page), page)
		}
		golden(t, "import-"+string(lang), page)
	}
}

func TestImportPageRefusesWhatIsNoRegister(t *testing.T) {
	each(t, func(_ context.Context, t *testing.T, o *office) {
		c := newCounter(t, o, people.Administrator)
		status, page := c.hand("", fstest.MapFS{})
		if status != 422 {
			t.Fatal(status)
		}
		says(t, page, "Choose files first")
		status, page = c.hand("", fstest.MapFS{"residents.csv": {Data: []byte("<svg onload=alert(1)>")}})
		if status != 422 || markIn(page) != "" || strings.Contains(page, "<svg onload") {
			t.Fatalf("%d\n%s", status, page)
		}
		status, page = c.hand("", fstest.MapFS{"<b>.exe": {Data: []byte("MZ")}})
		if status != 422 || markIn(page) != "" || strings.Contains(page, "<b>.exe") {
			t.Fatalf("%d\n%s", status, page)
		}
		if c.homes() != 1 {
			t.Error("something was written")
		}
	})
}

func TestOnlyAdministratorsImport(t *testing.T) {
	o := newOffice(storetest.SQLite(t, rooms()))
	for _, role := range people.Roles() {
		c := newCounter(t, o, role)
		want := 403
		if role == people.Administrator {
			want = 200
		}
		if status, _ := c.ask("GET", "", nil); status != want {
			t.Errorf("%s: %d, want %d", role, status, want)
		}
		if status, _ := c.hand("", lane(t)); status != want {
			t.Errorf("%s uploads: %d, want %d", role, status, want)
		}
	}
}

func golden(t *testing.T, name, page string) {
	t.Helper()
	_, body, _ := strings.Cut(page, "<main")
	body, _, _ = strings.Cut(body, "</main>")
	body = regexp.MustCompile(`\?v=[0-9a-f]+`).ReplaceAllString(strings.ReplaceAll(body, "><", ">\n<"), "") + "\n"
	path := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if body != string(want) {
		t.Errorf("%s differs from what it was:\n%s", path, body)
	}
}

func TestS4_ImportPageAsksBeforeManyEntriesEnd(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		c := newCounter(t, o, people.Administrator)
		o.take(t, lane(t))
		less := lane(t)
		filter(less, "residents.csv", func(row string) bool { return !strings.HasPrefix(row, "r000") })
		status, page := c.hand("", less)
		if status != 422 {
			t.Fatalf("%d\n%s", status, page)
		}
		says(t, page, "9 entries of the register are missing", "安小暑", "r0001", `name="end" value="9" required`)
		mark := markIn(page)
		for _, answer := range []string{"", "8", "nine"} {
			c.end = answer
			if status, page = c.hand(mark, less); status != 422 || markIn(page) != mark {
				t.Fatalf("%q: %d\n%s", answer, status, page)
			}
			if p, _ := o.who(t, "r0001"); !p.Until.IsZero() {
				t.Fatalf("ended after the answer %q", answer)
			}
		}
		c.end = "9"
		status, page = c.hand(mark, less)
		if p, _ := o.who(t, "r0001"); status != 200 || p.Until.IsZero() {
			t.Fatalf("%d\n%s", status, page)
		}
		says(t, page, "Imported.")
		c.recorded(ctx, 1)
	})
}
