package register_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// The files in testdata/field are what offices' programs write. base and one
// are whole registers, of eight homes and of four; every other file stands in
// for one of their tables.

// field is one of them with files put over it: residents.xlsx, or the name of
// a fixture that ends in it, replaces residents.csv.
func field(t testing.TB, base string, files ...string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	whole := os.DirFS(filepath.Join("testdata", "field", base))
	err := fs.WalkDir(whole, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(whole, name)
		m[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(filepath.Join("testdata", "field", file))
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(file, ".")
		table, ext := parts[len(parts)-2], parts[len(parts)-1]
		delete(m, table+".csv")
		m[table+"."+ext] = &fstest.MapFile{Data: b}
	}
	return m
}

func alone(t testing.TB) *office {
	t.Helper()
	return newOffice(storetest.SQLite(t, rooms()))
}

// says checks the sentences of a report but for the counts.
func (o *office) says(t *testing.T, dir fs.FS, want ...string) register.Report {
	t.Helper()
	r := o.take(t, dir)
	var got []string
	for _, p := range r.Problems {
		got = append(got, p.Text(chinese(t)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	return r
}

// home is a dwelling of the only neighbourhood.
func (o *office) home(t *testing.T, ref string) place.Node {
	t.Helper()
	for _, tenant := range must(o.Places.Tenants(context.Background()))(t) {
		if n, err := o.Places.ByRef(context.Background(), tenant.ID, ref); err == nil {
			return n
		}
	}
	t.Fatalf("no %s", ref)
	return place.Node{}
}

func (o *office) who(t *testing.T, ref string) (p people.Person, phone string) {
	t.Helper()
	for _, tenant := range must(o.Places.Tenants(context.Background()))(t) {
		p, err := o.people.PersonByRef(context.Background(), tenant.ID, ref)
		if err == nil {
			return p, must(o.Sealer.Open(tenant.ID, p.ID, people.FieldPhone, p.PhoneSealed))(t)
		}
	}
	t.Fatalf("no %s", ref)
	return people.Person{}, ""
}

func TestS4_AnImportThatWouldEndManyAsksFirst(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		m := sample(t)
		filter(m, "residents.csv", func(row string) bool { return !strings.HasPrefix(row, "r000") }) // 9 of 150
		r := o.take(t, m)
		if r.OK() || !r.Asks || !r.DryRun || len(r.Endings) != 9 {
			t.Fatalf("%+v", r.Endings)
		}
		first := register.Ending{Table: register.Residents, Owner: "wanhang", Ref: "r0001", Name: "安小暑"}
		if diff := cmp.Diff(first, r.Endings[0]); diff != "" {
			t.Error(diff)
		}
		if p, _ := o.who(t, "r0001"); !p.Until.IsZero() {
			t.Error("ended before the question was answered")
		}
		for _, answer := range []int{1, 8, 10, 1199} {
			if r := o.with(t, m, register.Options{End: answer}); !r.Asks {
				t.Errorf("%d is taken for 9", answer)
			}
		}
		text := lines(t, r)
		for _, want := range []string{"要结束的登记，共 9 项", "居民 r0001　安小暑", "什么都没有写入", "--end 9"} {
			if !strings.Contains(text, want) {
				t.Errorf("does not say %q:\n%s", want, text)
			}
		}
		if r := o.with(t, m, register.Options{End: 9}); !r.OK() || r.Total(register.Residents).Ended != 9 {
			t.Error(lines(t, r))
		}
		if p, _ := o.who(t, "r0001"); p.Until.IsZero() {
			t.Error("not ended")
		}
	})
}

// Twenty people may leave a large neighbourhood, twenty-one are asked about,
// though they are fewer than 5 %. Homes are no people.
func TestS4_TheQuestionCountsRowsAndPeople(t *testing.T) {
	for _, tt := range []struct {
		name string
		gone map[string]int // rows from the end of a table
		asks bool
	}{
		{"twenty of 486", map[string]int{"residents": 20}, false},
		{"twenty-one of 486", map[string]int{"residents": 21}, true},
		{"9 homes of 196", map[string]int{"households": 9}, false},
		{"10 homes of 196", map[string]int{"households": 10}, true},
		{"one of eight staff", map[string]int{"staff": 1}, true},
		{"nobody", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := alone(t)
			o.take(t, sample(t))
			m := fstest.MapFS{}
			for table, n := range tt.gone {
				file := table + ".csv"
				m[file] = sample(t)[file]
				if table != "staff" {
					filter(m, file, func(row string) bool { return strings.Contains(row, ",yimin,") })
				}
				rows := strings.SplitAfter(strings.TrimSpace(string(m[file].Data)), "\n")
				m[file] = &fstest.MapFile{Data: []byte(strings.Join(rows[:len(rows)-n], ""))}
			}
			if len(m) == 0 {
				m = sample(t)
			}
			if r := o.with(t, m, register.Options{DryRun: true}); r.Asks != tt.asks {
				t.Errorf("asks %v, %d would end\n%s", r.Asks, len(r.Endings), lines(t, r))
			}
		})
	}
}

func TestS4_AllSheetsWithTheHeaderAreOneTable(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.says(t, field(t, "one"))
		r := o.says(t, field(t, "one", "17-one-sheet-per-building.households.xlsx"))
		if got := r.Total(register.Households); got != (register.Counts{Same: 4}) || len(r.Endings) > 0 {
			t.Errorf("%+v", got)
		}
	})
}

// A sheet that somebody added without the header holds people all the same.
func TestS4_ASheetWithoutHeaderEndsNobody(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, field(t, "one"))
		for _, x := range []struct {
			name  string
			sheet [][]any
			hide  bool
			says  string
			ended int
		}{
			{"rows without header", [][]any{{"h3", "dx1", "dx1-1", "201"}, {"h4", "dx1", "dx1-1", "202"}}, false, "工作表「2」：这张工作表里有一行行内容，却没有登记表的表头，没有读", 0},
			{"a hidden sheet", [][]any{{"户编号", "小区编号", "楼编号", "室号"}, {"h3", "dx1", "dx1-1", "201"}}, true, "工作表「2」：这张工作表隐藏着", 0},
			{"an instruction", [][]any{{"请各楼组长填好"}, {"一户一行"}}, false, "工作表「2」：这张工作表只有文字，没有登记，跳过了", 2},
			{"a hidden list of choices", [][]any{{"自住"}, {"出租"}}, true, "", 2},
		} {
			m := field(t, "one")
			delete(m, "households.csv")
			m["households.xlsx"] = &fstest.MapFile{Data: sheets(t, x.hide,
				[][]any{{"户编号", "小区编号", "楼编号", "室号"}, {"h1", "dx1", "dx1-1", "101"}, {"h2", "dx1", "dx1-1", "102"}}, x.sheet)}
			if x.ended > 0 { // those who live there say so
				delete(m, "residents.csv")
			}
			r := o.with(t, m, register.Options{DryRun: true})
			taken := r.OK() || r.Asks && x.ended > 0
			if text := lines(t, r); !taken || !strings.Contains(text, x.says) || r.Total(register.Households).Ended != x.ended {
				t.Errorf("%s: %s", x.name, text)
			}
		}
	})
}

// sheets writes a workbook of sheets 1, 2 …, the last perhaps hidden.
func sheets(t *testing.T, hide bool, tables ...[][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	name := ""
	for i, rows := range tables {
		name = strconv.Itoa(i + 1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for j, row := range rows {
			if err := f.SetSheetRow(name, "A"+strconv.Itoa(j+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.SetSheetVisible(name, !hide); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestS4_AQuotationMarkEndsNobody(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, field(t, "base"))
		r := o.says(t, field(t, "base", "csv-bare-quote.staff.csv"))
		if got := r.Total(register.Staff); got.Ended != 0 || got.Same+got.Changed != 9 || len(r.Endings) > 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestS4_AnAreaThatCannotBeReadIsRefused(t *testing.T) {
	formula := func(n int) string {
		return fmt.Sprintf("households.xlsx 第 %d 行「建筑面积」列：是公式，文件里没有存它的结果。请用 Excel 或 WPS 打开、保存一次再导入，或直接填值", n)
	}
	merged := func(n int) string {
		return fmt.Sprintf("households.xlsx 第 %d 行「建筑面积」列：第 2–3 行合并成了一格，看不出每户各是多少。请取消合并，每一行各写自己的面积", n)
	}
	for file, want := range map[string][]string{
		"02-formula-without-value.households.xlsx":      {formula(2), formula(3), formula(4), formula(5)},
		"05-area-merged-over-two-homes.households.xlsx": {merged(2), merged(3)},
		"14-two-row-header.households.xlsx": {
			"提示　households.xlsx 第 1 行「建筑面积 套内」列：这一列用不上，没有读。不用处理",
			"提示　households.xlsx 第 1 行「公摊」列：这一列用不上，没有读。不用处理",
			"households.xlsx 第 1 行「建筑面积 套内」列：表头说的是面积，但看不出是不是建筑面积，别的列里也没有。请把这一列的表头改成：建筑面积",
		},
	} {
		t.Run(file, func(t *testing.T) {
			o := alone(t)
			if r := o.says(t, field(t, "one", file), want...); r.OK() || r.Total(register.Households).New > 0 {
				t.Error(lines(t, r))
			}
		})
	}
	t.Run("no area at all is said", func(t *testing.T) {
		m := field(t, "one")
		edit(t, m, "households.csv", "89.50", "")
		alone(t).says(t, m, "提示　households.csv 第 3 行「area_m2」列：有 1 户没有面积，按面积表决时算 0。请补上建筑面积；照样导入")
	})
}

func TestS4_TheAreasHeaderInAnySpelling(t *testing.T) {
	o := alone(t)
	o.says(t, field(t, "one", "03a-area-header.households.xlsx"))
	if got := o.home(t, "h3").Area; got != 123450 {
		t.Errorf("%d", got)
	}
	for _, header := range []string{"建筑面积㎡", "㎡建筑面积", "建筑面积平方米", "面积（平方米）", "建筑面积(m2)", "房屋建筑面积", "面积/㎡", "建筑面积（单位：㎡）", "面积(建筑)", "产权面积", "area_m2"} {
		m := field(t, "one")
		edit(t, m, "households.csv", "area_m2", header)
		o := alone(t)
		o.says(t, m)
		if got := o.home(t, "h1").Area; got != 4646 {
			t.Errorf("%s: %d", header, got)
		}
	}
	for _, header := range []string{"套内面积", "套内建筑面积㎡", "公摊面积", "使用面积(m²)", "层高与面积"} {
		m := field(t, "one")
		edit(t, m, "households.csv", "area_m2", header)
		if r := alone(t).take(t, m); r.OK() {
			t.Errorf("%s is taken for the area", header)
		}
	}
}

func TestS4_NumbersAreReadAsTheyAreShown(t *testing.T) {
	o := alone(t)
	o.says(t, field(t, "one", "06b-number-format-taken-for-date.households.xlsx"))
	if got := o.home(t, "h2").Area; got != 1234567 {
		t.Errorf("%d", got)
	}
	for file, want := range map[string]string{"04a-room-shown-0101.households.xlsx": "0101", "06a-number-format-taken-for-date.households.xlsx": "1-01-01"} {
		o := alone(t)
		if r := o.take(t, field(t, "one", file)); !r.OK() || o.home(t, "h1").Name != want {
			t.Errorf("%s: room %q\n%s", file, o.home(t, "h1").Name, lines(t, r))
		}
	}
	o = alone(t)
	o.says(t, field(t, "base", "xlsx-dash-format.households.xlsx"))
	if got := o.home(t, "guihua-6-301").Name; got != "6-0301" {
		t.Errorf("room %q", got)
	}
	o = alone(t)
	o.says(t, field(t, "base", "xlsx-word-format.communities.xlsx"))
	if got := o.home(t, "guihua").Facts["households"]; got != "12850" {
		t.Errorf("%v", got)
	}
	o = alone(t)
	o.says(t, field(t, "base", "xlsx-zeros-ids.households.csv", "xlsx-zeros-ids.residents.xlsx"))
	if got := o.home(t, "00301"); got.Kind != place.Dwelling {
		t.Errorf("%+v", got)
	}
	o = alone(t)
	o.says(t, field(t, "base", "xlsx-zeros-landline.neighbourhoods.xlsx", "xlsx-zeros-landline.staff.xlsx"))
	if _, phone := o.who(t, "s010"); phone != "02162345678" {
		t.Errorf("%q", phone)
	}
	if got := o.tenant(t, "XW").Phone; got != "02100009002" {
		t.Errorf("%q", got)
	}
	o = alone(t)
	if r := o.says(t, field(t, "base", "xlsx-workbook22.households.xlsx")); r.Total(register.Households).New != 8 {
		t.Error(lines(t, r))
	}
}

func TestS4_DatesAreToldByTheirFormat(t *testing.T) {
	consent := func(n int) string {
		return fmt.Sprintf("residents.xlsx 第 %d 行「同意书版本」列：「2023-08-01」被 Excel 改成了日期。请把这一列设成文本，重新输入", n)
	}
	alone(t).says(t, field(t, "one", "07-dates-shown-with-dots.residents.xlsx"), consent(2), consent(3), consent(4))
	alone(t).says(t, field(t, "base", "xlsx-numfmt58-room.households.xlsx"),
		"households.xlsx 第 2 行「room」列：「2024-03-04」被 Excel 改成了日期。请把这一列设成文本，重新输入")
}

func TestS4_MarksThatNobodySeesAreDropped(t *testing.T) {
	o := alone(t)
	o.says(t, field(t, "base", "csv-bidi-phone.residents.csv"))
	for ref, want := range map[string]string{"r0343": "16900000302", "r0344": "16900000303"} {
		if _, phone := o.who(t, ref); phone != want {
			t.Errorf("%s: %q", ref, phone)
		}
	}
	for file, want := range map[string]string{"csv-bidi-name.residents.csv": "章芒种", "csv-padded-name.residents.csv": "章芒"} {
		o := alone(t)
		o.says(t, field(t, "base", file))
		if p, _ := o.who(t, "r0353"); p.Name != want {
			t.Errorf("%s: %q", file, p.Name)
		}
	}
	o = alone(t)
	o.says(t, field(t, "one", "08-phone-with-invisible-marks.residents.xlsx"), "residents.xlsx 第 3 行「手机」列：一格里有几个号码。请只留一个")
	o = alone(t)
	o.says(t, field(t, "one", "11.residents.csv", "11.volunteers.csv"))
}

func TestS4_WhatIsNoRowIsPassedOverWithAWord(t *testing.T) {
	for file, want := range map[string][]string{
		"12-note-sheet-first.households.xlsx": {"提示　households.xlsx 工作表「填表说明」：这张工作表只有文字，没有登记，跳过了。不用处理"},
		"15-numbered-blank-rows.households.xlsx": {
			"提示　households.xlsx 第 1 行「序号」列：这一列用不上，没有读。不用处理",
			"提示　households.xlsx 第 6 行：第 6–21 行在登记的各列里都空着，跳过了。不用处理",
		},
		"16-total-and-signature-rows.households.xlsx": {"提示　households.xlsx 第 6 行：第 6–7 行是合计、签名或备注，跳过了。如果其中有一户或一个人，请补上编号"},
		"19-hidden-row.households.xlsx":               {"提示　households.xlsx 第 6 行：第 6 行隐藏着（可能是筛选），也读了。不该导入的，请把这几行删掉"},
	} {
		t.Run(file, func(t *testing.T) {
			if r := alone(t).says(t, field(t, "one", file), want...); !r.OK() || r.Total(register.Households).New < 4 {
				t.Error(lines(t, r))
			}
		})
	}
}

func TestS4_OldFormatsAreNamed(t *testing.T) {
	for _, ext := range []string{"xls", "et", "ods"} {
		r := alone(t).says(t, field(t, "one", "01.residents."+ext),
			"residents."+ext+"：是 ."+ext+" 文件，这里只读 XLSX 和 CSV。请打开它，另存为 XLSX 再导入")
		if r.OK() {
			t.Error(ext)
		}
		m := field(t, "one")
		m["elders."+ext] = &fstest.MapFile{Data: []byte("PK")}
		if r := alone(t).take(t, m); r.OK() {
			t.Errorf("elders.%s is passed over", ext)
		}
	}
}
