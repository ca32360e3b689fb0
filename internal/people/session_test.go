package people_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

func TestResidentStaysSignedInWhileTheyCome(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.resident(s.codes("b6")["h101"], "lu")
		for range 4 {
			s.clock.Advance(179 * 24 * time.Hour)
			_, c := s.who(p.Cookie)
			if c == nil || c.Value != p.Cookie || c.MaxAge != 180*24*3600 {
				t.Fatalf("the browser's cookie does not slide along: %v", c)
			}
		}
		s.clock.Advance(180 * 24 * time.Hour)
		_, c := s.who(p.Cookie)
		if c == nil || c.MaxAge >= 0 {
			t.Fatalf("the dead cookie is left: %v", c)
		}
	})
}

func TestStaffSessionEndsAfterHalfAnHourOfSilenceAndTwelveHours(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		s.clock.Advance(29 * time.Minute)
		s.somebody(st.pass.Cookie, "guard")
		s.clock.Advance(30 * time.Minute)
		s.nobody(st.pass.Cookie)

		p := s.whole(st)
		for range 12*60/20 - 1 {
			s.clock.Advance(20 * time.Minute)
			s.somebody(p.Cookie, "guard")
		}
		s.clock.Advance(20 * time.Minute)
		s.nobody(p.Cookie)
	})
}

func TestPageCostsNoQueryAndAtMostOneWriteAMinute(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.resident(s.codes("b6")["h101"], "lu")
		s.somebody(p.Cookie, "lu")
		// Changed behind the door's back: what is remembered still holds …
		s.exec("UPDATE people_session SET ended_at = 1")
		s.somebody(p.Cookie, "lu")
		s.clock.Advance(5 * time.Second)
		s.somebody(p.Cookie, "lu")
		s.clock.Advance(time.Millisecond) // … for five seconds
		s.nobody(p.Cookie)

		s.exec("UPDATE people_session SET ended_at = 0")
		seen := func() int64 { return s.count("SELECT seen_at FROM people_session WHERE person_id = 'lu'") }
		began := seen()
		s.clock.Advance(54 * time.Second)
		s.somebody(p.Cookie, "lu")
		if seen() != began {
			t.Fatal("written within the minute")
		}
		s.clock.Advance(5 * time.Second)
		s.somebody(p.Cookie, "lu")
		if seen() == began {
			t.Fatal("not written after a minute")
		}
	})
}

func TestOwnerSeesAndEndsSessions(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		old := s.resident(code, "lu")
		s.clock.Advance(time.Hour)
		now := s.resident(code, "lu")
		s.resident(code, "lin")
		a := s.somebody(now.Cookie, "lu")
		list, err := s.Sessions(s.ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 2 || !list[0].Current || list[1].Current || list[0].Device != "iPhone · WeChat" ||
			!list[1].Created.Equal(s.clock.Now().Add(-time.Hour)) {
			t.Fatalf("%+v", list)
		}
		s.somebody(old.Cookie, "lu")
		if err := s.EndSession(s.ctx, a, list[1].ID); err != nil {
			t.Fatal(err)
		}
		s.nobody(old.Cookie)
		s.somebody(now.Cookie, "lu")
		if err := s.SignOut(s.ctx, a); err != nil {
			t.Fatal(err)
		}
		s.nobody(now.Cookie)
		wants(t, s.SignOut(s.ctx, a), fault.NotFound)
	})
}

func TestNobodyEndsAnothersSession(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		codes := s.codes("b6")
		lu, zhou := s.resident(codes["h101"], "lu"), s.resident(codes["h102"], "zhou")
		a, b := s.somebody(lu.Cookie, "lu"), s.somebody(zhou.Cookie, "zhou")
		wants(t, s.EndSession(s.ctx, a, b.Session), fault.NotFound)
		foreign := people.Actor{Tenant: xw, Person: "zhou", Household: "h1"}
		wants(t, s.EndSession(s.ctx, foreign, b.Session), fault.NotFound)
		if list, err := s.Sessions(s.ctx, foreign); err != nil || len(list) != 0 {
			t.Fatalf("another tenant sees %v %v", list, err)
		}
		if err := s.EndOthers(s.ctx, a); err != nil {
			t.Fatal(err)
		}
		s.somebody(zhou.Cookie, "zhou")
		s.somebody(lu.Cookie, "lu")
		_, err := s.Sessions(s.ctx, people.Actor{Tenant: wh, Person: "lu"}) // belongs to no group
		wants(t, err, fault.Forbidden)
	})
}

func TestEndOthersLeavesTheOneThatAsks(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		var passes []people.Pass
		for range 3 {
			passes = append(passes, s.resident(code, "lu"))
			s.somebody(passes[len(passes)-1].Cookie, "lu")
		}
		if err := s.EndOthers(s.ctx, s.somebody(passes[1].Cookie, "lu")); err != nil {
			t.Fatal(err)
		}
		s.nobody(passes[0].Cookie)
		s.somebody(passes[1].Cookie, "lu")
		s.nobody(passes[2].Cookie)
	})
}

func TestTokenOfOneTenantOpensNoOther(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.resident(s.codes("b6")["h101"], "lu")
		_, token, _ := strings.Cut(p.Cookie, ".")
		for _, forged := range []string{string(xw) + "." + token, string(wh) + "." + token[:42] + "A", token, "." + token, "", "t-wh.", strings.Repeat("x", 300)} {
			if forged != p.Cookie {
				s.nobody(forged)
			}
		}
		if n := s.count("SELECT COUNT(*) FROM people_session WHERE digest LIKE $1", "%"+token[:8]+"%"); n != 0 {
			t.Error("the token stands in the database")
		}
	})
}

func TestChangedPostGivesNewRightsAndANewToken(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.resident(s.codes("b6")["h101"], "lu")
		s.somebody(p.Cookie, "lu")
		s.update(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO people_post (tenant_id, id, person_id, role, place_id, since) VALUES ('t-wh','n','lu','building_lead','b6',1)")
			if err != nil {
				return err
			}
			return s.PostsChanged(ctx, tx, wh, "lu")
		})
		a, c := s.who(p.Cookie)
		if !a.In(people.BuildingLeads) || c == nil || c.Value == p.Cookie {
			t.Fatalf("groups %v cookie %v", a.Groups(), c)
		}
		s.somebody(c.Value, "lu")
		s.somebody(p.Cookie, "lu") // requests under way
		if a2, again := s.who(c.Value); again != nil || a2.Session != a.Session {
			t.Fatal("rotated twice, or became another session")
		}
		s.clock.Advance(10 * time.Minute)
		s.nobody(p.Cookie)
		s.somebody(c.Value, "lu")
	})
}

func TestPaperCodeCarriesNoStaffPost(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		byPaper := s.somebody(s.resident(s.codes("b6")["h102"], "zhou").Cookie, "zhou")
		if diff := cmp.Diff([]people.Group{people.Residents, people.BuildingLeads}, byPaper.Groups()); diff != "" {
			t.Error(diff)
		}
		byPassword := s.somebody(s.invited("zhou", "zhou").pass.Cookie, "zhou")
		if !byPassword.In(people.Committee) {
			t.Errorf("groups %v", byPassword.Groups())
		}
	})
}

func TestWhoMovedAwayIsNobody(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		p := s.resident(code, "lu")
		s.exec("UPDATE people_person SET until = $1 WHERE id = 'lu'", store.Ms(s.clock.Now()))
		s.nobody(p.Cookie)
		_, err := s.SignInByCode(s.ctx, code, "lu", phone())
		wants(t, err, fault.NotFound)
	})
}

func TestReadingGoesOnWhenNothingCanBeWritten(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.resident(s.codes("b6")["h101"], "lu")
		if s.s.Dialect() == store.SQLite {
			s.exec("CREATE TRIGGER full_disk BEFORE UPDATE ON people_session BEGIN SELECT RAISE(ABORT, 'full'); END")
		} else {
			s.exec("ALTER TABLE people_session ADD CONSTRAINT full_disk CHECK (seen_at = created_at)")
		}
		s.clock.Advance(time.Hour)
		if _, c := s.who(p.Cookie); c != nil {
			t.Fatal("said to be written down")
		}
		s.somebody(p.Cookie, "lu")
	})
}

func TestRouteAccess(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		wants(t, s.Allow(s.ctx, "report.create"), fault.Unsigned)
		ctx := people.WithActor(s.ctx, people.Actor{Tenant: wh, Person: "lu", Household: "h101"})
		if err := s.Allow(ctx, "report.create"); err != nil {
			t.Fatal(err)
		}
		wants(t, s.Allow(ctx, "report.board"), fault.Forbidden)
		wants(t, s.Allow(ctx, "report.unheard_of"), fault.Forbidden)
	})
}

func TestCookieIsOutOfReachOfScriptsAndOtherSites(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := people.Pass{Cookie: "t-wh.x", Expires: s.clock.Now().Add(time.Hour)}
		for _, tt := range []struct {
			secure, tls, want bool
		}{{false, false, false}, {false, true, true}, {true, false, true}} {
			d := people.NewDoor(s.s, nil, people.DoorOptions{Secure: tt.secure})
			r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
			d.SetCookie(w, r, p)
			c := w.Result().Cookies()[0]
			want := &http.Cookie{Name: "linli", Value: "t-wh.x", Path: "/", MaxAge: 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: tt.want, Raw: c.Raw}
			if diff := cmp.Diff(want, c); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestDemoLinksOpenOnlyInTheDemo(t *testing.T) {
	var made string
	eachWith(t, people.DoorOptions{OneClick: true}, func(t *testing.T, s *scene) {
		for person, group := range map[string]people.Group{"lu": people.Residents, "guard": people.Property, "zhou": people.Committee} {
			link, err := s.DemoLink(s.ctx, wh, person)
			if err != nil {
				t.Fatal(err)
			}
			made = strings.TrimPrefix(link, "/in/demo/")
			for range 2 { // as often as one likes
				p, err := s.SignInByDemo(s.ctx, made, phone())
				if err != nil {
					t.Fatal(err)
				}
				if a := s.somebody(p.Cookie, person); !a.In(group) {
					t.Errorf("%s is in %v", person, a.Groups())
				}
			}
			for _, forged := range []string{strings.Replace(made, person, "lin", 1), strings.Replace(made, string(wh), string(xw), 1), made[:len(made)-1], "a.b", ""} {
				_, err := s.SignInByDemo(s.ctx, forged, phone())
				wants(t, err, fault.NotFound)
			}
		}
		_, err := s.DemoLink(s.ctx, xw, "lu")
		wants(t, err, fault.NotFound)
	})
	each(t, func(t *testing.T, s *scene) {
		_, err := s.DemoLink(s.ctx, wh, "lu")
		wants(t, err, fault.NotFound)
		_, err = s.SignInByDemo(s.ctx, made, phone())
		wants(t, err, fault.NotFound)
	})
}

func TestDeviceIsNamedCoarsely(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50":       "iPhone · WeChat",
		"Mozilla/5.0 (Linux; Android 14; V2301A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49":    "Android · WeChat",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0": "Windows · Edge",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15": "Mac · Safari",
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 Safari/537.36 ArkWeb":                             "HarmonyOS · Chrome",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) wxwork/4.1 MicroMessenger/7.0.1 Chrome/108 Safari/537.36":                    "Windows · WeCom",
		"curl/8.0": "", "": "",
	} {
		if got := people.DeviceLabel(agent); got != want {
			t.Errorf("%s: %q, want %q", agent, got, want)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add("t-wh." + strings.Repeat("A", 43))
	f.Add(".")
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, s string) {
		tenant, token, ok := people.ParseToken(s)
		if ok && (tenant == "" || string(tenant)+"."+token != s || len(token) != 43) {
			t.Fatalf("%q gave %q %q", s, tenant, token)
		}
	})
}

// What knowing who asks costs a request in the common case.
func BenchmarkIdentify(b *testing.B) {
	st, clock := storetest.SQLite(b, rooms())
	s := sceneOn(b, st, clock, people.DoorOptions{})
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: people.CookieName, Value: s.resident(s.codes("b6")["h101"], "lu").Cookie})
	w := httptest.NewRecorder()
	for b.Loop() {
		if _, err := s.Identify(s.ctx, w, r); err != nil {
			b.Fatal(err)
		}
	}
}
