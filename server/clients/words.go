package clients

import (
	"encoding/binary"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/watch"
)

// word answers one four-letter word. What it needs of the node was looked up before.
type word struct {
	name   string
	answer func(*teller)
	alone  bool // needs no node that serves
}

var words = []word{
	{"ruok", (*teller).ruok, true}, {"srvr", (*teller).srvr, false},
	{"stat", (*teller).stat, false}, {"mntr", (*teller).mntr, false},
	{"isro", (*teller).isro, true}, {"conf", (*teller).conf, false},
	{"envi", (*teller).envi, true}, {"cons", (*teller).cons, false},
	{"crst", (*teller).crst, false}, {"srst", (*teller).srst, false},
	{"wchs", (*teller).wchs, false}, {"wchc", (*teller).wchc, false},
	{"wchp", (*teller).wchp, false}, {"dump", (*teller).dump, false},
	{"dirs", (*teller).dirs, false}, {"gtmk", (*teller).gtmk, true},
	{"stmk", (*teller).stmk, true}, {"hash", (*teller).hash, false},
}

// isWord reports whether there is a four-letter word of that name, whitelisted or not.
func isWord(name string) bool {
	return slices.ContainsFunc(words, func(w word) bool { return w.name == name })
}

// notServing is Apache's sentence for a server without a leader.
const notServing = "This ZooKeeper instance is not currently serving requests"

// teller writes the text of one answer.
type teller struct {
	strings.Builder
	port  *Port
	conn  *conn
	node  view
	began time.Time
}

// view is what the words tell of the node, all of one moment.
type view struct {
	status   node.Status
	tree     *tree.DB
	watches  *watch.Table
	sessions []node.SessionInfo
}

// line writes strings and ends the line.
func (t *teller) line(parts ...string) {
	for _, s := range parts {
		t.WriteString(s)
	}
	t.WriteByte('\n')
}

// answerWord answers and is done; the caller closes the connection.
func (c *conn) answerWord(name string) {
	t := &teller{port: c.port, conn: c, began: time.Now()}
	at := slices.IndexFunc(words, func(w word) bool { return w.name == name })
	w := &words[at]
	switch {
	case !c.port.isAllowed(name):
		t.line(name, " is not executed because it is not in the whitelist.")
	case !t.look() && !w.alone:
		t.line(notServing)
	default:
		w.answer(t)
	}
	_ = c.socket.SetWriteDeadline(time.Now().Add(c.port.cfg.Limits.Write))
	_, _ = io.WriteString(c.socket, t.String()) // who has left does not need it
}

func (p *Port) isAllowed(name string) bool {
	return slices.Contains(p.cfg.Words, name) || slices.Contains(p.cfg.Words, "*")
}

// look takes a copy of what the words tell and reports whether the node serves. The copies are
// frozen, so that a long answer does not keep the node waiting.
func (t *teller) look() bool {
	ok := t.port.node.Ask(func(n *node.Node) {
		t.node = view{
			status: n.Status(), tree: n.Tree().Clone(), watches: n.Watches(),
			sessions: n.Sessions(),
		}
	})
	return ok && (t.node.status.Serving || t.node.status.ReadOnly)
}

func (t *teller) ruok() { t.WriteString("imok") }

func (t *teller) isro() {
	switch {
	case t.node.status.ReadOnly:
		t.WriteString("ro")
	case !t.node.status.Serving:
		t.WriteString("null")
	default:
		t.WriteString("rw")
	}
}

func (t *teller) crst() {
	for _, c := range t.port.list() {
		c.resetStats()
	}
	t.line("Connection stats reset.")
}

func (t *teller) srst() {
	t.port.stats.reset()
	t.line("Server stats reset.")
}

// traceMask is a number that nothing but gtmk looks at.
type traceMask struct{ atomic.Int64 }

// defaultTraceMask is Apache's: requests, sessions, server packets and warnings.
const defaultTraceMask = 0o462

func (m *traceMask) set(v int64) { m.Store(v) }

func (t *teller) gtmk() { t.WriteString(strconv.FormatInt(t.port.mask.Load(), 10)) }

// stmk takes eight bytes more and sets the mask to them.
func (t *teller) stmk() {
	var mask [8]byte
	if _, err := io.ReadFull(t.conn.r, mask[:]); err != nil {
		return
	}
	t.port.mask.set(int64(binary.BigEndian.Uint64(mask[:])))
	t.gtmk()
}

func hex[T ~int64 | ~uint64](v T) string { return strconv.FormatUint(uint64(v), 16) }
