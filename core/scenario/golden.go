package scenario

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Filter picks the events of a trace block: those of its families or kinds, and of its servers.
type Filter struct {
	Groups  []trace.Group
	Kinds   []trace.Kind
	Servers zk.ServerSet // empty for all
}

// filterUsage is how the words after "trace" are written.
const filterUsage = "trace election server=1,2 kind=VoteChanged"

// readGolden reads "election zab server=1".
func (b *Block) readGolden(args string) *Error {
	b.Kind = Golden
	b.Golden = &Filter{}
	for word := range strings.FieldsSeq(args) {
		if !b.Golden.add(word) {
			return fail(CodeTraceHead, word, filterUsage)
		}
	}
	if len(b.Golden.Groups)+len(b.Golden.Kinds) == 0 {
		return fail(CodeTraceHead, args, filterUsage)
	}
	return nil
}

func (f *Filter) add(word string) bool {
	key, value, ok := strings.Cut(word, "=")
	switch {
	case ok && key == "server":
		t, ok := parseTarget(value)
		f.Servers |= t.set
		return ok && t.set != 0
	case ok && key == "kind":
		k, ok := trace.ParseKind(value)
		f.Kinds = append(f.Kinds, k)
		return ok
	}
	for k := range trace.KindCount {
		if g := trace.Kind(k).Info().Group; g != "" && string(g) == word {
			f.Groups = append(f.Groups, g)
			return true
		}
	}
	return false
}

// Match reports whether the event is picked.
func (f *Filter) Match(e *trace.Event) bool {
	if f.Servers != 0 && !f.Servers.Has(e.Node) {
		return false
	}
	return slices.Contains(f.Kinds, e.Kind) || slices.Contains(f.Groups, e.Kind.Info().Group)
}

// EventText returns an event as a trace block has it: who, what, the fields that its kind fills,
// the rule and the cause.
func EventText(e *trace.Event) string {
	who := e.Node.String()
	if e.Node == 0 {
		who = "w"
	}
	parts := []string{who, e.Kind.String()}
	for name := range strings.FieldsSeq(e.Kind.Info().Fields) {
		if text := fieldText(e, name); text != "" {
			parts = append(parts, text)
		}
	}
	if e.Why != zk.NoWhy {
		parts = append(parts, e.Why.String())
	}
	if !e.Cause.IsZero() {
		parts = append(parts, "cause "+e.Cause.String())
	}
	return strings.Join(parts, "  ")
}

// fieldText returns one field of an event, "" when it says nothing. A digest is left out: it tells
// a reader nothing.
func fieldText(e *trace.Event, name string) string {
	switch name {
	case "Peer":
		return named("peer ", e.Peer != 0, e.Peer.String())
	case "Other":
		return named("other ", e.Other != 0, e.Other.String())
	case "Type":
		return named("", e.Type != zk.NoMsg, e.Type.String())
	case "Role":
		return e.Role.String()
	case "Phase":
		return e.Phase.String()
	case "Epoch":
		return "epoch " + strconv.FormatUint(uint64(e.Epoch), 10)
	case "Zxid":
		return named("", e.Zxid != 0, e.Zxid.Short())
	case "Last":
		return named("last ", e.Last != 0, e.Last.Short())
	case "Vote":
		if e.Kind == trace.VoteChanged {
			return e.Prev.Leader.String() + "→" + e.Vote.Leader.String()
		}
		return named("vote ", e.Vote.Leader != 0, e.Vote.String())
	case "Set":
		return named("{", e.Set != 0, e.Set.String()+"}")
	case "N":
		if e.Kind.Info().Group == trace.GroupElection && e.Kind != trace.Booted {
			return "round " + strconv.FormatInt(e.N, 10)
		}
		small := e.N != 0 && e.N > -1<<32 && e.N < 1<<32
		return named("n ", small, strconv.FormatInt(e.N, 10))
	case "Path":
		return e.Path
	}
	return ""
}

func named(label string, has bool, text string) string {
	if !has {
		return ""
	}
	return label + text
}

// Rewrite returns the text of a file with the bodies of its trace blocks replaced: bodies[i] is for
// the i-th trace block, counted over all steps.
func (f *File) Rewrite(text string, bodies []string) string {
	lines := strings.Split(text, "\n")
	i := 0
	var out []string
	at := 0
	for s := range f.Steps {
		for _, b := range f.Steps[s].Blocks {
			if b.Kind != Golden || i >= len(bodies) {
				continue
			}
			out = append(out, lines[at:b.Line]...)
			if bodies[i] != "" {
				out = append(out, strings.Split(bodies[i], "\n")...)
			}
			at = b.End - 2
			i++
		}
	}
	return strings.Join(append(out, lines[at:]...), "\n")
}
