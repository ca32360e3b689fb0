package device

import (
	"embed"
	"io/fs"

	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the device room's tables.
func Room() store.Room {
	return store.Room{Name: "device", Migrations: store.Folder(files, "migrations")}
}

// Words is what the device room says.
func Words() fs.FS { return store.Folder(files, "words") }
