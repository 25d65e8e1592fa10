package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/store"
)

// dataDir returns the data of server 1 with a promise and a session.
func dataDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	id := store.Identity{Cluster: "c", MyID: 1}
	d, err := store.Open(store.Dirs{Snap: dir}, id, store.Options{})
	require.NoError(t, err)
	_, err = d.Boot()
	require.NoError(t, err)
	require.NoError(t, d.Append([]step.Write{
		{Seq: 1, Kind: step.AcceptEpoch, Epoch: 1},
		{Seq: 2, Kind: step.AppendTxns, Txns: []zk.Txn{{
			Zxid: zk.MakeZxid(1, 1), Op: zk.OpCreateSession, Session: 7, TimeoutMs: 4000,
		}}},
	}))
	require.NoError(t, d.Close())
	return dir
}

func TestLogIsPrintedReadably(t *testing.T) {
	segment := filepath.Join(dataDir(t), store.FolderName, "log-0000000001")
	out, errs, status := run("log", segment)
	require.Zero(t, status, errs)
	require.Contains(t, out, "acceptedEpoch 1")
	require.Contains(t, out, "0x100000001")
	_, errs, status = run("log", segment+"7")
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "a log is a file called log-…")
}

func TestBackupComesBack(t *testing.T) {
	tarFile, back := filepath.Join(t.TempDir(), "b.tar"), t.TempDir()
	out, errs, status := run("backup", dataDir(t), tarFile)
	require.Zero(t, status, errs)
	require.Contains(t, out, `server 1 of cluster "c": no snapshot, and 1 transactions`)
	out, errs, status = run("restore", tarFile, back, "--myid", "2")
	require.Zero(t, status, errs)
	require.Contains(t, out, `server 2 of cluster "c"`)
	_, errs, status = run("restore", tarFile, back)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "holds data")
}
