package chaos

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/go-zookeeper/zk"
)

// together is how many questions of one judge are on their way at the same time.
const together = 64

// walk makes one number of a tree: the sum of the hashes of every path with its data and Stat.
type walk struct {
	ctx   context.Context
	conn  *zk.Conn
	slots chan struct{}
	all   sync.WaitGroup

	mu     sync.Mutex
	sum    uint64
	znodes int
	err    error // the first
}

func newWalk(ctx context.Context, conn *zk.Conn) *walk {
	return &walk{ctx: ctx, conn: conn, slots: make(chan struct{}, together)}
}

// visit reads a znode and, in goroutines that all counts, what is below it.
func (w *walk) visit(path string) {
	children, err := w.read(path)
	if err != nil {
		w.fail(fmt.Errorf("%s: %w", path, err))
		return
	}
	for _, child := range children {
		w.all.Go(func() { w.visit(path + "/" + child) })
	}
}

// read adds one znode and returns the names below it.
func (w *walk) read(path string) ([]string, error) {
	w.slots <- struct{}{}
	defer func() { <-w.slots }()
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	data, stat, err := w.conn.Get(path)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(fmt.Appendf(nil, "%q %q %+v", path, data, *stat))
	w.mu.Lock()
	w.znodes++
	w.sum += binary.BigEndian.Uint64(hash[:])
	w.mu.Unlock()
	if stat.NumChildren == 0 {
		return nil, nil
	}
	children, _, err := w.conn.Children(path)
	return children, err
}

func (w *walk) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

func (w *walk) digest() string { return fmt.Sprintf("%016x", w.sum) }
