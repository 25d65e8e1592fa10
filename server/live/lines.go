package live

import (
	"encoding/json"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// line is a line of the stream that is no event. One of its fields is set.
type line struct {
	From    *from    `json:"from,omitempty"`
	State   *state   `json:"state,omitempty"`
	Tree    *picture `json:"tree,omitempty"`
	Ready   *source  `json:"ready,omitempty"`
	Gap     *gap     `json:"gap,omitempty"`
	Gone    *gone    `json:"gone,omitempty"`
	Sampled *sampled `json:"sampled,omitempty"`
	Hello   *Hello   `json:"hello,omitempty"`
	Done    uint64   `json:"done,omitempty"`
	*outcome
}

// source is a start of a node.
type source struct {
	Node zk.ServerID `json:"node"`
	Boot uint16      `json:"boot,omitempty"`
}

// state says that a description begins. Lost says that events before it are missing; otherwise
// somebody has come late, and who has not need not read it.
type state struct {
	source
	Lost bool `json:"lost,omitempty"`
}

// from says whose the events of a frame are. After and Last are the Seqs of the event before the
// first and of the last; Ms is when the relay had them, by its clock.
type from struct {
	source
	After uint64 `json:"after"`
	Last  uint64 `json:"last"`
	Ms    int64  `json:"ms,omitempty"`
}

// picture is a node's tree: a snapshot of core/wire in base64, which is missing when it is large.
type picture struct {
	Node     zk.ServerID `json:"node"`
	Zxid     string      `json:"zxid"`
	Znodes   int         `json:"znodes"`
	Snapshot []byte      `json:"snapshot,omitempty"`
}

// gap says that events are missing; a state follows.
type gap struct {
	source
	After uint64 `json:"after"`
	Next  uint64 `json:"next"`
}

// gone says that a node's stream has ended.
type gone struct {
	Node zk.ServerID `json:"node"`
	Why  string      `json:"why"`
}

// sampled says that of so many transactions one is shown; 1 of 1 is all.
type sampled struct {
	Node zk.ServerID `json:"node"`
	Kept int         `json:"kept"`
	Of   int         `json:"of"`
}

// thin writes that of so many transactions of a node one is shown.
func thin(id zk.ServerID, of int) []byte {
	return line{Sampled: &sampled{id, 1, of}}.append(nil)
}

// Hello is what a viewer is told first.
type Hello struct {
	Servers []Server `json:"servers"`
	Rights  Rights   `json:"rights"`
	Cluster string   `json:"cluster"`
	Version string   `json:"version"`
}

// Server is a server of the ensemble, as a viewer is told of it.
type Server struct {
	ID     zk.ServerID `json:"id"`
	Voter  bool        `json:"voter"`
	Client string      `json:"client"` // the address for clients
	HTTP   string      `json:"-"`      // where its Feed is
}

// outcome is how a line of a viewer went.
type outcome struct {
	OK     bool   `json:"ok"`
	Output string `json:"output"`
	Error  string `json:"error,omitempty"`
	Code   string `json:"code,omitempty"` // of core/scenario, if it is one of its errors
}

// append writes the line with its end.
func (l line) append(b []byte) []byte {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // there is nothing in it that JSON cannot say
	}
	return append(append(b, text...), '\n')
}

// bytesMax is how much data of a transaction an event tells.
const bytesMax = 16 << 10

// appendEvents writes events, and reports whether a transaction was too large to be told.
func appendEvents(b []byte, events []trace.Event) ([]byte, bool) {
	short := false
	for i := range events {
		e := &events[i]
		if e.Txn != nil && bytesOf(e.Txn) > bytesMax {
			short = true
			lean := *e
			lean.Txn = nil
			e = &lean
		}
		b = trace.AppendNDJSON(b, e)
	}
	return b, short
}

func bytesOf(t *zk.Txn) int {
	n := len(t.Data)
	for i := range t.Subs {
		n += bytesOf(&t.Subs[i])
	}
	return n
}
