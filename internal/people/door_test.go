package people_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/words"
)

const (
	office = store.Tenant("office")
	wh     = store.Tenant("t-wh")
	xw     = store.Tenant("t-xw")
)

// rows of a small subdistrict: 6号 has two homes, 8号 one, another tenant one.
const rows = `
INSERT INTO place_tenant (tenant_id, kind, ref, name, short, root_id, since) VALUES
 ('office','subdistrict','cjd','曹家渡街道','CJ','root',1), ('t-wh','neighbourhood','wh','万航居民区','WH','wh',1), ('t-xw','neighbourhood','xw','西武居民区','XOL','xw',1);
INSERT INTO place_node (tenant_id, id, parent_id, kind, ref, name, path, sort) VALUES
 ('office','root','','subdistrict','cjd','曹家渡街道','/root/','1'),
 ('t-wh','wh','','neighbourhood','wh','万航居民区','/wh/','1'), ('t-wh','b6','wh','building','b6','6号','/wh/b6/','6'),
 ('t-wh','e1','b6','entrance','e1','一单元','/wh/b6/e1/','1'), ('t-wh','d101','b6','dwelling','d101','101','/wh/b6/d101/','101'),
 ('t-wh','d102','e1','dwelling','d102','102','/wh/b6/e1/d102/','102'), ('t-wh','b8','wh','building','b8','8号','/wh/b8/','8'),
 ('t-wh','d801','b8','dwelling','d801','801','/wh/b8/d801/','801'),
 ('t-xw','xw','','neighbourhood','xw','西武居民区','/xw/','1'), ('t-xw','d1','xw','dwelling','d1','1','/xw/d1/','1');
INSERT INTO people_household (tenant_id, id, place_id, ref, since, until) VALUES
 ('t-wh','h101','d101','h101',1,0), ('t-wh','h102','d102','h102',1,0), ('t-wh','h801','d801','h801',1,0), ('t-wh','gone','d101','gone',1,2), ('t-xw','h1','d1','h1',1,0);
INSERT INTO people_person (tenant_id, id, ref, household_id, name, standing, age_band, since) VALUES
 ('t-wh','lu','r1','h101','陆小满','owner','70+',1), ('t-wh','lin','r2','h101','','family','25-44',1), ('t-wh','kid','r3','h101','','family','0-13',1),
 ('t-wh','zhou','r4','h102','周立春','owner','45-59',1), ('t-wh','sun','r5','h801','孙大雪','tenant','25-44',1),
 ('t-wh','guard','s1','','王物业','staff','',1), ('t-wh','worker','s2','','陈社工','staff','',1),
 ('t-xw','other','r9','h1','何秋分','owner','25-44',1);
INSERT INTO people_post (tenant_id, id, person_id, role, place_id, since) VALUES
 ('t-wh','p1','guard','property_staff','wh',1), ('t-wh','p2','worker','committee_worker','wh',1),
 ('t-wh','p3','zhou','committee_worker','wh',1), ('t-wh','p4','zhou','building_lead','b6',1)`

// scene is a door on the small subdistrict.
type scene struct {
	*people.Door
	t     testing.TB
	s     *store.Store
	kept  *people.Sealer
	clock *storetest.Clock
	ctx   context.Context
}

func each(t *testing.T, fn func(t *testing.T, s *scene)) { eachWith(t, people.DoorOptions{}, fn) }

func eachWith(t *testing.T, o people.DoorOptions, fn func(t *testing.T, s *scene)) {
	t.Helper()
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		fn(t, sceneOn(t, s, clock, o))
	})
}

func rooms() []store.Room {
	return []store.Room{place.Room(), people.Room()}
}

func sceneOn(t testing.TB, s *store.Store, clock *storetest.Clock, o people.DoorOptions) *scene {
	t.Helper()
	o.Office = office
	catalog, err := words.Load(words.Base(), people.Words())
	if err != nil {
		t.Fatal(err)
	}
	seal, err := people.OpenSealer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sc := &scene{people.NewDoor(s, seal, o), t, s, seal, clock, words.With(context.Background(), catalog, words.English)}
	for q := range strings.SplitSeq(rows, ";") {
		sc.exec(q)
	}
	return sc
}

func (s *scene) exec(query string, args ...any) {
	s.t.Helper()
	s.update(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

func (s *scene) update(fn func(context.Context, *store.Tx) error) {
	s.t.Helper()
	if err := s.s.Update(s.ctx, fn); err != nil {
		s.t.Fatal(err)
	}
}

// count is one number from the database.
func (s *scene) count(query string, args ...any) (n int64) {
	s.t.Helper()
	if err := s.s.Reader().QueryRowContext(s.ctx, query, args...).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *scene) worker() people.Actor {
	return people.Actor{Tenant: wh, Person: "worker", Posts: []people.Held{{Role: people.CommitteeWorker, Place: "wh", Path: "/wh/"}}}
}

func (s *scene) admin() people.Actor {
	return people.Actor{Tenant: office, Person: "admin", Posts: []people.Held{{Role: people.Administrator, Place: "root", Path: "/root/"}}}
}

// codes are fresh codes of a building by household.
func (s *scene) codes(building string) map[string]string {
	s.t.Helper()
	sheet, err := s.IssueCodes(s.ctx, s.worker(), building)
	if err != nil {
		s.t.Fatal(err)
	}
	m := map[string]string{}
	for _, l := range sheet.Lines {
		m[l.Household] = l.Code
	}
	return m
}

// resident signs in by paper code.
func (s *scene) resident(code, person string) people.Pass {
	s.t.Helper()
	p, err := s.SignInByCode(s.ctx, code, person, phone())
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func phone() people.Client {
	return people.Client{Address: "10.1.2.3", Agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) MicroMessenger/8.0"}
}

// who is the actor a cookie stands for, the zero actor for nobody, and the
// cookie the answer sets, if any.
func (s *scene) who(cookie string) (people.Actor, *http.Cookie) {
	s.t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: people.CookieName, Value: cookie})
	w := httptest.NewRecorder()
	ctx, err := s.Identify(s.ctx, w, r)
	if err != nil {
		s.t.Fatal(err)
	}
	a, err := people.ActorOf(ctx)
	if err != nil && !fault.Is(err, fault.Unsigned) {
		s.t.Fatal(err)
	}
	for _, c := range w.Result().Cookies() {
		return a, c
	}
	return a, nil
}

func (s *scene) nobody(cookie string) {
	s.t.Helper()
	if a, _ := s.who(cookie); a.Person != "" {
		s.t.Fatalf("%s is let in", a.Person)
	}
}

func (s *scene) somebody(cookie, person string) people.Actor {
	s.t.Helper()
	a, _ := s.who(cookie)
	if a.Person != person {
		s.t.Fatalf("%q is let in, want %q", a.Person, person)
	}
	return a
}

// wants fails unless the error is a fault of the code.
func wants(t *testing.T, err error, code fault.Code) *fault.Error {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		t.Fatalf("got %v, want a fault %s", err, code)
	}
	return f
}

// staff is an account that finished its set-up.
type staff struct {
	login, password, secret string
	recovery                []string
	pass                    people.Pass
}

// enrol sets up an account through a set-up link.
func (s *scene) enrol(path, login string) staff {
	s.t.Helper()
	token := strings.TrimPrefix(path, "/setup/")
	st := staff{login: login, password: "four unrelated words"}
	secret, err := s.Choose(s.ctx, token, login, st.password)
	if err != nil {
		s.t.Fatal(err)
	}
	st.secret = secret.Key
	e, err := s.Enrol(s.ctx, token, s.code(st), phone())
	if err != nil {
		s.t.Fatal(err)
	}
	st.recovery, st.pass = e.Recovery, e.Pass
	return st
}

func (s *scene) invited(person, login string) staff {
	s.t.Helper()
	path, err := s.Invite(s.ctx, s.admin(), wh, person)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.enrol(path, login)
}

// code is what the authenticator shows now.
func (s *scene) code(st staff) string {
	s.t.Helper()
	code, err := totp.GenerateCode(st.secret, s.clock.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// half is a half session by password.
func (s *scene) half(st staff) people.Pass {
	s.t.Helper()
	p, err := s.SignIn(s.ctx, st.login, st.password, phone())
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// whole is a session by password and one-time code.
func (s *scene) whole(st staff) people.Pass {
	s.t.Helper()
	s.clock.Advance(time.Minute) // a step not used yet
	p, err := s.SecondFactor(s.ctx, s.half(st).Cookie, s.code(st), phone())
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func TestWordsAreCompleteAndSame(t *testing.T) {
	c, err := words.Load(people.Words())
	if err != nil {
		t.Fatal(err)
	}
	if zh, en := fmt.Sprint(c.Keys(words.Chinese)), fmt.Sprint(c.Keys(words.English)); zh != en || len(zh) < 10 {
		t.Fatalf("zh %s\nen %s", zh, en)
	}
	for _, f := range []string{"code.go", "throttle.go", "signin.go", "signin_setup.go", "signin_password.go", "signin_account.go"} {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(b), `"signin.`)[1:] {
			if key := "signin." + part[:strings.IndexByte(part, '"')]; !c.Has(words.Chinese, key) {
				t.Errorf("%s: %s is not written", f, key)
			}
		}
	}
}

func TestCallerIsKnownByAddress(t *testing.T) {
	for _, tt := range []struct {
		name, remote, forwarded string
		trust                   bool
		want                    string
	}{
		{"plain", "10.0.0.1:999", "", false, "10.0.0.1"},
		{"forged header is not believed", "10.0.0.1:999", "1.1.1.1", false, "10.0.0.1"},
		{"front proxy is believed for its own entry", "127.0.0.1:9", "6.6.6.6, 10.9.9.9", true, "10.9.9.9"},
		{"front proxy without header", "127.0.0.1:9", "", true, "127.0.0.1"},
		{"IPv6 by its network", "[2001:db8::1:2]:9", "", false, "2001:db8::/64"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.7]:9", "", false, "10.0.0.7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := people.NewDoor(nil, nil, people.DoorOptions{Forwarded: tt.trust})
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.remote
			if tt.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tt.forwarded)
			}
			if got := d.ClientOf(r).Address; got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
