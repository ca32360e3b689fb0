package operations_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/app/operations"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// ailments are what a doctor does not find good, as check.state.
func ailments(t *testing.T, o operations.Options) []string {
	t.Helper()
	catalog, err := operations.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, a := range operations.Doctor(t.Context(), o) {
		for _, lang := range words.Langs() {
			ctx := words.With(t.Context(), catalog, lang)
			if s := a.Text(ctx) + a.Todo(ctx); strings.ContainsAny(s, "[]{}") || (a.Level != operations.Good) != (a.Todo(ctx) != "") {
				t.Errorf("%s.%s says %q", a.Check, a.State, s)
			}
		}
		if a.Level != operations.Good {
			found = append(found, a.Check+"."+a.State)
		}
	}
	return found
}

func has(t *testing.T, o operations.Options, want string) {
	t.Helper()
	if found := ailments(t, o); !slices.Contains(found, want) {
		t.Errorf("want %s, found %v", want, found)
	}
}

func hasNot(t *testing.T, o operations.Options, check string) {
	t.Helper()
	for _, f := range ailments(t, o) {
		if strings.HasPrefix(f, check+".") {
			t.Errorf("found %s", f)
		}
	}
}

// The sample subdistrict lacks only what nobody has done yet.
func TestDoctorOfAFreshHouse(t *testing.T) {
	for kind, url := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			o, _ := sample(t, url())
			want := []string{"backup.none", "address.none", "accounts.no_administrator"}
			if found := ailments(t, o); !slices.Equal(found, want) {
				t.Errorf("found %v, want %v", found, want)
			}
			if _, err := operations.Backup(t.Context(), o, filepath.Join(t.TempDir(), "b.zip"), true); err != nil {
				t.Fatal(err)
			}
			o.Public = "https://linli.example"
			if found := ailments(t, o); !slices.Equal(found, want[2:]) {
				t.Errorf("found %v, want %v", found, want[2:])
			}
		})
	}
}

func TestDoctorSeesTheMachine(t *testing.T) {
	o, a := sample(t, "")
	stop(t, a)
	now := o.Clock()
	at := func(when time.Time) operations.Options {
		p := o
		p.Clock = func() time.Time { return when }
		return p
	}
	has(t, at(time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)), "clock.old")
	has(t, at(now.Add(-2*time.Hour)), "clock.behind")
	if _, err := operations.Backup(t.Context(), o, filepath.Join(t.TempDir(), "b.zip"), true); err != nil {
		t.Fatal(err)
	}
	hasNot(t, at(now.Add(24*time.Hour)), "backup")
	has(t, at(now.Add(3*24*time.Hour)), "backup.old")
	has(t, at(now.Add(20*24*time.Hour)), "backup.old")
	o.Public = "http://linli.example"
	has(t, o, "address.plain")

	key := filepath.Join(o.Dir, "keys", "digest.key")
	for _, c := range []struct {
		path string
		mode os.FileMode
		want string
	}{{key, 0o644, "keys.open"}, {o.Dir, 0o755, "folder.open"}} {
		info, err := os.Stat(c.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(c.path, c.mode); err != nil {
			t.Fatal(err)
		}
		has(t, o, c.want)
		if err := os.Chmod(c.path, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(key, []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	has(t, o, "keys.unreadable")
	if err := os.WriteFile(filepath.Join(o.Dir, "backup.json"), []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	has(t, o, "backup.unreadable")
	if err := os.RemoveAll(filepath.Join(o.Dir, "keys")); err != nil {
		t.Fatal(err)
	}
	has(t, o, "keys.missing")
}

func TestDoctorSeesTheDatabase(t *testing.T) {
	o, a := sample(t, "")
	office := a.Office.ID
	err := a.Store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return job.Add(ctx, tx, office, "nobody.does", "x", tx.Now().Add(-time.Hour), struct{}{})
	})
	if err != nil {
		t.Fatal(err)
	}
	has(t, o, "jobs.late")
	stop(t, a)
	for _, c := range []struct{ do, want string }{
		{"UPDATE job_due SET dead = 1 WHERE kind = 'nobody.does'", "jobs.dead"},
		{"UPDATE people_post SET until = 1 WHERE role LIKE 'property%'", "register.unserved"},
		{"DELETE FROM report_category WHERE tenant_id <> ''", "categories.none"},
		{"INSERT INTO people_account (tenant_id, person_id, login, password, totp_sealed, last_step, enrolled_at) VALUES ('" + string(office) + "', 'p', 'x', 'x', '', 0, 1)", "accounts.no_second_factor"},
		{"INSERT INTO notify_message (tenant_id, id, to_id, channel, matter_id, seq, key, args, link, created_at, attempts) VALUES ('" + string(office) + "', 'm', 'h', 'webhook', '', 1, 'k', '{}', '/', 99999999999999, 3)", "hooks.failing"},
		{"INSERT INTO notify_message (tenant_id, id, to_id, channel, matter_id, seq, key, args, link, created_at, attempts) VALUES ('" + string(office) + "', 'm2', 'p', 'sms', '', 1, 'k', '{}', '/', 99999999999999, 3)", "hooks.danger"},
		{"UPDATE people_person SET phone_sealed = 'AAAA' WHERE phone_sealed <> ''", "keys.misfit"},
		{"INSERT INTO place_version (version_id, is_applied) VALUES (99, TRUE)", "database.newer"},
		{"DELETE FROM place_version WHERE version_id > 0", "database.older"},
	} {
		tamper(t, o, c.do)
		has(t, o, c.want)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "linli.db"), []byte("no database at all, only some text"), 0o600); err != nil {
		t.Fatal(err)
	}
	has(t, o, "database.away")
	if err := os.Remove(filepath.Join(o.Dir, "linli.db")); err != nil {
		t.Fatal(err)
	}
	has(t, o, "database.missing")
	o.Postgres = "postgres://nobody@" + closedPort(t) + "/none?connect_timeout=2"
	has(t, o, "database.away")
	o.Dir = filepath.Join(o.Dir, "none")
	if found := ailments(t, o); !slices.Equal(found, []string{"folder.missing"}) {
		t.Errorf("found %v", found)
	}
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

func TestDoctorOfAnEmptyHouse(t *testing.T) {
	o := operations.Options{Dir: filepath.Join(t.TempDir(), "data"), Clock: time.Now, Program: "test"}
	stop(t, open(t, o))
	for _, want := range []string{"register.empty", "categories.none", "accounts.no_administrator"} {
		has(t, o, want)
	}
}

// Every state that the words know is one the doctor can find, so that no
// sentence is written for nothing: its check is among those it makes.
func TestDoctorMakesTheChecksItHasWordsFor(t *testing.T) {
	catalog, err := operations.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	o, _ := sample(t, "")
	made := map[string]bool{}
	for _, a := range operations.Doctor(t.Context(), o) {
		made[a.Check] = true
	}
	for _, key := range catalog.Keys(words.Chinese) {
		if parts := strings.Split(key, "."); parts[0] == "doctor" && len(parts) == 3 && !made[parts[1]] {
			t.Errorf("%s is about a check that is not made", key)
		}
	}
}
