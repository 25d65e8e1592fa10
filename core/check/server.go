package check

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// server is what the trace says about one server.
type server struct {
	up     bool
	harmed bool // its disk has lost something durable, or lies
	boot   uint16
	role   zk.Role
	phase  zk.Phase
	leader zk.ServerID // whom it follows, itself when leading, 0 while looking
	alone  bool        // serves reads without a leader

	// Epochs as issued, and as they are on disk.
	accepted, entered         zk.Epoch
	diskAccepted, diskEntered zk.Epoch

	log       history  // as issued to the disk
	past      history  // the log before its last cut, which a crash may bring back
	durable   zk.Zxid  // the last transaction on disk
	committed zk.Zxid  // the last delivered, 0 after a start
	installed zk.Zxid  // a SNAP that counts as delivered from UPTODATE on
	applied   zk.Zxid  // the last in the tree
	digest    uint64   // of the tree at applied, 0 when unknown
	told      zk.Epoch // of its last acknowledgement of NEWLEADER
	ack       zk.Zxid  // its last ACK to this leader
	heard     zk.Zxid  // up to where this leader said that it has committed
	promised  bool     // it promised the epoch of this leader, just now
	votes     bool     // its last ACKEPOCH carried its vote

	// Election.
	looking bool
	round   int64
	vote    zk.Vote
	initial zk.Vote
	since   uint64       // Seq of the event that set initial
	linked  zk.ServerSet // for elections
	arrived arrival

	ping ping // with sessions in it

	// Leading.
	leads       zk.Epoch
	synced      zk.ServerSet // learners that acknowledged NEWLEADER
	fresher     zk.ServerSet // learners that were seen to be fresher during discovery
	established zk.Instant   // since when it serves as a leader, 0 while it does not
}

// arrival is the last message that a server received.
type arrival struct {
	ref  trace.Ref // the Arrived
	sent trace.Ref // the Sent
	zxid zk.Zxid
	kind zk.MsgType
	from zk.ServerID
}

// peer is what one server knows of another: the two tallies of an election, the ACKs to a leader,
// and a leader's SNAP.
type peer struct {
	counted bool       // vote is in the tally of the present round
	vote    zk.Vote    // a looking server's, or what one with a leader said in this round
	state   zk.Role    // with vote
	heard   zk.Vote    // what a server with a leader said last, in whatever round
	role    zk.Role    // with heard; Looking for none
	boot    uint16     // of the peer, when it sent vote while looking; 0 when unknown
	seq     uint64     // of that Sent
	acked   zk.Zxid    // its last ACK to this leader
	flying  int32      // messages to it that have not arrived
	due     zk.Instant // of the last of them, 0 when nobody knows

	snap    trace.Ref // the Sent of the last SNAP from it that is not taken
	offered history   // what that stands for
}

// server returns the state of one server. The pointer is good until the next call.
func (c *Checker) server(id zk.ServerID) *server {
	if int(id) >= len(c.servers) {
		c.grow(int(id) + 1)
	}
	return &c.servers[id]
}

// grow makes room for servers below n.
func (c *Checker) grow(n int) {
	old := len(c.servers)
	c.servers = append(c.servers, make([]server, n-old)...)
	peers := make([]peer, n*n)
	for i := range old {
		copy(peers[i*n:], c.peers[i*old:(i+1)*old])
	}
	c.peers = peers
}

// peersOf returns what a server knows of the others; index is their id.
func (c *Checker) peersOf(id zk.ServerID) []peer {
	c.server(id)
	n := len(c.servers)
	return c.peers[int(id)*n : (int(id)+1)*n]
}

// peer returns what a server knows of one other.
func (c *Checker) peer(id, other zk.ServerID) *peer {
	c.server(max(id, other))
	return &c.peersOf(id)[other]
}

// leave ends the server's role: what only the role knew is forgotten.
func (s *server) leave() {
	s.leader, s.leads, s.synced, s.fresher = 0, 0, 0, 0
	s.established, s.ack, s.promised, s.told = 0, 0, false, 0
	s.installed, s.heard = 0, 0
}
