package node

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// clientOps is every operation that goes through a connection's queue, and what clients may try.
var clientOps = []zk.Op{
	zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL, zk.OpDelete, zk.OpSetData,
	zk.OpSetACL, zk.OpMulti, zk.OpReconfig, zk.OpDeleteContainer, zk.OpSync, zk.OpPing,
	zk.OpExists, zk.OpGetData, zk.OpGetACL, zk.OpGetChildren, zk.OpGetChildren2, zk.OpWhoAmI,
	zk.OpGetAllChildrenNumber, zk.OpGetEphemerals, zk.OpMultiRead, zk.OpAddWatch,
	zk.OpRemoveWatches, zk.OpCheckWatches, zk.OpSetWatches, zk.OpSetWatches2,
}

var anyPath = rapid.SampledFrom([]string{
	"", "/", "a", "//", "/a", "/a", "/a/b", "/a/b", "/a/", "/a/../b", "/\x00", "/a/b/c", "/節點",
	"/zookeeper", "/zookeeper/config", "/zookeeper/quota/a", "/zookeeper/quota/a/zookeeper_limits",
	"/zookeeper/quota/a/zookeeper_stats", "/zookeeper/quota/zookeeper_limits",
	"/zookeeper/quota/zookeeper_stats",
})

var anyACL = rapid.SampledFrom([][]zk.ACL{
	zk.OpenACL, zk.OpenACL, zk.OpenACL, nil, {}, {{Perms: zk.PermAll, Scheme: "auth"}},
	{{Perms: zk.PermRead, Scheme: "world", ID: "anyone"}},
	{{Perms: -1, Scheme: "ip", ID: "127.0.0.0/8"}, {Perms: 1, Scheme: "digest", ID: "a:b"}},
	{{Perms: zk.PermAll, Scheme: "ip", ID: "1.2.3"}},
})

func anyRequest(t *rapid.T, isPart bool) zk.Request {
	req := zk.Request{
		Op:        rapid.SampledFrom(clientOps).Draw(t, "op"),
		Path:      anyPath.Draw(t, "path"),
		Mode:      zk.CreateMode(rapid.IntRange(-1, 7).Draw(t, "mode")),
		WatchMode: zk.AddWatchMode(rapid.IntRange(-1, 2).Draw(t, "watchMode")),
		Watcher:   zk.WatcherType(rapid.IntRange(0, 4).Draw(t, "watcher")),
		Watch:     rapid.Bool().Draw(t, "watch"),
		Malformed: rapid.IntRange(0, 19).Draw(t, "malformed") == 0,
		Version:   rapid.SampledFrom([]int32{-1, -1, 0, 7}).Draw(t, "version"),
		TTL:       rapid.SampledFrom([]int64{-1, 0, 1, 300, zk.TTLMax}).Draw(t, "ttl"),
		ACL:       anyACL.Draw(t, "acl"),
		Data: []byte(rapid.SampledFrom([]string{"", "x", "count=1,bytes=1",
			"count=-1,bytes=-1=;countHardLimit=2;byteHardLimit=3", "count==;;,="}).Draw(t, "data")),
	}
	paths := []string{req.Path, anyPath.Draw(t, "path2")}
	req.DataWatches, req.ExistWatches, req.ChildWatches = paths, paths, paths
	req.PersistentWatches, req.RecursiveWatches = paths[:1], paths[1:]
	if !isPart {
		for range rapid.IntRange(0, 4).Draw(t, "parts") {
			part := anyRequest(t, true)
			req.Ops = append(req.Ops, part)
		}
	}
	return req
}

// TestAnyRequestIsAnsweredInOrder lets clients of all servers send whatever they like: the servers
// agree on the state (their assertions say so), and every request has its answer, in its turn.
func TestAnyRequestIsAnsweredInOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBenchOf(t, 3, 0, func(c *Config) {
			c.ExtendedTypes, c.EnforceQuota = true, true
			c.ContainerCheckInterval = 200 * time.Millisecond
			c.SnapCount = 20
		})
		b.run(3 * time.Second)
		for server := zk.ServerID(1); server <= 3; server++ {
			b.dial(server, zk.ConnID(server))
			b.one(server, zk.ConnID(server), digestAuth("bob:pw"))
		}
		b.clients = nil
		sent := [4][]zk.Request{}
		for i := range rapid.IntRange(1, 60).Draw(r, "requests") {
			server := zk.ServerID(rapid.IntRange(1, 3).Draw(r, "server"))
			req := anyRequest(r, false)
			req.Xid = int32(i + 1)
			sent[server] = append(sent[server], req)
			b.push(0, server, step.Input{
				Kind: step.ClientMsg, Conn: zk.ConnID(server), Req: &req,
			})
			b.run(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 30, 300}).Draw(r, "pause")) *
				time.Millisecond)
		}
		b.run(3 * time.Second)
		answers := [4][]step.ToClient{}
		for _, c := range b.clients {
			require.NotEqual(r, step.Close, c.Kind)
			if c.Kind == step.Reply {
				answers[c.Conn] = append(answers[c.Conn], c)
			}
		}
		for server := range sent {
			require.Len(r, answers[server], len(sent[server]))
			for i := range sent[server] {
				require.Equal(r, sent[server][i].Xid, answers[server][i].Xid)
				require.Equal(r, sent[server][i].Op, answers[server][i].Op)
			}
		}
		for server := 2; server <= 3; server++ {
			require.Equal(r, b.nodes[1].Status().Digest, b.nodes[server].Status().Digest)
		}
	})
}
