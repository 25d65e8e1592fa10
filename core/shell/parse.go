package shell

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// Version is what the command version prints: our own name, and the level of Apache's protocol.
const Version = "ZooKeeper CLI version: zabscope, protocol level 3.8"

// Command is one line, parsed and valid. It is a value without shared state: Start makes a Run
// that carries it out.
type Command struct {
	Name  string     // the command's own word, "create"
	Req   zk.Request // the first request; Op is OpNone for a command that sends nothing
	Local Text       // the output of a command that sends nothing
	Close bool       // close, quit: the session ends
	Quit  bool       // quit: the shell ends too
	Host  string     // connect: where to, "" for the same place again

	plan    plan     // what comes after the first request
	said    []string // complaints that come before the answer, on the error stream
	path    string   // what the user named, when the request is about another znode
	stat    bool     // -s: print the stat block too
	brief   bool     // config -c
	base64  bool     // get -b
	batch   int      // deleteall -b
	quota   zk.Usage // setquota, delquota: what is asked for; -1 is nothing
	session session  // what the command asks of the State
	number  int      // redo
}

// session is what a command asks of the State, which knows the lines before it.
type session uint8

const (
	sessionNothing session = iota
	sessionHistory
	sessionRedo
	sessionWatches // tell whether watch events are printed
	sessionPrint
	sessionQuiet
)

// commandSpec is one row of the grammar.
type commandSpec struct {
	name    string
	usage   string // what follows the name
	options string // letters, with a colon after one that takes a value
	least   int    // how many operands it takes at least
	parse   func(o *options) (Command, *Error)
}

// asWords are the options of a command that has none and takes every word as an operand.
const asWords = "-"

// specs returns the grammar in the order of zkCli's list; a function, because help reads the table
// that holds help.
func specs() []commandSpec {
	return []commandSpec{
		{"addWatch", "[-m mode] path # optional mode is one of [PERSISTENT, " +
			"PERSISTENT_RECURSIVE] - default is PERSISTENT_RECURSIVE", "m:", 1, parseAddWatch},
		{"addauth", "scheme auth", "", 1, parseAddAuth},
		{"close", "", "", 0, parseClose},
		{"config", "[-c] [-w] [-s]", "cws", 0, parseConfig},
		{"connect", "host:port", asWords, 0, parseConnect},
		{"create", "[-s] [-e] [-c] [-t ttl] path [data] [acl]", "sect:", 1, parseCreate},
		{"delete", "[-v version] path", "v:", 1, parseDelete},
		{"deleteall", "path [-b batch size]", "b:", 1, parseDeleteAll},
		{"delquota", "[-n|-b|-N|-B] path", "nbNB", 1, parseDelQuota},
		{"get", "[-s] [-w] path", "swb", 1, parseGet},
		{"getAcl", "[-s] path", "s", 1, parseGetACL},
		{"getAllChildrenNumber", "path", "", 1, parseCount},
		{"getEphemerals", "path", "", 0, parseEphemerals},
		{"history", "", asWords, 0, parseHistory},
		{"listquota", "path", "", 1, parseListQuota},
		{"ls", "[-s] [-w] [-R] path", "swR", 1, parseLs},
		{"printwatches", "on|off", asWords, 0, parsePrintWatches},
		{"quit", "", asWords, 0, parseQuit},
		{"reconfig", "[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;" +
			"port3[,...]*]] | [-add serverId=host:port1:port2;port3[,...]]* " +
			"[-remove serverId[,...]*]", "", 0, parseReconfig},
		{"redo", "cmdno", asWords, 0, parseRedo},
		{"removewatches", "path [-c|-d|-a] [-l]", "cdal", 1, parseRemoveWatches},
		{"set", "[-s] [-v version] path data", "sv:b", 2, parseSet},
		{"setAcl", "[-s] [-v version] [-R] path acl", "sv:R", 2, parseSetACL},
		{"setquota", "-n|-b|-N|-B val path", "n:b:N:B:", 1, parseSetQuota},
		{"stat", "[-w] path", "w", 1, parseStat},
		{"sync", "path", "", 1, parseSync},
		{"version", "", "", 0, parseVersion},
		{"whoami", "", "", 0, parseWhoAmI},
	}
}

// more are the commands that zkCli's list does not have.
func more() []commandSpec {
	return []commandSpec{
		{"help", "", "", 0, nil},
		{"multi", "op ; op …, where op is create, set, delete or check [-v version] path",
			"", 0, func(o *options) (Command, *Error) { return Command{}, o.bad() }},
	}
}

// Names lists the commands: zkCli's in its order, then ours.
func Names() []string {
	all := append(specs(), more()...)
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].name
	}
	return names
}

// Usage returns the usage line of a command, "" for an unknown one.
func Usage(name string) string {
	for _, s := range append(specs(), more()...) {
		if s.name == name {
			return strings.TrimSuffix(s.name+" "+s.usage, " ")
		}
	}
	return ""
}

// usageList is what zkCli prints when it does not know a command.
func usageList() string {
	list := []string{"ZooKeeper -server host:port -client-configuration properties-file cmd args"}
	for _, s := range specs() {
		list = append(list, "\t"+s.name+" "+s.usage)
	}
	return lines(list)
}

// Parse reads one line. What a line asks of the lines before it (history, redo, printwatches) is
// left to State.
func Parse(line string) (Command, *Error) {
	if rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "multi "); ok {
		return parseMultiLine(rest)
	}
	args, err := words(line)
	if err != nil {
		return Command{}, err
	}
	if len(args) == 0 {
		return Command{}, fail(CodeEmpty)
	}
	return parseWords(args)
}

func parseWords(args []string) (Command, *Error) {
	name := args[0]
	switch {
	case name == "exit":
		name = "quit"
	case name == "help":
		return parseHelp()
	case name == "reconfig" && len(args) > 1:
		return Command{}, errReconfig
	}
	for _, s := range append(specs(), more()...) {
		if s.name == name {
			return s.read(args[1:])
		}
	}
	said := usageList() + "\nCommand not found: Command not found " + name
	known := strings.Join(Names(), " ")
	switch name {
	case "ls2":
		return Command{}, failAs(said, CodeUsage, "ls -s path (ls2 is gone since 3.7)")
	case "rmr":
		return Command{}, failAs(said, CodeUsage, "deleteall path (rmr is gone since 3.7)")
	}
	return Command{}, failAs(said, CodeUnknown, name, known)
}

func (s *commandSpec) read(args []string) (Command, *Error) {
	usage := s.name + " " + s.usage
	o, err := parseOptions(args, s.options, usage)
	if err != nil {
		return Command{}, err
	}
	if len(o.rest) < s.least {
		return Command{}, o.bad()
	}
	c, err := s.parse(&o)
	c.Name = s.name
	return c, err
}

// parseHelp answers as zkCli does, which has no such command and lists those it has.
func parseHelp() (Command, *Error) {
	said := usageList() + "\nCommand not found: Command not found help"
	return Command{Name: "help", Local: Text{Err: said}}, nil
}

func parseClose(*options) (Command, *Error) {
	return Command{Req: zk.Request{Op: zk.OpCloseSession}, Close: true}, nil
}

func parseQuit(*options) (Command, *Error) {
	return Command{Req: zk.Request{Op: zk.OpCloseSession}, Close: true, Quit: true}, nil
}

func parseConnect(o *options) (Command, *Error) { return Command{Host: o.operand(0)}, nil }

func parseHistory(*options) (Command, *Error) { return Command{session: sessionHistory}, nil }

func parseVersion(o *options) (Command, *Error) {
	if len(o.rest) > 0 {
		return Command{}, o.bad()
	}
	return Command{Local: said(Version)}, nil
}

func parsePrintWatches(o *options) (Command, *Error) {
	switch {
	case len(o.rest) == 0:
		return Command{session: sessionWatches}, nil
	case o.rest[0] == "on":
		return Command{session: sessionPrint}, nil
	}
	return Command{session: sessionQuiet}, nil
}

func parseRedo(o *options) (Command, *Error) {
	if len(o.rest) == 0 {
		return Command{}, nil
	}
	n, err := strconv.Atoi(o.rest[0])
	if err != nil {
		said := `java.lang.NumberFormatException: For input string: "` + o.rest[0] + `"`
		return Command{}, failAs(said, CodeNumber, o.rest[0], o.usage)
	}
	return Command{session: sessionRedo, number: n}, nil
}

// parseReconfig knows the command by its name: the membership of an ensemble is fixed.
func parseReconfig(o *options) (Command, *Error) { return Command{}, o.bad() }

var errReconfig = refuse("KeeperErrorCode = Reconfig is disabled")

func parseSync(o *options) (Command, *Error)   { return o.reader(zk.OpSync) }
func parseCount(o *options) (Command, *Error)  { return o.reader(zk.OpGetAllChildrenNumber) }
func parseGetACL(o *options) (Command, *Error) { return o.reader(zk.OpGetACL) }

func parseWhoAmI(*options) (Command, *Error) {
	return Command{Req: zk.Request{Op: zk.OpWhoAmI}}, nil
}

// reader makes the commands of the form "name [options] path".
func (o *options) reader(op zk.Op) (Command, *Error) {
	r := zk.Request{Op: op, Path: o.rest[0], Watch: o.has('w')}
	return Command{Req: r, stat: o.has('s')}, checkPath(r.Path)
}

// watcher is reader for the commands that once were written "name path watch".
func (o *options) watcher(op zk.Op, usage string) (Command, *Error) {
	c, err := o.reader(op)
	if len(o.rest) > 1 {
		name, _, _ := strings.Cut(usage, " ")
		c.Req.Watch = true
		c.said = []string{deprecated(name+" path [watch]", usage)}
	}
	return c, err
}

func deprecated(old, usage string) string {
	return "'" + old + "' has been deprecated. Please use '" + usage + "' instead."
}

func parseGet(o *options) (Command, *Error) {
	c, err := o.watcher(zk.OpGetData, "get [-s] [-w] path")
	c.base64 = o.has('b')
	return c, err
}

func parseLs(o *options) (Command, *Error) {
	c, err := o.watcher(zk.OpGetChildren2, "ls [-w] path")
	if o.has('R') {
		c.plan = planList
		c.Req.Op = zk.OpGetData
	}
	return c, err
}

func parseStat(o *options) (Command, *Error) {
	c, err := o.watcher(zk.OpExists, "stat [-w] path")
	c.stat = true
	return c, err
}

func parseEphemerals(o *options) (Command, *Error) {
	if len(o.rest) == 0 {
		o.rest = []string{"/"}
	}
	return o.reader(zk.OpGetEphemerals)
}

const configPath = "/zookeeper/config"

func parseConfig(o *options) (Command, *Error) {
	r := zk.Request{Op: zk.OpGetData, Path: configPath, Watch: o.has('w')}
	return Command{Req: r, stat: o.has('s'), brief: o.has('c')}, nil
}

func parseAddAuth(o *options) (Command, *Error) {
	r := zk.Request{Op: zk.OpAuth, Scheme: o.rest[0]}
	if len(o.rest) > 1 {
		r.Auth = []byte(o.rest[1])
	}
	return Command{Req: r}, nil
}

func parseAddWatch(o *options) (Command, *Error) {
	if len(o.rest) != 1 {
		return Command{}, o.bad()
	}
	r := zk.Request{Op: zk.OpAddWatch, Path: o.rest[0], WatchMode: zk.WatchPersistentRecursive}
	if o.has('m') {
		switch strings.ToUpper(o.values['m']) {
		case "PERSISTENT":
			r.WatchMode = zk.WatchPersistent
		case "PERSISTENT_RECURSIVE":
		default:
			return Command{}, o.bad()
		}
	}
	return Command{Req: r}, checkPath(r.Path)
}

func parseRemoveWatches(o *options) (Command, *Error) {
	r := zk.Request{Op: zk.OpRemoveWatches, Path: o.rest[0], Watcher: zk.WatcherAny}
	switch {
	case o.has('c'):
		r.Watcher = zk.WatcherChildren
	case o.has('d'):
		r.Watcher = zk.WatcherData
	}
	return Command{Req: r}, checkPath(r.Path)
}

func parseDelete(o *options) (Command, *Error) {
	version, err := o.number('v', -1)
	if err != nil {
		return Command{}, err
	}
	c := Command{Req: zk.Request{Op: zk.OpDelete, Path: o.rest[0], Version: version}}
	if len(o.rest) > 1 { // once this was how the version was given
		c.said = []string{deprecated("delete path [version]", o.usage)}
		o.flags += "v"
		o.set('v', o.rest[1])
		if c.Req.Version, err = o.number('v', -1); err != nil {
			return c, err
		}
	}
	return c, checkPath(c.Req.Path)
}

func parseSet(o *options) (Command, *Error) {
	version, err := o.number('v', -1)
	if err != nil {
		return Command{}, err
	}
	data, err := o.data(o.rest[1])
	if err != nil {
		return Command{}, err
	}
	r := zk.Request{Op: zk.OpSetData, Path: o.rest[0], Data: data, Version: version}
	return Command{Req: r, stat: o.has('s')}, checkPath(r.Path)
}

func parseSetACL(o *options) (Command, *Error) {
	version, err := o.number('v', -1)
	if err != nil {
		return Command{}, err
	}
	acl, complaints := parseACLs(o.rest[1])
	if len(acl) == 0 {
		said := lines(append(complaints, "Acl is not valid : null"))
		return Command{}, failAs(said, CodeACL, o.rest[1])
	}
	r := zk.Request{Op: zk.OpSetACL, Path: o.rest[0], ACL: acl, Version: version}
	c := Command{Req: r, stat: o.has('s'), said: complaints}
	if o.has('R') {
		c.plan = planSetACL
		c.Req = zk.Request{Op: zk.OpGetData, Path: r.Path, ACL: acl, Version: version}
	}
	return c, checkPath(r.Path)
}

func parseDeleteAll(o *options) (Command, *Error) {
	batch, err := o.number('b', 1000)
	if err != nil {
		return Command{}, err
	}
	r := zk.Request{Op: zk.OpGetChildren2, Path: o.rest[0]}
	return Command{Req: r, plan: planDelete, batch: int(max(batch, 1))}, checkPath(r.Path)
}
