package step

import (
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

// Fields yields the names and values of a reply, an event or a close. It makes *ToClient a
// trace.Detail.
func (t *ToClient) Fields(yield func(name, value string) bool) {
	for _, f := range t.fields() {
		if !yield(f[0], f[1]) {
			return
		}
	}
}

func (t *ToClient) fields() [][2]string {
	switch {
	case t.Kind == Close:
		return nil
	case t.Kind == WatchEvent:
		return [][2]string{{"type", t.Reply.Event.String()}, {"path", t.Reply.Path}}
	case t.Op == zk.OpConnect:
		return [][2]string{
			{"session", SessionString(t.Reply.Session)},
			{"timeout", strconv.Itoa(int(t.Reply.TimeoutMs))},
		}
	}
	fields := [][2]string{
		{"op", t.Op.String()}, {"xid", strconv.Itoa(int(t.Xid))},
		{"zxid", t.Zxid.String()}, {"err", t.Err.String()},
	}
	if t.Reply.Path != "" {
		fields = append(fields, [2]string{"path", t.Reply.Path})
	}
	if t.Err == zk.OK {
		fields = append(fields, t.shown()...)
	}
	return fields
}

// shown is what a reply shows of znodes: stat in full, data, access lists and names by their
// hashes, and the outcome of each operation of a multi or multiRead.
func (t *ToClient) shown() [][2]string {
	r := &t.Reply
	whole := zk.OpResult{Op: t.Op, Stat: r.Stat, Data: r.Data, Children: r.Children}
	fields := shownBy(nil, &whole)
	switch t.Op {
	case zk.OpGetACL:
		fields = append(fields, [2]string{"aclHash", hashString(zk.ACLHash(r.ACL))})
	case zk.OpGetAllChildrenNumber:
		fields = append(fields, [2]string{"count", strconv.Itoa(int(r.Num))})
	}
	for i := range r.Results {
		p := &r.Results[i]
		fields = append(fields, [2]string{"result", p.Op.String()})
		if p.Op == zk.OpError {
			fields = append(fields, [2]string{"err", p.Err.String()})
		}
		if p.Path != "" {
			fields = append(fields, [2]string{"path", p.Path})
		}
		fields = shownBy(fields, p)
	}
	return fields
}

// shownBy appends what the outcome of one operation shows.
func shownBy(fields [][2]string, r *zk.OpResult) [][2]string {
	if r.Stat != (zk.Stat{}) {
		fields = append(fields, [2]string{"stat", r.Stat.String()})
	}
	switch r.Op {
	case zk.OpGetData:
		fields = append(fields, [2]string{"dataHash", hashString(zk.DataHash(r.Data))})
	case zk.OpGetChildren, zk.OpGetChildren2, zk.OpGetEphemerals:
		sum := uint64(0)
		for _, name := range r.Children {
			sum += zk.NameHash(name)
		}
		fields = append(fields, [2]string{"childrenHash", hashString(sum)})
	}
	return fields
}

func hashString(h uint64) string { return strconv.FormatUint(h, 16) }
