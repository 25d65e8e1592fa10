package clients

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// Field is one field of what a command of the AdminServer answers.
type Field struct {
	Name  string
	Value any
}

// Fields are a JSON object whose fields keep their order.
type Fields []Field

// MarshalJSON is for encoding/json. A field that is set twice has its last value.
func (f Fields) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i := range f {
		if slices.ContainsFunc(f[i+1:], func(o Field) bool { return o.Name == f[i].Name }) {
			continue
		}
		name, err := json.Marshal(f[i].Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(f[i].Value)
		if err != nil {
			return nil, err
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// command is one command of Apache's AdminServer. The first name is the one that answers name.
type command struct {
	names  []string
	answer func(t *teller, args map[string]string) Fields
	alone  bool // needs no node that serves
}

// commands are the same questions as the four-letter words, with answers for programs.
var commands = []command{
	{[]string{"configuration", "conf", "config"}, (*teller).jsonConf, false},
	{[]string{"connection_stat_reset", "crst"}, (*teller).jsonCrst, false},
	{[]string{"connections", "cons"}, (*teller).jsonCons, false},
	{[]string{"dirs"}, (*teller).jsonDirs, false},
	{[]string{"dump"}, (*teller).jsonDump, false},
	{[]string{"environment", "env", "envi"}, (*teller).jsonEnvi, true},
	{[]string{"get_trace_mask", "gtmk"}, (*teller).jsonGtmk, true},
	{[]string{"hash"}, (*teller).jsonHash, false},
	{[]string{"initial_configuration", "icfg"}, (*teller).jsonInitial, false},
	{[]string{"is_read_only", "isro"}, (*teller).jsonIsro, false},
	{[]string{"last_snapshot", "lsnp"}, (*teller).jsonSnapshot, false},
	{[]string{"leader", "lead"}, (*teller).jsonLeader, false},
	{[]string{"monitor", "mntr"}, (*teller).jsonMntr, false},
	{[]string{"observer_connection_stat_reset", "orst"}, (*teller).jsonNothing, false},
	{[]string{"observers", "obsr"}, (*teller).jsonObservers, false},
	{[]string{"ruok"}, (*teller).jsonNothing, true},
	{[]string{"server_stats", "srvr"}, (*teller).jsonSrvr, false},
	{[]string{"set_trace_mask", "stmk"}, (*teller).jsonStmk, true},
	{[]string{"stat_reset", "srst"}, (*teller).jsonSrst, false},
	{[]string{"stats", "stat"}, (*teller).jsonStat, false},
	{[]string{"system_properties", "sysp"}, (*teller).jsonProperties, true},
	{[]string{"voting_view"}, (*teller).jsonVotingView, false},
	{[]string{"watch_summary", "wchs"}, (*teller).jsonWchs, false},
	{[]string{"watches", "wchc"}, (*teller).jsonWchc, false},
	{[]string{"watches_by_path", "wchp"}, (*teller).jsonWchp, false},
	{[]string{"zabstate"}, (*teller).jsonZabState, true},
}

// Commands returns the first name of each command of the AdminServer.
func Commands() (names []string) {
	for i := range commands {
		names = append(names, commands[i].names[0])
	}
	return names
}

// Command answers a command of the AdminServer: its name, an error or null, and what it asks for.
func (p *Port) Command(name string, args map[string]string) Fields {
	at := slices.IndexFunc(commands, func(c command) bool { return slices.Contains(c.names, name) })
	if at < 0 {
		return Fields{{"command", name}, {"error", "Unknown command: " + name}}
	}
	c := &commands[at]
	t := &teller{port: p, began: time.Now()}
	p.mu.Lock()
	hasNode := p.node != nil
	p.mu.Unlock()
	serves := hasNode && t.look()
	head := Fields{{"command", c.names[0]}, {"error", nil}}
	if !serves && !c.alone || !hasNode && c.names[0] == "zabstate" {
		head[1].Value = notServing
		return head
	}
	return append(head, c.answer(t, args)...)
}

// Monitor returns the numbers of mntr, if the node answers.
func (p *Port) Monitor() ([]Setting, bool) {
	p.mu.Lock()
	hasNode := p.node != nil
	p.mu.Unlock()
	t := &teller{port: p, began: time.Now()}
	if !hasNode {
		return nil, false
	}
	t.look()
	if t.node.tree == nil {
		return nil, false
	}
	return t.monitor(), true
}

// settingsOf turns settings into fields, numbers into numbers.
func settingsOf(settings []Setting, name func(string) string) (f Fields) {
	for _, s := range settings {
		f = append(f, Field{name(s.Name), numberOr(s.Value)})
	}
	return f
}

func numberOr(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && strings.Contains(text, ".") {
		return n
	}
	return text
}

func same(name string) string { return name }

// snake is a camelCase name as Apache's JSON has it.
func snake(name string) string {
	var b strings.Builder
	for _, c := range name {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (t *teller) jsonNothing(map[string]string) Fields { return nil }

func (t *teller) jsonConf(map[string]string) Fields {
	f := settingsOf(t.port.cfg.Settings(), snake)
	if t.port.cfg.Members != "" {
		f = append(f, Field{"membership", t.port.cfg.Members})
	}
	return f
}

func (t *teller) jsonCrst(map[string]string) Fields {
	t.crst()
	return nil
}

func (t *teller) jsonSrst(map[string]string) Fields {
	t.srst()
	return nil
}

func (t *teller) jsonCons(map[string]string) Fields {
	return Fields{{"connections", t.connections(true)}, {"secure_connections", []Fields{}}}
}

func (t *teller) jsonDirs(map[string]string) Fields {
	snapshots, log := t.port.cfg.Disk()
	return Fields{{"datadir_size", snapshots}, {"logdir_size", log}}
}

func (t *teller) jsonDump(map[string]string) Fields {
	expiry := map[string][]zk.SessionID{}
	for _, s := range t.node.sessions {
		at := strconv.FormatInt(t.began.Add(s.Left).UnixMilli(), 10)
		expiry[at] = append(expiry[at], s.ID)
	}
	owned := map[string][]string{}
	for s := range t.node.tree.Sessions() {
		if len(s.Ephemerals) > 0 {
			owned[strconv.FormatInt(int64(s.ID), 10)] = s.Ephemerals
		}
	}
	return Fields{
		{"expiry_time_to_session_ids", expiry}, {"session_id_to_ephemeral_paths", owned},
	}
}

func (t *teller) jsonEnvi(map[string]string) (f Fields) {
	for _, e := range t.environment() {
		f = append(f, Field{e.Name, e.Value})
	}
	return f
}

func (t *teller) jsonGtmk(map[string]string) Fields {
	return Fields{{"tracemask", t.port.mask.Load()}}
}

func (t *teller) jsonStmk(args map[string]string) Fields {
	text, given := args["traceMask"]
	if !given {
		return Fields{{"error", "setTraceMask requires long traceMask argument"}}
	}
	mask, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return Fields{{"error", "setTraceMask requires long traceMask argument, got " + text}}
	}
	t.port.mask.set(mask)
	return Fields{{"tracemask", mask}}
}

func (t *teller) jsonHash(map[string]string) Fields {
	d := &t.port.digests
	d.mu.Lock()
	defer d.mu.Unlock()
	all := []Fields{}
	for i := range d.all {
		one := d.all[(d.at+i)%len(d.all)]
		all = append(all, Fields{
			{"zxid", int64(one.zxid)}, {"digest", one.digest}, {"digest_version", 4},
		})
	}
	return Fields{{"digests", all}}
}

func (t *teller) jsonInitial(map[string]string) Fields {
	if t.port.cfg.Members == "" {
		return Fields{{"initial_configuration", nil}}
	}
	text, _, _ := strings.Cut(t.port.cfg.Members, "version=")
	return Fields{{"initial_configuration", text}}
}

func (t *teller) jsonIsro(map[string]string) Fields {
	return Fields{{"read_only", t.node.status.ReadOnly}}
}

func (t *teller) jsonSnapshot(map[string]string) Fields {
	zxid, at := zk.Zxid(0), int64(-1)
	if t.port.cfg.Snapshot != nil {
		zxid, at = t.port.cfg.Snapshot()
	}
	return Fields{{"zxid", "0x" + hex(zxid)}, {"timestamp", at}}
}

func (t *teller) jsonLeader(map[string]string) Fields {
	if t.port.cfg.Standalone {
		return Fields{{"error", "server is not initialized"}}
	}
	s := &t.node.status
	host := ""
	if leader := t.server(s.Leader); leader != nil {
		host = leader.Quorum[:max(0, strings.LastIndexByte(leader.Quorum, ':'))]
	}
	return Fields{{"is_leader", t.leads()}, {"leader_id", s.Leader}, {"leader_ip", host}}
}

func (t *teller) server(id zk.ServerID) *Server {
	at := slices.IndexFunc(t.port.cfg.Servers, func(s Server) bool { return s.ID == id })
	if at < 0 {
		return nil
	}
	return &t.port.cfg.Servers[at]
}

func (t *teller) jsonMntr(map[string]string) Fields { return settingsOf(t.monitor(), same) }

func (t *teller) jsonObservers(map[string]string) Fields {
	return Fields{
		{"synced_observers", t.node.status.Learners.Observers}, {"observers", []Fields{}},
	}
}

func (t *teller) jsonSrvr(map[string]string) Fields {
	f := Fields{
		{"version", t.port.cfg.Version}, {"read_only", t.node.status.ReadOnly},
		{"server_stats", t.stats()}, {"client_response", bufferStats(-1, -1, -1)},
	}
	if t.leads() {
		sizes := t.port.proposals.seen()
		f = append(f, Field{"proposal_stats", bufferStats(sizes.last, sizes.least, sizes.largest)})
	}
	return append(f, Field{"node_count", t.znodes()})
}

func bufferStats(last, least, largest int) Fields {
	return Fields{
		{"last_buffer_size", last}, {"min_buffer_size", least}, {"max_buffer_size", largest},
	}
}

// stats are Apache's ServerStats.
func (t *teller) stats() Fields {
	s, l := &t.port.stats, t.port.stats.latencies()
	snapshots, log := t.port.cfg.Disk()
	return Fields{
		{"packets_sent", s.sent.Load()}, {"packets_received", s.received.Load()},
		{"fsync_threshold_exceed_count", 0}, {"auth_failed_count", 0},
		{"server_state", t.mode()}, {"data_dir_size", snapshots}, {"log_dir_size", log},
		{"last_processed_zxid", int64(t.node.status.Applied)},
		{"num_alive_client_connections", len(t.port.list())},
		{"outstanding_requests", t.outstanding()},
		{"min_latency", l.least.Milliseconds()}, {"avg_latency", numberOr(l.mean())},
		{"max_latency", l.longest.Milliseconds()},
		{"uptime", t.began.Sub(s.began).Milliseconds()},
	}
}

func (t *teller) jsonStat(args map[string]string) Fields {
	return append(t.jsonSrvr(args), Field{"connections", t.connections(false)})
}

func (t *teller) jsonProperties(map[string]string) (f Fields) {
	for _, e := range t.environment() {
		if !strings.HasPrefix(e.Name, "zookeeper.") {
			f = append(f, Field{e.Name, e.Value})
		}
	}
	slices.SortFunc(f, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return f
}

func (t *teller) jsonVotingView(map[string]string) Fields {
	view := Fields{}
	for _, s := range t.port.cfg.Servers {
		if !s.Observer {
			view = append(view, Field{s.ID.String(), s.Line})
		}
	}
	return Fields{{"current_config", view}}
}

func (t *teller) jsonZabState(map[string]string) Fields {
	s := &t.node.status
	if t.port.cfg.Standalone {
		return Fields{{"voting", false}, {"zabstate", ""}}
	}
	f := Fields{{"myid", s.ID}, {"is_leader", t.leads()}}
	if self := t.server(s.ID); self != nil {
		f = append(f, Fields{
			{"quorum_address", self.Quorum}, {"election_address", self.Election},
			{"client_address", self.Client}, {"voting", !self.Observer},
		}...)
	}
	return append(f, Fields{
		{"last_zxid", "0x" + hex(s.Applied)}, {"zab_epoch", uint32(s.Applied.Epoch())},
		{"zab_counter", s.Applied.Counter()}, {"zabstate", zabState(s.Role, s.Phase)},
	}...)
}

// zabState is Apache's word for where a server is in the protocol.
func zabState(role zk.Role, phase zk.Phase) string {
	if role == zk.Looking {
		return "election"
	}
	return strings.ToLower(phase.String())
}

func (t *teller) jsonWchs(map[string]string) Fields {
	paths, total := map[string]bool{}, 0
	t.eachWatch(func(_ zk.SessionID, path string) {
		paths[path] = true
		total++
	})
	return Fields{
		{"num_connections", len(t.watchers())}, {"num_paths", len(paths)},
		{"num_total_watches", total},
	}
}

func (t *teller) jsonWchc(map[string]string) Fields {
	by := map[string][]string{}
	t.eachWatch(func(session zk.SessionID, path string) {
		id := strconv.FormatInt(int64(session), 10)
		by[id] = append(by[id], path)
	})
	return Fields{{"session_id_to_watched_paths", by}}
}

func (t *teller) jsonWchp(map[string]string) Fields {
	by := map[string][]zk.SessionID{}
	t.eachWatch(func(session zk.SessionID, path string) {
		by[path] = append(by[path], session)
	})
	return Fields{{"path_to_session_ids", by}}
}

// connections tells of every connection.
func (t *teller) connections(full bool) []Fields {
	all := []Fields{}
	for _, c := range t.port.list() {
		c.mu.Lock()
		f := &c.facts
		one := Fields{
			{"remote_socket_address", c.from.String()},
			{"interest_ops", min(1, int(f.session))}, {"outstanding_requests", len(c.asked)},
			{"packets_received", f.received}, {"packets_sent", f.sent},
		}
		if full {
			one = append(one, t.jsonSession(c)...)
		}
		c.mu.Unlock()
		all = append(all, one)
	}
	return all
}

func (t *teller) jsonSession(c *conn) Fields {
	f := &c.facts
	lastReply := int64(0)
	if !f.replied.IsZero() {
		lastReply = f.replied.Sub(t.port.stats.began).Milliseconds()
	}
	return Fields{
		{"session_id", f.session}, {"last_operation", opWords[f.lastOp]},
		{"established", c.began.UnixMilli()}, {"session_timeout", f.timeoutMs},
		{"last_cxid", f.lastCxid}, {"last_zxid", int64(f.lastZxid)},
		{"last_response_time", lastReply}, {"last_latency", f.latency.last.Milliseconds()},
		{"min_latency", f.latency.least.Milliseconds()},
		{"avg_latency", average(&f.latency).Milliseconds()},
		{"max_latency", f.latency.longest.Milliseconds()},
	}
}
