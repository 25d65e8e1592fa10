package site

import (
	"bytes"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// Export writes the whole site as files: index.html for each page and language, the packed files
// and the scenario texts. All addresses in it are relative, so it works below any path of any host.
// It returns how many pages it wrote.
func Export(dir string, c Config) (pages int, err error) {
	lessons, err := OpenLibrary(c.Scenarios)
	if err != nil {
		return 0, err
	}
	e := exporter{dir: dir, config: c, lessons: lessons}
	if err := e.files(); err != nil {
		return 0, err
	}
	if err := e.texts(); err != nil {
		return 0, err
	}
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		n, err := e.language(lang)
		if err != nil {
			return pages, err
		}
		pages += n
	}
	front, err := render(noticePage(chooser(e.assets(""))))
	if err != nil {
		return pages, err
	}
	return pages + 1, e.write("index.html", withPolicy(front))
}

type exporter struct {
	dir     string
	config  Config
	lessons *Library
}

// assets is where the packed files lie, seen from a page whose root is given.
func (e exporter) assets(root string) ui.Assets {
	return ui.Assets{Base: root + "assets/" + e.config.Page.Manifest().Hash + "/"}
}

// files copies the packed page. A web host compresses by itself, so only the plain forms go.
func (e exporter) files() error {
	m := e.config.Page.Manifest()
	for name := range m.Files {
		data, err := e.config.Page.Read(name)
		if err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
		if err := e.write(path.Join("assets", m.Hash, name), data); err != nil {
			return err
		}
	}
	return nil
}

// texts copies the scenarios, which the Worker fetches.
func (e exporter) texts() error {
	for _, lang := range []string{"zh", "en"} {
		for _, l := range e.lessons.All(lang) {
			if err := e.write(path.Join("scenarios", lang, l.Name+".md"), l.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// language writes the pages of one language.
func (e exporter) language(lang text.Lang) (pages int, err error) {
	routes := map[string]route{
		short(lang):           {lang: lang},
		short(lang) + "/play": {lang: lang},
	}
	for _, l := range e.lessons.All(short(lang)) {
		routes[short(lang)+"/play/"+l.Name] = route{lang: lang, scenario: l.Name}
	}
	for folder, r := range routes {
		root := strings.Repeat("../", strings.Count(folder, "/")+1)
		model, ok := e.lessons.page(r, places{
			root: root, build: e.config.Build, hash: e.config.Page.Manifest().Hash,
		})
		if !ok {
			return pages, fmt.Errorf("export %s: no such scenario", folder)
		}
		page, err := render(ui.Page(model))
		if err != nil {
			return pages, err
		}
		if err := e.write(folder+"/index.html", withPolicy(page)); err != nil {
			return pages, err
		}
		pages++
	}
	return pages, nil
}

// withPolicy puts the Content-Security-Policy, and what else a header would say, into the page.
func withPolicy(page []byte) []byte {
	meta := `<head><meta http-equiv="Content-Security-Policy" content="` +
		html.EscapeString(MetaPolicy) + `"><meta name="referrer" content="no-referrer">`
	return bytes.Replace(page, []byte("<head>"), []byte(meta), 1)
}

// write puts one file below the folder of the export.
func (e exporter) write(name string, data []byte) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("export %q: not a path below the export", name)
	}
	to := filepath.Join(e.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("export %s: %w", name, err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		return fmt.Errorf("export %s: %w", name, err)
	}
	return nil
}
