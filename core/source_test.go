// Package core_test holds the rules that the whole tree keeps: who imports whom, what the core may
// not do, and what source looks like. Every failure says what to do about it.
package core_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/zabscope/zabscope/"
	root   = ".." // tests run in core
)

// listed is what `go list` says of one of our packages, its path without the module.
type listed struct {
	ImportPath, Name, Dir     string
	Standard                  bool
	GoFiles, Imports, Deps    []string
	TestImports, XTestImports []string
	Export                    string
	Error                     *struct{ Err string }
}

// goList runs `go list` on the patterns. Packages that do not compile are listed too.
func goList(t *testing.T, env []string, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json"}, args...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("go list %s: %s", strings.Join(args, " "), exit.Stderr)
	}
	require.NoError(t, err)
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// native is what the server is built of; browser is what goes into the page.
var (
	native  = onceFor(func(t *testing.T) []listed { return ours(goList(t, nil, "./...")) })
	browser = onceFor(func(t *testing.T) []listed {
		return ours(goList(t, []string{"GOOS=js", "GOARCH=wasm"}, "./..."))
	})
)

func onceFor[T any](load func(*testing.T) T) func(*testing.T) T {
	var once sync.Once
	var value T
	return func(t *testing.T) T {
		t.Helper()
		once.Do(func() { value = load(t) })
		return value
	}
}

// ours drops packages that have only tests, and the module's name from the paths.
func ours(packages []listed) []listed {
	kept := slices.DeleteFunc(packages, func(p listed) bool {
		return !strings.HasPrefix(p.ImportPath, module) || len(p.GoFiles) == 0
	})
	for i := range kept {
		kept[i].ImportPath = strings.TrimPrefix(kept[i].ImportPath, module)
	}
	return kept
}

// sourceFile is one file of the tree. AST is nil unless it is Go.
type sourceFile struct {
	path string // from the top of the tree, with slashes
	text string
	ast  *ast.File
}

func (f *sourceFile) isGo() bool   { return strings.HasSuffix(f.path, ".go") }
func (f *sourceFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// isGenerated covers what templ writes and what says so in its first line.
func (f *sourceFile) isGenerated() bool {
	first, _, _ := strings.Cut(f.text, "\n")
	return strings.HasSuffix(f.path, "_templ.go") || strings.HasPrefix(first, "// Code generated ")
}

func (f *sourceFile) lines() []string { return strings.Split(f.text, "\n") }

// source is the tree, parsed once.
type source struct {
	fset  *token.FileSet
	files []*sourceFile
}

var tree = onceFor(readTree)

// skipped are folders whose files are made by machines or written by others.
var skipped = map[string]bool{
	".git": true, "bin": true, "out": true, "static/dist": true, "static/vendor": true,
	"web/e2e/axe":  true,
	"node_modules": true,
}

// texts are the endings of files that people write.
var texts = []string{
	".go", ".templ", ".js", ".mjs", ".css", ".md", ".html", ".json", ".sh", ".yml", ".yaml",
	".toml",
}

func readTree(t *testing.T) *source {
	t.Helper()
	s := &source{fset: token.NewFileSet()}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		switch {
		case d.IsDir() && (skipped[name] || skipped[d.Name()] || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !isText(name):
			return nil
		}
		return s.read(path, name)
	})
	require.NoError(t, err)
	return s
}

func isText(name string) bool {
	return slices.Contains(texts, filepath.Ext(name)) || filepath.Base(name) == "Makefile" ||
		strings.HasPrefix(name, ".ci/")
}

func (s *source) read(path, name string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) { // an editor's temporary file
		return nil
	}
	f := &sourceFile{path: name, text: string(text)}
	if f.isGo() {
		const mode = parser.ParseComments | parser.SkipObjectResolution
		f.ast, _ = parser.ParseFile(s.fset, name, text, mode)
	}
	s.files = append(s.files, f)
	return err
}

// goFiles returns the Go files that people write, tests included.
func (s *source) goFiles() []*sourceFile {
	var kept []*sourceFile
	for _, f := range s.files {
		if f.ast != nil && !f.isGenerated() {
			kept = append(kept, f)
		}
	}
	return kept
}

// productFiles returns the Go files that people write and that are not tests.
func (s *source) productFiles() []*sourceFile {
	return slices.DeleteFunc(s.goFiles(), (*sourceFile).isTest)
}

func (s *source) at(n ast.Node) string { return at(s.fset, n.Pos()) }

func at(fset *token.FileSet, pos token.Pos) string {
	p := fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// checker type-checks our packages from their source, so that one that does not compile yet hides
// nothing of the others. The standard library comes from the build cache.
type checker struct {
	source *source
	std    types.Importer
	info   *types.Info
	done   map[string]*types.Package
	broken map[string]error
}

var checked = onceFor(func(t *testing.T) *checker {
	t.Helper()
	// The packages that the rules talk about are there even if nobody imports them.
	patterns := []string{"./core/...", "fmt", "iter", "math", "math/rand/v2", "time"}
	exports := map[string]string{}
	for _, p := range goList(t, nil, append([]string{"-export", "-deps"}, patterns...)...) {
		if p.Standard {
			exports[p.ImportPath] = p.Export
		}
	}
	c := &checker{source: tree(t), done: map[string]*types.Package{}, broken: map[string]error{}}
	c.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{},
		Defs: map[*ast.Ident]types.Object{},
	}
	c.std = importer.ForCompiler(c.source.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	for _, p := range native(t) {
		if isCore(p.ImportPath) {
			_, _ = c.Import(module + p.ImportPath)
		}
	}
	return c
})

func isCore(path string) bool { return path == "core" || strings.HasPrefix(path, "core/") }

// Import returns a package, checking it first if it is ours.
func (c *checker) Import(path string) (*types.Package, error) {
	dir, own := strings.CutPrefix(path, module)
	if !own {
		return c.std.Import(path)
	}
	if p := c.done[path]; p != nil {
		return p, nil
	}
	var files []*ast.File
	for _, f := range c.source.filesIn(dir) {
		files = append(files, f.ast)
	}
	config := types.Config{Importer: c, Error: func(err error) {
		if c.broken[dir] == nil {
			c.broken[dir] = err
		}
	}}
	p, _ := config.Check(path, c.source.fset, files, c.info) // the first error is kept in broken
	c.done[path] = p
	return p, nil
}

// filesIn returns the product files of one folder.
func (s *source) filesIn(dir string) []*sourceFile {
	return slices.DeleteFunc(s.productFiles(), func(f *sourceFile) bool {
		return filepath.ToSlash(filepath.Dir(f.path)) != dir
	})
}
