package text

import (
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

func (p Printer) zabStory(e *trace.Event) (string, []any) {
	key := "say." + e.Kind.String()
	args := []any{
		"n", e.Node, "p", e.Peer, "e", e.Epoch, "k", e.Set.Len(), "set", p.set(e.Set),
		"zxid", e.Zxid.Short(), "last", e.Last.Short(), "why", p.why(e.Why),
	}
	own := pick(e.Peer == e.Node, ".self", "")
	switch e.Kind {
	case trace.PhaseChanged:
		return key, []any{"n", e.Node, "name", e.Phase, "phase", p.phase(e.Phase)}
	case trace.SyncChosen:
		return key + syncVariant(e), append(args, "k", e.N)
	case trace.Truncated:
		return key + pick(e.Zxid == 0, ".all", ""), args
	case trace.Durable:
		return key + pick(e.Zxid == 0, ".epoch", ""), args
	case trace.Proposed:
		return key, append(args, "op", operation(e.Txn))
	case trace.Applied:
		return appliedStory(key, args, e.Txn)
	case trace.Acked, trace.LearnerSynced:
		return key + own, args
	case trace.Committed:
		return key + "." + e.Why.String(), args
	case trace.LeaderLost:
		if own != "" && e.Why == zk.LostQuorum {
			own = ".LostQuorum"
		}
		return key + own, args
	}
	return key, args
}

func syncVariant(e *trace.Event) string {
	if e.Type == zk.Diff && e.N == 0 {
		return ".none"
	}
	return "." + e.Type.String()
}

func appliedStory(key string, args []any, t *zk.Txn) (string, []any) {
	if t != nil && t.Op == zk.OpError {
		return key + ".error", append(args, "err", t.Err)
	}
	return key, append(args, "op", operation(t))
}

func (p Printer) phase(f zk.Phase) string {
	return p.T([...]string{
		"phase.election", "phase.discovery", "phase.synchronization", "phase.broadcast",
	}[f&3])
}

var watchKinds = [...]string{".data", ".exists", ".children", ".persistent", ".recursive"}

func (p Printer) stateStory(e *trace.Event) (string, []any) {
	key := "say." + e.Kind.String()
	args := []any{
		"n", e.Node, "p", e.Peer, "sess", session(e.Sess), "k", e.N, "path", e.Path,
		"t", lasting(time.Duration(e.N) * time.Millisecond), "why", p.why(e.Why),
		"event", zk.EventType(e.N),
	}
	switch e.Kind {
	case trace.SessionLeft:
		key += pick(e.N > 0, ".watches", "")
	case trace.SessionClosed:
		key += pick(e.N > 0, ".ephemerals", "")
	case trace.WatchSet:
		key += watchKinds[min(uint64(e.N), 4)]
	}
	return key, args
}

func (p Printer) clientStory(e *trace.Event) (string, []any) {
	key := "say." + e.Kind.String()
	args := []any{
		"c", e.Node, "p", e.Peer, "k", e.N, "line", e.Path, "path", e.Path,
		"event", zk.EventType(e.N), "err", e.Path,
	}
	switch e.Kind {
	case trace.Invoked:
		line := strings.TrimPrefix(e.Path, e.Node.String()+": ")
		return key, append(args, "line", line)
	case trace.ClientState:
		key += "." + decimal(uint64(e.N))
	case trace.Returned:
		if e.Path != zk.OK.String() {
			return key + ".error", append(args, "why", p.Outcome(e.Path))
		}
	}
	return key, args
}

// Outcome says what an outcome means to the client, by Apache's name of it: "NoNode".
func (p Printer) Outcome(name string) string {
	if key := "err." + name; p.Has(key) {
		return p.T(key)
	}
	return name
}
