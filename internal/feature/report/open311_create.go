package report

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
)

// create takes a request in: a form, and pictures in the field media if it is
// multipart. An Idempotency-Key header makes sending it twice safe.
func (o *Open311) create(w http.ResponseWriter, r *http.Request) (any, error) {
	ctx := r.Context()
	done, err := parseGeo(w, r)
	if err != nil {
		return nil, err
	}
	defer done()
	key, err := o.keys.check(ctx, r.Form.Get("api_key"))
	if err != nil {
		return nil, err
	}
	if o.limit.OnLimit(w, r, key.ID) {
		return nil, fault.New(fault.TooMany, "report.open311.too_many")
	}
	d, tenant, err := o.draft(ctx, r)
	if err != nil {
		return nil, err
	}
	contact, err := contactIn(r.Form)
	if err != nil {
		return nil, err
	}
	rep, _, err := o.reports.createFrom(ctx, sender{
		tenant: tenant, author: func(scene) (string, people.Group, error) { return key.by(), people.Residents, nil },
		also: func(ctx context.Context, tx *store.Tx, rep Report) error { return contact.keep(ctx, tx, o.seal, rep) },
	}, d)
	if err != nil {
		return nil, err
	}
	c, _, err := o.reports.Categories.ByCode(ctx, d.Category)
	return geoCreated{List: []geoCreatedItem{{ID: rep.ID, Notice: geoText(notice(ctx, c))}}}, err
}

func parseGeo(w http.ResponseWriter, r *http.Request) (func(), error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		done, err := web.ParseUpload(w, r)
		if err != nil {
			done()
		}
		return done, err
	}
	return func() {}, web.ParseForm(w, r)
}

// draft is the report that a form asks for, and its neighbourhood.
func (o *Open311) draft(ctx context.Context, r *http.Request) (Draft, store.Tenant, error) {
	f := r.Form
	scope, err := o.jurisdictions(ctx, f.Get("jurisdiction_id"))
	if err != nil {
		return Draft{}, "", err
	}
	c, err := o.service(ctx, f.Get("service_code"))
	if err != nil {
		return Draft{}, "", err
	}
	at, err := o.location(ctx, scope, f)
	if err != nil {
		return Draft{}, "", err
	}
	said, err := said(f)
	if err != nil {
		return Draft{}, "", err
	}
	photos, err := o.reports.Studio.Take(ctx, mediaOf(r))
	return Draft{
		Place: at.ID, Category: c.Code, Spot: strings.TrimSpace(f.Get("attribute[" + spotAttribute + "]")), Words: said,
		Anonymous: true, Source: FromOpen311, Key: r.Header.Get("Idempotency-Key"), Photos: photos,
	}, at.Tenant, err
}

// said is the description, with the link to media below it: we fetch nothing
// from outside, whoever works on the report may.
func said(f url.Values) (string, error) {
	text, link := strings.TrimSpace(f.Get("description")), strings.TrimSpace(f.Get("media_url"))
	if link == "" {
		return text, nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fault.New(fault.Invalid, "report.open311.media")
	}
	return strings.TrimSpace(text + "\n" + link), nil
}

func mediaOf(r *http.Request) []File {
	var files []File
	for _, field := range []string{"media", "media[]"} {
		for _, h := range web.Files(r, field) {
			files = append(files, File{Name: h.Filename, Open: func() (io.ReadCloser, error) { return h.Open() }})
		}
	}
	return files
}

func contactIn(f url.Values) (Contact, error) {
	c := Contact{First: f.Get("first_name"), Last: f.Get("last_name"), Phone: f.Get("phone"), Email: f.Get("email")}
	for _, s := range []string{c.First, c.Last, c.Phone, c.Email} {
		if len([]rune(s)) > maxContact {
			return Contact{}, fault.New(fault.Invalid, "report.open311.contact_long", "max", maxContact)
		}
	}
	return c, nil
}

// location is the place of a form: address_id before address_string; position
// alone finds nothing, because the register has none.
func (o *Open311) location(ctx context.Context, scope []place.Tenant, f url.Values) (place.Node, error) {
	if id := clean(strings.TrimSpace(f.Get("address_id"))); id != "" {
		return o.byAddressID(ctx, scope, id)
	}
	if text := strings.TrimSpace(f.Get("address_string")); text != "" {
		return o.byAddress(ctx, scope, text)
	}
	if f.Get("lat") != "" || f.Get("long") != "" {
		return place.Node{}, fault.New(fault.Invalid, "report.open311.no_positions")
	}
	return place.Node{}, fault.New(fault.Invalid, "report.open311.location_missing")
}

func (o *Open311) byAddressID(ctx context.Context, scope []place.Tenant, id string) (place.Node, error) {
	for _, t := range scope {
		for _, find := range []func(context.Context, store.Tenant, string) (place.Node, error){o.reports.Places.ByID, o.reports.Places.ByRef} {
			n, err := find(ctx, t.ID, id)
			if fault.Is(err, fault.NotFound) || err == nil && !n.Retired.IsZero() {
				continue
			}
			return n, err
		}
	}
	return place.Node{}, fault.New(fault.Invalid, "report.open311.address_id_unknown")
}

// suggested is how many places a refused address is answered with.
const suggested = 3

// byAddress takes an address that is exactly one place; a near miss or one of
// several is refused with what it may have meant.
func (o *Open311) byAddress(ctx context.Context, scope []place.Tenant, text string) (place.Node, error) {
	from := o.office
	if len(scope) == 1 {
		from = scope[0].ID
	}
	hits, err := o.reports.Places.Search(ctx, from, text, suggested)
	if err != nil {
		return place.Node{}, err
	}
	if len(hits) == 0 {
		return place.Node{}, fault.New(fault.Invalid, "report.open311.address_unknown")
	}
	if hits[0].Near() || len(hits) > 1 && hits[1].Score == hits[0].Score && !hits[0].Node.Covers(hits[1].Node) {
		var names []string
		for _, h := range hits {
			names = append(names, h.Label.Door)
		}
		return place.Node{}, fault.New(fault.Invalid, "report.open311.address_unclear", "places", strings.Join(names, ", "))
	}
	return hits[0].Node, nil
}
