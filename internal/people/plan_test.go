package people_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Each query of signin.sql finds its rows by an index that begins with the
// tenant; one walks a table of a handful of rows.
func TestEachQueryUsesAnIndex(t *testing.T) {
	walks := map[string]string{
		"TenantShorts": "place_tenant", // a handful of rows
	}
	b, err := os.ReadFile("signin.sql")
	if err != nil {
		t.Fatal(err)
	}
	st, clock := storetest.SQLite(t, rooms())
	s := sceneOn(t, st, clock, people.DoorOptions{})
	for _, block := range strings.Split(string(b), "-- name: ")[1:] {
		head, query, _ := strings.Cut(block, "\n")
		name, _, _ := strings.Cut(head, " ")
		query, _, _ = strings.Cut(query, ";")
		args := make([]any, highest(query))
		for i := range args {
			args[i] = i
		}
		if plan := s.plan(query, args); strings.Contains(plan, "SCAN") && walks[name] == "" {
			t.Errorf("%s: %s", name, plan)
		}
	}
}

// highest is the highest parameter number of a query.
func highest(query string) (n int) {
	for _, m := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(query, -1) {
		var i int
		_, _ = fmt.Sscan(m[1], &i)
		n = max(n, i)
	}
	return n
}

func (s *scene) plan(query string, args []any) string {
	s.t.Helper()
	rows, err := s.s.Reader().QueryContext(s.ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			s.t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return strings.Join(plan, "; ")
}
