package people_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

func TestSheetHasACodeForEachHouseholdOfABuilding(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		sheet, err := s.IssueCodes(s.ctx, s.worker(), "b6")
		if err != nil {
			t.Fatal(err)
		}
		var labels []string
		for _, l := range sheet.Lines {
			labels = append(labels, l.Household+" "+l.Label)
			if !strings.HasPrefix(l.Code, "WH-") || len(l.Code) != 12 || l.Path != "/in/"+l.Code {
				t.Errorf("code %q path %q", l.Code, l.Path)
			}
			if n := s.count("SELECT COUNT(*) FROM people_code WHERE digest LIKE $1", "%"+l.Code[3:7]+"%"); n != 0 {
				t.Error("the code stands in the database")
			}
		}
		if diff := cmp.Diff([]string{"h102 一单元 102", "h101 101"}, labels); diff != "" {
			t.Error(diff)
		}
		if sheet.Place != "6号" || !sheet.Expires.Equal(s.clock.Now().Add(180*24*time.Hour)) {
			t.Errorf("sheet of %s until %s", sheet.Place, sheet.Expires)
		}
	})
}

func TestFamilySharesACode(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		members, err := s.Members(s.ctx, code, phone())
		if err != nil {
			t.Fatal(err)
		}
		// The child is not offered; who has no name is shown as 家人.
		if diff := cmp.Diff([]people.Member{{Person: "lu", Name: "陆小满"}, {Person: "lin"}}, members); diff != "" {
			t.Fatal(diff)
		}
		s.somebody(s.resident(code, "lu").Cookie, "lu")
		a := s.somebody(s.resident(code, "lin").Cookie, "lin")
		want := people.Actor{Tenant: wh, Person: "lin", Household: "h101", Dwelling: "d101", Path: "/wh/b6/d101/", Session: a.Session}
		if diff := cmp.Diff(want, a); diff != "" {
			t.Error(diff)
		}
		for _, stranger := range []string{"kid", "zhou", "other", ""} {
			_, err := s.SignInByCode(s.ctx, code, stranger, phone())
			wants(t, err, fault.NotFound)
		}
	})
}

func TestNewCodesReplaceOlderOnesAndRunOut(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		old, elsewhere := s.codes("b6"), s.codes("b8")
		fresh := s.codes("b6")
		_, err := s.Members(s.ctx, old["h101"], phone())
		wants(t, err, fault.NotFound)
		p := s.resident(fresh["h101"], "lu")
		s.resident(elsewhere["h801"], "sun")
		s.clock.Advance(180*24*time.Hour - time.Second)
		s.somebody(p.Cookie, "lu")
		s.clock.Advance(time.Second)
		s.somebody(p.Cookie, "lu") // the session outlives the paper
		_, err = s.Members(s.ctx, fresh["h101"], phone())
		wants(t, err, fault.NotFound)
	})
}

func TestUnknownAndEndedCodesAreToldTheSame(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		if err := s.RevokeCode(s.ctx, s.worker(), "h101", false); err != nil {
			t.Fatal(err)
		}
		_, ended := s.Members(s.ctx, code, people.Client{Address: "a"})
		_, unknown := s.Members(s.ctx, "WH-0000-0000", people.Client{Address: "b"})
		_, nowhere := s.Members(s.ctx, "ZZ-0000-0000", people.Client{Address: "c"})
		for _, err := range []error{unknown, nowhere} {
			if diff := cmp.Diff(wants(t, ended, fault.NotFound), wants(t, err, fault.NotFound)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestLostPaperSignsTheHouseholdOut(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		codes := s.codes("b6")
		lu, zhou := s.resident(codes["h101"], "lu"), s.resident(codes["h102"], "zhou")
		s.somebody(lu.Cookie, "lu")
		if err := s.RevokeCode(s.ctx, s.worker(), "h101", true); err != nil {
			t.Fatal(err)
		}
		s.nobody(lu.Cookie)
		s.somebody(zhou.Cookie, "zhou")
		_, err := s.Members(s.ctx, codes["h101"], phone())
		wants(t, err, fault.NotFound)
	})
}

func TestCodesAreIssuedOnlyWhereOneServes(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		lead := people.Actor{Tenant: wh, Person: "zhou", Household: "h102", Posts: []people.Held{{Role: people.BuildingLead, Place: "b6", Path: "/wh/b6/"}}}
		grid := people.Actor{Tenant: wh, Person: "x", Posts: []people.Held{{Role: people.GridWorker, Place: "b8", Path: "/wh/b8/"}}}
		for name, a := range map[string]people.Actor{"building lead": lead, "elsewhere": grid} {
			_, err := s.IssueCodes(s.ctx, a, "b6")
			if !fault.Is(err, fault.Forbidden) || !fault.Is(s.RevokeCode(s.ctx, a, "h101", true), fault.Forbidden) {
				t.Errorf("%s may", name)
			}
		}
		_, err := s.IssueCodes(s.ctx, s.worker(), "d1") // of another tenant
		wants(t, err, fault.NotFound)
		wants(t, s.RevokeCode(s.ctx, s.worker(), "h1", true), fault.NotFound)
	})
}

func TestWrongCodesSlowDownThenLockAndSaySo(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		var waits []any
		for try := 1; try <= 10; try++ {
			_, err := s.Members(s.ctx, fmt.Sprintf("WH-0000-%04d", try), phone())
			if try < 3 {
				wants(t, err, fault.NotFound)
				continue
			}
			f := wants(t, err, fault.TooMany)
			waits = append(waits, f.Args[1])
			_, err = s.Members(s.ctx, code, phone()) // not even the right one
			wants(t, err, fault.TooMany)
			if try < 10 {
				s.clock.Advance(time.Duration(f.Args[3].(int64)) * time.Second)
			}
		}
		want := []any{"1 second", "2 seconds", "4 seconds", "8 seconds", "16 seconds", "32 seconds", "2 minutes", "15 minutes"}
		if diff := cmp.Diff(want, waits); diff != "" {
			t.Fatal(diff)
		}
		if _, err := s.Members(s.ctx, code, people.Client{Address: "10.9.9.9"}); err != nil {
			t.Fatalf("a neighbour is locked too: %v", err)
		}
		s.clock.Advance(15*time.Minute - time.Millisecond)
		_, err := s.Members(s.ctx, code, phone())
		wants(t, err, fault.TooMany)
		s.clock.Advance(time.Millisecond)
		if _, err = s.Members(s.ctx, code, phone()); err != nil {
			t.Fatal(err)
		}
		_, err = s.Members(s.ctx, "WH-0000-0000", phone()) // counting begins anew
		wants(t, err, fault.NotFound)
	})
}

func TestManyTriesAtOnceAreCountedOneByOne(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() { _, _ = s.Members(s.ctx, fmt.Sprintf("WH-0000-%04d", i), phone()) })
		}
		wg.Wait()
		if n := s.count("SELECT failures FROM people_throttle WHERE subject LIKE 'addr:%'"); n != 3 {
			t.Fatalf("%d tries were looked at while the clock stood, want 3", n)
		}
	})
}

func TestAttackFromManyAddressesSlowsTheTenantOnly(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		var locked bool
		for i := range 320 {
			_, err := s.Members(s.ctx, "WH-0000-0000", people.Client{Address: fmt.Sprint(i)})
			if fault.Is(err, fault.TooMany) {
				locked = true
				s.clock.Advance(time.Second)
			}
		}
		_, err := s.Members(s.ctx, code, phone())
		if !locked || !fault.Is(err, fault.TooMany) {
			t.Fatalf("locked %v, then %v", locked, err)
		}
		_, err = s.Members(s.ctx, "XOL-0000-0000", phone()) // another neighbourhood goes on
		wants(t, err, fault.NotFound)
		s.clock.Advance(time.Minute)
		if _, err = s.Members(s.ctx, code, phone()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSweepForgetsWhatHasServedItsTime(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		p := s.resident(s.codes("b6")["h101"], "lu")
		_, err := s.Members(s.ctx, "WH-0000-0000", phone())
		wants(t, err, fault.NotFound)
		sweep := func() {
			s.update(func(ctx context.Context, tx *store.Tx) error { return s.Sweep(ctx, tx, wh) })
		}
		sweep()
		if s.count("SELECT COUNT(*) FROM people_throttle") != 2 {
			t.Fatal("a fresh count was forgotten")
		}
		s.somebody(p.Cookie, "lu")
		s.clock.Advance(211 * 24 * time.Hour)
		sweep()
		if n := s.count("SELECT COUNT(*) FROM people_throttle") + s.count("SELECT COUNT(*) FROM people_session"); n != 0 {
			t.Fatalf("%d rows are left", n)
		}
	})
}

func TestTypingIsForgiven(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		code := s.codes("b6")["h101"]
		wide := strings.Map(func(r rune) rune {
			if r == '-' {
				return '－'
			}
			return r + 'Ａ' - 'A'
		}, code)
		alike := strings.NewReplacer("0", "o", "1", "l").Replace(code)
		for _, typed := range []string{strings.ToLower(code), wide, alike, strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + "\n"} {
			if _, err := s.Members(s.ctx, typed, phone()); err != nil {
				t.Errorf("%q: %v", typed, err)
			}
		}
	})
}

func TestWrongShapeIsNotATry(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		for _, typed := range []string{"", "WH", "7K2M9QPD", "WH-7K2M-9QP!", "WH-7K2M-9QPU", strings.Repeat("W", 99), strings.Repeat(" ", 101)} {
			_, err := s.Members(s.ctx, typed, phone())
			wants(t, err, fault.Invalid)
		}
		if n := s.count("SELECT COUNT(*) FROM people_throttle"); n != 0 {
			t.Fatalf("%d were counted", n)
		}
	})
}

func TestTenantLettersWithLookAlikes(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		a := people.Actor{Tenant: xw, Person: "w", Posts: []people.Held{{Role: people.CommitteeWorker, Path: "/xw/"}}}
		sheet, err := s.IssueCodes(s.ctx, a, "xw")
		if err != nil {
			t.Fatal(err)
		}
		members, err := s.Members(s.ctx, strings.Replace(sheet.Lines[0].Code, "XOL", "x01", 1), phone())
		if err != nil || len(members) != 1 || members[0].Person != "other" {
			t.Fatalf("%v %v", members, err)
		}
	})
}

func TestParseCodeReadsWhatItShould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[0-9A-HJKMNP-TV-Z]{8}`).Draw(t, "secret")
		gap := rapid.SampledFrom([]string{"", "-", " ", "－", " — "}).Draw(t, "gap")
		short, got, ok := people.ParseCode("wh" + gap + strings.ToLower(secret[:4]) + gap + secret[4:])
		if !ok || short != "WH" || got != secret {
			t.Fatalf("%q %q %v", short, got, ok)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"WH-7K2M-9QPD", "ｗｈ－７ｋ２ｍ－９ｑｐｄ", "", "\xff\xfe", "WH-OOOO-IILL"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		short, secret, ok := people.ParseCode(s)
		if !ok {
			return
		}
		if len(secret) != 8 || short == "" || strings.ContainsAny(secret, "ILOU?") {
			t.Fatalf("%q gave %q %q", s, short, secret)
		}
		if a, b, again := people.ParseCode(short + "-" + secret); !again || a != short || b != secret {
			t.Fatalf("%q is not stable", s)
		}
	})
}
