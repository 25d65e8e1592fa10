package view

import (
	"slices"
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// flightsMax bounds the flights: a recording without arrivals must not fill the memory.
const flightsMax = 1024

func (m *Model) onSent(e *trace.Event) {
	if !m.leaves(e) {
		return
	}
	own(m, ownFlights, &m.Flights)
	m.Rev.Flights++
	if len(m.Flights) >= flightsMax {
		m.Flights = slices.Delete(m.Flights, 0, 1)
	}
	m.Flights = append(m.Flights, Flight{
		ID: e.Ref, From: e.Other, To: e.Peer, Type: e.Type, Tag: m.tag(e), Zxid: e.Zxid,
		Epoch: e.Epoch, Vote: e.Vote, Sess: e.Sess, T0: e.At, T1: zk.Instant(e.N), Msg: e.Msg,
	})
}

// leaves reports whether a message leaves its sender. A real node, which tells of its messages
// itself, says that it sends one also where it has no connection, and nobody says that it is lost.
func (m *Model) leaves(e *trace.Event) bool {
	s := m.Server(e.Node)
	return e.N != 0 || s == nil || !isServer(e.Peer) ||
		s.Linked[e.Type.Channel()].Has(e.Peer)
}

func (m *Model) endFlight(e *trace.Event, state FlightState) {
	f := m.flight(e.Cause)
	if f == nil {
		return
	}
	if e.Why == zk.WhyLinkBroken && f.T0 == e.At { // it never left
		m.Flights = slices.DeleteFunc(m.Flights, func(f Flight) bool { return f.ID == e.Cause })
		return
	}
	f.State, f.Why, f.End = state, e.Why, e.At
	if state == FlightArrived {
		f.T1 = e.At
		m.overtake(*f)
	}
}

// overtake ends what was sent over the same link before a message that has arrived: a link keeps
// the order, so it went into one that broke.
func (m *Model) overtake(by Flight) {
	m.lose(func(f *Flight) bool {
		return f.From == by.From && f.To == by.To && f.Type.Channel() == by.Type.Channel() &&
			f.ID.Node == by.ID.Node && (f.ID.Boot < by.ID.Boot ||
			f.ID.Boot == by.ID.Boot && f.ID.Seq < by.ID.Seq)
	})
}

// loseTo ends what is on the way to a server that will not tell of it.
func (m *Model) loseTo(id zk.ServerID) { m.lose(func(f *Flight) bool { return f.To == id }) }

// loseOn ends what is on the way over a connection.
func (m *Model) loseOn(from, to zk.ServerID, channel int64) {
	m.lose(func(f *Flight) bool {
		return f.From == from && f.To == to && int64(f.Type.Channel()) == channel
	})
}

// isUnheard reports whether nothing explains any more that a message has not arrived.
func (m *Model) isUnheard(f *Flight) bool {
	if m.Now.Sub(f.T0) <= UnheardFor {
		return false
	}
	to, link := m.Server(f.To), m.Link(f.From, f.To)
	return to == nil || !to.Paused && !link.Cut && link.Delay == 0
}

// lose ends flights that will not arrive. Real nodes tell what has come, never what will not; a
// world that knows when a message arrives tells its end, too.
func (m *Model) lose(is func(*Flight) bool) {
	gone := func(f Flight) bool { return f.T1 == 0 && f.State == FlightFlying && is(&f) }
	if !slices.ContainsFunc(m.Flights, gone) {
		return
	}
	own(m, ownFlights, &m.Flights)
	m.Rev.Flights++
	m.Flights = slices.DeleteFunc(m.Flights, gone)
}

func (m *Model) onReleased(e *trace.Event) {
	if f := m.flight(e.Cause); f != nil {
		f.State, f.End = FlightFlying, 0
		f.T0, f.T1 = e.At, zk.Instant(e.N)
	}
}

// flight returns the flight of a Sent event, to be changed, or nil. It is looked for among the
// newest first: most flights are short.
func (m *Model) flight(sent trace.Ref) *Flight {
	for i := len(m.Flights) - 1; i >= 0; i-- {
		if m.Flights[i].ID == sent {
			own(m, ownFlights, &m.Flights)
			m.Rev.Flights++
			return &m.Flights[i]
		}
	}
	return nil
}

// retireEvery is how long a flight may stay beyond its time, so that not every event looks for one.
const retireEvery = EndedFor / 8

func (m *Model) retireFlights() {
	if m.Now.Sub(m.retired) < retireEvery {
		return
	}
	m.retired = m.Now
	m.lose(m.isUnheard)
	over := func(f Flight) bool { return f.State > FlightHeld && m.Now.Sub(f.End) > EndedFor }
	if !slices.ContainsFunc(m.Flights, over) {
		return
	}
	own(m, ownFlights, &m.Flights)
	m.Rev.Flights++
	m.Flights = slices.DeleteFunc(m.Flights, over)
}

// tag returns the label that a message carries on the stage: how many transactions follow a DIFF is
// known there.
func (m *Model) tag(e *trace.Event) string {
	if e.Type == zk.Diff {
		return "DIFF +" + strconv.Itoa(m.syncCount(e))
	}
	return Tag(e)
}

// Tag returns the label of the message of a Sent event, in ZooKeeper's own letters.
func Tag(e *trace.Event) string {
	counter := "c" + decimal(uint64(e.Zxid.Counter()))
	epoch := "e" + decimal(uint64(e.Epoch))
	switch e.Type {
	case zk.Notification:
		return "V→" + e.Vote.Leader.String()
	case zk.LeaderInfo, zk.NewLeader:
		return shortNames[e.Type] + " " + epoch
	case zk.Trunc:
		return "TRUNC ⇤" + counter
	case zk.Proposal, zk.Commit, zk.Inform:
		return shortNames[e.Type] + " " + counter
	case zk.Ack:
		return ackTag(e.Zxid, counter)
	case zk.ClientRequest, zk.ClientReply, zk.ClientEvent:
		return clientTag(e)
	}
	return shortNames[e.Type]
}

var shortNames = [zk.MsgTypeCount]string{
	zk.FollowerInfo: "FI", zk.ObserverInfo: "OI", zk.LeaderInfo: "LI", zk.AckEpoch: "AE",
	zk.Diff: "DIFF", zk.Snap: "SNAP", zk.NewLeader: "NL", zk.UpToDate: "UP", zk.Proposal: "P",
	zk.Ack: "A", zk.Commit: "C", zk.Inform: "I", zk.Forward: "REQ", zk.Sync: "SY",
	zk.Revalidate: "RV", zk.ClientConnect: "+", zk.ClientClose: "×",
}

// ackTag writes the acknowledgement of NEWLEADER, whose counter is 0, with its epoch.
func ackTag(z zk.Zxid, counter string) string {
	if z.Counter() == 0 {
		return "A e" + decimal(uint64(z.Epoch()))
	}
	return "A " + counter
}

// syncCount returns how many transactions follow a DIFF, as the leader chose.
func (m *Model) syncCount(e *trace.Event) int {
	s := m.Server(e.Other)
	if s == nil {
		return 0
	}
	for i := range s.Learners {
		if s.Learners[i].ID == e.Peer {
			return s.Learners[i].Count
		}
	}
	return 0
}

// clientTag is the operation, or the outcome, that the message's own fields name.
func clientTag(e *trace.Event) string {
	wanted := "op"
	switch e.Type {
	case zk.ClientReply:
		wanted = "err"
	case zk.ClientEvent:
		wanted = "type"
	}
	if e.Msg != nil {
		for name, value := range e.Msg.Fields {
			if name == wanted {
				return value
			}
		}
	}
	return ""
}

// InFlight returns how many messages are on the way, held ones included.
func (m *Model) InFlight() int {
	n := 0
	for i := range m.Flights {
		if m.Flights[i].State <= FlightHeld {
			n++
		}
	}
	return n
}

// Flight returns the message whose Sent event has the name, "w12"; nil when it is not shown any
// more.
func (m *Model) Flight(name string) *Flight {
	for i := range m.Flights {
		if m.Flights[i].ID.String() == name {
			return &m.Flights[i]
		}
	}
	return nil
}
