package view

import (
	"iter"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// Model is everything that a page shows about one cluster at one moment.
type Model struct {
	Now       zk.Instant   // time of the last event or Tick
	Voters    zk.ServerSet // who has a vote
	Observers zk.ServerSet
	Rev       Revisions

	Links      []Link      // only links that differ from a healthy one, by From then To
	Flights    []Flight    // messages on the way, and those that ended a moment ago; oldest first
	Clients    []*Client   // by letter
	Sessions   []Session   // by rising id; closed ones stay a while
	Watches    []Watch     // oldest first; fired ones stay a while
	Violations []Violation // oldest first
	Marks      []Mark      // for the scrubber, oldest first, thinned when there are many
	Metrics    Metrics
	History    History
	Outages    []Outage // times without service, oldest first, the last OutagesKept
	Endings    []Ending // sessions that ended, oldest first, the last EndingsKept
	Ruled      bool     // since the last :heal, a line had messages lost, held or doubled

	EndingsSeen int64 // how many sessions have ended

	// TickTime is the tickTime of the servers, a setting that no event tells; neither do events
	// tell where they come from, and what may be done there.
	TickTime time.Duration
	Source   Source
	Rights   Rights

	servers [zk.ServerMax + 1]*Server // nil where there is no such server
	data    data
	rows    rowLog
	retired zk.Instant // when ended flights were last looked for

	keeper zk.ServerID // whose table of expiry the sessions show
	owner  *token      // whose parts may be edited in place, see Clone
	owns   shared
}

// Revisions count the changes of each panel's content: a panel must be drawn again when its number
// differs from the one it was drawn for. They only rise within one model; after a seek (another
// model) everything must be drawn. Server.Rev counts for one server.
type Revisions struct {
	Status   uint64 // Service, leader, epoch, faults
	Servers  uint64 // any server's glyph
	Votes    uint64 // any tally
	Links    uint64
	Flights  uint64
	Clients  uint64
	Sessions uint64
	Watches  uint64
	Marks    uint64
	Events   uint64
	Checks   uint64
	Data     uint64 // any server's tree or log
}

// Server is one server's glyph, inspector and ballot box.
type Server struct {
	ID       zk.ServerID
	Observer bool // has no vote by configuration
	Up       bool
	Paused   bool
	Boot     uint16 // number of its last start, 0 before the first
	Rev      uint64

	Role   zk.Role // zk.Down while not Up
	Phase  zk.Phase
	Leader zk.ServerID // whom it follows; itself while leading; 0 while looking
	Why    zk.Why      // why it took its role

	Accepted, Current             zk.Epoch
	DurableAccepted, DurableEpoch zk.Epoch // what a crash now would leave
	LastLogged, LastDurable       zk.Zxid
	Committed, Applied            zk.Zxid
	Digest                        uint64     // of the tree after Applied, 0 when not known
	Snapshot                      zk.Zxid    // newest snapshot known, 0 for none
	Lost                          bool       // nothing more is heard of it
	Told                          bool       // an event has said whether its process runs
	Missed                        zk.Instant // when events of it were missed; 0 for long ago
	Sessions, Watches             int

	Cells  []Cell // the end of the log, oldest first; at most CellsKept
	Older  int    // transactions in the log before Cells, as far as seen
	Fallen []Cell // cut off by a truncation a moment ago (FallenFor)

	Ballot      Ballot
	Outstanding []Proposal   // on a leader, by zxid
	Learners    []Learner    // on a leader, by id
	Established bool         // on a leader: it has its quorum of NEWLEADER acknowledgements
	SyncAcks    zk.ServerSet // on a leader before that: who acknowledged NEWLEADER
	EpochSet    zk.ServerSet // on a leader: whose acceptedEpoch fixed the new epoch

	Linked [2]zk.ServerSet // open connections, by zk.Channel
	Fsync  time.Duration   // extra slow disk; 0 is normal
	Skew   time.Duration   // of its wall clock

	replica replica
	owner   *token
}

// CellsKept is how many cells of a log a model remembers; CellsShown how many a strip draws.
const (
	CellsKept  = 64
	CellsShown = 8
)

// How long things that are over stay in the model, in the cluster's time.
const (
	EndedFor  = 400 * time.Millisecond // flights
	FallenFor = 400 * time.Millisecond // truncated cells
	GoneFor   = 10 * time.Second       // sessions that closed and watches that fired
	MissedFor = 5 * time.Second        // the sign that something of a server was missed

	UnheardFor = 10 * time.Second // a real message that nobody tells of any more
)

// Cell is one transaction in a server's log.
type Cell struct {
	Zxid zk.Zxid
	Txn  *zk.Txn    // nil when not known
	At   zk.Instant // when it was logged, or cut off for a fallen one
}

// CellState says how far a transaction has come on one server.
type CellState uint8

// The states of a cell, in order.
const (
	CellReceived  CellState = iota // not on disk yet
	CellPersisted                  // on disk, acknowledged
	CellCommitted                  // committed here
	CellTruncated                  // cut off
)

// Ballot is what one server knows of the election: its vote and the two tables of Apache's
// FastLeaderElection. It stays after the election until the next round starts.
type Ballot struct {
	Round      uint64 // electionEpoch, "logicalclock"
	Asked      uint64 // round of Tally: not Round where a leader of another round was joined
	Vote       zk.Vote
	Chosen     zk.Vote      // what it decided for; Vote has the epoch of the leader that serves
	Why        zk.Why       // why this vote
	Tally      []VoteRow    // recvset: votes of this round, by voter, the server's own included
	Ignored    []VoteRow    // last vote of each peer that was not counted
	Elsewhere  []VoteRow    // outofelection: those who already have a leader
	Quorum     zk.ServerSet // who agreed when a quorum was reached, 0 before
	QuorumAt   zk.Instant
	Decided    bool // Elected came: this round is over for the server
	DecidedWhy zk.Why
	Duel       Duel
	Deciding   Duel // the last comparison of this round that changed the vote
}

// VoteRow is one row of a tally.
type VoteRow struct {
	Peer  zk.ServerID
	Role  zk.Role // Peer's state
	Round uint64
	Vote  zk.Vote
	Why   zk.Why // SameVote, WorseVote, OlderRound, …
	At    zk.Instant
}

// Duel is the comparison of the last vote heard with the server's own. The zero value means that
// no vote has been heard.
type Duel struct {
	Ref                 trace.Ref // the event that decided
	At                  zk.Instant
	Peer                zk.ServerID
	Mine, Theirs        zk.Vote // Mine is the vote before the comparison
	MyRound, TheirRound uint64
	Won                 bool   // Theirs won: the server took it over
	Rung                zk.Why // ByEpoch, ByZxid, ByServerID, SameVote; ByRound or OlderRound
	cause               trace.Ref
}

// Proposal is a transaction that a leader has proposed and not committed.
type Proposal struct {
	Zxid zk.Zxid
	Txn  *zk.Txn
	Acks zk.ServerSet
	At   zk.Instant
}

// Learner is a leader's view of one of its learners.
type Learner struct {
	ID     zk.ServerID
	Last   zk.Zxid    // its last zxid when it came
	Sync   zk.MsgType // Diff, Trunc or Snap; NoMsg before the choice
	SyncTo zk.Zxid    // argument of Sync
	Count  int        // transactions that follow
	Why    zk.Why     // reason of the choice
	Synced bool       // its acknowledgement of NEWLEADER was counted
	Acked  zk.Zxid    // last transaction acknowledged
}

// Link is one direction between two servers, or a client and a server, that is not healthy.
type Link struct {
	From, To zk.ServerID
	Cut      bool
	Delay    time.Duration
	Loss     uint32 // chance out of 2^32 that a message is lost
}

// FlightState says how a flight is going.
type FlightState uint8

// The states of a flight. All after FlightHeld are over.
const (
	FlightFlying FlightState = iota
	FlightHeld               // waits on the way until it is released
	FlightArrived
	FlightDropped
)

// Flight is one message on the way. Where it is drawn at a time t between T0 and T1 is linear.
type Flight struct {
	ID       trace.Ref // of its Sent event
	From, To zk.ServerID
	Type     zk.MsgType
	State    FlightState
	Why      zk.Why // of a drop
	Tag      string // short label, "P c13", the same in every language
	Zxid     zk.Zxid
	Epoch    zk.Epoch
	Vote     zk.Vote
	Sess     zk.SessionID
	T0       zk.Instant   // sent, or released
	T1       zk.Instant   // will arrive or did; 0 when unknown (a live cluster)
	End      zk.Instant   // when State became final or held; 0 while flying
	Msg      trace.Detail // its fields for the inspector; may be nil
}

// ClientPhase is the state of a client's session machine, numbered as in a ClientState event.
type ClientPhase uint8

// The states of a client.
const (
	ClientDisconnected ClientPhase = iota
	ClientConnecting
	ClientConnected
	ClientExpired
	ClientClosed
)

// String returns ZooKeeper's word, "CONNECTED".
func (c ClientPhase) String() string {
	names := [...]string{"DISCONNECTED", "CONNECTING", "CONNECTED", "EXPIRED", "CLOSED"}
	if int(c) >= len(names) {
		return "UNKNOWN"
	}
	return names[c]
}

// Client is one client, its last operations and the watch events that it has seen.
type Client struct {
	ID       zk.ServerID // its letter
	Phase    ClientPhase
	Paused   bool
	Pinned   bool        // never leaves its server
	Boot     uint16      // how many clients have had this letter, this one included
	Server   zk.ServerID // it is attached to, or tries; 0 for none
	Home     zk.ServerID // the last one that was so while the cable was in; 0 for none
	Sess     zk.SessionID
	LastZxid zk.Zxid     // newest that it has seen in a reply
	Ops      []ClientOp  // the last OpsKept, oldest first
	Seen     []SeenEvent // the last OpsKept watch events, oldest first
	SeenN    int64       // how many there have been

	owner *token
}

// OpsKept is how many operations and watch events of a client a model remembers.
const OpsKept = 32

// ClientOp is one operation of a client.
type ClientOp struct {
	N      int64
	Line   string // as it was given, without the client's letter
	At     zk.Instant
	Done   bool
	DoneAt zk.Instant
	Err    string // "ok" or Apache's error name; "" while not Done
	Zxid   zk.Zxid
	Msg    trace.Detail // the reply's fields; may be nil
	Read   *Read        // how fresh it is, nil for what is no read
}

// SeenEvent is a watch event that reached a client.
type SeenEvent struct {
	At   zk.Instant
	Path string
	Type zk.EventType
	Zxid zk.Zxid
}

// Session is one session as the servers' tables have it.
type Session struct {
	ID        zk.SessionID
	TimeoutMs int32
	Owner     zk.ServerID  // the server it is attached to, 0 when unknown
	Client    zk.ServerID  // the client's letter, 0 when unknown
	In        zk.ServerSet // servers whose applied state has it
	OpenedAt  zk.Instant
	Expired   bool // the leader decided that it timed out
	Closing   bool // the leader has proposed to close it: nothing saves it any more
	Gone      bool // closed on at least one server
	GoneAt    zk.Instant

	Heard   zk.Instant // when a server last heard of its client, 0 for never
	Touched zk.Instant // when the leader last gave it its full timeout
	Expires zk.Instant // the end of its bucket; 0 while no leader keeps time

	waits  int         // watches that waited when it expired
	closer zk.ServerID // the leader that has proposed to close it
	doomed []string    // ephemerals that go with it; never written in place
}

// WatchKind is what a watch waits for, numbered as in a WatchSet event.
type WatchKind uint8

// The kinds of watches.
const (
	WatchData WatchKind = iota
	WatchExists
	WatchChildren
	WatchPersistent // of data and children, again and again
	WatchRecursive  // of all below, again and again
)

var watchKindNames = [...]string{"data", "exists", "children", "persistent", "recursive", "?"}

// String returns "data", "exists", "children", "persistent" or "recursive".
func (k WatchKind) String() string { return watchKindNames[min(k, WatchRecursive+1)] }

// Watch is one watch, which is one-shot unless its kind says otherwise.
type Watch struct {
	Server zk.ServerID
	Sess   zk.SessionID
	Client zk.ServerID // the client's letter, 0 when unknown
	Path   string
	Kind   WatchKind
	SetAt  zk.Instant
	Fired  zk.EventType // 0 while armed
	FireAt zk.Instant
	Lost   bool // went away with its connection or server, without firing
}

// Violation is an invariant that did not hold.
type Violation struct {
	Ref    trace.Ref
	At     zk.Instant
	Name   string // "PrefixConsistency"
	Detail string
	Peer   zk.ServerID
	Zxid   zk.Zxid
}

// Lane is a lane of the scrubber.
type Lane uint8

// The lanes of the scrubber.
const (
	LaneState Lane = iota // roles, elections, epochs
	LaneFault             // the user's hand
	LaneData              // commits and errors
)

// Mark is one mark on the scrubber.
type Mark struct {
	At     zk.Instant
	Lane   Lane
	Kind   trace.Kind
	Server zk.ServerID // it is about, or the client
	Ref    trace.Ref
	Weight uint8 // thinning drops light marks first
}

// Metrics are running totals.
type Metrics struct {
	Commits     int           // transactions committed by a leader
	Elections   int           // leaders established
	Unavailable time.Duration // without a serving quorum, since the first one served
	LastLatency time.Duration // from proposal to commit of the last commit
	downSince   zk.Instant
	judged      uint64 // Rev.Status of the last judgement
	served      bool   // it has been available before
	down        bool
	leader      zk.ServerID // when it was available last
	epoch       zk.Epoch    // of that leader
}

// ServiceState sums up whether clients can be served.
type ServiceState uint8

// The states of the service.
const (
	ServiceDown     ServiceState = iota // no server runs
	ServiceNoQuorum                     // too few servers can reach each other
	ServiceElecting                     // enough servers, no established leader
	ServiceOK                           // an established leader has a quorum of followers
	ServiceUnknown                      // it is up to servers of whom nothing is heard
)

// Service is the status bar in numbers.
type Service struct {
	State     ServiceState
	Serving   int // servers in broadcast with the leader, itself included, voters only
	Reachable int // most voters that can reach each other now
	Voters    int
	Watching  int          // observers in broadcast with the leader
	Unheard   zk.ServerSet // nothing is known of them, or not any more
	Stale     zk.ServerSet // answer reads although no leader with a majority reaches them
	Observers int
	Round     uint64 // highest election round of a looking server
	Leader    zk.ServerID
	Epoch     zk.Epoch // of the leader, or the highest current one
	Committed zk.Zxid  // highest known to be committed anywhere
	Clients   int      // connected
	Sessions  int      // not closed
	Faults    int      // servers down or paused, links not healthy, slow disks
}

// Island is a set of running servers that can reach each other and no other server.
type Island struct {
	Name    string // "A", "B", … by smallest member
	Members zk.ServerSet
	Voters  int // how many members have a vote
	Quorum  bool
	Leader  zk.ServerID // a member that leads, the one with the highest epoch; 0 for none
	Led     bool        // that leader is established, and does not pause
}

// New returns the model of a cluster whose servers have never been started.
func New(voters, observers zk.ServerSet) *Model {
	m := &Model{
		Voters: voters, Observers: observers &^ voters, TickTime: TickTimeDefault,
		owner: new(token),
	}
	m.History.Every = stretchFirst
	m.data.blank = &State{Tree: tree.New()}
	m.data.committed = m.data.blank
	for id := range (voters | observers).All() {
		m.servers[id] = &Server{
			ID: id, Observer: !voters.Has(id), Role: zk.Down, owner: m.owner,
			replica: replica{now: m.data.blank},
		}
	}
	return m
}

// Server returns one server, nil if there is none. It must not be changed.
func (m *Model) Server(id zk.ServerID) *Server {
	if id > zk.ServerMax {
		return nil
	}
	return m.servers[id]
}

// Servers yields all servers by id.
func (m *Model) Servers() iter.Seq[*Server] {
	return func(yield func(*Server) bool) {
		for _, s := range &m.servers {
			if s != nil && !yield(s) {
				return
			}
		}
	}
}

// Client returns one client, nil if there is none. It must not be changed.
func (m *Model) Client(letter zk.ServerID) *Client {
	for _, c := range m.Clients {
		if c.ID == letter {
			return c
		}
	}
	return nil
}

// Link returns the state of one direction; the zero Link with its ends for a healthy one.
func (m *Model) Link(from, to zk.ServerID) Link {
	healthy := Link{From: from, To: to}
	if at, found := slices.BinarySearchFunc(m.Links, healthy, compareLink); found {
		return m.Links[at]
	}
	return healthy
}

// Rows yields the last events, newest first, at most RowsKept.
func (m *Model) Rows() iter.Seq[*trace.Event] { return m.rows.backward() }

// RowsSeen returns how many events the model has ever been given.
func (m *Model) RowsSeen() uint64 { return m.rows.seen }

// Find returns an event that is still kept.
func (m *Model) Find(ref trace.Ref) (*trace.Event, bool) {
	for e := range m.Rows() {
		if e.Ref == ref {
			return e, true
		}
	}
	return nil, false
}
