package matter

import (
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// Statement is how a list is read, for the test of its plan.
func (t Table[D]) Statement(now time.Time, q Query) (string, []any, error) {
	return t.statement(now, q)
}

// Named is how the cases of hits are read, for the test of its plan.
func (t Table[D]) Named(s *store.Store, q Query) (string, []any, error) {
	q.ids, q.Limit = make([]string, hitsFirst), 30
	return t.byKeys(s, q)
}
