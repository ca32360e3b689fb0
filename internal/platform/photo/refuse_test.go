package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/photo"
)

func code(err error) photo.Code {
	if refused := (*photo.Error)(nil); errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func refused(t *testing.T, name string, data []byte, want photo.Code) {
	t.Helper()
	p, err := photo.New(photo.Options{}).Sanitize(t.Context(), bytes.NewReader(data))
	if code(err) != want || p.JPEG != nil || p.Thumb != nil {
		t.Errorf("%s: %v, want %s", name, err, want)
	}
}

func TestWhatIsNoPhotograph(t *testing.T) {
	for name, head := range map[string]string{
		"nothing":        "",
		"one byte":       "\xff",
		"SVG":            `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"SVG with head":  `<?xml version="1.0"?><svg/>`,
		"HTML":           "<!DOCTYPE html><script>alert(1)</script>",
		"PDF":            "%PDF-1.7\n",
		"zip":            "PK\x03\x04\x14\x00\x00\x00",
		"program":        "\x7fELF\x02\x01\x01",
		"script":         "#!/bin/sh\n",
		"BMP":            "BM\x36\x00\x0c\x00",
		"TIFF":           "II*\x00\x08\x00\x00\x00",
		"film":           "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
		"sound in RIFF":  "RIFF\x24\x00\x00\x00WAVEfmt ",
		"short RIFF":     "RIFF\x24\x00",
		"JPEG too late":  "\n\xff\xd8\xff\xe0",
		"text":           "楼道堆物",
		"PNG, text mode": "\x89PNG\n\x1a\n",
	} {
		refused(t, name, []byte(head), photo.NotAPhoto)
		refused(t, name+", long", append([]byte(head), make([]byte, 1000)...), photo.NotAPhoto)
	}
}

// A document in front of a picture is that document, whatever follows.
func TestPicturesBehindDocuments(t *testing.T) {
	jpg := asJPEG(t, quarters(64, 48))
	for _, head := range []string{"%PDF-1.4\n", "<html>", "PK\x03\x04", "<svg>"} {
		refused(t, head, append([]byte(head), jpg...), photo.NotAPhoto)
	}
}

func TestHEIC(t *testing.T) {
	for _, brand := range []string{"heic", "heix", "mif1", "msf1", "hevc", "avif", "avis"} {
		refused(t, brand, []byte("\x00\x00\x00\x18ftyp"+brand+"\x00\x00\x00\x00mif1heic"), photo.HEIC)
	}
}

func TestTooSmall(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {15, 16}, {16, 15}, {15, 2000}} {
		refused(t, "PNG", plainPNG(t, size[0], size[1]), photo.TooSmall)
		refused(t, "JPEG", asJPEG(t, quarters(size[0], size[1])), photo.TooSmall)
	}
	frame := asGIF(t, quarters(8, 8))
	binary.LittleEndian.PutUint16(frame[6:], 100) // the screen says 100×100
	binary.LittleEndian.PutUint16(frame[8:], 100)
	refused(t, "GIF with a small frame on a large screen", frame, photo.TooSmall)
}

func TestTruncated(t *testing.T) {
	m := quarters(64, 48)
	for name, whole := range map[string][]byte{
		"JPEG": asJPEG(t, m), "PNG": asPNG(t, m), "GIF": asGIF(t, m)[:300],
		"WebP": plainWebP(64, 48, red), "progressive JPEG": progressive(64, 48, 3),
	} {
		for _, n := range []int{12, 20, len(whole) / 4, len(whole) / 2, len(whole) * 3 / 4} {
			refused(t, name, whole[:min(max(n, 12), len(whole)-1)], photo.Broken)
		}
	}
}

// Some phones and messengers leave out the end mark, or half of it: the picture is
// all there. With less than that, of whatever length, it is cut.
func TestS40_APhotographWithoutItsEndMarkIsTaken(t *testing.T) {
	s := photo.New(photo.Options{})
	for _, m := range []image.Image{quarters(64, 48), quarters(61, 47), snapshot(300, 200)} {
		whole := asJPEG(t, m)
		want := sanitize(t, s, whole)
		for cut := 1; cut <= 2; cut++ {
			if got := sanitize(t, s, whole[:len(whole)-cut]); !bytes.Equal(got.JPEG, want.JPEG) {
				t.Errorf("without the last %d bytes it is another picture", cut)
			}
		}
		for n := 12; n < len(whole)-3; n += max(1, len(whole)/200) {
			refused(t, "cut", whole[:n], photo.Broken)
		}
	}
	refused(t, "progressive: nobody can tell whether passes are missing", bytes.TrimSuffix(progressive(64, 48, 3), []byte("\xff\xd9")), photo.Broken)
}

func TestBroken(t *testing.T) {
	flipped := asPNG(t, quarters(64, 48))
	flipped[len(flipped)/2] ^= 0xff
	for name, data := range map[string][]byte{
		"only a signature":        []byte("\xff\xd8\xff"),
		"GIF as script":           []byte("GIF89a=\x00;\x00alert(document.cookie)//" + strings.Repeat(" ", 200)),
		"PNG wider than can be":   slices.Concat([]byte(pngHead), pngSize(1<<31-1, 1<<31-1, 1, 0, 0), pngChunk("IEND", nil)),
		"JPEG as text":            []byte("\xff\xd8\xffhello, this is a letter"),
		"PNG with a wrong sum":    flipped,
		"no size, scan at once":   []byte("\xff\xd8\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"),
		"PNG of no height":        slices.Concat([]byte(pngHead), pngSize(100, 0, 8, 2, 0), pngChunk("IEND", nil)),
		"WebP without a picture":  webpFile(webpChunk("EXIF", []byte("II*\x00"))),
		"WebP that ends at WEBP":  []byte("RIFF\x04\x00\x00\x00WEBP"),
		"two frames in one JPEG":  withSegment(asJPEG(t, quarters(64, 48)), 0xc0, []byte{8, 0, 99, 0, 99, 1, 1, 0x11, 0}),
		"65 passes over the JPEG": progressive(64, 48, 65),
	} {
		refused(t, name, data, photo.Broken)
	}
}

// Passes are counted before decoding, also where stray bytes, fill bytes and
// restart markers stand between them.
func TestPassesCannotHide(t *testing.T) {
	accepted := progressive(64, 48, 64)
	sanitize(t, photo.New(photo.Options{}), accepted)
	for name, between := range map[string]string{
		"stray bytes": "stray", "fill": "\xff\xff\xff", "restart": "\xff\xd3", "stuffed": "\xff\x00",
		"comment": "\xff\xfe\x00\x04hi",
	} {
		scan := []byte("\xff\xda\x00\x08\x01\x01\x00\x00\x00\x10")
		data := bytes.ReplaceAll(progressive(64, 48, 65), scan, append([]byte(between), scan...))
		refused(t, name, data, photo.Broken)
	}
}

const firstScan = "\xff\xda\x00\x08\x01\x01\x00\x00\x00\x01"

// baseline is the head of a JPEG of 7000×7000 pixels with components so named.
func baseline(components string) []byte {
	b := progressiveHead(7000, 7000, len(components))
	frame := bytes.Index(b, []byte{0xff, 0xc2})
	b[frame+1] = 0xc0
	for i, name := range []byte(components) {
		b[frame+10+3*i] = name
	}
	return append(b, firstScan...)
}

// The same size is let in when its colours need no second picture; here it is
// decoded and found to end too early.
func TestLargePlainJPEGIsDecoded(t *testing.T) {
	refused(t, "baseline", baseline("\x01\x02\x03"), photo.Broken)
}

// What everyday phones make at most is taken, 64 million pixels with colours at a
// quarter of the size; what needs more memory is not.
func TestS40_PhotographsOfSixtyFourMegapixelsAreTaken(t *testing.T) {
	if p := sanitize(t, photo.New(photo.Options{}), evenlyGrey(t, 9248, 6936)); p.Width != 1600 || p.Height != 1200 {
		t.Errorf("it becomes %d×%d", p.Width, p.Height)
	}
	refused(t, "one that says it has 72 million", baselineOf(9000, 8000), photo.TooManyPixels)
}

// evenlyGrey is a JPEG at 4:2:0 of one grey. Each of its units is the same four
// bytes, no difference and nothing more: 001010 for the four of brightness, 0000 for
// the two of colour (T.81, tables K.3 to K.6).
func evenlyGrey(t *testing.T, w, h int) []byte {
	b := asJPEG(t, painted(16, 16, func(int, int) color.RGBA { return color.RGBA{128, 128, 128, 255} }))
	frame, scan := bytes.Index(b, []byte{0xff, 0xc0}), bytes.Index(b, []byte{0xff, 0xda})
	binary.BigEndian.PutUint16(b[frame+5:], uint16(h))
	binary.BigEndian.PutUint16(b[frame+7:], uint16(w))
	head := b[:scan+2+int(binary.BigEndian.Uint16(b[scan+2:]))]
	units := (w + 15) / 16 * ((h + 15) / 16)
	return slices.Concat(head, bytes.Repeat([]byte{0x28, 0xa2, 0x8a, 0x00}, units), []byte{0xff, 0xd9})
}

func baselineOf(w, h int) []byte {
	b := progressiveHead(w, h, 3)
	b[bytes.Index(b, []byte{0xff, 0xc2})+1] = 0xc0
	return append(b, firstScan...)
}

var bombs = map[string]func(t *testing.T) []byte{
	"header of 60000×60000": func(*testing.T) []byte {
		return slices.Concat([]byte(pngHead), pngSize(60000, 60000, 8, 6, 0), pngChunk("IDAT", nil))
	},
	"20000×20000 of one colour": func(t *testing.T) []byte { return plainPNG(t, 20000, 20000) },
	"deep PNG of 49 million pixels": func(*testing.T) []byte {
		return slices.Concat([]byte(pngHead), pngSize(7000, 7000, 16, 6, 0), pngChunk("IDAT", nil))
	},
	"interlaced PNG of 49 million pixels": func(*testing.T) []byte {
		return slices.Concat([]byte(pngHead), pngSize(7000, 7000, 8, 6, 1), pngChunk("IDAT", nil))
	},
	"JPEG header of 65535×65535": func(*testing.T) []byte {
		return append(progressiveHead(65535, 65535, 3), firstScan...)
	},
	"progressive JPEG that keeps 3×49 million coefficients": func(*testing.T) []byte {
		return append(progressiveHead(7000, 7000, 3), firstScan...)
	},
	"CMYK JPEG of 49 million pixels": func(*testing.T) []byte { return baseline("CMYK") },
	"RGB JPEG of 49 million pixels":  func(*testing.T) []byte { return baseline("RGB") },
	"Adobe RGB JPEG of 49 million pixels": func(*testing.T) []byte {
		return withSegment(baseline("abc"), 0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
	},
	"WebP of 16384×16384 in 40 bytes": func(*testing.T) []byte { return plainWebP(16384, 16384, red) },
	"GIF screen of 65535×65535": func(*testing.T) []byte {
		return []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x00;")
	},
}

func TestBombs(t *testing.T) {
	for name, make := range bombs {
		data := make(t)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		refused(t, name, data, photo.TooManyPixels)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > uint64(8*len(data)+100_000) {
			t.Errorf("%s: refusing %d bytes took %d bytes of memory", name, len(data), took)
		}
	}
}

// A WebP whose outer header is small and whose picture is large.
func TestWebPThatLiesAboutItsSize(t *testing.T) {
	outer := webpChunk("VP8X", []byte{0, 0, 0, 0, 63, 0, 0, 47, 0, 0}) // 64×48
	inner := plainWebP(16384, 16384, red)[12:]
	refused(t, "lying WebP", webpFile(outer, inner), photo.Broken)
}

// counted counts what is read of an endless stream.
type counted struct {
	head []byte
	read int
}

func (c *counted) Read(p []byte) (int, error) {
	n := copy(p, c.head)
	c.head = c.head[n:]
	clear(p[n:])
	c.read += len(p)
	return len(p), nil
}

func TestLargeUploadsAreNotReadOn(t *testing.T) {
	const limit = 12 << 20
	stream := func(head string) *counted { return &counted{head: []byte(head)} }
	jpg, html := stream("\xff\xd8\xff\xe0"), stream("<html>")
	for _, c := range []struct {
		stream *counted
		want   photo.Code
		read   int
	}{{jpg, photo.TooLarge, limit + 1}, {html, photo.NotAPhoto, 64}} {
		_, err := photo.New(photo.Options{}).Sanitize(t.Context(), io.LimitReader(c.stream, 50<<20))
		if code(err) != c.want || c.stream.read > c.read {
			t.Errorf("%v after %d bytes; want %s after %d", err, c.stream.read, c.want, c.read)
		}
	}
}

func TestBytesAtTheLimit(t *testing.T) {
	jpg := asJPEG(t, quarters(64, 48))
	s := photo.New(photo.Options{MaxBytes: int64(len(jpg))})
	sanitize(t, s, jpg)
	if _, err := s.Sanitize(t.Context(), bytes.NewReader(append(jpg, 0))); code(err) != photo.TooLarge {
		t.Errorf("one byte more: %v", err)
	}
	tiny := photo.New(photo.Options{MaxBytes: 10})
	if _, err := tiny.Sanitize(t.Context(), bytes.NewReader(jpg)); code(err) != photo.TooLarge {
		t.Errorf("a limit below the signature: %v", err)
	}
}

func TestPixelsAtTheLimit(t *testing.T) {
	s := photo.New(photo.Options{MaxPixels: 100 * 50})
	sanitize(t, s, plainPNG(t, 100, 50))
	if _, err := s.Sanitize(t.Context(), bytes.NewReader(plainPNG(t, 101, 50))); code(err) != photo.TooManyPixels {
		t.Errorf("a column more: %v", err)
	}
}

// What the header is said to cost is what decoding takes: a picture is let in
// with just that much, and no more is used, but for the shrinking (a quarter of
// the pixels as RGBA, then a quarter of those …) and a fixed part.
func TestMemoryIsAsEstimated(t *testing.T) {
	const edge, pixels = 1000, 1000 * 1000
	m := quarters(edge, edge)
	for name, c := range map[string]struct {
		data     []byte
		perPixel float64
	}{
		"JPEG": {asJPEG(t, m), 1.5}, "progressive JPEG, grey": {progressive(edge, edge, 3), 5.1},
		"PNG": {asPNG(t, m), 4}, "16-bit PNG": {asPNG(t, deep{m}), 8}, "grey PNG": {plainPNG(t, edge, edge), 4},
		"GIF": {asGIF(t, m), 1}, "WebP": {plainWebP(edge, edge, red), 8},
	} {
		limit := int64(c.perPixel * pixels)
		s := photo.New(photo.Options{MaxMemory: limit, Edge: 100, ThumbEdge: 50})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		sanitize(t, s, c.data)
		runtime.ReadMemStats(&after)
		used := after.TotalAlloc - before.TotalAlloc
		if allowed := uint64(limit) + pixels*3/2 + 1<<20; used > allowed {
			t.Errorf("%s: %d bytes used, %d foreseen", name, used, allowed)
		}
	}
}

func TestErrorsHoldNothingOfTheFile(t *testing.T) {
	data := withSegment([]byte("\xff\xd8\xff"), 0xfe, []byte("王小明 13800000000"))
	_, err := photo.New(photo.Options{}).Sanitize(t.Context(), bytes.NewReader(data))
	if code(err) != photo.Broken || strings.Contains(err.Error(), "138") || errors.Unwrap(err) == nil {
		t.Errorf("error: %v", err)
	}
	_, err = photo.New(photo.Options{}).Sanitize(t.Context(), bytes.NewReader(asPNG(t, image.NewGray(image.Rect(0, 0, 9, 9)))))
	if got := err.Error(); got != "photo refused, too_small: 9×9 pixels" {
		t.Errorf("error: %s", got)
	}
}
