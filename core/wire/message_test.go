package wire_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"pgregory.net/rapid"
)

func TestMessageComesBackWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawMessage(t)
		b := wire.AppendMessage([]byte("kept"), &want)
		require.Equal(t, "kept", string(b[:4]))
		got, err := wire.DecodeMessage(b[4:])
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, b[4:], wire.AppendMessage(nil, &got))
	})
}

func TestTxnComesBackWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawTxn(false)(t, "txn")
		got, err := wire.DecodeTxn(wire.AppendTxn(nil, &want))
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestSnapMessageCarriesTheTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := step.Message{Type: zk.Snap, From: 2, To: 1, Zxid: 7, Snap: drawTree(t)}
		got, err := wire.DecodeMessage(wire.AppendMessage(nil, &want))
		require.NoError(t, err)
		requireSameTree(t, want.Snap, got.Snap)
		want.Snap, got.Snap = nil, nil
		require.Equal(t, want, got)
	})
}

func TestMessageShorterOrLongerIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMessage(t)
		b := wire.AppendMessage(nil, &m)
		for i := range b {
			_, err := wire.DecodeMessage(b[:i])
			require.Error(t, err, "cut at byte %d of %x", i, b)
		}
		_, err := wire.DecodeMessage(append(b, 0))
		require.Error(t, err)
	})
}

// TestMessageLeavesOutUnusedFields holds the table of wire against the comment of step.Message: a
// field that is written for one type and not for another shows in the size.
func TestMessageLeavesOutUnusedFields(t *testing.T) {
	for _, typ := range serverTypes {
		used := step.Message{Type: typ, Req: &zk.Request{}, Sess: make([]zk.SessionTouch, 1)}
		full := used
		full.State, full.Round, full.Epoch, full.NoVote = zk.Leading, 1, 2, true
		full.Zxid, full.Floor, full.Vote = 3, 4, zk.Vote{Leader: 5, Epoch: 6, Zxid: 7}
		require.Len(t, wire.AppendMessage(nil, &full), len(wire.AppendMessage(nil, &used)), typ)
	}
}

func TestDecoderRefusesNonsense(t *testing.T) {
	head := func(typ zk.MsgType, body ...byte) []byte {
		return append([]byte{byte(typ), 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1}, body...)
	}
	zxid := []byte{0, 0, 0, 1, 0, 0, 0, 1}
	tests := []struct {
		name, err string
		bytes     []byte
	}{
		{"nothing", "end of input", nil},
		{"type 0", "type that servers do not send", head(zk.NoMsg)},
		{"client type", "type that servers do not send", head(zk.ClientRequest)},
		{"unknown type", "type that servers do not send", head(255)},
		{"server 64", "server id above 63", []byte{byte(zk.Ack), 64}},
		{"role", "unknown role", head(zk.Notification, 9)},
		{"boolean", "boolean that is neither", head(zk.AckEpoch, 0, 0, 0, 0, 1, 2)},
		{"huge count", "length beyond the input",
			head(zk.Proposal, append(zxid, 0x7f, 0xff, 0xff, 0xff)...)},
		{"negative count", "length beyond the input",
			head(zk.Proposal, append(zxid, 0xff, 0xff, 0xff, 0xfe)...)},
		{"two sessions", "not exactly one session",
			append(head(zk.Sync, zxid...), append([]byte{0, 0, 0, 2}, make([]byte, 26)...)...)},
		{"unknown field", "unknown field",
			head(zk.Forward, append(zxid, 0xff, 0, 0, 0, 0, 0, 0, 1)...)},
		{"null string", "string without a length",
			head(zk.Forward,
				append(zxid, 0, 0, 0x10, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff)...)},
		{"zero said to be there", "field that is said to be there",
			head(zk.Forward, append(zxid, 0, 0, 0, 0x40, 0, 0, 0, 1, 0, 0, 0, 0)...)},
		{"no snapshot", "snapshot too short", head(zk.Snap, zxid...)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := wire.DecodeMessage(test.bytes)
			require.ErrorContains(t, err, test.err)
			require.Zero(t, m)
		})
	}
}

func TestMultiInsideMultiIsRefused(t *testing.T) {
	inner := zk.Txn{Zxid: 1, Op: zk.OpMulti, Subs: []zk.Txn{{Op: zk.OpDelete}}}
	outer := zk.Txn{Zxid: 1, Op: zk.OpMulti, Subs: []zk.Txn{{Op: zk.OpMulti}}}
	require.Panics(t, func() { wire.AppendTxn(nil, &zk.Txn{Subs: []zk.Txn{inner}}) })

	b := wire.AppendTxn(nil, &outer)
	sub := wire.AppendTxn(nil, &outer.Subs[0])
	nested := append(b[:len(b)-len(sub):len(b)], wire.AppendTxn(nil, &inner)...)
	_, err := wire.DecodeTxn(nested)
	require.ErrorContains(t, err, "multi inside a multi")
}

// TestDecodedDataAliasesTheInput is a promise to drivers: payloads are not copied, and appending to
// one never writes into its neighbour.
func TestDecodedDataAliasesTheInput(t *testing.T) {
	b := wire.AppendTxn(nil, &zk.Txn{Zxid: 1, Op: zk.OpSetData, Path: "/a", Data: []byte("data")})
	txn, err := wire.DecodeTxn(b)
	require.NoError(t, err)
	require.Same(t, &b[len(b)-4], &txn.Data[0])
	require.Equal(t, 4, cap(txn.Data))
}

func TestOpenAccessListIsShared(t *testing.T) {
	b := wire.AppendTxn(nil, &zk.Txn{Op: zk.OpCreate, ACL: []zk.ACL{zk.OpenACL[0]}})
	txn, err := wire.DecodeTxn(b)
	require.NoError(t, err)
	require.Same(t, &zk.OpenACL[0], &txn.ACL[0])
}

// TestSizes pins the formats: a change here breaks disks and links of older builds.
func TestSizes(t *testing.T) {
	create := zk.Txn{Zxid: 1, Session: 1, TimeMs: 1, Op: zk.OpCreate, Asked: zk.OpCreate, Cxid: 1,
		Version: 1, Digest: 1, Path: "/app", Data: []byte("hello"), ACL: zk.OpenACL}
	sizes := []struct {
		want int
		m    step.Message
	}{
		{36, step.Message{Type: zk.Notification}},
		{18, step.Message{Type: zk.FollowerInfo}},
		{18, step.Message{Type: zk.LeaderInfo}},
		{36, step.Message{Type: zk.AckEpoch}},
		{22, step.Message{Type: zk.Trunc}},
		{26, step.Message{Type: zk.NewLeader}},
		{18, step.Message{Type: zk.UpToDate}},
		{22, step.Message{Type: zk.Ack}},
		{22, step.Message{Type: zk.Commit}},
		{26, step.Message{Type: zk.Ping}},
		{39, step.Message{Type: zk.Sync, Sess: make([]zk.SessionTouch, 1)}},
		{120, step.Message{Type: zk.Proposal, Txns: []zk.Txn{create}}},
		{401, step.Message{Type: zk.Snap, Snap: tree.New()}},
	}
	for _, s := range sizes {
		require.Equal(t, s.want, len(wire.AppendMessage(nil, &s.m)), s.m.Type)
	}
}

// TestEveryFieldIsWritten fails when a struct grows and wire does not.
func TestEveryFieldIsWritten(t *testing.T) {
	counts := []struct {
		want int
		typ  reflect.Type
	}{
		{16, reflect.TypeFor[zk.Txn]()},
		{29, reflect.TypeFor[zk.Request]()},
		{2, reflect.TypeFor[zk.Identity]()},
		{15, reflect.TypeFor[step.Message]()},
		{11, reflect.TypeFor[zk.Stat]()},
		{3, reflect.TypeFor[zk.SessionTouch]()},
		{3, reflect.TypeFor[zk.ACL]()},
		{3, reflect.TypeFor[zk.Vote]()},
		{3, reflect.TypeFor[trace.Ref]()},
		{3, reflect.TypeFor[tree.Session]()},
		{6, reflect.TypeFor[tree.Znode]()},
	}
	for _, c := range counts {
		require.Equal(t, c.want, c.typ.NumField(),
			"%v has another number of fields: write the new one in core/wire, then change this "+
				"test", c.typ)
	}
}

func TestSmallMessagesDoNotAllocate(t *testing.T) {
	messages := []step.Message{
		{Type: zk.Ack, Zxid: 5}, {Type: zk.Commit, Zxid: 5}, {Type: zk.Notification},
	}
	b := make([]byte, 0, 256)
	for i := range messages {
		require.Zero(t, testing.AllocsPerRun(100, func() {
			b = wire.AppendMessage(b[:0], &messages[i])
			if _, err := wire.DecodeMessage(b); err != nil {
				t.Fatal(err)
			}
		}), messages[i].Type)
	}
}

func requireSameTree(t require.TestingT, want, got *tree.DB) {
	require.NotNil(t, got)
	require.Equal(t, want.Zxid(), got.Zxid())
	require.Equal(t, want.Digest(), got.Digest())
	require.Equal(t, collect(want.Walk()), collect(got.Walk()))
	require.Equal(t, collect(want.Sessions()), collect(got.Sessions()))
}
