package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/sim"
)

// shapeless are the fields that World.Shape leaves out, and why two worlds that differ in them
// alone are the same to who explores all orders of events.
var shapeless = map[string]string{
	"sim.World.cfg":               "never changes while an exploration goes on",
	"node.Node.cfg":               "never changes",
	"node.Node.elections":         "never changes",
	"node.Node.zabs":              "never changes",
	"zab.Leader.cfg":              "never changes",
	"zab.Learner.cfg":             "never changes",
	"zab.Replica.cfg":             "never changes but for quirks",
	"election.Election.cfg":       "never changes",
	"node.Node.rng":               "random numbers to come",
	"node.Node.wall":              "only during a step",
	"node.Node.changes":           "scratch",
	"node.Node.mistakes":          "only during a step",
	"election.Election.decision":  "only during a step",
	"election.Election.quorumRef": "only names an event",
	"zab.Leader.Gone":             "only during a step",
	"zab.Learner.Gone":            "only during a step",
	"zab.Learner.pingDue":         "only during a step",
	"zab.learnerOf.observer":      "its id says it",
	"zab.Learner.Observer":        "its id says it",
	"zab.outstanding.head":        "how a ring is kept",
	"zab.pendingSync.session":     "its number says it",
	"zab.Replica.Prepared":        "follows from the log",
	"zab.Replica.writes":          "the world's disk has them",
	"node.conn.timeoutMs":         "its session says it",
	"node.pending.reply":          "follows from the state at its zxid",
	"node.pending.cause":          "only names an event",
	"node.liveness.tick":          "never changes",
	"node.liveness.buckets":       "follow from the sessions",
	"sim.server.cfg":              "never changes",
	"sim.World.voters":            "never changes",
	"sim.World.steps":             "only counted",
	"sim.World.nextSeq":           "only the order of items matters: ways are hashed in it",
	"sim.World.nextRef":           "only names events",
	"sim.World.gens":              "only whether a connection is the newest matters: freshness",
	"sim.server.late":             "a random number to come, and no exploration has late timers",
	"client.Session.rng":          "random numbers to come: when it tries again",
	"client.Session.seq":          "only names events",
	"client.Session.now":          "only during a step",
	"client.Session.out":          "only during a step",
	"client.Config.First":         "never changes",
	"client.Config.Pinned":        "never changes",
	"client.Config.TimeoutMs":     "never changes",
	"client.Config.Seed":          "never changes",
	"client.Config.Ops":           "never changes",
	"client.op.call":              "only names an event",
	"sim.clientSlot.letter":       "its place says it",
	"sim.World.wakes":             "follows from wakeAt and paused",
	"sim.World.chaos":             "no exploration has random faults",
	"sim.World.points":            "no exploration has crash points",
	"sim.World.struck":            "is told, and decides nothing",
	"sim.World.Sink":              "is told, and decides nothing",
	"sim.World.events":            "is told, and decides nothing",
	"sim.World.recent":            "is told, and decides nothing",
	"sim.World.emitted":           "is told, and decides nothing",
	"sim.World.fail":              "ends an exploration",
	"sim.World.chunk":             "scratch",
	"sim.World.in":                "scratch",
	"sim.World.out":               "scratch",
	"sim.World.cin":               "scratch",
	"sim.World.cout":              "scratch",
	"sim.World.fates":             "scratch",
}

// TestShapeNamesEveryField keeps a new field of a world, a server or a client from being forgotten
// by the fingerprint of the explorer: it would take different states for the same, and not look
// into one of them.
func TestShapeNamesEveryField(t *testing.T) {
	seen, used := map[reflect.Type]bool{}, map[string]bool{}
	texts := map[string]string{}
	for _, name := range []string{"sim", "node", "zab", "election", "client"} {
		texts[name] = hashers(t, name)
	}
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
		name, ours := strings.CutPrefix(of.PkgPath(), module+"core/")
		text, hashes := texts[name]
		if seen[of] || !ours || !hashes {
			return
		}
		seen[of] = true
		for i := range of.NumField() {
			f := of.Field(i)
			field := name + "." + of.Name() + "." + f.Name
			if _, left := shapeless[field]; left {
				used[field] = true
				continue
			}
			if !strings.Contains(text, "."+f.Name) {
				t.Errorf("no shape of core/%s takes in %s: name it there, or in `shapeless` of "+
					"core/shape_test.go with the reason", name, field)
			}
			visit(f.Type)
		}
	}
	visit(reflect.TypeFor[sim.World]())
	visit(reflect.TypeFor[node.Node]())
	visit(reflect.TypeFor[client.Session]())
	for field := range shapeless {
		if !used[field] {
			t.Errorf("`shapeless` names %s, which there is not", field)
		}
	}
	if len(seen) < 25 {
		t.Errorf("only %d types were looked at", len(seen))
	}
}

// hashers returns the text of the functions of a package that hash state.
func hashers(t *testing.T, name string) string {
	files, err := filepath.Glob(filepath.Join(name, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, is := d.(*ast.FuncDecl)
			if is && hashes(f.Name.Name) {
				all.Write(text[set.Position(f.Pos()).Offset:set.Position(f.End()).Offset])
			}
		}
	}
	return all.String()
}

// hashes knows the functions that World.Shape is made of by their names.
func hashes(name string) bool {
	switch name {
	case "sortedQueue", "freshness", "age", "op", "opWord", "before", "way", "link", "ruleWord":
		return true
	}
	name = strings.ToLower(name)
	return strings.Contains(name, "shape") || name == "hash"
}
