package shell

import "strings"

// checkPath refuses what Apache's client refuses before it sends anything.
func checkPath(path string) *Error {
	switch {
	case path == "/":
		return nil
	case path == "" || path[0] != '/':
		return fail(CodePath, path, "path must start with / character")
	case strings.HasSuffix(path, "/"):
		return fail(CodePath, path, "path must not end with / character")
	case strings.IndexByte(path, 0) >= 0:
		return fail(CodePath, path, "null character not allowed")
	}
	for name := range strings.SplitSeq(path[1:], "/") {
		switch name {
		case "":
			return fail(CodePath, path, "empty node name specified")
		case ".", "..":
			return fail(CodePath, path, "relative paths not allowed")
		}
	}
	return nil
}

// join returns the path of child below parent.
func join(parent, child string) string {
	if parent == "/" {
		return "/" + child
	}
	return parent + "/" + child
}
