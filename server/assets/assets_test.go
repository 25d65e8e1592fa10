package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
)

// page writes a small page and returns where it is and where to pack it.
func page(t *testing.T) (Source, string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(t, os.WriteFile(p, []byte(text), 0o644))
		return p
	}
	write("static/js/main.js", strings.Repeat("import './stage.js'; ", 100))
	write("static/css/tokens.css", ":root{}")
	write("static/embed.go", "package static")
	write("static/notes.md", "not served")
	write("static/dist/README.md", "note")
	source := Source{
		Static:   filepath.Join(dir, "static"),
		Wasm:     write("zabscope.wasm", strings.Repeat("\x00asm\x01\x00\x00\x00", 1000)),
		WasmExec: write("wasm_exec.js", "globalThis.Go = class {};"),
	}
	return source, filepath.Join(dir, "static", "dist")
}

// packed packs the small page and opens it.
func packed(t *testing.T) *Bundle {
	t.Helper()
	source, dist := page(t)
	_, err := Pack(source, dist, "dev")
	require.NoError(t, err)
	b, err := Open(os.DirFS(dist))
	require.NoError(t, err)
	return b
}

func TestPackKeepsOnlyWhatThePageNeeds(t *testing.T) {
	source, dist := page(t)
	m, err := Pack(source, dist, "dev")
	require.NoError(t, err)
	require.Contains(t, m.Files, "js/main.js")
	require.Contains(t, m.Files, "css/tokens.css")
	require.Contains(t, m.Files, "zabscope.wasm")
	require.Contains(t, m.Files, "wasm_exec.js")
	require.Len(t, m.Files, 4)
	require.Positive(t, m.Files["js/main.js"].Brotli)
	require.Zero(t, m.Files["css/tokens.css"].Brotli, "too small to compress")
	require.FileExists(t, filepath.Join(dist, "README.md"))
}

func TestPackNamesTheFolderAfterItsContents(t *testing.T) {
	source, dist := page(t)
	first, err := Pack(source, dist, "dev")
	require.NoError(t, err)
	again, err := Pack(source, dist, "dev")
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.NoError(t, os.WriteFile(source.Wasm, []byte("\x00asm changed"), 0o644))
	other, err := Pack(source, dist, "dev")
	require.NoError(t, err)
	require.NotEqual(t, first.Hash, other.Hash)
	require.NoDirExists(t, filepath.Join(dist, first.Hash), "the earlier build is removed")
}

func TestPackKeepsAReleaseWhenADevBuildWouldEqualIt(t *testing.T) {
	source, dist := page(t)
	release, err := Pack(source, dist, "release")
	require.NoError(t, err)
	dev, err := Pack(source, dist, "dev")
	require.NoError(t, err)
	require.Equal(t, release, dev)
}

func TestPackRefusesAnUnknownLevel(t *testing.T) {
	source, dist := page(t)
	_, err := Pack(source, dist, "best")
	require.ErrorContains(t, err, "use dev or release")
}

func TestOpenSaysThatThePageIsNotBuilt(t *testing.T) {
	_, err := Open(os.DirFS(t.TempDir()))
	require.ErrorIs(t, err, ErrNotBuilt)
}

func TestOpenNoticesALostFile(t *testing.T) {
	source, dist := page(t)
	m, err := Pack(source, dist, "dev")
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(dist, m.Hash, "wasm_exec.js")))
	_, err = Open(os.DirFS(dist))
	require.ErrorContains(t, err, "lacks wasm_exec.js")
}

func TestNegotiateFollowsTheBrowser(t *testing.T) {
	for accept, want := range map[string]string{
		"":                        "",
		"identity":                "",
		"gzip":                    "gzip",
		"br":                      "br",
		"gzip, deflate, br, zstd": "br",
		"gzip;q=1.0, br;q=0.5":    "gzip",
		"br;q=0, gzip":            "gzip",
		"br;q=0, *":               "gzip",
		"*":                       "br",
		"*;q=0":                   "",
		"BR ; q=0.8 , GZIP;q=0.8": "br",
		"br;q=seven":              "",
		"gzip;q=2":                "",
	} {
		require.Equal(t, want, Negotiate(accept, true, true), "Accept-Encoding: %s", accept)
	}
	require.Equal(t, "gzip", Negotiate("br, gzip", false, true), "there is no brotli to choose")
}

func TestServeFileSendsTheStoredForm(t *testing.T) {
	b := packed(t)
	plain, err := b.Read("zabscope.wasm")
	require.NoError(t, err)
	for encoding, decode := range map[string]func(io.Reader) io.Reader{
		"":     func(r io.Reader) io.Reader { return r },
		"br":   func(r io.Reader) io.Reader { return brotli.NewReader(r) },
		"gzip": func(r io.Reader) io.Reader { return unzip(t, r) },
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		require.True(t, b.ServeFile(w, r, "zabscope.wasm"))
		require.Equal(t, "application/wasm", w.Header().Get("Content-Type"))
		require.Equal(t, encoding, w.Header().Get("Content-Encoding"))
		require.Equal(t, "8000", w.Header().Get("X-Uncompressed-Size"))
		require.Equal(t, immutable, w.Header().Get("Cache-Control"))
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
		got, err := io.ReadAll(decode(w.Body))
		require.NoError(t, err)
		require.Equal(t, plain, got)
	}
}

func unzip(t *testing.T, r io.Reader) io.Reader {
	z, err := gzip.NewReader(r)
	require.NoError(t, err)
	return z
}

func TestServeFileAnswersHeadAndRevalidation(t *testing.T) {
	b := packed(t)
	r := httptest.NewRequest(http.MethodHead, "/", nil)
	w := httptest.NewRecorder()
	require.True(t, b.ServeFile(w, r, "js/main.js"))
	require.Zero(t, w.Body.Len())
	require.Equal(t, "2100", w.Header().Get("Content-Length"))
	r = httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	w = httptest.NewRecorder()
	require.True(t, b.ServeFile(w, r, "js/main.js"))
	require.Equal(t, http.StatusNotModified, w.Code)
}

func TestServeFileKnowsOnlyPackedNames(t *testing.T) {
	b := packed(t)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, name := range []string{"", "manifest.json", "../manifest.json", "js", "js/main.js.br"} {
		w := httptest.NewRecorder()
		require.False(t, b.ServeFile(w, r, name), name)
	}
}

func TestServeBytesCompressesOnTheWay(t *testing.T) {
	text := bytes.Repeat([]byte("step "), 1000)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Encoding", "br")
	w := httptest.NewRecorder()
	ServeBytes(w, r, Type("a.md"), "tag", text)
	require.Equal(t, "br", w.Header().Get("Content-Encoding"))
	got, err := io.ReadAll(brotli.NewReader(w.Body))
	require.NoError(t, err)
	require.Equal(t, text, got)
}
