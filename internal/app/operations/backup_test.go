package operations_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/app/operations"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/platform/backup"
)

// A backup taken while the house is served comes back whole, on the same
// database and on the other.
func TestS78_BackupTakesEverythingAndComesBackOnEitherDatabase(t *testing.T) {
	for from, fromURL := range kinds(t) {
		t.Run("from "+from, func(t *testing.T) {
			o, a := sample(t, fromURL())
			file := filepath.Join(t.TempDir(), "b.zip")
			proof, err := operations.Backup(t.Context(), o, file, true)
			if err != nil || !proof.Verdict.Sound() || proof.Photos() == 0 || proof.Verdict.Photos != proof.Photos() {
				t.Fatalf("%+v, %v", proof.Verdict, err)
			}
			stop(t, a)
			want := counts(t, o)
			for to, toURL := range kinds(t) {
				t.Run("to "+to, func(t *testing.T) {
					r := o
					r.Dir, r.Postgres = filepath.Join(t.TempDir(), "new", "data"), toURL()
					restored(t, r, file, want)
				})
			}
		})
	}
}

func restored(t *testing.T, o operations.Options, file string, want map[string]int64) {
	t.Helper()
	if _, err := operations.Restore(t.Context(), o, file); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, counts(t, o)); diff != "" {
		t.Fatalf("rows: %s", diff)
	}
	if info, err := os.Stat(o.Dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data folder: %v %v", info.Mode(), err)
	}
	a := open(t, o)
	who, home := resident(t, a)
	r, _, err := a.Reports.Create(t.Context(), who, draft(home, "", "灯又不亮了"))
	if err != nil {
		t.Fatalf("the restored house takes no report: %v", err)
	}
	found, err := a.Reports.List(t.Context(), who, report.Filter{Query: "纸箱"}, "", 10)
	if err != nil || len(found.Rows) == 0 {
		t.Errorf("what was found before is not found: %v", err)
	}
	stop(t, a)
	v, err := operations.Verify(t.Context(), o)
	if err != nil || !v.Sound() || v.Photos == 0 {
		t.Errorf("after report %s: %+v, %v", r.Number, v, err)
	}
}

// While residents go on reporting, a backup is of one instant: nothing half.
func TestBackupUnderLoadIsSound(t *testing.T) {
	o, a := sample(t, "")
	who, home := resident(t, a)
	ctx, halt := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	begun := make(chan struct{}, 64)
	for w := range 2 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if _, _, err := a.Reports.Create(context.WithoutCancel(ctx), who, draft(home, fmt.Sprint(w, "-", i), "灯")); err != nil {
					t.Error(err)
					return
				}
				select {
				case begun <- struct{}{}:
				default:
				}
			}
		})
	}
	<-begun
	proof, err := operations.Backup(t.Context(), o, filepath.Join(t.TempDir(), "b.zip"), true)
	if err != nil || !proof.Verdict.Sound() {
		t.Errorf("%+v, %v", proof.Verdict.Findings, err)
	}
	if v, err := operations.Verify(t.Context(), o); err != nil || !v.Sound() {
		t.Errorf("verify under load: %+v, %v", v.Findings, err)
	}
	halt()
	wg.Wait()
}

func TestBackupCoversNothingAndLeavesNothing(t *testing.T) {
	o, _ := sample(t, "")
	dir := t.TempDir()
	file := filepath.Join(dir, "b.zip")
	if err := os.WriteFile(file, []byte("last year's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := operations.Backup(t.Context(), o, file, true); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := operations.Backup(ended, o, file+"2", true); err == nil {
		t.Error("a broken off backup went well")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	if _, err := operations.LastBackup(o.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a backup that failed was remembered: %v", err)
	}
}

func TestBackupWithoutKeysHasNone(t *testing.T) {
	o, _ := sample(t, "")
	file := filepath.Join(t.TempDir(), "b.zip")
	proof, err := operations.Backup(t.Context(), o, file, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range proof.Manifest.Members {
		if strings.HasPrefix(m.Name, "keys") {
			t.Errorf("%s is in it", m.Name)
		}
	}
	last, err := operations.LastBackup(o.Dir)
	if err != nil || last.File != file || !last.At.Equal(proof.Manifest.Taken) {
		t.Errorf("remembered %+v, %v", last, err)
	}
}

// One lost photograph does not keep the rest from the safe.
func TestBackupTakesWhatThereIs(t *testing.T) {
	o, a := sample(t, "")
	stop(t, a)
	lost := photos(t, o)
	if err := os.Remove(lost[0]); err != nil {
		t.Fatal(err)
	}
	proof, err := operations.Backup(t.Context(), o, filepath.Join(t.TempDir(), "b.zip"), true)
	if err != nil || len(proof.Manifest.Missing) != 1 || proof.Photos() != len(lost)-1 {
		t.Fatalf("missing %v, photos %d of %d, %v", proof.Manifest.Missing, proof.Photos(), len(lost), err)
	}
	if f := proof.Verdict.Findings; len(f) != 1 || f[0].Key != "verify.photo_missing" {
		t.Errorf("findings %v", f)
	}
}

func TestRestoreRefusesToCover(t *testing.T) {
	o, _ := sample(t, "")
	file := filepath.Join(t.TempDir(), "b.zip")
	if _, err := operations.Backup(t.Context(), o, file, true); err != nil {
		t.Fatal(err)
	}
	before := counts(t, o)
	if _, err := operations.Restore(t.Context(), o, file); !errors.Is(err, operations.ErrNotEmpty) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(before, counts(t, o)); diff != "" {
		t.Error(diff)
	}
	if url, ok := kinds(t)["postgres"]; ok {
		full, _ := sample(t, url())
		full.Dir = filepath.Join(t.TempDir(), "other")
		if _, err := operations.Restore(t.Context(), full, file); !errors.Is(err, operations.ErrNotEmpty) {
			t.Errorf("a full PostgreSQL database: %v", err)
		}
		if _, err := os.Stat(full.Dir); err == nil {
			t.Error("a refused restore left a data folder")
		}
	}
}

// A damaged archive puts nothing in place, not even its sound part.
func TestRestoreOfADamagedBackupLeavesNothing(t *testing.T) {
	o, _ := sample(t, "")
	dir := t.TempDir()
	file := filepath.Join(dir, "b.zip")
	if _, err := operations.Backup(t.Context(), o, file, true); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"cut off": b[:len(b)/2], "a byte changed": flip(b, len(b)/2), "empty": {}} {
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		to := o
		to.Dir = filepath.Join(dir, "data")
		if _, err := operations.Restore(t.Context(), to, file); !errors.Is(err, backup.ErrDamaged) && !errors.Is(err, backup.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s left %v, %v", name, entries, err)
		}
	}
}

func flip(b []byte, at int) []byte {
	c := append([]byte{}, b...)
	c[at] ^= 1
	return c
}

// The database of another version is not guessed at.
func TestOtherVersionsAreNamed(t *testing.T) {
	o, a := sample(t, "")
	stop(t, a)
	tamper(t, o, "INSERT INTO place_version (version_id, is_applied) VALUES (99, TRUE)")
	if _, err := operations.Verify(t.Context(), o); !errors.Is(err, operations.ErrAhead) {
		t.Errorf("newer: %v", err)
	}
	if _, err := operations.Backup(t.Context(), o, filepath.Join(t.TempDir(), "b"), true); !errors.Is(err, operations.ErrAhead) {
		t.Errorf("newer: %v", err)
	}
	tamper(t, o, "DELETE FROM place_version WHERE version_id > 0")
	if _, err := operations.Verify(t.Context(), o); !errors.Is(err, operations.ErrBehind) {
		t.Errorf("older: %v", err)
	}
	o.Dir = t.TempDir()
	if _, err := operations.Verify(t.Context(), o); !errors.Is(err, operations.ErrNoHouse) {
		t.Errorf("none: %v", err)
	}
}
