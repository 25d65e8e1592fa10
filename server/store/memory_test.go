package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/store"
)

func boot(t *testing.T, m *store.Memory) node.Boot {
	t.Helper()
	b, err := m.Boot()
	require.NoError(t, err)
	return b
}

func zxids(log []zk.Txn) (all []zk.Zxid) {
	for i := range log {
		all = append(all, log[i].Zxid)
	}
	return all
}

func txns(zxids ...zk.Zxid) []zk.Txn {
	all := make([]zk.Txn, len(zxids))
	for i, z := range zxids {
		all[i].Zxid = z
	}
	return all
}

func snapshot(z zk.Zxid) *tree.DB {
	db := tree.New()
	db.SetZxid(z)
	return db
}

func TestMemoryGivesBackWhatWasWritten(t *testing.T) {
	var m store.Memory
	require.Equal(t, node.Boot{Number: 1}, boot(t, &m))
	require.NoError(t, m.Append([]step.Write{
		{Seq: 1, Kind: step.AcceptEpoch, Epoch: 2},
		{Seq: 2, Kind: step.EnterEpoch, Epoch: 1},
		{Seq: 3, Kind: step.AppendTxns, Txns: txns(1, 2, 3)},
	}))
	require.NoError(t, m.Append([]step.Write{
		{Seq: 4, Kind: step.TruncateAfter, Zxid: 2},
		{Seq: 5, Kind: step.AppendTxns, Txns: txns(4)},
	}))
	b := boot(t, &m)
	require.Equal(t, []zk.Zxid{1, 2, 4}, zxids(b.Log))
	b.Log = nil
	require.Equal(t, node.Boot{Accepted: 2, Current: 1, Seq: 5, Number: 2}, b)
}

func TestMemorySnapshotStandsForTheLog(t *testing.T) {
	var m store.Memory
	require.NoError(t, m.Append([]step.Write{
		{Seq: 1, Kind: step.AppendTxns, Txns: txns(1, 2, 3)},
	}))
	require.NoError(t, m.Save(&step.Write{Kind: step.SaveSnapshot, Zxid: 2, Snap: snapshot(2)}))
	own := boot(t, &m)
	require.Equal(t, []zk.Zxid{3}, zxids(own.Log))
	require.Equal(t, zk.Zxid(2), own.Snap.Zxid())
	require.NoError(t, m.Save(&step.Write{
		Kind: step.SaveSnapshot, Zxid: 9, Epoch: 1, Snap: snapshot(9),
	}))
	leaders := boot(t, &m)
	require.Empty(t, leaders.Log, "a leader's snapshot stands for the whole log")
	require.Equal(t, zk.Zxid(9), leaders.Snap.Zxid())
}

func TestMemoryRefusesAGap(t *testing.T) {
	var m store.Memory
	require.Panics(t, func() {
		_ = m.Append([]step.Write{{Seq: 2, Kind: step.AcceptEpoch, Epoch: 1}})
	})
}
