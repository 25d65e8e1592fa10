package bridge

import (
	"errors"
	"strings"

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

// tools name the actions of each tool on a server and on a link.
var tools = map[string][2][]string{
	"tool-isolate": {{"isolate", "heal"}, nil},
	"tool-cut":     {nil, {"cut", "heal-link"}},
	"tool-delay":   {nil, {"delay", "heal-link"}},
	"tool-kill":    {{"kill", "restart"}, nil},
	"tool-client":  {{"client"}, nil},
}

// tool does what the chosen tool does to what was clicked.
func (b *Bridge) tool(a *Args) (any, error) {
	names := tools[a.Tool][0]
	if strings.HasPrefix(a.Target, "link-") {
		names = tools[a.Tool][1]
	}
	action := ui.Pick(ui.BuildActions(b.model(), a.Target, b.text), names...)
	if action == nil {
		return b.choose(a)
	}
	return b.carryOutAction(action, a)
}
