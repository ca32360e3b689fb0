package report_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/test/programs"
)

func TestAPIStoryOfAReport(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		lu, guard := h.Somebody(h.Xiwu, "r0434"), h.Serving(h.Xiwu, people.PropertyManager, "guihua")
		picture := base64.StdEncoding.EncodeToString(programs.JPEG(t))
		body := fmt.Sprintf(`{"place":%q,"category":"corridor.light","spot":"9楼","words":"灯不亮","key":"k1","photos":[%q]}`, h.Node(t, h.Xiwu, "guihua-6"), picture)
		var made, again report.WireReport
		w := h.Call(t, lu, "POST", api+"/reports", body, 201, &made)
		if w.Header().Get("Location") != api+"/reports/"+made.ID {
			t.Errorf("location %q", w.Header().Get("Location"))
		}
		if h.Call(t, lu, "POST", api+"/reports", body, 200, &again); again.ID != made.ID {
			t.Errorf("sent twice: %s and %s", made.ID, again.ID)
		}
		h.Call(t, guard, "POST", api+"/reports/"+made.ID+"/take", `{"version":1}`, 200, nil)
		h.Call(t, guard, "POST", api+"/reports/"+made.ID+"/take", `{"version":1}`, 409, nil)
		h.Call(t, guard, "POST", api+"/reports/"+made.ID+"/finish", `{}`, 422, nil)
		h.Call(t, guard, "POST", api+"/reports/"+made.ID+"/finish", fmt.Sprintf(`{"words":"换了灯","photos":[%q]}`, picture), 200, nil)
		h.Call(t, guard, "POST", api+"/reports/"+made.ID+"/confirm", `{}`, 403, nil)
		h.Call(t, lu, "POST", api+"/reports/"+made.ID+"/confirm", `{"rating":5}`, 200, nil)
		var v report.WireView
		h.Call(t, lu, "GET", api+"/reports/"+made.ID, "", 200, &v)
		var verbs []string
		for _, e := range v.Timeline {
			verbs = append(verbs, e.Verb)
		}
		if v.Phase != "confirmed" || v.Rating != 5 || len(v.Photos) != 2 || strings.Join(verbs, " ") != "raise take finish confirm" || !v.Timeline[0].Me {
			t.Errorf("%+v", v)
		}
		for _, hash := range []string{v.Photos[0].Hash, v.Photos[0].Thumb} {
			w := h.Call(t, lu, "GET", api+"/reports/"+made.ID+"/photos/"+hash, "", 200, nil)
			if w.Header().Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(w.Body.String(), "\xff\xd8\xff") {
				t.Errorf("photo %v", w.Header())
			}
		}
		programs.Golden(t, "api/view.json", regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(h.Call(t, lu, "GET", api+"/reports/"+made.ID, "", 200, nil).Body.String(), "HASH"))
	})
}

func TestAPIList(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		lu := h.Somebody(h.Xiwu, "r0434")
		h.Clock.Set(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
		var want []string
		for i := range 5 {
			want = append([]string{h.Reported(t, lu, fmt.Sprintf("楼道灯%d", i))}, want...)
			h.Clock.Advance(time.Minute)
		}
		var got []string
		cursor := ""
		for {
			var p report.WireReportPage
			h.Call(t, lu, "GET", api+"/reports?since=2030-01-01T00:00:00Z&limit=2&cursor="+cursor, "", 200, &p)
			for _, r := range p.Reports {
				got = append(got, r.ID)
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
		for query, n := range map[string]int{
			"mine=true": 5, "open=true&order=urgent": 5, "phase=done": 0, "phase=done,raised": 5, "category=fire.lane": 0, "late=true": 0,
			"q=" + url.QueryEscape("楼道"): 5, "q=%00": 0, "until=2030-01-01T00:01:00Z": 1, "building=" + h.Node(t, h.Xiwu, "guihua-6"): 5,
			"category=%00%ff": 0,
		} {
			query += "&since=2030-01-01T00:00:00Z"
			var p report.WireReportPage
			if h.Call(t, lu, "GET", api+"/reports?"+query, "", 200, &p); len(p.Reports) != n {
				t.Errorf("%s: %d, want %d", query, len(p.Reports), n)
			}
		}
		officer := h.Serving(h.Office, people.SubdistrictOfficer, h.Office.Ref)
		for id, n := range map[string]int{"XW": 5, string(h.Xiwu.ID): 5, "YQ": 0} {
			var p report.WireReportPage
			if h.Call(t, officer, "GET", api+"/reports?since=2030-01-01T00:00:00Z&neighbourhood="+id, "", 200, &p); len(p.Reports) != n {
				t.Errorf("officer in %s: %d, want %d", id, len(p.Reports), n)
			}
		}
		h.Call(t, officer, "GET", api+"/reports?neighbourhood=nowhere", "", 404, nil)
	})
}

func TestAPIRefusals(t *testing.T) {
	h := programs.One(t)
	lu := h.Somebody(h.Xiwu, "r0434")
	at := h.Node(t, h.Xiwu, "guihua-6")
	id := h.Reported(t, lu, "灯")
	for name, c := range map[string]struct {
		who          people.Actor
		method, path string
		body         string
		want         int
		code, field  string
	}{
		"nobody":            {people.Actor{}, "GET", "/reports", "", 401, "unsigned", ""},
		"nobody reports":    {people.Actor{}, "POST", "/reports", "{}", 401, "unsigned", ""},
		"no JSON":           {lu, "POST", "/reports", "{", 422, "invalid", ""},
		"no body":           {lu, "POST", "/reports", "", 422, "invalid", ""},
		"a field missing":   {lu, "POST", "/reports", `{"place":"x"}`, 422, "invalid", "body"},
		"a field unknown":   {lu, "POST", "/reports", `{"place":"x","category":"y","colour":"z"}`, 422, "invalid", "colour"},
		"a number as words": {lu, "POST", "/reports", `{"place":"x","category":"y","words":1}`, 422, "invalid", "words"},
		"words too long":    {lu, "POST", "/reports", fmt.Sprintf(`{"place":%q,"category":"corridor.light","words":%q}`, at, strings.Repeat("长", 2001)), 422, "invalid", "words"},
		"unknown kind":      {lu, "POST", "/reports", fmt.Sprintf(`{"place":%q,"category":"no.such","words":"x"}`, at), 422, "invalid", "category"},
		"unknown place":     {lu, "POST", "/reports", `{"place":"none","category":"corridor.light","words":"x"}`, 404, "not_found", ""},
		"no photograph":     {lu, "POST", "/reports", fmt.Sprintf(`{"place":%q,"category":"corridor.light","photos":["PHN2Zy8+"]}`, at), 422, "invalid", "photo"},
		"seven photographs": {lu, "POST", "/reports", fmt.Sprintf(`{"place":%q,"category":"corridor.light","photos":["","","","","","",""]}`, at), 422, "invalid", "photos"},
		"too large":         {lu, "POST", "/reports", `{"words":"` + strings.Repeat("x", 16<<20) + `"}`, 413, "too_large", ""},
		"zero bytes":        {lu, "POST", "/reports", "{\"place\":\"\\u0000\",\"category\":\"\\u0000\",\"words\":\"\\u0000\"}", 422, "invalid", "category"},
		"unknown verb":      {lu, "POST", "/reports/" + id + "/explode", "{}", 422, "invalid", "verb"},
		"limit":             {lu, "GET", "/reports?limit=1000", "", 422, "invalid", "limit"},
		"phase":             {lu, "GET", "/reports?phase=half", "", 422, "invalid", "phase[0]"},
		"no instant":        {lu, "GET", "/reports?since=yesterday", "", 422, "invalid", "since"},
		"unknown report":    {lu, "GET", "/reports/none", "", 404, "not_found", ""},
		"unknown photo":     {lu, "GET", "/reports/" + id + "/photos/none", "", 404, "not_found", ""},
		"unknown path":      {lu, "GET", "/nowhere", "", 404, "not_found", ""},
		"not theirs to do":  {lu, "POST", "/reports/" + id + "/take", "{}", 403, "forbidden", ""},
		"an id of no use":   {lu, "GET", "/reports/%00%ff", "", 404, "not_found", ""},
	} {
		h.Actor = c.who
		w := h.Ask(c.method, api+c.path, strings.NewReader(c.body), "Content-Type", "application/json")
		var p struct {
			Code, Message, Number string
			Fields                []struct{ Name, Message string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Errorf("%s: %v in %s", name, err, w.Body)
			continue
		}
		found := c.field == ""
		for _, f := range p.Fields {
			found = found || f.Name == c.field && f.Message != ""
		}
		if w.Code != c.want || p.Code != c.code || p.Message == "" || p.Number == "" || !found {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// Every route of one report answers not found to another neighbourhood.
func TestAPIAnotherNeighbourhoodsIDIsNotFound(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		id := h.Reported(t, h.Somebody(h.Xiwu, "r0434"), "灯")
		stranger := h.Serving(h.Yeqing, people.CommitteeWorker, "yeqing")
		tried := 0
		for _, r := range h.Mux.Routes() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if !strings.HasPrefix(path, api+"/") || !strings.Contains(path, "{id}") {
				continue
			}
			tried++
			target := strings.NewReplacer("{id}", id, "{verb}", "note", "{hash}", strings.Repeat("0", 64)).Replace(path)
			if strings.Contains(path, "/areas/") {
				target = strings.Replace(path, "{id}", h.Node(t, h.Xiwu, "guihua-6"), 1)
			}
			h.Call(t, stranger, method, target, `{"words":"x"}`, 404, nil)
		}
		if tried < 5 {
			t.Errorf("only %d routes have an id", tried)
		}
		h.Call(t, stranger, "POST", api+"/reports", fmt.Sprintf(`{"place":%q,"category":"corridor.light","words":"x"}`, h.Node(t, h.Xiwu, "guihua-6")), 404, nil)
	})
}

func TestAPIKinds(t *testing.T) {
	h := programs.One(t)
	var kinds []report.WireCategory
	h.Call(t, h.Somebody(h.Xiwu, "r0434"), "GET", api+"/categories", "", 200, &kinds)
	if len(kinds) != 42 || kinds[0].Code != "fire.corridor_block" || kinds[0].AcceptMinutes != 15 || kinds[0].MendHours != 24 {
		t.Errorf("%d kinds, first %+v", len(kinds), kinds[0])
	}
}

// The description holds exactly the routes there are, and nothing in it leads
// nowhere.
func TestOpenAPIDescription(t *testing.T) {
	h := programs.One(t)
	w := h.Call(t, people.Actor{}, "GET", "/api/openapi.json", "", 200, nil)
	var doc struct {
		OpenAPI string
		Info    struct{ Title, Version string }
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			Parameters  []struct{ Name, In string }
			Responses   map[string]any
			Security    []map[string][]string
		}
		Components struct {
			Schemas, SecuritySchemes map[string]any
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Info.Title == "" || doc.Info.Version == "" || len(doc.Components.SecuritySchemes) != 1 {
		t.Errorf("head %q %+v", doc.OpenAPI, doc.Info)
	}
	described, ids := map[string]bool{}, map[string]bool{}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			described[strings.ToUpper(method)+" "+path] = true
			if ids[op.OperationID] || op.OperationID == "" || op.Summary == "" || op.Responses["default"] == nil || len(op.Responses) < 2 || len(op.Security) == 0 {
				t.Errorf("%s %s: %+v", method, path, op)
			}
			ids[op.OperationID] = true
			var params []string
			for _, p := range op.Parameters {
				if p.In == "path" {
					params = append(params, p.Name)
				}
			}
			for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !slices.Contains(params, m[1]) {
					t.Errorf("%s %s: %s is not described", method, path, m[1])
				}
			}
		}
	}
	served := map[string]bool{}
	for _, r := range h.Mux.Routes() {
		if strings.Contains(r.Pattern, " "+api+"/") {
			served[r.Pattern] = true
			if r.Access == web.Public || !(people.Access{}).Knows(r.Access) {
				t.Errorf("%s has access %q", r.Pattern, r.Access)
			}
		}
	}
	if diff := cmp.Diff(served, described); diff != "" {
		t.Errorf("routes (-served +described):\n%s", diff)
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`"#/components/schemas/(\w+)"`).FindAllStringSubmatch(w.Body.String(), -1) {
		used[m[1]] = true
		if doc.Components.Schemas[m[1]] == nil {
			t.Errorf("%s is not there", m[1])
		}
	}
	for name := range doc.Components.Schemas {
		if !used[name] {
			t.Errorf("%s is not used", name)
		}
	}
	var pretty any
	if err := json.Unmarshal(w.Body.Bytes(), &pretty); err != nil {
		t.Fatal(err)
	}
	b, err := json.MarshalIndent(pretty, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	programs.Golden(t, "api/openapi.json", string(b))
}

func FuzzAPIQuery(f *testing.F) {
	h := programs.One(f)
	h.Actor = h.Somebody(h.Xiwu, "r0434")
	for _, s := range []string{"", "limit=5&cursor=1.x", "since=2026-01-01T00:00:00Z", "q=%E6%A5%BC%E9%81%93", "q=\"*OR(", "order=urgent&late=true&cursor=-1.%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", api+"/reports", nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 422 && w.Code != 404 && w.Code != 403 || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%q: %d %s", query, w.Code, w.Body)
		}
	})
}
