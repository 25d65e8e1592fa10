package drive_test

import (
	"slices"
	"sync"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// desk is links that only write down what is wanted of them.
type desk struct {
	mu   sync.Mutex
	hung []zk.ConnID
}

func (d *desk) Open(zk.ServerID, zk.Channel) zk.ConnID { return 100 }
func (d *desk) Send(zk.ConnID, *step.Message)          {}
func (d *desk) Flush(zk.ConnID)                        {}

func (d *desk) HangUp(link zk.ConnID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hung = append(d.hung, link)
}

func (d *desk) hungUp() []zk.ConnID {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.hung)
}
