package sim

import (
	"math/rand/v2"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// odds are what no well-behaved client asks, and what hardly any does. They have no line.
var odds = [...]func(p *rand.PCG) *zk.Request{
	oddSet, oddGet, oddDeleteContainer, oddPart, oddOperation, oddSession, oddWatchMode,
	oddWatchCheck, oddCreate, oddCreate, oddSetWatches, oddSASL, oddAuth, oddConfig, oddPath,
	oddDelete, oddACL, oddShownACL, oddMultiCreate, oddMultiRead, oddCount,
}

// askOdd draws one of odds.
func askOdd(p *rand.PCG) (*zk.Request, string) {
	req := odds[below(p, uint64(len(odds)))](p)
	if req.Op.IsWrite() {
		return req, noLine
	}
	return req, "ls /"
}

func oddSet(*rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpSetData, Path: "/", Malformed: true}
}

func oddGet(*rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpGetData, Path: "/", Malformed: true}
}

func oddDeleteContainer(p *rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpDeleteContainer, Path: drawPath(p)}
}

// oddPart is a multi with an operation that may not be part of one.
func oddPart(p *rand.PCG) *zk.Request {
	part, _ := askSetACL(p)
	return &zk.Request{Op: zk.OpMulti, Ops: []zk.Request{*part}}
}

// oddOperation is one that nobody knows: the server closes the connection.
func oddOperation(*rand.PCG) *zk.Request { return &zk.Request{Op: 77, Path: "/"} }

// oddSession is for servers only.
func oddSession(*rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpCreateSession, TimeoutMs: 4000}
}

func oddWatchMode(*rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpAddWatch, Path: "/", WatchMode: 7}
}

func oddWatchCheck(p *rand.PCG) *zk.Request {
	path := [...]string{"", "k0"}[below(p, 2)]
	return &zk.Request{Op: zk.OpCheckWatches, Path: path, Watcher: zk.WatcherAny}
}

func oddSetWatches(*rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpSetWatches, Malformed: true}
}

func oddSASL(*rand.PCG) *zk.Request { return &zk.Request{Op: zk.OpSASL} }

// oddCreate asks for a znode that cannot be.
func oddCreate(p *rand.PCG) *zk.Request {
	req, _ := createAt(drawPath(p), drawData(p))
	switch below(p, 8) {
	case 0:
		req.Mode = 9
	case 1:
		req.Mode = zk.PersistentWithTTL // without one
	case 2:
		req.Op, req.Mode = zk.OpCreateTTL, zk.PersistentWithTTL // of nothing
	case 3:
		req.Path = "k0"
	case 4:
		req.Path = [...]string{"/k0//x", "/k0/../x", "/k0/."}[below(p, 3)]
	case 5:
		req.ACL = nil
	case 6:
		req.Path = "/k0/\x01"
	case 7: // small limits forbid it
		req.Path = "/" + strings.Repeat("k", 50)
	}
	return req
}

// oddAuth is what a client says that has no password, or a scheme that nobody knows.
func oddAuth(p *rand.PCG) *zk.Request {
	req := &zk.Request{Op: zk.OpAuth, Scheme: [...]string{"ip", "ip", "nobody"}[below(p, 3)]}
	req.Malformed = below(p, 4) == 0
	return req
}

// oddConfig reads the znode whose text no transaction carries.
func oddConfig(p *rand.PCG) *zk.Request {
	ops := [...]zk.Op{zk.OpGetData, zk.OpGetData, zk.OpExists, zk.OpGetChildren}
	return &zk.Request{Op: ops[below(p, uint64(len(ops)))], Path: "/zookeeper/config"}
}

// oddPath asks for a znode that no path leads to.
func oddPath(p *rand.PCG) *zk.Request {
	ops := [...]zk.Op{zk.OpExists, zk.OpGetData, zk.OpSetData, zk.OpSetACL, zk.OpGetACL}
	paths := [...]string{"/k0/\x00", "k0", "/k0/", "/./k0"}
	return &zk.Request{
		Op: ops[below(p, uint64(len(ops)))], Path: paths[below(p, uint64(len(paths)))],
		ACL: zk.OpenACL, Version: -1,
	}
}

// oddDelete asks for the end of what must stay.
func oddDelete(p *rand.PCG) *zk.Request {
	path := [...]string{"/", "/zookeeper", "/zookeeper/quota"}[below(p, 3)]
	return &zk.Request{Op: zk.OpDelete, Path: path, Version: -1}
}

// oddACL sets a list with an entry twice, or of a version that is now and then the right one.
func oddACL(p *rand.PCG) *zk.Request {
	req, _ := askSetACL(p)
	req.Version = drawVersion(p)
	if below(p, 2) == 0 {
		req.ACL, req.Version = append(req.ACL, req.ACL...), -1
	}
	return req
}

// oddShownACL lets everybody read a list with the hash of a password in it.
func oddShownACL(p *rand.PCG) *zk.Request {
	return &zk.Request{
		Op: zk.OpSetACL, Path: "/k" + number(p, 3), Version: -1, ACL: []zk.ACL{
			{Perms: zk.PermRead, Scheme: "world", ID: "anyone"}, owners[3],
		},
	}
}

// oddMultiCreate makes znodes in a multi that are usually made outside.
func oddMultiCreate(p *rand.PCG) *zk.Request {
	container, _ := createAt(drawPath(p), drawData(p))
	container.Mode = zk.Container
	passing, _ := createAt("/t"+number(p, 3), drawData(p))
	passing.Op, passing.Mode, passing.TTL = zk.OpCreateTTL, zk.PersistentWithTTL, 500
	if below(p, 2) == 0 {
		passing.Op = zk.OpCreate
	}
	parts := []zk.Request{*container, *passing}
	return &zk.Request{Op: zk.OpMulti, Ops: parts[below(p, 2):]}
}

// oddMultiRead reads what a multi cannot.
func oddMultiRead(p *rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpMultiRead, Ops: []zk.Request{{Op: zk.OpExists, Path: drawPath(p)}}}
}

// oddCount counts all znodes, with their root or without.
func oddCount(p *rand.PCG) *zk.Request {
	return &zk.Request{Op: zk.OpGetAllChildrenNumber, Path: [...]string{"/", ""}[below(p, 2)]}
}
