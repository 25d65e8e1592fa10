package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/store"
)

var _ drive.Disk = (*store.Disk)(nil)

var server3 = store.Identity{Cluster: "test", MyID: 3}

// open opens the store in dir for server 3, with small segments.
func open(t *testing.T, dir string, opts store.Options) *store.Disk {
	t.Helper()
	if opts.SegmentBytes == 0 {
		opts.SegmentBytes = 1 << 14
	}
	d, err := store.Open(store.Dirs{Snap: dir}, server3, opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// start opens the store and boots from it.
func start(t *testing.T, dir string) (*store.Disk, node.Boot) {
	t.Helper()
	d := open(t, dir, store.Options{})
	b, err := d.Boot()
	require.NoError(t, err)
	return d, b
}

func TestDiskGivesBackWhatWasWritten(t *testing.T) {
	dir := t.TempDir()
	d, b := start(t, dir)
	require.Equal(t, node.Boot{Number: 1}, b)
	require.NoError(t, d.Append([]step.Write{
		{Seq: 1, Kind: step.AcceptEpoch, Epoch: 2},
		{Seq: 2, Kind: step.EnterEpoch, Epoch: 1},
		{Seq: 3, Kind: step.AppendTxns, Txns: txns(1, 2, 3)},
	}))
	require.NoError(t, d.Append([]step.Write{
		{Seq: 4, Kind: step.TruncateAfter, Zxid: 2},
		{Seq: 5, Kind: step.AppendTxns, Txns: txns(4)},
	}))
	require.NoError(t, d.Close())

	_, b = start(t, dir)
	require.Equal(t, []zk.Zxid{1, 2, 4}, zxids(b.Log))
	b.Log = nil
	require.Equal(t, node.Boot{Accepted: 2, Current: 1, Seq: 5, Number: 2}, b)
}

func TestDiskSnapshotStandsForTheLog(t *testing.T) {
	dir := t.TempDir()
	d, _ := start(t, dir)
	require.NoError(t, d.Append([]step.Write{
		{Seq: 1, Kind: step.AppendTxns, Txns: txns(1, 2, 3)},
	}))
	require.NoError(t, d.Save(&step.Write{Kind: step.SaveSnapshot, Zxid: 2, Snap: snapshot(2)}))
	require.NoError(t, d.Close())

	d, own := start(t, dir)
	require.Equal(t, []zk.Zxid{3}, zxids(own.Log))
	require.Equal(t, zk.Zxid(2), own.Snap.Zxid())
	require.NoError(t, d.Save(&step.Write{
		Kind: step.SaveSnapshot, Zxid: 9, Epoch: 1, Snap: snapshot(9),
	}))
	require.NoError(t, d.Append([]step.Write{
		{Seq: 2, Kind: step.AppendTxns, Txns: txns(10)},
	}))
	require.NoError(t, d.Close())

	_, leaders := start(t, dir)
	require.Equal(t, []zk.Zxid{10}, zxids(leaders.Log), "a leader's snapshot stands for all before")
	require.Equal(t, zk.Zxid(9), leaders.Snap.Zxid())
}

// names lists the store's folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, store.FolderName))
	require.NoError(t, err)
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestIdleStartsLeaveNoFiles(t *testing.T) {
	dir := t.TempDir()
	for want := range 5 {
		d, b := start(t, dir)
		require.EqualValues(t, want+1, b.Number)
		require.Equal(t, "identity lock log-0000000001", names(t, dir))
		require.NoError(t, d.Close())
	}
}
