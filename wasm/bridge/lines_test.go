package bridge

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// unread are the fields of the relay's lines that the page has no use for.
var unread = map[string]bool{
	"hello.version":        true, // live.js reads it
	"hello.servers.client": true,
	"from.boot":            true, "from.after": true, "from.last": true, "state.boot": true,
	"state.lost": true, "ready.boot": true, "gap.boot": true, "gone.why": true,
	"tree.zxid": true, "tree.znodes": true, "code": true,
}

// TestPageReadsWhatTheRelayWrites reads the lines that the tests of server/live write: one of each
// kind, with every field set.
func TestPageReadsWhatTheRelayWrites(t *testing.T) {
	text, err := os.ReadFile("../../server/live/testdata/lines.ndjson")
	require.NoError(t, err)
	written := map[string]bool{}
	for line := range bytes.Lines(text) {
		var n notice
		require.NoError(t, decode(bytes.TrimSpace(line), &n), "%s", line)
		again, err := json.Marshal(n)
		require.NoError(t, err)
		var want, got map[string]any
		require.NoError(t, json.Unmarshal(line, &want))
		require.NoError(t, json.Unmarshal(again, &got))
		sameFields(t, "", want, got, written)
	}
	for path := range unread {
		require.True(t, written[path], "nobody writes %s any more", path)
	}
	for _, path := range []string{
		"hello.servers.id", "hello.servers.voter", "hello.rights", "hello.cluster", "from.node",
		"from.ms", "state.node", "ready.node", "gap.node", "gap.after", "gap.next", "gone.node",
		"sampled.node", "sampled.kept", "sampled.of", "tree.node", "tree.snapshot", "done", "ok",
		"output", "error",
	} {
		require.True(t, written[path], "nobody writes %s", path)
	}
}

// sameFields wants everything that was written to have been read.
func sameFields(t *testing.T, path string, want, got any, written map[string]bool) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, is := got.(map[string]any)
		require.True(t, is, "%s is not read", path)
		for name, value := range w {
			at := name
			if path != "" {
				at = path + "." + name
			}
			written[at] = true
			if !unread[at] {
				sameFields(t, at, value, g[name], written)
			}
		}
	case []any:
		g, is := got.([]any)
		require.True(t, is && len(g) == len(w), "%s is not read", path)
		for i := range w {
			sameFields(t, path, w[i], g[i], written)
		}
	default:
		require.Equal(t, want, got, path)
	}
}
