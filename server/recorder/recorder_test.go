package recorder_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/recording"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/recorder"
	"github.com/zabscope/zabscope/server/store"
)

var quiet = slog.New(slog.DiscardHandler)

// run drives a server alone that records, through so many writes, and returns its last zxid.
func run(t *testing.T, path string, size int64, writes, bytes int) zk.Zxid {
	t.Helper()
	r, err := recorder.Open(path, size, quiet)
	require.NoError(t, err)
	replies := make(chan step.ToClient, 1000)
	d, err := drive.Start(drive.Config{
		Node: node.DefaultConfig(1, zk.SetOf(1), 0), Disk: &store.Memory{}, Recorder: r,
		Clients: func(out []step.ToClient) {
			for i := range out {
				replies <- out[i]
			}
		},
	})
	require.NoError(t, err)
	var last node.Status
	ask := func() node.Status {
		d.Ask(func(n *node.Node) { last = n.Status() })
		return last
	}
	require.Eventually(t, func() bool { return ask().Serving }, 10*time.Second, time.Millisecond)
	require.True(t, d.Post(step.Input{Kind: step.ClientUp, Conn: 1}))
	send := func(req zk.Request) {
		require.True(t, d.Post(step.Input{Kind: step.ClientMsg, Conn: 1, Req: &req}))
	}
	send(zk.Request{Op: zk.OpConnect, TimeoutMs: 10_000})
	<-replies
	send(zk.Request{Op: zk.OpCreate, Xid: 1, Path: "/n", ACL: zk.OpenACL})
	<-replies
	for i := range writes {
		send(zk.Request{
			Op: zk.OpSetData, Xid: int32(i + 2), Path: "/n", Version: -1, Data: make([]byte, bytes),
		})
		if i%100 == 99 {
			for range 100 {
				<-replies
			}
		}
	}
	require.Eventually(t, func() bool { return ask().Applied.Counter() >= uint32(writes) },
		10*time.Second, time.Millisecond)
	require.NoError(t, d.Stop())
	return last.Applied
}

func play(t *testing.T, path string) (report recording.Report, zxid zk.Zxid) {
	t.Helper()
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	var last *node.Node
	report, err = recording.Play(file, func(m recording.Moment) bool {
		last = m.Node
		return true
	})
	require.NoError(t, err)
	return report, last.Status().Applied
}

func TestAServerPlaysAgainWhatItDid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flight.rec")
	zxid := run(t, path, 4<<20, 2000, 10)
	report, got := play(t, path)
	require.Equal(t, zxid, got)
	require.Positive(t, report.Marks)
	require.Zero(t, report.Gaps)
	require.Equal(t, "the process was stopped", report.End)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestARecordingKeepsItsSizeAndItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flight.rec")
	zxid := run(t, path, 4<<20, 20_000, 200)
	report, got := play(t, path)
	require.Equal(t, zxid, got)
	require.Less(t, report.Inputs, 20_000, "the ring has gone round")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.LessOrEqual(t, info.Size(), int64(4<<20+64))

	zxid = run(t, path, 4<<20, 10, 10)
	_, got = play(t, path)
	require.Equal(t, zxid, got, "the next process continues the ring")

	run(t, path, 2<<20, 10, 10)
	_, err = os.Stat(path + ".old")
	require.NoError(t, err, "a recording of another size steps aside")
}

func TestAForeignFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(path, []byte("my notes"), 0o600))
	_, err := recorder.Open(path, 1<<20, quiet)
	require.ErrorContains(t, err, "not a flight recording")
	require.ErrorContains(t, err, "choose another file")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "my notes", string(text))
}
