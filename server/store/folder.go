package store

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Dirs are where a node keeps its data: dataDir and dataLogDir of zoo.cfg. Log may be "" for the
// same folder. Within each the store has a folder of its own, FolderName.
type Dirs struct{ Snap, Log string }

// Identity says whose data it is.
type Identity struct {
	Cluster string
	MyID    zk.ServerID
}

// FolderName is the folder that holds everything of a store. Nothing of Apache's is called so.
const FolderName = "zabscope"

// The names in the folder. What ends with tmp is not finished, and is removed by the next start.
const (
	identityName   = "identity"
	lockName       = "lock"
	segmentPrefix  = "log-"
	snapshotPrefix = "snapshot-"
	unfinished     = ".tmp"
)

// apacheFolder is where Apache ZooKeeper keeps logs and snapshots.
const apacheFolder = "version-2"

var errLocked = errors.New("locked")

func segmentName(number uint64) string { return fmt.Sprintf("%s%010d", segmentPrefix, number) }

func snapshotName(z zk.Zxid) string { return fmt.Sprintf("%s%016x", snapshotPrefix, uint64(z)) }

// folders are the places of a store: one when logs and snapshots share it.
type folders struct {
	files     Files
	snap, log string
	owner     uint64 // of the log, in every header
}

func newFolders(files Files, dirs Dirs, id Identity) folders {
	f := folders{files: files, snap: filepath.Join(dirs.Snap, FolderName), owner: id.hash()}
	f.log = f.snap
	if dirs.Log != "" {
		f.log = filepath.Join(dirs.Log, FolderName)
	}
	return f
}

func (f folders) all() []string {
	if f.snap == f.log {
		return []string{f.log}
	}
	return []string{f.log, f.snap}
}

func (f folders) segment(number uint64) string { return filepath.Join(f.log, segmentName(number)) }

func (f folders) snapshot(z zk.Zxid) string { return filepath.Join(f.snap, snapshotName(z)) }

// list returns the names in a folder, none if it is not there.
func (f folders) list(folder string) ([]string, error) {
	names, err := f.files.List(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return names, explain(err)
}

// segments returns the numbers of the log's files, rising.
func (f folders) segments() ([]uint64, error) {
	names, err := f.list(f.log)
	var numbers []uint64
	for _, name := range names {
		digits, is := strings.CutPrefix(name, segmentPrefix)
		if n, err := strconv.ParseUint(digits, 10, 64); is && err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, err
}

// snapshots returns the zxids of the snapshots, rising.
func (f folders) snapshots() ([]zk.Zxid, error) {
	names, err := f.list(f.snap)
	var zxids []zk.Zxid
	for _, name := range names {
		digits, is := strings.CutPrefix(name, snapshotPrefix)
		if z, err := strconv.ParseUint(digits, 16, 64); is && err == nil {
			zxids = append(zxids, zk.Zxid(z))
		}
	}
	slices.Sort(zxids)
	return zxids, err
}

// claim makes sure that the folders belong to the identity, and prepares them if they are new.
func (f folders) claim(id Identity) error {
	owners := make(map[string]bool)
	for _, folder := range f.all() {
		found, err := f.identity(folder)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case found != id:
			return fmt.Errorf("%s holds the data of server %d of cluster %q, and this is server %d"+
				" of cluster %q: give this server a dataDir of its own, or correct its myid",
				folder, found.MyID, found.Cluster, id.MyID, id.Cluster)
		}
		owners[folder] = true
	}
	if owners[f.log] && owners[f.snap] {
		return nil
	}
	return f.initialize(id, owners)
}

// initialize prepares folders for a server that starts for the first time. The log comes first, and
// an identity last of all: where it is missing nothing else may be.
func (f folders) initialize(id Identity, owners map[string]bool) error {
	if owners[f.snap] {
		return fmt.Errorf("%s holds no log, and %s says that there was one: %s", f.log, f.snap,
			lostLog)
	}
	for _, folder := range f.all() {
		if owners[folder] {
			continue
		}
		if err := f.requireUnused(folder); err != nil {
			return err
		}
	}
	if !owners[f.log] {
		if err := f.firstSegment(); err != nil {
			return explain(err)
		}
	}
	return explain(f.sign(id))
}

// sign writes whose data it is. From then on the folders are the server's, whatever happens.
func (f folders) sign(id Identity) error {
	for _, folder := range f.all() {
		path := filepath.Join(folder, identityName)
		if err := f.publish(path, []byte(id.text())); err != nil {
			return err
		}
		dir := filepath.Dir(folder) // it may be as new as the folder
		if err := f.files.SyncFolder(dir); err != nil {
			return err
		}
		err := f.files.SyncFolder(filepath.Dir(dir))
		if err != nil && !errors.Is(err, fs.ErrPermission) { // what may not be read is older
			return err
		}
	}
	return nil
}

// requireUnused refuses a folder that does not say whose data it has, unless there is none: of two
// folders, both are new or none is.
func (f folders) requireUnused(folder string) error {
	segments, err := f.headers()
	if err != nil {
		return err
	}
	zxids, err := f.snapshots()
	if err != nil {
		return err
	}
	used := len(segments) > 1 || len(segments) == 1 && segments[0].Boot > 0 || len(zxids) > 0
	if used {
		return fmt.Errorf("%s has no file %q, and %s is not empty: is a disk not mounted, or was"+
			" the file lost? Put it back from a backup, or, if the data may go, remove both",
			folder, identityName, f.log)
	}
	return nil
}

// lostLog is what to do when there is no log where one was.
const lostLog = "is its disk mounted? If the log is lost, so is what this server promised: remove" +
	" all its data, and let it come back empty only when all others are up"

// firstSegment makes the log of a server that never ran.
func (f folders) firstSegment() error {
	header, _ := wire.AppendSegmentHeader(nil, &wire.SegmentHeader{
		Owner: f.owner, Number: 1, Fresh: true,
	})
	return f.publish(f.segment(1), header)
}

// publish makes a small file durable under its name, all of it or nothing.
func (f folders) publish(path string, content []byte) error {
	file, err := f.begin(path)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(content, 0)
	return f.finish(path, file, err)
}

// begin creates the unfinished form of a file, in place of an older one.
func (f folders) begin(path string) (File, error) {
	err := f.files.Remove(path + unfinished)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return f.files.Create(path + unfinished)
}

// finish makes the file durable under its name, unless something went wrong before.
func (f folders) finish(path string, file File, err error) error {
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := f.files.Rename(path+unfinished, path); err != nil {
		return err
	}
	return f.files.SyncFolder(filepath.Dir(path))
}

// identity reads whose data a folder holds.
func (f folders) identity(folder string) (Identity, error) {
	path := filepath.Join(folder, identityName)
	text, err := readAll(f.files, path)
	if err != nil {
		return Identity{}, explain(err)
	}
	return parseIdentity(path, string(text))
}

// readAll reads a file that fits into memory.
func readAll(files Files, path string) ([]byte, error) {
	file, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	size, err := file.Size()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	b := make([]byte, size)
	_, err = file.ReadAt(b, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b, errors.Join(err, file.Close())
}

const identityFormat = "zabscope data, format 1\ncluster %q\nmyid %d\n"

// hash is a number that stands for the identity.
func (i Identity) hash() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(i.text())) // never fails
	return h.Sum64()
}

func (i Identity) text() string { return fmt.Sprintf(identityFormat, i.Cluster, i.MyID) }

func parseIdentity(path, text string) (Identity, error) {
	var id Identity
	if _, err := fmt.Sscanf(text, identityFormat, &id.Cluster, &id.MyID); err == nil {
		return id, nil
	}
	var format int
	if _, err := fmt.Sscanf(text, "zabscope data, format %d", &format); err == nil && format > 1 {
		return id, fmt.Errorf("%s is of format %d, which a newer version of zabscope wrote: start"+
			" that version", path, format)
	}
	return id, fmt.Errorf("%s does not say whose data it is: put it back from a backup; it is like"+
		" this:\n%s", path, Identity{Cluster: "name", MyID: 1}.text())
}

// refuseApache stops a server before it starts empty beside the data of an Apache server.
func refuseApache(files Files, dir string) error {
	names, err := files.List(filepath.Join(dir, apacheFolder))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(names) == 0 {
		return nil
	}
	if err != nil {
		return explain(err)
	}
	own, err := files.List(filepath.Join(dir, FolderName))
	if err == nil && len(own) > 0 {
		return nil // somebody knew what he did
	}
	return fmt.Errorf("%s holds the data of an Apache ZooKeeper (%s), which zabscope does not read"+
		" and leaves alone: give another dataDir, and copy the znodes with a client while both"+
		" servers run", dir, filepath.Join(dir, apacheFolder))
}

// lock takes the folders for this process, or says who has them.
func (f folders) lock() (locks []io.Closer, err error) {
	for _, folder := range f.all() {
		if err := f.files.MkdirAll(folder); err != nil {
			return locks, explain(err)
		}
		path := filepath.Join(folder, lockName)
		l, err := f.files.Lock(path)
		if errors.Is(err, errLocked) {
			pid, _ := readAll(f.files, path) // a hint only
			return locks, fmt.Errorf("%s is in use by process %s: stop that one first, or give"+
				" this one another dataDir", folder, strings.TrimSpace(string(pid)))
		}
		if err != nil {
			return locks, explain(err)
		}
		locks = append(locks, l)
	}
	return locks, nil
}

// explain adds what to do about an error of the operating system.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w; make room, or set dataDir and dataLogDir to a disk that has it",
			err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w; the user %d of this process must own dataDir and be able to write"+
			" there", err, os.Getuid())
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w; dataDir and dataLogDir must be folders", err)
	}
	return err
}
