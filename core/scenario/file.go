package scenario

import (
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/zk"
)

// Limits of a file and of an ensemble.
const (
	FileMax      = 1 << 20 // bytes
	StepsMax     = 64
	BlocksMax    = 64 // in one step
	VotersMax    = 9
	ObserversMax = 4
)

// File is one scenario: a lesson, a test and a page. It is immutable after Parse.
type File struct {
	Name    string // without directory and .md, "02-cold-start"
	Title   string
	Topics  []string
	Level   string // basic, core or deep; "" when not given
	Minutes int    // how long a learner needs; 0 when not given

	Voters, Observers int
	Settings          Settings
	Config            string // what Settings was read from
	Seed              uint64
	Pinned            bool // what it promises holds for its own seed only
	Clients           []ClientSpec
	Broadcast         bool // the run begins when all servers are in BROADCAST and idle
	Down              bool // without steps, too, no server starts by itself
	Show              Show // what the page opens at first

	Intro []Block // prose before the first step
	Steps []Step
}

// ClientSpec is a client that exists from the start: A, A@1, A@1!.
type ClientSpec struct {
	Letter zk.ServerID
	Server zk.ServerID // 0 for any
	Pinned bool
}

// Settings differ from the defaults where they are not zero.
type Settings struct {
	TickTime             time.Duration
	InitLimit, SyncLimit int
	FinalizeWait         time.Duration
	FinalizeAlways       bool
	MinSession           time.Duration
	MaxSession           time.Duration
	CommitLogCount       int
	SnapCount            int
	CounterStart         uint32
	Swarm                uint64 // the seed of a random run whose settings these are; 0 for none
	Latency              time.Duration
	Jitter               time.Duration
	Fsync                time.Duration
	Quirks               zk.Quirk
}

// Show says what a page points at: panels, servers, speed and level of detail, as written.
type Show struct {
	Focus  string
	Speed  string
	Detail string
	Panel  string
}

// Step is one section of a scenario.
type Step struct {
	ID     string
	Title  string
	Line   int // of its heading
	Show   Show
	Blocks []Block
}

// BlockKind says what a block holds.
type BlockKind uint8

// The kinds of blocks.
const (
	Prose   BlockKind = iota // Markdown
	Predict                  // a question
	Run                      // lines of the command language
	Expect                   // checks
	Golden                   // events
)

// Block is one part of a step, in the order of the file.
type Block struct {
	Kind    BlockKind
	Line    int       // of its first line, the fence included
	End     int       // the line after its last
	Text    string    // what is between the fences, or the Markdown
	Lines   []Line    // Run
	Checks  []Check   // Expect
	Predict *Question // Predict
	Golden  *Filter   // Golden
}

// Question is a prediction. Its right answer is computed from the run.
type Question struct {
	Kind    string // pick-server, choice, multi, number or order
	Text    string // the question
	Options []Option
	Answer  *Expr // pick-server and number; nil in a translation
	Shown   *Expr // the event that decides the answer, "@ Elected(node=4)"; nil for none
}

// Option is one answer to choose from.
type Option struct {
	Text string
	Expr *Expr // when it is right; nil in a translation
}

// Checks returns all checks of the step, in order.
func (s *Step) Checks() []*Check {
	var all []*Check
	for i := range s.Blocks {
		for j := range s.Blocks[i].Checks {
			all = append(all, &s.Blocks[i].Checks[j])
		}
	}
	return all
}

// Script returns the lines of the step's run blocks as written.
func (s *Step) Script() []string {
	var all []string
	for i := range s.Blocks {
		if s.Blocks[i].Kind == Run {
			all = append(all, strings.Split(strings.Trim(s.Blocks[i].Text, "\n"), "\n")...)
		}
	}
	return all
}

// Question returns the step's first prediction, nil if it has none.
func (s *Step) Question() *Question {
	if all := s.questions(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// lines returns all lines of the step's run blocks, in order.
func (s *Step) lines() []*Line {
	var all []*Line
	for i := range s.Blocks {
		for j := range s.Blocks[i].Lines {
			all = append(all, &s.Blocks[i].Lines[j])
		}
	}
	return all
}

// StepIndex returns the index of the step with the id, or of the step with the number counted from
// 1, -1 if there is none.
func (f *File) StepIndex(id string) int {
	for i := range f.Steps {
		if f.Steps[i].ID == id {
			return i
		}
	}
	if n, size := digits(id); size == len(id) && n >= 1 && n <= int64(len(f.Steps)) {
		return int(n) - 1
	}
	return -1
}

// voters and observers are the servers' ids, counted from 1.
func (f *File) servers() (voters, observers zk.ServerSet) {
	for id := zk.ServerID(1); int(id) <= f.Voters+f.Observers; id++ {
		if int(id) <= f.Voters {
			voters = voters.With(id)
		} else {
			observers = observers.With(id)
		}
	}
	return voters, observers
}

// FreePlay returns the ensemble without a script: it boots at the start of time. The counts must be
// 1 to 9 voters and 0 to 4 observers.
func FreePlay(voters, observers int, seed uint64) (*File, *Error) {
	if err := checkNodes(voters, observers); err != nil {
		return nil, err
	}
	f := &File{Name: "", Voters: voters, Observers: observers, Seed: max(seed, 1)}
	return f, nil
}

// FreePlayVoters is the number of voters of the free play that the page opens with.
const FreePlayVoters = 5

// adjust applies the settings to a server's configuration.
func (s *Settings) adjust(c *node.Config) {
	c.TickTime = or(s.TickTime, c.TickTime)
	c.InitLimit = or(s.InitLimit, c.InitLimit)
	c.SyncLimit = or(s.SyncLimit, c.SyncLimit)
	c.FinalizeWait = or(s.FinalizeWait, c.FinalizeWait)
	c.FinalizeAlways = s.FinalizeAlways
	c.MinSessionTimeoutMs = int32(or(s.MinSession, 2*c.TickTime).Milliseconds())
	c.MaxSessionTimeoutMs = int32(or(s.MaxSession, 20*c.TickTime).Milliseconds())
	c.CommitLogCount = or(s.CommitLogCount, c.CommitLogCount)
	c.SnapCount = or(s.SnapCount, c.SnapCount)
	c.CounterStart = or(s.CounterStart, c.CounterStart)
}

func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
