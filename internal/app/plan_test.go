package app_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// readWhole are the queries that go through all rows a tenant has in a table,
// and why they may: the table is small, or the answer is all of it, or who asks
// can wait. All others find their rows by an index.
func readWhole() map[string]string {
	const (
		small   = "a handful of rows"
		all     = "the answer is all of it"
		desk    = "a page of staff, seldom opened"
		batches = "upkeep in the night, in batches"
		told    = "a whole building is told: once in an alarm"
	)
	return map[string]string{
		"device.Codecs": all, "device.Credentials": all, "device.Links": all, "device.UnitsUnder": desk,
		"alarm.HoodsDuty": small, "alarm.HoodsOpen": small, "alarm.HoodsPast": small, // of each neighbourhood its one row
		"care.CarersIn":   all,
		"open311.APIKeys": all, "open311.EndAPIKeysNamed": small, "report.Categories": all,
		"matter.DropKeysBefore": batches, "matter.MovePaths": desk, // a place is moved by an import
		"notify.Webhooks": small, "notify.Ways": small, "notify.WaysEver": small, "notify.EndWaysOf": small, "notify.PushKey": small,
		"notify.InsertTelling": small, // the counter, its one row
		"notify.PushPersons":   all, "notify.CountUndelivered": desk, "notify.CountUnhanded": desk,
		"people.AllHouseholds": all, "people.AllPersons": all, "people.PersonNames": all, "people.AllPosts": all, "people.PostsAt": small, // the office's posts
		"people.ResidentsUnder": told, "people.HouseholdsUnder": desk, "people.AccountsIn": all, "people.AdminAccounts": small,
		"people.AuditBeyond": desk, "people.AuditTop": small, "people.MoveAuditHead": small, "people.RootOf": small, "people.PlaceHead": small,
		"people.TenantShorts": small, "people.DropLogins": batches, "people.SweepLinks": batches, "people.SweepSessions": batches, "people.SweepThrottle": batches,
		"people.CountAccounts": desk, "people.CountAdministrators": desk, "people.CountPosts": desk, "people.OneSealed": "the first row is enough",
		"people.PostsIn": all, "people.StaffAccounts": all, "people.TenantBelow": small,
		"place.AdoptTenant": small, "place.AllNodes": all, "place.MoveBelow": desk, "place.Standing": all, "place.TenantByID": small,
		"place.TenantByShort": small, "place.Tenants": all, "place.Touch": small, "place.UpdateTenant": small, "place.Version": small,
		"inbox.CountTroubled": "an index of those alone",
		"rules.Overrides":     all,
		"job.Unlease":         "at the start",
	}
}

// The queries of all rooms are planned by SQLite as it plans them without
// statistics: it takes a tenant for a handful of rows, and walks everybody of it
// where the order of an index suits it.
func TestEveryQueryFindsItsRowsByAnIndex(t *testing.T) {
	s, _ := storetest.SQLite(t, app.Rooms())
	may, seen := readWhole(), map[string]bool{}
	queries := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".sql.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, block := range strings.Split(string(b), "-- name: ")[1:] {
			head, query, _ := strings.Cut(block, "\n")
			query, _, _ = strings.Cut(query, "`")
			name := filepath.Base(filepath.Dir(path)) + "." + strings.Fields(head)[0]
			queries++
			for _, step := range planOf(t, s, query) {
				if !walks().MatchString(step) || step == "SCAN alarm_called" { // of what the view found
					continue
				}
				if seen[name] = true; may[name] == "" {
					t.Errorf("%s: %s", name, step)
				}
			}
		}
		return nil
	})
	if err != nil || queries < 300 {
		t.Fatalf("%d queries were found: %v", queries, err)
	}
	for name := range may {
		if !seen[name] {
			t.Errorf("%s reads nothing whole and need not be excused", name)
		}
	}
}

// walks finds the steps of a plan that go through a table, or through all that a
// tenant has in it.
func walks() *regexp.Regexp {
	return regexp.MustCompile(`SCAN [a-z]+_[a-z_]+|SEARCH .*\(tenant_id=\?\)$`)
}

func planOf(t *testing.T, s *store.Store, query string) (steps []string) {
	t.Helper()
	args := make([]any, highest(query))
	for i := range args {
		args[i] = i
	}
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				return err
			}
			steps = append(steps, step)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return steps
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
