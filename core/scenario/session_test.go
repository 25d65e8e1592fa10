package scenario

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func free(t *testing.T, voters, observers int) *Session {
	t.Helper()
	f, err := FreePlay(voters, observers, 7)
	require.Nil(t, err)
	s, err := NewSession(f, Options{})
	require.Nil(t, err)
	return s
}

// ok gives a line and wants it to be taken.
func ok(t *testing.T, s *Session, line string) Result {
	t.Helper()
	res := s.Command(line)
	require.Nil(t, res.Err, "%s: %v", line, res.Err)
	require.True(t, res.OK, line)
	return res
}

// serving is free play with a leader and clients A@1 and B@2.
func serving(t *testing.T) *Session {
	t.Helper()
	s := free(t, 5, 0)
	ok(t, s, ":until service == available")
	ok(t, s, ":client A@1")
	ok(t, s, ":client B@2")
	ok(t, s, ":until client[A] == CONNECTED and client[B] == CONNECTED")
	ok(t, s, ":wait 1s")
	return s
}

func parsed(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse("test", text)
	require.Nil(t, err, "%v", err)
	return f
}

// passes runs a scenario with some seeds and wants all its promises kept.
func passes(t *testing.T, text string) {
	t.Helper()
	f := parsed(t, text)
	for seed := uint64(1); seed <= 5; seed++ {
		s, err := NewSession(f, Options{Seed: seed})
		require.Nil(t, err, "%v", err)
		rep := s.RunAll()
		require.True(t, rep.OK, "seed %d\n%s", seed, rep)
	}
}

const lesson01 = `---
title: Roles and one write
cluster: 5 voters + 1 observer
clients: A@2
from: broadcast
---
## Look {#look}
` + "```expect" + `
leader == 5
state[6] == OBSERVING
state[1] == FOLLOWING
` + "```" + `
## Write {#write}
` + "```run" + `
A: create /x 1
` + "```\n```expect" + `
msgs(REQUEST,from=2,to=5) == 1
within 1s: msgs(PROPOSAL,from=5) == 4
msgs(PROPOSAL,to=6) == 0
acks_at_commit(zxid(A#1)) >= 3
within 1s: msgs(INFORM,to=6) == 1
result(A#1) == ok
within 1s: agree("/x")
within 1s: acks(zxid(A#1)) == 5
` + "```" + `
## Read {#read}
` + "```run" + `
A: get /x
` + "```\n```expect" + `
msgs(REQUEST) == 0
result(A#1) == ok
read(A#1) == "1"
output(A#1) == "1"
result(A#1 of write) == ok
` + "```" + `
## Count {#count}
` + "```run" + `
:kill 1
:kill 3
A: set /x 2
` + "```\n```expect" + `
service == available
msgs(ACK,from=6) == 0
within 1s: value(6,"/x") == "2"
stat("/x").version == 1
stat(6, "/x").dataVersion == 1
killed == 2
` + "```\n"

func TestLesson01(t *testing.T) { passes(t, lesson01) }

func TestLesson08(t *testing.T) {
	passes(t, `---
title: Broadcast
cluster: 5 voters
clients: A@3, B@4
from: broadcast
---
## One write {#one}
`+"```run"+`
A: create /x 1
`+"```\n```expect"+`
acks_at_commit(zxid(A#1)) == 3
within 1s: agree("/x")
`+"```"+`
## Slow {#slow}
`+"```run"+`
:delay *>1 3s
:delay *>2 3s
A: set /x 2
:until result(A#1) == ok
`+"```\n```expect"+`
within 200ms: result(A#1) == ok
within 200ms: result(A#1) == ok and value(1,"/x") == "1"
within 4s: agree("/x")
`+"```"+`
## Order {#order}
`+"```run"+`
:heal
:wait 1s
A: create /a 1
B: create /b 1
`+"```\n```expect"+`
result(A#1) == ok
result(B#1) == ok
zxid(A#1) != zxid(B#1)
`+"```"+`
## Three dead {#dead}
`+"```run"+`
:kill 1
:kill 2
A: set /x 3
:until result(A#1) == ok
:kill 5
A: set /x 4
`+"```\n```expect"+`
within 15s: service == unavailable
result(A#2) != ok
alive == 2
`+"```\n")
}

func TestLesson12(t *testing.T) {
	passes(t, `---
title: The minority is cut off
cluster: 5 voters
clients: A@3, B@1!
from: broadcast
---
## Apart {#apart}
`+"```run"+`
:partition 1,2|3,4,5
A: create /x
`+"```\n```expect"+`
always: leader == 5
result(A#1) == ok
within 12s: state[1] == LOOKING && state[2] == LOOKING
service == available
`+"```"+`
## Fails {#fails}
`+"```run"+`
B: create /y
`+"```\n```expect"+`
result(B#1) in [ConnectionLoss, SessionExpired]
`+"```"+`
## Heal {#heal}
`+"```run"+`
:heal
`+"```\n```expect"+`
within 10s: agree(*) and state[1] == FOLLOWING and state[2] == FOLLOWING
msgs(DIFF,to=1) == 1
epoch == before.epoch
lost_acked == 0
has(1, "/y") == false
`+"```\n")
}

func TestLesson11ForksTwiceFromOnePoint(t *testing.T) {
	passes(t, `---
title: The third case
cluster: 5 voters
clients: A@5!
from: broadcast
---
## Only 4 {#one}
`+"```run"+`
:drop PROPOSAL 5>1
:drop PROPOSAL 5>2
:drop PROPOSAL 5>3
A: create /m 1
:until last[4] > before.last[4]
:kill 5
`+"```\n```expect"+`
result(A#1) == ConnectionLoss
`+"```"+`
## Keep {#keep}
`+"```run"+`
:fork keep
:until leader != none
`+"```\n```expect"+`
leader == 4
votes[3].reason == "zxid"
within 2s: agree("/m") and has(1, "/m")
`+"```"+`
## Drop {#drop}
`+"```run"+`
:fork drop
:partition 1,2,3|4
:until leader != none
`+"```\n```expect"+`
leader == 3
has(3, "/m") == false
`+"```\n")
}

func TestFreePlayBootsAtTheStartOfTime(t *testing.T) {
	s := free(t, FreePlayVoters, 0)
	st := s.State()
	require.Equal(t, []any{Millis(0), "sim", zk.ServerID(0)}, []any{st.TMs, st.Source, st.Leader})
	require.Len(t, st.Servers, 5)
	require.Len(t, st.Links, 20)
	for _, v := range st.Servers {
		require.True(t, v.Up)
		require.Equal(t, "LOOKING", v.Role)
	}
	ok(t, s, ":until service == available")
	require.Equal(t, zk.ServerID(5), s.State().Leader)
}

func TestStateHasTheShapeOfThePage(t *testing.T) {
	s := serving(t)
	ok(t, s, ":cut 1>2")
	ok(t, s, ":delay 1>3 200ms")
	ok(t, s, ":loss 1>4 30%")
	b, err := json.Marshal(s.State())
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(b, &got))
	keys := []string{"t_ms", "source", "epoch", "leader", "groups", "servers", "clients", "links",
		"inFlight", "violations"}
	for _, k := range keys {
		require.Contains(t, got, k)
	}
	require.Len(t, got, len(keys))
	server := got["servers"].([]any)[4].(map[string]any)
	require.Equal(t, "LEADING", server["role"])
	require.Equal(t, "BROADCAST", server["phase"])
	require.Equal(t, "0x100000002", server["lastZxid"])
	require.Equal(t, "0x100000002", server["committedZxid"])
	links := got["links"].([]any)
	require.Equal(t, map[string]any{
		"from": 1.0, "to": 2.0, "cut": true, "delay_ms": 0.0, "loss": 0.0,
	}, links[0])
	require.Equal(t, 200.0, links[1].(map[string]any)["delay_ms"])
	require.Equal(t, 30.0, links[2].(map[string]any)["loss"])
	require.Equal(t, "CONNECTED", got["clients"].([]any)[0].(map[string]any)["state"])
}

func TestClientLineIsSentNowAndAnsweredLater(t *testing.T) {
	s := serving(t)
	res := ok(t, s, "A: create /x 1")
	require.Equal(t, "sent", res.Output)
	_, done, known := s.Op(res.Op.ID)
	require.Equal(t, []bool{false, true}, []bool{done, known})
	ok(t, s, ":until result(A#1) == ok")
	op, done, _ := s.Op(res.Op.ID)
	require.True(t, done)
	require.Equal(t, OpResult{Err: zk.OK, Output: "Created /x", Client: 'A', N: 1}, op)
	_, _, known = s.Op(99)
	require.False(t, known)
}

func TestNextLineOfAClientWaitsForItsReply(t *testing.T) {
	s := serving(t)
	first, second := ok(t, s, "A: create /x 1"), ok(t, s, "A: get /x")
	third := ok(t, s, "B: get /x")
	require.Equal(t, "sent", second.Output)
	ok(t, s, ":until result(A#2) == ok and result(B#1) != ok")
	op, _, _ := s.Op(first.Op.ID)
	require.Equal(t, "Created /x", op.Output)
	op, _, _ = s.Op(second.Op.ID)
	require.Equal(t, "1", op.Output)
	op, _, _ = s.Op(third.Op.ID)
	require.Equal(t, "Node does not exist: /x", op.Output)
}

func TestCommandsOfSeveralRequests(t *testing.T) {
	s := serving(t)
	ok(t, s, "A: create /a")
	ok(t, s, "A: create /a/b")
	ok(t, s, "A: create /a/b/c")
	list := ok(t, s, "A: ls -R /a")
	del := ok(t, s, "A: deleteall /a")
	last := ok(t, s, "A: ls /")
	help := ok(t, s, "A: help")
	require.Nil(t, help.Op)
	ok(t, s, ":until result(A#6) == ok")
	op, _, _ := s.Op(list.Op.ID)
	require.Equal(t, "/a\n/a/b\n/a/b/c", op.Output)
	op, _, _ = s.Op(del.Op.ID)
	require.Equal(t, OpResult{Client: 'A', N: 11}, op)
	op, _, _ = s.Op(last.Op.ID)
	require.Equal(t, "[zookeeper]", op.Output)
}

func TestWatchFiresOnceAndIsCounted(t *testing.T) {
	s := serving(t)
	for _, line := range []string{"A: create /x 1", "A: get -w /x"} {
		ok(t, s, line)
	}
	ok(t, s, ":until result(A#2) == ok")
	ok(t, s, "B: set /x 2")
	ok(t, s, "B: set /x 3")
	ok(t, s, ":until result(B#2) == ok")
	ok(t, s, ":wait 1s")
	ok(t, s, `:until fired(A, NodeDataChanged, "/x") == 1`)
}

func TestRefusedLineLeavesEverythingUntouched(t *testing.T) {
	s := serving(t)
	ok(t, s, ":kill 3")
	for line, want := range map[string]string{
		":kill 3": CodeAlreadyDown, ":start 1": CodeAlreadyUp, ":kill 9": CodeNoServer,
		":pause 3": CodeAlreadyDown, ":resume 1": CodeNotPaused, ":pause Z": CodeNoClient,
		":cut 1>9": CodeNoServer, ":cut 1>1": CodeNoLink, ":heal A": CodeNotUnplugged,
		":client A": CodeClientExists, ":client C@9": CodeNoServer, ":unplug Z": CodeNoClient,
		":duplicate COMMIT 5>1": CodeNeverRepeats, ":partition 1,2,3,4,5": CodeOneGroup,
		"Z: get /": CodeNoClient, ":until leader == 1": CodeUntil, ":undo now": CodeUsage,
		":next": CodeNoStep, ":fork x before crash": CodeNoFork, "A: gte /": "ShellUnknown",
		":release NOTHING": CodeBadType,
		":drop 5.9":        CodeNoFlight, ":move A 9": CodeNoServer, ":kil 3": CodeUnknownVerb,
	} {
		if want == CodeUntil {
			continue // it lets time pass
		}
		hash, journal, place := s.tl.World().StateHash(), s.Journal(), s.tl.Place()
		res := s.Command(line)
		require.False(t, res.OK, line)
		require.NotNil(t, res.Err, line)
		require.Equal(t, want, res.Err.Code, "%s: %v", line, res.Err)
		require.Equal(t, hash, s.tl.World().StateHash(), line)
		require.Equal(t, journal, s.Journal(), line)
		require.Equal(t, place, s.tl.Place(), line)
	}
}

func TestUntilThatNeverHoldsEndsAfterItsLimit(t *testing.T) {
	s := serving(t)
	start := s.Now()
	res := s.Command(":until leader == 1")
	require.Equal(t, CodeUntil, res.Err.Code)
	require.Contains(t, res.Err.Error(), "leader is 5")
	require.InDelta(t, UntilMax.Seconds(), s.Now().Sub(start).Seconds(), 2)
}

func TestLineAboutTheLeaderNeedsOne(t *testing.T) {
	s := free(t, 3, 0)
	require.Equal(t, CodeNoLeader, s.Command(":kill leader").Err.Code)
	ok(t, s, ":until leader != none")
	ok(t, s, ":kill leader")
	require.Equal(t, "DOWN", s.State().Servers[2].Role)
}

func TestEveryWorldLineIsCarriedOut(t *testing.T) {
	for _, lines := range [][]string{
		{":kill 1", ":start 1"}, {":power 2", ":wipe 2", ":start 2"}, {":pause 3", ":resume 3"},
		{":pause A", ":resume A"}, {":partition 1,2|*", ":heal"}, {":cut 1>4", ":heal 1>4"},
		{":cut *>1", ":heal 1"}, {":delay 1>4 200ms", ":delay 1>4 0s"}, {":loss 1>4 30%", ":heal"},
		{":drop PROPOSAL 5>1 x2"}, {":hold COMMIT 5>*", "A: create /h", ":wait 1s", ":release"},
		{":duplicate NOTIFICATION 1>2", ":kill 5", ":until leader == 4"},
		{":slowdisk 2 500ms", ":slowdisk 2 0s"}, {":skew 2 +3s"}, {":client C@3 timeout=6s"},
		{":client"}, {":unplug B", ":heal B"}, {":expire B", ":until client[B] == EXPIRED"},
		{":quirk skipTrunc", ":quirk none"}, {":chaos 20s", ":until service == available"},
		{":step", ":step 10", ":wait 5s", ":wait 1ms"}, {":fork other"}, {"C@4!: get /"},
		{"A: close", ":until client[A] == CLOSED", ":client A@2"}, {"A: quit"},
	} {
		s := serving(t)
		for _, line := range lines {
			ok(t, s, line)
		}
		ok(t, s, ":wait 3s")
		require.Nil(t, s.tl.World().Failure(), "%v", lines)
		require.Empty(t, s.Violations(), "%v", lines)
	}
}

func TestForkInThePastMakesOneBranch(t *testing.T) {
	s := serving(t)
	ok(t, s, ":kill leader")
	ok(t, s, ":wait 5s")
	s.SeekTime(s.Now() - zk.Instant(3*time.Second))
	ok(t, s, ":fork")
	list, current := s.Branches()
	require.Len(t, list, 2)
	require.Equal(t, 1, current)
	require.Empty(t, list[1].Name)
	require.Equal(t, list[0].ID, list[1].From)
	ok(t, s, ":fork twice") // at the head too
	list, _ = s.Branches()
	require.Len(t, list, 3)
	require.Equal(t, list[1].ID, list[2].From)
}

func TestPageLinesBecomeEffects(t *testing.T) {
	s := free(t, 3, 0)
	load := ok(t, s, ":load 02-cold-start").Effect
	require.Equal(t, &Effect{Kind: "load", Name: "02-cold-start"}, load)
	require.Equal(t, &Effect{Kind: "seed", N: 42}, ok(t, s, ":seed 42").Effect)
	require.Equal(t, &Effect{Kind: "speed", N: 20}, ok(t, s, ":speed 1/50").Effect)
	require.Contains(t, ok(t, s, ":help").Output, ":kill 3  ")
}

func TestSeekBackAndForwardKeepsFingerprints(t *testing.T) {
	s := serving(t)
	ok(t, s, ":kill 5")
	ok(t, s, "A: create /x 1")
	ok(t, s, ":until leader == 4")
	end, at := s.Fingerprint(), s.Now()
	s.SeekTime(zk.Instant(500 * time.Millisecond))
	middle := s.Fingerprint()
	require.NotEqual(t, end, middle)
	s.SeekTime(at)
	require.Equal(t, end, s.Fingerprint())
	s.Seek(0)
	require.Equal(t, zk.Instant(0), s.Now())
	require.Len(t, s.State().Servers, 5)
	require.True(t, s.State().Servers[0].Up, "the setup is never undone")
	s.SeekTime(zk.Instant(500 * time.Millisecond))
	require.Equal(t, middle, s.Fingerprint())
	for s.Advance(100, at) {
	}
	require.Equal(t, end, s.Fingerprint())
}

func TestActingInThePastForks(t *testing.T) {
	s := serving(t)
	ok(t, s, ":wait 2s")
	moment := s.Now()
	ok(t, s, ":wait 2s")
	ok(t, s, ":kill 5")
	ok(t, s, ":until leader == 4")
	s.SeekTime(moment)
	ok(t, s, ":kill 1")
	require.False(t, s.tl.InPast())
	branches, current := s.tl.Branches()
	require.Len(t, branches, 2)
	require.Equal(t, 1, current)
	ok(t, s, ":wait 10s")
	require.Equal(t, zk.ServerID(5), s.State().Leader, "server 5 was not killed here")
	var lines []string
	for _, e := range s.Journal().Journal {
		lines = append(lines, e.Line)
	}
	require.Equal(t, []string{":client A@1", ":client B@2", ":kill 1"}, lines)
}

func TestRefusedLineInThePastKeepsTheFuture(t *testing.T) {
	s := serving(t)
	ok(t, s, ":kill 5")
	ok(t, s, ":until leader == 4")
	end := s.tl.Head()
	s.SeekTime(zk.Instant(800 * time.Millisecond))
	place := s.tl.Place()
	for _, line := range []string{":start 1", "Z: get /", ":kill 9", ":next", ":fork x before y"} {
		require.NotNil(t, s.Command(line).Err, line)
		require.Equal(t, end, s.tl.Head(), line)
		require.Equal(t, place, s.tl.Place(), line)
	}
}

func TestUndoGoesBackToBeforeTheLastLine(t *testing.T) {
	s := serving(t)
	before := s.Fingerprint()
	ok(t, s, ":kill 5")
	ok(t, s, ":wait 3s")
	require.Equal(t, ":kill 5", ok(t, s, ":undo").Output)
	require.Equal(t, before, s.Fingerprint())
	require.True(t, s.State().Servers[4].Up)
	ok(t, s, ":kill 5")
	a, b := ok(t, s, "A: create /x"), ok(t, s, "A: create /y")
	ok(t, s, ":undo")
	_, _, known := s.Op(b.Op.ID)
	require.False(t, known)
	_, _, known = s.Op(a.Op.ID)
	require.True(t, known)
	for range 4 {
		ok(t, s, ":undo")
	}
	require.Equal(t, CodeNoUndo, s.Command(":undo").Err.Code)
	require.Empty(t, s.Journal().Journal)
}

func TestLinkReplaysExactlyThis(t *testing.T) {
	s := serving(t)
	ok(t, s, "A: create /x 1")
	for s.Advance(1000, s.Now().Add(1234567*time.Microsecond)) {
	}
	ok(t, s, ":partition 1,2|3,4,5")
	ok(t, s, "A: set /x 2")
	ok(t, s, "A: get /x")
	ok(t, s, ":chaos 10s")
	ok(t, s, ":wait 777ms")
	j := s.Journal()
	b, bad := json.Marshal(j)
	require.NoError(t, bad)
	var again Journal
	require.NoError(t, json.Unmarshal(b, &again))
	require.Equal(t, j, again)
	r, err := Restore(&again, nil, Options{})
	require.Nil(t, err, "%v", err)
	require.Equal(t, s.Fingerprint(), r.Fingerprint())
	require.Equal(t, s.tl.World().StateHash(), r.tl.World().StateHash())
	require.Equal(t, s.State(), r.State())
	require.Equal(t, j, r.Journal())

	for i := range again.Journal { // a link that was written by hand knows no nanoseconds
		again.Journal[i].At = 0
	}
	again.Step = 0
	_, err = Restore(&again, nil, Options{})
	require.Nil(t, err, "%v", err)

	s.SeekTime(zk.Instant(1500 * time.Millisecond))
	early := s.Journal()
	r, err = Restore(&early, nil, Options{})
	require.Nil(t, err, "%v", err)
	require.Equal(t, s.Fingerprint(), r.Fingerprint())
}

func TestLinkIsRefusedWithCause(t *testing.T) {
	entries := func(list ...JournalEntry) []JournalEntry { return list }
	heal := JournalEntry{Step: 1, Line: ":heal"}
	early := JournalEntry{Step: 5, At: 1, Line: ":kill 1"}
	good := func() Journal { return Journal{V: 1, Seed: 7, Nodes: 3, T: 1e9} }
	find := func(name string) (*File, *Error) { return nil, fail(CodeNoScenario, name) }
	for code, spoil := range map[string]func(*Journal){
		CodeLinkNewer:    func(j *Journal) { j.V = 2 },
		CodeNodes:        func(j *Journal) { j.Nodes = 10 },
		CodeNoScenario:   func(j *Journal) { j.Scenario = "x" },
		CodeLinkDiverged: func(j *Journal) { j.Journal = entries(early) },
	} {
		j := good()
		spoil(&j)
		_, err := Restore(&j, find, Options{})
		require.NotNil(t, err, code)
		require.Equal(t, code, err.Code)
	}
	for _, spoil := range []func(*Journal){
		func(j *Journal) { j.V = 0 }, func(j *Journal) { j.Seed = 0 },
		func(j *Journal) { j.T = -1 },
		func(j *Journal) { j.Quirks = "nothing" },
		func(j *Journal) { j.Journal = make([]JournalEntry, journalMax+1) },
		func(j *Journal) { j.Journal = []JournalEntry{{Line: "nonsense"}} },
		func(j *Journal) { j.Journal = entries(JournalEntry{Step: 2, Line: ":heal"}, heal) },
		func(j *Journal) { j.Journal = []JournalEntry{{Forks: 1, Line: ":heal"}} },
	} {
		j := good()
		spoil(&j)
		_, err := Restore(&j, find, Options{})
		require.NotNil(t, err)
		require.Equal(t, CodeLinkBad, err.Code, "%v", err)
	}
	j := good()
	_, err := Restore(&j, find, Options{})
	require.Nil(t, err)
}

func TestMillisAreExact(t *testing.T) {
	for ns, want := range map[int64]string{
		0: "0", 1: "0.000001", 1_000_000: "1", 1_234_567_891: "1234.567891", 1_500_000: "1.5",
	} {
		b, err := json.Marshal(Millis(ns))
		require.NoError(t, err)
		require.Equal(t, want, string(b))
		var m Millis
		require.NoError(t, json.Unmarshal(b, &m))
		require.Equal(t, Millis(ns), m)
	}
	var m Millis
	for _, bad := range []string{`"x"`, "-5", "1e3", "1.x", "99999999999999"} {
		require.Error(t, json.Unmarshal([]byte(bad), &m), bad)
	}
}

// TestRunDoesNotDependOnHowItIsDriven lets the page's ways of passing time end in the same state.
func TestRunDoesNotDependOnHowItIsDriven(t *testing.T) {
	f := parsed(t, lesson01)
	fast, err := NewSession(f, Options{})
	require.Nil(t, err)
	var ends []zk.Instant
	for range f.Steps {
		_, err := fast.RunStep()
		require.Nil(t, err)
		ends = append(ends, fast.Now())
	}
	slow, err := NewSession(f, Options{})
	require.Nil(t, err)
	for i := range f.Steps {
		ok(t, slow, ":next")
		for n := 1; ; n++ {
			if _, running := slow.StepIndex(); !running {
				break
			}
			if n%5 == 0 {
				slow.StepUnits(1, UnitEvent)
				continue
			}
			before := slow.Now()
			slow.Advance(3, before.Add(time.Duration(n)*time.Millisecond))
			if n%7 == 0 {
				here := slow.Now()
				slow.SeekTime(here - zk.Instant(50*time.Millisecond))
				for slow.Advance(2, here) {
				}
			}
		}
		slow.SeekTime(ends[i])
	}
	var failed []Failure
	for _, r := range slow.Results() {
		failed = append(failed, r.Failed...)
	}
	require.Empty(t, failed)
	require.Equal(t, fast.Fingerprint(), slow.Fingerprint())
}

func TestFailedChecksSayStepLineAndWhatWasSeen(t *testing.T) {
	s, err := NewSession(parsed(t, `---
title: Wrong
cluster: 3 voters
from: broadcast
---
## One {#one}
`+"```run"+`
:kill 1
:until leader == 2
:kill 2
`+"```\n```expect"+`
leader == 2
always: alive == 3
within 1s: leader == 1
never: up[2]
violated PrefixConsistency
`+"```"+`
## Two {#two}
`+"```run"+`
:kill 1
Z: get /
`+"```\n"), Options{})
	require.Nil(t, err)
	rep := s.RunAll()
	require.False(t, rep.OK)
	var got []string
	for _, f := range rep.Failed {
		got = append(got, f.Step+" "+strconv.Itoa(f.Line)+" "+f.Text[:min(len(f.Text), 30)])
	}
	require.Equal(t, []string{
		`one 9 "leader == 2 (leader is 3)" di`,
		"one 13 leader == 2: leader is 3 at 12",
		"one 14 always: alive == 3: alive is 2",
		"one 15 within 1s: leader == 1: leader",
		"one 16 never: up[2]: up[2] is true at",
		"one 17 violated PrefixConsistency: th",
		"two 21 1 is down already; start it wi",
	}, got)
}

func TestQuirkThatBreaksAnInvariantIsExpected(t *testing.T) {
	text := `---
title: The minority elects
cluster: 4 voters
config: quirk=quorumHalf
from: broadcast
---
## One {#one}
` + "```run" + `
:partition 1,2|3,4
:wait 30s
` + "```\n"
	s, err := NewSession(parsed(t, text), Options{})
	require.Nil(t, err)
	rep := s.RunAll()
	require.False(t, rep.OK)
	name := s.Violations()[0].Name
	passes(t, text+"```expect\nviolated "+name+"\n```\n")
}

func TestSetupThatCannotBeReadyIsNamed(t *testing.T) {
	_, err := NewSession(parsed(t, `---
title: Too slow
cluster: 3 voters
config: fsync=60s
from: broadcast
---
## One {#one}
`), Options{})
	require.NotNil(t, err)
	require.Equal(t, CodeSetup, err.Code)
}

func TestStepUnitsGoForwardAndBack(t *testing.T) {
	s := serving(t)
	ok(t, s, "A: create /x 1")
	var prints []trace.Hash
	for range 12 {
		prints = append(prints, s.Fingerprint())
		require.Equal(t, 1, s.StepUnits(1, UnitDelivery))
	}
	for i := len(prints) - 1; i >= 0; i-- {
		require.Equal(t, -1, s.StepUnits(-1, UnitDelivery))
	}
	require.Equal(t, 12, s.StepUnits(12, UnitDelivery))
	require.Equal(t, -3, s.StepUnits(-3, UnitRound))
	require.Equal(t, 3, s.StepUnits(3, UnitRound))
	back := -s.StepUnits(-100_000, UnitEvent)
	require.Positive(t, back)
	require.Equal(t, s.start, s.tl.Place())
	require.Zero(t, s.StepUnits(-1, UnitEvent))
	for _, name := range []string{"", "event", "delivery", "round"} {
		_, known := ParseUnit(name)
		require.True(t, known, name)
	}
	_, known := ParseUnit("tick")
	require.False(t, known)
}

// TestFactsAgreeWithTheServers is the shadow test of this package: what checks read from the trace
// is what the servers say of themselves, after every step.
func TestFactsAgreeWithTheServers(t *testing.T) {
	s := serving(t)
	for _, line := range []string{
		"A: create /x 1", ":kill 5", ":wait 1s", ":start 5", ":wait 3s", ":partition 1,2|3,4,5",
		"B: set /x 2", ":wait 20s", ":heal", ":power 4", ":wait 10s", ":start 4", ":chaos 30s",
	} {
		s.Command(line)
		for range 400 {
			s.tick(zk.Never)
			for id := range s.facts().voters.All() {
				n := s.tl.World().Node(id)
				require.Equal(t, n != nil, s.facts().servers[id].up, "%d after %s", id, line)
				if n != nil {
					sameAsStatus(t, s.facts().server(id), n.Status(), line)
				}
			}
		}
	}
}

func sameAsStatus(t *testing.T, f *serverFacts, st node.Status, after string) {
	t.Helper()
	want := []any{
		st.Role, st.Phase, st.Leader, st.Accepted, st.Current, st.LastLogged, st.Committed,
	}
	got := []any{f.role, f.phase, f.leader, f.accepted, f.current, f.last, f.done}
	require.Equal(t, want, got, "server %d after %s", st.ID, after)
	if st.Role == zk.Looking {
		vote := []any{f.round, f.vote}
		require.Equal(t, []any{st.Round, st.Vote}, vote, "%d after %s", st.ID, after)
	}
}

func TestObserversOfTheOptionsGoBackInTime(t *testing.T) {
	f, _ := FreePlay(3, 0, 1)
	s, err := NewSession(f, Options{Observers: []sim.Observer{&counter{}}})
	require.Nil(t, err)
	ok(t, s, ":wait 1s")
	n := s.Observer(0).(*counter).n
	s.SeekTime(zk.Instant(100 * time.Millisecond))
	require.Less(t, s.Observer(0).(*counter).n, n)
	s.SeekTime(zk.Instant(time.Second))
	require.Equal(t, n, s.Observer(0).(*counter).n)
}

type counter struct{ n int }

func (c *counter) Observe(*trace.Event) { c.n++ }

func (c *counter) CloneObserver() sim.Observer {
	o := *c
	return &o
}

func TestPlayForgetsWhatNothingAsksFor(t *testing.T) {
	s := serving(t)
	recs := func() (kept, all int) {
		r := &s.facts().recs
		return r.len() - r.first, r.len()
	}
	write := func(times int) {
		for range times {
			ok(t, s, "A: create -s /n- x")
			ok(t, s, ":wait 250ms")
		}
	}
	write(200)
	kept, all := recs()
	require.Greater(t, all, 8*recordsIdle)
	require.Less(t, kept, 2*recordsIdle+chunkLen)

	ok(t, s, ":break when msgs(COMMIT,to=1) > 190")
	write(190)
	_, hit := s.Hit()
	require.False(t, hit)
	write(1)
	_, hit = s.Hit()
	require.True(t, hit, "a breakpoint counts all since it was made")
	kept, _ = recs()
	require.Greater(t, kept, 4*recordsIdle)
}
