package place

import (
	"embed"
	"io/fs"

	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the place room's tables.
func Room() store.Room { return store.Room{Name: "place", Migrations: folder("migrations")} }

// Words is what the place room says.
func Words() fs.FS { return folder("words") }

func folder(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}
