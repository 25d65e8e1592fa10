package zk

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVoteBeatsInAllOrderings(t *testing.T) {
	rungs := []struct {
		why  Why
		less func(Vote) Vote
	}{
		{ByEpoch, func(v Vote) Vote { v.Epoch--; return v }},
		{ByZxid, func(v Vote) Vote { v.Zxid--; return v }},
		{ByServerID, func(v Vote) Vote { v.Leader--; return v }},
	}
	mid := Vote{Leader: 3, Epoch: 3, Zxid: MakeZxid(3, 3)}
	for _, epoch := range []int{-1, 0, 1} {
		for _, zxid := range []int{-1, 0, 1} {
			for _, id := range []int{-1, 0, 1} {
				v := Vote{
					Leader: ServerID(3 + id), Epoch: Epoch(3 + epoch),
					Zxid: Zxid(int64(mid.Zxid) + int64(zxid)),
				}
				want, why := id > 0, SameVote
				switch {
				case epoch != 0:
					want, why = epoch > 0, ByEpoch
				case zxid != 0:
					want, why = zxid > 0, ByZxid
				case id != 0:
					why = ByServerID
				}
				got, gotWhy := v.Beats(mid)
				require.Equal(t, want, got, "%v against %v", v, mid)
				require.Equal(t, why, gotWhy)
			}
		}
	}
	for _, r := range rungs {
		wins, why := mid.Beats(r.less(mid))
		require.True(t, wins)
		require.Equal(t, r.why, why)
	}
}

func TestMajorityCountsOnlyVoters(t *testing.T) {
	voters := SetOf(1, 2, 3, 4)
	require.False(t, SetOf(1, 2).HasMajority(voters), "half is no majority")
	require.True(t, SetOf(1, 2, 4).HasMajority(voters))
	require.False(t, SetOf(1, 2, 5, 6).HasMajority(voters), "observers do not count")
}

func TestZxidFollows(t *testing.T) {
	require.True(t, MakeZxid(1, 5).Follows(MakeZxid(1, 4)))
	require.False(t, MakeZxid(1, 6).Follows(MakeZxid(1, 4)))
	require.True(t, MakeZxid(3, 1).Follows(MakeZxid(1, 4)))
	require.False(t, MakeZxid(3, 2).Follows(MakeZxid(1, 4)))
	require.False(t, MakeZxid(1, 1).Follows(MakeZxid(2, 4)))
	require.Equal(t, "0x300000007", MakeZxid(3, 7).String())
	require.Equal(t, "e3·c7", MakeZxid(3, 7).Short())
}

func TestTablesAreComplete(t *testing.T) {
	require.Len(t, whyNames, WhyCount)
	require.Len(t, msgNames, MsgTypeCount)
	require.Len(t, msgNumbers, MsgTypeCount)
	require.Len(t, msgFamilies, MsgTypeCount)
	for i := 1; i < MsgTypeCount; i++ {
		got, ok := ParseMsgType(MsgType(i).String())
		require.True(t, ok)
		require.Equal(t, MsgType(i), got)
	}
}
