package arch_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/linli/linli/internal/platform/words"
)

// chinese names the code that may hold Han outside comments, and why: Chinese
// is its matter, not its voice.
func chinese() map[string]string {
	return map[string]string{
		"demo":                                          "the sample subdistrict is in Shanghai",
		"test":                                          "stories read Chinese pages",
		"internal/place/address":                        "reads 路 弄 号 室",
		"internal/place/short.go":                       "leaves 居民区 and 居委会 out of a short name",
		"internal/device/import.go":                     "reads the kinds of devices as registers write them",
		"internal/platform/text":                        "tables of numerals, surnames and readings",
		"internal/platform/sheet":                       "reads 是, 否, 年 月 日 and units in registers",
		"internal/people/register":                      "headings of registers as offices write them",
		"internal/platform/web/ui/gallery":              "sample pages for the eye",
		"internal/feature/report/register.go":           "reads the place as a register of past reports has it",
		"internal/feature/report/open311/hide.go":       "finds plates and numbers in what neighbours write",
		"internal/feature/report/open311/neighbours.go": "finds flats in what neighbours write",
		"internal/feature/report/say.go":                "asks for the reading of a family name by adding 一",
		"internal/feature/care/import_read.go":          "reads the register of elders as offices write it",
		"tally/civilcode.go":                            "the law in its own words",
	}
}

// wordFolders are the folders of sentences, with their files by language.
func wordFolders(tr *tree) map[string]map[words.Lang]*file {
	found := map[string]map[words.Lang]*file{}
	for _, f := range tr.ext(".toml") {
		lang := words.Lang(strings.TrimSuffix(path.Base(f.path), ".toml"))
		if !slices.Contains(words.Langs(), lang) {
			continue
		}
		if found[f.dir()] == nil {
			found[f.dir()] = map[words.Lang]*file{}
		}
		found[f.dir()][lang] = f
	}
	return found
}

func loadWords(tr *tree, dirs ...string) (*words.Catalog, error) {
	var rooms []fs.FS
	for _, dir := range dirs {
		sub, err := fs.Sub(tr.fsys, dir)
		if err != nil {
			return nil, err
		}
		rooms = append(rooms, sub)
	}
	return words.Load(rooms...)
}

// bothLanguages: the same keys in Chinese and English. Only English has a form
// for one.
func bothLanguages(tr *tree) []string {
	var breaches []string
	var whole []string
	for dir, langs := range wordFolders(tr) {
		if len(langs) != len(words.Langs()) {
			breaches = append(breaches, dir+": one of the languages is missing")
			continue
		}
		whole = append(whole, dir)
		c, err := loadWords(tr, dir)
		if err != nil {
			breaches = append(breaches, dir+": "+err.Error())
			continue
		}
		breaches = append(breaches, unpaired(c, dir)...)
	}
	if _, err := loadWords(tr, whole...); err != nil && len(breaches) == 0 {
		breaches = append(breaches, err.Error())
	}
	slices.Sort(breaches)
	return breaches
}

func unpaired(c *words.Catalog, dir string) []string {
	var breaches []string
	for _, key := range c.Keys(words.Chinese) {
		if !c.Has(words.English, key) {
			breaches = append(breaches, fmt.Sprintf("%s/en.toml: %s is missing", dir, key))
			continue
		}
		zh := places(c, words.Chinese, key)
		for _, name := range places(c, words.English, key) {
			if !slices.Contains(zh, name) {
				breaches = append(breaches, fmt.Sprintf("%s: %s takes %s in English only", dir, key, name))
			}
		}
	}
	for _, key := range c.Keys(words.English) {
		if base, one := strings.CutSuffix(key, ".one"); !c.Has(words.Chinese, key) && (!one || !c.Has(words.Chinese, base)) {
			breaches = append(breaches, fmt.Sprintf("%s/zh.toml: %s is missing", dir, key))
		}
	}
	return breaches
}

// places are the {names} a sentence takes. English may leave one out.
func places(c *words.Catalog, lang words.Lang, key string) []string {
	return regexp.MustCompile(`\{\w+\}`).FindAllString(c.T(lang, key), -1)
}

// spot is an argument that is a words key, and what the function puts before
// it.
type spot struct {
	at     int
	prefix string
}

// callee is a function by the folder it is declared in, or anywhere.
type callee struct{ dir, name string }

// keyed are the functions of the house that take a words key: those with a
// parameter called key. A room's own say("step.take") may put "report." before
// it.
func keyed(tr *tree) map[callee][]spot {
	found := map[callee][]spot{}
	put := func(f *file, name string, fn *ast.FuncType, body *ast.BlockStmt) {
		for _, i := range keyParams(fn) {
			s := spot{i, putBefore(body)}
			found[callee{f.dir(), name}] = append(found[callee{f.dir(), name}], s)
			if s.prefix == "" {
				found[callee{"", name}] = append(found[callee{"", name}], s)
			}
		}
	}
	for _, f := range tr.ext(".go") {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				put(f, n.Name.Name, n.Type, n.Body)
			case *ast.Field:
				if fn, ok := n.Type.(*ast.FuncType); ok && len(n.Names) == 1 {
					put(f, n.Names[0].Name, fn, nil)
				}
			}
			return true
		})
	}
	return found
}

// spots are the keys among a call's arguments: as the caller's own folder
// declares the function, or else anybody.
func spots(calls map[callee][]spot, dir, name string) []spot {
	if own := calls[callee{dir, name}]; own != nil {
		return own
	}
	return calls[callee{"", name}]
}

// putBefore is the text that a function joins to its own parameter key.
func putBefore(body *ast.BlockStmt) string {
	prefix := ""
	if body == nil {
		return ""
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if join, ok := n.(*ast.BinaryExpr); ok && ownKey(join) {
			prefix, _ = literal(join.X)
		}
		return true
	})
	return prefix
}

// ownKey is "report."+key: looked at where the key comes from.
func ownKey(e ast.Expr) bool {
	join, ok := e.(*ast.BinaryExpr)
	if !ok || join.Op != token.ADD {
		return false
	}
	s, isText := literal(join.X)
	name, isName := join.Y.(*ast.Ident)
	return isText && isName && name.Name == "key" && strings.HasSuffix(s, ".") && strings.Count(s, ".") == 1
}

func keyParams(fn *ast.FuncType) []int {
	var at []int
	i := 0
	for _, field := range fn.Params.List {
		for _, name := range field.Names {
			if name.Name == "key" {
				at = append(at, i)
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	return at
}

// wordsAreWritten: every key in code is written in the source language. A key
// stands where a parameter is called key, or a field Key is set; a templ file
// is seen through the Go made of it.
func wordsAreWritten(tr *tree) []string {
	var dirs []string
	for dir := range wordFolders(tr) {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	catalog, err := loadWords(tr, dirs...)
	if err != nil {
		return []string{err.Error()}
	}
	check, calls := keyCheck{tr: tr, catalog: catalog}, keyed(tr)
	for _, f := range tr.ext(".go") {
		if f.test || under(f.path, "test") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				for _, s := range spots(calls, f.dir(), called(n)) {
					if s.at < len(n.Args) && (s.prefix != "" || !ownKey(n.Args[s.at])) {
						check.key(s.prefix, n.Args[s.at])
					}
				}
			case *ast.KeyValueExpr:
				if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Key" {
					check.key("", n.Value)
				}
			}
			return true
		})
	}
	slices.Sort(check.breaches)
	return slices.Compact(check.breaches)
}

func called(call *ast.CallExpr) string {
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		return fn.Name
	case *ast.SelectorExpr:
		return fn.Sel.Name
	}
	return ""
}

type keyCheck struct {
	tr       *tree
	catalog  *words.Catalog
	breaches []string
}

// key looks at one expression that gives a key. Anything but text is a key
// from elsewhere, and was looked at there.
func (c *keyCheck) key(before string, e ast.Expr) {
	if s, ok := literal(e); ok {
		s = before + s
		if looksLikeKey(s) && !c.catalog.Has(words.Chinese, s) {
			c.breaches = append(c.breaches, c.tr.at(e.Pos(), "%s is written in no zh.toml", s))
		}
		return
	}
	prefix, ok := beginning(e)
	prefix = before + prefix
	if !ok || !regexp.MustCompile(`^[a-z][a-z0-9_]*\.`).MatchString(prefix) {
		return
	}
	from, named := builtKeys()[prefix]
	if !named {
		c.breaches = append(c.breaches, c.tr.at(e.Pos(), "keys from %q are built at run time: name the beginning in builtKeys", prefix))
	}
	if !slices.ContainsFunc(c.catalog.Keys(words.Chinese), func(k string) bool { return strings.HasPrefix(k, prefix) }) {
		c.breaches = append(c.breaches, c.tr.at(e.Pos(), "no key starts with %q", prefix))
		return
	}
	for _, value := range c.tr.constants(from.dir, from.kind) {
		if key := prefix + value; value != "" && !c.catalog.Has(words.Chinese, key) {
			c.breaches = append(c.breaches, c.tr.at(e.Pos(), "%s is written in no zh.toml", key))
		}
	}
}

// constants are the values of a string type's constants.
func (tr *tree) constants(dir, kind string) []string {
	var values []string
	for _, f := range tr.product() {
		if f.dir() != dir {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			s, ok := n.(*ast.ValueSpec)
			if !ok || s.Type == nil {
				return true
			}
			if name, ok := s.Type.(*ast.Ident); ok && name.Name == kind {
				for _, v := range s.Values {
					if text, ok := literal(v); ok {
						values = append(values, text)
					}
				}
			}
			return true
		})
	}
	return values
}

func looksLikeKey(s string) bool {
	return regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`).MatchString(s)
}

// beginning is the fixed part of a key that is put together: "phase." + p, or
// fmt.Sprintf("date.month%d", m).
func beginning(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		if s, ok := literal(e.X); ok {
			return s, true
		}
		return beginning(e.X)
	case *ast.CallExpr:
		if called(e) == "Sprintf" && len(e.Args) > 0 {
			s, ok := literal(e.Args[0])
			fixed, _, _ := strings.Cut(s, "%")
			return fixed, ok
		}
	}
	return "", false
}

// noWordsInCode: what people read is in words/, so that it can be read in both
// languages.
func noWordsInCode(tr *tree) []string {
	var breaches []string
	for _, f := range tr.product() {
		if allowedChinese(f.path) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && speaks(lit.Value) {
				breaches = append(breaches, tr.at(lit.Pos(), "%s belongs in words/", lit.Value))
			}
			return true
		})
	}
	for _, f := range tr.ext(".templ") {
		if allowedChinese(f.path) {
			continue
		}
		for i, line := range strings.Split(uncommented(string(f.src)), "\n") {
			if speaks(line) {
				breaches = append(breaches, fmt.Sprintf("%s:%d: %s belongs in words/", f.path, i+1, strings.TrimSpace(line)))
			}
		}
	}
	return breaches
}

func allowedChinese(name string) bool {
	for allowed := range chinese() {
		if under(name, allowed) {
			return true
		}
	}
	return false
}

// speaks reports whether text holds Han beside the program's name, which is the
// same in every language.
func speaks(text string) bool {
	return strings.ContainsFunc(strings.ReplaceAll(text, "邻里", ""), func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// uncommented empties comments and keeps the lines.
func uncommented(src string) string {
	re := regexp.MustCompile(`(?s)<!--.*?-->|/\*.*?\*/|(?m)^\s*//[^\n]*`)
	return re.ReplaceAllStringFunc(src, func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })
}

func wordSamples() []sample {
	const both, written, voice = "both languages", "words are written", "no words in code"
	const say = "package w\nfunc T(ctx any, key string, args ...any) string { return key }\n"
	pair := func(zh, en string) map[string]string {
		return map[string]string{"internal/matter/words/zh.toml": zh, "internal/matter/words/en.toml": en}
	}
	code := func(line string) map[string]string {
		files := pair("[phase]\nraised = \"等人接单\"\n", "[phase]\nraised = \"waiting\"\n")
		files["internal/platform/words/words.go"] = say
		files["internal/matter/a.go"] = "package matter\n" + line
		return files
	}
	return []sample{
		{"pair", both, pair("a = \"{n} 天\"\n", "a = \"{n} days\"\n\"a.one\" = \"a day\"\n"), ""},
		{"English missing", both, pair("a = \"天\"\nb = \"年\"\n", "a = \"day\"\n"), "b is missing"},
		{"Chinese missing", both, pair("a = \"天\"\n", "a = \"day\"\nb = \"year\"\n"), "b is missing"},
		{"other places", both, pair("a = \"{n} 天\"\n", "a = \"{m} days\"\n"), "in English only"},
		{"one file", both, map[string]string{"internal/matter/words/zh.toml": "a = \"天\"\n"}, "one of the languages"},
		{"known key", written, code("var s = w.T(nil, \"phase.raised\")\n"), ""},
		{"unknown key", written, code("var s = w.T(nil, \"phase.risen\")\n"), "phase.risen"},
		{"unknown key in a field", written, code("var s = E{Key: \"phase.risen\"}\n"), "phase.risen"},
		{"built key", written, code("var s = w.T(nil, \"phase.\"+p)\n"), ""},
		{"built key nobody named", written, code("var s = w.T(nil, \"phase.ra\"+p)\n"), "builtKeys"},
		{"built key without any", written, code("var s = w.T(nil, \"role.\"+p)\n"), "no key starts"},
		{"built key, constant", written, code("type Phase string\nconst Raised Phase = \"raised\"\nvar s = w.T(nil, \"phase.\"+p)\n"), ""},
		{"built key, constant without sentence", written, code("type Phase string\nconst Lost Phase = \"lost\"\nvar s = w.T(nil, \"phase.\"+p)\n"), "phase.lost"},
		{"key of a room's own say", written, code("func say(key string) string { return w.T(nil, \"phase.\"+key) }\nvar s = say(\"raised\")\n"), ""},
		{"unknown key of a room's own say", written, code("func say(key string) string { return w.T(nil, \"phase.\"+key) }\nvar s = say(\"risen\")\n"), "phase.risen"},
		{"Go", voice, map[string]string{"internal/matter/a.go": "package matter\nconst a = \"事项\" // 事项\n"}, "belongs in words/"},
		{"the program's name", voice, map[string]string{"cmd/linli/a.go": "package main\nconst a = \"linli 邻里\"\n"}, ""},
		{"comment", voice, map[string]string{"internal/matter/a.go": "// Package matter is 事项.\npackage matter\n"}, ""},
		{"test", voice, map[string]string{"internal/matter/a_test.go": "package matter\nconst a = \"事项\"\n"}, ""},
		{"templ", voice, map[string]string{"internal/matter/a.templ": "package matter\n// 事项\ntempl A() {\n<!-- 事项 -->\n<p>事项</p>\n}\n"}, "a.templ:5"},
		{"address", voice, map[string]string{"internal/place/address/a.go": "package address\nconst a = \"弄\"\n"}, ""},
	}
}
