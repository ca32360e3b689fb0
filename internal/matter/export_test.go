package matter

import "time"

// Statement is how a list is read, for the test of its plan.
func (t Table[D]) Statement(now time.Time, q Query) (string, []any, error) {
	return t.statement(now, q)
}
