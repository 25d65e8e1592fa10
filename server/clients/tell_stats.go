package clients

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

func (t *teller) srvr() {
	t.line("Zookeeper version: ", t.port.cfg.Version)
	t.serverStats()
}

func (t *teller) stat() {
	t.line("Zookeeper version: ", t.port.cfg.Version)
	t.line("Clients:")
	for _, c := range t.port.list() {
		t.connection(c, false)
	}
	t.line()
	t.serverStats()
}

func (t *teller) serverStats() {
	s, l := &t.port.stats, t.port.stats.latencies()
	t.line("Latency min/avg/max: ", ms(l.least), "/", l.mean(), "/", ms(l.longest))
	t.line("Received: ", unsigned(s.received.Load()))
	t.line("Sent: ", unsigned(s.sent.Load()))
	t.line("Connections: ", strconv.Itoa(len(t.port.list())))
	t.line("Outstanding: ", strconv.Itoa(t.outstanding()))
	t.line("Zxid: 0x", hex(t.node.status.Applied))
	t.line("Mode: ", t.mode())
	t.line("Node count: ", strconv.Itoa(t.znodes()))
	if t.leads() {
		sizes := t.port.proposals.seen()
		t.line("Proposal sizes last/min/max: ", strconv.Itoa(sizes.last), "/",
			strconv.Itoa(sizes.least), "/", strconv.Itoa(sizes.largest))
	}
}

// leads reports whether the server leads others.
func (t *teller) leads() bool {
	return !t.port.cfg.Standalone && t.node.status.Role == zk.Leading
}

// znodes counts like Apache, whose root is there twice: as "/" and as "".
func (t *teller) znodes() int { return t.node.tree.ZnodeCount() + 1 }

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

func unsigned(v uint64) string { return strconv.FormatUint(v, 10) }

// outstanding counts the requests that the node has not answered.
func (t *teller) outstanding() int {
	n := 0
	for _, c := range t.port.list() {
		c.mu.Lock()
		n += len(c.asked)
		c.mu.Unlock()
	}
	return n
}

// mode is the server's role as srvr calls it.
func (t *teller) mode() string {
	switch {
	case t.node.status.ReadOnly:
		return "read-only"
	case t.port.cfg.Standalone:
		return "standalone"
	case t.node.status.Role == zk.Leading:
		return "leader"
	case t.node.status.Role == zk.Observing:
		return "observer"
	}
	return "follower"
}

// cons tells of every connection.
func (t *teller) cons() {
	for _, c := range t.port.list() {
		t.connection(c, true)
	}
	t.line()
}

// connection writes a line like
//
//	/127.0.0.1:55492[1](queued=0,recved=8,sent=8,sid=0x1000024309617ed,lop=EXIS,…)
//
// where the number in brackets is Apache's interest in reading.
func (t *teller) connection(c *conn, full bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := &c.facts
	interest := "1"
	if f.session == 0 {
		interest = "0"
	}
	t.WriteString(" /" + c.from.String() + "[" + interest + "](queued=" +
		strconv.Itoa(len(c.out.waiting)) + ",recved=" + unsigned(f.received) +
		",sent=" + unsigned(f.sent))
	if full && f.session != 0 {
		t.sessionStats(c)
	}
	t.line(")")
}

func (t *teller) sessionStats(c *conn) {
	f := &c.facts
	lastReply := int64(0)
	if !f.replied.IsZero() {
		lastReply = f.replied.Sub(t.port.stats.began).Milliseconds()
	}
	for _, field := range [][2]string{
		{"sid", "0x" + hex(f.session)}, {"lop", opWords[f.lastOp]},
		{"est", strconv.FormatInt(c.began.UnixMilli(), 10)},
		{"to", strconv.Itoa(int(f.timeoutMs))}, {"lcxid", "0x" + hex(int64(f.lastCxid))},
		{"lzxid", "0x" + hex(f.lastZxid)}, {"lresp", strconv.FormatInt(lastReply, 10)},
		{"llat", ms(f.latency.last)}, {"minlat", ms(f.latency.least)},
		{"avglat", ms(average(&f.latency))}, {"maxlat", ms(f.latency.longest)},
	} {
		t.WriteString("," + field[0] + "=" + field[1])
	}
}

func average(l *latency) time.Duration {
	if l.count == 0 {
		return 0
	}
	return l.total / time.Duration(l.count)
}

// mntr tells the numbers, one a line.
func (t *teller) mntr() {
	for _, m := range t.monitor() {
		t.line("zk_", m.Name, "\t", m.Value)
	}
}

// monitor is what there is to watch about a server, in Apache's order. What a server of ours has no
// number for is not there.
func (t *teller) monitor() []Setting {
	s, l := &t.port.stats, t.port.stats.latencies()
	all := []Setting{
		{"version", t.port.cfg.Version},
		{"server_state", t.mode()},
		{"ephemerals_count", strconv.Itoa(t.ephemerals())},
		{"num_alive_connections", strconv.Itoa(len(t.port.list()))},
		{"avg_latency", l.mean()},
		{"outstanding_requests", strconv.Itoa(t.outstanding())},
		{"znode_count", strconv.Itoa(t.znodes())},
		{"global_sessions", strconv.Itoa(t.node.status.Sessions)},
		{"packets_sent", unsigned(s.sent.Load())},
		{"packets_received", unsigned(s.received.Load())},
		{"watch_count", strconv.Itoa(t.node.watches.Len())},
		{"min_latency", ms(l.least)},
		{"max_file_descriptor_count", strconv.Itoa(descriptorsMax())},
		{"approximate_data_size", strconv.Itoa(t.node.tree.Size())},
		{"open_file_descriptor_count", strconv.Itoa(descriptors())},
		{"local_sessions", "0"},
		{"uptime", ms(t.began.Sub(s.began))},
		{"max_latency", ms(l.longest)},
		{"connection_rejected", unsigned(s.rejected.Load())},
		{"connection_request_count", unsigned(s.requests.Load())},
		{"connection_drop_count", unsigned(s.dropped.Load())},
		{"bytes_received_count", unsigned(s.receivedBytes.Load())},
		{"response_bytes", unsigned(s.sentBytes.Load())},
		{"zabscope_bad_frames", unsigned(s.badFrames.Load())},
		{"zabscope_slow_clients", unsigned(s.slow.Load())},
	}
	if t.port.cfg.Standalone {
		return all
	}
	return append(all, t.ensemble()...)
}

// ensemble tells what only a server of an ensemble has, and of the others what the leader knows.
func (t *teller) ensemble() []Setting {
	s := &t.node.status
	all := []Setting{
		{"peer_state", t.peerState()},
		{"zabscope_epoch", unsigned(uint64(s.Current))},
		{"zabscope_leader", s.Leader.String()},
	}
	if t.port.cfg.Refused != nil {
		all = append(all, Setting{"zabscope_peers_refused",
			strconv.FormatInt(t.port.cfg.Refused(), 10)})
	}
	if !t.leads() {
		return all
	}
	sizes := t.port.proposals.seen()
	return append(all, []Setting{
		{"quorum_size", strconv.Itoa(t.port.cfg.Voters)},
		{"learners", strconv.Itoa(s.Learners.Connected)},
		{"synced_followers", strconv.Itoa(s.Learners.Followers)},
		{"synced_non_voting_followers", "0"},
		{"synced_observers", strconv.Itoa(s.Learners.Observers)},
		{"pending_syncs", strconv.Itoa(s.Learners.Syncs)},
		{"leader_uptime", ms(t.began.Sub(sizes.since))},
		{"last_proposal_size", strconv.Itoa(sizes.last)},
		{"min_proposal_size", strconv.Itoa(sizes.least)},
		{"max_proposal_size", strconv.Itoa(sizes.largest)},
	}...)
}

// peerState is Apache's word pair, "leading - broadcast".
func (t *teller) peerState() string {
	s := &t.node.status
	return strings.ToLower(s.Role.String() + " - " + s.Phase.String())
}

func (t *teller) ephemerals() int {
	n := 0
	for s := range t.node.tree.Sessions() {
		n += len(s.Ephemerals)
	}
	return n
}
