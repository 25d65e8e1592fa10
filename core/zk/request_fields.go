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
	fields := [][2]string{{"op", r.Op.String()}, {"xid", decimal(r.Xid)}}
	if r.Path != "" {
		fields = append(fields, [2]string{"path", r.Path})
	}
	if r.Watch {
		fields = append(fields, [2]string{"watch", "true"})
	}
	if r.Malformed {
		fields = append(fields, [2]string{"malformed", "true"})
	}
	fields = append(fields, r.ownFields()...)
	for i := range r.Ops {
		fields = append(fields, [2]string{r.Ops[i].Op.String(), r.Ops[i].Path})
	}
	return fields
}

// ownFields are those that only some operations use.
func (r *Request) ownFields() [][2]string {
	switch r.Op {
	case OpConnect:
		return [][2]string{
			{"session", "0x" + strconv.FormatUint(uint64(r.Session), 16)},
			{"timeout", decimal(r.TimeoutMs)},
			{"lastZxidSeen", r.LastZxid.String()},
		}
	case OpSetWatches, OpSetWatches2:
		return [][2]string{{"relativeZxid", r.LastZxid.String()}}
	case OpDelete, OpSetData, OpSetACL, OpCheck:
		return [][2]string{{"version", decimal(r.Version)}}
	case OpCreateContainer:
		return [][2]string{{"flags", decimal(int32(r.Mode))}}
	case OpCreateTTL:
		return [][2]string{
			{"flags", decimal(int32(r.Mode))}, {"ttl", strconv.FormatInt(r.TTL, 10)},
		}
	case OpAddWatch:
		return [][2]string{{"mode", decimal(int32(r.WatchMode))}}
	case OpRemoveWatches, OpCheckWatches:
		return [][2]string{{"type", decimal(int32(r.Watcher))}}
	case OpAuth:
		return [][2]string{{"scheme", r.Scheme}}
	case OpReconfig:
		return [][2]string{
			{"joiningServers", r.Joining}, {"leavingServers", r.Leaving}, {"newMembers", r.Members},
		}
	}
	return nil
}

func decimal(n int32) string { return strconv.Itoa(int(n)) }
