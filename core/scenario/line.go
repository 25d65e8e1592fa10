package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/zk"
)

// lineMax bounds the length of a line in bytes: a znode's largest value and its command.
const lineMax = 1<<20 + 1024

// Line is one line of the command language, parsed and valid in itself; whether its servers and
// clients exist is known only when it is carried out. It is immutable.
type Line struct {
	Text string // as written, without blanks at its ends
	Num  int    // line of the file, 0 for the console
	Verb string // the world line's verb without the colon, "" for a client line

	Client zk.ServerID // the client that is addressed, made or unplugged
	Server zk.ServerID // where it is connected first, 0 for any
	Pinned bool        // it stays there

	said  string        // what a client line says to zkCli
	shell shell.Command // of a client line

	cmd      sim.Command // what the world is told; its sets come from the targets
	from, to target
	groups   []target
	d        time.Duration
	n        int64
	name     string
	before   string // :fork: the step at whose beginning the branch starts
	expr     *Expr
}

// Expr returns the condition of :until, nil for other lines.
func (l *Line) Expr() *Expr { return l.expr }

// IsClient reports whether the line is zkCli for a client.
func (l *Line) IsClient() bool { return l.Verb == "" }

// Command returns what a world line tells an ensemble of these servers, with its targets filled in;
// leader may be 0. Of a line that is not about servers and links Verb is sim.NoVerb.
func (l *Line) Command(leader zk.ServerID, servers zk.ServerSet) (sim.Command, *Error) {
	c := l.cmd
	var err *Error
	if c.From, err = l.from.resolve(leader); err != nil {
		return c, err
	}
	if c.To, err = l.to.resolve(leader); err != nil {
		return c, err
	}
	c.Groups = make([]zk.ServerSet, len(l.groups))
	var named zk.ServerSet
	for i := range l.groups {
		if l.groups[i].all {
			continue
		}
		if c.Groups[i], err = l.groups[i].resolve(leader); err != nil {
			return c, err
		}
		named |= c.Groups[i]
	}
	for i := range l.groups {
		if l.groups[i].all {
			c.Groups[i] = servers &^ named
		}
	}
	return c, nil
}

// ParseLine reads one line: "A: get /x" for client A, or ":kill 3" for the world.
func ParseLine(text string) (Line, *Error) {
	l := Line{Text: strings.TrimSpace(text)}
	if len(l.Text) > lineMax {
		return l, fail(CodeTooLong, "line", strconv.Itoa(lineMax)+" bytes")
	}
	if rest, ok := strings.CutPrefix(l.Text, ":"); ok {
		return l.parseWorld(strings.TrimSpace(rest))
	}
	return l.parseClient()
}

// parseClient reads "A: …", "A@2: …" and "A@2!: …".
func (l Line) parseClient() (Line, *Error) {
	head, rest, ok := strings.Cut(l.Text, ":")
	if !ok || !l.parseWho(strings.TrimSpace(head)) || l.Client == 0 {
		return l, fail(CodeBadLine, shorten(l.Text))
	}
	command, err := shell.Parse(rest)
	if err != nil {
		return l, shellError(err)
	}
	l.said, l.shell = strings.TrimSpace(rest), command
	if command.Name == "connect" && command.Host != "" {
		return l, l.parseHost(command.Host)
	}
	return l, nil
}

// parseHost reads where connect goes: "node3", "node3:2181" as zkCli has it, or "3".
func (l *Line) parseHost(host string) *Error {
	name, _, _ := strings.Cut(host, ":")
	id, ok := parseServer(strings.TrimPrefix(name, "node"))
	if !ok {
		return fail(CodeBadTarget, host, "connect node3")
	}
	l.Server = id
	return nil
}

// parseWho reads a client with the server that it is connected to: "A", "A@2", "A@2!".
func (l *Line) parseWho(text string) bool {
	who, at, placed := strings.Cut(text, "@")
	id, ok := parseLetter(who)
	if !ok {
		return false
	}
	l.Client = id
	if !placed {
		return true
	}
	at, l.Pinned = strings.CutSuffix(at, "!")
	l.Server, ok = parseServer(at)
	return ok
}

func (l Line) parseWorld(rest string) (Line, *Error) {
	verb, args, _ := strings.Cut(rest, " ")
	spec := findVerb(verb)
	if spec == nil {
		return l, fail(CodeUnknownVerb, shorten(verb), verbNames())
	}
	l.Verb = spec.Name
	l.cmd.Verb, l.cmd.Line = spec.world, l.Text
	err := spec.parse(&l, &lineArgs{words: strings.Fields(args), rest: args, usage: spec.Usage})
	return l, err
}

// lineArgs are the words after a verb.
type lineArgs struct {
	words []string
	rest  string // the words as written
	usage string
}

func (a *lineArgs) bad(code string, text string) *Error { return fail(code, text, a.usage) }

// one returns the only word, or the usage as an error.
func (a *lineArgs) one() (string, *Error) {
	if len(a.words) != 1 {
		return "", fail(CodeUsage, a.usage)
	}
	return a.words[0], nil
}

// two returns the only two words, or the usage as an error.
func (a *lineArgs) two() (first, second string, err *Error) {
	if len(a.words) != 2 {
		return "", "", fail(CodeUsage, a.usage)
	}
	return a.words[0], a.words[1], nil
}

func (a *lineArgs) duration(text string) (time.Duration, *Error) {
	d, ok := parseDuration(text)
	if !ok {
		return 0, a.bad(CodeBadDuration, text)
	}
	return d, nil
}

// servers reads a target that must be servers.
func (a *lineArgs) servers(text string) (target, *Error) {
	t, ok := parseTarget(text)
	if !ok || t.client != 0 {
		return t, a.bad(CodeBadTarget, text)
	}
	return t, nil
}

// shorten keeps a message readable when someone pastes a book.
func shorten(text string) string {
	const long = 60
	if len(text) <= long {
		return text
	}
	cut := long
	for cut > 0 && text[cut]&0xc0 == 0x80 { // do not cut a character in two
		cut--
	}
	return text[:cut] + "…"
}

// checkServers refuses a line about servers that do not exist.
func (l *Line) checkServers(all zk.ServerSet) *Error {
	at := target{set: zk.SetOf(l.Server).Without(0)}
	for _, t := range append([]target{at, l.from, l.to}, l.groups...) {
		if err := t.checkServers(all); err != nil {
			return err.at(l.Num)
		}
	}
	if l.expr != nil {
		return l.expr.checkServers(all).at(l.Num)
	}
	return nil
}
