package shell

import (
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// opsMax bounds the operations of one multi.
const opsMax = 1000

// parseMultiLine reads what follows "multi": operations in zkCli's own grammar, separated by
// semicolons that stand alone as words or end one.
func parseMultiLine(rest string) (Command, *Error) {
	c := Command{Name: "multi", Req: zk.Request{Op: zk.OpMulti}}
	groups, err := multiGroups(rest)
	if err != nil {
		return c, err
	}
	if len(groups) == 0 || len(groups) > opsMax {
		return c, fail(CodeUsage, Usage("multi"))
	}
	for _, args := range groups {
		op, err := parseMultiOp(args)
		if err != nil {
			return c, err
		}
		c.Req.Ops = append(c.Req.Ops, op)
	}
	return c, nil
}

// multiGroups splits the words into one list for each operation; empty ones are dropped.
func multiGroups(rest string) ([][]string, *Error) {
	all, err := words(rest)
	if err != nil {
		return nil, err
	}
	var groups [][]string
	var group []string
	for _, word := range append(all, ";") {
		body, ends := strings.CutSuffix(word, ";")
		if body != "" {
			group = append(group, body)
		}
		if ends && len(group) > 0 {
			groups, group = append(groups, group), nil
		}
	}
	return groups, nil
}

func parseMultiOp(args []string) (zk.Request, *Error) {
	switch args[0] {
	case "create", "delete", "set":
		c, err := parseWords(args)
		return c.Req, err
	case "check":
		spec := commandSpec{"check", "[-v version] path", "v:", 1, parseDelete}
		c, err := spec.read(args[1:])
		c.Req.Op = zk.OpCheck
		return c.Req, err
	}
	return zk.Request{}, fail(CodeUnknown, args[0], "check create delete set")
}
