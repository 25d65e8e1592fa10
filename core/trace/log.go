package trace

import "slices"

// whyMax bounds a chain of causes: longer ones are of no use to a reader.
const whyMax = 64

// Why returns how the event ref came about: the chain of its causes up to ref itself, oldest
// first, at most 64 links long. Where one cause is not the whole reason, what else was weighed is
// woven in, in the order of the trace: the votes of the round before an election's result, and the
// acknowledgements before a commit. The result is empty when ref is not in events. Events must be
// in the order of the trace, so that a cause comes before its effect.
func Why(events []Event, ref Ref) []Event {
	at := indexBefore(events, len(events), ref)
	if at < 0 {
		return nil
	}
	chain := chainOf(events, at)
	for i := range at {
		if supports(&events[i], &events[at]) && !slices.Contains(chain, i) {
			chain = append(chain, i)
		}
	}
	slices.Sort(chain)
	out := make([]Event, len(chain))
	for i, at := range chain {
		out[i] = events[at]
	}
	return out
}

// chainOf returns the places of an event and its causes, newest first.
func chainOf(events []Event, at int) []int {
	var chain []int
	for at >= 0 && len(chain) < whyMax {
		chain = append(chain, at)
		if events[at].Cause.IsZero() {
			break
		}
		at = indexBefore(events, at, events[at].Cause)
	}
	return chain
}

// indexBefore returns the place of ref in events[:end], looking from the end, or -1.
func indexBefore(events []Event, end int, ref Ref) int {
	for i := end - 1; i >= 0; i-- {
		if events[i].Ref == ref {
			return i
		}
	}
	return -1
}

// supports reports whether e was weighed in the decision d of the same process.
func supports(e, d *Event) bool {
	if e.Node != d.Node || e.Boot != d.Boot {
		return false
	}
	switch d.Kind {
	case Elected, QuorumReached:
		return e.N == d.N && isBallot(e.Kind)
	case Committed:
		return e.Kind == Acked && e.Zxid == d.Zxid || e.Kind == Proposed && e.Zxid == d.Zxid
	case Established:
		return e.Kind == LearnerSynced && e.Epoch == d.Epoch
	}
	return false
}

func isBallot(k Kind) bool {
	switch k {
	case RoundStarted, VoteChanged, VoteCounted, LeaderHeard:
		return true
	}
	return false
}
