package shell

import "strings"

// Text is what a command prints. Out and Err are lines without a newline at the end; whoever shows
// both as one puts Err first, as it comes first.
type Text struct {
	Out, Err string
	HasOut   bool // there is output, if only an empty line
	Open     bool // Out has no newline at its end: what comes next follows on the same line
}

// said is the text of a command that succeeds and prints out.
func said(out string) Text { return Text{Out: out, HasOut: true} }

// String returns the text as one, for those who have one stream.
func (t Text) String() string {
	switch {
	case t.Err == "":
		return t.Out
	case !t.HasOut:
		return t.Err
	}
	return t.Err + "\n" + t.Out
}

// complain puts a line into the error stream, after those that are there.
func (t *Text) complain(line string) {
	if t.Err != "" {
		line = t.Err + "\n" + line
	}
	t.Err = line
}

// print puts a line into the output, after those that are there.
func (t *Text) print(line string) {
	if t.HasOut {
		line = t.Out + "\n" + line
	}
	t.Out, t.HasOut = line, true
}

func lines(text []string) string { return strings.Join(text, "\n") }
