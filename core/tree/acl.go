package tree

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// readACL protects /zookeeper/config (since 3.5.3).
var readACL = []zk.ACL{{Perms: zk.PermRead, Scheme: "world", ID: "anyone"}}

// allowed reports whether a list grants perm to a connection with the given identities
// (ZooKeeperServer.java checkACL). Everybody is world:anyone without having it listed.
func allowed(acl []zk.ACL, perm zk.Perm, ids []zk.Identity) bool {
	for i := range acl {
		if acl[i].Perms&perm != 0 && holds(&acl[i], ids) {
			return true
		}
	}
	for i := range ids {
		if ids[i].Scheme == "super" {
			return true
		}
	}
	return len(acl) == 0
}

func holds(entry *zk.ACL, ids []zk.Identity) bool {
	if isWorld(entry) {
		return true
	}
	for i := range ids {
		if ids[i].Scheme == entry.Scheme && matches(entry, ids[i].ID) {
			return true
		}
	}
	return false
}

func isWorld(entry *zk.ACL) bool { return entry.Scheme == "world" && entry.ID == "anyone" }

func matches(entry *zk.ACL, id string) bool {
	if entry.Scheme != "ip" {
		return entry.ID == id
	}
	network, bits, ok := parseNetwork(entry.ID)
	addr, known := parseIPv4(id)
	return ok && known && (network^addr)>>(32-bits) == 0
}

// fixACL returns the list that is stored for the one that a client sent: without duplicates, then
// "auth" replaced by the connection's own identities. An empty or malformed list is ErrInvalidACL
// (PrepRequestProcessor.java fixupACL).
func fixACL(acl []zk.ACL, ids []zk.Identity) ([]zk.ACL, zk.Err) {
	if slices.Equal(acl, zk.OpenACL) {
		return zk.OpenACL, zk.OK
	}
	var fixed []zk.ACL
	isRepeated := repeats(acl)
	for i := range acl {
		entry := acl[i]
		switch {
		case isRepeated(i):
		case isWorld(&entry), isValid(&entry):
			fixed = append(fixed, entry)
		case entry.Scheme == "auth":
			before := len(fixed)
			fixed = appendOwn(fixed, entry.Perms, ids)
			if len(fixed) == before || len(fixed) > aclMax {
				return nil, zk.ErrInvalidACL
			}
		default:
			return nil, zk.ErrInvalidACL
		}
	}
	if len(fixed) == 0 {
		return nil, zk.ErrInvalidACL
	}
	return shareACL(fixed), zk.OK
}

// aclMax is more entries than a request can carry: only "auth" can make a list longer than it came.
const aclMax = 1 << 17

// repeats returns whether the i-th entry of a list was there before, asked in order. A long list
// has an index, so that nobody keeps a leader busy with one.
func repeats(acl []zk.ACL) func(i int) bool {
	const long = 64
	if len(acl) < long {
		return func(i int) bool { return slices.Contains(acl[:i], acl[i]) }
	}
	seen := make(map[zk.ACL]bool, len(acl))
	return func(i int) bool {
		before := seen[acl[i]]
		seen[acl[i]] = true
		return before
	}
}

// appendOwn grants perms to what a connection has proved to be; its address proves nothing.
func appendOwn(acl []zk.ACL, perms zk.Perm, ids []zk.Identity) []zk.ACL {
	for _, id := range ids {
		if id.Scheme == "digest" {
			acl = append(acl, zk.ACL{Perms: perms, Scheme: id.Scheme, ID: id.ID})
		}
	}
	return acl
}

// shareACL lets the most common list have one copy.
func shareACL(acl []zk.ACL) []zk.ACL {
	if slices.Equal(acl, zk.OpenACL) {
		return zk.OpenACL
	}
	return acl
}

// shownACL is what getACL returns: whoever may not change the list does not see the hashes of
// passwords in it.
func shownACL(acl []zk.ACL, ids []zk.Identity) []zk.ACL {
	if allowed(acl, zk.PermAdmin, ids) {
		return acl
	}
	shown := slices.Clone(acl)
	for i := range shown {
		if user, _, ok := strings.Cut(shown[i].ID, ":"); ok && shown[i].Scheme == "digest" {
			shown[i].ID = user + ":x"
		}
	}
	return shown
}

// isValid judges the id of an entry of a scheme that grants to others than everybody. A digest has
// two parts; like Java's split, colons at the end make none.
func isValid(entry *zk.ACL) bool {
	switch entry.Scheme {
	case "digest":
		return strings.Count(strings.TrimRight(entry.ID, ":"), ":") == 1
	case "ip":
		_, _, ok := parseNetwork(entry.ID)
		return ok
	}
	return false
}

// parseNetwork reads an IPv4 address, or one and the number of its bits that count. Apache 3.8
// knows no others (IPAuthenticationProvider.java).
func parseNetwork(text string) (addr uint32, bits int, ok bool) {
	host, length, limited := strings.Cut(text, "/")
	addr, ok = parseIPv4(host)
	if !limited {
		return addr, 32, ok
	}
	bits, err := strconv.Atoi(length)
	return addr, bits, ok && err == nil && bits >= 0 && bits <= 32
}

func parseIPv4(text string) (addr uint32, ok bool) {
	parts := 0
	for part := range strings.SplitSeq(text, ".") {
		v, err := strconv.Atoi(part)
		if err != nil || v < 0 || v > 255 {
			return 0, false
		}
		addr = addr<<8 | uint32(v)
		parts++
	}
	return addr, parts == 4
}
