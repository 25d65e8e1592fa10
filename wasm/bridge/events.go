package bridge

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// How many events one frame looks at: reading one in words takes longer.
const (
	lookAtOnce = 20_000
	readAtOnce = 1500
)

// rowsMost bounds the rows that a page may ask for, and rowsFirst is for one that has not asked.
const (
	rowsMost  = 80
	rowsFirst = 10
)

// renderEvents draws the rows of the log that are in sight, and why one of them happened.
func (b *Bridge) renderEvents(m *view.Model, f *Frame) {
	b.panel(f, "events-of", panelEvery, fmt.Sprint(len(m.Clients), b.text.Lang, b.look.Filter.Who),
		func() templ.Component { return ui.EventsOf(ui.BuildEventsOf(m, b.look, b.text)) })
	b.panel(f, "events-why", panelEvery, fmt.Sprint(b.look.Log.Why, b.text.Lang, b.log().epoch),
		func() templ.Component { return ui.Why(b.whyPanel()) })
	if inSight, told := b.show.visible["events-rows"]; told && !inSight {
		return
	}
	b.panel(f, "verdicts", panelEvery, fmt.Sprint(b.text.Lang, b.show.verdict, len(m.Outages)),
		func() templ.Component { return ui.Verdicts(ui.BuildVerdicts(m, b.text), b.text) })
	busy := b.search(m)
	f.More = f.More || busy
	w := b.window(m, busy)
	l := b.log()
	key := fmt.Sprint(b.text.Lang, b.look.Filter, b.look.Log.Why, w.From, len(w.Events), w.Total,
		l.epoch, l.first, w.Busy && w.Total == 0, ahead(&w))
	b.panel(f, "events-rows", panelEvery, key,
		func() templ.Component { return ui.Events(ui.BuildEvents(w, b.text)) })
}

func (b *Bridge) log() *eventLog { return b.observer().log }

// search goes on looking for events that pass the filter, and reports whether some are left.
func (b *Bridge) search(m *view.Model) bool {
	filter := b.look.Filter
	filter.Level = b.look.Level
	if c := m.Client(filter.Who); c != nil && filter.Who.IsClient() {
		filter.Sess = c.Sess
	}
	if key := fmt.Sprint(filter, b.text.Lang); key != b.show.logKey {
		b.show.log, b.show.logKey = seen{}, key
	}
	most := lookAtOnce
	if filter.Text != "" {
		most = readAtOnce
	}
	return b.show.log.update(b.log(), most, func(e *trace.Event) bool {
		return filter.Passes(e, b.text)
	})
}

// window returns the rows in sight.
func (b *Bridge) window(m *view.Model, busy bool) ui.EventsWindow {
	s, look, l := &b.show.log, b.look.Log, b.log()
	w := ui.EventsWindow{
		Total: s.len(), Lost: l.first > 1, Busy: busy, Now: m.Now, Open: look.Why,
	}
	count := min(look.Count, rowsMost)
	if count <= 0 {
		count = rowsFirst
	}
	w.From = max(0, min(look.From, w.Total-count))
	if !look.Scroll {
		w.From = max(0, w.Total-count)
	}
	for i := w.From; i < min(w.Total, w.From+count); i++ {
		n := s.at(i)
		w.Events, w.Numbers = append(w.Events, l.at(n)), append(w.Numbers, n)
	}
	return w
}

// ahead counts the rows in sight that are later than the moment shown.
func ahead(w *ui.EventsWindow) int {
	n := 0
	for _, e := range w.Events {
		if e.At > w.Now {
			n++
		}
	}
	return n
}

func (b *Bridge) filter(a *Args) (any, error) {
	f := ui.EventFilter{Group: a.Group, Text: a.Text, Who: server(a.Target)}
	if len(a.Target) == len("client-A") && f.Who == 0 {
		f.Who = zk.ServerID(a.Target[len(a.Target)-1])
	}
	b.look.Filter = f
	b.look.Log.Scroll = false
	return nil, nil
}

func (b *Bridge) eventsWindow(a *Args) (any, error) {
	b.look.Log.From, b.look.Log.Count, b.look.Log.Scroll = max(0, a.N), a.Count, !a.On
	return nil, nil
}

// why explains one event beside the log.
func (b *Bridge) why(a *Args) (any, error) {
	b.look.Log.Why = uint64(max(0, a.N))
	return nil, nil
}

// EventsPart is a part of the trace as NDJSON. Next is where the rest begins, 0 at the end.
type EventsPart struct {
	Text string `json:"text"`
	Next uint64 `json:"next"`
}

// exportAtOnce is how many events one part carries.
const exportAtOnce = 2000

func (b *Bridge) eventsExport(a *Args) (any, error) {
	l := b.log()
	n := max(l.first, uint64(max(0, a.N)))
	var text []byte
	end := min(l.end, n+exportAtOnce-1)
	for ; n <= end; n++ {
		text = trace.AppendNDJSON(text, l.at(n))
	}
	if n > l.end {
		n = 0
	}
	return EventsPart{Text: string(text), Next: n}, nil
}
