package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
)

// desk is a mux with one route, what it observed and what its log says.
type desk struct {
	mux    *web.Mux
	said   bytes.Buffer
	status int
	dir    string
}

func newDesk(t *testing.T, wait time.Duration, disk int64, route web.Route) *desk {
	t.Helper()
	catalog, err := words.Load(words.Base())
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{dir: t.TempDir()}
	in, err := web.NewIntake(web.IntakeOptions{Dir: d.dir, Wait: wait, Disk: disk, Memory: 10 << 20})
	if err != nil {
		t.Fatal(err)
	}
	d.mux = web.New(web.Options{
		Words: catalog, Log: slog.New(slog.NewTextHandler(&d.said, nil)), Intake: in,
		Observe: func(_ string, status int, _ time.Duration) { d.status = status },
	})
	route.Pattern, route.Access = "POST /x", web.Public
	d.mux.Handle(route)
	return d
}

func (d *desk) send(r *http.Request) *httptest.ResponseRecorder {
	r.Header.Set("Accept-Language", "en")
	w := httptest.NewRecorder()
	d.mux.Handler().ServeHTTP(w, r)
	return w
}

// form is a multipart body: fields and files in their order, each a name and
// what it has. A name that begins with @ is a file.
func form(t *testing.T, parts ...string) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		name, file := strings.CutPrefix(parts[i], "@")
		w, err := m.CreateFormField(name)
		if file {
			w, err = m.CreateFormFile(name, name+".jpg")
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, m.FormDataContentType()
}

func post(body io.Reader, kind string) *http.Request {
	r := httptest.NewRequest("POST", "/x?from=query", body)
	r.Header.Set("Content-Type", kind)
	return r
}

const (
	plainForm = "application/x-www-form-urlencoded"
	mib       = 1 << 20
)

func TestAFormIsReadBeforeItsRouteIsAsked(t *testing.T) {
	got := ""
	d := newDesk(t, time.Second, mib, web.Route{Do: func(_ http.ResponseWriter, r *http.Request) error {
		got = r.PostFormValue("a") + r.FormValue("from")
		return nil
	}})
	multi, kind := form(t, "a", "1")
	for _, r := range []*http.Request{post(strings.NewReader("a=1"), plainForm), post(multi, kind)} {
		if got = ""; d.send(r).Code != http.StatusOK || got != "1query" {
			t.Errorf("%s: %q", r.Header.Get("Content-Type"), got)
		}
	}
	long, kind := form(t, "@a", strings.Repeat("x", web.FormMost))
	for _, r := range []*http.Request{post(strings.NewReader("a="+strings.Repeat("x", web.FormMost)), plainForm), post(long, kind), post(io.MultiReader(strings.NewReader("a="+strings.Repeat("x", web.FormMost))), plainForm)} {
		if w := d.send(r); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "Too long: at most 256 KB") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}

func TestAnUploadWaitsOnDiskAndLeavesNothing(t *testing.T) {
	want := strings.Repeat("x", 3*mib)
	d := newDesk(t, time.Second, 10*mib, web.Route{Most: 8 * mib, Reads: true, Do: func(w http.ResponseWriter, r *http.Request) error {
		done, err := web.ParseUpload(w, r)
		defer done()
		if err != nil {
			return err
		}
		files := web.Files(r, "photo")
		if len(files) != 2 || files[1].Filename != "photo.jpg" || files[1].Size != 3*mib || r.FormValue("after") != "2" || r.PostFormValue("before") != "1" || r.FormValue("from") != "query" {
			return fmt.Errorf("%+v %v", files, r.Form)
		}
		for range 2 { // it can be read again
			f, err := files[1].Open()
			if err != nil {
				return err
			}
			if b, err := io.ReadAll(f); err != nil || string(b) != want {
				return fmt.Errorf("%d bytes, %w", len(b), err)
			}
		}
		return nil
	}})
	body, kind := form(t, "before", "1", "@photo", "", "@photo", want, "after", "2")
	if w := d.send(post(body, kind)); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, d.said.String())
	}
	body, kind = form(t, "words", strings.Repeat("x", web.FormMost+1))
	if w := d.send(post(body, kind)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("fields without end: %d", w.Code)
	}
	body, kind = form(t, "@photo", strings.Repeat("x", 9*mib))
	if w := d.send(post(io.MultiReader(body), kind)); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "At most 6 photos") {
		t.Errorf("a file without end: %d %s", w.Code, w.Body)
	}
	if left, err := os.ReadDir(d.dir); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestAnUploadThatFindsNoPlaceIsBusyAndIsNotRead(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	d := newDesk(t, 20*time.Millisecond, 4*mib, web.Route{Most: 8 * mib, Reads: true, Do: func(w http.ResponseWriter, r *http.Request) error {
		done, err := web.ParseUpload(w, r)
		defer done()
		if err == nil && len(web.Files(r, "photo")) > 0 {
			entered <- true
			<-leave
		}
		return err
	}})
	first, kind := form(t, "@photo", strings.Repeat("x", 3*mib))
	ended := make(chan int)
	go func() { ended <- d.send(post(first, kind)).Code }()
	<-entered
	second, kind := form(t, "@photo", strings.Repeat("x", 3*mib))
	w := d.send(post(second, kind))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Too many people are uploading") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if rest := second.(*bytes.Buffer).Len(); rest < 2*mib {
		t.Errorf("only %d bytes were left unread", rest)
	}
	words, kind := form(t, "words", "no picture")
	if w := d.send(post(words, kind)); w.Code != http.StatusOK {
		t.Errorf("without pictures there is nothing to wait for: %d", w.Code)
	}
	leave <- true
	if code := <-ended; code != http.StatusOK {
		t.Errorf("the first: %d", code)
	}
}

func TestWhoIsNotKnownUploadsNothing(t *testing.T) {
	d := newDesk(t, time.Second, 10*mib, web.Route{Most: 8 * mib, Reads: true, Do: func(w http.ResponseWriter, r *http.Request) error {
		done, err := web.ParseUploadIf(w, r, func() error {
			if r.FormValue("key") != "good" {
				return fault.New(fault.Forbidden, "fault.forbidden")
			}
			return nil
		})
		defer done()
		return err
	}})
	for want, parts := range map[int][]string{
		http.StatusOK:        {"key", "good", "@photo", strings.Repeat("x", 3*mib)},
		http.StatusForbidden: {"key", "bad", "@photo", strings.Repeat("x", 3*mib)},
	} {
		body, kind := form(t, parts...)
		if w := d.send(post(body, kind)); w.Code != want || want != http.StatusOK && body.(*bytes.Buffer).Len() < 2*mib {
			t.Errorf("%d, want %d, with %d bytes left", w.Code, want, body.(*bytes.Buffer).Len())
		}
	}
}

func TestALargeBodyIsHereAndItsMemoryHeldBeforeItIsRead(t *testing.T) {
	want := strings.Repeat("x", 3*mib)
	d := newDesk(t, 20*time.Millisecond, 8*mib, web.Route{Most: 4 * mib, Reads: true, Do: func(w http.ResponseWriter, r *http.Request) error {
		done, err := web.HoldBody(w, r, 2)
		defer done()
		if err != nil {
			return err
		}
		if _, err := web.Hold(r.Context(), 5*mib); !fault.Is(err, fault.Busy) { // 6 of 10 MiB are held
			return fmt.Errorf("not held: %w", err)
		}
		if b, err := io.ReadAll(r.Body); err != nil || string(b) != want {
			return fmt.Errorf("%d bytes, %w", len(b), err)
		}
		return nil
	}})
	for range 3 { // the place is given back each time
		for _, body := range []io.Reader{strings.NewReader(want), io.MultiReader(strings.NewReader(want))} {
			if w := d.send(post(body, "application/json")); w.Code != http.StatusOK {
				t.Errorf("%d %s", w.Code, d.said.String())
			}
		}
	}
}

// deadlined remembers the read deadline it was given.
type deadlined struct {
	*httptest.ResponseRecorder
	until time.Time
}

func (d *deadlined) SetReadDeadline(t time.Time) error {
	d.until = t
	return nil
}

func TestASlowBodyIsCutOff(t *testing.T) {
	d := newDesk(t, time.Second, mib, web.Route{Do: func(http.ResponseWriter, *http.Request) error { return nil }})
	w := &deadlined{ResponseRecorder: httptest.NewRecorder()}
	d.mux.Handler().ServeHTTP(w, post(iotest.ErrReader(fmt.Errorf("read tcp: %w", os.ErrDeadlineExceeded)), plainForm))
	if w.Code != http.StatusRequestTimeout || !strings.Contains(w.Body.String(), "网络太慢") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if until := time.Until(w.until); until <= 0 || until > time.Minute {
		t.Errorf("deadline in %v", until)
	}
}

func TestWhoHangsUpIsNoErrorOfOurs(t *testing.T) {
	broken := errors.New("some mistake of ours")
	for name, c := range map[string]struct {
		body   io.Reader
		gone   bool
		do     web.Handler
		status int
	}{
		"body breaks off":        {body: iotest.ErrReader(io.ErrUnexpectedEOF), do: func(http.ResponseWriter, *http.Request) error { return nil }, status: 499},
		"connection reset":       {body: iotest.ErrReader(syscall.ECONNRESET), do: func(http.ResponseWriter, *http.Request) error { return nil }, status: 499},
		"gone while we work":     {gone: true, do: func(_ http.ResponseWriter, r *http.Request) error { return fmt.Errorf("query: %w", r.Context().Err()) }, status: 499},
		"does not read":          {do: func(w http.ResponseWriter, _ *http.Request) error { _, _ = w.Write(nil); return syscall.EPIPE }, status: 499},
		"a mistake stays one":    {do: func(http.ResponseWriter, *http.Request) error { return broken }, status: 500},
		"also with half a page":  {do: func(w http.ResponseWriter, _ *http.Request) error { _, _ = w.Write(nil); return broken }, status: 200},
		"a refusal stays one":    {gone: true, do: func(http.ResponseWriter, *http.Request) error { return fault.New(fault.NotFound, "fault.not_found") }, status: 404},
		"a pipe of ours is ours": {do: func(http.ResponseWriter, *http.Request) error { return syscall.EPIPE }, status: 500},
	} {
		d := newDesk(t, time.Second, mib, web.Route{Do: c.do})
		if c.body == nil {
			c.body = strings.NewReader("a=1")
		}
		ctx, cancel := context.WithCancel(t.Context())
		if c.gone {
			cancel()
		}
		d.send(post(c.body, plainForm).WithContext(ctx))
		cancel()
		if log := strings.Contains(d.said.String(), "level=ERROR"); d.status != c.status || log != (c.status == 500 || c.status == 200) {
			t.Errorf("%s: %d, %s", name, d.status, d.said.String())
		}
	}
}

func TestAnAbortedAnswerCountsAsLeft(t *testing.T) {
	d := newDesk(t, time.Second, mib, web.Route{Do: func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }})
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) || d.status != 499 || d.said.Len() > 0 {
			t.Errorf("%v, %d, %s", err, d.status, d.said.String())
		}
	}()
	d.send(post(strings.NewReader("a=1"), plainForm))
}
