package tree

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// readACL protects /zookeeper/config (since 3.5.3).
var readACL = []zk.ACL{{Perms: zk.PermRead, Scheme: "world", ID: "anyone"}}

// identity is something that a connection has proved to be: "digest" with "user:hash", "ip" with
// an address. Everybody is world:anyone without having it listed.
type identity struct{ scheme, id string }

// allowed reports whether one of the entries grants perm to a connection with the given
// identities (ZooKeeperServer.java checkACL).
func allowed(acl []zk.ACL, perm zk.Perm, ids []identity) bool {
	for i := range acl {
		if acl[i].Perms&perm != 0 && holds(&acl[i], ids) {
			return true
		}
	}
	for _, id := range ids {
		if id.scheme == "super" {
			return true
		}
	}
	return false
}

func holds(entry *zk.ACL, ids []identity) bool {
	if entry.Scheme == "world" && entry.ID == "anyone" {
		return true
	}
	for _, id := range ids {
		if id.scheme == entry.Scheme && matches(entry, id.id) {
			return true
		}
	}
	return false
}

func matches(entry *zk.ACL, id string) bool {
	if entry.Scheme != "ip" {
		return entry.ID == id
	}
	addr, err := netip.ParseAddr(id)
	if err != nil {
		return false
	}
	network, ok := parseNetwork(entry.ID)
	return ok && network.Contains(addr)
}

// fixACL returns the list that is stored for the one that a client sent: without duplicates, "auth"
// replaced by the connection's own identities. An empty or malformed list is ErrInvalidACL.
func fixACL(acl []zk.ACL, ids []identity) ([]zk.ACL, zk.Err) {
	if len(acl) == 0 {
		return nil, zk.ErrInvalidACL
	}
	if slices.Equal(acl, zk.OpenACL) {
		return zk.OpenACL, zk.OK
	}
	var fixed []zk.ACL
	for i := range acl {
		if acl[i].Scheme == "auth" {
			if len(ids) == 0 {
				return nil, zk.ErrInvalidACL
			}
			for _, id := range ids {
				fixed = addACL(fixed, zk.ACL{Perms: acl[i].Perms, Scheme: id.scheme, ID: id.id})
			}
			continue
		}
		if !validEntry(&acl[i]) {
			return nil, zk.ErrInvalidACL
		}
		fixed = addACL(fixed, acl[i])
	}
	return shareACL(fixed), zk.OK
}

func addACL(acl []zk.ACL, entry zk.ACL) []zk.ACL {
	if slices.Contains(acl, entry) {
		return acl
	}
	return append(acl, entry)
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
func shownACL(acl []zk.ACL, ids []identity) []zk.ACL {
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

func validEntry(entry *zk.ACL) bool {
	switch entry.Scheme {
	case "world":
		return entry.ID == "anyone"
	case "digest":
		user, hash, ok := strings.Cut(entry.ID, ":")
		return ok && user+hash != "" && hash != "" && !strings.Contains(hash, ":")
	case "ip":
		_, ok := parseNetwork(entry.ID)
		return ok
	}
	return false
}

// parseNetwork reads an address, or an address and the number of bits that count.
func parseNetwork(text string) (netip.Prefix, bool) {
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	network, err := netip.ParsePrefix(text)
	return network, err == nil
}
