package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/live"
)

// watcher is a page that watches, without the page.
type watcher struct {
	t  *testing.T
	ws *websocket.Conn

	mu     sync.Mutex
	events []trace.Event
	lines  []string // that are no events
	done   map[int]map[string]any
	closed string
	next   int
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
	w := &watcher{t: p.t, ws: ws, done: map[int]map[string]any{}}
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
		if bytes.HasPrefix(text, []byte(`{"ref":`)) {
			e, err := trace.DecodeNDJSON(bytes.TrimSpace(text))
			if err != nil {
				w.t.Errorf("%s: %v", text, err)
			}
			w.events = append(w.events, e)
			continue
		}
		w.lines = append(w.lines, string(text[:min(len(text), 300)]))
		var answer map[string]any
		if json.Unmarshal(text, &answer) == nil && answer["done"] != nil {
			w.done[int(answer["done"].(float64))] = answer
		}
	}
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
	for id := range zk.ServerID(3) {
		require.Eventually(t, func() bool {
			return w.saw(func(e *trace.Event) bool {
				return e.Kind == trace.PhaseChanged && e.Node == id+1 && e.Phase == zk.Broadcast
			})
		}, patience, time.Millisecond)
	}
	answer := w.do("A: create /x hi")
	require.Equal(t, true, answer["ok"], answer)
	require.Equal(t, "Created /x", answer["output"])
	require.Equal(t, "hi", w.do("A: get /x")["output"])
}
