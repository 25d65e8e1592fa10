package scenario

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// orderSpecs are names that ask who there is and whether a rule of order held.
func orderSpecs() []nameSpec {
	return []nameSpec{
		{name: "voters", usage: "voters == 5", class: isInt, eval: evalVoters},
		{name: "observers", usage: "observers == 1", class: isInt, eval: evalObservers},
		{name: "early_acks", usage: "early_acks == 0", class: isInt, eval: evalEarlyAcks},
		{name: "rising", form: formCall, usage: "rising(Committed) or rising(Committed, node=1)",
			class: isBool, args: []argKind{argKindName}, filters: eventFilters, eval: evalRising},
	}
}

func evalVoters(e *env, _ *term) value { return intValue(e.facts.voters.Len()) }

func evalObservers(e *env, _ *term) value { return intValue(e.facts.observers.Len()) }

func evalEarlyAcks(e *env, _ *term) value { return intValue(e.facts.earlyAcks) }

// evalRising reports whether, on each server by itself, the zxids of the events only rise. It is
// unknown when nothing of the kind happened in this step.
func evalRising(e *env, n *term) value {
	match := e.matcher(n)
	last := map[zk.ServerID]zk.Zxid{} // only looked up, never walked
	for _, r := range e.facts.recs.from(e.from) {
		if !match(r) {
			continue
		}
		if r.zxid <= last[r.node] {
			return boolValue(false)
		}
		last[r.node] = r.zxid
	}
	if len(last) == 0 {
		return value{}
	}
	return boolValue(true)
}

// isEarlyAck reports whether a server acknowledges a transaction that it does not have on disk. The
// ACK of NEWLEADER names an epoch and no transaction.
func (f *facts) isEarlyAck(e *trace.Event) bool {
	if e.Kind != trace.Sent || e.Type != zk.Ack || e.Zxid.Counter() == 0 {
		return false
	}
	s := f.server(e.Other)
	return s != nil && e.Zxid > s.durable
}
