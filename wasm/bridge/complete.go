package bridge

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/zk"
)

// Option is what the beginning of a line may become. Hint says what it does, or how it goes on.
type Option struct {
	Line string `json:"line"`
	Hint string `json:"hint"`
}

// optionsMax bounds how many options are offered at once.
const optionsMax = 40

// complete lists what the beginning of a line may become: commands, their options, znodes, servers,
// clients, links and types of messages.
func (b *Bridge) complete(a *Args) (any, error) {
	out := b.completions(a.Line)
	return out[:min(len(out), optionsMax)], nil
}

// completions completes the last word of a line.
func (b *Bridge) completions(line string) []Option {
	head, word := cutLastWord(line)
	if strings.HasPrefix(line, ":") {
		if head == "" {
			return b.verbs(strings.TrimPrefix(word, ":"))
		}
		verb, _, _ := strings.Cut(line[1:], " ")
		return suggest(head, word, b.operands(verb, word), "")
	}
	address, rest := cutAddress(line)
	c := shell.Complete(rest)
	words := c.Words
	switch {
	case c.Usage == "":
		return b.commands(address, c.Words)
	case c.Parent != "":
		words = c.Paths(b.children(c.Parent))
	}
	return suggest(address+c.Head, c.Word, words, c.Usage)
}

// suggest makes options of the words that begin as the last one does.
func suggest(head, word string, words []string, hint string) []Option {
	out := []Option{}
	for _, w := range words {
		if strings.HasPrefix(w, word) && w != word {
			out = append(out, Option{Line: head + w, Hint: hint})
		}
	}
	return out
}

// verbs completes the name of a world line.
func (b *Bridge) verbs(start string) []Option {
	out, m := []Option{}, b.model()
	for _, v := range scenario.Verbs() {
		if strings.HasPrefix(v.Name, start) && m.Refuses(v.Name) == "" {
			out = append(out, Option{Line: ":" + v.Name + " ", Hint: b.text.Verb(v.Name)})
		}
	}
	return out
}

// commands says what a client's commands do.
func (b *Bridge) commands(address string, names []string) []Option {
	out := []Option{}
	for _, name := range names {
		hint := b.text.Command(strings.TrimSuffix(name, " "))
		out = append(out, Option{Line: address + name, Hint: hint})
	}
	return out
}

// cutAddress parts "A: get /x" into the address with what follows it, and the command.
func cutAddress(line string) (address, rest string) {
	who, rest, ok := strings.Cut(line, ":")
	if !ok || strings.ContainsRune(who, ' ') {
		return "", line
	}
	trimmed := strings.TrimLeft(rest, " ")
	return who + ": ", trimmed
}

func cutLastWord(line string) (head, word string) {
	i := strings.LastIndexByte(line, ' ') + 1
	return line[:i], line[i:]
}

// operands lists the words that a verb may be followed by. What it lists for links goes on from
// the server that was typed.
func (b *Bridge) operands(verb, word string) []string {
	switch verb {
	case "start", "kill", "power", "wipe", "slowdisk", "skew", "quorum", "drift", "faildisk":
		return b.servers()
	case "pause", "resume":
		return append(b.servers(), b.letters()...)
	case "unplug", "expire", "move":
		return b.letters()
	case "cut", "delay", "loss", "bandwidth", "reset":
		return b.links(word)
	case "heal":
		return append(append(b.servers(), b.letters()...), b.links(word)...)
	case "readonly":
		return []string{"on", "off"}
	case "drop", "hold", "duplicate", "release":
		return append(messageTypes(), b.links(word)...)
	case "until", "break":
		return []string{"leader != none", "service == available", "leader == ", "agree(*)"}
	}
	return nil
}

func (b *Bridge) servers() []string {
	out := []string{"leader", "*"}
	for s := range b.model().Servers() {
		out = append(out, s.ID.String())
	}
	return out
}

func (b *Bridge) letters() []string {
	var out []string
	for _, c := range b.model().Clients {
		out = append(out, c.ID.String())
	}
	return out
}

// links lists the links from the server that the word begins with, one way and both ways.
func (b *Bridge) links(word string) []string {
	from, _ := strconv.Atoi(word[:len(word)-len(strings.TrimLeft(word, "0123456789"))])
	var out []string
	for s := range b.model().Servers() {
		if from != 0 && s.ID != zk.ServerID(from) {
			out = append(out, strconv.Itoa(from)+">"+s.ID.String(),
				strconv.Itoa(from)+"<>"+s.ID.String())
		}
	}
	return out
}

// messageTypes lists the names of the messages between servers.
func messageTypes() []string {
	var out []string
	for t := zk.Notification; t < zk.ClientConnect; t++ {
		out = append(out, t.String()+" ")
	}
	return out
}

// children lists the children of a znode as the leader has it, or the first server that runs.
func (b *Bridge) children(path string) []string {
	if b.live != nil {
		children, _ := b.model().Committed().Tree.Children(path)
		return children
	}
	w := b.session.Timeline().World()
	id := b.model().Service().Leader
	for s := range b.model().Servers() {
		if id == 0 && s.Up {
			id = s.ID
		}
	}
	n := w.Node(id)
	if n == nil {
		return nil
	}
	children, _ := n.Tree().Children(path)
	return children
}
