package scenario

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/sim"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Verb describes one world line: how it is written and what it does, for help and for the
// reference page.
type Verb struct {
	Name  string
	Usage string
	Help  string
	File  bool // it may stand in a scenario file

	world sim.Verb // what the world is told; sim.NoVerb for lines that the session carries out
	parse func(*Line, *lineArgs) *Error
}

// Verbs returns the table of world lines in the order of the reference page.
func Verbs() []Verb { return append(serverVerbs(), append(linkVerbs(), runVerbs()...)...) }

func serverVerbs() []Verb {
	return []Verb{
		{"start", ":start 1-5", "Boots servers from their disks.", true,
			sim.Start, parseServers},
		{"kill", ":kill 3", "Ends the process; what the system was given reaches the disk.", true,
			sim.Kill, parseServers},
		{"power", ":power 3 or :power 3 keep 1",
			"Cuts the power: writes that were not synced are lost, or all but the first ones.",
			true, sim.Power, parsePower},
		{"pause", ":pause 3", "Stops a process or client without closing it, like a long GC.", true,
			sim.Pause, parseServersOrClient},
		{"resume", ":resume 3", "Lets a paused process or client run on.", true,
			sim.Resume, parseServersOrClient},
		{"wipe", ":wipe 3, :wipe 3 snapshots, :wipe 3 newest, :wipe 3 record, :wipe 3 logbit or " +
			":wipe 3 snapbit",
			"Empties the disk, takes its snapshots, the newest or a record of its log, or " +
				"turns a bit; a running server loses power first.", true,
			sim.Wipe, parseWipe},
		{"faildisk", ":faildisk 3", "Lets the next fsync fail, which ends the process.", true,
			sim.FailDisk, parseServers},
		{"slowdisk", ":slowdisk 2 500ms", "Makes each fsync take so long; 0s ends it.", true,
			sim.SlowDisk, parseServersAndTime},
		{"skew", ":skew 2 +3s", "Sets the wall clock forward or back.", true,
			sim.Skew, parseSkew},
		{"drift", ":drift 2 +5%", "Lets the clock run faster or slower; +0% ends it.", true,
			sim.Drift, parseDrift},
		{"crash-at", ":crash-at Logged 3 power",
			"Stops servers at their next event, Sent:ACK too: kill, power, pause or mute.", true,
			sim.CrashAt, parseCrashAt},
		{"quirk", ":quirk skipTrunc", "Switches a known mistake on; none switches all off.", true,
			sim.Quirk, parseQuirk},
		{"readonly", ":readonly on",
			"Lets servers without a leader serve reads, to clients that take that; off ends it.",
			true, sim.ReadOnly, parseSwitch},
		{"chaos", ":chaos 60s", "Random faults that it must survive, then all heals.", true,
			sim.Chaos, parseTime},
	}
}

func linkVerbs() []Verb {
	return []Verb{
		{"partition", ":partition 1,2|3,4,5", "Lets nothing pass between the groups.", true,
			sim.Partition, parsePartition},
		{"heal", ":heal, :heal 3, :heal 1>4, :heal 1<>4 or :heal A",
			"Mends all links, or some.", true,
			sim.Heal, parseHeal},
		{"cut", ":cut 1>4 or :cut 1<>4", "Lets nothing pass this way, or both ways.", true,
			sim.Cut, parseLinkOnly},
		{"delay", ":delay 1>4 200ms or :delay 1<>4 200ms",
			"Makes messages take so much longer.", true,
			sim.Delay, parseDelay},
		{"loss", ":loss 1>4 30% or :loss 1<>4 30%",
			"Loses so many of the messages.", true,
			sim.Loss, parseLoss},
		{"bandwidth", ":bandwidth 1>4 2000 or :bandwidth 1<>4 2000",
			"Lets at most so many bytes a second pass; 0 ends it.", true,
			sim.Bandwidth, parseBandwidth},
		{"reset", ":reset 1>4", "Ends the connections between servers at both ends at once.", true,
			sim.Reset, parseLinkOnly},
		{"drop", ":drop PROPOSAL 5>1 x2 or :drop 5.17",
			"Loses the next messages of a type, or one that is on its way.", true,
			sim.Drop, parseRuleOrFlight},
		{"hold", ":hold COMMIT 5>* or :hold 5.17",
			"Keeps messages of a type, or one of them, on the way until :release.", true,
			sim.Hold, parseRuleOrFlight},
		{"release", ":release or :release COMMIT 5>*", "Sends held messages on.", true,
			sim.Release, parseRelease},
		{"duplicate", ":duplicate NOTIFICATION 1>2", "Delivers election messages twice.", true,
			sim.Duplicate, parseRule},
		{"client", ":client B@2 timeout=6s", "Makes a client; B@2! never leaves server 2.", true,
			sim.NewClient, parseNewClient},
		{"unplug", ":unplug B", "Pulls a client's cable; :heal B plugs it in.", true,
			sim.Unplug, parseClientOnly},
		{"move", ":move B 4 or :move B 4 5s",
			"Lets a client go to another server; the old one hears of it so much later.", true,
			sim.Move, parseMove},
		{"expire", ":expire B", "Unplugs a client until its session has expired.", true,
			sim.Expire, parseClientOnly},
	}
}

func runVerbs() []Verb {
	return []Verb{
		{"wait", ":wait 5s", "Lets time pass.", true, sim.NoVerb, parseTime},
		{"until", ":until leader == 3", "Lets time pass until it holds, 120 s at most.", true,
			sim.NoVerb, parseUntil},
		{"fire", ":fire 5>1 quorum, :fire 5>1 election, :fire A>3, :fire 2 disk or :fire 2 clock",
			"Lets what is first on a way happen now, whenever it is due.", true,
			sim.Fire, parseFire},
		{"step", ":step or :step 10", "Lets the next events happen.", true, sim.NoVerb, parseStep},
		{"fork", ":fork, :fork name or :fork name before step-id",
			"Goes on in a new branch, from here or from where a step began.", true,
			sim.NoVerb, parseFork},
		{"break", ":break when leader == none or :break at 12.5s",
			"Stops the clock when it becomes true.", false, sim.NoVerb, parseBreak},
		{"unbreak", ":unbreak 1 or :unbreak *", "Drops a breakpoint, or all.", false,
			sim.NoVerb, parseUnbreak},
		{"undo", ":undo", "Goes back to before the last line.", false, sim.NoVerb, parseNothing},
		{"next", ":next", "Runs the next step of the scenario.", false, sim.NoVerb, parseNothing},
		{"load", ":load 05-runtime-election", "Loads a scenario.", false, sim.NoVerb, parseName},
		{"seed", ":seed 42", "Starts again with another seed.", false, sim.NoVerb, parseSeed},
		{"speed", ":speed 1/50", "Sets how fast time passes on the page.", false,
			sim.NoVerb, parseSpeed},
		{"help", ":help", "Lists these lines.", false, sim.NoVerb, parseNothing},
	}
}

func findVerb(name string) *Verb {
	verbs := Verbs()
	for i := range verbs {
		if verbs[i].Name == name {
			return &verbs[i]
		}
	}
	return nil
}

// verbNames lists the verbs, ":start :kill …".
func verbNames() string {
	var names []string
	for _, v := range Verbs() {
		names = append(names, ":"+v.Name)
	}
	return strings.Join(names, " ")
}

// verbHelp is the output of :help.
func verbHelp() string {
	var lines []string
	for _, v := range Verbs() {
		lines = append(lines, v.Usage+"  "+v.Help)
	}
	return strings.Join(lines, "\n")
}

func parseNothing(_ *Line, a *lineArgs) *Error {
	if len(a.words) > 0 {
		return fail(CodeUsage, a.usage)
	}
	return nil
}

func parseServers(l *Line, a *lineArgs) (err *Error) {
	if len(a.words) == 0 {
		return fail(CodeUsage, a.usage)
	}
	l.from, err = a.servers(strings.Join(a.words, ""))
	return err
}

// parsePower reads "3", and how many of the writes that were not synced stay: "3 keep 1".
func parsePower(l *Line, a *lineArgs) *Error {
	if at := len(a.words) - 2; at > 0 && a.words[at] == "keep" {
		n, size := digits(a.words[at+1])
		if size == 0 || size != len(a.words[at+1]) {
			return a.bad(CodeBadNumber, a.words[at+1])
		}
		l.cmd.N, a.words = n+1, a.words[:at]
	}
	return parseServers(l, a)
}

// parseWipe reads "3", or "3 snapshots" and other parts of a disk.
func parseWipe(l *Line, a *lineArgs) *Error {
	if n := len(a.words) - 1; n > 0 {
		part := slices.Index(sim.WipeParts[:], a.words[n])
		if l.cmd.N = int64(part + 1); part >= 0 {
			a.words = a.words[:n]
		}
	}
	return parseServers(l, a)
}

func parseServersOrClient(l *Line, a *lineArgs) *Error {
	if len(a.words) == 1 {
		if id, ok := parseLetter(a.words[0]); ok {
			l.Client, l.cmd.Client = id, id
			return nil
		}
	}
	return parseServers(l, a)
}

func parseServersAndTime(l *Line, a *lineArgs) *Error {
	who, d, err := a.two()
	if err != nil {
		return err
	}
	if l.from, err = a.servers(who); err != nil {
		return err
	}
	l.cmd.D, err = a.duration(d)
	return err
}

func parseSkew(l *Line, a *lineArgs) *Error {
	who, text, err := a.two()
	if err != nil {
		return err
	}
	if l.from, err = a.servers(who); err != nil {
		return err
	}
	d, err := a.duration(strings.TrimLeft(text, "+-"))
	if strings.HasPrefix(text, "-") {
		d = -d
	}
	l.cmd.D = d
	return err
}

// parseDrift reads "2 +5%" and "2 -0.5%".
func parseDrift(l *Line, a *lineArgs) *Error {
	who, text, err := a.two()
	if err != nil {
		return err
	}
	percent, ok := strings.CutSuffix(strings.TrimLeft(text, "+-"), "%")
	whole, part, _ := strings.Cut(percent, ".")
	n, size := digits(whole)
	tenth, places := digits(cmp.Or(part, "0"))
	if !ok || size == 0 || size != len(whole) || places != 1 || len(part) > 1 {
		return a.bad(CodeBadPercent, text)
	}
	if l.cmd.N = n*10 + tenth; strings.HasPrefix(text, "-") {
		l.cmd.N = -l.cmd.N
	}
	l.from, err = a.servers(who)
	return err
}

func parseQuirk(l *Line, a *lineArgs) *Error {
	text, err := a.one()
	if err != nil {
		return err
	}
	if text == "none" {
		return nil
	}
	for name := range strings.SplitSeq(text, ",") {
		q, ok := zk.ParseQuirk(name)
		if !ok {
			return fail(CodeBadQuirk, name, strings.Join(zk.QuirkNames(), " "))
		}
		l.cmd.N |= int64(q)
	}
	return nil
}

// parseSwitch reads "on" or "off".
func parseSwitch(l *Line, a *lineArgs) *Error {
	text, err := a.one()
	if err != nil {
		return err
	}
	switch text {
	case "on":
		l.cmd.N = 1
	case "off":
	default:
		return fail(CodeUsage, a.usage)
	}
	return nil
}

func parseTime(l *Line, a *lineArgs) *Error {
	text, err := a.one()
	if err != nil {
		return err
	}
	l.d, err = a.duration(text)
	l.cmd.D = l.d
	return err
}

// parsePartition reads groups between bars; a server may be in one only.
func parsePartition(l *Line, a *lineArgs) *Error {
	if len(a.words) == 0 {
		return fail(CodeUsage, a.usage)
	}
	var seen zk.ServerSet
	others := false
	for part := range strings.SplitSeq(strings.Join(a.words, ""), "|") {
		t, err := a.servers(part)
		if err != nil {
			return err
		}
		for id := range (t.set & seen).All() {
			return fail(CodeServerTwice, id.String())
		}
		if t.all && (others || t.set != 0 || t.leader) {
			return a.bad(CodeBadTarget, part)
		}
		seen, others = seen|t.set, others || t.all
		l.groups = append(l.groups, t)
	}
	return nil
}

// parseHeal reads nothing, servers, a link or a client.
func parseHeal(l *Line, a *lineArgs) *Error {
	text := strings.Join(a.words, "")
	if text == "" || text == "*" {
		return nil
	}
	if strings.Contains(text, ">") {
		l.cmd.Verb = sim.HealLink
		return parseLinkText(l, a, text)
	}
	if id, ok := parseLetter(text); ok {
		l.cmd.Verb = sim.HealLink
		l.Client, l.cmd.Client = id, id
		return nil
	}
	return parseServers(l, a)
}

func parseLinkText(l *Line, a *lineArgs, text string) *Error {
	if left, right, both := strings.Cut(text, "<>"); both {
		switch l.cmd.Verb {
		case sim.HealLink, sim.Cut, sim.Delay, sim.Loss, sim.Bandwidth, sim.Reset:
			l.cmd.Both, text = true, left+">"+right
		}
	}
	from, to, ok := parseLink(text)
	if !ok {
		return a.bad(CodeBadTarget, text)
	}
	l.from, l.to = from, to
	return nil
}

func parseLinkOnly(l *Line, a *lineArgs) *Error {
	if len(a.words) == 0 {
		return fail(CodeUsage, a.usage)
	}
	return parseLinkText(l, a, strings.Join(a.words, ""))
}

func parseDelay(l *Line, a *lineArgs) *Error {
	link, d, err := a.two()
	if err != nil {
		return err
	}
	if err := parseLinkText(l, a, link); err != nil {
		return err
	}
	l.cmd.D, err = a.duration(d)
	return err
}

// parseBandwidth reads "1>4 2000": a link and bytes a second.
func parseBandwidth(l *Line, a *lineArgs) *Error {
	link, text, err := a.two()
	if err != nil {
		return err
	}
	n, size := digits(text)
	if size == 0 || size != len(text) {
		return a.bad(CodeBadNumber, text)
	}
	l.cmd.N = n
	return parseLinkText(l, a, link)
}

func parseLoss(l *Line, a *lineArgs) *Error {
	link, text, err := a.two()
	if err != nil {
		return err
	}
	percent, ok := strings.CutSuffix(text, "%")
	n, size := digits(percent)
	if !ok || size == 0 || size != len(percent) || n > 100 {
		return a.bad(CodeBadPercent, text)
	}
	l.cmd.Chance = uint32(min(uint64(n)<<32/100, 1<<32-1))
	return parseLinkText(l, a, link)
}

// parseRuleOrFlight reads a rule, or the number of one message, "5.17".
func parseRuleOrFlight(l *Line, a *lineArgs) *Error {
	if len(a.words) == 1 && strings.Contains(a.words[0], ".") {
		sent, err := trace.ParseRef(a.words[0])
		if err != nil || sent.IsZero() {
			return a.bad(CodeBadTarget, a.words[0])
		}
		l.cmd.Flight = sent
		return nil
	}
	return parseRule(l, a)
}

// parseRule reads "[TYPE] from>to [xN]".
func parseRule(l *Line, a *lineArgs) *Error {
	words := a.words
	if len(words) > 0 && !strings.Contains(words[0], ">") {
		if err := l.parseType(words[0]); err != nil {
			return err
		}
		words = words[1:]
	}
	if len(words) > 1 {
		if err := l.parseCount(a, words[len(words)-1]); err != nil {
			return err
		}
		words = words[:len(words)-1]
	}
	if len(words) != 1 {
		return fail(CodeUsage, a.usage)
	}
	return parseLinkText(l, a, words[0])
}

func (l *Line) parseType(text string) *Error {
	if text == "*" {
		return nil
	}
	typ, ok := zk.ParseMsgType(text)
	if !ok || typ >= zk.ClientConnect {
		return fail(CodeBadType, text, messageNames())
	}
	l.cmd.Type = typ
	return nil
}

func (l *Line) parseCount(a *lineArgs, text string) *Error {
	number, ok := strings.CutPrefix(text, "x")
	if ok && number == "*" {
		l.cmd.Count = -1
		return nil
	}
	n, size := digits(number)
	if !ok || size == 0 || size != len(number) || n == 0 {
		return a.bad(CodeBadNumber, text)
	}
	l.cmd.Count = int(n)
	return nil
}

func messageNames() string {
	var names []string
	for t := zk.Notification; t < zk.ClientConnect; t++ {
		names = append(names, t.String())
	}
	return strings.Join(names, " ")
}

// parseRelease reads "[TYPE] [from>to]".
func parseRelease(l *Line, a *lineArgs) *Error {
	for _, word := range a.words {
		var err *Error
		if strings.Contains(word, ">") {
			err = parseLinkText(l, a, word)
		} else {
			err = l.parseType(word)
		}
		if err != nil {
			return err
		}
	}
	if len(a.words) > 2 {
		return fail(CodeUsage, a.usage)
	}
	return nil
}

// parseNewClient reads "[B[@2[!]]] [timeout=6s]".
func parseNewClient(l *Line, a *lineArgs) *Error {
	for i, word := range a.words {
		if text, ok := strings.CutPrefix(word, "timeout="); ok {
			d, err := a.duration(text)
			if err != nil || d == 0 {
				return a.bad(CodeBadDuration, text)
			}
			l.cmd.TimeoutMs = int32(d.Milliseconds())
			continue
		}
		if i > 0 || !l.parseWho(word) {
			return a.bad(CodeBadTarget, word)
		}
	}
	l.cmd.Client, l.cmd.Server, l.cmd.Pinned = l.Client, l.Server, l.Pinned
	return nil
}

func parseClientOnly(l *Line, a *lineArgs) *Error {
	text, err := a.one()
	if err != nil {
		return err
	}
	id, ok := parseLetter(text)
	if !ok {
		return a.bad(CodeBadTarget, text)
	}
	l.Client, l.cmd.Client = id, id
	return nil
}

// parseMove reads "B 4" and "B 4 5s".
func parseMove(l *Line, a *lineArgs) (err *Error) {
	if len(a.words) == 3 {
		if l.cmd.D, err = a.duration(a.words[2]); err != nil {
			return err
		}
		a.words = a.words[:2]
	}
	who, at, err := a.two()
	if err != nil {
		return err
	}
	id, ok := parseLetter(who)
	server, known := parseServer(at)
	if !ok || !known {
		return a.bad(CodeBadTarget, who+" "+at)
	}
	l.Client, l.cmd.Client = id, id
	l.Server, l.cmd.Server = server, server
	return nil
}

// crashWays are the ways to stop, as CrashAt numbers them.
var crashWays = []string{"kill", "power", "pause", "mute"}

// parseCrashAt reads "Logged 3 [power]" and "Sent:ACKEPOCH 3".
func parseCrashAt(l *Line, a *lineArgs) *Error {
	if len(a.words) < 2 || len(a.words) > 3 {
		return fail(CodeUsage, a.usage)
	}
	name, typ, typed := strings.Cut(a.words[0], ":")
	kind, ok := trace.ParseKind(name)
	if typed && ok {
		l.cmd.Type, ok = zk.ParseMsgType(typ)
	}
	if !ok {
		return a.bad(CodeBadTarget, a.words[0])
	}
	if l.cmd.Kind = kind; len(a.words) == 3 {
		way := slices.Index(crashWays, a.words[2])
		if way < 0 {
			return a.bad(CodeBadTarget, a.words[2])
		}
		l.cmd.N = int64(way)
	}
	var err *Error
	l.from, err = a.servers(a.words[1])
	return err
}

func parseUntil(l *Line, a *lineArgs) (err *Error) {
	if len(a.words) > 0 {
		switch word := strings.TrimSuffix(a.words[0], ":"); word {
		case "within", "always", "never":
			return fail(CodeExprPrefix, word)
		}
	}
	l.expr, err = ParseExpr(a.rest)
	return err
}

// stepsMax bounds :step.
const stepsMax = 100_000

func parseStep(l *Line, a *lineArgs) *Error {
	l.n = 1
	if len(a.words) == 0 {
		return nil
	}
	text, err := a.one()
	if err != nil {
		return err
	}
	n, size := digits(text)
	if size == 0 || size != len(text) || n == 0 || n > stepsMax {
		return a.bad(CodeBadNumber, text)
	}
	l.n = n
	return nil
}

// parseFire reads "5>1 quorum", "A>3", "2 disk" or "A clock".
func parseFire(l *Line, a *lineArgs) *Error {
	if len(a.words) == 0 || len(a.words) > 2 {
		return fail(CodeUsage, a.usage)
	}
	way := &l.cmd.Way
	from, to, between := strings.Cut(a.words[0], ">")
	if !between {
		from, to = "", from
	}
	what := strings.Join(a.words[1:], "")
	way.To, way.From = parseActor(to), parseActor(from)
	way.Clock, way.Chan = what == "clock", zk.ElectionChannel
	if what == "quorum" {
		way.Chan = zk.QuorumChannel
	}
	if way.To == 0 || between && way.From == 0 || way.String() != strings.Join(a.words, " ") {
		return a.bad(CodeBadTarget, a.rest)
	}
	return nil
}

// parseActor reads a server or a client, 0 for neither.
func parseActor(text string) zk.ServerID {
	if id, ok := parseLetter(text); ok {
		return id
	}
	id, _ := parseServer(text)
	return id
}

func parseFork(l *Line, a *lineArgs) *Error {
	switch {
	case len(a.words) == 0:
		return nil
	case len(a.words) == 1 && a.words[0] != "before":
		l.name = a.words[0]
		return nil
	case len(a.words) == 3 && a.words[1] == "before":
		l.name, l.before = a.words[0], a.words[2]
		return nil
	}
	return fail(CodeUsage, a.usage)
}

func parseName(l *Line, a *lineArgs) (err *Error) {
	l.name, err = a.one()
	return err
}

func parseSeed(l *Line, a *lineArgs) *Error {
	text, err := a.one()
	if err != nil {
		return err
	}
	n, bad := strconv.ParseUint(text, 10, 63)
	if bad != nil || n == 0 {
		return a.bad(CodeBadNumber, text)
	}
	l.n = int64(n)
	return nil
}

// parseSpeed reads "1/50", "2" or "2x": simulated seconds for each real one. n is in ms.
func parseSpeed(l *Line, a *lineArgs) *Error {
	text, err := a.one()
	if err != nil {
		return err
	}
	over, under, _ := strings.Cut(strings.TrimSuffix(text, "x"), "/")
	n, size := digits(over)
	d, dsize := int64(1), 0
	if under != "" {
		d, dsize = digits(under)
	}
	if size == 0 || size != len(over) || dsize != len(under) || d == 0 || n == 0 {
		return a.bad(CodeBadNumber, text)
	}
	l.n = max(1, n*1000/d)
	return nil
}
