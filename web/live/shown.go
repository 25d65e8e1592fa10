package live

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// shown is what servers had for clients, so far. What a client was told names no cause: its server
// says nothing of replies. It comes after what it shows all the same.
type shown struct {
	applied zk.Zxid       // the highest zxid that a server applied
	fired   []trace.Event // watches whose clients have not seen it, oldest first
}

// firedMax is how many of them are remembered.
const firedMax = 64

// isHasty reports whether a client was told what no server had, as far as is known here.
func (s *shown) isHasty(e *trace.Event) bool {
	switch e.Kind {
	case trace.Returned:
		return e.Zxid > s.applied
	case trace.EventSeen:
		return s.indexOf(e) < 0
	}
	return false
}

func (s *shown) indexOf(e *trace.Event) int {
	return slices.IndexFunc(s.fired, func(f trace.Event) bool {
		return f.Sess == e.Sess && f.Path == e.Path && f.N == e.N
	})
}

func (s *shown) note(e *trace.Event) {
	switch e.Kind {
	case trace.Applied, trace.SnapTaken:
		s.applied = max(s.applied, e.Zxid)
	case trace.WatchFired:
		s.fired = append(s.fired[max(0, len(s.fired)+1-firedMax):], *e)
	case trace.EventSeen:
		if i := s.indexOf(e); i >= 0 {
			s.fired = slices.Delete(s.fired, i, i+1)
		}
	}
}
