package wire_test

import (
	"fmt"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
	"pgregory.net/rapid"
)

// Generators of everything that has bytes.

func number[T ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64](
	t *rapid.T, name string, values *rapid.Generator[T],
) T {
	if rapid.Bool().Draw(t, name+"?") {
		return values.Draw(t, name)
	}
	return 0
}

func drawText(t *rapid.T, name string) string {
	texts := rapid.OneOf(rapid.Just(""), rapid.StringN(0, 12, -1), rapid.Just("/café/節點"))
	return texts.Draw(t, name)
}

func drawBytes(t *rapid.T, name string) []byte {
	if rapid.Bool().Draw(t, name+"?") {
		return rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, name)
	}
	return nil
}

func drawSlice[T any](t *rapid.T, name string, one func(*rapid.T, string) T) []T {
	n := rapid.IntRange(-1, 3).Draw(t, name)
	if n < 0 {
		return nil
	}
	items := make([]T, n)
	for i := range items {
		items[i] = one(t, fmt.Sprint(name, i))
	}
	return items
}

func drawACL(t *rapid.T, name string) zk.ACL {
	if rapid.Bool().Draw(t, name+" open") {
		return zk.OpenACL[0]
	}
	return zk.ACL{
		Perms:  zk.Perm(rapid.Int32().Draw(t, name)),
		Scheme: drawText(t, name+" scheme"),
		ID:     drawText(t, name+" id"),
	}
}

func drawTxn(nested bool) func(*rapid.T, string) zk.Txn {
	return func(t *rapid.T, name string) zk.Txn {
		txn := zk.Txn{
			Zxid:      zk.Zxid(rapid.Uint64().Draw(t, name+" zxid")),
			Session:   zk.SessionID(number(t, name+" session", rapid.Int64())),
			TimeMs:    number(t, name+" time", rapid.Int64()),
			Op:        zk.Op(rapid.Int32().Draw(t, name+" op")),
			Asked:     zk.Op(number(t, name+" asked", rapid.Int32())),
			Cxid:      number(t, name+" cxid", rapid.Int32()),
			Err:       zk.Err(number(t, name+" err", rapid.Int32())),
			Version:   number(t, name+" version", rapid.Int32()),
			TimeoutMs: number(t, name+" timeout", rapid.Int32()),
			Owner:     zk.SessionID(number(t, name+" owner", rapid.Int64())),
			Digest:    number(t, name+" digest", rapid.Uint64()),
			Path:      drawText(t, name+" path"),
			Data:      drawBytes(t, name+" data"),
			ACL:       drawSlice(t, name+" acl", drawACL),
			Paths:     drawSlice(t, name+" paths", drawText),
		}
		if !nested {
			txn.Subs = drawSlice(t, name+" subs", drawTxn(true))
		}
		return txn
	}
}

func drawRequest(nested bool) func(*rapid.T, string) zk.Request {
	return func(t *rapid.T, name string) zk.Request {
		q := zk.Request{
			Op:           zk.Op(rapid.Int32().Draw(t, name+" op")),
			Mode:         zk.CreateMode(number(t, name+" mode", rapid.Int32())),
			WatchMode:    zk.AddWatchMode(number(t, name+" watchMode", rapid.Int32())),
			Watcher:      zk.WatcherType(number(t, name+" watcher", rapid.Int32())),
			Watch:        rapid.Bool().Draw(t, name+" watch"),
			ReadOnly:     rapid.Bool().Draw(t, name+" readOnly"),
			Malformed:    rapid.Bool().Draw(t, name+" malformed"),
			Xid:          number(t, name+" xid", rapid.Int32()),
			Version:      number(t, name+" version", rapid.Int32()),
			TimeoutMs:    number(t, name+" timeout", rapid.Int32()),
			TTL:          number(t, name+" ttl", rapid.Int64()),
			Session:      zk.SessionID(number(t, name+" session", rapid.Int64())),
			LastZxid:     zk.Zxid(number(t, name+" last", rapid.Uint64())),
			Path:         drawText(t, name+" path"),
			Data:         drawBytes(t, name+" data"),
			ACL:          drawSlice(t, name+" acl", drawACL),
			Password:     drawBytes(t, name+" password"),
			DataWatches:  drawSlice(t, name+" dataWatches", drawText),
			ExistWatches: drawSlice(t, name+" existWatches", drawText),
			ChildWatches: drawSlice(t, name+" childWatches", drawText),
			Scheme:       drawText(t, name+" scheme"),
			Auth:         drawBytes(t, name+" auth"),
			Identities:   drawSlice(t, name+" identities", drawIdentity),
			Joining:      drawText(t, name+" joining"),
			Leaving:      drawText(t, name+" leaving"),
			Members:      drawText(t, name+" members"),
		}
		q.PersistentWatches = drawSlice(t, name+" persistentWatches", drawText)
		q.RecursiveWatches = drawSlice(t, name+" recursiveWatches", drawText)
		if !nested {
			q.Ops = drawSlice(t, name+" ops", drawRequest(true))
		}
		return q
	}
}

func drawIdentity(t *rapid.T, name string) zk.Identity {
	return zk.Identity{Scheme: drawText(t, name+" scheme"), ID: drawText(t, name+" id")}
}

func drawTouch(t *rapid.T, name string) zk.SessionTouch {
	return zk.SessionTouch{
		Session:   zk.SessionID(rapid.Int64().Draw(t, name)),
		TimeoutMs: rapid.Int32().Draw(t, name+" timeout"),
		Valid:     rapid.Bool().Draw(t, name+" valid"),
	}
}

func drawServer(t *rapid.T, name string) zk.ServerID {
	return zk.ServerID(rapid.Uint8Max(uint8(zk.ServerMax)).Draw(t, name))
}

// serverTypes are the messages between servers, all but SNAP, whose body is a snapshot.
var serverTypes = []zk.MsgType{
	zk.Notification, zk.FollowerInfo, zk.ObserverInfo, zk.LeaderInfo, zk.AckEpoch, zk.Diff,
	zk.Trunc, zk.NewLeader, zk.UpToDate, zk.Proposal, zk.Ack, zk.Commit, zk.Inform, zk.Ping,
	zk.Forward, zk.Sync, zk.Revalidate,
}

// drawMessage fills the fields that the comment of step.Message gives to the type.
func drawMessage(t *rapid.T) step.Message {
	m := step.Message{
		Type: rapid.SampledFrom(serverTypes).Draw(t, "type"),
		From: drawServer(t, "from"),
		To:   drawServer(t, "to"),
		Cause: trace.Ref{
			Seq:  rapid.Uint64().Draw(t, "seq"),
			Node: zk.ServerID(rapid.Uint8().Draw(t, "node")),
			Boot: rapid.Uint16().Draw(t, "boot"),
		},
	}
	zxid := zk.Zxid(rapid.Uint64().Draw(t, "zxid"))
	epoch := zk.Epoch(rapid.Uint32().Draw(t, "epoch"))
	round := rapid.Uint64().Draw(t, "round")
	role := zk.Role(rapid.Uint8Max(uint8(zk.Down)).Draw(t, "role"))
	switch m.Type {
	case zk.Notification:
		m.State, m.Round = role, round
		m.Vote = zk.Vote{Leader: drawServer(t, "leader"), Epoch: epoch, Zxid: zxid}
	case zk.FollowerInfo, zk.ObserverInfo, zk.LeaderInfo, zk.UpToDate:
		m.Epoch = epoch
	case zk.AckEpoch:
		m.State, m.Epoch, m.Zxid = role, epoch, zxid
		m.NoVote = rapid.Bool().Draw(t, "noVote")
		m.Floor = zk.Zxid(rapid.Uint64().Draw(t, "floor"))
	case zk.NewLeader:
		m.Epoch, m.Zxid = epoch, zxid
	case zk.Proposal, zk.Inform:
		m.Zxid, m.Txns = zxid, drawSlice(t, "txns", drawTxn(false))
	case zk.Ping:
		m.Zxid, m.Sess = zxid, drawSlice(t, "sess", drawTouch)
	case zk.Forward:
		q := drawRequest(false)(t, "request")
		m.Round, m.Req = round, &q
	case zk.Sync, zk.Revalidate:
		m.Round, m.Sess = round, []zk.SessionTouch{drawTouch(t, "sess")}
	default:
		m.Zxid = zxid
	}
	return m
}

// history writes a tree by preparing requests: the transactions are what a leader would propose.
type history struct {
	db   *tree.DB
	zxid zk.Zxid
}

func newHistory(epoch zk.Epoch) *history {
	return &history{db: tree.New(), zxid: zk.MakeZxid(epoch, 0)}
}

func (h *history) do(req zk.Request) zk.Txn {
	h.zxid++
	req.Xid = int32(h.zxid.Counter())
	return h.db.Prepare(&req, tree.Meta{
		Zxid: h.zxid, TimeMs: 1_700_000_000_000 + int64(h.zxid), ExtendedTypes: true,
	})
}

func (h *history) session(id zk.SessionID) zk.Txn {
	return h.do(zk.Request{Op: zk.OpCreateSession, Session: id, TimeoutMs: 10_000})
}

func (h *history) create(path, data string, mode zk.CreateMode) zk.Txn {
	return h.do(zk.Request{Op: zk.OpCreate, Session: 1, Path: path, Data: []byte(data), Mode: mode,
		ACL: zk.OpenACL})
}

// drawTree returns a tree with sessions, znodes of all kinds, access lists and data.
func drawTree(t *rapid.T) *tree.DB {
	h := newHistory(3)
	h.session(1)
	for i := range rapid.IntRange(0, 12).Draw(t, "writes") {
		path := "/" + rapid.StringMatching(`[a-d]`).Draw(t, fmt.Sprint("path", i))
		if rapid.Bool().Draw(t, fmt.Sprint("deep", i)) {
			path += "/" + rapid.StringMatching(`[a-d]`).Draw(t, fmt.Sprint("path2", i))
		}
		req := zk.Request{Session: 1, Path: path, Version: -1}
		req.Data = drawBytes(t, fmt.Sprint("data", i))
		req.Op = rapid.SampledFrom([]zk.Op{
			zk.OpCreate, zk.OpCreate, zk.OpCreateContainer, zk.OpCreateTTL, zk.OpSetData,
			zk.OpDelete, zk.OpSetACL,
		}).Draw(t, fmt.Sprint("op", i))
		req.Mode = zk.CreateMode(rapid.Int32Range(0, 3).Draw(t, fmt.Sprint("mode", i)))
		if req.Op == zk.OpCreateTTL {
			req.Mode, req.TTL = zk.PersistentWithTTL, 1+int64(i)
		}
		req.ACL = zk.OpenACL
		if rapid.Bool().Draw(t, fmt.Sprint("acl", i)) {
			req.ACL = []zk.ACL{{Perms: zk.PermRead, Scheme: "world", ID: "anyone"}}
		}
		h.do(req)
	}
	return h.db
}
