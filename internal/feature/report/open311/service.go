package open311

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
)

// spotAttribute is the one attribute every service has: where in the building.
const spotAttribute = "spot"

// jurisdictions are the neighbourhoods that a jurisdiction_id stands for: its
// letters, or the register's key, in either case.
func (o *API) jurisdictions(ctx context.Context, id string) ([]place.Tenant, error) {
	all, err := o.reports.Places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	known := slices.Clone(all)
	all = slices.DeleteFunc(all, func(t place.Tenant) bool { return t.Kind != place.Neighbourhood })
	id = strings.TrimSpace(id)
	if id == "" {
		if len(all) == 1 || o.one {
			return all, nil
		}
		return nil, fault.New(fault.Invalid, "open311.jurisdiction_missing")
	}
	for _, t := range known {
		if !strings.EqualFold(t.Short, id) && !strings.EqualFold(t.Ref, id) {
			continue
		}
		if t.Kind == place.Neighbourhood {
			return []place.Tenant{t}, nil
		}
		if o.one && t.ID == o.office {
			return all, nil
		}
	}
	return nil, fault.New(fault.NotFound, "open311.jurisdiction_unknown")
}

func (o *API) services(_ http.ResponseWriter, r *http.Request) (any, error) {
	ctx := r.Context()
	if _, err := o.jurisdictions(ctx, r.FormValue("jurisdiction_id")); err != nil {
		return nil, err
	}
	cats, err := o.reports.Categories.All(ctx)
	if err != nil {
		return nil, err
	}
	var out geoServices
	for _, c := range cats {
		if !c.Retired {
			out.List = append(out.List, serviceOf(ctx, c))
		}
	}
	return out, nil
}

func serviceOf(ctx context.Context, c report.Category) geoService {
	var keywords []string
	for _, word := range []string{c.GroupZh, c.GroupEn, c.Zh, c.En} {
		if word != c.Name(ctx) {
			keywords = append(keywords, strings.ReplaceAll(word, ",", " "))
		}
	}
	return geoService{
		Code: c.Code, Name: c.Name(ctx), Description: notice(ctx, c), Metadata: true, Type: "realtime",
		Keywords: geoText(strings.Join(keywords, ", ")), Group: c.Group(ctx),
	}
}

// notice says how fast this kind of trouble is taken and mended.
func notice(ctx context.Context, c report.Category) string {
	return words.T(ctx, "open311.notice", "accept", words.Span(ctx, c.Accept), "mend", words.Span(ctx, c.Mend))
}

func (o *API) definition(_ http.ResponseWriter, r *http.Request) (any, error) {
	ctx := r.Context()
	code, err := named(r)
	if err != nil {
		return nil, err
	}
	if _, err := o.jurisdictions(ctx, r.FormValue("jurisdiction_id")); err != nil {
		return nil, err
	}
	c, err := o.service(ctx, code)
	if err != nil {
		return nil, err
	}
	return geoDefinition{Code: c.Code, Attributes: []geoAttribute{{
		Variable: true, Code: spotAttribute, Datatype: "string", Order: 1,
		Help: geoText(words.T(ctx, "open311.spot_help", "max", report.MaxSpot)), Description: words.T(ctx, "open311.spot"),
	}}}, nil
}

// service is the category of a service_code.
func (o *API) service(ctx context.Context, code string) (report.Category, error) {
	if code == "" {
		return report.Category{}, fault.New(fault.Invalid, "open311.service_missing")
	}
	c, known, err := o.reports.Categories.ByCode(ctx, code)
	if err != nil {
		return report.Category{}, err
	}
	if !known || c.Retired {
		return report.Category{}, fault.New(fault.NotFound, "open311.service_unknown", "code", code)
	}
	return c, nil
}
