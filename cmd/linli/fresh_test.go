package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linli/linli/internal/app"
)

// --fresh throws away all that a house made, and nothing that it did not.
func TestFreshThrowsAwayOnlyWhatAHouseMade(t *testing.T) {
	dir := t.TempDir()
	house, err := app.New(t.Context(), app.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := empty(dir); err != nil {
		t.Errorf("what a house left: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "thesis.doc"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := empty(dir); err == nil || !strings.Contains(err.Error(), "thesis.doc") {
		t.Errorf("a stranger's file: %v", err)
	}
}
