package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // to make and drop databases and schemas

	"github.com/linli/linli/internal/platform/store"
)

// PostgresEnv names the environment variable with the URL of a PostgreSQL
// database in which tests may make schemas, and whose user may make databases
// beside it. When it is empty only SQLite is tested, unless CI=true: then it is
// a failure.
const PostgresEnv = "LINLI_TEST_POSTGRES"

// HasPostgres says whether there is a PostgreSQL to test on. In CI there is.
func HasPostgres(t testing.TB) bool {
	t.Helper()
	if os.Getenv(PostgresEnv) != "" {
		return true
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not set: in CI both databases are tested", PostgresEnv)
	}
	return false
}

// Postgres is the URL of an empty schema, or false where no PostgreSQL is
// configured, which in CI is a failure.
func Postgres(t testing.TB) (string, bool) {
	t.Helper()
	if !HasPostgres(t) {
		return "", false
	}
	return NewSchema(t, os.Getenv(PostgresEnv)), true
}

// NewSchema makes an empty PostgreSQL schema and returns a URL that works in
// it. The schema is dropped when the test ends.
func NewSchema(t testing.TB, base string) string {
	t.Helper()
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	schema := "t_" + strings.ReplaceAll(store.NewID(), "-", "")
	if _, err := db.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.Exec("DROP SCHEMA " + schema + " CASCADE")
		if err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", PostgresEnv, err))
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// openPostgres opens a copy of an empty database that was migrated once.
func openPostgres(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	key, err := name(o.Rooms)
	if err != nil {
		t.Fatal(err)
	}
	empty, err := templates.of(key, func() (*Template, error) {
		return NewTemplate(func(url string) error {
			s, err := store.Open(context.Background(), store.Options{Postgres: url, Rooms: o.Rooms})
			if err != nil {
				return err
			}
			return s.Close()
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Postgres = empty.Copy(t)
	return open(t, o)
}

// Template is a PostgreSQL database that was filled once and is copied for every
// test that begins with what it holds. Copying takes some 50 ms, whatever is in
// it. It stays until another test program begins and finds this one ended.
type Template struct{ name string }

// NewTemplate makes an empty database and has it filled. Whoever fills it closes
// all connections to it: what is in use cannot be copied.
func NewTemplate(fill func(url string) error) (*Template, error) {
	c, err := cluster()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", PostgresEnv, err)
	}
	x := &Template{c.next()}
	if _, err := c.db.Exec("CREATE DATABASE " + quoted(x.name)); err != nil {
		return nil, err
	}
	return x, fill(c.url(x.name))
}

// Copy is the URL of a copy, which is dropped when the test ends.
func (x *Template) Copy(t testing.TB) string {
	t.Helper()
	c, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	name := c.next()
	if _, err := c.db.Exec("CREATE DATABASE " + quoted(name) + " TEMPLATE " + quoted(x.name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := c.db.Exec("DROP DATABASE " + quoted(name) + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.url(name)
}

// databases are those that this test program makes.
type databases struct {
	db    *sql.DB
	base  url.URL
	run   string // theirs begin with this and a number
	count atomic.Int64
	held  *sql.Conn // its lock says that this program runs
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

func (c *databases) next() string { return fmt.Sprintf("%s_%d", c.run, c.count.Add(1)) }

func (c *databases) url(name string) string {
	u := c.base
	u.Path = "/" + name
	return u.String()
}

// cluster is connected to once. A lock that PostgreSQL gives back when the
// program ends, however it ends, tells the next one what was left behind.
var cluster = sync.OnceValues(func() (*databases, error) {
	base := os.Getenv(PostgresEnv)
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("pgx", base)
	if err != nil {
		return nil, err
	}
	key := strings.ReplaceAll(store.NewID(), "-", "")[16:]
	c := &databases{db: db, base: *u, run: path.Base(u.Path) + "_" + key}
	ctx := context.Background()
	if c.held, err = db.Conn(ctx); err != nil {
		return nil, err
	}
	if _, err := c.held.ExecContext(ctx, "SELECT pg_advisory_lock($1)", number(key)); err != nil {
		return nil, err
	}
	return c, c.sweep(ctx)
})

// number is the lock of a program by its key, of 16 hexadecimal digits.
func number(key string) int64 {
	n, _ := strconv.ParseUint(key, 16, 64)
	return int64(n) //nolint:gosec // any number will do
}

// sweep drops what programs left behind that have ended.
func (c *databases) sweep(ctx context.Context) error {
	all, err := c.all(ctx)
	if err != nil {
		return err
	}
	ours := regexp.MustCompile("^" + regexp.QuoteMeta(path.Base(c.base.Path)) + "_([0-9a-f]{16})_[0-9]+$")
	left := map[string][]string{}
	for _, name := range all {
		if m := ours.FindStringSubmatch(name); m != nil && !strings.HasPrefix(name, c.run) {
			left[m[1]] = append(left[m[1]], name)
		}
	}
	for key, names := range left {
		if err := c.drop(ctx, key, names); err != nil {
			return err
		}
	}
	return nil
}

// all are the cluster's databases.
func (c *databases) all(ctx context.Context) (names []string, err error) {
	rows, err := c.held.QueryContext(ctx, "SELECT datname FROM pg_database")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// drop drops the databases of a program unless it runs, or somebody else does it.
func (c *databases) drop(ctx context.Context, key string, names []string) error {
	var ended bool
	if err := c.held.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", number(key)).Scan(&ended); err != nil || !ended {
		return err
	}
	for _, name := range names {
		if _, err := c.held.ExecContext(ctx, "DROP DATABASE IF EXISTS "+quoted(name)+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	_, err := c.held.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", number(key))
	return err
}
