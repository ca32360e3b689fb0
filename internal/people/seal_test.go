package people_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

func sealer(t *testing.T, dir string) *people.Sealer {
	t.Helper()
	s, err := people.OpenSealer(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealedFieldOpensForItsPersonOnly(t *testing.T) {
	s := sealer(t, t.TempDir())
	sealed, err := s.Seal(wh, "lu", "phone", "16900000001")
	if err != nil || strings.Contains(sealed, "1690") {
		t.Fatalf("%q %v", sealed, err)
	}
	if plain, err := s.Open(wh, "lu", "phone", sealed); err != nil || plain != "16900000001" {
		t.Fatalf("%q %v", plain, err)
	}
	if again, _ := s.Seal(wh, "lu", "phone", "16900000001"); again == sealed {
		t.Error("the same number is sealed to the same text")
	}
	for _, tt := range [][3]string{{"t-xw", "lu", "phone"}, {"t-wh", "lin", "phone"}, {"t-wh", "lu", "alone"}} {
		if plain, err := s.Open(store.Tenant(tt[0]), tt[1], tt[2], sealed); err == nil {
			t.Errorf("opens as %v: %q", tt, plain)
		}
	}
	for _, broken := range []string{sealed[:len(sealed)-2], strings.ToUpper(sealed), "***"} {
		if _, err := s.Open(wh, "lu", "phone", broken); err == nil {
			t.Errorf("%q opens", broken)
		}
	}
}

func TestEmptyStaysEmpty(t *testing.T) {
	s := sealer(t, t.TempDir())
	sealed, err := s.Seal(wh, "lu", "phone", "")
	if err != nil || sealed != "" {
		t.Fatalf("%q %v", sealed, err)
	}
	if plain, err := s.Open(wh, "lu", "phone", ""); err != nil || plain != "" {
		t.Fatalf("%q %v", plain, err)
	}
}

func TestKeysStayWithTheDataFolder(t *testing.T) {
	dir := t.TempDir()
	first := sealer(t, dir)
	sealed, err := first.Seal(wh, "lu", "phone", "1")
	if err != nil {
		t.Fatal(err)
	}
	second := sealer(t, dir)
	if plain, err := second.Open(wh, "lu", "phone", sealed); err != nil || plain != "1" {
		t.Fatalf("after a restart: %q %v", plain, err)
	}
	if first.Digest("code", "x") != second.Digest("code", "x") || first.Digest("code", "x") == first.Digest("session", "x") {
		t.Error("digests")
	}
	if other := sealer(t, t.TempDir()); other.Digest("code", "x") == first.Digest("code", "x") {
		t.Error("two houses have the same key")
	}
	for _, name := range []string{"fields.json", "digest.key"} {
		path := filepath.Join(dir, "keys", name)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%s %v", info.Mode(), err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := people.OpenSealer(dir); err == nil {
			t.Errorf("%s may be read by others", name)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := people.OpenSealer(dir); err == nil {
			t.Errorf("a broken %s is taken", name)
		}
	}
}

func TestRotatedKeysStillOpenWhatWasSealed(t *testing.T) {
	dir := t.TempDir()
	old := sealer(t, dir)
	sealed, err := old.Seal(wh, "lu", "phone", "1")
	if err != nil {
		t.Fatal(err)
	}
	if err := people.RotateKeys(dir); err != nil {
		t.Fatal(err)
	}
	fresh := sealer(t, dir)
	if plain, err := fresh.Open(wh, "lu", "phone", sealed); err != nil || plain != "1" {
		t.Fatalf("%q %v", plain, err)
	}
	resealed, err := fresh.Seal(wh, "lu", "phone", "1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Open(wh, "lu", "phone", resealed); err == nil {
		t.Error("the new key is not used")
	}
}

func TestSealThenOpenGivesAnyTextBack(t *testing.T) {
	s := sealer(t, t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		sealed, err := s.Seal(wh, "p", "f", text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Open(wh, "p", "f", sealed); err != nil || got != text {
			t.Fatalf("%q %v", got, err)
		}
	})
}
