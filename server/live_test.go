package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	gozk "github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/live"
	merge "github.com/zabscope/zabscope/web/live"
	"github.com/zabscope/zabscope/web/view"
)

// watcher is a page that watches, without the page: it puts the streams into one order, judges them
// and keeps a model, as the page does.
type watcher struct {
	t  *testing.T
	ws *websocket.Conn

	mu      sync.Mutex
	merger  merge.Merger
	from    zk.ServerID
	tree    *tree.DB // that was told last, until the event comes that it belongs to
	judge   *check.Checker
	model   *view.Model
	events  []trace.Event // in the order in which they were folded
	lines   []string      // that are no events
	done    map[int]map[string]any
	closed  string
	next    int
	sampled int // lines that say that a node is sampled
}

// watch opens /live of a program with a token of it.
func (p *program) watch(token string) *watcher {
	p.t.Helper()
	page := p.find(`(http://[^/\s]+)/ensemble/faults`)
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, strings.Replace(page, "http", "ws", 1)+live.Path,
		&websocket.DialOptions{
			HTTPHeader: http.Header{"Origin": {page}}, Subprotocols: []string{live.Protocol},
		})
	require.NoError(p.t, err)
	ws.SetReadLimit(64 << 20)
	voters := zk.SetOf(1, 2, 3)
	w := &watcher{
		t: p.t, ws: ws, done: map[int]map[string]any{}, judge: check.New(voters),
		model: view.New(voters, 0),
	}
	first, err := json.Marshal(map[string]string{"token": token})
	require.NoError(p.t, err)
	require.NoError(p.t, ws.Write(ctx, websocket.MessageText, first))
	go w.read()
	p.t.Cleanup(func() {
		_ = ws.CloseNow()
		if p.t.Failed() {
			w.dump()
		}
	})
	return w
}

func (w *watcher) read() {
	for {
		_, frame, err := w.ws.Read(context.Background())
		if err != nil {
			w.mu.Lock()
			w.closed = err.Error()
			w.mu.Unlock()
			return
		}
		w.take(frame)
	}
}

func (w *watcher) take(frame []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for text := range bytes.Lines(frame) {
		if !bytes.HasPrefix(text, []byte(`{"ref":`)) {
			w.heed(text)
			continue
		}
		e, err := trace.DecodeNDJSON(bytes.TrimSpace(text))
		if err != nil {
			w.t.Errorf("%s: %v", text, err)
		}
		if e.Kind == trace.Applied && e.Txn == nil && w.tree != nil && w.tree.Zxid() == e.Zxid {
			e.Msg, w.tree = view.Told{Tree: w.tree}, nil
		}
		w.merger.Add(w.from, &e)
	}
	w.fold()
}

// heard returns the lines so far that are no events.
func (w *watcher) heard() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.lines, "\n")
}

// heed takes a line that is no event.
func (w *watcher) heed(text []byte) {
	w.lines = append(w.lines, string(text[:min(len(text), 300)]))
	var l struct {
		From, State, Ready, Gap, Gone, Sampled *struct {
			Node        zk.ServerID
			Ms          float64
			After, Next int64
		}
		Tree   *struct{ Snapshot []byte }
		Done   int
		OK     bool
		Output string
		Error  string
	}
	if err := json.Unmarshal(text, &l); err != nil {
		w.t.Errorf("%s: %v", text, err)
	}
	switch {
	case l.From != nil:
		w.from = l.From.Node
		w.merger.Clock(l.From.Ms)
	case l.State != nil:
		w.merger.Tell(l.State.Node, true)
	case l.Ready != nil:
		w.merger.Tell(l.Ready.Node, false)
	case l.Gap != nil:
		w.merger.Miss(l.Gap.Node, max(0, l.Gap.Next-l.Gap.After-1))
	case l.Gone != nil:
		w.merger.Miss(l.Gone.Node, -1)
	case l.Sampled != nil:
		w.sampled++
	case l.Tree != nil:
		db, err := wire.DecodeSnapshot(l.Tree.Snapshot)
		if err != nil {
			w.t.Error(err)
		}
		w.tree = db
	case l.Done != 0:
		w.done[l.Done] = map[string]any{"ok": l.OK, "output": l.Output, "error": l.Error}
	}
}

// fold takes what the merger lets go.
func (w *watcher) fold() {
	for _, e := range w.merger.Next() {
		w.events = append(w.events, e)
		w.judge.Observe(&e)
		w.model.Apply(&e)
	}
}

// settle lets time go by until nothing waits for its cause any more.
func (w *watcher) settle() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.merger.Wait(2 * merge.PatienceMs)
	w.fold()
	w.merger.Wait(2 * merge.PatienceMs)
	w.fold()
}

// innocent requires that nothing wrong was seen.
func (w *watcher) innocent() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(w.t, w.judge.Violations())
}

// eventually waits until something holds for the model.
func (w *watcher) eventually(holds func(m *view.Model) bool) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return holds(w.model)
	}, 2*patience, 5*time.Millisecond)
}

// leads waits until all servers that run serve under one leader, and returns it.
func (w *watcher) leads() (leader zk.ServerID) {
	w.t.Helper()
	w.eventually(func(m *view.Model) bool {
		l, up := m.Leader(), 0
		for s := range m.Servers() {
			if s.Up && (l == nil || !s.Serving() || s.Leader != l.ID) {
				return false
			}
			if s.Up {
				up++
			}
		}
		if l == nil || up < 2 {
			return false
		}
		leader = l.ID
		return l.Established
	})
	return leader
}

// dump prints what was seen, for who looks into a failure.
func (w *watcher) dump() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.lines[max(0, len(w.lines)-40):] {
		w.t.Log(strings.TrimSpace(l))
	}
	for i := range w.events[max(0, len(w.events)-200):] {
		w.t.Log(w.events[max(0, len(w.events)-200)+i].String())
	}
	w.t.Log(w.closed)
}

// saw reports whether there is such an event.
func (w *watcher) saw(is func(e *trace.Event) bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.events {
		if is(&w.events[i]) {
			return true
		}
	}
	return false
}

// do gives a line and returns the answer.
func (w *watcher) do(text string) map[string]any {
	w.t.Helper()
	w.next++
	frame, err := json.Marshal(map[string]any{"do": w.next, "line": text})
	require.NoError(w.t, err)
	require.NoError(w.t, w.ws.Write(w.t.Context(), websocket.MessageText, frame))
	var answer map[string]any
	require.Eventually(w.t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		answer = w.done[w.next]
		return answer != nil
	}, 30*time.Second, time.Millisecond)
	return answer
}

func TestPageSeesRealServersAndActsOnThem(t *testing.T) {
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0")
	w := p.watch(p.find(`Bearer ([0-9a-f]+)`))
	w.leads()
	answer := w.do("A: create /x hi")
	require.Equal(t, true, answer["ok"], answer)
	require.Equal(t, "Created /x", answer["output"])
	require.Equal(t, "hi", w.do("A: get /x")["output"])
	answer = w.do("A: get /y")
	require.Equal(t, false, answer["ok"])
	require.Equal(t, "Node does not exist: /y", answer["error"])
	require.Contains(t, w.do(":loss 1>2 30%")["error"], "only in the simulator")
	w.eventually(func(m *view.Model) bool {
		return len(m.Clients) == 1 && m.Clients[0].Phase == view.ClientConnected &&
			len(m.Clients[0].Ops) == 3
	})
	w.settle()
	w.innocent()
}

func TestLeaderThatIsKilledInAShellIsFollowedByAnotherWithCauses(t *testing.T) {
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0")
	w := p.watch(p.find(`Bearer ([0-9a-f]+)`))
	old := w.leads()
	require.Equal(t, true, w.do("A: create /before")["ok"])
	pid, err := strconv.Atoi(p.find(`(?m)server ` + old.String() + ` .* PID (\d+)`))
	require.NoError(t, err)
	shot, err := os.FindProcess(pid)
	require.NoError(t, err)
	require.NoError(t, shot.Kill())
	w.eventually(func(m *view.Model) bool { return !m.Server(old).Up })
	heir := w.leads()
	require.NotEqual(t, old, heir)
	w.settle()
	w.showsElection(old, heir)

	require.Equal(t, true, w.do("A: create /after")["ok"])
	require.Equal(t, true, w.do(":start " + old.String())["ok"])
	w.eventually(func(m *view.Model) bool { s := m.Server(old); return s.Up && s.Serving() })
	w.settle()
	w.innocent()
	require.True(t, w.saw(func(e *trace.Event) bool {
		return e.Kind == trace.Booted && e.Node == old && e.Seq == 1
	}), "the start was not heard from its beginning")
	w.eventually(func(m *view.Model) bool {
		return m.Server(old).Applied == m.Server(heir).Applied &&
			m.Server(old).Digest == m.Server(heir).Digest
	})
}

// showsElection requires that it was seen why the heir leads: its decision, in a round after the
// old leader's, goes back over votes that servers sent each other. The stream puts no order between
// that and the word of the old leader's end, which comes from another process.
func (w *watcher) showsElection(old, heir zk.ServerID) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.True(w.t, slices.ContainsFunc(w.events, func(e trace.Event) bool {
		return e.Kind == trace.Crashed && e.Peer == old
	}), "nothing tells of the old leader's end")
	before := int64(0)
	for i := range w.events {
		if e := &w.events[i]; e.Kind == trace.Elected && e.Vote.Leader == old {
			before = max(before, e.N)
		}
	}
	for i := range w.events {
		e := &w.events[i]
		if e.Kind == trace.Elected && e.Vote.Leader == heir && e.N > before &&
			w.goesBackToVotes(e, heir) {
			return
		}
	}
	w.t.Fatal("no decision for the heir goes back to another server's vote")
}

// goesBackToVotes reports whether votes that were sent and arrived are among a decision's causes.
func (w *watcher) goesBackToVotes(decision *trace.Event, heir zk.ServerID) bool {
	kinds := map[trace.Kind]bool{}
	nodes := zk.ServerSet(0)
	for _, c := range trace.Why(w.events, decision.Ref) {
		kinds[c.Kind] = true
		nodes = nodes.With(c.Node)
	}
	return kinds[trace.Arrived] && kinds[trace.Sent] && nodes.Has(heir) && nodes.Len() > 1
}

// chaosFor is how long the ensemble is broken while it is watched: ZABSCOPE_CHAOS, which `make
// chaos` sets, or a few seconds.
func chaosFor(t *testing.T) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(cmp.Or(os.Getenv("ZABSCOPE_CHAOS"), "6s"))
	require.NoError(t, err)
	return d
}

func TestChaosIsWatchedAndNothingIsWrong(t *testing.T) {
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0")
	w := p.watch(p.find(`Bearer ([0-9a-f]+)`))
	w.leads()
	stop := make(chan struct{})
	var work sync.WaitGroup
	for _, server := range p.servers() {
		conn := client(t, server)
		work.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				path := fmt.Sprintf("/c-%s-%d", server, i)
				_, _ = conn.Create(path, nil, 0, gozk.WorldACL(gozk.PermAll)) // may fail: chaos
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for until := time.Now().Add(chaosFor(t)); time.Now().Before(until); {
		one, two := 1+rng.IntN(3), 1+rng.IntN(3)
		lines := [][2]string{
			{":kill leader", ":start *"}, {fmt.Sprint(":kill ", one), fmt.Sprint(":start ", one)},
			{fmt.Sprint(":pause ", one), fmt.Sprint(":resume ", one)},
			{fmt.Sprintf(":partition %d", one), ":heal"},
			{fmt.Sprintf(":cut %d>%d", one, one%3+1), ":heal"},
			{fmt.Sprintf(":delay %d>%d 80ms", two, two%3+1), ":heal"},
			{fmt.Sprintf(":slowdisk %d 100ms", one), fmt.Sprintf(":slowdisk %d 0ms", one)},
		}
		pair := lines[rng.IntN(len(lines))]
		w.do(pair[0])
		time.Sleep(time.Duration(200+rng.IntN(1500)) * time.Millisecond)
		w.do(pair[1])
		time.Sleep(time.Duration(rng.IntN(800)) * time.Millisecond)
		w.innocent()
	}
	close(stop)
	work.Wait()
	w.do(":heal")
	w.do(":resume *")
	for id := range 3 {
		w.do(fmt.Sprintf(":start %d", id+1))
	}
	w.eventually(func(m *view.Model) bool {
		l := m.Leader()
		for s := range m.Servers() {
			if l == nil || !s.Serving() || s.Applied != l.Applied || s.Digest != l.Digest {
				return false
			}
		}
		return true
	})
	w.settle()
	w.innocent()
	w.mu.Lock()
	defer w.mu.Unlock()
	t.Logf("%d events", len(w.events))
}
