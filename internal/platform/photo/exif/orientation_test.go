package exif_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/linli/linli/internal/platform/photo/exif"
)

// block is a directory at the given offset with the given entries.
func block(order binary.AppendByteOrder, offset int, entries ...[]byte) []byte {
	b := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II*\x00")
	}
	b = order.AppendUint32(b, uint32(offset))
	b = append(b, make([]byte, max(0, offset-len(b)))...)
	b = order.AppendUint16(b, uint16(len(entries)))
	return append(b, bytes.Join(entries, nil)...)
}

func entry(order binary.AppendByteOrder, tag, kind uint16, count, value uint32) []byte {
	b := order.AppendUint16(order.AppendUint16(nil, tag), kind)
	b = order.AppendUint32(b, count)
	if kind == 3 {
		return order.AppendUint16(order.AppendUint16(b, uint16(value)), 0xeeee)
	}
	return order.AppendUint32(b, value)
}

func TestFind(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		maker := entry(order, 0x010f, 2, 6, 100)
		for v := range uint32(12) {
			want := exif.Orientation(v)
			if v < 1 || v > 8 {
				want = exif.Upright
			}
			for name, b := range map[string][]byte{
				"short":     block(order, 8, maker, entry(order, 0x0112, 3, 1, v)),
				"long":      block(order, 8, maker, entry(order, 0x0112, 4, 1, v)),
				"far":       block(order, 200, entry(order, 0x0112, 3, 1, v), maker),
				"with head": append([]byte("Exif\x00\x00"), block(order, 8, entry(order, 0x0112, 3, 1, v))...),
			} {
				if got := exif.Find(b); got != want {
					t.Errorf("%v %s %d: %d, want %d", order, name, v, got, want)
				}
			}
		}
	}
}

func TestFindInBrokenBlocks(t *testing.T) {
	le := binary.LittleEndian
	six := entry(le, 0x0112, 3, 1, 6)
	whole := block(le, 8, six)
	for name, b := range map[string][]byte{
		"nothing":          nil,
		"head only":        []byte("Exif\x00\x00"),
		"order only":       []byte("II"),
		"other number":     append([]byte("II+\x00"), whole[4:]...),
		"mixed order":      append([]byte("MM*\x00"), whole[4:]...),
		"offset in header": append([]byte("II*\x00\x04\x00\x00\x00"), whole[8:]...),
		"offset behind":    append([]byte("II*\x00\xff\x00\x00\x00"), whole[8:]...),
		"offset 2^32-1":    append([]byte("II*\x00\xff\xff\xff\xff"), whole[8:]...),
		"count missing":    whole[:9],
		"entry cut":        whole[:len(whole)-1],
		"count too high":   append([]byte("II*\x00\x08\x00\x00\x00\xff\xff"), entry(le, 0x010f, 2, 6, 100)...),
		"text":             block(le, 8, entry(le, 0x0112, 2, 1, 6)),
		"two values":       block(le, 8, entry(le, 0x0112, 3, 2, 6)),
		"no entries":       block(le, 8),
		"huge value":       block(le, 8, entry(le, 0x0112, 4, 1, 0x10006)),
	} {
		if got := exif.Find(b); got != exif.Upright {
			t.Errorf("%s: %d, want upright", name, got)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add(block(binary.LittleEndian, 8, entry(binary.LittleEndian, 0x0112, 3, 1, 6)))
	f.Add(block(binary.BigEndian, 20, entry(binary.BigEndian, 0x0112, 4, 1, 8)))
	f.Add([]byte("Exif\x00\x00MM\x00*"))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		if o := exif.Find(b); o < exif.Upright || o > exif.Turn270 {
			t.Errorf("orientation %d", o)
		}
		if !bytes.Equal(b, before) {
			t.Error("the block was changed")
		}
	})
}
