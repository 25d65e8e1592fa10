package chaos

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-zookeeper/zk"
)

// sequence is a workload of sequential znodes, which stay.
type sequence struct {
	began  time.Time
	mu     sync.Mutex
	next   int
	issued []ticket
}

// ticket is a sequential znode that was acknowledged.
type ticket struct {
	name       string
	data       string
	call, back time.Duration
}

const sequencePath = root + "/sequence"

func newSequence() *sequence { return &sequence{began: time.Now()} }

func (s *sequence) name() string { return "sequence" }

func (s *sequence) act(ctx context.Context, a *actor) outcome {
	s.mu.Lock()
	s.next++
	data := fmt.Sprintf("ticket %d", s.next)
	s.mu.Unlock()
	call := time.Since(s.began)
	path, err := a.conn.Create(sequencePath+"/n-", []byte(data), zk.FlagSequence, everybody)
	back := time.Since(s.began)
	if err != nil {
		return outcomeOf(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued = append(s.issued,
		ticket{strings.TrimPrefix(path, sequencePath+"/"), data, call, back})
	return done
}

// judge wants all tickets to be there, each with a name of its own, in the order of time.
func (s *sequence) judge(ctx context.Context, a *actor) (string, error) {
	there := make(map[string]string)
	err := forEachChild(ctx, a, sequencePath, func(name string, data []byte) {
		there[name] = string(data)
	})
	if err != nil {
		return "", err
	}
	if err := judgeTickets(s.issued, there); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d tickets, all there and in order", len(s.issued)), nil
}

func judgeTickets(issued []ticket, there map[string]string) error {
	byName := slices.SortedFunc(slices.Values(issued), func(a, b ticket) int {
		return strings.Compare(a.name, b.name)
	})
	latest := ticket{call: -1}
	for i, t := range byName {
		if there[t.name] != t.data {
			return fmt.Errorf("%s was acknowledged to hold %q, and holds %q", t.name, t.data,
				there[t.name])
		}
		if i > 0 && byName[i-1].name == t.name {
			return fmt.Errorf("%s was given out twice, to %q and %q", t.name, byName[i-1].data,
				t.data)
		}
		// Who is called later than another was answered has the greater number.
		if t.back < latest.call {
			return fmt.Errorf("%s was given out after %s, and before it in time", t.name,
				latest.name)
		}
		if t.call > latest.call {
			latest = t
		}
	}
	return nil
}
