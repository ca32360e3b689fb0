package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/test/e2e/browser"
)

// link signs somebody of 西武 in by the register's key.
func (s *sample) link(t *testing.T, ref string) string {
	t.Helper()
	p, err := s.Register.PersonByRef(context.Background(), s.cast["committee"].Tenant, ref)
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.Door.DemoLink(context.Background(), p.Tenant, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// cared is the entry of the elder of 6-402 with the visit that is owed.
func (s *sample) cared(t *testing.T) care.Row {
	t.Helper()
	rows, err := s.Care.List(context.Background(), s.actor(t, "committee"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Name == "章**" {
			return r
		}
	}
	t.Fatal("the elder of 6-402 is not listed")
	return care.Row{}
}

// TestS34_AVisitFromTheMorningToTheNote: the volunteer's phone, without a
// script, and the committee's page after it.
func TestS34_AVisitFromTheMorningToTheNote(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	volunteer, committee := b.Page(t), b.Page(t)
	for _, p := range []*browser.Page{volunteer, committee} {
		s.inChinese(p)
	}
	volunteer.NoJS()
	s.as(volunteer, "volunteer")
	volunteer.Open(s.url + "/care/rounds")
	volunteer.Click(".list a[href='" + care.VisitPath(s.cared(t).Visit.ID) + "']")
	volunteer.WaitText("main", "听力弱")
	volunteer.Type("textarea", "精神很好，问女儿周末来不来")
	volunteer.Click("text=见到了")
	volunteer.WaitText("main", "看望过")
	s.as(committee, "committee")
	committee.Viewport(browser.Desk)
	committee.Open(s.url + "/care")
	committee.WaitText("#elders", "章**")
	committee.Open(s.url + care.Path(s.cared(t).Elder.ID))
	committee.WaitText("main", "精神很好，问女儿周末来不来")
	committee.WaitText("main", "卢小满，为了看望")
	committee.NoMistakes(t)
}

// TestS28_TheElderWithdrawsWithOnePress: the elder's own phone in large type.
func TestS28_TheElderWithdrawsWithOnePress(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	elder, family := b.Page(t), b.Page(t)
	for _, p := range []*browser.Page{elder, family} {
		s.inChinese(p)
	}
	family.Open(s.url + s.link(t, "r0161"))
	family.Open(s.url + "/care/mine")
	family.WaitText("main", "您是 章芒种 的家人")
	elder.Open(s.url + s.link(t, "r0353"))
	elder.Open(s.url + "/me")
	elder.Click("a[href='/care/mine']")
	elder.WaitText("main", "物业 02 号柜")
	looked(t, elder, "care-mine", browser.Phone, browser.Small)
	elder.Click("text=撤回同意，删除资料")
	elder.WaitText("main", "已撤回，资料已经删除")
	family.Open(s.url + "/care/mine")
	family.WaitText("main", "没有您的关爱登记")
	elder.NoMistakes(t)
}

// TestS28_TheRespondersSheet: it stands on the guard's desk while the alarm is
// open, on the volunteer's phone, and the family sees who is coming.
func TestS28_TheRespondersSheet(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard, volunteer, family := b.Page(t), b.Page(t), b.Page(t)
	for _, p := range []*browser.Page{guard, volunteer, family} {
		s.inChinese(p)
	}
	s.as(guard, "property")
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Ready()
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	guard.WaitText(".person", "听力弱")
	looked(t, guard, "care-alarm-desk", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	list, err := s.Alarms.Open(context.Background(), s.actor(t, "property"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	id := list[0].ID
	s.as(volunteer, "volunteer")
	volunteer.Open(s.url + alarm.Path(id))
	volunteer.WaitText(".person", "物业 02 号柜")
	looked(t, volunteer, "care-alarm-phone", browser.Phone, browser.Small)
	family.Open(s.url + s.link(t, "r0161"))
	family.Open(s.url + "/inbox")
	family.Click(".list a[href='" + alarm.FamilyPath(id) + "']")
	family.WaitText("main", "谁在赶去")
	looked(t, family, "care-family", browser.Phone)
	for _, x := range []alarm.Act{{ID: id, Verb: alarm.AtDoor}, {ID: id, Verb: alarm.Outcome}, {ID: id, Verb: alarm.Shut, Cause: alarm.Steam}} {
		if _, err := s.Alarms.Do(context.Background(), s.actor(t, "property"), x); err != nil {
			t.Fatal(err)
		}
	}
	guard.Wait("the sheet to go", "!document.querySelector('.person')")
	volunteer.Wait("the sheet to go", "!document.querySelector('.person')")
	family.WaitText("main", "谢谢每一位赶来的人")
	for _, p := range []*browser.Page{guard, volunteer, family} {
		p.NoMistakes(t)
	}
}

// TestCareIsReadableByEverybody looks at the pages of care in light, dark and
// large type, in both languages.
func TestCareIsReadableByEverybody(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	row := s.cared(t)
	entry, visit := care.Path(row.Elder.ID), care.VisitPath(row.Visit.ID)
	pages := map[string]*browser.Page{}
	for role, link := range map[string]string{"committee": s.cast["committee"].Link, "colleague": s.link(t, "s013"), "volunteer": s.cast["volunteer"].Link, "resident": s.cast["resident"].Link} {
		pages[role] = b.Page(t)
		pages[role].Open(s.url + link)
	}
	elder, err := s.Register.PersonByRef(context.Background(), s.cast["committee"].Tenant, "r0343")
	if err != nil {
		t.Fatal(err)
	}
	rooms := map[browser.Size][]door{
		browser.Desk: {
			{"care", "committee", "/care"}, {"care-find", "committee", "/care/new?q=" + "6号"}, {"care-new", "committee", "/care/new?person=" + elder.ID},
			{"care-sheet", "committee", entry}, {"care-edit", "committee", entry + "/edit"}, {"care-withdraw", "committee", entry + "/withdraw"},
			{"care-visit-desk", "committee", visit}, {"care-closed", "colleague", entry}, {"care-follow", "committee", alarm.FollowupPath(s.followed(t))},
		},
		browser.Phone: {
			{"care-rounds", "volunteer", "/care/rounds"}, {"care-visit", "volunteer", visit}, {"care-sheet-phone", "volunteer", entry},
			{"care-home", "volunteer", "/"}, {"care-mine-none", "resident", "/care/mine"},
		},
	}
	for _, l := range looks() {
		for _, p := range pages {
			p.Theme(l.theme)
			p.Mode(l.mode)
			s.speak(p, l.lang)
		}
		for size, doors := range rooms {
			for _, d := range doors {
				readable(t, pages[d.role], s.url+d.path, size, d.name+"-"+l.name)
			}
		}
	}
	for _, p := range pages {
		p.NoMistakes(t)
	}
}

// followed leaves the stove on twice in 6-402 and returns the follow-up.
func (s *sample) followed(t *testing.T) string {
	t.Helper()
	ctx, guard := context.Background(), s.actor(t, "property")
	for range 2 {
		if err := demo.Smoke(ctx, s.App); err != nil {
			t.Fatal(err)
		}
		id := s.burning(t)
		for _, x := range []alarm.Act{{ID: id, Verb: alarm.AtDoor}, {ID: id, Verb: alarm.Outcome}, {ID: id, Verb: alarm.Shut, Cause: alarm.StoveLeftOn}} {
			if _, err := s.Alarms.Do(ctx, guard, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	list, err := s.Alarms.Followups(ctx, s.actor(t, "committee"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0].ID
}

// burning is the open incident, once the inbox has decoded what was sent.
func (s *sample) burning(t *testing.T) string {
	t.Helper()
	ctx, l := context.Background(), s.Hub.Listen(alarm.Topic(s.cast["property"].Tenant))
	defer l.Close()
	late := time.After(30 * time.Second)
	for {
		list, err := s.Alarms.Open(ctx, s.actor(t, "property"))
		if err != nil {
			t.Fatal(err)
		}
		if len(list) > 0 {
			return list[0].ID
		}
		select {
		case <-l.C():
		case <-late:
			t.Fatal("the alarm did not come")
		}
	}
}
