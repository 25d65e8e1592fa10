// Package rig makes flight recordings for tests: those of a server alone, which serves one client
// that writes. It is the real server, with its driver and its recorder; only the disk is memory,
// because what is recorded does not depend on it.
package rig

import (
	"errors"
	"log/slog"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/drive"
	"github.com/zabscope/zabscope/server/recorder"
	"github.com/zabscope/zabscope/server/store"
)

// Flight is what is recorded.
type Flight struct {
	Path   string
	Size   int64 // of the file, in bytes: the ring goes round when more is recorded
	Writes int
	Bytes  int // of each write
}

var errEnded = errors.New("the server ended before the client did")

// Record lets a server record a flight. It returns when the file is closed.
func Record(f Flight) (err error) {
	r, err := recorder.Open(f.Path, f.Size, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	cfg := node.DefaultConfig(1, zk.SetOf(1), 0)
	cfg.CommitLogCount = 20 // the state leaves room in the smallest ring
	c := client{replies: make(chan struct{}, 1)}
	c.server, err = drive.Start(drive.Config{
		Node: cfg, Disk: &store.Memory{}, Recorder: r,
		Clients: func(out []step.ToClient) {
			for range out {
				c.replies <- struct{}{}
			}
		},
	})
	if err != nil {
		return err
	}
	return errors.Join(c.write(f), c.server.Stop())
}

// client has one request under way at a time.
type client struct {
	server  *drive.Driver
	replies chan struct{}
}

func (c *client) write(f Flight) error {
	c.waitForService()
	if !c.server.Post(step.Input{Kind: step.ClientUp, Conn: 1}) {
		return errEnded
	}
	requests := []zk.Request{
		{Op: zk.OpConnect, TimeoutMs: 10_000},
		{Op: zk.OpCreate, Xid: 1, Path: "/n", ACL: zk.OpenACL},
	}
	for i := range f.Writes {
		requests = append(requests, zk.Request{
			Op: zk.OpSetData, Xid: int32(i + 2), Path: "/n", Version: -1,
			Data: make([]byte, f.Bytes),
		})
	}
	for i := range requests {
		in := step.Input{Kind: step.ClientMsg, Conn: 1, Req: &requests[i]}
		if !c.server.Post(in) {
			return errEnded
		}
		<-c.replies
	}
	return nil
}

func (c *client) waitForService() {
	for serves := false; !serves; {
		c.server.Ask(func(n *node.Node) { serves = n.Status().Serving })
	}
}
