package recording

import (
	"strconv"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Moment is one step of a replay. What it points to is valid until the next one.
type Moment struct {
	Chapter uint64
	Input   *step.Input // nil where a server begins: booted, or in the middle of its life
	Output  *step.Output
	Node    *node.Node // after the step; it must not be changed
	// Described says that Output has what the server was (see node.Describe), and nothing happened:
	// the recording begins, or goes on after a gap, in the middle of the server's life.
	Described bool
}

// Report is what a replay has found.
type Report struct {
	Server           zk.ServerID
	Chapters, Inputs int
	Marks            int // places where the recorder and the replay said the same
	// Gaps is how often something is missing: the recorder could not keep up, the ring has lost the
	// chapter between, or the file is damaged.
	Gaps   int
	Lost   uint64 // inputs that a damaged file has lost, of which the number is known
	Torn   bool   // the file ends in the middle of something
	First  int64  // wall clock of the first and the last input, Unix ms; 0 without any
	Last   int64
	Broken string // the invariant that did not hold at the end, "" if none
	End    string // what the server said when it ended, "" if it had not
}

// Stopped is what a server says that ends as it was told to.
const Stopped = "the process was stopped"

// Play runs a server through a recording, oldest chapter first, and lets see look at every step
// until it returns false. An error says why the recording is none, or where the replay did not do
// what the server had done; the report then holds what was found until there.
func Play(file []byte, see func(Moment) bool) (Report, error) {
	p, err := Open(file)
	if err != nil {
		return Report{}, err
	}
	for m, more := p.Next(); more; m, more = p.Next() {
		if !see(m) {
			return p.report, nil
		}
	}
	return p.report, p.Err()
}

// Player is a replay on its way: whoever has other things to do takes a few steps at a time.
type Player struct {
	report   Report
	chapters []wire.Chapter // the one being played, and those behind it
	later    int            // bytes of those behind it
	whole    int            // bytes of all
	chapter  uint64         // number of the one being played, or played last
	first    bool           // its next entry is its first
	missing  bool           // chapters before it
	node     *node.Node
	inputs   []step.Input // of an entry, not taken so far
	out      step.Output
	digest   Digest
	agreed   uint64 // inputs after which the recorder and the replay have said the same
	err      *Error
}

// Open begins a replay. The file is not copied and must not be changed.
func Open(file []byte) (*Player, error) {
	chapters, err := wire.Chapters(file)
	if err != nil {
		return nil, &Error{Problem: problemOf(file, err), text: err.Error()}
	}
	p := &Player{chapters: chapters}
	for i := range chapters {
		p.whole += chapters[i].Left()
	}
	p.later = p.whole
	p.turn()
	return p, nil
}

func problemOf(file []byte, err error) Problem {
	if _, newer := err.(*wire.NewerError); newer { // errors.As would bring reflection to the page
		return Newer
	}
	if wire.IsRecording(file) {
		return BadHead
	}
	return Foreign
}

// turn makes the first chapter that is left the one being played.
func (p *Player) turn() {
	if len(p.chapters) == 0 {
		p.close()
		return
	}
	c := &p.chapters[0]
	if p.missing = p.chapter > 0 && c.Number != p.chapter+1; p.missing {
		p.node = nil
	}
	p.chapter, p.first = c.Number, true
	p.later -= c.Left()
}

// Report returns what was found so far.
func (p *Player) Report() Report { return p.report }

// Err returns why the replay does not go on, nil if nothing is wrong.
func (p *Player) Err() error {
	if p.err == nil {
		return nil
	}
	return p.err
}

// Progress returns how many bytes of how many are behind.
func (p *Player) Progress() (done, whole int) {
	left := p.later
	if len(p.chapters) > 0 {
		left += p.chapters[0].Left()
	}
	return p.whole - left, p.whole
}

// Next plays the next step. It reports false when there is none: at the end, or after an error.
// What panics is the recording's fault, but for an invariant: that is what the server has died of.
func (p *Player) Next() (m Moment, more bool) {
	var in *step.Input
	defer func() {
		cause := recover()
		if broken, is := cause.(step.Violation); is && in != nil {
			p.report.Broken, p.node = broken.Name, nil
			m.Output, more = &p.out, true
		} else if cause != nil {
			m, more = Moment{}, p.wrong(Unreadable, "no server can have had it")
		}
	}()
	for len(p.inputs) == 0 {
		if p.err != nil || len(p.chapters) == 0 {
			return Moment{}, false
		}
		if begun := p.entry(); begun.Node != nil {
			return begun, true
		}
	}
	if p.node == nil {
		return Moment{}, p.wrong(Unreadable, "the server went on after "+p.report.Broken)
	}
	in, p.inputs = &p.inputs[0], p.inputs[1:]
	m = Moment{Chapter: p.chapter, Input: in, Node: p.node}
	p.take(in)
	m.Output = &p.out
	return m, true
}

func (p *Player) take(in *step.Input) {
	if p.report.Inputs == 0 {
		p.report.First = in.WallMs
	}
	p.report.Last = in.WallMs
	p.report.Inputs++
	p.out.Reset()
	p.node.Step(in, &p.out)
	p.digest.Add(p.out.Trace, p.out.Clients)
}

// wrong ends the replay, and says that there are no more steps.
func (p *Player) wrong(problem Problem, what string) (more bool) {
	p.err = &Error{
		Problem: problem, Chapter: p.chapter, Agreed: p.agreed, Until: p.digest.Inputs,
		text: "chapter " + strconv.FormatUint(p.chapter, 10) + " of the recording, after " +
			strconv.FormatUint(p.digest.Inputs, 10) + " inputs: " + what,
	}
	return false
}

// entry reads the next entry. It returns a moment if a server begins with it.
func (p *Player) entry() (begun Moment) {
	kind, body, ok := p.chapters[0].Next()
	if !ok {
		p.report.Torn = p.chapters[0].Torn()
		p.report.Chapters++
		p.chapters = p.chapters[1:]
		p.turn()
		return begun
	}
	begins := kind == wire.EntryBoot || kind == wire.EntryState
	if begins != p.first || !begins && p.node == nil && p.report.Broken == "" {
		p.wrong(Unreadable, "it does not begin with a server")
		return begun
	}
	p.first = false
	switch kind {
	case wire.EntryBoot:
		return p.boot(body)
	case wire.EntryState:
		return p.restore(body)
	case wire.EntryInputs:
		p.decode(body)
	case wire.EntryMark:
		p.mark(body)
	case wire.EntryEnd:
		p.report.End = string(body)
	}
	return begun
}

// close judges the whole: there is nothing more.
func (p *Player) close() {
	if p.report.Server == 0 {
		p.err = &Error{
			Problem: Empty, text: "the recording has no chapter that can be read",
		}
	}
}

func (p *Player) boot(body []byte) (begun Moment) {
	cfg, boot, err := readBoot(body)
	if err != nil {
		p.wrong(Unreadable, err.Error())
		return begun
	}
	if p.missing {
		p.report.Gaps++
	}
	p.begin(cfg.ID, Digest{})
	p.node = node.New(cfg, boot, &p.out)
	return Moment{Chapter: p.chapter, Output: &p.out, Node: p.node}
}

// begin forgets the server that was before.
func (p *Player) begin(id zk.ServerID, d Digest) {
	p.report.Server, p.report.Broken, p.report.End = id, "", ""
	p.digest, p.agreed = d, d.Inputs
	p.out.Reset()
}

// restore begins in the middle, or compares where the chapter before has led.
func (p *Player) restore(body []byte) (begun Moment) {
	n, s, err := readState(body)
	if err != nil {
		p.wrong(Unreadable, err.Error())
		return begun
	}
	if p.node != nil && s.continues {
		if s.digest == p.digest && n.Tree().Digest() == p.node.Tree().Digest() {
			p.agree()
			return begun
		}
		if s.digest.Inputs <= p.digest.Inputs {
			p.wrong(Differs, "the replay has led to another state than the server had")
			return begun
		}
		p.report.Lost += s.digest.Inputs - p.digest.Inputs
	}
	if p.report.Chapters > 0 {
		p.report.Gaps++
	}
	p.begin(n.Status().ID, s.digest)
	p.node = n
	n.Describe(&p.out)
	return Moment{Chapter: p.chapter, Output: &p.out, Node: n, Described: true}
}

func (p *Player) agree() {
	p.report.Marks++
	p.agreed = p.digest.Inputs
}

func (p *Player) decode(body []byte) {
	inputs, err := wire.DecodeInputs(body)
	if err != nil {
		p.wrong(Unreadable, err.Error())
	}
	p.inputs = inputs
}

func (p *Player) mark(body []byte) {
	d, err := readMark(body)
	switch {
	case err != nil:
		p.wrong(Unreadable, err.Error())
	case d != p.digest:
		p.wrong(Differs, "the replay has not said what the server has said")
	default:
		p.agree()
	}
}
