package scenario

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// LinkVersion is the version of links that this code writes and the newest that it reads.
const LinkVersion = 1

// Limits of a link.
const (
	journalMax = 100_000
	linkTMax   = 24 * 60 * 60 * 1_000_000_000 // a day, in ns
)

// Journal is what a link carries: it replays exactly one run up to one moment. Bytes are the
// business of who makes the link.
type Journal struct {
	V         int            `json:"v"`
	Scenario  string         `json:"scenario,omitempty"` // "" for free play
	Seed      uint64         `json:"seed"`
	Nodes     int            `json:"nodes,omitempty"` // voters, for free play
	Observers int            `json:"observers,omitempty"`
	Config    string         `json:"config,omitempty"` // as a file's head has it, for free play
	Down      bool           `json:"down,omitempty"`   // of free play: no server starts by itself
	Quirks    string         `json:"quirks,omitempty"`
	Journal   []JournalEntry `json:"journal,omitempty"`
	Forks     int            `json:"forks,omitempty"`
	Step      uint64         `json:"step,omitempty"` // the position; 0 for all that happens until T
	T         Millis         `json:"t"`
}

// JournalEntry is one line of the user: it was given after Step steps of the world, at At (0 for
// the instant of that step), when the script had gone back to an earlier place Forks times.
type JournalEntry struct {
	Step  uint64     `json:"step"`
	At    zk.Instant `json:"at,omitempty"` // ns
	Forks int        `json:"forks,omitempty"`
	Line  string     `json:"line"`
}

// Millis is an instant that JSON shows in milliseconds, exactly: 1234.567891.
type Millis zk.Instant

// MarshalJSON writes milliseconds with as many decimals as needed.
func (m Millis) MarshalJSON() ([]byte, error) {
	sign, n := "", int64(m)
	if n < 0 {
		sign, n = "-", -n
	}
	text := sign + strconv.FormatInt(n/1e6, 10)
	if frac := n % 1e6; frac != 0 {
		digits := strconv.FormatInt(frac, 10)
		text += "." + strings.TrimRight("000000"[len(digits):]+digits, "0")
	}
	return []byte(text), nil
}

// UnmarshalJSON reads what MarshalJSON writes; decimals beyond a nanosecond are dropped.
func (m *Millis) UnmarshalJSON(b []byte) error {
	whole, frac, _ := strings.Cut(string(b), ".")
	frac = (frac + "000000")[:6]
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return err
	}
	part, err := strconv.ParseInt(frac, 10, 64)
	if err != nil || part < 0 || n > linkTMax/1e6 || n < 0 {
		return fail(CodeLinkBad, "t")
	}
	*m = Millis(n*1e6 + part)
	return nil
}

// Journal returns the link of the position: the lines behind it and its time.
func (s *Session) Journal() Journal {
	j := Journal{
		V: LinkVersion, Scenario: s.file.Name, Seed: s.opt.Seed, Quirks: s.opt.Quirks.String(),
		T: Millis(s.Now()), Step: s.tl.Position(),
	}
	if j.Scenario == "" {
		j.Nodes, j.Observers = s.file.Voters, s.file.Observers
		j.Config, j.Down = s.file.Config, s.file.Down
	}
	j.Forks, j.Journal = s.run.forks, s.journal
	if s.inPast() {
		here := s.tl.Place()
		j.Forks = s.runAt(here).forks
		j.Journal = s.journal[:s.behind(here, j.Forks)]
	}
	j.Journal = slices.Clone(j.Journal)
	return j
}

// BeforeStep returns the link of the moment just before the scenario's step with an index began;
// false when it has not begun.
func (j Journal) BeforeStep(index int) (Journal, bool) {
	for i, e := range j.Journal {
		if e.Line != ":next" {
			continue
		}
		if index--; index < 0 {
			j.Forks, j.Step, j.T = e.Forks, e.Step, Millis(e.At)
			j.Journal = j.Journal[:i]
			return j, true
		}
	}
	return j, false
}

// Check refuses a journal that this code cannot replay.
func (j *Journal) Check() *Error {
	switch {
	case j.V > LinkVersion:
		return fail(CodeLinkNewer, strconv.Itoa(j.V))
	case j.V < 1:
		return fail(CodeLinkBad, "v")
	case j.Seed == 0 || j.Seed > 1<<63-1:
		return fail(CodeLinkBad, "seed")
	case j.T < 0 || j.T > linkTMax:
		return fail(CodeLinkBad, "t")
	case len(j.Journal) > journalMax:
		return fail(CodeLinkBad, "journal")
	}
	if j.Scenario == "" {
		if _, err := j.FreePlay(); err != nil {
			return err
		}
	}
	last := JournalEntry{}
	for _, e := range j.Journal {
		back := e.Forks == last.Forks && (e.Step < last.Step || e.At != 0 && e.At < last.At)
		if back || e.Forks < last.Forks || e.Forks > j.Forks || e.At < 0 || e.At > linkTMax {
			return fail(CodeLinkBad, "journal")
		}
		if _, err := ParseLine(e.Line); err != nil {
			return fail(CodeLinkBad, shorten(e.Line))
		}
		last = e
	}
	return nil
}

func (j *Journal) file(find func(string) (*File, *Error)) (*File, *Error) {
	if j.Scenario == "" {
		return j.FreePlay()
	}
	return find(j.Scenario)
}

// FreePlay returns the ensemble that a link without a scenario is about.
func (j *Journal) FreePlay() (*File, *Error) {
	f, err := FreePlay(j.Nodes, j.Observers, j.Seed)
	if err == nil {
		f.Down = j.Down
	}
	if err == nil && j.Config != "" && !setConfig(f, j.Config) {
		err = fail(CodeLinkBad, "config")
	}
	return f, err
}

// quirks reads the names of the switched-on mistakes.
func (j *Journal) quirks() (all zk.Quirk, err *Error) {
	for name := range strings.SplitSeq(j.Quirks, ",") {
		q, ok := zk.ParseQuirk(name)
		if !ok && name != "" {
			return 0, fail(CodeLinkBad, "quirks")
		}
		all |= q
	}
	return all, nil
}
