package store_test

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/server/store"
)

var errCrashed = errors.New("the process is no more")

// paper is a file system in memory that knows what a loss of power would leave of it. It stops for
// ever at a chosen operation, in the middle of it when that is a write.
type paper struct {
	names   map[string]*sheet // what processes see
	durable map[string]*sheet // what SyncFolder has made durable
	left    int               // operations until the crash; below 0 there is none
	cut     int               // bytes of the last write that arrive
	cutSize int               // of the write that was cut
}

// sheet is the content of a file.
type sheet struct {
	data   []byte
	synced []byte
	writes []patch // since the last Sync
}

// patch is a write or, with a nil data, a change of the size.
type patch struct {
	at   int
	data []byte
}

func newPaper() *paper {
	return &paper{names: map[string]*sheet{}, durable: map[string]*sheet{}, left: -1}
}

// step counts an operation that changes something. It reports whether it happens wholly, and with
// errCrashed that nothing happens any more.
func (p *paper) step() (whole bool, err error) {
	if p.left == 0 {
		return false, errCrashed
	}
	p.left--
	return p.left != 0, nil
}

func (p *paper) Create(path string) (store.File, error) {
	if p.names[path] != nil {
		return nil, fs.ErrExist
	}
	if _, err := p.step(); err != nil {
		return nil, err
	}
	p.names[path] = &sheet{}
	return page{p, p.names[path]}, nil
}

func (p *paper) Open(path string) (store.File, error) {
	s := p.names[path]
	if s == nil {
		return nil, fs.ErrNotExist
	}
	return page{p, s}, nil
}

func (p *paper) List(folder string) ([]string, error) {
	var names []string
	for path := range p.names {
		if name, below := strings.CutPrefix(path, folder+"/"); below {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (p *paper) MkdirAll(string) error { return nil }

func (p *paper) Rename(from, to string) error {
	if p.names[from] == nil {
		return fs.ErrNotExist
	}
	if _, err := p.step(); err != nil {
		return err
	}
	p.names[to] = p.names[from]
	delete(p.names, from)
	return nil
}

func (p *paper) Remove(path string) error {
	if p.names[path] == nil {
		return fs.ErrNotExist
	}
	if _, err := p.step(); err != nil {
		return err
	}
	delete(p.names, path)
	return nil
}

func (p *paper) SyncFolder(folder string) error {
	if _, err := p.step(); err != nil {
		return err
	}
	inside := func(path string, _ *sheet) bool { return filepath.Dir(path) == folder }
	maps.DeleteFunc(p.durable, inside)
	for path, s := range p.names {
		if inside(path, s) {
			p.durable[path] = s
		}
	}
	return nil
}

func (p *paper) Lock(string) (io.Closer, error) { return io.NopCloser(nil), nil }

// page is an open sheet.
type page struct {
	p *paper
	s *sheet
}

func (g page) ReadAt(b []byte, at int64) (int, error) {
	if int(at) >= len(g.s.data) {
		return 0, io.EOF
	}
	n := copy(b, g.s.data[at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (g page) WriteAt(b []byte, at int64) (int, error) {
	whole, err := g.p.step()
	if err != nil {
		return 0, err
	}
	if !whole {
		g.p.cutSize = len(b)
		b = b[:min(len(b), g.p.cut)]
		err = errCrashed
	}
	g.apply(patch{at: int(at), data: slices.Clone(b)})
	return len(b), err
}

func (g page) apply(c patch) {
	g.s.writes = append(g.s.writes, c)
	g.s.data = c.on(g.s.data)
}

func (c patch) on(data []byte) []byte {
	if c.data == nil {
		return slices.Concat(data, make([]byte, max(0, c.at-len(data))))[:c.at]
	}
	data = slices.Concat(data, make([]byte, max(0, c.at+len(c.data)-len(data))))
	copy(data[c.at:], c.data)
	return data
}

func (g page) Truncate(size int64) error {
	if _, err := g.p.step(); err != nil {
		return err
	}
	g.apply(patch{at: int(size)})
	return nil
}

func (g page) Reserve(size int64) error { return g.Truncate(size) }

func (g page) Size() (int64, error) { return int64(len(g.s.data)), nil }

func (g page) Sync() error {
	if _, err := g.p.step(); err != nil {
		return err
	}
	g.s.synced, g.s.writes = g.s.data, nil
	return nil
}

func (g page) Close() error { return nil }

// killed returns what the next process finds after the end of this one: everything.
func (p *paper) killed() *paper {
	next := newPaper()
	for path, s := range p.names {
		next.names[path] = &sheet{data: s.data, synced: s.synced, writes: s.writes}
	}
	next.durable = maps.Clone(next.names)
	return next
}

// unpowered returns what a loss of power leaves: of names and writes that were not synced, any
// part, in any order, and writes in pieces.
func (p *paper) unpowered(t *rapid.T) *paper {
	next := newPaper()
	pick := func(what string) bool { return rapid.Bool().Draw(t, what) }
	paths := maps.Clone(p.names)
	maps.Copy(paths, p.durable)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		s := p.durable[path]
		if s != p.names[path] && pick("the name now "+path) {
			s = p.names[path] // a name is changed wholly or not at all
		}
		if s != nil {
			next.names[path] = s.torn(t, path)
		}
	}
	next.durable = maps.Clone(next.names)
	return next
}

const sector = 64 // small, so that batches have several

func (s *sheet) torn(t *rapid.T, path string) *sheet {
	data := s.synced
	for _, w := range s.writes {
		if w.data == nil {
			if rapid.Bool().Draw(t, "resize "+path) {
				data = w.on(data)
			}
			continue
		}
		for from := 0; from < len(w.data); from += sector {
			if rapid.Bool().Draw(t, "sector of "+path) {
				end := min(len(w.data), from+sector)
				data = patch{at: w.at + from, data: w.data[from:end]}.on(data)
			}
		}
	}
	return &sheet{data: data, synced: data}
}
