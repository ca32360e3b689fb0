package people_test

import (
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/words"
)

func TestSignInPageInBothLanguages(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		for _, lang := range words.Langs() {
			v := h.visitor(t)
			v.lang = string(lang)
			golden(t, "sign-in-"+string(lang), v.get("/sign-in").is(t, 200).body)
		}
	})
}

func TestPaperCodeShowsTheHouseholdAndSignsIn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		code := h.codes("b6")["h101"]
		v := h.visitor(t)
		v.post("/sign-in", "code", strings.ToLower(code)).is(t, 200, "陆小满", "Family member 1", `value="lin"`).hides(t, `value="kid"`)
		v.get("/me").is(t, 401)
		a := v.post("/sign-in", "code", code, "person", "lu", "back", "/report/new")
		a.goes(t, "/report/new")
		v.get("/me").is(t, 200, "陆小满", "<b>101</b>", "Unnamed device", "This device")
		// A second press signs in again and harms nothing.
		v.post("/sign-in", "code", code, "person", "lu").goes(t, "/")
	})
}

func TestScannedCodeSignsNobodyInByItself(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		v := h.visitor(t)
		a := v.get("/in/"+h.codes("b6")["h102"]).is(t, 200, "周立春", `value="zhou"`, "checked")
		if c := a.header.Get("Set-Cookie"); c != "" {
			t.Fatalf("sets %s", c)
		}
		v.get("/me").is(t, 401)
	})
}

func TestAWayBackNeverLeavesTheSite(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		code := h.codes("b6")["h101"]
		for _, back := range []string{"https://evil.example", "//evil.example", `/\evil.example`} {
			h.visitor(t).post("/sign-in", "code", code, "person", "lu", "back", back).goes(t, "/")
		}
	})
}

func TestWrongCodeSlowsDownAndLocksAndSaysSo(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		code, v := h.codes("b6")["h101"], h.visitor(t)
		v.post("/sign-in", "code", "nonsense").is(t, 422, "does not look like a household code", `value="nonsense"`)
		v.get("/in/WH-0000-0000").is(t, 404, "does not work")
		v.get("/in/ZZ-0000-0000").is(t, 404, "does not work")
		var a answer
		for range 20 {
			if a = v.post("/sign-in", "code", "WH-0000-0000"); a.status == 429 {
				break
			}
		}
		a.is(t, 429, "Too many wrong attempts. Try again in")
		if a.header.Get("Retry-After") == "" {
			t.Error("does not tell programs how long to wait")
		}
		// The right code has to wait too.
		v.post("/sign-in", "code", code, "person", "lu").is(t, 429)
	})
}

func TestSomebodyElsesPersonIsNotLetIn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		v := h.visitor(t)
		v.post("/sign-in", "code", h.codes("b6")["h101"], "person", "zhou").is(t, 404, "is not registered in the household")
		v.get("/me").is(t, 401)
	})
}

func TestSetUpLinkWorksOnceAndTheAccountSignsIn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		link, err := h.Invite(h.ctx, h.admin(), wh, "worker")
		if err != nil {
			t.Fatal(err)
		}
		v := h.visitor(t)
		v.get(link).is(t, 200, "Hello 陈社工")
		v.post(link, "login", "!", "password", "short").is(t, 422, "A login has 2 to 32", "at least 10 characters").hides(t, "short")
		a := v.post(link, "login", "chen", "password", "four unrelated words").is(t, 200, "data:image/png;base64,")
		secret := strings.ReplaceAll(a.found(t, `<p class="secret">([A-Z2-7 ]+)</p>`), " ", "")
		v.post(link+"/confirm", "code", "000000").is(t, 422, "wrong or has already been used")
		code, err := totp.GenerateCode(secret, h.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		v.post(link+"/confirm", "code", code).is(t, 200, "8 recovery codes")
		v.get("/me").is(t, 200, "陈社工", "committee worker · 万航居民区")
		for _, again := range []answer{v.post(link+"/confirm", "code", code), v.get(link), v.post(link, "login", "x", "password", "y")} {
			again.is(t, 410)
		}
		h.signsIn(t, staff{login: "chen", password: "four unrelated words", secret: secret})
	})
}

// signsIn walks the two pages of the staff's sign-in.
func (h *house) signsIn(t *testing.T, st staff) {
	t.Helper()
	h.clock.Advance(60e9)
	v := h.visitor(t)
	v.get("/sign-in/staff/code?back=/today").goes(t, "/sign-in/staff?back=%2Ftoday")
	v.post("/sign-in/staff", "login", st.login, "password", "wrong words here").is(t, 422, "The login or password is wrong")
	v.post("/sign-in/staff", "login", "nobody", "password", "wrong words here").is(t, 422, "The login or password is wrong")
	v.post("/sign-in/staff", "login", st.login, "password", st.password, "back", "/today").goes(t, "/sign-in/staff/code?back=%2Ftoday")
	v.get("/me").is(t, 401)
	v.post("/sign-in/staff/code", "code", "000000").is(t, 422, "wrong or has already been used")
	v.post("/sign-in/staff/code", "code", h.code(st), "back", "/today").goes(t, "/today")
	v.get("/me").is(t, 200, "陈社工")
	v.post("/sign-out").goes(t, "/sign-in")
	v.get("/me").is(t, 401)
}

func TestPasswordLocksAndSaysSo(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		v := h.visitor(t)
		var a answer
		for range 6 {
			a = v.post("/sign-in/staff", "login", "anybody", "password", "wrong words here")
		}
		a.is(t, 429, "Try again in 10 minutes")
	})
}

func TestHalfSessionThatIsOverBeginsAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		st := h.invited("worker", "chen")
		v := h.visitor(t)
		v.post("/sign-in/staff", "login", st.login, "password", st.password)
		h.clock.Advance(6 * 60e9)
		v.post("/sign-in/staff/code", "code", h.code(st)).is(t, 401, "Sign-in timed out", `name="password"`)
	})
}

func TestSessionsAreListedAndEndedByTheirOwner(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		one, two, other := h.as(t, wh, "lu"), h.as(t, wh, "lu"), h.as(t, wh, "sun")
		id := one.get("/me").is(t, 200, "Sign out all other devices").found(t, `/me/sessions/([0-9a-f-]+)/end`)
		other.post("/me/sessions/"+id+"/end").is(t, 404)
		one.post("/me/sessions/"+id+"/end").goes(t, "/me#sessions")
		one.post("/me/sessions/"+id+"/end").is(t, 404) // gone already
		two.get("/me").is(t, 401)
		three := h.as(t, wh, "lu")
		one.post("/me/sessions/end-others").goes(t, "/me#sessions")
		three.get("/me").is(t, 401)
		one.get("/me").is(t, 200).hides(t, "Sign out all other devices")
	})
}

func TestDemoLinksAreClosedInProduction(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		h := newHouse(t, s, "")
		h.visitor(t).get("/in/demo/t-wh.lu.x").is(t, 404)
	})
}

func TestEveryPageHasAnAccess(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		for _, r := range h.pages.Routes() {
			if r.Access != "public" && !(people.Access{}).Knows(r.Access) {
				t.Errorf("%s needs %q, which is not in the table", r.Pattern, r.Access)
			}
			if strings.Contains(r.Pattern, "/admin") && r.Access == "public" {
				t.Errorf("%s is open to all", r.Pattern)
			}
		}
	})
}
