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
	var matters, levels int
	row := a.Store.Reader().QueryRowContext(t.Context(), "SELECT COUNT(*), SUM(level) FROM matter_head WHERE path <> ''")
	if err := row.Scan(&matters, &levels); err != nil || matters != 13 || levels != 8 {
		t.Errorf("%d matters with a place, levels %d; %v", matters, levels, err)
	}
	if err := a.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	verified(t, binary, dir)
}
