package e2e_test

import (
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/test/e2e/browser"
)

// TestS40_ResidentReportsFromThePhone is 随手拍 on a phone of 390×844.
func TestS40_ResidentReportsFromThePhone(t *testing.T) {
	b := browser.New(t)
	s := newSample(t)
	for _, story := range []struct {
		name string
		tell func(*testing.T, *sample, *browser.Page)
	}{
		{"two photos, a face painted over, own building", sendsTwoPhotos},
		{"another building, then the code on a wall", choosesThePlace},
		{"three presses, one report", pressesThrice},
		{"no scripts", sendsWithoutScripts},
		{"a photo that is no photo", picksNoPhoto},
		{"keys alone", walksWithKeys},
		{"nothing filled in", sendsNothing},
		{"no network", writesInTheBasement},
	} {
		t.Run(story.name, func(t *testing.T) {
			p := b.Page(t)
			story.tell(t, s, p)
			p.NoMistakes(t)
		})
	}
}

// blank opens the form from home and waits for its script.
func (s *sample) blank(p *browser.Page) {
	s.speak(p, "zh")
	s.as(p, "resident")
	p.Click("text=随手拍")
	p.Wait("the form", "location.pathname==='/report/new'")
	p.Ready()
}

// pick takes photographs from the gallery.
func pick(p *browser.Page, paths ...string) {
	p.SetFiles("#photo", paths...)
	p.Wait("the thumbnails", fmt.Sprintf("document.querySelectorAll('[data-thumbs] button').length===%d", len(paths)))
}

// send presses the button and waits for the page of the report.
func send(p *browser.Page) {
	p.Click(".foot .btn")
	p.Wait("the page of the report", "/^\\/report\\/[0-9a-f-]{20,}$/.test(location.pathname)")
}

func chosen(p *browser.Page) (id string) {
	p.Eval("document.querySelector('#report').elements.place.value", &id)
	return id
}

func sendsTwoPhotos(t *testing.T, s *sample, p *browser.Page) {
	const words = "纸箱又堆到消火栓前面了"
	s.blank(p)
	pick(p, onPhone(t, "a.jpg", stairwell(t, 5)), onPhone(t, "b.jpg", stairwell(t, 2)))
	p.Click("[data-paint]")
	p.Wait("the canvas", "document.querySelector('dialog[open] canvas').width===1600")
	p.Axe(t)
	p.Click("dialog[open] canvas")
	p.Shot(t, "s40-painting")
	p.Click("text=涂好了")
	p.Wait("the dialog to close", "!document.querySelector('dialog[open]')")
	p.Click("text=楼道堆物")
	p.WaitText("[data-told]", "内接单")
	if id := chosen(p); id != s.spot(t, "guihua-6").ID {
		t.Errorf("the form stands at %q, not at the resident's own building", id)
	}
	p.Type("#words", words)
	p.Axe(t)
	p.Fits(t)
	p.Shot(t, "s40-filled")
	send(p)
	p.WaitText(".toasts", "已送到物业")
	p.WaitText(".next", "下一步")
	p.WaitText(".next", "前接单")
	p.Shot(t, "s40-sent")
	painted(t, s, s.only(t, words))
}

// painted finds the paint in the second of two photographs the house keeps.
func painted(t *testing.T, s *sample, r report.Row) {
	t.Helper()
	ctx, a := context.Background(), s.actor(t, "resident")
	v, err := s.Reports.View(ctx, a, r.ID)
	if err != nil || len(v.Photos) != 2 {
		t.Fatalf("%d photos, %v", len(v.Photos), err)
	}
	for i, dark := range []bool{false, true} {
		f, err := s.Reports.Studio.Open(ctx, a, s.Reports.PhotosOf, r.ID, v.Photos[i].Hash)
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Size() != image.Pt(1600, 1200) {
			t.Errorf("photo %d is %v, want 1600×1200", i+1, img.Bounds().Size())
		}
		if _, g, _, _ := img.At(800, 600).RGBA(); (g>>8 < 60) != dark {
			t.Errorf("photo %d has green %d in its middle, painted over should be %v", i+1, g>>8, dark)
		}
	}
}

func choosesThePlace(t *testing.T, s *sample, p *browser.Page) {
	const words = "垃圾袋放在门口三天了"
	s.blank(p)
	pick(p, onPhone(t, "a.jpg", stairwell(t, 3)))
	p.Click("text=垃圾")
	p.Type("#words", words)
	p.Click("text=改")
	p.Wait("the places", "location.pathname==='/report/place'")
	p.Ready()
	p.Axe(t)
	p.Shot(t, "s40-place")
	five := s.spot(t, "guihua-5").ID
	p.Click(`main a[href*="place=` + five + `"]`)
	p.Ready()
	kept(t, p, words)
	if id := chosen(p); id != five {
		t.Errorf("the form stands at %q, not at the chosen building", id)
	}
	other := s.spot(t, "guihua-6").ID
	p.Open(s.url + "/q/" + other)
	p.Ready()
	kept(t, p, words)
	send(p)
	if r := s.only(t, words); r.Place != other || r.Detail.Category != "clean.garbage" {
		t.Errorf("arrived as %s at %s, want it at the building whose code was scanned", r.Detail.Category, r.Place)
	}
}

// kept finds what was typed and picked in the form.
func kept(t *testing.T, p *browser.Page, words string) {
	t.Helper()
	p.Wait("the words", fmt.Sprintf("document.querySelector('#words').value===%q", words))
	p.Wait("a chosen kind", "document.querySelector('[name=category]:checked')")
	p.Wait("the photo", "document.querySelectorAll('[data-thumbs] button').length===1")
}

func pressesThrice(t *testing.T, s *sample, p *browser.Page) {
	const words = "灯坏了，按了三次"
	s.blank(p)
	p.Click("text=灯不亮")
	p.Type("#words", words)
	p.Eval(`(()=>{const b=document.querySelector('.foot .btn');b.click();b.click();b.click()})()`, nil)
	p.WaitText(".next", "前接单")
	s.only(t, words)
}

func sendsWithoutScripts(t *testing.T, s *sample, p *browser.Page) {
	const words = "旧手机，没有脚本"
	s.speak(p, "zh")
	s.as(p, "resident")
	p.NoJS()
	p.Open(s.url + "/report/new")
	p.SetFiles("#photo", onPhone(t, "a.jpg", stairwell(t, 4)))
	p.Click("text=漏水")
	p.Type("#words", words)
	p.Shot(t, "s40-no-scripts")
	send(p)
	p.WaitText(".next", "前接单")
	v, err := s.Reports.View(context.Background(), s.actor(t, "resident"), s.only(t, words).ID)
	if err != nil || len(v.Photos) != 1 {
		t.Errorf("%d photos, %v", len(v.Photos), err)
	}
}

// drawing and letter are what people pick by mistake.
const (
	drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="9" hother="9"><script>alert(1)</script></svg>`
	letter  = "这是一封信，不是照片"
)

func picksNoPhoto(t *testing.T, s *sample, p *browser.Page) {
	const words = "选错了文件"
	s.blank(p)
	pick(p, onPhone(t, "drawing.jpg", []byte(drawing)))
	p.Click("text=漏水")
	p.Type("#words", words)
	refused(t, p, words)
	p.Axe(t)
	p.Shot(t, "s40-no-photo")
	p.Click("[data-remove]")
	pick(p, onPhone(t, "letter.jpg", []byte(letter)))
	refused(t, p, words)
	p.Click("[data-remove]")
	pick(p, onPhone(t, "a.jpg", stairwell(t, 1)))
	send(p)
	s.only(t, words)
}

// refused sends, and reads that the file is no photo and the words are kept.
func refused(t *testing.T, p *browser.Page, words string) {
	t.Helper()
	p.Eval("document.querySelector('.errsum')?.remove()", nil)
	p.Click(".foot .btn")
	p.WaitText(".errsum", "不是照片")
	p.Wait("the focus on the summary", "document.activeElement.matches('.errsum')")
	kept(t, p, words)
}

// tabTo presses Tab until sel has the focus.
func tabTo(t *testing.T, p *browser.Page, sel string) {
	t.Helper()
	var walk []string
	for range 60 {
		p.Keys("\t")
		var at struct {
			Here bool
			Name string
		}
		p.Eval(fmt.Sprintf("(e=>({Here:e.matches(%q),Name:e.tagName+'#'+e.id+'.'+e.className}))(document.activeElement)", sel), &at)
		if walk = append(walk, at.Name); at.Here {
			return
		}
	}
	t.Fatalf("Tab does not reach %s but\n%s", sel, strings.Join(walk, "\n"))
}

// seen fails if what has the focus is hidden below the button or shows no ring.
func seen(t *testing.T, p *browser.Page) {
	t.Helper()
	var ok bool
	p.Eval(`(()=>{const e=document.activeElement,l=e.classList.contains('sr')?e.nextElementSibling:e,s=getComputedStyle(l),r=l.getBoundingClientRect(),f=document.querySelector('.foot')?.getBoundingClientRect();
		const under=f&&!l.closest('.foot')&&r.top>f.top-4;
		return s.outlineStyle!=='none'&&parseFloat(s.outlineWidth)>=2&&!under&&r.bottom>0})()`, &ok)
	if !ok {
		var what string
		p.Eval("document.activeElement.outerHTML.slice(0,120)", &what)
		t.Errorf("nobody sees that the focus is on %s", what)
	}
}

func walksWithKeys(t *testing.T, s *sample, p *browser.Page) {
	const words = "没有鼠标"
	s.blank(p)
	tabTo(t, p, "#photo")
	tabTo(t, p, "[name=category]")
	seen(t, p)
	p.Keys(" ")
	tabTo(t, p, "details.more>summary")
	seen(t, p)
	tabTo(t, p, "a.loc")
	seen(t, p)
	tabTo(t, p, "#words")
	p.Keys(words)
	tabTo(t, p, "[name=anonymous]")
	seen(t, p)
	p.Keys(" ")
	tabTo(t, p, ".foot .btn")
	seen(t, p)
	p.Keys("\r")
	p.WaitText(".next", "前接单")
	if r := s.only(t, words); !r.Detail.Anonymous || r.Detail.Category != "corridor.clutter" {
		t.Errorf("arrived as %+v", r.Detail)
	}
}

func sendsNothing(t *testing.T, s *sample, p *browser.Page) {
	s.blank(p)
	p.Click(".foot .btn")
	p.WaitText(".errsum", "请选一个问题种类")
	p.Wait("the focus on the summary", "document.activeElement.matches('.errsum')")
	p.Keys("\t\r")
	p.Wait("the field that the summary leads to", "location.hash")
	p.Axe(t)
	p.Fits(t)
	p.Shot(t, "s40-refused")
}

// writesInTheBasement reaches a network an hour after it was sent: it arrives
// once and says both times.
func writesInTheBasement(t *testing.T, s *sample, p *browser.Page) {
	const words = "地下车库漏水，没有信号"
	s.blank(p)
	p.Kept()
	p.Offline(true)
	p.Open(s.url + "/report/new")
	p.Ready()
	p.WaitText(".off", "没有网络")
	pick(p, onPhone(t, "a.jpg", stairwell(t, 2)))
	p.Click("text=漏水")
	p.Type("#words", words)
	p.WaitText(".foot .btn", "有网就送")
	p.Axe(t)
	p.Shot(t, "s40-offline")
	before := time.Now().Truncate(time.Second)
	p.Click(".foot .btn")
	p.WaitText("[data-draft-state]", "有网就送")
	if n := len(s.sent(t, words)); n != 0 {
		t.Fatalf("%d reports arrived without a network", n)
	}
	s.later(t, time.Hour)
	defer s.clock.Back(0)
	p.Offline(false)
	p.WaitText(".toasts", "刚才存的已送到")
	p.Reload()
	p.Ready()
	r := s.only(t, words)
	if got := r.Detail.HappenedAt; got.Before(before) || got.After(time.Now()) {
		t.Errorf("happened at %v, want the moment of sending after %v", got, before)
	}
	if late := r.RaisedAt.Sub(r.Detail.HappenedAt); late < 59*time.Minute {
		t.Errorf("arrived %v after it happened, want an hour", late)
	}
	p.Open(s.url + report.Path(r.ID))
	p.WaitText(".facts", "拍摄时间")
	p.WaitText(".facts", "送到时间")
	p.Shot(t, "s40-arrived")
}
