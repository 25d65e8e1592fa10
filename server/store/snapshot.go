package store

import (
	"fmt"
	"slices"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Save makes a snapshot durable beside Append: the file first, then a record in the log that says
// so. A snapshot with an epoch came from a leader: a new log begins behind it, and the old one
// counts no more from the moment on in which the first file of the new one has its name.
func (d *Disk) Save(w *step.Write) error {
	d.mu.Lock()
	broken := d.broken
	d.saving, d.void = w.Zxid, false
	d.mu.Unlock()
	if broken != nil {
		return broken
	}
	size, err := d.at.saveSnapshot(w)
	mark := wire.SnapshotMark{Zxid: w.Zxid, Digest: w.Snap.Digest()}
	d.mu.Lock()
	err = d.guard(func() error {
		if err != nil {
			return err
		}
		return d.count(mark, w.Epoch != 0, size)
	})
	d.saving = 0
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return d.purge()
}

// saveSnapshot writes the file of a snapshot.
func (f folders) saveSnapshot(w *step.Write) (size int64, err error) {
	step.Assert(w.Snap.Zxid() == w.Zxid, "SnapshotZxid")
	path := f.snapshot(w.Zxid)
	file, err := f.begin(path)
	if err != nil {
		return 0, err
	}
	for piece := range wire.SnapshotPieces(w.Snap, snapshotPiece) {
		if _, err = file.WriteAt(piece, size); err != nil {
			break
		}
		if err = file.Sync(); err != nil { // in portions, so that Append need not wait for all
			break
		}
		size += int64(len(piece))
	}
	if err := f.finish(path, file, err); err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	return size, nil
}

const snapshotPiece = 1 << 20

// count lets a snapshot count from now on.
func (d *Disk) count(m wire.SnapshotMark, fromLeader bool, size int64) error {
	if d.void {
		return nil // purge removes the file
	}
	d.sizes[m.Zxid] = size
	if fromLeader {
		h := d.log.next()
		h.Fresh, h.Damaged, h.Last = true, false, m.Zxid
		h.Snapshots = []wire.SnapshotMark{m}
		d.live = slices.Clone(h.Snapshots)
		return d.begin(h, 0)
	}
	d.live = append(slices.DeleteFunc(slices.Clone(d.live), func(o wire.SnapshotMark) bool {
		return o.Zxid == m.Zxid
	}), m)
	at := d.log.position
	b := at.mark(nil, d.log.header.Nonce)
	b, at.chain = wire.AppendSnapshotMark(b, at.chain, at.seq, m)
	if d.log.size+int64(len(b)) > d.log.room {
		return d.roll(0) // its header names the snapshot
	}
	return d.log.write(b, at)
}

// forgetAbove removes the snapshots that a truncation among writes makes wrong, before it is
// written: an older one and the log stand for them.
func (d *Disk) forgetAbove(writes []step.Write) error {
	for i := range writes {
		if writes[i].Kind != step.TruncateAfter {
			continue
		}
		z := writes[i].Zxid
		d.void = d.void || d.saving > z
		if err := d.forget(z); err != nil {
			return err
		}
	}
	return nil
}

func (d *Disk) forget(z zk.Zxid) error {
	var keep []wire.SnapshotMark
	for _, m := range d.live {
		if m.Zxid <= z {
			keep = append(keep, m)
			continue
		}
		if err := d.remove(d.at.snapshot(m.Zxid)); err != nil {
			return err
		}
	}
	if len(keep) == 0 && d.segments[d.segments.beginning()].Last > 0 {
		return fmt.Errorf("a truncation to %s is below every snapshot", z)
	}
	d.live = keep
	return nil
}
