package check

import "github.com/zabscope/zabscope/core/zk"

// leave says whether somebody may do something, as far as the trace tells.
type leave uint8

const (
	no leave = iota
	perhaps
	yes
)

func (l leave) surely() bool { return l == yes }

// allows reports whether a client has one of the permissions; nobody in particular if it is nil.
// The trace does not show addresses, and of what a client has proved to be only that it did.
func (v *version) allows(perm zk.Perm, k *client) leave {
	if len(v.acl) == 0 {
		return yes
	}
	may := no
	if k == nil || k.proved {
		may = perhaps
	}
	for i := range v.acl {
		switch {
		case v.acl[i].Perms&perm == 0:
		case v.acl[i].Scheme == "world":
			return yes
		case v.acl[i].Scheme == "ip":
			may = perhaps
		}
	}
	return may
}
