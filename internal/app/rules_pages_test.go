package app_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
)

const noticeRule = "/admin/rules/vote.meeting_notice.1"

// on is a day counted from the program's today, as forms write it.
func (w *watched) on(days int) string {
	return w.Rules.Today().AddDate(0, 0, days).Format(time.DateOnly)
}

// Staff look rules up by topic and by word, each with source and article,
// in their own language.
func TestStaffLookRulesUp(t *testing.T) {
	w := watch(t)
	for _, who := range [][2]string{{"xiwu", "s012"}, {"caojiadu", "s001"}, {"caojiadu", "s003"}} {
		v := w.visit(t, who[0], who[1])
		status, body := v.get("/today")
		if status == 200 && !strings.Contains(body, `href="/admin/rules"`) {
			t.Errorf("the rail of %s does not lead to the rules", who[1])
		}
		status, body = v.get("/admin/rules")
		v.has(status, body, 200, "业主表决", "180 天内到期", `href="/admin/rules?topic=vote"`)
		status, body = v.get("/admin/rules?topic=vote")
		v.has(status, body, 200, "开会前通知：提前 15 日（自然日）", "物业管理条例（2018）第 14 条", "全国；全体业主", `href="`+noticeRule+`"`)
		if strings.Contains(body, "首次支取上限") {
			t.Error("a topic shows the rules of another")
		}
		status, body = v.get("/admin/rules?q=" + url.QueryEscape("审计结果 公布"))
		v.has(status, body, 200, "沪房规范〔2025〕9号 4(3)", "收到报告之日起 3 日")
		status, body = v.get("/admin/rules?q=nonsense")
		v.has(status, body, 200, "没有找到")
		status, body = v.get("/admin/rules?show=past")
		v.has(status, body, 200, "2022-10-28 文本")
		status, body = v.get("/admin/rules?topic=audit")
		v.has(status, body, 200, "另有规定优先") // a notice says it too, and the statute goes first
		status, body = v.get(noticeRule)
		v.has(status, body, 200, "vote.meeting_notice.1", "读过正式文本", "2018-03-19 起")
		if edits := strings.Contains(body, `method="post" action="`+noticeRule); edits != (who[1] == "s003") {
			t.Errorf("%s is offered to override: %v", who[1], edits)
		}
	}
	for _, who := range []string{firstOf(t, w.house, "xiwu"), "s029"} {
		v := w.visit(t, "xiwu", who)
		for _, at := range []string{"/admin/rules", noticeRule} {
			if status, _ := v.get(at); status != 403 {
				t.Errorf("%s reads %s: %d", who, at, status)
			}
		}
	}
	committee := w.visit(t, "xiwu", "s012")
	if status, _ := committee.post(noticeRule, "value", "1"); status != 403 {
		t.Errorf("the committee overrides: %d", status)
	}
	if status, _ := committee.get("/admin/rules/none.1"); status != 404 {
		t.Errorf("an unknown rule: %d", status)
	}
}

// The administrator says something else for a rule, with source and reason,
// from a day to a day; it shows beside the rule, is read by the program, goes to
// the audit trail, and ends by another entry.
func TestAdministratorOverridesARule(t *testing.T) {
	w := watch(t)
	admin := w.visit(t, "caojiadu", "s003")
	status, body := admin.post(noticeRule, "value", ">1/2", "source", "", "reason", "", "from", w.on(-1), "until", "soon")
	admin.has(status, body, 422, "请按原来的写法写，例如 15", "请写依据", "请写原因", "请从今天或以后的日子开始", "结束的日子不能早于开始的日子")
	good := []string{"value", "20", "source", "区房管局通知", "article", "2", "reason", "区里统一改为二十天", "from", w.on(0), "until", w.on(30)}
	for range 2 { // pressed twice
		if status, body = admin.post(noticeRule, good...); status != 303 {
			t.Fatalf("%d: %s", status, body)
		}
	}
	status, body = admin.get(noticeRule + "?done=1")
	admin.has(status, body, 200, "街道改过", "街道改为：提前 20 日（自然日）", "区房管局通知 2", "区里统一改为二十天", "原来是", "提前 15 日（自然日）", "已经写入")
	if n := strings.Count(body, "街道改为："); n != 1 {
		t.Errorf("pressed twice, entered %d times", n)
	}
	status, body = admin.get("/admin/rules?show=overridden")
	admin.has(status, body, 200, "开会前通知：提前 20 日（自然日）", "原来是 提前 15 日（自然日）", "街道改过")
	status, body = admin.get("/admin/rules")
	admin.has(status, body, 200, "开会前通知") // ends within 180 days
	if status, _ = admin.get(noticeRule + "~1"); status != 303 {
		t.Errorf("the id of an override leads nowhere: %d", status)
	}
	w.reads(t, "20", "vote.meeting_notice.1~1")
	status, body = admin.post(noticeRule+"/end", "from", w.on(0))
	admin.has(status, body, 422, "请写原因")
	status, body = admin.post(noticeRule+"/end", "from", w.on(0), "reason", "通知撤销")
	admin.has(status, body, 303)
	status, body = admin.get(noticeRule)
	admin.has(status, body, 200, "街道改为：恢复原来的规则", "通知撤销", "街道改为：提前 20 日（自然日）", "现行")
	w.reads(t, "15", "vote.meeting_notice.1")
	w.trail(t, "rules.override", "rules.end")
}

// reads asks as the program does.
func (w *watched) reads(t *testing.T, value, id string) {
	t.Helper()
	book, err := w.Rules.Book(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r, err := book.At("vote", "meeting_notice", w.Rules.Home.For("all owners"), w.Rules.Today())
	if err != nil || r.Value != value || r.ID != id {
		t.Errorf("%q of %s, %v, want %q of %s", r.Value, r.ID, err, value, id)
	}
}

// trail: each action is in the office's audit trail once, by the administrator.
func (w *watched) trail(t *testing.T, actions ...string) {
	t.Helper()
	boss := w.person(t, "caojiadu", "s003")
	a, err := w.Door.ActorFor(context.Background(), boss.Tenant, boss.ID)
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.Door.AuditList(context.Background(), a, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range actions {
		n := 0
		for _, e := range list {
			if e.Action == action && e.Actor == boss.ID && strings.HasPrefix(e.ID, "vote.meeting_notice.1~") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s is in the trail %d times", action, n)
		}
	}
	if _, err := people.VerifyAudit(context.Background(), w.Store.Reader(), boss.Tenant); err != nil {
		t.Error(err)
	}
	if book, err := rules.NewShelf(w.Store, store.Tenant("another"), rules.Scope{}).Book(context.Background()); err != nil || len(book.Overrides("vote.meeting_notice.1")) > 0 {
		t.Errorf("another office has the entries: %v", err)
	}
}
