package ui

import (
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

// Servers returns the selected servers.
func (v View) Servers() zk.ServerSet {
	var set zk.ServerSet
	for _, target := range v.Targets() {
		if id, ok := SelectedServer(target); ok {
			set = set.With(id)
		}
	}
	return set
}

// Targets lists everything that is selected, the primary selection first.
func (v View) Targets() []string {
	if v.Selected == "" {
		return nil
	}
	return append([]string{v.Selected}, v.Also...)
}

// Target names the selection as one thing that can be acted on: "server-3", "link-1-4", or
// "servers-1,2" when several servers are selected.
func (v View) Target() string {
	if len(v.Also) == 0 {
		return v.Selected
	}
	return groupPrefix + v.Servers().String()
}

// Has reports whether a target is selected.
func (v View) Has(target string) bool { return slices.Contains(v.Targets(), target) }

// Choose selects a target alone; "servers-1,2" selects several.
func (v *View) Choose(target string) {
	v.Selected, v.Also = target, nil
	set, ok := group(target)
	if !ok {
		return
	}
	v.Selected = ""
	for id := range set.All() {
		v.Add("server-" + id.String())
	}
}

// Add selects a server too, or takes it out of the selection; "servers-1,2" adds several. What is
// no server is selected alone.
func (v *View) Add(target string) {
	if set, ok := group(target); ok {
		for id := range (set &^ v.Servers()).All() {
			v.Add("server-" + id.String())
		}
		return
	}
	_, isServer := SelectedServer(target)
	switch {
	case !isServer || v.Servers() == 0:
		v.Choose(target)
	case v.Has(target):
		rest := slices.DeleteFunc(v.Targets(), func(t string) bool { return t == target })
		v.Selected, v.Also = "", nil
		for _, t := range rest {
			v.Add(t)
		}
	default:
		v.Also = append(slices.Clip(v.Also), target)
	}
}

// groupPrefix begins the name of several servers as one target.
const groupPrefix = "servers-"

// group reads the servers out of "servers-1,2".
func group(target string) (zk.ServerSet, bool) {
	list, ok := strings.CutPrefix(target, groupPrefix)
	if !ok {
		return 0, false
	}
	var set zk.ServerSet
	for digits := range strings.SplitSeq(list, ",") {
		id, ok := SelectedServer("server-" + digits)
		if !ok {
			return 0, false
		}
		set = set.With(id)
	}
	return set, true
}

// SelectedServers reads the servers out of a target, "server-3" or "servers-1,2".
func SelectedServers(target string) zk.ServerSet {
	if id, ok := SelectedServer(target); ok {
		return zk.SetOf(id)
	}
	set, _ := group(target)
	return set
}

// groupTitle names several servers, "Nodes 1 2".
func groupTitle(set zk.ServerSet, t text.Printer) string {
	return t.T("servers.title", "servers", serverList(set))
}
