package recording

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Digest tells two runs of a server apart: how many inputs it has had since it started, and a hash
// of what it has said.
type Digest struct {
	Inputs uint64
	Hash   trace.Hash
}

// Add folds what one step has put out: its events, and the replies to clients.
func (d *Digest) Add(events []trace.Event, replies []step.ToClient) {
	d.Inputs++
	for i := range events {
		d.Hash = d.Hash.Add(&events[i])
	}
	for i := range replies {
		t := &replies[i]
		d.Hash = d.Hash.Add(&trace.Event{ // the facts of a reply, in places of their size
			Ref: trace.Ref{Seq: uint64(t.Conn)}, Epoch: zk.Epoch(t.Xid), Zxid: t.Zxid,
			N: int64(t.Err)<<8 | int64(t.Kind), Path: t.Reply.Path, Sess: t.Reply.Session,
		})
	}
}
