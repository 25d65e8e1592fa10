package scenario

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// target is whom a line is about, before it is known who leads. The zero target is nobody.
type target struct {
	set    zk.ServerSet
	all    bool        // "*"
	leader bool        // "leader", and the set
	client zk.ServerID // a client's letter, then nothing else
}

// parseTarget reads "3", "1-5", "1,2", "*", "leader" and mixtures, or a client's letter.
func parseTarget(text string) (target, bool) {
	var t target
	if id, ok := parseLetter(text); ok {
		t.client = id
		return t, true
	}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		switch part {
		case "*":
			t.all = true
			continue
		case "leader":
			t.leader = true
			continue
		}
		set, ok := parseRange(part)
		if !ok {
			return t, false
		}
		t.set |= set
	}
	return t, true
}

// parseRange reads "3" or "1-5".
func parseRange(text string) (zk.ServerSet, bool) {
	first, last, isRange := strings.Cut(text, "-")
	from, ok := parseServer(first)
	if !ok || !isRange {
		return zk.SetOf(from), ok
	}
	to, ok := parseServer(last)
	if !ok || to < from {
		return 0, false
	}
	var set zk.ServerSet
	for id := from; id <= to; id++ {
		set = set.With(id)
	}
	return set, true
}

func parseServer(text string) (zk.ServerID, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 8)
	if err != nil || n == 0 || n > uint64(zk.ServerMax) {
		return 0, false
	}
	return zk.ServerID(n), true
}

// parseLetter reads a client's name, one capital letter.
func parseLetter(text string) (zk.ServerID, bool) {
	if len(text) != 1 || !zk.ServerID(text[0]).IsClient() {
		return 0, false
	}
	return zk.ServerID(text[0]), true
}

// resolve returns the servers that the target names now. "*" is sim.Everyone.
func (t *target) resolve(leader zk.ServerID) (zk.ServerSet, *Error) {
	if t.all {
		return sim.Everyone, nil
	}
	if !t.leader {
		return t.set, nil
	}
	if leader == 0 {
		return 0, fail(CodeNoLeader)
	}
	return t.set.With(leader), nil
}

// checkServers refuses servers that do not exist.
func (t *target) checkServers(all zk.ServerSet) *Error {
	for id := range (t.set &^ all).All() {
		return fail(CodeNoServer, id.String(), all.String())
	}
	return nil
}

// parseLink reads "1>4", where both ends are targets.
func parseLink(text string) (from, to target, ok bool) {
	left, right, found := strings.Cut(text, ">")
	if !found {
		return from, to, false
	}
	from, okFrom := parseTarget(strings.TrimSpace(left))
	to, okTo := parseTarget(strings.TrimSpace(right))
	ok = okFrom && okTo && from.client == 0 && to.client == 0
	return from, to, ok
}
