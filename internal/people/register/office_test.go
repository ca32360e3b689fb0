package register_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Whoever set up the house signs in before any register names the subdistrict.
func TestTheFirstRegisterNamesTheOfficeAndKeepsWhoWasThere(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		office := must(o.Places.EnsureOffice(ctx, "街道"))(t)
		err := o.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			err := people.New(tx).InsertPerson(ctx, people.InsertPersonParams{TenantID: office.ID, ID: "chief", Ref: "chief", Name: "樊大雪", Standing: string(people.Staff)})
			if err == nil {
				_, err = o.people.SetPost(ctx, tx, people.Post{Tenant: office.ID, Person: "chief", Role: people.Administrator, Place: office.Root})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if r := o.take(t, sample(t)); !r.OK() {
				t.Fatal(lines(t, r))
			}
		}
		named := must(o.Places.Tenant(ctx, office.ID))(t)
		if named.Ref != "caojiadu" || named.Name != "曹家渡街道" || named.Short != office.Short {
			t.Errorf("%+v", named)
		}
		if chief := must(o.people.Person(ctx, office.ID, "chief"))(t); !chief.Until.IsZero() {
			t.Error("the register ended somebody it never entered")
		}
		admins := 0
		for _, s := range must(o.people.PostsAt(ctx, office.ID, "/"+office.Root+"/"))(t) {
			if s.Role == people.Administrator {
				admins++
			}
		}
		if admins != 1 {
			t.Errorf("%d administrators", admins)
		}
	})
}

func TestPostsGivenByHandAreLeftAlone(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		xw := o.tenant(t, "XW")
		six := must(o.Places.ByRef(ctx, xw.ID, "guihua-6"))(t)
		lead := must(o.people.PersonByRef(ctx, xw.ID, "r0400"))(t)
		err := o.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := o.people.SetPost(ctx, tx, people.Post{Tenant: xw.ID, Person: lead.ID, Role: people.BuildingLead, Place: six.ID})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		m := sample(t)
		edit(t, m, "staff.csv", "s014,grid_worker,xiwu", "s014,committee_worker,xiwu")
		o.take(t, m)
		roles := map[people.Role]int{}
		for _, s := range must(o.people.PostsAt(ctx, xw.ID, six.Path))(t) {
			roles[s.Role]++
		}
		if roles[people.BuildingLead] != 1 || roles[people.GridWorker] != 0 || roles[people.CommitteeWorker] != 3 {
			t.Errorf("%v", roles)
		}
	})
}

// A bad row of the office's staff holds back its staff, not the
// neighbourhoods that lie in it.
func TestABadRowOfTheOfficeLeavesTheNeighbourhoods(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		m := sample(t)
		edit(t, m, "staff.csv", "16900001084", "none")
		r := o.take(t, m)
		if r.OK() || r.Total(register.Staff).New != 33 || r.Total(register.Residents).New != 1199 {
			t.Errorf("%+v", totals(r))
		}
		wh, street := o.tenant(t, "WH"), o.tenant(t, "CJD")
		if wh.Parent != street.ID || r.Results[0].Ref != "caojiadu" || r.Results[0].Taken {
			t.Errorf("%+v %+v", wh, r.Results[0])
		}
		if _, err := o.people.PersonByRef(ctx, street.ID, "s002"); !fault.Is(err, fault.NotFound) {
			t.Errorf("taken in part: %v", err)
		}
	})
}

func TestPhonesAndLivingAloneLieSealedInTheDatabase(t *testing.T) {
	ctx := context.Background()
	s, clock := storetest.SQLite(t, rooms())
	o := newOffice(s, clock)
	sealer := must(people.OpenSealer(t.TempDir()))(t)
	o.Sealer = sealer
	o.take(t, sample(t))
	wh := o.tenant(t, "WH")
	for ref, want := range map[string]string{"r0007": "1", "r0001": "0", "r0006": "0"} {
		p := must(o.people.PersonByRef(ctx, wh.ID, ref))(t)
		if got := must(sealer.Open(wh.ID, p.ID, people.FieldAlone, p.AloneSealed))(t); got != want {
			t.Errorf("%s lives alone: %s, want %s", ref, got, want)
		}
	}
	if r := o.take(t, sample(t)); r.Total(register.Residents).Same != 1199 {
		t.Errorf("sealed again: %+v", r.Total(register.Residents))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{s.Path(), s.Path() + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("1690000")) {
			t.Errorf("a phone number can be read in %s", file)
		}
	}
}

func TestChineseHeadersAndWords(t *testing.T) {
	s, clock := storetest.SQLite(t, rooms())
	o := newOffice(s, clock)
	m := fstest.MapFS{
		"neighbourhoods.csv": {Data: []byte("居民区编号,居民区,街道,区,市\nwanhang,万航居民区,曹家渡街道,静安区,上海市\n")},
		"communities.csv":    {Data: []byte("小区编号,居民区编号,小区名称,路,弄\ncn225,wanhang,长宁路225弄,长宁路,２２５弄\n")},
		"buildings.csv":      {Data: []byte("楼编号,小区编号,楼号\ncn225-1,cn225,１号楼\n")},
		"households.csv":     {Data: []byte("户编号,小区编号,楼编号,室,楼层,面积（㎡）,产权性质,居住情况\nh1,cn225,cn225-1,亭子间,2,46.4 ㎡,直管公房,出租\n")},
		"residents.csv":      {Data: []byte("居民编号,户编号,小区编号,姓名,身份,年龄段,独居老人\np1,h1,cn225,曾小满,公房承租人,70岁以上,是\n")},
	}
	if r := o.take(t, m); !r.OK() {
		t.Fatal(lines(t, r))
	}
	wh := o.tenant(t, "WH")
	home := must(o.Places.ByRef(context.Background(), wh.ID, "h1"))(t)
	p := must(o.people.PersonByRef(context.Background(), wh.ID, "p1"))(t)
	if home.Name != "二层亭子间" || home.Area != 4640 || p.Pinyin != "zengxiaoman" || p.Standing != people.PublicTenant {
		t.Errorf("%+v %+v", home, p)
	}
	label := must(o.Places.Label(context.Background(), wh.ID, home.ID))(t)
	if !strings.HasSuffix(label.Full, "长宁路225弄1号二层亭子间") {
		t.Error(label.Full)
	}
}
