package report_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	pictures "github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/test/furnished"
)

// house is the whole program with the sample subdistrict and a clock that
// stands.
type house struct{ *furnished.House }

// sample has the kinds of reports of the sample subdistrict too.
var sample = furnished.With(func(ctx context.Context, a *app.App, _ *storetest.Clock) error {
	if err := furnished.Import(ctx, a); err != nil {
		return err
	}
	_, err := a.Reports.ImportRegisters(ctx, demo.Data(), false)
	return err
})

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	sample.Each(t, func(t *testing.T, h *furnished.House) { fn(t, &house{h}) })
}

// onSQLite runs one house where the database makes no difference.
func onSQLite(t *testing.T, set ...func(*app.Options)) *house {
	t.Helper()
	furnished.Beside(t)
	return &house{sample.SQLite(t, set...)}
}

// resident is somebody who lives in a building, by its ref; nth counts from 0.
func (h *house) resident(building string, nth int) people.Actor {
	h.T.Helper()
	n := h.Place(building)
	list, _, err := h.Register.Persons(context.Background(), h.Xiwu, people.Filter{Under: n.Path, Standing: people.Owner}, people.Page{Limit: nth + 1})
	if err != nil || len(list) <= nth {
		h.T.Fatalf("resident %d of %s: %v", nth, building, err)
	}
	p := list[nth]
	return people.Actor{Tenant: h.Xiwu, Person: p.ID, Name: p.Name, Household: p.Household, Dwelling: p.Dwelling, Path: p.Path}
}

// staff is the first who holds a role at a place that covers the one named.
func (h *house) staff(role people.Role, at string) people.Actor {
	h.T.Helper()
	posts, err := h.Register.PostsAt(context.Background(), h.Xiwu, h.Place(at).Path)
	if err != nil {
		h.T.Fatal(err)
	}
	for _, p := range posts {
		if p.Role != role {
			continue
		}
		node, err := h.Places.ByID(context.Background(), p.Tenant, p.Place)
		if err != nil {
			h.T.Fatal(err)
		}
		return people.Actor{Tenant: p.Tenant, Person: p.Person, Name: p.Name, Posts: []people.Held{{Role: role, Place: p.Place, Path: node.Path}}}
	}
	h.T.Fatalf("nobody is %s at %s", role, at)
	return people.Actor{}
}

// raise makes a report of clutter in building 6.
func (h *house) raise(a people.Actor, change ...func(*report.Draft)) report.Report {
	h.T.Helper()
	d := report.Draft{Place: h.Place("guihua-6").ID, Category: "corridor.clutter", Words: "纸箱挡住消火栓", Source: report.FromApp}
	for _, c := range change {
		c(&d)
	}
	r, _, err := h.Reports.Create(context.Background(), a, d)
	if err != nil {
		h.T.Fatal(err)
	}
	return r
}

// do makes a move that must succeed.
func (h *house) do(a people.Actor, x report.Act) report.Report {
	h.T.Helper()
	r, err := h.Reports.Do(context.Background(), a, x)
	if err != nil {
		h.T.Fatalf("%s: %v", x.Verb, err)
	}
	return r
}

// photoTaken is a photograph in the house's own keeping.
func (h *house) photoTaken() []pictures.Picture {
	h.T.Helper()
	photos, err := h.Reports.Studio.Take(context.Background(), pictures.Bytes(picture(h.T)), 1)
	if err != nil {
		h.T.Fatal(err)
	}
	return photos
}

// picture is a small JPEG.
func picture(t testing.TB) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 {
		m.Set(i, i%48, color.RGBA{uint8(i * 3), 90, 120, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hidden is the value of a hidden field of a page.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no field %s", name)
	}
	return m[1]
}

// idOf is the report a link leads to.
func idOf(location string) string {
	path, _, _ := strings.Cut(location, "?")
	return strings.TrimPrefix(path, "/report/")
}
