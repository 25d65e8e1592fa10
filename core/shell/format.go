package shell

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// format prints what zkCli prints for a command of one request that succeeded.
func format(t *Text, c *Command, reply *zk.Reply) {
	switch c.Req.Op {
	case zk.OpCreate, zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		t.complain("Created " + reply.Path)
	case zk.OpGetData:
		t.print(dataText(c, reply.Data))
	case zk.OpGetChildren2:
		t.print(list(reply.Children))
	case zk.OpGetEphemerals:
		t.print(list(reply.Children))
	case zk.OpGetAllChildrenNumber:
		t.print(strconv.Itoa(int(reply.Num)))
	case zk.OpGetACL:
		t.print(aclText(reply.ACL))
	case zk.OpWhoAmI:
		t.print(whoText(reply.Who))
	case zk.OpSync:
		t.print("Sync is OK")
	}
	if c.stat {
		t.print(StatBlock(&reply.Stat))
	}
}

func list(names []string) string { return "[" + strings.Join(sorted(names), ", ") + "]" }

func aclText(acls []zk.ACL) string {
	out := make([]string, 0, 2*len(acls))
	for _, a := range acls {
		out = append(out, "'"+a.Scheme+",'"+a.ID, ": "+permString(a.Perms))
	}
	return lines(out)
}

func whoText(who []zk.Identity) string {
	var out []string
	for _, w := range who {
		out = append(out, w.Scheme+": "+w.ID)
	}
	return lines(append([]string{"Auth scheme: User"}, sorted(out)...))
}

func dataText(c *Command, data []byte) string {
	switch {
	case c.brief:
		return connectString(string(data))
	case data == nil:
		return "null"
	case c.base64:
		return base64.StdEncoding.EncodeToString(data)
	}
	return string(data)
}

// data returns the bytes that an operand of set stands for.
func (o *options) data(text string) ([]byte, *Error) {
	if !o.has('b') {
		return []byte(text), nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, refuse("Illegal base64: " + text)
	}
	return data, nil
}

// connectString makes of a configuration what config -c prints: its version, and where clients
// reach its servers (ConfigUtils.java).
func connectString(config string) string {
	version, hosts := "", []string{}
	for line := range strings.SplitSeq(config, "\n") {
		key, value, _ := strings.Cut(line, "=")
		_, client, served := strings.Cut(value, ";")
		switch {
		case key == "version":
			version = value
		case !served || !strings.HasPrefix(key, "server."):
		case strings.Contains(client, ":"):
			hosts = append(hosts, client)
		default:
			hosts = append(hosts, "0.0.0.0:"+client)
		}
	}
	return version + " " + strings.Join(hosts, ",")
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

// Sentence returns what zkCli prints for an operation that failed with err.
func Sentence(op zk.Op, path string, err zk.Err) string {
	for _, s := range sentences {
		if s.err != err {
			continue
		}
		if err == zk.ErrInvalidACL && op.IsCreate() {
			return keeperMessage(path, err) + "\n" + s.text + path
		}
		return s.text + path
	}
	return keeperMessage(path, err)
}

func syncFailed(err zk.Err) string { return "Sync has failed. rc=" + strconv.Itoa(int(err)) }

// keeperMessage returns what KeeperException says.
func keeperMessage(path string, err zk.Err) string {
	text := "KeeperErrorCode = " + keeperName(err)
	if path != "" {
		text += " for " + path
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

// NotConnected is what zkCli prints instead of sending anything when its session is over.
const NotConnected = "Not connected"

// Event returns what zkCli prints when a watch fires, or about the connection when the type is
// None, with its blank lines.
func Event(state string, ev zk.EventType, path string) string {
	if ev == zk.EventNone {
		path = "null"
	}
	return "\nWATCHER::\n\nWatchedEvent state:" + state + " type:" + ev.String() + " path:" + path
}

// Prompt returns zkCli's prompt for the n-th command of a session at host.
func Prompt(host, state string, n int) string {
	return "[zk: " + host + "(" + state + ") " + strconv.Itoa(n) + "] "
}
