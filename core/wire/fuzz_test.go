package wire_test

import (
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"pgregory.net/rapid"
)

// FuzzDecodeMessage: any bytes are refused or are exactly the encoding of what they decode to, and
// decoding never takes memory beyond a constant times the input.
func FuzzDecodeMessage(f *testing.F) {
	for seed := range 40 {
		m := rapid.Custom(drawMessage).Example(seed)
		f.Add(wire.AppendMessage(nil, &m))
	}
	f.Add(wire.AppendMessage(nil, &step.Message{Type: zk.Snap, Snap: tree.New()}))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := allocated()
		m, err := wire.DecodeMessage(b)
		if grown := allocated() - before; grown > 128*uint64(len(b))+64<<10 {
			t.Fatalf("%d bytes of input took %d bytes of memory", len(b), grown)
		}
		if err != nil {
			require.Zero(t, m)
			return
		}
		again := wire.AppendMessage(nil, &m)
		if m.Type != zk.Snap {
			require.Equal(t, b, again)
		}
		_, err = wire.DecodeMessage(again)
		require.NoError(t, err)
	})
}

func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// FuzzClientFrame: no frame of a client or a server panics or takes memory beyond a constant times
// its size; what a server understands, it understands again when a client says it; and the fields
// that are shown cover the frame.
func FuzzClientFrame(f *testing.F) {
	for _, r := range readFrames(f) {
		f.Add(r.frame, int32(r.op))
	}
	f.Fuzz(func(t *testing.T, b []byte, op int32) {
		before := allocated()
		req, err := wire.DecodeRequest(slices.Clone(b))
		_, _ = wire.DecodeReply(b, zk.Op(op))
		_, _, _ = wire.DecodeConnect(b)
		_, _ = wire.DecodeConnectReply(b)
		if grown := allocated() - before; grown > 256*uint64(len(b))+64<<10 {
			t.Fatalf("%d bytes of input took %d bytes of memory", len(b), grown)
		}
		requireCovered(t, wire.DissectMessage(b), len(b))
		requireCovered(t, wire.Dissect(b, false), len(b))
		requireCovered(t, wire.Dissect(b, true), len(b))
		requireCovered(t, wire.DissectReply(b, zk.Op(op)), len(b))
		if err != nil || req.Malformed {
			return
		}
		again, err := wire.DecodeRequest(wire.AppendClientRequest(nil, &req)[4:])
		require.NoError(t, err)
		require.Equal(t, req, again)
	})
}

func requireCovered(t *testing.T, fields []wire.Field, size int) {
	covered := 0
	for _, field := range fields {
		require.Equal(t, covered, field.Off, field.Name)
		covered += field.Len
	}
	require.Equal(t, size, covered)
}

// What FuzzRecovery does, by its first argument.
const (
	fuzzMutation uint8 = iota
	fuzzRecords
	fuzzSnapshot
	fuzzSegments
	fuzzHeader
	fuzzKinds
)

// FuzzRecovery reads back what a disk may hold: a written log that was mutated, records of any
// content, a snapshot of any content, and the same for logs in segments.
func FuzzRecovery(f *testing.F) {
	f.Add(fuzzMutation, uint64(1), []byte{0, 3, 7})
	f.Add(fuzzMutation, uint64(2), []byte{1, 0, 100, 2, 9, 9, 3, 3, 3})
	f.Add(fuzzMutation, uint64(3), []byte{4, 10, 200, 5, 0, 30})
	f.Add(fuzzRecords, uint64(2)<<32|3,
		[]byte{3, 4, 0, 0, 0, 1, 4, 4, 0, 0, 0, 1, 1, 4, 0, 0, 0, 0, 1, 2})
	f.Add(fuzzRecords, uint64(3),
		[]byte{5, 16, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3})
	f.Add(fuzzSegments, uint64(1), []byte{0, 3, 7})
	f.Add(fuzzSegments, uint64(2), []byte{2, 200, 0, 0, 90, 3})
	header, _ := wire.AppendSegmentHeader(nil, &wire.SegmentHeader{Number: 3, Fresh: true})
	f.Add(fuzzHeader, uint64(0), header[8:len(header)-4])
	for seed := range 10 {
		b := wire.AppendSnapshot(nil, rapid.Custom(drawTree).Example(seed))
		f.Add(fuzzSnapshot, uint64(0), b[:len(b)-4])
	}
	f.Fuzz(func(t *testing.T, kind uint8, n uint64, b []byte) {
		switch kind % fuzzKinds {
		case fuzzMutation:
			checkMutation(t, n, b)
		case fuzzRecords:
			torn := int(n>>32) % (len(b) + 1)
			checkRecords(t, b[:len(b)-torn], b[len(b)-torn:], uint32(n))
		case fuzzSnapshot:
			checkSnapshot(t, b)
		case fuzzSegments:
			checkSegments(t, n, b)
		case fuzzHeader:
			checkHeader(t, b)
		}
	})
}

// checkSnapshot gets a snapshot without its checksum, which it adds: no content makes the decoder
// panic, and what it accepts survives another trip.
func checkSnapshot(t *testing.T, b []byte) {
	b = binary.BigEndian.AppendUint32(slices.Clip(b), crc32.Checksum(b, castagnoli))
	db, err := wire.DecodeSnapshot(b)
	if err != nil {
		return
	}
	again, err := wire.DecodeSnapshot(wire.AppendSnapshot(nil, db))
	require.NoError(t, err)
	requireSameTree(t, db, again)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// TestMutatedLogsInventNothing runs a part of FuzzRecovery at every test run.
func TestMutatedLogsInventNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		script := rapid.SliceOfN(rapid.Byte(), 3, 12).Draw(t, "script")
		checkMutation(t, rapid.Uint64().Draw(t, "seed"), script)
	})
}

// checkRecords: whatever records say, with right checksums, neither Recover nor Repair panics, and
// a repaired log says the same again and is not torn.
func checkRecords(t *testing.T, records, tail []byte, at uint32) {
	log := append(seal(records), tail...)
	snapshots := [][]byte{snapshotAt(zk.MakeZxid(1, at))}
	r := wire.Recover(log, snapshots)
	require.LessOrEqual(t, r.Current, r.Accepted)
	again := wire.Recover(r.Repair(log), snapshots)
	require.False(t, again.Torn)
	require.Equal(t, r.Damaged, again.Damaged)
	require.Equal(t, said(&r), said(&again))
	require.Equal(t, r.CRC, again.CRC)
}

// seal makes a log of records that are each given as a kind, a length and a body.
func seal(script []byte) []byte {
	var log []byte
	var crc uint32
	for seq := uint64(1); len(script) >= 2; seq++ {
		n := min(int(script[1]), len(script)-2)
		size := binary.BigEndian.AppendUint32(nil, uint32(8+1+n))
		payload := append(binary.BigEndian.AppendUint64(nil, seq), script[0])
		payload = append(payload, script[2:2+n]...)
		crc = crc32.Update(crc32.Update(crc, castagnoli, size), castagnoli, payload)
		log = append(binary.BigEndian.AppendUint32(append(log, size...), crc), payload...)
		script = script[2+n:]
	}
	return log
}

// checkMutation writes a log and mutates it. Whatever happens to the bytes, Recover says what the
// log said after one of its writes: it never invents a transaction, nor an epoch.
func checkMutation(t require.TestingT, seed uint64, script []byte) {
	d := randomDisk(rand.New(rand.NewPCG(seed, 0)))
	log := mutate(append([]byte(nil), d.log...), script)
	r := wire.Recover(log, nil)
	requirePrefix(t, d, &r)
	if r.Valid < len(log) && !isZero(log[r.Valid:]) {
		require.True(t, r.Torn || r.Damaged)
	}
	again := wire.Recover(r.Repair(log), nil)
	require.False(t, again.Torn)
	require.Equal(t, r.Damaged, again.Damaged)
	require.Equal(t, said(&r), said(&again))
}

// randomDisk is a log as a server could have written it. Epochs are accepted before they are used,
// so that damage comes only from mutations.
func randomDisk(rng *rand.Rand) *disk {
	d := new(disk)
	epoch, counter := zk.Epoch(1), uint32(0)
	if rng.IntN(3) == 0 {
		d.start(wire.LogStart{Accepted: 1, Current: 1, Seq: rng.Uint64N(1000)})
	} else {
		d.write(step.Write{Kind: step.AcceptEpoch, Epoch: epoch})
	}
	for range rng.IntN(12) {
		switch rng.IntN(5) {
		case 0:
			epoch, counter = epoch+1, 0
			d.write(step.Write{Kind: step.AcceptEpoch, Epoch: epoch})
		case 1:
			d.write(step.Write{Kind: step.EnterEpoch, Epoch: epoch})
		case 2:
			counter = uint32(rng.IntN(int(counter) + 1))
			d.write(step.Write{Kind: step.TruncateAfter, Zxid: zk.MakeZxid(epoch, counter)})
		default:
			n := uint32(1 + rng.IntN(3))
			d.write(step.Write{Kind: step.AppendTxns, Txns: txns(epoch, counter+1, counter+n)})
			counter += n
		}
	}
	return d
}

// mutate carries out a script of three bytes each: what to do, where, and with what.
func mutate(log, script []byte) []byte {
	for ; len(script) >= 3 && len(log) > 0; script = script[3:] {
		at := int(script[1]) * len(log) / 256
		end := min(len(log), at+1+int(script[2]))
		switch script[0] % 6 {
		case 0:
			log[at] ^= 1 << (script[2] % 8)
		case 1:
			log[at] = script[2]
		case 2:
			log = log[:at]
		case 3:
			log = append(log[:at:at], log[end:]...)
		case 4:
			log = append(log[:end:end], log[at:]...)
		case 5:
			clear(log[at:end])
		}
	}
	return log
}
