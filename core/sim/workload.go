package sim

import (
	"math/rand/v2"
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

// deed draws one operation and its line in zkCli's grammar, without the client. What the grammar
// does not have gets the line that comes nearest.
type deed func(p *rand.PCG) (*zk.Request, string)

// deeds are what clients do in random runs; a deed that is there twice is drawn twice as often.
var deeds = [...]deed{
	askCreate, askCreate, askCreateBelow, askCreateBelow, askCreateSequential,
	askCreateTransient, askCreateOdd,
	askSet, askSet, askSet, askSet, askSetVersion, askRemove, askRemove, askRemoveBelow,
	askGet, askGet, askGet, askStat, askStat, askSync, askSync,
	askList, askList, askListBelow, askListOld,
	askMulti, askMulti, askMultiRead, askCheckAlone,
	askGetACL, askSetACL, askSetACL, askAuth, askWhoAmI,
	askQuota, askQuotaStats, askEphemerals, askCountAll,
	askAddWatch, askAddWatch, askRemoveWatch, askCheckWatch,
	askReconfig, askOdd,
}

// drawRequest draws an operation on one of a few znodes, with its line.
func drawRequest(p *rand.PCG) (*zk.Request, string) {
	return deeds[below(p, uint64(len(deeds)))](p)
}

func number(p *rand.PCG, n uint64) string { return strconv.FormatUint(below(p, n), 10) }

func drawPath(p *rand.PCG) string { return "/k" + number(p, 6) }

func drawChild(p *rand.PCG) string { return drawPath(p) + "/c" + number(p, 3) }

func drawData(p *rand.PCG) string { return number(p, 1000) }

// drawVersion draws a version that is now and then the right one.
func drawVersion(p *rand.PCG) int32 { return int32(below(p, 6)) }

func versionFlag(v int32) string {
	if v < 0 {
		return ""
	}
	return "-v " + strconv.Itoa(int(v)) + " "
}

func createAt(path, data string) (*zk.Request, string) {
	return &zk.Request{
		Op: zk.OpCreate, Path: path, Data: []byte(data), ACL: zk.OpenACL,
	}, "create " + path + " " + data
}

func askCreate(p *rand.PCG) (*zk.Request, string) {
	req, line := createAt(drawPath(p), drawData(p))
	if below(p, 4) == 0 {
		req.Op = zk.OpCreate2
	}
	return req, line
}

func askCreateBelow(p *rand.PCG) (*zk.Request, string) {
	return createAt(drawChild(p), drawData(p))
}

func askCreateSequential(p *rand.PCG) (*zk.Request, string) {
	data := drawData(p)
	switch below(p, 4) {
	case 0:
		req, line := createAt(drawPath(p)+"/s-", data)
		req.Mode = zk.PersistentSequential
		return req, "create -s" + line[len("create"):]
	case 1:
		req, line := createAt("/e"+number(p, 3), data)
		req.Mode = zk.Ephemeral
		return req, "create -e" + line[len("create"):]
	}
	req, line := createAt("/e-", data)
	req.Mode = zk.EphemeralSequential
	return req, "create -s -e" + line[len("create"):]
}

// createTransient makes a container or a znode with a time to live.
func askCreateTransient(p *rand.PCG) (*zk.Request, string) {
	if below(p, 2) == 0 {
		req, line := createAt(drawPath(p), drawData(p))
		req.Op, req.Mode = zk.OpCreateContainer, zk.Container
		return req, "create -c" + line[len("create"):]
	}
	ttl := int64(500 + 500*below(p, 20))
	req, line := createAt("/t"+number(p, 3), drawData(p))
	req.Op, req.Mode, req.TTL = zk.OpCreateTTL, zk.PersistentWithTTL, ttl
	options := "create -t "
	if below(p, 2) == 0 {
		req.Mode, options = zk.PersistentSequentialWithTTL, "create -s -t "
	}
	return req, options + strconv.FormatInt(ttl, 10) + line[len("create"):]
}

// createOdd asks for what must be refused.
func askCreateOdd(p *rand.PCG) (*zk.Request, string) {
	path := [...]string{"/none/x", "/e0/x", "/zookeeper", "/e-0/y"}[below(p, 4)]
	return createAt(path, drawData(p))
}

func setAt(path, data string, version int32) (*zk.Request, string) {
	return &zk.Request{
		Op: zk.OpSetData, Path: path, Data: []byte(data), Version: version,
	}, "set " + versionFlag(version) + path + " " + data
}

func askSet(p *rand.PCG) (*zk.Request, string) {
	return setAt(drawPath(p), drawData(p), -1)
}

func askSetVersion(p *rand.PCG) (*zk.Request, string) {
	return setAt(drawPath(p), drawData(p), drawVersion(p))
}

func removeAt(path string, version int32) (*zk.Request, string) {
	return &zk.Request{Op: zk.OpDelete, Path: path, Version: version},
		"delete " + versionFlag(version) + path
}

func askRemove(p *rand.PCG) (*zk.Request, string) {
	version := int32(-1)
	if below(p, 3) == 0 {
		version = drawVersion(p)
	}
	return removeAt(drawPath(p), version)
}

func askRemoveBelow(p *rand.PCG) (*zk.Request, string) { return removeAt(drawChild(p), -1) }

func watchFlag(watch bool) string {
	if watch {
		return "-w "
	}
	return ""
}

// readAt asks for path with a read that may set a watch.
func readAt(p *rand.PCG, op zk.Op, word, path string) (*zk.Request, string) {
	req := &zk.Request{Op: op, Path: path, Watch: below(p, 2) == 0}
	return req, word + " " + watchFlag(req.Watch) + path
}

func askGet(p *rand.PCG) (*zk.Request, string) {
	return readAt(p, zk.OpGetData, "get", drawPath(p))
}

func askStat(p *rand.PCG) (*zk.Request, string) {
	return readAt(p, zk.OpExists, "stat", drawPath(p))
}

func askList(p *rand.PCG) (*zk.Request, string) {
	return readAt(p, zk.OpGetChildren2, "ls", "/")
}

func askListBelow(p *rand.PCG) (*zk.Request, string) {
	return readAt(p, zk.OpGetChildren2, "ls", drawPath(p))
}

func askListOld(p *rand.PCG) (*zk.Request, string) {
	return readAt(p, zk.OpGetChildren, "ls", drawPath(p))
}

func askSync(p *rand.PCG) (*zk.Request, string) { return about(zk.OpSync, "sync", drawPath(p)) }

// about asks one thing of a path.
func about(op zk.Op, word, path string) (*zk.Request, string) {
	return &zk.Request{Op: op, Path: path}, word + " " + path
}

// multi draws a few writes that take effect together, or not at all.
func askMulti(p *rand.PCG) (*zk.Request, string) { return multiOf(p, 2+below(p, 4)) }

func multiOf(p *rand.PCG, n uint64) (*zk.Request, string) {
	parts := [...]deed{
		askCreate, askCreateBelow, askCreateSequential, askSet, askSet, askSetVersion, askRemove,
		askCheck,
	}
	req, line := &zk.Request{Op: zk.OpMulti}, "multi"
	for i := range n {
		op, text := parts[below(p, uint64(len(parts)))](p)
		if i > 0 {
			line += " ;"
		}
		req.Ops, line = append(req.Ops, *op), line+" "+text
	}
	return req, line
}

// multiRead has no line: the nearest is its first part.
func askMultiRead(p *rand.PCG) (*zk.Request, string) {
	first, line := askGet(p)
	first.Watch = false
	return &zk.Request{Op: zk.OpMultiRead, Ops: []zk.Request{
		*first, {Op: zk.OpGetChildren, Path: drawPath(p)}, {Op: zk.OpGetData, Path: "/none"},
	}}, line
}

func askCheck(p *rand.PCG) (*zk.Request, string) {
	v := drawVersion(p) - 1
	path := drawPath(p)
	return &zk.Request{Op: zk.OpCheck, Path: path, Version: v},
		"check " + versionFlag(v) + path
}

// checkAlone has no line but that of a multi.
func askCheckAlone(p *rand.PCG) (*zk.Request, string) {
	req, line := askCheck(p)
	return req, "multi " + line
}

func askGetACL(p *rand.PCG) (*zk.Request, string) {
	return about(zk.OpGetACL, "getAcl", drawPath(p))
}

// owners are the identities that the znodes of random runs belong to.
var owners = [...]zk.ACL{
	{Perms: zk.PermAll, Scheme: "world", ID: "anyone"},
	{Perms: zk.PermAll, Scheme: "world", ID: "anyone"},
	{Perms: zk.PermRead | zk.PermAdmin, Scheme: "world", ID: "anyone"},
	{Perms: zk.PermAll, Scheme: "digest", ID: "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ="},
	{Perms: zk.PermAll, Scheme: "auth", ID: ""},
	{Perms: zk.PermAll, Scheme: "ip", ID: "10.0.0.1"},
	{Perms: zk.PermAll, Scheme: "nobody", ID: "x"},
}

// setACL gives a znode to somebody else, below whom not many dare to go.
func askSetACL(p *rand.PCG) (*zk.Request, string) {
	acl := owners[below(p, uint64(len(owners)))]
	path, perms := "/k"+number(p, 3), "cdrwa"
	if acl.Perms != zk.PermAll {
		perms = "ra"
	}
	return &zk.Request{Op: zk.OpSetACL, Path: path, ACL: []zk.ACL{acl}, Version: -1},
		"setAcl " + path + " " + acl.Scheme + ":" + acl.ID + ":" + perms
}

func askAuth(p *rand.PCG) (*zk.Request, string) {
	who := [...]string{"u:p", "v:q", "super:x"}[below(p, 3)]
	return &zk.Request{Op: zk.OpAuth, Scheme: "digest", Auth: []byte(who)}, "addauth digest " + who
}

func askWhoAmI(*rand.PCG) (*zk.Request, string) { return &zk.Request{Op: zk.OpWhoAmI}, "whoami" }

// quota limits one znode, step by step: the path above the limits comes first.
func askQuota(p *rand.PCG) (*zk.Request, string) {
	path := zk.QuotaPath + "/k0"
	limits := [...]string{
		"count=3,bytes=40", "count=-1,bytes=-1=;byteHardLimit=12;countHardLimit=3", "count=x",
	}[below(p, 3)]
	switch below(p, 5) {
	case 0, 1:
		return createAt(path, "")
	case 2:
		return removeAt(path+"/"+zk.QuotaLimit, -1)
	case 3:
		return setAt(path+"/"+zk.QuotaLimit, limits, -1)
	}
	return createAt(path+"/"+zk.QuotaLimit, limits)
}

func askQuotaStats(p *rand.PCG) (*zk.Request, string) {
	path := zk.QuotaPath + "/k0/" + zk.QuotaStats
	if below(p, 2) == 0 {
		return about(zk.OpGetData, "get", path)
	}
	return createAt(path, "count=0,bytes=0")
}

func askEphemerals(p *rand.PCG) (*zk.Request, string) {
	return about(zk.OpGetEphemerals, "getEphemerals", [...]string{"/", "/e"}[below(p, 2)])
}

func askCountAll(p *rand.PCG) (*zk.Request, string) {
	return about(zk.OpGetAllChildrenNumber, "getAllChildrenNumber", drawPath(p))
}

func askAddWatch(p *rand.PCG) (*zk.Request, string) {
	path := [...]string{"/", drawPath(p)}[below(p, 2)]
	if below(p, 2) == 0 {
		return &zk.Request{Op: zk.OpAddWatch, Path: path}, "addWatch -m PERSISTENT " + path
	}
	return &zk.Request{Op: zk.OpAddWatch, Path: path, WatchMode: zk.WatchPersistentRecursive},
		"addWatch " + path
}

func askRemoveWatch(p *rand.PCG) (*zk.Request, string) {
	path := [...]string{"/", drawPath(p)}[below(p, 2)]
	kind := below(p, 3)
	return &zk.Request{
		Op: zk.OpRemoveWatches, Path: path, Watcher: zk.WatcherType(1 + kind),
	}, "removewatches " + path + [...]string{" -c", " -d", " -a"}[kind]
}

// checkWatch has no line.
func askCheckWatch(p *rand.PCG) (*zk.Request, string) {
	req, _ := askRemoveWatch(p)
	req.Op = zk.OpCheckWatches
	return req, "stat " + req.Path
}

// noLine is the line of a write without one: it fails too, and takes a zxid.
const noLine = "delete /none"

// askReconfig has no line, because zkCli refuses it too.
func askReconfig(*rand.PCG) (*zk.Request, string) {
	return &zk.Request{Op: zk.OpReconfig, Leaving: "9"}, noLine
}
