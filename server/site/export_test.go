package site

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExportIsCompleteAndRelative(t *testing.T) {
	dir := t.TempDir()
	pages, err := Export(dir, Config{Page: bundle(t), Scenarios: texts})
	require.NoError(t, err)
	require.Equal(t, 7, pages, "a chooser, and for each language the front, free play, one lesson")
	site := os.DirFS(dir)
	links := regexp.MustCompile(`(?:src|href|data-worker|data-wasm|data-scenario)="([^"]*)"`)
	err = fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		raw, err := fs.ReadFile(site, name)
		require.NoError(t, err)
		page := string(raw)
		require.Equal(t, 1, strings.Count(page, "Content-Security-Policy"), name)
		require.NotContains(t, page, "frame-ancestors", "meta elements may not say that")
		for _, m := range links.FindAllStringSubmatch(page, -1) {
			requireLink(t, site, name, m[1])
		}
		return nil
	})
	require.NoError(t, err)
}

// packedLater are folders of the real page that the small test page does not have.
var packedLater = regexp.MustCompile(`/(css|js)/`)

// requireLink wants an address in a page to be relative and to lead to a file of the export.
func requireLink(t *testing.T, site fs.FS, page, link string) {
	t.Helper()
	if link == "" || strings.HasPrefix(link, "#") {
		return
	}
	require.NotRegexp(t, `^(/|[a-z]+:)`, link, "in %s", page)
	target := path.Join(path.Dir(page), link)
	require.True(t, fs.ValidPath(target), "%s in %s leaves the export", link, page)
	if packedLater.MatchString(target) {
		return
	}
	info, err := fs.Stat(site, target)
	require.NoError(t, err, "%s in %s", link, page)
	if info.IsDir() {
		_, err := fs.Stat(site, target+"/index.html")
		require.NoError(t, err, "%s in %s", link, page)
	}
}
