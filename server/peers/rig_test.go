package peers

import (
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

const patience = 10 * time.Second

// desk is a node that only writes down what it hears.
type desk struct {
	mu    sync.Mutex
	heard []step.Input
	ended bool
}

func (d *desk) FromPeer(in step.Input) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return false
	}
	d.heard = append(d.heard, in)
	return true
}

func (d *desk) all() []step.Input {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]step.Input(nil), d.heard...)
}

// of returns what was heard of one kind on a channel.
func (d *desk) of(kind step.InputKind, ch zk.Channel) []step.Input {
	var some []step.Input
	for _, in := range d.all() {
		if in.Kind == kind && in.Chan == ch {
			some = append(some, in)
		}
	}
	return some
}

// book collects what is logged.
type book struct {
	mu   sync.Mutex
	text string
}

func (b *book) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text += string(text)
	return len(text), nil
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text
}

// server is the links of one server of a test, with the desk behind them.
type server struct {
	*Net
	desk    *desk
	log     *book
	address string
}

// ensemble starts the links of servers 1 to n, all voters.
func ensemble(t *testing.T, n int, change func(*Config)) []*server {
	t.Helper()
	all := make([]*server, n+1)
	listeners := make([]net.Listener, n+1)
	addresses := map[zk.ServerID]string{}
	var voters zk.ServerSet
	for id := 1; id <= n; id++ {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		listeners[id] = l
		addresses[zk.ServerID(id)] = l.Addr().String()
		voters = voters.With(zk.ServerID(id))
	}
	for id := 1; id <= n; id++ {
		all[id] = start(t, listeners[id], Config{
			Self: zk.ServerID(id), Voters: voters, Addresses: addresses, Cluster: "test",
			Secret: []byte("a secret of the tests"),
		}, change)
	}
	return all
}

func start(t *testing.T, l net.Listener, cfg Config, change func(*Config)) *server {
	t.Helper()
	s := &server{desk: &desk{}, log: &book{}, address: l.Addr().String()}
	cfg.Log = slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if change != nil {
		change(&cfg)
	}
	s.Net = New(cfg)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l, s.desk) }()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("server %s:\n%s", cfg.Self, s.log)
		}
		s.Close()
		require.NoError(t, <-served)
	})
	eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.node != nil
	}, "no service")
	return s
}

// eventually waits for something to become true.
func eventually(t *testing.T, is func() bool, what string) {
	t.Helper()
	require.Eventually(t, is, patience, 5*time.Millisecond, what)
}

// up waits for a link to a peer and returns its number.
func (s *server) up(t *testing.T, peer zk.ServerID, ch zk.Channel) (id zk.ConnID) {
	t.Helper()
	eventually(t, func() bool {
		for _, in := range s.desk.of(step.PeerUp, ch) {
			if in.From == peer {
				id = in.Conn
			}
		}
		return id != 0
	}, "no link")
	return id
}

func notification(from, to zk.ServerID, round uint64) *step.Message {
	return &step.Message{Type: zk.Notification, From: from, To: to, Round: round}
}

func ack(from, to zk.ServerID, z zk.Zxid) *step.Message {
	return &step.Message{Type: zk.Ack, From: from, To: to, Zxid: z}
}

// say sends a message at once.
func (s *server) say(id zk.ConnID, m *step.Message) {
	s.Send(id, m)
	s.Flush(id)
}
