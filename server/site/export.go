package site

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// Target says where an export goes.
type Target struct {
	Dir string // made when it is not there

	// Base is the path below which a host will serve the folder, "/zabscope/", or "" when that is
	// not known yet. Only 404.html needs it, which hosts show at any depth; the address of
	// everything else is relative.
	Base string

	Force bool // write into a folder that holds something else too
}

// Receipt lists what an export wrote, by path below the folder, with sizes in bytes.
type Receipt struct {
	Pages, Assets, Texts map[string]int
}

// ErrBase says that a base is not a path of the form /path/.
var ErrBase = errors.New("a base path begins and ends with a slash, for instance /zabscope/")

// basePath is what a base looks like.
var basePath = regexp.MustCompile(`^/([\w.~-]+/)*$`)

// Export writes the whole site as files: index.html for each page and language, a root that
// chooses the language, 404.html, the packed files and the scenario texts. All addresses are
// relative, so it works below any path of any host. An earlier export in the same folder is
// replaced; a folder with anything else in it is refused with ErrForeign.
func Export(t Target, c Config) (Receipt, error) {
	if t.Base != "" && !basePath.MatchString(t.Base) {
		return Receipt{}, fmt.Errorf("%q: %w", t.Base, ErrBase)
	}
	e := exporter{target: t, config: c, receipt: Receipt{
		Pages: map[string]int{}, Assets: map[string]int{}, Texts: map[string]int{},
	}}
	var err error
	if e.lessons, err = OpenLibrary(c.Scenarios); err != nil {
		return Receipt{}, err
	}
	if e.folder, err = openFolder(t); err != nil {
		return Receipt{}, err
	}
	defer e.folder.close()
	for _, part := range []func() error{e.files, e.texts, e.pages, e.front, e.lost} {
		if err := part(); err != nil {
			return Receipt{}, err
		}
	}
	return e.receipt, e.folder.finish(c.Build)
}

type exporter struct {
	target  Target
	config  Config
	lessons *Library
	folder  *folder
	receipt Receipt
}

// places is where things lie, seen from a page whose root is given.
func (e *exporter) places(root string) places {
	return placesOf(e.config.Page, root, e.config.Build)
}

// files copies the packed page. A web host compresses by itself, so only the plain forms go.
func (e *exporter) files() error {
	m := e.config.Page.Manifest()
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		data, err := e.config.Page.Read(name)
		if err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
		if err := e.write(e.receipt.Assets, path.Join("assets", m.Hash, name), data); err != nil {
			return err
		}
	}
	return nil
}

// texts copies the scenarios, which the Worker fetches.
func (e *exporter) texts() error {
	for _, lang := range []string{"zh", "en"} {
		for _, l := range e.lessons.All(lang) {
			name := path.Join("scenarios", lang, l.Name+".md")
			if err := e.write(e.receipt.Texts, name, l.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// pages writes every page of the playground in both languages.
func (e *exporter) pages() error {
	for _, r := range e.lessons.routes() {
		root := strings.Repeat("../", strings.Count(r.address(), "/"))
		model, ok := e.lessons.page(r, e.places(root))
		if !ok {
			return fmt.Errorf("export %s: no such scenario", r.address())
		}
		page, err := render(r.component(model))
		if err != nil {
			return err
		}
		name := r.address() + "index.html"
		if err := e.write(e.receipt.Pages, name, withPolicy(page)); err != nil {
			return err
		}
	}
	return nil
}

// front writes the root: a script sends the visitor to a language, and without one there are links.
func (e *exporter) front() error {
	page, err := render(noticePage(chooser(e.places("").assets())))
	if err != nil {
		return err
	}
	return e.write(e.receipt.Pages, "index.html", withPolicy(page))
}

// lost writes what hosts of files answer when there is nothing at an address. They do so at any
// depth, so without a base the page can lead nowhere and has no style: words only.
func (e *exporter) lost() error {
	n := notice{Status: "404", Key: "site.404", First: text.EN, Bare: e.target.Base == ""}
	if !n.Bare {
		n.Assets = e.places(e.target.Base).assets()
		n.Links = []noticeLink{{Href: e.target.Base, Key: "site.home"}}
	}
	page, err := render(noticePage(n))
	if err != nil {
		return err
	}
	return e.write(e.receipt.Pages, "404.html", withPolicy(page))
}

// write puts one file below the folder and notes it.
func (e *exporter) write(kind map[string]int, name string, data []byte) error {
	kind[name] = len(data)
	return e.folder.write(name, data)
}

// withPolicy puts the Content-Security-Policy, and what else a header would say, into the page.
func withPolicy(page []byte) []byte {
	meta := `<head><meta http-equiv="Content-Security-Policy" content="` +
		html.EscapeString(MetaPolicy) + `"><meta name="referrer" content="no-referrer">`
	return bytes.Replace(page, []byte("<head>"), []byte(meta), 1)
}

// placesOf is how a page below root reaches the packed files of page.
func placesOf(page *assets.Bundle, root, build string) places {
	m := page.Manifest()
	return places{root: root, build: build, hash: m.Hash, wasm: m.Files["zabscope.wasm"].Size}
}

// assets is where the packed files lie.
func (p places) assets() ui.Assets {
	return ui.Assets{Base: p.root + "assets/" + p.hash + "/"}
}
