package browser_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linli/linli/test/e2e/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

func serve(t *testing.T, html string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(html))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

const small = `<!doctype html><html lang="zh-CN"><title>试</title><h1>你好</h1>
<label for="n">名字</label><input id="n"><button onclick="document.querySelector('output').textContent=n.value+'，好'">说</button><output></output>`

func TestStepsOnASmallPage(t *testing.T) {
	p := browser.New(t).Page(t)
	p.Open(serve(t, small))
	p.Type("#n", "陈先生")
	p.Click("text=说")
	p.WaitText("output", "陈先生，好")
	if got := p.Text("h1"); got != "你好" {
		t.Errorf("h1 reads %q", got)
	}
	p.Clear("#n")
	var value string
	p.Eval("n.value", &value)
	if value != "" {
		t.Errorf("the field holds %q after Clear", value)
	}
	if !strings.HasPrefix(p.URL(), "http://") {
		t.Errorf("the address is %q", p.URL())
	}
	p.Axe(t)
	p.NoMistakes(t)
}

// TestAxeFindsWhatIsWrong keeps the other axe tests honest.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	p := browser.New(t).Page(t)
	p.Open(serve(t, `<!doctype html><html lang="zh"><title>x</title><p style="color:#bbb;background:#fff">这一行太淡了</p><img src="/x"><input>`))
	var ids []string
	for _, v := range p.Violations() {
		ids = append(ids, v.ID)
		if !strings.Contains(v.String(), v.Help) {
			t.Errorf("%s does not say what is wrong: %s", v.ID, v)
		}
	}
	for _, want := range []string{"color-contrast", "image-alt", "label"} {
		if !strings.Contains(strings.Join(ids, " "), want) {
			t.Errorf("axe found %v, not %s", ids, want)
		}
	}
}

func TestNoNetworkMeansNoPage(t *testing.T) {
	url := serve(t, small)
	p := browser.New(t).Page(t)
	p.Open(url)
	p.Offline(true)
	if err := p.TryOpen(url + "/again"); err == nil {
		t.Error("a page loaded without a network")
	}
	p.Offline(false)
	p.Open(url + "/again")
}

func TestPeopleDoNotShareCookies(t *testing.T) {
	url := serve(t, small)
	b := browser.New(t)
	one, other := b.Page(t), b.Page(t)
	one.Open(url)
	one.Eval("document.cookie='a=1'", nil)
	other.Open(url)
	var cookies string
	other.Eval("document.cookie", &cookies)
	if cookies != "" {
		t.Errorf("the other person has cookies %q", cookies)
	}
}

func TestThemeAndPicture(t *testing.T) {
	browser.Require(t)
	dir := t.TempDir()
	t.Setenv("LINLI_SHOTS", dir)
	p := browser.New(t).Page(t)
	p.Theme("dark")
	p.Open(serve(t, small))
	var dark bool
	p.Eval("matchMedia('(prefers-color-scheme:dark)').matches", &dark)
	if !dark {
		t.Error("the page is not told that the device is dark")
	}
	p.Shot(t, "small")
	b, err := os.ReadFile(filepath.Join(dir, "small.png"))
	if err != nil || !strings.HasPrefix(string(b), "\x89PNG") {
		t.Errorf("no picture was kept: %v", err)
	}
}
