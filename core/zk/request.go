package zk

// Op is an operation with Apache's op code.
type Op int32

// The operations. OpCreateSession and OpCloseSession are transactions; a client sends OpConnect
// (which has no code on the wire: it is the handshake) and OpCloseSession.
const (
	OpNone                 Op = 0
	OpCreate               Op = 1
	OpDelete               Op = 2
	OpExists               Op = 3
	OpGetData              Op = 4
	OpSetData              Op = 5
	OpGetACL               Op = 6
	OpSetACL               Op = 7
	OpGetChildren          Op = 8
	OpSync                 Op = 9
	OpPing                 Op = 11
	OpGetChildren2         Op = 12
	OpCheck                Op = 13
	OpMulti                Op = 14
	OpCreate2              Op = 15
	OpReconfig             Op = 16
	OpCheckWatches         Op = 17
	OpRemoveWatches        Op = 18
	OpCreateContainer      Op = 19
	OpDeleteContainer      Op = 20
	OpCreateTTL            Op = 21
	OpMultiRead            Op = 22
	OpAuth                 Op = 100
	OpSetWatches           Op = 101
	OpSASL                 Op = 102 // no mechanism is on offer: the answer is the null token
	OpGetEphemerals        Op = 103
	OpGetAllChildrenNumber Op = 104
	OpSetWatches2          Op = 105
	OpAddWatch             Op = 106
	OpWhoAmI               Op = 107
	OpError                Op = -1
	OpCreateSession        Op = -10
	OpCloseSession         Op = -11
	OpConnect              Op = -100
)

var opNames = []struct {
	op   Op
	name string
}{
	{OpNone, "none"}, {OpCreate, "create"}, {OpDelete, "delete"}, {OpExists, "exists"},
	{OpGetData, "getData"}, {OpSetData, "setData"}, {OpGetACL, "getACL"}, {OpSetACL, "setACL"},
	{OpGetChildren, "getChildren"}, {OpSync, "sync"}, {OpPing, "ping"},
	{OpGetChildren2, "getChildren2"}, {OpCheck, "check"}, {OpMulti, "multi"},
	{OpCreate2, "create2"}, {OpReconfig, "reconfig"}, {OpCheckWatches, "checkWatches"},
	{OpRemoveWatches, "removeWatches"}, {OpCreateContainer, "createContainer"},
	{OpDeleteContainer, "deleteContainer"}, {OpCreateTTL, "createTTL"},
	{OpMultiRead, "multiRead"}, {OpAuth, "auth"}, {OpSetWatches, "setWatches"},
	{OpSASL, "sasl"}, {OpGetEphemerals, "getEphemerals"},
	{OpGetAllChildrenNumber, "getAllChildrenNumber"},
	{OpSetWatches2, "setWatches2"}, {OpAddWatch, "addWatch"}, {OpWhoAmI, "whoAmI"},
	{OpError, "error"},
	{OpCreateSession, "createSession"}, {OpCloseSession, "closeSession"}, {OpConnect, "connect"},
}

// String returns Apache's name, "create".
func (o Op) String() string {
	for _, n := range opNames {
		if n.op == o {
			return n.name
		}
	}
	return "unknown"
}

// IsWrite reports whether the operation becomes a transaction. A check, a deleteContainer and a
// reconfig that are sent alone take a zxid too.
func (o Op) IsWrite() bool {
	switch o {
	case OpCreateSession, OpCloseSession, OpDelete, OpDeleteContainer, OpSetData, OpSetACL,
		OpMulti, OpCheck, OpReconfig:
		return true
	}
	return o.IsCreate()
}

// IsCreate reports whether the operation makes a znode; they differ in what they answer.
func (o Op) IsCreate() bool {
	switch o {
	case OpCreate, OpCreate2, OpCreateContainer, OpCreateTTL:
		return true
	}
	return false
}

// CreateMode says what kind of znode create makes; the values are Apache's create flags.
type CreateMode int32

// The kinds of znodes.
const (
	Persistent                  CreateMode = 0
	Ephemeral                   CreateMode = 1
	PersistentSequential        CreateMode = 2
	EphemeralSequential         CreateMode = 3
	Container                   CreateMode = 4
	PersistentWithTTL           CreateMode = 5
	PersistentSequentialWithTTL CreateMode = 6
)

// IsEphemeral reports whether the znode goes with its session.
func (m CreateMode) IsEphemeral() bool { return m == Ephemeral || m == EphemeralSequential }

// IsSequential reports whether the name gets the parent's counter.
func (m CreateMode) IsSequential() bool {
	return m == PersistentSequential || m == EphemeralSequential || m == PersistentSequentialWithTTL
}

// HasTTL reports whether the znode goes when it has been unused for its time to live.
func (m CreateMode) HasTTL() bool {
	return m == PersistentWithTTL || m == PersistentSequentialWithTTL
}

// AddWatchMode says what kind of standing watch addWatch sets; the values are Apache's.
type AddWatchMode int32

// The standing watches.
const (
	WatchPersistent          AddWatchMode = 0
	WatchPersistentRecursive AddWatchMode = 1
)

// WatcherType says which watches removeWatches and checkWatches mean; the values are Apache's.
type WatcherType int32

// The types of watches.
const (
	WatcherChildren WatcherType = 1
	WatcherData     WatcherType = 2
	WatcherAny      WatcherType = 3
)

// Identity is what an authentication scheme knows a connection as, which permissions are granted
// to: digest with "user:hash", ip with an address, super with "".
type Identity struct {
	Scheme, ID string
}

// SessionID identifies a session in the whole ensemble; 0 means none. Its top byte is the id of
// the server that made it.
type SessionID int64

// ConnID identifies a client connection at one server, from 1; 0 means none.
type ConnID uint64

// Perm is a set of permissions.
type Perm int32

// Apache's permission bits.
const (
	PermRead   Perm = 1
	PermWrite  Perm = 2
	PermCreate Perm = 4
	PermDelete Perm = 8
	PermAdmin  Perm = 16
	PermAll    Perm = 31
)

// ACL grants permissions to one identity.
type ACL struct {
	Perms  Perm
	Scheme string
	ID     string
}

// OpenACL is world:anyone with all permissions. It is shared: nobody writes to it.
var OpenACL = []ACL{{Perms: PermAll, Scheme: "world", ID: "anyone"}}

// Request is what a client asks. The zero value is not valid. Which fields an operation uses:
// create, create2, createContainer, createTTL: Path Data ACL Mode TTL; delete, setData, check:
// Path Version (-1 matches any) Data; setACL: Path ACL Version; exists, getData, getChildren,
// getChildren2: Path Watch; sync, getACL, getEphemerals, getAllChildrenNumber: Path; multi,
// multiRead: Ops; connect: Session (0 for new) Password TimeoutMs LastZxid ReadOnly; setWatches,
// setWatches2: LastZxid and the five lists; addWatch: Path WatchMode; removeWatches, checkWatches:
// Path Watcher; auth: Scheme Auth; reconfig: Joining Leaving Members LastZxid (the version of the
// configuration it expects). A learner that forwards a write fills Session, Xid and Identities.
type Request struct {
	Op        Op
	Mode      CreateMode
	WatchMode AddWatchMode
	Watcher   WatcherType
	Watch     bool
	ReadOnly  bool // connect: a read-only server will do
	Malformed bool // the body could not be decoded; a write still takes its zxid
	Xid       int32
	Version   int32
	TimeoutMs int32
	TTL       int64 // milliseconds
	Session   SessionID
	LastZxid  Zxid
	Path      string
	Data      []byte
	ACL       []ACL
	Ops       []Request
	Password  []byte

	DataWatches, ExistWatches, ChildWatches []string
	PersistentWatches, RecursiveWatches     []string

	Scheme     string
	Auth       []byte
	Identities []Identity

	Joining, Leaving, Members string
}

// EventType is what a watch saw.
type EventType int32

// Apache's event types.
const (
	EventNone           EventType = -1
	NodeCreated         EventType = 1
	NodeDeleted         EventType = 2
	NodeDataChanged     EventType = 3
	NodeChildrenChanged EventType = 4
)

// The event types with which a client tells the application that it has removed a watch; no server
// sends them.
const (
	DataWatchRemoved       EventType = 5
	ChildWatchRemoved      EventType = 6
	PersistentWatchRemoved EventType = 7
)

var eventNames = [...]string{
	"", "NodeCreated", "NodeDeleted", "NodeDataChanged", "NodeChildrenChanged",
	"DataWatchRemoved", "ChildWatchRemoved", "PersistentWatchRemoved",
}

// String returns Apache's name, "NodeDataChanged".
func (e EventType) String() string {
	if e == EventNone {
		return "None"
	}
	return nameOf(eventNames[:], int(e))
}

// Reply is the body of an answer; fields that the operation does not return are zero. Data and
// Children share the tree's memory and are never written.
type Reply struct {
	Path      string     // create, create2, sync; the path of a watch event
	Data      []byte     // getData
	Stat      Stat       // all that return one
	Children  []string   // getChildren, getChildren2; getEphemerals: their paths
	ACL       []ACL      // getACL
	Results   []OpResult // multi, multiRead
	Num       int32      // getAllChildrenNumber
	Who       []Identity // whoAmI; of digest, the user alone
	ReadOnly  bool       // connect: the server takes no writes
	Event     EventType  // watch events
	Session   SessionID  // connect; 0 says that the session has expired
	TimeoutMs int32      // connect: the negotiated timeout
	Password  []byte     // connect
}

// OpResult is the outcome of one operation of a multi or multiRead.
type OpResult struct {
	Op       Op
	Err      Err
	Path     string
	Stat     Stat
	Data     []byte
	Children []string
}
