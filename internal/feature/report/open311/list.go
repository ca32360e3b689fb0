package open311

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// What a query gives at most, by the specification.
const (
	geoMost   = 1000
	geoSpan   = 90 * 24 * time.Hour
	geoIDsMax = geoMost
)

// geoFilter is what a query for requests asks.
type geoFilter struct {
	ids         []string // override everything else
	services    []string
	since, till time.Time // both included
	open        *bool     // nil: both
}

// parseGeoFilter reads a query at an instant. An empty argument counts as
// left out.
func parseGeoFilter(v url.Values, now time.Time) (geoFilter, error) {
	f := geoFilter{ids: commas(v["service_request_id"]), services: commas(v["service_code"])}
	if len(f.ids) > geoIDsMax {
		return f, fault.New(fault.Invalid, "open311.ids_many", "max", geoIDsMax)
	}
	if len(f.ids) > 0 {
		return f, nil
	}
	if err := f.during(v.Get("start_date"), v.Get("end_date"), now); err != nil {
		return f, err
	}
	return f, f.inStatus(commas(v["status"]))
}

// during sets the window: ninety days back from the end, or on from the start.
func (f *geoFilter) during(start, end string, now time.Time) (err error) {
	if f.since, err = parseW3(start, false); err != nil {
		return err
	}
	if f.till, err = parseW3(end, true); err != nil {
		return err
	}
	switch {
	case f.since.IsZero() && f.till.IsZero():
		f.since, f.till = now.Add(-geoSpan), now
	case f.since.IsZero():
		f.since = f.till.Add(-geoSpan)
	case f.till.IsZero():
		f.till = f.since.Add(geoSpan)
	}
	if f.till.Before(f.since) {
		return fault.New(fault.Invalid, "open311.dates_turned")
	}
	if f.till.Sub(f.since) > geoSpan {
		return fault.New(fault.Invalid, "open311.dates_far", "days", int(geoSpan.Hours()/24))
	}
	return nil
}

func (f *geoFilter) inStatus(names []string) error {
	for _, n := range names {
		if n != "open" && n != "closed" {
			return fault.New(fault.Invalid, "open311.status")
		}
		open := n == "open"
		if f.open != nil && *f.open != open {
			f.open = nil
			return nil
		}
		f.open = &open
	}
	return nil
}

// commas splits arguments that may be given several times and hold several
// values.
func commas(args []string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.Join(args, ","), ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// parseW3 reads an instant as the W3C note writes it, with its zone; a day
// alone is that day in Shanghai, its last instant for an end. A + that a
// client sent unescaped arrives as a space.
func parseW3(s string, end bool) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	s = strings.ReplaceAll(s, " ", "+")
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, inRange(t)
		}
	}
	t, err := time.ParseInLocation(time.DateOnly, s, words.Shanghai())
	if err != nil {
		return time.Time{}, fault.Wrap(err, fault.Invalid, "open311.date")
	}
	if end {
		t = t.AddDate(0, 0, 1).Add(-time.Millisecond)
	}
	return t, inRange(t)
}

// inRange refuses years that cannot be meant, and that arithmetic would trip
// over.
func inRange(t time.Time) error {
	if y := t.UTC().Year(); y < 1970 || y > 9000 {
		return fault.New(fault.Invalid, "open311.date")
	}
	return nil
}

func (o *API) requests(_ http.ResponseWriter, r *http.Request) (any, error) {
	ctx, v := r.Context(), r.URL.Query()
	scope, err := o.jurisdictions(ctx, v.Get("jurisdiction_id"))
	if err != nil {
		return nil, err
	}
	f, err := parseGeoFilter(v, o.reports.Store.Now())
	if err != nil {
		return nil, err
	}
	var rows []geoRow
	for _, t := range scope {
		found, err := o.find(ctx, t.ID, f)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	slices.SortStableFunc(rows, func(a, b geoRow) int {
		return cmp.Or(b.RaisedAt.Compare(a.RaisedAt), cmp.Compare(b.ID, a.ID))
	})
	return o.shown(r, rows[:min(len(rows), geoMost)], "")
}

// request is one request. One that concerns people is not found, unless it is
// asked for with the key that made it.
func (o *API) request(_ http.ResponseWriter, r *http.Request) (any, error) {
	id, err := named(r)
	if err != nil {
		return nil, err
	}
	row, owner, err := o.only(r, id)
	if err != nil {
		return nil, err
	}
	return o.shown(r, []geoRow{row}, owner)
}

// token answers with the request itself: no other tokens are handed out.
func (o *API) token(_ http.ResponseWriter, r *http.Request) (any, error) {
	id, err := named(r)
	if err != nil {
		return nil, err
	}
	row, _, err := o.only(r, id)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "open311.token_unknown")
	}
	if err != nil {
		return nil, err
	}
	return geoTokens{List: []geoTokenItem{{ID: row.ID, Token: id}}}, nil
}

// only is one request, and whose program asks; empty without a key.
func (o *API) only(r *http.Request, id string) (row geoRow, owner string, err error) {
	ctx, v := r.Context(), r.URL.Query()
	scope, err := o.jurisdictions(ctx, v.Get("jurisdiction_id"))
	if err != nil {
		return row, "", err
	}
	if plain := v.Get("api_key"); plain != "" {
		key, err := o.keys.check(ctx, plain)
		if err != nil {
			return row, "", err
		}
		owner = report.ByProgram(key.ID)
	}
	for _, t := range scope {
		rows, err := o.read(ctx, t.ID, geoFilter{ids: []string{id}}, owner)
		if err != nil || len(rows) == 1 {
			return append(rows, row)[0], owner, err
		}
	}
	return row, "", fault.New(fault.NotFound, "open311.request_unknown")
}

func (o *API) find(ctx context.Context, tenant store.Tenant, f geoFilter) ([]geoRow, error) {
	return o.read(ctx, tenant, f, "")
}

// geoRow is a request with what its program said beside its words.
type geoRow struct {
	report.Row
	outside Outside
}

// read is the requests of a neighbourhood that anybody may read, and those of
// an owner.
func (o *API) read(ctx context.Context, tenant store.Tenant, f geoFilter, owner string) ([]geoRow, error) {
	rows, err := o.reports.Public(ctx, tenant, report.Published{
		IDs: f.ids, Categories: f.services, Since: f.since, Till: f.till, Open: f.open, Owner: owner, Most: geoMost,
	})
	if err != nil {
		return nil, fmt.Errorf("open311 requests: %w", err)
	}
	said, err := o.outsidesOf(ctx, tenant, rows)
	if err != nil {
		return nil, err
	}
	out := make([]geoRow, len(rows))
	for i, r := range rows {
		out[i] = geoRow{r, said[r.ID]}
	}
	return out, nil
}

// shown are rows as the public reads them, those of the owner with the
// position as it was given. Each place is named once.
func (o *API) shown(r *http.Request, rows []geoRow, owner string) (geoRequests, error) {
	var out geoRequests
	ctx, labels := r.Context(), map[string]place.Label{}
	base := o.base(r)
	for _, row := range rows {
		at := report.PublicPlace(row.Report)
		label, ok := labels[at]
		if !ok {
			var err error
			if label, err = o.reports.Places.Label(ctx, row.Tenant, at); err != nil {
				return out, err
			}
			labels[at] = label
		}
		c, _, err := o.reports.Categories.ByCode(ctx, row.Detail.Category)
		if err != nil {
			return out, err
		}
		said, spot, err := o.readable(ctx, row, owner)
		if err != nil {
			return out, err
		}
		x := publicRequest(ctx, row.Report, c, strings.TrimSuffix(label.Full+" "+spot, " "), at)
		x.Description = geoText(said)
		x.Lat, x.Long = row.outside.shown(row.RaisedBy == owner)
		x.MediaURL = o.mediaURL(base, row)
		out.List = append(out.List, x)
	}
	return out, nil
}

// readable is what a report says and its exact spot, as the reader may have
// them: nothing where the office publishes no words, but to the program that
// wrote them; never what leads to a person.
func (o *API) readable(ctx context.Context, row geoRow, owner string) (said, spot string, err error) {
	if !o.words && (owner == "" || row.RaisedBy != owner) {
		return "", "", nil
	}
	known, err := o.neighbours(ctx, row.Tenant)
	if err != nil {
		return "", "", err
	}
	return hide(row.Detail.Words, known), hide(row.Detail.Spot, known), nil
}

// shown is the position as given for its owner; to anybody else as near as the
// address tells it.
func (o Outside) shown(owner bool) (lat, long geoNumber) {
	if !o.Placed {
		return "", ""
	}
	p := o.Position.Blurred()
	if owner {
		p = o.Position
	}
	y, x := p.Texts()
	return geoNumber(y), geoNumber(x)
}

func publicRequest(ctx context.Context, r report.Report, c report.Category, address, at string) geoRequest {
	status, updated := "open", r.ChangedAt
	agency := geoText(words.T(ctx, "group."+string(r.Holder.Group)))
	if r.Phase.Closed() {
		status, updated, agency = "closed", r.Detail.ClosedAt, ""
	}
	return geoRequest{
		ID: r.ID, Status: status, StatusNotes: geoText(words.T(ctx, "phase."+string(r.Phase))),
		ServiceName: c.Name(ctx), ServiceCode: c.Code, Agency: agency,
		Notice: geoText(notice(ctx, c)), Requested: w3(r.RaisedAt), Updated: w3(updated), Expected: geoText(w3(r.Detail.MendBy)),
		Address: geoText(address), AddressID: geoText(at),
	}
}
