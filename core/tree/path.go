package tree

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// The znodes that exist from the start and cannot be deleted.
const (
	systemPath = "/zookeeper"
	quotaPath  = zk.QuotaPath
)

// ConfigPath is the znode of the ensemble's configuration, which exists from the start too. Its
// data are each server's own setting and not in the tree.
const ConfigPath = "/zookeeper/config"

// ValidatePath returns OK for a path that a znode may have and ErrBadArguments for any other: it
// starts with '/', does not end with one unless it is the root, has no empty, "." or ".." element
// and no character that Apache refuses.
func ValidatePath(path string) zk.Err {
	if path == "/" {
		return zk.OK
	}
	if path == "" || path[0] != '/' {
		return zk.ErrBadArguments
	}
	for rest, more := path[1:], true; more; {
		var name string
		name, rest, more = strings.Cut(rest, "/")
		if name == "" || name == "." || name == ".." {
			return zk.ErrBadArguments
		}
	}
	for _, r := range path {
		if refused(r) {
			return zk.ErrBadArguments
		}
	}
	return zk.OK
}

// refused follows PathUtils.java, which looks at UTF-16 units: a rune above U+FFFF is a pair of
// surrogates there and refused with them; bad UTF-8 reads as U+FFFD and is refused too.
func refused(r rune) bool {
	return r <= 0x1f || r >= 0x7f && r <= 0x9f || r >= 0xd800 && r <= 0xf8ff || r >= 0xfff0
}

// Parent returns the path without its last element: "/" for "/a" and for "/" itself.
func Parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// Name returns the last element of a path, "" for "/".
func Name(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// Join returns the path of the child name of parent.
func Join(parent, name string) string {
	if parent == "/" {
		return "/" + name
	}
	return parent + "/" + name
}

func isSystemPath(path string) bool {
	return path == "/" || path == systemPath || path == quotaPath || path == ConfigPath
}
