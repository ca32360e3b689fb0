package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// noter puts calls into source text that note branches down.
type noter struct {
	name     string // of the package
	files    *token.FileSet
	branches []string
	inserts  []insert
}

// insert is text to be put in at an offset; of several at one offset the
// outer opens first and closes last.
type insert struct {
	at    int
	order int
	text  string
}

// note returns the text of a file with its branches noted down.
func (n *noter) note(f *ast.File, text []byte) string {
	n.inserts = nil
	base := n.files.File(f.Pos()).Base()
	ast.Inspect(f, func(node ast.Node) bool {
		switch s := node.(type) {
		case *ast.IfStmt:
			n.condition(s.Cond, base, text)
		case *ast.ForStmt:
			n.condition(s.Cond, base, text)
		case *ast.SwitchStmt:
			n.cases(s, base, text)
		case *ast.BinaryExpr:
			if s.Op == token.LAND || s.Op == token.LOR {
				n.condition(s, base, text)
				return false
			}
		}
		return true
	})
	return n.apply(text)
}

// condition notes each part of a condition down, true and false.
func (n *noter) condition(e ast.Expr, base int, text []byte) {
	switch x := e.(type) {
	case nil:
		return
	case *ast.ParenExpr:
		n.condition(x.X, base, text)
		return
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			n.condition(x.X, base, text)
			return
		}
	case *ast.BinaryExpr:
		if x.Op == token.LAND || x.Op == token.LOR {
			n.condition(x.X, base, text)
			n.condition(x.Y, base, text)
			return
		}
	}
	from, to := int(e.Pos())-base, int(e.End())-base
	if n.noted(from) {
		return
	}
	id := len(n.branches)
	said := strings.Join(strings.Fields(string(text[from:to])), " ")
	for _, outcome := range []string{"true", "false"} {
		n.branches = append(n.branches, fmt.Sprintf("%s: %s is never %s", n.files.Position(e.Pos()), said, outcome))
	}
	n.inserts = append(n.inserts, insert{from, id, fmt.Sprintf("branchNoted(%d, ", id)}, insert{to, -id, ")"})
}

// noted reports whether the condition that begins at an offset was met before,
// as a part of a larger one.
func (n *noter) noted(from int) bool {
	return slices.ContainsFunc(n.inserts, func(i insert) bool { return i.at == from && strings.HasPrefix(i.text, "branchNoted(") })
}

// cases notes the cases of a switch down.
func (n *noter) cases(s *ast.SwitchStmt, base int, text []byte) {
	fallen := true
	for _, c := range s.Body.List {
		clause := c.(*ast.CaseClause)
		if clause.List == nil {
			fallen = false
		}
		if s.Tag == nil {
			for _, e := range clause.List {
				n.condition(e, base, text)
			}
			continue
		}
		n.entered(clause.Pos(), int(clause.Colon)+1-base, "")
	}
	if s.Tag != nil && fallen {
		n.entered(s.Pos(), int(s.Body.Rbrace)-base, "\ndefault: ")
	}
}

// entered notes a case down that begins at an offset.
func (n *noter) entered(pos token.Pos, at int, before string) {
	id := len(n.branches)
	n.branches = append(n.branches, fmt.Sprintf("%s: the case is never taken", n.files.Position(pos)))
	n.inserts = append(n.inserts, insert{at, id, fmt.Sprintf("%sbranchEntered(%d);", before, id)})
}

// apply puts all in.
func (n *noter) apply(text []byte) string {
	slices.SortStableFunc(n.inserts, func(a, b insert) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order))
	})
	var out strings.Builder
	last := 0
	for _, i := range n.inserts {
		out.Write(text[last:i.at])
		out.WriteString(i.text)
		last = i.at
	}
	out.Write(text[last:])
	return out.String()
}
