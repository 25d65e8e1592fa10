package node

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// auth takes what a connection says to be, which needs no transaction and waits for nothing: the
// identities belong to the connection, not to its session. A failure ends the connection.
func (n *Node) auth(c *conn, req *zk.Request) {
	if req.Malformed {
		n.refuseClient(c)
		return
	}
	err := n.authenticate(c, req)
	n.say(c, step.ToClient{Kind: step.Reply, Op: zk.OpAuth, Xid: req.Xid, Err: err})
	if err != zk.OK {
		n.s.Emit(trace.Event{Kind: trace.Refused, Sess: c.session, Why: zk.BadMessage})
		n.dropConn(c)
	}
}

// identitiesMax bounds what one connection may be at once; Apache does not.
const identitiesMax = 1000

// authenticate knows digest, which believes every name and password, and ip, which knows already.
func (n *Node) authenticate(c *conn, req *zk.Request) zk.Err {
	switch {
	case req.Scheme == "ip":
		return zk.OK
	case req.Scheme != "digest" || req.Auth == nil || len(c.ids) >= identitiesMax:
		return zk.ErrAuthFailed
	}
	id := digest(string(req.Auth))
	super := []byte(n.cfg.SuperDigest)
	if len(super) > 0 && subtle.ConstantTimeCompare([]byte(id), super) == 1 {
		c.identify(zk.Identity{Scheme: "super"})
	}
	c.identify(zk.Identity{Scheme: "digest", ID: id})
	return zk.OK
}

// digest is what stands in access lists for "user:password" (DigestAuthenticationProvider.java).
func digest(userAndPassword string) string {
	user, _, _ := strings.Cut(userAndPassword, ":")
	sum := sha1.Sum([]byte(userAndPassword))
	return user + ":" + base64.StdEncoding.EncodeToString(sum[:])
}

// identify adds an identity. Requests hold the old list, so it is never written.
func (c *conn) identify(id zk.Identity) {
	if !slices.Contains(c.ids, id) {
		c.ids = append(slices.Clip(c.ids), id)
	}
}

// whoAmI lists the identities, of a digest the user alone.
func (c *conn) whoAmI() []zk.Identity {
	who := slices.Clone(c.ids)
	for i := range who {
		if who[i].Scheme == "digest" {
			who[i].ID, _, _ = strings.Cut(who[i].ID, ":")
		}
	}
	return who
}
