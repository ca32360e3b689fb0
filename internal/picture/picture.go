package picture

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/ui"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room are the tables.
func Room() store.Room {
	return store.Room{Name: "picture", Migrations: store.Folder(files, "migrations")}
}

// Words are the sentences for what is refused.
func Words() fs.FS { return store.Folder(files, "words") }

// Picture 照片 is a photograph of a case.
type Picture struct {
	Seq    int    // entry it came with; 0 until it is kept
	Hash   string // of the picture
	Thumb  string // of its small form
	Width  int    // pixels; 0: not known
	Height int
}

// On is the picture as the page of a case shows it.
func (p Picture) On(page, alt string) ui.Photo {
	return ui.Photo{Src: Path(page, p.Thumb), Full: Path(page, p.Hash), Alt: alt}
}

// Path is where the case on a page shows one of its pictures; no picture has no
// address.
func Path(page, hash string) templ.SafeURL {
	if hash == "" {
		return ""
	}
	return templ.SafeURL(page + "/photo/" + hash)
}

// Hashes are the pictures as an entry of the timeline names them.
func Hashes(list []Picture) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.Hash)
	}
	return out
}

// Named are the pictures that an entry names, in its order.
func Named(list []Picture, hashes []string) []Picture {
	var out []Picture
	for _, h := range hashes {
		if i := slices.IndexFunc(list, func(p Picture) bool { return p.Hash == h }); i >= 0 {
			out = append(out, list[i])
		}
	}
	return out
}

// Keep writes down that an entry of a case came with these pictures, in the
// transaction that writes the entry.
func Keep(ctx context.Context, tx *store.Tx, tenant store.Tenant, matter string, seq int, list []Picture) error {
	for i, p := range list {
		err := New(tx).Insert(ctx, InsertParams{
			TenantID: tenant, MatterID: matter, Seq: int64(seq), Place: int64(i), Hash: p.Hash, Thumb: p.Thumb,
			Width: int64(p.Width), Height: int64(p.Height),
		})
		if err != nil {
			return fmt.Errorf("keep picture: %w", err)
		}
	}
	return nil
}

// Of are all pictures of a case, in the order of its entries.
func Of(ctx context.Context, db store.DB, tenant store.Tenant, matter string) ([]Picture, error) {
	rows, err := New(db).OfCase(ctx, tenant, matter)
	if err != nil {
		return nil, fmt.Errorf("pictures of a case: %w", err)
	}
	var out []Picture
	for _, r := range rows {
		out = append(out, Picture{int(r.Seq), r.Hash, r.Thumb, int(r.Width), int(r.Height)})
	}
	return out, nil
}

// listed is how many pictures are read at a time.
const listed = 500

// FilesOf calls fn with the name of every file that a tenant's cases need, the
// small forms too, until fn returns an error.
func FilesOf(ctx context.Context, db store.DB, tenant store.Tenant, fn func(hash string) error) error {
	p := AfterParams{TenantID: tenant, Most: listed}
	for {
		rows, err := New(db).After(ctx, p)
		if err != nil {
			return fmt.Errorf("pictures: %w", err)
		}
		for _, r := range rows {
			for _, hash := range []string{r.Hash, r.Thumb} {
				if err := fn(hash); err != nil {
					return err
				}
			}
			p.AfterMatter, p.AfterSeq, p.AfterPlace = r.MatterID, r.Seq, r.Place
		}
		if len(rows) < listed {
			return nil
		}
	}
}
