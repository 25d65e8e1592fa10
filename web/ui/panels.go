package ui

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// StatusBar is the line under the header.
type StatusBar struct {
	Text   text.Printer
	Lamp   string // ok, electing, noquorum, down, or violated
	State  string // the first sentence
	Help   string // what it means
	Stale  string // who still answers reads without the leader, "" for nobody
	Fields []Field
	Faults []string
	Broken []string // names of violated invariants
}

// Field is a name and a value of a panel.
type Field struct {
	Name, Value string
	Mono        bool // the value is an identifier
	Help        string
	Key         string // names the field for the page, "" for most
	Note        string // what it means, in small letters
}

var lamps = [...]string{"down", "noquorum", "electing", "ok", "unknown"}

// BuildStatus sums m up.
func BuildStatus(m *view.Model, t text.Printer) StatusBar {
	v := m.Service()
	bar := StatusBar{Text: t, Lamp: lamps[v.State], State: serviceSentence(m, v, t)}
	bar.Fields = []Field{
		{Name: "epoch", Value: strconv.FormatUint(uint64(v.Epoch), 10)},
		{Name: t.T("status.leader"), Value: leaderValue(m, v, t)},
		{Name: t.T("status.committed"), Value: ZxidText(v.Committed), Mono: true},
		clientsField(v, t),
	}
	bar.Help = serviceHelp(m, v, t)
	if v.Stale != 0 {
		bar.Stale = t.T("status.stale", "servers", serverList(v.Stale))
	}
	bar.Faults = faults(m, t)
	for i := range m.Violations {
		bar.Lamp = "violated"
		bar.Broken = append(bar.Broken, m.Violations[i].Name)
	}
	return bar
}

func serviceSentence(m *view.Model, v view.Service, t text.Printer) string {
	switch v.State {
	case view.ServiceOK:
		if v.Observers > 0 {
			return t.T("status.ok.observers", "up", v.Serving, "n", v.Voters, "o", v.Watching,
				"all", v.Observers)
		}
		return t.T("status.ok", "up", v.Serving, "n", v.Voters)
	case view.ServiceElecting:
		return electingSentence(m, v, t)
	case view.ServiceNoQuorum:
		return t.T("status.noquorum", "count", share(m, v.Reachable, t))
	case view.ServiceUnknown:
		return t.T("status.unknown")
	}
	return t.T("status.down")
}

// serviceHelp says what the first sentence means, "" where it says all.
func serviceHelp(m *view.Model, v view.Service, t text.Printer) string {
	switch {
	case v.State == view.ServiceOK:
		return t.T("status.ok.help", "up", v.Serving, "n", v.Voters, "l", v.Leader)
	case v.State == view.ServiceElecting && unaware(m, v):
		return t.T("status.unaware.help")
	case v.State == view.ServiceUnknown:
		return t.T("status.unknown.help", "servers", serverList(v.Unheard))
	}
	return ""
}

// electingSentence says why enough servers do not serve: they look for a leader, they catch up with
// one, or they have not noticed yet that theirs is out of reach.
func electingSentence(m *view.Model, v view.Service, t text.Printer) string {
	switch {
	case v.Round != 0:
		return t.T("status.electing", "round", v.Round)
	case unaware(m, v):
		return t.T("status.unaware")
	}
	return t.T("status.syncing")
}

// unaware reports whether no server looks for a leader or catches up with one.
func unaware(m *view.Model, v view.Service) bool {
	for s := range m.Servers() {
		if s.Up && (s.Phase == zk.Discovery || s.Phase == zk.Synchronization) {
			return false
		}
	}
	return v.Round == 0
}

// leaderValue says who leads, or why nobody does.
func leaderValue(m *view.Model, v view.Service, t text.Printer) string {
	switch {
	case v.Leader != 0:
		return v.Leader.String()
	case v.State == view.ServiceDown:
		return "–"
	case v.State == view.ServiceUnknown:
		return knownLeader(m)
	case v.State == view.ServiceNoQuorum:
		return t.T("status.leader.none")
	}
	for s := range m.Servers() {
		if s.Role == zk.Leading && waits(s) {
			return t.T("status.leader.soon", "n", s.ID)
		}
	}
	return t.T("status.leader.electing")
}

// knownLeader returns whom a server follows that is heard of.
func knownLeader(m *view.Model) string {
	for s := range m.Servers() {
		if s.Up && s.Leader != 0 && !m.Unheard(s) {
			return s.Leader.String()
		}
	}
	return "?"
}

// faults names what the user, or chance, has broken, at most one short phrase for each sort.
func faults(m *view.Model, t text.Printer) []string {
	var down, paused, slow zk.ServerSet
	for s := range m.Servers() {
		if s.Boot > 0 && !s.Up {
			down = down.With(s.ID)
		}
		if s.Paused {
			paused = paused.With(s.ID)
		}
		if s.Fsync > 0 {
			slow = slow.With(s.ID)
		}
	}
	var out []string
	if n := len(m.Islands()); n > 1 {
		out = append(out, t.T("fault.partition", "n", n))
	} else if says := linkFault(m, t); says != "" {
		out = append(out, says)
	}
	if letters := unpluggedClients(m); letters != "" {
		out = append(out, t.T("fault.unplugged", "clients", letters))
	}
	for _, f := range []struct {
		key string
		set zk.ServerSet
	}{{"fault.down", down}, {"fault.paused", paused}, {"fault.slow", slow}} {
		if f.set != 0 {
			out = append(out, t.T(f.key, "servers", serverList(f.set)))
		}
	}
	return out
}

// linkFault counts the links between servers that are not healthy, and those of them that are so
// one way only; "" for none.
func linkFault(m *view.Model, t text.Printer) string {
	n, both := 0, 0
	for _, l := range m.Links {
		if l.From.IsClient() {
			continue
		}
		n++
		if l.From < l.To && m.Link(l.To, l.From) != (view.Link{From: l.To, To: l.From}) {
			both++
		}
	}
	n -= both
	switch oneWay := n - both; {
	case n == 0:
		return ""
	case oneWay == 0:
		return t.T("fault.links", "n", n)
	case n == 1:
		return t.T("fault.links.way")
	default:
		return t.T("fault.links.ways", "n", n, "k", oneWay)
	}
}

// unpluggedClients lists the clients whose cable is out, "A B".
func unpluggedClients(m *view.Model) string {
	var letters []string
	for _, c := range m.Clients {
		if c.Phase < view.ClientExpired && Unplugged(m, c.ID) {
			letters = append(letters, c.ID.String())
		}
	}
	return strings.Join(letters, " ")
}

func serverList(set zk.ServerSet) string { return strings.ReplaceAll(set.String(), ",", " ") }

// VotesPanel is one server's ballot box.
type VotesPanel struct {
	Text      text.Printer
	Of        zk.ServerID
	Servers   []zk.ServerID
	Down      string // that the server does not run, "" while it does
	Round     uint64
	Asked     uint64 // round of Rows
	Taken     string // why Round is not Asked
	Vote      string // "(5, e1·c3, ep1)"
	For       string // the same in words
	Serves    string // why it tells a later epoch by now
	Verdict   string // how far this election is
	Settled   bool
	Joined    bool       // decided by the answers of servers that have a leader
	Rows      []VoteLine // counted in round Asked
	Dropped   []VoteLine // heard, and not counted
	Elsewhere []VoteLine
	Bars      []VoteBar
	Need      int
	Duel      *DuelShape
}

// VoteLine is one row of a tally.
type VoteLine struct {
	Peer        zk.ServerID
	Self        bool
	Role        string
	Said        string // the role in words
	Candidate   zk.ServerID
	Zxid, Epoch string
	Note        string
	Counts      bool // it supports the server's own vote
}

// VoteBar is the support of one candidate.
type VoteBar struct {
	ID          zk.ServerID
	Votes       int
	Words       string // the same, and how many it needs
	Quorum      bool
	From        string
	Cells, Need int
}

// DuelShape is a comparison of a vote that was heard with the server's own: the one that decided,
// or the last one.
type DuelShape struct {
	Title        string
	Last         bool
	Choice       bool // the two are not the same
	Peer         zk.ServerID
	Theirs, Mine string
	For, MyFor   string // whom the two votes are for
	Rungs        []RungShape
	Result       string
	Won          bool
}

// RungShape is one rung of the comparison: tied, decided or skipped.
type RungShape struct {
	Name, Theirs, Sign, Mine, State, Stamp string
}

// BuildVotes shows the ballot box of v.VotesOf, or of the server that is most worth a look.
func BuildVotes(m *view.Model, v View, t text.Printer) VotesPanel {
	s := votesOf(m, v)
	p := VotesPanel{Text: t, Need: m.Voters.Len()/2 + 1}
	for o := range m.Servers() {
		p.Servers = append(p.Servers, o.ID)
	}
	if s == nil {
		return p
	}
	b := &s.Ballot
	p.Of, p.Round, p.Asked, p.Settled = s.ID, b.Round, b.Asked, b.Decided
	p.Joined = b.Decided && b.DecidedWhy == zk.ExistingLeader
	p.tellVote(b, t)
	p.Verdict = verdict(m, s, t)
	if !s.Up && b.Round > 0 {
		p.Down = t.T("votes.down", "n", s.ID)
	}
	for i := range b.Tally {
		p.Rows = append(p.Rows, voteLine(&b.Tally[i], s, true, t))
	}
	for i := range b.Ignored {
		p.Dropped = append(p.Dropped, voteLine(&b.Ignored[i], s, false, t))
	}
	for i := range b.Elsewhere {
		p.Elsewhere = append(p.Elsewhere, voteLine(&b.Elsewhere[i], s, false, t))
	}
	if p.Joined {
		return p // what it heard before did not matter
	}
	for _, c := range b.Candidates() {
		p.Bars = append(p.Bars, VoteBar{
			ID: c.ID, Votes: c.From.Len(), Quorum: c.From.HasMajority(m.Voters),
			From: serverList(c.From), Cells: m.Voters.Len(), Need: p.Need,
			Words: t.T("votes.count", "k", c.From.Len(), "need", p.Need),
		})
	}
	p.Duel = duelOf(s, v.LastDuel, t)
	return p
}

// tellVote says whom the server votes for, and how round and epoch came to be what they are.
func (p *VotesPanel) tellVote(b *view.Ballot, t text.Printer) {
	v := cast(b)
	switch {
	case v.Leader == 0:
		p.For = t.T("votes.nobody")
		return
	case p.Joined:
		p.For = t.T("votes.leads", "id", v.Leader, "epoch", v.Epoch)
	default:
		p.For = t.T("votes.history", "id", v.Leader, "zxid", v.Zxid.Short(), "epoch", v.Epoch)
	}
	p.Vote = v.String()
	if b.Round != b.Asked && b.Asked != 0 {
		p.Taken = t.T("votes.taken", "id", v.Leader, "n", b.Round, "asked", b.Asked)
	}
	if b.Vote != v {
		p.Serves = t.T("votes.serves", "id", v.Leader, "epoch", b.Vote.Epoch, "vote", b.Vote)
	}
}

// cast returns the server's vote as it was compared: what it decided for, else what it votes now.
func cast(b *view.Ballot) zk.Vote {
	if b.Decided {
		return b.Chosen
	}
	return b.Vote
}

func nodeName(id zk.ServerID, t text.Printer) string { return t.T("votes.for.node", "id", id) }

// votesOf picks the chosen server, else the selected one, else one that is looking, else the
// first with a ballot.
func votesOf(m *view.Model, v View) *view.Server {
	if s := m.Server(v.VotesOf); s != nil && v.VotesOf != 0 {
		return s
	}
	if id, ok := SelectedServer(v.Selected); ok {
		return m.Server(id)
	}
	var first *view.Server
	for s := range m.Servers() {
		if s.Up && s.Role == zk.Looking {
			return s
		}
		if first == nil || first.Ballot.Round == 0 && s.Ballot.Round > 0 {
			first = s
		}
	}
	return first
}

// SelectedServer reads the server out of a selection, "server-3".
func SelectedServer(selected string) (zk.ServerID, bool) {
	digits, ok := strings.CutPrefix(selected, "server-")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 8)
	return zk.ServerID(n), err == nil && n > 0 && zk.ServerID(n) <= zk.ServerMax
}

func verdict(m *view.Model, s *view.Server, t text.Printer) string {
	b := &s.Ballot
	barred := barredText(m, s, t)
	switch {
	case b.Decided && b.DecidedWhy == zk.ExistingLeader:
		return t.T("votes.joined", "id", b.Vote.Leader, "n", m.Voters.Len(),
			"k", (b.Believers(b.Vote.Leader) & m.Voters).Len())
	case b.Decided:
		return t.T("votes.decided", "id", b.Vote.Leader)
	case b.Quorum != 0:
		return t.T("votes.waiting", "k", b.Quorum.Len(), "n", m.Voters.Len())
	case barred != "":
		return barred
	case s.Role == zk.Looking:
		return t.T("votes.open")
	}
	return t.T("votes.none")
}

// barredText says why a server does not join the leader of whom it hears, "" without such a reason.
func barredText(m *view.Model, s *view.Server, t text.Printer) string {
	leader, from := m.Barred(s)
	if leader == 0 {
		return ""
	}
	return t.T("votes.barred", "n", s.ID, "id", leader, "from", serverList(from))
}

// voteLine is a row of a table: of votes that were counted, or of others.
func voteLine(r *view.VoteRow, s *view.Server, counted bool, t text.Printer) VoteLine {
	line := VoteLine{
		Peer: r.Peer, Self: r.Peer == s.ID, Role: r.Role.String(),
		Said: t.T("votes.state." + r.Role.String()), Candidate: r.Vote.Leader,
		Zxid: r.Vote.Zxid.Short(), Epoch: strconv.FormatUint(uint64(r.Vote.Epoch), 10),
		Counts: counted && r.Vote == cast(&s.Ballot),
	}
	switch {
	case !counted && r.Why != zk.NoWhy:
		line.Note = t.T("votes.dropped."+r.Why.String(), "n", r.Round)
	case !counted && r.Peer == r.Vote.Leader:
		line.Note = t.T("votes.note.leads", "n", r.Round)
	case !counted:
		line.Note = t.T("votes.note.haveleader", "n", r.Round)
	case line.Self && (r.Why == zk.ByEpoch || r.Why == zk.ByZxid || r.Why == zk.ByServerID):
		line.Note = t.T("votes.note.switched", "id", r.Vote.Leader)
	case line.Self:
		line.Note = t.T("votes.note.own")
	case line.Counts:
		line.Note = t.T("votes.note.same")
	default:
		line.Note = t.T("votes.note.other")
	}
	return line
}

var rungStates = [...]string{"tied", "decided", "skipped"}

// votesHeading says of which round the counted votes are.
func votesHeading(p VotesPanel) string {
	if p.Joined {
		return p.Text.T("votes.table.joined", "n", p.Asked)
	}
	return p.Text.T("votes.table", "n", p.Asked)
}

func duelName(last bool, p VotesPanel) string {
	if last {
		return p.Text.T("duel.last")
	}
	return p.Text.T("duel.deciding")
}

// duelOf picks the comparison that decided, unless the last one is asked for or none did.
func duelOf(s *view.Server, last bool, t text.Printer) *DuelShape {
	b := &s.Ballot
	if b.Duel.Peer == 0 {
		return nil
	}
	d := &b.Deciding
	if last || d.Peer == 0 {
		d, last = &b.Duel, true
	}
	shape := duelShape(s.ID, d, t)
	shape.Last = last
	shape.Choice = b.Deciding.Peer != 0 && b.Deciding.Ref != b.Duel.Ref
	return shape
}

func duelShape(of zk.ServerID, d *view.Duel, t text.Printer) *DuelShape {
	round := d.MyRound
	if d.Rung == zk.ByRound {
		round = d.TheirRound
	}
	shape := &DuelShape{
		Title: t.T("duel.title", "n", of, "round", round),
		Peer:  d.Peer, Theirs: d.Theirs.String(), Mine: d.Mine.String(), Won: d.Won,
		For: nodeName(d.Theirs.Leader, t), MyFor: nodeName(d.Mine.Leader, t),
	}
	if d.Rung == zk.ByRound || d.Rung == zk.OlderRound {
		shape.Result = t.T("duel."+d.Rung.String(), "n", d.Peer, "of", of,
			"theirs", d.TheirRound, "mine", d.MyRound)
		return shape
	}
	if d.Rung == zk.SameVote {
		shape.Title = t.T("duel.alike", "n", of, "round", round)
		shape.Result = t.T("duel.same", "n", d.Peer, "of", of, "id", d.Mine.Leader,
			"vote", d.Mine)
		return shape
	}
	names := [...]string{"epoch", "zxid", "myid"}
	for i, r := range d.Rungs() {
		state := rungStates[r.State]
		shape.Rungs = append(shape.Rungs, RungShape{
			Name: names[i], Theirs: r.Theirs, Sign: r.Sign, Mine: r.Mine, State: state,
			Stamp: t.T("duel." + state),
		})
	}
	shape.Result = t.T("duel.kept", "of", of, "id", d.Mine.Leader)
	if d.Won {
		shape.Result = t.T("duel.won", "of", of, "id", d.Theirs.Leader)
	}
	return shape
}
