package scenario

import (
	"strconv"
	"strings"
)

// Parse reads a scenario file. The name is the file's without directory and .md; an error carries
// the number of the line.
func Parse(name, text string) (*File, *Error) {
	r, err := read(name, text, false)
	if err != nil {
		return nil, err
	}
	if r.f.Voters == 0 {
		return nil, fail(CodeFrontValue, "cluster", "", "cluster: 5 voters").at(1)
	}
	if r.f.Seed == 0 {
		r.f.Seed = 1
	}
	return r.f, r.f.checkServers()
}

// ParseTranslation reads a file that has the title, headings, prose and questions of a scenario in
// another language, and nothing that runs.
func ParseTranslation(name, text string) (*File, *Error) {
	r, err := read(name, text, true)
	if err != nil {
		return nil, err
	}
	return r.f, nil
}

// checkServers refuses lines and checks about servers that the ensemble does not have.
func (f *File) checkServers() *Error {
	voters, observers := f.servers()
	all := voters | observers
	for i := range f.Steps {
		for _, l := range f.Steps[i].lines() {
			if err := l.checkServers(all); err != nil {
				return err
			}
		}
		for _, c := range f.Steps[i].Checks() {
			if c.Expr == nil {
				continue
			}
			if err := c.Expr.checkServers(all); err != nil {
				return err.at(c.Line)
			}
		}
	}
	for _, c := range f.Clients {
		if c.Server != 0 && !all.Has(c.Server) {
			return fail(CodeNoServer, c.Server.String(), all.String()).at(1)
		}
	}
	return nil
}

// reader goes through a file line by line.
type reader struct {
	f      *File
	lines  []string
	n      int  // lines read so far: the number of the current one
	prose  bool // a translation: nothing that runs
	start  int  // line where the current prose began
	markup []string
}

func read(name, text string, prose bool) (*reader, *Error) {
	if len(text) > FileMax {
		return nil, fail(CodeTooLong, "file", strconv.Itoa(FileMax)+" bytes")
	}
	text = strings.TrimPrefix(text, "\ufeff")
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	r := &reader{f: &File{Name: name}, lines: lines, prose: prose}
	if err := r.front(); err != nil {
		return nil, err.at(r.n)
	}
	for r.n < len(r.lines) {
		if err := r.line(); err != nil {
			return nil, err.at(r.n)
		}
	}
	r.flush()
	if r.f.Title == "" {
		return nil, fail(CodeFrontValue, "title", "", "title: Why did server 5 win?").at(1)
	}
	if len(r.f.Steps) == 0 {
		return nil, fail(CodeNoSteps).at(len(r.lines))
	}
	return r, nil
}

func (r *reader) next() string {
	line := r.lines[r.n]
	r.n++
	return line
}

// front reads the block between two lines of three dashes.
func (r *reader) front() *Error {
	if strings.TrimSpace(r.next()) != "---" {
		return fail(CodeFront)
	}
	for r.n < len(r.lines) {
		line := strings.TrimSpace(r.next())
		switch {
		case line == "---":
			return nil
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		}
		if err := r.f.setFront(line); err != nil {
			return err
		}
	}
	return fail(CodeFront)
}

// line reads a heading, a fenced block or a line of prose.
func (r *reader) line() *Error {
	line := r.next()
	switch {
	case strings.HasPrefix(line, "## "):
		r.flush()
		return r.heading(line)
	case strings.HasPrefix(line, "```"):
		return r.fence(line)
	}
	r.keep(line)
	return nil
}

// keep adds a line to the prose.
func (r *reader) keep(line string) {
	if len(r.markup) == 0 {
		r.start = r.n
	}
	r.markup = append(r.markup, line)
}

// flush ends the prose: it becomes a block.
func (r *reader) flush() {
	text := strings.Trim(strings.Join(r.markup, "\n"), "\n")
	if strings.TrimSpace(text) != "" {
		r.add(Block{Kind: Prose, Line: r.start, End: r.n, Text: text})
	}
	r.markup = nil
}

// add puts a block into the current step, or into the introduction.
func (r *reader) add(b Block) {
	if s := r.step(); s != nil {
		s.Blocks = append(s.Blocks, b)
		return
	}
	r.f.Intro = append(r.f.Intro, b)
}

func (r *reader) step() *Step {
	if len(r.f.Steps) == 0 {
		return nil
	}
	return &r.f.Steps[len(r.f.Steps)-1]
}

// heading reads "## Title {#id}".
func (r *reader) heading(line string) *Error {
	title, id, ok := strings.Cut(strings.TrimPrefix(line, "## "), "{#")
	id, closed := strings.CutSuffix(strings.TrimSpace(id), "}")
	if !ok || !closed || !isID(id) {
		return fail(CodeStepID, strings.TrimSpace(line))
	}
	for i := range r.f.Steps {
		if r.f.Steps[i].ID == id {
			return fail(CodeStepTwice, id)
		}
	}
	if len(r.f.Steps) == StepsMax {
		return fail(CodeTooLong, "file", strconv.Itoa(StepsMax)+" steps")
	}
	r.f.Steps = append(r.f.Steps, Step{ID: id, Title: strings.TrimSpace(title), Line: r.n})
	return nil
}

func isID(id string) bool {
	for i := 0; i < len(id); i++ {
		c := id[i]
		if !isDigit(c) && c != '-' && (c < 'a' || c > 'z') {
			return false
		}
	}
	return id != ""
}

// blockKinds are the words after a fence that mean something to us.
var blockKinds = []string{"run", "expect", "predict", "trace", "show"}

// codeWords may stand after a fence of plain code, which is prose.
var codeWords = []string{
	"", "text", "sh", "bash", "console", "zkcli", "go", "java", "python", "c", "json", "xml", "ini",
	"markdown",
}

// fence reads a fenced block to its end.
func (r *reader) fence(open string) *Error {
	ticks := open[:len(open)-len(strings.TrimLeft(open, "`"))]
	info := strings.TrimSpace(open[len(ticks):])
	kind, args, _ := strings.Cut(info, " ")
	first := r.n
	var body []string
	for {
		if r.n == len(r.lines) {
			r.n = first
			return fail(CodeBlockOpen, kind)
		}
		line := r.next()
		if strings.TrimRight(line, " ") == ticks {
			break
		}
		body = append(body, line)
	}
	if contains(codeWords, kind) {
		for i, line := range r.lines[first-1 : r.n] {
			if i == 0 && len(r.markup) == 0 {
				r.start = first
			}
			r.markup = append(r.markup, line)
		}
		return nil
	}
	return r.block(kind, strings.TrimSpace(args), first, body)
}

// block takes a closed block; first is the line of its opening fence.
func (r *reader) block(kind, args string, first int, body []string) *Error {
	if !contains(blockKinds, kind) {
		return fail(CodeBlockKind, kind, strings.Join(blockKinds, ", ")).at(first)
	}
	if r.step() == nil {
		return fail(CodeBlockStep, kind).at(first)
	}
	if r.prose && kind != "predict" && kind != "show" {
		return fail(CodeBlockKind, kind, "predict").at(first)
	}
	r.flush()
	if len(r.step().Blocks) >= BlocksMax {
		return fail(CodeTooLong, "step", strconv.Itoa(BlocksMax)+" blocks").at(first)
	}
	b := Block{Line: first, End: r.n + 1, Text: strings.Join(body, "\n")}
	var err *Error
	switch kind {
	case "run":
		err = b.readRun(body)
	case "expect":
		err = b.readExpect(body)
	case "predict":
		err = b.readPredict(args, body, r.prose)
	case "trace":
		err = b.readGolden(args)
	case "show":
		return r.readShow(body, first)
	}
	if err != nil {
		return err.at(first)
	}
	r.add(b)
	return nil
}

// isBlank reports whether a line of a block says nothing: it is empty or a comment.
func isBlank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

func (b *Block) readRun(body []string) *Error {
	b.Kind = Run
	for i, text := range body {
		if isBlank(text) {
			continue
		}
		number := b.Line + 1 + i
		l, err := ParseLine(text)
		if err != nil {
			return err.at(number)
		}
		if v := findVerb(l.Verb); v != nil && !v.File {
			return fail(CodeNotInFile, l.Verb).at(number)
		}
		l.Num = number
		b.Lines = append(b.Lines, l)
	}
	return nil
}

func (b *Block) readExpect(body []string) *Error {
	b.Kind = Expect
	for i, text := range body {
		if isBlank(text) {
			continue
		}
		c, err := ParseCheck(text)
		if err != nil {
			return err.at(b.Line + 1 + i)
		}
		c.Line = b.Line + 1 + i
		b.Checks = append(b.Checks, c)
	}
	return nil
}

func (r *reader) readShow(body []string, first int) *Error {
	for i, text := range body {
		if isBlank(text) {
			continue
		}
		key, value, _ := strings.Cut(text, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !r.step().Show.set(key, value) {
			err := fail(CodeFrontValue, key, value, "focus, speed, detail or panel")
			return err.at(first + 1 + i)
		}
	}
	return nil
}
