package photo

import (
	"bytes"
	"encoding/binary"
)

// maxScans bounds the passes over a JPEG. Progressive pictures from cameras and
// browsers have about ten; a hostile one can have hundreds of thousands, each a
// pass over all pixels for some twenty bytes.
const maxScans = 64

// Markers of ITU-T T.81, table B.1.
const (
	sof0 = 0xc0 // baseline
	sof2 = 0xc2 // progressive
	rst0 = 0xd0
	rst7 = 0xd7
	eoi  = 0xd9
	sos  = 0xda
	app1 = 0xe1
	appE = 0xee // Adobe's
)

// segments is what the segments of a JPEG tell before it is decoded.
type segments struct {
	scans       int
	progressive bool
	samples     float64 // values stored for one pixel, 1 to 4; 0 without a frame
	converted   bool    // stored as RGB or CMYK: the decoder makes a second picture
	exif        []byte  // the first Exif block
	ended       bool    // it has its end mark
}

// scanJPEG walks over the segments. It passes over stray bytes between them as
// image/jpeg does, so that no scan can hide from one and be seen by the other.
func scanJPEG(data []byte) segments {
	var s segments
	rest := data[min(2, len(data)):]
	for {
		var marker byte
		marker, rest = nextMarker(rest)
		if marker == 0 || marker == eoi {
			s.ended = marker == eoi
			return s
		}
		if len(rest) < 2 {
			return s
		}
		n := int(binary.BigEndian.Uint16(rest))
		if n < 2 || n > len(rest) {
			s.note(marker, nil)
			return s
		}
		s.note(marker, rest[2:n])
		rest = rest[n:]
	}
}

// nextMarker returns the next marker that has a segment, or eoi, and what
// follows it; 0 when there is none.
func nextMarker(data []byte) (byte, []byte) {
	for {
		i := bytes.IndexByte(data, 0xff)
		if i < 0 {
			return 0, nil
		}
		for i < len(data) && data[i] == 0xff {
			i++ // any number of fill bytes
		}
		if i == len(data) {
			return 0, nil
		}
		m := data[i]
		data = data[i+1:]
		if m != 0 && (m < rst0 || m > rst7) {
			return m, data
		}
	}
}

func (s *segments) note(marker byte, body []byte) {
	switch {
	case marker == sos:
		s.scans++
	case marker >= sof0 && marker <= sof2:
		s.progressive = s.progressive || marker == sof2
		s.samples = max(s.samples, samples(body))
		s.converted = s.converted || isRGB(body)
	case marker == appE && len(body) >= 12 && string(body[:5]) == "Adobe":
		s.converted = s.converted || body[11] == 0
	case marker == app1 && s.exif == nil && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
		s.exif = body
	}
}

// samples adds up the components of a frame header (T.81, B.2.2): one that is
// stored at half width and half height counts a quarter.
func samples(frame []byte) float64 {
	if len(frame) < 6 {
		return 0
	}
	parts := frame[6:]
	count := min(int(frame[5]), len(parts)/3)
	var area, hMax, vMax int
	for i := range count {
		h, v := int(parts[3*i+1]>>4), int(parts[3*i+1]&15)
		area, hMax, vMax = area+h*v, max(hMax, h), max(vMax, v)
	}
	if hMax*vMax == 0 {
		return 0
	}
	return float64(area) / float64(hMax*vMax)
}

// isRGB tells whether the components of a frame are named R, G and B, or are
// four, which is CMYK.
func isRGB(frame []byte) bool {
	if len(frame) < 6+3*3 {
		return false
	}
	return frame[5] == 4 || frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B'
}
