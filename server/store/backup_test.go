package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/store"
)

// bootAs boots from dirs as a server of that id.
func bootAs(t *testing.T, dirs store.Dirs, id store.Identity) node.Boot {
	t.Helper()
	d, err := store.Open(dirs, id, store.Options{})
	require.NoError(t, err)
	b, err := d.Boot()
	require.NoError(t, err)
	require.Empty(t, d.Notes())
	require.NoError(t, d.Close())
	return b
}

func TestBackupOfARunningServerIsItsWholeData(t *testing.T) {
	dir, tarFile := t.TempDir(), filepath.Join(t.TempDir(), "b.tar")
	d, _ := start(t, dir) // runs on
	require.NoError(t, d.Append([]step.Write{
		{Seq: 1, Kind: step.AcceptEpoch, Epoch: 2}, {Seq: 2, Kind: step.EnterEpoch, Epoch: 1},
	}))
	require.NoError(t, d.Append(appendTxns(3, 1, 2, 3)))
	require.NoError(t, d.Save(&step.Write{Zxid: 2, Snap: snapshot(2)}))
	require.NoError(t, d.Append(appendTxns(4, 4)))
	summary, err := store.Backup(store.Dirs{Snap: dir}, tarFile)
	require.NoError(t, err)
	require.Equal(t, `server 3 of cluster "test": a snapshot of 4 znodes at 0x2, `+
		`and 2 transactions; acceptedEpoch 2, currentEpoch 1`, summary.String())
	_, err = store.Backup(store.Dirs{Snap: dir}, tarFile)
	require.ErrorContains(t, err, "exists")

	same, other := t.TempDir(), store.Dirs{Snap: t.TempDir(), Log: t.TempDir()}
	_, err = store.Restore(tarFile, store.Dirs{Snap: same}, 0)
	require.NoError(t, err)
	_, err = store.Restore(tarFile, store.Dirs{Snap: same}, 0)
	require.ErrorContains(t, err, "holds data")
	_, err = store.Restore(tarFile, other, 1)
	require.NoError(t, err)
	for _, b := range []node.Boot{
		bootAs(t, store.Dirs{Snap: same}, server3),
		bootAs(t, other, store.Identity{Cluster: server3.Cluster, MyID: 1}),
	} {
		require.Equal(t, zk.Zxid(2), b.Snap.Zxid())
		require.Equal(t, []zk.Zxid{3, 4}, zxids(b.Log))
		require.EqualValues(t, 2, b.Accepted)
		require.EqualValues(t, 1, b.Current)
	}
}

func TestBackupOfAnEmptyServerIsEmpty(t *testing.T) {
	dir, tarFile, again := t.TempDir(), filepath.Join(t.TempDir(), "b.tar"), t.TempDir()
	d, _ := start(t, dir)
	require.NoError(t, d.Close())
	_, err := store.Backup(store.Dirs{Snap: dir}, tarFile)
	require.NoError(t, err)
	_, err = store.Restore(tarFile, store.Dirs{Snap: again}, 0)
	require.NoError(t, err)
	require.Equal(t, node.Boot{Number: 2}, bootAs(t, store.Dirs{Snap: again}, server3))
}

func TestDamagedBackupIsRefused(t *testing.T) {
	dir, tarFile := t.TempDir(), filepath.Join(t.TempDir(), "b.tar")
	snapshots(t, dir, store.Options{})
	_, err := store.Backup(store.Dirs{Snap: dir}, tarFile)
	require.NoError(t, err)
	whole, err := os.ReadFile(tarFile)
	require.NoError(t, err)
	const block = 512 // of a tar file: a header, then the content
	for name, at := range map[string]int{
		"identity": block, "log": 3*block + 70, "snapshot": 5*block + 70,
	} {
		bad := bytes.Clone(whole)
		bad[at] ^= 1
		require.NoError(t, os.WriteFile(tarFile, bad, 0o600))
		empty := t.TempDir()
		_, err := store.Restore(tarFile, store.Dirs{Snap: empty}, 0)
		require.Error(t, err, name)
		require.NoDirExists(t, filepath.Join(empty, store.FolderName))
	}
	_, err = store.Restore(tarFile+".no", store.Dirs{Snap: t.TempDir()}, 0)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = store.Backup(store.Dirs{Snap: t.TempDir()}, tarFile+"2")
	require.ErrorContains(t, err, "give the dataDir of a server")
}

func TestPrintShowsEveryRecord(t *testing.T) {
	dir := t.TempDir()
	d, _ := start(t, dir)
	require.NoError(t, d.Append([]step.Write{
		{Seq: 1, Kind: step.AcceptEpoch, Epoch: 2},
		{Seq: 2, Kind: step.EnterEpoch, Epoch: 2},
		{Seq: 3, Kind: step.AppendTxns, Txns: []zk.Txn{{
			Zxid: 1, Op: zk.OpCreate, Path: "/a\x1b[2J", Data: []byte("four"), Session: 0x100,
			TimeMs: 1700000000000, Cxid: 9,
		}, {Zxid: 2, Op: zk.OpError, Asked: zk.OpDelete, Err: zk.ErrNoNode}}},
		{Seq: 4, Kind: step.TruncateAfter, Zxid: 1},
	}))
	require.NoError(t, d.Save(&step.Write{Zxid: 1, Snap: snapshot(1)}))
	text := printed(t, segmentFile(dir, "1"))
	require.Contains(t, text, `log-0000000001: segment 1 of a log, written by start 1 of its server
it continues nothing: what was before counts no more
before it: acceptedEpoch 0, currentEpoch 0, log up to 0x0, write 0

    byte   write
`)
	require.NoError(t, d.Close())
	text = printed(t, segmentFile(dir, "1"))
	for _, part := range []string{
		"batch: all above is durable", "1 acceptedEpoch 2", "2 currentEpoch 2", "3 2 txns",
		`0x1  2023-11-14 22:13:20.000  session 0x100  cxid 9  create "/a\x1b[2J"  4 bytes`,
		"0x2  1970-01-01 00:00:00.000  session 0x0  cxid 0  error of delete: NoNode",
		"4 the log ends at 0x1", "snapshot 0x1 is durable, digest ", "end; 0 bytes are reserved",
	} {
		require.Contains(t, text, part)
	}
	require.Contains(t, printed(t, snapshotFile(dir, "01")), "4 znodes, 0 sessions")

	torn := func(b []byte) []byte { return b[:len(b)-2] }
	change(t, segmentFile(dir, "1"), torn)
	require.Contains(t, printed(t, segmentFile(dir, "1")), "an unfinished batch")
	change(t, segmentFile(dir, "1"), func(b []byte) []byte { b[120] ^= 1; return b })
	require.Contains(t, printed(t, segmentFile(dir, "1")), "DAMAGED: a record is bad")
	require.ErrorContains(t, store.Print(&bytes.Buffer{}, segmentFile(dir, "7")), "dataLogDir")
}

func printed(t *testing.T, path string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, store.Print(&b, path))
	return b.String()
}
