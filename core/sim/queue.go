package sim

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// itemKind says what a thing that waits in the queue is.
type itemKind uint8

// What can wait.
const (
	itemMessage    itemKind = iota // msg arrives at server to
	itemPeerUp                     // server to learns: its connection gen to server from is open
	itemPeerDown                   // server to learns: its connection gen to server from is gone
	itemDial                       // server from asks server to for a quorum connection gen
	itemFsync                      // the running fsync of server to is complete
	itemSnap                       // the oldest snapshot under way at server to is complete
	itemSynced                     // server to learns that Seqs up to n are durable
	itemSnapSaved                  // server to learns that its snapshot of zxid n is durable
	itemClientDial                 // client from asks server to for connection n
	itemConnUp                     // server to learns of connection n of client from
	itemConnDown                   // server to learns that connection n of client from is gone
	itemRequest                    // req of client from arrives on connection n at server to
	itemClientUp                   // client to learns that connection n to server from is open
	itemClientDown                 // client to learns that connection n is gone
	itemReply                      // rep arrives on connection n at client to
	itemChaos                      // the next random fault
)

// item is one thing that will happen. It is a flat value; what it points to is never written again.
type item struct {
	due   zk.Instant
	seq   uint64 // order among equal dues, and the id in Pending
	msg   *step.Message
	req   *zk.Request
	rep   *step.ToClient
	n     uint64
	cause uint64 // Seq of the world's Sent event, for client traffic
	gen   uint32 // of the connection, or for disk items the boot number
	kind  itemKind
	to    zk.ServerID
	from  zk.ServerID
	ch    zk.Channel
	// landed says that it has crossed the network already and only waited for a paused process.
	landed bool
}

func (i *item) before(o *item) bool {
	return i.due < o.due || i.due == o.due && i.seq < o.seq
}

// queue is a binary heap of items by due and seq. container/heap would box each item.
type queue []item

func (q *queue) push(it item) {
	*q = append(*q, it)
	h := *q
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !it.before(&h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = it
}

func (q *queue) pop() item {
	top := (*q)[0]
	q.removeAt(0)
	return top
}

// removeAt takes out the item at index i of the heap.
func (q *queue) removeAt(i int) {
	h := *q
	n := len(h) - 1
	last := h[n]
	h[n] = item{}
	*q = h[:n]
	if i == n {
		return
	}
	h = h[:n]
	for i > 0 && last.before(&h[(i-1)/2]) {
		h[i] = h[(i-1)/2]
		i = (i - 1) / 2
	}
	h[q.sink(i, &last)] = last
}

// sink moves smaller children up from i until it fits there, and returns the place that is free.
func (q *queue) sink(i int, it *item) int {
	h := *q
	for {
		child := 2*i + 1
		if child >= len(h) {
			return i
		}
		if child+1 < len(h) && h[child+1].before(&h[child]) {
			child++
		}
		if !h[child].before(it) {
			return i
		}
		h[i] = h[child]
		i = child
	}
}

// find returns the index of the item with the seq, -1 if there is none.
func (q queue) find(seq uint64) int {
	for i := range q {
		if q[i].seq == seq {
			return i
		}
	}
	return -1
}
