package sim

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Goals counts what random runs should reach now and then: a simulation that never cuts a log tests
// no cuts. The zero value has reached nothing.
type Goals struct {
	kinds    [trace.KindCount]int
	whys     [trace.KindCount][zk.WhyCount]int
	arrivals [zk.MsgTypeCount][roleCount][phaseCount]int
	syncs    [zk.MsgTypeCount][zk.WhyCount]int
	ops      [256]int // that succeeded, by the low byte of their code
	errs     [128]int // that clients saw, by their code without its sign
	watches  [8]int   // that were set, by their kind
	events   [8]int   // that fired, by their type
	rare     [rareEnd]int
}

const (
	roleCount  = 5
	phaseCount = 4
)

// rare is a state of affairs that has no event of its own.
type rare uint8

const (
	rareLeaderKilled rare = iota
	rareLeaderPaused
	rareUnsyncedLost
	rareSnapshotLost
	rareMultiInSnapshot
	rareTruncEpochs
	rareEpochOverZxid
	rareZxidOverID
	rareTwoLeaders
	rareSecondPromise
	rareReaped
	rareMultiFailed
	rareEphemeralsGone
	rareQuorumLost
	rareEnd
)

var rareNames = [rareEnd]string{
	rareLeaderKilled:    "a leader dies with proposals outstanding",
	rareLeaderPaused:    "a leader is paused with proposals outstanding",
	rareUnsyncedLost:    "power is lost with writes that are not synced",
	rareSnapshotLost:    "a server dies in the middle of a snapshot",
	rareMultiInSnapshot: "a multi is applied while a snapshot is written",
	rareTruncEpochs:     "TRUNC goes back over two epochs or more",
	rareEpochOverZxid:   "a vote with a later epoch beats one with a larger counter",
	rareZxidOverID:      "a vote with a larger zxid beats one with a larger id",
	rareTwoLeaders:      "two servers lead at the same time",
	rareSecondPromise:   "an epoch is acknowledged without a vote, because it was promised before",
	rareReaped:          "a container or a znode with a time to live is reaped",
	rareMultiFailed:     "a multi fails as a whole",
	rareEphemeralsGone:  "a session takes its ephemerals with it",
	rareQuorumLost:      "more than half of the voters are down at once",
}

// Goal is one thing that should happen now and then, and how often it has.
type Goal struct {
	Name  string
	Count int
}

// Add adds what other runs have reached.
func (g *Goals) Add(o *Goals) {
	for k := range g.kinds {
		g.kinds[k] += o.kinds[k]
		addAll(g.whys[k][:], o.whys[k][:])
	}
	for t := range g.arrivals {
		for r := range g.arrivals[t] {
			addAll(g.arrivals[t][r][:], o.arrivals[t][r][:])
		}
		addAll(g.syncs[t][:], o.syncs[t][:])
	}
	addAll(g.ops[:], o.ops[:])
	addAll(g.errs[:], o.errs[:])
	addAll(g.watches[:], o.watches[:])
	addAll(g.events[:], o.events[:])
	addAll(g.rare[:], o.rare[:])
}

func addAll(to, from []int) {
	for i, n := range from {
		to[i] += n
	}
}

// tracker follows the roles of a run's servers, to know what is rare.
type tracker struct {
	goals Goals
	world *World
	roles [zk.ServerMax + 1]zk.Role
	phase [zk.ServerMax + 1]zk.Phase
}

// observe takes the next event.
func (t *tracker) observe(e *trace.Event) {
	g := &t.goals
	g.kinds[e.Kind]++
	g.whys[e.Kind][e.Why]++
	switch e.Kind {
	case trace.Booted:
		t.roles[e.Node], t.phase[e.Node] = zk.Looking, zk.Election
	case trace.RoleChanged:
		t.changed(e)
	case trace.PhaseChanged:
		t.phase[e.Node] = e.Phase
	case trace.Arrived:
		if e.Node != 0 {
			g.arrivals[e.Type][t.roles[e.Node]][t.phase[e.Node]]++
		}
	case trace.SyncChosen:
		g.syncs[e.Type][e.Why]++
	case trace.Returned:
		t.returned(e)
	case trace.WatchSet:
		g.watches[e.N&7]++
	case trace.WatchFired:
		g.events[e.N&7]++
	default:
		t.notice(e)
	}
}

// notice looks for what is rare.
func (t *tracker) notice(e *trace.Event) {
	switch e.Kind {
	case trace.Crashed:
		t.crashed(e)
	case trace.Paused:
		t.reached(rareLeaderPaused, t.isBusy(e.Peer))
	case trace.Truncated:
		t.reached(rareTruncEpochs, e.Last.Epoch() >= e.Zxid.Epoch()+2)
	case trace.VoteChanged:
		to, from := e.Vote, e.Prev
		t.reached(rareEpochOverZxid, e.Why == zk.ByEpoch && to.Zxid.Counter() < from.Zxid.Counter())
		t.reached(rareZxidOverID, e.Why == zk.ByZxid && to.Leader < from.Leader)
	case trace.Sent:
		m, ok := e.Msg.(*step.Message)
		t.reached(rareSecondPromise, ok && m.Type == zk.AckEpoch && m.NoVote)
	case trace.Applied:
		t.applied(e)
	case trace.SessionClosed:
		t.reached(rareEphemeralsGone, e.N > 0)
	}
}

func (t *tracker) reached(r rare, is bool) {
	if is {
		t.goals.rare[r]++
	}
}

// isBusy reports whether a leader waits for ACKs.
func (t *tracker) isBusy(id zk.ServerID) bool {
	n := t.world.Node(id)
	return n != nil && t.roles[id] == zk.Leading && n.Status().Outstanding > 0
}

func (t *tracker) crashed(e *trace.Event) {
	d := &t.world.servers[e.Peer].disk
	t.reached(rareLeaderKilled, t.isBusy(e.Peer))
	t.reached(rareUnsyncedLost, e.N == 1 && len(d.writes) > d.durable)
	t.reached(rareSnapshotLost, len(d.saving) > 0)
	t.roles[e.Peer] = zk.Down
	down := 0
	for id := range t.world.voters.All() {
		if t.roles[id] == zk.Down {
			down++
		}
	}
	t.reached(rareQuorumLost, down*2 > t.world.voters.Len())
}

func (t *tracker) changed(e *trace.Event) {
	t.roles[e.Node] = e.Role
	if e.Role != zk.Leading {
		return
	}
	leaders := 0
	for _, role := range t.roles {
		if role == zk.Leading {
			leaders++
		}
	}
	t.reached(rareTwoLeaders, leaders > 1)
}

func (t *tracker) applied(e *trace.Event) {
	if e.Txn == nil {
		return
	}
	isMulti := e.Txn.Op == zk.OpMulti
	t.reached(rareReaped, e.Txn.Asked == zk.OpDeleteContainer && e.Txn.Op == zk.OpDelete)
	t.reached(rareMultiFailed, isMulti && len(e.Txn.Subs) > 0 && e.Txn.Subs[0].Op == zk.OpError)
	t.reached(rareMultiInSnapshot, isMulti && len(t.world.servers[e.Node].disk.saving) > 0)
}

func (t *tracker) returned(e *trace.Event) {
	to, ok := e.Msg.(*step.ToClient)
	switch {
	case !ok:
		t.goals.errs[-errOf(e.Path)&127]++
	case to.Err == zk.OK:
		t.goals.ops[uint8(to.Op)]++
	default:
		t.goals.errs[-to.Err&127]++
	}
}

// errOf is the outcome of an operation that no server answered.
func errOf(name string) zk.Err {
	for _, err := range [...]zk.Err{zk.ErrConnectionLoss, zk.ErrSessionExpired, zk.ErrNoWatcher} {
		if err.String() == name {
			return err
		}
	}
	return zk.OK
}
