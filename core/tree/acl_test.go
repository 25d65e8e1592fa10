package tree

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
)

func entry(perms zk.Perm, scheme, id string) zk.ACL {
	return zk.ACL{Perms: perms, Scheme: scheme, ID: id}
}

func TestAllowed(t *testing.T) {
	ids := []zk.Identity{{Scheme: "digest", ID: "bob:hash"}, {Scheme: "ip", ID: "10.1.2.3"}}
	for _, c := range []struct {
		acl  zk.ACL
		ids  []zk.Identity
		want bool
	}{
		{entry(zk.PermRead, "world", "anyone"), nil, true},
		{entry(zk.PermAll&^zk.PermRead, "world", "anyone"), nil, false},
		{entry(zk.PermAll, "digest", "bob:hash"), ids, true},
		{entry(zk.PermAll, "digest", "bob:hash"), nil, false},
		{entry(zk.PermAll, "digest", "bob:other"), ids, false},
		{entry(zk.PermAll, "ip", "10.1.2.3"), ids, true},
		{entry(zk.PermAll, "ip", "10.0.0.0/8"), ids, true},
		{entry(zk.PermAll, "ip", "10.1.2.0/30"), ids, true},
		{entry(zk.PermAll, "ip", "11.0.0.0/8"), ids, false},
		{entry(zk.PermAll, "ip", "0.0.0.0/0"), ids, true},
		{entry(0, "world", "anyone"), []zk.Identity{{Scheme: "super"}}, true},
	} {
		require.Equal(t, c.want, allowed([]zk.ACL{c.acl}, zk.PermRead, c.ids), "%v", c)
	}
	require.True(t, allowed(nil, zk.PermRead, nil), "no list protects nothing")
	require.True(t, allowed([]zk.ACL{entry(zk.PermRead, "x", "y"),
		entry(zk.PermWrite, "world", "anyone")}, zk.PermWrite, nil), "any entry may grant")
}

func TestLongListsAreFixedFast(t *testing.T) {
	long := make([]zk.ACL, 80_000)
	for i := range long {
		long[i] = entry(zk.Perm(i/2), "ip", "1.2.3.4")
	}
	got, err := fixACL(long, nil)
	require.Equal(t, zk.OK, err)
	require.Len(t, got, 40_000)
	require.Equal(t, long[2], got[1])

	ids := []zk.Identity{{Scheme: "digest", ID: "a:1"}, {Scheme: "digest", ID: "b:2"}}
	for i := range long {
		long[i] = entry(zk.Perm(i), "auth", "")
	}
	_, err = fixACL(long, ids)
	require.Equal(t, zk.ErrInvalidACL, err, "auth makes it longer than any request")
}

func TestFixACL(t *testing.T) {
	ids := []zk.Identity{{Scheme: "digest", ID: "bob:hash"}, {Scheme: "ip", ID: "10.1.2.3"}}
	open := zk.OpenACL[0]
	auth := entry(zk.PermRead, "auth", "ignored")
	for _, c := range []struct {
		acl, want []zk.ACL
		ids       []zk.Identity
		err       zk.Err
	}{
		{acl: nil, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{open}, want: zk.OpenACL},
		{acl: []zk.ACL{open, open}, want: zk.OpenACL},
		{acl: []zk.ACL{auth}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{open, auth}, ids: ids, want: []zk.ACL{open,
			entry(zk.PermRead, "digest", "bob:hash")}},
		{acl: []zk.ACL{auth}, ids: ids[1:], err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "digest", "a:b:c")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "digest", "a:")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "digest", "a:b:")},
			want: []zk.ACL{entry(1, "digest", "a:b:")}},
		{acl: []zk.ACL{entry(1, "digest", ":b")}, want: []zk.ACL{entry(1, "digest", ":b")}},
		{acl: []zk.ACL{entry(1, "world", "bob")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "super", "")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "ip", "::1")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "ip", "1.2.3")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "ip", "1.2.3.256")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "ip", "1.2.3.4/33")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "ip", "1.2.3.4/")}, err: zk.ErrInvalidACL},
		{acl: []zk.ACL{entry(1, "world", "anyone"), entry(2, "world", "anyone")},
			want: []zk.ACL{entry(1, "world", "anyone"), entry(2, "world", "anyone")}},
	} {
		got, err := fixACL(c.acl, c.ids)
		require.Equal(t, c.err, err, "%v", c.acl)
		require.Equal(t, c.want, got)
	}
}
