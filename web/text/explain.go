package text

import (
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// ExplainWhy tells how the last event of a chain of causes came about, in two to four sentences.
// The chain is what trace.Why returns, oldest first. An empty chain has no story.
func ExplainWhy(lang Lang, chain []trace.Event) string {
	if len(chain) == 0 {
		return ""
	}
	p := Printer{Lang: lang}
	var told []string
	switch last := &chain[len(chain)-1]; last.Kind {
	case trace.Elected, trace.QuorumReached:
		told = p.explainElection(chain, last)
	case trace.VoteChanged:
		told = []string{p.explainVote(chain, last)}
	case trace.Committed:
		told = p.explainCommit(chain, last)
	default:
		told = p.explainChain(chain)
	}
	for i := range told {
		told[i] = capital(told[i])
	}
	if lang == ZH {
		return strings.Join(told, "")
	}
	return strings.Join(told, " ")
}

// explainElection tells the last change of the node's vote, who agreed, and what ended the round.
func (p Printer) explainElection(chain []trace.Event, last *trace.Event) []string {
	told := []string{p.explainVote(chain, last)}
	args := []any{
		"n", last.Node, "id", last.Vote.Leader, "k", last.Set.Len(), "set", p.set(last.Set),
		"why", p.why(last.Why),
	}
	told = append(told, p.T("explain.quorum", args...))
	if last.Kind == trace.Elected {
		told = append(told, p.T("explain.elected", args...))
	}
	return told
}

func (p Printer) explainVote(chain []trace.Event, last *trace.Event) string {
	args := []any{"n", last.Node, "id", last.Vote.Leader, "round", last.N}
	if last.Why == zk.ExistingLeader {
		return p.T("explain.vote.led", args...)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		e := &chain[i]
		if e.Kind == trace.VoteChanged && e.Node == last.Node && e.N == last.N {
			theirs, mine := compared(e)
			args = append(args, "theirs", theirs, "mine", mine)
			return p.T("explain.vote."+changeRule(e), args...)
		}
	}
	if last.Vote.Leader != last.Node {
		return p.T("explain.vote.led", args...)
	}
	return p.T("explain.vote.kept", args...)
}

// explainCommit tells what was proposed, who has it on disk, and why that is enough.
func (p Printer) explainCommit(chain []trace.Event, last *trace.Event) []string {
	var told []string
	for i := range chain {
		if e := &chain[i]; e.Kind == trace.Proposed && e.Zxid == last.Zxid {
			op := operation(e.Txn)
			told = append(told, p.T("explain.proposed", "zxid", e.Zxid.Short(), "op", op))
			break
		}
	}
	switch {
	case last.Why == zk.QuorumAcked:
		told = append(told, p.T("explain.acked", "set", p.set(last.Set), "k", last.Set.Len()),
			p.T("explain.committed"))
	case last.Why == zk.LeaderSaidSo && len(told) > 0:
		told = append(told, p.T("explain.told", "n", last.Node))
	default:
		return p.explainChain(chain)
	}
	return told
}

// explainChain tells the first cause, up to two steps between, and the outcome. What only carried
// or stored something is left out.
func (p Printer) explainChain(chain []trace.Event) []string {
	end := len(chain) - 1
	var steps []*trace.Event
	for i := range end {
		if !isPlumbing(chain[i].Kind) {
			steps = append(steps, &chain[i])
		}
	}
	so := p.tell("explain.so", &chain[end])
	if len(chain) == 1 {
		return []string{so, p.T("explain.none")}
	}
	if len(steps) == 0 {
		return []string{p.tell("explain.first", &chain[0]), so}
	}
	told := []string{p.tell("explain.first", steps[0])}
	for _, e := range steps[max(1, len(steps)-2):] {
		told = append(told, p.tell("explain.then", e))
	}
	return append(told, so)
}

func (p Printer) tell(key string, e *trace.Event) string {
	return p.T(key, "story", Narrate(p.Lang, e))
}

func isPlumbing(k trace.Kind) bool {
	switch k {
	case trace.Sent, trace.Arrived, trace.LinkUp, trace.Logged, trace.Durable, trace.Applied:
		return true
	}
	return false
}
