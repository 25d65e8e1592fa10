package step

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// WriteKind says how a Write changes the disk.
type WriteKind uint8

// The writes.
const (
	AppendTxns    WriteKind = iota // Txns go to the end of the log
	TruncateAfter                  // the log ends at Zxid
	AcceptEpoch                    // acceptedEpoch is Epoch
	EnterEpoch                     // currentEpoch is Epoch
	// SaveSnapshot: Snap is the whole state at Zxid. When durable it stands for the log up to Zxid,
	// and with Epoch != 0 (after a SNAP) for the whole log.
	SaveSnapshot
)

// Write is one change to the disk, in Seq order.
type Write struct {
	Seq   uint64 // rises by 1; 0 for SaveSnapshot, which is beside the stream
	Kind  WriteKind
	Epoch zk.Epoch
	Zxid  zk.Zxid
	Txns  []zk.Txn
	Snap  *tree.DB // frozen, so another goroutine may read it while the node goes on
}

// ToClientKind says what goes to the client.
type ToClientKind uint8

// What a server sends to a client.
const (
	Reply ToClientKind = iota
	WatchEvent
	Close
)

// ToClient is a reply, a watch event or a close, in the order that the client must see them.
type ToClient struct {
	Conn  zk.ConnID
	Kind  ToClientKind
	Op    zk.Op // the request's operation, for replies
	Xid   int32
	Err   zk.Err
	Zxid  zk.Zxid
	Reply zk.Reply
	Cause trace.Ref
}

// Link asks the driver to open or close a channel to a peer.
type Link struct {
	Peer zk.ServerID
	Chan zk.Channel
	Open bool
}

// Output is filled by Step. The caller owns it and calls Reset between steps.
type Output struct {
	Sends   []Message
	Writes  []Write
	Clients []ToClient
	Links   []Link
	Trace   []trace.Event
	WakeAt  zk.Instant // earliest deadline; zk.Never if none
}

// Reset empties the output and keeps its memory.
func (o *Output) Reset() {
	clear(o.Sends)
	clear(o.Writes)
	clear(o.Clients)
	o.Sends, o.Writes, o.Clients = o.Sends[:0], o.Writes[:0], o.Clients[:0]
	o.Links, o.Trace = o.Links[:0], o.Trace[:0]
	o.WakeAt = zk.Never
}

// Violation is what Assert panics with: the name of the broken invariant.
type Violation struct{ Name string }

// Error returns the name with the advice that fits a driver.
func (v Violation) Error() string { return "invariant " + v.Name + " does not hold" }

// Assert panics with a Violation when cond is false. Assertions stay on in every build.
func Assert(cond bool, name string) {
	if !cond {
		panic(Violation{Name: name})
	}
}
