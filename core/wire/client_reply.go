package wire

import (
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// AppendConnectReply appends the answer to connect. readOnlyByte is what DecodeConnect returned.
func AppendConnectReply(b []byte, t *step.ToClient, readOnlyByte bool) []byte {
	from := len(b)
	b = appendInt(openFrame(b), 0)
	b = appendInt(b, t.Reply.TimeoutMs)
	b = appendLong(b, int64(t.Reply.Session))
	b = appendPassword(b, t.Reply.Password)
	if readOnlyByte {
		b = appendBool(b, t.Reply.ReadOnly)
	}
	return sealFrame(b, from)
}

// AppendReply appends the frame of a reply or a watch event; a Close has none. In the Results of a
// multi that failed, the operations before the bad one have Op OpError and Err OK.
func AppendReply(b []byte, t *step.ToClient) []byte {
	switch {
	case t.Kind == step.Close:
		return b
	case t.Kind == step.WatchEvent:
		return appendEvent(b, &t.Reply)
	case t.Op == zk.OpConnect:
		return AppendConnectReply(b, t, true)
	}
	from := len(b)
	b = appendReplyHeader(openFrame(b), t.Xid, t.Zxid, t.Err)
	if t.Err == zk.OK {
		b = appendReplyBody(b, t.Op, &t.Reply)
	}
	return sealFrame(b, from)
}

func appendReplyHeader(b []byte, xid int32, zxid zk.Zxid, err zk.Err) []byte {
	return appendInt(appendLong(appendInt(b, xid), int64(zxid)), int32(err))
}

// appendEvent writes a watch event. Its zxid is none: which change it was about, Apache's clients
// learn only from 3.9.
func appendEvent(b []byte, r *zk.Reply) []byte {
	from := len(b)
	b = appendReplyHeader(openFrame(b), XidWatchEvent, noZxid, zk.OK)
	b = appendInt(b, int32(r.Event))
	b = appendInt(b, syncConnected)
	b = appendText(b, r.Path)
	return sealFrame(b, from)
}

const noZxid = ^zk.Zxid(0) // -1

func appendReplyBody(b []byte, op zk.Op, r *zk.Reply) []byte {
	switch op {
	case zk.OpCreate, zk.OpSync:
		return appendText(b, r.Path)
	case zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		return appendStat(appendText(b, r.Path), &r.Stat)
	case zk.OpExists, zk.OpSetData, zk.OpSetACL:
		return appendStat(b, &r.Stat)
	case zk.OpGetData, zk.OpReconfig:
		return appendStat(appendBuffer(b, r.Data), &r.Stat)
	case zk.OpGetACL:
		return appendStat(appendACLReply(b, r.ACL), &r.Stat)
	case zk.OpGetChildren, zk.OpGetEphemerals:
		return appendTexts(b, r.Children)
	case zk.OpGetChildren2:
		return appendStat(appendTexts(b, r.Children), &r.Stat)
	case zk.OpGetAllChildrenNumber:
		return appendInt(b, r.Num)
	case zk.OpAddWatch:
		return appendInt(b, int32(zk.OK)) // an ErrorResponse, of all records
	case zk.OpWhoAmI:
		return appendWho(b, r.Who)
	case zk.OpMulti, zk.OpMultiRead:
		return appendResults(b, r.Results)
	case opSASL:
		return appendBuffer(b, nil)
	}
	return b
}

func appendACLReply(b []byte, acl []zk.ACL) []byte {
	b = appendInt(b, int32(len(acl)))
	for i := range acl {
		b = appendInt(b, int32(acl[i].Perms))
		b = appendText(appendText(b, acl[i].Scheme), acl[i].ID)
	}
	return b
}

func appendStat(b []byte, s *zk.Stat) []byte {
	b = appendLong(b, int64(s.Czxid))
	b = appendLong(b, int64(s.Mzxid))
	b = appendLong(b, s.Ctime)
	b = appendLong(b, s.Mtime)
	b = appendInt(b, s.Version)
	b = appendInt(b, s.Cversion)
	b = appendInt(b, s.Aversion)
	b = appendLong(b, int64(s.EphemeralOwner))
	b = appendInt(b, s.DataLength)
	b = appendInt(b, s.NumChildren)
	return appendLong(b, int64(s.Pzxid))
}

func appendWho(b []byte, who []zk.Identity) []byte {
	b = appendInt(b, int32(len(who)))
	for i := range who {
		b = appendText(appendText(b, who[i].Scheme), who[i].ID)
	}
	return b
}

func appendResults(b []byte, results []zk.OpResult) []byte {
	for i := range results {
		b = appendResult(b, &results[i])
	}
	return appendMultiEnd(b)
}

func appendResult(b []byte, r *zk.OpResult) []byte {
	if r.Err != zk.OK || r.Op == zk.OpError {
		b = appendMultiHeader(b, zk.OpError, false, int32(r.Err))
		return appendInt(b, int32(r.Err))
	}
	b = appendMultiHeader(b, r.Op, false, int32(zk.OK))
	body := zk.Reply{Path: r.Path, Stat: r.Stat, Data: r.Data, Children: r.Children}
	return appendReplyBody(b, r.Op, &body)
}

func (p *packet) connectReply(r *zk.Reply) {
	p.int("protocolVersion")
	r.TimeoutMs = p.int("timeOut")
	r.Session = zk.SessionID(p.long("sessionId"))
	r.Password = p.buffer("passwd")
	if p.left() > 0 {
		r.ReadOnly = p.boolean("readOnly")
	}
}

func (p *packet) reply(t *step.ToClient) {
	t.Xid = p.int("xid")
	t.Zxid = zk.Zxid(p.long("zxid"))
	t.Err = zk.Err(p.int("err"))
	switch {
	case t.Xid == XidWatchEvent:
		t.Kind, t.Op = step.WatchEvent, zk.OpNone
		t.Reply.Event = zk.EventType(p.int("type"))
		p.int("state")
		t.Reply.Path = p.ustring("path")
	case t.Err == zk.OK:
		p.replyBody(t.Op, &t.Reply)
	}
}

func (p *packet) replyBody(op zk.Op, r *zk.Reply) {
	switch op {
	case zk.OpCreate, zk.OpSync:
		r.Path = p.ustring("path")
	case zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		r.Path = p.ustring("path")
		p.stat(&r.Stat)
	case zk.OpExists, zk.OpSetData, zk.OpSetACL:
		p.stat(&r.Stat)
	case zk.OpGetData, zk.OpReconfig:
		r.Data = p.buffer("data")
		p.stat(&r.Stat)
	case zk.OpGetACL:
		r.ACL = p.acl()
		p.stat(&r.Stat)
	case zk.OpGetChildren:
		r.Children = p.ustrings("children")
	case zk.OpGetChildren2:
		r.Children = p.ustrings("children")
		p.stat(&r.Stat)
	case zk.OpGetEphemerals:
		r.Children = p.ustrings("ephemerals")
	case zk.OpGetAllChildrenNumber:
		r.Num = p.int("totalNumber")
	case zk.OpAddWatch:
		p.int("err(ErrorResponse)")
	case zk.OpWhoAmI:
		r.Who = p.who()
	case zk.OpMulti, zk.OpMultiRead:
		r.Results = p.results()
	case opSASL:
		p.buffer("token")
	}
}

func (p *packet) stat(s *zk.Stat) {
	outer := p.prefix
	if p.fields != nil {
		p.prefix += "stat."
	}
	s.Czxid = zk.Zxid(p.long("czxid"))
	s.Mzxid = zk.Zxid(p.long("mzxid"))
	s.Ctime = p.long("ctime")
	s.Mtime = p.long("mtime")
	s.Version = p.int("version")
	s.Cversion = p.int("cversion")
	s.Aversion = p.int("aversion")
	s.EphemeralOwner = zk.SessionID(p.long("ephemeralOwner"))
	s.DataLength = p.int("dataLength")
	s.NumChildren = p.int("numChildren")
	s.Pzxid = zk.Zxid(p.long("pzxid"))
	p.prefix = outer
}

func (p *packet) who() []zk.Identity {
	who := make([]zk.Identity, max(0, p.count("clientInfo", 2*stringSize)))
	for i := range who {
		p.item("clientInfo", i)
		who[i].Scheme, who[i].ID = p.ustring("authScheme"), p.ustring("user")
	}
	p.prefix = ""
	return who
}

func (p *packet) results() []zk.OpResult {
	var results []zk.OpResult
	for p.bad == nil {
		p.item("result", len(results))
		op, done, err := p.multiHeader()
		if done || p.bad != nil {
			break
		}
		results = append(results, p.result(op, err))
	}
	p.prefix = ""
	return results
}

// result reads one result, which is laid out like the reply to its operation alone.
func (p *packet) result(op zk.Op, err zk.Err) zk.OpResult {
	if op == zk.OpError {
		return zk.OpResult{Op: op, Err: zk.Err(p.int("err(ErrorResponse)"))}
	}
	if !canBePart(zk.OpMulti, op) && !canBePart(zk.OpMultiRead, op) {
		p.fail("result of an operation that a multi cannot have")
	}
	var r zk.Reply
	if p.bad == nil {
		p.replyBody(op, &r)
	}
	return zk.OpResult{
		Op: op, Err: err, Path: r.Path, Stat: r.Stat, Data: r.Data, Children: r.Children,
	}
}
