package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/zk"
)

// firstPatience is how long the first prompt waits for a connection.
const firstPatience = 2 * time.Second

// historyMax is how many lines the history keeps.
const historyMax = 1000

// Terminal is a terminal that edits lines: it has a history and completes with Tab. What is written
// to it while a line is edited appears above the line.
type Terminal struct {
	*term.Terminal
	in, out *os.File
	history history
}

// OpenTerminal returns a terminal on in and out, which must be one, with the history of file.
func OpenTerminal(in, out *os.File, file string) *Terminal {
	t := &Terminal{in: in, out: out, history: history{file: file}}
	t.Terminal = term.NewTerminal(readWriter{in, out}, "")
	t.history.load()
	t.History = &t.history
	return t
}

// readWriter is the terminal for the line editor.
type readWriter struct {
	io.Reader
	io.Writer
}

// Edit lets the user write one line. The terminal is raw only meanwhile, so that Ctrl-C stops a
// command that takes too long.
func (t *Terminal) Edit(prompt string) (string, error) {
	before, err := term.MakeRaw(int(t.in.Fd()))
	if err != nil {
		return "", err
	}
	if width, height, err := term.GetSize(int(t.out.Fd())); err == nil && width > 0 {
		_ = t.SetSize(width, height) // fails only for sizes that no terminal has
	}
	t.SetPrompt(prompt)
	line, err := t.ReadLine()
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	if restored := term.Restore(int(t.in.Fd()), before); err == nil {
		err = restored
	}
	return line, err
}

// Converse carries out what the user types until quit, Ctrl-D or Ctrl-C, and returns the exit
// status.
func (s *Shell) Converse(t *Terminal) int {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupted)
	go func() {
		if _, ok := <-interrupted; ok {
			s.Leave()
			os.Exit(StatusFailed)
		}
	}()
	t.AutoCompleteCallback = s.completer(t)
	if s.client.Await(firstPatience, s.settled).Err != nil {
		s.print(t, s.client.Explain().Error()+"\n")
	}
	for !s.over {
		line, err := t.Edit(s.Prompt())
		if errors.Is(err, io.EOF) {
			s.Run("quit")
			return StatusOK
		}
		if err != nil {
			s.print(s.cfg.Err, "cannot read on: "+err.Error()+"\n")
			return StatusFailed
		}
		s.Run(line)
	}
	return StatusOK
}

// completer completes the last word before the cursor with Tab.
func (s *Shell) completer(t *Terminal) func(string, int, rune) (string, int, bool) {
	return func(line string, at int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		head, words := s.Complete(line[:at])
		if len(words) == 0 {
			return line, at, true
		}
		if done := head + common(words); len(done) > at {
			return done + line[at:], len(done), true
		}
		_, _ = t.Write([]byte(strings.Join(words, "  ") + "\n"))
		return line, at, true
	}
}

// common returns the longest beginning that all words have.
func common(words []string) string {
	most := words[0]
	for _, word := range words[1:] {
		n := 0
		for n < len(most) && n < len(word) && most[n] == word[n] {
			n++
		}
		most = most[:n]
	}
	return most
}

// Complete returns what the last word of the line may become, and the line before that word.
func (s *Shell) Complete(line string) (head string, words []string) {
	c := shell.Complete(line)
	if c.Parent == "" {
		return c.Head, c.Words
	}
	if s.client.Status().String() != "CONNECTED" {
		return c.Head, nil
	}
	err, reply := s.client.Do(
		&zk.Request{Op: zk.OpGetChildren2, Path: c.Parent}, "")
	if err != zk.OK {
		return c.Head, nil
	}
	return c.Head, c.Paths(reply.Children)
}

// history is what was typed, oldest first, in this run and those before.
type history struct {
	file  string // "" to keep nothing
	lines []string
}

// Add notes a line, in the file too. What addauth is told is a secret.
func (h *history) Add(line string) {
	if line == "" || strings.HasPrefix(strings.TrimSpace(line), "addauth") {
		return
	}
	h.lines = append(h.lines, line)
	if h.file == "" {
		return
	}
	f, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		h.file = "" // a history that cannot be kept is no reason to stop
		return
	}
	defer f.Close()
	if _, err := f.WriteString(line + "\n"); err != nil {
		h.file = ""
	}
}

// Len returns the number of lines.
func (h *history) Len() int { return len(h.lines) }

// At returns a line, counted back from the last.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }

// load reads the file and cuts it to the newest lines when it has become long.
func (h *history) load() {
	text, err := os.ReadFile(h.file)
	if err != nil {
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, lineMax)
	for lines.Scan() {
		h.lines = append(h.lines, lines.Text())
	}
	if len(h.lines) <= historyMax {
		return
	}
	h.lines = h.lines[len(h.lines)-historyMax:]
	kept := strings.Join(h.lines, "\n") + "\n"
	if err := os.WriteFile(h.file, []byte(kept), 0o600); err != nil {
		h.file = ""
	}
}
