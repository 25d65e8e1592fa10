// Package text holds every sentence that a person reads in the page, in Chinese and in English, and
// nothing else: keys go in, sentences come out. It narrates events (Narrate), explains how one came
// about (ExplainWhy), and translates labels, tooltips, errors and the help of commands (Printer.T).
//
// The two catalogues, one file for each topic (page_zh.go, page_en.go, …), have the same keys and
// the same placeholders; a test says so. A placeholder is a name in braces, "{n}"; with the
// two forms of what it counts, "{n step|steps}", it brings the one that fits. ZooKeeper's own
// words (zxid, epoch, LOOKING, PROPOSAL) stay as they are in both languages. Punctuation in Chinese
// is full-width, but for the colon (with a space after it) and the parentheses of a vote.
package text

import (
	"fmt"
	"strings"
	"sync"
)

// Lang is a language of the page.
type Lang uint8

// The languages.
const (
	ZH Lang = iota // Simplified Chinese
	EN
)

// ParseLang finds a language by its tag, of which only the first part counts: "zh-CN", "en". The
// second result is false for a language that the page does not speak; the first is then EN.
func ParseLang(tag string) (Lang, bool) {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch base {
	case "zh":
		return ZH, true
	case "en":
		return EN, true
	}
	return EN, false
}

// Tag returns the language's tag for the lang attribute, "zh-CN" or "en".
func (l Lang) Tag() string {
	if l == ZH {
		return "zh-CN"
	}
	return "en"
}

// Name returns the language's name in itself.
func (l Lang) Name() string {
	if l == ZH {
		return "中文"
	}
	return "English"
}

func (l Lang) catalogue() map[string]string {
	if l == ZH {
		return zhCatalogue()
	}
	return enCatalogue()
}

// The catalogues are parsed when they are first needed: a page speaks one language.
var (
	zhCatalogue = sync.OnceValue(func() map[string]string {
		return parse(pageZH + actZH + panelZH + lessonZH + timeZH + embedZH + shellZH + aidZH +
			checkZH + spacetimeZH + liveZH + zh)
	})
	enCatalogue = sync.OnceValue(func() map[string]string {
		return parse(pageEN + actEN + panelEN + lessonEN + timeEN + embedEN + shellEN + aidEN +
			checkEN + spacetimeEN + liveEN + en)
	})
)

// parse reads a catalogue: lines of "key = sentence". A line that begins with a tab goes on with
// the sentence; empty lines and those that begin with # are for the reader.
func parse(source string) map[string]string {
	sentences := make(map[string]string, strings.Count(source, "\n"))
	last := ""
	for line := range strings.SplitSeq(source, "\n") {
		if more, ok := strings.CutPrefix(line, "\t"); ok {
			sentences[last] += " " + more
			continue
		}
		if key, sentence, ok := strings.Cut(line, " = "); ok && line[0] != '#' {
			sentences[key] = sentence
			last = key
		}
	}
	return sentences
}

// Printer speaks one language. The zero value speaks Chinese.
type Printer struct{ Lang Lang }

// In returns a printer for the language.
func In(lang Lang) Printer { return Printer{Lang: lang} }

// T returns the sentence of a key. Args come in pairs, a placeholder's name and its value:
// T("client.title", "c", "A"). A key that does not exist comes out as itself.
func (p Printer) T(key string, args ...any) string {
	sentence, ok := p.Lang.catalogue()[key]
	if !ok {
		return key
	}
	return fill(sentence, args)
}

// Has reports whether the key exists, for callers that make keys from codes.
func (p Printer) Has(key string) bool {
	_, ok := p.Lang.catalogue()[key]
	return ok
}

// Words returns the sentence of a key with its arguments in the places {0}, {1}, or "" for a key
// that does not exist: a language for scenario.Check.Phrase.
func (p Printer) Words(key string, args ...string) string {
	if !p.Has(key) {
		return ""
	}
	return p.T(key, inOrder(args)...)
}

// Error returns the sentence of a refused line or file, by the code of its error: core/scenario and
// core/shell list them. Args fill {0}, {1} in order.
func (p Printer) Error(code string, args []string) string {
	return p.T("error."+code, inOrder(args)...)
}

// inOrder names arguments by their places.
func inOrder(args []string) []any {
	pairs := make([]any, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, i, a)
	}
	return pairs
}

// Verb says what a world line does, by its verb: "kill".
func (p Printer) Verb(name string) string { return p.T("verb." + name) }

// Command says what a client line does, by its command: "create".
func (p Printer) Command(name string) string { return p.T("cli." + name) }

// fill puts the args in the place of their placeholders; of two pairs with one name the later wins.
// A name in braces that no arg has stays as it is.
func fill(sentence string, args []any) string {
	if len(args) < 2 {
		return sentence
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(sentence, '{')
		if open < 0 {
			break
		}
		b.WriteString(sentence[:open])
		sentence = sentence[open:]
		inside, rest, ok := strings.Cut(sentence[1:], "}")
		name, forms, counts := strings.Cut(inside, " ")
		value, known := argOf(args, name)
		if !ok || !known {
			b.WriteByte('{')
			sentence = sentence[1:]
			continue
		}
		b.WriteString(value)
		if counts {
			b.WriteString(" " + plural(value, forms))
		}
		sentence = rest
	}
	b.WriteString(sentence)
	return b.String()
}

// plural picks the form of "step|steps" that goes with a count.
func plural(count, forms string) string {
	one, many, _ := strings.Cut(forms, "|")
	if count == "1" {
		return one
	}
	return many
}

func argOf(args []any, name string) (string, bool) {
	for i := len(args)/2*2 - 2; i >= 0; i -= 2 {
		if fmt.Sprint(args[i]) == name {
			return fmt.Sprint(args[i+1]), true
		}
	}
	return "", false
}

// Keys lists all keys, in no order.
func Keys() []string {
	all := enCatalogue()
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	return keys
}
