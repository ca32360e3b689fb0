package e2e_test

import (
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/test/e2e/browser"
)

// staying marks a page that follows what happens; stayed fails if it was
// loaded again since.
func staying(p *browser.Page) {
	p.Listening()
	p.Eval("window.stayed=1", nil)
}

func stayed(t *testing.T, who string, p *browser.Page) {
	t.Helper()
	var ok bool
	p.Eval("window.stayed===1", &ok)
	if !ok {
		t.Errorf("the page of the %s was loaded again", who)
	}
}

// desk opens a page of staff at 1440×900, in Chinese.
func (s *sample) desk(b *browser.Browser, t *testing.T, role, path string) *browser.Page {
	t.Helper()
	p := b.Page(t)
	p.Viewport(browser.Desk)
	s.speak(p, "zh")
	s.as(p, role)
	p.Open(s.url + path)
	p.Ready()
	return p
}

// stands waits until the board shows words in a column, counted from 1.
func stands(p *browser.Page, column, words string) {
	p.WaitText(".board .col:nth-child("+column+")", words)
}

// TestS41_PropertyMendsAndTheReporterConfirms goes through three desks at once:
// what one does, the others see without loading their pages again.
func TestS41_PropertyMendsAndTheReporterConfirms(t *testing.T) {
	const words = "旧沙发挡住楼梯"
	b := browser.New(t)
	s := newSample(t)
	guard, committee := s.desk(b, t, "property", "/today"), s.desk(b, t, "committee", "/board")
	staying(guard)
	staying(committee)
	resident := b.Page(t)
	s.blank(resident)
	pick(resident, onPhone(t, "a.jpg", stairwell(t, 4)))
	resident.Click("text=楼道堆物")
	resident.Type("#words", words)
	send(resident)
	id := idOf(t, resident)
	resident.WaitText(".next", "前接单")
	staying(resident)

	guard.WaitText("#orders", words)
	stayed(t, "property", guard)
	stands(committee, "1", words)
	guard.Shot(t, "s41-arrived")
	guard.Click("text=" + words)
	guard.WaitText("#pane", words)
	guard.Shot(t, "s41-opened")
	guard.Click("text=我来接")
	resident.WaitText(".next", "前办好")
	stands(committee, "2", words)

	guard.Open(s.url + report.Path(id))
	guard.Click("text=我到了")
	resident.WaitText(".tl", "到场处理")
	notes(guard, "沙发太大，叫车来拉")
	resident.WaitText(".tl", "叫车来拉")
	resident.Shot(t, "s41-under-way")
	finishes(t, s, guard, id)
	resident.WaitText(".tl", "处理完")
	stands(committee, "3", words)
	stayed(t, "resident", resident)

	resident.Click("text=还没好")
	resident.Wait("the page that asks why", "location.pathname.endsWith('/reopen')")
	resident.Click("text=请重新办")
	resident.WaitText(".errsum", "原因")
	resident.Axe(t)
	resident.Shot(t, "s41-reason-missing")
	resident.Type("#words", "沙发走了，垫子还在")
	resident.Click("text=请重新办")
	resident.WaitText(".tl", "垫子还在")
	staying(resident)
	stands(committee, "1", words)

	guard.Open(s.url + report.Path(id))
	guard.WaitText(".tl", "垫子还在")
	guard.Click("text=我来接")
	guard.WaitText("main", "办好了，拍一张")
	finishes(t, s, guard, id)
	resident.WaitText(".next", "请您看看")
	stayed(t, "resident", resident)
	resident.Click("text=办好了，谢谢")
	resident.Wait("the page that asks how content", "location.pathname.endsWith('/confirm')")
	resident.Axe(t)
	resident.Shot(t, "s41-confirm")
	resident.Click("text=5 分，很满意")
	resident.Click("text=确认办结")
	resident.WaitText(".tl", "打了 5 分")
	resident.Shot(t, "s41-closed")
	stands(committee, "4", words)
	stayed(t, "committee", committee)
	committee.Shot(t, "s41-board")
	for _, p := range []*browser.Page{guard, committee, resident} {
		p.NoMistakes(t)
	}
}

// notes writes a line for everybody who takes part.
func notes(p *browser.Page, words string) {
	p.Wait("the report", "[...document.querySelectorAll('a')].some(e=>e.pathname.endsWith('/note'))")
	p.Click("text=补一句")
	p.Wait("the page of the note", "location.pathname.endsWith('/note')")
	p.Type("#words", words)
	p.Click("text=写上")
	p.WaitText(".tl", words)
}

// finishes forgets the photo first, is told, and proves the mending.
func finishes(t *testing.T, s *sample, p *browser.Page, id string) {
	t.Helper()
	p.Open(s.url + report.Path(id) + "/finish")
	p.Ready()
	p.Click("text=交给上报人确认")
	p.WaitText(".errsum", "请拍一张处理后的照片")
	p.Ready()
	p.Axe(t)
	p.Shot(t, "s41-photo-missing")
	pick(p, onPhone(t, "after.jpg", stairwell(t, 0)))
	p.Click("text=交给上报人确认")
	p.WaitText(".tl", "处理完")
}

// TestS41_WhatIsLateClimbs lets nobody take a report: an hour later the
// committee is asked, two hours later the subdistrict.
func TestS41_WhatIsLateClimbs(t *testing.T) {
	const words = "没有人来接的一件"
	b := browser.New(t)
	s := newSample(t)
	id := s.raise(t, words)
	resident, committee := b.Page(t), s.desk(b, t, "committee", "/board")
	staying(committee)
	s.speak(resident, "zh")
	s.as(resident, "resident")
	resident.Open(s.url + report.Path(id))
	resident.Ready()
	resident.WaitText(".next", "前接单")
	staying(resident)
	stands(committee, "1", words)

	s.later(t, 61*time.Minute)
	resident.WaitText(".next.late", "晚了")
	resident.WaitText(".next.late", "已请居委会催办")
	stayed(t, "resident", resident)
	committee.WaitText(".banner", "晚了")
	committee.WaitText(".board .card.hot", words)
	stayed(t, "committee", committee)
	resident.Axe(t)
	resident.Shot(t, "s41-late")
	committee.Axe(t)
	committee.Shot(t, "s41-late-board")

	s.later(t, 122*time.Minute)
	resident.WaitText(".next.late", "已请街道催办")
	officer := s.desk(b, t, "subdistrict", "/overview")
	officer.WaitText("table", "西武")
	officer.Axe(t)
	officer.Shot(t, "s41-overview")
	officer.Click("text=西武居民区")
	officer.WaitText(".board .card.hot", words)
	officer.Click("text=" + words)
	officer.WaitText(".next.late", "已请街道催办")
	lifted(t, s, b)
	for _, p := range []*browser.Page{officer, committee, resident} {
		p.NoMistakes(t)
	}
}

// lifted reads in the overview that reports came up to the subdistrict.
func lifted(t *testing.T, s *sample, b *browser.Browser) {
	t.Helper()
	p := s.desk(b, t, "subdistrict", "/overview")
	var row []string
	p.Eval(`[...[...document.querySelectorAll("tbody tr")].find(r=>r.innerText.includes("西武")).cells].map(c=>c.innerText.trim())`, &row)
	if len(row) < 6 || row[len(row)-1] == "0" || row[2] == "0" {
		t.Errorf("the overview shows %q, want late and lifted ones", row)
	}
	p.NoMistakes(t)
}
