package clients

import (
	"io"
	"log/slog"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
)

func TestEnvironment_E08_ConnectionsLeaveDescriptorsToTheServer(t *testing.T) {
	require.Equal(t, 10_000, affordable(10_000, 1_000_000))
	require.Equal(t, 896, affordable(10_000, 1024))
	require.Equal(t, 1, affordable(10_000, 64), "a server that nobody can ask is of no use")
	require.Equal(t, 10_000, affordable(10_000, -1))
	require.LessOrEqual(t, New(Config{}).cfg.Limits.Conns, DefaultLimits.Conns)
}

// poor is a listener of a process that has run out of descriptors for a while.
type poor struct {
	net.Listener
	failures int
}

func (p *poor) Accept() (net.Conn, error) {
	if p.failures > 0 {
		p.failures--
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return p.Listener.Accept()
}

// deaf is a node that has ended.
type deaf struct{}

func (deaf) Post(step.Input) bool      { return false }
func (deaf) Ask(func(*node.Node)) bool { return false }

func TestEnvironment_E08_AcceptGoesOnWhenThereAreDescriptorsAgain(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := New(Config{Words: []string{"*"}, Log: slog.New(slog.DiscardHandler)})
	served := make(chan error, 1)
	go func() { served <- p.Serve(&poor{inner, 3}, deaf{}) }()
	conn, err := net.Dial("tcp", inner.Addr().String())
	require.NoError(t, err)
	_, err = io.WriteString(conn, "ruok")
	require.NoError(t, err)
	answer, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, "imok", string(answer))
	require.NoError(t, inner.Close())
	require.NoError(t, <-served)
	p.Close()
}
