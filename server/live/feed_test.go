package live_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/server/live"
)

func TestWhoComesSoonHearsTheStartFromItsFirstEvent(t *testing.T) {
	r := newRig(t)
	v := r.watch(seeToken)
	require.Contains(t, v.untilLine("hello"), `"rights":"watch"`)
	v.until(func() bool { return len(v.events) > 0 })
	require.Equal(t, trace.Booted, v.events[0].Kind)
	require.EqualValues(t, 1, v.events[0].Seq)
	r.write()
	v.until(func() bool { return len(v.applied()) == 1 })
	for i := range v.events {
		require.EqualValues(t, i+1, v.events[i].Seq, "an event is missing")
	}
}

func TestWhoComesLateIsToldTheStateAndThenWhatHappens(t *testing.T) {
	r := newRig(t)
	first := r.watch(seeToken)
	r.write()
	r.write()
	first.until(func() bool { return len(first.applied()) == 2 })

	late := r.watch(seeToken)
	late.untilLine("ready")
	require.Equal(t, trace.Booted, late.events[0].Kind)
	told := late.events[0].Ref
	require.Greater(t, told.Seq, uint64(1))
	for i := range late.events {
		require.Equal(t, told, late.events[i].Ref)
		require.Zero(t, late.events[i].Cause)
	}
	var tree struct {
		Znodes   int
		Zxid     string
		Snapshot []byte
	}
	require.NoError(t, json.Unmarshal([]byte(late.untilLine("tree")), &tree))
	db, err := wire.DecodeSnapshot(tree.Snapshot)
	require.NoError(t, err)
	require.Equal(t, tree.Zxid, db.Zxid().String())
	require.Equal(t, tree.Znodes, db.ZnodeCount())
	require.Equal(t, 2, db.SessionCount())
	n := len(late.events)
	r.write()
	late.until(func() bool { return len(late.applied()) == 1 })
	require.Equal(t, told.Seq+1, late.events[n].Seq, "the stream goes on where the state was told")
	first.until(func() bool { return len(first.applied()) == 3 })
	for i := range first.events {
		require.EqualValues(t, i+1, first.events[i].Seq, "who was there need not be told again")
	}
}

func TestNodeThatNobodyWatchesDropsItsTraceAndTellsTheStateLater(t *testing.T) {
	r := newRig(t)
	v := r.watch(seeToken)
	v.until(func() bool { return len(v.events) > 0 })
	_ = v.ws.CloseNow()
	require.Eventually(t, func() bool { return !r.feed.On() }, patience, 10*time.Millisecond)
	for range 100 {
		r.write()
	}
	late := r.watch(seeToken)
	late.untilLine("ready")
	require.Empty(t, late.applied())
}

func TestSlowViewerGetsAGapAndAState(t *testing.T) {
	r := newRig(t)
	slow, quick := r.watch(seeToken), r.watch(seeToken)
	slow.until(func() bool { return len(slow.events) > 0 })
	quick.until(func() bool { return len(quick.events) > 0 })
	r.bury(quick)
	for n := range 9 {
		r.write()
		quick.until(func() bool { return len(quick.applied()) > n })
	}
	require.Zero(t, quick.count("gap"), "the slow one has held up the quick one")

	slow.untilLine("gap")
	n := len(slow.applied())
	slow.until(func() bool { return len(slow.applied()) > n || r.nudge() })
	require.Less(t, slow.noted(), quick.noted())
}

func (v *viewer) noted() (n int) {
	for i := range v.events {
		if v.events[i].Kind == trace.Noted {
			n++
		}
	}
	return n
}

// count returns how many lines have this name.
func (v *viewer) count(name string) (n int) {
	for _, l := range v.lines {
		if l[name] != nil {
			n++
		}
	}
	return n
}

func TestNodeThatIsGoneIsToldAndFoundAgain(t *testing.T) {
	r := newRig(t)
	v := r.watch(seeToken)
	v.until(func() bool { return len(v.events) > 0 })
	r.feed.Drop()
	require.Contains(t, v.untilLine("gone"), `"node":1`)
	v.untilLine("ready") // it is found again, and tells what it is
	require.Contains(t, v.untilLine("gap"), `"node":1`)
}

func TestManyWritesAreSampledAndThatIsSaid(t *testing.T) {
	r := newRig(t)
	v := r.watch(seeToken)
	v.until(func() bool { return len(v.events) > 0 })
	r.flood.Store(true)
	v.until(func() bool { return v.count("sampled") > 0 || r.nudge() })
	began := v.untilLine("sampled")
	require.Contains(t, began, `"kept":1`)
	require.NotContains(t, began, `"of":1}`)
	v.until(func() bool { return v.count("ready") >= 2 }) // the world's, and then the node's
	late := r.watch(seeToken)                             // must know too
	late.until(func() bool { return late.count("sampled") > 0 || r.nudge() })
	require.Contains(t, late.untilLine("sampled"), `"kept":1`)
	r.flood.Store(false)
	v.until(func() bool {
		last := string(v.lines[len(v.lines)-1]["sampled"])
		return strings.Contains(last, `"of":1}`) || r.nudge()
	})
	states := v.count("ready")
	v.until(func() bool { return v.count("ready") > states })
	n := len(v.applied())
	r.write()
	v.until(func() bool { return len(v.applied()) > n })
}

func TestWhoListensAgainHearsThatTheNodeIsSampled(t *testing.T) {
	r := newRig(t)
	v := r.watch(seeToken)
	v.until(func() bool { return len(v.events) > 0 })
	r.flood.Store(true)
	v.until(func() bool { return v.count("sampled") > 0 || r.nudge() })
	r.feed.Drop()
	v.untilLine("gone")
	told := v.count("sampled")
	v.until(func() bool { return v.count("sampled") > told })
}

func TestWhoWasTooSlowHearsThatTheNodeIsSampledNoMore(t *testing.T) {
	r := newRig(t)
	slow := r.watch(seeToken)
	slow.until(func() bool { return len(slow.events) > 0 })
	r.flood.Store(true)
	slow.until(func() bool { return slow.count("sampled") > 0 || r.nudge() })
	r.flood.Store(false)
	quick := r.watch(seeToken)
	quick.untilLine("ready")
	r.bury(quick)
	quick.until(func() bool { return quick.samples() == 1 || r.nudge() })
	slow.until(func() bool { return slow.samples() == 1 || r.nudge() })
}

// bury lets so much happen that a viewer who reads nothing meanwhile loses the thread; quick reads.
func (r *rig) bury(quick *viewer) {
	r.t.Helper()
	path := strings.Repeat("p", 50_000)
	for n := 1; n == 1 || live.LostViewers(r.relay) == 0; n++ {
		require.Less(r.t, n, 1000, "everything waits for the slow one")
		r.relay.Happened(trace.Event{Kind: trace.Noted, Path: path})
		quick.until(func() bool { return quick.noted() == n })
	}
}

// samples returns of how many transactions one is shown now, as the viewer knows it.
func (v *viewer) samples() int {
	of := 1
	for _, l := range v.lines {
		if l["sampled"] == nil {
			continue
		}
		var s struct{ Of int }
		require.NoError(v.t, json.Unmarshal(l["sampled"], &s))
		of = s.Of
	}
	return of
}

// nudge makes a transaction now and then, so that there is something to hear.
func (r *rig) nudge() bool {
	time.Sleep(20 * time.Millisecond)
	r.write()
	return false
}
