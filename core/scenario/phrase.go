package scenario

import (
	"strconv"
	"strings"
)

// Words is a language: the sentence of a key with its arguments in it, in the order {0}, {1}. It
// returns "" when there is no such key.
type Words func(key string, args ...string) string

// Phrase says a check as a sentence. What the language has no words for stays as it is written.
func (c *Check) Phrase(words Words) string {
	return spaced(c.phrase(words))
}

// spaced leaves one space where there are several, because a filter was empty, and none between two
// characters of a script that has none.
func spaced(s string) string {
	var out []rune
	for _, word := range strings.Fields(s) {
		next := []rune(word)
		if n := len(out); n > 0 && (out[n-1] < han || next[0] < han) {
			out = append(out, ' ')
		}
		out = append(out, next...)
	}
	return string(out)
}

const han = 0x2e80 // where the scripts without spaces begin

func (c *Check) phrase(words Words) string {
	if c.When == Violates {
		return words("check.violates", c.Name)
	}
	s := c.Expr.root.sentence(words)
	switch c.When {
	case Within:
		return words("check.within", c.D.String(), s)
	case Always:
		return words("check.always", s)
	case Never:
		return words("check.never", s)
	}
	return s
}

// sentence says what is true or false.
func (n *term) sentence(words Words) string {
	switch n.op {
	case opOr, opAnd:
		return n.fold(words, "expr."+n.text, (*term).sentence)
	case opEarlier:
		return n.fold(words, "expr.before", (*term).noun)
	case opNot:
		return words("expr.not", n.kids[0].sentence(words))
	case opCompare:
		return n.comparison(words)
	case opIn:
		return words("expr.in", n.kids[0].noun(words), n.kids[1].noun(words))
	case opName:
		return n.own(words, "is."+n.text)
	}
	return words("expr.happens", n.noun(words))
}

// fold joins what the parts of a term say.
func (n *term) fold(words Words, key string, say func(*term, Words) string) string {
	s := say(n.kids[0], words)
	for _, k := range n.kids[1:] {
		s = words(key, s, say(k, words))
	}
	return s
}

// comparison says a comparison: with a sentence of its own when the language has one.
func (n *term) comparison(words Words) string {
	a, b := n.kids[0], n.kids[1]
	if len(n.ops) > 1 {
		return srcOf(n)
	}
	value := b.noun(words)
	if b.op == opLiteral && a.class == isServer {
		value = b.serverNoun(words)
	}
	if name, of := a.named(); of != nil {
		parts := of.parts(words)
		if own := words("is."+name+n.ops[0]+srcOf(b), parts...); own != "" {
			return own
		}
		if own := words("is."+name+n.ops[0], append(parts, value)...); own != "" {
			return own
		}
	}
	return words("expr."+n.ops[0], a.noun(words), value)
}

// named returns the name of a value, "votes.for", and what has its arguments; nil for what has no
// name.
func (n *term) named() (name string, of *term) {
	switch {
	case n.op == opName:
		return n.text, n
	case n.op == opField && n.kids[0].op == opName:
		return n.kids[0].text + "." + n.text, n.kids[0]
	}
	return "", nil
}

func (n *term) serverNoun(words Words) string {
	if n.class == isNobody {
		return words("noun.nobody")
	}
	return words("noun.server", srcOf(n))
}

// noun names the value of a term.
func (n *term) noun(words Words) string {
	switch n.op {
	case opStar:
		return words("noun.all")
	case opCallRef:
		return words("noun.call", n.text, strconv.FormatInt(n.val.n, 10))
	case opBefore:
		return words("noun.before", n.kids[0].noun(words))
	case opName:
		if n.spec.form == formPlain {
			return n.own(words, "noun."+n.text)
		}
		return n.own(words, "of."+n.text)
	case opField:
		return n.field(words)
	case opList:
		return n.fold(words, "expr.or", (*term).noun)
	case opAdd:
		s := n.kids[0].noun(words)
		for i, op := range n.ops {
			s += " " + op + " " + n.kids[i+1].noun(words)
		}
		return s
	case opEvent:
		return words("noun.event", n.text, n.filtered(words))
	}
	return srcOf(n)
}

// field names a part of a value, "the vote of node 2".
func (n *term) field(words Words) string {
	if name, of := n.named(); of != nil {
		if s := words("of."+name, of.parts(words)...); s != "" {
			return s
		}
	}
	return words("noun.field", n.text, n.kids[0].noun(words))
}

// own says a name in the words of a key, or as it is written.
func (n *term) own(words Words, key string) string {
	if s := words(key, n.parts(words)...); s != "" {
		return s
	}
	return srcOf(n)
}

// parts are the arguments of a name, and what its filters say.
func (n *term) parts(words Words) []string {
	out := make([]string, 0, len(n.kids)+1)
	for _, k := range n.kids {
		out = append(out, k.noun(words))
	}
	return append(out, n.filtered(words))
}

// filtered says the filters of an event.
func (n *term) filtered(words Words) string {
	said := make([]string, len(n.filters))
	for i, f := range n.filters {
		said[i] = words("filter."+f.key, f.of.noun(words))
	}
	return strings.Join(said, " ")
}
