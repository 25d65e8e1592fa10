package e2e

import (
	"strings"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// fetched lists what a Worker has asked for since it began, also what was refused.
const fetched = `performance.getEntriesByType("resource").map((e) => e.name)`

// asked returns the addresses that the page and its Workers have asked for so far.
func (b *tab) asked() []string {
	b.t.Helper()
	b.mu.Lock()
	all := append([]string{}, b.requests...)
	b.mu.Unlock()
	return append(all, b.askedByWorkers()...)
}

// askedByWorkers asks each Worker of the page itself: its requests are not among the page's.
func (b *tab) askedByWorkers() (all []string) {
	b.t.Helper()
	for _, id := range b.workers() {
		ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
		names, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fetched))
		cancel()
		require.NoError(b.t, err)
		all = append(all, names...)
	}
	return all
}

// workers returns the Workers that the tab has started and that are still there.
func (b *tab) workers() []target.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	ids := make([]target.ID, 0, len(b.helpers))
	for _, id := range b.helpers {
		ids = append(ids, id)
	}
	return ids
}

// hearTargets notes Workers as they come and go. The caller holds the lock.
func (b *tab) hearTargets(ev any) {
	switch ev := ev.(type) {
	case *target.EventAttachedToTarget:
		switch ev.TargetInfo.Type {
		case "worker":
			b.helpers[ev.SessionID] = ev.TargetInfo.TargetID
		case "iframe":
			b.framed = ev.TargetInfo.TargetID
		}
	case *target.EventDetachedFromTarget:
		delete(b.helpers, ev.SessionID)
	}
}

// stayedWithin wants every request of the page and its Workers to begin with root.
func (b *tab) stayedWithin(root string) {
	b.t.Helper()
	all := b.asked()
	simulator := false
	for _, url := range all {
		inside := strings.HasPrefix(url, root+"/") ||
			strings.HasPrefix(url, "data:") || strings.HasPrefix(url, "blob:")
		require.True(b.t, inside, "the page asked for %s", url)
		simulator = simulator || strings.HasSuffix(url, ".wasm")
	}
	require.True(b.t, simulator, "the Worker's requests are among %v", all)
}
