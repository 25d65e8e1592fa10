package clients_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/clients"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/store"
)

const patience = 10 * time.Second

// setup is what a test may change about its server.
type setup struct {
	port clients.Config
	node node.Config
	disk drive.Disk
}

// server is a stand-alone server on a port of its own.
type server struct {
	t      *testing.T
	addr   string
	driver *drive.Driver
	log    *logBook
}

// logBook collects what the port logs.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start starts a server and ends it with the test, which fails if a goroutine is left.
func start(t *testing.T, change func(*setup)) *server {
	t.Helper()
	before := runtime.NumGoroutine()
	s := setup{
		port: clients.Config{Standalone: true, Words: []string{"*"}, Version: "3.8.0-test"},
		node: node.DefaultConfig(1, zk.ServerSet(0).With(1), 0), disk: &store.Memory{},
	}
	s.node.TickTime = 500 * time.Millisecond
	s.node.MinSessionTimeoutMs, s.node.MaxSessionTimeoutMs = 1_000, 10_000
	s.node.ContainerCheckInterval = 500 * time.Millisecond
	s.node.ExtendedTypes = true
	s.node.Limits = node.DefaultLimits()
	book := &logBook{}
	s.port.Log = slog.New(slog.NewTextHandler(book, nil))
	if change != nil {
		change(&s)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := clients.New(s.port)
	driver, err := drive.Start(drive.Config{
		Node: s.node, Disk: s.disk, Clients: port.Deliver, Trace: port.Observe,
	})
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- port.Serve(listener, driver) }()
	t.Cleanup(func() {
		_ = listener.Close()
		require.NoError(t, driver.Stop())
		port.Close()
		require.NoError(t, <-served)
		for began := time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
			require.Less(t, time.Since(began), patience, "goroutines are left")
		}
	})
	v := &server{t: t, addr: listener.Addr().String(), driver: driver, log: book}
	require.Eventually(t, v.serves, patience, time.Millisecond)
	return v
}

func (s *server) serves() (yes bool) {
	s.driver.Ask(func(n *node.Node) { yes = n.Status().Serving })
	return yes
}

// word sends a four-letter word and returns the answer.
func (s *server) word(w string) string {
	s.t.Helper()
	c := s.dial()
	defer c.close()
	c.raw([]byte(w))
	answer, err := io.ReadAll(c.Conn)
	require.NoError(s.t, err)
	return string(answer)
}

// number returns a number that mntr tells.
func (s *server) number(key string) string {
	s.t.Helper()
	for line := range strings.Lines(s.word("mntr")) {
		if rest, is := strings.CutPrefix(line, "zk_"+key+"\t"); is {
			return strings.TrimSpace(rest)
		}
	}
	s.t.Fatalf("mntr has no %s", key)
	return ""
}

// client is one raw connection.
type client struct {
	net.Conn
	t    *testing.T
	asks []zk.Op // without an answer
	xid  int32
}

func (s *server) dial() *client {
	s.t.Helper()
	socket, err := net.Dial("tcp", s.addr)
	require.NoError(s.t, err)
	require.NoError(s.t, socket.SetDeadline(time.Now().Add(patience)))
	c := &client{Conn: socket, t: s.t}
	s.t.Cleanup(c.close)
	return c
}

// connect dials and opens a session.
func (s *server) connect() *client {
	s.t.Helper()
	c := s.dial()
	require.NotZero(s.t, c.hello(zk.Request{TimeoutMs: 10_000}).Session)
	return c
}

// hello asks for a session.
func (c *client) hello(req zk.Request) zk.Reply {
	c.t.Helper()
	req.Op = zk.OpConnect
	c.raw(wire.AppendConnect(nil, &req, true))
	frame := c.frame()
	require.NotNil(c.t, frame, "closed instead of an answer to connect")
	reply, err := wire.DecodeConnectReply(frame)
	require.NoError(c.t, err)
	return reply.Reply
}

func (c *client) close() { _ = c.Close() }

func (c *client) raw(b []byte) {
	c.t.Helper()
	_, err := c.Write(b)
	require.NoError(c.t, err)
}

// send sends a request without waiting for the answer.
func (c *client) send(req zk.Request) {
	c.t.Helper()
	if req.Xid == 0 {
		c.xid++
		req.Xid = c.xid
	}
	c.asks = append(c.asks, req.Op)
	c.raw(wire.AppendClientRequest(nil, &req))
}

// body sends a request of bytes.
func (c *client) body(op zk.Op, body []byte) step.ToClient {
	c.t.Helper()
	c.xid++
	c.asks = append(c.asks, op)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	b = binary.BigEndian.AppendUint32(b, uint32(c.xid))
	b = binary.BigEndian.AppendUint32(b, uint32(op))
	c.raw(append(b, body...))
	return c.next()
}

// frame reads a frame; nil says that the connection is closed.
func (c *client) frame() []byte {
	c.t.Helper()
	var head [4]byte
	if _, err := io.ReadFull(c.Conn, head[:]); err != nil {
		require.NotErrorIs(c.t, err, os.ErrDeadlineExceeded, "neither an answer nor the end")
		return nil
	}
	frame := make([]byte, binary.BigEndian.Uint32(head[:]))
	_, err := io.ReadFull(c.Conn, frame)
	require.NoError(c.t, err)
	return frame
}

// next reads what comes: a reply or an event.
func (c *client) next() step.ToClient {
	c.t.Helper()
	frame := c.frame()
	require.NotNil(c.t, frame, "closed")
	op := zk.OpNone
	if len(c.asks) > 0 {
		op = c.asks[0]
	}
	reply, err := wire.DecodeReply(frame, op)
	require.NoError(c.t, err)
	if reply.Kind == step.Reply {
		c.asks = c.asks[1:]
	}
	return reply
}

// call sends a request and returns its answer.
func (c *client) call(req zk.Request) step.ToClient {
	c.t.Helper()
	c.send(req)
	return c.next()
}

func (c *client) create(path string) step.ToClient {
	c.t.Helper()
	return c.call(zk.Request{Op: zk.OpCreate, Path: path, ACL: zk.OpenACL})
}

// rest reads up to the end of the connection.
func (c *client) rest() []byte {
	all, _ := io.ReadAll(c.Conn) // a reset ends it too
	return all
}

// requireClosed waits for the end of the connection.
func (c *client) requireClosed() {
	c.t.Helper()
	require.Nil(c.t, c.frame(), "the connection goes on")
}

// requireLives shows that the connection still answers.
func (c *client) requireLives() {
	c.t.Helper()
	require.Equal(c.t, zk.OK, c.call(zk.Request{Op: zk.OpExists, Path: "/"}).Err)
}
