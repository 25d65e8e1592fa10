package shell

import (
	"strconv"
	"strings"
)

// words splits a line as zkCli does: at blanks, except inside a word that begins with a quote,
// which runs to the same quote and loses both.
func words(line string) ([]string, *Error) {
	var out []string
	rest := strings.TrimLeft(line, " \t")
	for rest != "" {
		if q := rest[0]; q == '"' || q == '\'' {
			end := strings.IndexByte(rest[1:], q)
			if end < 0 {
				return nil, fail(CodeQuote, rest)
			}
			out = append(out, rest[1:1+end])
			rest = strings.TrimLeft(rest[end+2:], " \t")
			continue
		}
		end := strings.IndexAny(rest, " \t")
		if end < 0 {
			end = len(rest)
		}
		out = append(out, rest[:end])
		rest = strings.TrimLeft(rest[end:], " \t")
	}
	return out, nil
}

// options are a command's words, sorted into options and operands.
type options struct {
	usage  string
	flags  string          // the letters of the options that were given, in order
	values map[byte]string // of those that take one
	rest   []string        // the operands in order
}

func (o *options) has(flag byte) bool { return strings.IndexByte(o.flags, flag) >= 0 }

// operand returns the i-th operand, "" if there is none.
func (o *options) operand(i int) string {
	if i < len(o.rest) {
		return o.rest[i]
	}
	return ""
}

// bad refuses the line as zkCli does when something is missing: with the usage.
func (o *options) bad() *Error { return failAs(o.usage, CodeUsage, o.usage) }

const cliPackage = "org.apache.commons.cli."

// parseOptions reads options at any place, as zkCli's library does: "-s -e", "-se", "-v 2" and
// "-v2"; "--" ends them. known lists the letters, with a colon after one that takes a value.
func parseOptions(args []string, known, usage string) (options, *Error) {
	o := options{usage: usage}
	if known == asWords {
		o.rest = args
		return o, nil
	}
	for i := 0; i < len(args); i++ {
		word := args[i]
		if word == "--" {
			o.rest = append(o.rest, args[i+1:]...)
			break
		}
		if len(word) < 2 || word[0] != '-' {
			o.rest = append(o.rest, word)
			continue
		}
		needs, err := o.take(word, known)
		if err != nil {
			return o, err
		}
		if needs == 0 {
			continue
		}
		if i+1 == len(args) {
			said := cliPackage + "MissingArgumentException: Missing argument for option: " +
				string(needs)
			return o, failAs(said, CodeUsage, usage)
		}
		i++
		o.set(needs, args[i])
	}
	return o, nil
}

// take reads one word of options, and returns the letter of the one whose value is the next word.
func (o *options) take(word, known string) (needs byte, err *Error) {
	for j := 1; j < len(word); j++ {
		at := strings.IndexByte(known, word[j])
		if at < 0 || word[j] == ':' {
			said := cliPackage + "UnrecognizedOptionException: Unrecognized option: " + word
			return 0, failAs(said, CodeOption, word, o.usage)
		}
		o.flags += word[j : j+1]
		if at+1 < len(known) && known[at+1] == ':' {
			if j+1 == len(word) {
				return word[j], nil
			}
			o.set(word[j], word[j+1:])
			return 0, nil
		}
	}
	return 0, nil
}

func (o *options) set(flag byte, value string) {
	if o.values == nil {
		o.values = map[byte]string{}
	}
	o.values[flag] = value
}

// number reads an option's value as an int32, or returns def when the option was not given. At
// what is no number Apache's zkCli dies with these words; this one goes on.
func (o *options) number(flag byte, def int32) (int32, *Error) {
	if !o.has(flag) {
		return def, nil
	}
	value := o.values[flag]
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil {
		said := `java.lang.NumberFormatException: For input string: "` + value + `"`
		return 0, failAs(said, CodeNumber, value, o.usage)
	}
	return int32(n), nil
}
