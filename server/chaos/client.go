package chaos

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/zabscope/zabscope/server/fleet"
)

// sessionTimeout is what clients ask for. It is longer than most faults, so that sessions move.
const sessionTimeout = 8 * time.Second

// actor is one client of a workload: a connection and a source of chance.
type actor struct {
	id   int
	conn *zk.Conn
	rng  *rand.Rand
}

func newActor(id int, seed uint64, addrs []string) (*actor, error) {
	conn, events, err := zk.Connect(addrs, sessionTimeout, zk.WithLogger(fleet.Quiet{}))
	if err != nil {
		return nil, err
	}
	go func() {
		for range events { // the library waits for nobody, but its channel is finite
		}
	}()
	return &actor{id: id, conn: conn, rng: rand.New(rand.NewPCG(seed, uint64(id)))}, nil
}

// outcome is what a client knows of a request.
type outcome uint8

// The outcomes. Unknown means that the request may take effect at any time from its call on, or
// never.
const (
	unknown outcome = iota
	done
	noNode
	nodeExists
	badVersion
)

func outcomeOf(err error) outcome {
	switch {
	case err == nil:
		return done
	case errors.Is(err, zk.ErrNoNode):
		return noNode
	case errors.Is(err, zk.ErrNodeExists):
		return nodeExists
	case errors.Is(err, zk.ErrBadVersion):
		return badVersion
	}
	return unknown
}

// rest is what a client does between two requests, longer after a failure.
func (a *actor) rest(ctx context.Context, o outcome) {
	pause := time.Duration(a.rng.IntN(10)) * time.Millisecond
	if o == unknown {
		pause += 50 * time.Millisecond
	}
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
}

// insist repeats a request that may be repeated until a server answers it.
func insist(ctx context.Context, request func() error) error {
	for {
		err := request()
		if err == nil || outcomeOf(err) != unknown || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

var everybody = zk.WorldACL(zk.PermAll)

// must makes a znode that a workload needs. One that is there already is as good.
func (a *actor) must(ctx context.Context, path string, data []byte) error {
	err := insist(ctx, func() error {
		_, err := a.conn.Create(path, data, 0, everybody)
		return err
	})
	if errors.Is(err, zk.ErrNodeExists) {
		return nil
	}
	return err
}
