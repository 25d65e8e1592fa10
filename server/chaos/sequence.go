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

// sequence is a workload of sequential znodes, which stay. Their parent changes every few seconds,
// so that no list of children grows too long for a reply.
type sequence struct {
	began   time.Time
	mu      sync.Mutex
	next    int
	issued  map[string][]ticket // by parent
	parents map[string]bool     // those that are there
}

// ticket is a sequential znode that was acknowledged.
type ticket struct {
	name       string
	data       string
	call, back time.Duration
}

// sequenceTerm is how long a parent is used.
const sequenceTerm = 10 * time.Second

func newSequence() *sequence {
	return &sequence{
		began: time.Now(), issued: make(map[string][]ticket), parents: make(map[string]bool),
	}
}

func (s *sequence) name() string { return "sequence" }

func (s *sequence) act(ctx context.Context, a *actor) outcome {
	parent := fmt.Sprintf("%s/sequence-%d", root, time.Since(s.began)/sequenceTerm)
	if !s.has(parent) {
		return s.adopt(ctx, a, parent)
	}
	s.mu.Lock()
	s.next++
	data := fmt.Sprintf("ticket %d", s.next)
	s.mu.Unlock()
	call := time.Since(s.began)
	path, err := a.conn.Create(parent+"/n-", []byte(data), zk.FlagSequence, everybody)
	back := time.Since(s.began)
	if err != nil {
		return outcomeOf(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued[parent] = append(s.issued[parent],
		ticket{strings.TrimPrefix(path, parent+"/"), data, call, back})
	return done
}

func (s *sequence) has(parent string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parents[parent]
}

// adopt makes a parent.
func (s *sequence) adopt(ctx context.Context, a *actor, parent string) outcome {
	if err := a.must(ctx, parent, nil); err != nil {
		return outcomeOf(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parents[parent] = true
	return done
}

// judge wants all tickets to be there, each with a name of its own, in the order of time.
func (s *sequence) judge(ctx context.Context, a *actor) (string, error) {
	count := 0
	for parent, issued := range s.issued {
		there := make(map[string]string)
		err := forEachChild(ctx, a, parent, func(name string, data []byte) {
			there[name] = string(data)
		})
		if err != nil {
			return "", err
		}
		if err := judgeTickets(issued, there); err != nil {
			return "", fmt.Errorf("%s: %w", parent, err)
		}
		count += len(issued)
	}
	return fmt.Sprintf("%d tickets, all there and in order", count), nil
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
