package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// ErrForeign says that a folder holds something that no export of ours wrote.
var ErrForeign = errors.New("the folder is not empty and holds no export of zabscope")

// receiptName is the file by which an export is recognised, and replaced, later.
const receiptName = "zabscope-export.json"

// stamp is what that file says.
type stamp struct {
	Program string   `json:"program"` // "zabscope"
	Build   string   `json:"build"`
	Files   []string `json:"files"` // by path below the folder, sorted
}

// folder is where an export goes. Nothing outside it is ever written or removed, whatever names and
// symbolic links say.
type folder struct {
	root    *os.Root
	old     []string // files of the export that is being replaced
	written []string
}

// openFolder makes the folder if need be, and refuses one that holds something else.
func openFolder(t Target) (*folder, error) {
	if err := os.MkdirAll(t.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the export: %w", err)
	}
	root, err := os.OpenRoot(t.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of the export: %w", err)
	}
	f := &folder{root: root}
	if f.old, err = earlier(root.FS()); errors.Is(err, ErrForeign) && t.Force {
		err = nil
	}
	if err != nil {
		f.close()
		return nil, fmt.Errorf("export to %s: %w", t.Dir, err)
	}
	return f, nil
}

// earlier lists the files of the export that is there. Files with a dot in front, such as the
// .git of a branch that is to be published, are nobody's business.
func earlier(dir fs.FS) ([]string, error) {
	raw, err := fs.ReadFile(dir, receiptName)
	if err == nil {
		var s stamp
		if json.Unmarshal(raw, &s) != nil || s.Program != "zabscope" {
			return nil, ErrForeign
		}
		return s.Files, nil
	}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			return nil, ErrForeign
		}
	}
	return nil, nil
}

// write puts one file below the folder.
func (f *folder) write(name string, data []byte) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("export %q: not a path below the export", name)
	}
	f.written = append(f.written, name)
	if err := f.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return fmt.Errorf("export %s: %w", name, err)
	}
	if err := f.root.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("export %s: %w", name, err)
	}
	return nil
}

// finish removes what the earlier export had and this one has not, and leaves the receipt.
func (f *folder) finish(build string) error {
	slices.Sort(f.written)
	for _, name := range f.old {
		if _, found := slices.BinarySearch(f.written, name); !found && fs.ValidPath(name) {
			if err := f.remove(name); err != nil {
				return err
			}
		}
	}
	s := stamp{Program: "zabscope", Build: build, Files: f.written}
	raw, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return fmt.Errorf("write %s: %w", receiptName, err)
	}
	return f.write(receiptName, append(raw, '\n'))
}

// remove takes one file away, and the folders that are empty then.
func (f *folder) remove(name string) error {
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s of the earlier export: %w", name, err)
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if f.root.Remove(dir) != nil {
			return nil // something is left in it
		}
	}
	return nil
}

// close lets go of the folder. What was written is on its way to the disk.
func (f *folder) close() { _ = f.root.Close() }
