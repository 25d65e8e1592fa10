package store

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Options are what a disk can be told. The zero value is for use.
type Options struct {
	Files        Files // OS if nil
	SegmentBytes int64 // of one file of the log, 64 MiB if 0
	Keep         int   // snapshots, 3 if 0; 100 at most
	// Nonce draws the number of a segment that no client can know; at random if nil.
	Nonce func() uint64
}

const keepMax = 100 // a header must hold the marks of all snapshots

func (o Options) withDefaults() Options {
	if o.Files == nil {
		o.Files = OS{}
	}
	if o.SegmentBytes == 0 {
		o.SegmentBytes = 64 << 20
	}
	if o.Keep == 0 {
		o.Keep = 3
	}
	o.Keep = min(o.Keep, keepMax)
	if o.Nonce == nil {
		o.Nonce = drawNonce
	}
	return o
}

// Disk is a node's data in files. It is a drive.Disk: Boot comes first and once, then Append and
// Save, each for one caller, and Close.
//
// After an error of Append or Save nothing more is written: what a failed fsync has left behind is
// unknown, and trying again would not tell. The process must end; its next start reads what is
// there.
type Disk struct {
	at    folders
	opts  Options
	locks []io.Closer
	notes []string

	mu       sync.Mutex // what follows is Append's and, for a moment, Save's
	broken   error
	log      logEnd
	segments segments            // on the disk; the last one is written to
	live     []wire.SnapshotMark // snapshots that count
	saving   zk.Zxid             // of the snapshot that is being saved, 0 if none is
	void     bool                // a truncation has overtaken it
	buf      []byte              // scratch of Append
	sizes    map[zk.Zxid]int64   // of snapshots
}

// Open takes the folders for this process and checks that they are this server's: data of another
// server, of a newer version or of Apache's is refused, and so is a folder that another process
// has. A folder without data is prepared.
func Open(dirs Dirs, id Identity, opts Options) (*Disk, error) {
	opts = opts.withDefaults()
	d := &Disk{at: newFolders(opts.Files, dirs, id), opts: opts, sizes: map[zk.Zxid]int64{}}
	if err := d.open(id); err != nil {
		return nil, errors.Join(err, d.unlock())
	}
	return d, nil
}

func (d *Disk) open(id Identity) (err error) {
	for _, folder := range d.at.all() {
		if err := refuseApache(d.opts.Files, filepath.Dir(folder)); err != nil {
			return err
		}
	}
	if d.locks, err = d.at.lock(); err != nil {
		return err
	}
	return d.at.claim(id)
}

func (d *Disk) unlock() error {
	var errs []error
	for _, l := range d.locks {
		errs = append(errs, l.Close())
	}
	d.locks = nil
	return errors.Join(errs...)
}

// Boot reads what is durable, and begins a new segment of the log. Of a damaged disk it returns no
// history, only what was promised: the server gets everything from a leader. Notes tells what was
// found.
func (d *Disk) Boot() (node.Boot, error) {
	p, err := d.at.recover()
	if err != nil {
		return node.Boot{}, err
	}
	d.notes = p.notes
	if err := d.start(&p); err != nil {
		return node.Boot{}, fmt.Errorf("begin a log in %s: %w", d.at.log, explain(err))
	}
	boot := node.Boot{
		Accepted: p.Accepted, Current: p.Current, Seq: p.Seq, Number: d.log.header.Boot,
		Damaged: p.Damaged,
	}
	if !p.Damaged {
		boot.Snap, boot.Log = p.Snap, ownMemory(p.Log)
		boot.Older = olderThan(p.Snap, p.Snapshots)
	}
	return boot, nil
}

// olderThan returns what the log says of the snapshots before the one that is read.
func olderThan(newest *tree.DB, marks []wire.SnapshotMark) []node.Saved {
	var older []node.Saved
	for _, m := range marks {
		if newest != nil && m.Zxid < newest.Zxid() {
			older = append(older, node.Saved(m))
		}
	}
	return older
}

// ownMemory copies what the transactions share with the files that they were read from, which are
// larger than what will be kept of them.
func ownMemory(log []zk.Txn) []zk.Txn {
	for i := range log {
		log[i].Data = slices.Clone(log[i].Data)
		ownMemory(log[i].Subs)
	}
	return log
}

// Notes are sentences for the operator about what Boot found: a batch that a crash cut, a file that
// cannot be read.
func (d *Disk) Notes() []string { return d.notes }

// Append makes writes durable, in order, with one write and one flush.
func (d *Disk) Append(writes []step.Write) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.guard(func() error { return d.append(writes) })
}

// guard runs what changes the log, unless something went wrong before. The first error stays.
func (d *Disk) guard(change func() error) error {
	if d.broken == nil {
		d.broken = explain(change())
	}
	return d.broken
}

func (d *Disk) append(writes []step.Write) error {
	if err := d.forgetAbove(writes); err != nil {
		return err
	}
	batch, after := d.encode(writes)
	if d.log.size+int64(len(batch)) > d.log.room {
		if err := d.roll(int64(len(batch))); err != nil {
			return err
		}
		batch, after = d.encode(writes) // the chain goes on from the new header
	}
	return d.log.write(batch, after)
}

// encode makes the bytes of a batch, and says where the log ends with them.
func (d *Disk) encode(writes []step.Write) ([]byte, position) {
	at := d.log.position
	b := at.mark(d.buf[:0], d.log.header.Nonce)
	for i := range writes {
		b = at.write(b, &writes[i])
	}
	d.buf = b
	if cap(b) > bufferMax {
		d.buf = nil
	}
	return b, at
}

const bufferMax = 4 << 20

// roll goes on in a new segment with room for a batch of so many bytes.
func (d *Disk) roll(batch int64) error {
	h := d.log.next()
	h.Snapshots = d.live
	return d.begin(h, batch)
}

// begin makes a segment durable and then seals the one before it.
func (d *Disk) begin(h wire.SegmentHeader, batch int64) error {
	old := d.log
	h.Owner, h.Nonce = d.at.owner, d.opts.Nonce()
	log, err := d.at.create(h, d.opts.SegmentBytes, batch)
	if err != nil {
		return err
	}
	d.log = log
	if n := len(d.segments); n > 0 && d.segments[n-1].Number == h.Number {
		d.segments = d.segments[:n-1] // replaced
	}
	d.segments = append(d.segments, segment{
		SegmentHeader: h, path: d.at.segment(h.Number), records: log.size,
	})
	if old.file == nil {
		return nil
	}
	err = old.seal()
	d.segments[len(d.segments)-2].size = old.size
	return err
}

// Size returns the bytes of the snapshots and of the log, without what is only reserved.
func (d *Disk) Size() (snapshots, log int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	log = d.log.size
	for _, s := range d.segments[:max(0, len(d.segments)-1)] {
		log += s.size
	}
	for _, m := range d.live {
		snapshots += d.sizes[m.Zxid]
	}
	return snapshots, log
}

// Close gives reserved room back and lets others have the folders.
func (d *Disk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	if d.log.file != nil {
		err = d.log.close(d.broken == nil)
		d.log.file = nil
	}
	if d.broken == nil {
		d.broken = errors.New("the disk is closed")
	}
	return errors.Join(err, d.unlock())
}
