package trace

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// String returns the event on one line, as traces are printed and compared:
//
//	12.340s 2.17 VoteChanged 2→5 ByServerID cause 5.2
func (e Event) String() string {
	b := appendTime(nil, e.At)
	b = append(b, ' ')
	b = append(b, e.Ref.String()...)
	b = append(b, ' ')
	b = append(b, e.Text()...)
	if !e.Cause.IsZero() {
		b = append(b, " cause "...)
		b = append(b, e.Cause.String()...)
	}
	return string(b)
}

// Text returns the kind and its fields alone, "VoteChanged 2→5 ByServerID": what stays the same
// when only times and places differ. Fields that are zero are left out.
func (e *Event) Text() string {
	b := []byte(e.Kind.String())
	for field := range strings.FieldsSeq(e.Kind.Info().Fields) {
		if s := e.field(field); s != "" {
			b = append(append(b, ' '), s...)
		}
	}
	return string(b)
}

// appendTime writes seconds with three decimals, "12.340s".
func appendTime(b []byte, at zk.Instant) []byte {
	ms := at.Ms()
	if ms < 0 {
		b, ms = append(b, '-'), -ms
	}
	b = strconv.AppendInt(b, ms/1000, 10)
	frac := strconv.FormatInt(1000+ms%1000, 10)
	return append(append(append(b, '.'), frac[1:]...), 's')
}

// field returns one field of the table as text, "" where it is zero or part of another.
func (e *Event) field(name string) string {
	switch name {
	case "Peer", "Other":
		return e.ends(name)
	case "Vote", "Prev":
		return e.votes(name)
	case "Type", "Role", "Phase", "Why":
		return e.word(name)
	case "Zxid", "Last", "Epoch":
		return e.position(name)
	case "Set":
		return setText(e.Set)
	case "Sess":
		return hexText(uint64(e.Sess))
	case "N":
		return e.number()
	case "Path":
		return pathText(e.Path)
	case "Txn":
		return txnText(e.Txn)
	}
	return ""
}

// ends writes both ends of a message or link as an arrow in the direction of travel.
func (e *Event) ends(name string) string {
	switch e.Kind {
	case Sent, Arrived, Dropped, Held, Released:
		if name == "Other" {
			return ""
		}
		return e.Other.String() + "→" + e.Peer.String()
	case Cut, Mended, Delayed, Lossy:
		if name == "Other" {
			return ""
		}
		return e.Peer.String() + "→" + e.Other.String()
	}
	id := e.Peer
	if name == "Other" {
		id = e.Other
	}
	if id == 0 {
		return ""
	}
	return id.String()
}

// votes writes a change as "2→5", a vote alone in full.
func (e *Event) votes(name string) string {
	if name == "Prev" || e.Vote == (zk.Vote{}) {
		return ""
	}
	if e.Kind == VoteChanged {
		return e.Prev.Leader.String() + "→" + e.Vote.Leader.String()
	}
	return e.Vote.String()
}

func (e *Event) word(name string) string {
	switch {
	case name == "Type" && e.Type != zk.NoMsg:
		return e.Type.String()
	case name == "Role" && e.hasRole():
		return e.Role.String()
	case name == "Phase":
		return e.Phase.String()
	case name == "Why":
		return e.Why.String()
	}
	return ""
}

// hasRole tells a role of LOOKING from none: only NOTIFICATION among the messages carries one.
func (e *Event) hasRole() bool {
	switch e.Kind {
	case Sent, Arrived:
		return e.Type == zk.Notification
	}
	return true
}

func (e *Event) position(name string) string {
	switch {
	case name == "Zxid" && e.Zxid != 0:
		return e.Zxid.Short()
	case name == "Last" && e.Last != 0:
		return "last " + e.Last.Short()
	case name == "Epoch" && e.Epoch != 0:
		return "epoch " + strconv.FormatUint(uint64(e.Epoch), 10)
	}
	return ""
}

// number writes N with its meaning where that is short.
func (e *Event) number() string {
	n := strconv.FormatInt(e.N, 10)
	switch e.Kind {
	case RoundStarted, VoteChanged, VoteCounted, VoteIgnored, LeaderHeard, QuorumReached, Elected:
		return "round " + n
	case Sent, Released:
		return "" // a time of arrival, not a fact of the protocol
	case Booted, Durable:
		return "accepted " + n
	case Applied, SnapTaken, Snapshotted:
		return "digest " + strconv.FormatUint(uint64(e.N), 16)
	case WatchFired, EventSeen:
		return zk.EventType(e.N).String()
	}
	return n
}

func setText(s zk.ServerSet) string {
	if s == 0 {
		return ""
	}
	return "{" + s.String() + "}"
}

func hexText(v uint64) string {
	if v == 0 {
		return ""
	}
	return "0x" + strconv.FormatUint(v, 16)
}

func pathText(p string) string {
	if strings.ContainsAny(p, " \t\r\n\"") {
		return strconv.Quote(p)
	}
	return p
}

func txnText(t *zk.Txn) string {
	if t == nil {
		return ""
	}
	if t.Path == "" {
		return t.Op.String()
	}
	return t.Op.String() + " " + pathText(t.Path)
}
