package drive

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Peers carries messages to other servers; peers.Net does. A link has a number, which rises: what
// belongs to a link that the node has left behind never reaches it. None of the methods blocks.
type Peers interface {
	// Open begins a link. A PeerUp or a PeerDown of its number tells what became of it.
	Open(peer zk.ServerID, ch zk.Channel) zk.ConnID
	// HangUp ends a link behind what was sent on it.
	HangUp(link zk.ConnID)
	// Send queues a message on a link, to leave with Flush.
	Send(link zk.ConnID, m *step.Message)
	// Flush lets what was queued on a link leave.
	Flush(link zk.ConnID)
}

const channels = 2

// ends are the node's ends of its links, one for each peer and channel.
type ends [channels][zk.ServerMax + 1]end

// end is what the node knows of one link.
type end struct {
	link zk.ConnID // the newest that it has heard of or asked for
	up   bool
	over bool // the node has closed it, or has heard of its end
}

func (e *ends) of(ch zk.Channel, peer zk.ServerID) *end {
	return &e[ch%channels][peer&zk.ServerMax]
}

// isUp reports whether the input came over a link that the node has open.
func (e *ends) isUp(in *step.Input) bool {
	end := e.of(in.Chan, in.From)
	return end.up && end.link == in.Conn
}

// linkUp tells the node of a new link. One that is still open in its place ends first; one that is
// older than what the node knows comes too late.
func (d *Driver) linkUp() bool {
	d.carryOut() // what was said before belongs to older links
	end := d.ends.of(d.in.Chan, d.in.From)
	up := d.in
	if up.Conn < end.link || up.Conn == end.link && end.over {
		d.cfg.Peers.HangUp(up.Conn)
		return true
	}
	if end.up {
		d.cfg.Peers.HangUp(end.link)
		end.up = false
		d.in = step.Input{Kind: step.PeerDown, From: up.From, Chan: up.Chan}
		if !d.step() {
			return false
		}
		d.carryOut()
	}
	end.link, end.up, end.over = up.Conn, true, false
	d.in = up
	return d.step()
}

// linkDown tells the node of the end of a link, or that none could be opened, unless it knows.
func (d *Driver) linkDown() bool {
	end := d.ends.of(d.in.Chan, d.in.From)
	if d.in.Conn != end.link || end.over {
		return true
	}
	d.carryOut()
	end.up, end.over = false, true
	return d.step()
}

// speak sends what the node says to its peers and does what it wants of its links, in this order:
// a link that it closes still carries what it said before.
func (d *Driver) speak() {
	var said [channels]zk.ServerSet
	for i := range d.out.Sends {
		m := &d.out.Sends[i]
		ch := m.Type.Channel()
		if end := d.ends.of(ch, m.To); end.up {
			d.cfg.Peers.Send(end.link, m)
			said[ch] = said[ch].With(m.To)
		}
	}
	for ch := range said {
		for peer := range said[ch].All() {
			d.cfg.Peers.Flush(d.ends.of(zk.Channel(ch), peer).link)
		}
	}
	for _, l := range d.out.Links {
		d.change(l)
	}
}

// change opens or closes a link.
func (d *Driver) change(l step.Link) {
	end := d.ends.of(l.Chan, l.Peer)
	if end.link != 0 && !end.over {
		d.cfg.Peers.HangUp(end.link)
		end.up, end.over = false, true
	}
	if l.Open {
		end.link, end.over = d.cfg.Peers.Open(l.Peer, l.Chan), false
	}
}
