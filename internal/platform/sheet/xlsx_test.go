package sheet_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/linli/linli/internal/platform/sheet"
)

// workbook builds an XLSX; write fills it.
func workbook(t testing.TB, write func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	write(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func put(t testing.TB, f *excelize.File, name string, cells map[string]any) {
	t.Helper()
	for at, value := range cells {
		if err := f.SetCellValue(name, at, value); err != nil {
			t.Fatal(err)
		}
	}
}

func style(t testing.TB, f *excelize.File, at string, s excelize.Style) {
	t.Helper()
	id, err := f.NewStyle(&s)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet1", at, at, id); err != nil {
		t.Fatal(err)
	}
}

func TestXLSXAsItComes(t *testing.T) {
	chinese := `yyyy"年"m"月"d"日"`
	data := workbook(t, func(f *excelize.File) {
		put(t, f, "Sheet1", map[string]any{
			"A1": "万航居民区住户登记表",
			"A3": "户号", "B3": "室号", "C3": "建筑面积（㎡）", "D3": "人数", "E3": "手机", "F3": "入住日期", "G3": "备注",
			"A4": "a", "B4": 101, "C4": 46.46, "D4": 3, "E4": 16900000001, "F4": time.Date(2023, 4, 8, 0, 0, 0, 0, time.UTC), "G4": "好",
			"A6": "b", "B6": "１０２", "C6": 38.1 + 0.73, "D6": 1, "E6": "16900000002", "F6": 45024,
			"A7": "c", "B7": "二层亭子间", "C7": "10.08", "F7": "2023/4/8",
		})
		style(t, f, "F6", excelize.Style{CustomNumFmt: &chinese})
		if err := f.MergeCell("Sheet1", "A1", "G1"); err != nil {
			t.Fatal(err)
		}
		if err := f.MergeCell("Sheet1", "G4", "G7"); err != nil {
			t.Fatal(err)
		}
	})
	table, problems := sheet.Read("homes.xlsx", bytes.NewReader(data), homes())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	type home struct {
		Line                  int
		ID, Room              string
		Area, People          int64
		Phone, Since, Remarks string
	}
	var got []home
	for _, r := range table.Rows {
		got = append(got, home{
			r.Line, r.Code("household_id"), r.Code("room"), r.Area("area_m2"), r.Int("people"),
			r.Code("phone"), r.Date("since").Format("2006-01-02"), r.Text("note"),
		})
	}
	want := []home{
		{4, "a", "101", 4646, 3, "16900000001", "2023-04-08", "好"},
		{6, "b", "102", 3883, 1, "16900000002", "2023-04-08", "好"},
		{7, "c", "二层亭子间", 1008, 0, "", "2023-04-08", "好"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if found := table.Problems(); len(found) > 0 || table.Sheet != "Sheet1" {
		t.Errorf("%q: %+v", table.Sheet, found)
	}
}

func TestXLSXHabitsThatLoseData(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		put(t, f, "Sheet1", map[string]any{
			"A1": "户号", "B1": "室号", "E1": "手机",
			"A2": "a", "B2": time.Date(2023, 3, 4, 0, 0, 0, 0, time.UTC), "E2": "1.69E+10",
			"A3": "b", "B3": "#N/A", "E3": "310101196001011000",
		})
		day := `m"月"d"日"`
		style(t, f, "B2", excelize.Style{CustomNumFmt: &day})
	})
	table, problems := sheet.Read("homes.xlsx", bytes.NewReader(data), homes())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	codes(table, "household_id", "room", "phone")
	want := []one{
		{2, "手机", sheet.PrecisionLost}, {2, "室号", sheet.BecameDate},
		{3, "室号", sheet.FormulaError}, {3, "手机", sheet.PrecisionLost},
	}
	if diff := cmp.Diff(want, brief(table.Problems())); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestNumbersAsOtherProgramsStoreThem(t *testing.T) {
	// Some writers store every number with an exponent, Excel stores sums with
	// seventeen digits.
	data := rewrite(t, workbook(t, func(f *excelize.File) {
		put(t, f, "Sheet1", map[string]any{"A1": "户号", "B1": "室号", "C1": "面积", "E1": "手机", "A2": "a", "B2": 1, "C2": 9002, "E2": 9003, "A3": "b", "C3": 9004, "E3": 9005})
	}), "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.NewReplacer(
			"<v>9003</v>", "<v>1.6900000001E10</v>", "<v>9002</v>", "<v>46.460000000000001</v>",
			"<v>9004</v>", "<v>38.829999999999998</v>", "<v>9005</v>", "<v>3.1010119600101101E+17</v>",
		).Replace(s)
	})
	table, problems := sheet.Read("homes.xlsx", bytes.NewReader(data), homes())
	if len(problems) > 0 || len(table.Rows) != 2 {
		t.Fatal(len(table.Rows), problems)
	}
	if got := table.Rows[0].Code("phone"); got != "16900000001" {
		t.Errorf("phone %q", got)
	}
	if a, b := table.Rows[0].Area("area_m2"), table.Rows[1].Area("area_m2"); a != 4646 || b != 3883 {
		t.Errorf("areas %d and %d", a, b)
	}
	want := []one{{3, "手机", sheet.PrecisionLost}}
	if diff := cmp.Diff(want, brief(table.Problems())); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestThe1904System(t *testing.T) {
	yes := true
	data := workbook(t, func(f *excelize.File) {
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		put(t, f, "Sheet1", map[string]any{"A1": "户号", "B1": "室号", "F1": "入住日期", "A2": "a", "F2": 45024 - 1462})
		style(t, f, "F2", excelize.Style{NumFmt: 14})
	})
	table, problems := sheet.Read("homes.xlsx", bytes.NewReader(data), homes())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := table.Rows[0].Date("since").Format("2006-01-02"); got != "2023-04-08" {
		t.Errorf("%s", got)
	}
}

func TestSheets(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		for _, name := range []string{"二号楼", "六号楼"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			put(t, f, name, map[string]any{"A1": "户号", "B1": "室号", "A2": name, "B2": 1})
		}
	})
	table, problems := sheet.Read("homes.xlsx", bytes.NewReader(data), homes())
	if len(problems) > 0 || table.Partial {
		t.Errorf("%v %+v", table.Partial, problems)
	}
	if table.Sheet != "二号楼" || len(table.Rows) != 2 || table.Rows[0].Code("household_id") != "二号楼" || table.Rows[1].At() != "六号楼 2" {
		t.Errorf("all sheets with the header: %+v", table)
	}
	spec := homes()
	spec.Sheet = " 六号楼"
	if table, problems = sheet.Read("homes.xlsx", bytes.NewReader(data), spec); table.Sheet != "六号楼" || len(problems) > 0 {
		t.Errorf("named: %q %+v", table.Sheet, problems)
	}
	spec.Sheet = "九号楼"
	_, problems = sheet.Read("homes.xlsx", bytes.NewReader(data), spec)
	if diff := cmp.Diff([]one{{0, "", sheet.NoSuchSheet}}, brief(problems)); diff != "" {
		t.Error(diff)
	}
	_, problems = sheet.Read("homes.xlsx", bytes.NewReader(workbook(t, func(*excelize.File) {})), homes())
	if diff := cmp.Diff([]one{{0, "", sheet.Empty}}, brief(problems)); diff != "" {
		t.Error(diff)
	}
}

// rewrite changes one part of an archive.
func rewrite(t testing.TB, data []byte, name string, change func(string) string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		s := b.String()
		if part.Name == name {
			s = change(s)
		}
		o, err := w.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// declared is data with a part that says it unpacks to size bytes; false when
// there is no such part.
func declared(t *testing.T, data []byte, which int, size uint64) ([]byte, bool) {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i, part := range in.File {
		header := part.FileHeader
		if i == which {
			header.UncompressedSize64 = size
		}
		raw, err := part.OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		o, err := w.CreateRaw(&header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(o, raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), which < len(in.File)
}

func TestBombs(t *testing.T) {
	small := workbook(t, func(f *excelize.File) {
		put(t, f, "Sheet1", map[string]any{"A1": "户号", "B1": "室号", "A2": "a", "B2": 1})
	})
	huge, _ := declared(t, small, 0, sheet.MaxUnpacked+1)
	wide := rewrite(t, small, "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.Replace(s, `r="B2"`, `r="XFD2"`, 1)
	})
	far := rewrite(t, small, "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.Replace(strings.Replace(s, `r="B2"`, `r="B1048576"`, 1), `<row r="2"`, `<row r="1048576"`, 1)
	})
	for _, c := range []struct {
		name string
		data []byte
		want sheet.Code
	}{
		{"a part that is huge", huge, sheet.TooLarge},
		{"the last column", wide, sheet.TooManyColumns},
	} {
		_, problems := sheet.Read("bomb.xlsx", bytes.NewReader(c.data), homes())
		if len(problems) != 1 || problems[0].Code != c.want {
			t.Errorf("%s: %+v, want %s", c.name, problems, c.want)
		}
	}
	for part := range 12 {
		lying, ok := declared(t, small, part, 10)
		if !ok {
			break
		}
		_, problems := sheet.Read("lying.xlsx", bytes.NewReader(lying), homes())
		if diff := cmp.Diff([]one{{0, "", sheet.Unreadable}}, brief(problems)); diff != "" {
			t.Errorf("part %d says it is small: %s", part, diff)
		}
	}
	table, problems := sheet.Read("far.xlsx", bytes.NewReader(far), homes())
	if sheet.Failed(problems) || len(table.Rows) != 1 {
		t.Errorf("the last row of a sheet: %d rows, %+v", len(table.Rows), problems)
	}
}

func TestManyMerges(t *testing.T) {
	data := rewrite(t, workbook(t, func(f *excelize.File) {
		put(t, f, "Sheet1", map[string]any{"A1": "户号", "B1": "室号"})
		for i := range 500 {
			at, err := excelize.CoordinatesToCellName(1, i+2)
			if err != nil {
				t.Fatal(err)
			}
			put(t, f, "Sheet1", map[string]any{at: "a"})
		}
	}), "xl/worksheets/sheet1.xml", func(s string) string {
		merge := strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 10_000)
		return strings.Replace(s, "</sheetData>", "</sheetData><mergeCells>"+merge+"</mergeCells>", 1)
	})
	_, problems := sheet.Read("merged.xlsx", bytes.NewReader(data), homes())
	if diff := cmp.Diff([]one{{1, "", sheet.TooManyRows}}, brief(problems)); diff != "" {
		t.Error(diff)
	}
}

func FuzzXLSX(f *testing.F) {
	data := workbook(f, func(x *excelize.File) {
		put(f, x, "Sheet1", map[string]any{
			"A1": "户号", "B1": "室号", "F1": "入住日期", "A2": "a", "B2": 1, "F2": time.Date(2023, 4, 8, 9, 30, 0, 0, time.UTC),
		})
	})
	sheetXML := ""
	rewrite(f, data, "xl/worksheets/sheet1.xml", func(s string) string {
		sheetXML = s
		return s
	})
	f.Add(sheetXML)
	f.Add(strings.Replace(sheetXML, `r="B2"`, `r="B0"`, 1))
	f.Add(strings.Replace(sheetXML, "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A1"/></mergeCells>`, 1))
	f.Add(strings.Replace(sheetXML, `t="s"`, `t="inlineStr"`, 1))
	f.Fuzz(func(t *testing.T, xml string) {
		broken := rewrite(t, data, "xl/worksheets/sheet1.xml", func(string) string { return xml })
		table, problems := sheet.Read("f.xlsx", bytes.NewReader(broken), homes())
		readAll(t, table, problems)
	})
}
