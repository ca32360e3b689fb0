package address_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/place/address"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     address.Address
		left     string
	}{
		{"in full", "长宁路225弄3号502室", address.Address{Road: "长宁路", Lane: "225弄", Door: "3号", Room: "502"}, ""},
		{"without the last sign", "长宁路225弄3号502", address.Address{Road: "长宁路", Lane: "225弄", Door: "3号", Room: "502"}, ""},
		{"full-width digits", "长宁路２２５弄３号５０２室", address.Address{Road: "长宁路", Lane: "225弄", Door: "3号", Room: "502"}, ""},
		{"spaces and commas", " 长宁路 225弄，3号 502室", address.Address{Road: "长宁路", Lane: "225弄", Door: "3号", Room: "502"}, ""},
		{"from city to room", "上海市静安区曹家渡街道长宁路225弄3号502室", address.Address{Road: "长宁路", Lane: "225弄", Door: "3号", Room: "502"}, ""},
		{"lane without road", "225弄", address.Address{Lane: "225弄"}, ""},
		{"road alone", "长宁路", address.Address{Road: "长宁路"}, ""},
		{"road with a numeral in its name", "四平路九号", address.Address{Road: "四平路", Door: "9号"}, ""},
		{"avenue", "世纪大道100弄2号", address.Address{Road: "世纪大道", Lane: "100弄", Door: "2号"}, ""},
		{"lane in a lane", "万航渡路660弄2支弄3号", address.Address{Road: "万航渡路", Lane: "660弄2支弄", Door: "3号"}, ""},
		{"dash", "6-402", address.Address{Door: "6号", Room: "402"}, ""},
		{"long dash, full-width", "６—４０２", address.Address{Door: "6号", Room: "402"}, ""},
		{"slash and hash", "6#402", address.Address{Door: "6号", Room: "402"}, ""},
		{"door, unit, room", "6-1-402室", address.Address{Door: "6号", Unit: "1单元", Room: "402"}, ""},
		{"road, then three numbers", "长宁路225-3-502", address.Address{Road: "长宁路", Lane: "225弄", Door: "3号", Room: "502"}, ""},
		{"号", "6号402", address.Address{Door: "6号", Room: "402"}, ""},
		{"号楼", "6号楼402室", address.Address{Door: "6号", Room: "402"}, ""},
		{"Chinese numerals", "六号楼四〇二", address.Address{Door: "6号", Room: "402"}, ""},
		{"Chinese numerals by tens", "二百二十五弄十二号一百零三室", address.Address{Lane: "225弄", Door: "12号", Room: "103"}, ""},
		{"old numerals", "廿三号", address.Address{Door: "23号"}, ""},
		{"leading zeros of a door", "03号0502室", address.Address{Door: "3号", Room: "0502"}, ""},
		{"compound", "静安桂花园6号楼302", address.Address{Name: "静安桂花园", Door: "6号", Room: "302"}, ""},
		{"compound with dash", "静安桂花园6-302", address.Address{Name: "静安桂花园", Door: "6号", Room: "302"}, ""},
		{"compound alone", "静安桂花园", address.Address{Name: "静安桂花园"}, ""},
		{"compound with a numeral in its name", "三湘四季花城六号楼", address.Address{Name: "三湘四季花城", Door: "6号"}, ""},
		{"小区 is no district", "高荣小区3号", address.Address{Name: "高荣小区", Door: "3号"}, ""},
		{"lane and compound", "万航渡路660弄静安桂花园6号楼", address.Address{Road: "万航渡路", Lane: "660弄", Name: "静安桂花园", Door: "6号"}, ""},
		{"block with a door in it", "益民公寓2幢5号801", address.Address{Name: "益民公寓", Door: "2幢5号", Room: "801"}, ""},
		{"lettered block", "A座1203", address.Address{Door: "A座", Room: "1203"}, ""},
		{"lettered room", "5号12a室", address.Address{Door: "5号", Room: "12A"}, ""},
		{"second door of a number", "3甲号201", address.Address{Door: "3甲号", Room: "201"}, ""},
		{"double door", "3-5号门", address.Address{Door: "3-5号"}, ""},
		{"a door's door", "3号门201", address.Address{Door: "3号", Room: "201"}, ""},
		{"before the door", "3号门口", address.Address{Door: "3号"}, "门口"},
		{"unit", "6号楼2单元402", address.Address{Door: "6号", Unit: "2单元", Room: "402"}, ""},
		{"floor of a tower", "5号楼13层", address.Address{Door: "5号", Floor: 13}, ""},
		{"floor and room", "5号楼十三层1302室", address.Address{Door: "5号", Floor: 13, Room: "1302"}, ""},
		{"basement", "5号楼地下一层", address.Address{Door: "5号", Floor: -1}, ""},
		{"basement in letters", "5号楼B2层", address.Address{Door: "5号", Floor: -2}, ""},
		{"old lane", "万航渡路759弄1号二层亭子间", address.Address{Road: "万航渡路", Lane: "759弄", Door: "1号", Floor: 2, Room: "二层亭子间"}, ""},
		{"old lane, other words", "1号2楼亭子间", address.Address{Door: "1号", Floor: 2, Room: "二层亭子间"}, ""},
		{"ground floor", "底层客堂", address.Address{Floor: 1, Room: "底层客堂"}, ""},
		{"front room", "3号前楼", address.Address{Door: "3号", Room: "前楼"}, ""},
		{"attic", "三层阁", address.Address{Floor: 3, Room: "三层阁"}, ""},
		{"wing", "2号二层东厢房", address.Address{Door: "2号", Floor: 2, Room: "二层东厢房"}, ""},
		{"room only", "502室", address.Address{Room: "502"}, ""},
		{"words behind", "6号402室门口堆物", address.Address{Door: "6号", Room: "402"}, "门口堆物"},
		{"words behind a door", "6号楼楼道堆物", address.Address{Door: "6号"}, "楼道堆物"},
		{"a count is no room", "6号楼3个人", address.Address{Door: "6号"}, "3个人"},
		{"nothing", "", address.Address{}, ""},
		{"punctuation", "！？", address.Address{}, "!?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, left := address.Parse(c.in)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if left != c.left {
				t.Errorf("left %q, want %q", left, c.left)
			}
		})
	}
}

func TestFormat(t *testing.T) {
	for in, want := range map[string]string{
		"长宁路225弄3号502":        "长宁路225弄3号502室",
		"6—402":               "6号402室",
		"静安桂花园六号楼四〇二":         "静安桂花园6号402室",
		"静安桂花园5号楼13楼":         "静安桂花园5号13层",
		"1号2楼亭子间":             "1号二层亭子间",
		"长宁路 桂花园3号":           "长宁路 桂花园3号",
		"万航渡路759弄一号一层客堂":      "万航渡路759弄1号底层客堂",
		"上海市静安区长宁路225弄3号门口有水": "长宁路225弄3号 门口有水",
	} {
		if got := address.Normalize(in); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestColumnsOfARegister(t *testing.T) {
	got := address.Address{Road: "长宁路", Lane: "２２５弄", Name: " 桂花园", Door: "03号楼", Unit: "一单元", Floor: 2, Room: "亭子间"}.Normalize()
	want := address.Address{Road: "长宁路", Lane: "225弄", Name: "桂花园", Door: "3号", Unit: "1单元", Floor: 2, Room: "二层亭子间"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	odd := address.Address{Lane: "甲弄", Door: "东门", Room: "水箱旁"}
	if diff := cmp.Diff(odd, odd.Normalize()); diff != "" {
		t.Errorf("what is not understood changed: -want +got\n%s", diff)
	}
}

func TestKey(t *testing.T) {
	same := [][2]string{
		{"长宁路225弄3号502室", "长宁路２２５弄三号楼502"},
		{"6-402", "6号楼402室"},
		{"5号楼13层1302", "5号1302室"},
		{"1号一楼客堂", "1号底层客堂"},
	}
	for _, pair := range same {
		a, _ := address.Parse(pair[0])
		b, _ := address.Parse(pair[1])
		if a.Key() != b.Key() {
			t.Errorf("%s and %s differ: %q, %q", pair[0], pair[1], a.Key(), b.Key())
		}
	}
	for _, pair := range [][2]string{{"225弄", "255弄"}, {"6号402", "6号"}, {"2幢", "2号"}, {"5号12层", "5号13层"}, {"5号12层", "5号12室"}} {
		a, _ := address.Parse(pair[0])
		b, _ := address.Parse(pair[1])
		if a.Key() == b.Key() {
			t.Errorf("%s and %s are the same: %q", pair[0], pair[1], a.Key())
		}
	}
}

// canonical draws an address in the form that Parse gives.
func canonical(t *rapid.T) address.Address {
	number := rapid.StringMatching(`[1-9][0-9]{0,3}`)
	maybe := func(name string, draw func() string) string {
		if rapid.Bool().Draw(t, "with "+name) {
			return draw()
		}
		return ""
	}
	word := rapid.StringOfN(rapid.SampledFrom([]rune("静安桂花园益民公寓高荣三四愚谷邨")), 2, 6, -1)
	a := address.Address{
		Road: maybe("road", func() string { return word.Draw(t, "road") + "路" }),
		Lane: maybe("lane", func() string { return number.Draw(t, "lane") + "弄" }),
		Name: maybe("name", func() string { return word.Draw(t, "name") + "苑" }),
		Door: maybe("door", func() string {
			return number.Draw(t, "door") + rapid.SampledFrom([]string{"号", "幢", "甲号", "座"}).Draw(t, "kind")
		}),
	}
	if a.Door != "" {
		a.Unit = maybe("unit", func() string { return number.Draw(t, "unit") + "单元" })
	}
	a.Floor = rapid.SampledFrom([]int{0, 0, -2, 1, 6, 32}).Draw(t, "floor")
	a.Room = maybe("room", func() string {
		return rapid.OneOf(rapid.StringMatching(`[A-Z]?[0-9]{1,4}`), rapid.StringMatching(`[0-9]{1,4}[A-Z]`),
			rapid.SampledFrom([]string{"亭子间", "客堂", "前楼", "东厢房"})).Draw(t, "room")
	})
	return a.Normalize()
}

func TestParseReadsWhatFormatWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := canonical(t)
		got, left := address.Parse(want.Format())
		if diff := cmp.Diff(want, got); diff != "" || left != "" {
			t.Fatalf("%s, left %q: -want +got\n%s", want.Format(), left, diff)
		}
	})
}

func TestNormalizeTwiceIsNormalizeOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := canonical(t)
		if diff := cmp.Diff(a, a.Normalize()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSortKey(t *testing.T) {
	want := []string{
		"地下1层", "1号", "2号", "6号楼", "10号", "十二号", "103", "103A", "502", "1001",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	sortLabels(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("doors and rooms: -want +got\n%s", diff)
	}
	want = []string{"底层客堂", "二层亭子间", "二层前楼", "三层亭子间", "三层阁", "十层"}
	got = slices.Clone(want)
	slices.Reverse(got)
	sortLabels(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("old lanes: -want +got\n%s", diff)
	}
	want = []string{"第一楼组", "第二楼组", "第十楼组", "第十一楼组"}
	got = []string{"第十一楼组", "第十楼组", "第二楼组", "第一楼组"}
	sortLabels(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups: -want +got\n%s", diff)
	}
}

func sortLabels(labels []string) {
	slices.SortFunc(labels, func(a, b string) int {
		return strings.Compare(address.SortKey(a), address.SortKey(b))
	})
}

func TestSortKeyOrdersNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.IntRange(0, 99_999_999).Draw(t, "a")
		b := rapid.IntRange(0, 99_999_999).Draw(t, "b")
		key := func(n int) string { return address.SortKey("第" + decimal(n) + "号") }
		if got, want := strings.Compare(key(a), key(b)), compare(a, b); got != want {
			t.Fatalf("%d against %d gives %d", a, b, got)
		}
	})
}

func decimal(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return decimal(n/10) + string(rune('0'+n%10))
}

func compare(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{
		"长宁路225弄3号502室", "6-402", "六号楼四〇二", "静安桂花园6号楼302", "1号二层亭子间", "A-", "十百千廿", "弄号室",
		"\xff3号", "３—", "99999999999999999999弄", "B1层", "路路路 路", "静安区",
		"0A/00#",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, _ := address.Parse(s)
		address.SortKey(s)
		a.Normalize().Key()
		once := address.Normalize(s)
		if b, _ := address.Parse(a.Format()); b.Door != a.Door && a.Name == "" {
			t.Errorf("%q: door %q became %q in %q", s, a.Door, b.Door, once)
		}
	})
}
