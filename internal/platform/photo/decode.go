package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// weigh refuses by the header alone, and says how many bytes decoding will take.
func (s *Sanitizer) weigh(k kind, data []byte) (int64, error) {
	c, err := config(k, data)
	if err != nil {
		return 0, &Error{Broken, err}
	}
	if c.Width <= 0 || c.Height <= 0 {
		return 0, refuse(Broken, "no size in the header")
	}
	pixels := int64(c.Width) * int64(c.Height)
	if pixels > int64(s.limits.MaxPixels) {
		return 0, refuse(TooManyPixels, "%d×%d pixels", c.Width, c.Height)
	}
	if min(c.Width, c.Height) < s.limits.MinEdge {
		return 0, refuse(TooSmall, "%d×%d pixels", c.Width, c.Height)
	}
	perPixel, err := cost(k, c, data)
	if err != nil {
		return 0, err
	}
	need := int64(perPixel * float64(pixels))
	if need > s.limits.MaxMemory {
		return 0, refuse(TooManyPixels, "%d×%d pixels need %d bytes", c.Width, c.Height, need)
	}
	return need, nil
}

// cost estimates the bytes of memory that decoding takes for one pixel, from
// what the decoders allocate.
func cost(k kind, c image.Config, data []byte) (float64, error) {
	switch k {
	case jpegKind:
		return jpegCost(scanJPEG(data))
	case webpKind:
		return 8, nil // lossless alpha: 4 for its picture, 1 for itself, up to 3 for colour
	case gifKind:
		return 1, nil
	}
	const interlaceByte = 28 // in IHDR: 8 signature, 8 frame, 12 before it
	per := pngBytes(c.ColorModel)
	if len(data) > interlaceByte && data[interlaceByte] != 0 {
		per *= 2 // each pass is a picture of its own
	}
	return per, nil
}

func jpegCost(s segments) (float64, error) {
	if s.scans > maxScans {
		return 0, refuse(Broken, "%d scans", s.scans)
	}
	per := s.samples
	if s.progressive {
		per += 4 * s.samples // the coefficients are kept, 4 bytes each
	}
	if s.converted {
		per += 4
	}
	return per, nil
}

// pngBytes takes grey for colour, because a transparent grey makes it that.
func pngBytes(m color.Model) float64 {
	switch m {
	case color.Gray16Model, color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

func config(k kind, data []byte) (image.Config, error) {
	r := bytes.NewReader(data)
	switch k {
	case jpegKind:
		return jpeg.DecodeConfig(r)
	case pngKind:
		return png.DecodeConfig(r)
	case webpKind:
		return webp.DecodeConfig(r)
	}
	return gif.DecodeConfig(r)
}

// decode turns bytes into pixels. A decoder that panics on hostile bytes has
// found the file broken too.
func decode(k kind, data []byte) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, refuse(Broken, "decoder panicked: %v", p)
		}
	}()
	if img, err = pixels(k, data); err != nil {
		return nil, &Error{Broken, fmt.Errorf("decode: %w", err)}
	}
	return img, nil
}

// pixels decodes. A JPEG without its end mark, as some phones and messengers leave
// it, gets one: where more than the mark is missing, the decoder still says so. Of a
// progressive one it could not, as each pass is a picture.
func pixels(k kind, data []byte) (image.Image, error) {
	r := bytes.NewReader(data)
	switch k {
	case jpegKind:
		if s := scanJPEG(data); !s.ended && !s.progressive {
			return jpeg.Decode(io.MultiReader(r, bytes.NewReader([]byte{0xff, eoi})))
		}
		return jpeg.Decode(r)
	case pngKind:
		return png.Decode(r)
	case webpKind:
		return webp.Decode(r)
	}
	return gif.Decode(r)
}
