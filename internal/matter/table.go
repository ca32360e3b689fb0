package matter

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Case is a matter with what its kind keeps beyond the head.
type Case[D any] struct {
	Matter
	Detail D
}

// Column is one column of a kind's table and where its value lies.
type Column struct {
	Name string
	At   any    // pointer to a string kind, an integer, a bool or a time
	From string // an expression on d that it is read from; it is not written then
}

// Table is where a kind keeps its details: one row for each matter, under
// tenant_id and matter_id.
type Table[D any] struct {
	Kind    string
	Name    string // of the table in the database
	Columns func(*D) []Column
}

// written are the columns of a detail that are kept under their names.
func (t Table[D]) written(d *D) []Column {
	return slices.DeleteFunc(t.Columns(d), func(c Column) bool { return c.From != "" })
}

// headColumns are the columns of a head in the order of scanHead.
const headColumns = `h.tenant_id, h.id, h.number, h.kind, h.place_id, h.raised_by, h.phase, h.holder_group, h.holder_person, h.due_at, h.visibility,
 h.version, h.raised_at, h.changed_at, h.last_hash, h.path, h.open, h.level, h.subject`

// from reads a head and its detail; d is the detail.
func (t Table[D]) from() string {
	return " FROM matter_head h JOIN " + t.Name + " d ON d.tenant_id = h.tenant_id AND d.matter_id = h.id"
}

// columns is what is read of a case.
func (t Table[D]) columns() string {
	var d D
	list := []string{headColumns}
	for _, c := range t.Columns(&d) {
		list = append(list, cmp.Or(c.From, "d."+c.Name))
	}
	return strings.Join(list, ", ")
}

func (t Table[D]) selects() string { return "SELECT " + t.columns() + t.from() }

// row is what the database keeps of a case, behind its keys.
func (t Table[D]) row(c Case[D]) []any {
	list := []any{c.Tenant, c.ID}
	for _, column := range t.written(&c.Detail) {
		list = append(list, kept(column.At))
	}
	return list
}

// Insert writes the detail of a new matter.
func (t Table[D]) Insert(ctx context.Context, tx *store.Tx, c Case[D]) error {
	names := []string{"tenant_id", "matter_id"}
	for _, column := range t.written(&c.Detail) {
		names = append(names, column.Name)
	}
	marks := strings.Join(marks(1, len(names)), ", ")
	_, err := tx.ExecContext(ctx, "INSERT INTO "+t.Name+" ("+strings.Join(names, ", ")+") VALUES ("+marks+")", t.row(c)...)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	return nil
}

// Save writes the detail as it is now.
func (t Table[D]) Save(ctx context.Context, tx *store.Tx, c Case[D]) error {
	var sets []string
	for i, column := range t.written(&c.Detail) {
		sets = append(sets, fmt.Sprintf("%s = $%d", column.Name, i+3))
	}
	_, err := tx.ExecContext(ctx, "UPDATE "+t.Name+" SET "+strings.Join(sets, ", ")+" WHERE tenant_id = $1 AND matter_id = $2", t.row(c)...)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	return nil
}

// ByID is one case of the kind, or not found; db is a reader or a transaction.
func (t Table[D]) ByID(ctx context.Context, db store.DB, tenant store.Tenant, id string) (Case[D], error) {
	return t.one(ctx, db, " WHERE h.tenant_id = $1 AND h.id = $2 AND h.kind = $3", tenant, id, t.Kind)
}

// OpenFor is the open case about a subject, or not found.
func (t Table[D]) OpenFor(ctx context.Context, db store.DB, tenant store.Tenant, subject string) (Case[D], error) {
	return t.one(ctx, db, " WHERE h.tenant_id = $1 AND h.kind = $2 AND h.subject = $3 AND h.open = 1 AND h.subject <> ''", tenant, t.Kind, subject)
}

// Newest are the newest cases of a tenant in whose detail a column has a value,
// at most limit of them.
func (t Table[D]) Newest(ctx context.Context, db store.DB, tenant store.Tenant, column string, value any, limit int) ([]Case[D], error) {
	return t.query(ctx, db, t.selects()+" WHERE d.tenant_id = $1 AND d."+column+" = $2 ORDER BY d.matter_id DESC LIMIT $3", tenant, value, limit)
}

// Open are the open cases of a tenant that meet some conditions, in the order in
// which they were raised.
func (t Table[D]) Open(ctx context.Context, db store.DB, tenant store.Tenant, conds ...Cond) ([]Case[D], error) {
	b, err := t.where(time.Time{}, Query{Scope: people.Scope{Tenant: tenant, Whole: true}, Where: conds})
	if err != nil {
		return nil, err
	}
	return t.query(ctx, db, t.selects()+b.where()+" ORDER BY h.id", b.args...)
}

func (t Table[D]) one(ctx context.Context, db store.DB, where string, args ...any) (Case[D], error) {
	list, err := t.query(ctx, db, t.selects()+where, args...)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return Case[D]{}, err
	}
	return list[0], nil
}

func (t Table[D]) query(ctx context.Context, db store.DB, query string, args ...any) ([]Case[D], error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	defer func() { _ = rows.Close() }()
	var list []Case[D]
	for rows.Next() {
		var c Case[D]
		if err := t.scan(rows, &c); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		list = append(list, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	return list, nil
}

func (t Table[D]) scan(rows *sql.Rows, c *Case[D]) error {
	var r MatterHead
	columns := []any{
		&r.TenantID, &r.ID, &r.Number, &r.Kind, &r.PlaceID, &r.RaisedBy, &r.Phase, &r.HolderGroup, &r.HolderPerson, &r.DueAt, &r.Visibility,
		&r.Version, &r.RaisedAt, &r.ChangedAt, &r.LastHash, &r.Path, &r.Open, &r.Level, &r.Subject,
	}
	for _, column := range t.Columns(&c.Detail) {
		columns = append(columns, into(column.At))
	}
	err := rows.Scan(columns...)
	c.Matter = matterOf(r)
	return err
}

// marks are n marks of arguments, the first one numbered.
func marks(first, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", first+i)
	}
	return list
}

// kept is what the database keeps of a column: times as milliseconds, and
// whether something holds as 0 or 1.
func kept(at any) any {
	switch at := at.(type) {
	case *time.Time:
		return store.Ms(*at)
	case *bool:
		if *at {
			return int64(1)
		}
		return int64(0)
	}
	v := reflect.ValueOf(at).Elem()
	if v.Kind() == reflect.String {
		return v.String()
	}
	return v.Int()
}

// into is where a column is read to.
func into(at any) any {
	switch at := at.(type) {
	case *time.Time:
		return number(func(ms int64) { *at = store.Time(ms) })
	case *bool:
		return number(func(n int64) { *at = n != 0 })
	}
	return at
}

// number is a column that the database keeps as a number.
type number func(int64)

// Scan implements sql.Scanner.
func (f number) Scan(value any) error {
	var n sql.NullInt64
	err := n.Scan(value)
	f(n.Int64)
	return err
}
