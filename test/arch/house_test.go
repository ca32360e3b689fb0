package arch_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// rules are the rules of the house by name.
func rules() map[string]rule {
	return map[string]rule{
		"imports go down":            importsGoDown,
		"engines stand alone":        enginesStandAlone,
		"no init":                    noInit,
		"no mutable globals":         noMutableGlobals,
		"no nameless packages":       noNamelessPackages,
		"the clock is handed in":     clockIsHandedIn,
		"nobody sleeps":              nobodySleeps,
		"packages introduce":         packagesIntroduce,
		"exported names documented":  exportedDocumented,
		"files are short":            filesAreShort,
		"functions are short":        functionsAreShort,
		"functions are mostly short": functionsAreMostlyShort,
		"tables carry their room":    tablesCarryTheirRoom,
		"plain English":              plainEnglish,
		"queries stay in their room": queriesStay,
		"rights from the table":      rightsFromTheTable,
		"both languages":             bothLanguages,
		"words are written":          wordsAreWritten,
		"no words in code":           noWordsInCode,
		"no skipped tests":           noSkips,
	}
}

func TestHouse(t *testing.T) {
	tr := load(t, os.DirFS("../.."))
	if len(tr.product()) == 0 {
		t.Fatal("no source was read")
	}
	all := rules()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			for _, breach := range all[name](tr) {
				t.Error(breach)
			}
		})
	}
}

// sample is a tree with one thing wrong, or with something that must pass.
type sample struct {
	name, rule string
	files      map[string]string
	want       string // part of the one breach; empty: none
}

// TestRulesBite proves of every rule that it finds what it was made for and
// lets pass what is right.
func TestRulesBite(t *testing.T) {
	all, bitten := rules(), map[string]bool{}
	for _, s := range slices.Concat(importSamples(), codeSamples(), globalSamples(), dataSamples(), rightsSamples(), plainSamples()) {
		t.Run(s.rule+"/"+s.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, src := range s.files {
				fsys[name] = &fstest.MapFile{Data: []byte(src)}
			}
			got := all[s.rule](load(t, fsys))
			switch {
			case s.want == "" && len(got) > 0:
				t.Errorf("found %q where nothing is wrong", got)
			case s.want != "" && (len(got) != 1 || !strings.Contains(got[0], s.want)):
				t.Errorf("found %q, want one breach with %q", got, s.want)
			}
		})
		if s.want != "" {
			bitten[s.rule] = true
		}
	}
	for name := range all {
		if !bitten[name] {
			t.Errorf("no sample proves that %q bites", name)
		}
	}
}
