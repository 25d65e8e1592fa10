package bridge

import (
	"strings"
)

// choose selects a target, or adds a server to the selection.
func (b *Bridge) choose(a *Args) (any, error) {
	if a.Add {
		b.look.Add(a.Target)
	} else {
		b.look.Choose(a.Target)
	}
	if letter, ok := strings.CutPrefix(a.Target, "client-"); ok {
		b.console.current = letter
	}
	if id := server(a.Target); id != 0 {
		b.look.VotesOf = id
	}
	return nil, nil
}

// whole returns the whole selection for a target that is a part of it, else the target.
func (b *Bridge) whole(target string) string {
	if b.look.Has(target) {
		return b.look.Target()
	}
	return target
}
