package view

import (
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// The measurements of a run are kept for so many equal stretches of its whole length.
const (
	stretchesKept = 64
	stretchFirst  = 250 * time.Millisecond
	electionsKept = 16
)

// History is how a run has gone: its whole length in at most 64 equal stretches. When it outgrows
// them, each two become one, so its size is bounded however long the run is.
type History struct {
	Every     time.Duration // length of a stretch
	Stretches []Stretch     // from the beginning of the run
	Elections []ElectionRun // the last ones, oldest first
	looking   zk.Instant    // when the election that goes on began; 0 for none
}

// Stretch sums up one stretch of time.
type Stretch struct {
	Commits     int           // decided by a leader
	Waited      time.Duration // from proposal to commit, of all of them together
	Outstanding int           // most proposals that waited for their quorum at once
	Unavailable time.Duration // without service
}

// ElectionRun is one election that brought a leader.
type ElectionRun struct {
	At     zk.Instant // when the leader was established
	Took   time.Duration
	Leader zk.ServerID
}

// pass adds the time from the last moment to now.
func (m *Model) pass(before zk.Instant) {
	if m.Metrics.down {
		m.stretch().Unavailable += m.Now.Sub(before)
		return
	}
	if int(m.Now/zk.Instant(m.History.Every)) >= len(m.History.Stretches) {
		m.stretch()
	}
}

// stretch returns the stretch of now, to be changed.
func (m *Model) stretch() *Stretch {
	h := &m.History
	own(m, ownHistory, &h.Stretches)
	at := int(m.Now / zk.Instant(h.Every))
	for at >= stretchesKept {
		h.halve()
		at = int(m.Now / zk.Instant(h.Every))
	}
	for len(h.Stretches) <= at {
		h.Stretches = append(h.Stretches, Stretch{})
	}
	return &h.Stretches[at]
}

// halve makes one stretch of each two.
func (h *History) halve() {
	h.Every *= 2
	n := 0
	for i := 0; i < len(h.Stretches); i += 2 {
		s := h.Stretches[i]
		if i+1 < len(h.Stretches) {
			s.add(&h.Stretches[i+1])
		}
		h.Stretches[n] = s
		n++
	}
	h.Stretches = h.Stretches[:n]
}

func (s *Stretch) add(o *Stretch) {
	s.Commits += o.Commits
	s.Waited += o.Waited
	s.Unavailable += o.Unavailable
	s.Outstanding = max(s.Outstanding, o.Outstanding)
}

// beginElection notes that servers look for a leader while there is none.
func (m *Model) beginElection(e *trace.Event) {
	if m.History.looking == 0 && m.Leader() == nil {
		m.History.looking = max(1, e.At)
	}
}

func (m *Model) endElection(e *trace.Event) {
	h := &m.History
	if h.looking == 0 {
		return
	}
	list := h.Elections[max(0, len(h.Elections)-electionsKept+1):]
	list = append(append([]ElectionRun{}, list...), ElectionRun{
		At: e.At, Took: e.At.Sub(h.looking), Leader: e.Node,
	})
	h.Elections, h.looking = list, 0
}
