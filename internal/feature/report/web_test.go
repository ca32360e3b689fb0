package report_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// written is the report form as a resident without JavaScript sends it.
func written(t *testing.T, b furnished.Browser, change ...string) url.Values {
	t.Helper()
	page := b.Must("/report/new")
	v := url.Values{
		"key": {hidden(t, page, "key")}, "place": {hidden(t, page, "place")}, "happened_at": {""}, "category": {"corridor.clutter"},
		"spot": {"11 层，消火栓旁"}, "words": {"纸箱堆了两周"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

// button is the key and version of the form of one act on a page.
func button(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, after, found := strings.Cut(page, `action="`+action+`"`)
	if !found {
		t.Fatalf("the page has no form for %s", action)
	}
	return url.Values{"key": {hidden(t, after, "key")}, "version": {hidden(t, after, "version")}}
}

func contains(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func TestStoryWithoutJavaScript(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		resident, guard := h.Visit(h.resident("guihua-6", 0)), h.Visit(h.staff(people.PropertyStaff, "guihua-6"))
		status, where, _ := resident.Upload("/report", written(t, resident), "photo", picture(t))
		if status != http.StatusSeeOther {
			t.Fatalf("sent: %d", status)
		}
		contains(t, resident.Must(where), "已送到物业", "11 层，消火栓旁", "前接单", "纸箱堆了两周")
		path := "/report/" + idOf(where)

		contains(t, guard.Must("/today"), path[len("/report/"):])
		page := guard.Must("/today?open=" + idOf(where))
		if status, _, body := guard.Upload(path+"/take", button(t, page, path+"/take"), "photo"); status != http.StatusSeeOther {
			t.Fatalf("taken: %d %s", status, body)
		}
		v := button(t, guard.Must(path+"/finish"), path+"/finish")
		if status, _, body := guard.Upload(path+"/finish", v, "photo"); status != http.StatusUnprocessableEntity || !strings.Contains(body, "请拍一张处理后的照片") {
			t.Fatalf("finished without a photograph: %d", status)
		}
		if status, _, _ := guard.Upload(path+"/finish", v, "photo", picture(t)); status != http.StatusSeeOther {
			t.Fatalf("finished: %d", status)
		}

		contains(t, resident.Must("/"), "处理好了，请您看看")
		contains(t, resident.Must(path), "原来", "现在", "办好了，谢谢", "师傅")
		v = button(t, resident.Must(path+"/confirm"), path+"/confirm")
		v.Set("rating", "5")
		if status, _, _ := resident.Upload(path+"/confirm", v, "photo"); status != http.StatusSeeOther {
			t.Fatalf("confirmed: %d", status)
		}
		contains(t, resident.Must(path), "已办结", "打了 5 分")
		contains(t, guard.Must("/inbox"), "上报人确认办结")
	})
}

func TestSendingTwiceMakesOneReport(t *testing.T) {
	h := onSQLite(t)
	b := h.Visit(h.resident("guihua-6", 0))
	v := written(t, b, "happened_at", strconv.FormatInt(store.Ms(h.Clock.Now().Add(-time.Hour)), 10))
	_, first, _ := b.Upload("/report", v, "photo", picture(t))
	_, second, _ := b.Upload("/report", v, "photo", picture(t))
	if first == "" || first != second {
		t.Errorf("led to %q, then to %q", first, second)
	}
	contains(t, b.Must("/report/"+idOf(first)), "拍摄时间", "今天 08:00", "送到时间")
}

func TestScriptLearnsThatItsDraftArrived(t *testing.T) {
	h := onSQLite(t)
	b := h.Visit(h.resident("guihua-6", 0))
	v := written(t, b)
	b.Header = http.Header{"Linli-Draft": {"1"}}
	if status, where, _ := b.Send("/report", v); status != http.StatusCreated || !strings.HasPrefix(where, "/report/") {
		t.Errorf("%d to %q", status, where)
	}
}

func TestRefusedFormKeepsWhatWasTyped(t *testing.T) {
	h := onSQLite(t)
	b := h.Visit(h.resident("guihua-6", 0))
	for _, tt := range []struct {
		name   string
		change []string
		photos [][]byte
		says   string
	}{
		{"a file that is no photograph", nil, [][]byte{[]byte("<svg onload=alert(1)>")}, "不是照片"},
		{"no kind", []string{"category", ""}, nil, "请选一个问题种类"},
		{"a kind nobody knows", []string{"category", "no.such"}, nil, "请选一个问题种类"},
		{"too many words", []string{"spot", strings.Repeat("楼", 61)}, nil, "位置最多写"},
		{"from the future", []string{"happened_at", "4102444800000"}, nil, "拍照时间在将来"},
	} {
		v := written(t, b, append(tt.change, "anonymous", "1")...)
		status, _, page := b.Upload("/report", v, "photo", tt.photos...)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", tt.name, status)
			continue
		}
		contains(t, page, tt.says, "纸箱堆了两周", v.Get("spot"), v.Get("key"), `name="anonymous" value="1" checked`, "errsum")
	}
}

func TestSevenPhotographsAreRefused(t *testing.T) {
	h := onSQLite(t)
	b := h.Visit(h.resident("guihua-6", 0))
	seven := make([][]byte, 7)
	for i := range seven {
		seven[i] = picture(t)
	}
	if status, _, page := b.Upload("/report", written(t, b), "photo", seven...); status != 422 || !strings.Contains(page, "照片最多 6 张") {
		t.Errorf("seven photographs: %d", status)
	}
}

// TestOtherNeighbourhoodsAreNotThere: an id of another neighbourhood answers
// not found on every route that takes one.
func TestOtherNeighbourhoodsAreNotThere(t *testing.T) {
	h := onSQLite(t)
	r := h.mended(h.resident("guihua-6", 0))
	photo := h.view(h.resident("guihua-6", 0), r.ID).Photos[0].Hash
	there := h.Xiwu
	h.Xiwu = h.Tenant("wanhang")
	for name, a := range map[string]people.Actor{
		"resident": h.resident("cn225-1", 0), "property": h.staff(people.PropertyManager, "cn225-1"), "committee": h.staff(people.CommitteeDirector, "cn225-1"),
	} {
		b := h.Visit(a)
		for _, route := range (report.Web{Service: h.Reports}).Routes() {
			method, path, _ := strings.Cut(route.Pattern, " ")
			if !strings.Contains(path, "{id}") && !strings.Contains(path, "{place}") || (people.Access{}).Allow(a, route.Access) != nil {
				continue
			}
			path = strings.NewReplacer("{id}", r.ID, "{place}", r.Place, "{hash}", photo).Replace(path)
			status, _, _ := b.Answer(method, path, "", "")
			if method == "POST" {
				status, _, _ = b.Upload(path, url.Values{"words": {"x"}}, "photo", picture(t))
			}
			if status != http.StatusNotFound {
				t.Errorf("%s: %s answers %d", name, route.Pattern, status)
			}
		}
		if status, _, _ := b.Upload("/report", url.Values{"place": {r.Place}, "category": {"corridor.clutter"}, "words": {"x"}}, "photo"); status != http.StatusNotFound {
			t.Errorf("%s: a report at a place of another neighbourhood: %d", name, status)
		}
		if status, _ := b.Get("/reports?n=" + string(there)); status == http.StatusOK {
			if strings.Contains(b.Must("/reports?n="+string(there)), r.ID) {
				t.Errorf("%s: the other neighbourhood's list is shown", name)
			}
		}
		if (people.Access{}).Allow(a, "report.board") == nil {
			if status, _ := b.Get("/board?n=" + string(there)); status != http.StatusNotFound {
				t.Errorf("%s: the other neighbourhood's board: %d", name, status)
			}
		}
	}
}

func TestPhotographIsForWhoMayReadTheReport(t *testing.T) {
	h := onSQLite(t)
	b := h.Visit(h.resident("guihua-6", 0))
	_, where, _ := b.Upload("/report", written(t, b, "category", "people.noise"), "photo", picture(t))
	v := h.view(h.resident("guihua-6", 0), idOf(where))
	path := "/report/" + v.ID + "/photo/" + v.Photos[0].Thumb
	status, header, body := b.Answer("GET", path, "", "")
	if status != 200 || header.Get("Content-Type") != "image/jpeg" || header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(header.Get("Cache-Control"), "private") || !strings.HasPrefix(body, "\xff\xd8") {
		t.Errorf("%d %v", status, header)
	}
	if status, _ := h.Visit(h.resident("guihua-6", 1)).Get(path); status != http.StatusNotFound {
		t.Errorf("a neighbour gets the picture: %d", status)
	}
	if status, _ := b.Get("/report/" + v.ID + "/photo/../../../etc/passwd"); status == 200 {
		t.Error("a path is taken for a picture")
	}
}

// TestEveryPageIsWholeInBothLanguages opens all pages as everybody who may and
// looks for sentences that are missing.
func TestEveryPageIsWholeInBothLanguages(t *testing.T) {
	h := onSQLite(t)
	a := h.resident("guihua-6", 0)
	guard := h.staff(people.PropertyStaff, "guihua-6")
	done, open := h.mended(a), h.raise(a)
	late := h.raise(a, func(d *report.Draft) { d.Category = "ebike.wire" })
	h.do(guard, report.Act{ID: late.ID, Verb: matter.Take})
	h.do(guard, report.Act{ID: late.ID, Verb: matter.Note, Words: "已联系", Inside: true})
	h.Clock.Advance(20 * time.Hour)
	h.RunDue()
	pages := []string{"/", "/report/new", "/report/new?category=fire.smoke", "/report/place", "/report/place?q=660弄6号", "/report/place?q=无此地", "/report/desk", "/report/desk?q=安",
		"/report/desk?person=" + a.Person, "/reports", "/reports?of=mine", "/reports?q=消火", "/reports?phase=done&category=corridor.clutter", "/inbox", "/today", "/today?late=1", "/today?open=" + open.ID,
		"/board", "/board?n=" + string(h.Xiwu), "/overview", "/q/" + done.Place + "/sheet"}
	for _, id := range []string{done.ID, open.ID, late.ID} {
		for _, verb := range []string{"", "/confirm", "/reopen", "/note", "/withdraw", "/decline", "/finish"} {
			pages = append(pages, "/report/"+id+verb)
		}
	}
	for _, who := range []people.Actor{a, h.resident("guihua-6", 1), guard, h.staff(people.CommitteeWorker, "guihua-6"), h.staff(people.SubdistrictOfficer, "guihua-6")} {
		b := h.Visit(who)
		for _, lang := range []string{"zh-CN", "en"} {
			for _, path := range pages {
				wholePage(t, b, path, lang)
			}
		}
	}
}

func wholePage(t *testing.T, b furnished.Browser, path, lang string) {
	t.Helper()
	b.Lang = lang
	status, body := b.Get(path)
	if status >= 500 {
		t.Errorf("%s %s: %d", lang, path, status)
	}
	for _, mark := range []string{"[report.", "[phase.", "[group.", "[date.", "[ui.", "[app.", "{who}", "{when}", "{place}", "{category}", "{level}", "{n}件"} {
		if strings.Contains(body, mark) {
			t.Errorf("%s %s shows %s", lang, path, mark)
		}
	}
}

func TestLateIsSaidInWords(t *testing.T) {
	h := onSQLite(t)
	a := h.resident("guihua-6", 0)
	r := h.raise(a)
	h.Clock.Advance(2*time.Hour + time.Minute)
	h.RunDue()
	contains(t, h.Visit(a).Must("/report/"+r.ID), "晚了", "催办")
	h.RunDue()
	contains(t, h.Visit(h.staff(people.CommitteeWorker, "guihua-6")).Must("/board"), "晚了 61 分钟", "件</b> 晚了")
}

func TestListsAreSearchedInChineseAndPaged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.resident("guihua-6", 0)
		for i := range 23 {
			h.Clock.Advance(time.Minute)
			h.raise(a, func(d *report.Draft) { d.Words = "藤椅 " + strconv.Itoa(i) })
		}
		b := h.Visit(a)
		seen, path := 0, "/reports?q="+url.QueryEscape("藤椅")
		for range 3 {
			page := b.Must(path)
			seen += strings.Count(page, "data-row")
			_, older, more := strings.Cut(page, `rel="next" href="`)
			if !more {
				break
			}
			path, _, _ = strings.Cut(older, `"`)
			path = strings.ReplaceAll(path, "&amp;", "&")
		}
		if seen != 23 {
			t.Errorf("23 reports hold the word, the pages show %d", seen)
		}
		contains(t, b.Must("/reports?q="+url.QueryEscape("大象")), "没有找到")
	})
}

func TestStaffWriteDownForSomebody(t *testing.T) {
	h := onSQLite(t)
	worker, a := h.Visit(h.staff(people.CommitteeWorker, "guihua-6")), h.resident("guihua-6", 0)
	page := worker.Must("/report/desk?person=" + a.Person)
	contains(t, page, "正在替", a.Name)
	v := url.Values{"key": {hidden(t, page, "key")}, "place": {hidden(t, page, "place")}, "person": {a.Person}, "category": {"corridor.light"}, "words": {"来电反映，灯不亮"}}
	status, where, _ := worker.Upload("/report/desk", v, "photo")
	if status != http.StatusSeeOther {
		t.Fatalf("written down: %d", status)
	}
	r := h.view(a, idOf(where))
	if !r.Raiser() || r.Detail.Source != report.FromDesk {
		t.Errorf("raised by %s through %s", r.RaisedBy, r.Detail.Source)
	}
	if status, _ := h.Visit(a).Get("/report/desk"); status != http.StatusForbidden {
		t.Errorf("a resident at the desk: %d", status)
	}
}

func TestTwoCannotTakeTheSame(t *testing.T) {
	h := onSQLite(t)
	r := h.raise(h.resident("guihua-6", 0))
	path := "/report/" + r.ID
	one, other := h.Visit(h.staff(people.PropertyStaff, "guihua-6")), h.Visit(h.staff(people.PropertyManager, "guihua-6"))
	first, second := button(t, one.Must(path), path+"/take"), button(t, other.Must(path), path+"/take")
	if status, _, _ := one.Upload(path+"/take", first, "photo"); status != http.StatusSeeOther {
		t.Fatalf("first: %d", status)
	}
	if status, _, page := other.Upload(path+"/take", second, "photo"); status != http.StatusConflict || !strings.Contains(page, "别人刚刚改过了") {
		t.Errorf("second: %d", status)
	}
	if status, _, _ := one.Upload(path+"/take", first, "photo"); status != http.StatusSeeOther {
		t.Error("the same press again is no mistake")
	}
}

// Who writes is told beside the field that anybody may read it, where that is
// so and nowhere else.
func TestS40_WhoWritesIsToldThatAnybodyMayRead(t *testing.T) {
	const told = "任何人都可以通过开放接口（Open311）读到"
	for _, open := range []bool{true, false} {
		h := onSQLite(t, func(o *app.Options) { o.OpenWords = open })
		page := h.Visit(h.resident("guihua-6", 0)).Must("/report/new")
		_, field, _ := strings.Cut(page, `id="words-help"`)
		if strings.Contains(page, told) != open || strings.Contains(field, told) != open {
			t.Errorf("published %v: %s", open, page)
		}
	}
}
