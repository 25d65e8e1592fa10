package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

func TestHostsAreReadAsApacheReadsThem(t *testing.T) {
	for text, want := range map[string]Hosts{
		"zk1":              {Addresses: []string{"zk1:2181"}},
		"zk1:7,zk2":        {Addresses: []string{"zk1:7", "zk2:2181"}},
		"zk1:7, zk2:8/a/b": {Addresses: []string{"zk1:7", "zk2:8"}, Chroot: "/a/b"},
		"zk1/":             {Addresses: []string{"zk1:2181"}},
		"[::1]:7,[::1]":    {Addresses: []string{"[::1]:7", "[::1]:2181"}},
	} {
		want.Text = text
		got, err := ParseHosts(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", ",zk1", "zk1:", "zk1:x", "zk1:0", "::1", "/a"} {
		_, err := ParseHosts(text)
		require.ErrorContains(t, err, "write it like", text)
	}
	_, err := ParseHosts(strings.Repeat("zk,", 63) + "zk")
	require.ErrorContains(t, err, "too many")
}

func TestPathsAreBelowTheChroot(t *testing.T) {
	h := Hosts{Chroot: "/app"}
	for path, want := range map[string]string{
		"/": "/app", "/a": "/app/a", "/q/": "/app/q/",
	} {
		require.Equal(t, want, h.below(&zk.Request{Path: path}).Path)
	}
	multi := h.below(&zk.Request{Op: zk.OpMulti, Ops: []zk.Request{{Path: "/a"}}})
	require.Equal(t, "/app/a", multi.Ops[0].Path)
	reply := h.strip(zk.OpGetEphemerals, &zk.Reply{
		Path: "/app", Children: []string{"/app/e"}, Results: []zk.OpResult{{Path: "/app/r"}},
	})
	require.Equal(t, "/", reply.Path)
	require.Equal(t, []string{"/e"}, reply.Children)
	require.Equal(t, "/r", reply.Results[0].Path)
	children := &zk.Reply{Children: []string{"app"}}
	require.Equal(t, children.Children, h.strip(zk.OpGetChildren2, children).Children)
}

func TestHistoryIsKeptButForSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history")
	h := history{file: file}
	for _, line := range []string{"ls /", "", "addauth digest bob:pw", "get /a"} {
		h.Add(line)
	}
	again := history{file: file}
	again.load()
	require.Equal(t, 2, again.Len())
	require.Equal(t, "get /a", again.At(0))
	require.Equal(t, "ls /", again.At(1))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("ls /\n", historyMax+9)), 0o600))
	again = history{file: file}
	again.load()
	require.Equal(t, historyMax, again.Len())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, historyMax, strings.Count(string(text), "\n"))
}

func TestWordsOfACommandComeBackAsTheyWere(t *testing.T) {
	require.Equal(t, `get "a b" 'it"s' "" plain`, strings.Join([]string{
		quote("get"), quote("a b"), quote(`it"s`), quote(""), quote("plain"),
	}, " "))
	require.Equal(t, "/ap", common([]string{"/app", "/ape", "/ap"}))
}
