package report

import (
	"context"
	"net/http"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/openapi"
)

// API is the report for programs that speak JSON, under /api/v1. A program
// signs in as a person does and then may what that person may.
type API struct {
	reports *Service
}

// NewAPI makes the interface.
func NewAPI(s *Service) *API { return &API{s} }

// apiBody is how much a report may weigh in JSON: six photographs as a phone
// shrinks them, in base64.
const apiBody = 16 << 20

// AddTo adds the operations to the book.
func (a *API) AddTo(b *openapi.Book) {
	const base = "/api/v1"
	openapi.Add(b, openapi.Door{Method: "GET", Path: base + "/reports", Access: "report.read", ID: "report-list",
		Summary: "Reports the caller may see, a page at a time"}, people.Signed(a.list))
	openapi.Add(b, openapi.Door{Method: "POST", Path: base + "/reports", Access: "report.create", ID: "report-create", Status: http.StatusCreated, MaxBody: apiBody,
		Summary: "Report something", About: "Sent again under the same key it answers 200 with the report made the first time."}, people.Signed(a.create))
	openapi.Add(b, openapi.Door{Method: "GET", Path: base + "/reports/{id}", Access: "report.read", ID: "report-view",
		Summary: "One report with its timeline, as the caller may see it"}, people.Signed(a.view))
	openapi.Add(b, openapi.Door{Method: "POST", Path: base + "/reports/{id}/{verb}", Access: "report.read", ID: "report-act", MaxBody: apiBody,
		Summary: "Take, start, finish, decline, confirm, reopen, withdraw or note a report"}, people.Signed(a.act))
	openapi.Add(b, openapi.Door{Method: "GET", Path: base + "/reports/{id}/photos/{hash}", Access: "report.read", ID: "report-photo",
		Summary: "A photograph of a report, or its small form", Answer: "image/jpeg"}, people.Signed(a.photo))
	openapi.Add(b, openapi.Door{Method: "GET", Path: base + "/categories", Access: "report.read", ID: "category-list",
		Summary: "Kinds of trouble with who handles them and how fast"}, a.categories)
}

type apiListIn struct {
	Neighbourhood string    `query:"neighbourhood" maxLength:"64" doc:"Id or letters of a neighbourhood; for the subdistrict's officers"`
	Mine          bool      `query:"mine" doc:"Raised by the caller"`
	Open          bool      `query:"open" doc:"Not closed"`
	Phase         []string  `query:"phase" enum:"raised,taken,doing,done,confirmed,reopened,merged,withdrawn,declined" doc:"Any of these, separated by commas"`
	Category      string    `query:"category" maxLength:"64"`
	Building      string    `query:"building" maxLength:"64" doc:"Id of a place"`
	Late          bool      `query:"late" doc:"The next act is overdue"`
	Query         string    `query:"q" maxLength:"100" doc:"Words to find; Chinese ones of two characters too"`
	Since         time.Time `query:"since" doc:"Raised at or after this instant"`
	Until         time.Time `query:"until" doc:"Raised before this instant"`
	Order         string    `query:"order" enum:"newest,urgent" default:"newest"`
	Cursor        string    `query:"cursor" maxLength:"100" doc:"next of the page before"`
	Limit         int       `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

type apiListOut struct {
	Body WireReportPage
}

func (a *API) list(ctx context.Context, who people.Actor, in *apiListIn) (*apiListOut, error) {
	tenant, err := a.neighbourhood(ctx, in.Neighbourhood)
	if err != nil {
		return nil, err
	}
	var phases []matter.Phase
	for _, p := range in.Phase {
		phases = append(phases, matter.Phase(p))
	}
	p, err := a.reports.List(ctx, who, Filter{
		Neighbourhood: tenant, Mine: in.Mine, Open: in.Open, Phases: phases, Category: in.Category, Building: in.Building,
		Late: in.Late, Query: in.Query, Since: in.Since, Until: in.Until, Order: matter.Order(in.Order),
	}, store.Clean(in.Cursor), in.Limit)
	if err != nil {
		return nil, err
	}
	out := &apiListOut{WireReportPage{Reports: []WireReport{}, Next: p.Next}}
	for _, r := range p.Rows {
		out.Body.Reports = append(out.Body.Reports, wireRow(ctx, r))
	}
	return out, nil
}

// neighbourhood finds a tenant by id or letters; empty stays empty.
func (a *API) neighbourhood(ctx context.Context, id string) (store.Tenant, error) {
	if id = store.Clean(id); id == "" {
		return "", nil
	}
	if t, err := a.reports.Places.TenantByShort(ctx, id); err == nil {
		return t.ID, nil
	}
	t, err := a.reports.Places.Tenant(ctx, store.Tenant(id))
	return t.ID, err
}

type apiCreateIn struct {
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"The same key again gives the report made the first time"`
	Body WireDraft
}

type apiCreateOut struct {
	Status   int
	Location string `header:"Location"`
	Body     WireReport
}

func (a *API) create(ctx context.Context, who people.Actor, in *apiCreateIn) (*apiCreateOut, error) {
	photos, err := a.take(ctx, in.Body.Photos)
	if err != nil {
		return nil, err
	}
	r, repeated, err := a.reports.Create(ctx, who, in.Body.draft(in.Key, photos))
	if err != nil {
		return nil, err
	}
	out := &apiCreateOut{Status: http.StatusCreated, Location: "/api/v1/reports/" + r.ID, Body: wireReport(r)}
	if repeated {
		out.Status = http.StatusOK
	}
	return out, nil
}

// take takes photographs in that came as bytes.
func (a *API) take(ctx context.Context, all [][]byte) ([]picture.Picture, error) {
	return a.reports.Studio.Take(ctx, picture.Bytes(all...), MaxPhotos)
}

type apiOneIn struct {
	ID string `path:"id" maxLength:"64"`
}

type apiViewOut struct {
	Body WireView
}

func (a *API) view(ctx context.Context, who people.Actor, in *apiOneIn) (*apiViewOut, error) {
	v, err := a.reports.View(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	return &apiViewOut{wireView(ctx, v)}, nil
}

type apiActIn struct {
	ID   string `path:"id" maxLength:"64"`
	Verb string `path:"verb" enum:"take,start,finish,decline,confirm,reopen,withdraw,note"`
	Key  string `header:"Idempotency-Key" maxLength:"100"`
	Body WireAct
}

type apiActOut struct {
	Body WireReport
}

func (a *API) act(ctx context.Context, who people.Actor, in *apiActIn) (*apiActOut, error) {
	photos, err := a.take(ctx, in.Body.Photos)
	if err != nil {
		return nil, err
	}
	r, err := a.reports.Do(ctx, who, in.Body.act(in.ID, matter.Verb(in.Verb), in.Key, photos))
	if err != nil {
		return nil, err
	}
	return &apiActOut{wireReport(r)}, nil
}

type apiPhotoIn struct {
	ID   string `path:"id" maxLength:"64"`
	Hash string `path:"hash" maxLength:"64"`
}

func (a *API) photo(ctx context.Context, who people.Actor, in *apiPhotoIn) (*openapi.Stream, error) {
	f, err := a.reports.Studio.Open(ctx, who, a.reports.PhotosOf, in.ID, in.Hash)
	if err != nil {
		return nil, err
	}
	return &openapi.Stream{Body: openapi.Serve(func(w http.ResponseWriter, r *http.Request) {
		defer f.Close()
		picture.Serve(w, r, f, picture.Private)
	})}, nil
}

type apiCategoriesOut struct {
	Body []WireCategory
}

func (a *API) categories(ctx context.Context, _ *struct{}) (*apiCategoriesOut, error) {
	all, err := a.reports.Categories.All(ctx)
	if err != nil {
		return nil, err
	}
	out := &apiCategoriesOut{[]WireCategory{}}
	for _, c := range all {
		out.Body = append(out.Body, wireCategory(c))
	}
	return out, nil
}
