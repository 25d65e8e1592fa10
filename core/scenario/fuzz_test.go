package scenario

import (
	"testing"

	"github.com/zabscope/zabscope/core/zk"
)

// The texts that FuzzScenario reads, by its first argument.
const (
	fuzzLine uint8 = iota
	fuzzFile
	fuzzExpr
	fuzzKinds
)

// FuzzScenario reads any text as a line of the command language, as a scenario file or as an
// expression. What is refused is refused in words; what is accepted means something.
func FuzzScenario(f *testing.F) {
	for _, v := range Verbs() {
		f.Add(fuzzLine, v.Usage)
	}
	f.Add(fuzzLine, "A@1!: create /x 'a b'")
	f.Add(fuzzLine, ":until within(A#1 before [e1·c2])")
	f.Add(fuzzFile, sample)
	f.Add(fuzzFile, file("", "## S {#s}\n```run\n:kill 1\n```\n"))
	for _, n := range Names() {
		f.Add(fuzzExpr, n[1])
	}
	f.Add(fuzzExpr, "within 5s: a before b before.leader [1,2] -3 % e1·c2 + 0xff")
	e := toyEnv()
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		switch kind % fuzzKinds {
		case fuzzLine:
			checkAnyLine(t, text)
		case fuzzFile:
			checkAnyFile(t, text)
		case fuzzExpr:
			checkAnyExpr(text, e)
		}
	})
}

func checkAnyLine(t *testing.T, text string) {
	l, err := ParseLine(text)
	if err != nil {
		if err.Error() == "" {
			t.Fatal("an error without a sentence")
		}
		return
	}
	again, err := ParseLine(l.Text)
	if err != nil || again.Verb != l.Verb {
		t.Fatalf("%q is read, but not %q", text, l.Text)
	}
}

func checkAnyFile(t *testing.T, text string) {
	p, err := Parse("x", text)
	if err != nil {
		if err.Error() == "" || err.Line < 0 {
			t.Fatal(err)
		}
		return
	}
	if p.Voters < 1 || p.Voters > VotersMax || len(p.Steps) == 0 {
		t.Fatalf("accepted %q", text)
	}
	ParseTranslation("x", text)
}

// checkAnyExpr needs no verdict: an expression has a truth and an explanation, or panics.
func checkAnyExpr(text string, e *env) {
	x, err := ParseExpr(text)
	if err != nil {
		return
	}
	x.truth(e)
	x.explain(e)
	x.checkServers(zk.SetOf(1, 2, 3))
}
