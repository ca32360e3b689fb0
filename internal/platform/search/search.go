package search

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
)

//go:embed sqlite/*.sql postgres/*.sql
var migrations embed.FS

// Room is the index's tables.
func Room() store.Room {
	return store.Room{Name: "search", Migrations: store.Folder(migrations, "sqlite"), ForPostgres: store.Folder(migrations, "postgres")}
}

// Index is the index of one database.
type Index struct{ dialect store.Dialect }

// New makes the index of a store.
func New(s *store.Store) Index { return Index{s.Dialect()} }

// Entry is what a room puts into the index: a text, and under which id it is
// found.
type Entry struct {
	Tenant store.Tenant
	Room   string
	ID     string
	At     time.Time // when what the id names happened, never zero: the same for every text of an id
	Marks  []string  // what a search may be narrowed to, such as a compound; the same for every text of an id
	Words  string
}

// Mark is one of [Entry.Marks]: a kind, such as "compound", and a value.
func Mark(kind, value string) string { return kind + "z" + plain(value) }

// Add puts words under an id. More words may be added under the same id later;
// nothing is ever taken out, as nothing in a timeline is. They are written right
// before the commit, together with what others add.
func (x Index) Add(tx *store.Tx, e Entry) {
	d := doc{e.Tenant, e.Room, e.ID, store.Ms(e.At), e.Marks, text.Bigrams(e.Words)}
	tx.BeforeCommit(func(ctx context.Context, tx *store.Tx) error { return x.put(ctx, tx, d) })
}

// doc is one text as it is kept.
type doc struct {
	tenant   store.Tenant
	room, id string
	at       int64
	marks    []string
	tokens   []string
}

// Of a row's number in SQLite the upper bits are the millisecond of what it
// belongs to and the lower ones count: the engine reads rows in the order of
// their numbers, so what is newest is found first, however much there is. The
// numbers below were given before that order was kept.
const (
	countBits = 20
	firstAt   = 1 << countBits
)

func (x Index) put(ctx context.Context, tx *store.Tx, d doc) error {
	if len(d.tokens) == 0 {
		return nil
	}
	from, until := d.at<<countBits, (d.at+1)<<countBits
	if d.at < firstAt { // from an earlier linli
		d.at, from, until = 0, 0, firstAt<<countBits
	}
	var err error
	if x.dialect == store.Postgres {
		tokens := slices.Concat(d.tokens, slashed(append([]string{scope(d.tenant, d.room)}, d.marks...)), slices.Collect(slicesOf(d.at)))
		_, err = tx.ExecContext(ctx, `INSERT INTO search_doc (tenant_id, room, id, at, body)
			VALUES ($1, $2, $3, $4, array_to_tsvector(string_to_array($5, ' ')))`, d.tenant, d.room, d.id, d.at, strings.Join(unique(tokens), " "))
	} else {
		_, err = tx.ExecContext(ctx, `INSERT INTO search_doc (rowid, scope, body, id)
			VALUES (1 + COALESCE((SELECT MAX(id) FROM search_doc_content WHERE id >= $1 AND id < $2), $3), $4, $5, $6)`,
			from, until, from-1, strings.Join(append([]string{scope(d.tenant, d.room)}, d.marks...), " "), strings.Join(d.tokens, " "), d.id)
	}
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// Find is a sub-select of the ids whose words hold the query, in no order, to be
// put behind IN, with its arguments numbered from next. A query without any
// letter, digit or Han finds nothing. It is for lists that are short without it;
// what is in order of time is found by [Index.Walk].
func (x Index) Find(tenant store.Tenant, room, query string, next int) (sql string, args []any) {
	terms := text.Query(query)
	switch {
	case len(terms) == 0:
		return "SELECT id FROM search_doc WHERE 1 = 0", nil
	case x.dialect == store.Postgres:
		return fmt.Sprintf("SELECT id FROM search_doc WHERE body @@ CAST($%d AS tsquery)", next), []any{allOf(terms, tenant, room, nil)}
	default:
		return fmt.Sprintf("SELECT id FROM search_doc WHERE search_doc MATCH $%d", next), []any{match(terms, tenant, room, nil)}
	}
}

// scope is one token that keeps tenants and rooms apart inside the index:
// letters and digits only, as both engines cut at anything else.
func scope(tenant store.Tenant, room string) string {
	return "in" + plain(string(tenant)) + "z" + plain(room)
}

// plain is the letters and digits of a text, in lower case.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, s)
}

// slashed are a scope and marks as PostgreSQL keeps them beside the words: no
// word holds a slash, so nobody can type one.
func slashed(tokens []string) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = "/" + t
	}
	return out
}

func unique(tokens []string) []string {
	seen, out := map[string]bool{}, tokens[:0]
	for _, t := range tokens {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}
