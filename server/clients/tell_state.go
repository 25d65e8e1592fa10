package clients

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/zabscope/zabscope/core/watch"
	"github.com/zabscope/zabscope/core/zk"
)

// dump tells when sessions expire, who owns which ephemerals, and when connections are given up.
func (t *teller) dump() {
	t.line("SessionTracker dump:")
	t.dumpSessions()
	t.line("ephemeral nodes dump:")
	t.dumpEphemerals()
	t.line("Connections dump:")
	t.dumpConnections()
}

// set is what expires at one moment.
type set struct {
	at    time.Time
	lines []string
}

// dumpSets writes sets in the order in which they expire.
func (t *teller) dumpSets(kind string, sets map[time.Time][]string, members int) {
	t.line(kind, " Sets (", strconv.Itoa(len(sets)), ")/(", strconv.Itoa(members), "):")
	var ordered []set
	for at, lines := range sets {
		ordered = append(ordered, set{at, lines})
	}
	slices.SortFunc(ordered, func(a, b set) int { return a.at.Compare(b.at) })
	for _, s := range ordered {
		t.line(strconv.Itoa(len(s.lines)), " expire at ", javaDate(s.at), ":")
		for _, line := range s.lines {
			t.line("\t", line)
		}
	}
}

// javaDate prints a time as java.util.Date does.
func javaDate(at time.Time) string { return at.Format("Mon Jan 02 15:04:05 MST 2006") }

func (t *teller) dumpSessions() {
	sets := map[time.Time][]string{}
	for _, s := range t.node.sessions {
		at := t.began.Add(s.Left).Round(time.Millisecond)
		sets[at] = append(sets[at], "0x"+hex(s.ID))
	}
	t.dumpSets("Session", sets, len(t.node.sessions))
}

func (t *teller) dumpEphemerals() {
	owned := map[zk.SessionID][]string{}
	for s := range t.node.tree.Sessions() {
		if len(s.Ephemerals) > 0 {
			owned[s.ID] = s.Ephemerals
		}
	}
	t.line("Sessions with Ephemerals (", strconv.Itoa(len(owned)), "):")
	for _, id := range sortedKeys(owned) {
		t.line("0x", hex(id), ":")
		for _, path := range owned[id] {
			t.line("\t", path)
		}
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// connectionSet is how far apart Apache looks for connections to give up.
const connectionSet = 10 * time.Second

func (t *teller) dumpConnections() {
	sets, conns := map[time.Time][]string{}, t.port.list()
	for _, c := range conns {
		c.mu.Lock()
		timeout := time.Duration(c.facts.timeoutMs) * time.Millisecond
		if c.facts.session == 0 {
			timeout = t.port.cfg.Limits.Handshake
		}
		at := c.facts.heard.Add(timeout).Truncate(connectionSet).Add(connectionSet)
		sets[at] = append(sets[at],
			"ip: /"+c.from.String()+" sessionId: 0x"+hex(c.facts.session))
		c.mu.Unlock()
	}
	t.dumpSets("Connections", sets, len(conns))
}

// watchesBy are the watches by one half of them: paths by session, or sessions by path.
type watchesBy map[string][]string

func (w watchesBy) add(key, value string) {
	if !slices.Contains(w[key], value) {
		w[key] = append(w[key], value)
	}
}

// sessionWord is a session as the words about watches write it.
func sessionWord(id zk.SessionID) string { return "0x" + hex(id) }

// watches writes each key once, below it what belongs to it, and an empty line at the end.
func (t *teller) watches(by watchesBy) {
	for _, key := range sortedKeys(by) {
		t.line(key)
		for _, value := range by[key] {
			t.line("\t", value)
		}
	}
	t.line()
}

// watchers returns the session of every connection that has, or had, a watch on data.
func (t *teller) watchers() map[zk.ConnID]zk.SessionID {
	had := t.port.watchers.all()
	sessions := map[zk.ConnID]zk.SessionID{}
	for _, c := range t.port.list() {
		c.mu.Lock()
		if had[c.facts.session] {
			sessions[c.id] = c.facts.session
		}
		c.mu.Unlock()
	}
	return sessions
}

// eachWatch yields every watch on data once, with its session. Apache's words leave out the watches
// on children.
func (t *teller) eachWatch(fn func(session zk.SessionID, path string)) {
	sessions := t.watchers()
	var lastPath string
	var last zk.ConnID
	t.node.watches.Each(func(kind watch.Kind, path string, id zk.ConnID) {
		session, here := sessions[id]
		if !here || kind == watch.Child || path == lastPath && id == last {
			return
		}
		lastPath, last = path, id
		fn(session, path)
	})
}

// wchc tells the watches by session. A session whose watches have all fired stays, with none.
func (t *teller) wchc() {
	by := watchesBy{}
	for _, session := range t.watchers() {
		by[sessionWord(session)] = nil
	}
	t.eachWatch(func(session zk.SessionID, path string) {
		by.add(sessionWord(session), path)
	})
	t.watches(by)
}

func (t *teller) wchp() {
	by := watchesBy{}
	t.eachWatch(func(session zk.SessionID, path string) {
		by.add(path, sessionWord(session))
	})
	t.watches(by)
}

// wchs counts.
func (t *teller) wchs() {
	paths, total := watchesBy{}, 0
	t.eachWatch(func(_ zk.SessionID, path string) {
		paths.add(path, "")
		total++
	})
	t.line(strconv.Itoa(len(t.watchers())), " connections watching ", strconv.Itoa(len(paths)),
		" paths")
	t.line("Total watches:", strconv.Itoa(total))
}
