package scenario

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// record is an event, short: what checks count and order.
type record struct {
	at    zk.Instant
	kind  trace.Kind
	typ   zk.MsgType
	why   zk.Why
	role  zk.Role
	node  zk.ServerID // who says it
	peer  zk.ServerID
	other zk.ServerID
	epoch zk.Epoch
	zxid  zk.Zxid
	set   zk.ServerSet
	n     int64
	path  string
}

func recordOf(e *trace.Event) record {
	return record{
		at: e.At, kind: e.Kind, typ: e.Type, why: e.Why, role: e.Role, node: e.Node,
		peer: e.Peer, other: e.Other, epoch: e.Epoch, zxid: e.Zxid, set: e.Set, n: e.N,
		path: e.Path,
	}
}

const (
	chunkLen  = 64
	chunksMax = 4096 // so a step remembers its last quarter of a million events

	// recordsIdle is how many records stay beside those of a step that runs. Every checkpoint has
	// its own, so many would cost much.
	recordsIdle = 1024
)

// records is a list that only grows at its end, and that is cheap to clone: full chunks are shared.
type records struct {
	first  int // index of the first record that is still kept
	chunks [][]record
	tail   []record
}

// len returns the index that the next record will have.
func (r *records) len() int { return r.first + len(r.chunks)*chunkLen + len(r.tail) }

func (r *records) add(rec record) {
	if r.tail == nil {
		r.tail = make([]record, 0, chunkLen)
	}
	r.tail = append(r.tail, rec)
	if len(r.tail) < chunkLen {
		return
	}
	r.chunks, r.tail = append(r.chunks, r.tail), nil
	if len(r.chunks) > chunksMax {
		r.chunks, r.first = r.chunks[1:], r.first+chunkLen
	}
}

// forget drops what lies before an index, in whole chunks.
func (r *records) forget(before int) {
	n := min((before-r.first)/chunkLen, len(r.chunks))
	if n <= 0 {
		return
	}
	r.chunks = append(make([][]record, 0, len(r.chunks)-n+1), r.chunks[n:]...)
	r.first += n * chunkLen
}

// at returns the record with an index from first to len-1.
func (r *records) at(i int) *record {
	i -= r.first
	if i < len(r.chunks)*chunkLen {
		return &r.chunks[i/chunkLen][i%chunkLen]
	}
	return &r.tail[i-len(r.chunks)*chunkLen]
}

// from yields the records from an index on, in order.
func (r *records) from(i int) func(yield func(int, *record) bool) {
	return func(yield func(int, *record) bool) {
		for n := max(i, r.first); n < r.len(); n++ {
			if !yield(n, r.at(n)) {
				return
			}
		}
	}
}

func (r *records) clone() records {
	c := *r
	c.chunks = c.chunks[:len(c.chunks):len(c.chunks)]
	c.tail = append(make([]record, 0, chunkLen), r.tail...)
	return c
}
