package wire_test

import (
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"pgregory.net/rapid"
)

// segments is a log in files, with what it said behind each batch.
type segments struct {
	files  [][]byte
	header wire.SegmentHeader
	crc    uint32
	said   []string
}

// begin starts the next file, with what the log says now in its header.
func (s *segments) begin(fresh bool) {
	r := wire.RecoverSegments(s.files)
	if n := len(s.files); n > 0 {
		s.files[n-1] = wire.AppendSeal(s.files[n-1], s.crc, r.Seq)
	}
	s.header = wire.SegmentHeader{
		Owner: 5, Number: s.header.Number + 1, Boot: 2, Nonce: 1 << 60, Fresh: fresh,
		Accepted: r.Accepted, Current: r.Current, Last: r.Last, Seq: r.Seq, Chain: s.crc,
		Snapshots: r.Snapshots,
	}
	var file []byte
	file, s.crc = wire.AppendSegmentHeader(nil, &s.header)
	s.files = append(s.files, file)
	s.note()
}

// write adds a batch of one write to the last file.
func (s *segments) write(w step.Write) {
	r := wire.RecoverSegments(s.files)
	file := &s.files[len(s.files)-1]
	*file, s.crc = wire.AppendMark(*file, s.crc, r.Seq, s.header.Nonce, r.Accepted)
	w.Seq = r.Seq + 1
	*file, s.crc = wire.AppendWrite(*file, s.crc, &w)
	s.note()
}

func (s *segments) note() {
	r := wire.RecoverSegments(s.files)
	s.said = append(s.said, said(&r))
}

// randomSegments has a log of a few files.
func randomSegments(rng *rand.Rand) *segments {
	s := new(segments)
	s.begin(true)
	s.write(step.Write{Kind: step.AcceptEpoch, Epoch: 1})
	epoch, counter := zk.Epoch(1), uint32(0)
	for range 3 + rng.IntN(12) {
		switch rng.IntN(6) {
		case 0:
			epoch, counter = epoch+1, 0
			s.write(step.Write{Kind: step.AcceptEpoch, Epoch: epoch})
		case 1:
			s.write(step.Write{Kind: step.EnterEpoch, Epoch: epoch})
		case 2:
			s.begin(false)
		default:
			counter++
			s.write(step.Write{Kind: step.AppendTxns, Txns: txns(epoch, counter, counter)})
		}
	}
	return s
}

// checkSegments mutates one file of a log: what is recovered is what the log said once, and all of
// it but the last batch unless it is damaged; and that is forgotten by no later file.
func checkSegments(t require.TestingT, seed uint64, script []byte) {
	s := randomSegments(rand.New(rand.NewPCG(seed, 1)))
	file := &s.files[seed%uint64(len(s.files))]
	*file = mutate(slices.Clone(*file), script)
	r := wire.RecoverSegments(s.files)
	require.Contains(t, append(s.said, "0 0 []"), said(&r))
	if file != &s.files[len(s.files)-1] && !r.Damaged {
		require.Equal(t, s.said[len(s.said)-1], said(&r))
	}
}

func TestMutatedSegmentsInventNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		script := rapid.SliceOfN(rapid.Byte(), 3, 9).Draw(t, "script")
		checkSegments(t, rapid.Uint64().Draw(t, "seed"), script)
	})
}

func TestSegmentsAreOneLog(t *testing.T) {
	s := new(segments)
	s.begin(true)
	s.write(step.Write{Kind: step.AcceptEpoch, Epoch: 1})
	s.write(step.Write{Kind: step.AppendTxns, Txns: txns(1, 1, 2)})
	s.begin(false)
	s.write(step.Write{Kind: step.EnterEpoch, Epoch: 1})
	s.begin(false)
	s.write(step.Write{Kind: step.AppendTxns, Txns: txns(1, 3, 3)})
	whole := wire.RecoverSegments(s.files)
	require.Equal(t, txns(1, 1, 3), whole.Log)
	require.False(t, whole.Damaged || whole.Torn)

	later := wire.RecoverSegments(s.files[1:])
	require.Equal(t, txns(1, 3, 3), later.Log)
	require.Equal(t, []zk.Epoch{1, 1}, []zk.Epoch{later.Accepted, later.Current})
	require.Equal(t, whole.Seq, later.Seq)
	require.Equal(t, whole.CRC, later.CRC)
	require.Equal(t, whole.Last, later.Last)
	later.Adopt(nil)
	require.True(t, later.Damaged, "what the first file holds is nowhere")

	gap := wire.RecoverSegments([][]byte{s.files[0], s.files[2]})
	require.True(t, gap.Damaged)
	end := wire.RecoverSegments(s.files[:2])
	require.True(t, end.Damaged)
	require.Equal(t, "the log goes on in another segment, which is missing", end.Flaw)
}

func TestFreshSegmentForgetsThePast(t *testing.T) {
	s := new(segments)
	s.begin(true)
	s.write(step.Write{Kind: step.AcceptEpoch, Epoch: 1})
	s.write(step.Write{Kind: step.AppendTxns, Txns: txns(1, 1, 2)})
	s.begin(true)
	s.files[0][90] ^= 1
	r := wire.RecoverSegments(s.files)
	require.False(t, r.Damaged, "nobody needs the damaged file any more")
	require.Empty(t, r.Log)
	require.EqualValues(t, 1, r.Accepted)
}

func TestSegmentHeaderComesBackWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := wire.SegmentHeader{
			Owner:    rapid.Uint64().Draw(t, "owner"),
			Number:   rapid.Uint64().Draw(t, "number"),
			Boot:     rapid.Uint16().Draw(t, "boot"),
			Nonce:    rapid.Uint64().Draw(t, "nonce"),
			Fresh:    rapid.Bool().Draw(t, "fresh"),
			Damaged:  rapid.Bool().Draw(t, "damaged"),
			Accepted: zk.Epoch(rapid.Uint32().Draw(t, "accepted")),
			Current:  zk.Epoch(rapid.Uint32().Draw(t, "current")),
			Last:     zk.Zxid(rapid.Uint64().Draw(t, "last")),
			Seq:      rapid.Uint64().Draw(t, "seq"),
			Chain:    rapid.Uint32().Draw(t, "chain"),
			Snapshots: rapid.SliceOfN(rapid.Make[wire.SnapshotMark](), 1, 5).
				Draw(t, "snapshots"),
		}
		b, crc := wire.AppendSegmentHeader(nil, &h)
		got, size, chain, err := wire.DecodeSegmentHeader(append(b, 1, 2, 3))
		require.NoError(t, err)
		require.Equal(t, h, got)
		require.Equal(t, len(b), size)
		require.Equal(t, crc, chain)
		bit := rapid.IntRange(0, 8*len(b)-1).Draw(t, "bit")
		b[bit/8] ^= 1 << (bit % 8)
		_, _, _, err = wire.DecodeSegmentHeader(b)
		require.Error(t, err)
	})
}

// checkHeader gets the body of a header, to which it adds the rest: no content makes the decoder
// panic.
func checkHeader(t *testing.T, body []byte) {
	b := []byte("ZSL1")
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	b = append(b, body...)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	h, size, _, err := wire.DecodeSegmentHeader(b)
	if err != nil {
		return
	}
	require.Equal(t, len(b), size)
	again, _ := wire.AppendSegmentHeader(nil, &h)
	require.Equal(t, b, again)
}
