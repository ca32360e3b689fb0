package photo_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/photo"
)

func sanitize(t testing.TB, s *photo.Sanitizer, data []byte) photo.Photo {
	t.Helper()
	p, err := s.Sanitize(t.Context(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// decoded decodes both pictures and checks what is true of every photo.
func decoded(t testing.TB, p photo.Photo) (large, thumb image.Image) {
	t.Helper()
	return picture(t, p.JPEG, p.Width, p.Height), picture(t, p.Thumb, p.ThumbWidth, p.ThumbHeight)
}

func picture(t testing.TB, jpg []byte, w, h int) image.Image {
	t.Helper()
	onlyPixels(t, jpg)
	m, err := jpeg.Decode(bytes.NewReader(jpg))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds() != image.Rect(0, 0, w, h) {
		t.Fatalf("picture is %v, said to be %d×%d", m.Bounds(), w, h)
	}
	return m
}

// onlyPixels fails when a JPEG has a segment that is not needed for decoding,
// or bytes behind its end.
func onlyPixels(t testing.TB, jpg []byte) {
	t.Helper()
	names := map[byte]string{0xdb: "tables", 0xc0: "frame", 0xc4: "codes", 0xda: "scan"}
	rest := jpg[2:]
	for {
		if len(rest) < 4 || rest[0] != 0xff || names[rest[1]] == "" {
			t.Fatalf("unwanted segment: % x", rest[:min(4, len(rest))])
		}
		marker := rest[1]
		rest = rest[2+int(binary.BigEndian.Uint16(rest[2:])):]
		if marker == 0xda {
			break
		}
	}
	plain := bytes.ReplaceAll(rest, []byte{0xff, 0}, nil)
	if i := bytes.IndexByte(plain, 0xff); i != len(plain)-2 || plain[i+1] != 0xd9 {
		t.Fatalf("something behind the scan: % x", plain[i:min(i+8, len(plain))])
	}
}

func near(a, b color.Color) bool {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	off := func(x, y uint32) int { return max(int(x>>8)-int(y>>8), int(y>>8)-int(x>>8)) }
	return max(off(r1, r2), off(g1, g2), off(b1, b2)) <= 12
}

// corners are the colours a little inside: top left, top right, bottom left,
// bottom right.
func corners(m image.Image) [4]color.Color {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	return [4]color.Color{m.At(w/8, h/8), m.At(w-1-w/8, h/8), m.At(w/8, h-1-h/8), m.At(w-1-w/8, h-1-h/8)}
}

func wantCorners(t *testing.T, m image.Image, want [4]color.RGBA) {
	t.Helper()
	for i, got := range corners(m) {
		if !near(got, want[i]) {
			t.Errorf("corner %d is %v, want %v", i, got, want[i])
		}
	}
}

func TestEachFormat(t *testing.T) {
	m := quarters(64, 48)
	upright := [4]color.RGBA{red, green, blue, grey}
	for name, c := range map[string]struct {
		data []byte
		want [4]color.RGBA
	}{
		"JPEG":             {asJPEG(t, m), upright},
		"PNG":              {asPNG(t, m), upright},
		"GIF, first frame": {asGIF(t, m), upright},
		"WebP":             {plainWebP(64, 48, blue), [4]color.RGBA{blue, blue, blue, blue}},
		"progressive JPEG": {progressive(64, 48, 10), [4]color.RGBA{grey, grey, grey, grey}},
		"16-bit PNG":       {asPNG(t, deep{m}), upright},
	} {
		t.Run(name, func(t *testing.T) {
			p := sanitize(t, photo.New(photo.Options{}), c.data)
			large, thumb := decoded(t, p)
			if p.Width != 64 || p.Height != 48 || p.ThumbWidth != 64 || p.ThumbHeight != 48 {
				t.Errorf("sizes: %d×%d, %d×%d", p.Width, p.Height, p.ThumbWidth, p.ThumbHeight)
			}
			wantCorners(t, large, c.want)
			wantCorners(t, thumb, c.want)
		})
	}
}

// deep makes the PNG encoder write 16 bits a colour.
type deep struct{ *image.RGBA }

func (deep) ColorModel() color.Model { return color.NRGBA64Model }

func TestTransparentBecomesWhite(t *testing.T) {
	for _, edge := range []int{64, 40, 20} { // kept, scaled, halved
		p := sanitize(t, photo.New(photo.Options{Edge: edge}), asPNG(t, image.NewNRGBA(image.Rect(0, 0, 64, 64))))
		large, _ := decoded(t, p)
		wantCorners(t, large, [4]color.RGBA{white, white, white, white})
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ w, h, wantW, wantH, thumbW, thumbH int }{
		{16, 16, 16, 16, 16, 16},
		{400, 300, 400, 300, 400, 300},
		{401, 300, 401, 300, 400, 299},
		{1600, 1200, 1600, 1200, 400, 300},
		{1200, 1600, 1200, 1600, 300, 400},
		{1601, 1200, 1600, 1199, 400, 300},
		{4000, 3000, 1600, 1200, 400, 300},
		{16, 4000, 6, 1600, 2, 400},
		{16000, 17, 1600, 2, 400, 1},
	} {
		p := sanitize(t, photo.New(photo.Options{}), plainPNG(t, c.w, c.h))
		decoded(t, p)
		got := [4]int{p.Width, p.Height, p.ThumbWidth, p.ThumbHeight}
		if want := [4]int{c.wantW, c.wantH, c.thumbW, c.thumbH}; got != want {
			t.Errorf("%d×%d: %v, want %v", c.w, c.h, got, want)
		}
	}
}

func TestShapeIsKept(t *testing.T) {
	s := photo.New(photo.Options{Edge: 100, ThumbEdge: 25})
	rapid.Check(t, func(rt *rapid.T) {
		w, h := rapid.IntRange(16, 450).Draw(rt, "w"), rapid.IntRange(16, 450).Draw(rt, "h")
		p, err := s.Sanitize(rt.Context(), bytes.NewReader(plainWebP(w, h, red)))
		if err != nil {
			rt.Fatal(err)
		}
		if max(p.Width, p.Height) != min(100, max(w, h)) || max(p.ThumbWidth, p.ThumbHeight) != min(25, max(w, h)) {
			rt.Fatalf("longest edges: %d×%d, %d×%d", p.Width, p.Height, p.ThumbWidth, p.ThumbHeight)
		}
		scale := float64(max(p.Width, p.Height)) / float64(max(w, h))
		if off := float64(min(p.Width, p.Height)) - scale*float64(min(w, h)); off > 1 || off < -1 {
			rt.Fatalf("%d×%d became %d×%d", w, h, p.Width, p.Height)
		}
	})
}

// Shrinking averages over rows and columns: fine patterns become grey. A scaler
// that picks single pixels would give black, white or a coarser pattern.
func TestShrinkingAverages(t *testing.T) {
	for name, dark := range map[string]func(x, y int) bool{
		"chequer": func(x, y int) bool { return (x+y)%2 == 0 },
		"rows":    func(_, y int) bool { return y%2 == 0 },
		"columns": func(x, _ int) bool { return x%2 == 0 },
	} {
		t.Run(name, func(t *testing.T) {
			fine := painted(640, 480, func(x, y int) color.RGBA {
				if dark(x, y) {
					return black
				}
				return white
			})
			p := sanitize(t, photo.New(photo.Options{Edge: 320, ThumbEdge: 50}), asPNG(t, fine))
			large, thumb := decoded(t, p)
			wantCorners(t, large, [4]color.RGBA{grey, grey, grey, grey})
			wantCorners(t, thumb, [4]color.RGBA{grey, grey, grey, grey})
		})
	}
}

func TestShrinkingKeepsThePicture(t *testing.T) {
	for _, edge := range []int{300, 151, 150, 149, 75, 37} {
		p := sanitize(t, photo.New(photo.Options{Edge: edge}), asPNG(t, quarters(301, 201)))
		large, _ := decoded(t, p)
		wantCorners(t, large, [4]color.RGBA{red, green, blue, grey})
	}
}

func TestSlowReaderIsFine(t *testing.T) {
	r := iotest.OneByteReader(bytes.NewReader(asJPEG(t, quarters(64, 48))))
	if _, err := photo.New(photo.Options{}).Sanitize(t.Context(), r); err != nil {
		t.Error(err)
	}
}

// A cut line says nothing about the photograph.
func TestReadErrorsAreNotThePhotographs(t *testing.T) {
	cut := errors.New("connection cut")
	jpg := asJPEG(t, quarters(64, 48))
	for _, n := range []int{0, 10, 200} {
		r := io.MultiReader(bytes.NewReader(jpg[:n]), iotest.ErrReader(cut))
		p, err := photo.New(photo.Options{}).Sanitize(t.Context(), r)
		if refused := (*photo.Error)(nil); !errors.Is(err, cut) || errors.As(err, &refused) || p.JPEG != nil {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := photo.New(photo.Options{}).Sanitize(ctx, bytes.NewReader(jpg)); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
}

func TestDecodesWaitForAPlace(t *testing.T) {
	jpg := asJPEG(t, quarters(64, 48))
	synctest.Test(t, func(t *testing.T) {
		s := photo.New(photo.Options{Decodes: 1, Wait: time.Second})
		release := s.Hold()
		ctx, cancel := context.WithCancel(t.Context())
		unread, began := bytes.NewReader(jpg), time.Now()
		if _, err := s.Sanitize(t.Context(), unread); !fault.Is(err, fault.Busy) || time.Since(began) != time.Second || unread.Len() != len(jpg) {
			t.Errorf("after %v with %d bytes read: %v", time.Since(began), len(jpg)-unread.Len(), err)
		}
		waits, gives := make(chan error, 1), make(chan error, 1)
		go func() { _, err := s.Sanitize(t.Context(), bytes.NewReader(jpg)); waits <- err }()
		go func() { _, err := s.Sanitize(ctx, bytes.NewReader(jpg)); gives <- err }()
		synctest.Wait()
		if len(waits)+len(gives) != 0 {
			t.Fatal("decoded without a place")
		}
		cancel()
		if err := <-gives; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while waiting: %v", err)
		}
		release()
		if err := <-waits; err != nil {
			t.Error(err)
		}
		s.Hold()() // the place is free again
	})
}

// snapshot is a picture with the noise of a phone in poor light.
func snapshot(w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(1, 2))
	return painted(w, h, func(x, y int) color.RGBA {
		n := uint8(r.IntN(14))
		return color.RGBA{uint8(x*200/w) + n, uint8(y*200/h) + n, uint8((x/40+y/40)%2*80) + n, 255}
	})
}

func BenchmarkSanitize(b *testing.B) {
	for _, size := range [][2]int{{1600, 1200}, {4000, 3000}} {
		for _, turned := range []int{1, 6} {
			data := withExif(written(b, func(w io.Writer) error {
				return jpeg.Encode(w, snapshot(size[0], size[1]), &jpeg.Options{Quality: 87})
			}), turned)
			s := photo.New(photo.Options{})
			b.Run(fmt.Sprintf("%dx%d,orientation=%d,%dKB", size[0], size[1], turned, len(data)/1000), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					sanitize(b, s, data)
				}
			})
		}
	}
}
