package arch_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the import path of the tree's root.
const module = "github.com/linli/linli"

// rule finds the breaches in a tree, each as "path:line: what is wrong".
type rule func(*tree) []string

// file is one source file; syntax is nil unless it is Go.
type file struct {
	path      string
	src       []byte
	syntax    *ast.File
	test      bool // *_test.go
	generated bool
}

func (f *file) dir() string { return path.Dir(f.path) }

// tree is all sources of the module.
type tree struct {
	fset  *token.FileSet
	files []*file
	fsys  fs.FS
}

// load reads a tree. Folders that are a module of their own, test data and
// what version control ignores are left out.
func load(t testing.TB, fsys fs.FS) *tree {
	t.Helper()
	tr := &tree{fset: token.NewFileSet(), fsys: fsys}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped(fsys, name, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		return tr.add(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func skipped(fsys fs.FS, name, base string) bool {
	if name == "." {
		return false
	}
	if strings.HasPrefix(base, ".") || slices.Contains([]string{"testdata", "node_modules"}, base) || name == "data" || name == "artefacts" {
		return true
	}
	_, err := fs.Stat(fsys, path.Join(name, "go.mod"))
	return err == nil
}

func (tr *tree) add(name string) error {
	ext := path.Ext(name)
	if !slices.Contains([]string{".go", ".templ", ".sql", ".toml", ".md"}, ext) {
		return nil
	}
	src, err := fs.ReadFile(tr.fsys, name)
	if err != nil {
		return err
	}
	f := &file{path: name, src: src, test: strings.HasSuffix(name, "_test.go")}
	if ext == ".go" {
		if f.syntax, err = parser.ParseFile(tr.fset, name, src, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return err
		}
		f.generated = ast.IsGenerated(f.syntax)
	}
	tr.files = append(tr.files, f)
	return nil
}

// ext are the files whose name ends so.
func (tr *tree) ext(suffix string) []*file {
	var found []*file
	for _, f := range tr.files {
		if strings.HasSuffix(f.path, suffix) {
			found = append(found, f)
		}
	}
	return found
}

// written are the Go files that people wrote, tests among them.
func (tr *tree) written() []*file {
	return slices.DeleteFunc(tr.ext(".go"), func(f *file) bool { return f.generated })
}

// product are the Go files that people wrote for the program itself.
func (tr *tree) product() []*file {
	return slices.DeleteFunc(tr.written(), func(f *file) bool { return f.test || under(f.path, "test") })
}

// at is a breach at a place in a file.
func (tr *tree) at(pos token.Pos, format string, args ...any) string {
	p := tr.fset.Position(pos)
	return fmt.Sprintf("%s:%d: ", p.Filename, p.Line) + fmt.Sprintf(format, args...)
}

// line is the number of the line an offset lies in.
func (f *file) line(offset int) int { return 1 + bytes.Count(f.src[:offset], []byte("\n")) }

// imports are the file's imports: path by the name they have in the file.
func (f *file) imports() map[string]string {
	named := map[string]string{}
	for _, spec := range f.syntax.Imports {
		target := unquote(spec.Path)
		name := path.Base(target)
		if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
			name = path.Base(path.Dir(target))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		named[name] = target
	}
	return named
}

// uses calls fn for each package.Name in the file.
func (f *file) uses(fn func(sel *ast.SelectorExpr, pkg, name string)) {
	named := f.imports()
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && named[x.Name] != "" {
			fn(sel, named[x.Name], sel.Sel.Name)
		}
		return true
	})
}

// under reports whether a path is one of the folders or lies in it.
func under(name string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return name == folder || strings.HasPrefix(name, folder+"/")
	})
}

// literal is the value of a string literal.
func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	return unquote(lit), true
}

func unquote(lit *ast.BasicLit) string {
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		panic(err) // the parser took it
	}
	return s
}
