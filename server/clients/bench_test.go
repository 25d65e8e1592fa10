package clients_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/clients"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/store"
)

// benchClients is how many clients ask at once, each one request at a time.
const benchClients = 128

func BenchmarkSetData(b *testing.B) {
	bench(b, zk.Request{Op: zk.OpSetData, Path: "/", Version: -1, Data: make([]byte, 100)})
}

func BenchmarkGetData(b *testing.B) {
	bench(b, zk.Request{Op: zk.OpGetData, Path: "/"})
}

// bench lets the clients ask b.N times all together.
func bench(b *testing.B, req zk.Request) {
	port := clients.New(clients.Config{ConnsPerIP: -1})
	driver, err := drive.Start(drive.Config{
		Node: node.DefaultConfig(1, zk.ServerSet(0).With(1), 0), Disk: &store.Memory{},
		Clients: port.Deliver, Trace: port.Observe,
	})
	require.NoError(b, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	go func() { _ = port.Serve(listener, driver) }()
	defer port.Close()
	defer func() { require.NoError(b, driver.Stop()) }()
	for serving := false; !serving; {
		driver.Ask(func(n *node.Node) { serving = n.Status().Serving })
	}
	var sockets []net.Conn
	for range benchClients {
		socket, err := net.Dial("tcp", listener.Addr().String())
		require.NoError(b, err)
		defer func() { _ = socket.Close() }()
		hello := wire.AppendConnect(nil, &zk.Request{Op: zk.OpConnect, TimeoutMs: 40_000}, true)
		require.NoError(b, ask(socket, hello, 41))
		sockets = append(sockets, socket)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for i, socket := range sockets {
		all.Go(func() { load(b, socket, req, (b.N+i)/benchClients) })
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// load asks n times, one after the other. Header and body of the answer are 88 bytes of a Stat, and
// for getData the empty data before it.
func load(b *testing.B, socket net.Conn, req zk.Request, n int) {
	size := 4 + 16 + 68
	if req.Op == zk.OpGetData {
		size += 4
	}
	for i := range n {
		req.Xid = int32(i + 1)
		if err := ask(socket, wire.AppendClientRequest(nil, &req), size); err != nil {
			b.Error(err)
			return
		}
	}
}

// ask sends a frame and reads an answer whose size is known.
func ask(socket net.Conn, frame []byte, size int) error {
	if _, err := socket.Write(frame); err != nil {
		return err
	}
	_, err := io.ReadFull(socket, make([]byte, size))
	return err
}
