package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	functionLines = 70
	lineColumns   = 100
	tabColumns    = 4
)

func TestFunctionsAreShort(t *testing.T) {
	s := tree(t)
	for _, f := range s.goFiles() {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := s.fset.Position(fn.End()).Line - s.fset.Position(fn.Pos()).Line + 1
			if n > functionLines {
				t.Errorf("%s: %s has %d lines, %d are allowed: a function is one idea; split it, "+
					"or move a table out of it", s.at(fn), fn.Name.Name, n, functionLines)
			}
		}
	}
}

// wide are the kinds of files whose lines have a limit; prose wraps where it is shown.
var wide = []string{".go", ".templ", ".js", ".mjs", ".css"}

func TestLinesFitTheScreen(t *testing.T) {
	for _, f := range tree(t).files {
		if !slices.Contains(wide, path.Ext(f.path)) || f.isGenerated() {
			continue
		}
		for i, line := range f.lines() {
			if n := columns(line); n > lineColumns {
				t.Errorf("%s:%d: %d columns, %d are allowed (a tab counts %d): break the line",
					f.path, i+1, n, lineColumns, tabColumns)
			}
		}
	}
}

func columns(line string) int {
	return utf8.RuneCountInString(line) + strings.Count(line, "\t")*(tabColumns-1)
}

func TestExportedNamesAreDocumented(t *testing.T) {
	s := tree(t)
	for _, f := range s.productFiles() {
		for _, d := range f.ast.Decls {
			for _, missing := range undocumented(d) {
				t.Errorf("%s: the comment of %s does not start with its name: write a whole "+
					"sentence that does, with units, ranges and who owns what", s.at(missing),
					missing.Name)
			}
		}
	}
}

// undocumented returns the exported names of a declaration whose comment is missing or starts
// with another word. In a group of constants or variables one comment may stand for all.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && isReachable(d) && !startsWith(d.Doc, d.Name) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var missing []*ast.Ident
		for _, spec := range d.Specs {
			missing = append(missing, undocumentedSpec(d, spec)...)
		}
		return missing
	}
	return nil
}

func undocumentedSpec(d *ast.GenDecl, spec ast.Spec) []*ast.Ident {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		doc := spec.Doc
		if !d.Lparen.IsValid() {
			doc = d.Doc
		}
		if spec.Name.IsExported() && !startsWith(doc, spec.Name) {
			return []*ast.Ident{spec.Name}
		}
	case *ast.ValueSpec:
		if d.Lparen.IsValid() && (d.Doc != nil || spec.Comment != nil) {
			return nil
		}
		doc := spec.Doc
		if !d.Lparen.IsValid() {
			doc = d.Doc
		}
		if first := spec.Names[0]; first.IsExported() && !startsWith(doc, first) {
			return []*ast.Ident{first}
		}
	}
	return nil
}

// isReachable reports whether a function or method can be called from outside its package.
func isReachable(fn *ast.FuncDecl) bool {
	recv := receiver(fn)
	return recv == "" || ast.IsExported(recv)
}

// receiver returns the name of a method's type, "" for a function.
func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return ""
	}
	typ := fn.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func startsWith(doc *ast.CommentGroup, name *ast.Ident) bool {
	if doc == nil {
		return false
	}
	first, _, _ := strings.Cut(strings.TrimSpace(doc.Text()), " ")
	return strings.TrimRight(strings.TrimSpace(first), ",:;.") == name.Name ||
		strings.TrimSuffix(first, "'s") == name.Name
}

func TestReceiversAreOneLetter(t *testing.T) {
	s := tree(t)
	letters := map[string]string{} // of each folder and type
	for _, f := range s.goFiles() {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || receiver(fn) == "" || len(fn.Recv.List[0].Names) == 0 {
				continue
			}
			name := fn.Recv.List[0].Names[0].Name
			key := path.Dir(f.path) + "." + receiver(fn)
			switch {
			case name == "_":
			case utf8.RuneCountInString(name) != 1:
				t.Errorf("%s: the receiver %q is not one letter", s.at(fn), name)
			case letters[key] == "":
				letters[key] = name
			case letters[key] != name:
				t.Errorf("%s: the receiver of %s is %q here and %q elsewhere: use one letter",
					s.at(fn), receiver(fn), name, letters[key])
			}
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	docs, names := map[string]int{}, map[string]string{}
	for _, f := range tree(t).goFiles() {
		if f.isTest() {
			continue
		}
		dir := path.Dir(f.path)
		names[dir] = f.ast.Name.Name
		doc := strings.TrimSpace(f.ast.Doc.Text())
		if strings.HasPrefix(doc, "Package "+f.ast.Name.Name+" ") ||
			f.ast.Name.Name == "main" && strings.HasPrefix(doc, "Command ") {
			docs[dir]++
		}
	}
	for dir, name := range names {
		if docs[dir] != 1 {
			t.Errorf("%s: %d comments start with \"Package %s\" (main: \"Command …\"), want one "+
				"that argues why the package exists", dir, docs[dir], name)
		}
	}
}

// vague are names that say nothing about a package.
var vague = []string{"util", "utils", "common", "manager", "helper", "helpers", "misc", "base"}

func TestPackageNamesAreNouns(t *testing.T) {
	for _, f := range tree(t).goFiles() {
		name := strings.TrimSuffix(f.ast.Name.Name, "_test")
		if slices.Contains(vague, name) || slices.Contains(vague, path.Base(path.Dir(f.path))) {
			t.Errorf("%s: package %s: name it after the thing that it holds", f.path, name)
		}
	}
}

// fuzzTargets are all that there may be: each is fuzzed for ten minutes before a release, so a new
// promise about bytes from outside joins the target that is nearest, as one more kind.
var fuzzTargets = []string{
	"core/check.FuzzObserve",     // recorded traces
	"core/recording.FuzzPlay",    // flight recordings
	"core/scenario.FuzzScenario", // lines, files and expressions of the command language
	"core/shell.FuzzParse",       // commands of zkCli, their paths
	"core/trace.FuzzDecodeNDJSON",
	"core/wire.FuzzClientFrame",
	"core/wire.FuzzDecodeMessage", // whatever a peer sends
	"core/wire.FuzzRecovery",      // logs and snapshots
	"server/zoocfg.FuzzParseNeverPanics",
	"wasm/bridge.FuzzPage", // commands of the page, links, JSON
}

func TestFuzzTargetsAreKnown(t *testing.T) {
	var got []string
	for _, f := range tree(t).goFiles() {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && strings.HasPrefix(fn.Name.Name, "Fuzz") && f.isTest() {
				got = append(got, path.Dir(f.path)+"."+fn.Name.Name)
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, fuzzTargets) {
		t.Errorf("got %v, want %v", got, fuzzTargets)
	}
}

// offence is a pattern that no line of the tree may have, and what to do about it.
type offence struct {
	pattern *regexp.Regexp
	advice  string
	except  string // folder
}

// Parts of words keep this file from offending against itself.
var offences = []offence{
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b($|[^(X]|\([^a-z])`),
		"a note without a name: do it now, or write who will, TO" + "DO(name)", ""},
	{regexp.MustCompile(`(^|[^\w.])/(home|root|Users)/[\w.]+/|/wo` +
		`rk/(main|shared|\.library)\b`),
		"a path of one machine: make it relative to the tree", ""},
	{regexp.MustCompile(`\.\./sha` + `red\b|\bsha` + `red/(design|reference|corpus|hooks)\b`),
		"what lies beside the tree may be missing in a clone: copy what is needed, or name the " +
			"document by its file name", ".ci/"},
	{regexp.MustCompile(`^\s*(//|#|/?\*)\s*[-=*#~_]{5,}`),
		"a banner: a blank line and a sentence do", ""},
}

func TestNoOffendingLines(t *testing.T) {
	for _, f := range tree(t).files {
		if f.isGenerated() {
			continue
		}
		for i, line := range f.lines() {
			for _, o := range offences {
				inside := o.except != "" && strings.HasPrefix(f.path, o.except)
				if !inside && o.pattern.MatchString(line) {
					t.Errorf("%s:%d: %q: %s", f.path, i+1, o.pattern.FindString(line), o.advice)
				}
			}
		}
	}
}

// topLevel is fixed: a reader sees the whole project at one glance.
const topLevel = `core wasm web server static scenarios Makefile go.mod go.sum README.md
	README.zh-CN.md LICENSE bin out coverage.out`

func TestTopLevelIsFixed(t *testing.T) {
	allowed := strings.Fields(topLevel)
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s at the top level: move it below the package that it serves", e.Name())
		}
	}
}

// sloppy has declarations whose comments do not start with their names, and some that do.
const sloppy = `package sloppy

// Does something.
func Bad() {}

// Good does something.
func Good() {}

func (t T) Bad2() {}

func (t t) NotReachable() {}

type Bad3 struct{}

// T is a type, t's are not seen.
type T struct{}

type t struct{}

const Bad4 = 1

// A group has one comment.
const (
	A = 1
	B = 2
)

var (
	Bad5 = 1
	// C is a variable.
	C = 2
	D = 3 // has a comment
)
`

// TestUndocumentedNamesAreFound proves that the rule of comments has not gone blind.
func TestUndocumentedNamesAreFound(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "sloppy.go", sloppy, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range f.Decls {
		for _, name := range undocumented(d) {
			got = append(got, name.Name)
		}
	}
	want := []string{"Bad", "Bad2", "Bad3", "Bad4", "Bad5"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRulesSeeWhatTheyForbid holds the rules against lines that break them, so that a rule which
// has gone blind is noticed.
func TestRulesSeeWhatTheyForbid(t *testing.T) {
	lines := []struct {
		line string
		bad  bool
	}{
		{"// TO" + "DO: later", true},
		{"// TO" + "DO(ann): later", false},
		{"// FIX" + "ME", true},
		{"open(\"/home/" + "ann/x.txt\")", true},
		{"https://example.org/home/ann/x", false},
		{"create /app/root/x", false},
		{"see ../sha" + "red/design/style.md", true},
		{"a shared tree", false},
		{"// " + "----------------", true},
		{"| --- | --- |", false},
	}
	for _, l := range lines {
		bad := slices.ContainsFunc(offences, func(o offence) bool {
			return o.pattern.MatchString(l.line)
		})
		if bad != l.bad {
			t.Errorf("%q: offending %v, want %v", l.line, bad, l.bad)
		}
	}
	if columns("\tabc") != 7 {
		t.Error("columns")
	}
}
