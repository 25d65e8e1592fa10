package bridge

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// storyLines are what happens in the runs that are watched here.
var storyLines = []string{
	":until leader != none", ":client A", "A: create /a 1", "A: create -e /b 2", ":wait 2s",
	":kill leader", ":until leader != none", "A: set /a 3", ":wait 5s", ":start *", ":wait 4s",
	":partition 1,2|3,4,5", ":wait 5s", ":heal", ":wait 5s",
}

// told is a simulated run as real nodes tell it: each with its own events, numbered by itself.
type toldRun struct {
	events []trace.Event // in the order in which they happened
	state  scenario.State
}

func tellRun(t testing.TB, seed uint64, lines []string) toldRun {
	t.Helper()
	f, problem := scenario.FreePlay(5, 0, seed)
	require.Nil(t, problem)
	r := toldRun{}
	own := map[trace.Ref]trace.Ref{}
	last := map[zk.ServerID]trace.Ref{}
	s, problem := scenario.NewSession(f, scenario.Options{OnEvent: func(e *trace.Event) {
		r.events = append(r.events, ownEvent(*e, own, last))
	}})
	require.Nil(t, problem)
	for _, line := range lines {
		require.Nil(t, s.Command(line).Err, line)
	}
	r.state = s.State()
	return r
}

// ownEvent gives an event to who took part in it: messages are told by the ends, not by the world.
func ownEvent(
	e trace.Event, own map[trace.Ref]trace.Ref, last map[zk.ServerID]trace.Ref,
) trace.Event {
	old, node := e.Ref, e.Node
	if e.Kind == trace.Sent || e.Kind == trace.Arrived {
		node = e.Other
	}
	boot := max(1, last[node].Boot)
	if e.Kind == trace.Booted {
		boot = e.Boot
	}
	ref := trace.Ref{Node: node, Boot: boot, Seq: 1}
	if last[node].Boot == boot {
		ref.Seq = last[node].Seq + 1
	}
	last[node], own[old] = ref, ref
	e.Ref, e.N = ref, e.N*int64(btoi(e.Kind != trace.Sent))
	e.Cause = own[e.Cause]
	return e
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

const greeting = `{"hello":{"servers":[{"id":1,"voter":true},{"id":2,"voter":true},` +
	`{"id":3,"voter":true},{"id":4,"voter":true},{"id":5,"voter":true}],` +
	`"rights":"faults","cluster":"c","version":"1"}}` + "\n"

// connect opens a live page.
func connect(t testing.TB) *page {
	p := &page{t.(*testing.T), New(endless)}
	p.call("live", args{"text": greeting, "lang": "en"})
	return p
}

// relay sends the events of a run as a relay does: in batches of one node, which come out of order.
// Clocks of nodes differ by years.
func (p *page) relay(events []trace.Event, random *rand.Rand) {
	p.t.Helper()
	const most = 64 // events that one node's stream may be behind another's
	queues := map[zk.ServerID][]trace.Event{}
	var nodes []zk.ServerID
	for from, next := 0, 0; from < len(events); from = next {
		nodes = nodes[:0]
		for next = from; next < min(len(events), from+most); next++ {
			e := events[next]
			if e.Node == 0 && next > from { // the relay says itself, in its place
				break
			}
			if len(queues[e.Node]) == 0 {
				nodes = append(nodes, e.Node)
			}
			queues[e.Node] = append(queues[e.Node], e)
			if e.Node == 0 {
				next++
				break
			}
		}
		ms := float64(events[from].At)/1e6 + 5000
		random.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
		for _, n := range nodes {
			p.call("feed", args{"text": lines(n, ms, queues[n])})
			queues[n] = nil
		}
	}
}

// lines writes events of one node as the relay does.
func lines(n zk.ServerID, ms float64, events []trace.Event) string {
	b := fmt.Appendf(nil, `{"from":{"node":%d,"boot":1,"ms":%f}}`+"\n", n, ms)
	for _, e := range events {
		e.At += zk.Instant(n) * 3e16
		b = trace.AppendNDJSON(b, &e)
	}
	return string(b)
}

// sameServers compares what the page shows of the servers with how the run ended.
func sameServers(t testing.TB, want, got scenario.State) {
	t.Helper()
	require.Equal(t, want.Servers, got.Servers)
	require.Equal(t, want.Leader, got.Leader)
	require.Empty(t, got.Violations)
}

func TestLivePageShowsWhatTheNodesTellInAnyOrder(t *testing.T) {
	run := tellRun(t, 3, storyLines)
	for seed := range uint64(4) {
		p := connect(t)
		p.relay(run.events, rand.New(rand.NewPCG(seed, 0)))
		for range 40 {
			p.tick(16)
		}
		got := p.state()
		require.Equal(t, "live", got.Source)
		sameServers(t, run.state, got)
		require.Equal(t, uint64(len(run.events)), p.b.log().end, "nothing is missed or invented")
	}
}

func TestLivePageGoesBackAndForthInWhatItKeeps(t *testing.T) {
	run := tellRun(t, 3, storyLines)
	p := connect(t)
	p.relay(run.events, rand.New(rand.NewPCG(1, 0)))
	f := p.tick(16)
	require.True(t, f.Live.Follows)
	require.True(t, f.Playing)
	present := p.state()
	p.call("play", args{"on": false})
	p.call("seek", args{"ms": f.End / 2})
	middle := p.state()
	require.NotEqual(t, present.Servers, middle.Servers)
	require.False(t, p.tick(16).Live.Follows)
	p.call("seek", args{"ms": f.End / 4})
	p.call("seek", args{"ms": f.End / 2})
	require.Equal(t, middle, p.state(), "one moment is shown in one way")
	require.JSONEq(t, "-3", string(p.call("step", args{"n": -3, "unit": "delivery"})))
	require.JSONEq(t, "3", string(p.call("step", args{"n": 3, "unit": "delivery"})))
	p.call("latest", nil)
	require.True(t, p.tick(16).Live.Follows)
	sameServers(t, run.state, p.state())
}

func TestLivePageThatIsPausedHearsAll(t *testing.T) {
	run := tellRun(t, 3, storyLines)
	half := len(run.events) / 2
	p := connect(t)
	p.relay(run.events[:half], rand.New(rand.NewPCG(1, 0)))
	p.tick(16)
	p.call("play", args{"on": false})
	before := p.state()
	p.relay(run.events[half:], rand.New(rand.NewPCG(2, 0)))
	f := p.tick(16)
	require.Equal(t, before, p.state(), "the picture stands still")
	require.Greater(t, f.End, f.Now)
	p.call("speed", args{"speed": 10_000.0})
	for !f.Live.Follows {
		p.call("play", args{"on": true})
		f = p.tick(250)
	}
	sameServers(t, run.state, p.state())
}

func TestLivePageKeepsABoundedPast(t *testing.T) {
	p := connect(t)
	e := trace.Event{Kind: trace.Sent, Other: 1, Peer: 2, Type: zk.Ping}
	e.Node, e.Boot = 1, 1
	for n := range 2*logChunk + logChunk*logChunks {
		e.Seq++
		e.At = zk.Instant(n) * 1e6
		p.b.live.put(&e)
	}
	require.LessOrEqual(t, len(p.b.live.kept), logChunks+2)
	p.call("seek", args{"ms": 0})
	f := p.tick(16)
	require.Positive(t, f.Live.Start)
	require.GreaterOrEqual(t, f.Now, f.Live.Start)
}

// has returns a panel's HTML as the page has it.
func (p *page) has(id string) string { return pagesHave[p.b][id] }

func TestGapIsShownAsAGap(t *testing.T) {
	run := tellRun(t, 3, storyLines[:1])
	p := connect(t)
	p.relay(run.events, rand.New(rand.NewPCG(1, 0)))
	p.call("feed", args{"text": `{"gap":{"node":2,"boot":1,"after":100,"next":141}}` + "\n"})
	p.tick(16)
	last := p.b.log().at(p.b.log().end)
	require.Equal(t, trace.Missed, last.Kind)
	require.Equal(t, "Missing here: 40 events of node 2", text.Narrate(text.EN, last))
	require.Contains(t, p.has("server-2"), "events missing")
	m := p.b.model()
	require.Equal(t, trace.Missed, m.Marks[len(m.Marks)-1].Kind, "the ribbon has it")
	p.call("feed", args{"text": `{"gone":{"node":3,"why":"EOF"}}` + "\n"})
	p.tick(6000)
	require.NotContains(t, p.has("server-2"), "events missing", "it has been known since")
	require.Contains(t, p.has("server-3"), "not heard of")
}

func TestNodeThatIsGoneIsSampledNoMore(t *testing.T) {
	p := connect(t)
	p.call("feed", args{"text": `{"sampled":{"node":2,"kept":1,"of":64}}` + "\n"})
	require.Contains(t, p.tick(16).Live.Note, "1 of 64")
	p.call("feed", args{"text": `{"gone":{"node":2,"why":"EOF"}}` + "\n"})
	require.Empty(t, p.tick(16).Live.Note)
}

func TestLinesThatAreNoTraceAreRefused(t *testing.T) {
	p := connect(t)
	for _, text := range []string{
		"hello", "{}", `{"ref":"1.1","at":0,"kind":"Nonsense"}`, `{"from":3}`, "{\"ref\"",
		`{"tree":{"node":1,"snapshot":"AAAA"}}`,
	} {
		out := p.send("feed", args{"text": "\n" + text + "\n"})
		require.Nil(t, out.Panic, text)
		require.Contains(t, out.Error, "line 2: ", text)
	}
	require.NotEmpty(t, p.send("live", args{"text": "{}"}).Error)
}

func TestLineIsHandedOnAndItsAnswerShown(t *testing.T) {
	p := connect(t)
	p.tick(16)
	r := p.line(":kill 3")
	require.True(t, r.OK)
	require.NotZero(t, r.Pending)
	require.Equal(t, []Sent{{r.Pending, ":kill 3", true}}, p.tick(16).Send)
	require.Empty(t, p.tick(16).Send)
	p.call("feed", args{"text": fmt.Sprintf(`{"done":%d,"ok":true,"output":"killed"}`, r.Pending)})
	got := as[Result](p, p.call("answer", args{"entry": r.Pending}))
	require.Equal(t, Result{OK: true, Output: "killed"}, got)

	r = p.line("A: create /x 1")
	require.Equal(t, []Sent{{r.Pending, "A: create /x 1", false}}, p.tick(16).Send)
	p.call("live", args{"text": greeting, "lang": "en"}) // the connection broke meanwhile
	got = as[Result](p, p.call("answer", args{"entry": r.Pending}))
	require.Contains(t, got.Error, "may have happened")
}

func TestWhatOnlyASimulationCanIsRefusedWithTheReason(t *testing.T) {
	p := connect(t)
	p.tick(16)
	for _, line := range []string{":seed 3", ":hold PING 1>2", ":wipe 2", ":undo", ":wait 3s"} {
		require.Contains(t, p.line(line).Error, "Only a simulation", line)
	}
	for _, verb := range []string{"share", "undo", "redo", "restore", "lesson-run", "run"} {
		require.NotEmpty(t, p.send(verb, nil).Error, verb)
	}
	require.Contains(t, p.send("act", args{"action": "skew", "target": "server-1"}).Error,
		"Only a simulation")
	p.b.live.rights = view.MayAct
	require.Contains(t, p.line(":kill 1").Error, "--allow-faults")
	p.b.live.rights = view.MayWatch
	require.Contains(t, p.line("A: ls /").Error, "may only watch")
	require.Empty(t, p.tick(16).Send)
}

// record opens a file.
func record(t *testing.T, lines ...string) *page {
	p := &page{t, New(endless)}
	p.call("record", args{"lang": "en"})
	for _, text := range lines {
		p.call("feed", args{"text": text})
	}
	return p
}

func TestRecordedFileIsSteppedThrough(t *testing.T) {
	f, problem := scenario.FreePlay(3, 1, 5)
	require.Nil(t, problem)
	var file strings.Builder
	s, problem := scenario.NewSession(f, scenario.Options{OnEvent: func(e *trace.Event) {
		file.Write(trace.AppendNDJSON(nil, e))
	}})
	require.Nil(t, problem)
	for _, line := range storyLines[:9] {
		require.Nil(t, s.Command(line).Err, line)
	}
	p := record(t, file.String())
	p.call("recorded", nil)
	first := p.tick(16)
	require.Equal(t, "recorded", first.Live.Source)
	require.Zero(t, first.Now)
	require.False(t, first.Playing)
	require.Len(t, p.state().Servers, 3, "nobody has told of the observer yet")
	require.JSONEq(t, "5", string(p.call("step", args{"n": 5})))
	p.call("seek", args{"ms": first.End})
	sameServers(t, s.State(), p.state())
	require.Contains(t, p.line(":kill 1").Error, "recording")
}

func TestClockOfAFileGoesOnWhereAServerStartsAgain(t *testing.T) {
	var file []byte
	for boot := range uint16(3) {
		e := trace.Event{Kind: trace.Booted, Set: zk.SetOf(2)}
		e.Node, e.Boot, e.Seq = 2, boot+1, 1
		for ; e.Seq <= 10; e.Seq++ {
			e.At = zk.Instant(e.Seq) * 1e6
			file = trace.AppendNDJSON(file, &e)
			e.Kind = trace.LinkUp
		}
	}
	p := record(t, string(file))
	p.call("recorded", nil)
	require.InDelta(t, 28.0, p.tick(0).End, 1e-9, "the first millisecond and three times nine")
}

// TestTraceOfOneServerIsNotJudgedByWhatTheOthersDid opens the part of a run that one server told.
func TestTraceOfOneServerIsNotJudgedByWhatTheOthersDid(t *testing.T) {
	run := tellRun(t, 3, storyLines)
	for id := zk.ServerID(1); id <= 5; id++ {
		var file []byte
		for i := range run.events {
			if run.events[i].Node == id {
				file = trace.AppendNDJSON(file, &run.events[i])
			}
		}
		p := record(t, string(file))
		p.call("recorded", nil)
		p.call("seek", args{"ms": p.tick(16).End})
		require.Empty(t, p.state().Violations, "server %d", id)
		require.Equal(t, run.state.Servers[id-1].CommittedZxid,
			p.state().Servers[id-1].CommittedZxid)
	}
}

func TestInstantThatThePageWasToldIsFoundAgain(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		at := zk.Instant(random.Int64N(1e15))
		require.Equal(t, at, instant(ms(at)))
	}
}

// TestServersThatAreNotInARecordingAreUnknown opens what one server of five told.
func TestServersThatAreNotInARecordingAreUnknown(t *testing.T) {
	run := tellRun(t, 3, storyLines[:9])
	var file []byte
	for i := range run.events {
		if run.events[i].Node == 2 {
			file = trace.AppendNDJSON(file, &run.events[i])
		}
	}
	for lang, want := range map[string][2]string{
		"en": {"Quorum not known", "not in this recording"}, "zh": {"法定人数未知", "没有录下"},
	} {
		p := &page{t, New(endless)}
		p.call("record", args{"lang": lang})
		p.call("feed", args{"text": string(file)})
		p.call("recorded", nil)
		p.call("seek", args{"ms": p.tick(16).End})
		p.tick(16)
		require.Contains(t, p.has("status"), want[0])
		require.Contains(t, p.has("server-3"), want[1])
		require.NotContains(t, p.has("server-3"), ">DOWN<")
		require.NotContains(t, p.has("server-2"), want[1])
		require.Empty(t, p.b.model().Outages)
	}
}

func TestServersThatAreNotHeardOfAreNotSaidToBeDown(t *testing.T) {
	run := tellRun(t, 3, []string{storyLines[0], ":wait 5s"})
	p := connect(t)
	p.relay(run.events, rand.New(rand.NewPCG(1, 0)))
	p.tick(1000)
	for n := 1; n <= 3; n++ {
		require.Contains(t, p.has("status"), "Serving")
		p.call("feed", args{"text": fmt.Sprintf(`{"gone":{"node":%d,"why":"EOF"}}`+"\n", n)})
		p.tick(300)
	}
	require.Contains(t, p.has("status"), "Quorum not known")
	require.Contains(t, p.has("status"), "Nothing is known here of 1 2 3")
	require.NotContains(t, p.has("server-1"), ">DOWN<")
	for n := uint64(1); n <= 3; n++ {
		e := trace.Event{Kind: trace.Crashed, Peer: zk.ServerID(n)}
		e.Ref = trace.Ref{Boot: 1, Seq: n}
		p.call("feed", args{"text": lines(0, 9e6, []trace.Event{e})})
	}
	p.tick(300)
	require.Contains(t, p.has("status"), "No quorum")
	require.Contains(t, p.has("server-1"), ">DOWN<")
}

func TestFileWithoutEventsIsRefused(t *testing.T) {
	p := record(t, "\n\n")
	require.NotEmpty(t, p.send("recorded", nil).Error)
}
