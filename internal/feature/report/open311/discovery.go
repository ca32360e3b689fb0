package open311

import (
	"encoding/xml"
	"net/http"

	"github.com/linli/linli/internal/platform/words"
)

// The forms of Open311's service discovery (wiki.open311.org/Service_Discovery),
// which tells a program what an installation speaks and where.
type (
	geoDiscovery struct {
		XMLName    xml.Name      `xml:"discovery" json:"-"`
		Changeset  string        `xml:"changeset" json:"changeset"`
		Contact    string        `xml:"contact" json:"contact"`
		KeyService string        `xml:"key_service" json:"key_service"`
		Endpoints  []geoEndpoint `xml:"endpoints>endpoint" json:"endpoints"`
	}
	geoEndpoint struct {
		Specification string   `xml:"specification" json:"specification"`
		URL           string   `xml:"url" json:"url"`
		Changeset     string   `xml:"changeset" json:"changeset"`
		Type          string   `xml:"type" json:"type"`
		Formats       []string `xml:"formats>format" json:"formats"`
	}
)

// geoChangeset is when what is spoken here last changed.
const geoChangeset = "2026-11-27T00:00:00+08:00"

func (o *API) discovery(_ http.ResponseWriter, r *http.Request) (any, error) {
	base := o.base(r)
	return geoDiscovery{
		Changeset: geoChangeset, Contact: words.T(r.Context(), "open311.office"), KeyService: words.T(r.Context(), "open311.key_service"),
		Endpoints: []geoEndpoint{{
			Specification: "http://wiki.open311.org/GeoReport_v2", URL: base + geoBase, Changeset: geoChangeset, Type: "production",
			Formats: []string{"text/xml", "application/json"},
		}},
	}, nil
}

// base is the address programs reach us by, without a slash at its end.
func (o *API) base(r *http.Request) string {
	if o.public != "" {
		return o.public
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
