package people_test

import (
	"bytes"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

func TestFirstAdministratorSetsUpByLink(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		older, err := s.SetUpLink(s.ctx)
		if err != nil {
			t.Fatal(err)
		}
		link, err := s.SetUpLink(s.ctx) // started again before anybody used it
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SetUp(s.ctx, strings.TrimPrefix(older, "/setup/"))
		wants(t, err, fault.Gone)
		st := s.enrol(link, "Admin-Zhang")
		a := s.somebody(st.pass.Cookie, s.somebodyAtAll(st.pass))
		if !a.In(people.Administrators) || a.Tenant != office || a.Name != "admin-zhang" {
			t.Fatalf("%+v", a)
		}
		if again, err := s.SetUpLink(s.ctx); err != nil || again != "" {
			t.Fatalf("a second administrator by link: %q %v", again, err)
		}
		if n := s.count("SELECT COUNT(*) FROM people_post WHERE role = 'admin'"); n != 1 {
			t.Errorf("%d administrators", n)
		}
	})
}

func (s *scene) somebodyAtAll(p people.Pass) string {
	s.t.Helper()
	a, _ := s.who(p.Cookie)
	if a.Person == "" {
		s.t.Fatal("nobody is let in")
	}
	return a.Person
}

func TestFirstStartOnAnEmptyHouse(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.exec("DELETE FROM place_node")
		s.exec("DELETE FROM place_tenant")
		link, err := s.SetUpLink(s.ctx)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := s.who(s.enrol(link, "first").pass.Cookie)
		if err := (people.Access{}).Allow(a, "import.run"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestStaffSignsInWithTwoFactors(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		half := s.half(st)
		if !half.Half {
			t.Error("not said to be half")
		}
		s.nobody(half.Cookie)
		_, err := s.SecondFactor(s.ctx, half.Cookie, "000000", phone())
		wants(t, err, fault.Invalid)
		s.clock.Advance(time.Minute)
		p, err := s.SecondFactor(s.ctx, half.Cookie, s.code(st), phone())
		if err != nil {
			t.Fatal(err)
		}
		a := s.somebody(p.Cookie, "guard")
		if p.Half || p.Cookie == half.Cookie || !a.In(people.Property) {
			t.Fatalf("%+v %v", p, a.Groups())
		}
		s.nobody(half.Cookie)
		_, err = s.SecondFactor(s.ctx, half.Cookie, s.code(st), phone())
		wants(t, err, fault.Unsigned) // a half session is good for one
	})
}

func TestOneTimeCodeOpensOnce(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		_, err := s.SecondFactor(s.ctx, s.half(st).Cookie, s.code(st), phone())
		wants(t, err, fault.Invalid) // the one that confirmed the set-up
		s.clock.Advance(time.Minute)
		code := s.code(st)
		if _, err := s.SecondFactor(s.ctx, s.half(st).Cookie, code[:3]+" "+code[3:], phone()); err != nil {
			t.Fatal(err)
		}
		_, err = s.SecondFactor(s.ctx, s.half(st).Cookie, code, phone())
		wants(t, err, fault.Invalid)
		s.clock.Advance(90 * time.Second) // too old by now
		old := s.code(st)
		s.clock.Advance(90 * time.Second)
		_, err = s.SecondFactor(s.ctx, s.half(st).Cookie, old, phone())
		wants(t, err, fault.Invalid)
	})
}

func TestHalfSessionRunsOutAndIsNoOtherSession(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		half := s.half(st)
		s.clock.Advance(5 * time.Minute)
		for _, cookie := range []string{half.Cookie, st.pass.Cookie, "", "t-wh.x", s.resident(s.codes("b6")["h101"], "lu").Cookie} {
			_, err := s.SecondFactor(s.ctx, cookie, s.code(st), phone())
			wants(t, err, fault.Unsigned)
		}
	})
}

func TestRecoveryCodeOpensOnceWithoutThePhone(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st, other := s.invited("guard", "wang"), s.invited("worker", "chen")
		if len(st.recovery) != 8 {
			t.Fatalf("%d recovery codes", len(st.recovery))
		}
		half := s.half(st)
		_, err := s.SecondFactor(s.ctx, half.Cookie, other.recovery[0], phone())
		wants(t, err, fault.Invalid)
		p, err := s.SecondFactor(s.ctx, half.Cookie, strings.ToLower(st.recovery[0]), phone())
		if err != nil {
			t.Fatal(err)
		}
		s.somebody(p.Cookie, "guard")
		_, err = s.SecondFactor(s.ctx, s.half(st).Cookie, st.recovery[0], phone())
		wants(t, err, fault.Invalid)
		if _, err = s.SecondFactor(s.ctx, s.half(st).Cookie, st.recovery[1], phone()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFiveWrongPasswordsLockForTenMinutes(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		for _, login := range []string{"wang", "nobody"} { // an unknown login says the same
			for try := 1; try <= 5; try++ {
				_, err := s.SignIn(s.ctx, login, "wrong password", people.Client{Address: login})
				if try < 5 {
					if f := wants(t, err, fault.Invalid); f.Key != "signin.password_wrong" {
						t.Fatal(f.Key)
					}
					continue
				}
				if f := wants(t, err, fault.TooMany); f.Args[1] != "10 minutes" {
					t.Fatal(f.Args)
				}
			}
		}
		_, err := s.SignIn(s.ctx, "wang", st.password, phone())
		wants(t, err, fault.TooMany)
		s.clock.Advance(10 * time.Minute)
		s.whole(st)
		_, err = s.SignIn(s.ctx, "wang", "wrong password", phone())
		wants(t, err, fault.Invalid) // counting begins anew
	})
}

func TestOneAddressDoesNotTryManyLogins(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		var last error
		for try := range 10 {
			_, last = s.SignIn(s.ctx, "staff"+string(rune('a'+try)), "Shanghai2026!", people.Client{Address: "evil"})
		}
		wants(t, last, fault.TooMany)
		_, err := s.SignIn(s.ctx, "staffz", "Shanghai2026!", people.Client{Address: "evil"})
		wants(t, err, fault.TooMany)
		_, err = s.SignIn(s.ctx, "staffz", "Shanghai2026!", people.Client{Address: "good"})
		wants(t, err, fault.Invalid)
	})
}

func TestFiveWrongOneTimeCodesLockForTenMinutes(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		half := s.half(st)
		for try := 1; try <= 5; try++ {
			_, err := s.SecondFactor(s.ctx, half.Cookie, "000000", phone())
			if want := fault.Invalid; try < 5 {
				wants(t, err, want)
			} else {
				wants(t, err, fault.TooMany)
			}
		}
		s.clock.Advance(time.Minute)
		_, err := s.SecondFactor(s.ctx, half.Cookie, s.code(st), phone())
		wants(t, err, fault.TooMany)
		_, err = s.SecondFactor(s.ctx, s.half(st).Cookie, st.recovery[0], phone()) // a new password does not help
		wants(t, err, fault.TooMany)
		s.clock.Advance(9 * time.Minute)
		s.whole(st)
	})
}

func TestSetUpLinkIsGoodOnceAndForADay(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		link, err := s.Invite(s.ctx, s.admin(), wh, "guard")
		if err != nil {
			t.Fatal(err)
		}
		token := strings.TrimPrefix(link, "/setup/")
		if got, err := s.SetUp(s.ctx, token); err != nil || got.Name != "王物业" {
			t.Fatalf("%+v %v", got, err)
		}
		_, err = s.Enrol(s.ctx, token, "123456", phone())
		wants(t, err, fault.Conflict) // nothing was chosen yet
		s.enrol(link, "wang")
		_, err = s.SetUp(s.ctx, token)
		wants(t, err, fault.Gone)
		_, err = s.Choose(s.ctx, token, "wang", "four unrelated words")
		wants(t, err, fault.Gone)

		link, err = s.Invite(s.ctx, s.admin(), wh, "worker")
		if err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(24 * time.Hour)
		for _, dead := range []string{strings.TrimPrefix(link, "/setup/"), "t-wh." + strings.Repeat("A", 43), "", "x"} {
			_, err = s.Enrol(s.ctx, dead, "123456", phone())
			wants(t, err, fault.Gone)
		}
	})
}

func TestNewSetUpReplacesPasswordPhoneAndSessions(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		old := s.invited("guard", "wang")
		link, err := s.Invite(s.ctx, s.admin(), wh, "guard")
		if err != nil {
			t.Fatal(err)
		}
		s.somebody(old.pass.Cookie, "guard") // the invitation alone ends nothing
		s.clock.Advance(time.Minute)
		fresh := s.enrol(link, "wang2")
		s.nobody(old.pass.Cookie)
		s.somebody(fresh.pass.Cookie, "guard")
		_, err = s.SignIn(s.ctx, "wang", old.password, phone())
		wants(t, err, fault.Invalid)
		_, err = s.SecondFactor(s.ctx, s.half(fresh).Cookie, old.recovery[0], phone())
		wants(t, err, fault.Invalid)
		s.invited("worker", "wang") // the login given up is free again
	})
}

func TestLoginBelongsToOne(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.invited("guard", "wang")
		for _, who := range []struct {
			tenant store.Tenant
			person string
		}{{wh, "worker"}, {xw, "other"}} {
			link, err := s.Invite(s.ctx, s.admin(), who.tenant, who.person)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Choose(s.ctx, strings.TrimPrefix(link, "/setup/"), " ＷＡＮＧ", "four unrelated words")
			if f := wants(t, err, fault.Conflict); f.Fields[0].Name != "login" {
				t.Errorf("%+v", f)
			}
		}
	})
}

func TestInvitingNeedsThePostAndThePerson(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		_, err := s.Invite(s.ctx, s.worker(), wh, "guard")
		wants(t, err, fault.Forbidden)
		_, err = s.Invite(s.ctx, s.admin(), xw, "guard")
		wants(t, err, fault.NotFound)
		local := s.admin()
		local.Tenant = wh
		_, err = s.Invite(s.ctx, local, xw, "other")
		wants(t, err, fault.NotFound)
	})
}

func TestChosenLoginAndPasswordAreLookedAt(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		link, err := s.Invite(s.ctx, s.admin(), wh, "guard")
		if err != nil {
			t.Fatal(err)
		}
		token := strings.TrimPrefix(link, "/setup/")
		for _, tt := range []struct{ name, login, password, field, key string }{
			{"short", "wang", "nine sign", "password", "signin.password_short"},
			{"long", "wang", strings.Repeat("ab cd", 41), "password", "signin.password_long"},
			{"the login itself", "wangwangwang", "WangWangWang", "password", "signin.password_login"},
			{"holds the login", "guard", "my-guard-2026", "password", "signin.password_login"},
			{"digits only", "wang", "16900000001", "password", "signin.password_weak"},
			{"few signs", "wang", "abcabcabcabc", "password", "signin.password_weak"},
			{"what everybody takes", "wang", "Shanghai2026!", "password", "signin.password_weak"},
			{"full width", "wang", "ｐａｓｓｗｏｒｄ１２３４", "password", "signin.password_weak"},
			{"login of one sign", "w", "four unrelated words", "login", "signin.login_shape"},
			{"login with a gap", "wang wu", "four unrelated words", "login", "signin.login_shape"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				_, err := s.Choose(s.ctx, token, tt.login, tt.password)
				f := wants(t, err, fault.Invalid)
				if len(f.Fields) != 1 || f.Fields[0].Name != tt.field || f.Fields[0].Key != tt.key {
					t.Errorf("%+v", f.Fields)
				}
			})
		}
		if _, err := s.Choose(s.ctx, token, "王物业", "伞 铁轨 青豆 星期三 风"); err != nil {
			t.Error(err)
		}
	})
}

func TestAuthenticatorGetsTheSecretThreeWays(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		link, err := s.Invite(s.ctx, s.admin(), wh, "guard")
		if err != nil {
			t.Fatal(err)
		}
		secret, err := s.Choose(s.ctx, strings.TrimPrefix(link, "/setup/"), "wang", "four unrelated words")
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(secret.URL)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{u.Scheme, u.Host, u.Path, u.Query().Get("secret"), u.Query().Get("issuer")}
		if diff := cmp.Diff([]string{"otpauth", "totp", "/linli:wang", secret.Key, "linli"}, got); diff != "" {
			t.Error(diff)
		}
		if img, err := png.Decode(bytes.NewReader(secret.QR)); err != nil || img.Bounds().Dx() != 280 {
			t.Errorf("no picture: %v", err)
		}
		for _, column := range []string{"password", "totp_sealed"} {
			n := s.count("SELECT COUNT(*) FROM people_link WHERE "+column+" LIKE $1 OR "+column+" LIKE $2", "%four%", "%"+secret.Key[:8]+"%")
			if n != 0 {
				t.Errorf("%s holds the secret", column)
			}
		}
	})
}

func TestWayBackInForWhoSitsAtTheMachine(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		link, err := s.SetUpLink(s.ctx)
		if err != nil {
			t.Fatal(err)
		}
		s.enrol(link, "first")
		s.exec("UPDATE people_post SET until = 5 WHERE role = 'admin'")
		s.clock.Advance(time.Minute)
		if link, err = s.AdminLink(s.ctx); err != nil {
			t.Fatal(err)
		}
		if a, _ := s.who(s.enrol(link, "again").pass.Cookie); !a.In(people.Administrators) || a.Name != "first" {
			t.Fatalf("%+v", a)
		}
		if n := s.count("SELECT COUNT(*) FROM people_person WHERE tenant_id = 'office'"); n != 1 {
			t.Errorf("%d administrators", n)
		}
	})
}

func TestChildHasNoAccount(t *testing.T) {
	eachWith(t, people.DoorOptions{OneClick: true}, func(t *testing.T, s *scene) {
		_, err := s.Invite(s.ctx, s.admin(), wh, "kid")
		wants(t, err, fault.NotFound)
		_, err = s.DemoLink(s.ctx, wh, "kid")
		wants(t, err, fault.NotFound)
	})
}

func TestAccountIsClosedWhenSomebodyLeaves(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		half := s.half(st)
		s.somebody(st.pass.Cookie, "guard")
		list, err := s.Accounts(s.ctx, s.admin(), wh)
		want := []people.Account{{Person: "guard", Name: "王物业", Login: "wang", Enrolled: s.clock.Now()}}
		if diff := cmp.Diff(want, list); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		if err := s.CloseAccount(s.ctx, s.admin(), wh, "guard"); err != nil {
			t.Fatal(err)
		}
		s.nobody(st.pass.Cookie)
		s.clock.Advance(time.Minute)
		_, err = s.SecondFactor(s.ctx, half.Cookie, s.code(st), phone())
		wants(t, err, fault.Unsigned)
		_, err = s.SignIn(s.ctx, "wang", st.password, phone())
		wants(t, err, fault.Invalid)
		wants(t, s.CloseAccount(s.ctx, s.admin(), wh, "guard"), fault.NotFound)
		wants(t, s.CloseAccount(s.ctx, s.admin(), xw, "guard"), fault.NotFound)
		wants(t, s.CloseAccount(s.ctx, s.worker(), wh, "guard"), fault.Forbidden)
		_, err = s.Accounts(s.ctx, s.worker(), wh)
		wants(t, err, fault.Forbidden)
		s.invited("worker", "wang")
	})
}

func TestPasswordIsChangedByWhoKnowsThePresentOne(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		other := s.whole(st)
		a := s.somebody(st.pass.Cookie, "guard")
		s.somebody(other.Cookie, "guard")
		err := s.ChangePassword(s.ctx, a, "not this one", "five other unrelated words")
		if f := wants(t, err, fault.Invalid); f.Fields[0].Name != "present" {
			t.Errorf("%+v", f)
		}
		wants(t, s.ChangePassword(s.ctx, a, st.password, "short"), fault.Invalid)
		if err := s.ChangePassword(s.ctx, a, st.password, "five other unrelated words"); err != nil {
			t.Fatal(err)
		}
		s.nobody(other.Cookie)
		if _, c := s.who(st.pass.Cookie); c == nil || c.Value == st.pass.Cookie {
			t.Errorf("the token stays: %v", c)
		}
		_, err = s.SignIn(s.ctx, "wang", st.password, phone())
		wants(t, err, fault.Invalid)
		st.password = "five other unrelated words"
		s.whole(st)
		a.Tenant = xw
		wants(t, s.ChangePassword(s.ctx, a, "x", "five other unrelated words"), fault.NotFound)
		wants(t, s.ChangePassword(s.ctx, people.Actor{Tenant: wh, Person: "lu", Household: "h101"}, "x", "y"), fault.Forbidden)
	})
}
