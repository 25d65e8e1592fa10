package live_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/live"
	"github.com/zabscope/zabscope/server/store"
)

const (
	patience  = 30 * time.Second
	nodeToken = "the node's token, which is long"
	actToken  = "the token of who may act"
	seeToken  = "the token of who may watch"

	viewerBytes = 1 << 18   // that wait for a viewer in the relay,
	kernelBytes = 128 << 10 // and at each end of its connection
)

// rig is one driven node with its feed, and a relay that listens to it.
type rig struct {
	t      *testing.T
	driver *drive.Driver
	feed   *live.Feed
	node   *httptest.Server
	relay  *live.Relay
	page   *httptest.Server
	mu     sync.Mutex
	lines  []string // about servers, that were given to who runs them
	log    *book
	xid    int32
	flood  atomic.Bool // every transaction counts for a thousand
}

// did returns the lines about servers so far.
func (r *rig) did() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lines
}

// publish hands the node's events to the feed, as many as a busy node would.
func (r *rig) publish(events []trace.Event) {
	r.feed.Publish(events)
	last := &events[len(events)-1]
	if !r.flood.Load() || last.Zxid == 0 {
		return
	}
	many := make([]trace.Event, 1000)
	for i := range many {
		many[i] = trace.Event{
			Ref: last.Ref, At: last.At, Kind: trace.Applied, Zxid: last.Zxid,
		}
	}
	r.feed.Publish(many)
}

// book is a log that several goroutines write.
type book struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, log: &book{}, feed: live.NewFeed(1, nodeToken)}
	driver, err := drive.Start(drive.Config{
		Node: node.DefaultConfig(1, zk.SetOf(1), 0), Disk: &store.Memory{},
		Clients: func([]step.ToClient) {}, Trace: r.publish,
	})
	require.NoError(t, err)
	r.driver = driver
	r.feed.Run(driver.Ask)
	r.node = httptest.NewServer(r.feed)
	t.Cleanup(func() {
		r.feed.Close()
		r.node.Close()
		_ = driver.Stop()
	})
	r.serve(strings.TrimPrefix(r.node.URL, "http://"))
	return r
}

// serve starts a relay that listens to a node at an address.
func (r *rig) serve(address string) {
	log := slog.New(slog.NewTextHandler(r.log, nil))
	r.relay = live.NewRelay(live.Config{
		Servers:   []live.Server{{ID: 1, Voter: true, Client: "127.0.0.1:1", HTTP: address}},
		NodeToken: nodeToken, Log: log, ViewerBytes: viewerBytes,
		Keys: []live.Key{
			{Token: actToken, Rights: live.Faults}, {Token: seeToken, Rights: live.Watch},
		},
		KnowsHost: func(host string) bool { return strings.HasPrefix(host, "127.0.0.1:") },
		Do: func(line string) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.lines = append(r.lines, line)
			return nil
		},
	})
	r.page = httptest.NewUnstartedServer(r.relay)
	r.page.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(kernelBytes)
		return ctx
	}
	r.page.Start()
	r.t.Cleanup(func() {
		r.relay.Close()
		r.page.Close()
	})
}

// write makes one transaction: a session.
func (r *rig) write() {
	r.t.Helper()
	r.xid++
	conn := zk.ConnID(r.xid)
	require.True(r.t, r.driver.Post(step.Input{Kind: step.ClientUp, Conn: conn}))
	require.True(r.t, r.driver.Post(step.Input{
		Kind: step.ClientMsg, Conn: conn,
		Req: &zk.Request{Op: zk.OpConnect, TimeoutMs: 40_000},
	}))
}

// dial opens a viewer's WebSocket with these headers.
func (r *rig) dial(protocol string, header http.Header) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	transport := &http.Transport{DialContext: dialNarrow}
	ws, answer, err := websocket.Dial(ctx, strings.Replace(r.page.URL, "http", "ws", 1),
		&websocket.DialOptions{
			HTTPHeader: header, Subprotocols: []string{protocol},
			HTTPClient: &http.Client{Transport: transport},
		})
	if err == nil {
		ws.SetReadLimit(64 << 20)
		r.t.Cleanup(func() { _ = ws.CloseNow() })
	}
	return ws, answer, err
}

// dialNarrow connects so that little waits in the kernel for who does not read.
func dialNarrow(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err == nil {
		err = c.(*net.TCPConn).SetReadBuffer(kernelBytes)
	}
	return c, err
}

// open opens a viewer's WebSocket as the page does, and says first.
func (r *rig) open(first string) *websocket.Conn {
	r.t.Helper()
	ws, _, err := r.dial(live.Protocol, http.Header{"Origin": {r.page.URL}})
	require.NoError(r.t, err)
	require.NoError(r.t, ws.Write(r.t.Context(), websocket.MessageText, []byte(first)))
	return ws
}

func tokenFrame(token string) string { return `{"token":"` + token + `"}` }

// viewer is a page that watches.
type viewer struct {
	t      *testing.T
	ws     *websocket.Conn
	events []trace.Event
	lines  []map[string]json.RawMessage // that are no events
}

func (r *rig) watch(token string) *viewer {
	r.t.Helper()
	return &viewer{t: r.t, ws: r.open(tokenFrame(token))}
}

// until reads frames until there is what is wanted.
func (v *viewer) until(wanted func() bool) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), patience)
	defer cancel()
	for !wanted() {
		_, frame, err := v.ws.Read(ctx)
		require.NoError(v.t, err, "%v", v.lines)
		for text := range bytes.Lines(frame) {
			v.take(text)
		}
	}
}

func (v *viewer) take(text []byte) {
	if bytes.HasPrefix(text, []byte(`{"ref":`)) {
		e, err := trace.DecodeNDJSON(bytes.TrimSpace(text))
		require.NoError(v.t, err)
		v.events = append(v.events, e)
		return
	}
	var l map[string]json.RawMessage
	require.NoError(v.t, json.Unmarshal(text, &l))
	v.lines = append(v.lines, l)
}

// untilLine waits for a line with this name, which is not about the world, and returns it.
func (v *viewer) untilLine(name string) (found string) {
	v.t.Helper()
	v.until(func() bool {
		for _, l := range v.lines {
			if l[name] != nil && !bytes.Contains(l[name], []byte(`"node":0`)) {
				found = string(l[name])
				return true
			}
		}
		return false
	})
	return found
}

// applied returns the zxids of the transactions that were seen applied.
func (v *viewer) applied() (zxids []zk.Zxid) {
	for i := range v.events {
		if e := &v.events[i]; e.Kind == trace.Applied && e.Txn != nil {
			zxids = append(zxids, e.Zxid)
		}
	}
	return zxids
}

// closing returns why the connection ends. Only who was let in is told anything before.
func closing(t *testing.T, ws *websocket.Conn) (code websocket.StatusCode, why string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	greeted := false
	for {
		if _, frame, err := ws.Read(ctx); err != nil {
			var closed websocket.CloseError
			require.ErrorAs(t, err, &closed)
			require.False(t, greeted && closed.Code == 4001, "it was told something before")
			return closed.Code, closed.Reason
		} else if bytes.HasPrefix(frame, []byte(`{"hello"`)) {
			greeted = true
		}
	}
}
