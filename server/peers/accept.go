package peers

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/zabscope/zabscope/core/zk"
)

// Why a WebSocket is closed before it has become a link, or for what came over it.
const (
	codeSecret    websocket.StatusCode = 4001
	codeCluster   websocket.StatusCode = 4002
	codeStranger  websocket.StatusCode = 4003
	codeMembers   websocket.StatusCode = 4004
	codeDuplicate websocket.StatusCode = 4005
	codeProtocol  websocket.StatusCode = 4006
)

// refusal is why a handshake ends, as the other side is told.
type refusal struct {
	code websocket.StatusCode
	why  string
}

func (r *refusal) Error() string { return r.why }

// short cuts a reason to what a close frame can carry.
func short(reason string) string {
	const reasonMax = 123
	return reason[:min(len(reason), reasonMax)]
}

// closeWith closes a WebSocket with a reason, and its connection when that takes too long.
func closeWith(conn net.Conn, ws *websocket.Conn, code websocket.StatusCode, why string) {
	timer := time.AfterFunc(closeWait, func() { _ = conn.Close() })
	defer timer.Stop()
	_ = ws.Close(code, short(why))
}

// strays is what net/http says of connections that are no requests: of a certificate that is not
// known, or of bytes that are no TLS. It is told of each address once in a while.
type strays struct{ net *Net }

var portAfterHost = regexp.MustCompile(`( from \S+):\d+: `)

// Write takes one sentence of net/http.
func (s strays) Write(b []byte) (int, error) {
	why := portAfterHost.ReplaceAllString(strings.TrimSpace(string(b)), "$1: ")
	if s.net.notices.isNew(why, time.Now()) {
		s.net.cfg.Log.Warn("connection to the peer port broke", "why", why)
	}
	return len(b), nil
}

func (n *Net) newServer() *http.Server {
	mux := http.NewServeMux()
	for _, ch := range []zk.Channel{zk.ElectionChannel, zk.QuorumChannel} {
		mux.HandleFunc("GET "+path(ch), func(w http.ResponseWriter, r *http.Request) {
			n.accept(w, r, ch)
		})
	}
	s := &http.Server{
		Handler: mux, ReadHeaderTimeout: n.cfg.Timing.Handshake, MaxHeaderBytes: 8 << 10,
		ConnContext: withConn, ConnState: n.count, ErrorLog: log.New(strays{n}, "", 0),
	}
	s.SetKeepAlivesEnabled(false)
	return s
}

// count closes connections that are too many before anything is read from them.
func (n *Net) count(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if n.conns.Add(1) > int64(n.cfg.Limits.Conns) {
			_ = conn.Close()
		}
	case http.StateHijacked, http.StateClosed:
		n.conns.Add(-1)
	}
}

// accept takes one connection from its first byte to its end.
func (n *Net) accept(w http.ResponseWriter, r *http.Request, ch zk.Channel) {
	from := hostOf(r.RemoteAddr)
	if status, why := n.turnAway(r, from); why != "" {
		n.failed(from, why)
		http.Error(w, why, status)
		return
	}
	select {
	case n.slots <- struct{}{}:
	default:
		http.Error(w, "too many handshakes at one time", http.StatusServiceUnavailable)
		return
	}
	pings := newPings()
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{protocol}, CompressionMode: websocket.CompressionDisabled,
		InsecureSkipVerify: true, // there is no Origin header at all
		OnPingReceived:     pings.take,
	})
	if err != nil {
		<-n.slots
		n.failed(from, err.Error())
		return
	}
	pings.ws.Store(ws)
	l := &link{net: n, id: n.nextID(), channel: ch, conn: connOf(r)}
	err = n.examine(l, ws)
	<-n.slots
	if err != nil {
		n.turnDown(l.conn, ws, from, err)
		return
	}
	if l.start(ws) {
		l.run()
	}
}

// turnAway judges a request by its headers.
func (n *Net) turnAway(r *http.Request, from netip.Addr) (status int, why string) {
	switch {
	case len(r.Header.Values("Origin")) > 0:
		return http.StatusForbidden, "web pages cannot be servers of an ensemble"
	case !slices.Contains(offers(r), protocol):
		return http.StatusBadRequest, "this server speaks " + protocol +
			", which the other does not offer"
	case !n.strangers.mayTry(from, time.Now()):
		return http.StatusTooManyRequests, "too many failed handshakes from this address"
	}
	return 0, ""
}

// offers returns the sub-protocols that a request names.
func offers(r *http.Request) []string {
	var all []string
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		for name := range strings.SplitSeq(line, ",") {
			all = append(all, strings.TrimSpace(name))
		}
	}
	return all
}

// examine holds the acceptor's half of the handshake.
func (n *Net) examine(l *link, ws *websocket.Conn) error {
	ctx, cancel := context.WithTimeout(context.Background(), n.cfg.Timing.Handshake)
	defer cancel()
	ws.SetReadLimit(handshakeMax)
	said, err := readHandshake(ctx, ws)
	if err != nil {
		return err
	}
	h, err := parseHello(said)
	if err != nil {
		return &refusal{codeProtocol, err.Error()}
	}
	if err := n.judge(&h, l.channel); err != nil {
		return err
	}
	if faulty, is := l.conn.(*faultyConn); is {
		faulty.isWith(h.from)
	}
	nonce := newNonce()
	if err := ws.Write(ctx, websocket.MessageBinary, nonce[:]); err != nil {
		return err
	}
	s := secrets{key: n.cfg.Secret, transcript: append(said, nonce[:]...)}
	proof, err := readHandshake(ctx, ws)
	if err != nil {
		return err
	}
	if !isProof(proof, s.dialProof()) {
		return &refusal{codeSecret, "server " + h.from.String() +
			" does not know the cluster secret"}
	}
	if err := n.settle(&h, l.channel); err != nil {
		return err
	}
	l.peer, l.instance = h.from, h.instance
	l.in, l.out = newSeal(s.dialKey()), newSeal(s.acceptKey())
	return ws.Write(ctx, websocket.MessageBinary, s.acceptProof())
}

// judge looks at what a dialler says of itself. Its proof, which comes later, covers every word.
func (n *Net) judge(h *hello, ch zk.Channel) error {
	switch {
	case h.cluster != n.cfg.Cluster:
		return &refusal{codeCluster, fmt.Sprintf("it belongs to cluster %.20q, we to %.20q",
			h.cluster, n.cfg.Cluster)}
	case h.to != n.cfg.Self || h.channel != ch:
		return &refusal{codeStranger, fmt.Sprintf("it looks for server %s, this is server %s",
			h.to, n.cfg.Self)}
	case !n.members().Has(h.from) || h.from == n.cfg.Self:
		return &refusal{codeStranger, fmt.Sprintf("there is no other server %s in our"+
			" configuration", h.from)}
	case h.voters != n.cfg.Voters || h.observers != n.cfg.Observers:
		return &refusal{codeMembers, fmt.Sprintf("its voters are %s (observers %s), ours %s (%s)",
			h.voters, h.observers, n.cfg.Voters, n.cfg.Observers)}
	case ch == zk.ElectionChannel && h.from < n.cfg.Self:
		return &refusal{codeProtocol, "of two servers the one with the higher id connects"}
	}
	return nil
}

// settle decides between a link that is there and a second one of the same server. If both are of
// one process, the second replaces the first; of two processes the first stays while it answers.
func (n *Net) settle(h *hello, ch zk.Channel) error {
	older := n.between(h.from, ch)
	if older == nil {
		return nil
	}
	if older.instance != h.instance && older.answers(n.cfg.Timing.SecondAsk) {
		return &refusal{codeDuplicate, fmt.Sprintf("two processes claim to be server %s, and the"+
			" other is connected", h.from)}
	}
	older.cut()
	return nil
}

// turnDown ends a handshake with the reason, if the other side has earned one.
func (n *Net) turnDown(conn net.Conn, ws *websocket.Conn, from netip.Addr, err error) {
	var r *refusal
	is := errors.As(err, &r)
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("it did not prove itself in time")
	}
	n.failed(from, err.Error())
	if !is {
		_ = conn.Close()
		return
	}
	closeWith(conn, ws, r.code, r.why)
}

// failed counts a failed handshake and tells of it.
func (n *Net) failed(from netip.Addr, why string) {
	n.refused.Add(1)
	n.strangers.failed(from, time.Now())
	if n.notices.isNew(from.String()+why, time.Now()) {
		n.cfg.Log.Warn("connection to the peer port refused", "from", from.String(), "why", why)
	}
}

// hostOf returns the IP address of a connection's other end.
func hostOf(remote string) netip.Addr {
	host, _, _ := net.SplitHostPort(remote)
	addr, _ := netip.ParseAddr(host)
	return addr.Unmap()
}
