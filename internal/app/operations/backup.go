package operations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/backup"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
)

// Proof is what restoring an archive has shown.
type Proof struct {
	Manifest backup.Manifest
	Bytes    int64 // of all members, unpacked
	Verdict  Verdict
}

// Photos is how many photographs are in the archive.
func (p Proof) Photos() (n int) {
	for _, m := range p.Manifest.Members {
		if strings.HasPrefix(m.Name, "photos/") {
			n++
		}
	}
	return n
}

// Rows is how many rows are in the archive.
func (p Proof) Rows() (n int64) {
	for _, rows := range p.Manifest.Rows {
		n += rows
	}
	return n
}

// Backup puts an installation into a new file, also while it is served, and
// restores the archive once beside it to prove it. The file appears only when
// that went well. Damage that the installation itself has, such as a lost
// photograph, goes with it and is in the proof's verdict. It needs room for
// the archive and twice the data beside the file.
func Backup(ctx context.Context, o Options, file string, keys bool) (Proof, error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return Proof{}, fmt.Errorf("%s: %w", file, errors.Join(fs.ErrExist, err))
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".linli-backup-*")
	if err != nil {
		return Proof{}, fmt.Errorf("backup: %w", err)
	}
	defer os.RemoveAll(work)
	h, err := lookCurrent(ctx, o)
	if err != nil {
		return Proof{}, err
	}
	defer h.store.Close()
	part := filepath.Join(work, "archive")
	if err := h.pack(ctx, work, part, keys); err != nil {
		return Proof{}, err
	}
	proof, err := unpack(ctx, part, filepath.Join(work, "proof"), o)
	if err != nil {
		return proof, fmt.Errorf("restoring the backup to prove it: %w", err)
	}
	if err := backup.Place(part, file); err != nil {
		return proof, err
	}
	return proof, h.record(file, proof)
}

// pack writes the archive: first the database, then what it names.
func (h *house) pack(ctx context.Context, work, part string, keys bool) error {
	m := backup.Manifest{Program: h.Program, Taken: h.store.Now(), From: string(h.store.Dialect()), Keys: keys, Schema: h.standing.Mark}
	db := filepath.Join(work, backup.Database)
	if err := h.snapshot(ctx, db); err != nil {
		return err
	}
	w, err := backup.Create(part)
	if err != nil {
		return err
	}
	if err := h.fill(ctx, w, db, &m); err != nil {
		return errors.Join(err, w.Abandon())
	}
	return w.Close(m)
}

func (h *house) fill(ctx context.Context, w *backup.Writer, db string, m *backup.Manifest) (err error) {
	if err := w.AddFile(ctx, backup.Database, db); err != nil {
		return err
	}
	if m.Keys {
		if err := addKeys(ctx, w, filepath.Join(h.Dir, "keys")); err != nil {
			return err
		}
	}
	m.Rows, m.Missing, err = h.addPhotos(ctx, w, db)
	return err
}

// snapshot is the database at one instant as a SQLite file.
func (h *house) snapshot(ctx context.Context, path string) error {
	if h.store.Dialect() == store.SQLite {
		return h.store.Snapshot(ctx, path)
	}
	into, err := store.Open(ctx, store.Options{Path: path, Rooms: app.Rooms(), Clock: h.Clock})
	if err != nil {
		return err
	}
	return errors.Join(copyAll(ctx, h.store, into), into.Close())
}

// copyAll copies one database as it stands now into an empty other.
func copyAll(ctx context.Context, from, to *store.Store) error {
	tables, err := from.Tables(ctx, app.Rooms())
	if err != nil {
		return err
	}
	return from.Frozen(ctx, func(ctx context.Context, db store.DB) error {
		return to.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, table := range tables {
				if _, err := store.Copy(ctx, db, tx, table); err != nil {
					return err
				}
			}
			tenants, err := ids(ctx, db)
			if err != nil {
				return err
			}
			return search.Copy(ctx, db, from.Dialect(), tx, to.Dialect(), tenants)
		})
	})
}

func addKeys(ctx context.Context, w *backup.Writer, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("back up keys: %w", err)
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if err := w.AddFile(ctx, "keys/"+e.Name(), filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// addPhotos adds every photograph that the snapshot names, and counts its
// rows. One that the folder has lost does not keep the others from the safe.
func (h *house) addPhotos(ctx context.Context, w *backup.Writer, db string) (rows map[string]int64, missing []string, err error) {
	snap, err := store.Look(ctx, store.Options{Path: db})
	if err != nil {
		return nil, nil, err
	}
	defer snap.Close()
	if rows, err = snap.Counts(ctx, app.Rooms()); err != nil {
		return nil, nil, err
	}
	tenants, err := ids(ctx, snap.Reader())
	if err != nil {
		return nil, nil, err
	}
	seen, missing := map[string]bool{}, []string{}
	for _, t := range tenants {
		err := picture.FilesOf(ctx, snap.Reader(), t, func(hash string) error {
			if seen[hash] {
				return nil
			}
			seen[hash] = true
			err := h.addPhoto(ctx, w, hash)
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, blob.ErrHash) {
				missing = append(missing, hash)
				return nil
			}
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return rows, missing, nil
}

func (h *house) addPhoto(ctx context.Context, w *backup.Writer, hash string) error {
	if _, err := blob.Parse(hash); err != nil {
		return err
	}
	return w.AddFile(ctx, "photos/"+hash[:2]+"/"+hash[2:], filepath.Join(h.photos(), hash[:2], hash[2:]))
}

// lastBackup names the file in the data folder that remembers the newest
// proven backup.
const lastBackup = "backup.json"

// Last is the newest proven backup of an installation.
type Last struct {
	At   time.Time `json:"at"` // instant the database stood at
	File string    `json:"file"`
	Rows int64     `json:"rows"`
}

// record remembers a proven backup for the doctor.
func (h *house) record(file string, p Proof) error {
	if abs, err := filepath.Abs(file); err == nil {
		file = abs
	}
	b, err := json.Marshal(Last{p.Manifest.Taken, file, p.Rows()})
	if err != nil {
		return err
	}
	path := filepath.Join(h.Dir, lastBackup)
	if err := os.WriteFile(path+".part", append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("remember the backup: %w", err)
	}
	return os.Rename(path+".part", path)
}

// LastBackup is the newest proven backup; fs.ErrNotExist if there was none.
func LastBackup(dir string) (l Last, err error) {
	b, err := os.ReadFile(filepath.Join(dir, lastBackup))
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(b, &l)
}
