package people

import (
	"embed"
	"io/fs"

	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the people room's tables. They stand on place's.
func Room() store.Room {
	return store.Room{Name: "people", Migrations: folder("migrations")}
}

// Words are the room's sentences.
func Words() fs.FS { return folder("words") }

func folder(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}
