package store

import (
	"slices"
	"sync"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Memory is a disk that lasts as long as the process. A node may be started on it again and finds
// what the one before it has written. The zero value is an empty disk. It is safe for use by
// several goroutines.
type Memory struct {
	mu   sync.Mutex
	boot node.Boot
}

// Boot returns what a start from this disk begins with, and counts the start.
func (m *Memory) Boot() (node.Boot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.boot.Number++
	boot := m.boot
	boot.Log = slices.Clone(m.boot.Log)
	if boot.Snap != nil {
		boot.Snap = boot.Snap.Clone()
	}
	return boot, nil
}

// Append keeps the writes, in order.
func (m *Memory) Append(writes []step.Write) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range writes {
		m.append(&writes[i])
	}
	return nil
}

func (m *Memory) append(w *step.Write) {
	b := &m.boot
	step.Assert(w.Seq == b.Seq+1, "WriteOrder")
	b.Seq = w.Seq
	switch w.Kind {
	case step.AppendTxns:
		b.Log = append(b.Log, w.Txns...)
	case step.TruncateAfter:
		b.Log = b.Log[:m.upTo(w.Zxid)]
	case step.AcceptEpoch:
		b.Accepted = w.Epoch
	case step.EnterEpoch:
		b.Current = w.Epoch
	}
}

// upTo returns how many transactions of the log have no greater zxid.
func (m *Memory) upTo(z zk.Zxid) int {
	after := slices.IndexFunc(m.boot.Log, func(t zk.Txn) bool { return t.Zxid > z })
	if after < 0 {
		return len(m.boot.Log)
	}
	return after
}

// Save keeps a snapshot in place of the log that it stands for.
func (m *Memory) Save(w *step.Write) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := &m.boot
	b.Snap = w.Snap
	if w.Epoch != 0 {
		b.Log, b.Damaged = nil, false
		return nil
	}
	b.Log = slices.Clone(b.Log[m.upTo(w.Zxid):])
	return nil
}

// Size returns the bytes on the disk: none.
func (m *Memory) Size() (snapshots, log int64) { return 0, 0 }

// Close does nothing: the writes stay for the next start.
func (m *Memory) Close() error { return nil }
