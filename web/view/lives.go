package view

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Track is what a server or client is, as its life line shows it.
type Track uint8

// The tracks.
const (
	TrackDown      Track = iota // does not run, or is not connected
	TrackLooking                // LOOKING, or connecting
	TrackFollowing              // FOLLOWING, or connected
	TrackObserving
	TrackLeading
)

// Life is the look of one life line at one moment. The zero value is of one that is not there.
type Life struct {
	There  bool // known by now
	Track  Track
	Paused bool
	Apart  bool // a cut separates the server from a majority of the voters
	Epoch  zk.Epoch
}

// Lives are those of all servers and clients at one moment.
type Lives struct {
	voters  zk.ServerSet
	servers zk.ServerSet
	cuts    [zk.ServerMax + 1]zk.ServerSet // to whom nothing passes, by sender
	of      [lifeEnd]Life
}

const lifeEnd = 'Z' + 1

// Of returns one life.
func (l *Lives) Of(id zk.ServerID) Life { return l.of[min(id, lifeEnd-1)] }

// Lives returns how the life lines look now.
func (m *Model) Lives() *Lives {
	l := &Lives{voters: m.Voters}
	for s := range m.Servers() {
		l.servers = l.servers.With(s.ID)
		l.of[s.ID] = Life{There: true, Track: trackOf(s.Role), Paused: s.Paused, Epoch: s.Current}
	}
	for _, c := range m.Clients {
		l.of[c.ID] = Life{There: true, Track: clientTrack(c.Phase), Paused: c.Paused}
	}
	for _, link := range m.Links {
		l.link(link.From, link.To, link.Cut)
	}
	l.part()
	return l
}

func trackOf(r zk.Role) Track {
	switch r {
	case zk.Looking:
		return TrackLooking
	case zk.Following:
		return TrackFollowing
	case zk.Observing:
		return TrackObserving
	case zk.Leading:
		return TrackLeading
	}
	return TrackDown
}

func clientTrack(p ClientPhase) Track {
	switch p {
	case ClientConnecting:
		return TrackLooking
	case ClientConnected:
		return TrackFollowing
	}
	return TrackDown
}

// apply changes what an event changes, and reports whether it may have changed anything.
func (l *Lives) apply(e *trace.Event) bool {
	switch e.Kind {
	case trace.Booted:
		l.boot(e)
	case trace.RoleChanged:
		l.at(e.Node).Track = trackOf(e.Role)
	case trace.EpochEntered:
		l.at(e.Node).Epoch = e.Epoch
	case trace.Crashed:
		l.at(e.Peer).Track, l.at(e.Peer).Paused = TrackDown, false
	case trace.Paused, trace.Resumed:
		l.at(e.Peer).Paused = e.Kind == trace.Paused
	case trace.Cut, trace.Mended:
		l.link(e.Peer, e.Other, e.Kind == trace.Cut)
		l.part()
	case trace.ClientState:
		l.at(e.Node).There = true
		l.at(e.Node).Track = clientTrack(ClientPhase(e.N))
	default:
		return false
	}
	return true
}

func (l *Lives) at(id zk.ServerID) *Life { return &l.of[min(id, lifeEnd-1)] }

func (l *Lives) boot(e *trace.Event) {
	if !isServer(e.Node) {
		return
	}
	if e.Set != 0 {
		l.voters = e.Set
	}
	l.servers = l.servers.With(e.Node)
	*l.at(e.Node) = Life{
		There: true, Track: TrackLooking, Apart: l.at(e.Node).Apart, Epoch: e.Epoch,
	}
}

func (l *Lives) link(from, to zk.ServerID, cut bool) {
	switch {
	case !isServer(from) || !isServer(to):
	case cut:
		l.cuts[from] = l.cuts[from].With(to)
	default:
		l.cuts[from] = l.cuts[from].Without(to)
	}
}

// part finds out who cannot reach a majority of the voters.
func (l *Lives) part() {
	cut := func(from, to zk.ServerID) bool { return l.cuts[from].Has(to) }
	for rest := l.servers; rest != 0; {
		group := spread(lowest(rest), rest, cut)
		for id := range group.All() {
			l.of[id].Apart = !group.HasMajority(l.voters)
		}
		rest &^= group
	}
}
