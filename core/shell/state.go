package shell

import "strconv"

// historyShown is how many lines history shows before its own.
const historyShown = 10

// State is what a shell remembers of the lines before: zkCli numbers them from 0. The zero value
// is a shell at its beginning. Copies share no memory that is written.
type State struct {
	Lines []string // every line but empty ones, redone ones as what they stood for
	Quiet bool     // watch events are not printed
}

// Take reads the next line, which from then on is one of those before.
func (s *State) Take(line string) (Command, *Error) {
	c, err := Parse(line)
	if err != nil {
		if err.Code != CodeEmpty {
			s.note(line)
		}
		return c, err
	}
	if c.session == sessionRedo {
		return s.redo(line, c.number)
	}
	s.note(line)
	return s.resolve(c), nil
}

// redo reads an earlier line again.
func (s *State) redo(line string, n int) (Command, *Error) {
	if n < 0 || n >= len(s.Lines) {
		s.note(line)
		return Command{}, refuse("Command index out of range")
	}
	earlier := s.Lines[n]
	c, err := Parse(earlier)
	if err == nil && c.session == sessionRedo {
		s.note(line)
		return Command{}, refuse("No redoing redos")
	}
	s.note(earlier)
	return s.resolve(c), err
}

// note remembers a line; the lines that a copy of the state has are not written.
func (s *State) note(line string) { s.Lines = append(s.Lines[:len(s.Lines):len(s.Lines)], line) }

// resolve answers what a command asks of the shell itself.
func (s *State) resolve(c Command) Command {
	switch c.session {
	case sessionHistory:
		c.Local = said(s.history())
	case sessionWatches:
		c.Local = said("printwatches is " + onOff(!s.Quiet))
	case sessionPrint:
		s.Quiet = false
	case sessionQuiet:
		s.Quiet = true
	}
	return c
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (s *State) history() string {
	var out []string
	last := len(s.Lines) - 1
	for i := max(0, last-historyShown); i <= last; i++ {
		out = append(out, strconv.Itoa(i)+" - "+s.Lines[i])
	}
	return lines(out)
}

// OfSession reports whether the command can only be read with the State.
func (c *Command) OfSession() bool { return c.session != sessionNothing }
