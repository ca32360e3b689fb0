package photo_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/linli/linli/internal/platform/photo"
)

// Whatever comes in: a refusal with a known code, or two clean pictures.
func FuzzSanitize(f *testing.F) {
	for _, data := range hidden(f) {
		f.Add(data)
	}
	f.Add(progressive(64, 48, 4))
	f.Add([]byte(pngHead))
	f.Add([]byte("\x00\x00\x00\x18ftypheic"))
	codes := []photo.Code{photo.NotAPhoto, photo.TooLarge, photo.TooManyPixels, photo.TooSmall, photo.HEIC, photo.Broken}
	s := photo.New(photo.Options{MaxBytes: 1 << 16, MaxPixels: 1 << 16, Edge: 60, ThumbEdge: 20})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := s.Sanitize(t.Context(), bytes.NewReader(data))
		if err != nil {
			if !slices.Contains(codes, code(err)) {
				t.Fatalf("refused without a code: %v", err)
			}
			return
		}
		decoded(t, p)
		if max(p.Width, p.Height) > 60 || max(p.ThumbWidth, p.ThumbHeight) > 20 {
			t.Errorf("too large: %d×%d, %d×%d", p.Width, p.Height, p.ThumbWidth, p.ThumbHeight)
		}
	})
}
