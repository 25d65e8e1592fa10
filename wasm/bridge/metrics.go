package bridge

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// metricsStep is how much simulated time goes by until the measurements are drawn again although
// nothing was measured, in ns.
const metricsStep = 250e6

func (b *Bridge) renderMetrics(m *view.Model, f *Frame) {
	h := &m.History
	key := fmt.Sprint(int64(m.Now)/metricsStep, m.Metrics.Commits, len(h.Elections), b.text.Lang)
	b.panel(f, "metrics", panelEvery, key,
		func() templ.Component { return ui.Metrics(ui.BuildMetrics(m, b.text)) })
}
