package scenario

import "strings"

// depthMax bounds how deep an expression nests.
const depthMax = 50

// nodeOp says what a node of an expression does.
type nodeOp uint8

const (
	opLiteral nodeOp = iota
	opSymbol         // a name that stands for itself, "LOOKING"; as a truth: the event happened
	opName           // a variable, an indexed variable or a call
	opCallRef        // A#2
	opStar
	opField // kids[0].text
	opEarlier
	opOr
	opAnd
	opNot
	opCompare // kids joined by ops: a < b == c
	opIn
	opAdd
	opBefore
	opList
	opEvent // an event with filters
)

// term is one node of an expression. It never changes after it was parsed.
type term struct {
	op      nodeOp
	text    string   // name, operator or field
	ops     []string // opCompare, opAdd: the operators between kids
	kids    []*term
	filters []filter
	val     value
	class   class
	spec    *nameSpec
	src     string // as written, for what a failed check prints
}

// filter is "from=2" in msgs, events and event terms.
type filter struct {
	key string
	of  *term
}

// Expr is a check or a condition, parsed and valid. It is immutable.
type Expr struct {
	src  string
	root *term
}

// String returns the source.
func (x *Expr) String() string { return x.src }

// ParseExpr reads a condition, as :until takes one: an expression that is true or false.
func ParseExpr(src string) (*Expr, *Error) {
	e, err := parseValue(src)
	if err != nil {
		return nil, err
	}
	return e, needTruth(e.root)
}

// parseValue reads an expression of any type.
func parseValue(src string) (*Expr, *Error) {
	src = strings.TrimSpace(src)
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := parser{src: src, tokens: tokens}
	root := p.or()
	if p.err == nil && p.peek().kind != tokEnd {
		p.unexpected()
	}
	if p.err != nil {
		return nil, p.err
	}
	return &Expr{src: src, root: root}, nil
}

// needTruth refuses what is neither true nor false. An event is true once it has happened.
func needTruth(n *term) *Error {
	if n.class&(isBool|isEvent) == 0 {
		return fail(CodeExprBool, n.src, n.class.String())
	}
	return nil
}

// parser reads tokens by recursive descent; after an error it hands out harmless nodes.
type parser struct {
	src    string
	tokens []token
	i      int
	depth  int
	err    *Error
}

func (p *parser) peek() token { return p.tokens[p.i] }

func (p *parser) next() token {
	t := p.tokens[p.i]
	if t.kind != tokEnd {
		p.i++
	}
	return t
}

// is reports whether the next token is the operator or the word.
func (p *parser) is(text string) bool {
	t := p.peek()
	return t.text == text && (t.kind == tokSymbol || t.kind == tokName)
}

func (p *parser) take(text string) bool {
	if p.err != nil || !p.is(text) {
		return false
	}
	p.i++
	return true
}

func (p *parser) want(text string) {
	if p.err == nil && !p.take(text) {
		p.unexpected()
	}
}

func (p *parser) fail(code string, args ...string) {
	if p.err == nil {
		p.err = fail(code, args...)
	}
}

func (p *parser) unexpected() {
	t := p.peek()
	if t.kind == tokEnd {
		p.fail(CodeExprEnd, p.src)
		return
	}
	p.fail(CodeExprToken, t.text, p.src)
}

// finish gives the node its source, from the token at index start to here.
func (p *parser) finish(n *term, start int) *term {
	end := len(p.src)
	if p.i < len(p.tokens) {
		end = p.tokens[p.i].from
	}
	n.src = strings.TrimSpace(p.src[p.tokens[start].from:end])
	return n
}

func (p *parser) or() *term  { return p.logic(opOr, "or", "||", p.and) }
func (p *parser) and() *term { return p.logic(opAnd, "and", "&&", p.not) }

func (p *parser) logic(op nodeOp, word, sign string, operand func() *term) *term {
	start := p.i
	if p.depth++; p.depth > depthMax {
		p.fail(CodeExprDeep, p.src)
	}
	defer func() { p.depth-- }()
	first := operand()
	if !p.is(word) && !p.is(sign) {
		return first
	}
	n := &term{op: op, text: word, kids: []*term{first}, class: isBool}
	for p.take(word) || p.take(sign) {
		n.kids = append(n.kids, operand())
	}
	for _, kid := range n.kids {
		p.truth(kid)
	}
	return p.finish(n, start)
}

func (p *parser) truth(n *term) {
	if p.err == nil {
		p.err = needTruth(n)
	}
}

func (p *parser) not() *term {
	start := p.i
	nots := 0
	for p.take("not") || p.take("!") {
		nots++
	}
	inner := p.earlier()
	if nots == 0 {
		return inner
	}
	p.truth(inner)
	n := &term{op: opNot, text: "not", kids: []*term{inner}, class: isBool}
	if nots%2 == 0 {
		n = &term{op: opAnd, text: "and", kids: []*term{inner}, class: isBool}
	}
	return p.finish(n, start)
}

// earlier reads "a before b before c": the first of each in this order.
func (p *parser) earlier() *term {
	start := p.i
	first := p.compare()
	if !p.is("before") {
		return first
	}
	n := &term{op: opEarlier, text: "before", kids: []*term{first}, class: isBool}
	for p.take("before") {
		n.kids = append(n.kids, p.compare())
	}
	for _, kid := range n.kids {
		if p.err == nil && kid.class&isEvent == 0 {
			p.fail(CodeExprTypes, kid.src, kid.class.String(), "before", "for events")
		}
	}
	return p.finish(n, start)
}

var comparisons = []string{"==", "!=", "<=", ">=", "<", ">"}

func (p *parser) compare() *term {
	start := p.i
	first := p.sum()
	n := &term{op: opCompare, kids: []*term{first}, class: isBool}
	for p.err == nil {
		op := p.oneOf(comparisons)
		if op == "" {
			break
		}
		n.ops = append(n.ops, op)
		n.kids = append(n.kids, p.sum())
	}
	switch {
	case len(n.ops) > 0:
		p.checkCompare(n)
		return p.finish(n, start)
	case p.take("in"):
		return p.finish(p.in(first), start)
	}
	return first
}

func (p *parser) oneOf(ops []string) string {
	for _, op := range ops {
		if p.take(op) {
			return op
		}
	}
	return ""
}

// checkCompare refuses pairs that can never be equal, and < on what has no order.
func (p *parser) checkCompare(n *term) {
	for i, op := range n.ops {
		a, b := n.kids[i], n.kids[i+1]
		if p.err != nil {
			return
		}
		if !a.class.comparable(b.class) {
			p.fail(CodeExprTypes, srcOf(a), a.class.String(), srcOf(b), b.class.String())
			return
		}
		if op != "==" && op != "!=" && !(a.class.ordered() && b.class.ordered()) {
			p.fail(CodeExprToken, op, p.src)
		}
	}
}

func srcOf(n *term) string {
	if n.src != "" {
		return n.src
	}
	return n.text
}

func (p *parser) in(first *term) *term {
	set := p.sum()
	n := &term{op: opIn, text: "in", kids: []*term{first, set}, class: isBool}
	if p.err == nil && set.op != opList {
		p.fail(CodeExprArgs, "in", "x in [a, b]")
	}
	for _, e := range set.kids {
		if p.err == nil && !first.class.comparable(e.class) {
			p.fail(CodeExprTypes, srcOf(first), first.class.String(), srcOf(e), e.class.String())
		}
	}
	return n
}

func (p *parser) sum() *term {
	start := p.i
	first := p.postfix()
	n := &term{op: opAdd, kids: []*term{first}, class: first.class}
	for p.err == nil {
		op := p.oneOf([]string{"+", "-", "%"})
		if op == "" {
			break
		}
		n.ops = append(n.ops, op)
		n.kids = append(n.kids, p.postfix())
	}
	if len(n.ops) == 0 {
		return first
	}
	p.checkSum(n)
	return p.finish(n, start)
}

func (p *parser) checkSum(n *term) {
	for i, kid := range n.kids {
		number := isInt | isTime | isZxid
		if i > 0 {
			number = isInt | isTime
		}
		if p.err == nil && kid.class&number == 0 {
			p.fail(CodeExprToken, n.ops[max(0, i-1)], p.src)
		}
	}
}

// postfix reads a primary with its fields: zxid(A#1).epoch.
func (p *parser) postfix() *term {
	start := p.i
	n := p.primary()
	for p.err == nil && p.take(".") {
		field := p.next()
		if field.kind != tokName {
			p.i--
			p.unexpected()
			break
		}
		class, known := fieldClass(n, field.text)
		if class == 0 {
			p.fail(CodeExprField, field.text, srcOf(n), known)
		}
		n = p.finish(&term{op: opField, text: field.text, kids: []*term{n}, class: class}, start)
	}
	if p.err == nil && n.spec != nil && n.spec.fields != nil {
		p.fail(CodeExprArgs, n.text, n.spec.usage)
	}
	return n
}

func (p *parser) primary() *term {
	start := p.i
	if p.err != nil {
		return &term{}
	}
	t := p.next()
	switch {
	case t.kind == tokInt:
		return p.literal(start, value{class: isInt, n: t.n})
	case t.kind == tokTime:
		return p.literal(start, value{class: isTime, n: t.n})
	case t.kind == tokZxid:
		return p.literal(start, value{class: isZxid, n: t.n})
	case t.kind == tokString:
		return p.literal(start, textValue(t.text))
	case t.kind == tokOp:
		return p.callRef(start, t)
	case t.kind == tokName:
		return p.finish(p.name(t.text), start)
	case t.text == "(":
		n := p.or()
		p.want(")")
		return n
	case t.text == "[":
		return p.finish(p.list(), start)
	case t.text == "*":
		return p.finish(&term{op: opStar, text: "*"}, start)
	case t.text == "-" && p.peek().kind == tokInt:
		return p.literal(start, value{class: isInt, n: -p.next().n})
	}
	p.i = start
	p.unexpected()
	return &term{}
}

func (p *parser) literal(start int, v value) *term {
	return p.finish(&term{op: opLiteral, val: v, class: v.class}, start)
}

// callRef reads "A#1" and "A#1 of step-id". Steps may be named by id or by number.
func (p *parser) callRef(start int, t token) *term {
	n := &term{op: opCallRef, text: t.text[:1], val: value{class: isInt, n: t.n}}
	if p.take("of") {
		p.take("step")
		n.ops = []string{p.stepName()}
	}
	return p.finish(n, start)
}

// stepName reads an id such as write-between, which the lexer saw as several tokens.
func (p *parser) stepName() string {
	name := ""
	for {
		t := p.peek()
		if t.kind != tokName && t.kind != tokInt && (t.kind != tokSymbol || t.text != "-") {
			break
		}
		p.i++
		name += t.text
	}
	if name == "" {
		p.unexpected()
	}
	return name
}

func (p *parser) list() *term {
	n := &term{op: opList, class: isList}
	for p.err == nil && !p.is("]") {
		n.kids = append(n.kids, p.sum())
		if !p.take(",") {
			break
		}
	}
	p.want("]")
	return n
}
