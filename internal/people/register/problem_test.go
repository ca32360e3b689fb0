package register_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/words"
)

func TestEveryProblemHasItsWordsInBothLanguages(t *testing.T) {
	c, err := words.Load(register.Words())
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Langs() {
		for _, code := range register.Codes() {
			for _, key := range []string{"register.wrong." + string(code), "register.mend." + string(code)} {
				if !c.Has(lang, key) {
					t.Errorf("%s: %s is not written", lang, key)
				}
			}
		}
		for _, table := range register.Tables() {
			if !c.Has(lang, "register.table."+table) {
				t.Errorf("%s: %s has no name", lang, table)
			}
		}
	}
	if diff := cmp.Diff(c.Keys(words.Chinese), c.Keys(words.English)); diff != "" {
		t.Error(diff)
	}
}

// mistake is one thing wrong with the sample and the problem it must give.
type mistake struct {
	name, file, from, to string
	line                 int
	column               string
	code                 sheet.Code
	ref                  string // who is held back
}

func mistakes() []mistake {
	return []mistake{
		{"unknown neighbourhood", "communities.csv", "cn225,wanhang", "cn225,wanhong", 2, "neighbourhood_id", register.UnknownParent, ""},
		{"unknown community", "buildings.csv", "cn225-1,cn225,", "cn225-1,cn226,", 2, "community_id", register.UnknownParent, ""},
		{"unknown building", "households.csv", "cn225,cn225-1,101", "cn225,cn225-7,101", 2, "building_id", register.UnknownParent, "wanhang"},
		{"unknown household", "residents.csv", "r0001,cn225-1-101", "r0001,cn225-1-109", 2, "household_id", register.UnknownParent, "wanhang"},
		{"unknown scope", "staff.csv", "s005,party_secretary,wanhang", "s005,party_secretary,wanhong", 6, "scope", register.UnknownParent, ""},
		{"unknown resident", "volunteers.csv", "v001,r0533", "v001,r9999", 2, "resident_id", register.UnknownParent, ""},
		{"duplicate household", "households.csv", "cn225-1-102,", "cn225-1-101,", 3, "household_id", register.DuplicateKey, "wanhang"},
		{"duplicate resident", "residents.csv", "r0002,", "r0001,", 3, "resident_id", register.DuplicateKey, "wanhang"},
		{"duplicate door", "buildings.csv", "cn225-2,cn225,2号", "cn225-2,cn225,１号楼", 3, "number", register.SameHome, "wanhang"},
		{"duplicate room", "households.csv", "cn225-1-102,cn225,cn225-1,102", "cn225-1-102,cn225,cn225-1,１０１室", 3, "room", register.SameHome, "wanhang"},
		{"key of a building", "households.csv", "cn225-1-101,", "cn225-1,", 2, "household_id", register.KeyElsewhere, "wanhang"},
		{"resident's key for staff", "staff.csv", "s006,", "r0001,", 7, "staff_id", register.KeyElsewhere, "wanhang"},
		{"home in another compound", "households.csv", "cn225-1-101,cn225,", "cn225-1-101,yimin,", 2, "community_id", register.OtherCommunity, "wanhang"},
		{"child with a name", "residents.csv", "r0006,cn225-1-102,cn225,,", "r0006,cn225-1-102,cn225,安小寒,", 7, "name", register.ChildData, "wanhang"},
		{"child with a phone", "residents.csv", ",family,0-13,0,,", ",family,0-13,0,16900001999,", 7, "phone", register.ChildData, "wanhang"},
		{"grown-up without a name", "residents.csv", "r0001,cn225-1-101,cn225,安小暑", "r0001,cn225-1-101,cn225,", 2, "name", sheet.Blank, "wanhang"},
		{"three decimals", "households.csv", "46.46", "46.465", 2, "area_m2", sheet.TooPrecise, "wanhang"},
		{"negative floor", "households.csv", ",101,1,0,", ",101,-1,0,", 2, "floor", sheet.OutOfRange, "wanhang"},
		{"unknown role", "staff.csv", "property_manager", "boss", 26, "role", sheet.BadChoice, "wanhang"},
		{"resident is no post", "staff.csv", "property_manager", "resident", 26, "role", sheet.BadChoice, "wanhang"},
		{"office at a lane", "staff.csv", "property_manager,cn225", "street_officer,cn225", 26, "scope", register.OtherScope, "wanhang"},
		{"secretary of the subdistrict", "staff.csv", "grid_dispatcher,caojiadu", "party_secretary,caojiadu", 4, "scope", register.OtherScope, "caojiadu"},
		{"unknown age band", "residents.csv", "25-44", "25-45", 2, "age_band", sheet.BadChoice, "wanhang"},
		{"half a position", "communities.csv", "31.2331,121.4243", "31.2331,", 2, "lat", register.BadPosition, "wanhang"},
		{"no position", "communities.csv", "31.2331,121.4243", "131.2331,121.4243", 2, "lat", register.BadPosition, "wanhang"},
		{"letters for a phone", "residents.csv", "16900000001", "1690000ooo1", 2, "phone", register.BadPhone, "wanhang"},
		{"another volunteer", "volunteers.csv", "r0533,姚芒种", "r0533,姚小满", 2, "name", register.OtherName, "yeqing"},
		{"volunteer twice", "volunteers.csv", "v002,r0655,康处暑", "v002,r0533,姚芒种", 3, "resident_id", register.TwicePost, "yeqing"},
		{"subdistrict without a name", "neighbourhoods.csv", "曹家渡街道", "？？", 2, "subdistrict", register.NoName, "wanhang"},
	}
}

// small is the sample with the homes of one lane and of two volunteers, so
// that many mistakes are tried quickly.
func small(t testing.TB) fstest.MapFS {
	t.Helper()
	m := sample(t)
	keep(m, "volunteers.csv", "v00")
	filter(m, "volunteers.csv", func(row string) bool { return row < "v003" })
	filter(m, "residents.csv", func(row string) bool {
		return strings.Contains(row, ",cn225,") || strings.HasPrefix(row, "r0533,") || strings.HasPrefix(row, "r0655,")
	})
	filter(m, "households.csv", func(row string) bool {
		id, _, _ := strings.Cut(row, ",")
		return strings.HasPrefix(id, "cn225-") || strings.Contains(string(m["residents.csv"].Data), ","+id+",")
	})
	return m
}

func TestMistakesAreNamedByLineAndColumn(t *testing.T) {
	s, clock := storetest.SQLite(t, rooms())
	o := newOffice(s, clock)
	for _, tt := range mistakes() {
		t.Run(tt.name, func(t *testing.T) {
			m := small(t)
			edit(t, m, tt.file, tt.from, tt.to)
			r := o.with(t, m, register.Options{DryRun: true})
			at := slices.IndexFunc(r.Problems, func(p register.Problem) bool { return p.Code == tt.code && p.File == tt.file })
			if at < 0 {
				t.Fatal(lines(t, r))
			}
			p := r.Problems[at]
			if p.Line != tt.line || p.Column != tt.column || p.Ref != tt.ref || p.Note || r.OK() {
				t.Errorf("%+v", p)
			}
			for _, x := range r.Results {
				if x.Ref == tt.ref && x.Taken {
					t.Errorf("%s was taken all the same", x.Ref)
				}
			}
			if text := p.Text(speaking(t, words.English)); strings.ContainsAny(text, "{}[") {
				t.Error(text)
			}
		})
	}
}

func TestNotesDoNotHoldBack(t *testing.T) {
	s, clock := storetest.SQLite(t, rooms())
	o := newOffice(s, clock)
	m := lane(t)
	edit(t, m, "households.csv", "46.46,产权,self,3", "46.46,产权,self,4")
	edit(t, m, "residents.csv", ",family,0-13,0,,0,,1", ",family,0-13,0,,0,,0")
	m["奖状.docx"] = &fstest.MapFile{Data: []byte("x")}
	m["plates.csv"] = &fstest.MapFile{Data: []byte("x")}
	m["README.md"] = &fstest.MapFile{Data: []byte("x")}
	r := o.take(t, m)
	var got []string
	for _, p := range r.Problems {
		got = append(got, p.File+" "+string(p.Code))
	}
	want := []string{"奖状.docx unknown_file", "households.csv other_count", "residents.csv no_guardian"}
	if diff := cmp.Diff(want, got); diff != "" || !r.OK() {
		t.Error(diff, lines(t, r))
	}
	if diff := cmp.Diff([]string{"plates.csv"}, r.Kept); diff != "" {
		t.Error(diff)
	}
}

func TestFilesThatCannotBeReadStopEverything(t *testing.T) {
	s, clock := storetest.SQLite(t, rooms())
	o := newOffice(s, clock)
	for name, tt := range map[string]struct {
		change func(m fstest.MapFS)
		code   sheet.Code
	}{
		"no register":     {func(m fstest.MapFS) { clear(m) }, register.NoFiles},
		"the same twice":  {func(m fstest.MapFS) { m["Households.CSV"] = m["households.csv"] }, register.TwoFiles},
		"a column less":   {func(m fstest.MapFS) { edit(t, m, "households.csv", ",room,", ",rome,") }, sheet.MissingColumn},
		"an old workbook": {func(m fstest.MapFS) { m["residents.csv"] = &fstest.MapFile{Data: []byte("\xd0\xcf\x11\xe0....")} }, sheet.OldExcel},
	} {
		m := sample(t)
		tt.change(m)
		r := o.take(t, m)
		found := slices.ContainsFunc(r.Problems, func(p register.Problem) bool { return p.Code == tt.code })
		if !found || r.OK() || len(r.Results) > 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if ts := must(o.Places.Tenants(context.Background()))(t); len(ts) != 0 {
		t.Errorf("%+v", ts)
	}
}

func TestAMissingFileOrARowOfNobodyEndsNothing(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		alone := fstest.MapFS{"residents.csv": sample(t)["residents.csv"]}
		keep(alone, "residents.csv", "r00")
		filter(alone, "residents.csv", func(row string) bool { return strings.Contains(row, ",cn225,") })
		r := o.with(t, alone, register.Options{End: 51})
		if got := r.Total(register.Residents); !r.OK() || got.Same != 99 || got.Ended != 51 {
			t.Errorf("%+v %s", got, lines(t, r))
		}
		stray := sample(t)
		edit(t, stray, "residents.csv", "r1199,", "r9999,")
		filter(stray, "residents.csv", func(row string) bool { return !strings.HasPrefix(row, "r0500,") })
		edit(t, stray, "residents.csv", "r0001,cn225-1-101,cn225,", "r0001,nowhere,nowhere,")
		r = o.take(t, stray)
		if got := r.Total(register.Residents); r.OK() || got.Ended != 0 || got.New != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func FuzzImport(f *testing.F) {
	tables := []string{register.Residents, register.Households, register.Buildings, register.Communities}
	for i, table := range tables {
		data := lane(f)[table+".csv"].Data
		f.Add(uint8(i), data[:min(len(data), 400)])
	}
	s, clock := storetest.SQLite(f, rooms())
	o := newOffice(s, clock)
	ctx := chinese(f)
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		m := fstest.MapFS{}
		for _, table := range register.Tables()[:4] {
			m[table+".csv"] = &fstest.MapFile{Data: []byte(tiny()[table])}
		}
		m[tables[int(which)%len(tables)]+".csv"] = &fstest.MapFile{Data: data}
		r, err := register.Import(context.Background(), o.Deps, m, register.Options{DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Problems {
			if p.Code == sheet.UnknownName || strings.HasPrefix(p.Wrong(ctx), "[") {
				t.Errorf("%+v", p)
			}
		}
	})
}

// tiny is a register of one home.
func tiny() map[string]string {
	return map[string]string{
		register.Neighbourhoods: "neighbourhood_id,name,subdistrict\nwanhang,万航居民区,曹家渡街道\n",
		register.Communities:    "community_id,neighbourhood_id,name\ncn225,wanhang,长宁路225弄\n",
		register.Buildings:      "building_id,community_id,number\ncn225-1,cn225,1号\n",
		register.Households:     "household_id,community_id,building_id,room\ncn225-1-101,cn225,cn225-1,101\n",
	}
}
