package shell

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// Command is one line, parsed and valid. It is a value without shared state: Start makes a Run
// that carries it out.
type Command struct {
	Name  string     // the command's own word, "create"
	Req   zk.Request // the first request; Op is OpNone for a command that sends nothing
	Local string     // the output of a command that sends nothing
	Close bool       // close, quit: the session ends

	stat    bool // -s: print the stat block too
	recurse bool // ls -R
	batch   int  // deleteall -b
}

// commandSpec is one row of the grammar.
type commandSpec struct {
	name  string
	usage string
	parse func(args []string, usage string) (Command, *Error)
}

// specs returns the grammar; a function, because help reads the table that holds help.
func specs() []commandSpec {
	return []commandSpec{
		{"close", "close", parseClose},
		{"create", "create [-s] [-e] path [data] [acl]", parseCreate},
		{"delete", "delete [-v version] path", parseDelete},
		{"deleteall", "deleteall path [-b batch size]", parseDeleteAll},
		{"get", "get [-s] [-w] path", parseGet},
		{"getAcl", "getAcl [-s] path", parseGetACL},
		{"help", "help", parseHelp},
		{"ls", "ls [-s] [-w] [-R] path", parseLs},
		{"multi", "multi op ; op …, where op is create, set, delete or check [-v version] path",
			parseMulti},
		{"quit", "quit", parseClose},
		{"set", "set path data [-s] [-v version]", parseSet},
		{"setAcl", "setAcl [-s] [-v version] path acl", parseSetACL},
		{"stat", "stat [-w] path", parseStat},
		{"sync", "sync path", parseSync},
	}
}

// Names lists the commands in alphabetical order.
func Names() []string {
	all := specs()
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].name
	}
	return names
}

// Usage returns the usage line of a command, "" for an unknown one.
func Usage(name string) string {
	for _, s := range specs() {
		if s.name == name {
			return s.usage
		}
	}
	return ""
}

// Parse reads one line.
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
	switch name {
	case "exit":
		name = "quit"
	case "ls2":
		return Command{}, fail(CodeUsage, "ls -s path (ls2 is gone since 3.9)")
	case "rmr":
		return Command{}, fail(CodeUsage, "deleteall path (rmr is gone since 3.9)")
	}
	for _, s := range specs() {
		if s.name == name {
			c, err := s.parse(args[1:], s.usage)
			c.Name = s.name
			return c, err
		}
	}
	return Command{}, fail(CodeUnknown, name, strings.Join(Names(), " "))
}

func parseClose(args []string, usage string) (Command, *Error) {
	if len(args) > 0 {
		return Command{}, fail(CodeUsage, usage)
	}
	return Command{Req: zk.Request{Op: zk.OpCloseSession}, Close: true}, nil
}

func parseHelp([]string, string) (Command, *Error) {
	lines := []string{"ZooKeeper -server host:port cmd args"}
	for _, s := range specs() {
		lines = append(lines, "\t"+s.usage)
	}
	return Command{Local: strings.Join(lines, "\n")}, nil
}

func parseCreate(args []string, usage string) (Command, *Error) {
	o, err := parseOptions(args, "se", 0, usage)
	if err != nil {
		return Command{}, err
	}
	if len(o.rest) < 1 || len(o.rest) > 3 {
		return Command{}, fail(CodeUsage, usage)
	}
	r := zk.Request{Op: zk.OpCreate, Path: o.rest[0], ACL: zk.OpenACL}
	if o.has('e') {
		r.Mode |= zk.Ephemeral
	}
	if o.has('s') {
		r.Mode |= zk.PersistentSequential
	}
	if len(o.rest) > 1 {
		r.Data = []byte(o.rest[1])
	}
	if len(o.rest) > 2 {
		if r.ACL, err = parseACLs(o.rest[2]); err != nil {
			return Command{}, err
		}
	}
	path := r.Path
	if r.Mode.IsSequential() {
		path += "1" // a sequential name may end with a slash, as Apache's client checks it
	}
	return Command{Req: r}, checkPath(path)
}

func parseDelete(args []string, usage string) (Command, *Error) {
	o, err := parseOptions(args, "", 'v', usage)
	if err != nil {
		return Command{}, err
	}
	if len(o.rest) != 1 {
		return Command{}, fail(CodeUsage, usage)
	}
	version, err := o.number('v', -1, usage)
	if err != nil {
		return Command{}, err
	}
	r := zk.Request{Op: zk.OpDelete, Path: o.rest[0], Version: version}
	return Command{Req: r}, checkPath(r.Path)
}

func parseDeleteAll(args []string, usage string) (Command, *Error) {
	o, err := parseOptions(args, "", 'b', usage)
	if err != nil {
		return Command{}, err
	}
	if len(o.rest) != 1 {
		return Command{}, fail(CodeUsage, usage)
	}
	batch, err := o.number('b', 1000, usage)
	if err != nil {
		return Command{}, err
	}
	if batch < 1 {
		return Command{}, fail(CodeNumber, o.value, usage)
	}
	r := zk.Request{Op: zk.OpGetChildren2, Path: o.rest[0]}
	return Command{Req: r, batch: int(batch)}, checkPath(r.Path)
}

// reader reads the commands of the form "name [flags] path".
func reader(args []string, plain string, op zk.Op, usage string) (Command, options, *Error) {
	o, err := parseOptions(args, plain, 0, usage)
	if err != nil {
		return Command{}, o, err
	}
	if len(o.rest) != 1 {
		return Command{}, o, fail(CodeUsage, usage)
	}
	r := zk.Request{Op: op, Path: o.rest[0], Watch: o.has('w')}
	return Command{Req: r, stat: o.has('s')}, o, checkPath(r.Path)
}

func parseGet(args []string, usage string) (Command, *Error) {
	c, _, err := reader(args, "sw", zk.OpGetData, usage)
	return c, err
}

func parseGetACL(args []string, usage string) (Command, *Error) {
	c, _, err := reader(args, "s", zk.OpGetACL, usage)
	return c, err
}

func parseLs(args []string, usage string) (Command, *Error) {
	c, o, err := reader(args, "swR", zk.OpGetChildren2, usage)
	c.recurse = o.has('R')
	return c, err
}

func parseStat(args []string, usage string) (Command, *Error) {
	c, _, err := reader(args, "w", zk.OpExists, usage)
	c.stat = true
	return c, err
}

func parseSync(args []string, usage string) (Command, *Error) {
	c, _, err := reader(args, "", zk.OpSync, usage)
	return c, err
}

func parseSet(args []string, usage string) (Command, *Error) {
	o, err := parseOptions(args, "s", 'v', usage)
	if err != nil {
		return Command{}, err
	}
	if len(o.rest) != 2 {
		return Command{}, fail(CodeUsage, usage)
	}
	version, err := o.number('v', -1, usage)
	if err != nil {
		return Command{}, err
	}
	r := zk.Request{Op: zk.OpSetData, Path: o.rest[0], Data: []byte(o.rest[1]), Version: version}
	return Command{Req: r, stat: o.has('s')}, checkPath(r.Path)
}

func parseSetACL(args []string, usage string) (Command, *Error) {
	o, err := parseOptions(args, "s", 'v', usage)
	if err != nil {
		return Command{}, err
	}
	if len(o.rest) != 2 {
		return Command{}, fail(CodeUsage, usage)
	}
	version, err := o.number('v', -1, usage)
	if err != nil {
		return Command{}, err
	}
	acl, err := parseACLs(o.rest[1])
	if err != nil {
		return Command{}, err
	}
	r := zk.Request{Op: zk.OpSetACL, Path: o.rest[0], ACL: acl, Version: version}
	return Command{Req: r, stat: o.has('s')}, checkPath(r.Path)
}
