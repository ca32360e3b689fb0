package ui_test

import (
	"context"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web/ui"
)

// A fault that no field of the form can mend is said too, without a link to a field.
func TestAFaultWithoutAFieldIsSaidAboveTheForm(t *testing.T) {
	ctx := context.Background()
	if got := ui.Errors(ctx, nil); got != nil {
		t.Errorf("nothing is wrong: %v", got)
	}
	list := ui.Errors(ctx, fault.New(fault.Busy, "fault.busy"))
	if len(list) != 1 || list[0].ID != "" || list[0].Text == "" {
		t.Fatalf("%+v", list)
	}
	var b strings.Builder
	if err := ui.ErrorSummary("title", append(list, ui.FormError{ID: "spot", Text: "where"})).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, list[0].Text) || strings.Contains(got, `href="#"`) || !strings.Contains(got, `href="#spot"`) {
		t.Error(got)
	}
	if got := ui.ErrorOf(ctx, fault.New(fault.Invalid, "x").WithField("spot", "y"), "place"); got != "" {
		t.Errorf("another field's: %q", got)
	}
}
