package site

import (
	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// still shows what a scenario's preparations lead to, so that the first paint is what the simulator
// will show first.
func still(f *scenario.File) (*view.Model, *scenario.Error) {
	m := ui.Empty(f.Voters, f.Observers)
	s, err := scenario.NewSession(f, scenario.Options{OnEvent: m.Apply})
	if err != nil {
		return nil, err
	}
	m.Tick(s.Now())
	return m, nil
}
