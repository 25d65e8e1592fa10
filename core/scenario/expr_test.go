package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// toyEnv is a made-up moment: five voters and an observer, server 5 leads epoch 2 with 3 and 4;
// server 1 looks, server 2 is down.
func toyEnv() *env {
	f := newFacts(zk.SetOf(1, 2, 3, 4, 5), zk.SetOf(6))
	say := func(e trace.Event) { f.Observe(&e) }
	at := func(node zk.ServerID) trace.Ref { return trace.Ref{Node: node, Seq: 1, Boot: 1} }
	for _, id := range []zk.ServerID{1, 2, 3, 4, 5, 6} {
		say(trace.Event{Ref: at(id), Kind: trace.Booted, Epoch: 1, N: 1, Zxid: zk.MakeZxid(1, 3)})
		say(trace.Event{Ref: at(id), Kind: trace.RoundStarted, N: 2, Vote: zk.Vote{Leader: id}})
	}
	say(trace.Event{Ref: at(1), Kind: trace.VoteChanged, N: 2, Why: zk.ByZxid,
		Vote: zk.Vote{Leader: 5, Epoch: 1, Zxid: zk.MakeZxid(1, 3)}})
	say(trace.Event{Kind: trace.Crashed, Peer: 2})
	say(trace.Event{Ref: at(5), Kind: trace.EpochAccepted, Epoch: 2})
	for _, id := range []zk.ServerID{5, 4, 3} {
		role := zk.Following
		if id == 5 {
			role = zk.Leading
		}
		say(trace.Event{Ref: at(id), Kind: trace.RoleChanged, Role: role, Peer: 5})
		say(trace.Event{Ref: at(id), Kind: trace.EpochEntered, Epoch: 2})
		say(trace.Event{Ref: at(id), Kind: trace.PhaseChanged, Phase: zk.Broadcast})
	}
	say(trace.Event{Ref: at(5), Kind: trace.Established, Epoch: 2})
	before := f.clone()
	from := f.recs.len()
	z := zk.MakeZxid(2, 1)
	say(trace.Event{Ref: at(3), Kind: trace.Arrived, Type: zk.Proposal, Peer: 5, Other: 3, Zxid: z})
	for _, id := range []zk.ServerID{5, 4, 3} {
		say(trace.Event{Ref: at(id), Kind: trace.Logged, Zxid: z})
		say(trace.Event{Ref: at(5), Kind: trace.Acked, Zxid: z, Peer: id})
	}
	say(trace.Event{Ref: at(5), Kind: trace.Committed, Zxid: z, Why: zk.QuorumAcked,
		Set: zk.SetOf(3, 4, 5)})
	say(trace.Event{Ref: at('A'), Kind: trace.ClientState, N: 2, Peer: 3, Sess: 0x30000})
	say(trace.Event{Ref: at('A'), Kind: trace.EventSeen, N: int64(zk.NodeDataChanged),
		Path: "/x/y"})
	reply := &step.ToClient{Op: zk.OpCreate}
	say(trace.Event{Ref: at('A'), Kind: trace.Returned, N: 1, Path: "ok", Zxid: z, Msg: reply})

	done := call{done: true, hasRun: true, zxid: z, data: []byte("1"), output: "Created /x"}
	return &env{
		facts: f, before: before, from: from, since: from,
		tree: func(zk.ServerID) *tree.DB { return nil },
		call: func(ref *term) *call {
			if ref.text == "A" && ref.val.n == 1 {
				return &done
			}
			if ref.text == "A" && ref.val.n == 2 {
				return &call{}
			}
			return nil
		},
	}
}

func TestExpressionsThatHold(t *testing.T) {
	e := toyEnv()
	for _, src := range []string{
		"leader == 5", "leader != none", "5 == leader", "not leader == none", "!(leader == 4)",
		"before.leader == 5", "leader == before.leader", "epoch == 2", "before.epoch == 2",
		"epoch == before.epoch + 0", "epoch[1] == 1", "accepted[5] == 2", "state[1] == LOOKING",
		"state[2] == DOWN", "state[leader] == LEADING", "phase[3] == BROADCAST",
		"votes[1].for == 5", `votes[1].reason == "zxid"`, "votes[1].round == 2",
		"votes[1].zxid == e1·c3", "votes[1].epoch == 1", `votes[3].reason == ""`,
		"before.votes[1].for == 5", "round[1] == 2", "last[3] == e2·c1", "last[3] > last[1]",
		"last[3].epoch == 2", "last[3].counter == 1", "before.last[3] == e1·c3",
		"done[5] == 0x200000001", "zxid == e2.c1", "zxid > before.zxid",
		"service == available", "leaders_now == 1", "leaders_per_epoch <= 1", "alive == 5",
		"killed == 1", "quorum == 3", "voters == 5",
		"observers == 1", "early_acks == 0", "rising(Committed)", "not rising(Acked, node=5)",
		"lost_acked == 0", "up[1] and not up[2]",
		"result(A#1) == ok", "result(A#1) in [ok, ConnectionLoss]", "zxid(A#1) == e2·c1",
		"zxid(A#1).epoch == 2", "zxid(A#1) + 1 == e2·c2", `read(A#1) == "1"`,
		`output(A#1) == "Created /x"`, "msgs(PROPOSAL) == 1", "msgs(PROPOSAL, from=5, to=3) == 1",
		"msgs(PROPOSAL,to=4) == 0", "msgs(PROPOSAL, from=leader, zxid=e2·c1) == 1",
		"events(Acked) == 3", "events(Acked, peer=4) == 1", "events(Committed, node=5) == 1",
		`events(Committed, why="QuorumAcked") == 1`, "acks(e2·c1) == 3", "acks(zxid(A#1)) >= 3",
		"acks_at_commit(zxid(A#1)) == 3", "acks(e2·c2) == 0",
		`fired(A, NodeDataChanged, "/x/y") == 1`, `fired(A, *, "/x/**") == 1`,
		`fired(A, NodeCreated, *) == 0`, `fired(B, *, *) == 0`, "client[A] == CONNECTED",
		"attached[A] == 3", `sessionId(A) == "0x30000"`, "PROPOSAL before Committed",
		"PROPOSAL(to=3) before Acked(peer=4) before Committed", "PROPOSAL", "Committed(node=5)",
		"not Truncated", "true", "1 < 2 <= 2 == 2", "7 % 4 == 3", "-1 < 0",
		"leader == 5 && epoch == 2 || false", "leader == 4 or epoch == 2",
		"result(A#1) == ok and (leader == 4 or leader == 5)",
	} {
		x, err := ParseExpr(src)
		require.Nil(t, err, "%s: %v", src, err)
		require.True(t, x.truth(e), "%s: %s", src, x.explain(e))
		require.Equal(t, src, x.String())
	}
}

func TestExpressionsThatDoNotHold(t *testing.T) {
	e := toyEnv()
	for _, src := range []string{
		"leader == none", "leader == 4", "state[1] == FOLLOWING", "epoch < 2", "Truncated",
		"Committed before PROPOSAL", "PROPOSAL before Truncated", "false",
		// Nothing holds of what did not happen.
		"result(A#2) == ok", "result(A#2) != ok", "result(A#3) != ok", "result(B#1) != ok",
		"zxid(A#2) > e1·c1", "attached[B] == 1", "client[B] == CLOSED", `has(3, "/x")`,
		`value(3, "/x") != "1"`, "agree(*)", "rising(Truncated)",
		`stat(3, "/x").version == 0`, "7 % 0 == 0",
		"result(A#1 of step nowhere) == ok and false",
	} {
		x, err := ParseExpr(src)
		require.Nil(t, err, "%s: %v", src, err)
		require.False(t, x.truth(e), src)
	}
}

func TestExpressionsAreRefusedWithCauseAndNextAction(t *testing.T) {
	for src, want := range map[string]string{
		"":                             CodeExprEnd,
		"leader ==":                    CodeExprEnd,
		"(leader == 3":                 CodeExprEnd,
		"leader == 3)":                 CodeExprToken,
		"leader = 3":                   CodeExprToken,
		"leader == 3 4":                CodeExprToken,
		"leader == @":                  CodeExprToken,
		"leader == é":                  CodeExprToken,
		`value(1, "/x`:                 CodeExprEnd,
		"leder == 3":                   CodeExprName,
		"state[2] == LOKING":           CodeExprName,
		"holder(3) == A":               CodeExprName,
		"leader":                       CodeExprBool,
		"epoch + 1":                    CodeExprBool,
		"leader == 3 and epoch":        CodeExprBool,
		"not zxid":                     CodeExprBool,
		"state == LOOKING":             CodeExprArgs,
		"state[1, 2] == LOOKING":       CodeExprArgs,
		"leader(3) == 3":               CodeExprArgs,
		"has(1)":                       CodeExprArgs,
		"has(1, 2)":                    CodeExprArgs,
		"result(1) == ok":              CodeExprArgs,
		"msgs(FOO) == 1":               CodeExprName,
		"msgs(LOOKING) == 1":           CodeExprArgs,
		"msgs(ACK, node=3) == 1":       CodeExprArgs,
		"votes[2] == 3":                CodeExprArgs,
		"votes[2].who == 3":            CodeExprField,
		"leader.epoch == 3":            CodeExprField,
		"zxid.foo == 3":                CodeExprField,
		"state[2] == BROADCAST":        CodeExprTypes,
		"result(A#1) == 3":             CodeExprTypes,
		"result(A#1) in [ok, LOOKING]": CodeExprTypes,
		"leader in 3":                  CodeExprArgs,
		"service == ok":                CodeExprTypes,
		"epoch == none":                CodeExprTypes,
		"state[1] < LOOKING":           CodeExprToken,
		"leader before epoch":          CodeExprTypes,
		`"a" + "b" == "c"`:             CodeExprToken,
		"before.3 == 3":                CodeExprArgs,
		"before.LOOKING == 3":          CodeExprArgs,
		"0x":                           CodeExprToken,
		"12abc == 3":                   CodeExprToken,
	} {
		_, err := ParseExpr(src)
		require.NotNil(t, err, src)
		require.Equal(t, want, err.Code, "%s: %v", src, err)
		require.NotContains(t, err.Error(), "{0}", src)
	}
}

func TestDeepExpressionIsRefused(t *testing.T) {
	src := ""
	for range 1000 {
		src += "("
	}
	_, err := ParseExpr(src + "true")
	require.Equal(t, CodeExprDeep, err.Code)
}

func TestUnknownNameListsTheKnownOnes(t *testing.T) {
	_, err := ParseExpr("leder == 3")
	require.Equal(t, "leder", err.Args[0])
	for _, n := range Names() {
		require.Contains(t, err.Args[1], n[1])
	}
}

func TestEveryNameHasAnExampleThatParses(t *testing.T) {
	for _, n := range Names() {
		_, err := parseValue(n[1])
		require.Nil(t, err, "%s: %v", n[1], err)
	}
}

func TestParseCheckReadsEveryForm(t *testing.T) {
	for text, want := range map[string]When{
		"leader == 3": AtEnd, "within 12s: leader == 3": Within, "always: leader == none": Always,
		"never: leaders_per_epoch > 1": Never, "violated PrefixConsistency": Violates,
		`value(1, "a:b") == "x:y"`: AtEnd,
	} {
		c, err := ParseCheck(text)
		require.Nil(t, err, "%s: %v", text, err)
		require.Equal(t, want, c.When, text)
	}
	for text, want := range map[string]string{
		"within: leader == 3": CodeBadDuration, "within soon: leader == 3": CodeBadDuration,
		"always 5s: leader == 3": CodeExprToken, "sometimes: leader == 3": CodeExprToken,
		"violated Everything": CodeExprName, "": CodeExprEnd,
	} {
		_, err := ParseCheck(text)
		require.NotNil(t, err, text)
		require.Equal(t, want, err.Code, text)
	}
}

func TestServersThatDoNotExistAreRefused(t *testing.T) {
	x, err := ParseExpr(`state[7] == LOOKING`)
	require.Nil(t, err)
	require.Equal(t, CodeNoServer, x.checkServers(zk.SetOf(1, 2, 3)).Code)
	x, err = ParseExpr(`leader == 3 or has(0, "/x")`)
	require.Nil(t, err)
	require.Equal(t, CodeNoServer, x.checkServers(zk.SetOf(1, 2, 3)).Code)
}

func TestFailedCheckTellsWhatItSaw(t *testing.T) {
	x, _ := ParseExpr("leader == 4 and votes[1].for == 3")
	require.Equal(t, "leader is 5; votes[1].for is 5", x.explain(toyEnv()))
}
