package open311

import (
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
)

// Options say how Open311 is served.
type Options struct {
	Reports *report.Service
	Keys    *Keys
	Seal    Sealer
	Office  store.Tenant // the subdistrict office
	// OneJurisdiction serves the subdistrict as one jurisdiction: then
	// jurisdiction_id may be left out, and a neighbourhood's narrows to it.
	// Otherwise each neighbourhood is one, and where there are several the
	// argument must be given.
	OneJurisdiction bool
	// Words publishes what reports say and their exact spots. Without it the
	// public reads kind, place and state only. Residents are told beside the
	// field.
	Words bool
	// Public is the address people reach the installation by, without a
	// slash at its end; empty: the one a request came to.
	Public string
	// PerMinute is how many reports one key may hand in; 0 means 600.
	PerMinute int
}

// API is the report spoken as GeoReport v2
// (wiki.open311.org/GeoReport_v2), in JSON and XML under /open311/v2.
//
// Its service_request_id is the matter's id, unique in the installation; the
// number people quote is unique only in its neighbourhood. A request is read
// without a key, and then without anybody's name: only what the neighbours may
// read too, its words only where the office publishes them, and then without
// numbers of phones, identity cards and plates, addresses of mail, names on the
// register and flats; only a picture that came through here, small, no flat, a position to ten
// metres. Requests that concern people are read back only with the key that
// made them, and that key also reads the position as it gave it. A place is
// named by address_id, address_string, or lat with long; the register may know
// where buildings and compounds lie. What media_url leads to is never fetched.
// Type is always realtime: no tokens are handed out, and a token asked for is
// taken as the id itself.
type API struct {
	reports *report.Service
	keys    *Keys
	seal    Sealer
	office  store.Tenant
	one     bool
	words   bool
	known   registerCache
	public  string
	limit   *httprate.RateLimiter
}

const perMinute = 600

// PublishesWords reports whether anybody may read what a report says. Those
// who write one are told.
func (o *API) PublishesWords() bool { return o != nil && o.words }

// NewAPI makes the interface.
func NewAPI(o Options) *API {
	if o.PerMinute == 0 {
		o.PerMinute = perMinute
	}
	return &API{
		reports: o.Reports, keys: o.Keys, seal: o.Seal, office: o.Office, one: o.OneJurisdiction, words: o.Words, public: strings.TrimSuffix(o.Public, "/"),
		limit: httprate.NewRateLimiter(o.PerMinute, time.Minute),
	}
}

// geoBase is where the interface lies.
const geoBase = "/open311/v2"

// Routes are the doors of the interface, each in both formats.
func (o *API) Routes() []web.Route {
	route := func(pattern string, do geoHandler) web.Route {
		return web.Route{Pattern: strings.Replace(pattern, " ", " "+geoBase, 1), Access: web.Public, Do: o.answer(do)}
	}
	var routes []web.Route
	for _, f := range []string{"", ".json", ".xml"} {
		routes = append(routes,
			web.Route{Pattern: "GET /open311/discovery" + f, Access: web.Public, Do: o.answer(o.discovery)},
			route("GET /services"+f, o.services), route("GET /requests"+f, o.requests), web.Route{Pattern: "POST " + geoBase + "/requests" + f, Access: web.Public, Do: o.answer(o.create), Most: web.Upload(report.MaxPhotos), Reads: true})
	}
	return append(routes,
		route("GET /services/{file}", o.definition), route("GET /requests/{file}", o.request),
		web.Route{Pattern: "GET " + geoBase + "/media/{id}/{file}", Access: web.Public, Do: o.media},
		route("GET /tokens/{file}", o.token), route("GET /{rest...}", o.unknown), route("POST /{rest...}", o.unknown))
}

// geoHandler answers with something that has both forms.
type geoHandler func(http.ResponseWriter, *http.Request) (any, error)

// answer writes what a handler gives in the format the path asks for. The
// fault goes on to the mux, which logs it.
func (o *API) answer(do geoHandler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		body, err := do(w, r)
		if err == nil {
			return writeGeo(w, r, http.StatusOK, body)
		}
		f := fault.As(err)
		status := geoStatus(f.Code)
		if f.Code == fault.Busy {
			web.ComeAgain(w.Header())
		}
		description := words.T(r.Context(), f.Key, f.Args...)
		for _, x := range f.Fields {
			description += " " + words.T(r.Context(), x.Key, x.Args...)
		}
		if err := writeGeo(w, r, status, geoErrors{List: []geoError{{Code: status, Description: description}}}); err != nil {
			return err
		}
		return f
	}
}

// geoStatus is the status by the specification: 400, 403 and 404 where it
// names them.
func geoStatus(c fault.Code) int {
	switch c {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unsigned:
		return http.StatusForbidden
	}
	return c.Status()
}

func (o *API) unknown(http.ResponseWriter, *http.Request) (any, error) {
	return nil, fault.New(fault.NotFound, "open311.no_resource")
}

// named is the part of a path before its format: fire.lane of fire.lane.json
// and, where the program names its format in Accept, of fire.lane.
func named(r *http.Request) (string, error) {
	file := r.PathValue("file")
	for _, f := range []string{".json", ".xml"} {
		if name, ok := strings.CutSuffix(file, f); ok {
			file = name
			break
		}
	}
	if file == "" {
		return "", fault.New(fault.NotFound, "open311.no_resource")
	}
	return file, nil
}
