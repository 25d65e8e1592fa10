package store

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// Print writes what a file of a store says, for people: every record of a log, or what a snapshot
// holds. It changes nothing, and the file may belong to a server that runs.
func Print(w io.Writer, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%w; a log is a file called %s… in the folder %s of dataLogDir", err,
			segmentPrefix, FolderName)
	}
	out := bufio.NewWriter(w)
	if isSnapshot(b) {
		err = printSnapshot(out, path, b)
	} else {
		err = printSegment(out, path, b)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return out.Flush()
}

// isSnapshot reports whether the file is one, of any version.
func isSnapshot(b []byte) bool {
	some := wire.AppendSnapshot(nil, tree.New())
	return len(b) >= 4 && binary.BigEndian.Uint32(b)>>8 == binary.BigEndian.Uint32(some)>>8
}

func printSnapshot(w io.Writer, path string, b []byte) error {
	db, err := wire.DecodeSnapshot(b)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: the state at %s\n%d znodes, %d sessions, %d bytes, digest %016x\n",
		filepath.Base(path), db.Zxid(), db.ZnodeCount(), db.SessionCount(), len(b), db.Digest())
	for n := range db.Walk() {
		fmt.Fprintf(w, "  %q  %d bytes, version %d\n", n.Path, len(n.Data), n.Stat.Version)
	}
	return nil
}

func printSegment(w io.Writer, path string, b []byte) error {
	h, _, _, err := wire.DecodeSegmentHeader(b)
	if err != nil {
		return err
	}
	printHeader(w, path, &h)
	seal := false
	for r := range wire.LogRecords(b) {
		printRecord(w, &r)
		seal = r.Kind == "seal"
	}
	r := wire.RecoverSegments([][]byte{b})
	switch {
	case r.Damaged && !seal && !h.Damaged:
		fmt.Fprintf(w, "%8d         DAMAGED: %s\n", r.Valid, r.Flaw)
	case r.Torn:
		fmt.Fprintf(w, "%8d         an unfinished batch; the next start cuts it off\n", r.Valid)
	default:
		fmt.Fprintf(w, "%8d         end; %d bytes are reserved behind it\n", r.Valid,
			len(b)-r.Valid)
	}
	return nil
}

func printHeader(w io.Writer, path string, h *wire.SegmentHeader) {
	fmt.Fprintf(w, "%s: segment %d of a log, written by start %d of its server\n",
		filepath.Base(path), h.Number, h.Boot)
	switch {
	case h.Damaged:
		fmt.Fprintln(w, "something before was lost: the server has no history until a leader"+
			" sends it")
	case h.Fresh:
		fmt.Fprintln(w, "it continues nothing: what was before counts no more")
	}
	fmt.Fprintf(w, "before it: acceptedEpoch %d, currentEpoch %d, log up to %s, write %d\n",
		h.Accepted, h.Current, h.Last, h.Seq)
	for _, s := range h.Snapshots {
		fmt.Fprintf(w, "snapshot %s, digest %016x\n", s.Zxid, s.Digest)
	}
	fmt.Fprintf(w, "\n%8s %7s\n", "byte", "write")
}

func printRecord(w io.Writer, r *wire.LogRecord) {
	fmt.Fprintf(w, "%8d ", r.At)
	switch r.Kind {
	case "mark":
		fmt.Fprintln(w, "        batch: all above is durable")
	case "snapshot":
		fmt.Fprintf(w, "        snapshot %s is durable, digest %016x\n", r.Snapshot.Zxid,
			r.Snapshot.Digest)
	case "seal":
		fmt.Fprintln(w, "        the log goes on in the next segment")
	case "accept":
		fmt.Fprintf(w, "%7d acceptedEpoch %d\n", r.Seq, r.Epoch)
	case "enter":
		fmt.Fprintf(w, "%7d currentEpoch %d\n", r.Seq, r.Epoch)
	case "truncate":
		fmt.Fprintf(w, "%7d the log ends at %s\n", r.Seq, r.Zxid)
	default:
		fmt.Fprintf(w, "%7d %d %s\n", r.Seq, len(r.Txns), r.Kind)
		for i := range r.Txns {
			printTxn(w, &r.Txns[i])
		}
	}
}

func printTxn(w io.Writer, t *zk.Txn) {
	at := time.UnixMilli(t.TimeMs).UTC().Format("2006-01-02 15:04:05.000")
	fmt.Fprintf(w, "%17s%s  %s  session 0x%x  cxid %d  %s", "", t.Zxid, at, uint64(t.Session),
		t.Cxid, t.Op)
	if t.Path != "" {
		fmt.Fprintf(w, " %q", t.Path) // quoted: a path may try to drive the terminal
	}
	switch {
	case t.Op == zk.OpError:
		fmt.Fprintf(w, " of %s: %s", t.Asked, t.Err)
	case t.Data != nil:
		fmt.Fprintf(w, "  %d bytes", len(t.Data))
	case len(t.Subs) > 0:
		fmt.Fprintf(w, " of %d", len(t.Subs))
	case len(t.Paths) > 0:
		fmt.Fprintf(w, " with %d ephemerals", len(t.Paths))
	}
	fmt.Fprintln(w)
}
