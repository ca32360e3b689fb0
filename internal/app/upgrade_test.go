package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// What a head keeps now is filled in for every matter that was there: where it
// is, whether it is open, how far it was escalated, what it is about.
func TestAnEarlierFolderIsMigratedAndVerifies(t *testing.T) {
	h := furnished.Opened(t)
	rows, err := h.Store.Reader().QueryContext(t.Context(), `SELECT m.number, m.open, m.level, m.subject <> '', m.path = n.path
FROM matter_head m JOIN place_node n ON n.tenant_id = m.tenant_id AND n.id = m.place_id ORDER BY m.number`)
	h.Must(err)
	defer func() { _ = rows.Close() }()
	type head struct {
		Number      string
		Open, Level int
		About, Path bool
	}
	var got []head
	for rows.Next() {
		var x head
		h.Must(rows.Scan(&x.Number, &x.Open, &x.Level, &x.About, &x.Path))
		got = append(got, x)
	}
	h.Must(rows.Err())
	want := []head{
		{"26-0001", 1, 2, false, true}, {"26-0002", 1, 2, false, true}, {"26-0003", 0, 0, true, true}, {"26-0004", 0, 0, false, true},
		{"26-0005", 1, 0, true, true}, {"26-0006", 1, 2, true, true}, {"26-0007", 1, 2, true, true}, {"26-0008", 1, 2, true, true},
		{"26-0009", 1, 2, true, true}, {"26-0010", 1, 0, true, true}, {"26-0011", 1, 0, true, true}, {"26-0012", 0, 0, false, true},
		{"26-0013", 1, 0, false, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, tenant := range []store.Tenant{h.Xiwu, h.Office.ID} {
		if _, err := h.Spine.Verify(t.Context(), tenant, func(b matter.Breach) { t.Errorf("%+v", b) }); err != nil {
			t.Error(err)
		}
	}
}

// Who saw what before sees it after: the guard seven open tickets, the officer of
// the subdistrict those that were escalated, a resident none; and the pages of
// everything that was there still open.
func TestAnEarlierFolderIsReadAsBefore(t *testing.T) {
	h := furnished.Opened(t)
	resident := h.Actor("xiwu", "r0344")
	for _, tt := range []struct {
		who  people.Actor
		show matter.Show
		want int
	}{
		{h.Guard(), matter.ShowOpen, 7}, {h.Guard(), matter.ShowClosed, 1}, {h.Committee(), matter.ShowOpen, 7}, {h.Officer(), matter.ShowOpen, 4}, {h.Officer(), matter.ShowClosed, 0},
	} {
		list, err := h.Upkeep.List(t.Context(), tt.who, casework.Filter{Show: tt.show})
		if err != nil || len(list.Cases) != tt.want {
			t.Errorf("%s reads %d tickets (%q), want %d; %v", tt.who.Name, len(list.Cases), tt.show, tt.want, err)
		}
		for _, c := range list.Cases {
			page := h.Visit(tt.who).Must(h.Upkeep.Path(c.ID))
			furnished.Says(t, page, c.Number, "经过")
		}
	}
	furnished.Says(t, h.Visit(h.Guard()).Must("/reports"), "late one", "mended one", "new one")
	furnished.Says(t, h.Visit(resident).Must("/reports?of=mine"), "late one", "withdrawn one")
	for _, at := range []string{"/today", "/alarms", "/devices", "/upkeep?show=closed", "/inbox"} {
		h.Visit(h.Guard()).Must(at)
	}
	if status, _ := h.Visit(resident).Get("/upkeep"); status != 403 {
		t.Errorf("a resident is answered %d", status)
	}
}

// Promises of the clock that were made under their earlier names are kept: a
// device that was well when the folder was closed closes its ticket an hour
// later, and what is late is told.
func TestPromisesOfAnEarlierFolderAreKept(t *testing.T) {
	h := furnished.Opened(t)
	chased := func() (n int) {
		for _, key := range h.Told(h.Committee()) {
			if strings.HasPrefix(key, "report.told.chase") {
				n++
			}
		}
		return n
	}
	before := chased()
	h.After(time.Hour + time.Minute)
	if chased() <= before {
		t.Error("nobody was told of the report that nobody took")
	}
	closed, err := h.Upkeep.List(t.Context(), h.Guard(), casework.Filter{Show: matter.ShowClosed})
	if err != nil || len(closed.Cases) != 4 {
		t.Errorf("%d tickets are closed, want the one that was and three of devices that are well; %v", len(closed.Cases), err)
	}
	for range 3 {
		h.After(24 * time.Hour)
	}
	late := 0
	for _, key := range h.Told(h.Guard()) {
		if strings.HasPrefix(key, "upkeep.told.late") {
			late++
		}
	}
	if late == 0 {
		t.Error("nobody was told of what is late")
	}
}

// The photographs of reports and of alarms, which each room kept for itself, are
// still those of their case and of the entry that named them, and a backup takes
// them along.
func TestAnEarlierFolderKeepsItsPhotographs(t *testing.T) {
	full, thumb := strings.Repeat("a", 64), strings.Repeat("b", 64)
	pot, small := strings.Repeat("c", 64), strings.Repeat("d", 64)
	h := furnished.Opened(t,
		"INSERT INTO report_photo SELECT tenant_id, id, 1, 0, '"+full+"', '"+thumb+"', 1600, 1200 FROM matter_head WHERE number = '26-0001'",
		"INSERT INTO alarm_photo SELECT tenant_id, id, '"+pot+"', '"+small+"' FROM matter_head WHERE number = '26-0012'",
		"UPDATE matter_entry SET photos = '[\""+pot+"\"]' WHERE seq = 2 AND matter_id = (SELECT id FROM matter_head WHERE number = '26-0012')",
	)
	var files []string
	h.Must(picture.FilesOf(t.Context(), h.Store.Reader(), h.Xiwu, func(hash string) error { files = append(files, hash); return nil }))
	for number, want := range map[string][]picture.Picture{
		"26-0001": {{Seq: 1, Hash: full, Thumb: thumb, Width: 1600, Height: 1200}},
		"26-0012": {{Seq: 2, Hash: pot, Thumb: small}},
		"26-0002": nil,
	} {
		var id string
		h.Must(h.Store.Reader().QueryRowContext(t.Context(), "SELECT id FROM matter_head WHERE tenant_id = $1 AND number = $2", h.Xiwu, number).Scan(&id))
		got, err := picture.Of(t.Context(), h.Store.Reader(), h.Xiwu, id)
		h.Must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", number, diff)
		}
	}
	slices.Sort(files)
	if diff := cmp.Diff([]string{full, thumb, pot, small}, files); diff != "" {
		t.Errorf("files that a backup takes along: %s", diff)
	}
}
