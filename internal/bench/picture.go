package bench

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"mime/multipart"
	"net/textproto"
)

// Of a photograph as a phone shrinks it before sending.
const (
	pictureWidth  = 1600
	pictureHeight = 1200
	pictureBytes  = 300_000
)

// noisePicture is a JPEG of 1600×1200 pixels and about 300 KB: a smooth ground
// with as much noise as brings it to that size.
func noisePicture(seed uint64) ([]byte, error) {
	low, high := 0, 96
	var best []byte
	for high-low > 1 {
		mid := (low + high) / 2
		b, err := encodeNoise(seed, mid)
		if err != nil {
			return nil, err
		}
		if len(b) > pictureBytes {
			high = mid
		} else {
			low, best = mid, b
		}
	}
	if best == nil {
		return nil, fmt.Errorf("no noise is small enough for %d bytes", pictureBytes)
	}
	return best, nil
}

func encodeNoise(seed uint64, noise int) ([]byte, error) {
	dice := rand.New(rand.NewPCG(seed, 7))
	img := image.NewYCbCr(image.Rect(0, 0, pictureWidth, pictureHeight), image.YCbCrSubsampleRatio420)
	for y := range pictureHeight {
		for x := range pictureWidth {
			img.Y[y*img.YStride+x] = byte(64 + (x+y)/24 + dice.IntN(noise+1))
		}
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = byte(120+i%16), byte(130-i%16)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// upload is a form with two photographs, and its Content-Type.
func upload(fields map[string]string, photos ...[]byte) ([]byte, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			return nil, "", err
		}
	}
	for i, p := range photos {
		head := textproto.MIMEHeader{}
		head.Set("Content-Disposition", fmt.Sprintf(`form-data; name="photo"; filename="%d.jpg"`, i))
		head.Set("Content-Type", "image/jpeg")
		part, err := w.CreatePart(head)
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write(p); err != nil {
			return nil, "", err
		}
	}
	err := w.Close()
	return b.Bytes(), w.FormDataContentType(), err
}
