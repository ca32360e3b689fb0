package open311

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
)

// mediaURL is where anybody may see the first picture of a request: its small
// form, under a name that cannot be guessed and says nothing of the file. A
// request without a picture of its own has the link that came with it.
func (o *API) mediaURL(base string, r geoRow) geoText {
	if !r.pictured() {
		return geoText(r.outside.Media)
	}
	return geoText(base + geoBase + "/media/" + r.ID + "/" + o.mediaToken(r) + ".jpg")
}

// tokenLength is how much of the digest a name has: 128 bits.
const tokenLength = 32

func (o *API) mediaToken(r geoRow) string {
	return o.seal.Digest("open311.media", r.ID+"/"+r.Detail.Picture)[:tokenLength]
}

// pictured reports whether anybody may see the picture: it was handed in for
// the public, or through Open311, whose requests are public. What residents
// photograph is for their compound, whatever is told of it in words.
func (r geoRow) pictured() bool {
	return r.Detail.Picture != "" && r.Shared() && (r.Visibility == matter.Everybody || r.Detail.Source == report.FromOpen311)
}

// media answers with the picture itself, as long as its request may be read by
// anybody.
func (o *API) media(w http.ResponseWriter, r *http.Request) error {
	row, err := o.publicRow(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	token := strings.TrimSuffix(r.PathValue("file"), ".jpg")
	if !row.pictured() || subtle.ConstantTimeCompare([]byte(token), []byte(o.mediaToken(row))) != 1 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	f, err := o.reports.Studio.File(row.Detail.Picture)
	if err != nil {
		return err
	}
	defer f.Close()
	picture.Serve(w, r, f, picture.Public)
	return nil
}

// publicRow is a request of any neighbourhood that anybody may read.
func (o *API) publicRow(ctx context.Context, id string) (geoRow, error) {
	all, err := o.reports.Places.Tenants(ctx)
	if err != nil {
		return geoRow{}, err
	}
	for _, t := range all {
		rows, err := o.read(ctx, t.ID, geoFilter{ids: []string{id}}, "")
		if err != nil {
			return geoRow{}, err
		}
		if len(rows) == 1 {
			return rows[0], nil
		}
	}
	return geoRow{}, fault.New(fault.NotFound, "fault.not_found")
}
