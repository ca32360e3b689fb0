package ui_test

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/web/ui"
)

func html(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPlateMarksTheFigures(t *testing.T) {
	for address, want := range map[string]string{
		"静安桂花园 2 号 1103": "<span>静安桂花园</span><b>2</b><span>号</span><b>1103</b>",
		"长宁路225弄3-2号":    "<span>长宁路</span><b>225</b><span>弄</span><b>3-2</b><span>号</span>",
		"二层亭子间":          "<span>二层亭子间</span>",
		"302":            "<b>302</b>",
		"":               "",
		"<i>1":           "<span>&lt;i&gt;</span><b>1</b>",
	} {
		got := html(t, ui.Plate(address, "lg"))
		if got != `<span class="plate lg">`+want+"</span>" {
			t.Errorf("plate of %q: %s", address, got)
		}
	}
}

func TestRichBoldsWhatTheWordsSay(t *testing.T) {
	for text, want := range map[string]string{
		"下一步 <b>王师傅</b>，今天 <b>18:00</b> 前": "下一步 <b>王师傅</b>，今天 <b>18:00</b> 前",
		"没有粗体":         "没有粗体",
		"<b>没有关上":      "<b>没有关上</b>",
		"</b>多出来":      "&lt;/b&gt;多出来",
		"a & <i>b</i>": "a &amp; &lt;i&gt;b&lt;/i&gt;",
	} {
		if got := html(t, ui.Rich(text)); got != want {
			t.Errorf("rich %q: %s", text, got)
		}
	}
}

func TestTrailSaysItsStates(t *testing.T) {
	w := ui.Words{StepDone: "已完成", StepNow: "正在办", StepTodo: "还没到"}
	steps := []ui.Step{{Text: "上报", State: ui.Done}, {Text: "处理", State: ui.Now}, {Text: "确认", State: ui.Wait}}
	got := html(t, ui.Trail(steps, w))
	for _, want := range []string{"(已完成)", `aria-current="step"`, "(正在办)", "(还没到)"} {
		if !strings.Contains(got, want) {
			t.Errorf("the trail lacks %s: %s", want, got)
		}
	}
	if strings.Contains(got, "long") || !strings.Contains(html(t, ui.Trail(append(steps, steps...), w)), "trail long") {
		t.Error("a trail stands upright on phones from five steps on, not before")
	}
}

func TestProgressStaysInItsBounds(t *testing.T) {
	for share, want := range map[int]string{-5: "0.0%", 0: "0.0%", 649: "64.9%", 1000: "100.0%", 4000: "100.0%"} {
		got := html(t, ui.Progress(ui.Bar{Share: share, Mark: 667, Label: "按面积"}))
		if !strings.Contains(got, `class="b1" width="`+want+`"`) || !strings.Contains(got, `x1="66.7%"`) {
			t.Errorf("share %d: %s", share, got)
		}
	}
}

func TestFieldTiesHelpAndError(t *testing.T) {
	got := html(t, ui.Field(ui.Control{Name: "room", Label: "室号", Help: "照门牌写", Error: "已经有了", Value: `"><i>`}))
	for _, want := range []string{`for="room"`, `aria-describedby="room-help room-err"`, `aria-invalid="true"`, `id="room-err"`, `value="&#34;&gt;&lt;i&gt;"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the field lacks %s: %s", want, got)
		}
	}
	if plain := html(t, ui.Field(ui.Control{Name: "room", Label: "室号"})); strings.Contains(plain, "aria-") {
		t.Errorf("a plain field speaks of help or error: %s", plain)
	}
}

func TestPagerShowsOnlyWaysThatExist(t *testing.T) {
	if got := html(t, ui.Pager(ui.Paging{Label: "翻页"})); got != "" {
		t.Errorf("nowhere to go, yet %s", got)
	}
	got := html(t, ui.Pager(ui.Paging{Label: "翻页", Older: "/x?before=1", OlderText: "更早的"}))
	if !strings.Contains(got, `rel="next"`) || strings.Contains(got, `rel="prev"`) {
		t.Errorf("only older rows exist: %s", got)
	}
}

func TestHostileLinksAreDefused(t *testing.T) {
	got := html(t, ui.Button(ui.Btn{Text: "x", Href: templ.URL("javascript:alert(1)")}))
	if strings.Contains(got, "javascript:") {
		t.Errorf("a hostile link got through: %s", got)
	}
}
