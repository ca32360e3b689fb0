package report

import (
	"github.com/linli/linli/internal/people"
)

// NamedSQL is how the rows of hits are read.
func NamedSQL(s *Service, a people.Actor, f Filter) (string, []any, error) {
	q, err := s.among(a, f, make([]string, hitsFirst))
	if err != nil {
		return "", nil, err
	}
	s.where(&q, a, f)
	q.page(f.Order, Cursor{}, 31)
	return q.sql(), q.args, nil
}
