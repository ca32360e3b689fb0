package photo_test

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"slices"
	"testing"

	"github.com/linli/linli/internal/platform/photo"
)

// Where the corners red, green, blue, grey of the stored picture are seen, for
// each orientation (Exif 2.32, 4.6.4 A: which side the first row and the first
// column are). Written out by hand, not computed.
var turned = map[int][4]color.RGBA{
	1: {red, green, blue, grey},
	2: {green, red, grey, blue},
	3: {grey, blue, green, red},
	4: {blue, grey, red, green},
	5: {red, blue, green, grey},
	6: {blue, red, grey, green},
	7: {grey, green, blue, red},
	8: {green, grey, red, blue},
	0: {red, green, blue, grey}, // no orientation at all
	9: {red, green, blue, grey},
}

func TestOrientation(t *testing.T) {
	stored := quarters(128, 64)
	for o, want := range turned {
		block := exifBlock(binary.LittleEndian, o)
		for name, data := range map[string][]byte{
			"JPEG": withExif(asJPEG(t, stored), o),
			"PNG":  withChunk(asPNG(t, stored), "eXIf", block),
		} {
			for _, edge := range []int{1600, 96, 64} {
				p := sanitize(t, photo.New(photo.Options{Edge: edge, ThumbEdge: 64}), data)
				large, thumb := decoded(t, p)
				if upended := o >= 5 && o <= 8; (p.Width < p.Height) != upended {
					t.Errorf("%s, orientation %d: %d×%d", name, o, p.Width, p.Height)
				}
				wantCorners(t, large, want)
				wantCorners(t, thumb, want)
			}
		}
	}
}

func TestOrientationOfWebP(t *testing.T) {
	outer := webpChunk("VP8X", []byte{8, 0, 0, 0, 95, 0, 0, 47, 0, 0}) // 96×48, has EXIF
	inner := plainWebP(96, 48, red)[12:]
	for name, block := range map[string][]byte{
		"bare":      exifBlock(binary.BigEndian, 6),
		"with head": append([]byte(exifHead), exifBlock(binary.BigEndian, 6)...),
	} {
		p := sanitize(t, photo.New(photo.Options{}), webpFile(outer, inner, webpChunk("odd ", []byte{1}), webpChunk("EXIF", block)))
		if p.Width != 48 || p.Height != 96 {
			t.Errorf("%s: %d×%d, want 48×96", name, p.Width, p.Height)
		}
	}
}

const secret = "<script>alert('SECRET')</script>"

// hidden are photographs with something in them that must stay outside.
func hidden(t testing.TB) map[string][]byte {
	m := quarters(96, 48)
	jpg, comment := asJPEG(t, m), []byte(secret)
	zip := []byte("PK\x03\x04\x14\x00\x00\x00\x00\x00" + secret + "PK\x05\x06" + string(make([]byte, 18)))
	gif := asGIF(t, m)
	blocks := slices.Concat([]byte{0x21, 0xfe, byte(len(secret))}, comment, []byte{0})
	return map[string][]byte{
		"position in EXIF":   withExif(jpg, 6),
		"two EXIF segments":  withExif(withExif(jpg, 6), 3),
		"XMP":                withSegment(jpg, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00"+secret)),
		"colour profile":     withSegment(jpg, 0xe2, []byte("ICC_PROFILE\x00\x01\x01"+secret)),
		"comment":            withSegment(jpg, 0xfe, comment),
		"JFIF and Photoshop": withSegment(withSegment(jpg, 0xed, []byte("Photoshop 3.0\x00"+secret)), 0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")),
		"zip behind":         append(slices.Clone(jpg), zip...),
		"script behind":      append(slices.Clone(jpg), comment...),
		"second JPEG behind": append(slices.Clone(jpg), withSegment(jpg, 0xfe, comment)...),
		"PNG text":           withChunk(asPNG(t, m), "tEXt", append([]byte("Comment\x00"), comment...)),
		"PNG position":       withChunk(asPNG(t, m), "eXIf", exifBlock(binary.BigEndian, 3)),
		"PNG and zip":        append(asPNG(t, m), zip...),
		"GIF comment":        slices.Concat(gif[:13], blocks, gif[13:]),
		"GIF and script":     append(asGIF(t, m), comment...),
		"WebP and XMP":       plainWebP(96, 48, red, webpChunk("XMP ", comment)),
	}
}

func TestNothingButPixelsComesThrough(t *testing.T) {
	for name, data := range hidden(t) {
		if !bytes.Contains(data, []byte("SECRET")) {
			t.Fatalf("%s: the test hides nothing", name)
		}
		p := sanitize(t, photo.New(photo.Options{}), data)
		decoded(t, p)
		for _, out := range [][]byte{p.JPEG, p.Thumb} {
			for _, word := range []string{"SECRET", "script", "PK\x03\x04", "Exif", "ICC", "xap"} {
				if bytes.Contains(out, []byte(word)) {
					t.Errorf("%s: %q came through", name, word)
				}
			}
		}
	}
}

func TestSameBytesGiveTheSamePhoto(t *testing.T) {
	s, data := photo.New(photo.Options{}), withExif(asJPEG(t, quarters(96, 48)), 6)
	a, b := sanitize(t, s, data), sanitize(t, s, data)
	if !bytes.Equal(a.JPEG, b.JPEG) || !bytes.Equal(a.Thumb, b.Thumb) {
		t.Error("two results")
	}
}
