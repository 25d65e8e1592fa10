package clients

import (
	"sync"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// proposals remembers how large a leader's proposals were. -1 is none yet.
type proposals struct {
	mu   sync.Mutex
	size proposalSizes
}

type proposalSizes struct {
	since                time.Time // when the server began to lead
	last, least, largest int
}

// lead begins anew, as a leader does.
func (p *proposals) lead() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.size = proposalSizes{since: time.Now(), last: -1, least: -1, largest: -1}
}

func (p *proposals) add(bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &p.size
	if s.last < 0 || bytes < s.least {
		s.least = bytes
	}
	s.last, s.largest = bytes, max(s.largest, bytes)
}

func (p *proposals) seen() proposalSizes {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.size
}

// Bytes of a transaction in Apache's log format.
const (
	txnHeader = 8 + 4 + 8 + 8 + 4 // session, cxid, zxid, time, type
	txnLength = 4                 // before a string, bytes or a list
	txnInt    = 4
)

// apacheSize is how many bytes Apache's proposal of a transaction has.
func apacheSize(t *zk.Txn) int { return txnHeader + bodySize(t) }

func bodySize(t *zk.Txn) int {
	path, data := txnLength+len(t.Path), txnLength+len(t.Data)
	switch t.Op {
	case zk.OpCreate:
		const ephemeral, parentVersion = 1, txnInt
		return path + data + aclSize(t.ACL) + ephemeral + parentVersion
	case zk.OpDelete:
		return path
	case zk.OpSetData:
		return path + data + txnInt
	case zk.OpSetACL:
		return path + aclSize(t.ACL) + txnInt
	case zk.OpCheck:
		return path + txnInt
	case zk.OpCloseSession:
		size := txnLength
		for _, p := range t.Paths {
			size += txnLength + len(p)
		}
		return size
	case zk.OpMulti:
		size := txnLength
		for i := range t.Subs {
			size += txnInt + txnLength + bodySize(&t.Subs[i])
		}
		return size
	}
	return txnInt // an error's code, a session's timeout
}

func aclSize(list []zk.ACL) int {
	size := txnLength
	for i := range list {
		size += txnInt + 2*txnLength + len(list[i].Scheme) + len(list[i].ID)
	}
	return size
}
