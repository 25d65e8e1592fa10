package live

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/cli"
)

const (
	letterTimeout  = 12 * time.Second // of a session that names none
	letterPatience = 8 * time.Second  // for a connection
)

// letters are the clients that viewers use: real sessions with the servers, one for each letter.
type letters struct {
	relay *Relay
	mu    sync.Mutex // of the list, when a letter comes
	list  []*letter  // by letter; appended to under both mutexes
}

// letter is one client. Its trace belongs to the relay's mutex.
type letter struct {
	id    zk.ServerID
	relay *Relay

	mu    sync.Mutex // held while a line is carried out: a client does one after the other
	said  bytes.Buffer
	shell atomic.Pointer[cli.Shell] // nil before the first session

	ref   trace.Ref
	state trace.Event   // the last ClientState
	open  []trace.Event // Invoked without their Returned
	ops   int64
}

// all returns the letters. The caller has the relay's mutex.
func (l *letters) all() []*letter { return l.list }

func (l *letters) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.list {
		k.shell.Load().Leave()
	}
}

// find returns the client with a letter, nil if there is none.
func (l *letters) find(id zk.ServerID) *letter {
	l.relay.mu.Lock()
	defer l.relay.mu.Unlock()
	for _, k := range l.list {
		if k.id == id {
			return k
		}
	}
	return nil
}

// begin makes a client, or gives the letter of one that is over to a new one.
func (l *letters) begin(c *sim.Command) (*letter, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := c.Client
	for id == 0 || c.Client == 0 && l.find(id) != nil {
		id = max(id+1, 'A')
	}
	if !id.IsClient() {
		return nil, errors.New("all letters are taken")
	}
	k := l.find(id)
	if k != nil && !k.isOver() {
		return nil, fmt.Errorf("client %s is there already; :close %s ends it", id, id)
	}
	if k == nil {
		k = &letter{id: id, relay: l.relay, ref: trace.Ref{Node: id}}
		l.relay.mu.Lock()
		l.list = append(l.list, k)
		slices.SortFunc(l.list, func(a, b *letter) int { return int(a.id) - int(b.id) })
		l.relay.mu.Unlock()
	}
	k.start(c)
	return k, nil
}

// start opens a session.
func (k *letter) start(c *sim.Command) {
	k.mu.Lock()
	defer k.mu.Unlock()
	timeout := letterTimeout
	if c.TimeoutMs != 0 {
		timeout = time.Duration(c.TimeoutMs) * time.Millisecond
	}
	hosts := cli.Hosts{}
	for _, s := range k.relay.cfg.Servers {
		hosts.Addresses = append(hosts.Addresses, s.Client)
	}
	hosts.Text = strings.Join(hosts.Addresses, ",")
	k.relay.mu.Lock()
	boot, ops := k.ref.Boot+1, k.ops
	k.ref = trace.Ref{Node: k.id, Boot: boot}
	k.open = nil
	k.relay.mu.Unlock()
	k.shell.Store(cli.New(cli.Config{
		Hosts: hosts, Timeout: timeout, Patience: letterPatience, Out: &k.said, Err: &k.said,
		Silent: true, Trace: k.hear,
		Who: client.Config{ID: k.id, Boot: boot, First: c.Server, Pinned: c.Pinned, Ops: ops},
	}))
}

// isOver reports whether the client's session has ended, so that the letter is free.
func (k *letter) isOver() bool {
	s := k.shell.Load()
	return s != nil && s.Status().Over()
}

// hear takes what the client tells, and tells the viewers.
func (k *letter) hear(events []trace.Event) {
	r := k.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := slices.Clone(events)
	for i := range kept {
		e := &kept[i]
		e.At = r.now()
		k.note(e)
	}
	r.own(kept)
}

func (k *letter) note(e *trace.Event) {
	k.ref = e.Ref
	switch e.Kind {
	case trace.ClientState:
		k.state = *e
	case trace.Invoked:
		k.open = append(k.open, *e)
		k.ops = max(k.ops, e.N)
	case trace.Returned:
		k.open = slices.DeleteFunc(k.open, func(o trace.Event) bool { return o.N == e.N })
	}
}

// describe tells what the client is. The caller has the relay's mutex.
func (k *letter) describe(ms int64) (*from, []byte) {
	return described(k.ref, ms, append([]trace.Event{k.state}, k.open...))
}

// run carries out a command and returns what zkCli prints.
func (k *letter) run(command string) outcome {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.said.Reset()
	status := k.shell.Load().Run(command)
	text := strings.TrimSuffix(k.said.String(), "\n")
	if status == cli.StatusOK {
		return outcome{OK: true, Output: text}
	}
	return outcome{Output: text, Error: text}
}
