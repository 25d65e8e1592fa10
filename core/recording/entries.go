package recording

import (
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
)

// MarkEvery is how many inputs are between two marks.
const MarkEvery = 128

// start is what a chapter that begins in the middle says first.
type start struct {
	digest Digest
	// continues says that nothing is missing between the chapter before and this one.
	continues bool
}

func (s *start) archive(a step.Archive) {
	s.digest.archive(a)
	step.Flag(a, &s.continues)
}

func (d *Digest) archive(a step.Archive) {
	step.Number(a, &d.Inputs)
	step.Number(a, &d.Hash)
}

// AppendBoot appends the body of an EntryBoot: how the server started.
func AppendBoot(b []byte, cfg node.Config, boot node.Boot) []byte {
	return wire.AppendArchive(b, func(a step.Archive) {
		cfg.Archive(a)
		boot.Archive(a)
	})
}

// AppendState appends the body of an EntryState: the server between two steps, and what it had said
// until then. Continues says that nothing is missing since the chapter before.
func AppendState(b []byte, n *node.Node, d Digest, continues bool) []byte {
	return wire.AppendArchive(b, func(a step.Archive) {
		s := start{d, continues}
		s.archive(a)
		n.Archive(a)
	})
}

// AppendMark appends the body of an EntryMark.
func AppendMark(b []byte, d Digest) []byte {
	return wire.AppendArchive(b, d.archive)
}

func readBoot(body []byte) (cfg node.Config, boot node.Boot, err error) {
	err = wire.ReadArchive(body, func(a step.Archive) {
		cfg.Archive(a)
		boot.Archive(a)
	})
	return cfg, boot, err
}

func readState(body []byte) (n *node.Node, s start, err error) {
	err = wire.ReadArchive(body, func(a step.Archive) {
		s.archive(a)
		n = node.Restore(a)
	})
	return n, s, err
}

func readMark(body []byte) (d Digest, err error) {
	return d, wire.ReadArchive(body, d.archive)
}
