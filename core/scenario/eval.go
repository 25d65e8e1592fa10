package scenario

import (
	"strconv"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

// env is what an expression is judged against: what the trace has told, the trees of the servers,
// and the operations of clients.
type env struct {
	facts  *facts
	before *facts // when the step began; nil before the first
	from   int    // the first record of the step
	since  int    // the first record that a bare event may be
	tree   func(zk.ServerID) *tree.DB
	call   func(ref *term) *call // nil result: there is no such operation
}

// call is one client line: an operation as the learner sees it.
type call struct {
	done   bool
	err    zk.Err
	zxid   zk.Zxid
	data   []byte
	hasRun bool // a reply came
	output string
}

// Truth judges the expression.
func (x *Expr) truth(e *env) bool { return e.truth(x.root) }

func (e *env) truth(n *term) bool {
	if n.op == opSymbol || n.op == opEvent {
		return e.first(n, e.since) >= 0
	}
	return e.eval(n).truth()
}

// eval returns the node's value; the zero value when it is unknown.
func (e *env) eval(n *term) value {
	switch n.op {
	case opLiteral:
		return n.val
	case opSymbol:
		return nameValue(n.class, n.text)
	case opName:
		return n.spec.eval(e, n)
	case opBefore:
		return e.earlier().eval(n.kids[0])
	case opField:
		return e.field(n)
	case opOr, opAnd, opNot:
		return e.logic(n)
	case opCompare:
		return e.compare(n)
	case opIn:
		return e.in(n)
	case opAdd:
		return e.sum(n)
	case opEarlier:
		return e.inOrder(n)
	case opEvent:
		return boolValue(e.truth(n))
	}
	return value{}
}

// earlier is the environment when the step began. Trees are not kept.
func (e *env) earlier() *env {
	b := *e
	b.tree = func(zk.ServerID) *tree.DB { return nil }
	if e.before != nil {
		b.facts = e.before
	}
	return &b
}

func (e *env) logic(n *term) value {
	switch n.op {
	case opNot:
		return boolValue(!e.truth(n.kids[0]))
	case opAnd:
		for _, kid := range n.kids {
			if !e.truth(kid) {
				return boolValue(false)
			}
		}
		return boolValue(true)
	}
	for _, kid := range n.kids {
		if e.truth(kid) {
			return boolValue(true)
		}
	}
	return boolValue(false)
}

func (e *env) compare(n *term) value {
	left := e.eval(n.kids[0])
	for i, op := range n.ops {
		right := e.eval(n.kids[i+1])
		if !left.known() || !right.known() || !holds(left, op, right) {
			return boolValue(false)
		}
		left = right
	}
	return boolValue(true)
}

func holds(a value, op string, b value) bool {
	switch op {
	case "==":
		return a.equal(b)
	case "!=":
		return !a.equal(b)
	case "<":
		return a.less(b)
	case "<=":
		return !b.less(a)
	case ">":
		return b.less(a)
	}
	return !a.less(b)
}

func (e *env) in(n *term) value {
	v := e.eval(n.kids[0])
	for _, kid := range n.kids[1].kids {
		if v.equal(e.eval(kid)) {
			return boolValue(true)
		}
	}
	return boolValue(false)
}

func (e *env) sum(n *term) value {
	total := e.eval(n.kids[0])
	for i, op := range n.ops {
		next := e.eval(n.kids[i+1])
		switch {
		case op == "+":
			total = total.plus(next, 1)
		case op == "-":
			total = total.plus(next, -1)
		case next.n == 0 || !next.known() || !total.known():
			return value{}
		default:
			total.n %= next.n
		}
	}
	return total
}

// inOrder judges "a before b": each happened in this step, the first of each in this order.
func (e *env) inOrder(n *term) value {
	last := -1
	for _, kid := range n.kids {
		i := e.first(kid, e.from)
		if i < 0 || i <= last {
			return boolValue(false)
		}
		last = i
	}
	return boolValue(true)
}

// first returns the index of the first record from an index on that is the event, -1 for none.
func (e *env) first(n *term, from int) int {
	match := e.matcher(n)
	for i, r := range e.facts.recs.from(from) {
		if match(r) {
			return i
		}
	}
	return -1
}

// matcher returns the test for an event: a message type that arrived, or a kind of event.
func (e *env) matcher(n *term) func(*record) bool {
	word := n.text
	if n.op == opName {
		word = n.kids[0].text
	}
	typ, isMessage := zk.ParseMsgType(word)
	kind, _ := trace.ParseKind(word)
	if isMessage && !(n.op == opName && n.text != "msgs") {
		kind = trace.Arrived
	}
	wanted := make([]value, len(n.filters))
	for i, f := range n.filters {
		wanted[i] = e.eval(f.of)
	}
	return func(r *record) bool {
		if r.kind != kind || kind == trace.Arrived && isMessage && r.typ != typ {
			return false
		}
		for i, f := range n.filters {
			if !r.matches(f.key, wanted[i]) {
				return false
			}
		}
		return true
	}
}

// matches compares one property of the record with what a filter wants.
func (r *record) matches(key string, want value) bool {
	switch key {
	case "from":
		return int64(r.peer) == want.n
	case "to":
		return int64(r.other) == want.n
	case "node":
		return int64(r.node) == want.n
	case "peer":
		return int64(r.peer) == want.n
	case "zxid":
		return zxidValue(r.zxid).equal(want)
	case "epoch":
		return int64(r.epoch) == want.n
	case "role":
		return r.role.String() == want.s
	case "why":
		return r.why.String() == want.s
	}
	return false
}

func evalNothing(*env, *term) value { return value{} }

func evalLeader(e *env, _ *term) value { return serverValue(e.facts.leader()) }

func evalEpoch(e *env, _ *term) value { return intValue(int(e.facts.epoch())) }

func evalZxid(e *env, _ *term) value { return zxidValue(e.facts.committed()) }

func evalService(e *env, _ *term) value {
	if e.facts.available() {
		return nameValue(isService, "available")
	}
	return nameValue(isService, "unavailable")
}

func evalLeadersNow(e *env, _ *term) value {
	n := 0
	for i := range e.facts.servers {
		if s := &e.facts.servers[i]; s.up && s.role == zk.Leading {
			n++
		}
	}
	return intValue(n)
}

func evalLeadersPerEpoch(e *env, _ *term) value { return intValue(e.facts.leadersPerEpoch()) }

func evalAlive(e *env, _ *term) value {
	n := 0
	for i := range e.facts.servers {
		if e.facts.servers[i].up {
			n++
		}
	}
	return intValue(n)
}

func evalKilled(e *env, _ *term) value { return intValue(e.facts.crashes) }

func evalQuorum(e *env, _ *term) value { return intValue(e.facts.voters.Len()/2 + 1) }

func evalLostAcked(e *env, _ *term) value { return intValue(e.facts.lostAcked()) }

// argServer returns the server that an argument names and what is known of it.
func (e *env) argServer(n *term, i int) (zk.ServerID, *serverFacts) {
	v := e.eval(n.kids[i])
	if v.n <= 0 || v.n > int64(zk.ServerMax) {
		return 0, nil
	}
	return zk.ServerID(v.n), e.facts.server(zk.ServerID(v.n))
}

// ofServer evaluates an indexed name; an unknown server has unknown values.
func (e *env) ofServer(n *term, read func(*serverFacts) value) value {
	if _, s := e.argServer(n, 0); s != nil {
		return read(s)
	}
	return value{}
}

func evalState(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return nameValue(isRole, s.role.String()) })
}

func evalPhase(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return nameValue(isPhase, s.phase.String()) })
}

func evalEpochOf(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return intValue(int(s.current)) })
}

func evalAccepted(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return intValue(int(s.accepted)) })
}

func evalLast(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return zxidValue(s.last) })
}

func evalDone(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return zxidValue(s.done) })
}

func evalRound(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return intValue(int(s.round)) })
}

func evalUp(e *env, n *term) value {
	return e.ofServer(n, func(s *serverFacts) value { return boolValue(s.up) })
}

func (e *env) argClient(n *term) *clientFacts {
	c := e.facts.client(zk.ServerID(n.kids[0].text[0]))
	if c == nil || !c.made {
		return nil
	}
	return c
}

func evalClient(e *env, n *term) value {
	if c := e.argClient(n); c != nil {
		return nameValue(isStat, client.State(c.state).String())
	}
	return value{}
}

func evalAttached(e *env, n *term) value {
	if c := e.argClient(n); c != nil {
		return serverValue(c.server)
	}
	return value{}
}

func evalSessionID(e *env, n *term) value {
	c := e.argClient(n)
	if c == nil || c.session == 0 {
		return value{}
	}
	return textValue(step.SessionString(c.session))
}

// finished returns the operation that the argument names, if it has its result.
func (e *env) finished(n *term) *call {
	c := e.call(n.kids[0])
	if c == nil || !c.done {
		return nil
	}
	return c
}

func evalResult(e *env, n *term) value {
	if c := e.finished(n); c != nil {
		return nameValue(isErr, c.err.String())
	}
	return value{}
}

func evalCallZxid(e *env, n *term) value {
	if c := e.finished(n); c != nil && c.hasRun {
		return zxidValue(c.zxid)
	}
	return value{}
}

func evalRead(e *env, n *term) value {
	if c := e.finished(n); c != nil && c.err == zk.OK {
		return textValue(string(c.data))
	}
	return value{}
}

func evalOutput(e *env, n *term) value {
	if c := e.finished(n); c != nil {
		return textValue(c.output)
	}
	return value{}
}

// treeOf returns the tree of the server that the first argument names, nil if it does not run.
func (e *env) treeOf(n *term) *tree.DB {
	id, s := e.argServer(n, 0)
	if s == nil || !s.up {
		return nil
	}
	return e.tree(id)
}

func evalHas(e *env, n *term) value {
	db := e.treeOf(n)
	if db == nil {
		return value{}
	}
	_, _, ok := db.Get(n.kids[1].val.s)
	return boolValue(ok)
}

func evalValue(e *env, n *term) value {
	db := e.treeOf(n)
	if db == nil {
		return value{}
	}
	data, _, ok := db.Get(n.kids[1].val.s)
	if !ok {
		return value{class: isNobody}
	}
	return textValue(string(data))
}

// evalAgree compares the servers that run: the whole state, or one znode.
func evalAgree(e *env, n *term) value {
	var first *tree.DB
	for i := range e.facts.servers {
		if !e.facts.servers[i].up {
			continue
		}
		db := e.tree(zk.ServerID(i))
		if db == nil {
			return value{}
		}
		if first == nil {
			first = db
		}
		if !sameTree(first, db, n.kids[0]) {
			return boolValue(false)
		}
	}
	return boolValue(first != nil)
}

func sameTree(a, b *tree.DB, arg *term) bool {
	if arg.op == opStar {
		return a.Zxid() == b.Zxid() && a.Digest() == b.Digest()
	}
	dataA, statA, okA := a.Get(arg.val.s)
	dataB, statB, okB := b.Get(arg.val.s)
	return okA == okB && string(dataA) == string(dataB) && statA == statB
}

// field evaluates "zxid.epoch", "votes[2].for" and "stat(2, "/x").version".
func (e *env) field(n *term) value {
	of := n.kids[0]
	if of.op == opBefore {
		inner := *n
		inner.kids = of.kids
		return e.earlier().field(&inner)
	}
	if of.op == opName && of.text == "votes" {
		return e.vote(of, n.text)
	}
	if of.op == opName && of.text == "stat" {
		return e.stat(of, n.text)
	}
	v := e.eval(of)
	if !v.known() {
		return v
	}
	if n.text == "epoch" {
		return intValue(int(zk.Zxid(v.n).Epoch()))
	}
	return intValue(int(zk.Zxid(v.n).Counter()))
}

func (e *env) vote(n *term, field string) value {
	_, s := e.argServer(n, 0)
	if s == nil || s.vote.Leader == 0 {
		return value{}
	}
	switch field {
	case "for":
		return serverValue(s.vote.Leader)
	case "reason":
		return textValue(rung(s.reason))
	case "round":
		return intValue(int(s.round))
	case "zxid":
		return zxidValue(s.vote.Zxid)
	}
	return intValue(int(s.vote.Epoch))
}

// rung names what decided the last change of a vote, "" when it never changed in this round.
func rung(why zk.Why) string {
	switch why {
	case zk.ByEpoch:
		return "epoch"
	case zk.ByZxid:
		return "zxid"
	case zk.ByServerID:
		return "myid"
	case zk.ByRound:
		return "round"
	}
	return ""
}

func (e *env) stat(n *term, field string) value {
	db := e.treeOf(n)
	if db == nil {
		return value{}
	}
	_, s, ok := db.Get(n.kids[1].val.s)
	if !ok {
		return value{}
	}
	return statField(&s, field)
}

func statField(s *zk.Stat, field string) value {
	switch field {
	case "cZxid":
		return zxidValue(s.Czxid)
	case "mZxid":
		return zxidValue(s.Mzxid)
	case "pZxid":
		return zxidValue(s.Pzxid)
	case "ctime":
		return value{class: isInt, n: s.Ctime}
	case "mtime":
		return value{class: isInt, n: s.Mtime}
	case "version", "dataVersion":
		return intValue(int(s.Version))
	case "cversion":
		return intValue(int(s.Cversion))
	case "aclVersion":
		return intValue(int(s.Aversion))
	case "ephemeralOwner":
		return textValue("0x" + strconv.FormatUint(uint64(s.EphemeralOwner), 16))
	case "dataLength":
		return intValue(int(s.DataLength))
	}
	return intValue(int(s.NumChildren))
}

// evalCount counts the events of this step that msgs or events names.
func evalCount(e *env, n *term) value {
	match, count := e.matcher(n), 0
	for _, r := range e.facts.recs.from(e.from) {
		if match(r) {
			count++
		}
	}
	return intValue(count)
}

// evalFired counts the watch events that a client received in this step.
func evalFired(e *env, n *term) value {
	letter, what, path := n.kids[0].text, n.kids[1], n.kids[2]
	count := 0
	for _, r := range e.facts.recs.from(e.from) {
		if r.kind != trace.EventSeen || r.node.String() != letter {
			continue
		}
		if what.op != opStar && zk.EventType(r.n).String() != what.text {
			continue
		}
		if path.op == opStar || pathMatches(path.val.s, r.path) {
			count++
		}
	}
	return intValue(count)
}

// pathMatches compares a path with a pattern that may end with /**.
func pathMatches(pattern, path string) bool {
	const below = "/**"
	if n := len(pattern) - len(below); n >= 0 && pattern[n:] == below {
		return path == pattern[:n] || len(path) > n && path[:n+1] == pattern[:n+1]
	}
	return pattern == path
}

// evalAcks counts who has acknowledged a zxid, the leader included.
func evalAcks(e *env, n *term) value {
	v := e.eval(n.kids[0])
	if !v.known() {
		return v
	}
	z := zk.Zxid(v.n)
	var set zk.ServerSet
	for _, r := range e.facts.acks.from(0) {
		if r.kind != trace.Committed && r.zxid.Epoch() == z.Epoch() && r.zxid >= z {
			set = set.With(r.peer)
		}
	}
	return intValue(set.Len())
}

// evalAcksAtCommit counts who had acknowledged a zxid when its leader committed it.
func evalAcksAtCommit(e *env, n *term) value {
	v := e.eval(n.kids[0])
	if !v.known() {
		return v
	}
	z := zk.Zxid(v.n)
	for _, r := range e.facts.acks.from(0) {
		if r.kind == trace.Committed && r.zxid.Epoch() == z.Epoch() && r.zxid >= z {
			return intValue(r.set.Len())
		}
	}
	return intValue(0)
}

// checkServers refuses a literal server that does not exist, wherever it stands for a server.
func (x *Expr) checkServers(all zk.ServerSet) *Error { return checkNode(x.root, all) }

func checkNode(n *term, all zk.ServerSet) *Error {
	if n.spec != nil {
		for i, kind := range n.spec.args {
			if kind != argServer || i >= len(n.kids) || n.kids[i].op != opLiteral {
				continue
			}
			id := n.kids[i].val.n
			if id < 1 || id > int64(zk.ServerMax) || !all.Has(zk.ServerID(id)) {
				return fail(CodeNoServer, strconv.FormatInt(id, 10), all.String())
			}
		}
	}
	for _, kid := range n.kids {
		if err := checkNode(kid, all); err != nil {
			return err
		}
	}
	return nil
}

// explain lists what the parts of an expression are now, for a check that failed.
func (x *Expr) explain(e *env) string {
	text := ""
	explainNode(e, x.root, &text)
	return text
}

func explainNode(e *env, n *term, text *string) {
	part := n.op == opName || n.op == opField || n.op == opBefore || n.op == opEvent
	if !part {
		for _, kid := range n.kids {
			explainNode(e, kid, text)
		}
		return
	}
	if *text != "" {
		*text += "; "
	}
	*text += n.src + " is " + e.eval(n).String()
}
