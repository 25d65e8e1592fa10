package chaos

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
)

// counter is a workload of increments of one number, by compare and set.
type counter struct{ acked, open atomic.Int64 }

const counterPath = root + "/counter"

func (c *counter) name() string { return "counter" }

func (c *counter) act(ctx context.Context, a *actor) outcome {
	data, stat, err := a.conn.Get(counterPath)
	if err != nil {
		if outcomeOf(err) == noNode {
			return outcomeOf(a.must(ctx, counterPath, []byte("0")))
		}
		return outcomeOf(err)
	}
	value, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil {
		return unknown // judged at the end: a number is all that was ever written
	}
	_, err = a.conn.Set(counterPath, strconv.AppendInt(nil, value+1, 10), stat.Version)
	told := outcomeOf(err)
	switch told {
	case done:
		c.acked.Add(1)
	case unknown:
		c.open.Add(1)
	}
	return told
}

// judge wants every acknowledged increment in the number, and no other but those whose outcome
// nobody knows.
func (c *counter) judge(ctx context.Context, a *actor) (string, error) {
	var data []byte
	err := insist(ctx, func() (err error) {
		data, _, err = a.conn.Get(counterPath)
		return err
	})
	if err != nil {
		return "", err
	}
	value, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil {
		return "", fmt.Errorf("the counter holds %q", data)
	}
	if err := judgeCounter(value, c.acked.Load(), c.open.Load()); err != nil {
		return "", err
	}
	return fmt.Sprintf("counts %d: %d acknowledged, %d unknown", value, c.acked.Load(),
		c.open.Load()), nil
}

func judgeCounter(value, acked, open int64) error {
	if value < acked || value > acked+open {
		return fmt.Errorf("the counter is %d after %d acknowledged increments and %d unknown ones",
			value, acked, open)
	}
	return nil
}
