package step

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// InputKind says what happened to the server.
type InputKind uint8

// The inputs.
const (
	Wake       InputKind = iota // the clock reached the WakeAt last asked for
	PeerUp                      // a link to From is open on Chan, FIFO from here on
	PeerDown                    // the link to From on Chan is gone; nothing more arrives on it
	PeerMsg                     // Msg arrived from From
	Synced                      // all writes with Seq <= In.Seq are durable
	SnapSaved                   // the snapshot at In.Zxid is durable
	ClientUp                    // connection Conn opened
	ClientMsg                   // Req arrived on Conn
	ClientDown                  // connection Conn is gone
)

// Input is one thing that happened to one server.
type Input struct {
	Kind   InputKind
	From   zk.ServerID
	Chan   zk.Channel
	At     zk.Instant // never less than the previous Input's At
	WallMs int64      // wall clock, Unix ms; only a leader's stamp on a txn uses it
	Conn   zk.ConnID
	Addr   string // ClientUp: the client's IP address as text, "" if it has none
	Seq    uint64
	Zxid   zk.Zxid
	Msg    *Message
	Req    *zk.Request
	Cause  trace.Ref // the Sent, or the world's event, that brought this
}
