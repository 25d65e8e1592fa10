// Package static carries the packed page inside the binary, so that one file serves everything.
//
// The sources beside this file are what people edit; what is embedded is only dist, which
// `make wasm` fills with the same files under hashed addresses, compressed, together with the
// simulator. From a fresh clone dist holds a note and nothing else: the server still compiles,
// finds no manifest, and says which command builds the page.
package static

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var embedded embed.FS

// Dist returns the packed page, as server/assets.Open reads it.
func Dist() fs.FS {
	dist, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic(err) // a constant, valid path
	}
	return dist
}
