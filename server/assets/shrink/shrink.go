// Package shrink takes out of the page's scripts and styles what only their authors read:
// comments, white space, longer ways to say the same. Names stay, and each file stays a file of its
// own. It is a package by itself so that the library behind it is linked into the packer and not
// into the server.
package shrink

import (
	"fmt"
	"path"

	"github.com/evanw/esbuild/pkg/api"
)

var loaders = map[string]api.Loader{".js": api.LoaderJS, ".css": api.LoaderCSS}

// File returns the shorter form of a file, by the ending of its name. Other kinds of files come
// back as they are.
func File(name string, data []byte) ([]byte, error) {
	loader, ok := loaders[path.Ext(name)]
	if !ok {
		return data, nil
	}
	r := api.Transform(string(data), api.TransformOptions{
		Loader:           loader,
		Charset:          api.CharsetUTF8,
		Target:           api.ES2022,
		MinifyWhitespace: true,
		MinifySyntax:     loader == api.LoaderJS,
		LegalComments:    api.LegalCommentsInline,
	})
	if len(r.Errors) > 0 {
		e := r.Errors[0]
		line := 0
		if e.Location != nil {
			line = e.Location.Line
		}
		return nil, fmt.Errorf("shrink %s, line %d: %s", name, line, e.Text)
	}
	return r.Code, nil
}
