package care_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/sheet"
)

const (
	elderHead = "房屋编号,姓名,出生年份,依据,同意日期,同意方式,走访等级,备用钥匙,健康提示,联系人1姓名,联系人1关系,联系人1电话,责任人,结对志愿者\n"
	elderLine = "guihua-6-402,章芒种,1948,老人本人单独同意,2023-08-21,当面口头,每周," + keyPlace + "," + hint + "," + sonName + ",儿子," + sonPhone + ",殷大寒,卢小满、r0428\n"
)

func elders(lines ...string) fs.FS {
	return fstest.MapFS{"elders.csv": {Data: []byte(elderHead + strings.Join(lines, ""))}}
}

func (h *house) importElders(dir fs.FS, dry bool) care.Imported {
	h.T.Helper()
	got, err := h.Care.ImportElders(context.Background(), dir, dry)
	if err != nil {
		h.T.Fatal(err)
	}
	return got
}

func (h *house) count(query string, args ...any) (n int) {
	h.T.Helper()
	if err := h.Store.Reader().QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		h.T.Fatal(err)
	}
	return n
}

// S28: a real house's list of elders comes in as a file, sealed as when it is
// typed, with the carers it names; a second time changes nothing, another word
// changes that entry, and each import is on the audit trail.
func TestS28_AFileOfEldersIsTakenIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		if got := h.importElders(elders(elderLine), true); got.New != 1 || len(got.Problems) != 0 || h.count("SELECT COUNT(*) FROM care_elder") != 0 {
			t.Fatalf("a dry run: %+v", got)
		}
		if got := h.importElders(elders(elderLine), false); got.New != 1 || got.Changed+got.Same+len(got.Problems) != 0 {
			t.Fatalf("%+v", got)
		}
		rows, err := h.Care.List(ctx, h.Committee())
		if err != nil || len(rows) != 1 || rows[0].Visit.ID == "" || !rows[0].Mine {
			t.Fatalf("%+v %v", rows, err)
		}
		id := rows[0].Elder.ID
		o, err := h.Care.Open(ctx, h.first(), id, care.ForCare)
		if err != nil || o.Name != "章芒种" || o.Person != h.elder().Person || o.Key != keyPlace || o.Hints != hint || o.Born != 1948 || o.Contacts[0].Phone != sonPhone ||
			o.Consent != (care.Consent{Way: care.InPerson, Day: "2023-08-21", Told: h.Committee().Person}) {
			t.Errorf("%+v %v", o, err)
		}
		if n := h.count("SELECT COUNT(*) FROM care_elder WHERE sealed LIKE $1 OR sealed LIKE $2 OR id LIKE $1", "%"+sonPhone+"%", "%"+hint+"%"); n != 0 {
			t.Errorf("%d rows hold it unsealed", n)
		}
		visits := h.count("SELECT COUNT(*) FROM care_visit")
		if got := h.importElders(elders(elderLine), false); got.Same != 1 || got.New+got.Changed != 0 || h.count("SELECT COUNT(*) FROM care_visit") != visits {
			t.Errorf("a second time: %+v", got)
		}
		if got := h.importElders(elders(strings.Replace(elderLine, hint, "白内障", 1)), false); got.Changed != 1 {
			t.Errorf("another word: %+v", got)
		}
		if o, err = h.Care.Open(ctx, h.Committee(), id, care.ForCare); err != nil || o.Hints != "白内障" || o.Consent.Told != h.Committee().Person {
			t.Errorf("%+v %v", o, err)
		}
		program := people.Actor{Tenant: h.Xiwu}
		if n := h.audited(program, "care.import", ""); n != 3 {
			t.Errorf("%d imports on the trail, want 3", n)
		}
		if h.audited(program, "care.enter", id) != 1 || h.audited(program, "care.change", id) != 1 {
			t.Error("what the import wrote is not on the trail")
		}
	})
}

// Every mistake is said with its line and column; with one of them nothing of
// the file is taken. No sentence repeats a phone, a key or a hint.
func TestElderFilesWithMistakesAreNotTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		swap := func(old, with string) string { return strings.Replace(elderLine, old, with, 1) }
		for name, x := range map[string]struct {
			line   string
			column string
			code   sheet.Code
		}{
			"home":          {swap("guihua-6-402", "guihua-9-999"), "房屋编号", register.UnknownHome},
			"no home":       {swap("guihua-6-402", ""), "房屋编号", sheet.Blank},
			"name":          {swap("章芒种", "章小雪"), "姓名", register.NotLivingThere},
			"ground":        {swap("老人本人单独同意", "口说无凭"), "依据", sheet.BadChoice},
			"no day":        {swap("2023-08-21", ""), "同意日期", "elder_day_wrong"},
			"day ahead":     {swap("2023-08-21", "2027-01-01"), "同意日期", "elder_day_wrong"},
			"no day at all": {swap("2023-08-21", "昨天"), "同意日期", sheet.BadDate},
			"way":           {swap("当面口头", ""), "同意方式", "elder_way_missing"},
			"family":        {swap("老人本人单独同意", "家人受托同意"), "", "elder_by_missing"},
			"grade":         {swap("每周", "常常"), "走访等级", sheet.BadChoice},
			"born":          {swap("1948", "48"), "出生年份", "elder_born_wrong"},
			"phone":         {swap(sonPhone, "问邻居"), "联系人1电话", "elder_contact_wrong"},
			"no worker":     {swap("殷大寒", ""), "责任人", sheet.Blank},
			"worker":        {swap("殷大寒", "卢小满"), "责任人", care.NotServing},
			"volunteer":     {swap("卢小满", "章芒种"), "结对志愿者", care.NotServing},
			"twice":         {elderLine, "姓名", care.TwiceElder},
		} {
			lines := []string{x.line, strings.Replace(elderLine, "guihua-6-402,章芒种", "guihua-6-1004,叶立夏", 1)}
			if name == "twice" {
				lines = append(lines, x.line)
			}
			got := h.importElders(elders(lines...), false)
			if len(got.Problems) == 0 || got.Problems[0].Code != x.code || x.column != "" && got.Problems[0].Column != x.column || got.New != 0 {
				t.Errorf("%s: %+v", name, got)
			}
			if line := 2; name != "twice" && (len(got.Problems) == 0 || got.Problems[0].Line != line) {
				t.Errorf("%s: not line %d: %+v", name, line, got.Problems)
			}
			if said := fmt.Sprint(got.Problems); strings.Contains(said, sonPhone) || strings.Contains(said, keyPlace) || strings.Contains(said, hint) {
				t.Errorf("%s repeats what nobody may read: %s", name, said)
			}
		}
		if n := h.count("SELECT COUNT(*) FROM care_elder"); n != 0 {
			t.Errorf("%d were taken in", n)
		}
	})
}

// Who withdrew is not entered again by an old file; a new consent may be.
func TestS28_AnOldFileDoesNotUndoAWithdrawal(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.importElders(elders(elderLine), false)
		rows, err := h.Care.List(context.Background(), h.Committee())
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Care.Withdraw(context.Background(), h.elder(), rows[0].Elder.ID); err != nil {
			t.Fatal(err)
		}
		got := h.importElders(elders(elderLine), false)
		if len(got.Problems) != 1 || got.Problems[0].Code != care.WithdrawnSince || got.Problems[0].Args["day"] != "2026-11-23" || got.New != 0 {
			t.Errorf("%+v", got)
		}
		h.at("2026-11-25", "09:00")
		if got := h.importElders(elders(strings.Replace(elderLine, "2023-08-21", "2026-11-24", 1)), false); got.New != 1 {
			t.Errorf("a new consent: %+v", got)
		}
	})
}

// The sample file, and the same as Excel keeps it.
func TestSampleEldersAreTakenIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if got := h.importElders(demo.Data(), false); got.New != 3 || len(got.Problems) != 0 {
			t.Fatalf("%+v", got)
		}
		b, err := fs.ReadFile(demo.Data(), "elders.csv")
		if err != nil {
			t.Fatal(err)
		}
		book, line := excelize.NewFile(), 0
		for text := range strings.Lines(string(b)) {
			line++
			cells := strings.Split(strings.TrimSpace(text), ",")
			if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", line), &cells); err != nil {
				t.Fatal(err)
			}
		}
		var x bytes.Buffer
		if err := book.Write(&x); err != nil {
			t.Fatal(err)
		}
		if got := h.importElders(fstest.MapFS{"elders.xlsx": {Data: x.Bytes()}}, false); got.Same != 3 || len(got.Problems) != 0 {
			t.Errorf("as Excel: %+v", got)
		}
		if got := h.importElders(fstest.MapFS{}, false); got.New+got.Same+got.Changed+len(got.Problems) != 0 {
			t.Errorf("no file: %+v", got)
		}
		ids := slices.Collect(func(yield func(string) bool) {
			rows, err := h.Care.List(context.Background(), h.Committee())
			if err != nil {
				t.Error(err)
			}
			for _, r := range rows {
				if !yield(r.Visit.Detail.Volunteer) {
					return
				}
			}
		})
		if !slices.Contains(ids, h.first().Person) || !slices.Contains(ids, h.second().Person) {
			t.Errorf("visits are promised by %v", ids)
		}
	})
}
