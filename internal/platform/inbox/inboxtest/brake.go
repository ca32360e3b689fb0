// Package inboxtest helps to test the doors of the inbox: a database whose
// commits fail when told to, as on a full disk, and whose rows can be counted.
package inboxtest

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// While brake_on has a row, each inbox message brings an orphan with it. The
// orphan is looked for at COMMIT, and that is what fails.
const tables = `-- +goose Up
CREATE TABLE brake_parent (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE brake_child (tenant_id TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL, PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, parent) REFERENCES brake_parent (tenant_id, id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE brake_on (tenant_id TEXT NOT NULL PRIMARY KEY);
-- +goose StatementBegin
`

const forSQLite = tables + `CREATE TRIGGER brake_pull AFTER INSERT ON inbox_message WHEN EXISTS (SELECT 1 FROM brake_on)
BEGIN INSERT INTO brake_child VALUES (NEW.tenant_id, NEW.id, 'nobody'); END;
-- +goose StatementEnd
`

const forPostgres = tables + `CREATE FUNCTION brake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF EXISTS (SELECT 1 FROM brake_on) THEN INSERT INTO brake_child VALUES (NEW.tenant_id, NEW.id, 'nobody'); END IF;
RETURN NEW; END $$;
-- +goose StatementEnd
CREATE TRIGGER brake_pull AFTER INSERT ON inbox_message FOR EACH ROW EXECUTE FUNCTION brake();
`

// Rooms are the inbox and the brake on its commits.
func Rooms() []store.Room {
	return []store.Room{inbox.Room(), {
		Name:        "brake",
		Migrations:  fstest.MapFS{"00001_brake.sql": {Data: []byte(forSQLite)}},
		ForPostgres: fstest.MapFS{"00001_brake.sql": {Data: []byte(forPostgres)}},
	}}
}

// FailCommits makes each commit that brings a message fail, until let go.
func FailCommits(t testing.TB, s *store.Store) (letGo func()) {
	t.Helper()
	run(t, s, "INSERT INTO brake_on (tenant_id) VALUES ('all')")
	return func() { run(t, s, "DELETE FROM brake_on") }
}

// run tries again while it shares a commit with messages that make it fail.
func run(t testing.TB, s *store.Store, statement string) {
	t.Helper()
	for tries := 0; ; tries++ {
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		})
		if err == nil {
			return
		}
		if tries == 1000 || !fault.Is(err, fault.Busy) {
			t.Fatal(err)
		}
	}
}

// Count is how many messages of all tenants are stored.
func Count(t testing.TB, s *store.Store) int {
	t.Helper()
	var n int
	if err := s.Reader().QueryRowContext(context.Background(), "SELECT COUNT(*) FROM inbox_message").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
