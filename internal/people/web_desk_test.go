package people_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// sealed gives 陆小满 a phone and lets her live alone.
func (h *house) sealed(t *testing.T) {
	t.Helper()
	for _, f := range []struct{ column, field, plain string }{{"phone_sealed", people.FieldPhone, "16900000001"}, {"alone_sealed", people.FieldAlone, "1"}} {
		kept, err := h.kept.Seal(wh, "lu", f.field, f.plain)
		if err != nil {
			t.Fatal(err)
		}
		h.exec("UPDATE people_person SET "+f.column+" = $1 WHERE tenant_id = 't-wh' AND id = 'lu'", kept)
	}
}

// Only an administrator of the office acts elsewhere, and there with nothing
// but that post.
func TestWhoActsInWhichTenant(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		post := func(tenant store.Tenant, role people.Role) people.Actor {
			return people.Actor{Tenant: tenant, Person: "p", Household: "h", Posts: []people.Held{{Role: role, Path: "/x/"}, {Role: people.BuildingLead, Path: "/y/"}}}
		}
		for name, c := range map[string]struct {
			actor people.Actor
			in    store.Tenant
			may   bool
		}{
			"office admin in a neighbourhood": {post(office, people.Administrator), wh, true},
			"office admin in another":         {post(office, people.Administrator), xw, true},
			"office admin nowhere":            {post(office, people.Administrator), "t-none", false},
			"officer in a neighbourhood":      {post(office, people.SubdistrictOfficer), wh, false},
			"neighbourhood admin next door":   {post(wh, people.Administrator), xw, false},
			"neighbourhood admin in office":   {post(wh, people.Administrator), office, false},
			"committee next door":             {post(wh, people.CommitteeDirector), xw, false},
			"committee at home":               {post(wh, people.CommitteeDirector), wh, true},
		} {
			got, err := h.Acting(h.ctx, c.actor, c.in)
			if !c.may {
				wants(t, err, fault.NotFound)
				continue
			}
			if err != nil || got.Tenant != c.in {
				t.Errorf("%s: %v, %v", name, got, err)
			}
			if c.in != c.actor.Tenant && (len(got.Posts) != 1 || got.Posts[0].Role != people.Administrator || got.Household != "") {
				t.Errorf("%s brings more along: %+v", name, got)
			}
		}
	})
}

// TestIdsOfAnotherNeighbourhoodAreNotFound tries the ids of 西武 on every door
// as the committee of 万航, and as the office's administrator working in 万航.
func TestIdsOfAnotherNeighbourhoodAreNotFound(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		worker, boss, local := h.as(t, wh, "worker"), h.as(t, office, "boss"), h.as(t, wh, "local")
		shadow := h.as(t, xw, "shadow")
		for _, v := range []*visitor{worker, boss, local} {
			n := "?n=t-wh"
			for _, path := range []string{"/admin/people/other", "/admin/posts/p10/end", "/admin/places" + n + "&at=d1", "/admin" + n + "&under=d1",
				"/admin" + n + "&after=other", "/admin/posts" + n + "&at=xw", "/admin/codes" + n + "&at=xw"} {
				if !strings.Contains(path, "?") {
					path += n
				}
				v.get(path).is(t, 404)
			}
			v.post("/admin/people/other/show", "n", "t-wh", "field", "phone").is(t, 404)
			v.post("/admin/posts", "n", "t-wh", "at", "xw", "person", "lu", "role", "volunteer").is(t, 404)
			v.post("/admin/posts", "n", "t-wh", "at", "b6", "person", "other", "role", "volunteer").is(t, 404)
			v.post("/admin/posts/p10/end", "n", "t-wh").is(t, 404)
			v.post("/admin/codes", "n", "t-wh", "at", "xw").is(t, 404)
		}
		for _, v := range []*visitor{boss, local} {
			v.post("/admin/accounts", "n", "t-wh", "person", "shadow").is(t, 404)
		}
		for _, v := range []*visitor{worker, local} {
			for _, path := range []string{"/admin", "/admin/places", "/admin/posts", "/admin/codes"} {
				v.get(path+"?n=t-xw").is(t, 404)
				v.get(path+"?n=office").is(t, 404)
			}
		}
		h.as(t, xw, "shadow") // a second session, to be listed with its id
		id := shadow.get("/me").is(t, 200).found(t, `/me/sessions/([0-9a-f-]+)/end`)
		worker.post("/me/sessions/"+id+"/end").is(t, 404)
		if n := h.count("SELECT COUNT(*) FROM people_post WHERE tenant_id = 't-xw' AND until <> 0"); n != 0 {
			t.Errorf("%d posts next door ended", n)
		}
	})
}

func TestTheOfficeAdministratorWorksInEachNeighbourhood(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		boss := h.as(t, office, "boss")
		boss.get("/admin?n=t-wh").is(t, 200, "陆小满", "西武居民区").hides(t, "何秋分")
		boss.get("/admin?n=t-xw").is(t, 200, "何秋分").hides(t, "陆小满")
		boss.post("/admin/posts", "n", "t-xw", "at", "xw", "person", "other", "role", "volunteer").goes(t, "/admin/posts?at=xw&done=given&n=t-xw")
		if n := h.count("SELECT COUNT(*) FROM people_audit WHERE tenant_id = 't-xw' AND actor_id = 'boss' AND action = 'post.edit'"); n != 1 {
			t.Errorf("%d entries in the trail of the neighbourhood, want 1", n)
		}
		h.as(t, office, "clerk").get("/admin?n=t-wh").is(t, 403)
	})
}

func TestProtectedFieldsAreShownOnRequestAndRecorded(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.sealed(t)
		worker, guard, boss := h.as(t, wh, "worker"), h.as(t, wh, "guard"), h.as(t, office, "boss")
		worker.get("/admin/people/lu").is(t, 200, "169****0001", "hidden").hides(t, "16900000001")
		worker.post("/admin/people/lu/show", "field", "phone").is(t, 200, "16900000001")
		worker.get("/admin/people/lu").is(t, 200).hides(t, "16900000001")
		worker.post("/admin/people/lu/show", "field", "lives_alone").is(t, 200, "<b>Yes</b>").hides(t, "16900000001")
		worker.post("/admin/people/lu/show", "field", "name").is(t, 403)
		worker.post("/admin/people/lu/show", "field", "nonsense").is(t, 403)
		guard.get("/admin/people/lu").is(t, 200, "陆小满").hides(t, "169****0001", "Elder living alone")
		guard.post("/admin/people/lu/show", "field", "phone").is(t, 403)
		boss.get("/admin/people/lu?n=t-wh").is(t, 200, "169****0001").hides(t, "16900000001")
		boss.post("/admin/people/lu/show", "n", "t-wh", "field", "phone").is(t, 403)
		if n := h.count("SELECT COUNT(*) FROM people_audit WHERE tenant_id = 't-wh' AND action = 'person.read' AND actor_id = 'worker' AND resource_id = 'lu'"); n != 2 {
			t.Errorf("%d readings recorded, want 2", n)
		}
		h.as(t, wh, "lu").get("/me").is(t, 200, "陈社工 viewed Phone", "陈社工 viewed Elder living alone")
		h.as(t, wh, "sun").get("/me").is(t, 200, "Nobody has viewed").hides(t, "陈社工")
	})
}

// A building lead sees their own building and nobody else's.
func TestThePeopleListEndsWhereThePostEnds(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.exec("UPDATE people_post SET until = 2 WHERE tenant_id = 't-wh' AND id = 'p3'") // a building lead only
		lead := h.as(t, wh, "zhou")
		lead.get("/admin").is(t, 200, "陆小满", "周立春").hides(t, "孙大雪")
		for _, path := range []string{"/admin?under=b8", "/admin?under=wh", "/admin/people/sun", "/admin/people/guard"} {
			lead.get(path).is(t, 404)
		}
		h.as(t, wh, "sun").get("/admin").is(t, 403)
		h.visitor(t).get("/admin").is(t, 401)
	})
}

func TestThePeopleListIsSearchedAndPaged(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		for i := range 60 {
			h.exec(fmt.Sprintf("INSERT INTO people_person (tenant_id, id, ref, household_id, name, pinyin, standing, since) VALUES ('t-wh','x%02d','x%02d','h801','唐%02d','tang%02d','tenant',1)", i, i, i, i))
		}
		worker := h.as(t, wh, "worker")
		worker.get("/admin?q=陆小").is(t, 200, "陆小满").hides(t, "孙大雪", "唐01")
		worker.get("/admin?q=101&under=b6").is(t, 200, "陆小满").hides(t, "周立春")
		worker.get("/admin?q=nobodyatall").is(t, 200, "Nobody found")
		first := worker.get("/admin?q=tang").is(t, 200, "唐00", "唐49").hides(t, "唐50")
		next := strings.ReplaceAll(first.found(t, `rel="next" href="([^"]+)"`), "&amp;", "&")
		worker.get(next).is(t, 200, "唐50", "唐59", "Back to the start").hides(t, "唐49")
	})
}

func TestPlacesAreBrowsedAndFound(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.exec("INSERT INTO place_node (tenant_id, id, parent_id, kind, ref, name, road, lane, path, sort) VALUES ('t-wh','lane','wh','compound','lane','长宁路225弄','长宁路','225弄','/wh/lane/','225')")
		worker := h.as(t, wh, "worker")
		worker.get("/admin/places").is(t, 200, "6", "8", "Who lives here")
		worker.get("/admin/places?at=b6").is(t, 200, ">101 </a>", "Register key", "/admin?under=b6")
		worker.get("/admin/places?q=225弄").is(t, 200, "长宁路225弄").hides(t, "Uncertain match")
		worker.get("/admin/places?q=255弄").is(t, 200, "225弄", "Uncertain match: please check")
		worker.get("/admin/places?q=火星").is(t, 200, "No such place found")
		h.as(t, wh, "sun").get("/admin/places?at=b6").is(t, 200).hides(t, "Who lives here", "Who serves here")
	})
}

func TestPostsAreGivenAndEnded(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		worker, lu := h.as(t, wh, "worker"), h.as(t, wh, "lu")
		worker.get("/admin/posts?at=b6&q=陆小满").is(t, 200, `value="lu"`, "building lead").hides(t, `value="admin"`, `value="street_officer"`)
		worker.post("/admin/posts", "at", "b6", "q", "陆小满", "role", "nonsense").is(t, 422, "Choose a post", "Choose a person first")
		give := []string{"at", "b6", "person", "lu", "role", "building_lead", "organisation", "楼组"}
		worker.post("/admin/posts", give...).goes(t, "/admin/posts?at=b6&done=given")
		worker.post("/admin/posts", give...).goes(t, "/admin/posts?at=b6&done=given") // twice is once
		if n := h.count("SELECT COUNT(*) FROM people_post WHERE tenant_id = 't-wh' AND person_id = 'lu' AND until = 0"); n != 1 {
			t.Fatalf("%d posts, want 1", n)
		}
		worker.get("/admin/posts?at=b6&done=given").is(t, 200, "takes effect at once")
		lu.get("/me").is(t, 200, "building lead · 6号")
		id := worker.get("/admin/posts?at=b6").is(t, 200, "陆小满", "楼组").found(t, `/admin/posts/([0-9a-f-]{36})/end`)
		worker.get("/admin/posts/"+id+"/end?at=b6").is(t, 200, "陆小满", "will no longer be")
		worker.post("/admin/posts/"+id+"/end", "at", "b6").goes(t, "/admin/posts?at=b6&done=ended")
		worker.post("/admin/posts/"+id+"/end", "at", "b6").is(t, 404)
		lu.get("/me").is(t, 200).hides(t, "building lead")
		h.as(t, wh, "guard").get("/admin/posts").is(t, 403)
	})
}

// Nobody makes an administrator but an administrator, and the subdistrict's
// posts lie in its office.
func TestPostsDoNotClimb(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		worker, local, boss := h.as(t, wh, "worker"), h.as(t, wh, "local"), h.as(t, office, "boss")
		for _, role := range []string{"admin", "street_officer", "resident"} {
			worker.post("/admin/posts", "at", "wh", "person", "worker", "role", role).is(t, 403)
		}
		worker.get("/admin/posts/p9/end").is(t, 404)
		worker.post("/admin/posts/p9/end").is(t, 404)
		local.post("/admin/posts", "at", "wh", "person", "worker", "role", "street_officer").is(t, 403)
		local.post("/admin/posts", "at", "wh", "person", "worker", "role", "admin").goes(t, "/admin/posts?at=wh&done=given")
		boss.post("/admin/posts", "n", "office", "at", "root", "person", "clerk", "role", "housing_officer").goes(t, "/admin/posts?at=root&done=given&n=office")
	})
}

func TestSheetOfCodesIsPrintedOnceAndEndsOlderOnes(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		older, worker := h.codes("b6")["h101"], h.as(t, wh, "worker")
		h.exec("INSERT INTO place_node (tenant_id, id, parent_id, kind, ref, name, path, sort) VALUES ('t-wh','c1','wh','compound','c1','益民公寓','/wh/c1/','1'), ('t-wh','b1','c1','building','b1','1号','/wh/c1/b1/','1')")
		worker.get("/admin/codes").is(t, 200, "益民公寓", "/admin/codes?at=b1")
		worker.get("/admin/codes?at=b6").is(t, 200, "older slips stop working at once")
		if n := h.count("SELECT COUNT(*) FROM people_code WHERE tenant_id = 't-wh' AND ended_at <> 0"); n != 0 {
			t.Fatal("looking ended codes")
		}
		a := worker.post("/admin/codes", "at", "b6").is(t, 200, "data:image/png;base64,", "https://linli.example/sign-in")
		code := a.found(t, `<p class="secret">(WH-[0-9A-Z-]+)</p>`)
		h.visitor(t).post("/sign-in", "code", older).is(t, 404)
		h.visitor(t).get("/in/"+code).is(t, 200, "周立春")
		// A second press makes a new sheet, and that one holds.
		again := worker.post("/admin/codes", "at", "b6").is(t, 200).found(t, `<p class="secret">(WH-[0-9A-Z-]+)</p>`)
		h.visitor(t).get("/in/"+again).is(t, 200, "周立春")
		h.as(t, wh, "guard").post("/admin/codes", "at", "b6").is(t, 403)
	})
}

func TestWithoutAPublicAddressNoQRCodesArePrinted(t *testing.T) {
	eachWith(t, people.DoorOptions{OneClick: true}, func(t *testing.T, s *scene) {
		h := newHouse(t, s, "")
		h.as(t, wh, "worker").post("/admin/codes", "at", "b6").is(t, 200, "no QR codes are printed", "WH-").hides(t, "data:image/png")
	})
}

func TestAccountsAreInvitedByAdministratorsOnly(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		boss, local := h.as(t, office, "boss"), h.as(t, wh, "local")
		boss.get("/admin/accounts?n=t-wh").is(t, 200, "陈社工", "王物业", "no account yet").hides(t, "陆小满")
		link := boss.post("/admin/accounts", "n", "t-wh", "person", "worker").is(t, 200, "Set-up link for 陈社工").found(t, `https://linli\.example(/setup/[^<]+)<`)
		boss.get("/admin/accounts?n=t-wh").is(t, 200).hides(t, link)
		h.enrol(link, "chen")
		local.get("/admin/accounts").is(t, 200, "chen", "Set up again")
		worker := h.as(t, wh, "worker")
		worker.get("/admin/accounts").is(t, 403)
		worker.post("/admin/accounts", "person", "guard").is(t, 403)
	})
}

func TestTheTrailIsPagedAndNamesPeople(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.update(func(ctx context.Context, tx *store.Tx) error {
			for range 150 {
				if err := people.Audit(ctx, tx, h.worker(), "person.read", "person", "lu", "phone"); err != nil {
					return err
				}
			}
			return people.Audit(ctx, tx, people.Actor{Tenant: wh}, "strange.act", "thing", "0193a1c2-0000-7000-8000-000000000001")
		})
		boss := h.as(t, office, "boss")
		first := boss.get("/admin/audit?n=t-wh").is(t, 200, "陈社工", "viewed protected data", "strange.act", "linli itself", "…000000000001")
		older := strings.ReplaceAll(first.found(t, `rel="next" href="([^"]+)"`), "&amp;", "&")
		boss.get(older).is(t, 200, "陈社工", "Newest")
		// Looking was written down, by the one who looked.
		boss.get("/admin/audit?n=t-wh").is(t, 200, "樊处暑", "viewed the access log")
		boss.get("/admin/audit?n=t-wh&before=nonsense").is(t, 200, "strange.act")
		h.as(t, wh, "worker").get("/admin/audit").is(t, 403)
	})
}
