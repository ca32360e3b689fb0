package care_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/test/furnished"
)

// photo is a small picture as a phone takes it.
func photo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 640, 480)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// filled is the form of an entry, with a photograph of the signed paper.
func filled(t *testing.T, fields map[string]string, paper []byte) (string, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if paper != nil {
		f, err := w.CreateFormFile("paper", "paper.jpg")
		if err == nil {
			_, err = f.Write(paper)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func (h *house) fields() map[string]string {
	return map[string]string{
		"person": h.elder().Person, "ground": "pipl-29-family", "by": "女儿 许大寒", "day": "2026-11-20", "way": "paper", "grade": "weekly", "born": "1948",
		"hints": hint, "key": keyPlace, "name1": sonName, "relation1": "儿子", "phone1": "169 0009 9999", "volunteer1": h.first().Person, "responsible": h.colleague().Person, "first": "2026-11-24",
	}
}

// S28: the committee enters an elder with a signed paper, without a script;
// what is wrong is said beside the field and what was typed is kept.
func TestS28_TheCommitteeEntersAnElder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.Visit(h.Committee())
		furnished.Says(t, b.Must("/care"), "还没有登记独居老人")
		furnished.Says(t, b.Must("/care/new?q=章芒种"), "/care/new?person="+h.elder().Person)
		furnished.Says(t, b.Must("/care/new?person="+h.elder().Person), "家人受托同意", "卢小满")
		wrong := h.fields()
		wrong["by"], wrong["phone1"] = "", "没有"
		kind, body := filled(t, wrong, photo(t))
		status, _, page := b.Do("POST", "/care/new", kind, body)
		if status != http.StatusUnprocessableEntity {
			t.Fatalf("wrong form: %d", status)
		}
		furnished.Says(t, page, "请写是哪位家人同意的", "请把姓名和电话写完整", hint)
		kind, body = filled(t, h.fields(), photo(t))
		status, where, page := b.Do("POST", "/care/new", kind, body)
		if status != http.StatusSeeOther {
			t.Fatalf("enter: %d %s", status, page)
		}
		furnished.Says(t, b.Must(where), h.elder().Name, "78 岁", keyPlace, hint, sonName, "169****9999", "tel:16900099999", "女儿 许大寒", "谁看过")
		status, _, picture := b.Do("GET", where+"/paper", "", "")
		if _, err := jpeg.Decode(strings.NewReader(picture)); status != http.StatusOK || err != nil {
			t.Errorf("the paper: %d %v", status, err)
		}
		changed := h.fields()
		changed["hints"] = "改了"
		kind, body = filled(t, changed, nil)
		furnished.Says(t, b.Must(where+"/edit"), keyPlace)
		if status, _, page := b.Do("POST", where+"/edit", kind, body); status != http.StatusSeeOther {
			t.Fatalf("change: %d %s", status, page)
		}
		furnished.Says(t, b.Must(where), "改了", "看签字纸")
		if status, _, page := h.Visit(h.first()).Do("GET", where+"/edit", "", ""); status == http.StatusOK || strings.Contains(page, keyPlace) {
			t.Errorf("a volunteer changes it: %d", status)
		}
	})
}

// Every page of care, as who may see it, in both languages and in whole
// sentences.
func TestEveryPageSpeaksBothLanguages(t *testing.T) {
	furnished.Beside(t)
	h := onSQLite(t)
	id := h.enter()
	visit := h.visit(id).ID
	for _, p := range []struct {
		who   people.Actor
		paths []string
	}{
		{h.Committee(), []string{"/care", "/care/new", "/care/new?q=zzz", "/care/new?person=" + h.daughter().Person, care.Path(id), care.Path(id) + "/edit", care.Path(id) + "/withdraw", care.VisitPath(visit), "/care/rounds", "/me"}},
		{h.first(), []string{"/care/rounds", care.Path(id), care.VisitPath(visit), "/", "/me"}},
		{h.elder(), []string{"/care/mine", "/me"}}, {h.daughter(), []string{"/care/mine"}},
	} {
		b := h.Visit(p.who)
		for _, lang := range []string{"zh-CN", "en"} {
			b.Lang = lang
			for _, path := range p.paths {
				b.Must(path)
			}
		}
	}
	furnished.Says(t, h.Visit(h.first()).Must("/"), "今天要看望 1 位老人")
}

// To the rest of the committee the page says who can open it, and shows nothing.
func TestS28_ThePageOfAnEntrySaysWhoCanOpenIt(t *testing.T) {
	furnished.Beside(t)
	h := onSQLite(t)
	id := h.enter()
	status, _, page := h.Visit(h.colleague()).Do("GET", care.Path(id), "", "")
	if status != http.StatusForbidden {
		t.Errorf("a colleague gets %d", status)
	}
	furnished.Says(t, page, "只有关爱人能打开", h.Committee().Name)
	for _, secret := range []string{h.elder().Name, hint, keyPlace, sonName, sonPhone, "402"} {
		if mentions(page, secret) {
			t.Errorf("it shows %q", secret)
		}
	}
}

// S28: the elder withdraws with one press on their own phone; a visit is said
// with one press on the volunteer's.
func TestS28_OnePressOnThePhone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.enter()
		v := h.visit(id).ID
		if status, where, _ := h.Visit(h.first()).Send(care.VisitPath(v)+"/visited", url.Values{"key": {"k"}, "note": {"很好"}}); status != http.StatusSeeOther || where != care.VisitPath(v) {
			t.Errorf("visited: %d %s", status, where)
		}
		furnished.Says(t, h.Visit(h.second()).Must(care.VisitPath(v)), "很好", "看望过")
		elder := h.Visit(h.elder())
		furnished.Says(t, elder.Must("/care/mine"), hint, "撤回同意，删除资料", `action="/care/mine/`+id+`/withdraw"`, "殷夏至，为了看望")
		status, where, _ := elder.Send("/care/mine/"+id+"/withdraw", nil)
		if status != http.StatusSeeOther {
			t.Fatalf("withdraw: %d", status)
		}
		furnished.Says(t, elder.Must(where), "已撤回，资料已经删除")
		if page := elder.Must("/care/mine"); strings.Contains(page, hint) {
			t.Error("it is still there")
		}
	})
}

// What belongs to another neighbourhood is not there, on any route, and nothing
// is written.
func TestAnotherNeighbourhoodsEntryIsNotThere(t *testing.T) {
	furnished.Beside(t)
	h := onSQLite(t)
	id := h.enter()
	visit := h.visit(id)
	before := strings.Join(h.cells("SELECT * FROM care_elder"), "|") + strings.Join(h.cells("SELECT * FROM care_look"), "|")
	for _, who := range []people.Actor{h.stranger(), h.Actor("yeqing", "r0483"), h.Actor("yeqing", "r0502")} {
		b := h.Visit(who)
		for _, r := range (care.Web{Service: h.Care}).Routes() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if !strings.Contains(path, "{id}") {
				continue
			}
			for _, known := range []string{id, visit.ID} {
				at := strings.Replace(path, "{id}", known, 1)
				status, _, page := b.Do(method, at, "application/x-www-form-urlencoded", "key=k&note=x&to="+h.first().Person)
				if status != http.StatusNotFound && status != http.StatusForbidden || strings.Contains(page, "章") {
					t.Errorf("%s answers %d to %s", r.Pattern, status, who.Name)
				}
			}
		}
		page := ""
		if who.Household == "" {
			_, _, page = b.Do("GET", "/care/new?person="+h.elder().Person, "", "")
		}
		if strings.Contains(page, h.elder().Name) {
			t.Error("the form shows another neighbourhood's elder")
		}
	}
	after := strings.Join(h.cells("SELECT * FROM care_elder"), "|") + strings.Join(h.cells("SELECT * FROM care_look"), "|")
	if before != after || h.visit(id).Version != visit.Version {
		t.Error("something was written")
	}
}

// Where no responsible worker serves any more, a colleague takes over; the head
// of the committee may always. It is written down.
func TestS28_SomebodyTakesOverTheEntry(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		hidden(t, "a colleague takes over", h.Care.TakeOver(ctx, h.colleague(), id))
		hidden(t, "a guard takes over", h.Care.TakeOver(ctx, h.Guard(), id))
		hidden(t, "another neighbourhood takes over", h.Care.TakeOver(ctx, h.Actor("yeqing", "s016"), id))
		director := h.Actor("xiwu", "s011")
		if err := h.Care.TakeOver(ctx, director, id); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Care.Open(ctx, director, id, care.ForCare); err != nil {
			t.Errorf("the director opens it: %v", err)
		}
		if h.audited(director, "care.take_over", id) != 1 {
			t.Error("it is not in the audit trail")
		}
	})
}

// The rules are whole: each has its names, its source and, a grade, its days.
func TestRules(t *testing.T) {
	var all []care.Rule
	now := care.RulesOn(rules.File(), storetest.NewClock().Now())
	for _, g := range now.Grounds {
		all = append(all, g.Rule)
	}
	for i, g := range now.Grades {
		all = append(all, g.Rule)
		if g.Every < 1 || i > 0 && g.Every <= now.Grades[i-1].Every {
			t.Errorf("%s comes every %d days", g.ID, g.Every)
		}
	}
	seen := map[string]bool{}
	for _, r := range all {
		if r.ID == "" || r.Source == "" || !r.Holds || r.NameIn(words.Chinese) == r.ID || r.NameIn(words.English) == r.ID || seen[r.ID] {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
	}
	if len(all) != 7 {
		t.Errorf("%d rules", len(all))
	}
}
