package arch_test

import (
	"fmt"
	"go/ast"
	"path"
	"reflect"
	"regexp"
	"strings"
)

// plainList is the file that lists the phrases and what to write instead.
const plainList = "docs/plain-english.md"

// plainEnglish: what people read in English has none of the listed phrases.
func plainEnglish(tr *tree) []string {
	list := map[*regexp.Regexp]string{}
	for _, f := range tr.ext(".md") {
		if f.path == plainList {
			list = phrases(string(f.src))
		}
	}
	var breaches []string
	for _, f := range tr.files {
		for _, text := range f.readByPeople() {
			for phrase, instead := range list {
				for _, at := range phrase.FindAllStringIndex(text.words, -1) {
					line := text.line + strings.Count(text.words[:at[0]], "\n")
					breaches = append(breaches, fmt.Sprintf("%s:%d: %q: write %q", f.path, line, text.words[at[0]:at[1]], instead))
				}
			}
		}
	}
	return breaches
}

// phrases are the rows of the list. A phrase may run over the end of a line.
func phrases(list string) map[*regexp.Regexp]string {
	found := map[*regexp.Regexp]string{}
	for _, line := range strings.Split(list, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 4 || strings.HasPrefix(line, "| not ") || strings.HasPrefix(line, "| -") {
			continue
		}
		words := strings.Fields(cells[1])
		for i, w := range words {
			words[i] = regexp.QuoteMeta(w)
		}
		pattern := strings.Join(words, `[\s/#]+`)
		if regexp.MustCompile(`^\w.*\w$`).MatchString(pattern) {
			pattern = `\b` + pattern + `\b`
		}
		found[regexp.MustCompile("(?i)"+pattern)] = strings.TrimSpace(cells[2])
	}
	return found
}

// passage is a text and the line of its file that it begins on.
type passage struct {
	words string
	line  int
}

// readByPeople are the passages of a file that people read in English.
func (f *file) readByPeople() []passage {
	switch {
	case f.path == plainList || under(f.path, "test/furnished"):
		return nil
	case path.Ext(f.path) == ".md":
		if under(f.path, "docs") || f.path == "README.md" || f.path == "CONTRIBUTING.md" {
			return []passage{{regexp.MustCompile("`[^`\n]*`").ReplaceAllString(string(f.src), ""), 1}}
		}
	case path.Base(f.path) == "en.toml":
		keys := regexp.MustCompile(`(?m)^\s*(\[.*\]|[\w.-]+\s*=)`)
		return []passage{{keys.ReplaceAllString(string(f.src), ""), 1}}
	case path.Ext(f.path) == ".go" && !f.test && !f.generated:
		return f.introduced()
	}
	return nil
}

// introduced are a package's introduction and the help of the command line.
func (f *file) introduced() []passage {
	var found []passage
	if doc := f.syntax.Doc; doc != nil {
		at := f.line(int(doc.Pos() - f.syntax.FileStart))
		found = append(found, passage{string(f.src[doc.Pos()-f.syntax.FileStart : doc.End()-f.syntax.FileStart]), at})
	}
	if !under(f.path, "cmd") {
		return found
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok && field.Tag != nil {
			if help, ok := reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Lookup("help"); ok {
				found = append(found, passage{help, f.line(int(field.Tag.Pos() - f.syntax.FileStart))})
			}
		}
		return true
	})
	return found
}

func plainSamples() []sample {
	const rule = "plain English"
	with := func(name, text string) map[string]string {
		return map[string]string{plainList: "| not | but |\n| --- | --- |\n| come in | sign in |\n| (needed) | (required) |\n", name: text}
	}
	return []sample{
		{"words", rule, with("internal/people/words/en.toml", "[door]\ntitle = \"Come in\"\n"), `words/en.toml:2: "Come in": write "sign in"`},
		{"a key of words", rule, with("internal/people/words/en.toml", "[come-in]\nneeded = \"Sign in\"\n"), ""},
		{"in brackets", rule, with("internal/people/words/en.toml", "photo = \"Photo (needed)\"\n"), `"(needed)": write "(required)"`},
		{"Chinese words", rule, with("internal/people/words/zh.toml", "title = \"come in\"\n"), ""},
		{"a guide", rule, with("docs/guide/a.md", "# A\n\nYou come in by phone.\n"), "docs/guide/a.md:3"},
		{"code in a guide", rule, with("docs/a.md", "| pause | `a.come in` |"), ""},
		{"a readme", rule, with("README.md", "come in"), "README.md:1"},
		{"over the end of a line", rule, with("internal/a/doc.go", "// Package a is where people come\n// in.\npackage a\n"), "internal/a/doc.go:1"},
		{"no introduction", rule, with("internal/a/a.go", "package a\n\n// f lets them come in.\nfunc f() {}\n"), ""},
		{"help", rule, with("cmd/linli/a.go", "package main\n\ntype a struct {\n\tB string `help:\"Let them come in.\"`\n}\n"), "cmd/linli/a.go:4"},
		{"a tag of another program", rule, with("internal/a/a.go", "package a\n\ntype a struct {\n\tB string `help:\"Let them come in.\"`\n}\n"), ""},
		{"a word within a word", rule, with("docs/a.md", "Income in yuan, comes in late."), ""},
		{"the list itself", rule, with("docs/b.md", "plain"), ""},
	}
}
