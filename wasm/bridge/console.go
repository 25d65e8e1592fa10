package bridge

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// entriesMax is how many lines the console keeps, for those who wait for an answer; entriesShown is
// how many a page is sent again with every change.
const (
	entriesMax   = 200
	entriesShown = 60
)

// console is what was typed, or done by hand, and answered.
type console struct {
	entries  []entry
	next     int
	heard    map[zk.ServerID]int64 // how many watch events of each client have been printed
	ended    int64                 // how many endings of sessions have been seen
	current  string                // letter of the client that lines without an address go to
	revision uint64
}

type entry struct {
	ui.ConsoleEntry
	op      int          // the client line that is awaited, 0 for none
	sess    zk.SessionID // of the client that the line cut off, 0 when its end is told
	at      zk.Instant
	refusal string // why the line was refused, in the reader's words
	spot    spot
}

// Result is how a line went. Pending is the console's entry that waits for the answer, 0 for none.
type Result struct {
	OK      bool    `json:"ok"`
	Output  string  `json:"output"`
	Error   string  `json:"error,omitempty"`
	Pending int     `json:"pending,omitempty"`
	Effect  *Effect `json:"effect,omitempty"`
}

// Effect is what a line asks of the page: to load a scenario, or the same with another seed. Entry
// is the line's in the console, for settle.
type Effect struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	N     int64  `json:"n"`
	Entry int    `json:"entry"`
}

// command carries out a line. The time that it lets pass goes by at the clock's speed if it was
// typed, and at full speed otherwise.
func (b *Bridge) command(a *Args) (any, error) {
	if a.Typed && b.typesNext(strings.TrimSpace(a.Line)) {
		return b.typedNext(), nil
	}
	r, pass := b.execute(a.Line)
	switch {
	case pass == nil:
		return r, nil
	case a.Typed && !strings.HasPrefix(strings.TrimSpace(a.Line), ":step"):
		b.watchTyped(pass, r.Pending, a.Line)
		return r, nil
	}
	return b.begun(b.passJob(pass, r.Pending, a.Line))
}

// settle fills in that the page could not do what a line asked it for.
func (b *Bridge) settle(a *Args) (any, error) {
	b.console.finish(a.Entry, Result{Error: a.Text})
	return nil, nil
}

// answer tells how a line went that had to wait.
func (b *Bridge) answer(a *Args) (any, error) {
	b.console.settle(b)
	for i := range b.console.entries {
		e := &b.console.entries[i]
		if e.N == a.Entry {
			return e.result(), nil
		}
	}
	return Result{Error: "gone"}, nil
}

// refuse says why a line was refused: a line for zkCli in its words, and then in the reader's.
func (e *entry) refuse(err *scenario.Error, t text.Printer) {
	e.refusal = t.Error(err.Code, err.Args)
	e.State, e.Output = "error", e.refusal
	if err.Said != "" {
		e.Output, e.Explain = strings.ReplaceAll(ui.Visible(err.Said), "␉", "\t"), e.refusal
	}
}

func (e *entry) result() Result {
	switch e.State {
	case "waiting":
		return Result{OK: true, Pending: e.N}
	case "error":
		return Result{Output: e.Output, Error: cmp.Or(e.refusal, e.Output)}
	}
	return Result{OK: true, Output: e.Output}
}

// execute carries out one line, prints it in the console and returns how it went. A client that
// does not exist yet is made first.
func (b *Bridge) execute(line string) (Result, *scenario.Pass) {
	r, pass := b.executeOnce(line)
	if r.OK && !strings.HasPrefix(strings.TrimSpace(line), ":undo") {
		b.undone = nil
	}
	return r, pass
}

// executeOnce is execute without a word about undo. If time is to pass for the line, its entry
// waits and the pass has yet to begin.
func (b *Bridge) executeOnce(line string) (Result, *scenario.Pass) {
	line = strings.TrimSpace(line)
	if b.live != nil {
		return b.give(line), nil
	}
	if letter, ok := b.missingClient(line); ok {
		if r, _ := b.executeOnce(":client " + letter); !r.OK {
			return r, nil
		}
	}
	at, from := b.session.Now(), b.here()
	r := b.session.Begin(line)
	e := b.console.add(line, ms(at))
	e.spot = b.given(from)
	if r.Err != nil {
		e.refuse(r.Err, b.text)
		return e.result(), nil
	}
	b.clock.last = b.session.Now()
	if b.branchID() != from.branch {
		b.stopWork()
	}
	b.afterLine(line, at, from.branch, &r)
	e.Output = r.Output
	e.Explain = b.note(line)
	e.cutOff(b, at)
	if r.Op != nil || r.Pass != nil {
		e.State, e.Output = "waiting", ""
	}
	if r.Op != nil {
		e.op = r.Op.ID
	}
	result := e.result()
	result.Effect = b.carryOut(r.Effect, e.N)
	return result, r.Pass
}

// afterLine does what the page shows of a line beside its output.
func (b *Bridge) afterLine(line string, at zk.Instant, branch int, r *scenario.Result) {
	switch {
	case strings.HasPrefix(line, ":help"):
		r.Output = b.help()
	case strings.HasPrefix(line, ":next"):
		step, _ := b.session.StepIndex()
		r.Output = cmp.Or(b.lesson.titleOf(step), r.Output)
	case strings.HasPrefix(line, ":undo"):
		b.jumped, b.undone = true, append(b.undone, r.Output)
	case b.branchID() != branch && !strings.HasPrefix(line, ":fork"):
		b.toastFork(at)
	}
}

// help lists the world lines in the reader's language.
func (b *Bridge) help() string {
	var lines []string
	for _, v := range scenario.Verbs() {
		if b.model().Refuses(v.Name) != "" {
			continue
		}
		lines = append(lines, v.Usage+"  "+b.text.Verb(v.Name))
	}
	return strings.Join(lines, "\n")
}

// branchID tells branches apart.
func (b *Bridge) branchID() int {
	list, current := b.session.Branches()
	return list[current].ID
}

// redo gives the line again that was undone last.
func (b *Bridge) redo(*Args) (any, error) {
	n := len(b.undone)
	if n == 0 {
		return nil, nil
	}
	line, rest := b.undone[n-1], b.undone[:n-1]
	r, pass := b.executeOnce(line)
	if r.OK {
		b.undone = rest
	}
	if pass != nil {
		b.watchTyped(pass, r.Pending, line)
	}
	return r, nil
}

// missingClient returns the client that a line is for, when there is no such client.
func (b *Bridge) missingClient(line string) (string, bool) {
	l, err := scenario.ParseLine(line)
	if err != nil || !l.IsClient() || l.Server != 0 {
		return "", false
	}
	return l.Client.String(), b.model().Client(l.Client) == nil
}

// carryOut does what a line asks of the clock, and returns what it asks of the page.
func (b *Bridge) carryOut(e *scenario.Effect, entry int) *Effect {
	if e == nil {
		return nil
	}
	if e.Kind == "speed" {
		b.clock.setSpeed(float64(e.N))
		return nil
	}
	return &Effect{Kind: e.Kind, Name: e.Name, N: e.N, Entry: entry}
}

func (b *Bridge) toastFork(at zk.Instant) {
	list, current := b.session.Branches()
	if len(list) < 2 {
		return
	}
	n := ui.BranchNumber(list[current].ID)
	values := map[string]string{"t": ui.Seconds(at), "n": strconv.Itoa(n)}
	b.toasts = append(b.toasts, Toast{Kind: "fork", Key: "fork", Undo: true, Values: values})
}

// add prints a line.
func (c *console) add(line string, at float64) *entry {
	c.revision++
	c.next++
	prompt, rest := "", line
	if !strings.HasPrefix(line, ":") {
		var who string
		who, rest, _ = strings.Cut(line, ":")
		prompt, rest = who+">", strings.TrimSpace(rest)
	}
	c.entries = append(c.entries, entry{ConsoleEntry: ui.ConsoleEntry{
		N: c.next, Prompt: prompt, Line: ui.Visible(rest), State: "ok",
		Ms: strconv.FormatFloat(at, 'f', 3, 64), When: ui.Seconds(zk.Instant(at * 1e6)),
	}})
	if extra := len(c.entries) - entriesMax; extra > 0 {
		c.entries = slices.Delete(c.entries, 0, extra)
	}
	return &c.entries[len(c.entries)-1]
}

// settle fills in the answers that have come.
func (c *console) settle(b *Bridge) {
	for i := range c.entries {
		e := &c.entries[i]
		c.count(b, e)
		if e.op == 0 {
			continue
		}
		result, done, known := b.session.Op(e.op)
		if known && !done {
			c.wait(b, e)
			continue
		}
		c.revision++
		e.op, e.State, e.Output, e.Explain = 0, "ok", ui.Visible(result.Output), ""
		if result.Err != zk.OK || !known {
			e.State = "error"
			e.Explain = explain(b.text, result.Err)
		}
		e.judge(b, result)
		e.confirm(b, result)
	}
}

// cutOff lets a line that pulls a client's cable tell what becomes of the session.
func (e *entry) cutOff(b *Bridge, at zk.Instant) {
	verb, rest, _ := strings.Cut(e.Line, " ")
	if verb != ":expire" && verb != ":unplug" || rest == "" {
		return
	}
	if c := b.model().Client(zk.ServerID(rest[0])); c != nil && c.Phase < view.ClientExpired {
		e.sess, e.at = c.Sess, at
	}
}

// count says when the session of a client that was cut off expires, until it is over.
func (c *console) count(b *Bridge, e *entry) {
	if e.sess == 0 || b.model().Now < e.at {
		return
	}
	_, letter, _ := strings.Cut(e.Line, " ")
	says, over := ui.ExpiryText(b.model(), e.sess, letter, e.at, b.text)
	if over {
		e.sess = 0
	}
	if says != e.Explain {
		e.Explain = says
		c.revision++
	}
}

// tellEndings prints that sessions expired of clients that a line here was about.
func (c *console) tellEndings(b *Bridge, m *view.Model) {
	news := min(m.EndingsSeen-c.ended, int64(len(m.Endings)))
	c.ended = m.EndingsSeen
	if news <= 0 || b.jumped {
		return
	}
	for i := range m.Endings[len(m.Endings)-int(news):] {
		e := &m.Endings[len(m.Endings)-int(news)+i]
		if e.Expired && e.Client != 0 && (c.spokeFor(e.Client) || c.spokeOf(e.Client)) {
			c.tell(b, e.Client, e.At, ui.EndingText(e, b.text))
		}
	}
}

// tell prints what comes to a client without a line of its own.
func (c *console) tell(b *Bridge, letter zk.ServerID, at zk.Instant, what string) {
	e := c.add(letter.String()+":", ms(at))
	e.Prompt, e.Output, e.spot = letter.String(), what, b.here()
}

// spokeOf reports whether a world line named the client.
func (c *console) spokeOf(letter zk.ServerID) bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool {
		return e.Prompt == "" && slices.Contains(strings.Fields(e.Line), letter.String())
	})
}

// hear prints the watch events that have come to clients who were given a line here, as zkCli does.
// What time travel skips is not printed.
func (c *console) hear(b *Bridge, m *view.Model) {
	if c.heard == nil {
		c.heard = map[zk.ServerID]int64{}
	}
	for _, k := range m.Clients {
		news := min(k.SeenN-c.heard[k.ID], int64(len(k.Seen)))
		c.heard[k.ID] = k.SeenN
		if news <= 0 || b.jumped || !c.spokeFor(k.ID) ||
			b.session != nil && b.session.Quiet(k.ID) {
			continue
		}
		for _, seen := range k.Seen[len(k.Seen)-int(news):] {
			event := shell.Event("SyncConnected", seen.Type, seen.Path)
			c.tell(b, k.ID, seen.At, ui.Visible(strings.TrimPrefix(event, "\n")))
		}
	}
}

// spokeFor reports whether the client was given a line here.
func (c *console) spokeFor(letter zk.ServerID) bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool {
		return strings.HasPrefix(e.Prompt, letter.String()) && e.Line != ""
	})
}

// judge says how fresh the answer of a read is.
func (e *entry) judge(b *Bridge, result scenario.OpResult) {
	c := b.model().Client(result.Client)
	if c == nil || result.N == 0 || result.Err != zk.OK && result.Err != zk.ErrNoNode {
		return
	}
	if op := c.Op(result.N); op != nil && op.Done && op.Read != nil {
		e.Fresh, e.Stale = ui.FreshText(op.Read, b.text)
	}
}

// confirm says what a line has done that prints nothing: where zkCli is silent, a person wants to
// see an answer.
func (e *entry) confirm(b *Bridge, result scenario.OpResult) {
	c := b.model().Client(result.Client)
	if c == nil || result.N == 0 || e.State != "ok" || e.Output != "" {
		return
	}
	if op := c.Op(result.N); op != nil && op.Done {
		e.Explain = confirmation(op, b.text)
	}
}

func confirmation(op *view.ClientOp, t text.Printer) string {
	reply, ok := op.Msg.(*step.ToClient)
	switch {
	case !ok:
		return ""
	case reply.Op == zk.OpSetData:
		return t.T("console.done.set", "v", reply.Reply.Stat.Version, "zxid", op.Zxid.Short())
	case reply.Op == zk.OpDelete:
		return t.T("console.done.delete", "zxid", op.Zxid.Short())
	}
	return t.T("console.done")
}

// wait says why a line has no answer yet.
func (c *console) wait(b *Bridge, e *entry) {
	why := ui.WhyWaiting(b.model(), zk.ServerID(e.Prompt[0]), b.text)
	if why == "" && !b.clock.playing {
		why = b.text.T("console.waits.paused")
	}
	if why != e.Explain {
		e.Explain = why
		c.revision++
	}
}

// note says what to expect of a line that shows its effect later, "" for the others.
func (b *Bridge) note(line string) string {
	verb, rest, _ := strings.Cut(line, " ")
	switch {
	case verb == ":client" && strings.Contains(rest, "@") && !strings.Contains(rest, "!"):
		where, _, _ := strings.Cut(rest, " ")
		return b.text.T("console.note.client", "c", where)
	case verb == ":heal":
		return b.noteHeal()
	case verb == ":next":
		return b.noteNext()
	}
	return ""
}

// noteHeal says who may go on looking for a leader for a while: the interval at which a server
// sends its vote again grows with each time that nobody answers.
func (b *Bridge) noteHeal() string {
	var looking zk.ServerSet
	for s := range b.model().Servers() {
		if s.Up && !s.Paused && s.Role == zk.Looking {
			looking = looking.With(s.ID)
		}
	}
	if looking == 0 {
		return ""
	}
	return b.text.T("console.note.heal", "servers", looking)
}

// explain says an error of ZooKeeper in human words, where the catalogue has some.
func explain(t text.Printer, err zk.Err) string {
	if key := "err." + err.String(); t.Has(key) {
		return t.T(key)
	}
	return ""
}

func (c *console) panel(t text.Printer) ui.ConsolePanel {
	p := ui.ConsolePanel{Text: t, Current: c.current}
	for i := max(0, len(c.entries)-entriesShown); i < len(c.entries); i++ {
		p.Entries = append(p.Entries, c.entries[i].ConsoleEntry)
	}
	return p
}

// client returns the letter that lines without an address go to.
func (c *console) client(m *view.Model) string {
	if c.current != "" {
		return c.current
	}
	if len(m.Clients) > 0 {
		return m.Clients[0].ID.String()
	}
	return "A"
}

// renderConsole draws the log and the choice of clients.
func (b *Bridge) renderConsole(m *view.Model, f *Frame) {
	key := fmt.Sprint(b.text.Lang, b.console.current, m.Rev.Clients)
	b.panel(f, "console-clients", panelEvery, key, func() templ.Component {
		return ui.ConsoleClients(ui.BuildConsoleClients(m, b.console.client(m), b.text))
	})
	b.panel(f, "console-log", panelEvery, fmt.Sprint(b.console.revision),
		func() templ.Component { return ui.Console(b.console.panel(b.text)) })
}
