package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// result is what a step saw, in the words of the corpus.
type result struct {
	Type       *zk.Op    `json:"type,omitempty"`
	Err        *zk.Err   `json:"err,omitempty"`
	ErrName    string    `json:"err_name,omitempty"`
	Zxid       string    `json:"zxid,omitempty"`
	Xid        string    `json:"xid,omitempty"`
	Closed     bool      `json:"closed,omitempty"`
	NoReply    bool      `json:"no_reply,omitempty"`
	Path       *string   `json:"path,omitempty"`
	Data       any       `json:"data,omitempty"`
	Stat       *stat     `json:"stat,omitempty"`
	Children   *[]string `json:"children,omitempty"`
	ACL        *[]acl    `json:"acl,omitempty"`
	Num        *int32    `json:"num,omitempty"`
	Ephemerals *[]string `json:"ephemerals,omitempty"`
	Results    []result  `json:"results,omitempty"`
	ClientInfo *[]string `json:"client_info,omitempty"`
	Timeout    *int32    `json:"timeout,omitempty"`
	Session    string    `json:"session,omitempty"`
	Passwd     string    `json:"passwd,omitempty"`
	ReadOnly   *bool     `json:"read_only,omitempty"`
	Body       string    `json:"body_hex,omitempty"`
	Text       *string   `json:"text,omitempty"`
	Keys       *[]string `json:"keys,omitempty"`
}

type stat struct {
	Czxid       string `json:"czxid"`
	Mzxid       string `json:"mzxid"`
	Pzxid       string `json:"pzxid"`
	Mtime       string `json:"mtime"`
	Version     int32  `json:"version"`
	Cversion    int32  `json:"cversion"`
	Aversion    int32  `json:"aversion"`
	Owner       string `json:"ephemeralOwner"`
	DataLength  int32  `json:"dataLength"`
	NumChildren int32  `json:"numChildren"`
}

type event struct {
	S     string `json:"s"`
	At    int    `json:"at"`
	Type  string `json:"type"`
	State string `json:"state,omitempty"`
	Path  string `json:"path,omitempty"`
	Zxid  string `json:"zxid,omitempty"`
}

// errNames are the names of the corpus for the codes that occur in it.
var errNames = map[zk.Err]string{
	zk.OK: "OK", zk.ErrRuntimeInconsistency: "RUNTIMEINCONSISTENCY",
	zk.ErrConnectionLoss: "CONNECTIONLOSS", zk.ErrMarshalling: "MARSHALLINGERROR",
	zk.ErrUnimplemented: "UNIMPLEMENTED", zk.ErrBadArguments: "BADARGUMENTS",
	zk.ErrNoNode: "NONODE", zk.ErrNoAuth: "NOAUTH", zk.ErrBadVersion: "BADVERSION",
	zk.ErrNoChildrenForEphemerals: "NOCHILDRENFOREPHEMERALS", zk.ErrNodeExists: "NODEEXISTS",
	zk.ErrNotEmpty: "NOTEMPTY", zk.ErrSessionExpired: "SESSIONEXPIRED",
	zk.ErrInvalidACL: "INVALIDACL", zk.ErrAuthFailed: "AUTHFAILED",
	zk.ErrSessionMoved: "SESSIONMOVED", zk.ErrNotReadOnly: "NOTREADONLY",
	zk.ErrNoWatcher: "NOWATCHER", zk.ErrReconfigDisabled: "RECONFIGDISABLED",
	zk.ErrQuotaExceeded: "QUOTAEXCEEDED",
}

var stateNames = map[int32]string{
	0: "Disconnected", 3: "SyncConnected", 4: "AuthFailed", 5: "ConnectedReadOnly",
}

func (r *result) setErr(err zk.Err) {
	r.Err, r.ErrName = &err, errNames[err]
}

// view makes what differs from run to run comparable.
type view struct {
	base     zk.Zxid // where the case began
	sessions map[zk.SessionID]string
}

func (v *view) zxid(z zk.Zxid) string {
	switch {
	case z == 0:
		return "0"
	case z == noZxid:
		return "-1"
	case z <= v.base:
		return "old"
	}
	return "+" + strconv.FormatUint(uint64(z-v.base), 10)
}

func (v *view) owner(id zk.SessionID) string {
	if id == 0 {
		return "0"
	}
	if label, known := v.sessions[id]; known {
		return label
	}
	return "0x" + strconv.FormatUint(uint64(id), 16)
}

func (v *view) stat(s *zk.Stat) *stat {
	return &stat{
		Czxid: v.zxid(s.Czxid), Mzxid: v.zxid(s.Mzxid), Pzxid: v.zxid(s.Pzxid), Mtime: mtime(s),
		Version: s.Version, Cversion: s.Cversion, Aversion: s.Aversion,
		Owner: v.owner(s.EphemeralOwner), DataLength: s.DataLength, NumChildren: s.NumChildren,
	}
}

// mtime says how a znode's two times lie; those with marks are impossible.
func mtime(s *zk.Stat) string {
	switch {
	case s.Mzxid == s.Czxid && s.Mtime != s.Ctime:
		return "NE!"
	case s.Mzxid == s.Czxid:
		return "eq"
	case s.Mtime < s.Ctime:
		return "LT!"
	}
	return "ge"
}

// shared are the znodes whose counters depend on what was before the case.
var shared = []string{"", "/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"}

// mask hides the counters of a shared znode.
func (r *result) mask(s *Step) {
	if r.Stat == nil || s.Path == nil || !slices.Contains(shared, *s.Path) {
		return
	}
	r.Stat = &stat{
		Czxid: "~", Mzxid: "~", Pzxid: "~", Mtime: "~", Owner: r.Stat.Owner,
		DataLength: r.Stat.DataLength, NumChildren: r.Stat.NumChildren,
	}
}

// reply shows the reply to a step that was sent with xid.
func (v *view) reply(s *Step, xid int32, r *reply) result {
	shown := result{Zxid: v.zxid(r.Zxid)}
	shown.setErr(r.Err)
	if r.Xid != xid || r.Xid < 0 {
		shown.Xid = strconv.Itoa(int(r.Xid))
	}
	if len(r.frame) > replyHeader {
		v.body(r, &shown)
	}
	if s.Op != "create2" {
		shown.mask(s)
	}
	for i := range shown.Results {
		if i < len(s.Ops) {
			shown.Results[i].mask(&s.Ops[i])
		}
	}
	return shown
}

func (v *view) body(r *reply, shown *result) {
	if r.Op == opSASL {
		r.Op = zk.OpNone
	}
	fields := wire.DissectReply(r.frame, r.Op)
	if last := fields[len(fields)-1]; last.Type == "rest" {
		shown.Body = hex.EncodeToString(r.frame[last.Off:])
	}
	if r.Err == zk.OK {
		v.fill(r.Op, &r.Reply, shown)
	}
}

func (v *view) fill(op zk.Op, r *zk.Reply, shown *result) {
	switch op {
	case zk.OpCreate, zk.OpSync:
		shown.Path = &r.Path
	case zk.OpCreate2, zk.OpCreateContainer, zk.OpCreateTTL:
		shown.Path, shown.Stat = &r.Path, v.stat(&r.Stat)
	case zk.OpExists, zk.OpSetData, zk.OpSetACL:
		shown.Stat = v.stat(&r.Stat)
	case zk.OpGetData, zk.OpReconfig:
		shown.Data, shown.Stat = showData(r.Data), v.stat(&r.Stat)
	case zk.OpGetACL:
		shown.ACL, shown.Stat = showACL(r.ACL), v.stat(&r.Stat)
	case zk.OpGetChildren:
		shown.Children = sorted(r.Children)
	case zk.OpGetChildren2:
		shown.Children, shown.Stat = sorted(r.Children), v.stat(&r.Stat)
	case zk.OpGetAllChildrenNumber:
		shown.Num = &r.Num
	case zk.OpGetEphemerals:
		shown.Ephemerals = sorted(r.Children)
	case zk.OpWhoAmI:
		shown.ClientInfo = showWho(r.Who)
	case zk.OpMulti, zk.OpMultiRead:
		shown.Results = v.results(r.Results)
	}
}

func (v *view) results(list []zk.OpResult) []result {
	var shown []result
	for i := range list {
		r := &list[i]
		one := result{Type: &r.Op}
		one.setErr(r.Err)
		v.fill(r.Op, &zk.Reply{
			Path: r.Path, Data: r.Data, Stat: r.Stat, Children: r.Children,
		}, &one)
		shown = append(shown, one)
	}
	return shown
}

func (v *view) event(label string, at int, r *reply) event {
	state, known := stateNames[r.state]
	if !known {
		state = strconv.Itoa(int(r.state))
	}
	kind := r.Reply.Event.String()
	if kind == "" {
		kind = strconv.Itoa(int(r.Reply.Event))
	}
	return event{
		S: label, At: at, Type: kind, State: state, Path: r.Reply.Path, Zxid: v.zxid(r.Zxid),
	}
}

// showData shows null, text, bytes that are no text, or a hash of what is long.
func showData(b []byte) any {
	const long = 256
	switch {
	case b == nil:
		return map[string]any{"null": true}
	case len(b) > long:
		sum := sha256.Sum256(b)
		return map[string]any{"len": len(b), "sha256": hex.EncodeToString(sum[:8])}
	case !utf8.Valid(b):
		return map[string]any{"hex": hex.EncodeToString(b)}
	}
	return string(b)
}

func showACL(list []zk.ACL) *[]acl {
	shown := []acl{}
	for _, a := range list {
		shown = append(shown, acl{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
	}
	return &shown
}

func showWho(list []zk.Identity) *[]string {
	shown := []string{}
	for _, id := range list {
		shown = append(shown, id.Scheme+":"+id.ID)
	}
	return sorted(shown)
}

func sorted(list []string) *[]string {
	list = append([]string{}, list...)
	slices.Sort(list)
	return &list
}
