package zk

// Txn is one replicated change, complete in itself: whoever applies it in zxid order reaches the
// same state, with no further decision. A Txn is immutable once proposed. The zero value is not
// valid. Which fields a kind uses: create: Path Data ACL Owner Version (the parent's stored
// cversion after it); delete: Path; setData: Path Data Version (the new one); setACL: Path ACL
// Version; check: Path Version; multi: Subs, whose Zxid equals the parent's; createSession:
// TimeoutMs; closeSession: Paths (the ephemerals that go); error: Err.
type Txn struct {
	Zxid      Zxid
	Session   SessionID
	TimeMs    int64 // the leader's wall clock, Unix ms; becomes ctime and mtime
	Op        Op    // OpError for a write that failed validation: it still takes a zxid
	Asked     Op    // the operation the client asked for
	Cxid      int32
	Err       Err // OpError; in a failed multi the code of each sub
	Version   int32
	TimeoutMs int32
	Owner     SessionID // create: 0 for a persistent znode
	Digest    uint64    // tree digest after this txn; 0 when not computed
	Path      string
	Data      []byte
	ACL       []ACL
	Paths     []string
	Subs      []Txn
}

// SessionTouch says that a session was heard of, or asks and answers whether it lives.
type SessionTouch struct {
	Session   SessionID
	TimeoutMs int32
	Valid     bool // answers only
}
