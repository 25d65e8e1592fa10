package peers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/zabscope/zabscope/core/zk"
)

// newClient returns a client that goes straight to the address: no proxy, nothing kept.
func (n *Net) newClient() *http.Client {
	var dialer net.Dialer
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := dialer.DialContext(ctx, network, addr)
				l, _ := ctx.Value(linkKey{}).(*link)
				if err != nil || l == nil {
					return nil, errors.Join(err, ctx.Err())
				}
				if n.cfg.Faults != nil {
					conn = n.cfg.Faults.wrap(conn, l.peer)
				}
				l.conn = conn
				return conn, nil
			},
			DisableCompression: true, DisableKeepAlives: true, TLSClientConfig: n.cfg.TLS.Clone(),
		},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("a server redirects to nowhere")
		},
	}
}

// linkKey carries the link that a connection is for.
type linkKey struct{}

// keepElection keeps the election link to a peer of a lower id open.
func (n *Net) keepElection(peer zk.ServerID) {
	retry := n.cfg.Timing.RetryMin
	for {
		began := time.Now()
		if err := n.dial(n.nextID(), peer, zk.ElectionChannel); err != nil {
			n.notice(peer, zk.ElectionChannel, err)
		}
		if time.Since(began) > n.cfg.Timing.Handshake {
			retry = n.cfg.Timing.RetryMin
		}
		if !n.wait(retry/2 + rand.N(retry/2)) {
			return
		}
		retry = min(2*retry, n.cfg.Timing.RetryMax)
	}
}

// dial opens a link and runs it until its end. The error says why there was none.
func (n *Net) dial(id zk.ConnID, peer zk.ServerID, ch zk.Channel) error {
	ctx, cancel := context.WithTimeout(context.Background(), n.cfg.Timing.Handshake)
	defer cancel()
	l := &link{net: n, id: id, peer: peer, channel: ch}
	ws, err := n.connect(context.WithValue(ctx, linkKey{}, l), l)
	if err != nil {
		return err
	}
	if err := n.introduce(ctx, l, ws); err != nil {
		_ = ws.CloseNow()
		return readable(err)
	}
	if !l.start(ws) {
		return errEnded
	}
	l.run()
	return nil
}

// connect makes the WebSocket.
func (n *Net) connect(ctx context.Context, l *link) (*websocket.Conn, error) {
	address, known := n.cfg.Addresses[l.peer]
	if !known {
		return nil, fmt.Errorf("server %s has no address", l.peer)
	}
	pings := newPings()
	ws, answer, err := websocket.Dial(ctx, n.scheme()+address+path(l.channel),
		&websocket.DialOptions{
			HTTPClient: n.client, Subprotocols: []string{protocol},
			CompressionMode: websocket.CompressionDisabled, OnPingReceived: pings.take,
		})
	if err != nil {
		return nil, explain(err, answer)
	}
	if ws.Subprotocol() != protocol {
		_ = ws.CloseNow()
		return nil, fmt.Errorf("it does not speak %s", protocol)
	}
	pings.ws.Store(ws)
	ws.SetReadLimit(handshakeMax)
	return ws, nil
}

func (n *Net) scheme() string {
	if n.cfg.TLS != nil {
		return "wss://"
	}
	return "ws://"
}

// explain prefers what the other server says over what the library does.
func explain(err error, answer *http.Response) error {
	if answer == nil || answer.Body == nil {
		return err
	}
	text, _ := io.ReadAll(io.LimitReader(answer.Body, handshakeMax))
	if said := strings.TrimSpace(string(text)); said != "" {
		return errors.New(said)
	}
	return err
}

// readable takes the reason out of a close.
func readable(err error) error {
	var closed websocket.CloseError
	if errors.As(err, &closed) && closed.Reason != "" {
		return errors.New(closed.Reason)
	}
	return err
}

// introduce says who we are, proves it, and wants the same of the other side.
func (n *Net) introduce(ctx context.Context, l *link, ws *websocket.Conn) error {
	h := hello{
		channel: l.channel, from: n.cfg.Self, to: l.peer, voters: n.cfg.Voters,
		observers: n.cfg.Observers, instance: n.instance, nonce: newNonce(),
		cluster: n.cfg.Cluster,
	}
	said := h.bytes()
	if err := ws.Write(ctx, websocket.MessageBinary, said); err != nil {
		return err
	}
	challenge, err := readHandshake(ctx, ws)
	if err != nil {
		return err
	}
	if len(challenge) != nonceSize {
		return errors.New("its answer to our hello is no challenge")
	}
	s := secrets{key: n.cfg.Secret, transcript: append(said, challenge...)}
	if err := ws.Write(ctx, websocket.MessageBinary, s.dialProof()); err != nil {
		return err
	}
	proof, err := readHandshake(ctx, ws)
	if err != nil {
		return err
	}
	if !isProof(proof, s.acceptProof()) {
		return errors.New("whoever listens there does not know the cluster secret")
	}
	l.in, l.out = newSeal(s.acceptKey()), newSeal(s.dialKey())
	return nil
}

func readHandshake(ctx context.Context, ws *websocket.Conn) ([]byte, error) {
	frame := make([]byte, handshakeMax)
	n, err := readFrame(ctx, ws, frame)
	return frame[:n], err
}

// start prepares a link that has proved itself, unless this server is ending.
func (l *link) start(ws *websocket.Conn) bool {
	l.ws, l.gone, l.wake = ws, make(chan struct{}), make(chan struct{}, 1)
	ws.SetReadLimit(frameMax + sealSize)
	if !l.net.admit(l) {
		l.cut()
		return false
	}
	return true
}

func path(ch zk.Channel) string { return "/peer/" + channelName(ch) }
