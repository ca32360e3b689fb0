package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/sheet"
)

func homes() sheet.Spec {
	return sheet.Spec{Columns: []sheet.Column{
		{Name: "household_id", Aliases: []string{"户号"}, Required: true, Filled: true},
		{Name: "room", Aliases: []string{"室号", "房间"}, Required: true},
		{Name: "area_m2", Aliases: []string{"面积", "建筑面积"}},
		{Name: "people", Aliases: []string{"人数"}},
		{Name: "phone", Aliases: []string{"电话", "手机"}},
		{Name: "since", Aliases: []string{"入住日期"}},
		{Name: "note", Aliases: []string{"备注"}},
	}}
}

// one is a problem without what the case does not look at.
type one struct {
	Line   int
	Column string
	Code   sheet.Code
}

func brief(problems []sheet.Problem) []one {
	var out []one
	for _, p := range problems {
		out = append(out, one{p.Line, p.Column, p.Code})
	}
	return out
}

// codes reads every cell of the named columns as Code.
func codes(table sheet.Table, columns ...string) [][]string {
	var out [][]string
	for _, row := range table.Rows {
		var cells []string
		for _, column := range columns {
			cells = append(cells, row.Code(column))
		}
		out = append(out, cells)
	}
	return out
}

func TestCSVAsItComes(t *testing.T) {
	want := [][]string{{"cn225-1-101", "101"}, {"cn225-1-102", "二层亭子间"}}
	plain := "户号,室号\ncn225-1-101,101\ncn225-1-102,二层亭子间\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	rare, err := simplifiedchinese.GB18030.NewEncoder().String(plain + "x,𠮷宅\n")
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(plain, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, in string
		want     [][]string
	}{
		{"UTF-8", plain, want},
		{"with a byte order mark", "\xef\xbb\xbf" + plain, want},
		{"GBK", gbk, want},
		{"GB18030 of four bytes", rare, append(append([][]string{}, want...), []string{"x", "𠮷宅"})},
		{"Unicode text", utf16, want},
		{"semicolons", strings.ReplaceAll(plain, ",", ";"), want},
		{"tabs", strings.ReplaceAll(plain, ",", "\t"), want},
		{"Excel's sep line", "sep=;\n" + strings.ReplaceAll(plain, ",", ";"), want},
		{"CRLF", strings.ReplaceAll(plain, "\n", "\r\n"), want},
		{"CR alone", strings.ReplaceAll(plain, "\n", "\r"), want},
		{"no line end at the end", strings.TrimSuffix(plain, "\n"), want},
		{"empty lines and rows of commas", "\n" + plain + ",\n,,\n\n , 　\n", want},
		{"other order, other columns", "室号,楼长,户号\n101,甲,cn225-1-101\n二层亭子间,,cn225-1-102\n", want},
		{"English headers in odd spelling", "Household ID*,Ｒｏｏｍ\ncn225-1-101,101\ncn225-1-102,二层亭子间\n", want},
		{"a title above", "万航居民区登记表,\n,2023年4月\n" + plain, want},
		{"formula text, apostrophe, spaces", "户号,室号\n=\"cn225-1-101\",'101\n\"=\"\"cn225-1-102\"\"\",　二层亭子间 \n", want},
		{"full-width signs", "户号,室号\nｃｎ２２５－１－１０１,１０１\ncn225-1-102,二层亭子间", want},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, problems := sheet.Read("homes.csv", strings.NewReader(c.in), homes())
			if sheet.Failed(problems) {
				t.Fatalf("%+v", problems)
			}
			if diff := cmp.Diff(c.want, codes(table, "household_id", "room")); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if found := table.Problems(); len(found) > 0 {
				t.Errorf("%+v", found)
			}
		})
	}
}

func TestQuotedLineBreaksKeepTheLineNumbers(t *testing.T) {
	in := "户号,室号,备注\na,101,\"上午在家，\n下午不在\"\nb,102,\"逗号,在内\"\n\n\nc,103,好\n"
	table, problems := sheet.Read("homes.csv", strings.NewReader(in), homes())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	type seen struct {
		Line int
		Note string
	}
	var got []seen
	for _, row := range table.Rows {
		got = append(got, seen{row.Line, row.Text("note")})
	}
	want := []seen{{2, "上午在家，\n下午不在"}, {4, "逗号,在内"}, {7, "好"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestFilesThatCannotBeTaken(t *testing.T) {
	many := "户号,室号\n" + strings.Repeat("a,1\n", sheet.MaxRows+1)
	for _, c := range []struct {
		name, in string
		want     []one
	}{
		{"nothing", "", []one{{0, "", sheet.Empty}}},
		{"only commas", ",,\n , \n", []one{{0, "", sheet.Empty}}},
		{"no such column", "a,室号,b\n1,2,3\n", []one{{1, "a", sheet.UnknownColumn}, {1, "b", sheet.UnknownColumn}, {1, "household_id", sheet.MissingColumn}}},
		{"one column twice", "户号,室号,房间\n1,2,3\n", []one{{1, "房间", sheet.DuplicateColumn}}},
		{"a quote left open", "户号,室号\na,\"101\nb,102\nc,103\n", []one{{2, "", sheet.UnclosedQuote}}},
		{"old Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", []one{{0, "", sheet.OldExcel}}},
		{"web page", "\n<HTML><table>", []one{{0, "", sheet.WebPage}}},
		{"half a UTF-8 file", "户号,室号\n甲乙丙丁,戊己庚辛\n一,\xe4\xba\n", []one{{3, "", sheet.BadEncoding}}},
		{"no encoding at all", "户\xff\xff\n", []one{{1, "", sheet.BadEncoding}}},
		{"binary", "a\x00b,c\n", []one{{0, "", sheet.Unreadable}}},
		{"broken XLSX", "PK\x03\x04 and then nothing", []one{{0, "", sheet.Unreadable}}},
		{"too many rows", many, []one{{sheet.MaxRows + 2, "", sheet.TooManyRows}}},
		{"too many columns", "户号,室号" + strings.Repeat(",x", sheet.MaxColumns), []one{{1, "", sheet.TooManyColumns}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, problems := sheet.Read("homes.csv", strings.NewReader(c.in), homes())
			if diff := cmp.Diff(c.want, brief(problems)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if len(table.Rows) > 0 || !sheet.Failed(problems) {
				t.Errorf("%d rows are given out all the same", len(table.Rows))
			}
			if problems[0].File != "homes.csv" {
				t.Errorf("the problem names the file %q", problems[0].File)
			}
		})
	}
}

func TestReaderThatFails(t *testing.T) {
	_, problems := sheet.Read("homes.csv", iotest.ErrReader(errors.New("cut off")), homes())
	if diff := cmp.Diff([]one{{0, "", sheet.Unreadable}}, brief(problems)); diff != "" {
		t.Error(diff)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte("a,"), len(p)/2)), nil }

func TestFileWithoutEnd(t *testing.T) {
	_, problems := sheet.Read("homes.csv", io.MultiReader(strings.NewReader("户号,"), endless{}), homes())
	if diff := cmp.Diff([]one{{0, "", sheet.TooLarge}}, brief(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestCellsThatCannotBeTaken(t *testing.T) {
	in := strings.Join([]string{
		"户号,室号,面积,人数,手机,入住日期,备注",
		",101,46.46,3,16900000001,2023-04-08,",
		"b,1月2日,46.465,三,1.69E+10,2023-02-29,",
		"c,#REF!,abc,2.5,310101196001011000,8/4/2023,",
		"d,104,-1,99999999999999999999,,45024,,多出",
		"e,105,\"12,00\",\"1,200\",,2023年4月8日,",
	}, "\n")
	table, problems := sheet.Read("homes.csv", strings.NewReader(in), homes())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, row := range table.Rows {
		row.Code("household_id")
		row.Code("room")
		row.Area("area_m2")
		row.Int("people")
		row.Code("phone")
		row.Date("since")
		row.Date("since")
	}
	want := []one{
		{2, "户号", sheet.Blank},
		{3, "手机", sheet.PrecisionLost}, {3, "室号", sheet.BecameDate}, {3, "面积", sheet.TooPrecise},
		{3, "人数", sheet.BadNumber}, {3, "入住日期", sheet.BadDate},
		{4, "室号", sheet.FormulaError}, {4, "手机", sheet.PrecisionLost}, {4, "面积", sheet.BadNumber},
		{4, "人数", sheet.TooPrecise}, {4, "入住日期", sheet.BadDate},
		{5, "", sheet.ExtraCells}, {5, "面积", sheet.OutOfRange}, {5, "人数", sheet.OutOfRange},
		{6, "面积", sheet.BadNumber},
	}
	if diff := cmp.Diff(want, brief(table.Problems())); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	first := table.Problems()[1]
	if first.File != "homes.csv" || first.Args["value"] != "1.69E+10" || first.Note {
		t.Errorf("%+v", first)
	}
}

func row(t *testing.T, value string) *sheet.Row {
	t.Helper()
	spec := sheet.Spec{Columns: []sheet.Column{{Name: "id"}, {Name: "v"}}}
	in := "id,v\n1,\"" + strings.ReplaceAll(value, `"`, `""`) + "\"\n"
	table, problems := sheet.Read("v.csv", strings.NewReader(in), spec)
	if len(problems) > 0 || len(table.Rows) != 1 {
		t.Fatalf("%d rows, %+v", len(table.Rows), problems)
	}
	return table.Rows[0]
}

func TestNumbers(t *testing.T) {
	type call func(*sheet.Row) int64
	area := call(func(r *sheet.Row) int64 { return r.Area("v") })
	fen := call(func(r *sheet.Row) int64 { return r.Fen("v") })
	whole := call(func(r *sheet.Row) int64 { return r.Int("v") })
	for _, c := range []struct {
		name, in string
		read     call
		want     int64
		code     sheet.Code
	}{
		{"area", "46.46", area, 4646, ""},
		{"area of one decimal", "46.5", area, 4650, ""},
		{"area with zeros behind", "46.4600", area, 4646, ""},
		{"area with its unit", "46.46 ㎡", area, 4646, ""},
		{"area in words", "４６．４６平方米", area, 4646, ""},
		{"area too fine", "46.461", area, 0, sheet.TooPrecise},
		{"area below nothing", "-3", area, 0, sheet.OutOfRange},
		{"blank area", " ", area, 0, ""},
		{"yuan", "1200.50", fen, 120050, ""},
		{"yuan with all signs", "￥１，２００．５元", fen, 120050, ""},
		{"yuan owed", "-0.05", fen, -5, ""},
		{"half a fen", "0.005", fen, 0, sheet.TooPrecise},
		{"count", "1,200", whole, 1200, ""},
		{"count as Excel writes it", "3.0", whole, 3, ""},
		{"plus", "+7", whole, 7, ""},
		{"no digits", "-", whole, 0, sheet.BadNumber},
		{"two signs", "--3", whole, 0, sheet.BadNumber},
		{"only decimals", ".5", whole, 0, sheet.BadNumber},
		{"two points", "1.2.3", whole, 0, sheet.BadNumber},
		{"hexadecimal", "0x10", whole, 0, sheet.BadNumber},
		{"word", "三", whole, 0, sheet.BadNumber},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := row(t, c.in)
			if got := c.read(r); got != c.want {
				t.Errorf("%q gives %d, want %d", c.in, got, c.want)
			}
			var code sheet.Code
			if found := r.Problems(); len(found) > 0 {
				code = found[0].Code
			}
			if code != c.code {
				t.Errorf("%q is %q, want %q", c.in, code, c.code)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"2023-04-08": "2023-04-08", "2023/4/8": "2023-04-08", "2023.4.8": "2023-04-08", "2023年4月8日": "2023-04-08",
		"２０２３年４月８日": "2023-04-08", "2023 年 4 月 8 日": "2023-04-08", "20230408": "2023-04-08", "45024": "2023-04-08",
		"45024.75": "2023-04-08", "2023-04-08 00:00:00": "2023-04-08", "2024-02-29": "2024-02-29", "2023/12/31 9:30": "2023-12-31",
		"2023-02-29": "", "2023-13-01": "", "2023-4": "", "08/04/2023": "", "4月8日": "", "明天": "", "2023": "", "2023-04-081": "", "2023-04-08日日": "",
		"00000": "",
	} {
		r := row(t, in)
		day := r.Date("v")
		got := ""
		if !day.IsZero() {
			got = day.Format("2006-01-02")
		}
		if got != want || (len(r.Problems()) > 0) != (want == "") {
			t.Errorf("%q gives %q with %v, want %q", in, got, r.Problems(), want)
		}
	}
}

func TestTimes(t *testing.T) {
	for in, want := range map[string]string{
		"2023-03-06T09:44:00+08:00": "2023-03-06T01:44:00Z",
		"2023-03-06T09:44:00Z":      "2023-03-06T09:44:00Z",
		"2023/3/6 9:44":             "2023-03-06T01:44:00Z",
		"2023年3月6日 09:44:30":        "2023-03-06T01:44:30Z",
		"2023-03-06":                "2023-03-05T16:00:00Z",
		"44991.405555555555":        "2023-03-06T01:44:00Z",
		"2023-03-06 25:00":          "",
		"2023-03-06 早上":             "",
		"昨天":                        "",
	} {
		r := row(t, in)
		at := r.Time("v")
		got := ""
		if !at.IsZero() {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != want || (len(r.Problems()) > 0) != (want == "") {
			t.Errorf("%q gives %q with %v, want %q", in, got, r.Problems(), want)
		}
	}
}

func TestBools(t *testing.T) {
	for _, in := range []string{"1", "１", "是", "TRUE", "Yes", "有", "√"} {
		if r := row(t, in); !r.Bool("v") || len(r.Problems()) > 0 {
			t.Errorf("%q is not yes: %v", in, r.Problems())
		}
	}
	for _, in := range []string{"", "0", "否", "FALSE", "no", "无", "×"} {
		if r := row(t, in); r.Bool("v") || len(r.Problems()) > 0 {
			t.Errorf("%q is not no: %v", in, r.Problems())
		}
	}
	if r := row(t, "也许"); r.Bool("v") || len(r.Problems()) != 1 || r.Problems()[0].Code != sheet.BadBool {
		t.Errorf("也许 is taken: %v", r.Problems())
	}
}

func TestEnum(t *testing.T) {
	words := map[string]string{"owner": "owner", "业主": "owner", "tenant": "tenant", "租客": "tenant"}
	for in, want := range map[string]string{"业主": "owner", "ＯＷＮＥＲ": "owner", " Tenant ": "tenant", "": ""} {
		if r := row(t, in); r.Enum("v", words) != want || len(r.Problems()) > 0 {
			t.Errorf("%q: %q, %v", in, r.Enum("v", words), r.Problems())
		}
	}
	r := row(t, "房东")
	if got := r.Enum("v", words); got != "" || len(r.Problems()) != 1 {
		t.Fatalf("房东 gives %q, %v", got, r.Problems())
	}
	want := map[string]string{"value": "房东", "choices": "owner, tenant, 业主, 租客"}
	if diff := cmp.Diff(want, r.Problems()[0].Args); diff != "" {
		t.Error(diff)
	}
}

func TestTextKeepsChinesePunctuation(t *testing.T) {
	if got, want := row(t, "　６号楼（Ａ座），急！ ").Text("v"), "6号楼（A座），急！"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := row(t, "’tis '在'").Text("v"), "’tis '在'"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLabelsThatBecameDates(t *testing.T) {
	for _, in := range []string{"1月2日", "2-Jan"} {
		if r := row(t, in); r.Code("v") != "" || len(r.Problems()) != 1 || r.Problems()[0].Code != sheet.BecameDate {
			t.Errorf("%q is taken: %v", in, r.Problems())
		}
	}
	for _, in := range []string{"1/2", "6-402", "2号", "一月"} {
		if r := row(t, in); r.Code("v") != in || len(r.Problems()) > 0 {
			t.Errorf("%q is not taken: %v", in, r.Problems())
		}
	}
}

func TestFindingsOfTheCaller(t *testing.T) {
	r := row(t, "x")
	r.Fail("v", "no_such_building", "building", "7号")
	r.Fail("v", "no_such_building", "building", "7号")
	want := []sheet.Problem{{File: "v.csv", Line: 2, Column: "v", Code: "no_such_building", Args: map[string]string{"building": "7号"}}}
	if diff := cmp.Diff(want, r.Problems()); diff != "" {
		t.Error(diff)
	}
	if !r.Has("v") || r.Has("nowhere") || r.Problems()[1].Code != sheet.UnknownName {
		t.Errorf("a column outside the Spec: %v", r.Problems())
	}
}

func TestMissingOptionalColumn(t *testing.T) {
	table, problems := sheet.Read("h.csv", strings.NewReader("户号,室号\na,1\n"), homes())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r := table.Rows[0]
	if r.Area("area_m2") != 0 || r.Text("note") != "" || !r.Date("since").IsZero() || len(r.Problems()) > 0 {
		t.Errorf("%+v", r.Problems())
	}
}

func TestCodesAreDistinct(t *testing.T) {
	seen := map[sheet.Code]bool{}
	for _, code := range sheet.Codes() {
		if seen[code] || code == "" {
			t.Errorf("%q stands twice", code)
		}
		seen[code] = true
	}
}

func TestAreaGoesThereAndBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.Int64Range(0, 1_000_000_000).Draw(rt, "area")
		digits := []byte("00")
		for n := want; n > 0; n /= 10 {
			digits = append([]byte{byte('0' + n%10)}, digits...)
		}
		if want > 0 {
			digits = digits[:len(digits)-2]
		}
		for len(digits) < 3 {
			digits = append([]byte{'0'}, digits...)
		}
		in := string(digits[:len(digits)-2]) + "." + string(digits[len(digits)-2:])
		if got := row(t, in).Area("v"); got != want {
			rt.Fatalf("%s gives %d, want %d", in, got, want)
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "户号,室号\na,1\n", "\xff\xfeh\x00", "sep=;\na;b", "\"", "户号\t室号\n=\"0\"\t'1", "\xef\xbb\xbf\xff", "a,\"b\nc"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, problems := sheet.Read("f.csv", bytes.NewReader(data), homes())
		readAll(t, table, problems)
	})
}

// readAll calls every method on every cell; none may panic, and every problem
// must say where it is.
func readAll(t *testing.T, table sheet.Table, problems []sheet.Problem) {
	t.Helper()
	if len(table.Rows) > 0 && sheet.Failed(problems) {
		t.Error("rows of a failed file")
	}
	for _, r := range table.Rows {
		for _, c := range homes().Columns {
			r.Text(c.Name)
			r.Code(c.Name)
			r.Int(c.Name)
			r.Area(c.Name)
			r.Fen(c.Name)
			r.Date(c.Name)
			r.Time(c.Name)
			r.Bool(c.Name)
			r.Enum(c.Name, map[string]string{"a": "b"})
		}
	}
	for _, p := range append(problems, table.Problems()...) {
		if p.File == "" || p.Code == "" || p.Line < 0 {
			t.Errorf("%+v", p)
		}
	}
}
