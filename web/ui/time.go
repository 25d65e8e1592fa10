package ui

import (
	"strconv"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/view"
)

// BranchesPanel lists the courses that the run has taken.
type BranchesPanel struct {
	Text text.Printer
	Rows []BranchRow
}

// BranchRow is one course: where it left another one, and its newest moment.
type BranchRow struct {
	Index           int
	Name, Fork, End string
	From            string // the course that it left, "" for the first
	Current         bool
}

// Branch is one course that a run has taken. It left the branch with the ID From; the first has ID
// 0.
type Branch struct {
	ID, From     int
	Name         string
	ForkAt, Time zk.Instant
}

// BuildBranches lists branches, oldest first.
func BuildBranches(list []Branch, current int, t text.Printer) BranchesPanel {
	p := BranchesPanel{Text: t}
	for i, b := range list {
		r := BranchRow{Index: i, Name: BranchName(b, t), End: Seconds(b.Time)}
		r.Current = i == current
		if b.ID != 0 {
			r.Fork = Seconds(b.ForkAt)
			for _, from := range list {
				if from.ID == b.From {
					r.From = BranchName(from, t)
				}
			}
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}

// BranchNumber is a branch's number on the page, wherever it is shown: the first one is 1.
func BranchNumber(id int) int { return id + 1 }

// BranchName is what a branch is called on the page.
func BranchName(b Branch, t text.Printer) string {
	name := t.T("time.branch", "n", BranchNumber(b.ID))
	if b.ID != 0 && b.Name != "" {
		name += " · " + visible(b.Name)
	}
	return name
}

// MarksPanel is the scrubber in words: the marks around the position.
type MarksPanel struct {
	Text          text.Printer
	Rows          []MarkRow
	Before, After int // so many more there are
}

// MarkRow is one mark. Ms is where it seeks to.
type MarkRow struct {
	ID, Ms, Time, Lane, Does string
	Past                     bool
}

// marksAround is how many marks are listed before and after the position.
const marksAround = 25

var markLanes = [...]string{"state", "fault", "data"}

// BuildMarks lists the marks around an instant.
func BuildMarks(marks []view.Mark, now zk.Instant, t text.Printer) MarksPanel {
	p := MarksPanel{Text: t}
	at := 0
	for at < len(marks) && marks[at].At <= now {
		at++
	}
	low, high := max(0, at-marksAround), min(len(marks), at+marksAround)
	p.Before, p.After = low, len(marks)-high
	for i := low; i < high; i++ {
		k := &marks[i]
		p.Rows = append(p.Rows, MarkRow{
			ID: "mark-" + strconv.Itoa(i), Time: Seconds(k.At),
			Ms:   strconv.FormatFloat(float64(k.At)/1e6, 'f', -1, 64),
			Lane: markLanes[k.Lane], Does: markText(k, t), Past: i < at,
		})
	}
	return p
}

func markText(k *view.Mark, t text.Printer) string {
	key := "mark." + k.Kind.String()
	if k.Kind == trace.Returned {
		key = "mark.error"
	}
	return t.T(key, "n", k.Server)
}

// SpeedStop is one of the named speeds.
type SpeedStop struct {
	Value      string // simulated ms per real second
	Rate, Name string
}

func speedStops(t text.Printer) []SpeedStop {
	stops := [][3]string{
		{"1", "1/1000", "crawl"}, {"5", "1/200", "slowest"}, {"20", "1/50", "slow"},
		{"100", "1/10", "brisk"}, {"1000", "1×", "real"}, {"10000", "10×", "fast"},
	}
	out := make([]SpeedStop, 0, len(stops))
	for _, s := range stops {
		out = append(out, SpeedStop{Value: s[0], Rate: s[1], Name: t.T("speed." + s[2])})
	}
	return out
}

// StepUnit is one of the lengths of a step.
type StepUnit struct{ Unit, Name, Keys string }

func stepUnits(t text.Printer) []StepUnit {
	units := [][2]string{{"event", ""}, {"delivery", "Shift "}, {"round", "Alt "}}
	out := make([]StepUnit, 0, len(units))
	for _, u := range units {
		out = append(out, StepUnit{Unit: u[0], Keys: u[1], Name: t.T("step." + u[0])})
	}
	return out
}

// BreaksPanel lists the breakpoints.
type BreaksPanel struct {
	Text text.Printer
	Rows []BreakRow
}

// BreakRow is one breakpoint: its number, and what it waits for.
type BreakRow struct{ ID, Line string }

// AutoKinds are the kinds of events at which the clock slows, or stops, as a person chooses.
var AutoKinds = [...]string{
	"state", "vote", "quorum", "epoch", "sync", "acks", "commit", "reply", "error", "watch",
	"expired", "stale", "service", "leaders",
}

// autoChoices are what the clock may do about them.
var autoChoices = [...]string{"ignore", "slow", "pause"}

// breakExamples are conditions to begin with.
var breakExamples = [...]string{
	"leader == none", "state[2] == LOOKING", "msgs(PROPOSAL,to=4) > 0", "epoch > 1",
}
