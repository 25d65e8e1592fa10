package chaos

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"slices"

	"github.com/go-zookeeper/zk"
)

// walk makes one number of a tree: every path with its data and Stat, in order.
type walk struct {
	sum    hash.Hash
	znodes int
}

func newWalk() *walk { return &walk{sum: sha256.New()} }

func (w *walk) visit(ctx context.Context, c *zk.Conn, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	data, stat, err := c.Get(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	w.znodes++
	fmt.Fprintf(w.sum, "%q %q %+v\n", path, data, *stat)
	children, _, err := c.Children(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	slices.Sort(children)
	for _, child := range children {
		if err := w.visit(ctx, c, path+"/"+child); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) digest() string { return fmt.Sprintf("%x", w.sum.Sum(nil)[:8]) }
