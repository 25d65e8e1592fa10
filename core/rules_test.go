package core_test

import (
	"slices"
	"strings"
	"testing"
)

// row says what one package may import of ours, and why the package stands where it does.
type row struct {
	imports string // of our own packages, without core/, separated by spaces
	reason  string
}

// imports is the package map. A package that is not here may not exist.
var imports = map[string]row{
	"core/zk":       {"", "the vocabulary knows nobody"},
	"core/cow":      {"", "a container knows nobody"},
	"core/trace":    {"zk", "events speak ZooKeeper's words and nothing else"},
	"core/tree":     {"zk cow", "the replicated state knows no protocol"},
	"core/watch":    {"zk cow step", "watches of one server know no protocol"},
	"core/step":     {"zk trace tree", "the contract is below every machine"},
	"core/wire":     {"zk trace tree step", "bytes and structs, no protocol"},
	"core/election": {"zk trace step", "an election knows no history and no state"},
	"core/zab":      {"zk trace tree step", "ZAB knows neither votes nor clients"},
	"core/node": {"zk trace tree step watch election zab",
		"only the composed server knows all machines; it writes no bytes"},
	"core/recording": {"zk trace step wire node",
		"a server's inputs again, from bytes that say what they were"},
	"core/client": {"zk trace step", "a client knows a server only by what it says"},
	"core/shell":  {"zk client", "a grammar runs nothing"},
	"core/theory": {"zk trace step", "other protocols share the stage, not the code"},
	"core/sim": {"zk trace tree step wire node client",
		"the world runs the very machines and bytes of a real server"},
	"core/check": {"zk cow trace", "checkers must judge a trace of any origin"},
	"core/scenario": {"zk trace tree step node client shell theory sim check",
		"a scenario drives a world and its checks"},
	"web/view": {"zk trace tree",
		"the page knows the trace and never the world; transactions run on the same tree"},
	"web/live": {"zk trace", "traces of real nodes in the order of causes"},
	"web/text": {"zk trace", "sentences are about events, not about machines"},
	"web/ui":   {"zk trace tree web/view web/text", "components show a view model"},
	"web/e2e":  {"", "tests of the finished page"},
	"wasm":     {"wasm/bridge", "main only connects the bridge to JavaScript"},
	"wasm/fmt": {"", "what the simulator has for the standard library's fmt"},
	"wasm/bridge": {"zk trace tree step wire node recording shell sim check scenario " +
		"web/live web/view web/text web/ui", "commands in, frames out"},
	"static":    {"", "embedded files"},
	"scenarios": {"scenario", "embedded files, and the parser that reads them"},
	"server": {"zk trace node sim check shell scenario web/view web/text web/ui static scenarios " +
		"server/assets server/zoocfg server/drive server/store server/peers server/clients " +
		"server/admin server/site server/cli server/live server/recorder server/metrics " +
		"recording",
		"main: subcommands and wiring"},
	"server/assets":        {"static", "packs the page's files"},
	"server/assets/lean":   {"", "main: shortens templ's code for the simulator"},
	"server/assets/pack":   {"server/assets server/assets/shrink", "main: packs at build time"},
	"server/assets/shrink": {"", "scripts and styles without what only authors read"},
	"server/zoocfg":        {"zk", "a file format"},
	"server/drive":         {"zk trace step node", "the hands of one node"},
	"server/store":         {"zk trace tree step wire node", "the disk of one node"},
	"server/peers":         {"zk trace step wire", "links between servers"},
	"server/clients": {"zk trace tree watch step wire node",
		"the client port; four-letter words tell of the node and its state"},
	"server/live": {"zk trace tree step wire node client sim scenario server/cli",
		"what real nodes do, on its way to a page; lines of the page, on their way to clients"},
	"server/recorder": {"zk trace step wire node recording", "the file of a flight recording"},
	"server/recorder/rig": {"zk step node server/drive server/recorder server/store",
		"flights of a whole server, for tests"},
	"server/deploy":  {"", "files for images, clusters and dashboards, and their tests"},
	"server/metrics": {"zk trace step node server/drive", "what Prometheus scrapes of one node"},
	"server/admin":   {"zk node", "what the operator of one node asks it, over HTTP"},
	"server/cli": {"zk trace step wire client shell",
		"the shell's grammar and session are the simulator's; here is the connection"},
	"server/replay": {"zk step wire node",
		"recorded scripts of clients, against any server or one that lives in the test"},
	"server/fleet": {"", "processes of an ensemble, seen from outside"},
	"server/chaos": {"server/fleet", "judges what clients are told; it knows no code of servers"},
	"server/versus": {"zk trace wire server/fleet server/live",
		"main: measures two ensembles from outside"},
	"server/site": {"zk trace wire scenario web/view web/text web/ui static scenarios " +
		"server/assets",
		"pages, lessons as they are read, live traces; never a world"},
}

// stdlib is what the core may import of the standard library.
const stdlib = `bytes cmp container/heap crypto/hmac crypto/sha1 crypto/sha256 crypto/subtle
	encoding/base64 encoding/binary encoding/hex errors fmt hash/crc32 hash/fnv iter math math/bits
	math/rand/v2 net/netip slices sort strconv strings time unicode/utf8`

// modules says where each module of others may be imported outside tests.
var modules = map[string]string{
	"github.com/a-h/templ": "web/ui server/site wasm/bridge",
	"github.com/coder/websocket": "server/peers server/live server/site server/versus " +
		"wasm/bridge",
	"github.com/gorilla/mux":              "server/site",
	"github.com/alecthomas/kong":          "server server/assets/pack server/versus",
	"github.com/andybalholm/brotli":       "server/assets",
	"github.com/evanw/esbuild":            "server/assets/shrink",
	"golang.org/x/term":                   "server server/cli",
	"github.com/yuin/goldmark":            "server/site",
	"github.com/prometheus/client_golang": "server/metrics",
	"github.com/stretchr/testify":         "",
	"go.yaml.in/yaml/v3":                  "", // a test reads the files of server/deploy
	"github.com/anishathalye/porcupine":   "server/chaos",
	"pgregory.net/rapid":                  "",
	"github.com/go-zookeeper/zk":          "server/chaos server/versus",
	"github.com/chromedp/chromedp":        "",
	"github.com/chromedp/cdproto":         "",
	"github.com/zabscope/zabscope":        "",
}

// apart are packages that must not reach each other by any way.
var apart = []struct{ from, to, reason string }{
	{"web/", "core/sim", "the page shows live and recorded traces too"},
	{"web/", "core/node", "the page shows live and recorded traces too"},
	{"core/check", "core/node", "a checker that knows the code repeats its mistakes"},
	{"core/check", "core/sim", "a checker judges traces of real servers too"},
	{"core/zab", "core/election", "only core/node moves a server between the two"},
	{"core/election", "core/zab", "only core/node moves a server between the two"},
	{"core/node", "core/wire", "a node gives out structs; drivers make bytes"},
	{"core/", "web/", "the core knows no page"},
	{"core/", "server", "the core knows no driver"},
	{"core/", "wasm", "the core knows no driver"},
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, p := range everywhere(t) {
		table, ok := imports[p.ImportPath]
		if !ok {
			t.Errorf("%s is not in the package map: add it to `imports` in core/rules_test.go "+
				"with what it may import and why, or move its code", p.ImportPath)
			continue
		}
		allowed := strings.Fields(table.imports)
		for _, path := range p.Imports {
			own, isOwn := strings.CutPrefix(path, module)
			if isOwn && !slices.Contains(allowed, strings.TrimPrefix(own, "core/")) {
				t.Errorf("%s imports %s, which the package map forbids (%s): move the code that "+
					"needs it up, or change the map and say why", p.ImportPath, own, table.reason)
			}
		}
	}
}

func TestImportTableHasNoCycleAndOnlyKnownNames(t *testing.T) {
	var visit func(path string, below []string)
	visit = func(path string, below []string) {
		if slices.Contains(below, path) {
			t.Fatalf("the package map has a cycle: %s", strings.Join(append(below, path), " → "))
		}
		table, ok := imports[path]
		if !ok {
			t.Fatalf("the package map names %s, which it does not have: add a row or drop the name",
				path)
		}
		for _, name := range strings.Fields(table.imports) {
			visit(fullName(name), append(below, path))
		}
	}
	for path := range imports {
		visit(path, nil)
	}
}

func fullName(name string) string {
	if _, isCore := imports["core/"+name]; isCore {
		return "core/" + name
	}
	return name
}

func TestPackagesThatStayApart(t *testing.T) {
	for _, p := range everywhere(t) {
		for _, rule := range apart {
			if !covers(rule.from, p.ImportPath) {
				continue
			}
			for _, dep := range p.Deps {
				own, isOwn := strings.CutPrefix(dep, module)
				if isOwn && covers(rule.to, own) {
					t.Errorf("%s reaches %s by way of its imports (%s): cut that way", p.ImportPath,
						own, rule.reason)
				}
			}
		}
	}
}

// covers reports whether path is the rule's package or below it.
func covers(rule, path string) bool {
	return path == rule || strings.HasPrefix(path, strings.TrimSuffix(rule, "/")+"/")
}

func TestCoreImportsOnlyItsStandardLibrary(t *testing.T) {
	allowed := strings.Fields(stdlib)
	for _, p := range native(t) {
		if !isCore(p.ImportPath) {
			continue
		}
		for _, path := range p.Imports {
			if !strings.HasPrefix(path, module) && !slices.Contains(allowed, path) {
				t.Errorf("%s imports %s, which is not on the core's list (architecture.md §1): "+
					"the core has no I/O and no clock; take what you need as an input",
					p.ImportPath, path)
			}
		}
	}
}

func TestThirdPartyModulesStayWhereTheyBelong(t *testing.T) {
	for _, p := range everywhere(t) {
		for _, path := range p.Imports {
			if name := foreign(path); name != "" &&
				!slices.Contains(strings.Fields(modules[name]), p.ImportPath) {
				t.Errorf("%s imports %s: %q is not allowed there; write it without, or add the "+
					"package to `modules` in core/rules_test.go and say why in the README",
					p.ImportPath, path, name)
			}
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if name := foreign(path); name != "" && !isKnown(name) {
				t.Errorf("a test of %s imports %s, which is not in product.md's list of "+
					"dependencies", p.ImportPath, path)
			}
		}
	}
}

// foreign returns the module of a path that is neither ours nor the standard library's.
func foreign(path string) string {
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") || strings.HasPrefix(path+"/", module) {
		return ""
	}
	for name := range modules {
		if path == name || strings.HasPrefix(path, name+"/") {
			return name
		}
	}
	return path
}

func isKnown(name string) bool {
	_, ok := modules[name]
	return ok
}

// TestThePageLinksNothingOfTheServer pins what goes into the WASM build.
func TestThePageLinksNothingOfTheServer(t *testing.T) {
	for _, p := range browser(t) {
		if !covers("wasm", p.ImportPath) {
			continue
		}
		for _, dep := range p.Deps {
			own, isOwn := strings.CutPrefix(dep, module)
			name := foreign(dep)
			if isOwn && covers("server", own) ||
				name != "" && !slices.Contains(strings.Fields(modules[name]), "wasm/bridge") &&
					name != "github.com/a-h/templ" {
				t.Errorf("%s links %s into the page: every reader downloads it; find the import "+
					"with `GOOS=js GOARCH=wasm go mod why`, and cut it", p.ImportPath, dep)
			}
		}
	}
}

// everywhere joins both builds; a package of both is there twice when its imports differ.
func everywhere(t *testing.T) []listed {
	t.Helper()
	all := slices.Clone(native(t))
	for _, p := range browser(t) {
		same := slices.ContainsFunc(all, func(o listed) bool {
			return o.ImportPath == p.ImportPath && slices.Equal(o.Deps, p.Deps)
		})
		if !same {
			all = append(all, p)
		}
	}
	return all
}
