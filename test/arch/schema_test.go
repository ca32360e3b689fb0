package arch_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// untenanted are the tables and indexes that no tenant leads, and why.
func untenanted() map[string]string {
	return map[string]string{
		"store_schema":    "one row: which migrations this database has seen",
		"search_doc_body": "a GIN index holds tokens; each document holds its tenant as one of them",
	}
}

// exempt also lets pass goose's table of versions for each room, and the tables
// in which FTS5 keeps its index, where the tenant is a token of the text.
func exempt(table string) bool {
	return untenanted()[table] != "" || strings.HasSuffix(table, "_version") ||
		strings.HasPrefix(table, "search_doc_") || strings.HasPrefix(table, "sqlite_")
}

func TestRoomsAreAllHere(t *testing.T) {
	_, folders := load(t, os.DirFS("../..")).tables()
	delete(folders, "internal/platform/store")
	var known []string
	for _, r := range app.Rooms() {
		known = append(known, r.Name)
	}
	for dir, name := range folders {
		if !slices.Contains(known, name) {
			t.Errorf("%s has migrations and is not among the rooms", dir)
		}
	}
	if len(folders) != len(known) {
		t.Errorf("%d rooms, %d folders with migrations", len(known), len(folders))
	}
}

// key is a primary key, unique key, foreign key or index with its columns in
// order.
type key struct {
	table, name string
	columns     []string
}

// column is a column with its type as the database calls it, in capitals.
type column struct{ table, name, kind string }

func TestTenantLeadsEveryKey(t *testing.T) {
	storetest.Each(t, app.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		keys, columns := catalogue(t, s)
		if len(keys) < 10 || len(columns) < 50 {
			t.Fatalf("the catalogue shows %d keys and %d columns only", len(keys), len(columns))
		}
		for _, breach := range slices.Concat(tenantless(keys), keyless(keys, columns), oddColumns(s.Dialect(), columns)) {
			t.Error(breach)
		}
	})
}

// TestSchemaRulesBite makes tables that are wrong.
func TestSchemaRulesBite(t *testing.T) {
	files := fstest.MapFS{"00001_bad.sql": {Data: []byte(`-- +goose Up
CREATE TABLE bad_parent (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (id, tenant_id));
CREATE TABLE bad_child (id TEXT NOT NULL PRIMARY KEY, tenant_id TEXT NOT NULL, parent_id TEXT NOT NULL, price REAL,
    UNIQUE (parent_id, tenant_id),
    FOREIGN KEY (parent_id, tenant_id) REFERENCES bad_parent (id, tenant_id));
CREATE TABLE bad_heap (tenant_id TEXT NOT NULL);
CREATE INDEX bad_child_price ON bad_child (price);
`)}}
	bad := store.Room{Name: "bad", Migrations: files}
	storetest.Each(t, []store.Room{bad}, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		keys, columns := catalogue(t, s)
		// SQLite shows the primary key twice: as such and as its index.
		want := map[store.Dialect]int{store.Postgres: 5, store.SQLite: 6}[s.Dialect()]
		if got := tenantless(keys); len(got) != want {
			t.Errorf("found %q, want %d keys that no tenant leads", got, want)
		}
		if got := keyless(keys, columns); len(got) != 1 || !strings.Contains(got[0], "bad_heap") {
			t.Errorf("found %q, want bad_heap without a key", got)
		}
		if got := oddColumns(s.Dialect(), columns); len(got) != 1 || !strings.Contains(got[0], "price") {
			t.Errorf("found %q, want the price as a fraction", got)
		}
	})
}

func tenantless(keys []key) []string {
	var breaches []string
	for _, k := range keys {
		if exempt(k.table) || untenanted()[k.name] != "" || len(k.columns) > 0 && k.columns[0] == "tenant_id" {
			continue
		}
		breaches = append(breaches, k.table+": "+k.name+" ("+strings.Join(k.columns, ", ")+") is not led by tenant_id")
	}
	return breaches
}

// keyless are the tables that have no key at all.
func keyless(keys []key, columns []column) []string {
	with, without := map[string]bool{}, map[string]bool{}
	for _, k := range keys {
		with[k.table] = true
	}
	for _, c := range columns {
		if !with[c.table] && !exempt(c.table) && c.table != "search_doc" {
			without[c.table] = true
		}
	}
	var breaches []string
	for _, table := range slices.Sorted(maps.Keys(without)) {
		breaches = append(breaches, table+" has no key")
	}
	return breaches
}

// oddColumns are neither text nor whole numbers: money, area and votes are
// never fractions, and both databases must mean the same.
func oddColumns(d store.Dialect, columns []column) []string {
	var breaches []string
	for _, c := range columns {
		fullText := c.table == "search_doc" && (d == store.SQLite || c.kind == "TSVECTOR")
		if c.kind != "TEXT" && c.kind != "BIGINT" && !exempt(c.table) && !fullText {
			breaches = append(breaches, c.table+"."+c.name+" is "+c.kind+", neither TEXT nor BIGINT")
		}
	}
	return breaches
}

// catalogue reads what the database itself says of its tables.
func catalogue(t *testing.T, s *store.Store) ([]key, []column) {
	t.Helper()
	keysOf, columnsOf := sqliteKeys, sqliteColumns
	if s.Dialect() == store.Postgres {
		keysOf, columnsOf = postgresKeys, postgresColumns
	}
	var columns []column
	for _, row := range query(t, s, columnsOf) {
		columns = append(columns, column{row[0], row[1], strings.ToUpper(row[2])})
	}
	var keys []key
	for _, row := range query(t, s, keysOf) {
		last := len(keys) - 1
		if last < 0 || keys[last].table != row[0] || keys[last].name != row[1] {
			keys = append(keys, key{table: row[0], name: row[1]})
			last++
		}
		keys[last].columns = append(keys[last].columns, row[2])
	}
	return keys, columns
}

const (
	sqliteColumns = `SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`
	sqliteKeys = `SELECT tab, name, col FROM (
		SELECT m.name AS tab, i.name AS name, COALESCE(c.name, '?') AS col, c.seqno AS pos
		FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c WHERE m.type = 'table'
		UNION ALL
		SELECT m.name, 'primary key', c.name, c.pk FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0
		UNION ALL
		SELECT m.name, 'foreign key ' || f.id, f."from", f.seq FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
	) ORDER BY tab, name, pos`
	postgresColumns = `SELECT table_name, column_name, data_type FROM information_schema.columns
		JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name, ordinal_position`
	postgresKeys = `SELECT tab, name, col FROM (
		SELECT t.relname AS tab, i.relname AS name, COALESCE(a.attname, '?') AS col, k.pos
		FROM pg_index x
		JOIN pg_class t ON t.oid = x.indrelid
		JOIN pg_class i ON i.oid = x.indexrelid
		JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(num, pos) ON true
		LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num AND k.num > 0
		WHERE t.relnamespace = current_schema()::regnamespace
		UNION ALL
		SELECT t.relname, c.conname, a.attname, k.pos
		FROM pg_constraint c
		JOIN pg_class t ON t.oid = c.conrelid
		JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(num, pos) ON true
		JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num
		WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
	) AS found ORDER BY tab, name, pos`
)

// query reads rows of three texts.
func query(t *testing.T, s *store.Store, text string) [][3]string {
	t.Helper()
	rows, err := s.Reader().QueryContext(context.Background(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all [][3]string
	for rows.Next() {
		var row [3]string
		if err := rows.Scan(&row[0], &row[1], &row[2]); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
