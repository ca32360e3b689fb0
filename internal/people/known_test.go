package people_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
)

// attacked is a login that a stranger has locked.
func attacked(t *testing.T, s *scene, login, address string) {
	t.Helper()
	var last error
	for range 5 {
		_, last = s.SignIn(s.ctx, login, "wrong password", people.Client{Address: address})
	}
	wants(t, last, fault.TooMany)
}

// A stranger's wrong passwords lock out strangers. The browser that signed in before
// comes in, also from the very address that the stranger shares with it; its own
// wrong tries are counted, and nobody else's are forgiven by it.
func TestAStrangerDoesNotLockTheOwnerOut(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		s.clock.Advance(time.Minute)
		first, err := s.SecondFactor(s.ctx, s.half(st).Cookie, s.code(st), phone())
		if err != nil || first.Known == "" {
			t.Fatalf("%+v %v", first, err)
		}
		own := phone()
		own.Known = first.Known
		attacked(t, s, "wang", own.Address)
		for i := range 40 { // and many logins from there: the address is locked too
			_, _ = s.SignIn(s.ctx, fmt.Sprintf("nobody%d", i), "wrong password", people.Client{Address: own.Address})
		}
		half, err := s.SignIn(s.ctx, "Wang", st.password, own)
		if err != nil {
			t.Fatalf("the owner is locked out: %v", err)
		}
		s.clock.Advance(time.Minute)
		p, err := s.SecondFactor(s.ctx, half.Cookie, s.code(st), own)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SignIn(s.ctx, "wang", st.password, people.Client{Address: "elsewhere"})
		wants(t, err, fault.TooMany) // a stranger, with the right password even, still is

		own.Known = p.Known
		for try := 1; try <= 5; try++ {
			if _, err = s.SignIn(s.ctx, "wang", "wrong password", own); try < 5 {
				wants(t, err, fault.Invalid)
			}
		}
		wants(t, err, fault.TooMany)
		s.clock.Advance(10 * time.Minute)
		if _, err = s.SignIn(s.ctx, "wang", st.password, own); err != nil {
			t.Fatal(err)
		}
	})
}

// Somebody who has the password and guesses at the second factor does not lock out
// the owner either.
func TestAStrangerDoesNotLockTheSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		own := phone()
		own.Known = s.whole(st).Known
		half := s.half(st)
		var err error
		for range 5 {
			_, err = s.SecondFactor(s.ctx, half.Cookie, "000000", people.Client{Address: "evil"})
		}
		wants(t, err, fault.TooMany)
		s.clock.Advance(time.Minute)
		half, err = s.SignIn(s.ctx, "wang", st.password, own)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = s.SecondFactor(s.ctx, half.Cookie, s.code(st), own); err != nil {
			t.Fatalf("the owner is locked out: %v", err)
		}
		half = s.half(st)
		_, err = s.SecondFactor(s.ctx, half.Cookie, "000000", people.Client{Address: "evil"})
		wants(t, err, fault.TooMany)
	})
}

// What a browser is known by is good for the login it is for, for half a year, and
// cannot be made up.
func TestWhatABrowserIsKnownByCannotBeMadeUp(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		st := s.invited("guard", "wang")
		other := s.whole(s.invited("worker", "zhao")).Known
		own := s.whole(st).Known
		since, rest, _ := strings.Cut(own, ".")
		name, seal, _ := strings.Cut(rest, ".")
		attacked(t, s, "wang", "evil")
		for what, value := range map[string]string{
			"another login's": other, "of no time": "." + rest, "of another time": since[:len(since)-1] + "0." + rest, "another name": since + ".x." + seal,
			"without a seal": since + "." + name + ".", "nonsense": "~~..~.", "too long": strings.Repeat(own+"~", 40),
		} {
			_, err := s.SignIn(s.ctx, "wang", st.password, people.Client{Address: "far", Known: value})
			if !fault.Is(err, fault.TooMany) && value != own {
				t.Errorf("%s: %v", what, err)
			}
		}
		both := people.Client{Address: "desk", Known: other + "~" + own}
		if _, err := s.SignIn(s.ctx, "wang", st.password, both); err != nil {
			t.Errorf("one desk for two: %v", err)
		}
		s.clock.Advance(180 * 24 * time.Hour)
		attacked(t, s, "wang", "evil2")
		_, err := s.SignIn(s.ctx, "wang", st.password, people.Client{Address: "desk", Known: own})
		wants(t, err, fault.TooMany)
	})
}

// The browser keeps it through the pages, beyond signing out.
func TestTheBrowserIsKnownThroughThePages(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		st := h.invited("guard", "wang")
		signIn := func(v *visitor) answer {
			h.clock.Advance(time.Minute)
			v.post("/sign-in/staff", "login", "wang", "password", st.password).goes(t, "/sign-in/staff/code?back=%2F")
			code, err := totp.GenerateCode(st.secret, h.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return v.post("/sign-in/staff/code", "code", code)
		}
		v := h.visitor(t)
		signIn(v).goes(t, "/")
		v.post("/sign-out").goes(t, "/sign-in")
		for range 5 {
			h.visitor(t).post("/sign-in/staff", "login", "wang", "password", "wrong password")
		}
		h.visitor(t).post("/sign-in/staff", "login", "wang", "password", st.password).is(t, http.StatusTooManyRequests)
		signIn(v).goes(t, "/")
		at, err := url.Parse(h.url + "/me")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range v.http.Jar.Cookies(at) {
			if c.Name == "linli_known" {
				t.Error("it is sent to pages that are not those of signing in")
			}
		}
	})
}
