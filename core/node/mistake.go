package node

import (
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// A snapshot of Apache is written while the tree goes on changing, and its mistakes were in what is
// seen half. Here it is one value, so with these quirks the state before the last transaction is
// kept beside the one after it, to mix them.
const fuzzy = zk.QuirkStrictReplay | zk.QuirkZxidAtFirstSubTxn | zk.QuirkSessionsAfterTree

// mistakes are what only quirks read: the last transaction and the state before it.
type mistakes struct {
	before *tree.DB
	last   *zk.Txn
}

// keepBefore notes the state that t is about to change.
func (n *Node) keepBefore(t *zk.Txn) {
	if n.cfg.Quirks&fuzzy != 0 {
		n.mistakes = mistakes{n.replica.Applied.Clone(), t}
	}
}

// whole returns what a snapshot holds: the applied state.
func (n *Node) whole() *tree.DB {
	db := n.replica.Applied.Clone()
	if n.mistakes.before == nil {
		return db
	}
	switch q := n.cfg.Quirks; {
	case q.Has(zk.QuirkStrictReplay):
		db.SetZxid(n.mistakes.before.Zxid())
	case q.Has(zk.QuirkZxidAtFirstSubTxn) && len(n.mistakes.last.Subs) > 1:
		half := *n.mistakes.last
		half.Subs = half.Subs[:1]
		db = n.mistakes.before.Clone()
		db.Apply(&half, nil)
	case q.Has(zk.QuirkSessionsAfterTree):
		return n.mistakes.before.WithSessions(db)
	}
	return db
}
