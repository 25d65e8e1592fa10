package wire

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// AppendArchive appends the state that a machine's Archive names.
func AppendArchive(b []byte, archive func(step.Archive)) []byte {
	w := archiveWriter{b}
	archive(&w)
	return w.b
}

// ReadArchive gives a machine the state that b is, and nothing but it. After an error the machine
// is worth nothing.
func ReadArchive(b []byte, archive func(step.Archive)) error {
	r := archiveReader{reader{b: b}}
	archive(&r)
	return r.done()
}

// archiveWriter writes numbers as 64 bits and everything else as the other formats have it.
type archiveWriter struct{ b []byte }

func (w *archiveWriter) Reads() bool { return false }
func (w *archiveWriter) Fail(string) {}

func (w *archiveWriter) Word(v *uint64)        { w.b = order.AppendUint64(w.b, *v) }
func (w *archiveWriter) Text(v *string)        { w.b = appendString(w.b, *v) }
func (w *archiveWriter) Buffer(v *[]byte)      { w.b = appendBuffer(w.b, *v) }
func (w *archiveWriter) Txn(v *zk.Txn)         { w.b = AppendTxn(w.b, v) }
func (w *archiveWriter) Request(v *zk.Request) { w.b = appendRequest(w.b, v) }

func (w *archiveWriter) Count(n int) int {
	w.b = order.AppendUint32(w.b, uint32(n))
	return n
}

func (w *archiveWriter) Message(v *step.Message) {
	if v.Type == zk.NoMsg {
		w.b = order.AppendUint32(w.b, 0)
		return
	}
	w.b = appendSized(w.b, func(b []byte) []byte { return AppendMessage(b, v) })
}

func (w *archiveWriter) Tree(v **tree.DB) {
	if *v == nil {
		w.b = order.AppendUint32(w.b, 0)
		return
	}
	w.b = appendSized(w.b, func(b []byte) []byte { return AppendSnapshot(b, *v) })
}

// appendSized appends something behind its length.
func appendSized(b []byte, write func([]byte) []byte) []byte {
	from := len(b)
	b = write(order.AppendUint32(b, 0))
	order.PutUint32(b[from:], uint32(len(b)-from-4))
	return b
}

type archiveReader struct{ reader }

func (r *archiveReader) Reads() bool         { return true }
func (r *archiveReader) Fail(problem string) { r.fail(problem) }

func (r *archiveReader) Word(v *uint64)   { *v = r.uint64() }
func (r *archiveReader) Text(v *string)   { *v = r.string() }
func (r *archiveReader) Buffer(v *[]byte) { *v = r.buffer() }

func (r *archiveReader) Count(int) int { return max(0, r.length(1)) }

func (r *archiveReader) Txn(v *zk.Txn) {
	*v = zk.Txn{}
	readTxn(&r.reader, v)
}

func (r *archiveReader) Request(v *zk.Request) {
	*v = zk.Request{}
	readRequest(&r.reader, v)
}

func (r *archiveReader) Message(v *step.Message) {
	*v = step.Message{}
	if b := r.buffer(); len(b) > 0 {
		m, err := DecodeMessage(b)
		r.judge(err)
		*v = m
	}
}

func (r *archiveReader) Tree(v **tree.DB) {
	*v = nil
	if b := r.buffer(); len(b) > 0 {
		db, err := DecodeSnapshot(b)
		r.judge(err)
		*v = db
	}
}

// judge takes over what is wrong inside.
func (r *reader) judge(err error) {
	if bad, is := err.(*Error); is {
		r.fail(bad.Problem)
	} else if err != nil {
		r.fail(err.Error())
	}
}
