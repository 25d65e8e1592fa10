package site

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExportIsCompleteAndRelative(t *testing.T) {
	dir := t.TempDir()
	r, err := Export(Target{Dir: dir}, Config{Page: bundle(t), Scenarios: texts})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{
		"index.html", "404.html", "zh/index.html", "en/index.html",
		"zh/play/index.html", "en/play/index.html",
		"zh/play/why/index.html", "en/play/why/index.html",
		"zh/embed/play/index.html", "en/embed/play/index.html",
		"zh/embed/why/index.html", "en/embed/why/index.html",
		"en/play/ready/index.html", "en/embed/ready/index.html",
		"zh/play/ready/index.html", "zh/embed/ready/index.html",
	}, slices.Collect(maps.Keys(r.Pages)))
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
		require.NotRegexp(t, `<script[^>]*>[^<]`, page, name)
		if strings.Contains(page, "data-wasm=") {
			require.Contains(t, page, `data-wasm-size="4000"`, name)
		}
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
		_, err := fs.Stat(site, path.Join(target, "index.html"))
		require.NoError(t, err, "%s in %s", link, page)
	}
}

func TestExportRefusesWhatItDidNotWrite(t *testing.T) {
	config := Config{Page: bundle(t), Scenarios: texts}
	dir := t.TempDir()
	mine := filepath.Join(dir, "thesis.txt")
	require.NoError(t, os.WriteFile(mine, []byte("dear reader"), 0o644))
	_, err := Export(Target{Dir: dir}, config)
	require.ErrorIs(t, err, ErrForeign)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing was written")
	_, err = Export(Target{Dir: dir, Force: true}, config)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "en", "play", "index.html"))
	require.FileExists(t, mine)
}

func TestExportReplacesAnEarlierOneAndNothingElse(t *testing.T) {
	config := Config{Page: bundle(t), Scenarios: texts}
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755), "a branch to be published")
	_, err := Export(Target{Dir: dir}, config)
	require.NoError(t, err)
	note := filepath.Join(dir, receiptName)
	var s stamp
	raw, err := os.ReadFile(note)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &s))
	stale := filepath.Join(dir, "assets", "0000", "old.js")
	require.NoError(t, os.MkdirAll(filepath.Dir(stale), 0o755))
	require.NoError(t, os.WriteFile(stale, nil, 0o644))
	outside := filepath.Join(filepath.Dir(dir), "outside.txt")
	require.NoError(t, os.WriteFile(outside, nil, 0o644))
	mine := filepath.Join(dir, "CNAME")
	require.NoError(t, os.WriteFile(mine, nil, 0o644))
	s.Files = append(s.Files, "assets/0000/old.js", "../outside.txt")
	raw, err = json.Marshal(s)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(note, raw, 0o644))
	_, err = Export(Target{Dir: dir}, config)
	require.NoError(t, err)
	require.NoDirExists(t, filepath.Dir(stale), "the earlier export had it, this one has not")
	require.FileExists(t, mine)
	require.FileExists(t, outside)
	require.DirExists(t, filepath.Join(dir, ".git"))
}

func TestExportNeverFollowsALinkOutOfItsFolder(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, "assets")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	target := Target{Dir: dir, Force: true}
	_, err := Export(target, Config{Page: bundle(t), Scenarios: texts})
	require.Error(t, err)
	entries, err := os.ReadDir(elsewhere)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestOnlyTheLostPageDependsOnTheBase(t *testing.T) {
	config := Config{Page: bundle(t), Scenarios: texts}
	plain, based := t.TempDir(), t.TempDir()
	r, err := Export(Target{Dir: plain}, config)
	require.NoError(t, err)
	_, err = Export(Target{Dir: based, Base: "/x/y/"}, config)
	require.NoError(t, err)
	for name := range r.Pages {
		a, err := os.ReadFile(filepath.Join(plain, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(based, name))
		require.NoError(t, err)
		if name != "404.html" {
			require.Equal(t, string(a), string(b), name)
			continue
		}
		require.NotContains(t, string(a), "href=", "it can lead nowhere")
		require.Contains(t, string(b), `href="/x/y/`)
	}
	for _, bad := range []string{"x/", "/x", "//evil/", "/a b/", "https://x/"} {
		_, err := Export(Target{Dir: t.TempDir(), Base: bad}, config)
		require.ErrorIs(t, err, ErrBase, bad)
	}
}
