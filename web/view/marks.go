package view

import (
	"slices"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// marksMax bounds the marks of the scrubber; above it, every second one of the lightest goes.
const marksMax = 600

// mark puts the event on the scrubber if it is worth a mark.
func (m *Model) mark(e *trace.Event) {
	lane, weight := markOf(e)
	if weight == 0 {
		return
	}
	own(m, ownMarks, &m.Marks)
	m.Rev.Marks++
	server := e.Node
	if e.Node == 0 {
		server = e.Peer
	}
	m.Marks = append(m.Marks, Mark{
		At: e.At, Lane: lane, Kind: e.Kind, Server: server, Ref: e.Ref, Weight: weight,
	})
	if len(m.Marks) > marksMax {
		m.Marks = thin(m.Marks)
	}
}

// markOf returns the lane and the weight of an event, weight 0 for one without a mark.
func markOf(e *trace.Event) (Lane, uint8) {
	switch e.Kind {
	case trace.Established:
		return LaneState, 4
	case trace.Elected, trace.LeaderLost, trace.SessionExpired:
		return LaneState, 2
	case trace.RoleChanged, trace.Truncated, trace.SnapTaken:
		return LaneState, 1
	case trace.Crashed, trace.Paused, trace.Resumed, trace.Wiped, trace.Booted:
		return LaneFault, 3
	case trace.Cut, trace.Mended, trace.Delayed, trace.Lossy, trace.DiskSlowed, trace.Skewed,
		trace.Missed, trace.Limited, trace.Drifted:
		return LaneFault, 2
	case trace.Violated:
		return LaneData, 5
	case trace.Committed:
		return LaneData, commitWeight(e)
	case trace.Returned:
		return LaneData, errorWeight(e)
	}
	return LaneState, 0
}

// commitWeight marks a commit once, where it is decided.
func commitWeight(e *trace.Event) uint8 {
	if e.Why == zk.QuorumAcked {
		return 1
	}
	return 0
}

func errorWeight(e *trace.Event) uint8 {
	if e.Path == zk.OK.String() {
		return 0
	}
	return 2
}

// thin drops every second mark of the lightest weight that still has two.
func thin(marks []Mark) []Mark {
	var count [8]int
	for i := range marks {
		count[marks[i].Weight]++
	}
	light := uint8(1)
	for light < 7 && count[light] < 2 {
		light++
	}
	nth := 0
	return slices.DeleteFunc(marks, func(k Mark) bool {
		if k.Weight != light {
			return false
		}
		nth++
		return nth%2 == 0
	})
}
