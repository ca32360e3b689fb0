package register

import (
	"context"
	"strconv"

	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// problemTable lists problems: where, what is wrong, what to do.
func problemTable(ctx context.Context, problems []Problem) ui.Grid {
	g := ui.Grid{Head: []ui.Cell{
		{Text: words.T(ctx, "register.page.where")}, {Text: words.T(ctx, "register.page.wrong")}, {Text: words.T(ctx, "register.page.mend")}}}
	for _, x := range problems {
		where := ui.Cell{Text: x.Where(ctx)}
		if x.Note {
			where.Text = words.T(ctx, "register.page.note", "where", where.Text)
		}
		g.Rows = append(g.Rows, []ui.Cell{where, {Text: x.Wrong(ctx)}, {Text: x.Mend(ctx)}})
	}
	return g
}

// countsTable says for one neighbourhood what became of each table's rows.
func countsTable(ctx context.Context, x Result) ui.Grid {
	g := ui.Grid{Head: []ui.Cell{{Text: words.T(ctx, "register.page.table")}}}
	for _, key := range []string{"new", "changed", "same", "ended"} {
		g.Head = append(g.Head, ui.Cell{Text: words.T(ctx, "register.page."+key), End: true})
	}
	for _, table := range Tables() {
		c, ok := x.Counts[table]
		if !ok || table == Neighbourhoods {
			continue
		}
		row := []ui.Cell{{Text: words.T(ctx, "register.table."+table)}}
		for _, n := range []int{c.New, c.Changed, c.Same, c.Ended} {
			row = append(row, ui.Cell{Text: strconv.Itoa(n), End: true})
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// takenText is "can be taken" after a trial and "taken" after the real thing.
func takenText(ctx context.Context, r Report) string {
	if r.DryRun {
		return words.T(ctx, "register.page.would")
	}
	return words.T(ctx, "register.page.taken")
}

// step names what the form does: first try, then take.
func step(ctx context.Context, v importPage) string {
	switch {
	case v.Mark != "":
		return words.T(ctx, "register.page.step_take")
	case v.Tried != nil:
		return words.T(ctx, "register.page.step_again")
	}
	return words.T(ctx, "register.page.step_try")
}

// endingTable names the entries that the files no longer list.
func endingTable(ctx context.Context, endings []Ending) ui.Grid {
	g := ui.Grid{Head: []ui.Cell{
		{Text: words.T(ctx, "register.page.table")}, {Text: words.T(ctx, "register.page.ending_name")}, {Text: words.T(ctx, "register.page.ending_ref")}}}
	for _, e := range endings {
		g.Rows = append(g.Rows, []ui.Cell{{Text: words.T(ctx, "register.table."+e.Table)}, {Text: e.shown(ctx)}, {Text: e.Ref}})
	}
	return g
}
