package core_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zabscope/zabscope/core/node"
)

// derived are the fields of a server's state that its Archive leaves out, because they follow from
// others, live for one step or in a Msg, or are read by quirks, which a recorded server has not.
var derived = []string{
	"Node.elections", "Node.zabs", "Node.wall", "Node.changes", "liveness.buckets",
	"Election.cfg", "Replica.cfg", "Leader.cfg", "Learner.cfg", "outstanding.head",
	"Replica.mistakes", "Node.mistakes", "Boot.Older",
}

// TestArchiveNamesEveryField keeps a new field of a server from being forgotten by its flight
// recorder: a recording that begins in the middle would go another way.
func TestArchiveNamesEveryField(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			visit(of.Elem())
			return
		case reflect.Struct:
		default:
			return
		}
		name := strings.TrimPrefix(of.PkgPath(), module)
		if seen[of] || !slices.Contains([]string{"core/node", "core/zab", "core/election"}, name) {
			return
		}
		seen[of] = true
		text, err := os.ReadFile(filepath.Join("..", name, "archive.go"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range of.NumField() {
			f := of.Field(i)
			if slices.Contains(derived, of.Name()+"."+f.Name) {
				continue
			}
			if !strings.Contains(string(text), "."+f.Name) {
				t.Errorf("%s/archive.go does not carry %s.%s: name it there, or in `derived` of "+
					"core/archive_test.go if it follows from the others", name, of.Name(), f.Name)
			}
			visit(f.Type)
		}
	}
	visit(reflect.TypeFor[node.Node]())
	visit(reflect.TypeFor[node.Config]())
	visit(reflect.TypeFor[node.Boot]())
	if len(seen) < 15 {
		t.Errorf("only %d types were looked at", len(seen))
	}
}
