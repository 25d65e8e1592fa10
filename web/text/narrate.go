package text

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Narrate tells one event in one sentence, without a full stop at its end. An event of a kind that
// this package does not know comes out in its text form.
func Narrate(lang Lang, e *trace.Event) string {
	p := Printer{Lang: lang}
	key, args := p.story(e)
	if key == "" || !p.Has(key) {
		return e.Text()
	}
	return capital(p.T(key, args...))
}

// story returns the key of an event's sentence and the values of its places.
func (p Printer) story(e *trace.Event) (key string, args []any) {
	switch e.Kind.Info().Group {
	case trace.GroupWorld:
		return p.worldStory(e)
	case trace.GroupMessage:
		return p.messageStory(e)
	case trace.GroupElection:
		return p.electionStory(e)
	case trace.GroupZab:
		return p.zabStory(e)
	case trace.GroupState:
		return p.stateStory(e)
	case trace.GroupClient:
		return p.clientStory(e)
	case trace.GroupCheck:
		return "say.Violated", []any{"name", e.Path}
	}
	return "", nil
}

// wiped ends the keys of what a disk can lose, by the N of Wiped.
var wiped = [...]string{"", ".snapshots", ".record", ".newest", ".logbit", ".snapbit"}

func (p Printer) worldStory(e *trace.Event) (string, []any) {
	key := "say." + e.Kind.String()
	switch e.Kind {
	case trace.Crashed:
		key += pick(e.N == 1, ".power", "") + pick(e.N == 2, ".fsync", "")
	case trace.Wiped:
		key += wiped[uint64(e.N)%uint64(len(wiped))]
	case trace.Paused, trace.Resumed:
		if e.Peer.IsClient() {
			return key + ".client", []any{"c", e.Peer}
		}
	case trace.Cut, trace.Mended:
		return key, []any{"a", e.Peer, "b", e.Other}
	case trace.Delayed:
		args := []any{"a", e.Peer, "b", e.Other, "d", lasting(time.Duration(e.N))}
		return key + pick(e.N == 0, ".off", ""), args
	case trace.Lossy:
		args := []any{"a", e.Peer, "b", e.Other, "p", percent(e.N)}
		return key + pick(e.N == 0, ".off", ""), args
	case trace.DiskSlowed:
		args := []any{"n", e.Peer, "d", lasting(time.Duration(e.N))}
		return key + pick(e.N == 0, ".off", ""), args
	case trace.Skewed:
		args := []any{"n", e.Peer, "d", signed(time.Duration(e.N) * time.Millisecond)}
		return key + pick(e.N == 0, ".off", ""), args
	case trace.Limited:
		return key + pick(e.N == 0, ".off", ""), []any{"a", e.Peer, "b", e.Other, "k", e.N}
	case trace.Drifted:
		percent := strconv.FormatInt((1000+e.N)/10, 10) + "." + strconv.FormatInt((1000+e.N)%10, 10)
		return key + pick(e.N == 0, ".off", ""), []any{"n", e.Peer, "p", percent + "%"}
	case trace.Noted:
		return key, []any{"line", e.Path}
	case trace.Missed:
		key += pick(e.N < 0, ".gone", "") + pick(e.N > 0, ".known", "")
		return key, []any{"n", e.Peer, "k", e.N}
	}
	return key, []any{"n", e.Peer}
}

func (p Printer) messageStory(e *trace.Event) (string, []any) {
	key := "say." + e.Kind.String()
	switch e.Kind {
	case trace.LinkUp, trace.LinkDown:
		args := []any{"n", e.Node, "p", p.who(e.Peer)}
		return key + pick(e.N == int64(zk.QuorumChannel), ".quorum", ""), args
	case trace.Refused:
		args := []any{"n", e.Node, "p", p.who(e.Peer), "type", e.Type, "why", p.why(e.Why)}
		return key + pick(e.Peer == 0, ".client", ""), args
	}
	from, to := e.Other, e.Peer
	if e.Kind == trace.Arrived { // told by the receiver, whose Peer is the sender
		from, to = to, from
	}
	args := []any{"a", p.who(from), "b", p.who(to), "msg", message(e), "why", p.why(e.Why)}
	if e.Type == zk.Notification && (e.Kind == trace.Sent || e.Kind == trace.Arrived) {
		args = append(args, "id", e.Vote.Leader, "round", uint64(e.Last), "role", e.Role)
		return key + ".vote", args
	}
	return key, args
}

func (p Printer) electionStory(e *trace.Event) (string, []any) {
	key := "say." + e.Kind.String()
	args := []any{
		"n", e.Node, "p", e.Peer, "id", e.Vote.Leader, "round", e.N, "role", e.Role,
		"why", p.why(e.Why), "k", e.Set.Len(), "set", p.set(e.Set), "zxid", e.Vote.Zxid.Short(),
	}
	switch e.Kind {
	case trace.Booted:
		args = []any{"n", e.Node, "e", e.Epoch, "zxid", e.Zxid.Short()}
		return key + pick(e.Zxid == 0 && e.N == 0, ".empty", ""), args
	case trace.RoundStarted:
		return key + roundVariant(e), args
	case trace.VoteChanged:
		theirs, mine := compared(e)
		return key + "." + changeRule(e), append(args, "theirs", theirs, "mine", mine)
	case trace.VoteCounted:
		return key + "." + e.Why.String(), args
	case trace.VoteIgnored:
		return key + pick(e.Why == zk.OlderRound, ".OlderRound", ""), args
	case trace.LeaderHeard:
		return key + pick(e.Peer == e.Vote.Leader, ".self", ""), args
	case trace.Elected:
		return key + pick(e.Node == e.Vote.Leader, ".self", ""), args
	case trace.RoleChanged:
		args = []any{"n", e.Node, "id", e.Peer, "role", e.Role, "why", p.why(e.Why)}
		if e.Role == zk.Leading || e.Role == zk.Looking {
			key += "." + e.Role.String()
		}
	}
	return key, args
}

func roundVariant(e *trace.Event) string {
	switch {
	case e.Vote.Leader == 0:
		return ".novote"
	case e.Why == zk.ByRound:
		return ".ByRound"
	}
	return ""
}

// changeRule names the rung that decided a change of vote: "asked" where there was no own vote to
// compare, and "wrong" where the rule says otherwise, which only a quirk can do.
func changeRule(e *trace.Event) string {
	if e.Prev.Leader == 0 {
		return "asked"
	}
	if wins, rung := e.Vote.Beats(e.Prev); !wins || rung != e.Why {
		return "wrong"
	}
	return e.Why.String()
}

// compared returns the two values that decided a change of vote.
func compared(e *trace.Event) (theirs, mine string) {
	switch e.Why {
	case zk.ByEpoch:
		return decimal(uint64(e.Vote.Epoch)), decimal(uint64(e.Prev.Epoch))
	case zk.ByZxid:
		return e.Vote.Zxid.Short(), e.Prev.Zxid.Short()
	}
	return e.Vote.Leader.String(), e.Prev.Leader.String()
}

// who returns "node 3" or "client A".
func (p Printer) who(id zk.ServerID) string {
	if id.IsClient() {
		return p.T("part.client", "c", id)
	}
	return p.T("part.server", "n", id)
}

// why returns the rule in words, "" for none.
func (p Printer) why(w zk.Why) string {
	if w == zk.NoWhy {
		return ""
	}
	return p.T("why." + w.String())
}

// set lists the members as the language lists things.
func (p Printer) set(s zk.ServerSet) string {
	list := ""
	for id := range s.All() {
		if list == "" {
			list = id.String()
			continue
		}
		list = p.T("list.two", "a", list, "b", id)
	}
	return list
}

// message names a message with what tells it from others of its type.
func message(e *trace.Event) string {
	name := strings.TrimPrefix(e.Type.String(), "CLIENT")
	switch {
	case e.Type.Family() == zk.FamilyHeartbeat:
		return name
	case e.Type >= zk.ClientConnect:
		return name + clientDetail(e.Msg)
	case e.Zxid != 0:
		return name + " " + e.Zxid.Short()
	case e.Epoch != 0:
		return name + " epoch " + decimal(uint64(e.Epoch))
	}
	return name
}

// clientDetail is the operation and path, or the outcome, of client traffic.
func clientDetail(d trace.Detail) string {
	if d == nil {
		return ""
	}
	detail := ""
	for name, value := range d.Fields {
		switch name {
		case "op", "path", "err", "type":
			detail += " " + value
		}
	}
	return detail
}

// operation names a transaction: what was asked for and where.
func operation(t *zk.Txn) string {
	if t == nil {
		return "?"
	}
	op := t.Op
	if op == zk.OpError {
		op = t.Asked
	}
	if t.Path == "" {
		return op.String()
	}
	return op.String() + " " + t.Path
}

func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}

// capital makes the first letter of an English sentence large where it begins with a part.
func capital(s string) string {
	if strings.HasPrefix(s, "node ") || strings.HasPrefix(s, "client ") {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

func decimal(v uint64) string { return strconv.FormatUint(v, 10) }

// lasting prints a time for people, "200 ms" or "1.5 s".
func lasting(d time.Duration) string {
	if d > -time.Second && d < time.Second {
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}

func signed(d time.Duration) string {
	if d > 0 {
		return "+" + lasting(d)
	}
	return lasting(d)
}

// percent prints a chance out of 2^32.
func percent(chance int64) string {
	return strconv.FormatFloat(float64(chance)*100/(1<<32), 'f', 0, 64) + "%"
}

// session prints a session id as Apache does.
func session(id zk.SessionID) string { return "0x" + strconv.FormatUint(uint64(id), 16) }
