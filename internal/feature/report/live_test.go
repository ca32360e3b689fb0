package report_test

import (
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
)

// TestS41_OpenPagesFollow: the property's list, the committee's board and the
// resident's pages show a change without being asked again.
func TestS41_OpenPagesFollow(t *testing.T) {
	h := onSQLite(t)
	a, guard := h.resident("guihua-6", 0), h.staff(people.PropertyStaff, "guihua-6")
	r := h.raise(a, func(d *report.Draft) { d.Spot = "西侧楼梯" })
	pages := map[string]func() string{
		"the report":          h.Visit(a).Stream("/report/" + r.ID + "/live"),
		"the resident's home": h.Visit(a).Stream("/home/live"),
		"today":               h.Visit(guard).Stream("/today/live"),
		"the board":           h.Visit(h.staff(people.CommitteeWorker, "guihua-6")).Stream("/board/live"),
	}
	for name, next := range pages {
		if part := next(); !strings.Contains(part, "西侧楼梯") && !strings.Contains(part, "等人接单") {
			t.Errorf("%s does not begin with the report", name)
		}
	}
	h.do(guard, report.Act{ID: r.ID, Verb: matter.Take})
	for name, next := range pages {
		if part := next(); !strings.Contains(part, "已接单") {
			t.Errorf("%s does not show that it was taken", name)
		}
	}
}

func TestStreamIsForWhoMayReadTheReport(t *testing.T) {
	h := onSQLite(t)
	r := h.raise(h.resident("guihua-6", 0), func(d *report.Draft) { d.Category = "people.noise" })
	if status, _ := h.Visit(h.resident("guihua-6", 1)).Get("/report/" + r.ID + "/live"); status != 404 {
		t.Errorf("a neighbour listens: %d", status)
	}
}
