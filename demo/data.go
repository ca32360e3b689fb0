// Package demo holds the sample subdistrict.
//
// 曹家渡街道 has four neighbourhoods, five compounds, 504 homes and 1,199
// people, none of whom exists: see data/README.md for the rules they were
// invented by and the figures they add up to. `linli demo` takes them in with
// the same import that a subdistrict uses for its own registers.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed data
var files embed.FS

// Data is the sample subdistrict's registers and histories, one file for each
// table.
func Data() fs.FS {
	sub, err := fs.Sub(files, "data")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}
