package chaos_test

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/test/furnished"
)

// A data folder of an earlier linli whose migration is cut off by kill -9, again
// and again, is migrated at the next start: nothing is lost and verify finds
// nothing.
func TestAMigrationThatIsCutOffGoesOn(t *testing.T) {
	binary, dir := build(t), t.TempDir()
	furnished.Earlier(t, dir)
	for n := range 12 {
		cmd := exec.Command(binary, "serve", "--data", dir, "--listen", "127.0.0.1:0")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(10+15*n)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		timer.Stop()
	}
	a, err := app.New(context.Background(), app.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	var matters, escalated int // of those that were there; a start that was cut late may have done what is due
	row := a.Store.Reader().QueryRowContext(t.Context(), `SELECT COUNT(*), SUM(CASE WHEN number BETWEEN '26-0006' AND '26-0009' AND level = 2 THEN 1 ELSE 0 END)
FROM matter_head WHERE path <> '' AND number <= '26-0013'`)
	if err := row.Scan(&matters, &escalated); err != nil || matters != 13 || escalated != 4 {
		t.Errorf("%d matters with a place, %d escalated; %v", matters, escalated, err)
	}
	if err := a.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	verified(t, binary, dir)
}
