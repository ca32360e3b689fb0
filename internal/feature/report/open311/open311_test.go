package open311_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/feature/report/open311"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/test/programs"
)

const (
	geo = "/open311/v2"
	api = "/api/v1"
)

func TestOpen311ExactForms(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		id := h.Made(t, programs.Light("attribute[spot]", "9楼电梯口", "first_name", "小满", "phone", "16900000001")...)
		h.Clock.Advance(time.Hour)
		for _, format := range []string{"json", "xml"} {
			for name, target := range map[string]string{
				"services": "/services", "definition": "/services/corridor.light", "request": "/requests/" + id,
				"requests": "/requests?service_request_id=" + id, "token": "/tokens/" + id, "error": "/services/none",
			} {
				path, query, _ := strings.Cut(target, "?")
				w := h.Fetch(geo + path + "." + format + "?" + query)
				programs.Golden(t, "open311/"+name+"."+format, w.Body.String())
				if want := map[string]string{"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}[format]; w.Header().Get("Content-Type") != want {
					t.Errorf("%s: content type %q", target, w.Header().Get("Content-Type"))
				}
			}
			programs.Golden(t, "open311/discovery."+format, h.Fetch("/open311/discovery."+format).Body.String())
			programs.Golden(t, "open311/created."+format, h.Form(geo+"/requests."+format, programs.Light()...).Body.String())
		}
	})
}

func TestOpen311XMLIsWellFormedWhateverIsSaid(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light("description", "a < b & \"c\" ]]> \x01 <script>")...)
	var got struct {
		List []struct {
			Description string `xml:"description"`
		} `xml:"request"`
	}
	if err := xml.Unmarshal(h.Fetch(geo+"/requests/"+id+".xml").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.List) != 1 || !strings.HasPrefix(got.List[0].Description, `a < b & "c" ]]> `) {
		t.Fatalf("%+v", got)
	}
}

func TestOpen311Refusals(t *testing.T) {
	h := programs.One(t)
	post := func(values ...string) func() (int, string) {
		return func() (int, string) { w := h.Form(geo+"/requests.json", values...); return w.Code, w.Body.String() }
	}
	get := func(target string) func() (int, string) {
		return func() (int, string) { w := h.Fetch(geo + target); return w.Code, w.Body.String() }
	}
	far := strings.Repeat("9", 201)
	for name, c := range map[string]struct {
		do   func() (int, string)
		want int
		say  string
	}{
		"no key":               {post(programs.Light("api_key", "")...), 403, "api_key was not provided"},
		"wrong key":            {post(programs.Light("api_key", "o311_WRONG")...), 403, "api_key is wrong"},
		"no service":           {post(programs.Light("service_code", "")...), 400, "service_code was not provided"},
		"unknown service":      {post(programs.Light("service_code", "no.such")...), 404, "no.such"},
		"unknown jurisdiction": {post(programs.Light("jurisdiction_id", "nowhere")...), 404, "jurisdiction_id"},
		"no place":             {post("service_code", "corridor.light"), 400, "No location"},
		"unknown address id":   {post(programs.Light("address_id", "none")...), 400, "address_id was not found"},
		"the whole house":      {post(programs.Light("address_id", "xiwu")...), 400, "place"},
		"unknown address":      {post(programs.Light("address_string", "火星路9弄")...), 400, "address_string was not found"},
		"near miss":            {post(programs.Light("address_string", "万航渡路661弄6号")...), 400, "Did you mean"},
		"several places":       {post(programs.Light("address_string", "1号")...), 400, "Did you mean"},
		"media no link":        {post(programs.Light("media_url", "javascript:alert(1)")...), 400, "media_url"},
		"description too long": {post(programs.Light("description", strings.Repeat("长", 4001))...), 400, "4000"},
		"spot too long":        {post(programs.Light("attribute[spot]", strings.Repeat("长", 61))...), 400, "60"},
		"contact too long":     {post(programs.Light("email", far)...), 400, "email"},
		"unknown definition":   {get("/services/no.such.json"), 404, "no.such"},
		"unknown request":      {get("/requests/none.json"), 404, "service_request_id"},
		"unknown token":        {get("/tokens/none.json"), 404, "token"},
		"unknown format":       {get("/services.csv"), 404, "no such resource"},
		"format in a name":     {get("/requests/abc.yaml"), 404, "service_request_id"},
		"status":               {get("/requests.json?status=half"), 400, "open or closed"},
		"no date":              {get("/requests.json?start_date=yesterday"), 400, "W3C"},
		"date without zone":    {get("/requests.json?start_date=2026-11-01T08:00:00"), 400, "W3C"},
		"dates turned round":   {get("/requests.json?start_date=2026-11-02T00:00:00Z&end_date=2026-11-01T00:00:00Z"), 400, "before"},
		"more than 90 days":    {get("/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:00Z"), 400, "90"},
		"too many ids":         {get("/requests.json?service_request_id=" + strings.Repeat("a,", 1001)), 400, "1000"},
		"jurisdiction of list": {get("/services.json?jurisdiction_id=nowhere"), 404, "jurisdiction_id"},
	} {
		code, body := c.do()
		var errs []struct {
			Code        int
			Description string
		}
		if err := json.Unmarshal([]byte(body), &errs); err != nil && !strings.HasPrefix(body, "<?xml") {
			t.Errorf("%s: %v in %s", name, err, body)
			continue
		}
		if code != c.want || !strings.Contains(body, c.say) || len(errs) == 1 && errs[0].Code != c.want {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
}

func TestOpen311Jurisdictions(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light()...)
	for target, want := range map[string]int{
		"/requests/" + id + ".json":                            200,
		"/requests/" + id + ".json?jurisdiction_id=xw":         200,
		"/requests/" + id + ".json?jurisdiction_id=xiwu":       200,
		"/requests/" + id + ".json?jurisdiction_id=YQ":         404, // another's id is not found
		"/tokens/" + id + ".json?jurisdiction_id=YQ":           404,
		"/services.json?jurisdiction_id=" + h.Office.Short:     200,
		"/services/corridor.light.json?jurisdiction_id=yeqing": 200,
	} {
		if w := h.Fetch(geo + target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
	if w := h.Form(geo+"/requests.json", programs.Light("jurisdiction_id", "YQ")...); w.Code != 400 {
		t.Errorf("a building of another jurisdiction: %d %s", w.Code, w.Body)
	}
	h.Serve(open311.Options{Words: true})
	for target, want := range map[string]int{
		"/services.json": 400, "/services.json?jurisdiction_id=XW": 200, "/services/corridor.light.xml": 400, "/requests.json": 400,
		"/requests/" + id + ".json": 400, "/tokens/" + id + ".xml": 400, "/services.json?jurisdiction_id=" + h.Office.Short: 404,
	} {
		if w := h.Fetch(geo + target); w.Code != want {
			t.Errorf("each neighbourhood its own: %s: %d, want %d", target, w.Code, want)
		}
	}
}

func TestOpen311Filters(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		h.Clock.Set(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) // after the sample's past
		first := h.Made(t, programs.Light()...)
		h.Clock.Advance(24 * time.Hour)
		second := h.Made(t, "service_code", "clean.garbage", "address_id", "guihua-6")
		h.Clock.Advance(24 * time.Hour)
		third := h.Made(t, "service_code", "people.elder", "address_id", "guihua-6", "description", "private")
		closeFor(t, h, first)
		for query, want := range map[string][]string{
			"":                                      {second, first},
			"status=":                               {second, first},
			"status=open":                           {second},
			"status=closed":                         {first},
			"status=open,closed":                    {second, first},
			"status=open&status=closed":             {second, first},
			"service_code=corridor.light":           {first},
			"service_code=corridor.light,x":         {first},
			"service_code=x":                        {},
			"service_request_id=" + first:           {first},
			"service_request_id=" + first + ",none": {first},
			"service_request_id=" + second + "," + first + "&status=half":     {second, first}, // overrides all else
			"service_request_id=" + third:                                     {},              // concerns people
			"start_date=2030-01-02T00:00:00Z":                                 {second},
			"start_date=2030-01-02T08:00:00+08:00":                            {second},
			"start_date=2030-01-02":                                           {second},
			"end_date=2030-01-01T23:59Z":                                      {first},
			"end_date=2030-01-01":                                             {first},
			"start_date=2030-01-01T00:00:00.5Z&end_date=2030-02-01T00:00:00Z": {second},
			"start_date=2029-01-01T00:00:00Z":                                 {},
			"jurisdiction_id=YQ":                                              {},
		} {
			w := h.Fetch(geo + "/requests.json?" + query)
			if w.Code != 200 {
				t.Errorf("%q: %d %s", query, w.Code, w.Body)
				continue
			}
			if got := programs.IDs(t, w.Body.String()); strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%q: %v, want %v", query, got, want)
			}
		}
		h.Clock.Advance(91 * 24 * time.Hour)
		if got := h.Fetch(geo + "/requests.json").Body.String(); got != "[]" {
			t.Errorf("after ninety days: %s", got)
		}
		if got := h.Fetch(geo + "/requests.xml").Body.String(); !strings.HasSuffix(got, "<service_requests></service_requests>") {
			t.Errorf("after ninety days: %s", got)
		}
	})
}

// closeFor declines a request for the property of its building.
func closeFor(t *testing.T, h *programs.House, id string) {
	t.Helper()
	guard := h.Serving(h.Xiwu, people.PropertyManager, "guihua")
	if _, err := h.Do(context.Background(), guard, report.Act{ID: id, Verb: matter.Decline, Words: "不归物业管"}); err != nil {
		t.Fatal(err)
	}
}

func TestOpen311HidesPersons(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light("description", "请打 138 0000 1234 或 13800001234，a.b@example.org，车沪A12345，6号302 樊大暑", "attribute[spot]", "找13800001234",
		"first_name", "小满", "last_name", "陆", "phone", "16900000001", "email", "lu@example.org")...)
	body := h.Fetch(geo + "/requests/" + id + ".json").Body.String()
	for _, secret := range []string{"1234", "example.org", "A12345", "302", "樊大暑", "小满", "陆", "16900000001", "open311:"} {
		if strings.Contains(body, secret) {
			t.Errorf("%s in %s", secret, body)
		}
	}
	if !strings.Contains(body, "请打•••或•••") && !strings.Contains(body, "请打 ••• 或 •••") {
		t.Errorf("more was hidden: %s", body)
	}
}

func TestOpen311WhatConcernsPeopleIsReadWithItsKeyOnly(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, "service_code", "people.elder", "address_id", "guihua-6", "description", "三天没见到")
	other, err := h.Keys.Renew(context.Background(), "other")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{"": 404, other: 404, h.Key: 200, "wrong": 403} {
		if w := h.Fetch(geo + "/requests/" + id + ".json?api_key=" + url.QueryEscape(key)); w.Code != want {
			t.Errorf("key %q: %d, want %d", key, w.Code, want)
		}
	}
}

func TestOpen311ContactIsSealedAndItsReadingRecorded(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		ctx := context.Background()
		id := h.Made(t, programs.Light("first_name", "小满", "last_name", "陆", "phone", "16900000001", "email", "lu@example.org")...)
		bare := h.Made(t, programs.Light()...)
		var sealed string
		if err := h.Store.Reader().QueryRowContext(ctx, "SELECT sealed FROM report_contact WHERE matter_id = $1", id).Scan(&sealed); err != nil || strings.Contains(sealed, "陆") {
			t.Fatalf("%q %v", sealed, err)
		}
		committee := h.Serving(h.Xiwu, people.CommitteeWorker, "xiwu")
		got, err := h.Open311.Contact(ctx, committee, id)
		if want := (open311.Contact{First: "小满", Last: "陆", Phone: "16900000001", Email: "lu@example.org"}); err != nil || got != want {
			t.Fatalf("%+v %v", got, err)
		}
		if n, err := people.VerifyAudit(ctx, h.Store.Reader(), h.Xiwu.ID); err != nil || n != 1 {
			t.Errorf("audit has %d entries, %v", n, err)
		}
		if _, err := h.Open311.Contact(ctx, committee, bare); !fault.Is(err, fault.NotFound) {
			t.Errorf("without one: %v", err)
		}
		neighbour := h.Somebody(h.Xiwu, "r0434")
		if _, err := h.Open311.Contact(ctx, neighbour, id); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a neighbour: %v", err)
		}
		if _, err := h.Open311.Contact(ctx, h.Serving(h.Yeqing, people.CommitteeWorker, "yeqing"), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood: %v", err)
		}
	})
}

func TestOpen311ReachesThoseWhoServeThere(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light("media_url", "https://example.org/a.jpg")...)
	v, err := h.View(context.Background(), h.Serving(h.Xiwu, people.PropertyManager, "guihua"), id)
	if err != nil {
		t.Fatal(err)
	}
	if v.Detail.Source != report.FromOpen311 || v.Detail.Words != "九楼的灯不亮" || !v.Names[v.RaisedBy].Hidden || len(v.Can) == 0 {
		t.Fatalf("%+v", v)
	}
}

func TestOpen311SentTwiceIsOneRequest(t *testing.T) {
	h := programs.One(t)
	send := func() string {
		v := url.Values{"api_key": {h.Key}, "service_code": {"corridor.light"}, "address_id": {"guihua-6"}}
		w := h.Ask("POST", geo+"/requests.json", strings.NewReader(v.Encode()),
			"Content-Type", "application/x-www-form-urlencoded", "Idempotency-Key", "k1")
		return programs.IDs(t, w.Body.String())[0]
	}
	if a, b := send(), send(); a != b {
		t.Fatalf("%s and %s", a, b)
	}
}

func TestOpen311TakesPictures(t *testing.T) {
	h := programs.One(t)
	values := append(programs.Light(), "api_key", h.Key)
	for data, why := range map[string]string{"<svg/>": "not_a_photo", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic": "heic", "\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif": "heic"} {
		w := h.Upload(geo+"/requests.json", "media", []byte(data), values...)
		if w.Code != 400 || !strings.Contains(w.Body.String(), why) || !strings.Contains(w.Body.String(), "HEIC and AVIF are not taken") || strings.Contains(w.Body.String(), "camera") {
			t.Errorf("%s: %d %s", why, w.Code, w.Body)
		}
	}
	w := h.Upload(geo+"/requests.json", "media", programs.JPEG(t), values...)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	v, err := h.View(context.Background(), h.Serving(h.Xiwu, people.PropertyManager, "guihua"), programs.IDs(t, w.Body.String())[0])
	if err != nil || len(v.Photos) != 1 {
		t.Fatalf("%d pictures, %v", len(v.Photos), err)
	}
}

func TestOpen311SlowsOneKeyDown(t *testing.T) {
	h := programs.One(t)
	h.Serve(open311.Options{OneJurisdiction: true, Words: true, PerMinute: 1})
	h.Form(geo+"/requests.json", programs.Light()...)
	h.Form(geo+"/requests.json", programs.Light()...)
	if w := h.Form(geo+"/requests.json", programs.Light()...); w.Code != 429 || !strings.Contains(w.Body.String(), `[{"code":429`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	other, err := h.Keys.Renew(context.Background(), "other")
	if err != nil {
		t.Fatal(err)
	}
	if w := h.Form(geo+"/requests.json", programs.Light("api_key", other)...); w.Code != 200 {
		t.Errorf("another key: %d %s", w.Code, w.Body)
	}
}

func TestOpen311InChinese(t *testing.T) {
	h := programs.One(t)
	w := h.Ask("GET", geo+"/services/none.json", nil, "Accept-Language", words.Chinese.Tag())
	if !strings.Contains(w.Body.String(), "没有这个 service_code") {
		t.Fatal(w.Body)
	}
}

func TestAPIKeysAreShownOnceAndEnd(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		ctx := context.Background()
		admin := h.Serving(h.Office, people.Administrator, h.Office.Ref)
		if _, _, err := h.Keys.Issue(ctx, h.Somebody(h.Xiwu, "r0434"), "x"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a resident: %v", err)
		}
		if _, _, err := h.Keys.Issue(ctx, admin, " "); !fault.Is(err, fault.Invalid) {
			t.Errorf("without a name: %v", err)
		}
		h.Clock.Advance(time.Second)
		plain, made, err := h.Keys.Issue(ctx, admin, "12345")
		if err != nil {
			t.Fatal(err)
		}
		if w := h.Form(geo+"/requests.json", programs.Light("api_key", plain)...); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		list, err := h.Keys.List(ctx, admin)
		if err != nil || len(list) != 2 || list[0].ID != made.ID || !list[0].Ended.IsZero() {
			t.Fatalf("%+v %v", list, err)
		}
		if err := h.Keys.End(ctx, admin, made.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Keys.End(ctx, admin, made.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("ended twice: %v", err)
		}
		if w := h.Form(geo+"/requests.json", programs.Light("api_key", plain)...); w.Code != 403 {
			t.Errorf("after the end: %d", w.Code)
		}
		old := h.Key
		if _, err := h.Keys.Renew(ctx, "sample"); err != nil {
			t.Fatal(err)
		}
		if w := h.Form(geo+"/requests.json", programs.Light("api_key", old)...); w.Code != 403 {
			t.Errorf("the renewed key's forerunner: %d", w.Code)
		}
	})
}

// No bytes of a query or a path make the house fail or answer with what is no
// JSON.
func TestOpen311BytesNoDatabaseKeeps(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		for _, target := range []string{
			"/requests.json?service_request_id=%00", "/requests.json?service_code=%ff%00", "/requests/%00.json", "/tokens/%ff.json",
			"/services/%00.json", "/services.json?jurisdiction_id=%00",
		} {
			if w := h.Fetch(geo + target); w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
		for _, field := range []string{"description", "attribute[spot]", "address_id", "address_string", "first_name", "api_key", "service_code"} {
			if w := h.Form(geo+"/requests.json", programs.Light(field, "a\x00\xff")...); w.Code >= 500 {
				t.Errorf("%s: %d %s", field, w.Code, w.Body)
			}
		}
	})
}

func FuzzOpen311Query(f *testing.F) {
	h := programs.One(f)
	for _, s := range []string{"", "status=open", "start_date=2026-11-01T00:00:00Z&end_date=2026-11-02", "service_request_id=a,b,%00", "start_date=9999-12-31", "a;b=%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", geo+"/requests.json", nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 && w.Code != 404 || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%q: %d %s", query, w.Code, w.Body)
		}
	})
}

func FuzzOpen311Token(f *testing.F) {
	h := programs.One(f)
	for _, s := range []string{"", "019", "../x", "a.xml", "\x00", "%2f", strings.Repeat("x", 5000)} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, token, key string) {
		r := httptest.NewRequest("GET", geo+"/tokens/x.json", nil)
		r.URL.Path = geo + "/tokens/" + token + ".json"
		r.URL.RawQuery = url.Values{"api_key": {key}}.Encode()
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, r)
		if w.Code < 300 || w.Code >= 500 {
			t.Fatalf("%q: %d %s", token, w.Code, w.Body)
		}
	})
}

func TestAPIContact(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light("phone", "16900000001")...)
	var c open311.WireContact
	h.Call(t, h.Serving(h.Xiwu, people.CommitteeWorker, "xiwu"), "GET", api+"/reports/"+id+"/contact", "", 200, &c)
	if c.Phone != "16900000001" {
		t.Errorf("%+v", c)
	}
	h.Call(t, h.Somebody(h.Xiwu, "r0434"), "GET", api+"/reports/"+id+"/contact", "", 403, nil)
}
