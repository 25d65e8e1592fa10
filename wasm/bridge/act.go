package bridge

import (
	"errors"

	"github.com/zabscope/zabscope/web/ui"
)

// stands are the other names that a key's action has in the other state of its target.
var stands = map[string][]string{
	"restart": {"start-all"}, "pause-process": {"resume"}, "isolate": {"heal"},
}

// act does what a button, a menu item or a key of this name does to the target. What would change
// nothing is refused with the reason.
func (b *Bridge) act(a *Args) (any, error) {
	list := ui.BuildActions(b.model(), b.whole(a.Target), b.text)
	return b.carryOutAction(ui.Pick(list, append([]string{a.Action}, stands[a.Action]...)...), a)
}

func (b *Bridge) carryOutAction(action *ui.Action, a *Args) (any, error) {
	if action == nil {
		return nil, nil
	}
	line, why := action.Choose(a.Choice)
	if why != "" {
		return nil, errors.New(why)
	}
	if line == "" {
		return nil, nil
	}
	return b.lines(line)
}
