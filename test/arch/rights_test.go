package arch_test

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

const peoplePackage = module + "/internal/people"

// byGroup names the functions outside people that may ask for somebody's groups,
// posts or household, and why that decides no right.
func byGroup() map[string]string {
	return map[string]string{
		"internal/app/frame.go role":                    "says as what somebody works, in the corner of a page",
		"internal/feature/report/service.go author":     "as what somebody reports, for the record; who belongs to no group may do nothing",
		"internal/feature/report/web_lists.go segments": "who lives here switches between their own and all",
		"internal/front/home.go deskOf":                 "the page that somebody begins on; each page asks the table",
		"internal/front/today.go today":                 "officers work in the overview; the page asks the table",
	}
}

// rightsFromTheTable: outside people nothing is decided by the group, the posts or
// the household of who asks. The access table says who may do what; it is asked by
// See, May, Scope, As and Posts.
func rightsFromTheTable(tr *tree) []string {
	var breaches []string
	excused, used := byGroup(), map[string]bool{}
	for _, f := range tr.product() {
		as := f.calls(peoplePackage)
		if as == "" || under(f.path, "internal/people", "internal/bench", "internal/simulate", "demo", "cmd") {
			continue
		}
		actors := f.actors(as)
		for _, d := range f.syntax.Decls {
			where := f.path
			if fn, ok := d.(*ast.FuncDecl); ok {
				where += " " + fn.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				why := byHand(n, as, actors)
				if why == "" {
					return true
				}
				if used[where] = true; excused[where] == "" {
					breaches = append(breaches, tr.at(n.Pos(), "%s: ask the access table instead", why))
				}
				return true
			})
		}
	}
	for where := range excused {
		if path, _, _ := strings.Cut(where, " "); !used[where] && slices.ContainsFunc(tr.files, func(f *file) bool { return f.path == path }) {
			breaches = append(breaches, where+" decides nothing by hand and need not be excused")
		}
	}
	slices.Sort(breaches)
	return breaches
}

// byHand says how a node decides by who somebody is; empty: it does not.
func byHand(n ast.Node, people string, actors map[string]bool) string {
	switch n := n.(type) {
	case *ast.CallExpr:
		sel, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || !isActor(sel.X, actors) {
			return ""
		}
		switch sel.Sel.Name {
		case "In":
			return "this asks for somebody's group"
		case "Groups":
			return "this lists somebody's groups"
		case "Serves":
			return "this asks where somebody's post is"
		}
	case *ast.SelectorExpr:
		if n.Sel.Name == "Posts" && isActor(n.X, actors) {
			return "this goes through somebody's posts"
		}
	case *ast.BinaryExpr:
		if n.Op != token.EQL && n.Op != token.NEQ {
			return ""
		}
		for _, side := range []ast.Expr{n.X, n.Y} {
			if sel, ok := side.(*ast.SelectorExpr); ok && sel.Sel.Name == "Household" && isActor(sel.X, actors) {
				return "this asks whether somebody lives here"
			}
		}
	}
	return ""
}

// isActor reports whether an expression is somebody who asks.
func isActor(x ast.Expr, actors map[string]bool) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return actors[x.Name]
	case *ast.SelectorExpr:
		return x.Sel.Name == "Actor" || actors[x.Sel.Name]
	}
	return false
}

// actors are the names that a file gives to people.Actor: as a parameter, a
// variable or a field, and to what ActorOf finds.
func (f *file) actors(people string) map[string]bool {
	named := map[string]bool{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if isSelector(n.Type, people, "Actor") {
				for _, name := range n.Names {
					named[name.Name] = true
				}
			}
		case *ast.ValueSpec:
			if isSelector(n.Type, people, "Actor") {
				for _, name := range n.Names {
					named[name.Name] = true
				}
			}
		case *ast.AssignStmt:
			if call, ok := n.Rhs[0].(*ast.CallExpr); ok && (isSelector(call.Fun, people, "ActorOf") || endsIn(call.Fun, "formOf")) {
				if id, ok := n.Lhs[0].(*ast.Ident); ok {
					named[id.Name] = true
				}
			}
		}
		return true
	})
	return named
}

func isSelector(x ast.Expr, pkg, name string) bool {
	sel, ok := x.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == pkg && sel.Sel.Name == name
}

func endsIn(x ast.Expr, name string) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == name
}

// calls is the name by which a file imports a package; empty: it does not.
func (f *file) calls(target string) string {
	for name, path := range f.imports() {
		if path == target {
			return name
		}
	}
	return ""
}

func rightsSamples() []sample {
	const rule = "rights from the table"
	room := func(body string) map[string]string {
		return map[string]string{"internal/feature/upkeep/a.go": "package upkeep\nimport \"" + peoplePackage + "\"\n" + body}
	}
	return []sample{
		{"asks the table", rule, room("func f(a people.Actor) bool { return people.Access{}.Allow(a, \"report.work\") == nil }"), ""},
		{"by group", rule, room("func f(a people.Actor) bool { return a.In(people.Committee) }"), "somebody's group"},
		{"by group of who asks", rule, room("func f() bool { a, _ := people.ActorOf(nil); return a.In(people.Committee) }"), "somebody's group"},
		{"by group of a desk", rule, room("type d struct { Actor people.Actor }\nfunc f(x d) bool { return x.Actor.In(people.Committee) }"), "somebody's group"},
		{"by all groups", rule, room("func f(a people.Actor) int { return len(a.Groups()) }"), "lists somebody's groups"},
		{"by post", rule, room("func f(a people.Actor) bool { return a.Serves(people.Property, \"/\") }"), "where somebody's post is"},
		{"by posts", rule, room("func f(a people.Actor) int { return len(a.Posts) }"), "somebody's posts"},
		{"by household", rule, room("func f(a people.Actor) bool { return a.Household == \"\" }"), "lives here"},
		{"time is no actor", rule, room("func f(a people.Actor, t time.Time) time.Time { return t.In(zone) }"), ""},
		{"a person is no actor", rule, room("func f(p people.Person) bool { return p.Household == \"\" }"), ""},
		{"layout", rule, room("func f(a people.Actor) bool { return a.AtDesk() }"), ""},
		{"people itself", rule, map[string]string{"internal/people/a.go": "package people\nfunc f(a Actor) bool { return a.In(Committee) }"}, ""},
		{"excused for nothing", rule, map[string]string{"internal/front/home.go": "package front\n"}, "need not be excused"},
	}
}
