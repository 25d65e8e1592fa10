package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// frontKey is one key of the block at the head of a file.
type frontKey struct {
	name  string
	usage string
	set   func(f *File, value string) bool
}

func frontKeys() []frontKey {
	return []frontKey{
		{"title", "title: Why did server 5 win?", func(f *File, v string) bool {
			f.Title = v
			return v != ""
		}},
		{"topics", "topics: [election]", setTopics},
		{"level", "level: basic, core or deep", func(f *File, v string) bool {
			f.Level = v
			return v == "basic" || v == "core" || v == "deep"
		}},
		{"minutes", "minutes: 6", func(f *File, v string) bool {
			return setInt(&f.Minutes, v, 1, 60)
		}},
		{"cluster", "cluster: 5 voters + 1 observer (1 to 9 voters, 0 to 4 observers)", setCluster},
		{"config", "config: commitLogCount=5, electionFinalizeWait=always", setConfig},
		{"seed", "seed: 7, a number from 1", func(f *File, v string) bool {
			n, err := strconv.ParseUint(v, 10, 63)
			f.Seed = n
			return err == nil && n > 0
		}},
		{"pinned", "pinned: yes", func(f *File, v string) bool {
			f.Pinned = v == "yes"
			return v == "yes" || v == "no"
		}},
		{"clients", "clients: A@1, B@2!", setClients},
		{"from", "from: down or from: broadcast", func(f *File, v string) bool {
			f.Broadcast = v == "broadcast"
			return v == "broadcast" || v == "down"
		}},
		{"focus", "focus: votes, server 4", func(f *File, v string) bool {
			f.Show.Focus = v
			return true
		}},
		{"speed", "speed: 1/50", func(f *File, v string) bool { return f.Show.set("speed", v) }},
		{"detail", "detail: full", func(f *File, v string) bool { return f.Show.set("detail", v) }},
		{"panel", "panel: votes", func(f *File, v string) bool { return f.Show.set("panel", v) }},
	}
}

func frontKeyNames() string {
	var names []string
	for _, k := range frontKeys() {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

// setFront takes one "key: value" line.
func (f *File) setFront(line string) *Error {
	key, value, _ := strings.Cut(line, ":")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	for _, k := range frontKeys() {
		if k.name != key {
			continue
		}
		if !k.set(f, value) {
			return fail(CodeFrontValue, key, value, k.usage)
		}
		return nil
	}
	return fail(CodeFrontKey, key, frontKeyNames())
}

func setInt(to *int, text string, low, high int) bool {
	n, err := strconv.Atoi(text)
	*to = n
	return err == nil && n >= low && n <= high
}

func setTopics(f *File, value string) bool {
	for topic := range strings.SplitSeq(strings.Trim(value, "[]"), ",") {
		if topic = strings.TrimSpace(topic); topic != "" {
			f.Topics = append(f.Topics, topic)
		}
	}
	return true
}

// setCluster reads "5 voters + 1 observer".
func setCluster(f *File, value string) bool {
	voters, observers, both := strings.Cut(value, "+")
	if !setCount(&f.Voters, voters, "voter") {
		return false
	}
	if both && !setCount(&f.Observers, observers, "observer") {
		return false
	}
	return checkNodes(f.Voters, f.Observers) == nil
}

func setCount(to *int, text, word string) bool {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	unit = strings.TrimSpace(unit)
	return setInt(to, number, 0, 99) && (unit == word || unit == word+"s")
}

// checkNodes refuses an ensemble that is too small or too large.
func checkNodes(voters, observers int) *Error {
	if voters < 1 || voters > VotersMax || observers < 0 || observers > ObserversMax {
		return fail(CodeNodes, strconv.Itoa(voters), strconv.Itoa(observers))
	}
	return nil
}

func setClients(f *File, value string) bool {
	for who := range strings.SplitSeq(value, ",") {
		var l Line
		if !l.parseWho(strings.TrimSpace(who)) {
			return false
		}
		for _, c := range f.Clients {
			if c.Letter == l.Client {
				return false
			}
		}
		f.Clients = append(f.Clients, ClientSpec{l.Client, l.Server, l.Pinned})
	}
	return true
}

func setConfig(f *File, value string) bool {
	f.Config = value
	for pair := range strings.SplitSeq(value, ",") {
		key, v, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok || !f.Settings.set(strings.TrimSpace(key), strings.TrimSpace(v)) {
			return false
		}
	}
	return true
}

func (s *Settings) set(key, v string) bool {
	switch key {
	case "tickTime":
		return setMs(&s.TickTime, v)
	case "initLimit":
		return setInt(&s.InitLimit, v, 1, 1000)
	case "syncLimit":
		return setInt(&s.SyncLimit, v, 1, 1000)
	case "electionFinalizeWait":
		if s.FinalizeAlways = v == "always"; s.FinalizeAlways {
			return true
		}
		return setTime(&s.FinalizeWait, v)
	case "minSessionTimeout":
		return setMs(&s.MinSession, v)
	case "maxSessionTimeout":
		return setMs(&s.MaxSession, v)
	case "commitLogCount":
		return setInt(&s.CommitLogCount, v, 1, 1<<20)
	case "snapCount":
		return setInt(&s.SnapCount, v, 2, 1<<30)
	}
	return s.setWorld(key, v)
}

func (s *Settings) setWorld(key, v string) bool {
	switch key {
	case "counterStart":
		n, err := strconv.ParseUint(v, 0, 32)
		s.CounterStart = uint32(n)
		return err == nil && n < zk.CounterMax
	case "swarm":
		n, err := strconv.ParseUint(v, 10, 64)
		s.Swarm = n
		return err == nil && n > 0
	case "latency":
		return setTime(&s.Latency, v)
	case "jitter":
		ok := setTime(&s.Jitter, v)
		if ok && s.Jitter == 0 {
			s.Jitter = -1 // the sim takes 0 for its default
		}
		return ok
	case "fsync":
		return setTime(&s.Fsync, v)
	case "quirk":
		q, ok := zk.ParseQuirk(v)
		s.Quirks |= q
		return ok
	}
	return false
}

func setTime(to *time.Duration, v string) bool {
	d, ok := parseDuration(v)
	*to = d
	return ok
}

// setMs reads a time as zoo.cfg writes it, a number of milliseconds, or with a unit.
func setMs(to *time.Duration, v string) bool {
	if n, size := digits(v); size > 0 && size == len(v) {
		*to = time.Duration(n) * time.Millisecond
		return n > 0 && *to <= durationMax
	}
	return setTime(to, v) && *to > 0
}

// set takes one key of what a page points at.
func (s *Show) set(key, v string) bool {
	switch key {
	case "focus":
		s.Focus = v
	case "speed":
		s.Speed = v
		var l Line
		return parseSpeed(&l, &lineArgs{words: strings.Fields(v)}) == nil
	case "detail":
		s.Detail = v
	case "panel":
		s.Panel = v
	default:
		return false
	}
	return v != ""
}
