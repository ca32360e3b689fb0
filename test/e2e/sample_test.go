package e2e_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/test/e2e/browser"
)

// stairwell is a photograph as a phone takes it: 2000×1500, light walls, boxes
// for clutter.
func stairwell(t *testing.T, boxes int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 2000, 1500))
	fill := func(r image.Rectangle, c color.RGBA) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(img.Bounds(), color.RGBA{206, 212, 208, 255})
	fill(image.Rect(0, 1100, 2000, 1500), color.RGBA{150, 160, 156, 255})
	for i := range boxes {
		fill(image.Rect(60+i*330, 900, 340+i*330, 1240), color.RGBA{185, 138, uint8(85 + 9*i), 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// onPhone puts a file into the gallery of the phone.
func onPhone(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// taken is a photograph that the house keeps.
func (s *sample) taken(t *testing.T, boxes int) []picture.Picture {
	t.Helper()
	b := stairwell(t, boxes)
	photos, err := s.Reports.Studio.Take(context.Background(), picture.Bytes(b), 1)
	if err != nil {
		t.Fatal(err)
	}
	return photos
}

func (s *sample) actor(t *testing.T, role string) people.Actor {
	t.Helper()
	a, err := s.Door.ActorFor(context.Background(), s.cast[role].Tenant, s.cast[role].ID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// spot is a place of the resident's neighbourhood by its key in the register.
func (s *sample) spot(t *testing.T, ref string) place.Node {
	t.Helper()
	n, err := s.Places.ByRef(context.Background(), s.cast["resident"].Tenant, ref)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// sent are the resident's own reports that say these words.
func (s *sample) sent(t *testing.T, words string) []report.Row {
	t.Helper()
	page, err := s.Reports.List(context.Background(), s.actor(t, "resident"), report.Filter{Mine: true}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []report.Row
	for _, r := range page.Rows {
		if r.Detail.Words == words {
			out = append(out, r)
		}
	}
	return out
}

// only is the one report that says these words.
func (s *sample) only(t *testing.T, words string) report.Row {
	t.Helper()
	rows := s.sent(t, words)
	if len(rows) != 1 {
		t.Fatalf("%d reports say %q, want 1", len(rows), words)
	}
	return rows[0]
}

// raise is a report of the resident, moved on by whoever may.
func (s *sample) raise(t *testing.T, words string, verbs ...matter.Verb) string {
	t.Helper()
	ctx := context.Background()
	resident, guard := s.actor(t, "resident"), s.actor(t, "property")
	r, _, err := s.Reports.Create(ctx, resident, report.Draft{
		Place: s.spot(t, "guihua-6").ID, Category: "corridor.clutter", Spot: "11 楼", Words: words, Source: report.FromApp, Photos: s.taken(t, 4),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verbs {
		who, act := guard, report.Act{ID: r.ID, Verb: v, Words: "写一句"}
		switch v {
		case matter.Finish:
			act.Photos = s.taken(t, 0)
		case matter.Confirm, matter.Reopen:
			who, act.Rating = resident, 0
		}
		if _, err := s.Reports.Do(ctx, who, act); err != nil {
			t.Fatalf("%s: %v", v, err)
		}
	}
	return r.ID
}

// later moves the house's clock forward and does what is due by then.
func (s *sample) later(t *testing.T, by time.Duration) {
	t.Helper()
	s.clock.Back(-by)
	if _, err := s.Jobs.RunDue(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// speak sets the language of a tab from its next page on.
func (s *sample) speak(p *browser.Page, lang string) {
	p.Open(s.url + "/healthz")
	p.Eval("document.cookie='lang="+lang+";path=/'", nil)
}

// path is where a tab is.
func path(t *testing.T, p *browser.Page) string {
	t.Helper()
	u, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

// idOf is the report that a tab shows.
func idOf(t *testing.T, p *browser.Page) string {
	t.Helper()
	id, ok := strings.CutPrefix(path(t, p), "/report/")
	if !ok {
		t.Fatalf("the page is %s, want that of a report", p.URL())
	}
	return id
}
