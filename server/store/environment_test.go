package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/store"
)

// The tests here are named after the rows of a list of what the environment may do to a server. E7
// and E8 are about clocks and descriptors, E10 about the versions of peers: they are not the
// store's.

func appendTxns(seq uint64, zxids ...zk.Zxid) []step.Write {
	return []step.Write{{Seq: seq, Kind: step.AppendTxns, Txns: txns(zxids...)}}
}

// refused opens the store in dir and returns why that is not possible.
func refused(t *testing.T, dirs store.Dirs, id store.Identity) string {
	t.Helper()
	d, err := store.Open(dirs, id, store.Options{})
	if err == nil {
		_, err = d.Boot()
		require.NoError(t, d.Close())
	}
	require.Error(t, err)
	return err.Error()
}

func TestEnvironment_E01_DiskErrorIsForEver(t *testing.T) {
	disks := map[string]store.Faults{
		"no space":   {WriteErr: syscall.ENOSPC, Room: 11},
		"write":      {WriteErr: syscall.EIO},
		"flush":      {SyncErr: syscall.EIO},
		"first byte": {WriteErr: syscall.ENOSPC, Room: 0},
	}
	for name, faults := range disks {
		t.Run(name, func(t *testing.T) {
			dir, faulty := t.TempDir(), &store.Faulty{Files: store.OS{}}
			d := open(t, dir, store.Options{Files: faulty})
			_, err := d.Boot()
			require.NoError(t, err)
			require.NoError(t, d.Append(appendTxns(1, 1)))
			faulty.Set(faults)
			first := d.Append(appendTxns(2, 2))
			require.Error(t, first)
			faulty.Set(store.Faults{})
			require.Equal(t, first, d.Append(appendTxns(3, 3)), "an error was passed over")
			require.Equal(t, first, d.Save(&step.Write{Zxid: 1, Snap: snapshot(1)}))
			if faults.WriteErr == syscall.ENOSPC {
				require.ErrorContains(t, first, "make room")
			}
			require.NoError(t, d.Close())
			_, b := start(t, dir)
			require.Contains(t, [][]zk.Zxid{{1}, {1, 2}}, zxids(b.Log))
		})
	}
}

func TestEnvironment_E01_DiskErrorEndsTheNodeUnanswered(t *testing.T) {
	faulty := &store.Faulty{Files: store.OS{}}
	n, err := drive.Start(drive.Config{
		Node:    node.DefaultConfig(1, zk.ServerSet(0).With(1), 0),
		Disk:    open(t, t.TempDir(), store.Options{Files: faulty}),
		Clients: func([]step.ToClient) {},
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		serving := false
		n.Ask(func(n *node.Node) { serving = n.Status().Serving })
		return serving
	}, 10*time.Second, time.Millisecond)
	faulty.Set(store.Faults{SyncErr: syscall.EIO})
	require.True(t, n.Post(step.Input{Kind: step.ClientUp, Conn: 1}))
	require.True(t, n.Post(step.Input{Kind: step.ClientMsg, Conn: 1, Req: &zk.Request{
		Op: zk.OpConnect, TimeoutMs: 10_000,
	}}))
	select {
	case <-n.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the node goes on without a disk")
	}
	require.ErrorIs(t, n.Stop(), syscall.EIO)
}

func TestEnvironment_E01_SlowDiskIsOnlySlow(t *testing.T) {
	dir, faulty := t.TempDir(), &store.Faulty{Files: store.OS{}}
	d := open(t, dir, store.Options{Files: faulty})
	_, err := d.Boot()
	require.NoError(t, err)
	const delay = 30 * time.Millisecond
	faulty.Set(store.Faults{SyncDelay: delay})
	began := time.Now()
	require.NoError(t, d.Append(appendTxns(1, 1)))
	require.GreaterOrEqual(t, time.Since(began), delay)
}

// segmentFile returns the path of a file of the log.
func segmentFile(dir, number string) string {
	return filepath.Join(dir, store.FolderName, "log-000000000"+number)
}

// change rewrites a file.
func change(t *testing.T, path string, how func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, how(b), 0o600))
}

// written leaves two starts with three batches each behind.
func written(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for life := range uint64(2) {
		d, _ := start(t, dir)
		for i := range uint64(3) {
			seq := 3*life + i + 1
			require.NoError(t, d.Append(appendTxns(seq, zk.Zxid(seq))))
		}
		require.NoError(t, d.Close())
	}
	return dir
}

func TestEnvironment_E02_TornTailIsCut(t *testing.T) {
	dir := written(t)
	change(t, segmentFile(dir, "2"), func(b []byte) []byte { return b[:len(b)-3] })
	d, b := start(t, dir)
	require.False(t, b.Damaged)
	require.Equal(t, []zk.Zxid{1, 2, 3, 4, 5}, zxids(b.Log))
	require.Contains(t, strings.Join(d.Notes(), "\n"), "unfinished batch")
	require.NoError(t, d.Append(appendTxns(b.Seq+1, 7)))
	require.NoError(t, d.Close())
	d, b = start(t, dir)
	require.Equal(t, []zk.Zxid{1, 2, 3, 4, 5, 7}, zxids(b.Log))
	require.Empty(t, d.Notes())
}

func TestEnvironment_E03_DamageInTheMiddleTakesTheVote(t *testing.T) {
	header := func(b []byte) []byte { b[9] ^= 1; return b }
	cases := []struct {
		name, segment string
		harm          func([]byte) []byte // nil removes the file
	}{
		{"rot in an old file", "1", rot},
		{"rot before a mark", "2", rot},
		{"rot in a header", "2", header},
		{"missing newest file", "2", nil},
		{"missing oldest file", "1", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := written(t)
			if path := segmentFile(dir, c.segment); c.harm != nil {
				change(t, path, c.harm)
			} else {
				require.NoError(t, os.Remove(path))
			}
			for range 2 { // it is not forgotten
				d, b := start(t, dir)
				require.True(t, b.Damaged)
				require.Empty(t, b.Log)
				require.Contains(t, strings.Join(d.Notes(), "\n"), "does not vote")
				require.NoError(t, d.Close())
			}
			requireHealed(t, dir)
		})
	}
}

// rot flips a bit in the middle.
func rot(b []byte) []byte {
	b[len(b)/2] ^= 1
	return b
}

// requireHealed demands that a leader's snapshot ends the damage.
func requireHealed(t *testing.T, dir string) {
	t.Helper()
	d, b := start(t, dir)
	require.NoError(t, d.Append([]step.Write{
		{Seq: b.Seq + 1, Kind: step.AcceptEpoch, Epoch: 1},
	}))
	z := zk.MakeZxid(1, 3)
	require.NoError(t, d.Save(&step.Write{Zxid: z, Epoch: 1, Snap: snapshot(z)}))
	require.NoError(t, d.Append(appendTxns(b.Seq+2, z+1)))
	require.NoError(t, d.Close())
	d, b = start(t, dir)
	require.False(t, b.Damaged)
	require.Empty(t, d.Notes())
	require.Equal(t, z, b.Snap.Zxid())
	require.Equal(t, []zk.Zxid{z + 1}, zxids(b.Log))
}

// TestEnvironment_E03_PromisesOutliveDamage: an epoch that was accepted behind the rot stays
// accepted.
func TestEnvironment_E03_PromisesOutliveDamage(t *testing.T) {
	dir := t.TempDir()
	d, _ := start(t, dir)
	require.NoError(t, d.Append(appendTxns(1, 1)))
	require.NoError(t, d.Append(appendTxns(2, 2)))
	require.NoError(t, d.Append([]step.Write{{Seq: 3, Kind: step.AcceptEpoch, Epoch: 7}}))
	require.NoError(t, d.Close())
	change(t, segmentFile(dir, "1"), func(b []byte) []byte { b[len(b)/3] ^= 1; return b })
	for range 3 {
		d, b := start(t, dir)
		require.True(t, b.Damaged)
		require.EqualValues(t, 7, b.Accepted)
		require.NoError(t, d.Close())
	}
}

// snapshots saves three snapshots with transactions between them.
func snapshots(t *testing.T, dir string, opts store.Options) {
	t.Helper()
	d := open(t, dir, opts)
	_, err := d.Boot()
	require.NoError(t, err)
	for i := range uint64(3) {
		z := zk.Zxid(10 * (i + 1))
		require.NoError(t, d.Append(appendTxns(2*i+1, z)))
		require.NoError(t, d.Save(&step.Write{Zxid: z, Snap: snapshot(z)}))
		require.NoError(t, d.Append(appendTxns(2*i+2, z+1)))
	}
	require.NoError(t, d.Close())
}

func snapshotFile(dir, number string) string {
	return filepath.Join(dir, store.FolderName, "snapshot-00000000000000"+number)
}

func TestEnvironment_E04_OlderSnapshotStandsIn(t *testing.T) {
	dir := t.TempDir()
	snapshots(t, dir, store.Options{})
	change(t, snapshotFile(dir, "1e"), rot)
	require.NoError(t, os.Remove(snapshotFile(dir, "14")))
	d, b := start(t, dir)
	require.False(t, b.Damaged)
	require.EqualValues(t, 10, b.Snap.Zxid())
	require.Equal(t, []zk.Zxid{11, 20, 21, 30, 31}, zxids(b.Log))
	require.Contains(t, strings.Join(d.Notes(), "\n"), "an older snapshot and the log stand in")
	require.NoError(t, d.Close())

	change(t, snapshotFile(dir, "0a"), rot)
	_, b = start(t, dir)
	require.False(t, b.Damaged, "the log begins at the beginning")
	require.Nil(t, b.Snap)
	require.Len(t, b.Log, 6)
}

func TestEnvironment_E04_NoSnapshotAndNoBeginningTakesTheVote(t *testing.T) {
	dir := t.TempDir()
	snapshots(t, dir, store.Options{Keep: 1, SegmentBytes: 128})
	require.NoFileExists(t, segmentFile(dir, "1"), "nothing was purged")
	require.NoError(t, os.Remove(snapshotFile(dir, "1e")))
	d, b := start(t, dir)
	require.True(t, b.Damaged)
	require.Contains(t, strings.Join(d.Notes(), "\n"), "no snapshot can be read")
	require.NoError(t, d.Close())
	requireHealed(t, dir)
}

func TestEnvironment_E05_OnlyAnEmptyFolderIsPrepared(t *testing.T) {
	dir := written(t)
	identity := filepath.Join(dir, store.FolderName, "identity")
	change(t, identity, func([]byte) []byte { return []byte("myid -3\n") })
	require.Contains(t, refused(t, store.Dirs{Snap: dir}, server3), "does not say whose data")
	require.NoError(t, os.Remove(identity))
	require.Contains(t, refused(t, store.Dirs{Snap: dir}, server3), "has no file \"identity\"")

	dir = written(t)
	for _, number := range []string{"1", "2"} {
		require.NoError(t, os.Remove(segmentFile(dir, number)))
	}
	require.Contains(t, refused(t, store.Dirs{Snap: dir}, server3), "is its disk mounted?")
}

func TestEnvironment_E05_UnmountedDiskIsNoNewServer(t *testing.T) {
	dirs := store.Dirs{Snap: t.TempDir(), Log: t.TempDir()}
	d, err := store.Open(dirs, server3, store.Options{})
	require.NoError(t, err)
	_, err = d.Boot()
	require.NoError(t, err)
	require.NoError(t, d.Append(appendTxns(1, 1)))
	require.NoError(t, d.Close())
	for _, half := range []store.Dirs{
		{Snap: t.TempDir(), Log: dirs.Log}, {Snap: dirs.Snap, Log: t.TempDir()},
	} {
		require.Contains(t, refused(t, half, server3), "mounted")
	}
	d, err = store.Open(dirs, server3, store.Options{})
	require.NoError(t, err)
	b, err := d.Boot()
	require.NoError(t, err)
	require.Len(t, b.Log, 1)
	require.NoError(t, d.Close())
}

func TestEnvironment_E06_ForeignAndSharedFoldersAreRefused(t *testing.T) {
	dir := t.TempDir()
	d, _ := start(t, dir)
	require.Contains(t, refused(t, store.Dirs{Snap: dir}, server3), "in use by process")
	require.NoError(t, d.Close())
	for _, id := range []store.Identity{{"test", 4}, {"other", 3}} {
		text := refused(t, store.Dirs{Snap: dir}, id)
		require.Contains(t, text, `the data of server 3 of cluster "test"`)
		require.Contains(t, text, "a dataDir of its own")
	}
	start(t, dir)
}

func TestEnvironment_E06_ApacheDataIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	apache := filepath.Join(dir, "version-2")
	require.NoError(t, os.Mkdir(apache, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(apache, "log.1"), []byte("ZKLG"), 0o600))
	require.Contains(t, refused(t, store.Dirs{Snap: dir}, server3), "Apache ZooKeeper")
	require.NoDirExists(t, filepath.Join(dir, store.FolderName))
}

// forbidden is files of which this process may make none, whoever it is.
type forbidden struct{ store.Files }

func (forbidden) MkdirAll(folder string) error {
	return &os.PathError{Op: "mkdir", Path: folder, Err: syscall.EACCES}
}

func TestEnvironment_E06_MissingPermissionSaysWhoNeedsIt(t *testing.T) {
	_, err := store.Open(store.Dirs{Snap: t.TempDir()}, server3,
		store.Options{Files: forbidden{store.OS{}}})
	require.ErrorContains(t, err, "must own dataDir")
}

func TestEnvironment_E09_KillInTheMiddleOfASnapshotLeavesNoTrace(t *testing.T) {
	dir := written(t)
	half := snapshotFile(dir, "05") + ".tmp"
	require.NoError(t, os.WriteFile(half, []byte("half"), 0o600))
	orphan := snapshotFile(dir, "04") // renamed, and no record in the log says so yet
	require.NoError(t, os.WriteFile(orphan, wire.AppendSnapshot(nil, snapshot(4)), 0o600))
	_, b := start(t, dir)
	require.NoFileExists(t, half)
	require.NoFileExists(t, orphan)
	require.Nil(t, b.Snap)
	require.Len(t, b.Log, 6)
}

// TestNewerFormatIsRefusedByName: nobody guesses what a newer version has written.
func TestNewerFormatIsRefusedByName(t *testing.T) {
	dir := t.TempDir()
	snapshots(t, dir, store.Options{})
	newer := func(b []byte) []byte { b[3]++; return b }
	older := func(b []byte) []byte { b[3]--; return b }
	for _, path := range []string{snapshotFile(dir, "1e"), segmentFile(dir, "1")} {
		change(t, path, newer)
		text := refused(t, store.Dirs{Snap: dir}, server3)
		require.Contains(t, text, filepath.Base(path))
		require.Contains(t, text, "of format 2, which a newer version")
		change(t, path, older)
	}
	identity := filepath.Join(dir, store.FolderName, "identity")
	change(t, identity, func(b []byte) []byte {
		return []byte(strings.Replace(string(b), "format 1", "format 2", 1))
	})
	require.Contains(t, refused(t, store.Dirs{Snap: dir}, server3), "identity is of format 2")
}
