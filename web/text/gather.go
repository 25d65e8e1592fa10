package text

import (
	"fmt"
	"strings"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// NarrateAll tells events as one message. What happened to several servers in the same way is told
// once, where the first of them stands: "Nodes 1, 2, 4 are LOOKING again". The catalogue says which
// stories have such a form, by a key that ends in ".many". Missed is how many more events there
// were.
func NarrateAll(lang Lang, events []trace.Event, missed int) string {
	p := Printer{Lang: lang}
	var all []gathered
	for i := range events {
		key, args := p.story(&events[i])
		all = gather(all, p.retell(key, args, &events[i]))
	}
	sentences := make([]string, 0, len(all))
	for i := range all {
		if len(sentences) == sentencesMax {
			missed += len(all) - i
			break
		}
		sentences = append(sentences, p.together(&all[i]))
	}
	if missed > 0 {
		sentences = append(sentences, p.T("aid.more", "k", missed))
	}
	return strings.Join(sentences, pick(lang == ZH, "；", "; "))
}

// sentencesMax bounds one message: nobody listens to more.
const sentencesMax = 12

// gathered is one sentence of a message, with the servers that it is about.
type gathered struct {
	same  string // equal for stories that differ in the server alone; "" for one that stands alone
	key   string
	args  []any
	alone string
	nodes zk.ServerSet
}

// retell prepares the story of one event.
func (p Printer) retell(key string, args []any, e *trace.Event) gathered {
	g := gathered{key: key, args: args, alone: Narrate(p.Lang, e)}
	node, ok := nodeOf(args)
	if !ok || !p.Has(key+".many") {
		return g
	}
	g.nodes = g.nodes.With(node)
	g.same = key
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != "n" && hasPlace(p.T(key+".many"), args[i]) {
			g.same += fmt.Sprint("|", args[i+1])
		}
	}
	return g
}

func nodeOf(args []any) (zk.ServerID, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if id, ok := args[i+1].(zk.ServerID); ok && args[i] == "n" && !id.IsClient() {
			return id, true
		}
	}
	return 0, false
}

// hasPlace reports whether a sentence has a place of that name.
func hasPlace(sentence string, name any) bool {
	filled := fill(sentence, []any{name, ""})
	return filled != sentence
}

func gather(all []gathered, next gathered) []gathered {
	for i := range all {
		if next.same != "" && all[i].same == next.same {
			for id := range next.nodes.All() {
				all[i].nodes = all[i].nodes.With(id)
			}
			return all
		}
	}
	return append(all, next)
}

func (p Printer) together(g *gathered) string {
	if g.nodes.Len() < 2 {
		return g.alone
	}
	return p.T(g.key+".many", append(g.args, "n", p.set(g.nodes))...)
}
