// Package recorder is the flight recorder of a native server: a ring file of its last inputs, from
// which `zabscope run --replay` and the page bring back what it did and why. What is in the file is
// said by package recording; here are the file and the goroutine that writes it.
//
// The server never waits for the file. If it cannot be written fast enough, inputs are left out and
// a new chapter begins with the state after the gap; if it cannot be written at all, or if the
// state does not fit, recording ends with a word in the log, and the server goes on.
package recorder

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/recording"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
)

const (
	slots = 4
	// SizeMin is the smallest file that is worth its name.
	SizeMin = 1 << 20
	// waitingMax is how many bytes may wait for the file, about.
	waitingMax = 32 << 20
	inputBytes = 256 // of memory that an input takes, beside what it carries
)

// Recorder records one process. It is a drive.Recorder.
type Recorder struct {
	file *os.File
	log  *slog.Logger

	digest  recording.Digest // of the goroutine that drives the node
	written chan struct{}    // closed when nothing more will be

	mu      sync.Mutex
	changed sync.Cond
	waiting []part
	bytes   int
	head    int64 // bytes of the start that was written last
	behind  int64 // bytes of inputs since the last start, about
	room    int64 // bytes of a chapter that may be used before the next begins
	lost    bool  // inputs since the last chapter
	full    bool  // the chapter
	over    bool  // nothing more is recorded
	ending  bool  // nothing more comes
}

// part is some of what happened: the start of a chapter, inputs, and a mark after them.
type part struct {
	start  *start
	inputs []step.Input
	mark   *recording.Digest
	end    string
}

// start is what a chapter begins with: a boot, or a state.
type start struct {
	cfg       node.Config
	boot      node.Boot
	node      *node.Node // nil for a boot
	digest    recording.Digest
	continues bool
}

// Open opens the recording at path, or makes one of about that many bytes. A file that is something
// else is left alone.
func Open(path string, size int64, log *slog.Logger) (*Recorder, error) {
	ring := wire.Ring{Slots: slots, Size: size / slots}
	last, err := lastChapter(path, ring)
	if err != nil {
		return nil, fmt.Errorf("record to %s: %w", path, err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if _, err := file.WriteAt(wire.AppendRing(nil, ring), 0); err != nil {
		return nil, errors.Join(fmt.Errorf("record: %w", err), file.Close())
	}
	r := &Recorder{
		file: file, log: log, written: make(chan struct{}), room: ring.Size / 4 * 3,
	}
	r.changed.L = &r.mu
	go r.run(recording.NewWriter(ring, last))
	return r, nil
}

// lastChapter finds out where a recording ends. One of another size steps aside.
func lastChapter(path string, ring wire.Ring) (uint64, error) {
	file, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(file) == 0 {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	found, err := wire.DecodeRing(file)
	if err != nil {
		return 0, fmt.Errorf("%w; choose another file, or remove this one", err)
	}
	if found != ring {
		return 0, os.Rename(path, path+".old")
	}
	chapters, err := wire.Chapters(file)
	if err != nil || len(chapters) == 0 {
		return 0, err
	}
	return chapters[len(chapters)-1].Number, nil
}

// Began is part of drive.Recorder.
func (r *Recorder) Began(cfg node.Config, boot node.Boot) {
	r.put(part{start: &start{cfg: cfg, boot: boot}})
}

// Takes is part of drive.Recorder.
func (r *Recorder) Takes(n *node.Node, in *step.Input) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return
	}
	if r.lost || r.full || r.head+r.behind > r.room {
		r.add(part{start: &start{node: n.Clone(), digest: r.digest, continues: !r.lost}})
		r.lost, r.full, r.behind = false, false, 0
	}
	last := len(r.waiting) - 1
	if last < 0 || r.waiting[last].mark != nil {
		r.add(part{})
		last++
	}
	r.waiting[last].inputs = append(r.waiting[last].inputs, kept(in))
	bytes := weight(in)
	r.behind += int64(bytes)
	if r.bytes += inputBytes + bytes; r.bytes > waitingMax {
		r.waiting, r.bytes, r.lost = nil, 0, true
	}
	r.changed.Signal()
}

// kept is a copy that outlives the step. The bytes behind it are never written again.
func kept(in *step.Input) step.Input {
	k := *in
	if in.Msg != nil {
		m := *in.Msg
		k.Msg = &m
	}
	if in.Req != nil {
		q := *in.Req
		k.Req = &q
	}
	return k
}

// weight is about how many bytes an input takes in the file.
func weight(in *step.Input) int {
	const fixed, request, txn = 40, 60, 90
	n := fixed
	if in.Req != nil {
		n += request + len(in.Req.Path) + len(in.Req.Data) + txn*len(in.Req.Ops)
		for i := range in.Req.Ops {
			n += len(in.Req.Ops[i].Path) + len(in.Req.Ops[i].Data)
		}
	}
	if in.Msg != nil {
		n += request
		for i := range in.Msg.Txns {
			t := &in.Msg.Txns[i]
			n += txn*(1+len(t.Subs)) + len(t.Path) + len(t.Data)
		}
	}
	return n
}

// Said is part of drive.Recorder.
func (r *Recorder) Said(events []trace.Event, replies []step.ToClient) {
	r.digest.Add(events, replies)
	if r.digest.Inputs%recording.MarkEvery != 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := len(r.waiting) - 1; last >= 0 && r.waiting[last].mark == nil {
		d := r.digest
		r.waiting[last].mark = &d
	}
}

// Ended is part of drive.Recorder: it writes what waits, and closes the file.
func (r *Recorder) Ended(err error) {
	why := recording.Stopped
	if err != nil {
		why = err.Error()
	}
	last := r.digest
	r.put(part{mark: &last, end: why})
	r.mu.Lock()
	r.ending = true
	r.changed.Signal()
	r.mu.Unlock()
	<-r.written
}

func (r *Recorder) put(p part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over && !r.lost {
		r.add(p)
		r.changed.Signal()
	}
}

func (r *Recorder) add(p part) { r.waiting = append(r.waiting, p) }

// run writes what comes until the end.
func (r *Recorder) run(w *recording.Writer) {
	defer close(r.written)
	err := r.writeAll(w)
	if closed := r.file.Close(); err == nil {
		err = closed
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over, r.waiting = true, nil
	if err != nil {
		r.log.Warn("the flight recording has ended", "why", err)
	}
}

func (r *Recorder) writeAll(w *recording.Writer) error {
	for {
		parts := r.take()
		if parts == nil {
			return nil
		}
		for i := range parts {
			err := r.write(w, &parts[i])
			if errors.Is(err, errNoRoom) {
				r.restart()
				break
			}
			if err != nil {
				return err
			}
		}
		r.tellFull(w)
	}
}

// tellFull asks for the next chapter when this one is fuller than was thought, and none waits.
func (r *Recorder) tellFull(w *recording.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	waits := slices.ContainsFunc(r.waiting, func(p part) bool { return p.start != nil })
	r.full = w.Full() && !waits
}

// take waits for something to write; nil says that the end has come.
func (r *Recorder) take() []part {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.waiting) == 0 && !r.ending {
		r.changed.Wait()
	}
	parts := r.waiting
	r.waiting, r.bytes = nil, 0
	return parts
}

// restart lets a chapter begin behind a gap.
func (r *Recorder) restart() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting, r.bytes, r.lost = nil, 0, true
}

// errNoRoom says that inputs do not fit into the rest of a chapter.
var errNoRoom = errors.New("the chapter is full")

func (r *Recorder) write(w *recording.Writer, p *part) error {
	if p.start != nil {
		if err := r.begin(w, p.start); err != nil {
			return err
		}
	}
	if len(p.inputs) > 0 {
		if err := r.entry(w, wire.EntryInputs, func(b []byte) []byte {
			return wire.AppendInputs(b, p.inputs)
		}); err != nil {
			return err
		}
	}
	if p.mark != nil {
		if err := r.entry(w, wire.EntryMark, func(b []byte) []byte {
			return recording.AppendMark(b, *p.mark)
		}); err != nil {
			return err
		}
	}
	if p.end != "" {
		return r.entry(w, wire.EntryEnd, func(b []byte) []byte { return append(b, p.end...) })
	}
	return nil
}

func (r *Recorder) begin(w *recording.Writer, s *start) error {
	var nonce [8]byte
	_, _ = rand.Read(nonce[:]) // never fails
	head, at := w.Begin(binary.LittleEndian.Uint64(nonce[:]))
	if _, err := r.file.WriteAt(head, at); err != nil {
		return err
	}
	kind, body := byte(wire.EntryBoot), func(b []byte) []byte {
		return recording.AppendBoot(b, s.cfg, s.boot)
	}
	if s.node != nil {
		kind, body = wire.EntryState, func(b []byte) []byte {
			return recording.AppendState(b, s.node, s.digest, s.continues)
		}
	}
	err := r.entry(w, kind, body)
	r.mu.Lock()
	r.head = w.Used()
	r.mu.Unlock()
	if errors.Is(err, errNoRoom) || err == nil && w.Full() {
		return errors.New("what the server holds leaves no room for inputs; the file must be" +
			" larger (--record-size)")
	}
	return err
}

func (r *Recorder) entry(w *recording.Writer, kind byte, body func([]byte) []byte) error {
	b, at, ok := w.Entry(kind, body)
	if !ok {
		return errNoRoom
	}
	_, err := r.file.WriteAt(b, at)
	return err
}
