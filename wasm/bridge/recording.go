package bridge

import (
	"sort"

	"github.com/zabscope/zabscope/core/check"
	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/view"
)

// recording is a run that is only looked at: real nodes, as their events come, or a file. It keeps
// the last events (eventLog) and, every logChunk of them, what they had come to; so any moment that
// is kept is shown after folding at most that many events again.
type recording struct {
	log   *eventLog
	head  moment
	at    *moment    // what the page shows; nil while that is the head
	now   zk.Instant // of what the page shows, which follows end while at is nil
	end   zk.Instant
	kept  []moment // rising; kept[0] is the oldest moment that can be shown
	world uint64   // how many events of the world there were
	told  int      // violations that were made events

	seen func(*trace.Event) // told of events as the page comes to them, but not of those in a seek
}

// moment is what a number of events have come to.
type moment struct {
	page  *modelObserver
	check *check.Checker
}

func newRecording(source view.Source, m *view.Model) *recording {
	m.Source = source
	r := &recording{log: newLog()}
	r.head = moment{&modelObserver{m: m, log: r.log}, check.New(m.Voters)}
	r.kept = []moment{r.head.clone()}
	return r
}

func (m *moment) clone() moment {
	return moment{m.page.CloneObserver().(*modelObserver), m.check.Clone()}
}

// number returns how many events led to the moment.
func (m *moment) number() uint64 { return m.page.m.RowsSeen() }

// fold goes on by one event.
func (m *moment) fold(e *trace.Event) {
	m.page.Observe(e)
	m.check.Observe(e)
}

// here returns the moment that the page shows.
func (r *recording) here() *moment {
	if r.at != nil {
		return r.at
	}
	return &r.head
}

// put adds the next event. Times never fall, and the world's events are numbered here.
func (r *recording) put(e *trace.Event) {
	if r.log.has(r.log.end) {
		e.At = max(e.At, r.log.at(r.log.end).At)
	}
	if e.Node == 0 {
		r.world++
		e.Ref = trace.Ref{Seq: r.world, Boot: 1}
	}
	r.head.fold(e)
	r.until(e.At)
	if r.at == nil && r.seen != nil {
		r.seen(e)
	}
	if r.log.end%logChunk == 0 {
		r.keep()
	}
	r.judge(e)
}

// until lets time be so late at least.
func (r *recording) until(t zk.Instant) {
	if r.end = max(r.end, t); r.at == nil {
		r.now = r.end
	}
}

// keep remembers the head, and forgets what the log has forgotten.
func (r *recording) keep() {
	r.kept = append(r.kept, r.head.clone())
	for len(r.kept) > 1 && r.kept[0].number()+1 < r.log.first {
		r.kept = r.kept[1:]
	}
}

// judge makes the violations that an event showed events too.
func (r *recording) judge(e *trace.Event) {
	for list := r.head.check.Violations(); r.told < len(list); {
		v := &list[r.told]
		r.told++
		r.put(&trace.Event{
			Cause: v.Ref, Kind: trace.Violated, Path: v.Name + ": " + v.Detail, Peer: v.Server,
			Zxid: v.Zxid, At: e.At,
		})
	}
}

// start returns the first instant that can be shown.
func (r *recording) start() zk.Instant { return r.kept[0].page.m.Now }

// rest stops following the head: the page stays at what it shows.
func (r *recording) rest() {
	if r.at == nil {
		stay := r.head.clone()
		r.at = &stay
	}
}

// follow goes to the head and stays there.
func (r *recording) follow() { r.at, r.now = nil, r.end }

// seek goes to an instant, with all that happened until then.
func (r *recording) seek(to zk.Instant) {
	to = min(max(to, r.start()), r.end)
	n := r.log.first + uint64(sort.Search(int(r.log.end+1-r.log.first), func(i int) bool {
		return r.log.at(r.log.first+uint64(i)).At > to
	})) - 1
	r.jump(n)
	r.now = to
}

// instant returns when the n-th event was, for the moment just after it.
func (r *recording) instant(n uint64) zk.Instant {
	if !r.log.has(n) {
		return r.start()
	}
	return r.log.at(n).At
}

// jump goes to just after the n-th event.
func (r *recording) jump(n uint64) {
	n = max(n, r.kept[0].number())
	i := sort.Search(len(r.kept), func(i int) bool { return r.kept[i].number() > n }) - 1
	if r.at == nil || r.at.number() > n || r.at.number() < r.kept[i].number() {
		from := r.kept[i].clone()
		r.at = &from
	}
	r.replay(n, nil)
	r.now = r.instant(n)
}

// replay folds the known events up to the n-th again.
func (r *recording) replay(n uint64, seen func(*trace.Event)) {
	for r.at.number() < n {
		e := r.log.at(r.at.number() + 1)
		r.at.fold(e)
		if seen != nil {
			seen(e)
		}
	}
}

// advance lets time go by for a page that looks at the past, and reports whether more is known.
func (r *recording) advance(to zk.Instant) (more bool) {
	n := r.at.number()
	for n < r.log.end && r.log.at(n+1).At <= to {
		n++
	}
	r.replay(n, r.seen)
	r.now = min(to, r.end)
	return to < r.end
}

// stay keeps a page that looks at the past within what is kept.
func (r *recording) stay() {
	if r.at != nil && r.at.number() < r.kept[0].number() {
		r.jump(0)
	}
}

// step goes n units forward, or back, and returns how many it went.
func (r *recording) step(n int, u scenario.Unit) (went int) {
	r.rest()
	at, by := r.at.number(), uint64(1)
	if n < 0 {
		n, by = -n, ^uint64(0)
	}
	first := r.kept[0].number()
	stop := at
	for went < n {
		at += by
		if at > r.log.end || at <= first {
			break
		}
		if u.Counts(r.log.at(at)) {
			went, stop = went+1, at
		}
	}
	if by != 1 && went < n && stop > first { // the beginning is the first stop of all
		went, stop = went+1, first
	}
	r.jump(stop)
	if by != 1 {
		return -went
	}
	return went
}
