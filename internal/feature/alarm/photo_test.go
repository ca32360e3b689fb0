package alarm_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/test/furnished"
)

// S31: who is at the door says what it is with a photograph; those who serve
// see it in the record, nobody else.
func TestS31_OutcomeWithAPhotograph(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		guard, path, pot := h.Visit(h.Guard()), alarm.Path(id), furnished.Photograph(t, 90)
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
		furnished.Says(t, guard.Must(path+"/outcome"), `name="photo"`, `enctype="multipart/form-data"`)
		outcome := url.Values{"key": {"k"}, "fire": {"false"}, "words": {"锅烧干了"}}
		if status, _, page := guard.Upload(path+"/outcome", outcome, "photo", []byte("<svg onload=alert(1)>")); status != http.StatusUnprocessableEntity {
			t.Fatalf("no photograph: %d %s", status, page)
		}
		if status, _, _ := guard.Upload(path+"/outcome", outcome, "photo", pot, pot, pot, pot); status != http.StatusUnprocessableEntity {
			t.Errorf("four photographs: %d", status)
		}
		if status, _, page := guard.Upload(path+"/outcome", outcome, "photo", pot); status != http.StatusSeeOther {
			t.Fatalf("outcome: %d %s", status, page)
		}
		page := h.Visit(h.Committee()).Must("/alarms")
		furnished.Says(t, page, "锅烧干了")
		src := regexp.MustCompile(path + `/photo/[0-9a-f]{64}`).FindString(page)
		if src == "" {
			t.Fatal("the record shows no photograph")
		}
		if status, _, _ := h.Visit(h.Committee()).Do("GET", src, "", ""); status != http.StatusOK {
			t.Errorf("the committee does not see it: %d", status)
		}
		for name, ref := range map[string]string{"xiwu": "r0285", "wanhang": "s026"} {
			if status, _, _ := h.Visit(h.Actor(name, ref)).Do("GET", src, "", ""); status == http.StatusOK {
				t.Errorf("%s of %s sees it", ref, name)
			}
		}
		n := 0
		h.Must(picture.FilesOf(context.Background(), h.Store.Reader(), h.Xiwu, func(string) error { n++; return nil }))
		if n != 2 {
			t.Errorf("%d pictures for the backup, want the picture and its small form", n)
		}
	})
}
