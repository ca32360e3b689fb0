package browser_test

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/web/ui/gallery"
	"github.com/linli/linli/test/e2e/browser"
)

// desk is a small server that takes reports as the house does: a key is taken
// once, however often it arrives.
type desk struct {
	mu      sync.Mutex
	pages   http.Handler
	posts   int
	reports map[string]taken
	refuse  bool
	ended   bool // the session is over: everything leads to signing in
}

type taken struct {
	words, kind string
	happened    time.Time
	photos      []image.Point
}

func (d *desk) server(t *testing.T) *httptest.Server {
	pages, err := gallery.Handler()
	if err != nil {
		t.Fatal(err)
	}
	d.pages = pages
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.HandleFunc("POST /report", d.take)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

func (d *desk) take(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(32 << 20); err != nil {
		http.Error(w, "not a form", http.StatusBadRequest)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.posts++
	if d.ended {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return
	}
	if d.refuse {
		d.refuse = false
		w.WriteHeader(http.StatusUnprocessableEntity)
		d.pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/refused", nil))
		return
	}
	ms, _ := strconv.ParseInt(r.FormValue("happened_at"), 10, 64)
	d.reports[r.FormValue("key")] = taken{r.FormValue("words"), r.FormValue("kind"), time.UnixMilli(ms), sizes(r)}
	ui.Saved(w, r, "/matter")
}

func sizes(r *http.Request) []image.Point {
	var out []image.Point
	for _, h := range r.MultipartForm.File["photos"] {
		f, err := h.Open()
		if err != nil {
			continue
		}
		b, _ := io.ReadAll(f)
		_ = f.Close()
		if c, kind, err := image.DecodeConfig(bytes.NewReader(b)); err == nil && kind == "jpeg" {
			out = append(out, image.Pt(c.Width, c.Height))
		}
	}
	return out
}

func (d *desk) count() (posts, reports int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.posts, len(d.reports)
}

func (d *desk) only(t *testing.T) (string, taken) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.reports) != 1 {
		t.Fatalf("%d reports were taken, want 1", len(d.reports))
	}
	for k, r := range d.reports {
		return k, r
	}
	return "", taken{}
}

// bigPhoto is a 2400×1200 picture to be shrunk.
func bigPhoto(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2400, 1200))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "stairs.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func fill(p *browser.Page, photo, words string) {
	p.SetFiles("#photos", photo)
	p.Wait("the thumbnail", "document.querySelectorAll('[data-thumbs] button').length===1")
	p.Clear("#words")
	p.Type("#words", words)
	p.Click("text=漏水")
}

// TestS40_ReportWrittenWithoutNetworkArrivesOnce is the resident in the basement:
// the form opens without a network, keeps words and photo over a restart, and
// what was sent there arrives exactly once with its own time.
func TestS40_ReportWrittenWithoutNetworkArrivesOnce(t *testing.T) {
	d := &desk{reports: map[string]taken{}}
	srv := d.server(t)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/report")
	p.Ready()
	p.Kept()

	p.Offline(true)
	p.Open(srv.URL + "/report")
	p.Ready()
	p.WaitText(".off", "没有网络")
	fill(p, bigPhoto(t), "地下室漏水")
	p.WaitText("[data-draft-state]", "草稿已存")
	p.Wait("the last word to be kept", "document.querySelector('form[data-draft]').saved")
	p.Reload()
	p.Ready()
	p.Wait("the photo after a restart", "document.querySelectorAll('[data-thumbs] button').length===1")
	before := time.Now()
	p.Click(".foot .btn")
	p.WaitText("[data-draft-state]", "有网就送")
	after := time.Now()
	if posts, _ := d.count(); posts != 0 {
		t.Fatalf("%d posts arrived without a network", posts)
	}

	p.Offline(false)
	p.WaitText(".toasts", "刚才存的已送到")
	p.Reload()
	p.Ready()
	key, r := d.only(t)
	if key == "" || r.words != "地下室漏水" || r.kind != "4" {
		t.Errorf("arrived as %q %+v", key, r)
	}
	if r.happened.Before(before.Add(-time.Second)) || r.happened.After(after.Add(time.Second)) {
		t.Errorf("happened at %v, want the moment of sending between %v and %v", r.happened, before, after)
	}
	if len(r.photos) != 1 || r.photos[0] != image.Pt(1600, 800) {
		t.Errorf("photos %v, want one JPEG of 1600×800", r.photos)
	}
	if posts, _ := d.count(); posts != 1 {
		t.Errorf("%d posts, want 1", posts)
	}
	p.NoMistakes(t)
}

// TestPressingTwiceSendsOnce presses the button as an impatient person does.
func TestPressingTwiceSendsOnce(t *testing.T) {
	d := &desk{reports: map[string]taken{}}
	srv := d.server(t)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/report")
	p.Ready()
	p.Eval(`(()=>{const b=document.querySelector('.foot button');b.click();b.click();b.click()})()`, nil)
	p.Wait("the page after sending", "location.pathname==='/matter'")
	if posts, _ := d.count(); posts != 1 {
		t.Errorf("%d posts, want 1", posts)
	}
}

// TestRefusedReportKeepsEverything sends a report the server refuses: the
// summary takes the focus, the photo stays, the second try is taken.
func TestRefusedReportKeepsEverything(t *testing.T) {
	d := &desk{reports: map[string]taken{}, refuse: true}
	srv := d.server(t)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/report")
	p.Ready()
	fill(p, bigPhoto(t), "还要再送一次")
	p.Click(".foot .btn")
	p.Wait("the focus on the summary", "document.activeElement.matches('.errsum')")
	p.Wait("the photo", "document.querySelectorAll('[data-thumbs] button').length===1")
	p.Click(".foot .btn")
	p.Wait("the page after sending", "location.pathname==='/matter'")
	if _, r := d.only(t); len(r.photos) != 1 {
		t.Errorf("photos %v, want the one that was picked", r.photos)
	}
}

// TestS40_FacesArePaintedOver paints on the photo and finds the paint in it.
func TestS40_FacesArePaintedOver(t *testing.T) {
	d := &desk{reports: map[string]taken{}}
	srv := d.server(t)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/report")
	p.Ready()
	fill(p, bigPhoto(t), "人脸")
	p.Axe(t)
	p.Shot(t, "report-picked")
	p.Click("[data-paint]")
	p.Wait("the canvas", "document.querySelector('dialog[open] canvas').width===1600")
	p.Axe(t)
	p.Click("dialog[open] canvas")
	p.Shot(t, "report-painting")
	p.Click("text=涂好了")
	p.Wait("the painted photo", `createImageBitmap(document.querySelector('[data-shot] img')).then(i=>{
		const c=document.createElement('canvas');c.width=i.width;c.height=i.height;const g=c.getContext('2d');g.drawImage(i,0,0);
		return g.getImageData(i.width/2,i.height/2,1,1).data[1]>20})`)
	p.NoMistakes(t)
}

// TestReportGoesWithoutScripts sends the form as a bare browser does.
func TestReportGoesWithoutScripts(t *testing.T) {
	d := &desk{reports: map[string]taken{}}
	srv := d.server(t)
	p := browser.New(t).Page(t)
	p.NoJS()
	p.Open(srv.URL + "/report")
	p.SetFiles("#photos", bigPhoto(t))
	p.Click(".foot .btn")
	p.Wait("the page after sending", "location.pathname==='/matter'")
	if key, _ := d.only(t); key != "0193a1c2-0000-7000-8000-000000000001" {
		t.Errorf("key %q, want the server's own", key)
	}
}

// TestKeysWalkTheList moves through the day's list without a mouse.
func TestKeysWalkTheList(t *testing.T) {
	srv := (&desk{}).server(t)
	p := browser.New(t).Page(t)
	p.Viewport(browser.Desk)
	p.Open(srv.URL + "/today")
	p.Ready()
	p.Keys("jjk")
	var at int
	p.Eval("[...document.querySelectorAll('[data-row]')].indexOf(document.activeElement)", &at)
	if at != 0 {
		t.Errorf("the focus is on row %d after j j k, want 0", at)
	}
	p.Keys("?")
	p.Wait("the list of keys", "document.querySelector('#keys').open")
	p.Axe(t)
}

// TestLargeTypeIsRemembered switches on the page and finds it after a reload.
func TestLargeTypeIsRemembered(t *testing.T) {
	srv := (&desk{}).server(t)
	for _, js := range []bool{true, false} {
		p := browser.New(t).Page(t)
		if !js {
			p.NoJS()
		}
		p.Open(srv.URL + "/home")
		p.Click("text=大字")
		p.Wait("large type", "document.documentElement.dataset.mode==='elder'")
		p.Reload()
		var small []string
		p.Eval(`[...document.querySelectorAll("main a,main button,.top a,.tabs a")].filter(e=>e.offsetParent&&e.getBoundingClientRect().height<60).map(e=>e.innerText)`, &small)
		if len(small) > 0 {
			b, _ := json.Marshal(small)
			t.Errorf("targets under 60 px in large type: %s", b)
		}
	}
}

// TestEndedSessionKeepsTheDraft sends with a session that is over: nothing is
// taken, nothing is lost, and after signing in the same report goes.
func TestEndedSessionKeepsTheDraft(t *testing.T) {
	d := &desk{reports: map[string]taken{}, ended: true}
	srv := d.server(t)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/report")
	p.Ready()
	fill(p, bigPhoto(t), "登录过期了")
	p.Click(".foot .btn")
	p.WaitText(".toasts", "请重新登录")
	d.mu.Lock()
	d.ended = false
	d.mu.Unlock()
	p.Open(srv.URL + "/report")
	p.Ready()
	p.Wait("the photo", "document.querySelectorAll('[data-thumbs] button').length===1")
	p.Click(".foot .btn")
	p.Wait("the page after sending", "location.pathname==='/matter'")
	if _, r := d.only(t); r.words != "登录过期了" || len(r.photos) != 1 {
		t.Errorf("arrived as %+v", r)
	}
}

// TestOldFiguresAreNotShownAsLive waits for the dot to go when no news came.
func TestOldFiguresAreNotShownAsLive(t *testing.T) {
	srv := (&desk{}).server(t)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/today")
	p.Ready()
	p.Eval("document.querySelector('.live').dataset.at=Date.now()-31000", nil)
	p.WaitText(".live.old", "的数据")
	p.Eval("document.body.dispatchEvent(new CustomEvent('htmx:sse:after:message',{bubbles:true}))", nil)
	p.WaitText(".live:not(.old)", "实时")
}

// TestWatchedPartChangesByItself sees what the server sent without a reload.
func TestWatchedPartChangesByItself(t *testing.T) {
	srv := (&desk{}).server(t)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/parts")
	p.WaitText("main", "刚刚办好")
	p.NoMistakes(t)
}

// TestSlowLivePartIsTakenUp lets the script of the live parts arrive only after
// htmx has looked at the page, as on a slow network.
func TestSlowLivePartIsTakenUp(t *testing.T) {
	pages, err := gallery.Handler()
	if err != nil {
		t.Fatal(err)
	}
	looked := make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.HandleFunc("GET /looked", func(http.ResponseWriter, *http.Request) { close(looked) })
	mux.HandleFunc("GET /static/{file}", func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		if strings.HasPrefix(r.PathValue("file"), "hx-sse") {
			select {
			case <-looked:
			case <-r.Context().Done():
			}
		}
		pages.ServeHTTP(w, r)
		if strings.HasPrefix(r.PathValue("file"), "htmx") {
			_, _ = io.WriteString(w, ";setTimeout(()=>setTimeout(()=>fetch('/looked')))")
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	p := browser.New(t).Page(t)
	p.Open(srv.URL + "/parts")
	p.WaitText("main", "刚刚办好")
	p.NoMistakes(t)
}
