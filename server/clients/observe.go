package clients

import (
	"maps"
	"strconv"
	"sync"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zk"
)

// digests remembers the tree's digest at every 128th transaction, the last 1024 of them, so that
// two servers can be compared where both have been.
type digests struct {
	mu  sync.Mutex
	all []digestAt // a ring once it is full
	at  int
}

type digestAt struct {
	zxid   zk.Zxid
	digest uint64
}

const (
	digestEvery = 128
	digestsMax  = 1024
)

// Observe takes the events of the node, of which the port keeps what the four-letter words tell. It
// never blocks.
func (p *Port) Observe(events []trace.Event) {
	for i := range events {
		switch e := &events[i]; {
		case e.Kind == trace.Applied && e.Zxid%digestEvery == 0:
			p.digests.add(digestAt{e.Zxid, uint64(e.N)})
		case e.Kind == trace.Proposed:
			p.proposals.add(apacheSize(e.Txn))
		case e.Kind == trace.PhaseChanged && e.Role == zk.Leading && e.Phase == zk.Broadcast:
			p.proposals.lead()
		case e.Kind == trace.WatchSet && watch.Kind(e.N) != watch.Child:
			p.watchers.add(e.Sess)
		case e.Kind == trace.SessionLeft:
			p.watchers.drop(e.Sess)
		case e.Kind == trace.RoleChanged && e.Role == zk.Looking:
			p.watchers.clear()
		}
	}
}

// watchers are the sessions here that have had a watch on data: Apache goes on counting those whose
// watches have all fired.
type watchers struct {
	mu       sync.Mutex
	sessions map[zk.SessionID]bool
}

func (w *watchers) add(id zk.SessionID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sessions == nil {
		w.sessions = map[zk.SessionID]bool{}
	}
	w.sessions[id] = true
}

func (w *watchers) drop(id zk.SessionID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sessions, id)
}

func (w *watchers) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.sessions)
}

func (w *watchers) all() map[zk.SessionID]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.sessions)
}

func (d *digests) add(one digestAt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) < digestsMax {
		d.all = append(d.all, one)
		return
	}
	d.all[d.at] = one
	d.at = (d.at + 1) % digestsMax
}

// hash tells the digests, oldest first.
func (t *teller) hash() {
	d := &t.port.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.all {
		one := d.all[(d.at+i)%len(d.all)]
		t.line(hex(one.zxid), ": ", strconv.FormatUint(one.digest, 10))
	}
}
