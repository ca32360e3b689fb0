package open311

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
)

// create takes a request in: a form, and pictures in the field media if it is
// multipart; the key comes before the pictures, or in the address: pictures of
// nobody known are not read. An Idempotency-Key header makes sending it twice safe.
func (o *API) create(w http.ResponseWriter, r *http.Request) (any, error) {
	ctx := r.Context()
	var key Key
	mayUpload := func() (err error) {
		key, err = o.keys.check(ctx, r.Form.Get("api_key"))
		return err
	}
	done, err := web.ParseUploadIf(w, r, mayUpload)
	if err != nil {
		return nil, err
	}
	defer done()
	if key.ID == "" { // no picture came
		if err := mayUpload(); err != nil {
			return nil, err
		}
	}
	if o.limit.OnLimit(w, r, key.ID) {
		return nil, fault.New(fault.TooMany, "open311.too_many")
	}
	in, err := o.asked(ctx, r)
	if err != nil {
		return nil, err
	}
	rep, _, err := o.reports.HandIn(ctx, report.Handed{
		Tenant: in.tenant, By: report.ByProgram(key.ID), Wide: in.outside.Placed, Draft: in.draft,
		Also: func(ctx context.Context, tx *store.Tx, rep report.Report) error {
			return errors.Join(in.contact.keep(ctx, tx, o.seal, rep), in.outside.keep(ctx, tx, rep))
		},
	})
	if err != nil {
		return nil, err
	}
	c, _, err := o.reports.Categories.ByCode(ctx, in.draft.Category)
	return geoCreated{List: []geoCreatedItem{{ID: rep.ID, Notice: geoText(notice(ctx, c))}}}, err
}

// ask is what a form asks for.
type ask struct {
	draft   report.Draft
	tenant  store.Tenant
	outside Outside
	contact Contact
}

// asked reads a form: the report, its neighbourhood, and what goes beside it.
func (o *API) asked(ctx context.Context, r *http.Request) (ask, error) {
	f := r.Form
	scope, err := o.jurisdictions(ctx, f.Get("jurisdiction_id"))
	if err != nil {
		return ask{}, err
	}
	c, err := o.service(ctx, f.Get("service_code"))
	if err != nil {
		return ask{}, err
	}
	out, err := outsideIn(f)
	if err != nil {
		return ask{}, err
	}
	at, spot, err := o.location(ctx, scope, f, out)
	if err != nil {
		return ask{}, err
	}
	contact, err := contactIn(f)
	if err != nil {
		return ask{}, err
	}
	photos, err := o.reports.Studio.Take(ctx, picture.Files(r, "media", "media[]"), report.MaxPhotos)
	return ask{report.Draft{
		Place: at.ID, Category: c.Code, Spot: cmp.Or(strings.TrimSpace(f.Get("attribute["+spotAttribute+"]")), spot),
		Words: strings.TrimSpace(f.Get("description")), Anonymous: true, Source: report.FromOpen311, Key: r.Header.Get("Idempotency-Key"), Photos: photos,
	}, at.Tenant, out, contact}, mediaFault(err)
}

// mediaFault says which forms of photographs are taken, to a program: what a
// person is told of a camera's settings is of no use to it.
func mediaFault(err error) error {
	f := fault.As(err)
	if err == nil || f.Code != fault.Invalid || len(f.Fields) == 0 {
		return err
	}
	_, why, _ := strings.Cut(f.Fields[0].Key, ".")
	return fault.Wrap(err, fault.Invalid, "open311.media_file", "why", why, "max", report.MaxPhotos)
}

func contactIn(f url.Values) (Contact, error) {
	c := Contact{First: f.Get("first_name"), Last: f.Get("last_name"), Phone: f.Get("phone"), Email: f.Get("email")}
	for _, s := range []string{c.First, c.Last, c.Phone, c.Email} {
		if len([]rune(s)) > maxContact {
			return Contact{}, fault.New(fault.Invalid, "open311.contact_long", "max", maxContact)
		}
	}
	return c, nil
}
