package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// class is a set of types that an expression may have; it finds comparisons that can never hold.
type class uint16

const (
	isBool class = 1 << iota
	isInt
	isServer
	isZxid
	isTime
	isText
	isRole
	isPhase
	isErr
	isService
	isEvent
	isClient
	isWatch
	isNobody
	isList
	isStat // the state of a client's connection
)

var classNames = []struct {
	class class
	name  string
}{
	{isBool, "true or false"}, {isInt, "a number"}, {isServer, "a server"}, {isZxid, "a zxid"},
	{isTime, "a time"}, {isText, "a text"}, {isRole, "a server's state"}, {isPhase, "a ZAB phase"},
	{isErr, "a result"}, {isService, "available or unavailable"}, {isEvent, "an event"},
	{isClient, "a client"}, {isWatch, "a watch event"}, {isNobody, "none"}, {isList, "a list"},
	{isStat, "a connection state"},
}

// String names the first type in the set.
func (c class) String() string {
	for _, n := range classNames {
		if c&n.class != 0 {
			return n.name
		}
	}
	return "nothing"
}

// comparable reports whether a value of c can equal one of o.
func (c class) comparable(o class) bool {
	if c&isNobody != 0 && o&(isServer|isText|isZxid) != 0 {
		return true
	}
	if o&isNobody != 0 && c&(isServer|isText|isZxid) != 0 {
		return true
	}
	return c.widen()&o.widen() != 0
}

// widen adds what a number may stand for.
func (c class) widen() class {
	if c&(isInt|isServer) != 0 {
		c |= isInt | isServer
	}
	return c
}

// ordered reports whether < and > make sense.
func (c class) ordered() bool { return c&(isInt|isServer|isZxid|isTime) != 0 }

// value is what an expression yields. The zero value is unknown: every comparison with it is false,
// so a check about something that did not happen does not hold.
type value struct {
	class class
	n     int64
	s     string
	list  []value
}

func boolValue(b bool) value {
	if b {
		return value{class: isBool, n: 1}
	}
	return value{class: isBool}
}

func intValue(n int) value              { return value{class: isInt, n: int64(n)} }
func serverValue(id zk.ServerID) value  { return value{class: isServer, n: int64(id)} }
func zxidValue(z zk.Zxid) value         { return value{class: isZxid, n: int64(z)} }
func textValue(s string) value          { return value{class: isText, s: s} }
func nameValue(c class, s string) value { return value{class: c, s: s} }

func (v value) known() bool { return v.class != 0 }
func (v value) truth() bool { return v.class == isBool && v.n != 0 }

// nobody reports whether the value stands for "none".
func (v value) nobody() bool {
	return v.class == isNobody || v.class == isServer && v.n == 0
}

// equal compares two values; the unknown equals nothing.
func (v value) equal(o value) bool {
	if !v.known() || !o.known() {
		return false
	}
	if v.class == isNobody || o.class == isNobody {
		return v.nobody() && o.nobody()
	}
	if v.class.widen()&o.class.widen() == 0 {
		return false
	}
	return v.n == o.n && v.s == o.s
}

// less orders numbers, times and zxids; a zxid is unsigned.
func (v value) less(o value) bool {
	if v.class == isZxid && o.class == isZxid {
		return uint64(v.n) < uint64(o.n)
	}
	return v.n < o.n
}

// plus adds a number to a number, a zxid or a time.
func (v value) plus(o value, sign int64) value {
	if !v.known() || !o.known() {
		return value{}
	}
	v.n += sign * o.n
	return v
}

// String writes the value as the check language does, "unknown" for the unknown.
func (v value) String() string {
	switch {
	case !v.known():
		return "unknown"
	case v.nobody():
		return "none"
	case v.class == isBool:
		return strconv.FormatBool(v.n != 0)
	case v.class == isZxid:
		return zk.Zxid(v.n).Short()
	case v.class == isTime:
		return time.Duration(v.n).String()
	case v.class == isText:
		return strconv.Quote(v.s)
	case v.class == isList:
		return v.listString()
	case v.s != "":
		return v.s
	}
	return strconv.FormatInt(v.n, 10)
}

func (v value) listString() string {
	parts := make([]string, len(v.list))
	for i, e := range v.list {
		parts[i] = e.String()
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
