package shell

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// checkPath refuses what Apache's client refuses before it sends anything, in its words
// (PathUtils.java).
func checkPath(path string) *Error {
	switch {
	case path == "/":
		return nil
	case path == "" || path[0] != '/':
		return badPath(path, "Path must start with / character")
	case strings.HasSuffix(path, "/"):
		return badPath(path, "Path must not end with / character")
	}
	at := 1 // counts units of UTF-16, as Java does
	for i, c := range path {
		if i == 0 {
			continue
		}
		if problem := problemAt(path, i, c); problem != "" {
			return badPath(path, `Invalid path string "`+path+`" caused by `+problem+" @"+
				strconv.Itoa(at))
		}
		at++
		if c > 0xffff {
			at++
		}
	}
	return nil
}

func badPath(path, said string) *Error { return failAs(said, CodePath, path, said) }

// problemAt says what is wrong with the character c at i, "" if nothing is.
func problemAt(path string, i int, c rune) string {
	last := path[i-1]
	ends := i+1 == len(path) || path[i+1] == '/'
	switch {
	case c == 0:
		return "null character not allowed"
	case c == '/' && last == '/':
		return "empty node name specified"
	case c == '.' && ends && (last == '/' || last == '.' && path[i-2] == '/'):
		return "relative paths not allowed"
	case c <= 0x1f || c >= 0x7f && c <= 0x9f || c >= 0xd800 && c <= 0xf8ff ||
		c >= 0xfff0 && c <= 0xffff && c != utf8.RuneError:
		return "invalid character"
	}
	return ""
}

// join returns the path of child below parent.
func join(parent, child string) string {
	if parent == "/" {
		return "/" + child
	}
	return parent + "/" + child
}
