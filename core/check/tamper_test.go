package check_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// liar shows a checker another trace than what happened. Once it has lied the run may end.
type liar struct {
	jury
	tamper func(e *trace.Event) (kept bool)
}

func (l liar) CloneObserver() sim.Observer { return liar{jury{l.Clone(), l.wanted}, l.tamper} }

// Observe shows the checker what the tamper leaves of an event.
func (l liar) Observe(e *trace.Event) {
	seen := *e
	if l.tamper(&seen) {
		l.Checker.Observe(&seen)
	}
}

// shown returns the fields of what an event shows.
func shown(e *trace.Event) map[string]string {
	fields := map[string]string{}
	if e.Msg != nil {
		for name, value := range e.Msg.Fields {
			fields[name] = value
		}
	}
	return fields
}

// change returns a detail with one field changed.
func change(d trace.Detail, name, value string) trace.Detail {
	var pairs trace.Pairs
	for n, v := range d.Fields {
		if n == name {
			v = value
		}
		pairs = append(pairs, [2]string{n, v})
	}
	return pairs
}

// once changes the first event of a kind for which change says so.
func once(kind trace.Kind, change func(e *trace.Event) bool) func() func(*trace.Event) bool {
	return func() func(*trace.Event) bool {
		done := false
		return func(e *trace.Event) bool {
			if !done && e.Kind == kind {
				done = change(e)
			}
			return true
		}
	}
}

// drops leaves out all events of a kind.
func drops(kind trace.Kind) func() func(*trace.Event) bool {
	return func() func(*trace.Event) bool {
		return func(e *trace.Event) bool { return e.Kind != kind }
	}
}

// again lets every setWatches say that its client has seen nothing, where it has seen much.
func again() func(*trace.Event) bool {
	return func(e *trace.Event) bool {
		if r, ok := e.Msg.(*zk.Request); ok && e.Kind == trace.Arrived &&
			(r.Op == zk.OpSetWatches || r.Op == zk.OpSetWatches2) {
			e.Msg = change(r, "relativeZxid", "0x1")
		}
		return true
	}
}

// withStat changes the stat of a reply.
func withStat(edit func(s *zk.Stat)) func(e *trace.Event) bool {
	return func(e *trace.Event) bool {
		s, ok := zk.ParseStat(shown(e)["stat"])
		if !ok || e.Path != "ok" {
			return false
		}
		edit(&s)
		e.Msg = change(e.Msg, "stat", s.String())
		return true
	}
}

// withField changes one field of what an event shows, to a number that it cannot be.
func withField(name string) func(e *trace.Event) bool {
	return func(e *trace.Event) bool {
		value := shown(e)[name]
		if value == "" {
			return false
		}
		h, _ := strconv.ParseUint(value, 16, 64)
		e.Msg = change(e.Msg, name, strconv.FormatUint(h+1, 16))
		return true
	}
}

// ofOp restricts a change to the replies to an operation.
func ofOp(op string, change func(e *trace.Event) bool) func(e *trace.Event) bool {
	return func(e *trace.Event) bool { return shown(e)["op"] == op && change(e) }
}

// text is what an event shows, in one line.
func text(e *trace.Event) string {
	line := ""
	for name, value := range e.Msg.Fields {
		line += " " + name + "=" + value
	}
	return line
}

// refusedOp lets clients have asked for what nobody refuses so: any version of other znodes. The
// first that is refused with the error has no reason for it.
func refusedOp(err string) func() func(*trace.Event) bool {
	return func() func(*trace.Event) bool {
		return func(e *trace.Event) bool {
			r, ok := e.Msg.(*zk.Request)
			if e.Kind != trace.Invoked || !ok {
				return true
			}
			asked := *r
			switch {
			case err == "BadVersion":
				asked.Version = -1
			case r.Op == zk.OpCreate:
				asked.Path += "-other"
			}
			e.Msg = &asked
			return true
		}
	}
}

// lies are changes of what a correct run shows, each to one event.
var lies = []struct {
	breaks, how string
	tamper      func() func(*trace.Event) bool
}{
	{"ReadValidity", "another mtime", once(trace.Returned, withStat(func(s *zk.Stat) {
		s.Mtime++
	}))},
	{"ReadValidity", "other data", once(trace.Returned, withField("dataHash"))},
	{"ReadValidity", "other children", once(trace.Returned, withField("childrenHash"))},
	{"ReadValidity", "a znode that is there is not found", once(trace.Returned,
		func(e *trace.Event) bool {
			missing := e.Path == "ok" && shown(e)["dataHash"] != ""
			if missing {
				e.Path = "NoNode"
			}
			return missing
		})},
	{"ReadValidity", "another access list", once(trace.Returned, withField("aclHash"))},
	{"ReadValidity", "another number of znodes below one", once(trace.Returned,
		func(e *trace.Event) bool {
			if shown(e)["count"] == "" {
				return false
			}
			e.Msg = change(e.Msg, "count", "77")
			return true
		})},
	{"ReadValidity", "other ephemerals", once(trace.Returned, ofOp("getEphemerals",
		withField("childrenHash")))},
	{"ReadValidity", "a multiRead shows other data", once(trace.Returned, ofOp("multiRead",
		withField("dataHash")))},
	{"ReadValidity", "who may not read is answered", once(trace.Returned,
		func(e *trace.Event) bool {
			refused := e.Path == "NoAuth" && shown(e)["op"] == "getData"
			if refused {
				e.Path = "ok"
			}
			return refused
		})},
	{"ReadValidity", "who may read is refused", once(trace.Returned,
		ofOp("getData", func(e *trace.Event) bool {
			answered := e.Path == "ok"
			if answered {
				e.Path = "NoAuth"
			}
			return answered
		}))},
	{"LinearizableWrites", "a version was right that is refused", refusedOp("BadVersion")},
	{"LinearizableWrites", "another znode was to be made", refusedOp("NodeExists")},
	{"LinearizableWrites", "a part of a multi has another error", once(trace.Returned,
		ofOp("multi", func(e *trace.Event) bool {
			failed := strings.Contains(text(e), "err=NoNode")
			if failed {
				e.Msg = change(e.Msg, "err", "NotEmpty")
			}
			return failed
		}))},
	{"LinearizableWrites", "a part of a multi has another stat", once(trace.Returned,
		ofOp("multi", withStat(func(s *zk.Stat) { s.Mtime++ })))},
	{"StatAlgebra", "a half child", once(trace.Returned, withStat(func(s *zk.Stat) {
		s.Cversion++
	}))},
	{"StatAlgebra", "made in the future", once(trace.Returned, withStat(func(s *zk.Stat) {
		s.Czxid += 1 << 32
	}))},
	{"LinearizableWrites", "a write has another result", once(trace.Returned,
		func(e *trace.Event) bool {
			failed := e.Path == "NodeExists"
			if failed {
				e.Path = "ok"
			}
			return failed
		})},
	{"NoEarlyExpiry", "a longer timeout", once(trace.SessionExpired,
		func(e *trace.Event) bool { e.N += 1 << 22; return true })},
	{"WatchOnce", "a watch was never set", drops(trace.WatchSet)},
	{"WatchDelivered", "a watch never fires", drops(trace.WatchFired)},
	{"WatchBeforeRead", "a watch event never comes", drops(trace.EventSeen)},
	{"WatchCatchUp", "a client has seen more or less than it says", again},
	{"RestoredState", "another snapshot is read", once(trace.Booted, withField("digest"))},
	{"RestoredState", "an older snapshot is another", once(trace.Booted, withField("olderDigest"))},
	{"RestoredState", "another snapshot is saved", once(trace.Snapshotted,
		func(e *trace.Event) bool { e.N++; return true })},
}

// TestLiesAreNoticed proves that the invariants judge real runs: each true trace is changed in one
// place.
func TestLiesAreNoticed(t *testing.T) {
	for _, lie := range lies {
		t.Run(lie.breaks+"/"+strings.ReplaceAll(lie.how, " ", "_"), func(t *testing.T) {
			wanted := []string{lie.breaks}
			for seed := uint64(1); seed <= 60; seed++ {
				var l liar
				r := sim.RandomRun(seed, sim.RandomOptions{Judge: func(w *sim.World) sim.Judge {
					voters, _ := w.Servers()
					l = liar{jury{check.New(voters), wanted}, lie.tamper()}
					return l
				}})
				if len(l.missing()) == 0 {
					others := []string{lie.breaks, "Explains"} // what is left out explains nothing
					require.Contains(t, others, l.Violations()[0].Name)
					return
				}
				require.True(t, r.OK(), r.Violation)
			}
			t.Fatal("no seed up to 60 showed it")
		})
	}
}
