package operations

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/backup"
	"github.com/linli/linli/internal/platform/store"
)

// Errors of restoring.
var (
	// ErrNotEmpty: a restore never puts anything over what is there.
	ErrNotEmpty = errors.New("there is something already; restore into a folder and a database that are empty")
	// ErrRows: the restored database does not have the rows that were backed up.
	ErrRows = errors.New("the rows are not those that were backed up")
)

// Restore takes an installation out of an archive. Everything is checked and
// verified beside the data folder before any of it is put in place; the folder
// appears in one step. A folder or database that holds anything is refused.
// An archive of an older program is brought up to date.
func Restore(ctx context.Context, o Options, file string) (Proof, error) {
	if entries, err := os.ReadDir(o.Dir); len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Proof{}, errors.Join(ErrNotEmpty, err)
	}
	dir := filepath.Clean(o.Dir)
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return Proof{}, fmt.Errorf("restore: %w", err)
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), ".linli-restore-*")
	if err != nil {
		return Proof{}, fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(work)
	staged := filepath.Join(work, "data")
	proof, err := unpack(ctx, file, staged, o)
	if err != nil {
		return proof, err
	}
	if o.Postgres != "" {
		db := filepath.Join(staged, backup.Database)
		if err := errors.Join(fillPostgres(ctx, o, db), os.Remove(db)); err != nil {
			return proof, err
		}
	}
	return proof, backup.Place(staged, dir)
}

// unpack restores an archive into a new folder and proves it: every checksum,
// the number of rows of each table, the keys, and all that Verify looks at.
func unpack(ctx context.Context, file, dir string, o Options) (Proof, error) {
	a, err := backup.Open(file)
	if err != nil {
		return Proof{}, err
	}
	defer a.Close()
	proof := Proof{Manifest: a.Manifest, Bytes: a.Size()}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return proof, err
	}
	if err := a.Extract(ctx, dir); err != nil {
		return proof, err
	}
	own := Options{Dir: dir, Clock: o.Clock}
	if err := sameRows(ctx, own, a.Manifest.Rows); err != nil {
		return proof, err
	}
	if err := own.migrate(ctx); err != nil {
		return proof, err
	}
	if err := own.keysFit(ctx, a.Manifest.Keys); err != nil {
		return proof, err
	}
	proof.Verdict, err = Verify(ctx, own)
	return proof, err
}

// sameRows compares a restored database with the archive's list.
func sameRows(ctx context.Context, o Options, want map[string]int64) error {
	h, err := look(ctx, o)
	if err != nil {
		return err
	}
	defer h.store.Close()
	if len(h.standing.Ahead) > 0 {
		return ErrAhead
	}
	have, err := h.store.Counts(ctx, app.Rooms())
	if err == nil && !maps.Equal(have, want) {
		err = ErrRows
	}
	return err
}

// migrate brings the database of an older program up to date, and leaves it as
// one file.
func (o Options) migrate(ctx context.Context) error {
	s, err := store.Open(ctx, store.Options{Path: o.database(), Rooms: app.Rooms(), Clock: o.Clock})
	if err != nil {
		return err
	}
	return s.Close()
}

// keysFit tries the restored keys on a sealed field of each tenant.
func (o Options) keysFit(ctx context.Context, there bool) error {
	if !there {
		return nil
	}
	seal, err := people.OpenSealer(o.Dir)
	if err != nil {
		return err
	}
	s, err := store.Look(ctx, store.Options{Path: o.database(), Postgres: o.Postgres})
	if err != nil {
		return err
	}
	defer s.Close()
	tenants, err := ids(ctx, s.Reader())
	for _, t := range tenants {
		err = errors.Join(err, people.KeysFit(ctx, s.Reader(), seal, t))
	}
	return err
}

// fillPostgres moves a restored SQLite file into an empty PostgreSQL database.
func fillPostgres(ctx context.Context, o Options, file string) (err error) {
	from, err := store.Look(ctx, store.Options{Path: file})
	if err != nil {
		return err
	}
	to, err := store.Open(ctx, store.Options{Postgres: o.Postgres, Rooms: app.Rooms(), Clock: o.Clock})
	if err != nil {
		return errors.Join(err, from.Close())
	}
	defer func() { err = errors.Join(err, from.Close(), to.Close()) }()
	before, err := to.Counts(ctx, app.Rooms())
	if err != nil {
		return err
	}
	for _, n := range before {
		if n > 0 {
			return ErrNotEmpty
		}
	}
	if err := copyAll(ctx, from, to); err != nil {
		return err
	}
	want, err := from.Counts(ctx, app.Rooms())
	if err != nil {
		return err
	}
	if have, err := to.Counts(ctx, app.Rooms()); err != nil || !maps.Equal(have, want) {
		return errors.Join(ErrRows, err)
	}
	return nil
}
