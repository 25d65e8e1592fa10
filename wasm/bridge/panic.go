package bridge

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
)

// Panic is what is known of a crash of the core. Share is the run as a link has it.
type Panic struct {
	Error   string            `json:"error"`
	Seed    uint64            `json:"seed"`
	Step    uint64            `json:"step"`
	TMs     float64           `json:"t_ms"`
	Events  []string          `json:"events"`
	Journal []string          `json:"journal"`
	Stack   []string          `json:"stack"`
	Share   *scenario.Journal `json:"share"`
}

// Limits of what a crash tells.
const (
	eventsInPanic = 20
	stackInPanic  = 12
)

// survivors are the commands that are still carried out after a crash.
var survivors = map[string]bool{
	"load": true, "share": true, "describe-link": true, "sight": true, "shape": true,
}

// fall notes that the simulator broke, and collects what makes that repeatable.
func (b *Bridge) fall(cause any) *Panic {
	p := &Panic{Error: fmt.Sprint(cause), Events: []string{}, Journal: []string{}, Stack: stack()}
	b.broken, b.clock.playing, b.job, b.typed = p, false, nil, nil
	b.autopsy(p)
	return p
}

// autopsy fills in what the session still tells. What broke may break this too: then the report is
// shorter.
func (b *Bridge) autopsy(p *Panic) {
	defer func() { _ = recover() }()
	if b.session == nil {
		if b.live != nil {
			p.TMs = ms(b.now())
			b.lastEvents(p)
		}
		return
	}
	p.Seed, p.Step = b.session.Seed(), b.session.Timeline().Position()
	p.TMs = ms(b.session.Now())
	share := b.session.Journal()
	p.Share = &share
	for _, e := range share.Journal {
		p.Journal = append(p.Journal, e.Line)
	}
	b.lastEvents(p)
}

func (b *Bridge) lastEvents(p *Panic) {
	for e := range b.model().Rows() {
		p.Events = append(p.Events, scenario.EventText(e))
		if len(p.Events) == eventsInPanic {
			break
		}
	}
}

// stack names the functions that were running, the innermost first.
func stack() []string {
	pcs := make([]uintptr, 4*stackInPanic)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	names := []string{}
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			names = append(names, f.Function)
		}
		if !more || len(names) == stackInPanic {
			return names
		}
	}
}
