package arch_test

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
)

// noMutableGlobals: a variable of a package is a constant that Go cannot write
// as one. It passes if it is embedded, or has a value and nobody
//
//   - assigns to it, its elements or its fields, counts it up or down,
//   - deletes from it, clears it, copies into it or sorts it,
//   - takes its address;
//
// not in its package, not from another. Its value is no empty container, lock
// or pool, which exist only to be changed, except sync.OnceValue, which is a
// constant computed late. What a called method does to it is not seen here.
func noMutableGlobals(tr *tree) []string {
	byDir := map[string][]*file{}
	for _, f := range tr.ext(".go") {
		if !f.test && !under(f.path, "test") {
			byDir[f.dir()] = append(byDir[f.dir()], f)
		}
	}
	var breaches []string
	for dir, files := range byDir {
		breaches = append(breaches, tr.globalsOf(dir, files)...)
	}
	slices.Sort(breaches)
	return breaches
}

func (tr *tree) globalsOf(dir string, files []*file) []string {
	var syntax []*ast.File
	for _, f := range files {
		syntax = append(syntax, f.syntax)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: nowhere{}, Error: func(error) {}, FakeImportC: true}
	// Unknown imports leave errors; whose name is whose is found all the same.
	pkg, _ := conf.Check(dir, tr.fset, syntax, info)
	var breaches []string
	for _, f := range files {
		if f.generated {
			continue
		}
		breaches = append(breaches, tr.declared(f)...)
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			for _, target := range changed(n) {
				if name := global(info, pkg, f, target); name != "" {
					breaches = append(breaches, tr.at(n.Pos(), "%s is a package variable and is changed here", name))
				}
			}
			return true
		})
	}
	return breaches
}

// nowhere imports nothing.
type nowhere struct{}

func (nowhere) Import(string) (*types.Package, error) { return nil, errors.New("not looked at") }

// declared finds variables that exist to be changed.
func (tr *tree) declared(f *file) []string {
	var breaches []string
	for _, d := range f.syntax.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.VAR {
			continue
		}
		for _, spec := range decl.Specs {
			s := spec.(*ast.ValueSpec)
			if s.Names[0].Name == "_" || embedded(decl.Doc) || embedded(s.Doc) {
				continue
			}
			if len(s.Values) == 0 {
				breaches = append(breaches, tr.at(s.Pos(), "%s has no value: somebody must be changing it", s.Names[0].Name))
			}
			for _, v := range s.Values {
				if why := container(f, v); why != "" {
					breaches = append(breaches, tr.at(s.Pos(), "%s %s", s.Names[0].Name, why))
				}
			}
		}
	}
	return breaches
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// container says why a value exists only to be changed.
func container(f *file, v ast.Expr) string {
	if addr, ok := v.(*ast.UnaryExpr); ok && addr.Op == token.AND {
		v = addr.X
	}
	switch v := v.(type) {
	case *ast.CompositeLit:
		if sel, ok := v.Type.(*ast.SelectorExpr); ok && stateful(f, sel) {
			return "is a lock, pool or counter: put it into what owns it"
		}
		if _, isMap := v.Type.(*ast.MapType); isMap && len(v.Elts) == 0 {
			return "is an empty map: it exists to be filled"
		}
	case *ast.CallExpr:
		if fn, ok := v.Fun.(*ast.Ident); ok && (fn.Name == "make" || fn.Name == "new") {
			return "is made empty: it exists to be filled"
		}
	}
	return ""
}

func stateful(f *file, sel *ast.SelectorExpr) bool {
	x, ok := sel.X.(*ast.Ident)
	return ok && slices.Contains([]string{"sync", "sync/atomic"}, f.imports()[x.Name])
}

// changed are the expressions a statement changes, or whose address it hands
// out.
func changed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if _, literal := n.X.(*ast.CompositeLit); n.Op == token.AND && !literal {
			return []ast.Expr{n.X}
		}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return slices.DeleteFunc([]ast.Expr{n.Key, n.Value}, func(e ast.Expr) bool { return e == nil })
		}
	case *ast.CallExpr:
		if len(n.Args) > 0 && changesFirst(n.Fun) {
			return n.Args[:1]
		}
	}
	return nil
}

// changesFirst are the calls that change their first argument.
func changesFirst(fun ast.Expr) bool {
	switch fun := fun.(type) {
	case *ast.Ident:
		return slices.Contains([]string{"delete", "clear", "copy"}, fun.Name)
	case *ast.SelectorExpr:
		x, ok := fun.X.(*ast.Ident)
		return ok && (x.Name == "slices" || x.Name == "sort" || x.Name == "maps") &&
			slices.Contains([]string{"Sort", "SortFunc", "SortStableFunc", "Reverse", "Delete", "DeleteFunc", "Insert", "Slice", "SliceStable", "Strings", "Ints", "Copy"}, fun.Sel.Name)
	}
	return false
}

// global is the name of the package variable that an expression reaches into,
// its own package's or another's of the house.
func global(info *types.Info, pkg *types.Package, f *file, e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.IndexExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				if _, isPkg := info.Uses[id].(*types.PkgName); isPkg {
					return foreign(f, id.Name, x.Sel.Name)
				}
			}
			e = x.X
		case *ast.Ident:
			if v, ok := info.Uses[x].(*types.Var); ok && v.Parent() == pkg.Scope() {
				return x.Name
			}
			return ""
		default:
			return ""
		}
	}
}

// foreign names another package's variable, also one outside the house:
// http.DefaultClient is everybody's.
func foreign(f *file, name, member string) string {
	return path.Base(f.imports()[name]) + "." + member
}

func globalSamples() []sample {
	one := func(name, want, src string) sample {
		return sample{name, "no mutable globals", map[string]string{"fair/a.go": "package fair\n" + src}, want}
	}
	return []sample{
		one("table", "", "var seats = map[string]int{\"a\": 1}\nfunc f() int { return seats[\"a\"] }\n"),
		one("error", "", "import \"errors\"\nvar errA = errors.New(\"a\")\n"),
		one("pattern", "", "import \"regexp\"\nvar word = regexp.MustCompile(`a`)\n"),
		one("embedded", "", "import \"embed\"\n//go:embed a.txt\nvar files embed.FS\n"),
		one("computed late", "", "import \"sync\"\nvar table = sync.OnceValue(func() int { return 1 })\n"),
		one("interface check", "", "var _ error = (*T)(nil)\ntype T struct{}\nfunc (*T) Error() string { return \"\" }\n"),
		one("shadowed", "", "var n = 1\nfunc f() int { n := n; n++; return n }\n"),
		one("assigned", "n is a package variable", "var n = 1\nfunc f() { n = 2 }\n"),
		one("counted", "n is a package variable", "var n = 1\nfunc f() { n++ }\n"),
		one("element", "seats is a package variable", "var seats = map[string]int{\"a\": 1}\nfunc f() { seats[\"b\"] = 2 }\n"),
		one("deleted", "seats is a package variable", "var seats = map[string]int{\"a\": 1}\nfunc f() { delete(seats, \"a\") }\n"),
		one("sorted", "seats is a package variable", "import \"slices\"\nvar seats = []int{2, 1}\nfunc f() { slices.Sort(seats) }\n"),
		one("address", "n is a package variable", "var n = 1\nfunc f() *int { return &n }\n"),
		one("without value", "has no value", "var n int\n"),
		one("lock", "is a lock", "import \"sync\"\nvar mu = sync.Mutex{}\n"),
		one("empty map", "is an empty map", "var seats = map[string]int{}\n"),
		one("made", "is made empty", "var seats = make(chan int)\n"),
		one("another's", "http.DefaultClient", "import \"net/http\"\nfunc f() { http.DefaultClient = nil }\n"),
	}
}
