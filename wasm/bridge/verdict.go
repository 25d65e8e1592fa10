package bridge

import (
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// verdictKey tells what was last known of the newest outage.
type verdictKey struct {
	ref        trace.Ref
	over, long bool
}

// tellVerdict says how a time without service went, once it is over or has lasted long. Who seeks
// is not told again.
func (b *Bridge) tellVerdict(m *view.Model, f *Frame) {
	var key verdictKey
	n := len(m.Outages)
	if n > 0 {
		o := &m.Outages[n-1]
		key = verdictKey{o.Ref, o.Over, o.Long}
	}
	if key == b.show.verdict {
		return
	}
	b.show.verdict = key
	if n == 0 || b.jumped {
		return
	}
	o := &m.Outages[n-1]
	if sentence := ui.Verdict(m, o, b.text); sentence != "" {
		f.Toasts = append(f.Toasts, Toast{Kind: "verdict", Text: sentence, Ms: ms(o.Began)})
	}
}
