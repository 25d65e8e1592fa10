package view_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// run is free play with five servers and the model of its trace.
type run struct {
	t *testing.T
	s *scenario.Session
}

func play(t *testing.T, lines ...string) run {
	t.Helper()
	f, err := scenario.FreePlay(5, 0, 7)
	require.Nil(t, err)
	s, err := scenario.NewSession(f, scenario.Options{
		Observers: []sim.Observer{observer{view.New(zk.SetOf(1, 2, 3, 4, 5), 0)}},
	})
	require.Nil(t, err)
	r := run{t, s}
	r.do(":until service == available")
	r.do(lines...)
	return r
}

func (r run) do(lines ...string) {
	r.t.Helper()
	for _, line := range lines {
		res := r.s.Command(line)
		require.Nil(r.t, res.Err, "%s: %v", line, res.Err)
	}
}

func (r run) model() *view.Model { return r.s.Observer(0).(observer).Model }

func version(t *testing.T, st *view.State, path string) int32 {
	t.Helper()
	_, stat, ok := st.Tree.Get(path)
	require.True(t, ok, path)
	return stat.Version
}

func TestServersShareOneStateAndLagOnTheirOwn(t *testing.T) {
	r := play(t, ":client A@1", ":client B@4!", ":wait 1s", "A: create /x 0", ":wait 200ms")
	m := r.model()
	for s := range m.Servers() {
		require.Same(t, m.Committed(), s.State())
	}
	r.do(":partition 1,2,5|3,4", "A: set /x 1", ":wait 200ms")
	m = r.model()
	require.Equal(t, int32(1), version(t, m.Committed(), "/x"))
	require.Equal(t, int32(1), version(t, m.Server(2).State(), "/x"))
	require.Equal(t, int32(0), version(t, m.Server(4).State(), "/x"))
	require.Same(t, m.Server(3).State(), m.Server(4).State())
}

func TestWhatIsLoggedButNotCommittedIsAhead(t *testing.T) {
	r := play(t, ":client A@5!", ":wait 1s", "A: create /x 0", ":wait 200ms",
		":partition 5|1,2,3,4", "A: set /x 1", "A: create /y", ":wait 50ms")
	m := r.model()
	require.Equal(t, int32(0), version(t, m.Server(5).State(), "/x"))
	require.Equal(t, int32(1), version(t, m.Server(5).Ahead(), "/x"))
	require.Same(t, m.Server(4).State(), m.Server(4).Ahead())
	r.do(":wait 30s", ":heal", ":wait 30s") // the old leader's proposals are cut off
	m = r.model()
	require.Same(t, m.Server(5).State(), m.Server(5).Ahead())
	require.Equal(t, int32(0), version(t, m.Server(5).State(), "/x"))
}

func TestReadFromALaggingServerIsStale(t *testing.T) {
	r := play(t, ":client A@1", ":client B@4!", ":wait 1s", "A: create /x 0", "A: create /same",
		":wait 200ms", "B: get /x", ":wait 100ms")
	read := r.model().Client('B').LastRead()
	require.NotNil(t, read)
	require.False(t, read.Behind || read.Stale)

	r.do(":partition 1,2,5|3,4", "A: set /x 1", ":wait 100ms", "B: get /x", ":wait 20ms")
	read = r.model().Client('B').LastRead()
	require.True(t, read.Stale)
	require.Equal(t, zk.ServerID(4), read.Server)
	require.Equal(t, view.ReadVersion{Exists: true, Version: 0}, read.Got)
	require.Equal(t, view.ReadVersion{Exists: true, Version: 1}, read.Have)

	r.do("B: get /same", ":wait 20ms")
	read = r.model().Client('B').LastRead()
	require.True(t, read.Behind)
	require.False(t, read.Stale, "the server lacks a transaction, but not of this znode")

	r.do("A: create /new", ":wait 100ms", "B: get /new", ":wait 20ms")
	read = r.model().Client('B').LastRead()
	require.True(t, read.Stale)
	require.False(t, read.Got.Exists)
	r.do("B: ls /", ":wait 20ms")
	require.True(t, r.model().Client('B').LastRead().Stale)
	r.do("B: create /z") // no read, and without an answer
	require.Nil(t, r.model().Client('B').Op(99))
}

func TestAStaleReadIsOneOnlyAsLongAsItsServerLagsBehind(t *testing.T) {
	read := func(r run) *view.Read { m := r.model(); return m.StaleRead(m.Client('B')) }
	start := func(more ...string) run {
		r := play(t, ":client A@1", ":client B@4", ":wait 1s", "A: create /x 0", ":wait 200ms",
			":partition 1,2,5|3,4", "A: set /x 1", ":wait 100ms", "B: get /x", ":wait 20ms")
		require.NotNil(t, read(r))
		r.do(more...)
		return r
	}
	require.Nil(t, read(start(":move B 1", ":wait 500ms")), "it is at another server")
	require.Nil(t, read(start(":heal", ":wait 30s")), "its server has caught up")
	require.Nil(t, read(start(":unplug B", ":wait 10s")), "it is nowhere")
	require.NotNil(t, read(start(":wait 20ms")))
}

func TestTheCommittedStateOutlivesAPowerLossOfAll(t *testing.T) {
	r := play(t, ":client A@1", ":wait 1s", "A: create /x 0", ":wait 1s")
	want := r.model().Committed()
	r.do(":kill *", ":start *", ":wait 1ms")
	m := r.model()
	require.Same(t, want, m.Committed())
	_, _, ok := m.Server(1).State().Tree.Get("/x")
	require.False(t, ok, "a server knows only its snapshot until a leader says what is committed")
	r.do(":until service == available", ":wait 1s")
	_, _, ok = r.model().Server(1).State().Tree.Get("/x")
	require.True(t, ok)
	r.do(":kill *", ":wipe *", ":wait 1s")
	require.Equal(t, zk.Zxid(0), r.model().Committed().Zxid)
}

// listed writes a merged tree as lines of path and pips.
func listed(g *view.Merged) []string {
	var out []string
	for i := range g.Len() {
		row := g.Row(i)
		line := row.Path
		for _, p := range row.Pips {
			line += " " + p.String()
		}
		out = append(out, line+[...]string{"", " +", " ~", " -"}[row.Change])
	}
	return out
}

func TestMergedTreeShowsWhereServersDiffer(t *testing.T) {
	r := play(t, ":client A@1", ":client B@5!", ":wait 1s", "A: create /x 0", "A: create /x/kid",
		"A: create /old", ":wait 200ms")
	before := r.model().Committed()
	shut := func(path string) bool { return path == "/zookeeper" }
	calm := r.model().Merge(view.Merging{Shut: shut})
	require.Equal(t, []string{
		"/ same same same same same", "/old same same same same same",
		"/x same same same same same", "/x/kid same same same same same",
		"/zookeeper same same same same same",
	}, listed(calm))

	r.do(":partition 1,2,3|4,5", "B: create /mine", ":until leader == 3", ":wait 1s",
		"A: set /x 1", "A: create /y", "A: delete /old", ":wait 300ms", ":kill 4")
	got := r.model().Merge(view.Merging{Shut: shut, Before: before})
	require.Equal(t, []string{
		"/ same same same down same", "/mine none none none down logged",
		"/old none none none down behind -", "/x same same same down behind ~",
		"/x/kid same same same down same", "/y same same same down missing +",
		"/zookeeper same same same down same",
	}, listed(got))
	require.Equal(t, 4, got.Differ)
	hidden := r.model().Merge(view.Merging{Shut: func(string) bool { return true }})
	require.Equal(t, 1, hidden.Len())
	require.Equal(t, 4, hidden.Differ, "what is folded away differs all the same")

	require.Equal(t, []string{
		"/ same same same down same", "/mine none none none down logged",
		"/old none none none down behind", "/x same same same down behind",
		"/y same same same down missing",
	}, listed(r.model().Merge(view.Merging{Differing: true})))
	require.Equal(t, []string{
		"/ same same same down same", "/x same same same down behind",
		"/x/kid same same same down same",
	}, listed(r.model().Merge(view.Merging{Text: "KID"})))
}
