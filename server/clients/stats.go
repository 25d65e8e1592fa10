package clients

import (
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// stats are the port's counters, as srvr and mntr tell them. They are safe for use by several
// goroutines.
type stats struct {
	began time.Time

	received, sent           atomic.Uint64 // packets, since srst
	receivedBytes, sentBytes atomic.Uint64
	requests                 atomic.Uint64 // connections that came
	rejected                 atomic.Uint64 // connections that were not let in
	dropped                  atomic.Uint64 // connections that ended
	badFrames                atomic.Uint64 // connections that ended for what they sent
	slow                     atomic.Uint64 // connections that ended for what they left unread

	mu      sync.Mutex
	latency latency
}

// latency is a summary of how long answers took.
type latency struct {
	count                uint64
	last, least, longest time.Duration
	total                time.Duration
}

func (l *latency) add(took time.Duration) {
	if l.count == 0 || took < l.least {
		l.least = took
	}
	l.last, l.longest = took, max(l.longest, took)
	l.count++
	l.total += took
}

// mean returns the average in milliseconds as Java prints a double of at most four decimals.
func (l *latency) mean() string {
	if l.count == 0 {
		return "0.0"
	}
	return javaDouble(float64(l.total.Microseconds()) / 1000 / float64(l.count))
}

// javaDouble prints a number with at most four decimals and at least one.
func javaDouble(v float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 4, 64), 64)
	s := strconv.FormatFloat(rounded, 'f', -1, 64)
	if rounded == float64(int64(rounded)) {
		return s + ".0"
	}
	return s
}

func (s *stats) answered(took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency.add(took)
}

func (s *stats) latencies() latency {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latency
}

// reset is srst.
func (s *stats) reset() {
	s.received.Store(0)
	s.sent.Store(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = latency{}
}

// connFacts is what cons tells of one connection, guarded by the connection's mutex.
type connFacts struct {
	session   zk.SessionID
	timeoutMs int32
	heard     time.Time // when the client last said something
	received  uint64
	sent      uint64
	lastOp    zk.Op
	lastCxid  int32
	lastZxid  zk.Zxid
	replied   time.Time
	latency   latency
}

// received counts a packet.
func (c *conn) received(bytes int) {
	c.port.stats.received.Add(1)
	c.port.stats.receivedBytes.Add(uint64(bytes))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.facts.received++
	c.facts.heard = time.Now()
}

// told counts what goes to the client, and learns from it which session is here.
func (c *conn) told(t *step.ToClient) {
	c.facts.sent++
	c.port.stats.sent.Add(1)
	if t.Kind == step.Reply && t.Op == zk.OpConnect {
		c.facts.session, c.facts.timeoutMs = t.Reply.Session, t.Reply.TimeoutMs
	}
}

// answered notes a reply. What has an xid of the protocol's own is not the client's last request.
func (f *connFacts) answered(t *step.ToClient, took time.Duration) {
	if t.Xid >= 0 {
		f.lastCxid = t.Xid
	}
	f.lastOp, f.lastZxid, f.replied = t.Op, t.Zxid, time.Now()
	f.latency.add(took)
}

// resetStats is what crst does to one connection.
func (c *conn) resetStats() {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := &c.facts
	*f = connFacts{session: f.session, timeoutMs: f.timeoutMs, heard: f.heard, lastOp: zk.OpNone}
}

// opWords are Apache's names for a connection's last operation.
var opWords = map[zk.Op]string{
	zk.OpNone: "NA", zk.OpPing: "PING", zk.OpConnect: "SESS", zk.OpMulti: "MULT",
	zk.OpMultiRead: "MLTR", zk.OpCreate: "CREA", zk.OpCreate2: "CREA", zk.OpCreateTTL: "CREA",
	zk.OpCreateContainer: "CREA", zk.OpDelete: "DELE", zk.OpDeleteContainer: "DELE",
	zk.OpSetData: "SETD", zk.OpReconfig: "RECO", zk.OpSetACL: "SETA", zk.OpCloseSession: "CLOS",
	zk.OpSync: "SYNC", zk.OpCheck: "CHEC", zk.OpExists: "EXIS", zk.OpGetData: "GETD",
	zk.OpSetWatches: "SETW", zk.OpSetWatches2: "STW2", zk.OpAddWatch: "ADDW",
	zk.OpGetACL: "GETA", zk.OpGetChildren: "GETC", zk.OpGetChildren2: "GETC",
	zk.OpGetAllChildrenNumber: "GETACN", zk.OpCheckWatches: "CHKW", zk.OpRemoveWatches: "REMW",
	zk.OpWhoAmI: "HOMI", zk.OpGetEphemerals: "GETE",
}
