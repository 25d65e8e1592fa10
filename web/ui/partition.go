package ui

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// PartitionLine returns the command that makes these islands. The same islands make the same line,
// however they came about: groups stand in the order of their lowest servers. It is "" when there
// is only one island.
func PartitionLine(groups []zk.ServerSet) string {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g zk.ServerSet) bool { return g == 0 })
	if len(groups) < 2 {
		return ""
	}
	slices.SortFunc(groups, func(a, b zk.ServerSet) int { return int(lowest(a)) - int(lowest(b)) })
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.String()
	}
	return ":partition " + strings.Join(names, "|")
}

func lowest(set zk.ServerSet) zk.ServerID {
	for id := range set.All() {
		return id
	}
	return 0
}

// IsolateLine returns the command that puts set on an island of its own, and leaves the other
// islands as they are; "" when that changes nothing.
func IsolateLine(m *view.Model, set zk.ServerSet) string {
	groups := []zk.ServerSet{set}
	for _, i := range islandsOf(m) {
		groups = append(groups, i&^set)
	}
	return PartitionLine(groups)
}

// JoinLine returns the command that moves set to the island that has other. When the cluster is
// whole afterwards, it heals the links of set, and nothing else.
func JoinLine(m *view.Model, set zk.ServerSet, other zk.ServerID) string {
	var groups []zk.ServerSet
	for _, i := range islandsOf(m) {
		part := i &^ set
		if i.Has(other) {
			part |= set
		}
		if part != 0 {
			groups = append(groups, part)
		}
	}
	if len(groups) < 2 {
		return ":heal " + set.String()
	}
	return PartitionLine(groups)
}

// islandsOf returns what stands together: each server that is down is on the island that it would
// belong to. A whole cluster is one island.
func islandsOf(m *view.Model) []zk.ServerSet {
	isles := islesOf(m)
	if len(isles) < 2 {
		return []zk.ServerSet{m.Voters | m.Observers}
	}
	var sets []zk.ServerSet
	for _, i := range isles {
		sets = append(sets, i.all)
	}
	return sets
}

// apart reports whether nothing passes between the servers of set and the others.
func apart(m *view.Model, set zk.ServerSet) bool {
	isles := islandsOf(m)
	return len(isles) > 1 && slices.Contains(isles, set)
}
