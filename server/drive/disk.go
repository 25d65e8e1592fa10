package drive

import (
	"fmt"
	"sync"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
)

// Disk keeps what a node writes. Append and Save may run at the same time, each for one caller.
type Disk interface {
	// Boot returns what is durable, for the start of a node.
	Boot() (node.Boot, error)
	// Append returns when the writes, which are in Seq order, are durable.
	Append(writes []step.Write) error
	// Save returns when the snapshot is durable.
	Save(snapshot *step.Write) error
	// Close ends the use of the disk.
	Close() error
}

// spindle runs the writes of one kind in a goroutine of its own, in order.
type spindle struct {
	mu      sync.Mutex
	waiting []step.Write
	wake    chan struct{} // holds one token while there is something to do
}

func newSpindle() spindle { return spindle{wake: make(chan struct{}, 1)} }

// put queues a write. It never blocks.
func (s *spindle) put(w *step.Write) {
	s.mu.Lock()
	s.waiting = append(s.waiting, *w)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take returns all that waits.
func (s *spindle) take() []step.Write {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.waiting
	s.waiting = nil
	return all
}

// run gives everything that comes to write, until quit is closed and nothing is left.
func (s *spindle) run(quit <-chan struct{}, write func([]step.Write) bool) {
	for {
		select {
		case <-s.wake:
		case <-quit:
			if all := s.take(); len(all) > 0 {
				write(all)
			}
			return
		}
		if all := s.take(); len(all) > 0 && !write(all) {
			return
		}
	}
}

// appendLog makes a batch durable and says so once, for the last write of it.
func (d *Driver) appendLog(writes []step.Write) bool {
	last := writes[len(writes)-1].Seq
	if err := d.disk.Append(writes); err != nil {
		d.fail(fmt.Errorf("write the log up to number %d: %w", last, err))
		return false
	}
	d.fromDisk(step.Input{Kind: step.Synced, Seq: last})
	return true
}

func (d *Driver) saveSnapshots(writes []step.Write) bool {
	for i := range writes {
		if err := d.disk.Save(&writes[i]); err != nil {
			d.fail(fmt.Errorf("save the snapshot of %s: %w", writes[i].Zxid, err))
			return false
		}
		d.fromDisk(step.Input{Kind: step.SnapSaved, Zxid: writes[i].Zxid})
	}
	return true
}

// fromDisk tells the node what is durable, unless it is gone.
func (d *Driver) fromDisk(in step.Input) {
	select {
	case d.durable <- in:
	case <-d.quit:
	}
}
