package peers

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// stranger is somebody who speaks to a peer port by hand.
type stranger struct {
	t      *testing.T
	ctx    context.Context
	ws     *websocket.Conn
	answer *http.Response
	err    error
}

// knock opens a WebSocket as server 2's, with headers added.
func knock(t *testing.T, s *server, ch zk.Channel, headers http.Header) *stranger {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	v := &stranger{t: t, ctx: ctx}
	options := &websocket.DialOptions{
		HTTPHeader: headers, CompressionMode: websocket.CompressionContextTakeover,
	}
	if headers.Get("Sec-WebSocket-Protocol") == "" {
		options.Subprotocols = []string{protocol}
	}
	v.ws, v.answer, v.err = websocket.Dial(ctx, "ws://"+s.address+path(ch), options)
	if v.err == nil {
		t.Cleanup(func() { _ = v.ws.CloseNow() })
	}
	return v
}

func (v *stranger) write(b []byte) {
	v.t.Helper()
	require.NoError(v.t, v.ws.Write(v.ctx, websocket.MessageBinary, b))
}

// closed waits for the end, with its code and reason.
func (v *stranger) closed() (websocket.StatusCode, string) {
	v.t.Helper()
	for {
		_, _, err := v.ws.Read(v.ctx)
		if err == nil {
			continue
		}
		require.NoError(v.t, v.ctx.Err(), "it stays open")
		return websocket.CloseStatus(err), readable(err).Error()
	}
}

// hello is what server 2 of a test's ensemble says.
func (s *server) helloOf2(change func(*hello)) []byte {
	h := hello{
		channel: zk.ElectionChannel, from: 2, to: 1, voters: s.cfg.Voters, nonce: newNonce(),
		cluster: "test",
	}
	if change != nil {
		change(&h)
	}
	return h.bytes()
}

// prove goes through the whole handshake with a secret and returns the keys.
func (v *stranger) prove(said, secret []byte) *secrets {
	v.t.Helper()
	v.write(said)
	_, challenge, err := v.ws.Read(v.ctx)
	require.NoError(v.t, err)
	s := &secrets{key: secret, transcript: append(said, challenge...)}
	v.write(s.dialProof())
	return s
}

// join is prove by one who may.
func (v *stranger) join(s *server, said []byte) (in, out *seal) {
	v.t.Helper()
	keys := v.prove(said, s.cfg.Secret)
	_, proof, err := v.ws.Read(v.ctx)
	require.NoError(v.t, err)
	require.Equal(v.t, keys.acceptProof(), proof)
	return newSeal(keys.acceptKey()), newSeal(keys.dialKey())
}

// lone starts server 1 of an ensemble of three whose other servers do not run.
func lone(t *testing.T, change func(*Config)) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return start(t, l, Config{
		Self: 1, Voters: zk.SetOf(1, 2, 3), Cluster: "test",
		Secret: []byte("a secret of the tests"),
	}, change)
}

// unnoticed says that the node behind the links has heard nothing.
func (s *server) unnoticed(t *testing.T) {
	t.Helper()
	eventually(t, func() bool { return s.Refused() > 0 }, "it is counted")
	require.Empty(t, s.desk.all(), "the node has noticed")
}

func TestAttack_P01_NoSecret(t *testing.T) {
	s := lone(t, nil)
	v := knock(t, s, zk.ElectionChannel, nil)
	v.prove(s.helloOf2(nil), []byte("another secret"))
	code, why := v.closed()
	require.Equal(t, codeSecret, code)
	require.Equal(t, "server 2 does not know the cluster secret", why)
	s.unnoticed(t)
	require.Contains(t, s.log.String(), "does not know the cluster secret")
}

func TestAttack_P01_BeforeTheProofAKilobyteIsRead(t *testing.T) {
	s := lone(t, nil)
	v := knock(t, s, zk.ElectionChannel, nil)
	_ = v.ws.Write(v.ctx, websocket.MessageBinary, make([]byte, handshakeMax+1))
	v.closed()
	s.unnoticed(t)
}

func TestAttack_P01_WhoeverSaysNothingIsCutOff(t *testing.T) {
	s := lone(t, func(c *Config) { c.Timing.Handshake = 50 * time.Millisecond })
	v := knock(t, s, zk.ElectionChannel, nil)
	v.closed()
	s.unnoticed(t)
}

func TestAttack_P01_FailuresAreLimited(t *testing.T) {
	s := lone(t, func(c *Config) { c.Limits.Failures, c.Limits.FailureRate = 3, 0.001 })
	for range 3 {
		v := knock(t, s, zk.ElectionChannel, nil)
		v.write([]byte("nonsense"))
		v.closed()
	}
	v := knock(t, s, zk.ElectionChannel, nil)
	require.Equal(t, http.StatusTooManyRequests, v.answer.StatusCode)
	s.unnoticed(t)
}

func TestAttack_P01_HandshakesAreLimited(t *testing.T) {
	s := lone(t, func(c *Config) { c.Limits.Handshakes = 2 })
	knock(t, s, zk.ElectionChannel, nil)
	knock(t, s, zk.ElectionChannel, nil)
	v := knock(t, s, zk.ElectionChannel, nil)
	require.Equal(t, http.StatusServiceUnavailable, v.answer.StatusCode)
}

func TestAttack_P01_ConnectionsAreLimited(t *testing.T) {
	s := lone(t, func(c *Config) { c.Limits.Conns = 3 })
	for range 3 {
		conn, err := net.Dial("tcp", s.address)
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
	}
	eventually(t, func() bool { return s.conns.Load() == 3 }, "all are in")
	conn, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	eventually(t, func() bool { return s.conns.Load() == 0 }, "who says nothing leaves")
}

func TestAttack_P01_DiallerWantsAProofToo(t *testing.T) {
	all := ensemble(t, 2, func(c *Config) {
		if c.Self == 1 {
			c.Secret = []byte("not the secret of 2")
		}
	})
	eventually(t, func() bool {
		return strings.Contains(all[2].log.String(), "does not know the cluster secret")
	}, "2 tells why it has no link")
	all[1].unnoticed(t)
	require.Empty(t, all[2].desk.all())
}

func TestAttack_P02_UnknownServer(t *testing.T) {
	s := lone(t, nil)
	for _, id := range []zk.ServerID{0, 1, 4, 200} {
		v := knock(t, s, zk.ElectionChannel, nil)
		v.write(s.helloOf2(func(h *hello) { h.from = id }))
		code, why := v.closed()
		require.Equal(t, codeStranger, code)
		require.Contains(t, why, "there is no other server")
	}
	s.unnoticed(t)
}

func TestAttack_P02_SecondProcessOfAServerIsRefusedWhileTheFirstAnswers(t *testing.T) {
	all := ensemble(t, 2, nil)
	all[1].up(t, 2, zk.ElectionChannel)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	second := start(t, l, all[2].cfg, nil)
	eventually(t, func() bool {
		return strings.Contains(second.log.String(), "two processes claim to be server 2")
	}, "the second is told why")
	require.Contains(t, all[1].log.String(), "two processes claim to be server 2")
	require.Empty(t, second.desk.all())
	require.Len(t, all[1].desk.all(), 1, "the first link is as it was")
}

func TestAttack_P02_SilentFirstProcessIsReplaced(t *testing.T) {
	s := lone(t, func(c *Config) { c.Timing.SecondAsk = 50 * time.Millisecond })
	first := knock(t, s, zk.ElectionChannel, nil) // reads nothing, so it answers no ping
	first.join(s, s.helloOf2(nil))
	s.up(t, 2, zk.ElectionChannel)
	second := knock(t, s, zk.ElectionChannel, nil)
	second.join(s, s.helloOf2(func(h *hello) { h.instance[0] = 1 }))
	eventually(t, func() bool {
		return len(s.desk.of(step.PeerUp, zk.ElectionChannel)) == 2 &&
			len(s.desk.of(step.PeerDown, zk.ElectionChannel)) == 1
	}, "the second takes its place")
}

func TestAttack_P03_ReplayOfAHandshake(t *testing.T) {
	s := lone(t, nil)
	honest := knock(t, s, zk.ElectionChannel, nil)
	said := s.helloOf2(nil)
	keys := honest.prove(said, s.cfg.Secret)
	s.up(t, 2, zk.ElectionChannel)
	require.NoError(t, honest.ws.CloseNow())
	eventually(t, func() bool {
		return len(s.desk.of(step.PeerDown, zk.ElectionChannel)) == 1
	}, "the honest one is gone")

	v := knock(t, s, zk.ElectionChannel, nil)
	v.write(said)
	_, _, err := v.ws.Read(v.ctx) // another challenge
	require.NoError(t, err)
	v.write(keys.dialProof())
	code, _ := v.closed()
	require.Equal(t, codeSecret, code)
	require.Len(t, s.desk.of(step.PeerUp, zk.ElectionChannel), 1)
}

func TestAttack_P03_RepeatedLeftOutAndReflectedFrames(t *testing.T) {
	frame := func(out *seal, round uint64) []byte {
		return out.close(nil, appendMessage(nil, notification(2, 1, round)))
	}
	for name, attack := range map[string]func(v *stranger, in, out *seal){
		"repeated": func(v *stranger, _, out *seal) {
			f := frame(out, 1)
			v.write(f)
			v.write(f)
		},
		"left out": func(v *stranger, _, out *seal) {
			v.write(frame(out, 1))
			frame(out, 2)
			v.write(frame(out, 3))
		},
		"reflected": func(v *stranger, in, out *seal) {
			v.write(frame(out, 1))
			v.write(frame(in, 2)) // what the acceptor itself would have sent
		},
		"changed": func(v *stranger, _, out *seal) {
			v.write(frame(out, 1))
			f := frame(out, 2)
			f[5]++
			v.write(f)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := lone(t, nil)
			v := knock(t, s, zk.ElectionChannel, nil)
			in, out := v.join(s, s.helloOf2(nil))
			attack(v, in, out)
			code, why := v.closed()
			require.Equal(t, codeProtocol, code)
			require.Equal(t, errSeal.Error(), why)
			eventually(t, func() bool {
				return len(s.desk.of(step.PeerDown, zk.ElectionChannel)) == 1
			}, "the link is gone")
			require.Len(t, s.desk.of(step.PeerMsg, zk.ElectionChannel), 1, "only the honest one")
		})
	}
}

func TestAttack_P04_OtherClusterOrConfiguration(t *testing.T) {
	s := lone(t, nil)
	for want, change := range map[string]func(*hello){
		`it belongs to cluster "blue", we to "test"`: func(h *hello) { h.cluster = "blue" },
		"its voters are 1,2 (observers 3), ours 1,2,3 ()": func(h *hello) {
			h.voters, h.observers = zk.SetOf(1, 2), zk.SetOf(3)
		},
		"it looks for server 3, this is server 1": func(h *hello) { h.to = 3 },
	} {
		v := knock(t, s, zk.ElectionChannel, nil)
		v.write(s.helloOf2(change))
		_, why := v.closed()
		require.Equal(t, want, why)
	}
	s.unnoticed(t)
}

func TestEnvironment_E10_OtherVersionsAreRefusedInWords(t *testing.T) {
	s := lone(t, nil)
	newer := s.helloOf2(nil)
	newer[4] = 9
	v := knock(t, s, zk.ElectionChannel, nil)
	v.write(newer)
	_, why := v.closed()
	require.Equal(t, "it speaks version 9, we speak 1", why)

	v = knock(t, s, zk.ElectionChannel, http.Header{"Sec-Websocket-Protocol": {"zabscope.peer.2"}})
	require.Equal(t, http.StatusBadRequest, v.answer.StatusCode)
	s.unnoticed(t)
}

func TestAttack_P05_OversizeAndNonsense(t *testing.T) {
	oversize := order.AppendUint32(nil, 512<<10+1)
	bad := appendMessage(nil, notification(2, 1, 1))
	bad[prefix] = 250 // no type
	for name, plain := range map[string][]byte{
		"oversize": oversize, "empty": {0, 0, 0, 0}, "type": bad,
		"snapshot": order.AppendUint32(nil, snapshotFlag|5),
		"short":    append(order.AppendUint32(nil, 3), 1, 2, 3),
	} {
		t.Run(name, func(t *testing.T) {
			s := lone(t, nil)
			v := knock(t, s, zk.ElectionChannel, nil)
			_, out := v.join(s, s.helloOf2(nil))
			v.write(out.close(nil, plain))
			code, why := v.closed()
			require.Equal(t, codeProtocol, code)
			require.Contains(t, why, "a message")
			eventually(t, func() bool { return s.Refused() == 1 }, "it is counted")
			require.Empty(t, s.desk.of(step.PeerMsg, zk.ElectionChannel))
		})
	}
}

func TestAttack_P07_WebPage(t *testing.T) {
	s := lone(t, nil)
	for _, origin := range []string{"https://example.com", "http://" + s.address, "null"} {
		v := knock(t, s, zk.QuorumChannel, http.Header{"Origin": {origin}})
		require.Equal(t, http.StatusForbidden, v.answer.StatusCode)
		require.Contains(t, explain(v.err, v.answer).Error(), "web pages cannot be servers")
	}
	s.unnoticed(t)
}

func TestAttack_P08_CompressionIsOff(t *testing.T) {
	s := lone(t, nil)
	v := knock(t, s, zk.ElectionChannel, nil)
	require.NoError(t, v.err)
	require.Empty(t, v.answer.Header.Get("Sec-WebSocket-Extensions"))
}

func TestAttack_P08_PingFlood(t *testing.T) {
	s := lone(t, nil)
	v := knock(t, s, zk.ElectionChannel, nil)
	v.join(s, s.helloOf2(nil))
	ctx := v.ws.CloseRead(v.ctx)
	for ctx.Err() == nil {
		_ = v.ws.Ping(ctx)
	}
	require.NoError(t, v.ctx.Err(), "it may ping as it likes")
	eventually(t, func() bool {
		return len(s.desk.of(step.PeerDown, zk.ElectionChannel)) == 1
	}, "the link is gone")
}

func TestAttack_P08_LongFrame(t *testing.T) {
	s := lone(t, nil)
	v := knock(t, s, zk.ElectionChannel, nil)
	_, out := v.join(s, s.helloOf2(nil))
	_ = v.ws.Write(v.ctx, websocket.MessageBinary, out.close(nil, make([]byte, frameMax+1)))
	v.closed()
	require.Empty(t, s.desk.of(step.PeerMsg, zk.ElectionChannel))
}

func TestAttack_P09_SlowLearnerLosesItsLink(t *testing.T) {
	s := lone(t, func(c *Config) {
		c.Limits.SnapshotMin, c.Limits.SnapshotBps = 100*time.Millisecond, 1<<30
		c.Timing.KeepAlive, c.Timing.Silence = 50*time.Millisecond, time.Minute
		c.Limits.Snapshots = 1
	})
	v := knock(t, s, zk.QuorumChannel, nil)
	v.join(s, s.helloOf2(func(h *hello) { h.channel = zk.QuorumChannel }))
	id := s.up(t, 2, zk.QuorumChannel)
	large := zk.Txn{
		Zxid: 1, Op: zk.OpSetData, Path: "/", Data: bytes.Repeat([]byte("x"), 16<<20), Version: 1,
	}
	db := tree.New()
	db.Apply(&large, nil)
	s.say(id, &step.Message{Type: zk.Snap, From: 1, To: 2, Snap: db}) // and nobody reads
	eventually(t, func() bool {
		return len(s.desk.of(step.PeerDown, zk.QuorumChannel)) == 1
	}, "the link is gone")
	require.Contains(t, s.log.String(), "takes a snapshot too slowly")
	eventually(t, func() bool { return len(s.snapshots) == 0 }, "its place is free")
}

func TestAttack_P10_IdentityIsNotTheAddress(t *testing.T) {
	all := ensemble(t, 3, func(c *Config) {
		if c.Self == 3 { // somebody has changed a name: 1 and 2 are swapped
			c.Addresses = map[zk.ServerID]string{1: c.Addresses[2], 2: c.Addresses[1]}
		}
	})
	eventually(t, func() bool {
		return strings.Contains(all[3].log.String(), "it looks for server 1, this is server 2")
	}, "3 is told")
	require.Empty(t, all[3].desk.all())
	all[1].up(t, 2, zk.ElectionChannel)
}

func TestAttack_U10_WhatIsNoRequestIsOneLineOfTheLogOnceInAWhile(t *testing.T) {
	s := ensemble(t, 1, func(c *Config) {
		c.TLS = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return nil, errors.New("none\x1b[2J\nlevel=ERROR")
		}}
	})[1]
	for range 3 {
		_, err := tls.Dial("tcp", s.address, &tls.Config{InsecureSkipVerify: true})
		require.Error(t, err)
	}
	eventually(t, func() bool { return strings.Contains(s.log.String(), "port broke") }, "no line")
	require.Equal(t, 1, strings.Count(s.log.String(), "TLS handshake error from 127.0.0.1: "))
	require.Equal(t, strings.Count(s.log.String(), "\n"), strings.Count(s.log.String(), "time="))
	require.NotContains(t, s.log.String(), "\x1b")
}
