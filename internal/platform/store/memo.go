package store

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Memo keeps what was read from a few tables until one of them is written. A
// storm of alarms asks again and again who serves the same building; the answer
// changes when somebody is appointed, and is then read again.
//
// It holds on SQLite, where every write passes through this store. On PostgreSQL
// another node may have written, so there everything is read each time.
type Memo[K comparable, V any] struct {
	store  *Store
	tables []string
	most   int

	mu    sync.Mutex
	stamp uint64
	kept  map[K]V
}

// NewMemo keeps at most so many answers that are read from these tables. What it
// gives out is shared: nobody may change it.
func NewMemo[K comparable, V any](s *Store, most int, tables ...string) *Memo[K, V] {
	return &Memo[K, V]{store: s, tables: tables, most: most, kept: map[K]V{}}
}

// Get is what load reads, or read before while the tables are as they were.
// Errors are not kept. load must read outside of transactions.
func (m *Memo[K, V]) Get(key K, load func() (V, error)) (V, error) {
	if m.store.dialect != SQLite {
		return load()
	}
	// The stamp is taken first: what is read after it is as new or newer.
	stamp := m.store.written.of(m.tables)
	m.mu.Lock()
	if m.stamp != stamp {
		m.stamp = stamp
		clear(m.kept)
	}
	v, known := m.kept[key]
	m.mu.Unlock()
	if known {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stamp == stamp {
		if len(m.kept) >= m.most {
			clear(m.kept)
		}
		m.kept[key] = v
	}
	return v, nil
}

// written counts the commits that wrote each table.
type written struct {
	mu     sync.RWMutex
	all    uint64 // commits that wrote something else than rows, such as a table itself
	tables map[string]uint64
}

// of is a number that grows with every commit that wrote one of the tables.
func (w *written) of(tables []string) uint64 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	n := w.all
	for _, t := range tables {
		n += w.tables[t]
	}
	return n
}

func (w *written) add(targets map[string]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tables == nil {
		w.tables = map[string]uint64{}
	}
	for t := range targets {
		if t == anyTable {
			w.all++
		}
		w.tables[t]++
	}
}

const anyTable = "*"

var (
	writesTo = regexp.MustCompile(`(?is)\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)`)
	comments = regexp.MustCompile(`--[^\n]*`)
)

// target is the table that a statement writes; empty if it only reads, anyTable
// if that cannot be told.
func target(query string) string {
	query = strings.TrimSpace(comments.ReplaceAllString(query, ""))
	word := strings.ToUpper(query[:min(len(query), 9)])
	switch {
	case strings.HasPrefix(word, "SELECT"), strings.HasPrefix(word, "SAVEPOINT"), strings.HasPrefix(word, "RELEASE"), strings.HasPrefix(word, "ROLLBACK"), query == "":
		return ""
	case slices.ContainsFunc([]string{"INSERT", "UPDATE", "DELETE"}, func(p string) bool { return strings.HasPrefix(word, p) }):
		if found := writesTo.FindStringSubmatch(query); found != nil {
			return found[1]
		}
	case strings.HasPrefix(word, "WITH") && !writesTo.MatchString(query):
		return ""
	}
	return anyTable
}
