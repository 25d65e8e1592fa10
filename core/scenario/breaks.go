package scenario

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// breaksMax bounds the breakpoints of a session.
const breaksMax = 20

// Break is a breakpoint. It is the page's affair to stop: a link does not carry it.
type Break struct {
	ID   int
	Line string // ":break when leader == none"
}

// breakpoint is a Break with what it waits for: an expression that becomes true, or an instant.
type breakpoint struct {
	Break
	expr  *Expr
	at    zk.Instant
	since int  // the first record that counts
	held  bool // it was true when it was looked at last
}

// Breaks lists the breakpoints in the order in which they were made.
func (s *Session) Breaks() []Break {
	var list []Break
	for i := range s.breaks {
		list = append(list, s.breaks[i].Break)
	}
	return list
}

// addBreak carries out :break. The output is the number of the breakpoint.
func (s *Session) addBreak(l *Line) Result {
	if len(s.breaks) >= breaksMax {
		return Result{Err: fail(CodeBreaksFull, strconv.Itoa(breaksMax))}
	}
	s.nextBreak++
	b := breakpoint{Break: Break{s.nextBreak, l.Text}, expr: l.expr, at: zk.Instant(l.d)}
	s.breaks = append(s.breaks, b)
	s.rearm(&s.breaks[len(s.breaks)-1])
	return Result{OK: true, Output: strconv.Itoa(b.ID)}
}

// dropBreak carries out :unbreak.
func (s *Session) dropBreak(l *Line) Result {
	before := len(s.breaks)
	s.breaks = slices.DeleteFunc(s.breaks, func(b breakpoint) bool {
		return l.n == 0 || int64(b.ID) == l.n
	})
	if l.n != 0 && len(s.breaks) == before {
		return Result{Err: fail(CodeNoBreak, strconv.FormatInt(l.n, 10))}
	}
	return Result{OK: true}
}

// Rearm makes the breakpoints wait for what comes after the position, which time has not come to by
// itself.
func (s *Session) Rearm() {
	for i := range s.breaks {
		s.rearm(&s.breaks[i])
	}
}

func (s *Session) rearm(b *breakpoint) {
	b.since = s.facts().recs.len()
	b.held = s.holds(b)
}

func (s *Session) holds(b *breakpoint) bool {
	if b.expr == nil {
		return s.Now() >= b.at
	}
	e := s.env(b.since)
	e.from = b.since
	return b.expr.truth(e)
}

// Hit returns the first breakpoint whose condition has become true since it was looked at last. Who
// wants them looks after every step.
func (s *Session) Hit() (hit Break, ok bool) {
	for i := range s.breaks {
		b := &s.breaks[i]
		was := b.held
		b.held = s.holds(b)
		if !b.held || was {
			continue
		}
		s.rearm(b) // an event is over at once, a state lasts
		if !ok {
			hit, ok = b.Break, true
		}
	}
	return hit, ok
}

// BreakAt returns the next instant at which a breakpoint waits, zk.Never for none.
func (s *Session) BreakAt() zk.Instant {
	next := zk.Never
	for i := range s.breaks {
		if b := &s.breaks[i]; b.expr == nil && b.at > s.Now() {
			next = min(next, b.at)
		}
	}
	return next
}

// parseBreak reads "when <expr>" or "at 12.5s".
func parseBreak(l *Line, a *lineArgs) *Error {
	if len(a.words) < 2 {
		return fail(CodeUsage, a.usage)
	}
	switch a.words[0] {
	case "when":
		rest := *a
		rest.words = a.words[1:]
		rest.rest = strings.TrimPrefix(strings.TrimSpace(a.rest), "when")
		return parseUntil(l, &rest)
	case "at":
		rest := *a
		rest.words = a.words[1:]
		return parseTime(l, &rest)
	}
	return fail(CodeUsage, a.usage)
}

// parseUnbreak reads a breakpoint's number, or * for all.
func parseUnbreak(l *Line, a *lineArgs) *Error {
	text, err := a.one()
	if err != nil || text == "*" {
		return err
	}
	n, size := digits(text)
	if size == 0 || size != len(text) || n == 0 {
		return a.bad(CodeBadNumber, text)
	}
	l.n = n
	return nil
}
