package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// asked is the input of an operation on one znode.
type asked struct {
	op      zk.Op // create, setData, delete, or getData for a read behind a sync
	path    string
	value   string
	version int32
}

// told is what its client was told. The zero value is nothing: it may have happened or not, and may
// still happen.
type told struct {
	known   bool
	err     zk.Err
	version int32
	value   string
}

// znode is the state of the model: what one path holds.
type znode struct {
	there   bool
	version int32
	value   string
}

// znodeModel says what a znode may answer, one operation at a time.
var znodeModel = porcupine.Model{
	Partition: byPath,
	Init:      func() any { return znode{} },
	Step: func(state, input, output any) (bool, any) {
		return state.(znode).step(input.(asked), output.(told))
	},
}

func (z znode) step(in asked, out told) (bool, any) {
	err, next := z.apply(in)
	switch {
	case !out.known: // who lost the connection may linearize behind everything
		return true, next
	case err != out.err:
		return false, z
	case in.op == zk.OpGetData && err == zk.OK:
		return out.version == z.version && out.value == z.value, z
	case in.op == zk.OpSetData && err == zk.OK:
		return out.version == next.version, next
	}
	return true, next
}

// apply returns what the operation does.
func (z znode) apply(in asked) (zk.Err, znode) {
	switch {
	case in.op == zk.OpCreate && z.there:
		return zk.ErrNodeExists, z
	case in.op == zk.OpCreate:
		return zk.OK, znode{true, 0, in.value}
	case !z.there:
		return zk.ErrNoNode, z
	case in.op != zk.OpGetData && in.version >= 0 && in.version != z.version:
		return zk.ErrBadVersion, z
	case in.op == zk.OpSetData:
		return zk.OK, znode{true, z.version + 1, in.value}
	case in.op == zk.OpDelete:
		return zk.OK, znode{}
	}
	return zk.OK, z
}

func byPath(history []porcupine.Operation) [][]porcupine.Operation {
	place := make(map[string]int)
	var parts [][]porcupine.Operation
	for _, op := range history {
		path := op.Input.(asked).path
		i, known := place[path]
		if !known {
			i = len(parts)
			place[path] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], op)
	}
	return parts
}

// history is what clients asked and were told in one run, kept by a Sink. Each client has one
// operation under way at most; a read behind a sync is one from the invocation of the sync on.
type history struct {
	w       *World
	ops     []porcupine.Operation
	open    map[zk.ServerID]*pendingOp
	serving zk.Epoch // the newest that was established
	plain   int      // reads that are judged by their session alone
	behind  int      // of them: behind a sync that a deposed leader may have answered
	stale   told     // the last of these
	seen    map[view]zk.Zxid
	back    string // a session that read something older than it had seen, "" for none
}

// pendingOp is an operation between its invocation and its return.
type pendingOp struct {
	asked
	call  zk.Instant
	synct bool     // a sync came right before, and the leader was the newest all the while
	tried bool     // a sync came right before
	epoch zk.Epoch // of the leader that its server followed when the sync was asked for
}

// view is a session's view of one znode.
type view struct {
	session zk.SessionID
	path    string
}

func newHistory(w *World) *history {
	return &history{
		w: w, open: make(map[zk.ServerID]*pendingOp), seen: make(map[view]zk.Zxid),
	}
}

// observe keeps what clients ask and are told, and which leaders are established.
func (h *history) observe(e *trace.Event) {
	switch e.Kind {
	case trace.Established:
		h.serving = max(h.serving, e.Epoch)
	case trace.ClientState:
		if o := h.open[e.Node]; o != nil { // it may be another server that reads
			o.epoch, o.synct = 0, false
		}
	case trace.Invoked:
		if req, ok := e.Msg.(*zk.Request); ok {
			h.invoked(e, req)
		}
	case trace.Returned:
		if o := h.open[e.Node]; o != nil {
			h.returned(e, o)
		}
	}
}

func (h *history) invoked(e *trace.Event, req *zk.Request) {
	o := h.open[e.Node]
	if req.Op == zk.OpGetData && o != nil && o.op == zk.OpSync && o.path == req.Path {
		o.op = zk.OpGetData // what the sync has begun
		return
	}
	h.open[e.Node] = &pendingOp{
		asked: asked{req.Op, req.Path, string(req.Data), req.Version},
		call:  e.At, epoch: h.epochOf(e.Node),
	}
}

// epochOf returns the epoch of the leader that a client's server follows, 0 for none.
func (h *history) epochOf(letter zk.ServerID) zk.Epoch {
	if n := h.w.Node(h.w.Client(letter).Server()); n != nil && n.Status().Serving {
		return n.Status().Current
	}
	return 0
}

func (h *history) returned(e *trace.Event, o *pendingOp) {
	out := told{known: true}
	reply, answered := e.Msg.(*step.ToClient)
	if answered {
		out.err, out.version = reply.Err, reply.Reply.Stat.Version
		out.value = string(reply.Reply.Data)
	}
	switch {
	case o.op == zk.OpSync:
		o.tried = answered
		o.synct = answered && reply.Err == zk.OK && o.epoch != 0 && o.epoch == h.serving
		return
	case o.op == zk.OpGetData:
		h.read(e, o, out, answered)
		delete(h.open, e.Node)
		return
	case !answered:
		out = told{}
	}
	// Refused for what the model does not know, as by a limit, it has not happened.
	if out.err != zk.ErrNotReadOnly && out.err != zk.ErrQuotaExceeded {
		h.keep(e, o, out)
	}
	delete(h.open, e.Node)
}

// read judges a read by its session, and takes it into the history if a sync makes it count.
func (h *history) read(e *trace.Event, o *pendingOp, out told, answered bool) {
	if !answered {
		return
	}
	at := view{e.Sess, o.path}
	if out.err == zk.OK {
		z := e.Msg.(*step.ToClient).Reply.Stat.Mzxid
		if z < h.seen[at] {
			h.back = fmt.Sprintf("%s of %v: %v after %v", o.path, e.Sess, z, h.seen[at])
		}
		h.seen[at] = z
	}
	if o.synct {
		h.keep(e, o, out)
		return
	}
	h.plain++
	if o.tried {
		h.stale = out
		h.behind++
	}
}

func (h *history) keep(e *trace.Event, o *pendingOp, out told) {
	end := int64(e.At)
	if !out.known {
		end = math.MaxInt64
	}
	if o.op == zk.OpCreate {
		out.version, out.value = 0, ""
	}
	h.ops = append(h.ops, porcupine.Operation{
		ClientId: int(e.Node - 'A'), Input: o.asked, Output: out, Call: int64(o.call), Return: end,
	})
}

// searchTime is how long one history may take to be decided.
const searchTime = 20 * time.Second

func (h *history) judge() porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(znodeModel, h.ops, searchTime)
}

// Sizes of the workload. Paths change every few seconds, which keeps what is searched short.
const (
	historyOps     = 1000
	historyClients = 5
	historyPaths   = 3
	historyTerm    = 5 * time.Second
)

// anyFaults are those of :chaos.
func anyFaults(w *World, step int) {
	if step == 0 {
		_ = w.Do(Command{Verb: Chaos, D: 30 * time.Minute})
	}
}

// blackouts take everybody's power at once, while disks are slow.
func blackouts(w *World, step int) {
	switch step % 600 {
	case 0:
		_ = w.Do(Command{Verb: SlowDisk, From: w.all, D: 100 * time.Millisecond})
	case 550:
		_ = w.Do(Command{Verb: Power, From: w.all, N: 1})
	case 551:
		_ = w.Do(Command{Verb: Start, From: w.all})
	}
}

// recorded runs clients against faults until they have done so many operations.
func recorded(seed uint64, opts RandomOptions, faults func(w *World, step int)) *history {
	w := New(RandomConfig(seed, opts))
	h := newHistory(w)
	w.Sink = h.observe
	rng := rand.New(rand.NewPCG(seed, 1))
	_ = w.Do(Command{Verb: Start, From: w.all})
	for i := range historyClients {
		_ = w.Do(Command{Verb: NewClient, Client: 'A' + zk.ServerID(i), TimeoutMs: 6000})
	}
	w.RunTo(at(2 * time.Second))
	for i := 0; len(h.ops) < historyOps && w.Now() < at(29*time.Minute) && w.fail == nil; i++ {
		faults(w, i)
		w.RunTo(w.Now().Add(10 * time.Millisecond))
		h.act(rng)
	}
	for letter, o := range h.open { // what has no answer yet may have happened
		if o.op != zk.OpSync && o.op != zk.OpGetData {
			h.keep(&trace.Event{Ref: trace.Ref{Node: letter}}, o, told{})
		}
	}
	return h
}

// act lets each idle client ask for something, now and then.
func (h *history) act(rng *rand.Rand) {
	term := int(h.w.Now().Sub(0) / historyTerm)
	for letter := zk.ServerID('A'); letter < 'A'+historyClients; letter++ {
		k := h.w.Client(letter)
		switch {
		case k.State() >= client.Expired:
			delete(h.open, letter)
			_ = h.w.Do(Command{Verb: NewClient, Client: letter, TimeoutMs: 6000})
		case h.w.Unplugged(letter) && rng.IntN(30) == 0:
			_ = h.w.Do(Command{Verb: HealLink, Client: letter})
		case k.State() != client.Connected || k.InFlight() > 0 || rng.IntN(4) > 0:
		default:
			path := "/h" + strconv.Itoa(term) + "-" + strconv.Itoa(rng.IntN(historyPaths))
			h.ask(letter, path, rng)
		}
	}
}

// ask does one operation; half of the reads come behind a sync.
func (h *history) ask(letter zk.ServerID, path string, rng *rand.Rand) {
	data := []byte(strconv.Itoa(rng.IntN(1 << 30)))
	if o := h.open[letter]; o != nil && o.op == zk.OpSync {
		h.request(letter, &zk.Request{Op: zk.OpGetData, Path: o.path})
		return
	}
	version := int32(rng.IntN(4)) - 1
	switch rng.IntN(8) {
	case 0, 1:
		h.request(letter, &zk.Request{Op: zk.OpCreate, Path: path, Data: data, ACL: zk.OpenACL})
	case 2, 3:
		h.request(letter, &zk.Request{Op: zk.OpSetData, Path: path, Data: data, Version: version})
	case 4:
		h.request(letter, &zk.Request{Op: zk.OpDelete, Path: path, Version: version})
	case 5:
		h.request(letter, &zk.Request{Op: zk.OpGetData, Path: path})
	default:
		h.request(letter, &zk.Request{Op: zk.OpSync, Path: path})
	}
}

func (h *history) request(letter zk.ServerID, req *zk.Request) {
	_ = h.w.Do(Command{Verb: Request, Client: letter, Req: req})
}

// TestHistoriesAreLinearizable searches the histories of random runs: writes, and reads behind a
// sync for as long as no later leader was established, are linearizable; no session reads what is
// older than it has seen.
func TestHistoriesAreLinearizable(t *testing.T) {
	counted, plain, behind, unknown := 0, 0, 0, 0
	for seed := uint64(1); seed <= 110; seed++ {
		opts, faults := RandomOptions{}, anyFaults
		if seed > 100 {
			opts.Voters, faults = 3, blackouts
		}
		h := recorded(seed, opts, faults)
		require.Nil(t, h.w.Failure(), "seed %d", seed)
		require.GreaterOrEqual(t, len(h.ops), historyOps, "seed %d", seed)
		require.Equal(t, porcupine.Ok, h.judge(), "seed %d: %d operations", seed, len(h.ops))
		require.Empty(t, h.back, "seed %d", seed)
		counted, plain, behind = counted+len(h.ops), plain+h.plain, behind+h.behind
		for _, op := range h.ops {
			if !op.Output.(told).known {
				unknown++
			}
		}
	}
	t.Logf("%d operations linearizable, %d of them without an answer; %d reads in the order of "+
		"their session, %d of them behind a sync that does not count", counted, unknown, plain,
		behind)
}

// TestHistoriesShowMistakes: what is never refused proves nothing.
func TestHistoriesShowMistakes(t *testing.T) {
	for _, c := range []struct {
		quirk  zk.Quirk
		voters int
		faults func(*World, int)
	}{
		{zk.QuirkQuorumHalf, 4, anyFaults}, {zk.QuirkAckBeforeSync, 3, blackouts},
	} {
		found := uint64(0)
		for seed := uint64(1); seed <= 200 && found == 0; seed++ {
			h := recorded(seed, RandomOptions{Quirks: c.quirk, Voters: c.voters}, c.faults)
			if h.judge() == porcupine.Illegal {
				found = seed
			}
		}
		require.NotZero(t, found, "%s has only linearizable histories", c.quirk)
		t.Logf("%s: the history of seed %d has no linearization", c.quirk, found)
	}
}

// TestASyncOfADeposedLeaderIsStaleAndDoesNotCount constructs the weakness that ZooKeeper documents.
// Server 5 does not know yet that 1, 2 and 3 follow another leader, and answers a sync of client B
// after client A has written there. The read behind it is stale; were it taken for a read of the
// moment, the history would have no linearization.
func TestASyncOfADeposedLeaderIsStaleAndDoesNotCount(t *testing.T) {
	w := New(Config{Voters: 5, Seed: 1, Node: func(c *node.Config) {
		if c.ID >= 4 {
			c.SyncLimit = 30 // so the old leader and its follower are patient
		}
	}})
	h := newHistory(w)
	w.Sink = h.observe
	must := func(c Command) {
		t.Helper()
		require.NoError(t, w.Do(c))
	}
	must(Command{Verb: Start, From: w.all})
	w.RunTo(at(3 * time.Second))
	for letter, server := range map[zk.ServerID]zk.ServerID{'A': 1, 'B': 4} {
		must(Command{
			Verb: NewClient, Client: letter, Server: server, Pinned: true, TimeoutMs: 40_000,
		})
	}
	say := func(letter zk.ServerID, req *zk.Request) {
		t.Helper()
		must(Command{Verb: Request, Client: letter, Req: req})
		for end := w.Now().Add(time.Minute); w.Client(letter).InFlight() > 0; {
			require.Less(t, w.Now(), end)
			w.RunTo(w.Now().Add(time.Millisecond))
		}
	}
	w.RunTo(at(4 * time.Second))
	say('A', create("/x"))
	sync, get := &zk.Request{Op: zk.OpSync, Path: "/x"}, &zk.Request{Op: zk.OpGetData, Path: "/x"}
	say('B', sync)
	say('B', get)
	require.Len(t, h.ops, 2, "with one leader a read behind a sync counts")

	must(Command{Verb: Partition, Groups: []zk.ServerSet{zk.SetOf(1, 2, 3), zk.SetOf(4, 5)}})
	for h.serving < 2 || w.Client('A').State() != client.Connected {
		w.RunTo(w.Now().Add(10 * time.Millisecond))
	}
	require.Equal(t, zk.Leading, w.Node(5).Status().Role, "the old leader does not know")
	say('A', &zk.Request{Op: zk.OpSetData, Path: "/x", Data: []byte("new"), Version: -1})
	say('B', sync)
	before := w.Now()
	say('B', get)
	require.Len(t, h.ops, 3, "the write counts, the read does not")
	require.Equal(t, 1, h.behind)
	require.Equal(t, told{known: true, version: 0}, h.stale, "it is older than what A was told")
	require.Equal(t, porcupine.Ok, h.judge())

	h.ops = append(h.ops, porcupine.Operation{
		ClientId: 1, Input: asked{op: zk.OpGetData, path: "/x"}, Output: h.stale,
		Call: int64(before), Return: int64(w.Now()),
	})
	require.Equal(t, porcupine.Illegal, h.judge(), "so a sync is no barrier for a moment")
}
