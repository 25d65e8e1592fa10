package view

import (
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Outage is a time without service, from the event that ended the service to the one that brought
// it back.
type Outage struct {
	Ref      trace.Ref // of the event that began it
	Began    zk.Instant
	Over     bool
	At       zk.Instant  // when it was over; of an open one, when OutageLong was reached
	Long     bool        // it lasted OutageLong
	Loss     Loss        // what ended the service
	Was, Now zk.ServerID // the leader before and after
	Before   zk.Epoch    // of the leader before
	Epoch    zk.Epoch    // of the leader after it
	Reach    int         // most voters that could reach each other when it began
	Broken   []string    // invariants that were broken meanwhile
	checks   int         // violations before
}

// Loss is what a service ended with.
type Loss uint8

// The losses, from the widest on. A leader that neither fell nor paused may lead on, and serve
// again as soon as enough voters have joined it.
const (
	LostQuorum   Loss = iota // no majority of the voters can reach each other
	LostLeader               // it fell, or gave up
	LostPause                // it stands still
	LostMajority             // it leads, and fewer than a majority serve with it
)

// OutageLong is after how long an outage that goes on is worth a word.
const OutageLong = 15 * time.Second

// OutagesKept is how many outages a model remembers.
const OutagesKept = 16

// outage returns the one that is going on, to be changed, or nil.
func (m *Model) outage() *Outage {
	n := len(m.Outages)
	if n == 0 || m.Outages[n-1].Over {
		return nil
	}
	own(m, ownOutages, &m.Outages)
	return &m.Outages[n-1]
}

// measure judges the service after an event: it keeps the total of the time without, since the
// first time there was any, and the outages.
func (m *Model) measure(e *trace.Event) {
	if m.Rev.Status == m.Metrics.judged {
		return
	}
	m.Metrics.judged = m.Rev.Status
	v := m.Service()
	if v.State == ServiceUnknown {
		return
	}
	ok := v.State == ServiceOK
	t := &m.Metrics
	switch {
	case ok && t.down:
		t.Unavailable += m.Now.Sub(t.downSince)
		t.down = false
		m.endOutage(&v)
	case !ok && t.served && !t.down:
		t.downSince, t.down = m.Now, true
		m.beginOutage(e, &v)
	}
	if ok {
		t.served, t.leader, t.epoch = true, v.Leader, v.Epoch
	}
}

func (m *Model) beginOutage(e *trace.Event, v *Service) {
	own(m, ownOutages, &m.Outages)
	m.Outages = append(m.Outages, Outage{
		Ref: e.Ref, Began: m.Now, Loss: m.lossOf(v), Was: m.Metrics.leader,
		Before: m.Metrics.epoch, Reach: v.Reachable, checks: len(m.Violations),
	})
	if extra := len(m.Outages) - OutagesKept; extra > 0 {
		m.Outages = slices.Delete(m.Outages, 0, extra)
	}
}

// lossOf says what ended the service that there was until now.
func (m *Model) lossOf(v *Service) Loss {
	was := m.Server(m.Metrics.leader)
	switch {
	case v.Reachable*2 <= v.Voters:
		return LostQuorum
	case was == nil || !was.Established:
		return LostLeader
	case was.Paused:
		return LostPause
	}
	return LostMajority
}

func (m *Model) endOutage(v *Service) {
	o := m.outage()
	if o == nil {
		return
	}
	o.Over, o.At, o.Now, o.Epoch = true, m.Now, v.Leader, v.Epoch
	o.Broken = m.brokenSince(o.checks)
}

// retireOutage notes when an outage has lasted long.
func (m *Model) retireOutage() {
	n := len(m.Outages)
	if n == 0 || m.Outages[n-1].Over || m.Outages[n-1].Long {
		return
	}
	if m.Now.Sub(m.Outages[n-1].Began) < OutageLong {
		return
	}
	o := m.outage()
	o.Long, o.At = true, o.Began.Add(OutageLong)
	v := m.Service()
	o.Reach = v.Reachable
	o.Broken = m.brokenSince(o.checks)
}

func (m *Model) brokenSince(n int) []string {
	var names []string
	for i := n; i < len(m.Violations); i++ {
		if !slices.Contains(names, m.Violations[i].Name) {
			names = append(names, m.Violations[i].Name)
		}
	}
	return names
}
