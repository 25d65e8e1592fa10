package view_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zab"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/web/view"
)

// shadow folds a world's events and compares the model with the world after every step.
type shadow struct {
	world *sim.World
	model *view.Model
}

func newShadow(cfg sim.Config) *shadow {
	w := sim.New(cfg)
	return &shadow{world: w, model: view.New(w.Servers())}
}

func (s *shadow) do(t *testing.T, c sim.Command) {
	t.Helper()
	require.NoError(t, s.world.Do(c), c.String())
	s.fold(t)
}

func (s *shadow) step(t *testing.T) bool {
	more := s.world.Step()
	s.fold(t)
	return more
}

// fold applies the new events and compares. Every now and then the model goes on as a clone, while
// the one that was left behind must not change any more.
func (s *shadow) fold(t *testing.T) {
	events := s.world.TakeEvents()
	for i := range events {
		s.model.Apply(&events[i])
	}
	if s.world.Steps()%64 == 0 {
		s.model = s.model.Clone()
	}
	for id := range everyone(s.world).All() {
		s.compare(t, id)
	}
	if s.world.Steps()%101 == 0 {
		s.describe(t)
	}
}

// describe compares the world with a model that has come late, and knows only what servers say of
// themselves. The trees come beside the events and are left out.
func (s *shadow) describe(t *testing.T) {
	late := &shadow{world: s.world, model: view.New(s.world.Servers())}
	for id := range everyone(s.world).All() {
		n := s.world.Node(id)
		if n == nil {
			continue
		}
		var out step.Output
		n.Describe(&out)
		for i := range out.Trace {
			require.Equal(t, out.Trace[0].Ref, out.Trace[i].Ref)
			late.model.Apply(&out.Trace[i])
		}
		late.compareStatus(t, id)
	}
}

func (s *shadow) compare(t *testing.T, id zk.ServerID) {
	got := s.model.Server(id)
	n := s.world.Node(id)
	require.Equal(t, n != nil, got.Up, "server %d up", id)
	if n == nil {
		return
	}
	s.compareStatus(t, id)
	s.compareLinks(t, id)
	s.compareTrees(t, id)
}

func (s *shadow) compareStatus(t *testing.T, id zk.ServerID) {
	got := s.model.Server(id)
	want := s.world.Node(id).Status()
	want.Learners = zab.Learners{} // for operators: the page counts links
	have := node.Status{
		ID: got.ID, Role: got.Role, Phase: got.Phase, Leader: got.Leader,
		Round: got.Ballot.Round, Vote: got.Ballot.Vote, Accepted: got.Accepted,
		Current: got.Current, LastLogged: got.LastLogged, LastDurable: got.LastDurable,
		Committed: got.Committed, Applied: got.Applied, Outstanding: len(got.Outstanding),
		Sessions: got.Sessions, Watches: got.Watches, Digest: got.Digest, Serving: got.Serving(),
	}
	if want != have {
		events := ""
		for e := range s.model.Rows() {
			events = e.String() + "\n" + events
			if len(events) > 8_000 {
				break
			}
		}
		require.Equal(t, want, have, "seed %d step %d\n%s", s.world.Seed(), s.world.Steps(), events)
	}
}

// compareTrees takes the digests at their word most of the time, and reads the trees through now
// and then, and when a server has just started.
func (s *shadow) compareTrees(t *testing.T, id zk.ServerID) {
	want, have := s.world.Node(id).Tree(), s.model.Server(id).State()
	require.NotNil(t, have, "seed %d step %d server %d", s.world.Seed(), s.world.Steps(), id)
	require.Equal(t, want.Digest(), have.Tree.Digest(), "server %d", id)
	if s.world.Steps()%512 == 0 {
		require.Equal(t, slices.Collect(want.Walk()), slices.Collect(have.Tree.Walk()))
		require.Equal(t, slices.Collect(want.Sessions()), slices.Collect(have.Tree.Sessions()))
	}
}

func (s *shadow) compareLinks(t *testing.T, id zk.ServerID) {
	require.Equal(t, s.world.Paused(id), s.model.Server(id).Paused)
	for to := range everyone(s.world).Without(id).All() {
		want := view.Link{
			From: id, To: to, Cut: s.world.Cut(id, to), Delay: s.world.Delay(id, to),
			Loss: s.world.Loss(id, to),
		}
		if have := s.model.Link(id, to); want != have {
			require.Equal(t, want, have)
		}
	}
}

// request makes a client ask for something, if it is there to ask.
func (s *shadow) request(t *testing.T, client zk.ServerID, n int) {
	path := "/z" + strconv.Itoa(n%7)
	reqs := []zk.Request{
		{Op: zk.OpCreate, Path: path, ACL: zk.OpenACL, Mode: zk.CreateMode(n % 4)},
		{Op: zk.OpSetData, Path: path, Data: []byte{byte(n)}, Version: -1},
		{Op: zk.OpGetData, Path: path, Watch: true},
		{Op: zk.OpExists, Path: path, Watch: true},
		{Op: zk.OpGetChildren, Path: "/", Watch: true},
		{Op: zk.OpDelete, Path: path, Version: -1},
		{Op: zk.OpSync, Path: "/"},
	}
	req := reqs[n%len(reqs)]
	_ = s.world.Do(sim.Command{Verb: sim.Request, Client: client, Req: &req, Line: req.Op.String()})
	s.fold(t)
}

func TestModelEqualsTheNodesUnderChaos(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			s := newShadow(sim.Config{Voters: 5, Observers: 1, Seed: seed + 1, Node: small})
			s.do(t, sim.Command{Verb: sim.Start, From: zk.SetOf(1, 2, 3, 4, 5, 6)})
			s.do(t, sim.Command{Verb: sim.NewClient, Client: 'A'})
			s.do(t, sim.Command{Verb: sim.NewClient, Client: 'B', Server: 6, TimeoutMs: 4000})
			s.do(t, sim.Command{Verb: sim.Chaos, D: 40 * time.Second})
			for n := 0; s.world.Now() < zk.Instant(60*time.Second); {
				if s.world.Now() > zk.Instant(n)*zk.Instant(150*time.Millisecond) {
					s.request(t, zk.ServerID('A'+n%2), n)
					n++
				}
				if !s.step(t) {
					require.Nil(t, s.world.Failure())
					return
				}
			}
			require.Nil(t, s.world.Failure())
			require.Empty(t, s.model.Violations)
			require.Equal(t, view.ServiceOK, s.model.Service().State)
		})
	}
}

// observer lets a timeline clone a model with its checkpoints.
type observer struct{ *view.Model }

func (o observer) Observe(e *trace.Event) { o.Apply(e) }

func (o observer) CloneObserver() sim.Observer { return observer{o.Clone()} }

// TestModelEqualsTheNodesInScenarios runs every scenario, then goes back to each of its moments,
// the last first, so that most are reached from a checkpoint.
func TestModelEqualsTheNodesInScenarios(t *testing.T) {
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			f, err := scenarios.Load(name)
			require.NoError(t, err)
			w := sim.New(sim.Config{Voters: f.Voters, Observers: f.Observers})
			s, bad := scenario.NewSession(f, scenario.Options{
				Observers: []sim.Observer{observer{view.New(w.Servers())}},
			})
			require.Nil(t, bad)
			require.True(t, s.RunAll().OK)
			stride := max(1, s.Timeline().Head()/1500)
			for at := int64(s.Timeline().Head()); at >= 0; at -= int64(stride) {
				s.Timeline().Seek(uint64(at))
				now := shadow{world: s.Timeline().World(), model: s.Observer(0).(observer).Model}
				for id := range everyone(now.world).All() {
					now.compare(t, id)
				}
			}
		})
	}
}

func everyone(w *sim.World) zk.ServerSet {
	voters, observers := w.Servers()
	return voters | observers
}

// small keeps windows small, so that every way of synchronizing happens.
func small(c *node.Config) { c.CommitLogCount, c.SnapCount = 5, 20 }
