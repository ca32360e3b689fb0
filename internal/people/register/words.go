package register

import (
	"embed"
	"io/fs"
)

//go:embed words/*.toml
var files embed.FS

// Words is what an import says.
func Words() fs.FS {
	sub, err := fs.Sub(files, "words")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}
