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
	return fields
}
