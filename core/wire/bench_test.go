package wire_test

import (
	"strconv"
	"testing"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

func benchMessages() []step.Message {
	create := zk.Txn{Zxid: 7, Session: 1, TimeMs: 1, Op: zk.OpCreate, Asked: zk.OpCreate, Cxid: 1,
		Version: 1, Digest: 1, Path: "/app/config", Data: make([]byte, 100), ACL: zk.OpenACL}
	return []step.Message{
		{Type: zk.Ack, From: 1, To: 2, Zxid: 7},
		{Type: zk.Notification, From: 1, To: 2, Round: 3, Vote: zk.Vote{Leader: 1, Epoch: 1}},
		{Type: zk.Proposal, From: 2, To: 1, Zxid: 7, Txns: []zk.Txn{create}},
	}
}

func BenchmarkAppendMessage(b *testing.B) {
	for _, m := range benchMessages() {
		b.Run(m.Type.String(), func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = wire.AppendMessage(buf[:0], &m)
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}

func BenchmarkDecodeMessage(b *testing.B) {
	for _, m := range benchMessages() {
		b.Run(m.Type.String(), func(b *testing.B) {
			b.ReportAllocs()
			buf := wire.AppendMessage(nil, &m)
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				if _, err := wire.DecodeMessage(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkClient is what a server's driver does for one request: decode it, encode the reply.
func BenchmarkClient(b *testing.B) {
	data := make([]byte, 100)
	for _, req := range []zk.Request{
		{Op: zk.OpPing, Xid: wire.XidPing},
		{Op: zk.OpExists, Path: "/app/config"},
		{Op: zk.OpGetData, Path: "/app/config"},
		{Op: zk.OpCreate, Path: "/app/config", Data: data, ACL: zk.OpenACL},
	} {
		frame := wire.AppendClientRequest(nil, &req)[4:]
		b.Run("do=decode/op="+req.Op.String(), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(frame)))
			var decoder wire.Decoder
			for b.Loop() {
				if _, err := decoder.Request(frame); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("do=encode/op="+req.Op.String(), func(b *testing.B) {
			b.ReportAllocs()
			reply := step.ToClient{Op: req.Op, Reply: zk.Reply{Path: req.Path, Data: data}}
			var buf []byte
			for b.Loop() {
				buf = wire.AppendReply(buf[:0], &reply)
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}

func BenchmarkAppendWrite(b *testing.B) {
	b.ReportAllocs()
	w := step.Write{Kind: step.AppendTxns, Txns: benchMessages()[2].Txns}
	var log []byte
	var crc uint32
	for b.Loop() {
		w.Seq++
		log, crc = wire.AppendWrite(log[:0], crc, &w)
	}
	b.SetBytes(int64(len(log)))
}

func BenchmarkRecover1000Txns(b *testing.B) {
	b.ReportAllocs()
	log, crc := []byte(nil), uint32(0)
	for i := range 1000 {
		w := step.Write{Seq: uint64(i + 1), Kind: step.AppendTxns, Txns: benchMessages()[2].Txns}
		log, crc = wire.AppendWrite(log, crc, &w)
	}
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		wire.Recover(log, nil)
	}
}

func BenchmarkSnapshot1000Znodes(b *testing.B) {
	h := newHistory(1)
	h.session(1)
	for i := range 1000 {
		h.create("/n"+strconv.Itoa(i), "data", zk.Persistent)
	}
	b.Run("append", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf = wire.AppendSnapshot(buf[:0], h.db)
		}
		b.SetBytes(int64(len(buf)))
	})
	b.Run("decode", func(b *testing.B) {
		buf := wire.AppendSnapshot(nil, h.db)
		b.SetBytes(int64(len(buf)))
		for b.Loop() {
			if _, err := wire.DecodeSnapshot(buf); err != nil {
				b.Fatal(err)
			}
		}
	})
}
