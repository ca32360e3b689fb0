package place

import (
	"embed"
	"io/fs"

	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Room is the place room's tables.
func Room() store.Room {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return store.Room{Name: "place", Migrations: sub}
}
