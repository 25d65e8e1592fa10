// Package recording is the flight recorder of a server without its file: what a recording says, and
// the run again. A server that records keeps its inputs in a ring (server/recorder writes the file,
// core/wire knows its bytes); because a server is a value that only inputs change, the same inputs
// bring back every decision that it made, with its reasons.
//
// A recording can be played wherever its bytes are, in a terminal or in a page:
//
//	report, err := recording.Play(file, func(m recording.Moment) bool {
//		for i := range m.Output.Trace { … } // the events of this step, valid during the call
//		return true                         // false ends the play
//	})
//
// Play checks as it goes: the recorder has noted from time to time what the server had said until
// then, and a replay that says something else ends with an error. A recording that is torn, foreign
// or newer is an error too, never a panic.
//
// A chapter that begins with a boot begins with the events of one. Where there is nothing of what
// was before, the first events describe the server as it was then, as for a viewer who comes late.
//
// A recording holds what clients have sent and what the server holds, passwords included, and the
// key of session passwords. It is as secret as the server's data.
package recording
