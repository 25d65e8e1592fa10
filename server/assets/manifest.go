package assets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// manifestName is the file beside the hashed folder that says what it holds.
const manifestName = "manifest.json"

// wasmName is the simulator; without it there is no playground to serve.
const wasmName = "zabscope.wasm"

// ErrNotBuilt says that the page's files were not packed into this binary.
var ErrNotBuilt = errors.New("the page is not built into this binary")

// Manifest lists the packed files of one build.
type Manifest struct {
	Hash  string          `json:"hash"`  // names the folder; a hash of every file
	Level string          `json:"level"` // dev or release, see Levels
	Files map[string]File `json:"files"` // by path below the folder, with forward slashes
}

// File is the size of one packed file in bytes, plain and compressed.
type File struct {
	Size   int64 `json:"size"`
	Brotli int64 `json:"br,omitempty"` // 0 when the file is not stored in this form
	Gzip   int64 `json:"gz,omitempty"` // likewise
}

// Bundle is the packed page, opened for reading.
type Bundle struct {
	manifest Manifest
	files    fs.FS // the folder named by the hash
}

// Open reads the manifest in dist and checks that each file of it is there. The error is
// ErrNotBuilt when dist holds no page.
func Open(dist fs.FS) (*Bundle, error) {
	raw, err := fs.ReadFile(dist, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("open the packed page: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("read %s: %w", manifestName, err)
	}
	files, err := fs.Sub(dist, m.Hash)
	if err != nil {
		return nil, fmt.Errorf("open folder %q of the packed page: %w", m.Hash, err)
	}
	b := &Bundle{manifest: m, files: files}
	return b, b.verify()
}

// Manifest returns what the bundle holds; the caller must not change it.
func (b *Bundle) Manifest() Manifest {
	return b.manifest
}

// Read returns the plain contents of one file.
func (b *Bundle) Read(name string) ([]byte, error) {
	return fs.ReadFile(b.files, name)
}

func (b *Bundle) verify() error {
	if _, ok := b.manifest.Files[wasmName]; !ok {
		return ErrNotBuilt
	}
	for name := range b.manifest.Files {
		if _, err := fs.Stat(b.files, name); err != nil {
			return fmt.Errorf("the packed page lacks %s: %w", name, err)
		}
	}
	return nil
}

// types are the media types by file extension; the machine's own table is not asked, because it
// differs from machine to machine and nosniff makes a wrong answer fatal.
var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".html":  "text/html; charset=utf-8",
	".ico":   "image/x-icon",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".map":   "application/json",
	".md":    "text/markdown; charset=utf-8",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".wasm":  "application/wasm",
	".webp":  "image/webp",
	".woff2": "font/woff2",
}

// Type returns the media type of a file by its name.
func Type(name string) string {
	if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}
