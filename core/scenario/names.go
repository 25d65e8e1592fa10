package scenario

import (
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// form says how a name is written.
type form uint8

const (
	formPlain form = iota // leader
	formIndex             // state[2]
	formCall              // has(2, "/x")
)

// argKind says what an argument must be.
type argKind uint8

const (
	argServer argKind = iota
	argCall           // A#1
	argClient
	argPath
	argPathOrAll
	argZxid
	argMessage
	argKindName
	argWatch
)

// field is a part of a value that has parts.
type fieldSpec struct {
	name  string
	class class
}

// nameSpec is one row of the table of names.
type nameSpec struct {
	name    string
	form    form
	usage   string
	class   class
	args    []argKind
	fields  []fieldSpec // not nil: the name is written with a field
	filters []string    // keys that may follow the arguments
	eval    func(e *env, n *term) value
}

var voteFields = []fieldSpec{
	{"for", isServer}, {"reason", isText}, {"round", isInt}, {"zxid", isZxid}, {"epoch", isInt},
}

var statFields = []fieldSpec{
	{"cZxid", isZxid}, {"mZxid", isZxid}, {"pZxid", isZxid}, {"ctime", isInt}, {"mtime", isInt},
	{"version", isInt}, {"dataVersion", isInt}, {"cversion", isInt}, {"aclVersion", isInt},
	{"ephemeralOwner", isText}, {"dataLength", isInt}, {"numChildren", isInt},
}

var zxidFields = []fieldSpec{{"epoch", isInt}, {"counter", isInt}}

var (
	messageFilters = []string{"from", "to", "zxid"}
	eventFilters   = []string{"node", "peer", "role", "why", "zxid", "epoch"}
)

// nameSpecs returns the table of names; a function, because evaluating reads what the table holds.
func nameSpecs() []nameSpec {
	specs := append(plainSpecs(), orderSpecs()...)
	return append(specs, append(indexSpecs(), callSpecs()...)...)
}

func plainSpecs() []nameSpec {
	return []nameSpec{
		{name: "leader", usage: "leader == 3", class: isServer, eval: evalLeader},
		{name: "epoch", usage: "epoch == 2", class: isInt, eval: evalEpoch},
		{name: "zxid", usage: "zxid > before.zxid", class: isZxid, eval: evalZxid},
		{name: "service", usage: "service == available", class: isService, eval: evalService},
		{name: "leaders_now", usage: "leaders_now == 1", class: isInt, eval: evalLeadersNow},
		{name: "leaders_per_epoch", usage: "leaders_per_epoch <= 1", class: isInt,
			eval: evalLeadersPerEpoch},
		{name: "alive", usage: "alive == 3", class: isInt, eval: evalAlive},
		{name: "killed", usage: "killed == 0", class: isInt, eval: evalKilled},
		{name: "quorum", usage: "quorum == 3", class: isInt, eval: evalQuorum},
		{name: "lost_acked", usage: "lost_acked == 0", class: isInt, eval: evalLostAcked},
	}
}

func indexSpecs() []nameSpec {
	server, client := []argKind{argServer}, []argKind{argClient}
	return []nameSpec{
		{name: "state", form: formIndex, usage: "state[2] == LOOKING", class: isRole, args: server,
			eval: evalState},
		{name: "phase", form: formIndex, usage: "phase[2] == BROADCAST", class: isPhase,
			args: server, eval: evalPhase},
		{name: "epoch", form: formIndex, usage: "epoch[2] == 1", class: isInt, args: server,
			eval: evalEpochOf},
		{name: "accepted", form: formIndex, usage: "accepted[2] == 1", class: isInt, args: server,
			eval: evalAccepted},
		{name: "last", form: formIndex, usage: "last[2] == e1·c2", class: isZxid, args: server,
			eval: evalLast},
		{name: "done", form: formIndex, usage: "done[2] == e1·c2", class: isZxid, args: server,
			eval: evalDone},
		{name: "votes", form: formIndex, usage: "votes[2].for == 3", args: server,
			fields: voteFields, eval: evalNothing},
		{name: "round", form: formIndex, usage: "round[2] == 1", class: isInt, args: server,
			eval: evalRound},
		{name: "up", form: formIndex, usage: "up[2]", class: isBool, args: server, eval: evalUp},
		{name: "client", form: formIndex, usage: "client[A] == CONNECTED", class: isStat,
			args: client, eval: evalClient},
		{name: "attached", form: formIndex, usage: "attached[A] == 2", class: isServer,
			args: client, eval: evalAttached},
	}
}

func callSpecs() []nameSpec {
	call := []argKind{argCall}
	node := []argKind{argServer, argPath}
	return []nameSpec{
		{name: "zxid", form: formCall, usage: "zxid(A#1)", class: isZxid, args: call,
			eval: evalCallZxid},
		{name: "result", form: formCall, usage: "result(A#1) == ok", class: isErr, args: call,
			eval: evalResult},
		{name: "read", form: formCall, usage: `read(A#1) == "1"`, class: isText, args: call,
			eval: evalRead},
		{name: "output", form: formCall, usage: `output(A#1) == "[a]"`, class: isText, args: call,
			eval: evalOutput},
		{name: "has", form: formCall, usage: `has(2, "/x")`, class: isBool, args: node,
			eval: evalHas},
		{name: "value", form: formCall, usage: `value(2, "/x") == "1"`, class: isText, args: node,
			eval: evalValue},
		{name: "agree", form: formCall, usage: `agree(*) or agree("/x")`, class: isBool,
			args: []argKind{argPathOrAll}, eval: evalAgree},
		{name: "stat", form: formCall, usage: `stat(2, "/x").version`, args: node,
			fields: statFields, eval: evalNothing},
		{name: "msgs", form: formCall, usage: "msgs(TRUNC, to=5) == 1", class: isInt,
			args: []argKind{argMessage}, filters: messageFilters, eval: evalCount},
		{name: "events", form: formCall, usage: "events(VoteChanged, node=1) == 1", class: isInt,
			args: []argKind{argKindName}, filters: eventFilters, eval: evalCount},
		{name: "fired", form: formCall, usage: `fired(A, NodeDataChanged, "/x") == 1`,
			class: isInt, args: []argKind{argClient, argWatch, argPathOrAll}, eval: evalFired},
		{name: "acks", form: formCall, usage: "acks(e1·c2) == 3", class: isInt,
			args: []argKind{argZxid}, eval: evalAcks},
		{name: "acks_at_commit", form: formCall, usage: "acks_at_commit(e1·c2) >= 3", class: isInt,
			args: []argKind{argZxid}, eval: evalAcksAtCommit},
		{name: "sessionId", form: formCall, usage: "sessionId(A) == before.sessionId(A)",
			class: isText, args: []argKind{argClient}, eval: evalSessionID},
	}
}

// Names lists the names of the check language with an example of each, for the reference page.
func Names() [][2]string {
	var out [][2]string
	for _, s := range nameSpecs() {
		out = append(out, [2]string{s.name, s.usage})
	}
	return out
}

func knownNames() string {
	var names []string
	for _, s := range nameSpecs() {
		names = append(names, s.usage)
	}
	return strings.Join(names, ", ")
}

// findName returns the row with the name and form, or any row with the name.
func findName(name string, f form) (spec *nameSpec, other *nameSpec) {
	specs := nameSpecs()
	for i := range specs {
		if specs[i].name != name {
			continue
		}
		if specs[i].form == f {
			return &specs[i], nil
		}
		other = &specs[i]
	}
	return nil, other
}

// name reads what follows a word: a variable, an index, a call, an event or a symbol.
func (p *parser) name(word string) *term {
	switch word {
	case "true", "false":
		return &term{op: opLiteral, val: boolValue(word == "true"), class: isBool}
	case "none":
		return &term{op: opLiteral, val: value{class: isNobody}, class: isNobody}
	case "before":
		return p.beforeStep()
	}
	f := formPlain
	switch {
	case p.is("["):
		f = formIndex
	case p.is("("):
		f = formCall
	}
	spec, other := findName(word, f)
	class := symbolClass(word)
	switch {
	case spec != nil:
		return p.named(spec)
	case class&isEvent != 0 && f == formCall:
		return p.event(word)
	case class != 0:
		return &term{op: opSymbol, text: word, class: class}
	case other != nil:
		p.fail(CodeExprArgs, word, other.usage)
	default:
		p.fail(CodeExprName, word, knownNames())
	}
	return &term{}
}

// beforeStep reads "before.leader": the value when the step began.
func (p *parser) beforeStep() *term {
	p.want(".")
	t := p.next()
	if p.err == nil && t.kind != tokName {
		p.fail(CodeExprArgs, "before", "before.leader")
	}
	if p.err != nil {
		return &term{}
	}
	inner := p.name(t.text)
	if p.err == nil && inner.op != opName {
		p.fail(CodeExprArgs, "before", "before.leader")
	}
	return &term{op: opBefore, text: "before", kids: []*term{inner}, class: inner.class,
		spec: fieldsOnly(inner.spec)}
}

// fieldsOnly lets "before.votes[2].for" find its fields through the before node.
func fieldsOnly(s *nameSpec) *nameSpec {
	if s == nil || s.fields == nil {
		return nil
	}
	return s
}

func (p *parser) named(spec *nameSpec) *term {
	n := &term{op: opName, text: spec.name, class: spec.class, spec: spec}
	switch spec.form {
	case formIndex:
		p.want("[")
		p.args(n)
		p.want("]")
	case formCall:
		p.want("(")
		p.args(n)
		p.want(")")
	}
	return n
}

// args reads the arguments and filters of a name and checks them against its row.
func (p *parser) args(n *term) {
	for p.err == nil && !p.is(")") && !p.is("]") {
		if p.filter(n) {
			continue
		}
		n.kids = append(n.kids, p.sum())
		if !p.take(",") {
			break
		}
	}
	if p.err != nil {
		return
	}
	if n.text == "stat" && len(n.kids) == 1 { // stat("/x"): on the leader
		n.kids = append([]*term{{op: opName, text: "leader", class: isServer,
			spec: &plainSpecs()[0]}}, n.kids...)
	}
	if len(n.kids) != len(n.spec.args) {
		p.fail(CodeExprArgs, n.text, n.spec.usage)
		return
	}
	for i, kind := range n.spec.args {
		if !kind.fits(n.kids[i]) {
			p.fail(CodeExprArgs, n.text, n.spec.usage)
		}
	}
}

// filter reads "from=2," where one stands.
func (p *parser) filter(n *term) bool {
	t := p.peek()
	if t.kind != tokName || p.tokens[p.i+1].kind != tokSymbol || p.tokens[p.i+1].text != "=" {
		return false
	}
	p.i += 2
	keys := eventFilters
	usage := "Elected(node=4)"
	if n.spec != nil {
		keys, usage = n.spec.filters, n.spec.usage
	} else if _, ok := zk.ParseMsgType(n.text); ok {
		keys, usage = messageFilters, "PROPOSAL(from=5, to=1)"
	}
	if !contains(keys, t.text) {
		p.fail(CodeExprArgs, n.text, usage)
		return true
	}
	of := p.sum()
	if t.text == "why" && p.err == nil && of.op != opLiteral {
		p.fail(CodeExprArgs, "why", `why="ByZxid"`)
	}
	n.filters = append(n.filters, filter{t.text, of})
	if !p.take(",") && !p.is(")") {
		p.unexpected()
	}
	return true
}

// event reads "Elected(node=4)" or "LEADERINFO(to=3)".
func (p *parser) event(word string) *term {
	n := &term{op: opEvent, text: word, class: isEvent}
	p.want("(")
	for p.err == nil && !p.is(")") {
		if !p.filter(n) {
			p.unexpected()
		}
	}
	p.want(")")
	return n
}

// fits reports whether the node can be the argument.
func (k argKind) fits(n *term) bool {
	switch k {
	case argServer:
		return n.class&(isInt|isServer) != 0
	case argCall:
		return n.op == opCallRef
	case argClient:
		return n.op == opSymbol && n.class&isClient != 0
	case argPath:
		return n.op == opLiteral && n.class == isText
	case argPathOrAll:
		return n.op == opStar || n.op == opLiteral && n.class == isText
	case argZxid:
		return n.class&isZxid != 0
	case argMessage:
		_, ok := zk.ParseMsgType(n.text)
		return n.op == opSymbol && ok
	case argKindName:
		_, ok := trace.ParseKind(n.text)
		return n.op == opSymbol && ok
	case argWatch:
		return n.op == opStar || n.op == opSymbol && n.class&isWatch != 0
	}
	return false
}

// symbolClass returns what a bare word can stand for, 0 for nothing.
func symbolClass(word string) class {
	var c class
	if len(word) == 1 && word[0] >= 'A' && word[0] <= 'Z' {
		c |= isClient
	}
	if _, ok := zk.ParseErr(word); ok {
		c |= isErr
	}
	if _, ok := zk.ParseMsgType(word); ok {
		c |= isEvent
	}
	if _, ok := trace.ParseKind(word); ok {
		c |= isEvent
	}
	for _, s := range symbols {
		if s.name == word {
			c |= s.class
		}
	}
	return c
}

var symbols = []struct {
	name  string
	class class
}{
	{"LOOKING", isRole}, {"FOLLOWING", isRole}, {"LEADING", isRole}, {"OBSERVING", isRole},
	{"DOWN", isRole}, {"ELECTION", isPhase}, {"DISCOVERY", isPhase},
	{"SYNCHRONIZATION", isPhase}, {"BROADCAST", isPhase}, {"available", isService},
	{"unavailable", isService}, {"NodeCreated", isWatch}, {"NodeDeleted", isWatch},
	{"NodeDataChanged", isWatch}, {"NodeChildrenChanged", isWatch}, {"DISCONNECTED", isStat},
	{"CONNECTING", isStat}, {"CONNECTED", isStat}, {"EXPIRED", isStat}, {"CLOSED", isStat},
}

// fieldClass returns the type of a node's field, 0 with the known fields when there is none.
func fieldClass(n *term, field string) (class, string) {
	fields := zxidFields
	switch {
	case n.spec != nil && n.spec.fields != nil:
		fields = n.spec.fields
	case n.class&isZxid == 0:
		return 0, "none"
	}
	var known []string
	for _, f := range fields {
		if f.name == field {
			return f.class, ""
		}
		known = append(known, f.name)
	}
	return 0, strings.Join(known, ", ")
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
