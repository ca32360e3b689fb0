package operations_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/app/operations"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/words"

	"context"
	"database/sql"

	"github.com/linli/linli/internal/platform/store"
)

func keys(v operations.Verdict) []string {
	var ks []string
	for _, f := range v.Findings {
		ks = append(ks, f.Key)
	}
	return ks
}

// Each kind of damage is named, and nothing else with it.
func TestS78_VerifyNamesWhatWasChanged(t *testing.T) {
	o, a := sample(t, "")
	who, _ := resident(t, a)
	err := a.Store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for range 3 {
			if err := people.Audit(ctx, tx, who, "person.read", "person", who.Person); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	stop(t, a)
	first := `tenant_id = (SELECT MIN(tenant_id) FROM matter_head WHERE version > 2)
		AND %id = (SELECT MIN(id) FROM matter_head WHERE version > 2 AND tenant_id = (SELECT MIN(tenant_id) FROM matter_head WHERE version > 2))`
	entry, head := strings.ReplaceAll(first, "%id", "matter_id"), strings.ReplaceAll(first, "%id", "id")
	trail := "tenant_id = '" + string(who.Tenant) + "'"
	headAt := func(back string) string {
		last := "(SELECT MAX(seq)" + back + " FROM people_audit WHERE " + trail + ")"
		return "UPDATE people_audit_head SET seq = " + last + ", hash = (SELECT hash FROM people_audit WHERE " + trail + " AND seq = " + last + ") WHERE " + trail
	}
	for _, c := range []struct{ name, do, undo, want string }{
		{"an entry's words", "UPDATE matter_entry SET args = replace(args, '{', '{ ') WHERE seq = 1 AND " + entry, "UPDATE matter_entry SET args = replace(args, '{ ', '{') WHERE seq = 1 AND " + entry, ""},
		{"an entry's time", "UPDATE matter_entry SET at = at + 1 WHERE seq = 2 AND " + entry, "UPDATE matter_entry SET at = at - 1 WHERE seq = 2 AND " + entry, "verify.matter_changed"},
		{"an entry's number", "UPDATE matter_entry SET seq = 1002 WHERE seq = 2 AND " + entry, "UPDATE matter_entry SET seq = 2 WHERE seq = 1002 AND " + entry, "verify.matter_missing"},
		{"the head's number", "UPDATE matter_head SET number = '#' || number WHERE " + head, "UPDATE matter_head SET number = substr(number, 2) WHERE " + head, "verify.matter_changed"},
		{"the head's count", "UPDATE matter_head SET version = version - 1 WHERE " + head, "UPDATE matter_head SET version = version + 1 WHERE " + head, "verify.matter_extra"},
		{"the head's hash", "UPDATE matter_head SET last_hash = '0' || last_hash WHERE " + head, "UPDATE matter_head SET last_hash = substr(last_hash, 2) WHERE " + head, "verify.matter_changed"},
		{"an audit entry", "UPDATE people_audit SET action = 'x' || action WHERE seq = 2 AND " + trail, "UPDATE people_audit SET action = substr(action, 2) WHERE seq = 2 AND " + trail, "verify.audit_changed"},
		{"a dropped audit entry", "UPDATE people_audit SET seq = -2 WHERE seq = 2 AND " + trail, "UPDATE people_audit SET seq = 2 WHERE seq = -2 AND " + trail, "verify.audit_dropped"},
		{"an inserted audit entry", headAt("-1"), headAt(""), "verify.audit_inserted"},
	} {
		tamper(t, o, c.do)
		var want []string
		if c.want != "" { // the hash is over the values, not over how they are spaced
			want = []string{c.want}
		}
		v, err := operations.Verify(t.Context(), o)
		if diff := cmp.Diff(want, keys(v)); diff != "" || err != nil {
			t.Errorf("%s: %s %v", c.name, diff, err)
		}
		tamper(t, o, c.undo)
		if v, err := operations.Verify(t.Context(), o); err != nil || !v.Sound() {
			t.Fatalf("%s undone: %v %v", c.name, keys(v), err)
		}
	}
}

func TestVerifyNamesLostAndChangedPhotographs(t *testing.T) {
	for kind, url := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			o, a := sample(t, url())
			stop(t, a)
			files := photos(t, o)
			before, err := operations.Verify(t.Context(), o)
			if err != nil || before.Photos != len(files) || before.Entries == 0 || before.Tenants != 5 {
				t.Fatalf("%+v %v", before, err)
			}
			b, err := os.ReadFile(files[1])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(files[1], flip(b, len(b)/2), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(files[0]); err != nil {
				t.Fatal(err)
			}
			v, err := operations.Verify(t.Context(), o)
			if diff := cmp.Diff([]string{"verify.photo_changed", "verify.photo_missing"}, keys(v)); diff != "" || err != nil {
				t.Errorf("%s %v", diff, err)
			}
			if v.Photos != before.Photos-2 {
				t.Errorf("%d photographs sound", v.Photos)
			}
			if err := os.RemoveAll(o.Dir + "/photos"); err != nil {
				t.Fatal(err)
			}
			if v, err := operations.Verify(t.Context(), o); err != nil || len(v.Findings) != before.Photos {
				t.Errorf("without the folder: %d findings, %v", len(v.Findings), err)
			}
			if _, err := os.Stat(o.Dir + "/photos"); err == nil {
				t.Error("looking made a folder")
			}
		})
	}
}

func TestVerifyNamesABrokenDatabase(t *testing.T) {
	o, a := sample(t, "")
	stop(t, a)
	path := o.Dir + "/linli.db"
	root, size := rootOf(t, path, "matter_entry")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[(root-1)*size : root*size])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	v, err := operations.Verify(t.Context(), o)
	if err == nil && v.Sound() {
		t.Fatal("a page of zeros was found sound")
	}
}

// rootOf is the first page of a table, counted from 1, and the size of a page,
// once the log is written into the file: what lies there hides the file's own
// page.
func rootOf(t *testing.T, path, table string) (root, size int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRowContext(t.Context(), "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = $1", table).Scan(&root, &size); err != nil {
		t.Fatal(err)
	}
	return root, size
}

// Every finding has its sentence in both languages, with nothing left open.
func TestFindingsSpeak(t *testing.T) {
	catalog, err := operations.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Langs() {
		ctx := words.With(t.Context(), catalog, lang)
		for _, f := range []operations.Finding{
			{Key: "verify.matter_changed", Args: []any{"number", "26-1", "entry", 2}}, {Key: "verify.matter_missing", Args: []any{"number", "26-1", "entry", 2}},
			{Key: "verify.matter_extra", Args: []any{"number", "26-1", "entry", 2}}, {Key: "verify.audit_changed", Args: []any{"tenant", "x", "entry", 2}},
			{Key: "verify.audit_dropped", Args: []any{"tenant", "x", "entry", 2}}, {Key: "verify.audit_inserted", Args: []any{"tenant", "x", "entry", 2}},
			{Key: "verify.photo_missing", Args: []any{"hash", "x"}}, {Key: "verify.photo_changed", Args: []any{"hash", "x"}},
			{Key: "verify.database", Args: []any{"what", "x"}}, {Key: "verify.unreadable", Args: []any{"what", "x"}},
		} {
			if s := f.Text(ctx); strings.ContainsAny(s, "[]{}") {
				t.Errorf("%s in %s: %s", f.Key, lang, s)
			}
		}
	}
}
