package address_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/place/address"
)

func subdistrict() []address.Entry {
	return []address.Entry{
		{ID: "cn225", Names: []string{"长宁路225弄"}},
		{ID: "cn225-3", Names: []string{"3号", "第三楼组"}, Parent: "cn225"},
		{ID: "cn225-3-502", Names: []string{"502"}, Parent: "cn225-3"},
		{ID: "cn225-3-503", Names: []string{"503"}, Parent: "cn225-3"},
		{ID: "cn225-10", Names: []string{"10号", "第十楼组"}, Parent: "cn225"},
		{ID: "guihua", Names: []string{"静安桂花园", "桂花园", "万航渡路660弄"}},
		{ID: "guihua-5", Names: []string{"5号"}, Parent: "guihua"},
		{ID: "guihua-6", Names: []string{"6号"}, Parent: "guihua"},
		{ID: "guihua-6-302", Names: []string{"302"}, Parent: "guihua-6"},
		{ID: "guihua-6-402", Names: []string{"402"}, Parent: "guihua-6"},
		{ID: "whd759", Names: []string{"万航渡路759弄"}},
		{ID: "whd759-1", Names: []string{"1号"}, Parent: "whd759"},
		{ID: "whd759-1-t", Names: []string{"二层亭子间"}, Parent: "whd759-1"},
		{ID: "whd759-1-k", Names: []string{"底层客堂"}, Parent: "whd759-1"},
		{ID: "yimin", Names: []string{"益民公寓", "示例路1弄"}},
		{ID: "yimin-3-502", Names: []string{"示例路1弄3号502室"}},
	}
}

func TestS5_AddressesAreFoundAsPeopleTypeThem(t *testing.T) {
	x := address.Build(subdistrict())
	for _, c := range []struct {
		name, query, first string
		why                address.Why
	}{
		{"lane", "225弄", "cn225", address.Exact},
		{"road and lane", "长宁路225弄", "cn225", address.Exact},
		{"the slip of the pen", "255弄", "cn225", address.Near},
		{"the slip with its road", "长宁路255弄", "cn225", address.Near},
		{"the slip down to the room", "长宁路255弄3号502室", "cn225-3-502", address.Near},
		{"a digit missing", "长宁路25弄", "cn225", address.Near},
		{"a digit too many", "长宁路2225弄", "cn225", address.Near},
		{"digits swapped", "万航渡路606弄", "guihua", address.Near},
		{"a character wrong", "静安贵花园", "guihua", address.Near},
		{"characters swapped", "静安花桂园", "guihua", address.Near},
		{"full-width digits", "２２５弄", "cn225", address.Exact},
		{"full-width all over", "长宁路２２５弄３号５０２", "cn225-3-502", address.Exact},
		{"Chinese numerals", "静安桂花园六号楼四〇二", "guihua-6-402", address.Exact},
		{"dash", "6-402", "guihua-6-402", address.Exact},
		{"dash behind a name", "桂花园6-402", "guihua-6-402", address.Exact},
		{"another tower word", "6号楼402室", "guihua-6-402", address.Exact},
		{"alias by road", "万航渡路660弄6号302", "guihua-6-302", address.Exact},
		{"old lane", "759弄1号2楼亭子间", "whd759-1-t", address.Exact},
		{"building group", "第三楼组", "cn225-3", address.Exact},
		{"beginning", "静安", "guihua", address.Prefix},
		{"beginning with a room", "静安桂6-402", "guihua-6-402", address.Prefix},
		{"two characters inside", "花园", "guihua", address.Part},
		{"digits inside a lane", "75", "whd759", address.Part},
		{"pinyin", "jinganguihuayuan", "guihua", address.Pinyin},
		{"pinyin begun", "jingangui", "guihua", address.Pinyin},
		{"capital pinyin with spaces", "Jing An Gui", "guihua", address.Pinyin},
		{"initials", "jaghy", "guihua", address.Pinyin},
		{"initials begun", "jag", "guihua", address.Pinyin},
		{"initials less one", "jagy", "guihua", address.Near},
		{"initials with the lane's number", "cnl225l", "cn225", address.Pinyin},
		{"the other reading of the lane", "changninglu225nong", "cn225", address.Pinyin},
		{"whole address as one name", "1弄3号502", "yimin-3-502", address.Exact},
		{"whole address, slip in the lane", "示例路2弄3号502", "yimin-3-502", address.Near},
		{"room that is not in the register", "静安桂花园6号楼1402", "guihua-6", address.Part},
		{"floor", "静安桂花园5号楼13层", "guihua-5", address.Part},
	} {
		t.Run(c.name, func(t *testing.T) {
			hits := x.Search(c.query, 5)
			if len(hits) == 0 {
				t.Fatalf("%q finds nothing", c.query)
			}
			if hits[0].ID != c.first || hits[0].Why != c.why {
				t.Errorf("%q finds %+v, want %s as %s", c.query, hits, c.first, c.why)
			}
		})
	}
}

func TestS5_DoorsAndRoomsAreNeverGuessed(t *testing.T) {
	x := address.Build(subdistrict())
	for _, query := range []string{"长宁路225弄3号504", "长宁路225弄4号", "长宁路255弄3号504", "7-402", "6-403", "静安桂花园7号"} {
		for _, hit := range x.Search(query, 20) {
			if strings.Count(hit.ID, "-") > 1 {
				t.Errorf("%q offers the dwelling %s (%s)", query, hit.ID, hit.Why)
			}
			if hit.Why == address.Exact {
				t.Errorf("%q is said to be exactly %s", query, hit.ID)
			}
		}
	}
}

func TestNothingTyped(t *testing.T) {
	x := address.Build(subdistrict())
	for _, query := range []string{"", " 　", "，", "龙华机场", "\xff"} {
		if hits := x.Search(query, 5); len(hits) > 0 {
			t.Errorf("%q finds %+v", query, hits)
		}
	}
	if hits := x.Search("225弄", 0); len(hits) > 0 {
		t.Errorf("a limit of none gives %+v", hits)
	}
	if hits := address.Build(nil).Search("225弄", 5); len(hits) > 0 {
		t.Errorf("an empty index gives %+v", hits)
	}
}

func TestParentsInACircle(t *testing.T) {
	x := address.Build([]address.Entry{
		{ID: "a", Names: []string{"桂花园"}, Parent: "b"},
		{ID: "b", Names: []string{"益民苑"}, Parent: "a"},
		{ID: "c", Names: []string{"6号"}, Parent: "c"},
		{ID: "d", Names: nil, Parent: "gone"},
	})
	if hits := x.Search("桂花园", 5); len(hits) != 1 || hits[0].ID != "a" {
		t.Errorf("桂花园 finds %+v", hits)
	}
	if hits := x.Search("6号", 5); len(hits) != 1 || hits[0].ID != "c" {
		t.Errorf("6号 finds %+v", hits)
	}
}

func TestHitsStandInNaturalOrder(t *testing.T) {
	var ids []string
	for _, hit := range address.Build(subdistrict()).Search("号", 9) {
		ids = append(ids, hit.ID)
	}
	if len(ids) > 0 {
		t.Errorf("号 alone names no place, finds %v", ids)
	}
	ids = nil
	for _, hit := range address.Build(subdistrict()).Search("第", 9) {
		ids = append(ids, hit.ID)
	}
	if diff := cmp.Diff([]string{"cn225-3", "cn225-10"}, ids); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestOrderOfEntriesDoesNotMatter(t *testing.T) {
	want := address.Build(subdistrict())
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rapid.Permutation(subdistrict()).Draw(t, "entries")
		query := rapid.SampledFrom([]string{"万航", "502", "弄", "6-402", "225弄", "255弄", "wh", "号", "二层"}).Draw(t, "query")
		if diff := cmp.Diff(want.Search(query, 10), address.Build(shuffled).Search(query, 10)); diff != "" {
			t.Fatalf("%q: -want +got\n%s", query, diff)
		}
	})
}

func TestOneMistakeIsForgivenAndNeverExact(t *testing.T) {
	x := address.Build(subdistrict())
	rapid.Check(t, func(t *rapid.T) {
		name := []rune(rapid.SampledFrom([]string{"静安桂花园", "益民公寓", "长宁路225弄", "万航渡路759弄"}).Draw(t, "name"))
		at := rapid.IntRange(0, len(name)-2).Draw(t, "at")
		wrong := slices.Clone(name)
		switch rapid.SampledFrom([]string{"change", "drop", "swap"}).Draw(t, "mistake") {
		case "change":
			wrong[at] = '鑫'
		case "drop":
			wrong = slices.Delete(wrong, at, at+1)
		case "swap":
			wrong[at], wrong[at+1] = wrong[at+1], wrong[at]
		}
		if string(wrong) == string(name) {
			return
		}
		right := x.Search(string(name), 1)[0].ID
		hits := x.Search(string(wrong), 20)
		if !slices.ContainsFunc(hits, func(h address.Hit) bool { return h.ID == right }) {
			t.Fatalf("%s does not suggest %s: %+v", string(wrong), string(name), hits)
		}
		for _, h := range hits {
			if h.ID == right && h.Why == address.Exact {
				t.Fatalf("%s is said to be exactly %s", string(wrong), string(name))
			}
		}
	})
}

func FuzzSearch(f *testing.F) {
	x := address.Build(subdistrict())
	for _, s := range []string{"255弄", "6-402", "jagy", "静安桂花园6号楼1402", "%_*", "\xff", "---", "6号"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		hits := x.Search(s, 7)
		if len(hits) > 7 {
			t.Fatalf("%d hits", len(hits))
		}
		for i := 1; i < len(hits); i++ {
			if hits[i].Score > hits[i-1].Score {
				t.Errorf("%q: %+v out of order", s, hits)
			}
		}
	})
}

// city makes n places: compounds of 20 doors with 24 dwellings each.
func city(n int) []address.Entry {
	r := rand.New(rand.NewPCG(1, 2))
	syllables := []rune("静安桂花园益民公寓高荣长宁万航曹家渡愚谷新康泰和平建德")
	var out []address.Entry
	for c := 0; len(out) < n; c++ {
		compound := fmt.Sprintf("c%d", c)
		name := make([]rune, 4)
		for i := range name {
			name[i] = syllables[r.IntN(len(syllables))]
		}
		lane := fmt.Sprintf("%s路%d弄", string(name[:2]), r.IntN(2000))
		out = append(out, address.Entry{ID: compound, Names: []string{lane, string(name) + "苑"}})
		for d := 1; d <= 20 && len(out) < n; d++ {
			door := fmt.Sprintf("%s-%d", compound, d)
			out = append(out, address.Entry{ID: door, Names: []string{fmt.Sprintf("%d号", d)}, Parent: compound})
			for i := 0; i < 24 && len(out) < n; i++ {
				room := fmt.Sprint(100*(i/4+1) + i%4 + 1)
				out = append(out, address.Entry{ID: door + "-" + room, Names: []string{room}, Parent: door})
			}
		}
	}
	return out
}

// flat is the hardest case: n whole addresses, every one a spelling.
func flat(n int) []address.Entry {
	out := make([]address.Entry, n)
	for i := range out {
		name := fmt.Sprintf("长宁路%d弄%d号%d室", i/480, i/24%20+1, 100*(i%24/4+1)+i%4+1)
		out[i] = address.Entry{ID: fmt.Sprint(i), Names: []string{name}}
	}
	return out
}

func BenchmarkSearch(b *testing.B) {
	for name, x := range map[string]*address.Index{
		"tree": address.Build(city(100_000)),
		"flat": address.Build(flat(100_000)),
	} {
		for _, query := range []string{"长宁", "502", "7-502", "长宁路25弄7号302", "cnl", "宁长", "长宁路207弄3号101", "静安桂花园", "弄3号10"} {
			b.Run(name+"/"+query, func(b *testing.B) {
				for b.Loop() {
					x.Search(query, 20)
				}
			})
		}
	}
}

func BenchmarkBuild2000(b *testing.B) {
	for name, entries := range map[string][]address.Entry{"tree": city(2000), "flat": flat(2000)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				address.Build(entries)
			}
		})
	}
}
