package front

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/skip2/go-qrcode"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
)

// scanned leads from the code on a wall to the form for that place.
func (w Web) scanned(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("place")
	if _, err := w.Places.Spot(r.Context(), a.Tenant, id); err != nil {
		return err
	}
	http.Redirect(rw, r, w.Picker.Lead(id, ""), http.StatusSeeOther)
	return nil
}

// servedSpot is a place that the actor serves; any other is not found.
func (w Web) servedSpot(r *http.Request) (people.Actor, place.Spot, error) {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return a, place.Spot{}, err
	}
	spot, err := w.Places.Spot(r.Context(), a.Tenant, r.PathValue("place"))
	if err != nil {
		return a, spot, err
	}
	if (people.Access{}).May(a, "place.sheet", people.Subject{Path: spot.Node.Path}) != nil {
		return a, spot, fault.New(fault.NotFound, "fault.not_found")
	}
	return a, spot, nil
}

// sheet is the paper with the code, to be printed and put on the wall.
func (w Web) sheet(rw http.ResponseWriter, r *http.Request) error {
	a, spot, err := w.servedSpot(r)
	if err != nil {
		return err
	}
	p := inner{title: words.T(r.Context(), "front.sheet_title"), back: w.Picker.Path, at: w.Picker.At}
	return w.show(rw, r, a, p, sheetBody(spot.Label.Door, "/q/"+spot.Node.ID+"/code.png", w.wallLink(r, spot.Node.ID)))
}

// wallLink is what the code says.
func (w Web) wallLink(r *http.Request, id string) string {
	base := w.Public
	if base == "" {
		base = "http://" + r.Host
		if r.TLS != nil {
			base = "https://" + r.Host
		}
	}
	return base + "/q/" + id
}

// codeSize is the width of the picture of a code, in pixels.
const codeSize = 560

// code is the code of a place as a picture.
func (w Web) code(rw http.ResponseWriter, r *http.Request) error {
	_, spot, err := w.servedSpot(r)
	if err != nil {
		return err
	}
	png, err := qrcode.Encode(w.wallLink(r, spot.Node.ID), qrcode.Medium, codeSize)
	if err != nil {
		return fmt.Errorf("code of a place: %w", err)
	}
	rw.Header().Set("Content-Type", "image/png")
	rw.Header().Set("Content-Length", strconv.Itoa(len(png)))
	_, err = rw.Write(png)
	return err
}
