package people_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// unsealed leaves fields as they are; what is sealed is another test's matter.
type unsealed struct{}

func (unsealed) Seal(_ store.Tenant, _, _, plain string) (string, error)  { return plain, nil }
func (unsealed) Open(_ store.Tenant, _, _, sealed string) (string, error) { return sealed, nil }

// folk is the sample subdistrict's register.
type folk struct {
	*people.Register
	places *place.Service
	store  *store.Store
	xiwu   place.Tenant
	yeqing place.Tenant
}

func eachRegister(t *testing.T, fn func(ctx context.Context, t *testing.T, f *folk)) {
	t.Helper()
	storetest.Each(t, []store.Room{place.Room(), people.Room()}, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		ctx := context.Background()
		f := &folk{Register: people.NewRegister(s), places: place.NewService(s), store: s}
		if _, err := register.Import(ctx, register.Deps{Store: s, Places: f.places, Sealer: unsealed{}}, demo.Data(), register.Options{}); err != nil {
			t.Fatal(err)
		}
		f.xiwu = found(f.places.TenantByShort(ctx, "XW"))(t)
		f.yeqing = found(f.places.TenantByShort(ctx, "YQ"))(t)
		fn(ctx, t, f)
	})
}

func found[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (f *folk) update(fn func(context.Context, *store.Tx) error) error {
	return f.store.Update(context.Background(), fn)
}

func TestPersonsAreFoundByNamePinyinInitialsAndRoom(t *testing.T) {
	eachRegister(t, func(ctx context.Context, t *testing.T, f *folk) {
		who := found(f.PersonByRef(ctx, f.xiwu.ID, "r0358"))(t) // 卢小满
		home := found(f.Household(ctx, f.xiwu.ID, who.Household))(t)
		label := found(f.places.Label(ctx, f.xiwu.ID, home.Place))(t).Door // 静安桂花园 6号 302
		door, room, _ := strings.Cut(strings.TrimPrefix(label, "静安桂花园 "), " ")
		for _, q := range []string{"卢小满", "小满", "luxiaoman", "Lu Xiaoman", "lxm", "luxi", "ｌｘｍ", room, door + room, strings.TrimSuffix(door, "号") + "-" + room} {
			list, _, err := f.Persons(ctx, f.xiwu.ID, people.Filter{Query: q}, people.Page{Limit: 200})
			if err != nil {
				t.Fatal(err)
			}
			hit := false
			for _, p := range list {
				if p.ID == who.ID {
					hit = p.Room == room && p.Building == door && p.Dwelling == home.Place
				}
			}
			if !hit || len(list) > 60 {
				t.Errorf("%s: %d found, the one among them: %v", q, len(list), hit)
			}
		}
		for _, q := range []string{"%", "_", "!", "卢%满", "6号999"} {
			if list, _, err := f.Persons(ctx, f.xiwu.ID, people.Filter{Query: q}, people.Page{}); err != nil || len(list) != 0 {
				t.Errorf("%s: %d found, %v", q, len(list), err)
			}
		}
	})
}

func TestPersonsArePagedByKey(t *testing.T) {
	eachRegister(t, func(ctx context.Context, t *testing.T, f *folk) {
		six := found(f.places.ByRef(ctx, f.xiwu.ID, "guihua-6"))(t)
		all := map[string]bool{}
		var after, before string
		for more := true; more; {
			list, next, err := f.Persons(ctx, f.xiwu.ID, people.Filter{Under: six.Path}, people.Page{After: after, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				if all[p.ID] || p.Pinyin < before || p.Building != "6号" {
					t.Fatalf("twice, out of order or elsewhere: %s", p.Ref)
				}
				all[p.ID], before, after = true, p.Pinyin, p.ID
			}
			more = next
		}
		want := 0
		for _, d := range found(f.places.Subtree(ctx, f.xiwu.ID, six.ID, place.Dwelling))(t) {
			want += len(found(f.Members(ctx, f.xiwu.ID, found(f.HouseholdAt(ctx, f.xiwu.ID, d.ID))(t).ID))(t))
		}
		if len(all) != want || want < 100 {
			t.Errorf("%d by pages, %d by homes", len(all), want)
		}
		if _, _, err := f.Persons(ctx, f.yeqing.ID, people.Filter{}, people.Page{After: after}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood's page: %v", err)
		}
	})
}

func TestPersonsByStanding(t *testing.T) {
	eachRegister(t, func(ctx context.Context, t *testing.T, f *folk) {
		list, more, err := f.Persons(ctx, f.xiwu.ID, people.Filter{Standing: people.Staff}, people.Page{})
		if err != nil || more || len(list) != 9 {
			t.Fatalf("%d staff, %v", len(list), err)
		}
		for _, p := range list {
			if p.Dwelling != "" || p.Household != "" {
				t.Errorf("%s lives here", p.Ref)
			}
		}
	})
}

func TestChildrenAreMembersWithoutName(t *testing.T) {
	eachRegister(t, func(ctx context.Context, t *testing.T, f *folk) {
		n := 0
		for _, tenant := range []place.Tenant{f.xiwu, f.yeqing} {
			for after, more := "", true; more; {
				list, next, err := f.Persons(ctx, tenant.ID, people.Filter{}, people.Page{After: after, Limit: 200})
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range list {
					after = p.ID
					if p.AgeBand == people.Child {
						n++
						if p.Name+p.PhoneSealed+p.Pinyin != "" || !p.Guardian || p.Household == "" {
							t.Errorf("%s", p.Ref)
						}
					}
				}
				more = next
			}
		}
		if n == 0 {
			t.Error("no children")
		}
	})
}

func TestPostIsSetChangedAndEnded(t *testing.T) {
	eachRegister(t, func(ctx context.Context, t *testing.T, f *folk) {
		six := found(f.places.ByRef(ctx, f.xiwu.ID, "guihua-6"))(t)
		five := found(f.places.ByRef(ctx, f.xiwu.ID, "guihua-5"))(t)
		who := found(f.PersonByRef(ctx, f.xiwu.ID, "r0358"))(t)
		leads := func(path string) (n int) {
			for _, s := range found(f.PostsAt(ctx, f.xiwu.ID, path))(t) {
				if s.Role == people.BuildingLead && s.Person == who.ID {
					n++
				}
			}
			return n
		}
		set := func(skill string) (id string) {
			err := f.update(func(ctx context.Context, tx *store.Tx) (err error) {
				id, err = f.SetPost(ctx, tx, people.Post{Tenant: f.xiwu.ID, Person: who.ID, Role: people.BuildingLead, Place: six.ID, Skill: skill, Organisation: "六号楼组"})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		id := set("")
		if again := set("急救"); again != id || leads(six.Path) != 1 || leads(five.Path) != 0 {
			t.Errorf("%s %s: %d at 6, %d at 5", id, again, leads(six.Path), leads(five.Path))
		}
		end := func(ctx context.Context, tx *store.Tx) error { return f.EndPost(ctx, tx, f.xiwu.ID, id) }
		if err := f.update(end); err != nil || leads(six.Path) != 0 {
			t.Errorf("not ended: %v", err)
		}
		if err := f.update(end); !fault.Is(err, fault.NotFound) {
			t.Errorf("ended twice: %v", err)
		}
		if back := set(""); back != id || leads(six.Path) != 1 {
			t.Errorf("not held again: %s", back)
		}
	})
}

func TestPostIsRefusedForStrangersAndUnknownRoles(t *testing.T) {
	eachRegister(t, func(ctx context.Context, t *testing.T, f *folk) {
		six := found(f.places.ByRef(ctx, f.xiwu.ID, "guihua-6"))(t)
		yimin := found(f.places.ByRef(ctx, f.yeqing.ID, "yimin"))(t)
		who := found(f.PersonByRef(ctx, f.xiwu.ID, "r0358"))(t)
		other := found(f.PersonByRef(ctx, f.yeqing.ID, "r0533"))(t)
		for name, tt := range map[string]struct {
			post people.Post
			code fault.Code
		}{
			"another neighbourhood's person": {people.Post{Tenant: f.xiwu.ID, Person: other.ID, Role: people.BuildingLead, Place: six.ID}, fault.NotFound},
			"another neighbourhood's place":  {people.Post{Tenant: f.xiwu.ID, Person: who.ID, Role: people.BuildingLead, Place: yimin.ID}, fault.NotFound},
			"no role":                        {people.Post{Tenant: f.xiwu.ID, Person: who.ID, Role: "boss", Place: six.ID}, fault.Invalid},
			"resident is no post":            {people.Post{Tenant: f.xiwu.ID, Person: who.ID, Role: people.Resident, Place: six.ID}, fault.Invalid},
		} {
			err := f.update(func(ctx context.Context, tx *store.Tx) error {
				_, err := f.SetPost(ctx, tx, tt.post)
				return err
			})
			if !fault.Is(err, tt.code) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := f.Household(ctx, f.yeqing.ID, who.Household); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood's household: %v", err)
		}
		if _, err := f.Members(ctx, f.xiwu.ID, ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("members of no household: %v", err)
		}
		if _, err := f.HouseholdAt(ctx, f.xiwu.ID, six.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a household in a whole building: %v", err)
		}
	})
}

func TestRegisterNamesAreDistinct(t *testing.T) {
	seen := map[string]int{}
	for _, s := range people.Standings() {
		seen[string(s)]++
	}
	for _, b := range people.AgeBands() {
		seen[b]++
	}
	if diff := cmp.Diff(12, len(seen)); diff != "" {
		t.Error(diff)
	}
}
