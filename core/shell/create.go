package shell

import (
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

// ttlMax is the longest time to live in milliseconds that Apache's client lets pass.
const ttlMax = 1<<40 - 1

func parseCreate(o *options) (Command, *Error) {
	mode, ttl, err := o.createMode()
	if err != nil {
		return Command{}, err
	}
	c := Command{Req: zk.Request{
		Op: createOp(mode), Path: o.rest[0], ACL: zk.OpenACL, Mode: mode, TTL: ttl,
	}}
	if len(o.rest) > 1 {
		c.Req.Data = []byte(o.rest[1])
	}
	if len(o.rest) > 2 {
		c.Req.ACL, c.said = parseACLs(o.rest[2])
	}
	if len(c.Req.ACL) == 0 {
		said := lines(append(c.said, "KeeperErrorCode = InvalidACL", "Acl is not valid : null"))
		return Command{}, failAs(said, CodeACL, o.rest[2])
	}
	path := c.Req.Path
	if mode.IsSequential() {
		path += "1" // a sequential name may end with a slash, as Apache's client checks it
	}
	return c, checkPath(path)
}

// createOp returns the operation that Apache's zkCli asks for; all but those of containers and of
// times to live could do with any.
func createOp(mode zk.CreateMode) zk.Op {
	switch {
	case mode == zk.Container:
		return zk.OpCreateContainer
	case mode.HasTTL():
		return zk.OpCreateTTL
	}
	return zk.OpCreate
}

// createMode reads what kind of znode the options ask for.
func (o *options) createMode() (mode zk.CreateMode, ttl int64, err *Error) {
	ephemeral, sequential := o.has('e'), o.has('s')
	switch {
	case o.has('c') && (ephemeral || sequential):
		return 0, 0, refuse("-c cannot be combined with -s or -e. " +
			"Containers cannot be ephemeral or sequential.")
	case o.has('t') && ephemeral:
		return 0, 0, refuse("TTLs cannot be used with Ephemeral znodes")
	case o.has('t') && o.has('c'):
		return 0, 0, refuse("TTLs cannot be used with Container znodes")
	}
	if o.has('t') {
		ttl, err = o.ttl()
	}
	return kind(ephemeral, sequential, o.has('c'), o.has('t')), ttl, err
}

// kind returns the mode of a combination that makes sense.
func kind(ephemeral, sequential, container, ttl bool) zk.CreateMode {
	switch {
	case container:
		return zk.Container
	case ephemeral && sequential:
		return zk.EphemeralSequential
	case ephemeral:
		return zk.Ephemeral
	case sequential && ttl:
		return zk.PersistentSequentialWithTTL
	case ttl:
		return zk.PersistentWithTTL
	case sequential:
		return zk.PersistentSequential
	}
	return zk.Persistent
}

func (o *options) ttl() (int64, *Error) {
	text := o.values['t']
	ttl, bad := strconv.ParseInt(text, 10, 64)
	if bad != nil {
		return 0, failAs("-t argument must be a long value", CodeNumber, text, o.usage)
	}
	if ttl <= 0 || ttl > ttlMax {
		return 0, refuse("ttl must be positive and cannot be larger than: " +
			strconv.FormatInt(ttlMax, 10))
	}
	return ttl, nil
}
