package operations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/backup"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

//go:embed words/*.toml
var wordFiles embed.FS

// Words are the sentences of this room.
func Words() fs.FS { return store.Folder(wordFiles, "words") }

// Catalog is all sentences that Verify, Backup, Restore and Doctor speak.
func Catalog() (*words.Catalog, error) { return words.Load(words.Base(), Words()) }

// Options say which installation.
type Options struct {
	Dir      string // data folder
	Postgres string // connection URL; empty means SQLite in the data folder
	Public   string // address people reach it by, as given to serve
	Program  string // version of this program
	Clock    store.Clock
}

// Finding is one thing that is wrong: a sentence with its arguments.
type Finding struct {
	Key  string
	Args []any
}

// Text is the finding in the language of the context.
func (f Finding) Text(ctx context.Context) string { return words.T(ctx, f.Key, f.Args...) }

// Errors of an installation that cannot be worked on.
var (
	// ErrNoHouse: there is no data folder with a database.
	ErrNoHouse = errors.New("no linli data there")
	// ErrBehind: the tables are of an older program.
	ErrBehind = errors.New("the database is of an older linli: start `linli serve` of this version once, or use the version that serves it")
	// ErrAhead: the tables are of a newer program.
	ErrAhead = errors.New("the database is of a newer linli: use that version")
)

// house is an installation looked at from outside.
type house struct {
	Options
	store    *store.Store
	standing store.Standing
}

// look opens an installation without a lock; nothing is migrated or written.
func look(ctx context.Context, o Options) (*house, error) {
	if _, err := os.Stat(o.Dir); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoHouse, err)
	}
	s, err := store.Look(ctx, store.Options{Path: o.database(), Postgres: o.Postgres, Clock: o.Clock})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNoHouse, err)
	}
	if err != nil {
		return nil, err
	}
	h := &house{Options: o, store: s}
	if h.standing, err = s.Standing(ctx, app.Rooms()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return h, nil
}

// lookCurrent is look for what needs the tables of this program.
func lookCurrent(ctx context.Context, o Options) (*house, error) {
	h, err := look(ctx, o)
	switch {
	case err != nil:
		return nil, err
	case len(h.standing.Ahead) > 0:
		return nil, errors.Join(ErrAhead, h.store.Close())
	case len(h.standing.Behind) > 0:
		return nil, errors.Join(ErrBehind, h.store.Close())
	}
	return h, nil
}

func (o Options) database() string { return filepath.Join(o.Dir, backup.Database) }

func (o Options) photos() string { return filepath.Join(o.Dir, "photos") }

// blobs are the photographs, nil where there is no folder of them: looking
// must not make one.
func (o Options) blobs() (*blob.Store, error) {
	if _, err := os.Stat(o.photos()); err != nil {
		return nil, nil
	}
	return blob.Open(o.photos())
}

// ids are the tenants' ids.
func ids(ctx context.Context, db store.DB) ([]store.Tenant, error) {
	tenants, err := place.TenantsIn(ctx, db)
	list := make([]store.Tenant, len(tenants))
	for i, t := range tenants {
		list[i] = t.ID
	}
	return list, err
}
