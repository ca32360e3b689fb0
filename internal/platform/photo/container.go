package photo

import (
	"encoding/binary"

	"github.com/linli/linli/internal/platform/photo/exif"
)

// orientation finds how the picture was held, wherever its format keeps that.
// A GIF cannot say.
func orientation(k kind, data []byte) exif.Orientation {
	switch k {
	case jpegKind:
		return exif.Find(scanJPEG(data).exif)
	case pngKind:
		return exif.Find(pngExif(data))
	case webpKind:
		return exif.Find(webpExif(data))
	}
	return exif.Upright
}

// pngExif finds the eXIf chunk: length, type, body, check sum (PNG, third
// edition, 5.3 and 11.3.4.5).
func pngExif(data []byte) []byte {
	const signature, frame = 8, 12
	for rest := data[min(signature, len(data)):]; len(rest) >= frame; {
		n := int64(binary.BigEndian.Uint32(rest))
		if n > int64(len(rest)-frame) {
			return nil
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+n]
		}
		rest = rest[frame+n:]
	}
	return nil
}

// webpExif finds the EXIF chunk: type, length, body, padded to an even length
// (RFC 9649, 2.3 and 2.7.1.5).
func webpExif(data []byte) []byte {
	const header, frame = 12, 8
	for rest := data[min(header, len(data)):]; len(rest) >= frame; {
		n := int64(binary.LittleEndian.Uint32(rest[4:]))
		if n > int64(len(rest)-frame) {
			return nil
		}
		if string(rest[:4]) == "EXIF" {
			return rest[frame : frame+n]
		}
		rest = rest[min(frame+n+n%2, int64(len(rest))):]
	}
	return nil
}
