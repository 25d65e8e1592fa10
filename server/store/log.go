package store

import (
	"errors"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// position is where a log ends, and all that the header of a next segment must repeat.
type position struct {
	accepted, current zk.Epoch
	last              zk.Zxid
	seq               uint64
	chain             uint32
}

// mark appends the mark that begins a batch.
func (p *position) mark(b []byte, nonce uint64) []byte {
	b, p.chain = wire.AppendMark(b, p.chain, p.seq, nonce, p.accepted)
	return b
}

// write appends the record of a write.
func (p *position) write(b []byte, w *step.Write) []byte {
	step.Assert(w.Seq == p.seq+1, "WriteOrder")
	b, p.chain = wire.AppendWrite(b, p.chain, w)
	p.seq = w.Seq
	switch w.Kind {
	case step.AppendTxns:
		if n := len(w.Txns); n > 0 {
			step.Assert(w.Txns[0].Zxid > p.last, "LogOrder")
			p.last = w.Txns[n-1].Zxid
		}
	case step.TruncateAfter:
		p.last = min(p.last, w.Zxid)
	case step.AcceptEpoch:
		p.accepted = w.Epoch
	case step.EnterEpoch:
		p.current = w.Epoch
	}
	return b
}

// logEnd is the segment that is written to.
type logEnd struct {
	position
	header wire.SegmentHeader
	file   File
	size   int64 // of header and records
	room   int64 // so far the file reaches already
}

// create makes a new segment durable: header first, and room for what will follow.
func (f folders) create(h wire.SegmentHeader, room, batch int64) (logEnd, error) {
	head, chain := wire.AppendSegmentHeader(nil, &h)
	l := logEnd{header: h, size: int64(len(head)), position: position{
		accepted: h.Accepted, current: h.Current, last: h.Last, seq: h.Seq, chain: chain,
	}}
	l.room = max(room, l.size+batch)
	path := f.segment(h.Number)
	file, err := f.begin(path)
	if err != nil {
		return l, err
	}
	if err = file.Reserve(l.room); err == nil {
		_, err = file.WriteAt(head, 0)
	}
	if err := f.finish(path, file, err); err != nil {
		return l, err
	}
	l.file, err = f.files.Open(path)
	return l, err
}

// write makes a batch durable.
func (l *logEnd) write(batch []byte, after position) error {
	if _, err := l.file.WriteAt(batch, l.size); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return err
	}
	l.size += int64(len(batch))
	l.position = after
	return nil
}

// next returns the header of a segment behind this one.
func (l *logEnd) next() wire.SegmentHeader {
	return wire.SegmentHeader{
		Number: l.header.Number + 1, Boot: l.header.Boot, Damaged: l.header.Damaged,
		Accepted: l.accepted, Current: l.current, Last: l.last,
		Seq: l.seq, Chain: l.chain,
	}
}

// seal ends a segment behind which there is another.
func (l *logEnd) seal() error {
	seal := wire.AppendSeal(nil, l.chain, l.seq)
	if _, err := l.file.WriteAt(seal, l.size); err != nil {
		return errors.Join(err, l.file.Close())
	}
	l.size += int64(len(seal))
	return l.close(true)
}

// close gives back the room that was not used.
func (l *logEnd) close(trim bool) error {
	var err error
	if trim {
		if err = l.file.Truncate(l.size); err == nil {
			err = l.file.Sync()
		}
	}
	return errors.Join(err, l.file.Close())
}
