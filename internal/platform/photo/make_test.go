package photo_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"testing"
)

// The pictures of these tests are made here, bit by bit where no encoder exists.

var (
	red   = color.RGBA{220, 20, 20, 255}
	green = color.RGBA{20, 200, 20, 255}
	blue  = color.RGBA{20, 20, 220, 255}
	grey  = color.RGBA{128, 128, 128, 255}
	black = color.RGBA{0, 0, 0, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// quarters is red, green / blue, grey.
func quarters(w, h int) *image.RGBA {
	return painted(w, h, func(x, y int) color.RGBA {
		return [2][2]color.RGBA{{red, green}, {blue, grey}}[2*y/h][2*x/w]
	})
}

func painted(w, h int, at func(x, y int) color.RGBA) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, at(x, y))
		}
	}
	return m
}

func written(t testing.TB, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, m image.Image) []byte {
	return written(t, func(w io.Writer) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: 90}) })
}

func asPNG(t testing.TB, m image.Image) []byte {
	return written(t, func(w io.Writer) error { return png.Encode(w, m) })
}

// asGIF makes an animation: the picture, then black.
func asGIF(t testing.TB, m *image.RGBA) []byte {
	colors := color.Palette{red, green, blue, grey, black}
	first, second := image.NewPaletted(m.Rect, colors), image.NewPaletted(m.Rect, colors)
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			first.Set(x, y, m.At(x, y))
			second.Set(x, y, black)
		}
	}
	g := &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{10, 10}}
	return written(t, func(w io.Writer) error { return gif.EncodeAll(w, g) })
}

// withSegment puts a segment behind the start of a JPEG.
func withSegment(jpg []byte, marker byte, body []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, marker}, uint16(len(body)+2))
	return slices.Concat(head, body, jpg[2:])
}

const exifHead = "Exif\x00\x00"

// secretPlace stands in the GPS part of exifBlock.
const secretPlace = "\x00\x00\x00\x1f\x00\x00\x00\x01SECRET-GPS"

// exifBlock is a TIFF with two directories: orientation and the pointer to the
// GPS directory, and there the latitude.
func exifBlock(order binary.AppendByteOrder, orientation int) []byte {
	b := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II*\x00")
	}
	entry := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		b = order.AppendUint32(b, count)
		if kind == 3 {
			b = order.AppendUint16(order.AppendUint16(b, uint16(value)), 0)
			return
		}
		b = order.AppendUint32(b, value)
	}
	b = order.AppendUint16(order.AppendUint32(b, 8), 2)
	entry(0x0112, 3, 1, uint32(orientation))
	entry(0x8825, 4, 1, 38)
	b = order.AppendUint16(order.AppendUint32(b, 0), 1)
	entry(0x0002, 5, 3, 56)
	return append(order.AppendUint32(b, 0), secretPlace...)
}

func withExif(jpg []byte, orientation int) []byte {
	return withSegment(jpg, 0xe1, append([]byte(exifHead), exifBlock(binary.BigEndian, orientation)...))
}

func pngChunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

const pngHead = "\x89PNG\r\n\x1a\n"

func pngSize(w, h uint32, depth, kind, interlace byte) []byte {
	b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return pngChunk("IHDR", append(b, depth, kind, 0, 0, interlace))
}

// withChunk puts a chunk behind the header of a PNG.
func withChunk(p []byte, name string, body []byte) []byte {
	const end = 8 + 25
	return slices.Concat(p[:end], pngChunk(name, body), p[end:])
}

// plainPNG is one grey bit a pixel, all the same: a large picture in few bytes.
func plainPNG(t testing.TB, w, h int) []byte {
	data := written(t, func(out io.Writer) error {
		z := zlib.NewWriter(out)
		row := make([]byte, 1+(w+7)/8)
		for range h {
			if _, err := z.Write(row); err != nil {
				return err
			}
		}
		return z.Close()
	})
	return slices.Concat([]byte(pngHead), pngSize(uint32(w), uint32(h), 1, 0, 0), pngChunk("IDAT", data), pngChunk("IEND", nil))
}

// plainWebP is a lossless picture of one colour: no transform, no cache, and
// five prefix codes of one symbol, so that a pixel takes no bit (RFC 9649, 3).
func plainWebP(w, h int, c color.RGBA, chunks ...[]byte) []byte {
	var bits bitWriter
	bits.write(0x2f, 8)
	bits.write(uint64(w-1), 14)
	bits.write(uint64(h-1), 14)
	bits.write(0, 1+3+1+1+1)
	for _, symbol := range []byte{c.G, c.R, c.B, c.A, 0} {
		bits.write(0b101, 3)
		bits.write(uint64(symbol), 8)
	}
	bits.write(0, 16)
	return webpFile(append([][]byte{webpChunk("VP8L", bits.bytes)}, chunks...)...)
}

func webpFile(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func webpChunk(name string, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
	b = append(b, body...)
	return append(b, make([]byte, len(body)%2)...)
}

// bitWriter writes the lowest bit first.
type bitWriter struct {
	bytes []byte
	used  int
}

func (b *bitWriter) write(v uint64, n int) {
	for i := range n {
		if b.used%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.used/8] |= byte(v>>i&1) << (b.used % 8)
		b.used++
	}
}

// progressive is a grey JPEG of one colour: a first pass over the means of the
// blocks, and then passes that add nothing.
func progressive(w, h, passes int) []byte {
	b := progressiveHead(w, h, 1)
	blocks := (w + 7) / 8 * ((h + 7) / 8)
	for i := range passes {
		highLow := byte(0x01)
		if i > 0 {
			highLow = 0x10
		}
		b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, highLow)
		b = append(b, make([]byte, (blocks+7)/8)...)
	}
	return append(b, 0xff, 0xd9)
}

// progressiveHead has one quantiser and one code, of one bit, for "no change".
func progressiveHead(w, h, components int) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	b = append(b, bytes.Repeat([]byte{1}, 64)...)
	b = append(b, 0xff, 0xc2, 0, byte(8+3*components), 8, byte(h>>8), byte(h), byte(w>>8), byte(w), byte(components))
	for i := range components {
		b = append(b, byte(i+1), 0x11, 0)
	}
	b = append(b, 0xff, 0xc4, 0, 20, 0, 1)
	return append(b, make([]byte, 16)...)
}
