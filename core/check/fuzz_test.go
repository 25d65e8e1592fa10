package check

import (
	"bytes"
	"slices"
	"testing"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// told is the trace of a story, one line for each event.
func told(act func(s *story)) []byte {
	var lines []byte
	s := newStory()
	s.tamper = func(e *trace.Event) bool {
		lines = trace.AppendNDJSON(lines, e)
		return true
	}
	for _, id := range s.voters {
		s.boot(id)
	}
	act(s)
	return lines
}

// FuzzObserve: a checker takes any events that a file may hold, in any order.
func FuzzObserve(f *testing.F) {
	story := told(func(s *story) { withX(s); s.setWatch("/x"); s.again(1); lostTail(s) })
	for part := range slices.Chunk(bytes.SplitAfter(story, []byte{'\n'}), 8) {
		f.Add(bytes.Join(part, nil))
	}
	f.Fuzz(func(t *testing.T, lines []byte) {
		c := New(0)
		for line := range bytes.SplitSeq(lines, []byte{'\n'}) {
			if e, err := trace.DecodeNDJSON(line); err == nil {
				c.Observe(&e)
			}
		}
		c.Heal(0, zk.SetOf(1, 2, 3))
		c.Finish(zk.Never)
	})
}

// TestAnyEventIsTaken changes each field of each event of a story to what no correct run has.
func TestAnyEventIsTaken(t *testing.T) {
	edits := []func(e *trace.Event){
		func(e *trace.Event) { e.Node = 255 },
		func(e *trace.Event) { e.Node = 0 },
		func(e *trace.Event) { e.Peer = 255 },
		func(e *trace.Event) { e.Peer = 0 },
		func(e *trace.Event) { e.Other = 255 },
		func(e *trace.Event) { e.Cause = trace.Ref{Node: 255, Seq: 1 << 60} },
		func(e *trace.Event) { e.Zxid = 1<<64 - 1 },
		func(e *trace.Event) { e.Zxid = 0 },
		func(e *trace.Event) { e.Epoch = 1<<32 - 1 },
		func(e *trace.Event) { e.Epoch = 0 },
		func(e *trace.Event) { e.N = -1 << 63 },
		func(e *trace.Event) { e.N = 1<<63 - 1 },
		func(e *trace.Event) { e.Set = 1<<64 - 1 },
		func(e *trace.Event) { e.Set = 0 },
		func(e *trace.Event) { e.Txn = nil },
		func(e *trace.Event) { e.Txn = &zk.Txn{Op: zk.OpMulti, Subs: make([]zk.Txn, 2)} },
		func(e *trace.Event) { e.Msg = trace.Pairs{{"stat", "1"}, {"digest", "x"}} },
		func(e *trace.Event) { e.Type, e.Role, e.Phase = 255, 255, 255 },
		func(e *trace.Event) { e.Sess, e.Path = -1, "" },
	}
	for kind := trace.Kind(0); int(kind) < trace.KindCount+1; kind++ {
		for _, edit := range edits {
			for _, start := range []func() *story{newStory, emptyStory} {
				s := start()
				s.tamper = func(e *trace.Event) bool {
					if e.Kind == kind {
						edit(e)
					}
					return true
				}
				withX(s)
				s.setWatch("/x")
				s.again(1)
				s.crash(1)
				e := trace.Event{Kind: kind}
				s.add(1, e)
				edit(&e)
				s.c.Observe(&e)
				s.c.Clone().Observe(&e)
				s.c.Shape()
			}
		}
	}
}

// emptyStory begins before anybody has started.
func emptyStory() *story {
	s := newStory()
	s.c = New(0)
	return s
}
