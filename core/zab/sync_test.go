package zab

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

func z(epoch zk.Epoch, counter uint32) zk.Zxid { return zk.MakeZxid(epoch, counter) }

func TestChooseSync(t *testing.T) {
	// The leader's memory begins after 1·3 and ends with the open proposal 3·2.
	window := []zk.Zxid{z(1, 4), z(1, 5), z(3, 1), z(3, 2)}
	base := syncInput{committed: z(3, 1), base: z(1, 3), window: window}
	for _, c := range []struct {
		name   string
		last   zk.Zxid
		change func(*syncInput)
		want   syncChoice
	}{
		{"same history", z(3, 1), nil,
			syncChoice{zk.Diff, z(3, 1), z(3, 1), zk.SameHistory}},
		{"has the open proposal", z(3, 2), nil,
			syncChoice{zk.Diff, z(3, 1), z(3, 2), zk.InWindow}},
		{"inside the window", z(1, 4), nil,
			syncChoice{zk.Diff, z(3, 1), z(1, 4), zk.InWindow}},
		{"at the window's base", z(1, 3), nil,
			syncChoice{zk.Diff, z(3, 1), z(1, 3), zk.InWindow}},
		{"behind the window", z(1, 2), nil,
			syncChoice{zk.Snap, z(3, 1), z(3, 1), zk.BehindWindow}},
		{"empty disk, window trimmed", 0, nil,
			syncChoice{zk.Snap, z(3, 1), z(3, 1), zk.BehindWindow}},
		{"empty disk, whole log in memory", 0, func(in *syncInput) { in.base = 0 },
			syncChoice{zk.Diff, z(3, 1), 0, zk.InWindow}},
		{"extra proposal of an old epoch", z(1, 6), nil,
			syncChoice{zk.Trunc, z(1, 5), z(1, 5), zk.AheadOfLeader}},
		{"extra proposals of an epoch nobody knows", z(2, 7), nil,
			syncChoice{zk.Trunc, z(1, 5), z(1, 5), zk.AheadOfLeader}},
		{"ahead within the epoch", z(3, 9), nil,
			syncChoice{zk.Trunc, z(3, 2), z(3, 2), zk.AheadOfLeader}},
		{"cut below the learner's floor", z(2, 7), func(in *syncInput) { in.floor = z(2, 1) },
			syncChoice{zk.Snap, z(3, 1), z(3, 1), zk.BelowFloor}},
		{"damaged log", z(3, 1), func(in *syncInput) { in.damaged = true },
			syncChoice{zk.Snap, z(3, 1), z(3, 1), zk.DamagedLog}},
		{"forced", z(1, 4), func(in *syncInput) { in.forced = true },
			syncChoice{zk.Snap, z(3, 1), z(3, 1), zk.SnapForced}},
		{"forced, has the open proposal", z(3, 2), func(in *syncInput) { in.forced = true },
			syncChoice{zk.Diff, z(3, 1), z(3, 2), zk.InWindow}},
		{"leader without a log, learner has one", z(1, 1),
			func(in *syncInput) { *in = syncInput{last: z(1, 1)} },
			syncChoice{zk.Trunc, 0, 0, zk.AheadOfLeader}},
		{"both empty", 0, func(in *syncInput) { *in = syncInput{} },
			syncChoice{zk.Diff, 0, 0, zk.SameHistory}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := base
			in.last = c.last
			if c.change != nil {
				c.change(&in)
			}
			require.Equal(t, c.want, chooseSync(in))
		})
	}
}

func TestOutstandingKeepsOrderWithoutGrowing(t *testing.T) {
	var o outstanding
	next, popped := uint32(0), uint32(0)
	for range 1000 {
		for range 3 {
			next++
			o.push(proposal{txn: &zk.Txn{Zxid: z(1, next)}})
		}
		for range 3 {
			popped++
			require.Equal(t, z(1, popped), o.all()[0].txn.Zxid)
			o.pop()
		}
	}
	require.Zero(t, o.len())
	require.LessOrEqual(t, cap(o.queue), 8)
}
