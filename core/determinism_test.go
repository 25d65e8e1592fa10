package core_test

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCoreIsTypeChecked(t *testing.T) {
	c := checked(t)
	for _, dir := range slices.Sorted(maps.Keys(c.broken)) {
		t.Errorf("%s does not compile, so not all of it was checked: %v", dir, c.broken[dir])
	}
}

// finding is one offence: where, and what to do instead.
type finding struct {
	pos    token.Pos
	advice string
}

// judge walks one function, or one declaration outside functions.
type judge struct {
	info     *types.Info
	fn       *ast.FuncDecl // nil outside functions
	sorted   bool          // the function's doc has //sorted:
	findings []finding
}

func (j *judge) add(n ast.Node, advice string) {
	j.findings = append(j.findings, finding{n.Pos(), advice})
}

func TestCoreIsDeterministic(t *testing.T) {
	c := checked(t)
	for _, f := range c.source.productFiles() {
		if !isCore(f.path) {
			continue
		}
		for _, d := range f.ast.Decls {
			for _, found := range judged(c.info, d) {
				t.Errorf("%s: %s", at(c.source.fset, found.pos), found.advice)
			}
		}
	}
}

func judged(info *types.Info, d ast.Decl) []finding {
	j := &judge{info: info}
	if fn, ok := d.(*ast.FuncDecl); ok {
		j.fn, j.sorted = fn, hasSorted(fn.Doc)
	}
	ast.Inspect(d, func(n ast.Node) bool {
		j.statement(n)
		switch n := n.(type) {
		case *ast.Ident:
			j.use(n)
		case ast.Expr:
			j.value(n)
		}
		return true
	})
	slices.SortFunc(j.findings, func(a, b finding) int { return cmp.Compare(a.pos, b.pos) })
	return slices.Compact(j.findings)
}

func hasSorted(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//sorted:")
	})
}

const noConcurrency = "the core has one thread: return the work as an output and let the driver " +
	"do it"

func (j *judge) statement(n ast.Node) {
	switch n := n.(type) {
	case *ast.GoStmt:
		j.add(n, "go statement: "+noConcurrency)
	case *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		j.add(n, "channel: "+noConcurrency)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			j.add(n, "channel: "+noConcurrency)
		}
	case *ast.RangeStmt:
		j.rangeOver(n)
	case *ast.AssignStmt:
		for _, left := range n.Lhs {
			j.assign(left)
		}
	case *ast.IncDecStmt:
		j.assign(n.X)
	}
}

func (j *judge) rangeOver(n *ast.RangeStmt) {
	over := j.info.TypeOf(n.X)
	if over == nil {
		return
	}
	if _, isMap := over.Underlying().(*types.Map); isMap && !j.sorted {
		j.add(n, "range over a map, whose order differs from run to run: keep a sorted slice, or "+
			"use a helper that sorts and whose doc comment has a line `//sorted: why`")
	}
}

// assign refuses writes to variables of a package: clones of a world would share them.
func (j *judge) assign(left ast.Expr) {
	for {
		switch x := left.(type) {
		case *ast.IndexExpr:
			left = x.X
		case *ast.SelectorExpr:
			left = x.X
		case *ast.StarExpr:
			left = x.X
		case *ast.ParenExpr:
			left = x.X
		case *ast.Ident:
			v, ok := j.info.Uses[x].(*types.Var)
			if ok && j.fn != nil && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				j.add(x, "write to the package variable "+x.Name+", which every clone of a world "+
					"shares: put it into the value that owns it")
			}
			return
		default:
			return
		}
	}
}

// use judges a name that stands for something of another package.
func (j *judge) use(n *ast.Ident) {
	o := j.info.Uses[n]
	if o == nil || o.Pkg() == nil {
		return
	}
	name := o.Pkg().Name() + "." + o.Name()
	switch o.Pkg().Path() {
	case "time":
		if !isDuration(o) {
			j.add(n, name+": the core knows time.Duration and its units only; the time is In.At")
		}
	case "math/rand/v2":
		if !isPCG(o) {
			j.add(n, name+": draw from a rand.PCG value that the machine owns and clones")
		}
	case "math":
		if _, isConst := o.(*types.Const); !isConst {
			j.add(n, name+": the core uses constants of math only, no floating point")
		}
	case "iter":
		if o.Name() == "Pull" || o.Name() == "Pull2" {
			j.add(n, name+": "+noConcurrency)
		}
	case "fmt":
		if j.fn == nil || !slices.Contains(fmtAllowed, j.fn.Name.Name) {
			j.add(n, name+": fmt belongs into String and Error methods; use strconv elsewhere")
		}
	}
}

var fmtAllowed = []string{"String", "Error", "GoString", "Format"}

// isDuration reports whether o is time.Duration, a unit, or a method of it. Methods that give a
// float are found as values.
func isDuration(o types.Object) bool {
	switch o := o.(type) {
	case *types.Const:
		return isNamed(o.Type(), "Duration")
	case *types.TypeName:
		return o.Name() == "Duration"
	case *types.Func:
		recv := o.Signature().Recv()
		return recv != nil && isNamed(recv.Type(), "Duration") || o.Name() == "ParseDuration"
	}
	return false
}

// isPCG reports whether o belongs to a generator that is a value of its owner.
func isPCG(o types.Object) bool {
	switch o := o.(type) {
	case *types.TypeName:
		return o.Name() == "PCG"
	case *types.Func:
		recv := o.Signature().Recv()
		return o.Name() == "NewPCG" || recv != nil && isNamed(recv.Type(), "PCG")
	}
	return false
}

func isNamed(t types.Type, name string) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := t.(*types.Named)
	return ok && named.Obj().Name() == name
}

// value refuses floating point. A constant that ends as an integer, as 1e9 may, is none.
func (j *judge) value(n ast.Expr) {
	tv, ok := j.info.Types[n]
	if !ok || tv.Type == nil {
		return
	}
	basic, ok := tv.Type.Underlying().(*types.Basic)
	if !ok || basic.Info()&(types.IsFloat|types.IsComplex) == 0 {
		return
	}
	if basic.Info()&types.IsUntyped != 0 && tv.Value != nil &&
		constant.ToInt(tv.Value).Kind() == constant.Int {
		return
	}
	j.add(n, "floating point, which differs between processors: use integers, a probability is a "+
		"number out of 2^32")
}

// breaker breaks every rule of the core once in each line that says so.
const breaker = `package breaker

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"time"
)

var shared struct{ list []int }
var table = map[int]int{}

func bad(ch chan int) { // bad
	go bad(nil) // bad
	<-ch // bad
	ch <- 1 // bad
	select {} // bad
	for range table {} // bad
	shared.list[0]++ // bad
	shared.list = nil // bad
	_ = time.Now() // bad
	time.Sleep(1) // bad
	_ = rand.IntN(5) // bad
	_ = 1.5 // bad
	_ = time.Second.Seconds() // bad
	_ = math.MaxInt64
	_ = math.Abs(1) // bad
	fmt.Println() // bad
	iter.Pull[int](nil) // bad
}

//sorted: the sum does not depend on the order
func good(p *rand.PCG) (d time.Duration) {
	var own struct{ n int }
	own.n++
	for range table {
		d += 1e9 * time.Nanosecond
	}
	for i := range []int{1} {
		p.Seed(uint64(i), 1)
	}
	p = rand.NewPCG(1, p.Uint64())
	return d.Round(time.Second)
}

type name int

func (n name) String() string { return fmt.Sprint(int(n)) }
`

// TestRulesSeeTheBreaker proves that no rule of determinism has gone blind.
func TestRulesSeeTheBreaker(t *testing.T) {
	fset := checked(t).source.fset
	file, err := parser.ParseFile(fset, "breaker.go", breaker, parser.ParseComments)
	require.NoError(t, err)
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{},
		Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: checked(t).std}
	_, err = config.Check("breaker", fset, []*ast.File{file}, info)
	require.NoError(t, err)

	found := map[int]bool{}
	for _, d := range file.Decls {
		for _, f := range judged(info, d) {
			found[fset.Position(f.pos).Line] = true
		}
	}
	for i, line := range strings.Split(breaker, "\n") {
		require.Equal(t, strings.HasSuffix(line, "// bad"), found[i+1], "line %q", line)
	}
}
