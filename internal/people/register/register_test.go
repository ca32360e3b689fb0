package register_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/words"
)

// binder stands for the house's sealer: what it seals opens only for the same
// tenant, person and field, and no plain text is left to see.
type binder struct{}

func (binder) Seal(tenant store.Tenant, person, field, plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	return hex.EncodeToString([]byte(string(tenant) + "|" + person + "|" + field + "|" + plain)), nil
}

func (binder) Open(tenant store.Tenant, person, field, sealed string) (string, error) {
	b, err := hex.DecodeString(sealed)
	if err != nil || sealed == "" {
		return "", err
	}
	plain, ok := strings.CutPrefix(string(b), string(tenant)+"|"+person+"|"+field+"|")
	if !ok {
		return "", errors.New("sealed for somebody else")
	}
	return plain, nil
}

func rooms() []store.Room { return []store.Room{place.Room(), people.Room()} }

// office is an installation to import into.
type office struct {
	register.Deps
	people *people.Register
	clock  *storetest.Clock
}

func newOffice(s *store.Store, clock *storetest.Clock) *office {
	return &office{
		Deps:   register.Deps{Store: s, Places: place.NewService(s), Sealer: binder{}},
		people: people.NewRegister(s), clock: clock,
	}
}

func each(t *testing.T, fn func(ctx context.Context, t *testing.T, o *office)) {
	t.Helper()
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		fn(context.Background(), t, newOffice(s, clock))
	})
}

func (o *office) take(t *testing.T, dir fs.FS) register.Report {
	t.Helper()
	return o.with(t, dir, register.Options{})
}

func (o *office) with(t *testing.T, dir fs.FS, opts register.Options) register.Report {
	t.Helper()
	r, err := register.Import(context.Background(), o.Deps, dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (o *office) tenant(t *testing.T, short string) place.Tenant {
	t.Helper()
	return must(o.Places.TenantByShort(context.Background(), short))(t)
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// sample is a copy of the sample registers that a test may change.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	for _, table := range register.Tables() {
		b, err := fs.ReadFile(demo.Data(), table+".csv")
		if err != nil {
			t.Fatal(err)
		}
		m[table+".csv"] = &fstest.MapFile{Data: b}
	}
	return m
}

// lane is the register of 长宁路225弄 alone: 70 homes, 150 people.
func lane(t testing.TB) fstest.MapFS {
	t.Helper()
	m := sample(t)
	keep(m, "neighbourhoods.csv", "wanhang,")
	keep(m, "communities.csv", "cn225,")
	keep(m, "buildings.csv", "cn225-")
	keep(m, "households.csv", "cn225-")
	filter(m, "residents.csv", func(row string) bool { return strings.Contains(row, ",cn225,") })
	delete(m, "staff.csv")
	delete(m, "volunteers.csv")
	return m
}

// keep keeps the header and the lines that begin with a prefix.
func keep(m fstest.MapFS, file, prefix string) {
	filter(m, file, func(row string) bool { return strings.HasPrefix(row, prefix) })
}

func filter(m fstest.MapFS, file string, want func(string) bool) {
	lines := strings.SplitAfter(string(m[file].Data), "\n")
	out := lines[:1]
	for _, l := range lines[1:] {
		if want(l) {
			out = append(out, l)
		}
	}
	m[file] = &fstest.MapFile{Data: []byte(strings.Join(out, ""))}
}

// edit replaces text in a file, once, and fails if it is not there.
func edit(t testing.TB, m fstest.MapFS, file, from, to string) {
	t.Helper()
	if !bytes.Contains(m[file].Data, []byte(from)) {
		t.Fatalf("%s does not hold %q", file, from)
	}
	m[file] = &fstest.MapFile{Data: bytes.Replace(m[file].Data, []byte(from), []byte(to), 1)}
}

func chinese(t testing.TB) context.Context {
	t.Helper()
	return speaking(t, words.Chinese)
}

func speaking(t testing.TB, lang words.Lang) context.Context {
	t.Helper()
	c, err := words.Load(words.Base(), place.Words(), register.Words())
	if err != nil {
		t.Fatal(err)
	}
	return words.With(context.Background(), c, lang)
}

func lines(t testing.TB, r register.Report) string {
	t.Helper()
	return strings.Join(r.Lines(chinese(t)), "\n")
}

func totals(r register.Report) map[string]register.Counts {
	m := map[string]register.Counts{}
	for _, table := range register.Tables() {
		m[table] = r.Total(table)
	}
	return m
}

func TestTheSampleSubdistrictIsTakenWhole(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		start := time.Now()
		r := o.take(t, demo.Data())
		t.Logf("504 homes and 1,199 people in %v", time.Since(start))
		if !r.OK() || len(r.Problems) > 0 {
			t.Fatal(lines(t, r))
		}
		want := map[string]register.Counts{
			register.Neighbourhoods: {New: 5}, // four and the subdistrict itself
			register.Communities:    {New: 5}, register.Buildings: {New: 31}, register.Households: {New: 504},
			register.Residents: {New: 1199}, register.Staff: {New: 37}, register.Volunteers: {New: 42},
		}
		if diff := cmp.Diff(want, totals(r)); diff != "" {
			t.Error(diff)
		}
		if len(r.Kept) < 20 || !slices.Contains(r.Kept, "owners.csv") {
			t.Errorf("kept for later: %v", r.Kept)
		}
		var shorts []string
		for _, tenant := range must(o.Places.Tenants(ctx))(t) {
			shorts = append(shorts, tenant.Short)
		}
		if got := strings.Join(shorts, " "); got != "CJD GR WH XW YQ" {
			t.Error(got)
		}
	})
}

func TestSecondImportChangesNothing(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		wh := o.tenant(t, "WH")
		before := must(o.people.PersonByRef(ctx, wh.ID, "r0001"))(t)
		o.clock.Advance(time.Hour)
		r := o.take(t, sample(t))
		for table, c := range totals(r) {
			if c.New+c.Changed+c.Ended > 0 || c.Same == 0 {
				t.Errorf("%s: %+v", table, c)
			}
		}
		if diff := cmp.Diff(before, must(o.people.PersonByRef(ctx, wh.ID, "r0001"))(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImportingAgainUpdatesAndEnds(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		wh := o.tenant(t, "WH")
		before := must(o.people.PersonByRef(ctx, wh.ID, "r0002"))(t)
		o.clock.Advance(24 * time.Hour)
		m := sample(t)
		edit(t, m, "residents.csv", "贺秋分,heqiufen,family,45-59,0,16900000002", "贺秋分,heqiufen,family,60-69,0,16900009999")
		edit(t, m, "households.csv", "cn225-1-101,cn225,cn225-1,101,1,0,46.46,产权,self,3", "cn225-1-101,cn225,cn225-1,101,1,0,46.47,产权,self,3")
		filter(m, "residents.csv", func(row string) bool {
			return !strings.HasPrefix(row, "r0001,") && !strings.Contains(row, ",cn225-5-503,")
		})
		filter(m, "households.csv", func(row string) bool { return !strings.HasPrefix(row, "cn225-5-503,") })
		filter(m, "staff.csv", func(row string) bool { return !strings.HasPrefix(row, "s027,") })
		filter(m, "volunteers.csv", func(row string) bool { return !strings.HasPrefix(row, "v026,") })
		r := o.with(t, m, register.Options{End: 6}) // one of eight staff is more than 5 %
		if !r.OK() {
			t.Fatal(lines(t, r))
		}
		gone := strings.Count(string(sample(t)["residents.csv"].Data), ",cn225-5-503,") + 1
		want := map[string]register.Counts{
			register.Neighbourhoods: {Same: 5}, register.Communities: {Same: 5}, register.Buildings: {Same: 31},
			register.Households: {Changed: 1, Same: 502, Ended: 1}, register.Residents: {Changed: 1, Same: 1198 - gone, Ended: gone},
			register.Staff: {Same: 36, Ended: 1}, register.Volunteers: {Same: 41, Ended: 1},
		}
		if diff := cmp.Diff(want, totals(r)); diff != "" {
			t.Error(diff)
		}
		after := must(o.people.PersonByRef(ctx, wh.ID, "r0002"))(t)
		if phone := must(o.Sealer.Open(wh.ID, after.ID, people.FieldPhone, after.PhoneSealed))(t); after.ID != before.ID || after.AgeBand != "60-69" || phone != "16900009999" {
			t.Errorf("%+v", after)
		}
		left := must(o.people.PersonByRef(ctx, wh.ID, "r0001"))(t)
		if !left.Until.Equal(o.clock.Now()) || left.Name == "" {
			t.Errorf("ended or deleted? %+v", left)
		}
		home := must(o.Places.ByRef(ctx, wh.ID, "cn225-5-503"))(t)
		if home.Retired.IsZero() {
			t.Error("the home is still in use")
		}
		r = o.take(t, sample(t))
		back := must(o.people.PersonByRef(ctx, wh.ID, "r0001"))(t)
		if back.ID != left.ID || !back.Until.IsZero() || r.Total(register.Residents).New != 0 {
			t.Errorf("not back under the same id: %+v", back)
		}
	})
}

// A home of 西武 that is entered in a compound of 叶庆 may be either's.
func TestABadRowHoldsBackBothItNames(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		m := sample(t)
		edit(t, m, "households.csv", "guihua-5-101,guihua,", "guihua-5-101,yimin,")
		r := o.take(t, m)
		taken := map[string]bool{}
		for _, x := range r.Results {
			taken[x.Ref] = x.Taken
		}
		want := map[string]bool{"caojiadu": true, "wanhang": true, "xiwu": false, "yeqing": false, "gaorong": true}
		if diff := cmp.Diff(want, taken); diff != "" || r.OK() {
			t.Error(diff, r.OK())
		}
		if got := r.Total(register.Households).New; got != 504-128-196 {
			t.Errorf("%d homes", got)
		}
		for _, tenant := range must(o.Places.Tenants(ctx))(t) {
			if tenant.Ref == "xiwu" {
				t.Error("xiwu was entered in part")
			}
		}
	})
}

func TestOneBadNeighbourhoodLeavesTheOthers(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		m := sample(t)
		edit(t, m, "households.csv", "guihua-5-101,guihua,guihua-5,101,1,", "guihua-5-101,guihua,guihua-5,101,-1,")
		r := o.take(t, m)
		for _, x := range r.Results {
			if x.Taken == (x.Ref == "xiwu") {
				t.Errorf("%+v", x)
			}
		}
		if got := r.Total(register.Households).New; got != 504-128 || r.OK() {
			t.Errorf("%d homes", got)
		}
		if _, err := o.Places.TenantByShort(ctx, "XW"); !fault.Is(err, fault.NotFound) {
			t.Errorf("entered in part: %v", err)
		}
		if n := len(r.Problems); n != 1 || r.Problems[0].Ref != "xiwu" {
			t.Errorf("one mistake, %d problems", n)
		}
		r = o.take(t, sample(t))
		if got := r.Total(register.Households); !r.OK() || got.New != 128 || got.Same != 504-128 {
			t.Errorf("after mending: %+v", got)
		}
	})
}

func TestDryRunWritesNothing(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		r := o.with(t, sample(t), register.Options{DryRun: true})
		if !r.OK() || r.Total(register.Residents).New != 1199 {
			t.Error(lines(t, r))
		}
		if ts := must(o.Places.Tenants(ctx))(t); len(ts) != 0 {
			t.Errorf("%+v", ts)
		}
		if got := lines(t, r); !strings.HasSuffix(got, "这是试导入，什么都没有写入") {
			t.Error(got)
		}
		real := o.take(t, sample(t))
		if diff := cmp.Diff(totals(r), totals(real)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestGBKAndExcelGiveTheSame(t *testing.T) {
	forms := map[string]func(testing.TB, []byte) (ext string, data []byte){
		"gbk": func(t testing.TB, b []byte) (string, []byte) {
			out, err := simplifiedchinese.GBK.NewEncoder().Bytes(b)
			if err != nil {
				t.Fatal(err)
			}
			return ".csv", out
		},
		"xlsx": func(t testing.TB, b []byte) (string, []byte) { return ".xlsx", excel(t, b) },
	}
	s, clock := storetest.SQLite(t, rooms())
	o := newOffice(s, clock)
	o.take(t, sample(t))
	for name, form := range forms {
		m := fstest.MapFS{}
		for file, f := range sample(t) {
			ext, data := form(t, f.Data)
			m[strings.TrimSuffix(file, path.Ext(file))+ext] = &fstest.MapFile{Data: data}
		}
		r := o.take(t, m)
		if !r.OK() {
			t.Fatal(name, lines(t, r))
		}
		for table, c := range totals(r) {
			if c.New+c.Changed+c.Ended > 0 || c.Same == 0 {
				t.Errorf("%s %s: %+v", name, table, c)
			}
		}
	}
}

// excel writes a CSV file the way an office would type it: keys as text,
// areas, counts, rooms and phones as numbers.
func excel(t testing.TB, b []byte) []byte {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	typed := map[string]bool{"area_m2": true, "floor": true, "floors": true, "people": true, "room": true, "phone": true, "households": true}
	f := excelize.NewFile()
	defer f.Close()
	for i, record := range records {
		row := make([]any, len(record))
		for j, v := range record {
			row[j] = v
			if n, err := strconv.ParseFloat(v, 64); err == nil && typed[records[0][j]] {
				row[j] = n
			}
		}
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
