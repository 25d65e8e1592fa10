package replay

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// opSASL is an operation that only the wire knows; its reply is shown as bytes.
const opSASL = 102

// op is the operation of a step that is a request.
func (s *Step) op() zk.Op {
	if s.Type != nil {
		return zk.Op(*s.Type)
	}
	for op := range zk.Op(128) {
		if op.String() == s.Op {
			return op
		}
	}
	if s.Op == "closeSession" {
		return zk.OpCloseSession
	}
	panic("a step of operation " + s.Op)
}

// request is what a step asks. zxid finds the number of a zxid that is given in symbols.
func (s *Step) request(xid int32, zxid func(string) zk.Zxid) zk.Request {
	req := zk.Request{
		Op: s.op(), Xid: xid, Path: s.path(), Data: s.data(), Version: s.version(),
		ACL: s.acl(), Mode: s.mode(), TTL: s.TTL, Watch: s.Watch,
		WatchMode: zk.AddWatchMode(s.WMode), Watcher: zk.WatcherType(s.WType),
		Scheme: s.Scheme, Auth: []byte(s.Auth),
		DataWatches: s.DataWatches, ExistWatches: s.ExistWatches, ChildWatches: s.ChildWatches,
		PersistentWatches: s.PersistentWatches, RecursiveWatches: s.RecursiveWatches,
		Joining: s.Joining, Leaving: s.Leaving, Members: s.Members,
	}
	req.LastZxid = zxid(s.RelZxid)
	if req.Op == zk.OpReconfig {
		req.LastZxid = noZxid
	}
	for i := range s.Ops {
		req.Ops = append(req.Ops, s.Ops[i].request(0, zxid))
	}
	return req
}

const noZxid = ^zk.Zxid(0)

// headerLen is where the body of a request's frame begins, its length before it.
const headerLen = 4 + 4 + 4

// frame is what goes over the connection. What no client would send is made by hand.
func (s *Step) frame(xid int32, zxid func(string) zk.Zxid) []byte {
	if s.Op == "raw" {
		body, err := hex.DecodeString(s.BodyHex)
		if err != nil {
			panic("body_hex: " + s.BodyHex)
		}
		frame := binary.BigEndian.AppendUint32(nil, uint32(headerLen-4+len(body)))
		frame = binary.BigEndian.AppendUint32(frame, uint32(xid))
		frame = binary.BigEndian.AppendUint32(frame, uint32(*s.Type))
		return append(frame, body...)
	}
	req := s.request(xid, zxid)
	frame := wire.AppendClientRequest(nil, &req)
	if s.PathNull { // the path is first in every body that has one, and empty here
		binary.BigEndian.PutUint32(frame[headerLen:], 0xffffffff)
	}
	return frame
}

// xid is the xid of a step on a connection that has used last.
func (s *Step) xid(last *int32) int32 {
	switch {
	case s.Op == "ping":
		return s.xidOr(wire.XidPing)
	case s.Op == "auth":
		return s.xidOr(wire.XidAuth)
	case strings.HasPrefix(s.Op, "setWatches"):
		return s.xidOr(wire.XidSetWatches)
	}
	*last++
	return s.xidOr(*last)
}

func (s *Step) xidOr(xid int32) int32 {
	if s.Xid != nil {
		return *s.Xid
	}
	return xid
}

// offset is the N of "+N".
func offset(s string) (zk.Zxid, bool) {
	digits, relative := strings.CutPrefix(s, "+")
	n, err := strconv.Atoi(digits)
	return zk.Zxid(n), relative && err == nil
}
