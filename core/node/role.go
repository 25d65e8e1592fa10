package node

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zab"
	"github.com/zabscope/zabscope/core/zk"
)

// settle carries out what the step has decided, until nothing is left to do: deliver what is
// committed, leave a role that is over, take the role that was won, start the election that is due.
// It is the only place that knows both election and zab.
func (n *Node) settle() {
	for {
		n.deliver()
		switch {
		case n.leader != nil && n.leader.Gone != zk.NoWhy:
			n.leave(n.cfg.ID, n.leader.Gone, n.leader.Epoch)
		case n.learner != nil && n.learner.Gone != zk.NoWhy:
			n.leave(n.learner.Leader, n.learner.Gone, n.learner.Epoch)
		case n.restless != zk.NoWhy && n.replica.Settled():
			n.look()
		case n.isDecided():
			n.join()
		case !n.serving && n.mayServe():
			n.serve()
		default:
			return
		}
	}
}

func (n *Node) isDecided() bool {
	return n.role == zk.Looking && n.restless == zk.NoWhy && n.election.Decision().Leader != 0
}

// leave ends leading or following. The server looks again, but has no vote until every write of
// the old role is durable, a leader's snapshot too: what it reports must be what it has.
func (n *Node) leave(leader zk.ServerID, why zk.Why, epoch zk.Epoch) {
	n.s.Emit(trace.Event{Kind: trace.LeaderLost, Peer: leader, Why: why, Epoch: epoch})
	if n.leader != nil {
		n.leader.Close(&n.s)
	} else {
		n.learner.Close(&n.s)
	}
	n.leader, n.learner = nil, nil
	n.replica.Forget()
	n.replica.Prepared = nil
	n.stopServing()
	n.role, n.lookingSince = zk.Looking, n.s.Now
	n.s.Emit(trace.Event{Kind: trace.RoleChanged, Role: zk.Looking, Why: why})
	n.s.Emit(trace.Event{Kind: trace.PhaseChanged, Phase: zk.Election, Role: zk.Looking})
	n.restless = why
}

// look starts a round of election with what the disk holds, and hears what came meanwhile.
func (n *Node) look() {
	why := n.restless
	n.restless = zk.NoWhy
	initial := zk.Vote{}
	if n.cfg.Voters.Has(n.cfg.ID) && !n.replica.Damaged {
		initial = zk.Vote{
			Leader: n.cfg.ID, Epoch: n.replica.Current, Zxid: n.replica.LastDurable(),
		}
	}
	n.election.Start(&n.s, initial, why)
	heard := n.early
	n.early = nil
	for i := range heard {
		if n.isDecided() {
			return
		}
		if heard[i].looking || n.s.Now.Sub(heard[i].at) <= n.elections.FinalizeWait {
			n.election.OnNotification(&n.s, &heard[i].msg, n.role)
		}
	}
}

// join takes the role that the election gave.
func (n *Node) join() {
	n.stopReadOnly()
	d := n.election.Decision()
	if d.Role == zk.Leading && n.replica.Damaged {
		n.restless = zk.DamagedLog // they voted for what it was before: its round is over
		return
	}
	n.role = d.Role
	n.s.Emit(trace.Event{Kind: trace.RoleChanged, Role: d.Role, Peer: d.Leader, Why: d.Why})
	if d.Role == zk.Leading {
		n.leader = zab.NewLeader(&n.zabs, n.replica, &n.s)
		return
	}
	n.learner = zab.NewLearner(&n.zabs, n.replica, &n.s, d.Leader)
}

func (n *Node) mayServe() bool {
	if n.leader != nil {
		return n.leader.Established()
	}
	return n.learner != nil && n.learner.Serving()
}

// serve opens the door to clients. From here on lookers are told the new epoch (ZOOKEEPER-1732),
// and a new leader gives every session a full timeout.
func (n *Node) serve() {
	n.serving = true
	if n.leader != nil {
		n.election.SetEpoch(n.leader.Epoch)
		n.live.start(n.replica.Applied, n.s.Now, n.cfg.TickTime)
		n.reapAt = n.s.Now.Add(n.cfg.ContainerCheckInterval)
		return
	}
	n.election.SetEpoch(n.learner.Epoch)
}

func (n *Node) stopServing() {
	n.serving = false
	for i := range n.conns {
		n.closeConn(&n.conns[i])
	}
	n.conns = n.conns[:0]
	n.watches = watch.New()
	n.live = liveness{}
	n.touched = nil
}

// early is a notification of a sender that came before this server had a vote.
type early struct {
	msg     step.Message
	at      zk.Instant
	looking bool // this server was looking too, and waited for its disk
}

// onNotification gives a notification to the election, and keeps it when this server may need it
// for the next round. Of two servers that lose their leader the one that notices first asks the
// other, which still answers with the old leader. If it forgot the question, it would hear the
// first one's vote only when that is sent again, 200 ms later, as happens in Apache.
func (n *Node) onNotification(m *step.Message) {
	hesitates := n.role == zk.Looking && n.restless != zk.NoWhy
	asked := n.role != zk.Looking && m.State == zk.Looking && !n.elections.FinalizeAlways
	if hesitates || asked {
		n.keepEarly(early{*m, n.s.Now, hesitates})
	}
	if !hesitates {
		n.election.OnNotification(&n.s, m, n.role)
	}
}

// keepEarly remembers the last notification of each sender until the server has a vote.
func (n *Node) keepEarly(e early) {
	for i := range n.early {
		if n.early[i].msg.From == e.msg.From {
			n.early[i] = e
			return
		}
	}
	n.early = append(n.early, e)
}

func (n *Node) onPeerUp(in *step.Input) {
	n.s.Cause = n.s.Emit(trace.Event{Kind: trace.LinkUp, Peer: in.From, N: int64(in.Chan)})
	if in.Chan == zk.ElectionChannel {
		n.election.OnLinkUp(&n.s, in.From)
		return
	}
	switch {
	case n.leader != nil:
		n.leader.OnLink(&n.s, in.From)
	case n.learner != nil && n.learner.Leader == in.From:
		n.learner.OnLink(n.replica, &n.s)
	default: // nobody listens on this port now
		n.s.Out.Links = append(n.s.Out.Links, step.Link{Peer: in.From, Chan: in.Chan})
	}
}

func (n *Node) onPeerDown(in *step.Input) {
	n.s.Cause = n.s.Emit(trace.Event{Kind: trace.LinkDown, Peer: in.From, N: int64(in.Chan)})
	if in.Chan == zk.ElectionChannel {
		n.election.OnLinkDown(&n.s, in.From)
		return
	}
	if n.leader != nil {
		n.leader.OnLinkDown(in.From)
	}
	if n.learner != nil && n.learner.Leader == in.From {
		n.learner.OnLinkDown(&n.s)
	}
}
