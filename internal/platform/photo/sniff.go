package photo

import (
	"bytes"
	"slices"
)

// sniffSize is how many bytes are read before anything is decided: enough for
// every signature below, little enough that a wrong upload costs nothing.
const sniffSize = 64

type kind int

const (
	jpegKind kind = iota + 1
	pngKind
	webpKind
	gifKind
)

// sniff tells the type by the first bytes.
func sniff(head []byte) (kind, error) {
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case starts("\xff\xd8\xff"):
		return jpegKind, nil
	case starts("\x89PNG\r\n\x1a\n"):
		return pngKind, nil
	case starts("GIF87a"), starts("GIF89a"):
		return gifKind, nil
	case starts("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return webpKind, nil
	case isHEIF(head):
		return 0, refuse(HEIC, "an ISO media file with a still picture")
	}
	return 0, refuse(NotAPhoto, "unknown signature in %d bytes", len(head))
}

// isHEIF looks at the brands in the ftyp box, ISO/IEC 14496-12 section 4.3. The
// brands are those of ISO/IEC 23008-12 annex B and of AVIF 1.1 section 6.
func isHEIF(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	brands := []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}
	return slices.Contains(brands, string(head[8:12]))
}
