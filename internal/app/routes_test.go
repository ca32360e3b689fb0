package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/test/furnished"
)

// house is the sample subdistrict, served.
type house struct {
	*app.App
	url string
}

func open(t *testing.T) house { return openWith(t, nil) }

func openWith(t *testing.T, log *slog.Logger) house {
	t.Helper()
	dir := t.TempDir()
	furnished.Lived.Into(t, dir)
	a, err := app.New(context.Background(), app.Options{Dir: dir, OneClick: true, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s := httptest.NewServer(a.Mux.Handler())
	t.Cleanup(s.Close)
	return house{a, s.URL}
}

// tenant is a neighbourhood by the register's key.
func (h house) tenant(t *testing.T, ref string) place.Tenant {
	t.Helper()
	all, err := h.Places.Tenants(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(x place.Tenant) bool { return x.Ref == ref })
	if at < 0 {
		t.Fatalf("no tenant %s", ref)
	}
	return all[at]
}

func (h house) person(t *testing.T, tenant, ref string) people.Person {
	t.Helper()
	p, err := h.Register.PersonByRef(context.Background(), h.tenant(t, tenant).ID, ref)
	if err != nil {
		t.Fatalf("%s %s: %v", tenant, ref, err)
	}
	return p
}

// as is a browser signed in as a person.
func (h house) as(t *testing.T, tenant, ref string) *http.Client {
	t.Helper()
	p := h.person(t, tenant, ref)
	link, err := h.Door.DemoLink(context.Background(), p.Tenant, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	jar := &oneCookie{}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(h.url + link)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if len(jar.kept) == 0 {
		t.Fatalf("no session for %s: %d", ref, res.StatusCode)
	}
	return c
}

// oneCookie keeps the session it was given first: a probe that signs somebody
// out must not take the session with it.
type oneCookie struct{ kept []*http.Cookie }

func (j *oneCookie) SetCookies(_ *url.URL, cs []*http.Cookie) {
	if len(j.kept) == 0 {
		j.kept = cs
	}
}
func (j *oneCookie) Cookies(*url.URL) []*http.Cookie { return j.kept }

func TestEveryRouteHasARowInTheAccessTable(t *testing.T) {
	h := open(t)
	if n := len(h.Mux.Routes()); n < 40 {
		t.Fatalf("only %d routes: the doors are not all here", n)
	}
	for _, r := range h.Mux.Routes() {
		if r.Access != web.Public && !(people.Access{}).Knows(r.Access) {
			t.Errorf("%s needs %s, which is no row of the access table", r.Pattern, r.Access)
		}
	}
}

func TestWhoIsNotSignedInGetsNoFurtherThanTheDoor(t *testing.T) {
	h := open(t)
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, r := range h.Mux.Routes() {
		if r.Access == web.Public {
			continue
		}
		status, _ := h.try(t, c, r, "x")
		if status != http.StatusUnauthorized && status != http.StatusSeeOther {
			t.Errorf("%s answers %d to nobody", r.Pattern, status)
		}
	}
}

var wildcard = regexp.MustCompile(`\{[a-z0-9_.]+\}`)

// try calls a route with every wildcard set to id.
func (h house) try(t *testing.T, c *http.Client, r web.Route, id string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(r.Pattern, " ")
	path = strings.TrimSuffix(path, "{$}")
	path = wildcard.ReplaceAllString(path, url.PathEscape(id))
	req, err := http.NewRequest(method, h.url+path, strings.NewReader("words=x&id="+id+"&place="+id+"&person="+id+"&n="+id))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	res, err := c.Do(req.WithContext(ctx))
	if err != nil {
		t.Fatalf("%s: %v", r.Pattern, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// shadow is a neighbourhood with a canary in each kind of thing that has an id.
func (h house) shadow(t *testing.T) (canary string, ids map[string]string) {
	t.Helper()
	ctx, canary := context.Background(), "CANARY-7F3A"
	resident := h.person(t, "yeqing", firstOf(t, h, "yeqing"))
	actor, err := h.Door.ActorFor(ctx, resident.Tenant, resident.ID)
	if err != nil {
		t.Fatal(err)
	}
	building, err := h.Places.ByRef(ctx, resident.Tenant, "yimin-2")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := h.Reports.Create(ctx, actor, report.Draft{Place: building.ID, Category: "corridor.clutter", Words: canary, Spot: canary})
	if err != nil {
		t.Fatal(err)
	}
	worker := h.person(t, "yeqing", "s017")
	keeper, err := h.Door.ActorFor(ctx, worker.Tenant, worker.ID)
	if err != nil {
		t.Fatal(err)
	}
	elder, err := h.Care.Enter(ctx, keeper, care.Entry{Person: resident.ID, Ground: "fire-14-duty", Grade: "daily", Hints: canary, Key: canary})
	if err != nil {
		t.Fatal(err)
	}
	listed, err := h.Care.List(ctx, keeper)
	if err != nil || len(listed) != 1 {
		t.Fatal(len(listed), err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE people_person SET name = $1 WHERE tenant_id = $2 AND id = $3", canary, resident.Tenant, resident.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sensor := h.sensor(t, resident.Tenant, canary)
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return h.Devices.Missed(ctx, tx, resident.Tenant, "json:"+canary, "x")
	})
	if err != nil {
		t.Fatal(err)
	}
	tickets, err := h.Upkeep.List(ctx, keeper, casework.Filter{})
	if err != nil || len(tickets.Cases) != 1 {
		t.Fatal(len(tickets.Cases), err)
	}
	return canary, map[string]string{
		"device": sensor,
		"report": r.ID, "number": r.Number, "person": resident.ID, "household": resident.Household, "place": building.ID,
		"tenant": string(resident.Tenant), "home": actor.Dwelling, "elder": elder, "visit": listed[0].Visit.ID, "ticket": tickets.Cases[0].ID,
	}
}

// sensor is a device of a neighbourhood with a credential of its own.
func (h house) sensor(t *testing.T, tenant store.Tenant, name string) string {
	t.Helper()
	admin := people.Actor{Tenant: tenant, Person: "x", Posts: []people.Held{{Role: people.Administrator}}}
	c, _, err := h.Devices.Issue(context.Background(), admin, tenant, device.Granting{Format: decode.JSON, Topic: name, Product: name})
	if err != nil {
		t.Fatal(err)
	}
	u, err := h.Devices.ByKey(context.Background(), tenant, c.Device)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// firstOf is the key of some resident of a neighbourhood.
func firstOf(t *testing.T, h house, tenant string) string {
	t.Helper()
	list, _, err := h.Register.Persons(context.Background(), h.tenant(t, tenant).ID, people.Filter{}, people.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.Household != "" && p.Name != "" {
			return p.Ref
		}
	}
	t.Fatal("nobody lives in " + tenant)
	return ""
}

// A probe on every route: no id of another neighbourhood shows or changes
// anything, whoever asks.
func TestAnotherNeighbourhoodsIDsAreNotFoundOnAnyRoute(t *testing.T) {
	h := open(t)
	canary, ids := h.shadow(t)
	before := h.trace(t)
	for _, who := range []struct{ tenant, ref string }{{"xiwu", firstOf(t, h, "xiwu")}, {"xiwu", "s029"}, {"xiwu", "s012"}} {
		c := h.as(t, who.tenant, who.ref)
		for _, r := range h.Mux.Routes() {
			if !wildcard.MatchString(r.Pattern) || r.Access == web.Public || strings.HasSuffix(r.Pattern, "/static/") {
				continue
			}
			for kind, id := range ids {
				status, body := h.try(t, c, r, id)
				if status/100 == 2 || strings.Contains(body, canary) {
					t.Errorf("%s answers %d to %s with the other neighbourhood's %s", r.Pattern, status, who.ref, kind)
				}
			}
		}
	}
	if after := h.trace(t); after != before {
		t.Errorf("the other neighbourhood changed:\n%s\n%s", before, after)
	}
}

// Nor do pages that take an id in their query, and forms that take one in a
// field.
func TestAnotherNeighbourhoodsIDsShowNothingInQueriesAndForms(t *testing.T) {
	h := open(t)
	canary, ids := h.shadow(t)
	before := h.trace(t)
	for _, ref := range []string{firstOf(t, h, "xiwu"), "s029", "s012"} {
		c := h.as(t, "xiwu", ref)
		for _, r := range h.Mux.Routes() {
			if wildcard.MatchString(r.Pattern) || r.Access == web.Public || strings.HasSuffix(r.Pattern, "/live") {
				continue
			}
			for kind, id := range ids {
				asked := r
				asked.Pattern += "?n=" + id + "&place=" + id + "&open=" + id + "&person=" + id + "&building=" + id + "&household=" + id + "&for=" + id + "&q=CANARY"
				if status, body := h.try(t, c, asked, id); strings.Contains(strings.ReplaceAll(body, "q=CANARY", ""), canary) {
					t.Errorf("%s shows %s the other neighbourhood's %s (%d)", r.Pattern, ref, kind, status)
				}
			}
		}
	}
	if after := h.trace(t); after != before {
		t.Errorf("the other neighbourhood changed:\n%s\n%s", before, after)
	}
}

// trace sums up the other neighbourhood's rows.
func (h house) trace(t *testing.T) string {
	t.Helper()
	var sum string
	for _, q := range []string{
		"SELECT CAST(COUNT(*) AS TEXT) || '/' || CAST(COALESCE(SUM(version), 0) AS TEXT) FROM matter_head WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) || '/' || CAST(COALESCE(SUM(until), 0) AS TEXT) FROM people_post WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) FROM people_session WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) FROM people_code WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) || '/' || CAST(COALESCE(SUM(claimed_at + tested_at), 0) AS TEXT) FROM device_unit WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) || '/' || CAST(COALESCE(SUM(ended_at), 0) AS TEXT) FROM device_credential WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) || '/' || CAST(COALESCE(SUM(withdrawn_at), 0) AS TEXT) FROM care_elder WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) FROM care_carer WHERE tenant_id = $1",
		"SELECT CAST(COUNT(*) AS TEXT) FROM care_look WHERE tenant_id = $1",
		"SELECT CAST(COALESCE(SUM(seen_at), 0) AS TEXT) FROM notify_receipt WHERE tenant_id = $1",
	} {
		var s string
		if err := h.Store.Reader().QueryRowContext(context.Background(), q, h.tenant(t, "yeqing").ID).Scan(&s); err != nil {
			t.Fatal(err)
		}
		sum += " " + s
	}
	return sum
}

// hostile are values no form of ours sends.
func hostile() []string {
	return []string{
		"", "\x00", "a\x00\xffb\xed\xa0\x80", "'\")(*%_\\ NEAR(", "../../etc/passwd", "\r\nX: y", "99999999999999999999", "NaN",
		"<script>alert(1)</script>", "javascript:alert(1)", strings.Repeat("长", 5000), "\u202e飞线\u200b",
	}
}

// sent is a hostile value wherever a route takes one: in its path, its query
// and its form. It is written out once, as each goes to every route.
type sent struct{ value, path, query, form string }

func hostileSent() (list []sent) {
	for _, x := range hostile() {
		list = append(list, sent{x, url.PathEscape(x), everyField(x[:min(len(x), 60)]), everyField(x)})
	}
	return list
}

// everyField is every name that a query or a form of ours has, with a value.
func everyField(value string) string {
	v := url.Values{}
	for _, f := range []string{
		"words", "id", "place", "person", "n", "q", "open", "building", "household", "for", "category", "spot", "key", "version", "rating", "back", "before",
		"after", "at", "code", "login", "password", "name", "url", "role", "field", "happened_at", "theme", "lang", "mode", "api_key", "lat", "long", "service_code",
		"address_id", "address_string", "start_date", "status", "media_url", "service_request_id", "jurisdiction_id",
	} {
		v.Set(f, value)
	}
	return v.Encode()
}

// Whatever stands in a path, a query or a form, no route fails: each answers
// with something below 500, and what was sent comes back as text only.
func TestNoBytesMakeARouteFail(t *testing.T) {
	h, all := open(t), hostileSent()
	nobody := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for who, c := range map[string]*http.Client{
		"nobody":   nobody,
		"resident": h.as(t, "xiwu", firstOf(t, h, "xiwu")), "committee": h.as(t, "xiwu", "s012"), "admin": h.as(t, "caojiadu", "s003"),
	} {
		for _, r := range h.Mux.Routes() {
			if strings.HasSuffix(r.Pattern, "/out") || strings.HasSuffix(r.Pattern, "/sign-out") {
				continue // ends the session that the rest is asked with
			}
			for _, x := range all {
				status, page := h.send(t, c, r, x)
				if status >= 500 {
					t.Errorf("%s: %s with %.20q: %d", who, r.Pattern, x.value, status)
				}
				if strings.Contains(page, "<script>alert(1)") {
					t.Errorf("%s: %s lets %.20q through as it is", who, r.Pattern, x.value)
				}
			}
		}
	}
}

// send calls a route with a value wherever it takes one. Of a stream the
// beginning is enough.
func (h house) send(t *testing.T, c *http.Client, r web.Route, x sent) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(r.Pattern, " ")
	target, body := h.url+wildcard.ReplaceAllLiteralString(strings.TrimSuffix(path, "{$}"), x.path), ""
	if method == http.MethodGet {
		target += "?" + x.query
	} else {
		body = x.form
	}
	req, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s with %.20q: %v", r.Pattern, x.value, err)
	}
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return res.StatusCode, ""
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s with %.20q: %v", r.Pattern, x.value, err)
	}
	return res.StatusCode, string(b)
}
