package chaos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/go-zookeeper/zk"
)

// queue is a workload of a FIFO queue: sequential znodes, taken by deletes.
type queue struct {
	mu     sync.Mutex
	next   int
	put    map[string]outcome // by item
	taken  map[string]int     // acknowledged deletes of an item
	opened map[string]bool    // deletes whose outcome nobody knows
}

const queuePath = root + "/queue"

func newQueue() *queue {
	return &queue{put: make(map[string]outcome), taken: make(map[string]int),
		opened: make(map[string]bool)}
}

func (q *queue) name() string { return "queue" }

func (q *queue) act(ctx context.Context, a *actor) outcome {
	if a.rng.IntN(2) == 0 {
		return q.produce(a)
	}
	return q.consume(a)
}

func (q *queue) produce(a *actor) outcome {
	q.mu.Lock()
	q.next++
	item := fmt.Sprintf("item %d", q.next)
	q.mu.Unlock()
	_, err := a.conn.Create(queuePath+"/n-", []byte(item), zk.FlagSequence, everybody)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.put[item] = outcomeOf(err)
	return q.put[item]
}

// consume takes the first item. Who loses the race for it has taken nothing.
func (q *queue) consume(a *actor) outcome {
	children, _, err := a.conn.Children(queuePath)
	if err != nil || len(children) == 0 {
		return outcomeOf(err)
	}
	first := queuePath + "/" + slices.Min(children)
	item, stat, err := a.conn.Get(first)
	if err != nil {
		return outcomeOf(err)
	}
	told := outcomeOf(a.conn.Delete(first, stat.Version))
	q.mu.Lock()
	defer q.mu.Unlock()
	switch told {
	case done:
		q.taken[string(item)]++
	case unknown:
		q.opened[string(item)] = true
	}
	return told
}

// judge wants each item that was acknowledged to be taken once or there still.
func (q *queue) judge(ctx context.Context, a *actor) (string, error) {
	left := make(map[string]bool)
	err := forEachChild(ctx, a, queuePath, func(_ string, data []byte) {
		left[string(data)] = true
	})
	if err != nil {
		return "", err
	}
	if err := q.judgeItems(left); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d items put, %d taken, %d left", len(q.put), len(q.taken), len(left)), nil
}

func (q *queue) judgeItems(left map[string]bool) error {
	var errs []error
	for item, told := range q.put {
		if told == done && q.taken[item] == 0 && !q.opened[item] && !left[item] {
			errs = append(errs, fmt.Errorf("%q was acknowledged, and is gone", item))
		}
	}
	for item, times := range q.taken {
		switch {
		case times > 1:
			errs = append(errs, fmt.Errorf("%q was taken %d times", item, times))
		case left[item]:
			errs = append(errs, fmt.Errorf("%q was taken, and is there again", item))
		}
		if _, known := q.put[item]; !known {
			errs = append(errs, fmt.Errorf("%q was taken, and nobody put it", item))
		}
	}
	return errors.Join(errs...)
}

// forEachChild reads every child of a znode and shows each, one at a time.
func forEachChild(ctx context.Context, a *actor, path string, visit func(string, []byte)) error {
	var children []string
	err := insist(ctx, func() (err error) {
		children, _, err = a.conn.Children(path)
		return err
	})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var errs []error
	var all sync.WaitGroup
	slots := make(chan struct{}, together)
	for _, child := range children {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			var data []byte
			err := insist(ctx, func() (err error) {
				data, _, err = a.conn.Get(path + "/" + child)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Errorf("%s/%s: %w", path, child, err))
				return
			}
			visit(child, data)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
