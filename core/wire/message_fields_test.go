package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

func TestDissectedMessageNamesItsFields(t *testing.T) {
	m := step.Message{
		Type: zk.Proposal, From: 3, To: 1, Cause: trace.Ref{Seq: 9, Node: 3, Boot: 1},
		Zxid: 0x100000002,
		Txns: []zk.Txn{{Zxid: 0x100000002, Op: zk.OpCreate, Path: "/x", Data: []byte("1"),
			ACL: zk.OpenACL, Subs: []zk.Txn{{Op: zk.OpDelete, Path: "/y"}}, Paths: []string{"/p"}}},
	}
	b := wire.AppendMessage(nil, &m)
	fields := wire.DissectMessage(b)
	requireCovered(t, fields, len(b))
	var got [][2]string
	for _, f := range fields {
		got = append(got, [2]string{f.Name, f.Value})
	}
	require.Equal(t, [][2]string{
		{"type", "PROPOSAL"}, {"from", "3"}, {"to", "1"},
		{"cause.event", "9 (0x9)"}, {"cause.node", "3"}, {"cause.boot", "1"},
		{"zxid", "4294967298 (0x100000002)"}, {"txns.count", "1"},
		{"txns[0].fields", "0x3e00"}, {"txns[0].zxid", "4294967298 (0x100000002)"},
		{"txns[0].type", "1 (create)"}, {"txns[0].path", `len 2 "/x"`},
		{"txns[0].data", `len 1 "1"`}, {"txns[0].acl.count", "1"},
		{"txns[0].acl[0].perms", "31"}, {"txns[0].acl[0].id.scheme", `len 5 "world"`},
		{"txns[0].acl[0].id.id", `len 6 "anyone"`}, {"txns[0].paths.count", "1"},
		{"txns[0].paths[0]", `len 2 "/p"`}, {"txns[0].txns.count", "1"},
		{"txns[0].txns[0].fields", "0x200"}, {"txns[0].txns[0].zxid", "0 (0x0)"},
		{"txns[0].txns[0].type", "2 (delete)"}, {"txns[0].txns[0].path", `len 2 "/y"`},
	}, got)
}

func TestDissectedMessageShowsWhatCannotBeDecoded(t *testing.T) {
	m := step.Message{Type: zk.Notification, From: 3, To: 1, State: zk.Looking, Round: 1,
		Vote: zk.Vote{Leader: 3, Epoch: 1, Zxid: 5}}
	b := wire.AppendMessage(nil, &m)
	for n := range len(b) {
		fields := wire.DissectMessage(b[:n])
		requireCovered(t, fields, n)
		require.Equal(t, "rest", fields[len(fields)-1].Type)
	}
	fields := wire.DissectMessage(append(b, 7))
	require.Equal(t, "bytes after the end", fields[len(fields)-1].Name)
}
