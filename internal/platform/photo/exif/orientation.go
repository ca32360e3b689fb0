package exif

import (
	"bytes"
	"encoding/binary"
)

// Orientation 方向 says how stored pixels are turned for looking at, with the
// numbers of Exif 2.32, tag 0x0112.
type Orientation int

// What has to be done to the stored picture; turns are clockwise.
const (
	Upright       Orientation = 1
	FlipLeftRight Orientation = 2
	Turn180       Orientation = 3
	FlipTopBottom Orientation = 4
	Transpose     Orientation = 5 // mirrored over the diagonal from top left
	Turn90        Orientation = 6
	Transverse    Orientation = 7 // mirrored over the diagonal from top right
	Turn270       Orientation = 8
)

const (
	tagOrientation = 0x0112
	typeShort      = 3
	typeLong       = 4
	headerSize     = 8
	entrySize      = 12
)

// Find returns the orientation in an Exif block, with or without the "Exif\0\0"
// in front of it. A block that has none or that is broken gives Upright.
func Find(block []byte) Orientation {
	tiff := bytes.TrimPrefix(block, []byte("Exif\x00\x00"))
	order := byteOrder(tiff)
	if order == nil {
		return Upright
	}
	// 64 bits: an offset near 2^32 must not wrap on a 32-bit machine.
	start := int64(order.Uint32(tiff[4:8]))
	if start < headerSize || start+2 > int64(len(tiff)) {
		return Upright
	}
	entries := tiff[start+2:]
	for range order.Uint16(tiff[start : start+2]) {
		if len(entries) < entrySize {
			return Upright
		}
		if order.Uint16(entries) == tagOrientation {
			return value(order, entries[:entrySize])
		}
		entries = entries[entrySize:]
	}
	return Upright
}

// byteOrder is nil when this is no TIFF header.
func byteOrder(tiff []byte) binary.ByteOrder {
	if len(tiff) < headerSize {
		return nil
	}
	switch string(tiff[:4]) {
	case "II*\x00":
		return binary.LittleEndian
	case "MM\x00*":
		return binary.BigEndian
	}
	return nil
}

// value reads the entry's value, which stands in the entry itself. The standard
// says SHORT; some programs write LONG.
func value(order binary.ByteOrder, entry []byte) Orientation {
	if order.Uint32(entry[4:]) != 1 {
		return Upright
	}
	var v uint32
	switch order.Uint16(entry[2:]) {
	case typeShort:
		v = uint32(order.Uint16(entry[8:]))
	case typeLong:
		v = order.Uint32(entry[8:])
	}
	if v < uint32(Upright) || v > uint32(Turn270) {
		return Upright
	}
	return Orientation(v)
}
