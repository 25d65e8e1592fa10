package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shapeless are the fields that have no part in Shape, and why.
var shapeless = map[string]string{
	"Checker.now":       "time decides nothing but liveness, which no exploration asks for",
	"Checker.told":      "set anew by each event",
	"Checker.refs":      "numbers of events",
	"Checker.seen":      "what was reported; an exploration ends with the first",
	"arrival.ref":       "a number of an event, compared within one step",
	"arrival.sent":      "a number of an event, compared within one step",
	"heal.led":          "as Checker.now",
	"op.at":             "as Checker.now",
	"heal.at":           "as Checker.now",
	"peer.due":          "as Checker.now",
	"op.asked":          "its number decides it: explored clients ask the same in every run",
	"session.expired":   "as Checker.now",
	"session.touch":     "as Checker.now: no exploration waits until a session expires",
	"server.ping":       "as session.touch",
	"touch.leader":      "as session.touch",
	"touch.at":          "as session.touch",
	"ping.ref":          "as session.touch",
	"ping.said":         "as session.touch",
	"Checker.again":     "compared within one step",
	"again.ref":         "compared within one step",
	"again.seen":        "compared within one step",
	"entry.hash":        "the prefix hash has it",
	"entry.zxid":        "the prefix hash has it",
	"entry.txn":         "the prefix hash has it",
	"model.znodes":      "done decides it",
	"model.own":         "done decides it",
	"version.prev":      "done decides it",
	"version.stat":      "done decides it",
	"version.made":      "done decides it",
	"version.kids":      "done decides it",
	"version.data":      "done decides it",
	"version.what":      "done decides it",
	"version.acl":       "done decides it",
	"version.multi":     "done decides it",
	"version.open":      "done decides it",
	"version.guess":     "done decides it",
	"answer.stat":       "lives for one event",
	"answer.op":         "lives for one event",
	"answer.err":        "lives for one event",
	"answer.sums":       "lives for one event",
	"answer.has":        "lives for one event",
	"answer.stats":      "lives for one event",
	"answer.parts":      "lives for one event",
	"look.err":          "lives for one event",
	"look.shown":        "lives for one event",
	"wish.version":      "lives for one event",
	"wish.versioned":    "lives for one event",
	"wish.isRequest":    "lives for one event",
	"wish.numbered":     "lives for one event",
	"Violation.At":      "an exploration ends with the first",
	"Violation.Name":    "an exploration ends with the first",
	"Violation.Detail":  "an exploration ends with the first",
	"Violation.Ref":     "an exploration ends with the first",
	"Violation.Server":  "an exploration ends with the first",
	"Violation.Zxid":    "an exploration ends with the first",
	"Violation.Outside": "an exploration ends with the first",
}

// TestShapeHasEveryField: a field that a Checker remembers and Shape leaves out would make the
// exploration of all runs take two different checkers for one.
func TestShapeHasEveryField(t *testing.T) {
	used := make(map[string]bool)
	ast.Inspect(parse(t, "hash.go"), func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			used[s.Sel.Name] = true
		}
		return true
	})
	for structName, fields := range structs(t) {
		for _, field := range fields {
			name := structName + "." + field
			if _, known := shapeless[name]; !known && !used[field] {
				t.Errorf("%s is neither in Shape (hash.go) nor in shapeless (hash_test.go): "+
					"if it decides what is reported later, hash it; if not, say why", name)
			}
		}
	}
}

func parse(t *testing.T, name string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	require.NoError(t, err)
	return f
}

// structs returns the fields of every struct type of the package.
func structs(t *testing.T) map[string][]string {
	t.Helper()
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	found := make(map[string][]string)
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		ast.Inspect(parse(t, file.Name()), func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					for _, name := range f.Names {
						found[spec.Name.Name] = append(found[spec.Name.Name], name.Name)
					}
				}
			}
			return true
		})
	}
	return found
}
