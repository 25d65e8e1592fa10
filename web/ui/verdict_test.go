package ui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

func TestVerdict(t *testing.T) {
	at := func(d time.Duration) zk.Instant { return zk.Instant(d) }
	for _, c := range []struct {
		outage view.Outage
		want   string
	}{
		{view.Outage{Began: at(time.Second)}, ""},
		{view.Outage{
			Began: at(time.Second), At: at(2400 * time.Millisecond), Over: true,
			Loss: view.LostLeader, Was: 5, Now: 4, Epoch: 8,
		}, "Leader 5 lost → epoch 8 → 1.4 s → node 4 leads. No committed write lost."},
		{view.Outage{Over: true, Was: 5, Now: 5, At: at(800 * time.Millisecond)},
			"Quorum lost → 0.8 s → node 5 still leads. No committed write lost."},
		{view.Outage{
			Over: true, Loss: view.LostMajority, Was: 5, Now: 5, Before: 2, Epoch: 2,
			At: at(100 * time.Millisecond),
		}, "Leader 5 lost its majority → 0.1 s → node 5 still leads. No committed write lost."},
		{view.Outage{
			Over: true, Loss: view.LostPause, Was: 5, Now: 5, Before: 2, Epoch: 3,
			At: at(9 * time.Second),
		}, "Leader 5 paused → epoch 3 → 9.0 s → node 5 leads again. No committed write lost."},
		{view.Outage{Long: true, At: at(view.OutageLong), Reach: 2},
			"Quorum lost → 15.0 s → still no service: 2 of 5 reach each other. " +
				"No committed write lost."},
		{view.Outage{
			Over: true, Loss: view.LostLeader, Was: 5, Now: 4, Epoch: 8, At: at(time.Second),
			Broken: []string{"PrefixConsistency", "Agreement"},
		}, "Leader 5 lost → epoch 8 → 1.0 s → node 4 leads. " +
			"A promise was broken: PrefixConsistency Agreement."},
	} {
		require.Equal(t, c.want, Verdict(led(5), &c.outage, text.In(text.EN)))
	}
	o := view.Outage{
		Over: true, Loss: view.LostLeader, Was: 5, Now: 4, Epoch: 8, At: at(time.Second),
	}
	require.Equal(t, "失去 Leader 5 → epoch 8 → 1.0 s → 节点 4 成为 Leader。已提交的写入没有丢失。",
		Verdict(led(5), &o, text.In(text.ZH)))
}

func TestVerdictsAreListedNewestFirst(t *testing.T) {
	m := led(5)
	second := zk.Instant(time.Second)
	m.Outages = []view.Outage{
		{Began: second, At: 2 * second, Over: true, Loss: view.LostLeader, Was: 5, Now: 4},
		{Began: 3 * second, At: 4 * second, Over: true, Loss: view.LostLeader, Was: 4, Now: 3},
		{Began: 5 * second},
	}
	rows := BuildVerdicts(m, text.In(text.EN))
	require.Len(t, rows, 2, "the last one is not over")
	require.Contains(t, rows[0].Says, "node 3 leads")
	require.Equal(t, "3000.000000", rows[0].Ms)
}
