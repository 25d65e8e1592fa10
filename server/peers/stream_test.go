package peers

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

func TestStreamIsTheSameHoweverItIsCut(t *testing.T) {
	var want [][]byte
	var stream []byte
	for i := range 40 {
		m := ack(1, 2, zk.Zxid(i))
		if i%7 == 3 {
			m = &step.Message{Type: zk.Proposal, Txns: []zk.Txn{{
				Op: zk.OpSetData, Path: "/a", Data: bytes.Repeat([]byte{byte(i)}, i*10),
			}}}
		}
		want = append(want, wire.AppendMessage(nil, m))
		stream = appendMessage(stream, m)
	}
	for cut := 1; cut < len(stream); cut += 1 + cut/9 {
		f := inflow{channel: zk.QuorumChannel}
		var got [][]byte
		for rest := stream; len(rest) > 0; {
			n := min(cut, len(rest))
			require.NoError(t, f.feed(bytes.Clone(rest[:n]), func(b []byte) error {
				got = append(got, b)
				return nil
			}))
			rest = rest[n:]
		}
		require.Equal(t, want, got, "cut after every %d bytes", cut)
		require.Empty(t, f.part)
	}
}

// TestStreamNeverHoldsMoreThanHasCome gets messages and lengths that promise any number of bytes.
func TestStreamNeverHoldsMoreThanHasCome(t *testing.T) {
	whole := rapid.Just(appendMessage(nil, ack(1, 2, 3)))
	lying := rapid.SliceOfN(rapid.Byte(), 0, 300)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(whole, lying), 1, 20).Draw(t, "parts")
		cut := rapid.IntRange(1, 64).Draw(t, "cut")
		in := inflow{channel: zk.QuorumChannel}
		came := 0
		for b := range slices.Chunk(slices.Concat(parts...), cut) {
			if in.feed(b, func(m []byte) error {
				_, err := wire.DecodeMessage(m)
				return err
			}) != nil {
				return
			}
			came += len(b)
			require.LessOrEqual(t, cap(in.part), 64+2*came)
		}
	})
}

func TestSealOpensInOrderOnly(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	out, in := newSeal(key), newSeal(key)
	first, second := out.close(nil, []byte("first")), out.close(nil, []byte("second"))
	require.NotContains(t, string(first), "first")
	_, err := newSeal(key).open(nil, second)
	require.ErrorIs(t, err, errSeal)
	plain, err := in.open(nil, first)
	require.NoError(t, err)
	require.Equal(t, "first", string(plain))
	plain, err = in.open(nil, second)
	require.NoError(t, err)
	require.Equal(t, "second", string(plain))
}
