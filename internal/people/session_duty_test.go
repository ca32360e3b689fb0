package people_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// asks lets a page ask for a path, and answers who is let in.
func (s *scene) asks(cookie, path string) (context.Context, people.Actor) {
	s.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.AddCookie(&http.Cookie{Name: people.CookieName, Value: cookie})
	ctx, err := s.Identify(s.ctx, httptest.NewRecorder(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	a, _ := people.ActorOf(ctx)
	return ctx, a
}

func (s *scene) tx(fn func(context.Context, *store.Tx) error) {
	s.t.Helper()
	if err := s.s.Update(s.ctx, fn); err != nil {
		s.t.Fatal(err)
	}
}

// A desk on duty is not signed out in its shift, and opens nothing but the desk
// to whoever comes by; after the shift it is as any other.
func TestDeskOnDutyStaysOpenForAlarmsAlone(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		cookie := s.invited("guard", "wang").pass.Cookie
		a := s.somebody(cookie, "guard")
		s.clock.Advance(time.Hour / 3)
		s.tx(func(ctx context.Context, tx *store.Tx) error {
			return s.KeepForDuty(ctx, tx, a, tx.Now().Add(24*time.Hour))
		})
		for range 11*60/20 + 1 { // alone for eleven hours and more
			s.clock.Advance(20 * time.Minute)
			if _, b := s.asks(cookie, "/alarms/live"); b.Person != "guard" {
				t.Fatal("signed out in the shift")
			}
		}
		ctx, b := s.asks(cookie, "/alarms")
		if !b.Idle {
			t.Fatal("whoever comes by is taken for the guard")
		}
		for access, want := range map[string]fault.Code{"alarm.read": "", "alarm.answer": "", "alarm.building": "", "people.read": fault.Unsigned, "report.work": fault.Unsigned, "session.own": fault.Unsigned} {
			if err := s.Allow(ctx, access); want == "" && err != nil || want != "" && !fault.Is(err, want) {
				t.Errorf("%s: %v", access, err)
			}
		}
		s.clock.Advance(20 * time.Minute)
		if _, b := s.asks(cookie, "/alarms/live"); b.Person != "guard" {
			t.Fatal("signed out before twelve hours of duty")
		}
		s.clock.Advance(20 * time.Minute)
		s.nobody(cookie)
	})
}

func TestHandedOverDeskIsLetGo(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		cookie := s.invited("guard", "wang").pass.Cookie
		a := s.somebody(cookie, "guard")
		s.tx(func(ctx context.Context, tx *store.Tx) error {
			return s.KeepForDuty(ctx, tx, a, tx.Now().Add(12*time.Hour))
		})
		s.clock.Advance(time.Hour)
		s.somebody(cookie, "guard")
		s.tx(func(ctx context.Context, tx *store.Tx) error { return s.LetGo(ctx, tx, a.Tenant, a.Person, a.Session) })
		s.nobody(cookie)
	})
}

// What an open page asks by itself is nobody at the machine.
func TestOpenPageKeepsNoStaffSessionAwake(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		cookie := s.invited("guard", "wang").pass.Cookie
		for range 5 {
			s.clock.Advance(5 * time.Minute)
			if _, a := s.asks(cookie, "/alarms/banner"); a.Person != "guard" {
				t.Fatal("signed out too early")
			}
		}
		s.clock.Advance(5 * time.Minute)
		s.nobody(cookie)
	})
}
