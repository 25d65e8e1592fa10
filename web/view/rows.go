package view

import (
	"iter"

	"github.com/zabscope/zabscope/core/trace"
)

// RowsKept is about how many of the last events a model keeps.
const RowsKept = chunkRows * chunksKept

const (
	chunkRows  = 32
	chunksKept = 4
)

// rowLog is the end of the trace. Clones share chunks: a chunk is only ever appended to, and a
// copy sees only as many rows of it as it has itself been given.
type rowLog struct {
	chunks []*chunk // never edited in place
	seen   uint64   // rows ever added; the last chunk holds the last 1 to chunkRows of them
}

// chunk is a run of rows. filled counts the rows that some model has written.
type chunk struct {
	filled int
	rows   [chunkRows]trace.Event
}

func (r *rowLog) add(e *trace.Event) {
	at := int(r.seen % chunkRows)
	if at == 0 {
		r.addChunk(&chunk{})
	}
	last := r.chunks[len(r.chunks)-1]
	if last.filled != at { // another copy went on from here: leave its rows alone
		last = r.forkChunk(last, at)
	}
	last.rows[at] = *e
	last.filled++
	r.seen++
}

func (r *rowLog) addChunk(c *chunk) {
	keep := r.chunks
	if len(keep) >= chunksKept {
		keep = keep[len(keep)-chunksKept+1:]
	}
	r.chunks = append(append(make([]*chunk, 0, len(keep)+1), keep...), c)
}

func (r *rowLog) forkChunk(last *chunk, at int) *chunk {
	fork := &chunk{filled: at}
	copy(fork.rows[:at], last.rows[:at])
	r.chunks = append(r.chunks[:len(r.chunks)-1:len(r.chunks)-1], fork)
	return fork
}

// backward yields the rows from the newest to the oldest.
func (r *rowLog) backward() iter.Seq[*trace.Event] {
	return func(yield func(*trace.Event) bool) {
		for i := len(r.chunks) - 1; i >= 0; i-- {
			for j := r.filled(i) - 1; j >= 0; j-- {
				if !yield(&r.chunks[i].rows[j]) {
					return
				}
			}
		}
	}
}

// filled returns how many rows of chunk i this copy sees.
func (r *rowLog) filled(i int) int {
	if i < len(r.chunks)-1 {
		return chunkRows
	}
	return int((r.seen-1)%chunkRows) + 1
}
