package scenario

import (
	"strconv"

	"github.com/zabscope/zabscope/core/shell"
)

// Error says why a line, a file or a link was refused, or why a run cannot go on. Code is stable
// and has a sentence in every language; Args fill its places. The world is untouched by what was
// refused.
type Error struct {
	Code string
	Line int // line of the file, from 1; 0 for a line of the console
	Args []string
	Said string // what zkCli prints, if the line was one for zkCli
}

// Codes of Error, with the arguments of each. ErrorCodes adds those of package shell.
const (
	// Lines.
	CodeBadLine          = "BadLine"          // the line
	CodeUnknownVerb      = "UnknownVerb"      // the verb, the known ones
	CodeUsage            = "Usage"            // the usage of the verb
	CodeBadTarget        = "BadTarget"        // the text, the usage
	CodeBadDuration      = "BadDuration"      // the text, the usage
	CodeBadNumber        = "BadNumber"        // the text, the usage
	CodeBadPercent       = "BadPercent"       // the text, the usage
	CodeBadType          = "BadType"          // the text, the known message types
	CodeBadQuirk         = "BadQuirk"         // the text, the known quirks
	CodeServerTwice      = "ServerTwice"      // the server
	CodeNotInFile        = "NotInFile"        // the verb
	CodeNoServer         = "NoServer"         // the server, the servers that exist
	CodeNoLeader         = "NoLeader"         // nothing
	CodeNoClient         = "NoClient"         // the letter
	CodeClientExists     = "ClientExists"     // the letter
	CodeAlreadyUp        = "AlreadyUp"        // the servers
	CodeAlreadyDown      = "AlreadyDown"      // the servers
	CodeNoServerNow      = "NoServerNow"      // the server
	CodeAlreadyPaused    = "AlreadyPaused"    // the server or client
	CodeNotPaused        = "NotPaused"        // the server or client
	CodeNoTargets        = "NoTargets"        // the verb
	CodeNoLink           = "NoLink"           // the verb
	CodeClientOver       = "ClientOver"       // the letter
	CodeClientsFull      = "ClientsFull"      // nothing
	CodeClientPaused     = "ClientPaused"     // the letter
	CodeBadTimeout       = "BadTimeout"       // the letter
	CodeAlreadyUnplugged = "AlreadyUnplugged" // the letter
	CodeNotUnplugged     = "NotUnplugged"     // the letter
	CodeNoSession        = "NoSession"        // the letter
	CodeNeverRepeats     = "NeverRepeats"     // the message type
	CodeNoFlight         = "NoFlight"         // the message
	CodeOneGroup         = "OneGroup"         // nothing
	CodeStopped          = "Stopped"          // the invariant
	CodeWorld            = "World"            // what the simulated world says
	CodeNoFork           = "NoFork"           // the step that does not exist
	CodeNodes            = "Nodes"            // voters, observers

	// Checks.
	CodeExprEnd    = "ExprEnd"    // the expression
	CodeExprToken  = "ExprToken"  // the token, the expression
	CodeExprName   = "ExprName"   // the name, the known ones
	CodeExprArgs   = "ExprArgs"   // the name, how to write it
	CodeExprTypes  = "ExprTypes"  // left side, what it is, right side, what it is
	CodeExprBool   = "ExprBool"   // the expression, what it is
	CodeExprField  = "ExprField"  // the field, what has it, the known fields
	CodeExprPrefix = "ExprPrefix" // the prefix
	CodeExprDeep   = "ExprDeep"   // the expression

	// Files.
	CodeFront       = "Front"       // nothing
	CodeFrontKey    = "FrontKey"    // the key, the known ones
	CodeFrontValue  = "FrontValue"  // the key, the value, how to write it
	CodeBlockKind   = "BlockKind"   // the word after the fence, the known ones
	CodeBlockOpen   = "BlockOpen"   // the kind
	CodeBlockStep   = "BlockStep"   // the kind
	CodeStepID      = "StepID"      // the heading
	CodeStepTwice   = "StepTwice"   // the id
	CodeNoSteps     = "NoSteps"     // nothing
	CodePredict     = "Predict"     // the kind, the known ones
	CodePredictBody = "PredictBody" // what is missing
	CodeTraceHead   = "TraceHead"   // the word, how to write it
	CodeTooLong     = "TooLong"     // what, the limit

	// Runs.
	CodeUntil      = "Until"      // the expression, seconds
	CodeStuck      = "Stuck"      // what the step waits for, seconds
	CodeSetup      = "Setup"      // what is missing, seconds
	CodeNoStep     = "NoStep"     // nothing
	CodeStepRuns   = "StepRuns"   // nothing
	CodeNoUndo     = "NoUndo"     // nothing
	CodeBreaksFull = "BreaksFull" // how many there may be
	CodeNoBreak    = "NoBreak"    // the number
	CodeAsserted   = "Asserted"   // the invariant, the seed, the step

	// Links.
	CodeLinkNewer    = "LinkNewer"    // the version
	CodeLinkBad      = "LinkBad"      // what is wrong
	CodeLinkDiverged = "LinkDiverged" // the step
	CodeNoScenario   = "NoScenario"   // the name
)

// codes holds each code with its English sentence: the cause, then what to do. {0}, {1} stand for
// the arguments.
var codes = [...][2]string{
	{CodeBadLine, `cannot read "{0}": begin with a client's letter, as in A: get /, ` +
		"or with a colon, as in :kill 3"},
	{CodeUnknownVerb, "unknown command :{0}; known: {1}"},
	{CodeUsage, "write it as {0}"},
	{CodeBadTarget, `"{0}" names no target here; write it as {1}`},
	{CodeBadDuration, `"{0}" is not a time such as 200ms, 5s or 2m; write it as {1}`},
	{CodeBadNumber, `"{0}" is not a whole number in range; write it as {1}`},
	{CodeBadPercent, `"{0}" is not a percentage from 0% to 100%; write it as {1}`},
	{CodeBadType, `"{0}" is not a message between servers; known: {1}`},
	{CodeBadQuirk, `"{0}" is not a quirk; known: {1}, or none`},
	{CodeServerTwice, "server {0} is in two groups; name it once"},
	{CodeNotInFile, ":{0} is for the console; leave it out of the file"},
	{CodeNoServer, "there is no server {0}; the servers are {1}"},
	{CodeNoLeader, "there is no leader now; name a server, or wait with :until leader != none"},
	{CodeNoClient, "there is no client {0}; make one with :client {0}"},
	{CodeClientExists, "client {0} exists already; use it, or take another letter"},
	{CodeAlreadyUp, "{0} runs already; stop it first with :kill {0}"},
	{CodeAlreadyDown, "{0} is down already; start it with :start {0}"},
	{CodeNoServerNow, "there is no server {0}; pick one that is on the stage"},
	{CodeAlreadyPaused, "{0} is paused already; let it run on with :resume {0}"},
	{CodeNotPaused, "{0} is not paused; stop it with :pause {0}"},
	{CodeNoTargets, ":{0} needs a server; add one, as in :{0} 3"},
	{CodeNoLink, ":{0} needs two different servers; write them as 1>4"},
	{CodeClientOver, "the session of client {0} is over; make a new one with :client {0}"},
	{CodeClientsFull, "all letters from A to Z are taken; close a client first"},
	{CodeClientPaused, "client {0} is paused; let it run on with :resume {0}"},
	{CodeBadTimeout, "the timeout of client {0} must be more than 0; write timeout=6s"},
	{CodeAlreadyUnplugged, "client {0} is unplugged already; plug it in with :heal {0}"},
	{CodeNotUnplugged, "client {0} is not unplugged; pull its cable with :unplug {0}"},
	{CodeNoSession, "client {0} has no session yet; wait with :until client[{0}] == CONNECTED"},
	{CodeNoFlight, "no message {0} is on its way; click one on the stage to see its number"},
	{CodeNeverRepeats, "{0} never arrives twice on its connection; only NOTIFICATION can"},
	{CodeOneGroup, "a partition needs two groups; write it as :partition 1,2|3,4,5"},
	{CodeStopped, "the world has stopped because {0} broke; go back in time, or start again"},
	{CodeWorld, "{0}"},
	{CodeNoFork, "there is no step {0} to go back to; name a step that has begun"},
	{CodeNodes, "{0} voters and {1} observers: take 1 to 9 voters and 0 to 4 observers"},

	{CodeExprEnd, `"{0}" ends too early; complete it, as in leader == 3`},
	{CodeExprToken, `unexpected "{0}" in "{1}"; compare two things, as in leader == 3`},
	{CodeExprName, `unknown name "{0}"; known: {1}`},
	{CodeExprArgs, "{0} is written {1}"},
	{CodeExprTypes, `"{0}" is {1} and "{2}" is {3}: they are never equal; compare like with like`},
	{CodeExprBool, `"{0}" is {1}, neither true nor false; compare it, as in leader == 3`},
	{CodeExprField, `there is no "{0}" in {1}; known: {2}`},
	{CodeExprPrefix, `"{0}:" is for expect blocks; leave it out here`},
	{CodeExprDeep, `"{0}" is too deep; write it as several checks`},

	{CodeFront, "the file does not begin with a --- block; add one with title and cluster"},
	{CodeFrontKey, `unknown key "{0}"; known: {1}`},
	{CodeFrontValue, `{0} cannot be "{1}"; write it as {2}`},
	{CodeBlockKind, `unknown block "{0}"; known: {1}, or a language for plain code`},
	{CodeBlockOpen, "the {0} block is not closed; add a line of ```"},
	{CodeBlockStep, "the {0} block is before the first step; put ## Title {#id} above it"},
	{CodeStepID, `the heading "{0}" has no id; write it as ## Title {#id}, of a-z, 0-9 and -`},
	{CodeStepTwice, "two steps have the id {0}; rename one"},
	{CodeNoSteps, "the file has no step; add ## Title {#id} with a run or expect block"},
	{CodePredict, `unknown kind of prediction "{0}"; known: {1}`},
	{CodePredictBody, "the prediction has no {0}; add it"},
	{CodeTraceHead, `cannot read "{0}" after trace; write it as {1}`},
	{CodeTooLong, "the {0} is longer than {1}; shorten it"},

	{CodeUntil, `"{0}" did not become true within {1} s; check it, or wait for something else`},
	{CodeStuck, "{0} is still open after {1} s; check the step"},
	{CodeSetup, "the ensemble was not ready within {1} s: {0}; check cluster, config and clients"},
	{CodeNoStep, "there is no step left; start again, or go on freely"},
	{CodeStepRuns, "the step that runs is not over yet; let time pass until it is"},
	{CodeNoUndo, "there is nothing to undo"},
	{CodeBreaksFull, "there are {0} breakpoints already; drop one with :unbreak"},
	{CodeNoBreak, "there is no breakpoint {0}; the list has their numbers"},
	{CodeAsserted, "invariant {0} broke at step {2}, a bug; replay: zabscope sim --seed {1}"},

	{CodeLinkNewer, "the link is of a newer version (s={0}); update this page, or start afresh"},
	{CodeLinkBad, "the link is damaged ({0}); copy it again, or start afresh"},
	{CodeLinkDiverged, "the link does not replay (step {0}), another version made it; reset"},
	{CodeNoScenario, `there is no scenario "{0}"; pick one from the list`},
}

// ErrorCodes lists every code that an Error can carry, those of package shell included.
func ErrorCodes() []string {
	all := make([]string, 0, len(codes)+len(shell.Codes))
	for _, c := range codes {
		all = append(all, c[0])
	}
	for _, c := range shell.Codes {
		all = append(all, c[0])
	}
	return all
}

// Sentence returns the English sentence of a code with its places {0}, {1} unfilled.
func Sentence(code string) string {
	for _, c := range codes {
		if c[0] == code {
			return c[1]
		}
	}
	for _, c := range shell.Codes {
		if c[0] == code {
			return c[1]
		}
	}
	return code
}

// Error returns the English sentence, with the line of the file in front where there is one.
func (e *Error) Error() string {
	text := shell.Fill(Sentence(e.Code), e.Args)
	if e.Line > 0 {
		return "line " + strconv.Itoa(e.Line) + ": " + text
	}
	return text
}

func fail(code string, args ...string) *Error { return &Error{Code: code, Args: args} }

// at returns the error with the line filled in, unless it has one.
func (e *Error) at(line int) *Error {
	if e == nil || e.Line != 0 {
		return e
	}
	c := *e
	c.Line = line
	return &c
}

func shellError(e *shell.Error) *Error {
	if e == nil {
		return nil
	}
	return &Error{Code: e.Code, Args: e.Args, Said: e.Said}
}
