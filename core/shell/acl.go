package shell

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// permLetters are the letters of the permissions in the order in which zkCli prints them.
var permLetters = [...]struct {
	letter byte
	perm   zk.Perm
}{
	{'c', zk.PermCreate}, {'d', zk.PermDelete}, {'r', zk.PermRead}, {'w', zk.PermWrite},
	{'a', zk.PermAdmin},
}

// parseACLs reads "scheme:id:perms,scheme:id:perms": the scheme ends at the first colon, the
// permissions start after the last.
func parseACLs(text string) ([]zk.ACL, *Error) {
	var acls []zk.ACL
	for part := range strings.SplitSeq(text, ",") {
		first, last := strings.IndexByte(part, ':'), strings.LastIndexByte(part, ':')
		if first < 0 || first == last {
			return nil, fail(CodeACL, part)
		}
		perms, ok := parsePerms(part[last+1:])
		if !ok {
			return nil, fail(CodeACL, part)
		}
		acls = append(acls, zk.ACL{Perms: perms, Scheme: part[:first], ID: part[first+1 : last]})
	}
	return acls, nil
}

func parsePerms(letters string) (zk.Perm, bool) {
	var perms zk.Perm
	for i := 0; i < len(letters); i++ {
		p := permOf(letters[i])
		if p == 0 {
			return 0, false
		}
		perms |= p
	}
	return perms, true
}

func permOf(letter byte) zk.Perm {
	for _, p := range permLetters {
		if p.letter == letter {
			return p.perm
		}
	}
	return 0
}

// permString returns the letters of perms, "cdrwa" for all.
func permString(perms zk.Perm) string {
	var b []byte
	for _, p := range permLetters {
		if perms&p.perm != 0 {
			b = append(b, p.letter)
		}
	}
	return string(b)
}
