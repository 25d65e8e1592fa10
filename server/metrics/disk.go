package metrics

import (
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
)

// Disk measures the disk of a server, and remembers its newest snapshot. The metrics may be nil.
type Disk struct {
	drive.Disk
	Metrics *Metrics

	mu      sync.Mutex
	newest  zk.Zxid
	savedAt int64
}

// Boot is part of drive.Disk.
func (d *Disk) Boot() (node.Boot, error) {
	defer d.took("dbinittime", time.Now())
	boot, err := d.Disk.Boot()
	if boot.Snap != nil {
		d.saved(boot.Snap.Zxid(), -1)
	}
	return boot, err
}

// Append is part of drive.Disk.
func (d *Disk) Append(writes []step.Write) error {
	defer d.took("fsynctime", time.Now())
	return d.Disk.Append(writes)
}

// Save is part of drive.Disk.
func (d *Disk) Save(w *step.Write) error {
	defer d.took("snapshottime", time.Now())
	err := d.Disk.Save(w)
	if err == nil {
		d.saved(w.Zxid, time.Now().UnixMilli())
	}
	return err
}

func (d *Disk) took(name string, began time.Time) {
	if d.Metrics != nil {
		d.Metrics.took(name, time.Since(began))
	}
}

func (d *Disk) saved(zxid zk.Zxid, at int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.newest, d.savedAt = zxid, at
}

// Snapshot tells the newest snapshot, and when it was saved (Unix ms; -1 for one of an earlier
// start).
func (d *Disk) Snapshot() (zk.Zxid, int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.newest == 0 {
		return 0, -1
	}
	return d.newest, d.savedAt
}
