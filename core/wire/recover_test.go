package wire_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"pgregory.net/rapid"
)

func collect[T any](seq iter.Seq[T]) []T {
	var all []T
	for v := range seq {
		all = append(all, v)
	}
	return all
}

// disk is a log under test with the end of each record and what the log said there.
type disk struct {
	log    []byte
	crc    uint32
	seq    uint64
	ends   []int
	states []string

	accepted []zk.Epoch // what Accepted was after each record
}

// write makes a batch of one write: a mark and a record, with a note behind each.
func (d *disk) write(w step.Write) {
	r := wire.Recover(d.log, nil)
	d.log, d.crc = wire.AppendMark(d.log, d.crc, d.seq, 0, r.Accepted)
	d.note()
	d.seq++
	w.Seq = d.seq
	d.log, d.crc = wire.AppendWrite(d.log, d.crc, &w)
	d.note()
}

func (d *disk) start(s wire.LogStart) {
	d.seq = s.Seq
	d.log, d.crc = wire.StartLog(s)
	d.ends, d.states, d.accepted = nil, nil, nil
	d.note()
}

func (d *disk) note() {
	r := wire.Recover(d.log, nil)
	d.ends = append(d.ends, len(d.log))
	d.states = append(d.states, said(&r))
	d.accepted = append(d.accepted, r.Accepted)
}

// said is all that a log says of the past but its promise, as one comparable line.
func said(r *wire.Recovered) string {
	return fmt.Sprintf("%d %d %+v", r.Seq, r.Current, r.Log)
}

func txn(epoch zk.Epoch, counter uint32) zk.Txn {
	return zk.Txn{Zxid: zk.MakeZxid(epoch, counter), Op: zk.OpSetData, Path: "/a",
		Data: fmt.Appendf(nil, "%d·%d", epoch, counter), Version: int32(counter)}
}

func txns(epoch zk.Epoch, from, to uint32) []zk.Txn {
	var list []zk.Txn
	for c := from; c <= to; c++ {
		list = append(list, txn(epoch, c))
	}
	return list
}

// sampleDisk has every kind of record that a node writes.
func sampleDisk() *disk {
	d := new(disk)
	d.write(step.Write{Kind: step.AcceptEpoch, Epoch: 1})
	d.write(step.Write{Kind: step.EnterEpoch, Epoch: 1})
	d.write(step.Write{Kind: step.AppendTxns, Txns: txns(1, 1, 2)})
	d.write(step.Write{Kind: step.AppendTxns, Txns: txns(1, 3, 3)})
	d.write(step.Write{Kind: step.AcceptEpoch, Epoch: 2})
	d.write(step.Write{Kind: step.TruncateAfter, Zxid: zk.MakeZxid(1, 2)})
	d.write(step.Write{Kind: step.AppendTxns, Txns: txns(2, 1, 2)})
	d.write(step.Write{Kind: step.EnterEpoch, Epoch: 2})
	return d
}

func TestEmptyDisk(t *testing.T) {
	require.Equal(t, wire.Recovered{}, wire.Recover(nil, nil))
}

func TestRecoverReturnsWhatWasWritten(t *testing.T) {
	d := sampleDisk()
	r := wire.Recover(d.log, nil)
	require.Equal(t, zk.Epoch(2), r.Accepted)
	require.Equal(t, zk.Epoch(2), r.Current)
	require.Equal(t, append(txns(1, 1, 2), txns(2, 1, 2)...), r.Log)
	require.Equal(t, d.seq, r.Seq)
	require.Equal(t, d.crc, r.CRC)
	require.Equal(t, len(d.log), r.Valid)
	require.False(t, r.Torn || r.Damaged)
	require.Nil(t, r.Snap)
	require.Equal(t, d.log, r.Repair(d.log))
}

func TestLogCutAnywhereIsALegalPrefix(t *testing.T) {
	d := sampleDisk()
	for cut := range len(d.log) + 1 {
		records := 0
		for records < len(d.ends) && d.ends[records] <= cut {
			records++
		}
		r := wire.Recover(d.log[:cut], nil)
		want, end := "0 0 []", 0
		if records > 0 {
			want, end = d.states[records-1], d.ends[records-1]
		}
		require.Equal(t, want, said(&r), "cut at byte %d", cut)
		require.Equal(t, end, r.Valid, "cut at byte %d", cut)
		require.False(t, r.Damaged, "cut at byte %d", cut)
		require.Equal(t, cut != end && !isZero(d.log[end:cut]), r.Torn, "cut at byte %d", cut)
	}
}

func isZero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}

func TestEveryFlippedBitIsSeen(t *testing.T) {
	d := sampleDisk()
	lastBatch := d.ends[len(d.ends)-3]
	for bit := range len(d.log) * 8 {
		log := append([]byte(nil), d.log...)
		log[bit/8] ^= 1 << (bit % 8)
		r := wire.Recover(log, nil)
		requirePrefix(t, d, &r)
		require.Less(t, r.Valid, len(log), "bit %d", bit)
		require.Equal(t, bit/8 < lastBatch, r.Damaged, "bit %d", bit)
		require.Equal(t, bit/8 >= lastBatch, r.Torn, "bit %d", bit)
	}
}

// requirePrefix demands that what was recovered is what the disk said after one of its writes. Of a
// promise more may be known, when it was found behind damage.
func requirePrefix(t require.TestingT, d *disk, r *wire.Recovered) {
	if r.Damaged {
		require.Contains(t, append(d.accepted, 0), r.Accepted)
	}
	if r.Valid == 0 {
		require.Equal(t, "0 0 []", said(r))
		return
	}
	require.Contains(t, d.ends, r.Valid)
	for i, end := range d.ends {
		if end != r.Valid {
			continue
		}
		require.Equal(t, d.states[i], said(r))
		if !r.Damaged {
			require.Equal(t, d.accepted[i], r.Accepted)
		}
		require.GreaterOrEqual(t, r.Accepted, d.accepted[i])
	}
}

func TestRecordCannotMoveRepeatOrVanish(t *testing.T) {
	d := sampleDisk()
	part := func(i int) []byte {
		from := 0
		if i > 0 {
			from = d.ends[2*i-1]
		}
		return d.log[from:d.ends[2*i+1]]
	}
	join := func(order ...int) []byte {
		var b []byte
		for _, i := range order {
			b = append(b, part(i)...)
		}
		return b
	}
	tests := []struct {
		name  string
		log   []byte
		valid int
	}{
		{"vanished", join(0, 1, 3, 4, 5), d.ends[3]},
		{"repeated", join(0, 1, 1, 2, 3), d.ends[3]},
		{"swapped", join(0, 1, 3, 2, 4), d.ends[3]},
		{"first vanished", join(1, 2, 3), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := wire.Recover(test.log, nil)
			requirePrefix(t, d, &r)
			require.Equal(t, test.valid, r.Valid)
			require.True(t, r.Damaged)
		})
	}
}

// TestRecordWithAWrongBodyEndsTheLog: a right checksum does not make a record right.
func TestRecordWithAWrongBodyEndsTheLog(t *testing.T) {
	for kind := range byte(10) {
		body := make([]byte, 5) // no kind has five bytes of zeros
		log := seal(append([]byte{kind, byte(len(body))}, body...))
		r := wire.Recover(log, nil)
		require.Equal(t, wire.Recovered{Torn: true}, r, "kind %d", kind)
	}
}

func TestSnapshotIsNoLogRecord(t *testing.T) {
	require.PanicsWithValue(t, step.Violation{Name: "LogWrite"}, func() {
		wire.AppendWrite(nil, 0, &step.Write{Kind: step.SaveSnapshot})
	})
}

func TestZerosEndALog(t *testing.T) {
	d := sampleDisk()
	r := wire.Recover(append(d.log[:len(d.log):len(d.log)], make([]byte, 4096)...), nil)
	require.Equal(t, len(d.log), r.Valid)
	require.False(t, r.Torn || r.Damaged)
}

func TestLogGoesOnAfterATornRecord(t *testing.T) {
	d := sampleDisk()
	last := len(d.ends) - 2
	torn := d.log[:d.ends[last]+9]
	r := wire.Recover(torn, nil)
	require.True(t, r.Torn)
	log := r.Repair(torn)
	log, _ = wire.AppendWrite(log, r.CRC, &step.Write{
		Seq: r.Seq + 1, Kind: step.AppendTxns, Txns: txns(2, 3, 3),
	})
	again := wire.Recover(log, nil)
	require.False(t, again.Torn || again.Damaged)
	require.Equal(t, append(r.Log, txn(2, 3)), again.Log)
	require.Equal(t, d.log, sampleDisk().log, "the old bytes were written to")
}

func TestDamageIsRememberedUntilTheLogStartsAnew(t *testing.T) {
	d := sampleDisk()
	log := append([]byte(nil), d.log...)
	log[d.ends[1]+20] ^= 1
	for boot := range 3 {
		r := wire.Recover(log, nil)
		require.True(t, r.Damaged, "boot %d", boot)
		log = r.Repair(log)
		log, _ = wire.AppendWrite(log, r.CRC, &step.Write{
			Seq: r.Seq + 1, Kind: step.AcceptEpoch, Epoch: zk.Epoch(5 + boot),
		})
	}
	r := wire.Recover(log, nil)
	require.Equal(t, zk.Epoch(7), r.Accepted)
	require.Empty(t, r.Log)

	db := tree.New()
	db.SetZxid(zk.MakeZxid(7, 4))
	log, _ = wire.StartLog(wire.LogStart{Accepted: 7, Current: 5, Base: db.Zxid(), Seq: r.Seq})
	r = wire.Recover(log, [][]byte{wire.AppendSnapshot(nil, db)})
	require.False(t, r.Damaged || r.Torn)
	require.Equal(t, db.Zxid(), r.Snap.Zxid())
	require.Equal(t, zk.Epoch(7), r.Current, "raised to the snapshot's epoch")
}

func TestCurrentEpochIsRaisedToTheLastTxn(t *testing.T) {
	tests := []struct {
		name                     string
		accepted, current, txn   zk.Epoch
		wantCurrent, wantDamaged int
	}{
		{"as recorded", 2, 2, 2, 2, 0},
		{"entered, no txn of it yet", 3, 3, 2, 3, 0},
		{"promised only", 3, 2, 2, 2, 0},
		{"crash before EnterEpoch", 3, 2, 3, 3, 0},
		{"never promised", 2, 2, 3, 2, 1},
		{"entered, never promised", 1, 2, 1, 1, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := new(disk)
			d.write(step.Write{Kind: step.AcceptEpoch, Epoch: test.accepted})
			d.write(step.Write{Kind: step.EnterEpoch, Epoch: test.current})
			d.write(step.Write{Kind: step.AppendTxns, Txns: txns(test.txn, 1, 1)})
			r := wire.Recover(d.log, nil)
			require.Equal(t, zk.Epoch(test.wantCurrent), r.Current)
			require.Equal(t, test.wantDamaged == 1, r.Damaged)
		})
	}
}

// snapshotAt returns a snapshot whose content tells its zxid.
func snapshotAt(z zk.Zxid) []byte {
	h := newHistory(z.Epoch())
	h.session(1)
	h.create("/at", z.String(), zk.Persistent)
	h.db.SetZxid(z)
	return wire.AppendSnapshot(nil, h.db)
}

func logOf(epoch zk.Epoch, last uint32) *disk {
	d := new(disk)
	d.write(step.Write{Kind: step.AcceptEpoch, Epoch: epoch})
	d.write(step.Write{Kind: step.EnterEpoch, Epoch: epoch})
	d.write(step.Write{Kind: step.AppendTxns, Txns: txns(epoch, 1, last)})
	return d
}

func TestNewestReadableSnapshotCounts(t *testing.T) {
	z := func(c uint32) zk.Zxid { return zk.MakeZxid(1, c) }
	bad := snapshotAt(z(5))
	bad[30] ^= 1
	tests := []struct {
		name      string
		snapshots [][]byte
		snap      zk.Zxid
		log       []zk.Txn
	}{
		{"none", nil, 0, txns(1, 1, 8)},
		{"one", [][]byte{snapshotAt(z(3))}, z(3), txns(1, 4, 8)},
		{"two", [][]byte{snapshotAt(z(3)), snapshotAt(z(5))}, z(5), txns(1, 6, 8)},
		{"newest bad", [][]byte{snapshotAt(z(3)), bad}, z(3), txns(1, 4, 8)},
		{"all bad", [][]byte{bad, bad[:40], nil}, 0, txns(1, 1, 8)},
		{"at the end", [][]byte{snapshotAt(z(8))}, z(8), nil},
		{"ahead", [][]byte{snapshotAt(z(9))}, z(9), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := wire.Recover(logOf(1, 8).log, test.snapshots)
			require.False(t, r.Damaged || r.Torn)
			require.Equal(t, test.log, append([]zk.Txn(nil), r.Log...))
			if test.snap == 0 {
				require.Nil(t, r.Snap)
				return
			}
			require.Equal(t, test.snap, r.Snap.Zxid())
			data, _, _ := r.Snap.Get("/at")
			require.Equal(t, test.snap.String(), string(data))
		})
	}
}

// TestLogBehindItsSnapshotStartsAnew: a server applies what is committed before it has it on disk,
// so a snapshot may be ahead of the log. What is appended then would leave a gap.
func TestLogBehindItsSnapshotStartsAnew(t *testing.T) {
	d := logOf(1, 8)
	snapshot := snapshotAt(zk.MakeZxid(1, 10))
	r := wire.Recover(d.log, [][]byte{snapshot})
	log := r.Repair(d.log)
	log, _ = wire.AppendWrite(log, r.CRC, &step.Write{
		Seq: r.Seq + 1, Kind: step.AppendTxns, Txns: txns(1, 11, 12),
	})
	r = wire.Recover(log, [][]byte{snapshot})
	require.False(t, r.Damaged)
	require.Equal(t, txns(1, 11, 12), r.Log)

	r = wire.Recover(log, [][]byte{snapshotAt(zk.MakeZxid(1, 3))})
	require.True(t, r.Damaged, "9 and 10 are nowhere")
	require.Empty(t, r.Log)
	require.Equal(t, zk.MakeZxid(1, 3), r.Snap.Zxid())
	require.True(t, wire.Recover(log, nil).Damaged)
}

func TestSnapshotComesBackWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawTree(t)
		b := wire.AppendSnapshot(nil, want)
		got, err := wire.DecodeSnapshot(b)
		require.NoError(t, err)
		requireSameTree(t, want, got)
		require.Equal(t, b, wire.AppendSnapshot(nil, got))
	})
}

func TestEveryFlippedBitOfASnapshotIsSeen(t *testing.T) {
	b := snapshotAt(zk.MakeZxid(1, 3))
	for bit := range len(b) * 8 {
		b[bit/8] ^= 1 << (bit % 8)
		_, err := wire.DecodeSnapshot(b)
		require.Error(t, err, "bit %d", bit)
		b[bit/8] ^= 1 << (bit % 8)
	}
	for i := range b {
		_, err := wire.DecodeSnapshot(b[:i])
		require.Error(t, err, "cut at byte %d", i)
	}
}

func TestRecordLostFromTheMiddleHidesWhatFollows(t *testing.T) {
	var log []byte
	crc := uint32(0)
	for n := range uint32(5) {
		z := zk.MakeZxid(1, n+1)
		log, crc = wire.AppendWrite(log, crc, &step.Write{
			Seq: uint64(n + 1), Kind: step.AppendTxns, Zxid: z, Txns: []zk.Txn{{Zxid: z}},
		})
	}
	hurt := wire.WithoutRecord(log)
	require.Less(t, len(hurt), len(log))
	require.Len(t, wire.Recover(log, nil).Log, 5)
	require.Len(t, wire.Recover(hurt, nil).Log, 2, "up to the hole")
	r := wire.RecoverWith(zk.QuirkNoContinuityCheckAtBoot, hurt, nil)
	require.Equal(t, zk.MakeZxid(1, 5), r.Last)
	require.Len(t, r.Log, 4)
	require.Empty(t, wire.WithoutRecord(nil))
}
