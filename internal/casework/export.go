package casework

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// Column is a column of a list that is taken along: its words, and what stands in
// it for a case.
type Column[D any] struct {
	Key   string
	Value func(v Voice, c matter.Case[D]) string
}

// exportMost is how many rows are taken along at once, unless a room says
// otherwise: years of a neighbourhood, and some twenty megabytes while it is made.
const exportMost = 20_000

const (
	exportCSV  = "csv"
	exportXLSX = "xlsx"
)

// columns are those that every room has, and then the room's own.
func (p Pages[D]) columns() []Column[D] {
	shared := []Column[D]{
		{"case.col_number", func(_ Voice, c matter.Case[D]) string { return c.Number }},
		{"case.col_place", func(v Voice, c matter.Case[D]) string {
			label, err := p.Places.Label(v.Ctx, c.Tenant, c.Place)
			if err != nil {
				return ""
			}
			return label.Door
		}},
		{"case.col_title", func(v Voice, c matter.Case[D]) string { return p.title(v, c) }},
		{"case.col_state", func(v Voice, c matter.Case[D]) string { _, s := p.state(v, c); return s }},
		{"case.holder", func(v Voice, c matter.Case[D]) string { return v.Holder(c.Matter) }},
		{"case.raised", func(_ Voice, c matter.Case[D]) string { return sheet.Instant(c.RaisedAt) }},
		{"case.due_by", func(_ Voice, c matter.Case[D]) string { return sheet.Instant(c.Due) }},
		{"case.col_changed", func(_ Voice, c matter.Case[D]) string { return sheet.Instant(c.ChangedAt) }},
	}
	return append(shared, p.Columns...)
}

// table is the whole of a list: the same cases that its pages show.
func (p Pages[D]) table(ctx context.Context, d people.Desk, f Filter) (head []string, rows [][]string, err error) {
	v, columns := p.Voice(ctx, p.Args), p.columns()
	for _, c := range columns {
		head = append(head, v.T(c.Key))
	}
	f.After, f.Limit = "", 500
	most := cmp.Or(p.ExportMost, exportMost)
	for {
		page, err := p.List(ctx, d.Actor, f)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range page.Cases {
			row := make([]string, len(columns))
			for i, column := range columns {
				row[i] = column.Value(v, c)
			}
			rows = append(rows, row)
		}
		if len(rows) > most {
			return nil, nil, fault.New(fault.Invalid, "case.export_long", "max", most)
		}
		if f.After = page.Next; f.After == "" {
			return head, rows, nil
		}
	}
}

// export hands out the list as a file.
func (p Pages[D]) export(form string) Handler {
	return func(w http.ResponseWriter, r *http.Request, d people.Desk) error {
		f, err := filterOf(r)
		if err != nil {
			return err
		}
		head, rows, err := p.table(r.Context(), d, f)
		if err != nil {
			return err
		}
		write, kind := sheet.WriteCSV, "text/csv; charset=utf-8"
		if form == exportXLSX {
			write, kind = sheet.WriteXLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		}
		b, err := write(head, rows)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", `attachment; filename="`+p.Kind.Name+`.`+form+`"`)
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		_, err = w.Write(b)
		return err
	}
}

// print shows the list for paper.
func (p Pages[D]) print(w http.ResponseWriter, r *http.Request, d people.Desk) error {
	f, err := filterOf(r)
	if err != nil {
		return err
	}
	head, rows, err := p.table(r.Context(), d, f)
	if err != nil {
		return err
	}
	v := p.Voice(r.Context(), p.Args)
	name, g := p.Kind.Name, ui.Grid{}
	for _, h := range head {
		g.Head = append(g.Head, ui.Cell{Text: h})
	}
	for _, row := range rows {
		var cells []ui.Cell
		for _, text := range row {
			cells = append(cells, ui.Cell{Text: text})
		}
		g.Rows = append(g.Rows, cells)
	}
	top := ui.Head{Plate: d.Tenant.Name, Title: v.T(name + ".title"), Sub: v.T("case.printed", "at", v.At(v.Now), "n", len(rows))}
	back := templ.SafeURL(d.To("/"+name, "show", string(f.Show)))
	return web.Render(w, r, http.StatusOK, ui.DeskPage(p.Frame.Desk(r, name, top), ui.Stack(sheetBody(v.T(name+".back"), back, g))))
}
