package upkeep_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/furnished"
)

// S33: who sees to a device adds photographs to what they write; who may see the
// ticket sees them in its record, nobody else does.
func TestS33_PhotographsOfATicket(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Says("zigbee:smk", battery(decode.On))
		path := upkeep.Kind().Path(h.ticket(h.detector.ID).ID)
		guard, shot := h.Visit(h.Guard()), furnished.Photograph(t, 1)
		furnished.Says(t, guard.Must(path), `name="photo"`, `enctype="multipart/form-data"`)
		note := url.Values{"key": {"k"}, "words": {"电池盒裂了"}}
		for name, files := range map[string][][]byte{"no photograph": {[]byte("<svg onload=alert(1)>")}, "too many": {shot, shot, shot, shot}} {
			status, _, page := guard.Upload(path+"/note", note, "photo", files...)
			if status != http.StatusUnprocessableEntity {
				t.Fatalf("%s: %d", name, status)
			}
			furnished.Says(t, page, "电池盒裂了", "photo-err")
		}
		for range 2 {
			if status, _, page := guard.Upload(path+"/note", note, "photo", shot, furnished.Photograph(t, 2)); status != http.StatusSeeOther {
				t.Fatalf("%d %s", status, page)
			}
		}
		shown := regexp.MustCompile(path+`/photo/[0-9a-f]{64}`).FindAllString(h.Visit(h.Committee()).Must(path), -1)
		if len(shown) != 4 {
			t.Fatalf("the record shows %q, want two photographs, small and in full", shown)
		}
		for _, src := range shown {
			if status, header, _ := h.Visit(h.Committee()).Answer("GET", src, "", ""); status != http.StatusOK || header.Get("Content-Type") != "image/jpeg" {
				t.Errorf("the committee is answered %d", status)
			}
			for _, a := range []people.Actor{h.Actor("xiwu", "r0424"), h.Actor("wanhang", "s026"), h.Officer()} {
				if status, _ := h.Visit(a).Get(src); status != http.StatusNotFound && status != http.StatusForbidden {
					t.Errorf("%s is answered %d", a.Name, status)
				}
			}
		}
	})
}
