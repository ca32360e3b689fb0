package frame_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/inbox/fireline/frame"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/gb26875-frames.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	var one struct{ Hex string }
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[name], &one); err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(one.Hex)
	if err != nil || len(b) == 0 {
		t.Fatal(name, err)
	}
	return b
}

func names() []string {
	return []string{"recorded_vendor_sample", "synthesised_smoke_alarm_type2", "synthesised_confirm"}
}

func TestSamplesAreReadAndWrittenBack(t *testing.T) {
	for _, name := range names() {
		b := sample(t, name)
		f, n := frame.Next(b)
		if f == nil || n != len(b) || f.Check != frame.Sum {
			t.Fatalf("%s: %+v, %d of %d bytes", name, f, n, len(b))
		}
		if !bytes.Equal(f.Bytes(), b) {
			t.Errorf("%s comes out as %x", name, f.Bytes())
		}
	}
}

func TestRecordedFrame(t *testing.T) {
	f, _ := frame.Next(sample(t, "recorded_vendor_sample"))
	want := &frame.Frame{
		Version: [2]byte{1, 1}, Time: [6]byte{15, 34, 14, 25, 7, 19}, Source: frame.Address{1},
		Destination: frame.Address{0xff, 0xff}, Command: frame.Send, Data: f.Data, Check: frame.Sum,
	}
	if diff := cmp.Diff(want, f); diff != "" || len(f.Data) != 18 || f.Source.String() != "000000000001" {
		t.Fatal(diff, f.Source)
	}
}

func TestConfirmation(t *testing.T) {
	f, _ := frame.Next(sample(t, "synthesised_smoke_alarm_type2"))
	at := time.Date(2019, 7, 25, 14, 34, 15, 0, time.FixedZone("", 8*3600))
	if got, want := f.Confirmation(at).Bytes(), sample(t, "synthesised_confirm"); !bytes.Equal(got, want) {
		t.Fatalf("\ngot  %x\nwant %x", got, want)
	}
}

func TestXORIsAcceptedAndNoted(t *testing.T) {
	f, _ := frame.Next(sample(t, "recorded_vendor_sample"))
	f.Check = frame.XOR
	got, n := frame.Next(f.Bytes())
	if n == 0 || got == nil || got.Check != frame.XOR || got.Confirmation(time.Unix(0, 0)).Check != frame.XOR {
		t.Fatalf("%+v", got)
	}
}

// split cuts a stream that arrives in pieces.
func split(pieces ...[]byte) (frames [][]byte, junk []byte) {
	var buf []byte
	for _, piece := range pieces {
		buf = append(buf, piece...)
		for {
			f, n := frame.Next(buf)
			if n == 0 {
				break
			}
			if f == nil {
				junk = append(junk, buf[:n]...)
			} else {
				frames = append(frames, slices.Clone(buf[:n]))
			}
			buf = buf[n:]
		}
	}
	return frames, append(junk, buf...)
}

func TestPiecesJoinsAndJunk(t *testing.T) {
	alarm, confirm := sample(t, "synthesised_smoke_alarm_type2"), sample(t, "synthesised_confirm")
	tricky := frame.Frame{Command: frame.Send, Data: []byte("##@@##@@")}.Bytes()
	bad := slices.Clone(alarm)
	bad[30] ^= 0x55
	for name, c := range map[string]struct {
		stream []byte
		frames [][]byte
		junk   string
	}{
		"two joined":            {slices.Concat(alarm, confirm), [][]byte{alarm, confirm}, ""},
		"end mark in the data":  {slices.Concat(tricky, alarm), [][]byte{tricky, alarm}, ""},
		"junk before":           {slices.Concat([]byte("noise@#"), alarm), [][]byte{alarm}, "noise@#"},
		"a lone @ before":       {slices.Concat([]byte("@"), alarm), [][]byte{alarm}, "@"},
		"junk between":          {slices.Concat(confirm, []byte{0, 0}, alarm), [][]byte{confirm, alarm}, "\x00\x00"},
		"a broken frame":        {slices.Concat(bad, alarm), [][]byte{alarm}, string(bad)},
		"length far too great":  {slices.Concat([]byte("@@aaaaaaaaaaaaaaaaaaaaaa\xff\xff"), alarm), [][]byte{alarm}, "@@aaaaaaaaaaaaaaaaaaaaaa\xff\xff"},
		"cut off at the end":    {alarm[:20], nil, string(alarm[:20])},
		"nothing but junk":      {[]byte("hello"), nil, "hello"},
		"empty":                 {nil, nil, ""},
		"longest frame":         {frame.Frame{Data: make([]byte, 1024)}.Bytes(), [][]byte{frame.Frame{Data: make([]byte, 1024)}.Bytes()}, ""},
		"more data than can be": {frame.Frame{Data: make([]byte, 2000)}.Bytes(), [][]byte{frame.Frame{Data: make([]byte, 1024)}.Bytes()}, ""},
	} {
		frames, junk := split(c.stream)
		if diff := cmp.Diff(c.frames, frames); diff != "" || string(junk) != c.junk {
			t.Errorf("%s: %s junk %q", name, diff, junk)
		}
		var bytewise [][]byte
		for i := range c.stream {
			bytewise = append(bytewise, c.stream[i:i+1])
		}
		if again, _ := split(bytewise...); !cmp.Equal(frames, again) {
			t.Errorf("%s: byte by byte gives %x", name, again)
		}
	}
}

func TestAnyFrameSurvivesAnyPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.SampledFrom([]byte("@#\x00a")), 0, 60)
		var stream []byte
		var want [][]byte
		for range rapid.IntRange(0, 5).Draw(t, "frames") {
			b := frame.Frame{Serial: rapid.Uint16().Draw(t, "serial"), Command: frame.Send, Data: data.Draw(t, "data")}.Bytes()
			stream, want = append(stream, b...), append(want, b)
		}
		var pieces [][]byte
		for len(stream) > 0 {
			n := rapid.IntRange(1, len(stream)).Draw(t, "piece")
			pieces, stream = append(pieces, stream[:n]), stream[n:]
		}
		if got, junk := split(pieces...); !cmp.Equal(want, got) || len(junk) > 0 {
			t.Fatalf("%x, junk %x", got, junk)
		}
	})
}

func FuzzNext(f *testing.F) {
	for _, name := range names() {
		f.Add(sample(f, name))
	}
	f.Add([]byte("@@@@####"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		got, n := frame.Next(stream)
		switch {
		case n < 0 || n > len(stream):
			t.Fatalf("took %d of %d bytes", n, len(stream))
		case n == 0 && len(stream) >= 27+1024+3:
			t.Fatal("waits although the longest frame would be there")
		case got != nil && !bytes.Equal(got.Bytes(), stream[:n]):
			t.Fatalf("read %x, writes %x", stream[:n], got.Bytes())
		}
	})
}
