package zk

import "strconv"

// Fields yields the names and values that the request's operation uses. It makes *Request a
// trace.Detail.
func (r *Request) Fields(yield func(name, value string) bool) {
	for _, f := range r.fields() {
		if !yield(f[0], f[1]) {
			return
		}
	}
}

func (r *Request) fields() [][2]string {
	fields := [][2]string{{"op", r.Op.String()}, {"xid", strconv.Itoa(int(r.Xid))}}
	if r.Path != "" {
		fields = append(fields, [2]string{"path", r.Path})
	}
	if r.Watch {
		fields = append(fields, [2]string{"watch", "true"})
	}
	switch r.Op {
	case OpConnect:
		fields = append(fields,
			[2]string{"session", "0x" + strconv.FormatUint(uint64(r.Session), 16)},
			[2]string{"timeout", strconv.Itoa(int(r.TimeoutMs))},
			[2]string{"lastZxidSeen", r.LastZxid.String()})
	case OpSetWatches:
		fields = append(fields, [2]string{"relativeZxid", r.LastZxid.String()})
	case OpDelete, OpSetData, OpSetACL, OpCheck:
		fields = append(fields, [2]string{"version", strconv.Itoa(int(r.Version))})
	}
	for i := range r.Ops {
		fields = append(fields, [2]string{r.Ops[i].Op.String(), r.Ops[i].Path})
	}
	return fields
}
