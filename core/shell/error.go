package shell

import "strings"

// Error says why a line is no command. Code is stable and has a sentence in every language; Args
// fill the sentence. No request is made from a refused line.
type Error struct {
	Code string
	Args []string
	Said string // what zkCli prints, on its error stream; lines without a newline at the end
}

// The codes of an Error, with their arguments.
const (
	CodeUnknown = "ShellUnknown" // the word, the known commands
	CodeUsage   = "ShellUsage"   // the usage line of the command
	CodeOption  = "ShellOption"  // the option, the usage line
	CodeNumber  = "ShellNumber"  // the text that is no number, the usage line
	CodeQuote   = "ShellQuote"   // the rest of the line from the quote on
	CodePath    = "ShellPath"    // the path, what is wrong with it
	CodeACL     = "ShellACL"     // the text that is no ACL
	CodeEmpty   = "ShellEmpty"   // nothing
	CodeRefused = "ShellRefused" // what zkCli says
)

// Codes lists the code of every Error with its English sentence; {0}, {1} stand for the arguments.
var Codes = [...][2]string{
	{CodeUnknown, "Command not found {0}; known: {1}"},
	{CodeUsage, "usage: {0}"},
	{CodeOption, "unrecognized option {0}; usage: {1}"},
	{CodeNumber, "{0} is not a whole number; usage: {1}"},
	{CodeQuote, "the quote in {0} is not closed; add the same quote at its end"},
	{CodePath, "invalid path {0}: {1}; write it like /a/b"},
	{CodeACL, "{0} is not an ACL; write scheme:id:perms, for example world:anyone:cdrwa"},
	{CodeEmpty, "the line is empty; try help"},
	{CodeRefused, "nothing was sent: {0}"},
}

// Error returns the English sentence.
func (e *Error) Error() string {
	for _, c := range Codes {
		if c[0] == e.Code {
			return Fill(c[1], e.Args)
		}
	}
	return e.Code
}

// Fill puts args into the places {0} to {9} of a sentence; a place without an argument goes empty.
func Fill(sentence string, args []string) string {
	var b strings.Builder
	for i := 0; i < len(sentence); i++ {
		c := sentence[i]
		if c != '{' || i+2 >= len(sentence) || sentence[i+2] != '}' {
			b.WriteByte(c)
			continue
		}
		if n := int(sentence[i+1] - '0'); n >= 0 && n < len(args) {
			b.WriteString(args[n])
		}
		i += 2
	}
	return b.String()
}

// fail refuses a line for which zkCli has no words.
func fail(code string, args ...string) *Error {
	e := &Error{Code: code, Args: args}
	e.Said = e.Error()
	return e
}

// failAs refuses a line with zkCli's words.
func failAs(said, code string, args ...string) *Error {
	return &Error{Code: code, Args: args, Said: said}
}

// refuse refuses a line with zkCli's words, which say it all.
func refuse(said string) *Error { return failAs(said, CodeRefused, said) }
