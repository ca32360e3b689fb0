package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sampleFolder = "testdata/sample"

// noteAtEnd is what the sample says of a line: how many branches it has, and
// which are never taken.
var noteAtEnd = regexp.MustCompile(`// (\d+)(?:: (.*))?$`)

// said is what the sample's comments say.
func said(t *testing.T) (all int, missed []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sampleFolder, "sample.go"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(b), "\n") {
		m := noteAtEnd.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		all += n
		for _, what := range strings.FieldsFunc(m[2], func(r rune) bool { return r == ',' }) {
			missed = append(missed, fmt.Sprintf("%d: %s", i+1, strings.TrimSpace(what)))
		}
	}
	return all, missed
}

var place = regexp.MustCompile(`^.*sample\.go:(\d+):\d+: `)

func TestBranchesAreCountedAndTheMissedNamed(t *testing.T) {
	got, err := measure(sampleFolder)
	if err != nil {
		t.Fatal(err)
	}
	all, missed := said(t)
	if all == 0 || len(missed) == 0 {
		t.Fatal("the sample says nothing")
	}
	if got.all != all {
		t.Errorf("%d branches, want %d", got.all, all)
	}
	var named []string
	for _, m := range got.missed {
		named = append(named, place.ReplaceAllString(m, "$1: "))
	}
	slices.Sort(named)
	slices.Sort(missed)
	if diff := cmp.Diff(missed, named); diff != "" {
		t.Error(diff)
	}
}

// The same commit takes the same branches, also where cases are drawn.
func TestDrawnCasesAreTheSameEachTime(t *testing.T) {
	first, err := measure("testdata/drawn")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(first.missed); n == 0 || n >= first.all-1 {
		t.Fatalf("%d of %d missed: the cases show nothing of chance", n, first.all)
	}
	second, err := measure("testdata/drawn")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.missed, second.missed); diff != "" {
		t.Error(diff)
	}
}

func TestFloorDecides(t *testing.T) {
	all, missed := said(t)
	taken := 100 * float64(all-len(missed)) / float64(all)
	if err := run([]string{sampleFolder}, taken-0.1, true); err != nil {
		t.Errorf("above the floor: %v", err)
	}
	if err := run([]string{sampleFolder}, taken+0.1, true); err == nil {
		t.Error("below the floor, and taken")
	}
}

func TestWhatCannotBeMeasuredIsNotTaken(t *testing.T) {
	failing := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module failing\n\ngo 1.26\n", "a.go": "package failing\n", "a_test.go": "package failing\n\nimport \"testing\"\n\nfunc TestNo(t *testing.T) { t.Error() }\n",
	} {
		if err := os.WriteFile(filepath.Join(failing, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, folders := range map[string][]string{"no folder": nil, "a folder without Go": {"testdata"}, "tests that fail": {failing}} {
		if err := run(folders, 0, true); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
