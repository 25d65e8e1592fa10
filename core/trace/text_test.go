package trace_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// sample fills every field, so that whatever a kind uses is there.
func sample(kind trace.Kind) trace.Event {
	return trace.Event{
		Ref:   trace.Ref{Seq: 17, Node: 2, Boot: 3},
		Cause: trace.Ref{Seq: 2, Node: 'A', Boot: 1},
		At:    12_340_000_000, Kind: kind, Why: zk.ByServerID, Role: zk.Following,
		Phase: zk.Synchronization, Type: zk.Proposal, Peer: 5, Other: 1, Epoch: 3,
		Zxid: zk.MakeZxid(3, 7), Last: zk.MakeZxid(2, 1),
		Vote: zk.Vote{Leader: 5, Epoch: 2, Zxid: 9}, Prev: zk.Vote{Leader: 2},
		Set: zk.SetOf(1, 2, 63), Sess: -0x10, N: -1 << 60, Path: "a \"b\"\n\u2028 节点",
		Txn: &zk.Txn{
			Zxid: 7, Session: 3, TimeMs: 1, Op: zk.OpMulti, Asked: zk.OpMulti, Cxid: -4,
			Err: zk.ErrNoNode, Version: 2, TimeoutMs: 4000, Owner: 1, Digest: 1 << 63,
			Path: "/x", Data: []byte{0, 255}, ACL: zk.OpenACL, Paths: []string{"/a", "/b"},
			Subs: []zk.Txn{{Op: zk.OpDelete, Path: "/y", Data: []byte{}}},
		},
		Msg: trace.Pairs{{"op", "create"}, {"path", "/x"}},
	}
}

func TestEventPrintsOnOneLine(t *testing.T) {
	e := trace.Event{
		Ref: trace.Ref{Seq: 17, Node: 2, Boot: 1}, Cause: trace.Ref{Seq: 2, Node: 5, Boot: 1},
		At: 12_340_000_000, Kind: trace.VoteChanged, N: 1, Why: zk.ByServerID,
		Vote: zk.Vote{Leader: 5}, Prev: zk.Vote{Leader: 2},
	}
	require.Equal(t, "12.340s 2.17 VoteChanged round 1 2→5 ByServerID cause 5.2", e.String())
	e.Kind, e.Type, e.Peer, e.Other, e.Zxid = trace.Sent, zk.Proposal, 3, 1, zk.MakeZxid(3, 7)
	e.Vote, e.Cause = zk.Vote{}, trace.Ref{}
	require.Equal(t, "12.340s 2.17 Sent 1→3 PROPOSAL e3·c7", e.String())
}

func TestEveryFieldOfTheTableIsPrinted(t *testing.T) {
	hidden := map[string]bool{"Other": true, "Prev": true, "Msg": true}
	for k := trace.Kind(1); int(k) < trace.KindCount; k++ {
		e := sample(k)
		e.N = 5
		for field := range strings.FieldsSeq(k.Info().Fields) {
			blank := e
			clear1(t, &blank, field)
			if !hidden[field] && !(field == "N" && (k == trace.Sent || k == trace.Released)) &&
				!(field == "Role" && (k == trace.Sent || k == trace.Arrived)) {
				require.NotEqual(t, e.Text(), blank.Text(), "%s %s", k, field)
			}
		}
	}
}

// clear1 zeroes one field of the table; an unknown name fails.
func clear1(t *testing.T, e *trace.Event, field string) {
	t.Helper()
	zero := map[string]func(){
		"Peer": func() { e.Peer = 0 }, "Other": func() { e.Other = 0 },
		"Epoch": func() { e.Epoch = 0 }, "Zxid": func() { e.Zxid = 0 },
		"Last": func() { e.Last = 0 }, "Vote": func() { e.Vote = zk.Vote{} },
		"Prev": func() { e.Prev = zk.Vote{} }, "Set": func() { e.Set = 0 },
		"Sess": func() { e.Sess = 0 }, "N": func() { e.N = 0 }, "Path": func() { e.Path = "" },
		"Txn": func() { e.Txn = nil }, "Msg": func() { e.Msg = nil },
		"Why": func() { e.Why = 0 }, "Role": func() { e.Role = 0 },
		"Phase": func() { e.Phase = 0 }, "Type": func() { e.Type = 0 },
	}
	require.Contains(t, zero, field)
	zero[field]()
}

func TestNDJSONRoundTrip(t *testing.T) {
	for k := trace.Kind(1); int(k) < trace.KindCount; k++ {
		full := sample(k)
		line := trace.AppendNDJSON(nil, &full)
		require.Equal(t, 1, strings.Count(string(line), "\n"))
		back, err := trace.DecodeNDJSON(line)
		require.NoError(t, err, string(line))
		require.Equal(t, full, back)
		require.Equal(t, trace.Hash(0).Add(&full), trace.Hash(0).Add(&back))

		bare := trace.Event{Ref: trace.Ref{Seq: 1, Boot: 1}, Kind: k}
		back, err = trace.DecodeNDJSON(trace.AppendNDJSON(nil, &bare))
		require.NoError(t, err)
		require.Equal(t, bare, back)
	}
}

func TestDecodeSkipsWhatItDoesNotKnow(t *testing.T) {
	e, err := trace.DecodeNDJSON([]byte(
		`{ "new": {"a":[1,true,null,{"b":"\u00e9\n"}]}, "kind":"Wiped", "peer" : 3 }` + "\n"))
	require.NoError(t, err)
	require.Equal(t, trace.Event{Kind: trace.Wiped, Peer: 3}, e)
}

func TestDecodeRefusesNonsense(t *testing.T) {
	for _, line := range []string{
		"", "{", "{}", "[]", `{"kind":"Nope"}`, `{"kind":"Wiped"`, `{"kind":"Wiped"}x`,
		`{"kind":"Wiped","peer":300}`, `{"kind":"Wiped","zxid":7}`, `{"kind":"Wiped","ref":"2"}`,
		`{"kind":"Wiped","x":` + strings.Repeat("[", 100), `{"kind":"Wiped\`, `{"kind":"Wiped\u00`,
		`{"kind":"Wiped","why":"Because"}`, `{"kind":"Wiped",}`, `{"kind":"Wiped","x":}`,
	} {
		_, err := trace.DecodeNDJSON([]byte(line))
		require.Error(t, err, line)
	}
}

func TestParseRefReadsString(t *testing.T) {
	for _, r := range []trace.Ref{
		{}, {Seq: 17, Node: 2, Boot: 1}, {Seq: 17, Node: 63, Boot: 3}, {Seq: 4, Boot: 1},
		{Seq: 9, Node: 'A', Boot: 1}, {Seq: 9, Node: 'Z', Boot: 2},
	} {
		back, err := trace.ParseRef(r.String())
		require.NoError(t, err)
		require.Equal(t, r, back)
	}
	for _, s := range []string{"", "2", "x.1", "2.0", "64.1", "2b.1", "2bx.1", ".1", "A2.1x"} {
		_, err := trace.ParseRef(s)
		require.Error(t, err, s)
	}
}

func FuzzDecodeNDJSON(f *testing.F) {
	e := sample(trace.Logged)
	f.Add(trace.AppendNDJSON(nil, &e))
	f.Add([]byte(`{"kind":"Wiped","txn":{"subs":[{"subs":[]}]}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := trace.DecodeNDJSON(line)
		if err != nil {
			return
		}
		again, err := trace.DecodeNDJSON(trace.AppendNDJSON(nil, &e))
		require.NoError(t, err)
		require.Equal(t, e.String(), again.String())
	})
}

func TestWhyFollowsCausesAndBringsTheVotes(t *testing.T) {
	ref := func(n zk.ServerID, seq uint64) trace.Ref {
		return trace.Ref{Node: n, Seq: seq, Boot: 1}
	}
	events := []trace.Event{
		{Ref: ref(2, 1), Kind: trace.RoundStarted, N: 1},
		{Ref: ref(5, 1), Kind: trace.Sent},
		{Ref: ref(2, 2), Kind: trace.Arrived, Cause: ref(5, 1)},
		{Ref: ref(2, 3), Kind: trace.VoteChanged, N: 1, Cause: ref(2, 2)},
		{Ref: ref(3, 1), Kind: trace.VoteCounted, N: 1},
		{Ref: ref(4, 1), Kind: trace.Sent},
		{Ref: ref(2, 4), Kind: trace.Arrived, Cause: ref(4, 1)},
		{Ref: ref(2, 5), Kind: trace.QuorumReached, N: 1, Cause: ref(2, 4)},
		{Ref: ref(2, 6), Kind: trace.Elected, N: 1, Cause: ref(2, 5)},
		{Ref: ref(2, 7), Kind: trace.RoleChanged},
	}
	var got []string
	for _, e := range trace.Why(events, ref(2, 6)) {
		got = append(got, e.Ref.String())
	}
	require.Equal(t, []string{"2.1", "2.3", "4.1", "2.4", "2.5", "2.6"}, got)
	require.Empty(t, trace.Why(events, ref(9, 9)))
}
