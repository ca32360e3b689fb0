package open311_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/programs"
)

// The forms of GeoReport v2 by its tables of fields, in their order. What "May
// not be returned" may be empty.
var geoForms = map[string]struct {
	root, item string
	fields     []string
	may        []string // may be empty
}{
	"services": {"services", "service", []string{"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}, []string{"keywords"}},
	"definition": {"service_definition", "attribute",
		[]string{"variable", "code", "datatype", "required", "datatype_description", "order", "description"}, []string{"datatype_description"}},
	"created": {"service_requests", "request", []string{"service_request_id", "service_notice", "account_id"}, []string{"account_id"}},
	"token":   {"service_requests", "request", []string{"service_request_id", "token"}, nil},
	"requests": {"service_requests", "request", []string{
		"service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible", "service_notice",
		"requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
	}, []string{"zipcode"}},
	"error": {"errors", "error", []string{"code", "description"}, nil},
}

// spoken is an answer in both formats, reduced to the fields of its items.
type spoken struct {
	root, item string
	items      [][][2]string // field and text, in their order
}

// heardXML reads any of the forms of the specification.
func heardXML(t *testing.T, body string) spoken {
	t.Helper()
	if !strings.HasPrefix(body, `<?xml version="1.0" encoding="utf-8"?>`) {
		t.Fatalf("no XML declaration: %.80s", body)
	}
	d := xml.NewDecoder(strings.NewReader(body))
	var s spoken
	var open []string
	for {
		tok, err := d.Token()
		if tok == nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := tok.(type) {
		case xml.StartElement:
			open = append(open, x.Name.Local)
			if x.Name.Space != "" || len(x.Attr) > 0 {
				t.Errorf("element %s has a namespace or attributes", x.Name.Local)
			}
			if len(open) == 1 {
				s.root = open[0]
			}
			switch x.Name.Local {
			case "service", "request", "error", "attribute":
				s.item = x.Name.Local
				s.items = append(s.items, nil)
			default:
				if n := len(s.items); n > 0 && open[len(open)-2] == s.item {
					s.items[n-1] = append(s.items[n-1], [2]string{x.Name.Local, ""})
				}
			}
		case xml.CharData:
			if n := len(s.items); n > 0 && len(s.items[n-1]) > 0 && len(open) > 2 && open[len(open)-2] == s.item {
				last := &s.items[n-1][len(s.items[n-1])-1]
				last[1] += string(x)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
	return s
}

// heardJSON reads the same by the Spark convention: a list is an array, an
// empty element null.
func heardJSON(t *testing.T, body string) [][][2]string {
	t.Helper()
	raw := []byte(body)
	var def struct {
		Attributes json.RawMessage `json:"attributes"`
	}
	if json.Unmarshal(raw, &def) == nil && def.Attributes != nil {
		raw = def.Attributes
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatalf("%v in %.200s", err, body)
	}
	var items [][][2]string
	for _, one := range list {
		d := json.NewDecoder(bytes.NewReader(one))
		d.UseNumber()
		var fields [][2]string
		if _, err := d.Token(); err != nil {
			t.Fatal(err)
		}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			value, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprint(value)
			if value == nil {
				text = ""
			}
			if value == "" {
				t.Errorf("%v is empty text in JSON, want null", name)
			}
			fields = append(fields, [2]string{fmt.Sprint(name), text})
		}
		items = append(items, fields)
	}
	return items
}

// Each method answers in both formats with the fields of the specification and
// no others, in their order, and both say the same.
func TestOpen311ConformsInEachFormAndFormat(t *testing.T) {
	h := programs.One(t)
	w := h.Upload(geo+"/requests.json", "media", programs.JPEG(t), programs.Light("api_key", h.Key, "lat", "31.230611", "long", "121.433842", "attribute[spot]", "9楼")...)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	id := programs.IDs(t, w.Body.String())[0]
	asked := map[string]func(format string) *httptest.ResponseRecorder{
		"services":   func(f string) *httptest.ResponseRecorder { return h.Fetch(geo + "/services." + f) },
		"definition": func(f string) *httptest.ResponseRecorder { return h.Fetch(geo + "/services/corridor.light." + f) },
		"token":      func(f string) *httptest.ResponseRecorder { return h.Fetch(geo + "/tokens/" + id + "." + f) },
		"requests":   func(f string) *httptest.ResponseRecorder { return h.Fetch(geo + "/requests/" + id + "." + f) },
		"error":      func(f string) *httptest.ResponseRecorder { return h.Fetch(geo + "/services/none." + f) },
		"created": func(f string) *httptest.ResponseRecorder {
			return h.Ask("POST", geo+"/requests."+f, strings.NewReader(url.Values{
				"api_key": {h.Key}, "service_code": {"corridor.light"}, "address_id": {"guihua-6"},
			}.Encode()), "Content-Type", "application/x-www-form-urlencoded; charset=utf-8", "Idempotency-Key", "same")
		},
	}
	for name, form := range geoForms {
		t.Run(name, func(t *testing.T) {
			x, j := asked[name]("xml"), asked[name]("json")
			if got := x.Header().Get("Content-Type"); got != "text/xml; charset=utf-8" {
				t.Errorf("XML has content type %q", got)
			}
			if got := j.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("JSON has content type %q", got)
			}
			spoke, said := heardXML(t, x.Body.String()), heardJSON(t, j.Body.String())
			if spoke.root != form.root || spoke.item != form.item || len(spoke.items) == 0 || len(spoke.items) != len(said) {
				t.Fatalf("%s of %s: %d in XML, %d in JSON", spoke.item, spoke.root, len(spoke.items), len(said))
			}
			for i, item := range spoke.items {
				var names []string
				for k, f := range item {
					names = append(names, f[0])
					if f[1] == "" && !slices.Contains(form.may, f[0]) {
						t.Errorf("%s is empty", f[0])
					}
					if k < len(said[i]) && said[i][k] != f {
						t.Errorf("XML says %q, JSON %q", f, said[i][k])
					}
				}
				if !slices.Equal(names, form.fields) {
					t.Errorf("fields %v, want %v", names, form.fields)
				}
			}
		})
	}
}

// Any one of the ways to say where is enough, alone and beside others.
func TestOpen311TakesEachWayToSayWhere(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		const door = "上海市静安区万航渡路660弄静安桂花园"
		for name, tt := range map[string]struct {
			values    []string
			address   string
			lat, long string // as anybody reads them
		}{
			"address_id":                   {[]string{"address_id", "guihua-6"}, door + "6号", "", ""},
			"address_string":               {[]string{"address_string", "静安桂花园6号"}, door + "6号", "", ""},
			"lat and long at a compound":   {[]string{"lat", "31.230699", "long", "121.433912"}, door, "31.2307", "121.4339"},
			"lat and long between":         {[]string{"lat", "31.2304", "long", "121.4737"}, "上海市静安区西武居民区", "31.2304", "121.4737"},
			"address_id with a position":   {[]string{"address_id", "guihua-6", "lat", "31.2200000", "long", "121.4"}, door + "6号", "31.22", "121.4"},
			"unknown address, a position":  {[]string{"address_string", "大树下面", "lat", "31.2306", "long", "121.4338"}, door + " 大树下面", "31.2306", "121.4338"},
			"another jurisdiction's named": {[]string{"jurisdiction_id", "GR", "lat", "31.2306", "long", "121.4338"}, "上海市静安区高荣居民区", "31.2306", "121.4338"},
			"empty ones are left out":      {[]string{"address_id", "guihua-6", "address_string", "", "lat", "", "long", "", "media_url", ""}, door + "6号", "", ""},
		} {
			id := h.Made(t, append([]string{"service_code", "corridor.light"}, tt.values...)...)
			got := requestOf(t, h, id, "")
			if got.Address != tt.address || got.Lat.String() != tt.lat || got.Long.String() != tt.long {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}

// geoAnswer is what these tests look at of a request.
type geoAnswer struct {
	Address  string
	Lat      json.Number
	Long     json.Number
	MediaURL string `json:"media_url"`
}

func requestOf(t *testing.T, h *programs.House, id, key string) geoAnswer {
	t.Helper()
	var list []geoAnswer
	w := h.Fetch(geo + "/requests/" + id + ".json?api_key=" + url.QueryEscape(key))
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list) != 1 {
		t.Fatalf("%v %d %s", err, w.Code, w.Body)
	}
	return list[0]
}

// viewed is a request as somebody sees it, with what its program said beside.
func viewed(t *testing.T, h *programs.House, a people.Actor, id string) (report.View, report.Beside) {
	t.Helper()
	v, err := h.View(context.Background(), a, id)
	if err != nil {
		t.Fatal(err)
	}
	said, err := h.Open311.Beside(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	return v, said
}

// A position that names no building is the committee's to sort out; property
// staff elsewhere are not called.
func TestOpen311APositionAloneReachesTheCommittee(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, "service_code", "corridor.light", "lat", "31.2304001", "long", "121.4737009", "description", "路灯不亮")
	committee := h.Serving(h.Xiwu, people.CommitteeWorker, "xiwu")
	v, said := viewed(t, h, committee, id)
	if lat, long := said.Position.Texts(); v.Holder.Group != people.Committee || lat != "31.2304001" || long != "121.4737009" || len(v.Can) == 0 {
		t.Errorf("%+v at %s, %s", v.Holder, lat, long)
	}
	page, err := h.List(context.Background(), committee, report.Filter{Open: true}, "", 50)
	if err != nil || !slices.ContainsFunc(page.Rows, func(r report.Row) bool { return r.ID == id && r.Door == "西武居民区" }) {
		t.Errorf("it is not in the committee's list: %v", err)
	}
	tenants := func() []store.Tenant { return []store.Tenant{h.Office.ID, h.Xiwu.ID} }
	clockwork, err := job.NewRunner(h.Store, tenants, slog.New(slog.DiscardHandler), h.Jobs()...)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 { // missed, missed again, and into the office's own list
		h.Clock.Advance(48 * time.Hour)
		if _, err := clockwork.RunDue(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if v, err = h.View(context.Background(), committee, id); err != nil || v.Level != 2 {
		t.Errorf("it climbed to level %d, %v", v.Level, err)
	}
}

// Who gave a position reads it as given; everybody else to ten metres, and the
// property that works there on the report's page only.
func TestOpen311PositionIsExactForItsKeyOnly(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light("lat", "31.2306111", "long", "121.4338422")...)
	other, err := h.Keys.Renew(context.Background(), "other")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string][2]string{"": {"31.2306", "121.4338"}, other: {"31.2306", "121.4338"}, h.Key: {"31.2306111", "121.4338422"}} {
		if got := requestOf(t, h, id, key); got.Lat.String() != want[0] || got.Long.String() != want[1] {
			t.Errorf("%+v, want %v", got, want)
		}
	}
	for who, want := range map[string]bool{"guard": true, "neighbour": false} {
		a := h.Serving(h.Xiwu, people.PropertyManager, "guihua")
		if who == "neighbour" {
			a = h.Somebody(h.Xiwu, "r0434")
		}
		if _, said := viewed(t, h, a, id); said.Placed != want {
			t.Errorf("%s: %+v", who, said)
		}
	}
}

func TestOpen311PositionsThatAreNoneOrNowhereNear(t *testing.T) {
	h := programs.One(t)
	for name, tt := range map[string]struct{ lat, long, say string }{
		"lat alone":     {"31.23", "", "decimal degrees"},
		"long alone":    {"", "121.43", "decimal degrees"},
		"no numbers":    {"north", "east", "decimal degrees"},
		"out of range":  {"131.2", "121.4", "decimal degrees"},
		"not a number":  {"NaN", "NaN", "decimal degrees"},
		"another place": {"37.76524078", "-122.4212043", "nowhere near"},
	} {
		w := h.Form(geo+"/requests.json", "service_code", "corridor.light", "lat", tt.lat, "long", tt.long)
		if w.Code != 400 || !strings.Contains(w.Body.String(), tt.say) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// Where the register knows no positions, a position is enough once it is clear
// whose it is.
func TestOpen311PositionsWithoutARegisterOfThem(t *testing.T) {
	h := programs.One(t)
	h.ForgetPositions(t)
	at := []string{"service_code", "corridor.light", "lat", "31.2306", "long", "121.4338"}
	if w := h.Form(geo+"/requests.json", at...); w.Code != 400 || !strings.Contains(w.Body.String(), "jurisdiction_id") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := requestOf(t, h, h.Made(t, append(at, "jurisdiction_id", "XW")...), ""); got.Address != "上海市静安区西武居民区" {
		t.Errorf("%+v", got)
	}
}

// The first picture of a request that anybody may read is there for anybody, in
// its small form; any other name is not found, and so is that of what
// concerns people.
func TestOpen311MediaIsThePictureForAnybody(t *testing.T) {
	programs.Each(t, func(t *testing.T, h *programs.House) {
		w := h.Upload(geo+"/requests.json", "media", programs.JPEG(t), programs.Light("api_key", h.Key, "media_url", "https://example.org/a.jpg")...)
		id := programs.IDs(t, w.Body.String())[0]
		link := requestOf(t, h, id, "").MediaURL
		path := strings.TrimPrefix(link, "http://example.com")
		if !regexp.MustCompile(`^/open311/v2/media/` + id + `/[0-9a-f]{32}\.jpg$`).MatchString(path) {
			t.Fatalf("media_url %q", link)
		}
		got := h.Fetch(path)
		if _, err := jpeg.Decode(got.Body); err != nil || got.Code != 200 || got.Header().Get("Content-Type") != "image/jpeg" {
			t.Errorf("%d %v %v", got.Code, got.Header(), err)
		}
		for _, wrong := range []string{strings.Replace(path, id, "none", 1), path[:len(path)-6] + "0.jpg", geo + "/media/" + id + "/x.jpg", geo + "/media/" + id + "/.jpg"} {
			if got := h.Fetch(wrong); got.Code != 404 {
				t.Errorf("%s: %d", wrong, got.Code)
			}
		}
		secret := programs.IDs(t, h.Upload(geo+"/requests.json", "media", programs.JPEG(t), "api_key", h.Key, "service_code", "people.elder", "address_id", "guihua-6").Body.String())[0]
		if got := requestOf(t, h, secret, h.Key).MediaURL; got != "" {
			t.Errorf("what concerns people has %q", got)
		}
		if got := requestOf(t, h, h.Photographed(t), ""); got.MediaURL != "" || got.Address == "" {
			t.Errorf("a resident's own photograph: %+v", got)
		}
	})
}

// A link that came with a request is kept and given back, never fetched: no
// request leaves the house, and it does not stand among the words.
func TestOpen311MediaLinkIsKeptAsALink(t *testing.T) {
	h := programs.One(t)
	fetched := make(chan string, 1)
	outside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { fetched <- r.URL.Path }))
	defer outside.Close()
	id := h.Made(t, programs.Light("media_url", outside.URL+"/a.jpg")...)
	select {
	case path := <-fetched:
		t.Errorf("%s was fetched", path)
	default:
	}
	if got := requestOf(t, h, id, ""); got.MediaURL != outside.URL+"/a.jpg" {
		t.Errorf("%+v", got)
	}
	v, said := viewed(t, h, h.Serving(h.Xiwu, people.PropertyManager, "guihua"), id)
	if said.Media != outside.URL+"/a.jpg" || strings.Contains(v.Detail.Words, "http") {
		t.Errorf("%+v %q", said, v.Detail.Words)
	}
	for _, bad := range []string{"javascript:alert(1)", "file:///etc/passwd", "//example.org/a.jpg", "https://user:word@example.org/a.jpg", "https://example.org/" + strings.Repeat("a", 2000), "ftp://example.org/a"} {
		if w := h.Form(geo+"/requests.json", programs.Light("media_url", bad)...); w.Code != 400 || !strings.Contains(w.Body.String(), "media_url") {
			t.Errorf("%.40s: %d %s", bad, w.Code, w.Body)
		}
	}
}

// The format is the path's ending; a path without one is answered as Accept
// asks, in XML if it does not say.
func TestOpen311FormatByEndingThenByAccept(t *testing.T) {
	h := programs.One(t)
	id := h.Made(t, programs.Light()...)
	for _, path := range []string{"/services", "/services/corridor.light", "/requests", "/requests/" + id, "/tokens/" + id, "/requests/none", "/nothing"} {
		for _, tt := range []struct{ ending, accept, want string }{
			{".json", "text/xml", "application/json"}, {".xml", "application/json", "text/xml"},
			{"", "application/json", "application/json"}, {"", "text/xml", "text/xml"}, {"", "", "text/xml"}, {"", "*/*", "text/xml"},
			{"", "text/xml, application/json;q=0.5", "text/xml"},
		} {
			w := h.Ask("GET", geo+path+tt.ending, nil, "Accept", tt.accept)
			if got := w.Header().Get("Content-Type"); got != tt.want+"; charset=utf-8" {
				t.Errorf("%s%s with Accept %q: %q", path, tt.ending, tt.accept, got)
			}
		}
	}
	if w := h.Ask("POST", geo+"/nothing.json", strings.NewReader("")); w.Code != 404 || !strings.Contains(w.Body.String(), `[{"code":404`) {
		t.Errorf("an unknown resource posted to: %d %s", w.Code, w.Body)
	}
}

// A list of ids overrides all other arguments, and may be as long as an answer.
func TestOpen311IDsOverrideEverythingElse(t *testing.T) {
	h := programs.One(t)
	a, b := h.Made(t, programs.Light()...), h.Made(t, programs.Light()...)
	q := url.Values{"service_request_id": {a + "," + b, "x" + strings.Repeat(",x", 900)}, "service_code": {"none"}, "status": {"rubbish"}, "start_date": {"rubbish"}}
	if got := programs.IDs(t, h.Fetch(geo+"/requests.json?"+q.Encode()).Body.String()); len(got) != 2 {
		t.Errorf("%v", got)
	}
}
