package search

import (
	"context"
	"embed"
	"fmt"
	"strings"

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

// Add puts words under an id. More words may be added under the same id later;
// nothing is ever taken out, as nothing in a timeline is.
func (x Index) Add(ctx context.Context, tx *store.Tx, tenant store.Tenant, room, id, words string) error {
	return x.put(ctx, tx, tenant, room, id, text.Bigrams(words))
}

// put writes the tokens of a text.
func (x Index) put(ctx context.Context, tx *store.Tx, tenant store.Tenant, room, id string, tokens []string) error {
	if len(tokens) == 0 {
		return nil
	}
	var err error
	if x.dialect == store.Postgres {
		_, err = tx.ExecContext(ctx, `INSERT INTO search_doc (tenant_id, room, id, body)
			VALUES ($1, $2, $3, array_to_tsvector(string_to_array($4, ' ')))`, tenant, room, id, strings.Join(unique(append(tokens, scope(tenant, room))), " "))
	} else {
		_, err = tx.ExecContext(ctx, "INSERT INTO search_doc (scope, body, id) VALUES ($1, $2, $3)", scope(tenant, room), strings.Join(tokens, " "), id)
	}
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// Document is what Add writes into SQLite's index: the scope that keeps tenants
// and rooms apart, and the tokens. It is for whoever writes a large past.
func Document(tenant store.Tenant, room, words string) (in, body string) {
	return scope(tenant, room), strings.Join(text.Bigrams(words), " ")
}

// Find is a sub-select of the ids whose words hold the query, to be put behind
// IN, with its arguments numbered from next. A query without any letter, digit
// or Han finds nothing.
func (x Index) Find(tenant store.Tenant, room, query string, next int) (sql string, args []any) {
	terms := text.Query(query)
	switch {
	case len(terms) == 0:
		return "SELECT id FROM search_doc WHERE 1 = 0", nil
	case x.dialect == store.Postgres:
		terms = append(terms, text.Term{Token: scope(tenant, room)})
		return fmt.Sprintf("SELECT id FROM search_doc WHERE tenant_id = $%d AND room = $%d AND body @@ CAST($%d AS tsquery)", next, next+1, next+2),
			[]any{tenant, room, text.TSQuery(terms)}
	default:
		match := fmt.Sprintf(`scope : "%s" AND body : (%s)`, scope(tenant, room), text.FTS5(terms))
		return fmt.Sprintf("SELECT id FROM search_doc WHERE search_doc MATCH $%d", next), []any{match}
	}
}

// scope is one token that keeps tenants and rooms apart inside the index:
// letters and digits only, as both engines cut at anything else.
func scope(tenant store.Tenant, room string) string {
	keep := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}
	return "in" + strings.Map(keep, string(tenant)) + "z" + strings.Map(keep, room)
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
