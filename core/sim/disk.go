package sim

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// snapshotsKept is how many snapshots a disk keeps.
const snapshotsKept = 3

// disk is what a server's file log and snapshots would hold. The bytes of what was written since
// the last start are made only when a crash asks for them: until then the writes stand for them.
type disk struct {
	stream  rand.PCG
	base    logBase
	writes  []step.Write // behind base, in Seq order; only appended to
	batches []int        // the writes with which an fsync began; only appended to
	durable int          // so many of writes survive anything
	syncing int          // so many will after the running fsync
	busy    bool         // an fsync runs
	fsync   time.Duration
	failing bool         // the next fsync will fail
	harmed  bool         // it lacks something durable, or lies, and no start has made up for it
	snaps   []image      // durable, oldest first
	saving  []step.Write // snapshots under way

	accepted, current zk.Epoch // of the durable part
	seq               uint64   // last durable Seq
}

// logBase is a log up to a start or a crash.
type logBase struct {
	bytes    []byte   // never written again
	crc      uint32   // what the next record continues
	seq      uint64   // of its last write
	accepted zk.Epoch // as it says
	past     uint64   // a hash of what was written, however it was cut into batches
}

// image is a snapshot on a disk. What a start reads are its bytes.
type image struct {
	db  *tree.DB
	rot int // a bit of them that is wrong, counted from 1; 0 for none
}

func (i *image) bytes() []byte {
	b := wire.AppendSnapshot(nil, i.db)
	if i.rot > 0 {
		at := (i.rot - 1) % (8 * len(b))
		b[at/8] ^= 1 << (at % 8)
	}
	return b
}

// own makes a copied disk independent of the original: whoever appends next gets its own memory.
func (d *disk) own() {
	d.writes, d.batches = slices.Clip(d.writes), slices.Clip(d.batches)
	d.snaps = slices.Clone(d.snaps)
	d.saving = slices.Clone(d.saving)
}

// write hands writes to the disk. One fsync covers all that came before it started.
func (w *World) write(s *server, writes []step.Write) {
	d := &s.disk
	for i := range writes {
		if writes[i].Kind == step.SaveSnapshot {
			d.saving = append(d.saving, writes[i])
			w.pushDisk(s, itemSnap, w.fsyncTime(d)+w.fsyncTime(d))
			continue
		}
		d.writes = append(d.writes, writes[i])
	}
	if !d.busy && len(d.writes) > d.durable {
		w.startFsync(s)
	}
}

func (w *World) startFsync(s *server) {
	d := &s.disk
	d.busy, d.syncing = true, len(d.writes)
	d.batches = append(d.batches, d.durable)
	w.pushDisk(s, itemFsync, w.fsyncTime(d))
}

// fsyncTime draws how long an fsync takes: the mean ± a fifth, or exactly what a slow disk takes.
func (w *World) fsyncTime(d *disk) time.Duration {
	drawn := around(&d.stream, w.cfg.FsyncMean, w.cfg.FsyncMean/5)
	if d.fsync > 0 {
		return d.fsync
	}
	return drawn
}

func (w *World) pushDisk(s *server, kind itemKind, after time.Duration) {
	w.push(item{due: w.now.Add(after), kind: kind, to: s.cfg.ID, gen: uint32(s.boots)})
}

// stale reports whether the item belongs to a process that is no more.
func (s *server) stale(it *item) bool { return s.machine == nil || it.gen != uint32(s.boots) }

// fsynced makes what the fsync covered durable. A paused process learns of it later.
func (w *World) fsynced(it *item) {
	s := &w.servers[it.to]
	if s.stale(it) {
		return
	}
	d := &s.disk
	if d.failing {
		w.kill(s, crash{failed: true}, trace.Ref{})
		return
	}
	for i := d.durable; i < d.syncing; i++ {
		d.settle(&d.writes[i])
	}
	d.durable, d.busy = d.syncing, false
	if len(d.writes) > d.durable {
		w.startFsync(s)
	}
	tell := w.newItem(item{kind: itemSynced, to: it.to, gen: it.gen, n: d.seq})
	w.diskTells(&tell)
}

// settle notes what a write has made durable.
func (d *disk) settle(write *step.Write) {
	d.seq = write.Seq
	switch write.Kind {
	case step.AcceptEpoch:
		d.accepted = write.Epoch
	case step.EnterEpoch:
		d.current, d.harmed = write.Epoch, false
	}
}

// snapped makes a snapshot durable. One with an epoch came from a leader: it and a new log take the
// place of everything older.
func (w *World) snapped(it *item) {
	s := &w.servers[it.to]
	if s.stale(it) {
		return
	}
	d := &s.disk
	if d.failing {
		w.kill(s, crash{failed: true}, trace.Ref{})
		return
	}
	save := d.saving[0]
	d.saving = slices.Clone(d.saving[1:])
	if save.Epoch != 0 {
		d.replace(save.Zxid)
	}
	d.snaps = append(d.snaps, image{db: save.Snap})
	if n := len(d.snaps) - snapshotsKept; n > 0 {
		d.snaps = slices.Clone(d.snaps[n:])
	}
	tell := w.newItem(item{kind: itemSnapSaved, to: it.to, gen: it.gen, n: uint64(save.Zxid)})
	w.diskTells(&tell)
}

// replace begins the log anew behind a snapshot of the zxid; what is not durable yet stays under
// way.
func (d *disk) replace(base zk.Zxid) {
	d.base = logBase{seq: d.seq, accepted: d.accepted}
	d.base.bytes, d.base.crc = wire.StartLog(wire.LogStart{
		Accepted: d.accepted, Current: d.current, Base: base, Seq: d.seq,
	})
	d.base.past = fold(offset, uint64(d.base.crc))
	d.writes, d.batches = slices.Clone(d.writes[d.durable:]), nil
	if d.busy {
		d.batches = []int{0}
	}
	d.syncing -= d.durable
	d.durable = 0
	d.snaps = nil
	d.harmed = d.harmed && d.current < base.Epoch() // until then it has no vote, see Replica.mend
}

// diskTells brings the news of a durable write to the process.
func (w *World) diskTells(it *item) {
	s := &w.servers[it.to]
	switch {
	case s.stale(it) || w.queuePaused(s, it):
	case it.kind == itemSynced:
		w.step(s, step.Input{Kind: step.Synced, Seq: it.n})
	default:
		w.step(s, step.Input{Kind: step.SnapSaved, Zxid: zk.Zxid(it.n)})
	}
}

// crash is how a process ends.
type crash struct {
	power  bool
	keep   int  // with power: so many unsynced writes stay, plus 1; 0 draws how many
	failed bool // an fsync has: what of the unsynced writes is on the disk, nobody knows
}

// crash leaves on the disk what survives the end of the process. A kill loses nothing that the OS
// was given. A power loss keeps a drawn part of it, and maybe a torn record. Snapshots under way
// were not renamed yet, so they are gone.
func (d *disk) crash(how crash) {
	keep, torn := len(d.writes), false
	switch {
	case how.power && how.keep > 0:
		keep = min(keep, d.durable+how.keep-1)
	case how.power || how.failed:
		keep = d.durable + int(below(&d.stream, uint64(len(d.writes)-d.durable)+1))
		torn = keep < len(d.writes) && below(&d.stream, 2) == 0
	}
	log, crc := d.bytes(keep)
	switch {
	case torn && how.failed:
		log = d.garble(log, crc, keep)
	case torn:
		whole, _ := wire.AppendWrite(log, crc, &d.writes[keep])
		part := below(&d.stream, uint64(len(whole)-len(log)))
		log = whole[:len(log)+int(part)]
	}
	base := logBase{bytes: log, past: foldWrites(d.base.past, d.writes[:keep])}
	*d = disk{stream: d.stream, base: base, fsync: d.fsync, snaps: d.snaps, harmed: d.harmed}
}

// garble appends the writes from the given one on, of which the first is wrong in one bit: those
// behind it may be on the disk all the same.
func (d *disk) garble(log []byte, crc uint32, from int) []byte {
	intact := len(log)
	log, crc = wire.AppendWrite(log, crc, &d.writes[from])
	bit := below(&d.stream, uint64(len(log)-intact)*8)
	log[intact+int(bit/8)] ^= 1 << (bit % 8)
	for i := range d.writes[from+1:] {
		log, crc = wire.AppendWrite(log, crc, &d.writes[from+1+i])
	}
	return log
}

// bytes returns the log with the first n writes, and what the next record continues.
func (d *disk) bytes(n int) (log []byte, crc uint32) {
	log, crc = slices.Clip(d.base.bytes), d.base.crc
	seq, accepted, batches := d.base.seq, d.base.accepted, d.batches
	for i := range d.writes[:n] {
		if len(batches) > 0 && batches[0] == i {
			batches = batches[1:]
			log, crc = wire.AppendMark(log, crc, seq, 0, accepted)
		}
		write := &d.writes[i]
		if seq = write.Seq; write.Kind == step.AcceptEpoch {
			accepted = write.Epoch
		}
		log, crc = wire.AppendWrite(log, crc, write)
	}
	return log, crc
}

// foldWrites mixes writes into a hash.
func foldWrites(h uint64, writes []step.Write) uint64 {
	for i := range writes {
		w := &writes[i]
		h = fold(fold(fold(h, w.Seq<<8|uint64(w.Kind)), uint64(w.Zxid)), uint64(w.Epoch))
		for j := range w.Txns {
			h = fold(fold(h, uint64(w.Txns[j].Zxid)), w.Txns[j].Digest)
		}
	}
	return h
}

// recover reads the disk as a restarted server does.
func (d *disk) recover(quirks zk.Quirk) node.Boot {
	snaps := make([][]byte, len(d.snaps))
	for i := range d.snaps {
		snaps[i] = d.snaps[i].bytes()
	}
	found := d.base.bytes
	rec := wire.RecoverWith(quirks, found, snaps)
	d.base.bytes = rec.Repair(found)
	d.base.crc, d.base.seq, d.base.accepted = rec.CRC, rec.Seq, rec.Accepted
	if len(d.base.bytes) != len(found) {
		d.base.past = fold(d.base.past, uint64(rec.CRC))
	}
	d.seq, d.accepted, d.current, d.harmed = rec.Seq, rec.Accepted, rec.Current, rec.Damaged
	if quirks.Has(zk.QuirkStrictBootEpochCheck) {
		rec.Current = rec.Recorded
	}
	if rec.Damaged { // what is left may be anything but the truth
		rec.Snap, rec.Log = nil, nil
	}
	return node.Boot{
		Accepted: rec.Accepted, Current: rec.Current, Snap: rec.Snap, Log: rec.Log, Seq: rec.Seq,
		Damaged: rec.Damaged, Older: olderThan(rec.Snap, snaps),
	}
}

// olderThan reads the snapshots before the one that a server starts from.
func olderThan(newest *tree.DB, snaps [][]byte) []node.Saved {
	var older []node.Saved
	for _, file := range snaps {
		db, err := wire.DecodeSnapshot(file)
		if err == nil && newest != nil && db.Zxid() < newest.Zxid() {
			older = append(older, node.Saved{Zxid: db.Zxid(), Digest: db.Digest()})
		}
	}
	return older
}

// DiskLog returns the bytes of the server's log, unsynced writes included.
func (w *World) DiskLog(id zk.ServerID) []byte {
	if !w.all.Has(id) {
		return nil
	}
	d := &w.servers[id].disk
	log, _ := d.bytes(len(d.writes))
	return log
}

// start boots the server from its disk.
func (w *World) start(s *server) {
	boot := s.disk.recover(w.cfg.Quirks)
	s.boots++
	boot.Number, boot.At, boot.WallMs = s.boots, s.clock.at(w.now), w.wallMs(s)
	s.paused, s.inbox = false, nil
	w.out.Reset()
	s.machine = w.cfg.Machine(s.cfg, boot, &w.out)
	w.absorb(s)
	for id := range w.all.Without(s.cfg.ID).All() {
		if w.Up(id) {
			w.reconcile(s.cfg.ID, id)
		}
	}
}

// kill ends the process, and with power the unsynced part of its disk.
func (w *World) kill(s *server, how crash, cause trace.Ref) {
	lost := int64(0)
	switch {
	case how.power:
		lost = 1
	case how.failed:
		lost = 2
	}
	w.emitWorld(trace.Event{Kind: trace.Crashed, Cause: cause, Peer: s.cfg.ID, N: lost})
	s.disk.crash(how)
	for i := range s.inbox {
		if m := s.inbox[i].msg; m != nil {
			w.drop(m, zk.WhyReceiverDown)
		}
	}
	s.machine, s.paused, s.inbox = nil, false, nil
	w.setWake(s, zk.Never)
	for peer := range w.all.Without(s.cfg.ID).All() {
		for ch := range zk.Channel(channels) {
			w.closeLink(s.cfg.ID, peer, ch)
		}
	}
	for _, c := range s.conns {
		w.pushClient(item{kind: itemClientDown, to: c.client, from: s.cfg.ID, n: uint64(c.id)})
	}
	s.conns = nil
}
