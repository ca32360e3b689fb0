package store

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
)

// stmtMax bounds the prepared statements kept; the house has some hundred.
const stmtMax = 512

// prepares is a database handle, or one connection of it.
type prepares interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// stmtCache keeps prepared statements of one of them.
type stmtCache struct {
	db      prepares
	dialect Dialect
	mu      sync.RWMutex
	byText  map[string]*sql.Stmt
	missed  map[string]bool
	targets map[string]string // what each statement writes
}

func newStmtCache(db prepares, dialect Dialect) *stmtCache {
	return &stmtCache{db: db, dialect: dialect, byText: map[string]*sql.Stmt{}, missed: map[string]bool{}, targets: map[string]string{}}
}

// written is a query as its database takes it, and reads it fastest. SQLite has
// no FOR UPDATE and needs none: whoever writes there is alone.
func (d Dialect) written(query string) string {
	if d == SQLite {
		return byPlace(forUpdate.ReplaceAllString(query, ""))
	}
	return query
}

var forUpdate = regexp.MustCompile(`\s+FOR UPDATE\s*$`)

// byPlace writes $1, $2, … as question marks if each stands there once and in
// its order. SQLite takes $1 for a name and looks for it in a list of all, at
// each run anew; a statement of many rows spends most of its time in that.
func byPlace(query string) string {
	n, inOrder := 0, true
	places := parameter.ReplaceAllStringFunc(query, func(part string) string {
		if part[0] != '$' {
			return part
		}
		n++
		inOrder = inOrder && part == "$"+strconv.Itoa(n)
		return "?"
	})
	if !inOrder {
		return query
	}
	return places
}

// parameter finds parameters, and whatever may hold a dollar that is none.
var parameter = regexp.MustCompile(`\$\d+|'[^']*'|"[^"]*"|--[^\n]*`)

// get returns the prepared statement, or nil and remembers to prepare it.
func (c *stmtCache) get(query string) *sql.Stmt {
	c.mu.RLock()
	stmt, known := c.byText[query], c.missed[query]
	c.mu.RUnlock()
	if stmt == nil && !known {
		c.mu.Lock()
		if len(c.byText)+len(c.missed) < stmtMax {
			c.missed[query] = true
		}
		c.mu.Unlock()
	}
	return stmt
}

// prepareMissed prepares what was asked for in vain. It needs a connection,
// so the one writer calls it between transactions. A statement that cannot be
// prepared stays unprepared: running it tells the caller why.
func (c *stmtCache) prepareMissed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for query := range c.missed {
		if stmt, err := c.db.PrepareContext(context.Background(), c.dialect.written(query)); err == nil {
			c.byText[query] = stmt
		}
		delete(c.missed, query)
	}
}

func (c *stmtCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, stmt := range c.byText {
		_ = stmt.Close()
	}
	c.byText = map[string]*sql.Stmt{}
}

// target is the table that a statement writes, see [target].
func (c *stmtCache) target(query string) string {
	c.mu.RLock()
	t, known := c.targets[query]
	c.mu.RUnlock()
	if known {
		return t
	}
	t = target(query)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.targets) < 4*stmtMax {
		c.targets[query] = t
	}
	return t
}

// cachedTx is a SQLite transaction on the writer's own connection that uses
// prepared statements where they are ready, and notes what it wrote. A
// transaction of database/sql would start a goroutine for each of its queries.
type cachedTx struct {
	conn  *sql.Conn
	cache *stmtCache
	wrote map[string]bool
	ended bool // nothing runs outside its transaction
}

// note notes what a statement writes; its context is one that has ended if the
// transaction has.
func (c *cachedTx) note(ctx context.Context, query string) (context.Context, *sql.Stmt) {
	if c.ended {
		return over(), nil
	}
	if t := c.cache.target(query); t != "" {
		c.wrote[t] = true
	}
	return ctx, c.cache.get(query)
}

// over is a context that has ended.
func over() context.Context {
	ctx, end := context.WithCancelCause(context.Background())
	end(sql.ErrTxDone)
	return ctx
}

func (c *cachedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, stmt := c.note(ctx, query)
	if stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return c.conn.ExecContext(ctx, c.cache.dialect.written(query), args...)
}

func (c *cachedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, stmt := c.note(ctx, query)
	if stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return c.conn.QueryContext(ctx, c.cache.dialect.written(query), args...)
}

func (c *cachedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, stmt := c.note(ctx, query)
	if stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return c.conn.QueryRowContext(ctx, c.cache.dialect.written(query), args...)
}

func (c *cachedTx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	ctx, _ = c.note(ctx, query)
	return c.conn.PrepareContext(ctx, query)
}

// reader is the reading side: the reading pool, and a small one for those who go
// ahead; on SQLite with prepared statements.
type reader struct {
	db    *sql.DB
	cache *stmtCache
	ahead *reader // nil: there is one pool for all
	asked atomic.Int64
}

func newReader(db, ahead *sql.DB, dialect Dialect) *reader {
	r := &reader{db: db, cache: newStmtCache(db, dialect)}
	if ahead != nil {
		r.ahead = newReader(ahead, nil, dialect)
	}
	return r
}

// close closes the statements, and the pool that is the reader's own.
func (r *reader) close() error {
	r.cache.close()
	if r.ahead == nil {
		return nil
	}
	return errors.Join(r.ahead.close(), r.ahead.db.Close())
}

type aheadKey struct{}

// Ahead marks a context for which reads do not queue with everybody's pages:
// they have connections of their own; and whose Update is the next to run.
// Whatever an alarm waits for is read and written so, and whatever is read while
// a transaction is open, as everybody who writes waits for that.
func Ahead(ctx context.Context) context.Context { return context.WithValue(ctx, aheadKey{}, true) }

// of is the reader for a context.
func (r *reader) of(ctx context.Context) *reader {
	if r.ahead != nil && ctx.Value(aheadKey{}) != nil {
		return r.ahead
	}
	return r
}

// stmt prepares at first use, on SQLite: the pool has room for it.
func (r *reader) stmt(query string) *sql.Stmt {
	stmt := r.cache.get(query)
	if stmt == nil {
		r.cache.prepareMissed()
		stmt = r.cache.get(query)
	}
	return stmt
}

func (r *reader) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return nil, errReadOnly
}

func (r *reader) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return r.of(ctx).db.PrepareContext(ctx, query)
}

// timely ends a read that takes too long, also one that waits for a connection.
// Rows may be read until then, so it is let go of by its caller's context.
func timely(ctx context.Context) context.Context {
	ctx, end := context.WithTimeout(ctx, readIn)
	context.AfterFunc(ctx, end)
	return ctx
}

func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.asked.Add(1)
	r = r.of(ctx)
	if r.cache.dialect == Postgres { // its driver keeps statements for each connection
		return r.db.QueryContext(timely(ctx), query, args...)
	}
	if stmt := r.stmt(query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return r.db.QueryContext(ctx, query, args...)
}

func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.asked.Add(1)
	r = r.of(ctx)
	if r.cache.dialect == Postgres {
		return r.db.QueryRowContext(timely(ctx), query, args...)
	}
	if stmt := r.stmt(query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return r.db.QueryRowContext(ctx, query, args...)
}
