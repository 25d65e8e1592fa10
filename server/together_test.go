package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	gozk "github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/zoocfg"
)

const quick = "tickTime=200\n4lw.commands.whitelist=*\nmaxSessionTimeout=60000\n"

func TestSessionSurvivesTheDeathOfItsServer(t *testing.T) {
	c := startEnsemble(t, 3, 1, quick)
	conn := client(t, c.addresses()...)
	_, err := conn.Create("/mine", nil, gozk.FlagEphemeral, gozk.WorldACL(gozk.PermAll))
	require.NoError(t, err)
	session := conn.SessionID()
	for range 2 { // two of three voters: one leads or none does, and comes back
		id := c.serverOf(conn.Server())
		c.stop(id)
		eventually(t, func() error {
			_, err := conn.Set("/", nil, -1)
			return err
		})
		require.Equal(t, session, conn.SessionID())
		found, _, err := conn.Exists("/mine")
		require.NoError(t, err)
		require.True(t, found, "the ephemeral went with the server")
		c.start(id)
		c.leader()
	}
}

// serverOf returns the server at a client port.
func (c *cluster) serverOf(address string) zk.ServerID {
	c.t.Helper()
	for id, n := range c.nodes {
		if n.Addr().String() == address {
			return id
		}
	}
	c.t.Fatalf("nobody at %s", address)
	return 0
}

func TestEphemeralsGoWithTheirSessionEverywhere(t *testing.T) {
	c := startEnsemble(t, 3, 0, quick)
	// A client that dies: a connection with a session, and silence.
	socket, err := net.Dial("tcp", c.addresses()[0])
	require.NoError(t, err)
	_, err = socket.Write(wire.AppendConnect(nil, &zk.Request{TimeoutMs: 500}, false))
	require.NoError(t, err)
	readFrame(t, socket)
	_, err = socket.Write(wire.AppendClientRequest(nil, &zk.Request{
		Op: zk.OpCreate, Xid: 1, Path: "/gone", Mode: zk.Ephemeral, ACL: zk.OpenACL,
	}))
	require.NoError(t, err)
	readFrame(t, socket)
	require.NoError(t, socket.Close())

	conn := client(t, c.addresses()[2])
	_, err = conn.Sync("/")
	require.NoError(t, err)
	found, _, gone, err := conn.ExistsW("/gone")
	require.NoError(t, err)
	require.True(t, found, "it lasts as long as the session")
	select {
	case e := <-gone:
		require.Equal(t, gozk.EventNodeDeleted, e.Type)
	case <-time.After(patience):
		t.Fatal("the session never expires")
	}
}

// readFrame reads a frame that only has to come.
func readFrame(t *testing.T, socket net.Conn) {
	t.Helper()
	var head [4]byte
	_, err := io.ReadFull(socket, head[:])
	require.NoError(t, err)
	_, err = io.CopyN(io.Discard, socket, int64(binary.BigEndian.Uint32(head[:])))
	require.NoError(t, err)
}

func TestSessionOfAServerAloneOutlivesTheProcess(t *testing.T) {
	cfg, err := zoocfg.Read(zooCfg(t, "tickTime=500", "dataDir="+t.TempDir(),
		"clientPort="+freePort(t)))
	require.NoError(t, err)
	start := func() *native {
		n, err := startNative(cfg, identity{id: alone}, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return n
	}
	n := start()
	conn := client(t, n.Addr().String())
	_, err = conn.Create("/mine", nil, gozk.FlagEphemeral, gozk.WorldACL(gozk.PermAll))
	require.NoError(t, err)
	session := conn.SessionID()
	require.NoError(t, n.stop())
	n = start()
	t.Cleanup(func() { require.NoError(t, n.stop()) })
	eventually(t, func() error {
		found, _, err := conn.Exists("/mine")
		if err == nil && !found {
			err = gozk.ErrNoNode
		}
		return err
	})
	require.Equal(t, session, conn.SessionID(), "its password is none any more")
}

func TestWordsTellTheTruthOfAnEnsemble(t *testing.T) {
	c := startEnsemble(t, 3, 1, quick)
	leader := c.leader()
	conn := client(t, c.addresses()...)
	for range 5 {
		_, err := conn.Set("/", []byte("12345"), -1)
		require.NoError(t, err)
	}
	at := c.address(leader)
	const setRoot = "50" // header 32, path 4+1, data 4+5, version 4
	require.Regexp(t, "^"+setRoot+`/36/\d+$`,
		field(t, at, "srvr", "Proposal sizes last/min/max: "))
	for name, want := range map[string]string{
		"quorum_size": "3", "learners": "3", "synced_followers": "2", "synced_observers": "1",
		"pending_syncs": "0", "last_proposal_size": setRoot,
	} {
		require.Equal(t, want, field(t, at, "mntr", "zk_"+name+"\t"), name)
	}
	for id := range c.nodes {
		require.Eventually(t, func() bool {
			return c.status(id).Applied == c.status(leader).Applied
		}, patience, time.Millisecond)
		at, status := c.address(id), c.status(id)
		want := map[zk.Role]string{
			zk.Leading: "leader", zk.Following: "follower", zk.Observing: "observer",
		}[status.Role]
		require.Equal(t, want, mode(t, at))
		require.Equal(t, status.Applied.String(), field(t, at, "srvr", "Zxid: "))
		require.Equal(t, "1", field(t, at, "mntr", "zk_zabscope_epoch\t"))
		require.Equal(t, leader.String(), field(t, at, "mntr", "zk_zabscope_leader\t"))
		require.Equal(t, strings.ToLower(status.Role.String())+" - broadcast",
			field(t, at, "mntr", "zk_peer_state\t"))
		require.Equal(t, "rw", ask(t, at, "isro"))
		require.Contains(t, ask(t, at, "conf"), "membership: \nserver.1=127.0.0.1:")
		require.Equal(t, id.String(), field(t, at, "conf", "serverId="))
		text, _, err := client(t, at).Get("/zookeeper/config")
		require.NoError(t, err)
		require.Equal(t, c.nodes[id].cfg.Members(), string(text))
		require.Contains(t, string(text), ":observer\nversion=0")
	}
	require.Empty(t, field(t, c.address(c.other(leader)), "mntr", "zk_quorum_size"))
}

func TestProbesFollowTheNode(t *testing.T) {
	c := writeEnsemble(t, 3, 0, quick)
	n := c.start(1)
	require.Equal(t, 200, probe(t, n, "/livez"))
	require.Equal(t, 503, probe(t, n, "/readyz"), "alone it has no quorum")
	require.Contains(t, ask(t, n.Addr().String(), "srvr"), "not currently serving requests")
	require.Equal(t, "null", ask(t, n.Addr().String(), "isro"))
	c.start(2)
	c.leader()
	require.Equal(t, 200, probe(t, n, "/readyz"))
}

func probe(t *testing.T, n *native, path string) int {
	t.Helper()
	answer, err := http.Get("http://" + n.httpListener.Addr().String() + path)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}

func TestServerWithoutAQuorumServesReadsToWhoWantsThat(t *testing.T) {
	c := startEnsemble(t, 3, 0, quick+"readonlymode.enabled=true\n")
	writer := client(t, c.addresses()...)
	_, err := writer.Create("/old", []byte("x"), 0, gozk.WorldACL(gozk.PermAll))
	require.NoError(t, err)
	eventually(t, func() error { _, err := writer.Sync("/"); return err })
	writer.Close()
	at := c.address(1)
	for id := range c.nodes {
		require.Eventually(t, func() bool {
			return c.status(id).Applied == c.status(1).Applied
		}, patience, time.Millisecond)
	}
	c.stop(2)
	c.stop(3)
	require.Eventually(t, func() bool { return ask(t, at, "isro") == "ro" }, patience,
		20*time.Millisecond, "%v", lazily(func() string {
			return fmt.Sprintf("%+v\n%s", c.status(1), &c.log)
		}))
	require.Equal(t, "read-only", mode(t, at))

	reply, replies := connectReadOnly(t, at, true)
	require.True(t, reply.Reply.ReadOnly)
	got := replies(&zk.Request{Op: zk.OpGetData, Xid: 1, Path: "/old"})
	require.Equal(t, "x", string(got.Reply.Data))
	got = replies(&zk.Request{Op: zk.OpSetData, Xid: 2, Path: "/old", Version: -1})
	require.Equal(t, zk.ErrNotReadOnly, got.Err)
	_, none := connectReadOnly(t, at, false)
	require.Nil(t, none, "who did not ask for it is sent away")

	c.start(2)
	c.leader()
	require.Equal(t, "rw", ask(t, at, "isro"))
	require.Panics(t, func() { replies(&zk.Request{Op: zk.OpPing, Xid: -2}) },
		"the connection ended when a leader was found")
}

// connectReadOnly opens a session that may be read-only, and returns the answer and a way to ask.
// The way is nil when the server hangs up.
func connectReadOnly(t *testing.T, address string, may bool) (
	hello step.ToClient, ask func(*zk.Request) step.ToClient,
) {
	t.Helper()
	socket, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = socket.Close() })
	require.NoError(t, socket.SetDeadline(time.Now().Add(patience)))
	next := func() []byte {
		var head [4]byte
		if _, err := io.ReadFull(socket, head[:]); err != nil {
			return nil
		}
		frame := make([]byte, binary.BigEndian.Uint32(head[:]))
		_, err := io.ReadFull(socket, frame)
		require.NoError(t, err)
		return frame
	}
	_, err = socket.Write(wire.AppendConnect(nil,
		&zk.Request{TimeoutMs: 5_000, ReadOnly: may}, true))
	require.NoError(t, err)
	frame := next()
	if frame == nil {
		return hello, nil
	}
	hello, err = wire.DecodeConnectReply(frame)
	require.NoError(t, err)
	return hello, func(req *zk.Request) step.ToClient {
		_, err := socket.Write(wire.AppendClientRequest(nil, req))
		frame := next()
		if err != nil || frame == nil {
			panic("hung up")
		}
		reply, err := wire.DecodeReply(frame, req.Op)
		require.NoError(t, err)
		return reply
	}
}

func TestStoppingNodeAnswersWhatItHasTaken(t *testing.T) {
	c := startEnsemble(t, 3, 0, quick)
	leader := c.leader()
	conn := client(t, c.address(c.other(leader)))
	results := make(chan error, 1000)
	go func() {
		defer close(results)
		for range 1000 {
			if _, err := conn.Set("/", nil, -1); err != nil {
				return
			}
			results <- nil
		}
	}()
	for range 10 {
		<-results
	}
	began := time.Now()
	c.stop(c.serverOf(conn.Server()))
	require.Less(t, time.Since(began), stopMax+2*time.Second)
	done := 10
	for range results {
		done++
	}
	t.Logf("%d writes before the end", done)
	_, stat, err := client(t, c.address(leader)).Get("/")
	require.NoError(t, err)
	require.Equal(t, int32(done), stat.Version, "an answer was lost, or a write nobody asked for")
}

func TestAttack_P02_SecondProcessWithTheSameMyidIsRefused(t *testing.T) {
	c := startEnsemble(t, 3, 0, quick)
	leader := c.leader()
	_, errs, status := run("node", "--config", c.config[2])
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "taken by another program")

	// The same on other ports: its data is in use.
	text, err := os.ReadFile(c.config[2])
	require.NoError(t, err)
	n := c.nodes[2]
	_, client, _ := net.SplitHostPort(n.Addr().String())
	other := strings.Replace(string(text), "clientPort="+client, "clientPort="+freePort(t), 1)
	other = strings.Replace(other, n.peerListener.Addr().String(), "127.0.0.1:"+freePort(t), 1)
	_, errs, status = run("node", "--config", zooCfg(t, other))
	require.NotZero(t, status)
	require.Contains(t, errs, n.cfg.DataDir)
	require.Equal(t, leader, c.leader())
	require.NotContains(t, c.log.String(), "leader lost")
}

// intruder writes the configuration of a server 3 that knows where servers 1 and 2 are. Lines go
// into its zoo.cfg.
func (c *cluster) intruder(lines string) (alien *cluster, secret string) {
	c.t.Helper()
	alien = writeEnsemble(c.t, 3, 0, quick+lines)
	text, err := os.ReadFile(alien.config[3])
	require.NoError(c.t, err)
	cfg := alien.read(3)
	for id := zk.ServerID(1); id <= 2; id++ {
		text = []byte(strings.Replace(string(text), cfg.PeerAddresses()[id]+":",
			c.nodes[id].peerListener.Addr().String()+":", 1))
	}
	require.NoError(c.t, os.WriteFile(alien.config[3], text, 0o600))
	return alien, cfg.ClusterSecretFile
}

// unnoticed lets an intruder try, expects its log to say why it cannot, and expects the ensemble to
// go on as if there were none.
func (c *cluster) unnoticed(alien *cluster, why string) {
	t := c.t
	t.Helper()
	leader := c.leader()
	round := c.status(leader).Round
	conn := client(t, c.addresses()...)
	a := alien.start(3)
	require.Eventually(t, func() bool {
		return strings.Contains(alien.log.String(), why)
	}, patience, 10*time.Millisecond, "%s", &alien.log)
	for range 20 {
		_, err := conn.Set("/", nil, -1)
		require.NoError(t, err)
	}
	require.Equal(t, 503, probe(t, a, "/readyz"))
	require.Equal(t, leader, c.leader())
	require.Equal(t, round, c.status(leader).Round)
	require.NotContains(t, c.log.String(), "leader lost")
}

func TestAttack_P01_ProcessWithoutTheSecretIsRefusedAndNobodyNotices(t *testing.T) {
	c := startEnsemble(t, 3, 0, quick)
	alien, secret := c.intruder("")
	require.NoError(t, os.WriteFile(secret, []byte("quite another secret"), 0o600))
	c.unnoticed(alien, "server 3 does not know the cluster secret")
	require.Contains(t, c.log.String(), "does not know the cluster secret")
	refused := 0
	for _, at := range c.addresses() {
		n, err := strconv.Atoi(field(t, at, "mntr", "zk_zabscope_peers_refused\t"))
		require.NoError(t, err)
		refused += n
	}
	require.NotZero(t, refused)
}

func TestAttack_P04_ServerOfAnotherClusterIsRefusedAndNobodyNotices(t *testing.T) {
	c := startEnsemble(t, 3, 0, quick)
	alien, _ := c.intruder("clusterName=blue\n") // with the very same secret
	c.unnoticed(alien, `it belongs to cluster \"blue\", we to \"zabscope\"`)
}

func TestAttack_E06_DataOfAnotherServerIsRefused(t *testing.T) {
	c := startEnsemble(t, 3, 0, quick)
	dir := c.read(1).DataDir
	c.stop(1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "myid"), []byte("2\n"), 0o644))
	c.stop(2) // its port is free, its place is not
	_, errs, status := run("node", "--config", c.config[1])
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, dir)
	require.Regexp(t, "server 1|myid 1", errs)
}

// lazily is a text that is made when it is printed.
type lazily func() string

func (l lazily) String() string { return l() }
