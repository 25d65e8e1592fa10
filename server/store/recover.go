package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// past is what a disk holds, and in which files.
type past struct {
	wire.Recovered
	segments segments // all
	first    int      // the first of segments that was read
	last     int      // the one that Valid and Flaw are about
	notes    []string // sentences for the operator
}

// segment is one file of the log, as its header says.
type segment struct {
	wire.SegmentHeader
	path    string
	records int64 // where they begin; 0 when the header is bad
	size    int64
}

// segments are the files of a log, oldest first.
type segments []segment

// beginning returns the first segment that counts: the last one that forgets the past.
func (s segments) beginning() int {
	for i := len(s) - 1; i > 0; i-- {
		if s[i].records > 0 && (s[i].Fresh || s[i].Damaged) {
			return i
		}
	}
	return 0
}

// since returns the last segment that a snapshot of z may be followed by, or false if none may.
func (s segments) since(z zk.Zxid) (int, bool) {
	for i := len(s) - 1; i >= s.beginning(); i-- {
		if s[i].records > 0 && s[i].Last <= z {
			return i, true
		}
	}
	return 0, false
}

// recover reads the disk and changes nothing. The snapshots are tried from the newest on; of the
// log only what follows the chosen one is read.
func (f folders) recover() (past, error) {
	segments, err := f.headers()
	if err != nil {
		return past{}, err
	}
	if len(segments) == 0 {
		return past{}, fmt.Errorf("%s has no log: %s", f.log, lostLog)
	}
	zxids, err := f.snapshots()
	if err != nil {
		return past{}, err
	}
	p := past{segments: segments}
	for _, z := range slices.Backward(zxids) {
		found, err := p.from(f, z)
		if found || err != nil {
			return p, err
		}
	}
	if err := p.read(f, p.segments.beginning()); err != nil {
		return past{}, err
	}
	p.adopt(nil)
	return p, nil
}

// headers reads the headers of all segments. What a newer version wrote is an error, what nobody
// can read is a segment with a zero header.
func (f folders) headers() ([]segment, error) {
	numbers, err := f.segments()
	if err != nil {
		return nil, err
	}
	all := make([]segment, len(numbers))
	for i, number := range numbers {
		path := f.segment(number)
		if all[i], err = readHeader(f.files, path); err != nil {
			return nil, err
		}
		if s := &all[i]; s.records > 0 && s.Owner != f.owner {
			return nil, fmt.Errorf("%s is of another server's log: put the right one back, or"+
				" remove it, and this server asks a leader for what is missing", path)
		}
		all[i].Number = number // the name counts where the header is bad
	}
	return all, nil
}

func readHeader(files Files, path string) (segment, error) {
	s := segment{path: path}
	file, err := files.Open(path)
	if err != nil {
		return s, explain(err)
	}
	head := make([]byte, wire.SegmentHeaderMax)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return s, errors.Join(err, file.Close())
	}
	if s.size, err = file.Size(); err != nil {
		return s, errors.Join(err, file.Close())
	}
	header, records, _, err := wire.DecodeSegmentHeader(head[:n])
	if err == nil {
		s.SegmentHeader, s.records = header, int64(records)
	}
	var newer *wire.NewerError
	if errors.As(err, &newer) {
		return s, errors.Join(refuseNewer(path, newer), file.Close())
	}
	return s, file.Close()
}

func refuseNewer(path string, err *wire.NewerError) error {
	return fmt.Errorf("%s: %w: start that version, or restore a backup that this one made", path,
		err)
}

// from tries to recover from the snapshot of z. It reports whether that is what the disk holds.
func (p *past) from(f folders, z zk.Zxid) (found bool, err error) {
	first, ok := p.segments.since(z)
	if !ok {
		return false, nil
	}
	path := f.snapshot(z)
	db, err := readSnapshot(f.files, path)
	var newer *wire.NewerError
	switch {
	case errors.As(err, &newer):
		return false, refuseNewer(path, newer)
	case errors.Is(err, errUnreadable):
		p.note("%s: %v; an older snapshot and the log stand in for it", path, err)
		return false, nil
	case err != nil:
		return false, explain(err)
	}
	if err := p.read(f, first); err != nil {
		return false, err
	}
	if !slices.Contains(p.Snapshots, wire.SnapshotMark{Zxid: z, Digest: db.Digest()}) {
		return false, nil // a save that did not finish
	}
	p.adopt(db)
	return true, nil
}

// adopt completes the recovery and tells what is wrong.
func (p *past) adopt(db *tree.DB) {
	p.Adopt(db)
	switch at := p.segments[p.last].path; {
	case p.Damaged:
		p.note("%s is damaged at byte %d: %s. This server does not vote and serves nobody until"+
			" a leader has sent it everything; a server without others cannot be helped so:"+
			" restore a backup", at, p.Valid, p.Flaw)
	case p.Torn:
		p.note("%s ended with an unfinished batch at byte %d, which was never acknowledged: it is"+
			" cut off", at, p.Valid)
	}
}

func (p *past) note(format string, args ...any) {
	p.notes = append(p.notes, fmt.Sprintf(format, args...))
}

// read takes in the segments from the first one on.
func (p *past) read(f folders, first int) error {
	files := make([][]byte, 0, len(p.segments)-first)
	for _, s := range p.segments[first:] {
		b, err := readSegment(f.files, s.path)
		if err != nil {
			return explain(err)
		}
		files = append(files, b)
	}
	p.Recovered = wire.RecoverSegments(files)
	p.first, p.last = first, first+p.Segment
	return nil
}

const scanBlock = 1 << 18

// readSegment returns a segment without the zeros that were reserved behind its records.
func readSegment(files Files, path string) ([]byte, error) {
	file, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := readUsed(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, errors.Join(err, file.Close()))
	}
	return b, file.Close()
}

func readUsed(file File) ([]byte, error) {
	size, err := file.Size()
	if err != nil {
		return nil, err
	}
	end, err := lastUsed(file, size)
	if err != nil {
		return nil, err
	}
	end = max(end, min(size, wire.SegmentHeaderMax))
	b := make([]byte, end)
	if _, err := file.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	whole := wire.SegmentSize(b) // the last record may end with zeros of its own
	if whole <= len(b) || int64(whole) > size {
		return b, nil
	}
	return append(b, make([]byte, whole-len(b))...), nil
}

// lastUsed returns where the zeros at the end of a file begin.
func lastUsed(file File, size int64) (int64, error) {
	block := make([]byte, min(scanBlock, size))
	for size > 0 {
		n := min(int64(len(block)), size)
		if _, err := file.ReadAt(block[:n], size-n); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		for i := n - 1; i >= 0; i-- {
			if block[i] != 0 {
				return size - n + i + 1, nil
			}
		}
		size -= n
	}
	return 0, nil
}

var errUnreadable = errors.New("cannot be read")

// readSnapshot returns the state that a file holds; errUnreadable says that it holds none.
func readSnapshot(files Files, path string) (*tree.DB, error) {
	b, err := readAll(files, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errUnreadable
	}
	if err != nil {
		return nil, err
	}
	db, err := wire.DecodeSnapshot(b)
	var newer *wire.NewerError
	if err != nil && !errors.As(err, &newer) {
		err = fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return db, err
}

func drawNonce() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}
