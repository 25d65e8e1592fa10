//go:build !js

package main

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/assets/shrink"
)

// Budgets of what a browser downloads, in bytes over brotli at its best level.
const (
	wasmBudget      = 1_800_000
	firstLoadBudget = 1_900_000
)

// A quick look compresses less well; by how much was measured on this program.
const quickBudget = wasmBudget * 118 / 100

// TestSize keeps the download inside its budget, and says what it is made of, so that whoever
// breaks the budget knows which import did it. With -short it compresses quickly.
func TestSize(t *testing.T) {
	stripped := build(t, "-s -w")
	report(t, build(t, ""))
	quality, budget := 11, wasmBudget
	if testing.Short() {
		quality, budget = 5, quickBudget
	}
	size := len(compress(t, stripped, quality))
	other := 0
	for _, name := range pageFiles(t) {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		data, err = shrink.File(name, data)
		require.NoError(t, err)
		other += len(compress(t, data, 11))
	}
	t.Logf("simulator %d bytes, %d over brotli level %d", len(stripped), size, quality)
	t.Logf("everything else %d over brotli level 11", other)
	require.LessOrEqual(t, size, budget, "the simulator is over its budget")
	require.LessOrEqual(t, size+other, budget+firstLoadBudget-wasmBudget,
		"the first load is over its budget")
}

// report logs the packages that take most room in a module with names.
func report(t *testing.T, named []byte) {
	t.Helper()
	packages := strings.Fields(goTool(t, "list", "-overlay", overlay(t), "-deps", "."))
	sizes, err := bytesByPackage(named, packages)
	require.NoError(t, err)
	names := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int {
		return cmp.Compare(sizes[b], sizes[a])
	})
	for _, name := range names[:min(20, len(names))] {
		t.Logf("%9d  %s", sizes[name], name)
	}
}

// pageFiles lists what a page loads besides the simulator. HTML is small beside the budget and
// differs from page to page; its share is the difference of the two budgets.
func pageFiles(t *testing.T) []string {
	root := goTool(t, "env", "GOROOT")
	files := []string{filepath.Join(root, "lib", "wasm", "wasm_exec.js")}
	for _, pattern := range []string{"js/*.js", "css/*.css", "vendor/*/*.js", "icons/*.svg"} {
		found, err := filepath.Glob(filepath.Join("..", "static", filepath.FromSlash(pattern)))
		require.NoError(t, err)
		files = append(files, found...)
	}
	return files
}

// mayLink are the packages outside the standard library, by prefix, that the simulator may contain.
var mayLink = []string{
	"github.com/zabscope/zabscope/core/",
	"github.com/zabscope/zabscope/web/",
	"github.com/zabscope/zabscope/wasm",
	"github.com/a-h/templ",
}

// TestLinkList keeps the server's libraries, and the tests', out of the browser.
func TestLinkList(t *testing.T) {
	linked := goTool(t, "list", "-overlay", overlay(t), "-deps", ".")
	for name := range strings.FieldsSeq(linked) {
		first, _, _ := strings.Cut(name, "/")
		ours := slices.ContainsFunc(mayLink, func(p string) bool {
			return strings.HasPrefix(name, p)
		})
		foreign := strings.Contains(first, ".") && !ours
		require.False(t, foreign, "%s is linked into the simulator", name)
		require.NotContains(t, []string{"testing", "os/exec", "crypto/tls", "text/template"}, name)
	}
}

// build compiles the simulator with the given linker flags and returns its bytes.
func build(t *testing.T, flags string) []byte {
	t.Helper()
	to := filepath.Join(t.TempDir(), "zabscope.wasm")
	small, err := os.ReadFile(filepath.Join("_overlay", "gcflags"))
	require.NoError(t, err)
	args := append([]string{"build", "-overlay", overlay(t)}, strings.Fields(string(small))...)
	goTool(t, append(args, "-trimpath", "-ldflags", flags, "-o", to, ".")...)
	data, err := os.ReadFile(to)
	require.NoError(t, err)
	return data
}

// overlay writes what the simulator is built without, and returns the path.
func overlay(t *testing.T) string {
	t.Helper()
	printed, err := exec.Command("bash", "_overlay/print").Output()
	require.NoError(t, err)
	to := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(to, printed, 0o644))
	return to
}

// goTool runs the go command for js/wasm and returns what it prints.
func goTool(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	require.NoError(t, err, errs.String())
	return strings.TrimSpace(string(out))
}

func compress(t *testing.T, data []byte, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: 24})
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

// bytesByPackage adds up the code of a module by Go package, from its name section.
func bytesByPackage(module []byte, packages []string) (map[string]int, error) {
	sections, err := sectionsOf(module)
	if err != nil {
		return nil, err
	}
	imports, bodies := 0, []int(nil)
	var names map[int]string
	for _, s := range sections {
		switch {
		case s.id == sectionImport:
			imports = functionImports(s.data)
		case s.id == sectionCode:
			bodies = bodySizes(s.data)
		case s.id == sectionCustom && s.name == "name":
			names = functionNames(s.data)
		}
	}
	if names == nil {
		return nil, errors.New("the module has no name section")
	}
	known := make([]string, len(packages))
	for i, p := range packages {
		known[i] = mangled.ReplaceAllString(p, "_")
	}
	slices.Sort(known)
	sizes := map[string]int{}
	for i, size := range bodies {
		sizes[packageOf(names[imports+i], known)] += size
	}
	return sizes, nil
}

// Sections of the WebAssembly format that are read here.
const (
	sectionCustom = 0
	sectionImport = 2
	sectionCode   = 10
)

type section struct {
	id   byte
	name string // of a custom section
	data []byte
}

func sectionsOf(module []byte) ([]section, error) {
	rest, ok := bytes.CutPrefix(module, []byte("\x00asm\x01\x00\x00\x00"))
	if !ok {
		return nil, errors.New("not a WebAssembly module")
	}
	var sections []section
	for len(rest) > 0 {
		r := reader{rest[1:]}
		s := section{id: rest[0], data: r.bytes()}
		if s.id == sectionCustom {
			custom := reader{s.data}
			s.name = string(custom.bytes())
			s.data = custom.rest
		}
		sections = append(sections, s)
		rest = r.rest
	}
	return sections, nil
}

// reader reads the numbers and vectors of the format; a broken module panics, which a test may.
type reader struct{ rest []byte }

func (r *reader) number() int {
	v, n := binary.Uvarint(r.rest)
	r.rest = r.rest[n:]
	return int(v)
}

func (r *reader) bytes() []byte {
	n := r.number()
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// functionImports counts the functions that come from JavaScript; they have the first numbers.
func functionImports(data []byte) int {
	r := reader{data}
	functions := 0
	for range r.number() {
		r.bytes() // module
		r.bytes() // name
		kind := r.rest[0]
		r.rest = r.rest[1:]
		r.number() // Go imports functions only: a type index follows
		if kind == 0 {
			functions++
		}
	}
	return functions
}

func bodySizes(data []byte) []int {
	r := reader{data}
	sizes := make([]int, r.number())
	for i := range sizes {
		sizes[i] = len(r.bytes())
	}
	return sizes
}

// functionNames reads subsection 1 of the name section.
func functionNames(data []byte) map[int]string {
	names := map[int]string{}
	for len(data) > 0 {
		id := data[0]
		r := reader{data[1:]}
		sub := reader{r.bytes()}
		data = r.rest
		if id != 1 {
			continue
		}
		for range sub.number() {
			i := sub.number()
			names[i] = string(sub.bytes())
		}
	}
	return names
}

// mangled is what the linker replaces in names.
var mangled = regexp.MustCompile(`[^\w.]`)

// packageOf finds the package that a symbol such as "encoding_json.__Number_.String" belongs to:
// the longest name that it starts with.
func packageOf(symbol string, packages []string) string {
	for i := len(symbol) - 1; i > 0; i-- {
		if symbol[i] != '.' {
			continue
		}
		if _, ok := slices.BinarySearch(packages, symbol[:i]); ok {
			return symbol[:i]
		}
	}
	return "(other)"
}
