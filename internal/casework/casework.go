package casework

import (
	"embed"
	"io/fs"

	"github.com/linli/linli/internal/platform/store"
)

//go:embed words/*.toml
var files embed.FS

// Words are the sentences that all rooms with cases share.
func Words() fs.FS { return store.Folder(files, "words") }
