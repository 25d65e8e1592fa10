package sim

import (
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// harm takes from a disk what a Wipe says: all of it, or a part, so that the rest does not tell the
// whole truth any more.
func (d *disk) harm(what int64) {
	before := len(d.base.bytes)
	switch last := len(d.snaps) - 1; what {
	case WipeSnapshots:
		d.harmed = d.harmed || last >= 0
		d.snaps = nil
	case WipeRecord:
		d.base.bytes = wire.WithoutRecord(d.base.bytes)
		d.harmed = d.harmed || len(d.base.bytes) < before
	case WipeNewest:
		if last >= 0 {
			d.snaps, d.harmed = d.snaps[:last:last], true
		}
	case WipeLogBit:
		d.flip(wire.Proven(d.base.bytes))
	case WipeSnapshotBit:
		if last >= 0 {
			d.own()
			d.snaps[last].rot, d.harmed = 1+int(below(&d.stream, 1<<30)), true
		}
	default:
		*d = disk{stream: d.stream, fsync: d.fsync}
	}
}

// flip turns a bit of the first bytes of the log.
func (d *disk) flip(size int) {
	if size == 0 {
		return
	}
	at := int(below(&d.stream, uint64(size)))
	log := append([]byte(nil), d.base.bytes...)
	log[at] ^= 1 << below(&d.stream, 8)
	d.base.bytes, d.harmed = log, true
}

// harmed returns the servers whose disks lack something durable, or lie about it, and that have not
// made up for it since: none of them may be counted on.
func (w *World) harmed() (set zk.ServerSet) {
	for id := range w.all.All() {
		if w.servers[id].disk.harmed {
			set = set.With(id)
		}
	}
	return set
}
