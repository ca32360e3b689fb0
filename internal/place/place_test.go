package place_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/words"
)

// town is a small subdistrict to walk about in.
type town struct {
	*place.Service
	store               *store.Store
	street, xiwu, other place.Tenant
	byRef               map[string]place.Node
}

// each runs fn in a small subdistrict on every database.
func each(t *testing.T, fn func(ctx context.Context, t *testing.T, w *town)) {
	t.Helper()
	storetest.Each(t, []store.Room{place.Room()}, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := &town{Service: place.NewService(s), store: s, byRef: map[string]place.Node{}}
		w.build(t)
		fn(context.Background(), t, w)
	})
}

func (w *town) update(t *testing.T, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := w.store.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (w *town) build(t *testing.T) {
	t.Helper()
	w.street = w.tenant(t, place.Tenant{Kind: place.Subdistrict, Ref: "caojiadu", Name: "曹家渡街道", District: "静安区", City: "上海市"})
	w.xiwu = w.tenant(t, place.Tenant{Kind: place.Neighbourhood, Parent: w.street.ID, Ref: "xiwu", Name: "西武居民区", District: "静安区", City: "上海市"})
	w.other = w.tenant(t, place.Tenant{Kind: place.Neighbourhood, Parent: w.street.ID, Ref: "wanhang", Name: "万航居民区", District: "静安区", City: "上海市"})
	w.put(t, w.xiwu, "", place.Node{Kind: place.Compound, Ref: "guihua", Name: "静安桂花园", Alias: "桂花园", Road: "万航渡路", Lane: "660弄"})
	for _, b := range []string{"10", "5", "6"} {
		w.put(t, w.xiwu, "guihua", place.Node{Kind: place.Building, Ref: "guihua-" + b, Name: b + "号", Floors: 16})
	}
	for _, d := range []string{"1302", "302", "二层亭子间"} {
		w.put(t, w.xiwu, "guihua-6", place.Node{Kind: place.Dwelling, Ref: "guihua-6-" + d, Name: d, Floor: 3, Area: 8868, Facts: map[string]string{"tenure": "产权"}})
	}
	w.put(t, w.other, "", place.Node{Kind: place.Compound, Ref: "cn225", Name: "长宁路225弄", Road: "长宁路", Lane: "225弄"})
	w.put(t, w.other, "cn225", place.Node{Kind: place.Building, Ref: "cn225-6", Name: "6号"})
	w.put(t, w.other, "cn225-6", place.Node{Kind: place.Dwelling, Ref: "cn225-6-302", Name: "302"})
}

func (w *town) tenant(t *testing.T, want place.Tenant) (got place.Tenant) {
	t.Helper()
	w.update(t, func(ctx context.Context, tx *store.Tx) (err error) {
		got, _, err = w.PutTenant(ctx, tx, want)
		return err
	})
	return got
}

func (w *town) put(t *testing.T, in place.Tenant, parent string, n place.Node) place.Node {
	t.Helper()
	n.Tenant, n.Parent = in.ID, in.Root
	if parent != "" {
		n.Parent = w.byRef[parent].ID
	}
	w.update(t, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = w.Put(ctx, tx, n)
		return err
	})
	w.byRef[n.Ref] = n
	return n
}

func names(nodes []place.Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Name)
	}
	return strings.Join(out, " ")
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

func TestS1_ReportAtBuildingSixIsCoveredByItAndItsParentsOnly(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		six := must(w.ByRef(ctx, w.xiwu.ID, "guihua-6"))(t)
		chain := must(w.Ancestors(ctx, w.xiwu.ID, six.ID))(t)
		if got := names(chain); got != "西武居民区 静安桂花园 6号" {
			t.Errorf("above building 6: %s", got)
		}
		var covers []string
		for _, tn := range must(w.Tenants(ctx))(t) {
			for _, n := range must(w.Subtree(ctx, tn.ID, tn.Root, ""))(t) {
				if n.Covers(six) {
					covers = append(covers, n.Ref)
				}
			}
		}
		slices.Sort(covers)
		if diff := cmp.Diff([]string{"guihua", "guihua-6", "xiwu"}, covers); diff != "" {
			t.Error(diff)
		}
		if w.xiwu.Parent != w.street.ID {
			t.Error("the neighbourhood does not know its subdistrict")
		}
	})
}

func TestAncestorsOfThePathAreTheChain(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		home := w.byRef["guihua-6-302"]
		var ids []string
		for _, n := range must(w.Ancestors(ctx, w.xiwu.ID, home.ID))(t) {
			ids = append(ids, n.ID)
		}
		if diff := cmp.Diff(home.Ancestors(), ids); diff != "" {
			t.Error(diff)
		}
		if got := must(w.Compound(ctx, home))(t); got.Ref != "guihua" {
			t.Errorf("compound %s", got.Ref)
		}
		root := must(w.ByID(ctx, w.xiwu.ID, w.xiwu.Root))(t)
		if _, err := w.Compound(ctx, root); !fault.Is(err, fault.NotFound) {
			t.Errorf("a neighbourhood lies in a compound: %v", err)
		}
	})
}

func TestDoorPlatesSortAsPeopleCount(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		if got := names(must(w.Children(ctx, w.xiwu.ID, w.byRef["guihua"].ID))(t)); got != "5号 6号 10号" {
			t.Error(got)
		}
		got := names(must(w.Subtree(ctx, w.xiwu.ID, w.byRef["guihua"].ID, place.Dwelling))(t))
		if got != "二层亭子间 302 1302" {
			t.Error(got)
		}
	})
}

func TestLabels(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		for _, tt := range []struct {
			in        place.Tenant
			ref       string
			door, all string
		}{
			{w.xiwu, "guihua-6-302", "静安桂花园 6号 302", "上海市静安区万航渡路660弄静安桂花园6号302室"},
			{w.xiwu, "guihua-6-二层亭子间", "静安桂花园 6号 二层亭子间", "上海市静安区万航渡路660弄静安桂花园6号二层亭子间"},
			{w.xiwu, "guihua", "静安桂花园", "上海市静安区万航渡路660弄静安桂花园"},
			{w.other, "cn225-6-302", "长宁路225弄 6号 302", "上海市静安区长宁路225弄6号302室"},
			{w.xiwu, "xiwu", "西武居民区", "上海市静安区西武居民区"},
		} {
			n := must(w.ByRef(ctx, tt.in.ID, tt.ref))(t)
			want := place.Label{Door: tt.door, Full: tt.all}
			if diff := cmp.Diff(want, must(w.Label(ctx, tt.in.ID, n.ID))(t)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestS5_NearLaneIsSuggestedAndFullWidthMatches(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		for _, tt := range []struct {
			in    place.Tenant
			q     string
			ref   string
			guess bool
		}{
			{w.other, "255弄", "cn225", true},
			{w.other, "２２５弄", "cn225", false},
			{w.other, "长宁路225弄6号302室", "cn225-6-302", false},
			{w.other, "cnl225", "cn225", false},
			{w.xiwu, "桂花园6号楼３０２", "guihua-6-302", false},
			{w.xiwu, "guihuayuan", "guihua", false},
			{w.street, "255弄", "cn225", true},
			{w.street, "桂花园", "guihua", false},
		} {
			hits := must(w.Search(ctx, tt.in.ID, tt.q, 5))(t)
			if len(hits) == 0 || hits[0].Node.Ref != tt.ref || hits[0].Near() != tt.guess {
				t.Errorf("%s: %+v, want %s", tt.q, hits, tt.ref)
			}
		}
		if hits := must(w.Search(ctx, w.xiwu.ID, "255弄", 5))(t); len(hits) != 0 {
			t.Errorf("another neighbourhood's lane is shown: %+v", hits)
		}
	})
}

func TestSearchFollowsChanges(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		six := w.byRef["guihua-6"]
		if hits := must(w.Search(ctx, w.xiwu.ID, "桂花园6号", 5))(t); hits[0].Why != address.Exact {
			t.Fatalf("%+v", hits)
		}
		w.update(t, func(ctx context.Context, tx *store.Tx) error { return w.Retire(ctx, tx, w.xiwu.ID, six.ID) })
		for _, h := range must(w.Search(ctx, w.xiwu.ID, "桂花园6号", 5))(t) {
			if h.Node.ID == six.ID {
				t.Error("a retired building is found")
			}
		}
		if got := names(must(w.Children(ctx, w.xiwu.ID, w.byRef["guihua"].ID))(t)); got != "5号 10号" {
			t.Errorf("a retired building is listed: %s", got)
		}
		if got := must(w.ByID(ctx, w.xiwu.ID, six.ID))(t); got.Retired.IsZero() {
			t.Error("past matters cannot see that it is retired")
		}
		w.put(t, w.xiwu, "guihua", place.Node{Kind: place.Building, Ref: "guihua-6", Name: "6号"})
		if hits := must(w.Search(ctx, w.xiwu.ID, "桂花园6号", 5))(t); hits[0].Node.ID != six.ID {
			t.Errorf("back in use under another id: %+v", hits)
		}
	})
}

func TestPutKeepsTheIDAndMovesWhatLiesInside(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		before := w.byRef["guihua-6"]
		w.put(t, w.xiwu, "", place.Node{Kind: place.Compound, Ref: "new", Name: "新小区"})
		after := w.put(t, w.xiwu, "new", place.Node{Kind: place.Building, Ref: "guihua-6", Name: "6号"})
		if after.ID != before.ID {
			t.Fatal("another id")
		}
		home := must(w.ByRef(ctx, w.xiwu.ID, "guihua-6-302"))(t)
		if !strings.HasPrefix(home.Path, after.Path) || !w.byRef["new"].Covers(home) {
			t.Errorf("left behind: %s", home.Path)
		}
		if got := must(w.Label(ctx, w.xiwu.ID, home.ID))(t).Door; got != "新小区 6号 302" {
			t.Error(got)
		}
	})
}

func TestPutRefusesCirclesAndStrangers(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		for name, n := range map[string]place.Node{
			"inside itself":       {Tenant: w.xiwu.ID, Kind: place.Compound, Ref: "guihua", Name: "静安桂花园", Parent: w.byRef["guihua-6"].ID},
			"other neighbourhood": {Tenant: w.xiwu.ID, Kind: place.Building, Ref: "x", Name: "1号", Parent: w.byRef["cn225"].ID},
		} {
			err := w.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := w.Put(ctx, tx, n)
				return err
			})
			if code := fault.As(err); code == nil || code.Code == fault.Internal {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.ByID(ctx, w.other.ID, w.byRef["guihua"].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood's place: %v", err)
		}
	})
}

func TestTreeSaysWhatChanged(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		w.update(t, func(ctx context.Context, tx *store.Tx) error {
			tree := must(place.ReadTree(ctx, tx, w.xiwu.ID))(t)
			home, _ := tree.ByRef("guihua-6-302")
			for _, tt := range []struct {
				area int64
				ref  string
				want place.Change
			}{{8868, "guihua-6-302", place.Same}, {9000, "guihua-6-302", place.Changed}, {1, "guihua-6-401", place.Added}} {
				n := place.Node{Kind: place.Dwelling, Ref: tt.ref, Name: "302", Floor: 3, Area: tt.area, Facts: map[string]string{"tenure": "产权"}}
				if _, got, err := tree.Put(ctx, tx, "guihua-6", n); err != nil || got != tt.want {
					t.Errorf("%s %d: %s %v", tt.ref, tt.area, got, err)
				}
			}
			return tree.Retire(ctx, tx, home)
		})
		if got := must(w.ByRef(ctx, w.xiwu.ID, "guihua-6-302"))(t); got.Area != 9000 || got.Retired.IsZero() || got.Facts["tenure"] != "产权" {
			t.Errorf("%+v", got)
		}
	})
}

func TestTenantIsFoundAgainAndKeepsItsShortName(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, w *town) {
		again := w.tenant(t, place.Tenant{Kind: place.Neighbourhood, Parent: w.street.ID, Ref: "xiwu", Name: "新西武居民区"})
		if again.ID != w.xiwu.ID || again.Short != "XW" {
			t.Errorf("%+v", again)
		}
		got := must(w.TenantByShort(ctx, " xw "))(t)
		if diff := cmp.Diff(again, got); diff != "" {
			t.Error(diff)
		}
		if got := must(w.ByID(ctx, got.ID, got.Root))(t).Name; got != "新西武居民区" {
			t.Errorf("the root is still called %s", got)
		}
		var shorts []string
		for _, tn := range must(w.Tenants(ctx))(t) {
			shorts = append(shorts, tn.Short)
		}
		if got := strings.Join(shorts, " "); got != "CJD WH XW" {
			t.Error(got)
		}
		if _, err := w.TenantByShort(ctx, "ZZ"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
	})
}

func TestShortNames(t *testing.T) {
	taken := map[string]bool{}
	for _, tt := range []struct{ name, want string }{
		{"万航居民区", "WH"}, {"西武居民区", "XW"}, {"叶庆居民区", "YQ"}, {"高荣居民区", "GR"},
		{"文华居民区", "WE"}, {"武汉居民区", "WU"}, {"曹家渡街道", "CJD"}, {"一", "AA"}, {"", "AB"},
	} {
		got := place.ShortName(tt.name, func(s string) bool { return taken[s] })
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		taken[got] = true
	}
}

func TestWordsAreTheSameInBothLanguages(t *testing.T) {
	c, err := words.Load(place.Words())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Keys(words.Chinese), c.Keys(words.English)); diff != "" {
		t.Error(diff)
	}
}
