package recorder

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
)

func TestAfterAGapARecordingGoesOnWithTheState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flight.rec")
	r, err := Open(path, SizeMin, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	cfg, boot := node.DefaultConfig(1, zk.SetOf(1, 2, 3), 0), node.Boot{Number: 1}
	r.Began(cfg, boot)
	var out step.Output
	n := node.New(cfg, boot, &out)
	for i := range 100 {
		if i == 50 {
			require.Eventually(t, func() bool {
				r.mu.Lock()
				defer r.mu.Unlock()
				return len(r.waiting) == 0
			}, 10*time.Second, time.Millisecond)
			r.restart() // as when the file cannot be written as fast as inputs come
		}
		in := step.Input{Kind: step.Wake, At: zk.Instant(i) * zk.Instant(100*time.Millisecond)}
		out.Reset()
		r.Takes(n, &in)
		n.Step(&in, &out)
		r.Said(out.Trace, out.Clients)
	}
	r.Ended(nil)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	var last uint64
	report, err := recording.Play(file, func(m recording.Moment) bool {
		last = m.Node.StateHash()
		return true
	})
	require.NoError(t, err)
	require.Equal(t, 1, report.Gaps)
	require.Equal(t, n.StateHash(), last)
}
