package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/platform/store"
)

// perCommit and perInsert are reports: large enough that neither fsync nor
// parsing counts, small enough for the memory.
const (
	perCommit = 20_000
	perInsert = 200
)

// bulk gathers rows of one table for one INSERT.
type bulk struct {
	table, columns string
	args           []any
	width          int
}

func (b *bulk) add(row ...any) {
	b.width = len(row)
	b.args = append(b.args, row...)
}

// flush writes the rows. SQLite takes up to 32,766 arguments.
func (b *bulk) flush(ctx context.Context, tx *store.Tx) error {
	if len(b.args) == 0 {
		return nil
	}
	var query strings.Builder
	fmt.Fprintf(&query, "INSERT INTO %s (%s) VALUES ", b.table, b.columns)
	for n := range b.args {
		switch {
		case n == 0:
			query.WriteString("(")
		case n%b.width == 0:
			query.WriteString("), (")
		default:
			query.WriteString(", ")
		}
		fmt.Fprintf(&query, "$%d", n+1)
	}
	query.WriteString(")")
	_, err := tx.ExecContext(ctx, query.String(), b.args...)
	b.args = b.args[:0]
	if err != nil {
		return fmt.Errorf("%s: %w", b.table, err)
	}
	return nil
}

const (
	headColumns   = "tenant_id, id, number, kind, place_id, raised_by, phase, holder_group, holder_person, due_at, visibility, version, raised_at, changed_at, last_hash, path, open"
	entryColumns  = "tenant_id, matter_id, seq, at, actor_id, actor_group, verb, key, args, photos, audience, prev_hash, hash"
	detailColumns = "tenant_id, matter_id, category, compound_id, building_id, spot, words, anonymous, source, happened_at, accept_by, mend_by, closed_at"
)

// write writes the next reports.
func (v *inventor) write(ctx context.Context, tx *store.Tx, most int) error {
	heads := &bulk{table: "matter_head", columns: headColumns}
	entries := &bulk{table: "matter_entry", columns: entryColumns}
	details := &bulk{table: "report_detail", columns: detailColumns}
	for most > 0 {
		n := min(most, perInsert)
		most -= n
		for range n {
			x := v.one()
			heads.add(x.headRow()...)
			details.add(x.detailRow()...)
			v.index.Add(tx, report.Indexed(report.Report{Matter: x.head, Detail: x.detail}, x.words()))
			for i := range x.entries {
				entries.add(x.entryRow(i)...)
			}
		}
		for _, b := range []*bulk{heads, entries, details} {
			if err := b.flush(ctx, tx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *invented) headRow() []any {
	m, open := x.head, 1
	if m.Phase.Closed() {
		open = 0
	}
	return []any{
		m.Tenant, m.ID, m.Number, m.Kind, m.Place, m.RaisedBy, string(m.Phase), string(m.Holder.Group), m.Holder.Person, store.Ms(m.Due),
		string(m.Visibility), m.Version, store.Ms(m.RaisedAt), store.Ms(m.ChangedAt), m.LastHash, m.Path, open,
	}
}

func (x *invented) entryRow(i int) []any {
	e := x.entries[i]
	args, err := json.Marshal(e.Args)
	if err != nil {
		panic(err) // strings only
	}
	return []any{
		x.head.Tenant, x.head.ID, e.Seq, store.Ms(e.At), e.Actor, string(e.Group), string(e.Verb), e.Key, string(args), "[]",
		string(e.Audience), e.PrevHash, e.Hash,
	}
}

func (x *invented) detailRow() []any {
	d := x.detail
	return []any{
		x.head.Tenant, x.head.ID, d.Category, d.Compound, d.Building, d.Spot, d.Words, 0, string(d.Source), store.Ms(d.HappenedAt),
		store.Ms(d.AcceptBy), store.Ms(d.MendBy), store.Ms(d.ClosedAt),
	}
}

// words are those that the product puts into the index.
func (x *invented) words() string {
	return strings.Join([]string{x.head.Number, x.zh, x.en, x.door, x.detail.Spot, x.detail.Words}, " ")
}
