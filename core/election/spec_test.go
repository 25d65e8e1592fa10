package election

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// desk is one server's election with the paper it writes on.
type desk struct {
	cfg Config
	e   Election
	s   step.Scribe
	out step.Output
}

func newDesk(self zk.ServerID, voters ...zk.ServerID) *desk {
	d := &desk{cfg: Config{
		Self: self, Voters: zk.SetOf(voters...), FinalizeWait: 200 * time.Millisecond,
	}}
	d.out.Reset()
	d.s = step.Scribe{Node: self, Boot: 1, Out: &d.out}
	d.e.Init(&d.cfg)
	return d
}

func (d *desk) linkAll() {
	for id := range d.cfg.Voters.Without(d.cfg.Self).All() {
		d.e.OnLinkUp(&d.s, id)
	}
}

func (d *desk) start(v zk.Vote) {
	d.e.Start(&d.s, v, zk.Restarted)
	d.out.Reset()
}

// hear delivers one notification and returns what was sent because of it.
func (d *desk) hear(
	from zk.ServerID, state zk.Role, round uint64, vote zk.Vote,
) []step.Message {
	d.out.Reset()
	d.e.OnNotification(&d.s, &step.Message{
		Type: zk.Notification, From: from, To: d.cfg.Self, State: state, Round: round, Vote: vote,
	}, zk.Looking)
	return d.out.Sends
}

func (d *desk) saw(kind trace.Kind, why zk.Why) bool {
	for i := range d.out.Trace {
		if d.out.Trace[i].Kind == kind && d.out.Trace[i].Why == why {
			return true
		}
	}
	return false
}

func vote(id zk.ServerID, epoch zk.Epoch, counter uint32) zk.Vote {
	return zk.Vote{Leader: id, Epoch: epoch, Zxid: zk.MakeZxid(epoch, counter)}
}

func TestFirstVoteIsForOneself(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.e.Start(&d.s, vote(2, 1, 5), zk.Restarted)
	require.Equal(t, vote(2, 1, 5), d.e.Vote)
	require.Equal(t, uint64(1), d.e.Round)
	require.Len(t, d.out.Sends, 2, "to every other voter")
}

func TestBetterVoteIsAdoptedAndBroadcast(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.start(vote(2, 1, 5))
	sent := d.hear(3, zk.Looking, 1, vote(3, 1, 5))
	require.Equal(t, zk.ServerID(3), d.e.Vote.Leader)
	require.True(t, d.saw(trace.VoteChanged, zk.ByServerID))
	require.Len(t, sent, 2)
}

func TestWorseVoteIsCountedButNotAdopted(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.start(vote(2, 1, 5))
	sent := d.hear(3, zk.Looking, 1, vote(3, 1, 4))
	require.Equal(t, zk.ServerID(2), d.e.Vote.Leader)
	require.True(t, d.saw(trace.VoteCounted, zk.WorseVote))
	require.Empty(t, sent)
}

func TestOlderRoundIsIgnoredAndTold(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.start(vote(2, 1, 5))
	d.start(vote(2, 1, 5))
	sent := d.hear(3, zk.Looking, 1, vote(3, 9, 9))
	require.Equal(t, zk.ServerID(2), d.e.Vote.Leader)
	require.True(t, d.saw(trace.VoteIgnored, zk.OlderRound))
	require.Len(t, sent, 1)
	require.Equal(t, uint64(2), sent[0].Round)
}

func TestLaterRoundStartsFromTheInitialVote(t *testing.T) {
	d := newDesk(2, 1, 2, 3, 4, 5)
	d.start(vote(2, 1, 5))
	d.hear(5, zk.Looking, 1, vote(5, 1, 5))
	require.Equal(t, zk.ServerID(5), d.e.Vote.Leader)
	d.hear(1, zk.Looking, 4, vote(1, 1, 4))
	require.Equal(t, uint64(4), d.e.Round)
	require.Equal(t, vote(2, 1, 5), d.e.Vote, "5 must speak again in the new round")
}

func TestNotificationsAboutNonVotersAreIgnored(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.start(vote(2, 1, 5))
	d.hear(3, zk.Looking, 1, vote(9, 9, 9))
	require.Equal(t, zk.ServerID(2), d.e.Vote.Leader)
	require.True(t, d.saw(trace.VoteIgnored, zk.NotVoter))
}

func TestVotersDoNotObserve(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.start(vote(2, 1, 5))
	d.hear(3, zk.Observing, 1, vote(3, 1, 6))
	require.Equal(t, zk.ServerID(2), d.e.Vote.Leader)
	require.True(t, d.saw(trace.VoteIgnored, zk.NotVoter))
}

func TestQuorumDecidesAtOnceWhenAllLinkedAgree(t *testing.T) {
	d := newDesk(3, 1, 2, 3)
	d.linkAll()
	d.start(vote(3, 1, 1))
	d.hear(1, zk.Looking, 1, vote(3, 1, 1))
	require.Zero(t, d.e.Decision().Leader, "2 is linked and has not agreed")
	d.hear(2, zk.Looking, 1, vote(3, 1, 1))
	require.Equal(t, Decision{Leader: 3, Role: zk.Leading, Why: zk.EveryLinkedAgrees},
		d.e.Decision())
}

func TestQuorumWaitsForASilentLink(t *testing.T) {
	d := newDesk(3, 1, 2, 3)
	d.linkAll()
	d.start(vote(3, 1, 1))
	d.hear(1, zk.Looking, 1, vote(3, 1, 1))
	d.s.Now = zk.Instant(199 * time.Millisecond)
	d.e.OnWake(&d.s)
	require.Zero(t, d.e.Decision().Leader)
	d.s.Now = zk.Instant(200 * time.Millisecond)
	d.e.OnWake(&d.s)
	require.Equal(t, zk.FinalizeWaited, d.e.Decision().Why)
}

func TestFinalizeAlwaysWaitsAsApacheDoes(t *testing.T) {
	d := newDesk(3, 1, 2, 3)
	d.cfg.FinalizeAlways = true
	d.linkAll()
	d.start(vote(3, 1, 1))
	d.hear(1, zk.Looking, 1, vote(3, 1, 1))
	d.hear(2, zk.Looking, 1, vote(3, 1, 1))
	require.Zero(t, d.e.Decision().Leader)
	d.s.Now = d.e.WakeAt()
	d.e.OnWake(&d.s)
	require.Equal(t, zk.ServerID(3), d.e.Decision().Leader)
}

func TestBetterVoteEndsTheWait(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.linkAll()
	d.start(vote(2, 1, 1))
	d.hear(1, zk.Looking, 1, vote(2, 1, 1))
	d.hear(3, zk.Looking, 1, vote(3, 1, 1))
	d.s.Now = zk.Instant(200 * time.Millisecond)
	require.Equal(t, zk.ServerID(3), d.e.Vote.Leader)
	d.e.OnWake(&d.s)
	require.Equal(t, zk.ServerID(3), d.e.Decision().Leader, "2 and 3 are a quorum for 3")
}

func TestWaitDiscardsTheAnswerOfALeader(t *testing.T) {
	d := newDesk(2, 1, 2, 3, 4, 5)
	d.linkAll()
	d.start(vote(2, 1, 1))
	d.hear(1, zk.Looking, 1, vote(2, 1, 1))
	d.hear(3, zk.Looking, 1, vote(2, 1, 1))
	d.hear(4, zk.Leading, 7, vote(1, 1, 0))
	require.True(t, d.saw(trace.VoteIgnored, zk.WorseVote))
}

func TestLateJoinerNeedsTheLeadersOwnWord(t *testing.T) {
	d := newDesk(5, 1, 2, 3, 4, 5)
	d.start(vote(5, 1, 1))
	led := zk.Vote{Leader: 4, Epoch: 2, Zxid: zk.MakeZxid(1, 1)}
	d.hear(1, zk.Following, 3, led)
	d.hear(2, zk.Following, 3, led)
	d.hear(3, zk.Following, 3, led)
	require.Zero(t, d.e.Decision().Leader, "the leader may be dead")
	d.hear(4, zk.Leading, 3, led)
	require.Equal(t, Decision{Leader: 4, Role: zk.Following, Why: zk.ExistingLeader},
		d.e.Decision())
	require.Equal(t, uint64(3), d.e.Round)
}

func TestLateJoinerAcceptsDifferentZxidsOfOneLeadership(t *testing.T) {
	d := newDesk(3, 1, 2, 3)
	d.start(vote(3, 0, 0))
	d.hear(1, zk.Following, 1, zk.Vote{Leader: 2, Epoch: 1, Zxid: 7})
	d.hear(2, zk.Leading, 2, zk.Vote{Leader: 2, Epoch: 1, Zxid: 0})
	require.Equal(t, zk.ServerID(2), d.e.Decision().Leader)
}

func TestObserverAdoptsButNeverVotes(t *testing.T) {
	d := newDesk(4, 1, 2, 3)
	d.start(zk.Vote{})
	led := zk.Vote{Leader: 3, Epoch: 1}
	d.hear(1, zk.Following, 1, led)
	require.Zero(t, d.e.Decision().Leader, "one voter is no quorum, whatever the observer thinks")
	d.hear(3, zk.Leading, 1, led)
	require.Equal(t, Decision{Leader: 3, Role: zk.Observing, Why: zk.ExistingLeader},
		d.e.Decision())
}

func TestLookersAreAnsweredByWhoHasALeader(t *testing.T) {
	d := newDesk(1, 1, 2, 3)
	d.start(vote(1, 1, 1))
	d.hear(3, zk.Looking, 1, vote(3, 1, 1))
	d.hear(2, zk.Looking, 1, vote(3, 1, 1))
	require.Equal(t, zk.ServerID(3), d.e.Decision().Leader)
	d.e.SetEpoch(2)
	d.out.Reset()
	d.e.OnNotification(&d.s, &step.Message{
		Type: zk.Notification, From: 2, State: zk.Looking, Round: 1, Vote: vote(2, 1, 1),
	}, zk.Following)
	require.Len(t, d.out.Sends, 1)
	require.Equal(t, zk.Following, d.out.Sends[0].State)
	require.Equal(t, zk.Vote{Leader: 3, Epoch: 2, Zxid: zk.MakeZxid(1, 1)}, d.out.Sends[0].Vote)
}

func TestResendBacksOffToOneMinute(t *testing.T) {
	d := newDesk(1, 1, 2, 3)
	d.start(vote(1, 1, 1))
	var gaps []time.Duration
	for range 11 {
		at := d.e.WakeAt()
		gaps = append(gaps, at.Sub(d.s.Now))
		d.s.Now = at
		d.e.OnWake(&d.s)
	}
	require.Equal(t, 200*time.Millisecond, gaps[0])
	require.Equal(t, 400*time.Millisecond, gaps[1])
	require.Equal(t, time.Minute, gaps[10])
}

func TestNewLinkHearsTheProposalAgain(t *testing.T) {
	d := newDesk(1, 1, 2, 3)
	d.start(vote(1, 1, 1))
	d.e.OnLinkUp(&d.s, 3)
	require.Len(t, d.out.Sends, 1)
	require.Equal(t, zk.ServerID(3), d.out.Sends[0].To)
}

func TestAttack_P06_AbsurdRoundsAndEpochsAreIgnored(t *testing.T) {
	d := newDesk(2, 1, 2, 3)
	d.start(vote(2, 1, 5))
	for _, m := range []struct {
		round uint64
		vote  zk.Vote
	}{
		{1<<31 + 2, vote(3, 1, 6)}, {^uint64(0), vote(3, 1, 6)},
		{1, vote(3, 1<<30+2, 1)}, {1, vote(3, ^zk.Epoch(0), 1)},
	} {
		for _, state := range []zk.Role{zk.Looking, zk.Leading} {
			d.hear(3, state, m.round, m.vote)
			require.True(t, d.saw(trace.VoteIgnored, zk.BadMessage))
			require.Equal(t, uint64(1), d.e.Round)
			require.Equal(t, vote(2, 1, 5), d.e.Vote)
		}
	}
	d.hear(3, zk.Looking, 1<<31, vote(3, 1<<30, 1))
	require.Equal(t, uint64(1<<31), d.e.Round, "far, and not absurd")
}
