package store

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// A backup is a tar file of a store's folder as if its server had just begun: the identity, one
// snapshot if there is any, and one segment with the transactions behind it.

// Summary says what a backup holds.
type Summary struct {
	Identity
	wire.Recovered
}

// String returns one line for people.
func (s Summary) String() string {
	snap := "no snapshot"
	if s.Snap != nil {
		snap = fmt.Sprintf("a snapshot of %d znodes at %s", s.Snap.ZnodeCount(), s.Snap.Zxid())
	}
	return fmt.Sprintf("server %d of cluster %q: %s, and %d transactions; acceptedEpoch %d,"+
		" currentEpoch %d", s.MyID, s.Cluster, snap, len(s.Log), s.Accepted, s.Current)
}

// Backup writes the data in dirs to a new file. The server may run meanwhile: what it has made
// durable when this begins is in the backup.
func Backup(dirs Dirs, file string) (Summary, error) {
	f := newFolders(OS{}, dirs, Identity{})
	id, err := f.identity(f.log)
	if err != nil {
		return Summary{}, fmt.Errorf("%w; give the dataDir of a server, and its dataLogDir with"+
			" --log-dir if it has one", err)
	}
	f.owner = id.hash()
	p, err := f.recoverBeside()
	if err != nil {
		return Summary{}, err
	}
	if p.Damaged {
		return Summary{}, errors.New(strings.Join(p.notes, "\n"))
	}
	s := Summary{Identity: id, Recovered: p.Recovered}
	if _, err := os.Lstat(file); err == nil {
		return s, fmt.Errorf("%s exists: choose another name, or remove it", file)
	}
	here := folders{files: OS{}}
	return s, explain(here.publish(file, s.archive()))
}

// recoverBeside recovers while the server may be removing what it needs no more.
func (f folders) recoverBeside() (p past, err error) {
	for range 3 {
		if p, err = f.recover(); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return p, err
}

// archive returns the bytes of the backup.
func (s *Summary) archive() []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b) // to memory: nothing can fail
	add := func(name string, content []byte) {
		_ = w.WriteHeader(&tar.Header{
			Name: path.Join(FolderName, name), Mode: int64(ownerOnly), Size: int64(len(content)),
		})
		_, _ = w.Write(content)
	}
	add(identityName, []byte(s.text()))
	add(segmentName(1), s.segment())
	if s.Snap != nil {
		add(snapshotName(s.Snap.Zxid()), wire.AppendSnapshot(nil, s.Snap))
	}
	_ = w.Close()
	return b.Bytes()
}

// segment returns a log that holds all of it.
func (s *Summary) segment() []byte {
	h := wire.SegmentHeader{
		Owner: s.hash(), Number: 1, Boot: s.Boot, Nonce: drawNonce(), Fresh: true,
		Accepted: s.Accepted, Current: s.Current, Seq: s.Seq,
	}
	if s.Snap != nil {
		h.Last = s.Snap.Zxid()
		h.Snapshots = []wire.SnapshotMark{{Zxid: h.Last, Digest: s.Snap.Digest()}}
	}
	b, chain := wire.AppendSegmentHeader(nil, &h)
	at := position{accepted: h.Accepted, current: h.Current, last: h.Last, seq: h.Seq, chain: chain}
	b = at.mark(b, h.Nonce)
	if len(s.Log) > 0 {
		b = at.write(b, &step.Write{Seq: s.Seq + 1, Kind: step.AppendTxns, Txns: s.Log})
	}
	return b
}

// Restore makes the data of a backup that of a server which has none. A myID other than 0 makes it
// another server's, for those of a whole ensemble that comes back from one backup.
func Restore(file string, dirs Dirs, myID zk.ServerID) (Summary, error) {
	s, err := readBackup(file)
	if err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	if myID != 0 {
		s.MyID = myID
	}
	f := newFolders(OS{}, dirs, s.Identity)
	for _, folder := range f.all() {
		names, err := f.list(folder)
		if err != nil {
			return s, err
		}
		if len(names) > 0 {
			return s, fmt.Errorf("%s holds data: stop its server and move it away first", folder)
		}
		if err := f.files.MkdirAll(folder); err != nil {
			return s, explain(err)
		}
	}
	return s, explain(f.put(&s))
}

// put writes the files of a restored server; the identity, without which nothing counts, last.
func (f folders) put(s *Summary) error {
	if s.Snap != nil {
		content := wire.AppendSnapshot(nil, s.Snap)
		if err := f.publish(f.snapshot(s.Snap.Zxid()), content); err != nil {
			return err
		}
	}
	if err := f.publish(f.segment(1), s.segment()); err != nil {
		return err
	}
	return f.sign(s.Identity)
}

// readBackup reads and checks a backup.
func readBackup(file string) (s Summary, err error) {
	entries, err := readArchive(file)
	if err != nil {
		return s, err
	}
	if s.Identity, err = parseIdentity(identityName, string(entries[identityName])); err != nil {
		return s, err
	}
	s.Recovered = wire.RecoverSegments([][]byte{entries[segmentName(1)]})
	var snap *tree.DB
	if len(s.Snapshots) > 0 {
		if snap, err = wire.DecodeSnapshot(entries[snapshotName(s.Snapshots[0].Zxid)]); err != nil {
			return s, err
		}
	}
	s.Adopt(snap)
	if s.Damaged || s.Torn {
		return s, fmt.Errorf("the backup is damaged: %s; take another", s.Flaw)
	}
	return s, nil
}

// readArchive returns the files in a tar file by their names, without folders.
func readArchive(file string) (map[string][]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	entries := map[string][]byte{}
	r := tar.NewReader(f)
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return entries, f.Close()
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("not a backup: %w", err), f.Close())
		}
		if entries[path.Base(header.Name)], err = io.ReadAll(r); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}
