package operations_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/app/operations"
)

// A rehearsal happens to a copy, while the house is served, and leaves nothing.
func TestRehearsalLeavesNothing(t *testing.T) {
	for kind, url := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			o, _ := sample(t, url())
			before, boom := counts(t, o), errors.New("boom")
			err := operations.Rehearse(t.Context(), o, func(ctx context.Context, copied *app.App) error {
				who, home := resident(t, copied)
				if _, _, err := copied.Reports.Create(ctx, who, draft(home, "", "只是试试")); err != nil {
					t.Errorf("the copy takes no report: %v", err)
				}
				return boom
			})
			if !errors.Is(err, boom) {
				t.Errorf("got %v", err)
			}
			if diff := cmp.Diff(before, counts(t, o)); diff != "" {
				t.Error(diff)
			}
			if left, err := filepath.Glob(filepath.Join(o.Dir, ".linli-*")); err != nil || len(left) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
		})
	}
}

func TestRehearsalMakesNoHouse(t *testing.T) {
	o := operations.Options{Dir: filepath.Join(t.TempDir(), "data"), Clock: time.Now}
	ran := false
	err := operations.Rehearse(t.Context(), o, func(context.Context, *app.App) error { ran = true; return nil })
	if err != nil || !ran {
		t.Errorf("ran %v, %v", ran, err)
	}
	if _, err := os.Stat(o.Dir); err == nil {
		t.Error("a rehearsal made a data folder")
	}
}
