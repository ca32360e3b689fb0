package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/store"
)

// Sealer keeps personal fields unreadable in the database.
type Sealer interface {
	Seal(tenant store.Tenant, person, field, plain string) (string, error)
	Open(tenant store.Tenant, person, field, sealed string) (string, error)
}

// Deps are what an import works with.
type Deps struct {
	Store  *store.Store
	Places *place.Service
	Sealer Sealer
}

// Options say how to import.
type Options struct {
	DryRun bool // say what would happen and write nothing
	// End is how many entries the import may end, as an earlier one that asked
	// has said. It must be exact.
	End int
}

// Import takes the registers in a folder. What is wrong with them stands in
// the report; an error means that they could not be taken for another reason,
// such as a full disk, and the report then tells what was taken before. An
// import that asks (see Report.Asks) is a dry run.
func Import(ctx context.Context, d Deps, dir fs.FS, o Options) (Report, error) {
	report := Report{DryRun: o.DryRun}
	f, err := list(dir)
	if err != nil {
		return report, err
	}
	b := f.open(dir)
	k, all, err := load(ctx, d)
	if err != nil {
		return report, err
	}
	notes := b.check(k, all)
	report.Kept = f.kept
	report.Problems = f.report(b, notes)
	if sheet.Failed(f.problems) {
		return report, nil
	}
	plans := b.plans(k)
	report.Endings, report.Asks = ask(plans, k, all, o)
	report.DryRun = o.DryRun || report.Asks
	return report, d.takeAll(ctx, plans, k, &report)
}

// report gathers all problems in the order of the files and their lines.
func (f *folder) report(b *books, notes []Problem) []Problem {
	var out []Problem
	unread := map[string]bool{} // what is missing there is no mistake of other files
	for _, p := range f.problems {
		out = append(out, Problem{Problem: p})
		if !p.Note {
			unread[p.File] = true
		}
	}
	for _, n := range notes {
		n.File = f.tables[n.File]
		out = append(out, n)
	}
	for _, table := range Tables() {
		for _, l := range b.lines(table) {
			for _, p := range l.Problems() {
				if p.Code == UnknownParent && unread[f.tables[p.Args["table"]]] {
					continue
				}
				out = append(out, Problem{Problem: p, Ref: l.whom.ref()})
			}
		}
	}
	rank := map[string]int{}
	for i, table := range Tables() {
		rank[f.tables[table]] = i + 1
	}
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(rank[a.File], rank[b.File]), cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// errDry undoes a transaction of a dry run.
var errDry = errors.New("dry run")

func (d Deps) takeAll(ctx context.Context, plans []*plan, k *known, report *Report) error {
	for _, p := range plans {
		result := Result{Kind: p.whom.kind(), Ref: p.whom.ref(), Name: p.name(k), Counts: map[string]Counts{}}
		result.Taken = !p.held
		if p.begin() {
			if err := d.takeOne(ctx, p, k, &result, report.DryRun); err != nil {
				return fmt.Errorf("import %s: %w", result.Ref, err)
			}
		}
		report.Results = append(report.Results, result)
	}
	return nil
}

// held are the tenants that a bad row holds back.
func (b *books) held() map[owner]bool {
	held := map[owner]bool{}
	for _, table := range Tables() {
		for _, l := range b.lines(table) {
			if sheet.Failed(l.Problems()) {
				held[l.whom], held[l.also] = true, true
			}
		}
	}
	return held
}

// takeOne takes one neighbourhood, or the subdistrict's office, in one
// transaction.
func (d Deps) takeOne(ctx context.Context, p *plan, k *known, result *Result, dry bool) error {
	var tenant place.Tenant
	err := d.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		result.Counts = map[string]Counts{}
		t := taking{Deps: d, ctx: ctx, tx: tx, plan: p, known: k, counts: result.Counts}
		if tenant, err = t.run(); err == nil && dry {
			return errDry
		}
		return err
	})
	if err != nil && !errors.Is(err, errDry) {
		return err
	}
	k.tenants[p.whom] = tenant
	return nil
}
