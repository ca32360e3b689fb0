package register_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
)

func TestS4_SeventyHomesOfOneLaneInOneStep(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		m := lane(t)
		edit(t, m, "residents.csv", "16900000001", "") // r0001 has no phone
		broken := fstest.MapFS{}
		for name, f := range m {
			broken[name] = &fstest.MapFile{Data: f.Data}
		}
		edit(t, broken, "households.csv", "cn225-1-102,cn225,cn225-1,102,1,", "cn225-1-102,cn225,cn225-9,102,1,")
		edit(t, broken, "households.csv", "52.29", "52.291")
		edit(t, broken, "residents.csv", "16900000002", "1.69E+10")
		r := o.take(t, broken)
		want := []string{
			"households.csv 第 3 行「building_id」列：「cn225-9」在 buildings 表里没有。请改正编号，或在 buildings 表里补上",
			"households.csv 第 6 行「area_m2」列：「52.291」的小数超过 2 位。请四舍五入到 2 位",
			"residents.csv 第 3 行「phone」列：「1.69E+10」被 Excel 改成了近似数。请把这一列设成文本，重新输入",
			"曹家渡街道：已导入",
			"万航居民区：有错，这个居民区这次一行也没有导入，原来的保持不变",
		}
		if diff := cmp.Diff(strings.Join(want, "\n"), lines(t, r)); diff != "" {
			t.Error(diff)
		}
		r = o.take(t, m)
		if got := r.Total(register.Households); !r.OK() || got.New != 70 || r.Total(register.Residents).New != 150 {
			t.Fatal(lines(t, r))
		}
		wh := o.tenant(t, "WH")
		member := must(o.people.PersonByRef(ctx, wh.ID, "r0001"))(t)
		if member.Name != "安小暑" || member.PhoneSealed != "" || !member.Until.IsZero() {
			t.Errorf("no full member without a phone: %+v", member)
		}
		if n := len(must(o.people.Members(ctx, wh.ID, member.Household))(t)); n != 3 {
			t.Errorf("%d members", n)
		}
	})
}

func TestS5_LaneIsFoundAfterTheImport(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		wh := o.tenant(t, "WH")
		hits := must(o.Places.Search(ctx, wh.ID, "255弄", 3))(t)
		if len(hits) == 0 || !hits[0].Near() || hits[0].Label.Door != "长宁路225弄" {
			t.Fatalf("%+v", hits)
		}
		hits = must(o.Places.Search(ctx, wh.ID, "长宁路２２５弄３号５０２室", 3))(t)
		if len(hits) == 0 || hits[0].Near() || hits[0].Node.Ref != "cn225-3-502" {
			t.Fatalf("%+v", hits)
		}
		gr := o.tenant(t, "GR")
		hits = must(o.Places.Search(ctx, gr.ID, "759弄2号二层亭子间", 3))(t)
		if len(hits) == 0 || hits[0].Node.Ref != "whd759-2-二层亭子间" {
			t.Fatalf("%+v", hits)
		}
	})
}

func TestS1_ReportAtBuildingSixReachesExactlyWhoServesIt(t *testing.T) {
	each(t, func(ctx context.Context, t *testing.T, o *office) {
		o.take(t, sample(t))
		xw := o.tenant(t, "XW")
		six := must(o.Places.ByRef(ctx, xw.ID, "guihua-6"))(t)
		count := map[people.Role]int{}
		for _, s := range must(o.people.PostsAt(ctx, xw.ID, six.Path))(t) {
			count[s.Role]++
			if office := s.Role.Group() == people.Subdistrict; office != (s.Tenant != xw.ID) {
				t.Errorf("%s from another tenant", s.Role)
			}
		}
		want := map[people.Role]int{
			people.PropertyManager: 1, people.PropertyStaff: 3, people.CommitteeDirector: 1, people.CommitteeWorker: 2,
			people.PartySecretary: 1, people.GridWorker: 1, people.Volunteer: 10, people.SubdistrictOfficer: 2,
			people.GridDispatcher: 1, people.HousingOfficer: 1,
		}
		if diff := cmp.Diff(want, count); diff != "" {
			t.Error(diff)
		}
		// Volunteers of one building serve that building only.
		yq := o.tenant(t, "YQ")
		four := must(o.Places.ByRef(ctx, yq.ID, "yimin-4"))(t)
		n := 0
		for _, s := range must(o.people.PostsAt(ctx, yq.ID, four.Path))(t) {
			if s.Role == people.Volunteer {
				n++
				if s.Place != four.ID || s.Skill == "" {
					t.Errorf("%+v", s)
				}
			}
		}
		if n != 7 {
			t.Errorf("%d volunteers at building 4", n)
		}
	})
}
