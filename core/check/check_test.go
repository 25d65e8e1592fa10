package check

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func found(c *Checker) []string {
	var names []string
	for _, v := range c.Violations() {
		names = append(names, v.Name)
	}
	return names
}

// longStory is a run with everything in it that is legal and looks odd.
func longStory() *story {
	s := newStory()
	s.lead(3)
	s.open()
	s.write(zk.Txn{Op: zk.OpCreate, Session: sess, Path: "/e", Owner: sess, Version: 1})
	s.setWatch("/e")
	t := s.write(zk.Txn{Op: zk.OpSetData, Path: "/e", Version: 1})
	s.invoke(1)
	s.fire("/e", t.Zxid)
	s.see("/e", t.Zxid)
	s.ret(1, t.Zxid)
	s.write(zk.Txn{Op: zk.OpCloseSession, Session: sess, Paths: []string{"/e"}})
	s.add(1, trace.Event{Kind: trace.SessionClosed, Sess: sess, N: 1, Zxid: s.logs[1]})
	lostTail(s)
	return s
}

// lostTail lets the leader die with a proposal that only it has, and brings it back.
func lostTail(s *story) {
	common := s.logs[3]
	s.propose(s.txn(zk.Txn{}))
	s.crash(3)
	s.lose(1, 2)
	s.lead(2, 3)
	s.boot(3)
	s.take(3)
	s.accept(3)
	s.phase(3, zk.Synchronization)
	s.message(2, 3, trace.Event{Type: zk.Trunc, Zxid: common})
	s.add(3, trace.Event{Kind: trace.Truncated, Zxid: common, Last: s.logs[3]})
	s.logs[3] = common
	s.enter(3)
	s.message(3, 2, trace.Event{Type: zk.Ack, Zxid: zk.MakeZxid(s.epoch, 0)})
	s.add(2, trace.Event{
		Kind: trace.LearnerSynced, Peer: 3, Epoch: s.epoch, Set: zk.SetOf(1, 2, 3),
	})
	s.phase(3, zk.Broadcast)
	s.write(zk.Txn{})
}

func TestCorrectRunHasNoViolations(t *testing.T) {
	s := longStory()
	require.Empty(t, s.c.Violations())
}

func TestEveryInvariantHasNameAndMeaning(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range Names() {
		require.NotEmpty(t, n)
		require.NotEmpty(t, Meaning(n), n)
		require.False(t, seen[n], n)
		seen[n] = true
	}
	require.Empty(t, Meaning("NoSuchThing"))
}

// TestEveryNumberHasAnInvariant: the specifications' S1 to S21, D1 to D13, C1 to C10 and L1 to L6.
func TestEveryNumberHasAnInvariant(t *testing.T) {
	listed := map[string]bool{}
	for _, n := range Names() {
		for id := range strings.FieldsSeq(IDs(n)) {
			listed[id] = true
		}
	}
	for _, id := range strings.Fields(IDs(Deterministic)) {
		listed[id] = true
	}
	for letter, count := range map[string]int{"S": 21, "D": 13, "C": 10, "L": 6} {
		for i := 1; i <= count; i++ {
			id := letter + strconv.Itoa(i)
			require.True(t, listed[id], "nothing stands for %s", id)
			delete(listed, id)
		}
	}
	require.Empty(t, listed, "no such numbers")
	require.NotEmpty(t, Meaning(Deterministic))
}

// TestEveryInvariantHasAKiller keeps the tables of bad traces complete.
func TestEveryInvariantHasAKiller(t *testing.T) {
	killed := map[string]bool{}
	for _, list := range [][]killer{
		zabKillers, electionKillers, clientKillers, answerKillers, livenessKillers,
	} {
		for _, k := range list {
			killed[k.name] = true
		}
	}
	for _, n := range Names() {
		require.True(t, killed[n], "no bad trace for %s", n)
	}
}

// killer is a trace that breaks an invariant.
type killer struct {
	name string
	how  string
	act  func(s *story)
}

func testKillers(t *testing.T, list []killer) {
	for _, k := range list {
		t.Run(k.name+"/"+k.how, func(t *testing.T) {
			s := newStory()
			k.act(s)
			require.Contains(t, found(s.c), k.name)
			for _, v := range s.c.Violations() {
				require.NotEmpty(t, v.Detail)
				require.False(t, v.Outside)
			}
		})
	}
}

func TestSameInvariantIsReportedOncePerServer(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.tamper = on(1, trace.Durable, drop)
	s.write(zk.Txn{})
	s.write(zk.Txn{})
	require.Equal(t, []string{"AckAfterDurable"}, found(s.c))
}

func TestWipedVoterMarksViolations(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.write(zk.Txn{})
	for _, id := range []zk.ServerID{2, 3} {
		s.crash(id)
		s.add(0, trace.Event{Kind: trace.Wiped, Peer: id})
		s.logs[id], s.current[id], s.promised[id] = 0, 0, 0
	}
	require.True(t, s.c.Outside())
	s.boot(2)
	s.boot(3)
	s.lose(1)
	s.lead(3, 1)
	require.Contains(t, found(s.c), "LeaderLogCompleteness")
	for _, v := range s.c.Violations() {
		require.True(t, v.Outside, v.Name)
	}
}

func TestWipingEverybodyBeginsANewEnsemble(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.open()
	s.write(zk.Txn{})
	for _, id := range s.voters {
		s.crash(id)
		s.add(0, trace.Event{Kind: trace.Wiped, Peer: id})
	}
	require.False(t, s.c.Outside())
	clear(s.logs)
	clear(s.current)
	clear(s.promised)
	s.accepted, s.epoch = 0, 0
	for _, id := range s.voters {
		s.boot(id)
	}
	s.lead(3)
	s.write(zk.Txn{Op: zk.OpCreate, Path: "/other", Version: 1})
	require.Empty(t, s.c.Violations())
}

func TestTraceFromTheMiddleIsNotJudgedByHistories(t *testing.T) {
	s := newStory()
	s.c = New(0)
	s.accepted = 4
	for _, id := range []zk.ServerID{1, 2} {
		s.logs[id], s.current[id], s.promised[id] = zk.MakeZxid(4, 9), 4, 4
		s.boot(id)
	}
	s.lead(2, 3)
	require.Empty(t, s.c.Violations())
	require.Equal(t, zk.SetOf(1, 2, 3), s.c.voters)
}

func TestClonesGoTheirOwnWays(t *testing.T) {
	s := newStory()
	s.lead(3)
	s.open()
	s.write(zk.Txn{Op: zk.OpCreate, Session: sess, Path: "/e", Owner: sess, Version: 1})
	before := *s
	copied := s.c.Clone()
	first := s.c

	before.seqs, before.logs = cloneMap(s.seqs), cloneMap(s.logs)
	for range 20 {
		s.write(zk.Txn{Op: zk.OpSetData, Path: "/a"})
	}
	before.c = copied
	for range 20 {
		before.write(zk.Txn{Op: zk.OpSetData, Path: "/b"})
	}
	require.Empty(t, first.Violations())
	require.Empty(t, copied.Violations())
	require.Len(t, copied.done, len(first.done))
	require.NotEqual(t, first.done[len(first.done)-1], copied.done[len(copied.done)-1])
}

func cloneMap[V any](m map[zk.ServerID]V) map[zk.ServerID]V {
	out := map[zk.ServerID]V{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func TestHistoryFindsFromBothEnds(t *testing.T) {
	var h history
	for e := zk.Epoch(1); e <= 4; e++ {
		for n := uint32(1); n <= 50; n++ {
			h = h.add(zk.MakeZxid(e, n), uint64(n), nil)
		}
	}
	for i := range h {
		require.Equal(t, i, h.find(h[i].zxid))
		require.Equal(t, i+1, h.upTo(h[i].zxid))
	}
	require.Equal(t, -1, h.find(zk.MakeZxid(2, 51)))
	require.Equal(t, 100, h.upTo(zk.MakeZxid(2, 51)))
	require.Equal(t, 0, h.upTo(0))
	require.Equal(t, 200, h.upTo(zk.MakeZxid(9, 9)))
	for cut := range h {
		o := h.clip(cut).add(zk.MakeZxid(9, 1), 5, nil)
		require.Equal(t, cut, o.agree(h))
		require.Equal(t, cut, h.agree(o))
	}
}

func BenchmarkClone(b *testing.B) {
	s := newStory()
	s.lead(3)
	s.open()
	for range 5000 {
		s.write(zk.Txn{})
	}
	b.ReportAllocs()
	for b.Loop() {
		s.c.Clone()
	}
}

func BenchmarkObserve(b *testing.B) {
	s := newStory()
	var events []trace.Event
	s.tamper = func(e *trace.Event) bool {
		events = append(events, *e)
		return true
	}
	for _, id := range s.voters {
		s.boot(id)
	}
	s.lead(3)
	for range 5000 {
		s.write(zk.Txn{})
	}
	b.ReportAllocs()
	start := time.Now()
	n := 0
	for b.Loop() {
		c := New(zk.SetOf(1, 2, 3))
		for i := range events {
			c.Observe(&events[i])
		}
		n += len(events)
	}
	b.ReportMetric(float64(time.Since(start).Nanoseconds())/float64(n), "ns/event")
}
