package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/linli/linli/internal/platform/sheet"
)

// What is written is read back as it was, and no cell is a formula.
func TestWhatIsWrittenIsTextInEverySpreadsheet(t *testing.T) {
	head := []string{"编号", "说明"}
	rows := [][]string{{"26-0001", "两行\n文字，\"引号\""}, {"=1+1", "+86 169"}, {"@SUM(A1)", "-5"}, {"", "0012"}, {"<&>", "a_x0041_b  "}}
	b, err := sheet.WriteCSV(head, rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	want := [][]string{head, rows[0], {"'=1+1", "'+86 169"}, {"'@SUM(A1)", "'-5"}, rows[3], rows[4]}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if b, err = sheet.WriteXLSX(head, rows); err != nil {
		t.Fatal(err)
	}
	if part := worksheetOf(t, b); !strings.Contains(part, `<c r="B3" t="inlineStr">`) { // some readers need it, though the standard does not
		t.Error(part)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if got, err = f.GetRows("Sheet1"); err != nil || cmp.Diff(append([][]string{head}, rows...), got) != "" {
		t.Error(cmp.Diff(append([][]string{head}, rows...), got), err)
	}
	for _, cell := range []string{"A3", "A4", "B4"} {
		if formula, err := f.GetCellFormula("Sheet1", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
}

func TestAnInstantInATableIsThatOfShanghai(t *testing.T) {
	at := time.Date(2026, 11, 3, 6, 5, 0, 0, time.UTC)
	if got := sheet.Instant(at); got != "2026-11-03 14:05" {
		t.Error(got)
	}
	if got := sheet.Instant(time.Time{}) + sheet.Instant(time.UnixMilli(0)); got != "" {
		t.Errorf("no instant is %q", got)
	}
}

func worksheetOf(t *testing.T, workbook []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := fs.ReadFile(archive, "xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
