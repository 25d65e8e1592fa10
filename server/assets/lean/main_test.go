package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const top = "../../.."

// long is what the rules are there to shorten.
var long = []string{"templruntime.WriteString(", "GetBuffer", "templ.GetChildren"}

// TestNothingLongIsLeft notices a templ that writes other code than the rules know.
func TestNothingLongIsLeft(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(top, "web", "ui", "*_templ.go"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		code, err := os.ReadFile(name)
		require.NoError(t, err)
		short := string(lean(code))
		for _, text := range long {
			require.NotContains(t, short, text, name)
		}
		require.Less(t, len(short), len(code), name)
	}
}

// TestTheSameIsRendered runs the golden tests of the components with the lean code.
func TestTheSameIsRendered(t *testing.T) {
	root, err := filepath.Abs(top)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "gone_templ.go.txt"), nil, 0o644))
	require.NoError(t, rewrite(filepath.Join(root, "web", "ui"), dir))
	require.NoFileExists(t, filepath.Join(dir, "gone_templ.go.txt"))
	replace := map[string]string{
		filepath.Join(root, "web", "ui", "lean.go"): filepath.Join(root, "wasm", "_overlay", "ui",
			"lean.go"),
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".txt")
		replace[filepath.Join(root, "web", "ui", name)] = filepath.Join(dir, f.Name())
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	path := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(path, overlay, 0o644))
	run := exec.Command("go", "test", "-count=1", "-overlay", path, "./web/ui")
	run.Dir = root
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestAFolderWithoutTemplatesIsNamed(t *testing.T) {
	dir := t.TempDir()
	require.ErrorContains(t, rewrite(dir, dir), "make generate")
}
