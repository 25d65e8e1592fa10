package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/store"
)

// TestDataOfFormat1Opens reads what a version that wrote format 1 has left: three snapshots with
// transactions between them, after a promise, in small segments. The files are never made anew: who
// changes the format adds others, and this goes on to pass.
func TestDataOfFormat1Opens(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "format-1"))))
	d, err := store.Open(store.Dirs{Snap: dir}, server3, store.Options{})
	require.NoError(t, err)
	b, err := d.Boot()
	require.NoError(t, err)
	require.Empty(t, d.Notes())
	require.False(t, b.Damaged)
	require.EqualValues(t, 3, b.Number)
	require.EqualValues(t, []zk.Epoch{4, 2}, []zk.Epoch{b.Accepted, b.Current})
	history, _, _ := b.Snap.Get("/history")
	require.Equal(t, " 0x200000001=1. 0x200000002=2. 0x200000003=3.", string(history))
	require.Equal(t, zk.Zxid(0x200000003), b.Snap.Zxid())
	require.Equal(t, []zk.Zxid{0x200000004, 0x200000005}, zxids(b.Log))
	require.NoError(t, d.Close())
}
