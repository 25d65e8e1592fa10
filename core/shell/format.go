package shell

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// Format returns what zkCli prints for a command that succeeded, "" for the silent ones.
func Format(c *Command, reply *zk.Reply) string {
	switch c.Req.Op {
	case zk.OpCreate, zk.OpCreate2:
		return "Created " + reply.Path
	case zk.OpGetData:
		return withStat(c, dataText(reply.Data), reply)
	case zk.OpGetChildren2:
		return withStat(c, "["+strings.Join(sorted(reply.Children), ", ")+"]", reply)
	case zk.OpExists:
		return StatBlock(&reply.Stat)
	case zk.OpSetData, zk.OpSetACL:
		if c.stat {
			return StatBlock(&reply.Stat)
		}
	case zk.OpGetACL:
		return withStat(c, aclText(reply.ACL), reply)
	case zk.OpSync:
		return "Sync is OK"
	}
	return ""
}

func aclText(acls []zk.ACL) string {
	out := make([]string, 0, 2*len(acls))
	for _, a := range acls {
		out = append(out, "'"+a.Scheme+",'"+a.ID, ": "+permString(a.Perms))
	}
	return lines(out)
}

func withStat(c *Command, text string, reply *zk.Reply) string {
	if !c.stat {
		return text
	}
	return text + "\n" + StatBlock(&reply.Stat)
}

func dataText(data []byte) string {
	if data == nil {
		return "null"
	}
	return string(data)
}

// multiOutput prints a line for each operation: what it did, or its code.
func multiOutput(c *Command, reply *zk.Reply) string {
	out := make([]string, 0, len(reply.Results))
	for i := range reply.Results {
		res := &reply.Results[i]
		path := res.Path
		if path == "" && i < len(c.Req.Ops) {
			path = c.Req.Ops[i].Path
		}
		out = append(out, res.Op.String()+" "+path+": "+res.Err.String())
	}
	return lines(out)
}

// sentences are zkCli's own words for the outcomes that it words itself; the path follows.
var sentences = [...]struct {
	err  zk.Err
	text string
}{
	{zk.ErrNoNode, "Node does not exist: "},
	{zk.ErrNoChildrenForEphemerals, "Ephemerals cannot have children: "},
	{zk.ErrNodeExists, "Node already exists: "},
	{zk.ErrNotEmpty, "Node not empty: "},
	{zk.ErrNotReadOnly, "Not a read-only call: "},
	{zk.ErrInvalidACL, "Acl is not valid : "},
	{zk.ErrNoAuth, "Insufficient permission : "},
	{zk.ErrBadArguments, "Arguments are not valid : "},
	{zk.ErrBadVersion, "version No is not valid : "},
	{zk.ErrQuotaExceeded, "Quota has exceeded : "},
}

// Sentence returns what zkCli prints for a command that failed with err.
func Sentence(c *Command, err zk.Err) string {
	if c.Req.Op == zk.OpSync {
		return "Sync has failed. rc=" + strconv.Itoa(int(err))
	}
	for _, s := range sentences {
		if s.err == err {
			return s.text + c.Req.Path
		}
	}
	text := "KeeperErrorCode = " + keeperName(err)
	if c.Req.Path != "" {
		text += " for " + c.Req.Path
	}
	return text
}

// keeperName returns the name that KeeperException prints, which differs from the code's name here
// and there.
func keeperName(err zk.Err) string {
	switch err {
	case zk.ErrSessionExpired:
		return "Session expired"
	case zk.ErrSessionMoved:
		return "Session moved"
	case zk.ErrInvalidCallback:
		return "Invalid callback"
	case zk.ErrEphemeralOnLocalSession:
		return "Ephemeral node on local session"
	case zk.ErrNoWatcher:
		return "No such watcher"
	case zk.ErrReconfigDisabled:
		return "Reconfig is disabled"
	case zk.ErrThrottled:
		return "Op throttled due to high load"
	}
	return err.String()
}

// Event returns what zkCli prints when a watch fires, with its blank lines.
func Event(ev zk.EventType, path string, zxid zk.Zxid) string {
	return "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:" + ev.String() +
		" path:" + path + " zxid: " + strconv.FormatInt(int64(zxid), 10)
}

// Prompt returns zkCli's prompt for the n-th command of a session at host.
func Prompt(host, state string, n int) string {
	return "[zk: " + host + "(" + state + ") " + strconv.Itoa(n) + "] "
}

func lines(text []string) string { return strings.Join(text, "\n") }
