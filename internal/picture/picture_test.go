package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/photo"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// stairs is a photograph as a phone takes it; each shade is another one.
func stairs(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for x := range 640 {
		for y := range 480 {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), shade, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func studio(t *testing.T, disk blob.Disk) picture.Studio {
	t.Helper()
	blobs, err := blob.OpenOn(disk, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return picture.Studio{Clean: photo.New(photo.Options{}), Blobs: blobs}
}

func take(t *testing.T, s picture.Studio, all ...[]byte) []picture.Picture {
	t.Helper()
	list, err := s.Take(t.Context(), picture.Bytes(all...), len(all))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func files(t *testing.T, s picture.Studio) (n int) {
	t.Helper()
	if err := s.Blobs.Walk(t.Context(), func(blob.Hash, int64) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// S40: a photograph is kept cleaned, with a small form; the same one sent again,
// by anybody, is the same two files.
func TestS40_TheSamePhotographIsKeptOnce(t *testing.T) {
	s := studio(t, blob.OSDisk{})
	first, again := take(t, s, stairs(t, 1), stairs(t, 2)), take(t, s, stairs(t, 1))
	if first[0] != again[0] || first[0].Hash == first[1].Hash || first[0].Width != 640 || first[0].Height != 480 {
		t.Errorf("%+v, then %+v", first, again)
	}
	if n := files(t, s); n != 4 {
		t.Errorf("%d files, want two photographs and their small forms", n)
	}
}

// S40: what is no photograph is refused by the number and name of the file, and
// nothing of it is kept.
func TestS40_WhatIsNoPhotographIsRefusedByItsField(t *testing.T) {
	s := studio(t, blob.OSDisk{})
	whole := stairs(t, 1)
	for name, tt := range map[string]struct {
		file []byte
		key  string
	}{
		"nothing":             {nil, "photo.not_a_photo"},
		"a drawing that runs": {[]byte("<svg onload=alert(1)>"), "photo.not_a_photo"},
		"a page":              {[]byte("<!doctype html><script>alert(1)</script>"), "photo.not_a_photo"},
		"a document":          {[]byte("%PDF-1.7 ..."), "photo.not_a_photo"},
		"half a photograph":   {whole[:len(whole)/2], "photo.broken"},
		"a phone's own form":  {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "photo.heic"},
		"more than is taken":  {append(bytes.Clone(whole), make([]byte, 13<<20)...), "photo.too_large"},
	} {
		sent := picture.Bytes(tt.file)
		sent[0].Name = "a.jpg"
		got, err := s.Take(t.Context(), sent, 1)
		f := fault.As(err)
		if got != nil || f == nil || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "photo" || f.Fields[0].Key != tt.key {
			t.Errorf("%s: %v, %+v", name, got, f)
		}
		if _, err := s.Cleaned(t.Context(), sent, "paper"); fault.As(err) == nil || fault.As(err).Fields[0].Name != "paper" {
			t.Errorf("%s as a paper: %v", name, err)
		}
	}
	if n := files(t, s); n != 0 {
		t.Errorf("%d files of what was refused", n)
	}
	if got, err := s.Take(t.Context(), picture.Bytes(whole, whole), 1); got != nil || fault.As(err).Fields[0].Key != "photo.many" {
		t.Errorf("too many: %v, %v", got, err)
	}
	if got, err := s.Take(t.Context(), nil, 1); got != nil || err != nil {
		t.Errorf("none: %v, %v", got, err)
	}
	if got, err := s.Cleaned(t.Context(), nil, "paper"); got != nil || err != nil {
		t.Errorf("no paper: %v, %v", got, err)
	}
}

// A paper is cleaned as any photograph and never lies in the folder.
func TestS28_APaperIsCleanedAndNotKept(t *testing.T) {
	s := studio(t, blob.OSDisk{})
	sent := stairs(t, 1)
	secret := []byte("\xff\xfe\x00\x10taken at home ")
	marked := append(append(bytes.Clone(sent[:2]), secret...), sent[2:]...)
	got, err := s.Cleaned(t.Context(), picture.Bytes(marked), "paper")
	if err != nil || !bytes.HasPrefix(got, []byte("\xff\xd8")) || bytes.Contains(got, []byte("taken at home")) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if n := files(t, s); n != 0 {
		t.Errorf("%d files of a paper", n)
	}
}

// fullDisk takes no file.
type fullDisk struct{ blob.OSDisk }

// Create finds no room.
func (fullDisk) Create(dir, prefix string) (blob.File, error) {
	return nil, &fs.PathError{Op: "create", Path: dir + "/" + prefix, Err: syscall.ENOSPC}
}

// S40: a full disk is said as such, and the person may try again.
func TestS40_AFullDiskIsBusy(t *testing.T) {
	_, err := studio(t, fullDisk{}).Take(t.Context(), picture.Bytes(stairs(t, 1)), 1)
	if f := fault.As(err); f == nil || f.Code != fault.Busy {
		t.Errorf("%v", err)
	}
}

// Pictures are those of one case of one neighbourhood, in the order of its
// entries, and are written with the entry or not at all.
func TestPicturesAreThoseOfTheirCase(t *testing.T) {
	storetest.Each(t, []store.Room{picture.Room()}, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		keep := func(tenant store.Tenant, id string, seq int, then error, list ...picture.Picture) {
			t.Helper()
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return errors.Join(picture.Keep(ctx, tx, tenant, id, seq, list), then)
			})
			if !errors.Is(err, then) {
				t.Fatal(err)
			}
		}
		a, b, c := picture.Picture{Hash: "a", Thumb: "a2", Width: 4, Height: 3}, picture.Picture{Hash: "b", Thumb: "b2"}, picture.Picture{Hash: "c", Thumb: "c2"}
		keep("xiwu", "1", 5, nil, c)
		keep("xiwu", "1", 1, nil, b, a)
		keep("xiwu", "2", 1, nil, a)
		keep("wanhang", "1", 1, nil, c)
		keep("xiwu", "1", 6, context.Canceled, a)
		got, err := picture.Of(t.Context(), s.Reader(), "xiwu", "1")
		if err != nil {
			t.Fatal(err)
		}
		want := []picture.Picture{{Seq: 1, Hash: "b", Thumb: "b2"}, {Seq: 1, Hash: "a", Thumb: "a2", Width: 4, Height: 3}, {Seq: 5, Hash: "c", Thumb: "c2"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"a", "b"}, picture.Hashes(picture.Named(got, []string{"a", "none", "b"}))); diff != "" {
			t.Error(diff)
		}
		if got, err := picture.Of(t.Context(), s.Reader(), "wanhang", "2"); err != nil || got != nil {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// A backup is told of every file, however many there are, and stops when asked to.
func TestEveryFileIsNamed(t *testing.T) {
	storetest.Each(t, []store.Room{picture.Room()}, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		const many = 1001
		err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(picture.Keep(ctx, tx, "xiwu", "1", 1, make([]picture.Picture, many)), picture.Keep(ctx, tx, "wanhang", "1", 1, make([]picture.Picture, 1)))
		})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := picture.FilesOf(t.Context(), s.Reader(), "xiwu", func(string) error { n++; return nil }); err != nil || n != 2*many {
			t.Errorf("%d files, %v", n, err)
		}
		if err := picture.FilesOf(t.Context(), s.Reader(), "xiwu", func(string) error { return context.Canceled }); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

// S40: a picture is shown to who may see its case; to everybody else, and under
// any other name, there is none.
func TestS40_APictureIsShownToWhoMaySeeItsCase(t *testing.T) {
	s := studio(t, blob.OSDisk{})
	mine, other := take(t, s, stairs(t, 1)), take(t, s, stairs(t, 2))
	route := s.Route("report", "report.read", func(_ context.Context, a people.Actor, id string) ([]picture.Picture, error) {
		if a.Person != "lu" || id != "1" {
			return nil, fault.New(fault.NotFound, "fault.not_found")
		}
		return mine, nil
	})
	ask := func(person, id, hash string, head ...string) (*httptest.ResponseRecorder, error) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/report/"+id+"/photo/"+hash, nil)
		r.SetPathValue("id", id)
		r.SetPathValue("hash", hash)
		if person != "" {
			r = r.WithContext(people.WithActor(r.Context(), people.Actor{Person: person}))
		}
		for i := 0; i < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		w := httptest.NewRecorder()
		return w, route.Do(w, r)
	}
	for _, hash := range []string{mine[0].Hash, mine[0].Thumb} {
		w, err := ask("lu", "1", hash)
		if err != nil || w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/jpeg" || w.Header().Get("Cache-Control") != "private, max-age=86400" {
			t.Fatalf("%d %v %v", w.Code, w.Header(), err)
		}
		if w, err := ask("lu", "1", hash, "If-None-Match", w.Header().Get("ETag")); err != nil || w.Code != http.StatusNotModified {
			t.Errorf("asked again: %d %v", w.Code, err)
		}
	}
	for name, tt := range map[string][3]string{
		"a stranger":              {"wu", "1", mine[0].Hash},
		"another case":            {"lu", "2", mine[0].Hash},
		"another case's picture":  {"lu", "1", other[0].Hash},
		"no hash":                 {"lu", "1", "../../keys/digest.key"},
		"a hash of nothing":       {"lu", "1", strings.Repeat("0", 64)},
		"a stranger who has seen": {"wu", "1", mine[0].Thumb},
	} {
		if w, err := ask(tt[0], tt[1], tt[2], "If-None-Match", `"`+tt[2]+`"`); !fault.Is(err, fault.NotFound) || w.Body.Len() > 0 || w.Header().Get("ETag") != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ask("", "1", mine[0].Hash); !fault.Is(err, fault.Unsigned) {
		t.Errorf("nobody: %v", err)
	}
}
