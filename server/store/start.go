package store

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// start prepares the disk for writing behind what was recovered: what a crash left unfinished goes,
// and a new segment begins, so that a file that was ever left is never written to again.
func (d *Disk) start(p *past) error {
	if err := d.removeUnfinished(); err != nil {
		return err
	}
	d.segments = p.segments
	d.live = p.liveNow()
	if err := d.measure(); err != nil {
		return err
	}
	h := p.next()
	h.Snapshots = d.live
	last := &d.segments[len(d.segments)-1]
	if !p.Damaged && h.Number != last.Number {
		old, err := d.reopen(p, last)
		if err != nil {
			return err
		}
		d.log = old
	}
	if err := d.begin(h, 0); err != nil {
		return err
	}
	return d.purge()
}

// measure notes the sizes of snapshots that are there; one that is not will be noticed when needed.
func (d *Disk) measure() error {
	for _, m := range d.live {
		file, err := d.opts.Files.Open(d.at.snapshot(m.Zxid))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		d.sizes[m.Zxid], err = file.Size()
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// next returns the header of the segment to begin. A last segment without records is replaced, so
// that a server which is started again and again does not collect files.
func (p *past) next() wire.SegmentHeader {
	last := p.segments[len(p.segments)-1]
	h := wire.SegmentHeader{
		Number: last.Number + 1, Boot: p.boots() + 1, Damaged: p.Damaged,
		Accepted: p.Accepted, Current: p.Current, Last: p.Last, Seq: p.Seq, Chain: p.CRC,
	}
	if h.Boot == 0 {
		h.Boot = 1 // counted once around
	}
	empty := !p.Torn && last.records > 0 && int64(p.Valid) == last.records &&
		p.last == len(p.segments)-1
	if empty && (!p.Damaged || last.Damaged) {
		h.Number, h.Chain, h.Fresh = last.Number, last.Chain, last.Fresh
	}
	if !p.Damaged && p.Snap != nil && p.Snap.Zxid() > p.Last {
		h.Fresh, h.Last = true, p.Snap.Zxid()
	}
	return h
}

// boots returns the number of the last start that any segment knows.
func (p *past) boots() (boots uint16) {
	for i := range p.segments {
		boots = max(boots, p.segments[i].Boot)
	}
	return boots
}

// liveNow returns the snapshots that still count: the one that was chosen and those before it, for
// newer ones could not be read. A log that begins anew has only the one it begins with, a damaged
// one none.
func (p *past) liveNow() []wire.SnapshotMark {
	switch {
	case p.Damaged || p.Snap == nil:
		return nil
	case p.Snap.Zxid() > p.Last:
		return []wire.SnapshotMark{{Zxid: p.Snap.Zxid(), Digest: p.Snap.Digest()}}
	}
	return slices.DeleteFunc(slices.Clone(p.Snapshots), func(m wire.SnapshotMark) bool {
		return m.Zxid > p.Snap.Zxid()
	})
}

// reopen opens the last segment, without what a crash has torn, so that it can be sealed.
func (d *Disk) reopen(p *past, last *segment) (logEnd, error) {
	l := logEnd{header: last.SegmentHeader, size: int64(p.Valid), position: position{
		seq: p.Seq, chain: p.CRC,
	}}
	file, err := d.opts.Files.Open(last.path)
	if err != nil {
		return l, err
	}
	l.file = file
	if err = file.Truncate(l.size); err == nil {
		err = file.Sync()
	}
	if err != nil {
		return l, errors.Join(err, file.Close())
	}
	return l, nil
}

// removeUnfinished removes what a crash left under a name that does not count.
func (d *Disk) removeUnfinished() error {
	for _, folder := range d.at.all() {
		names, err := d.at.list(folder)
		if err != nil {
			return err
		}
		for _, name := range names {
			if !strings.HasSuffix(name, unfinished) {
				continue
			}
			if err := d.remove(filepath.Join(folder, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Disk) remove(path string) error {
	if err := d.opts.Files.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// purge removes snapshots beyond those to keep, with those that do not count, and the segments that
// the oldest one kept stands for, oldest first. A damaged disk keeps everything, for whoever wants
// to look.
func (d *Disk) purge() error {
	zxids, err := d.at.snapshots()
	if err != nil {
		return err
	}
	for _, path := range d.dispensable(zxids) { // without the lock: Append does not wait for it
		if err := d.remove(path); err != nil {
			return err
		}
	}
	return nil
}

// dispensable forgets what is not to be kept, of the snapshots that are there, and returns the
// files.
func (d *Disk) dispensable(zxids []zk.Zxid) (paths []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.log.header.Damaged {
		return nil
	}
	d.live = slices.DeleteFunc(d.live, func(m wire.SnapshotMark) bool {
		return !slices.Contains(zxids, m.Zxid)
	})
	slices.SortFunc(d.live, func(a, b wire.SnapshotMark) int { return cmp.Compare(a.Zxid, b.Zxid) })
	d.live = d.live[max(0, len(d.live)-d.opts.Keep):]
	for _, z := range zxids {
		if !d.isLive(z) {
			delete(d.sizes, z)
			paths = append(paths, d.at.snapshot(z))
		}
	}
	needed := d.segments.beginning()
	if len(d.live) > 0 {
		if i, ok := d.segments.since(d.live[0].Zxid); ok {
			needed = i
		}
	}
	for _, s := range d.segments[:needed] {
		paths = append(paths, s.path)
	}
	d.segments = d.segments[needed:]
	return paths
}

func (d *Disk) isLive(z zk.Zxid) bool {
	return slices.ContainsFunc(d.live, func(m wire.SnapshotMark) bool { return m.Zxid == z })
}
