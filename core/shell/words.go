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

// options are a command's words, sorted into flags and operands.
type options struct {
	flags string   // the letters of the flags that were given
	value string   // the value of the one flag that takes one
	rest  []string // the operands in order
}

func (o *options) has(flag byte) bool { return strings.IndexByte(o.flags, flag) >= 0 }

// parseOptions reads flags at any place, as commons-cli does: "-s -e", "-se", "-v 2" and "-v2".
// plain lists the letters without a value; valued is the letter with one, 0 for none. A negative
// number is an operand.
func parseOptions(args []string, plain string, valued byte, usage string) (options, *Error) {
	var o options
	for i := 0; i < len(args); i++ {
		word := args[i]
		if len(word) < 2 || word[0] != '-' || isNumber(word) {
			o.rest = append(o.rest, word)
			continue
		}
		if valued != 0 && word[1] == valued {
			o.flags += string(valued)
			o.value = word[2:]
			if o.value == "" {
				if i+1 == len(args) {
					return o, fail(CodeUsage, usage)
				}
				i++
				o.value = args[i]
			}
			continue
		}
		for j := 1; j < len(word); j++ {
			if strings.IndexByte(plain, word[j]) < 0 {
				return o, fail(CodeOption, word, usage)
			}
		}
		o.flags += word[1:]
	}
	return o, nil
}

func isNumber(word string) bool {
	_, err := strconv.Atoi(word)
	return err == nil
}

// number reads the valued flag as an int32, or returns def when the flag was not given.
func (o *options) number(flag byte, def int32, usage string) (int32, *Error) {
	if !o.has(flag) {
		return def, nil
	}
	n, err := strconv.ParseInt(o.value, 10, 32)
	if err != nil {
		return 0, fail(CodeNumber, o.value, usage)
	}
	return int32(n), nil
}
