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
// A page, which must not be held up, opens a Player instead and takes a few steps at a time.
//
// Both check as they go: the recorder has noted from time to time what the server had said until
// then, and a replay that says something else ends with an error. A foreign or newer file is an
// error too, never a panic. One that is torn or damaged plays as far as it can be read, and the
// report says what is missing: every entry has a checksum.
//
// A chapter that begins with a boot begins with the events of one. Where there is nothing of what
// was before, the first events describe the server as it was then, as for a viewer who comes late.
//
// A recording holds what clients have sent and what the server holds, passwords included, and the
// key of session passwords. It is as secret as the server's data.
package recording
