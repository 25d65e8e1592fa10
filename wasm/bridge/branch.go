package bridge

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
)

// Branches are the courses that the run has taken. Current is an index into List.
type Branches struct {
	List    []Branch `json:"list"`
	Current int      `json:"current"`
}

// Branch is one of them: the ID of the branch that it left, when, and its newest moment, in ms.
type Branch struct {
	ID   int     `json:"id"`
	From int     `json:"from"`
	Name string  `json:"name"`
	At   float64 `json:"at"`
	End  float64 `json:"end"`
}

func (b *Bridge) branches() *Branches {
	list, current := b.courses()
	out := &Branches{Current: current}
	for _, l := range list {
		out.List = append(out.List, Branch{
			ID: l.ID, From: l.From, Name: ui.BranchName(l, b.text), At: ms(l.ForkAt),
			End: ms(l.Time),
		})
	}
	return out
}

// courses are the branches as the page's lists have them.
func (b *Bridge) courses() (list []ui.Branch, current int) {
	branches, current := b.session.Branches()
	for _, l := range branches {
		list = append(list, ui.Branch{
			ID: l.ID, From: l.From, Name: l.Name, ForkAt: l.ForkAt, Time: l.Time,
		})
	}
	return list, current
}

// branchKey tells apart what the page shows of the branches.
func (b *Bridge) branchKey() string {
	list, current := b.session.Branches()
	key := fmt.Sprint(current)
	for i, l := range list {
		key += fmt.Sprint(" ", l.ID)
		if i != current {
			key += fmt.Sprint(".", l.Time)
		}
	}
	return key
}

var errNoBranch = errors.New("there is no such branch any more")

// switchTo goes to another branch: to the present moment if it knows it, else to its end.
func (b *Bridge) switchTo(a *Args) (any, error) {
	now := b.session.Now()
	_, current := b.session.Branches()
	if a.N == current {
		return nil, nil
	}
	b.stopWork()
	if !b.session.Switch(a.N) {
		return nil, errNoBranch
	}
	b.session.SeekTime(now)
	b.arrive()
	return nil, nil
}

// unfork goes back to the future that was left by acting in the past.
func (b *Bridge) unfork(*Args) (any, error) {
	b.stopWork()
	if !b.session.Unfork() {
		return nil, errNoBranch
	}
	b.arrive()
	return nil, nil
}

// arrive shows a moment that time did not come to by itself.
func (b *Bridge) arrive() {
	b.clock.playing, b.jumped = false, true
	b.clock.last = b.session.Now()
	b.marks = nil
	b.lesson.follow(b)
}

func buildBreaks(list []scenario.Break, t text.Printer) ui.BreaksPanel {
	p := ui.BreaksPanel{Text: t}
	for _, b := range list {
		p.Rows = append(p.Rows, ui.BreakRow{
			ID: strconv.Itoa(b.ID), Line: ui.Visible(strings.TrimPrefix(b.Line, ":break ")),
		})
	}
	return p
}

// renderCourses draws the branches and the breakpoints, which only a simulation has.
func (b *Bridge) renderCourses(f *Frame) {
	list, current := b.courses()
	key := b.branchKey()
	if key != b.show.branch {
		b.show.branch = key
		f.Branches = b.branches()
	}
	key = fmt.Sprint(key, b.text.Lang, list[current].Time/zk.Instant(1e8))
	b.panel(f, "branches", panelEvery, key, func() templ.Component {
		return ui.Branches(ui.BuildBranches(list, current, b.text))
	})
	breaks := b.session.Breaks()
	b.panel(f, "breaks", panelEvery, fmt.Sprint(breaks, b.text.Lang), func() templ.Component {
		return ui.Breaks(buildBreaks(breaks, b.text))
	})
}

// renderTime draws the lists of the transport.
func (b *Bridge) renderTime(f *Frame) {
	if b.session != nil {
		b.renderCourses(f)
	}
	if inSight, told := b.show.visible["marks"]; told && !inSight {
		return
	}
	past := 0
	for past < len(b.marks) && b.marks[past].At <= b.now() {
		past++
	}
	b.panel(f, "marks", panelEvery, fmt.Sprint(past, len(b.marks), b.text.Lang),
		func() templ.Component {
			return ui.Marks(ui.BuildMarks(b.marks, b.now(), b.text))
		})
}
