package zab

import (
	"slices"

	"github.com/zabscope/zabscope/core/zk"
)

// proposal is one transaction that is proposed and not committed.
type proposal struct {
	txn  *zk.Txn
	acks zk.ServerSet
	at   zk.Instant // when it was proposed
}

// outstanding is the queue of proposals, oldest first. Head moves forward; the slice is compacted
// when it is empty, so that a steady flow does not allocate.
type outstanding struct {
	queue []proposal
	head  int
}

func (o *outstanding) push(p proposal) { o.queue = append(o.queue, p) }

func (o *outstanding) all() []proposal { return o.queue[o.head:] }

func (o *outstanding) len() int { return len(o.queue) - o.head }

func (o *outstanding) pop() {
	o.queue[o.head] = proposal{}
	o.head++
	if o.head == len(o.queue) {
		o.queue, o.head = o.queue[:0], 0
		return
	}
	if o.head >= 64 && o.head*2 >= len(o.queue) {
		n := copy(o.queue, o.queue[o.head:])
		clear(o.queue[n:])
		o.queue, o.head = o.queue[:n], 0
	}
}

func (o *outstanding) clone() outstanding {
	return outstanding{queue: slices.Clone(o.queue[o.head:])}
}
