package arch_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

const (
	longestFile     = 500 // lines
	longestFunction = 100 // lines
	usualFunction   = 12  // lines, median
	mostFunctions   = 45  // lines, nine of ten
	documented      = 95  // per cent of exported names
)

func noInit(tr *tree) []string {
	var breaches []string
	for _, f := range tr.written() {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				breaches = append(breaches, tr.at(fn.Pos(), "init runs unasked: call it from app or main"))
			}
		}
	}
	return breaches
}

// noNamelessPackages: a package is named after what it gives.
func noNamelessPackages(tr *tree) []string {
	bad := []string{"util", "utils", "common", "helper", "helpers", "types", "models", "misc", "shared"}
	var breaches []string
	for _, f := range tr.written() {
		if name := strings.TrimSuffix(f.syntax.Name.Name, "_test"); slices.Contains(bad, name) {
			breaches = append(breaches, tr.at(f.syntax.Name.Pos(), "package %s says nothing: name what it gives", name))
		}
	}
	return breaches
}

// readsClock names the folders that may ask the machine for the time, and why.
func readsClock() map[string]string {
	return map[string]string{
		"internal/device/codec":             "how long a foreign script runs is for the machine to say",
		"internal/platform/store":           "the machine's clock enters the house here, when the options name no other",
		"internal/platform/store/storetest": "a test's clock may run",
		"internal/bench":                    "it measures how long things take",
		"internal/simulate":                 "it paces what it sends, and measures answers",
		"internal/platform/inbox/mqtt":      "deadlines of connections are the machine's",
		"internal/platform/inbox/fireline":  "deadlines of connections are the machine's",
		"internal/platform/inbox/follow":    "deadlines of connections are the machine's",
		"internal/platform/web":             "deadlines of connections are the machine's, and a mux without a store needs a clock",
		"demo":                              "the simulated day sets the machine's clock back while it is played",
		"cmd/linli":                         "main starts the house with the machine's clock",
		"test":                              "a browser story waits for a real browser",
	}
}

func clockIsHandedIn(tr *tree) []string {
	var breaches []string
	for _, f := range tr.written() {
		if f.test || readsClock()[f.dir()] != "" || under(f.path, "test") {
			continue
		}
		f.uses(func(sel *ast.SelectorExpr, pkg, name string) {
			if pkg == "time" && slices.Contains([]string{"Now", "Since", "Until"}, name) {
				breaches = append(breaches, tr.at(sel.Pos(), "time.%s asks the machine: use the store's clock", name))
			}
		})
	}
	return breaches
}

func nobodySleeps(tr *tree) []string {
	var breaches []string
	for _, f := range tr.written() {
		f.uses(func(sel *ast.SelectorExpr, pkg, name string) {
			if pkg == "time" && name == "Sleep" {
				breaches = append(breaches, tr.at(sel.Pos(), "time.Sleep: wait for a signal, or move the clock"))
			}
		})
	}
	return breaches
}

// maySkip is the one place that may skip: a story on a machine without a
// browser, a power cut on one without FUSE. Where CI=true the same place fails
// instead.
const maySkip = "test/need/need.go"

// noSkips: a test that is skipped is a test nobody sees.
func noSkips(tr *tree) []string {
	var breaches []string
	for _, f := range tr.written() {
		if f.path == maySkip {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains([]string{"t", "b", "f", "tb"}, x.Name) {
				breaches = append(breaches, tr.at(call.Pos(), "%s.%s: nobody sees a skipped test", x.Name, sel.Sel.Name))
			}
			return true
		})
	}
	return breaches
}

// packagesIntroduce: every package says in its comment what it is for.
func packagesIntroduce(tr *tree) []string {
	docs, pos := map[string]string{}, map[string]token.Pos{}
	for _, f := range tr.written() {
		if f.test || !under(f.path, append(engines(), "internal", "cmd", "demo", "test")...) {
			continue
		}
		pos[f.dir()] = f.syntax.Package
		docs[f.dir()] += f.syntax.Doc.Text()
	}
	var breaches []string
	for dir, doc := range docs {
		if len(strings.Fields(doc)) < 5 {
			breaches = append(breaches, tr.at(pos[dir], "package %s does not introduce itself: write doc.go", dir))
		}
	}
	slices.Sort(breaches)
	return breaches
}

func filesAreShort(tr *tree) []string {
	var breaches []string
	for _, f := range append(tr.written(), tr.ext(".templ")...) {
		if n := bytes.Count(f.src, []byte("\n")); n > longestFile {
			breaches = append(breaches, fmt.Sprintf("%s: %d lines, at most %d", f.path, n, longestFile))
		}
	}
	return breaches
}

func functionsAreShort(tr *tree) []string {
	var breaches []string
	for _, f := range tr.written() {
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := tr.fset.Position(fn.End()).Line - tr.fset.Position(fn.Pos()).Line + 1; n > longestFunction {
				breaches = append(breaches, tr.at(fn.Pos(), "%s has %d lines, at most %d", fn.Name.Name, n, longestFunction))
			}
		}
	}
	return breaches
}

// functionsAreMostlyShort looks at the program as a whole.
func functionsAreMostlyShort(tr *tree) []string {
	var lines []int
	for _, f := range tr.product() {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				lines = append(lines, tr.fset.Position(fn.End()).Line-tr.fset.Position(fn.Pos()).Line+1)
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	median, ninety := lines[len(lines)/2], lines[len(lines)*9/10]
	if median <= usualFunction && ninety <= mostFunctions {
		return nil
	}
	return []string{fmt.Sprintf("of %d functions the middle one has %d lines, nine of ten have up to %d; at most %d and %d",
		len(lines), median, ninety, usualFunction, mostFunctions)}
}

// exportedDocumented: a share of all exported names, and the list of those
// that are not.
func exportedDocumented(tr *tree) []string {
	var missing []string
	total := 0
	for _, f := range tr.product() {
		for _, d := range f.syntax.Decls {
			for name, doc := range exported(d) {
				total++
				if doc.Text() == "" {
					missing = append(missing, tr.at(name.Pos(), "%s is not documented", name.Name))
				}
			}
		}
	}
	if total == 0 || (total-len(missing))*100 >= documented*total {
		return nil
	}
	slices.Sort(missing)
	share := (total - len(missing)) * 100 / total
	return []string{fmt.Sprintf("%d %% of %d exported names are documented, at least %d %%:\n%s", share, total, documented, strings.Join(missing, "\n"))}
}

// exported are the exported names of a declaration, each with the comment
// that covers it: its own, the one behind it, or that of its group.
func exported(d ast.Decl) map[*ast.Ident]*ast.CommentGroup {
	found := map[*ast.Ident]*ast.CommentGroup{}
	put := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		found[name] = nil
		for _, doc := range docs {
			if doc.Text() != "" {
				found[name] = doc
				return
			}
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if !wellKnown(d) {
			put(d.Name, d.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				put(s.Name, s.Doc, d.Doc)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					put(name, s.Doc, s.Comment, d.Doc)
				}
			}
		}
	}
	return found
}

// wellKnown are methods of unexported types, and those whose meaning the
// standard library fixes.
func wellKnown(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return false
	}
	recv := fn.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		recv = star.X
	}
	if name, ok := recv.(*ast.Ident); ok && !name.IsExported() {
		return true
	}
	return slices.Contains([]string{"Error", "Unwrap", "String", "Len", "Less", "Swap", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText"}, fn.Name.Name)
}

func codeSamples() []sample {
	one := func(rule, name, want, file, src string) sample {
		return sample{name, rule, map[string]string{file: src}, want}
	}
	long := func(lines int) string { return strings.Repeat("\n", lines) }
	const clock, sleep = "the clock is handed in", "nobody sleeps"
	return []sample{
		one("no init", "init", "init runs unasked", "fair/a.go", "package fair\nfunc init() {}\n"),
		one("no init", "method of that name", "", "fair/a.go", "package fair\ntype T int\nfunc (T) init() {}\n"),
		one("no nameless packages", "util", "package util", "internal/util/a.go", "package util\n"),
		one(clock, "now", "time.Now", "internal/place/a.go", "package place\nimport \"time\"\nfunc n() time.Time { return time.Now() }\n"),
		one(clock, "handed on as a value", "time.Now", "internal/place/a.go", "package place\nimport \"time\"\nvar now = time.Now\n"),
		one(clock, "under another name", "time.Now", "internal/place/a.go", "package place\nimport tm \"time\"\nvar now = tm.Now\n"),
		one(clock, "in the store", "", "internal/platform/store/a.go", "package store\nimport \"time\"\nvar now = time.Now\n"),
		one(sleep, "in a test", "time.Sleep", "fair/a_test.go", "package fair\nimport \"time\"\nfunc s() { time.Sleep(1) }\n"),
		one("no skipped tests", "skip", "t.Skip", "fair/a_test.go", "package fair\nimport \"testing\"\nfunc TestA(t *testing.T) { t.Skip() }\n"),
		one("packages introduce", "silent", "write doc.go", "internal/place/a.go", "package place\n"),
		one("packages introduce", "speaking", "", "internal/place/a.go", "// Package place is the tree of places.\npackage place\n"),
		one("files are short", "long file", "at most 500", "fair/a.go", "package fair\n"+long(500)),
		one("files are short", "generated", "", "fair/a.go", "// Code generated by hand. DO NOT EDIT.\n\npackage fair\n"+long(500)),
		one("functions are short", "long function", "f has 101 lines", "fair/a.go", "package fair\nfunc f() {"+long(100)+"}\n"),
		one("functions are mostly short", "a long one", "the middle one has 13 lines", "fair/a.go", "package fair\nfunc f() {"+long(12)+"}\n"),
		one("functions are mostly short", "a short one", "", "fair/a.go", "package fair\nfunc f() {"+long(11)+"}\n"),
		one("exported names documented", "silent", "Fen is not documented", "fair/a.go", "package fair\n\ntype Fen int64\n"),
		one("exported names documented", "speaking", "", "fair/a.go", "package fair\n\n// Fen is 0.01 yuan.\ntype Fen int64\n"),
	}
}
