package shell

import "strings"

// Completion is what the last word of a line may become.
type Completion struct {
	Head   string   // the line before the word
	Word   string   // the beginning of the word
	Words  []string // what it may become: commands and options
	Parent string   // the znode whose children it may become; "" when it is no path
	Usage  string   // of the command, when the word is none
}

// Complete completes the last word of a line for zkCli.
func Complete(line string) Completion {
	at := strings.LastIndexByte(line, ' ') + 1
	c := Completion{Head: line[:at], Word: line[at:]}
	name, _, more := strings.Cut(strings.TrimLeft(line, " "), " ")
	switch {
	case !more:
		c.Words = beginning(c.Word, Names(), " ")
		return c
	case strings.HasPrefix(c.Word, "/"):
		c.Parent = c.Word[:max(strings.LastIndexByte(c.Word, '/'), 1)]
	}
	c.Usage = Usage(name)
	if c.Parent == "" {
		c.Words = beginning(c.Word, flags(c.Usage), " ")
	}
	return c
}

// Paths returns the children of Parent that the word may become, as paths in their order.
func (c *Completion) Paths(children []string) []string {
	paths := make([]string, 0, len(children))
	for _, child := range sorted(children) {
		paths = append(paths, join(c.Parent, child))
	}
	return beginning(c.Word, paths, "")
}

// beginning returns the words that begin so and go on, with what follows each.
func beginning(start string, words []string, end string) []string {
	var out []string
	for _, word := range words {
		if strings.HasPrefix(word, start) && word+end != start {
			out = append(out, word+end)
		}
	}
	return out
}

// flags reads the options out of a usage line: "create [-s] [-e] path", "-n|-b val path".
func flags(usage string) []string {
	usage, _, _ = strings.Cut(usage, "#")
	var out []string
	for _, field := range strings.FieldsFunc(usage, isBreak) {
		if strings.HasPrefix(field, "-") {
			out = append(out, field)
		}
	}
	return out
}

func isBreak(r rune) bool { return strings.ContainsRune(" []|", r) }
