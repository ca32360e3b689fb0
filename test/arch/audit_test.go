package arch_test

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/words"
)

// What the audit trail writes down is read by people: each action, and what it
// is done to, has its words in both languages.
func TestWhatTheTrailWritesDownHasWords(t *testing.T) {
	house := os.DirFS("../..")
	call := regexp.MustCompile(`[aA]udit(?:In)?\(ctx, tx,[^"\n]*"([a-z]+\.[a-z]+)", "([a-z_0-9]+)"`)
	rebind := regexp.MustCompile(`rebind\(ctx, a, tenant, unit, "([a-z.]+)"`)
	actions, things := map[string]bool{}, map[string]bool{}
	err := fs.WalkDir(house, "internal", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return err
		}
		b, err := fs.ReadFile(house, p)
		for _, m := range call.FindAllStringSubmatch(string(b), -1) {
			actions[m[1]], things[m[2]] = true, true
		}
		for _, m := range rebind.FindAllStringSubmatch(string(b), -1) {
			actions[m[1]] = true
		}
		return err
	})
	if err != nil || len(actions) < 20 || len(things) < 10 {
		t.Fatalf("only %d actions and %d things found, %v", len(actions), len(things), err)
	}
	tr := load(t, house)
	catalog, err := loadWords(tr, slices.Sorted(maps.Keys(wordFolders(tr)))...)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Langs() {
		for a := range actions {
			if !catalog.Has(lang, "people.did."+a) {
				t.Errorf("%s: the action %s has no words", lang, a)
			}
		}
		for x := range things {
			if !catalog.Has(lang, "people.thing."+x) {
				t.Errorf("%s: %s has no name", lang, x)
			}
		}
	}
}
