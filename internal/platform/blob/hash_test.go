package blob_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/blob"
)

// emptySum is the SHA-256 of nothing, FIPS 180-4.
const emptySum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParseTakesAHash(t *testing.T) {
	h, err := blob.Parse(emptySum)
	if err != nil || h.String() != emptySum {
		t.Errorf("Parse = %q, %v", h, err)
	}
}

var notHashes = map[string]string{
	"empty":          "",
	"short":          emptySum[:63],
	"long":           emptySum + "0",
	"upper case":     strings.ToUpper(emptySum),
	"path upwards":   "../../../../etc/passwd" + emptySum[22:],
	"slash inside":   emptySum[:10] + "/" + emptySum[11:],
	"backslash":      emptySum[:10] + `\` + emptySum[11:],
	"dots":           strings.Repeat(".", 64),
	"zero byte":      emptySum[:63] + "\x00",
	"not hex":        emptySum[:63] + "g",
	"full-width":     strings.Repeat("a", 61) + "a",
	"newline at end": emptySum + "\n",
}

func TestParseRefuses(t *testing.T) {
	for name, s := range notHashes {
		if h, err := blob.Parse(s); !errors.Is(err, blob.ErrHash) || h != "" {
			t.Errorf("%s: Parse = %q, %v; want ErrHash", name, h, err)
		}
	}
}

// A hash made without Parse, by a careless conversion, must not leave the folder.
func TestVerbsCheckTheHashAgain(t *testing.T) {
	s := open(t, t.TempDir())
	for name, bad := range notHashes {
		if _, err := s.Open(blob.Hash(bad)); !errors.Is(err, blob.ErrHash) {
			t.Errorf("%s: Open: %v, want ErrHash", name, err)
		}
		if _, err := s.Has(t.Context(), blob.Hash(bad)); !errors.Is(err, blob.ErrHash) {
			t.Errorf("%s: Has: %v, want ErrHash", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range notHashes {
		f.Add(s)
	}
	f.Add(emptySum)
	f.Fuzz(func(t *testing.T, s string) {
		h, err := blob.Parse(s)
		if err == nil && (len(h) != 64 || strings.Trim(s, "0123456789abcdef") != "") {
			t.Errorf("Parse let %q through", s)
		}
		if err != nil && !errors.Is(err, blob.ErrHash) {
			t.Errorf("Parse(%q): %v", s, err)
		}
	})
}
