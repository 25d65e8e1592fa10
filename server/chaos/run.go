package chaos

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zabscope/zabscope/server/fleet"
)

// root is below which all that happens here happens.
const root = "/chaos"

// workload is one thing that clients do, and how it is judged afterwards.
type workload interface {
	name() string
	// act does one step for one client. It is called by several goroutines.
	act(ctx context.Context, a *actor) outcome
	// judge looks at what was told and what is there. Nothing else runs then.
	judge(ctx context.Context, a *actor) (story string, err error)
}

// Plan is what a run does.
type Plan struct {
	Fleet   *fleet.Fleet // running
	Seed    uint64       // of the faults and of what clients choose
	For     time.Duration
	Clients int // for each workload
	Faults  []Fault
	Tell    func(format string, args ...any) // the story, line by line
}

// Run breaks the ensemble while clients use it, heals it and judges. The error says what the
// clients were told and is not true, or which server did not come back.
func Run(ctx context.Context, p Plan) error {
	work := []workload{newRegisters(), &counter{}, newQueue(), newSequence()}
	first, err := newActor(0, p.Seed, p.Fleet.Addrs())
	if err != nil {
		return err
	}
	defer first.conn.Close()
	for _, path := range []string{root, queuePath} {
		if err := first.must(ctx, path, nil); err != nil {
			return fmt.Errorf("create %s: %w", path, err)
		}
	}
	if err := p.storm(ctx, work); err != nil {
		return err
	}
	return p.judge(ctx, work, first)
}

// storm runs the clients and the faults together, then heals.
func (p Plan) storm(ctx context.Context, work []workload) error {
	limited, cancel := context.WithTimeout(ctx, p.For)
	defer cancel()
	var clients sync.WaitGroup
	var acks, lost atomic.Int64
	for i, w := range work {
		for k := range p.Clients {
			a, err := newActor(1+i*p.Clients+k, p.Seed, p.Fleet.Addrs())
			if err != nil {
				return err
			}
			clients.Go(func() {
				defer a.conn.Close()
				for limited.Err() == nil {
					told := w.act(limited, a)
					if told == unknown {
						lost.Add(1)
					} else {
						acks.Add(1)
					}
					a.rest(limited, told)
				}
			})
		}
	}
	err := newNemesis(p).run(limited)
	cancel()
	clients.Wait()
	p.Tell("%d answers, %d requests without one", acks.Load(), lost.Load())
	return err
}

// Limits of a run's end.
const (
	healTime  = time.Minute      // for the ensemble to be whole again
	judgeTime = 15 * time.Minute // for all questions afterwards
)

// judge starts what is down, and then asks every workload and compares the trees.
func (p Plan) judge(ctx context.Context, work []workload, a *actor) error {
	if err := p.Fleet.Start(healTime); err != nil {
		return fmt.Errorf("after the faults: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, judgeTime)
	defer cancel()
	var errs []error
	for _, w := range work {
		story, err := w.judge(ctx, a)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", w.name(), err))
			continue
		}
		p.Tell("%s: %s", w.name(), story)
	}
	if err := p.compareTrees(ctx); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// compareTrees reads the whole tree from each server.
func (p Plan) compareTrees(ctx context.Context) error {
	var first string
	for i, m := range p.Fleet.Members {
		digest, znodes, err := treeOf(ctx, m)
		if err != nil {
			return fmt.Errorf("read the tree of server %d: %w", m.ID, err)
		}
		if i == 0 {
			first = digest
			p.Tell("server %d: %d znodes, digest %s", m.ID, znodes, digest)
		} else if digest != first {
			return fmt.Errorf("server %d has another tree than server %d", m.ID,
				p.Fleet.Members[0].ID)
		}
	}
	return nil
}

// treeOf returns a digest of all that a server serves, after a sync with the leader.
func treeOf(ctx context.Context, m *fleet.Member) (digest string, znodes int, err error) {
	a, err := newActor(-m.ID, 0, []string{m.Addr})
	if err != nil {
		return "", 0, err
	}
	defer a.conn.Close()
	err = insist(ctx, func() error {
		_, err := a.conn.Sync(root)
		return err
	})
	if err != nil {
		return "", 0, err
	}
	w := newWalk(ctx, a.conn)
	w.visit(root)
	w.all.Wait()
	return w.digest(), w.znodes, w.err
}
