package tree_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

const alice, bob = zk.SessionID(0x1a), zk.SessionID(0x1b)

// pair is a leader's two trees: every write is prepared on one and applied to the other, and both
// must agree after it.
type pair struct {
	ahead, applied *tree.DB
	last           zk.Txn
	changes        []tree.Change
}

// newPair has the sessions of alice and bob.
func newPair(t require.TestingT) *pair {
	p := &pair{ahead: tree.New(), applied: tree.New()}
	for _, id := range []zk.SessionID{alice, bob} {
		req := &zk.Request{Op: zk.OpCreateSession, Session: id, TimeoutMs: 4000}
		_, err := p.write(t, req)
		require.Equal(t, zk.OK, err)
	}
	return p
}

func (p *pair) write(t require.TestingT, req *zk.Request) (zk.Reply, zk.Err) {
	return p.writeAs(t, req, tree.Meta{})
}

func (p *pair) writeAs(t require.TestingT, req *zk.Request, m tree.Meta) (zk.Reply, zk.Err) {
	m.Zxid = p.ahead.Zxid() + 1
	m.TimeMs = 1000 * int64(m.Zxid.Counter())
	p.last = p.ahead.Prepare(req, m)
	reply, err, changes := p.applied.Apply(&p.last, nil)
	p.changes = changes
	require.Equal(t, p.last.Digest, p.applied.Digest(), "DigestAgreement after %+v", p.last)
	require.Equal(t, p.last.Digest, p.ahead.Digest())
	require.Equal(t, m.Zxid, p.applied.Zxid())
	require.Equal(t, m.Zxid, p.ahead.Zxid())
	return reply, err
}

// must writes and expects success.
func (p *pair) must(t testing.TB, reqs ...*zk.Request) {
	t.Helper()
	for _, req := range reqs {
		_, err := p.write(t, req)
		require.Equal(t, zk.OK, err, "%s %s", req.Op, req.Path)
	}
}

func (p *pair) stat(t testing.TB, path string) zk.Stat {
	t.Helper()
	_, stat, ok := p.applied.Get(path)
	require.True(t, ok, path)
	return stat
}

// The requests of alice with the usual ACL.

func create(path string) *zk.Request { return createAs(path, zk.Persistent, alice) }

func createAs(path string, mode zk.CreateMode, session zk.SessionID) *zk.Request {
	return &zk.Request{Op: zk.OpCreate, Path: path, Mode: mode, Session: session,
		Data: []byte("data"), ACL: zk.OpenACL}
}

func createTTL(path string, ttl int64) *zk.Request {
	req := createAs(path, zk.PersistentWithTTL, alice)
	req.Op, req.TTL = zk.OpCreateTTL, ttl
	return req
}

func createWith(path string, acl []zk.ACL) *zk.Request {
	req := create(path)
	req.ACL = acl
	return req
}

func remove(path string, version int32) *zk.Request {
	return &zk.Request{Op: zk.OpDelete, Path: path, Version: version, Session: alice}
}

func setData(path, data string, version int32) *zk.Request {
	return &zk.Request{Op: zk.OpSetData, Path: path, Data: []byte(data), Version: version,
		Session: alice}
}

func setACL(path string, acl []zk.ACL, version int32) *zk.Request {
	return &zk.Request{Op: zk.OpSetACL, Path: path, ACL: acl, Version: version, Session: alice}
}

func check(path string, version int32) *zk.Request {
	return &zk.Request{Op: zk.OpCheck, Path: path, Version: version, Session: alice}
}

func multi(ops ...*zk.Request) *zk.Request {
	req := &zk.Request{Op: zk.OpMulti, Session: alice}
	for _, op := range ops {
		req.Ops = append(req.Ops, *op)
	}
	return req
}

func closing(session zk.SessionID) *zk.Request {
	return &zk.Request{Op: zk.OpCloseSession, Session: session}
}

func world(perms zk.Perm) []zk.ACL {
	return []zk.ACL{{Perms: perms, Scheme: "world", ID: "anyone"}}
}
