package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
)

// Levels are the brotli qualities by name: dev takes under a second, release half a minute.
var Levels = map[string]int{"dev": 5, "release": 11}

// compressMin is the size in bytes from which a file is worth compressing.
const compressMin = 512

// brotliWindow is the largest window that every browser accepts, as a power of two.
const brotliWindow = 24

// Source names what a page is made of.
type Source struct {
	Static   string // folder of the committed page files
	Wasm     string // the built simulator
	WasmExec string // wasm_exec.js of the Go that built it

	// Shrink returns the shorter form of a file of the page, by its name. Nil leaves all as they
	// are.
	Shrink func(name string, data []byte) ([]byte, error)
}

// Pack writes the page made of src into the folder dist and returns its manifest. It removes
// earlier builds there. When dist already holds these files at this level or a better one,
// nothing is written.
func Pack(src Source, dist, level string) (Manifest, error) {
	quality, ok := Levels[level]
	if !ok {
		return Manifest{}, fmt.Errorf("unknown level %q; use dev or release", level)
	}
	files, err := collect(src)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Hash: hash(files), Level: level, Files: map[string]File{}}
	if old, err := Open(os.DirFS(dist)); err == nil && old.covers(m) {
		return old.manifest, nil
	}
	if err := clear(dist); err != nil {
		return Manifest{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		to := filepath.Join(dist, m.Hash, filepath.FromSlash(name))
		if m.Files[name], err = store(to, files[name], quality); err != nil {
			return Manifest{}, err
		}
	}
	return m, writeManifest(dist, m)
}

// covers says whether the bundle is what m asks for, compressed at least as well.
func (b *Bundle) covers(m Manifest) bool {
	return b.manifest.Hash == m.Hash && Levels[b.manifest.Level] >= Levels[m.Level]
}

// notThePage are folders below static that no visitor needs.
var notThePage = []string{"dist", "readme"}

// collect reads every file of the page, by its name in the packed folder.
func collect(src Source) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(src.Static, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(src.Static, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if d.IsDir() && slices.Contains(notThePage, name) {
			return fs.SkipDir
		}
		if d.IsDir() || !served(name) {
			return nil
		}
		files[name], err = os.ReadFile(p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the page's files: %w", err)
	}
	for name, p := range map[string]string{wasmName: src.Wasm, "wasm_exec.js": src.WasmExec} {
		if files[name], err = os.ReadFile(p); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	if src.Shrink == nil {
		return files, nil
	}
	for name, data := range files {
		if files[name], err = src.Shrink(name, data); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// served says whether a file below static is part of the page.
func served(name string) bool {
	_, known := types[strings.ToLower(path.Ext(name))]
	hidden := strings.HasPrefix(path.Base(name), ".")
	private := strings.HasSuffix(name, "tsconfig.json") || path.Ext(name) == ".md"
	return known && !hidden && !private
}

// hash names a set of files; it depends on nothing but their names and contents.
func hash(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%d %s %d\n", len(name), name, len(files[name]))
		h.Write(files[name])
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// clear removes earlier builds and leaves the committed note in dist alone.
func clear(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("clear %s: %w", dist, err)
	}
	for _, e := range entries {
		if e.IsDir() || e.Name() == manifestName {
			if err := os.RemoveAll(filepath.Join(dist, e.Name())); err != nil {
				return fmt.Errorf("clear %s: %w", dist, err)
			}
		}
	}
	return nil
}

// store writes one file plain and in each compressed form that makes it smaller.
func store(to string, data []byte, quality int) (File, error) {
	f := File{Size: int64(len(data))}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return f, fmt.Errorf("store %s: %w", to, err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		return f, fmt.Errorf("store %s: %w", to, err)
	}
	if len(data) < compressMin {
		return f, nil
	}
	var err error
	if f.Brotli, err = storeAs(to+".br", data, brotliTo(quality)); err != nil {
		return f, err
	}
	f.Gzip, err = storeAs(to+".gz", data, gzipTo)
	return f, err
}

// storeAs writes a compressed form and returns its size, or 0 when it is no smaller.
func storeAs(to string, data []byte, into func(io.Writer) (io.WriteCloser, error)) (int64, error) {
	var out bytes.Buffer
	w, err := into(&out)
	if err != nil {
		return 0, fmt.Errorf("compress %s: %w", to, err)
	}
	if _, err := w.Write(data); err != nil {
		return 0, fmt.Errorf("compress %s: %w", to, err)
	}
	if err := w.Close(); err != nil {
		return 0, fmt.Errorf("compress %s: %w", to, err)
	}
	if out.Len() >= len(data) {
		return 0, nil
	}
	if err := os.WriteFile(to, out.Bytes(), 0o644); err != nil {
		return 0, fmt.Errorf("store %s: %w", to, err)
	}
	return int64(out.Len()), nil
}

func brotliTo(quality int) func(io.Writer) (io.WriteCloser, error) {
	return func(w io.Writer) (io.WriteCloser, error) {
		options := brotli.WriterOptions{Quality: quality, LGWin: brotliWindow}
		return brotli.NewWriterOptions(w, options), nil
	}
}

func gzipTo(w io.Writer) (io.WriteCloser, error) {
	return gzip.NewWriterLevel(w, gzip.BestCompression)
}

// writeManifest comes last, so that a build cut short is no build.
func writeManifest(dist string, m Manifest) error {
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	if err := os.WriteFile(filepath.Join(dist, manifestName), raw, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	return nil
}
