package recording

import (
	"errors"
	"strconv"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Moment is one step of a replay. What it points to is valid during the call.
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
	// Gaps is how often something is missing: the recorder could not keep up, or the ring has lost
	// the chapter between.
	Gaps   int
	First  int64 // wall clock of the first and the last input, Unix ms; 0 without any
	Last   int64
	Broken string // the invariant that did not hold at the end, "" if none
	End    string // what the server said when it ended, "" if it had not
}

// errStopped ends a play that nobody wants to see on.
var errStopped = errors.New("stopped")

// Play runs a server through a recording, oldest chapter first, and lets see look at every step
// until it returns false. An error says why the recording is none, or where the replay did not do
// what the server had done; the report then holds what was found until there.
func Play(file []byte, see func(Moment) bool) (Report, error) {
	chapters, err := wire.Chapters(file)
	if err != nil {
		return Report{}, err
	}
	p := player{see: see}
	for i := range chapters {
		if p.missing = i > 0 && chapters[i].Number != p.chapter+1; p.missing {
			p.node = nil
		}
		p.chapter = chapters[i].Number
		if err := p.play(chapters[i]); err != nil {
			if err == errStopped {
				err = nil
			}
			return p.report, err
		}
		p.report.Chapters++
	}
	if len(chapters) == 0 {
		return p.report, errors.New("the recording has no chapter that can be read")
	}
	return p.report, nil
}

// player is a replay on its way.
type player struct {
	see     func(Moment) bool
	report  Report
	chapter uint64
	missing bool // chapters before this one
	node    *node.Node
	in      *step.Input
	out     step.Output
	digest  Digest
}

// play goes through one chapter. What panics in it is the recording's fault, except for an
// invariant: that is what the server has died of.
func (p *player) play(c wire.Chapter) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = p.fell(cause)
		}
	}()
	first := true
	for kind, body := range c.Entries() {
		if err := p.entry(kind, body, first); err != nil {
			return err
		}
		first = false
	}
	return nil
}

func (p *player) fell(cause any) error {
	if broken, is := cause.(step.Violation); is && p.node != nil {
		p.report.Broken = broken.Name
		p.see(Moment{Chapter: p.chapter, Input: p.in, Output: &p.out, Node: p.node})
		p.node = nil
		return nil
	}
	return p.wrong("no server can have had it")
}

func (p *player) wrong(what string) error {
	return errors.New("chapter " + strconv.FormatUint(p.chapter, 10) + " of the recording, after " +
		strconv.FormatUint(p.digest.Inputs, 10) + " inputs: " + what)
}

func (p *player) entry(kind byte, body []byte, first bool) error {
	begins := kind == wire.EntryBoot || kind == wire.EntryState
	if begins != first || !begins && p.node == nil && p.report.Broken == "" {
		return p.wrong("it does not begin with a server")
	}
	switch kind {
	case wire.EntryBoot:
		return p.boot(body)
	case wire.EntryState:
		return p.restore(body)
	case wire.EntryInputs:
		return p.inputs(body)
	case wire.EntryMark:
		return p.mark(body)
	}
	p.report.End = string(body)
	return nil
}

func (p *player) boot(body []byte) error {
	cfg, boot, err := readBoot(body)
	if err != nil {
		return p.wrong(err.Error())
	}
	if p.missing {
		p.report.Gaps++
	}
	p.digest, p.report.Broken, p.report.End = Digest{}, "", ""
	p.out.Reset()
	p.node, p.report.Server = node.New(cfg, boot, &p.out), cfg.ID
	return p.show(nil)
}

// restore begins in the middle, or compares where the chapter before has led.
func (p *player) restore(body []byte) error {
	n, s, err := readState(body)
	if err != nil {
		return p.wrong(err.Error())
	}
	if p.node != nil && s.continues {
		if s.digest != p.digest || n.Tree().Digest() != p.node.Tree().Digest() {
			return p.wrong("the replay has led to another state than the server had")
		}
		p.report.Marks++
		return nil
	}
	if p.report.Chapters > 0 {
		p.report.Gaps++
	}
	p.node, p.digest, p.report.Broken, p.report.End = n, s.digest, "", ""
	p.report.Server = n.Status().ID
	p.out.Reset()
	n.Describe(&p.out)
	if !p.see(Moment{Chapter: p.chapter, Output: &p.out, Node: n, Described: true}) {
		return errStopped
	}
	return nil
}

func (p *player) inputs(body []byte) error {
	inputs, err := wire.DecodeInputs(body)
	if err != nil {
		return p.wrong(err.Error())
	}
	for i := range inputs {
		if p.node == nil {
			return p.wrong("the server went on after " + p.report.Broken)
		}
		in := &inputs[i]
		if p.report.Inputs == 0 {
			p.report.First = in.WallMs
		}
		p.report.Last = in.WallMs
		p.report.Inputs++
		p.in = in
		p.out.Reset()
		p.node.Step(in, &p.out)
		p.digest.Add(p.out.Trace, p.out.Clients)
		if err := p.show(in); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) show(in *step.Input) error {
	if !p.see(Moment{Chapter: p.chapter, Input: in, Output: &p.out, Node: p.node}) {
		return errStopped
	}
	return nil
}

func (p *player) mark(body []byte) error {
	d, err := readMark(body)
	switch {
	case err != nil:
		return p.wrong(err.Error())
	case d != p.digest:
		return p.wrong("the replay has not said what the server has said")
	}
	p.report.Marks++
	return nil
}
