package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// commas is a list written with commas.
type commas []string

// UnmarshalText reads "a,b".
func (c *commas) UnmarshalText(text []byte) error {
	*c = append(*c, strings.Split(string(text), ",")...)
	return nil
}

// numbers is a list of whole numbers written with commas.
type numbers []int

// UnmarshalText reads "16,64".
func (n *numbers) UnmarshalText(text []byte) error {
	*n = nil
	for _, s := range strings.Split(string(text), ",") {
		x, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("%q is no whole number", s)
		}
		*n = append(*n, x)
	}
	return nil
}

// existingDir is a folder that is there.
type existingDir string

// UnmarshalText looks whether the folder is there.
func (d *existingDir) UnmarshalText(text []byte) error {
	info, err := os.Stat(string(text))
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", text)
	}
	*d = existingDir(text)
	return err
}

// existingFile is a file that is there.
type existingFile string

// UnmarshalText looks whether the file is there.
func (f *existingFile) UnmarshalText(text []byte) error {
	info, err := os.Stat(string(text))
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder", text)
	}
	*f = existingFile(text)
	return err
}

// language is a language to answer in.
type language string

// UnmarshalText takes one that linli speaks.
func (l *language) UnmarshalText(text []byte) error { return oneOf(l, text, "zh", "en") }

// rule is a rule to choose projects by.
type rule string

// UnmarshalText takes one that the engine knows.
func (r *rule) UnmarshalText(text []byte) error {
	return oneOf(r, text, "mes", "mes+greedy", "mes+add1", "mes+add1+greedy", "greedy")
}

// utility is what a voter has of a project.
type utility string

// UnmarshalText takes one that the engine knows.
func (u *utility) UnmarshalText(text []byte) error { return oneOf(u, text, "cost", "cardinality") }

func oneOf[T ~string](to *T, text []byte, known ...string) error {
	if *to = T(text); !slices.Contains(known, string(text)) {
		return fmt.Errorf("%q is none of %s", text, strings.Join(known, ", "))
	}
	return nil
}
