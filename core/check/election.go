package check

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// onElection dispatches the events of elections.
func (c *Checker) onElection(e *trace.Event) {
	switch e.Kind {
	case trace.Booted:
		c.onBooted(e)
	case trace.RoundStarted:
		c.onRoundStarted(e)
	case trace.VoteChanged:
		c.onVoteChanged(e)
	case trace.VoteCounted:
		c.onVoteCounted(e)
	case trace.LeaderHeard:
		c.onLeaderHeard(e)
	case trace.QuorumReached:
		c.onQuorumReached(e)
	case trace.Elected:
		c.onElected(e)
	case trace.RoleChanged:
		c.onRoleChanged(e)
	}
}

// onRoundStarted begins a round from the initial vote. The tally of the round before is void; what
// led servers say stays for the whole election.
func (c *Checker) onRoundStarted(e *trace.Event) {
	s := c.server(e.Node)
	c.require(!s.looking || e.N > s.round, votesNeverRegress, e, e.Node, "its round falls")
	adopts := e.Why == zk.ByRound
	if !adopts || !s.looking {
		s.since = e.Seq
	}
	c.require(!adopts || e.Vote == s.initial, votesNeverRegress, e, e.Node,
		"it does not start the later round from its initial vote")
	s.looking, s.round, s.vote, s.initial = true, e.N, e.Vote, e.Vote
	peers := c.peersOf(e.Node)
	for i := range peers {
		peers[i].counted = false
		if !adopts {
			peers[i].role = zk.Looking
		}
	}
}

// onVoteChanged requires a better vote. The first change of an observer, who has none, is free.
func (c *Checker) onVoteChanged(e *trace.Event) {
	s := c.server(e.Node)
	better, _ := e.Vote.Beats(s.vote)
	if !better || e.N < s.round {
		c.report(votesNeverRegress, e, e.Node, e.Vote.Zxid,
			"it changes its vote from "+s.vote.String()+" to "+e.Vote.String())
	}
	s.vote = e.Vote
}

func (c *Checker) onVoteCounted(e *trace.Event) {
	p := c.peer(e.Node, e.Peer)
	s := c.server(e.Node)
	p.vote, p.state, p.counted = e.Vote, e.Role, true
	p.boot, p.seq = 0, 0
	if e.Cause == s.arrived.ref && s.arrived.sent.Node == e.Peer {
		p.boot, p.seq = s.arrived.sent.Boot, s.arrived.sent.Seq
	}
}

// onLeaderHeard puts what a server with a leader says into the second tally, and into that of the
// round if it found its leader in this very round.
func (c *Checker) onLeaderHeard(e *trace.Event) {
	p := c.peer(e.Node, e.Peer)
	p.heard, p.role = e.Vote, e.Role
	if e.N == c.server(e.Node).round {
		p.vote, p.state, p.counted, p.boot = e.Vote, e.Role, true, 0
	}
}

// onElected requires that the decision stands on what the server has heard.
func (c *Checker) onElected(e *trace.Event) {
	s := c.server(e.Node)
	s.looking, s.vote = false, e.Vote
	if !e.Set.HasMajority(c.voters) {
		c.report(electedHasQuorum, e, e.Node, e.Vote.Zxid, "it relies on "+setString(e.Set))
		return
	}
	for id := range e.Set.All() {
		if id == e.Node || c.supports(e, id) {
			continue
		}
		c.report(electedHasQuorum, e, e.Node, e.Vote.Zxid,
			"server "+id.String()+" never told it to vote "+e.Vote.String())
	}
	if e.Why == zk.ExistingLeader {
		c.checkLed(e)
		return
	}
	c.checkMax(e)
	c.calm.onElected(c, e)
}

// supports reports whether id told the decider the vote, or that it follows its leader.
func (c *Checker) supports(e *trace.Event, id zk.ServerID) bool {
	p := c.peer(e.Node, id)
	if p.counted && p.vote == e.Vote {
		return true
	}
	return e.Why == zk.ExistingLeader && (follows(p.role, p.heard, e.Vote) ||
		p.counted && follows(p.state, p.vote, e.Vote))
}

// follows compares votes as it is done once servers have a leader (ZOOKEEPER-1805).
func follows(role zk.Role, said, vote zk.Vote) bool {
	return role != zk.Looking && said.Leader == vote.Leader && said.Epoch == vote.Epoch
}

// checkLed requires that an existing leader itself says that it leads.
func (c *Checker) checkLed(e *trace.Event) {
	leader := e.Vote.Leader
	if leader == e.Node {
		return
	}
	p := c.peer(e.Node, leader)
	leads := p.role == zk.Leading && p.heard.Leader == leader ||
		p.counted && p.state == zk.Leading && p.vote.Leader == leader
	c.require(leads, electedHasQuorum, e, e.Node, "the leader itself has not said that it leads")
}

// checkMax compares the winning vote with the first vote of each server that it relies on, as far
// as that is the one it had when it voted.
func (c *Checker) checkMax(e *trace.Event) {
	for id := range e.Set.All() {
		o, p := *c.server(id), *c.peer(e.Node, id)
		if id != e.Node && (!o.up || o.boot != p.boot || p.seq < o.since || o.round != e.N) {
			continue
		}
		if better, _ := o.initial.Beats(e.Vote); better {
			c.report(electedIsMax, e, e.Node, e.Vote.Zxid,
				"it elects "+e.Vote.String()+" though server "+id.String()+" has "+
					o.initial.String())
		}
	}
}

// onRoleChanged follows the role. Leaving one forgets what only the role knew.
func (c *Checker) onRoleChanged(e *trace.Event) {
	s := c.server(e.Node)
	s.leave()
	s.role, s.leader, s.alone = e.Role, e.Peer, false
	s.looking = s.looking && e.Role == zk.Looking
	if e.Role == zk.Looking {
		s.phase = zk.Election
	}
}
