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
// permissions start after the last. As in zkCli a part that makes no sense is complained about and
// left out; only a list of which nothing is left is refused.
func parseACLs(text string) (acls []zk.ACL, complaints []string) {
	for part := range strings.SplitSeq(text, ",") {
		first, last := strings.IndexByte(part, ':'), strings.LastIndexByte(part, ':')
		if first < 0 || first == last {
			complaints = append(complaints, part+" does not have the form scheme:id:perm")
			continue
		}
		perms, unknown := parsePerms(part[last+1:])
		complaints = append(complaints, unknown...)
		acls = append(acls, zk.ACL{Perms: perms, Scheme: part[:first], ID: part[first+1 : last]})
	}
	return acls, complaints
}

func parsePerms(letters string) (perms zk.Perm, complaints []string) {
	for _, letter := range letters {
		p := permOf(letter)
		if p == 0 {
			complaints = append(complaints, "Unknown perm type: "+string(letter))
		}
		perms |= p
	}
	return perms, complaints
}

func permOf(letter rune) zk.Perm {
	for _, p := range permLetters {
		if rune(p.letter) == letter {
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
