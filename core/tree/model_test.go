package tree_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// model is the same state as plainly as possible: maps that are copied whole.
type model struct {
	nodes    map[string]modelNode
	sessions map[zk.SessionID]int32
}

type modelNode struct {
	data    string
	stat    zk.Stat // without what is computed
	ttl     int64   // -1 for a container
	creates int32
}

func newModel() *model {
	m := &model{nodes: map[string]modelNode{}, sessions: map[zk.SessionID]int32{}}
	for _, path := range []string{"/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"} {
		m.nodes[path] = modelNode{}
	}
	return m
}

func (m *model) clone() *model {
	return &model{nodes: maps.Clone(m.nodes), sessions: maps.Clone(m.sessions)}
}

func (m *model) children(path string) []string {
	prefix, names := strings.TrimSuffix(path, "/")+"/", []string{}
	for other := range m.nodes {
		name, ok := strings.CutPrefix(other, prefix)
		if ok && name != "" && !strings.Contains(name, "/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (m *model) stat(path string) zk.Stat {
	n := m.nodes[path]
	kids := int32(len(m.children(path)))
	s := n.stat
	s.DataLength, s.NumChildren, s.Cversion = int32(len(n.data)), kids, 2*n.creates-kids
	return s
}

// write does one request and returns the header's code and, for a multi, those of its parts.
func (m *model) write(req *zk.Request, z zk.Zxid, ms int64) (zk.Err, []zk.Err) {
	if req.Op == zk.OpCreateSession {
		if _, ok := m.sessions[req.Session]; ok {
			return zk.ErrSystem, nil
		}
		m.sessions[req.Session] = req.TimeoutMs
		return zk.OK, nil
	}
	if req.Op == zk.OpDeleteContainer {
		return m.reap(req, z), nil
	}
	if err := checkModelMode(req); err != zk.OK {
		return err, nil
	}
	if _, ok := m.sessions[req.Session]; !ok {
		return zk.ErrSessionExpired, nil
	}
	switch req.Op {
	case zk.OpCloseSession:
		for _, path := range slices.Sorted(maps.Keys(m.nodes)) {
			if m.nodes[path].stat.EphemeralOwner == req.Session {
				m.delete(path, z)
			}
		}
		delete(m.sessions, req.Session)
		return zk.OK, nil
	case zk.OpMulti:
		return m.multi(req, z, ms)
	}
	return m.one(req, req.Session, z, ms), nil
}

func (m *model) multi(req *zk.Request, z zk.Zxid, ms int64) (zk.Err, []zk.Err) {
	trial, codes := m.clone(), make([]zk.Err, len(req.Ops))
	for i, op := range req.Ops {
		if op.Op.IsCreate() { // its flags decide what it makes
			switch {
			case op.Mode < zk.Container:
				op.Op = zk.OpCreate
			case op.Mode == zk.Container:
				op.Op = zk.OpCreateContainer
			case op.Op != zk.OpCreateTTL:
				return zk.ErrMarshalling, nil
			}
		}
		codes[i] = trial.one(&op, req.Session, z, ms)
		if codes[i] == zk.ErrMarshalling {
			return zk.ErrMarshalling, nil
		}
		if codes[i] != zk.OK {
			for j := i + 1; j < len(codes); j++ {
				codes[j] = zk.ErrRuntimeInconsistency
			}
			return zk.OK, codes
		}
	}
	*m = *trial
	return zk.OK, codes
}

func (m *model) one(req *zk.Request, session zk.SessionID, z zk.Zxid, ms int64) zk.Err {
	switch req.Op {
	case zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		return m.create(req, session, z, ms)
	case zk.OpDelete:
		n, ok := m.nodes[req.Path]
		switch {
		case isModelSystem(req.Path):
			return zk.ErrBadArguments
		case !ok:
			return zk.ErrNoNode
		case req.Version != -1 && req.Version != n.stat.Version:
			return zk.ErrBadVersion
		case len(m.children(req.Path)) > 0:
			return zk.ErrNotEmpty
		}
		m.delete(req.Path, z)
		return zk.OK
	}
	n, ok := m.nodes[req.Path]
	have := n.stat.Version
	if req.Op == zk.OpSetACL {
		have = n.stat.Aversion
	}
	grown := int64(len(req.Data) - len(n.data))
	switch {
	case !ok:
		return zk.ErrNoNode
	case req.Op == zk.OpSetData && m.exceeds(req.Path, grown, 0) != zk.OK:
		return m.exceeds(req.Path, grown, 0)
	case req.Version != -1 && req.Version != have:
		return zk.ErrBadVersion
	case req.Op == zk.OpSetData:
		defer m.account(req.Path, grown, 0)
		n.data, n.stat.Mzxid, n.stat.Mtime, n.stat.Version = string(req.Data), z, ms, have+1
	case req.Op == zk.OpSetACL:
		n.stat.Aversion++
	}
	m.nodes[req.Path] = n
	return zk.OK
}

// checkModelMode is all modes of all kinds of create, one by one.
func checkModelMode(req *zk.Request) zk.Err {
	switch req.Op {
	case zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer:
		if req.Mode > zk.Container {
			return zk.ErrBadArguments
		}
	case zk.OpCreateTTL:
		if req.Mode != zk.PersistentWithTTL && req.Mode != zk.PersistentSequentialWithTTL ||
			req.TTL < 1 {
			return zk.ErrBadArguments
		}
	}
	return zk.OK
}

func isModelSystem(path string) bool {
	return path == "/" || path == "/zookeeper" || path == "/zookeeper/quota" ||
		path == "/zookeeper/config"
}

func (m *model) reap(req *zk.Request, z zk.Zxid) zk.Err {
	n, ok := m.nodes[req.Path]
	switch {
	case req.Session != 0 || isModelSystem(req.Path):
		return zk.ErrBadArguments
	case !ok:
		return zk.ErrNoNode
	case len(m.children(req.Path)) > 0:
		return zk.ErrNotEmpty
	case n.stat.EphemeralOwner != 0:
		return zk.ErrBadVersion
	}
	m.delete(req.Path, z)
	return zk.OK
}

// reapable is what the leader would delete now.
func (m *model) reapable(ms int64) []string {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(m.nodes)) {
		n := m.nodes[path]
		idle := n.ttl > 0 && ms-n.stat.Mtime > n.ttl || n.ttl < 0 && n.creates > 0
		if idle && len(m.children(path)) == 0 {
			paths = append(paths, path)
		}
	}
	return paths
}

func (m *model) create(req *zk.Request, session zk.SessionID, z zk.Zxid, ms int64) zk.Err {
	if err := checkModelMode(req); err != zk.OK { // in a multi
		return err
	}
	parentPath, path := tree.Parent(req.Path), req.Path
	parent, ok := m.nodes[parentPath]
	if !ok {
		return zk.ErrNoNode
	}
	if req.Mode.IsSequential() {
		path += fmt.Sprintf("%010d", parent.creates)
	}
	if _, exists := m.nodes[path]; exists {
		return zk.ErrNodeExists
	}
	if parent.stat.EphemeralOwner != 0 {
		return zk.ErrNoChildrenForEphemerals
	}
	if err := m.exceeds(path, int64(len(req.Data)), 1); err != zk.OK {
		return err
	}
	n := modelNode{data: string(req.Data)}
	n.stat = zk.Stat{Czxid: z, Mzxid: z, Pzxid: z, Ctime: ms, Mtime: ms}
	switch {
	case req.Op == zk.OpCreateContainer:
		n.ttl = -1
	case req.Op == zk.OpCreateTTL:
		n.ttl = req.TTL
	case req.Mode.IsEphemeral():
		n.stat.EphemeralOwner = session
	}
	parent.creates++
	parent.stat.Pzxid = z
	m.nodes[parentPath], m.nodes[path] = parent, n
	m.recount(path)
	m.account(path, int64(len(req.Data)), 1)
	return zk.OK
}

func (m *model) delete(path string, z zk.Zxid) {
	gone := m.nodes[path]
	delete(m.nodes, path)
	parent := m.nodes[tree.Parent(path)]
	parent.stat.Pzxid = z
	m.nodes[tree.Parent(path)] = parent
	m.account(path, -int64(len(gone.data)), -1)
}

const modelQuotas = "/zookeeper/quota"

// limited is the longest prefix of a path with limits.
func (m *model) limited(path string) string {
	for ; path != "/"; path = tree.Parent(path) {
		if _, ok := m.nodes[modelQuotas+path+"/zookeeper_limits"]; ok {
			return path
		}
	}
	return ""
}

// numbers reads the text of limits or stats.
func numbers(text string) map[string]int64 {
	n := map[string]int64{"count": -1, "bytes": -1, "countHardLimit": -1, "byteHardLimit": -1}
	for _, pair := range strings.Split(strings.ReplaceAll(text, ";", ","), ",") {
		var value int64
		key, rest, _ := strings.Cut(pair, "=")
		if _, known := n[key]; known {
			if _, err := fmt.Sscanf(rest, "%d", &value); err == nil {
				n[key] = value
			}
		}
	}
	return n
}

func (m *model) exceeds(path string, bytes, count int64) zk.Err {
	const unreadable = "bytes=x" // the only such text that is drawn
	prefix := m.limited(path)
	limits := m.nodes[modelQuotas+prefix+"/zookeeper_limits"].data
	stats, ok := m.nodes[modelQuotas+prefix+"/zookeeper_stats"]
	have, most := numbers(stats.data), numbers(limits)
	switch {
	case prefix == "":
		return zk.OK
	case limits == unreadable:
		return zk.ErrMarshalling
	case !ok || limits == "":
		return zk.OK
	case stats.data == unreadable:
		return zk.ErrMarshalling
	case most["countHardLimit"] >= 0 && have["count"]+count > most["countHardLimit"],
		most["byteHardLimit"] >= 0 && have["bytes"]+bytes > most["byteHardLimit"]:
		return zk.ErrQuotaExceeded
	}
	return zk.OK
}

func (m *model) account(path string, bytes, count int64) {
	prefix := m.limited(path)
	at := modelQuotas + prefix + "/zookeeper_stats"
	if stats, ok := m.nodes[at]; ok && prefix != "" {
		have := numbers(stats.data)
		stats.data = usageText(have["count"]+count, have["bytes"]+bytes)
		// Somebody may have written limits into the stats. They are text that is kept.
		if have["byteHardLimit"] >= 0 || have["countHardLimit"] >= 0 {
			stats.data += "="
		}
		for _, limit := range []string{"byteHardLimit", "countHardLimit"} {
			if have[limit] >= 0 {
				stats.data += fmt.Sprintf(";%s=%d", limit, have[limit])
			}
		}
		m.nodes[at] = stats
	}
}

func (m *model) recount(created string) {
	limited, ok := strings.CutPrefix(created, modelQuotas)
	limited, isStats := strings.CutSuffix(limited, "/zookeeper_stats")
	if !ok || !isStats {
		return
	}
	count, bytes := int64(0), int64(0)
	for path, n := range m.nodes {
		if path == limited || strings.HasPrefix(path, limited+"/") {
			count, bytes = count+1, bytes+int64(len(n.data))
		}
	}
	stats := m.nodes[created]
	stats.data = usageText(count, bytes)
	m.nodes[created] = stats
}

func usageText(count, bytes int64) string { return fmt.Sprintf("count=%d,bytes=%d", count, bytes) }

// check compares everything.
func (m *model) check(t require.TestingT, db *tree.DB) {
	require.Equal(t, len(m.nodes), db.ZnodeCount())
	count := 0
	for n := range db.Walk() {
		want, ok := m.nodes[n.Path]
		require.True(t, ok, n.Path)
		require.Equal(t, want.data, string(n.Data), n.Path)
		require.Equal(t, m.stat(n.Path), n.Stat, n.Path)
		names, ok := db.Children(n.Path)
		require.True(t, ok)
		require.Equal(t, m.children(n.Path), names)
		count++
	}
	require.Equal(t, len(m.nodes), count)
	require.Equal(t, len(m.sessions), db.SessionCount())
	for s := range db.Sessions() {
		require.Equal(t, m.sessions[s.ID], s.TimeoutMs)
		var owned []string
		for _, path := range slices.Sorted(maps.Keys(m.nodes)) {
			if m.nodes[path].stat.EphemeralOwner == s.ID {
				owned = append(owned, path)
			}
		}
		require.Equal(t, owned, s.Ephemerals)
	}
	for _, ms := range []int64{0, 1_000_000} {
		require.Equal(t, m.reapable(ms), db.Reapable(ms))
	}
	restoredCopy(t, db) // also recomputes the digest from nothing
}

type modelFork struct {
	*pair
	model *model
}

func drawOp(t *rapid.T) *zk.Request {
	name := rapid.SampledFrom([]string{"a", "b", "c"})
	path := ""
	for range rapid.IntRange(1, 3).Draw(t, "depth") {
		path += "/" + name.Draw(t, "name")
	}
	data := rapid.StringN(0, 20, 20)
	if rapid.IntRange(0, 7).Draw(t, "quota") == 0 {
		path = modelQuotas + path[:2] + rapid.SampledFrom([]string{
			"", "", "/zookeeper_limits", "/zookeeper_stats"}).Draw(t, "file")
		data = rapid.SampledFrom([]string{"", "count=1,bytes=2", "bytes=x",
			"count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=2"})
	}
	return &zk.Request{
		Op: rapid.SampledFrom([]zk.Op{zk.OpCreate, zk.OpCreate, zk.OpCreate2,
			zk.OpCreateContainer, zk.OpCreateTTL, zk.OpDelete, zk.OpSetData}).Draw(t, "op"),
		Path: rapid.SampledFrom([]string{path, path, path, path, "/", "/zookeeper"}).
			Draw(t, "path"),
		Mode:    zk.CreateMode(rapid.IntRange(0, 6).Draw(t, "mode")),
		TTL:     rapid.SampledFrom([]int64{0, 5000, 5000}).Draw(t, "ttl"),
		Version: rapid.SampledFrom([]int32{-1, -1, 0, 1}).Draw(t, "version"),
		Data:    []byte(data.Draw(t, "data")),
		ACL:     zk.OpenACL,
	}
}

func drawRequest(t *rapid.T) *zk.Request {
	session := rapid.SampledFrom([]zk.SessionID{alice, bob, 3}).Draw(t, "session")
	req := drawOp(t)
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		req = &zk.Request{Op: zk.OpCreateSession, TimeoutMs: 7}
	case 1:
		req = &zk.Request{Op: zk.OpCloseSession}
	case 2, 3:
		multi := &zk.Request{Op: zk.OpMulti, Ops: []zk.Request{*req}}
		for range rapid.IntRange(0, 5).Draw(t, "ops") {
			op := drawOp(t)
			if rapid.IntRange(0, 4).Draw(t, "check") == 0 {
				op.Op = zk.OpCheck
			}
			multi.Ops = append(multi.Ops, *op)
		}
		req = multi
	case 4:
		req.Op = zk.OpSetACL
	case 5:
		req.Op = zk.OpDeleteContainer
		return req
	}
	req.Session = session
	return req
}

func (f *modelFork) write(t *rapid.T, req *zk.Request) {
	z := f.ahead.Zxid() + 1
	reply, err := f.pair.writeAs(t, req, tree.Meta{EnforceQuota: true, ExtendedTypes: true})
	want, codes := f.model.write(req, z, 1000*int64(z.Counter()))
	require.Equal(t, want, err, "%+v", req)
	var got []zk.Err
	for _, result := range reply.Results {
		got = append(got, result.Err)
	}
	require.Equal(t, codes, got, "%+v", req)
}

// limit opens the session of alice and gives /a a quota, which chance alone would hardly do.
func (f *modelFork) limit(t *rapid.T) {
	f.write(t, &zk.Request{Op: zk.OpCreateSession, Session: alice, TimeoutMs: 7})
	f.write(t, create("/a"))
	f.write(t, create(modelQuotas+"/a"))
	limits := create(modelQuotas + "/a/zookeeper_limits")
	limits.Data = []byte("count=-1,bytes=-1=;byteHardLimit=9;countHardLimit=2")
	f.write(t, limits)
	f.write(t, create(modelQuotas+"/a/zookeeper_stats"))
}

func TestTreeEqualsModelAcrossForks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		forks := []*modelFork{{
			pair: &pair{ahead: tree.New(), applied: tree.New()}, model: newModel(),
		}}
		forks[0].limit(t)
		pick := func() *modelFork { return forks[rapid.IntRange(0, len(forks)-1).Draw(t, "fork")] }
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				f := pick()
				for range rapid.IntRange(1, 20).Draw(t, "writes") {
					f.write(t, drawRequest(t))
				}
			},
			"fork": func(t *rapid.T) {
				if len(forks) == 4 {
					return
				}
				f := pick()
				forks = append(forks, &modelFork{model: f.model.clone(), pair: &pair{
					ahead: f.ahead.Clone(), applied: f.applied.Clone()}})
			},
			"lead again": func(t *rapid.T) { // prepared = applied
				f := pick()
				f.ahead = f.applied.Clone()
			},
			"restart": func(t *rapid.T) {
				f := pick()
				f.applied = restoredCopy(t, f.applied)
			},
			"": func(t *rapid.T) {
				for _, f := range forks {
					f.model.check(t, f.applied)
					require.Equal(t, state(f.ahead), state(f.applied))
				}
			},
		})
	})
}
