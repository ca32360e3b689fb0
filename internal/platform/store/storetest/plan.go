package storetest

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/store"
)

// Plans fails for each query of a generated file (queries.sql.go) that SQLite
// would answer by reading a whole table, but for those named in whole; and for
// each that asks about one matter and would read all of the tenant.
func Plans(t *testing.T, s *store.Store, file string, whole ...string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	allowed := " " + strings.Join(whole, " ") + " "
	queries := regexp.MustCompile("(?s)= `-- name: (\\w+) :\\w+\n(.*?)`").FindAllStringSubmatch(string(b), -1)
	if len(queries) == 0 {
		t.Fatalf("%s holds no query", file)
	}
	for _, q := range queries {
		if strings.HasPrefix(q[2], "INSERT") || strings.Contains(allowed, " "+q[1]+" ") {
			continue
		}
		for _, step := range plan(t, s, q[2]) {
			if reads := strings.Fields(step); reads[0] == "SCAN" && !strings.Contains(" up down ", " "+reads[1]+" ") && !strings.HasPrefix(reads[1], "CONSTANT") {
				t.Errorf("%s: %s", q[1], step)
			}
			if strings.HasSuffix(step, "(tenant_id=?)") && strings.Contains(q[2], "matter_id = $") {
				t.Errorf("%s reads all of the tenant: %s", q[1], step)
			}
		}
	}
}

func plan(t *testing.T, s *store.Store, query string) []string {
	t.Helper()
	var args []any
	for n := 1; regexp.MustCompile(`\$` + strconv.Itoa(n) + `\b`).MatchString(query); n++ {
		args = append(args, "")
	}
	rows, err := s.Reader().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}
